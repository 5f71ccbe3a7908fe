"""Nothing writes without `allow_writes`: every operation is tried without it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import harness.operations
from harness.client import GenesysClient
from harness.errors import UsageError
from harness.operations import (
    CrmAccess,
    CrmClient,
    CrmRecord,
    Period,
    attach,
    create,
    demand_code,
    find_code,
    find_org_code,
    find_queue,
    live_trail,
    read_audit_log,
    read_usage,
    review_access,
    sync_crm,
    validate,
    wait_until_active,
)
from harness.sandbox.crm import CRM_PATH
from tests.operations.playing import Played, catalogue_of, code_of, queue_of
from tests.sandbox.playing import BILLING, REFUND, SALE, a_state

PERIOD = Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
OPTIONAL = BILLING | {"acwSettings": {"wrapupPrompt": "OPTIONAL"}}


def _create(client: GenesysClient, played: Played, folder: Path) -> object:
    return create(client, catalogue_of(folder, "[{name: Win, queueIds: [Billing]}]"))


def _sync(client: GenesysClient, played: Played, folder: Path) -> object:
    crm = CrmClient(CrmAccess(f"http://127.0.0.1{CRM_PATH}", played.sandbox.crm_token), wire=played.sandbox)
    return sync_crm(crm, [CrmRecord("A", None, "WON", "2026-11-21T06:00:00.000Z")])


WRITING: dict[str, Callable[[GenesysClient, Played, Path], object]] = {
    "attach": lambda client, _, __: attach(client, queue_of(BILLING), [code_of(REFUND)]),
    "create": _create,
    "demand_code": lambda client, _, __: demand_code(client, BILLING["id"], 45_000),
    "sync_crm": _sync,
}

READING: dict[str, Callable[[GenesysClient, Played, Path], object]] = {
    "find_code": lambda client, _, __: find_code(client, "Billing", "Sale"),
    "find_org_code": lambda client, _, __: find_org_code(client, "Sale"),
    "find_queue": lambda client, _, __: find_queue(client, "Billing"),
    "live_trail": lambda client, played, __: live_trail(
        client, PERIOD.start, now=played.time.now, sleep=played.time.advance
    ),
    "read_audit_log": lambda client, played, __: read_audit_log(
        client, PERIOD, now=played.time.now, sleep=played.time.advance
    ),
    "read_usage": lambda client, _, __: read_usage(client, PERIOD),
    "review_access": lambda client, _, __: review_access(client),
    "validate": lambda client, _, folder: validate(
        client, catalogue_of(folder, "[{name: Sale}]"), queue_of(BILLING), code_of(SALE)
    ),
    "wait_until_active": lambda client, _, __: wait_until_active(client, BILLING["id"], SALE["id"]),
}

HARMLESS = {"chosen", "crm_access_from_environment", "read_agreement", "records"}
"""What touches neither the platform nor the CRM."""


ELSEWHERE = {"apply"}
"""Tried where there are conversations: `test_apply.py`."""


def test_every_operation_is_tried_here() -> None:
    """An operation that is added must say on which side it is."""
    public = {name for name in harness.operations.__all__ if name.islower()}
    assert public == WRITING.keys() | READING.keys() | HARMLESS | ELSEWHERE


@pytest.mark.parametrize("name", sorted(WRITING))
def test_an_operation_that_writes_is_refused(name: str, tmp_path: Path) -> None:
    played = Played(a_state(queues=[OPTIONAL]))
    before = len(played.state.changes)
    with pytest.raises(UsageError, match="see --allow-writes"):
        WRITING[name](played.a_client(allow_writes=False), played, tmp_path)
    assert played.writes == []
    assert len(played.state.changes) == before


@pytest.mark.parametrize("name", sorted(READING))
def test_an_operation_that_reads_needs_no_permission_to_write(name: str, tmp_path: Path) -> None:
    played = Played()
    before = len(played.state.changes)
    READING[name](played.a_client(allow_writes=False), played, tmp_path)
    assert len(played.state.changes) == before
