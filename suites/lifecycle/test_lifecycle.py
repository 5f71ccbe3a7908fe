"""The life of a wrap-up code, told by the operations: each step asks for the steps before it, in whatever order."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from harness.client import GenesysClient
from harness.model import Queue
from harness.operations import (
    Agreement,
    Created,
    CrmClient,
    Period,
    Step,
    Usage,
    create,
    find_code,
    find_queue,
    read_audit_log,
    read_usage,
    records,
    sync_crm,
    validate,
    wait_until_active,
)
from harness.operations.apply import Applied
from harness.operations.channel import Socket, open_socket
from harness.operations.lapses import Lapse
from harness.operations.parts import read_parts
from harness.operations.watch import Watcher
from suites.lifecycle.ground import Ours, Place, until

BEGAN = datetime.now(UTC)


def test_create(writer: GenesysClient, agreement: Agreement, created: Created, queue: Queue, ours: Ours) -> None:
    assert created.complete, created.steps
    assert set(created.codes) == {ours.code, ours.fallback}
    again = create(writer, agreement.catalogue, set_acw=queue.name == ours.queue)
    assert again.codes == created.codes
    assert {step.status for step in again.steps} == {"already so"}, "a second run has nothing to do"


def test_attach(attached: Sequence[Step], reader: GenesysClient, queue: Queue, ours: Ours) -> None:
    assert [step.status for step in attached] == ["done"], attached
    assert find_code(reader, queue.id, ours.fallback).exact


def test_validate(
    attached: Sequence[Step], reader: GenesysClient, agreement: Agreement, created: Created, queue: Queue, ours: Ours
) -> None:
    as_it_is_now = find_queue(reader, queue.id)
    found = validate(reader, agreement.catalogue, as_it_is_now, created.codes[ours.code])
    assert found.is_valid, found.reasons
    assert (found.offered, found.supported_channels) == (True, ("voice",))


def test_active(attached: Sequence[Step], reader: GenesysClient, created: Created, queue: Queue, ours: Ours) -> None:
    for name in (ours.code, ours.fallback):
        active = wait_until_active(reader, queue.id, created.codes[name].id, name=name)
        assert (active.code.name, active.renamed_from) == (name, None)


def test_crm(writer: GenesysClient, agreement: Agreement, place: Place) -> None:
    if place.crm is None:
        pytest.skip("no CRM was named: WRAPUP_CRM_URL and WRAPUP_CRM_TOKEN")
    to_send = records(agreement)
    with CrmClient(place.crm, allow_writes=True) as crm:
        synced = sync_crm(crm, to_send)
    assert synced.complete, synced.steps
    assert [(it.wrap_up_code, it.crm_disposition) for it in synced.sent] == [
        ("LIFECYCLE_CODE", "Resolved"),
        ("LIFECYCLE_FALLBACK", "Other"),
    ]


def test_conversation(reader: GenesysClient, conversation: str, queue: Queue, place: Place) -> None:
    (part,) = (it for it in read_parts(reader, conversation) if it.agent_id == place.agent_id)
    assert (part.queue_id, part.connected, part.ended, part.acw_began) == (queue.id, True, True, True)


def test_apply(applied: Applied, created: Created, ours: Ours) -> None:
    assert (applied.status, applied.code, applied.before) == ("applied", created.codes[ours.code], None)
    assert (applied.notes, applied.tags) == ("Written by a test run.", ("lifecycle",))
    assert applied.duration_s == 30, "what the catalogue says, as the platform shows it"


def test_watch(
    agent: GenesysClient, direct: Callable[..., str], optional_queue: Queue, created: Created, ours: Ours, place: Place
) -> None:
    """An agent who skips the wrap-up is noticed, and the fallback is written in place of the platform's own code."""
    fallback = created.codes[ours.fallback]
    lapses: list[Lapse] = []
    opened = threading.Event()

    def connect(uri: str) -> Socket:
        socket = open_socket(uri)
        opened.set()
        return socket

    watcher = Watcher(
        agent, [optional_queue.id], on_lapse=lapses.append, default_code=lambda _: fallback.id, connect=connect
    )
    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(watcher.run, 3)
        assert opened.wait(10), "no websocket was opened"
        skipped = direct(optional_queue, "skip")
        seen = watching.result()
    assert [(lapse.part.conversation_id, lapse.kind, lapse.default) for lapse in lapses] == [
        (skipped, "system code", "applied")
    ]
    assert (seen.handlings, seen.undetermined) == (1, 0)
    (part,) = read_parts(agent, skipped)
    assert part.code == fallback.id


def test_usage(reader: GenesysClient, applied: Applied, queue: Queue, place: Place) -> None:
    def counted() -> Usage | None:
        period = Period(BEGAN - timedelta(hours=1), datetime.now(UTC) + timedelta(minutes=1))
        rows = {(row.code_id, row.queue_id): row for row in read_usage(reader, period)}
        return rows.get((applied.code.id, queue.id))

    used = until(counted, place.patience_s)
    assert used is not None, f"the use did not show within {place.patience_s} s"
    assert (used.code, used.queue, used.handled) == (applied.code.name, queue.name, 1)


def test_audit_trail(
    reader: GenesysClient, attached: Sequence[Step], created: Created, queue: Queue, place: Place
) -> None:
    wanted = {(code.id, "Create") for code in created.codes.values()} | {(queue.id, "WrapupCodeAdd")}

    def logged() -> set[tuple[str | None, str]] | None:
        period = Period(BEGAN - timedelta(minutes=5), datetime.now(UTC) + timedelta(minutes=1))
        entries = read_audit_log(reader, period, poll_s=min(1, place.patience_s / 25)).entries
        seen = {(entry.entity.id, entry.action) for entry in entries if entry.entity is not None}
        return seen if wanted <= seen else None

    assert until(logged, place.patience_s), f"not all of {wanted} was logged within {place.patience_s} s"
