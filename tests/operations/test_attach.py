"""Offering codes on a queue."""

import pytest

from harness.errors import ApiError, UsageError
from harness.operations import attach
from tests.operations.playing import Played, a_fault, code_of, queue_of
from tests.sandbox.playing import BILLING, NOWHERE, OTHER, QUEUES, REFUND, SALE, SUPPORT

PATH = f"{QUEUES}/{BILLING['id']}/wrapupcodes"
QUEUE = queue_of(BILLING)


def test_what_is_offered_already_is_not_sent_again() -> None:
    played = Played()
    steps = attach(played.client, QUEUE, [code_of(SALE), code_of(OTHER), code_of(SALE)])
    assert [(step.status, step.detail) for step in steps] == [("already so", "offers 'Sale', 'Other' already")]
    assert played.writes == []


def test_only_what_is_missing_is_added() -> None:
    played = Played()
    steps = attach(played.client, QUEUE, [code_of(SALE), code_of(REFUND)])
    assert [(step.status, step.detail) for step in steps] == [
        ("already so", "offers 'Sale' already"),
        ("done", "offers 'Refund' now"),
    ]
    assert played.offered(BILLING["id"]) == ["Sale", "Other", "Refund"]


def test_400_for_a_code_that_does_not_exist() -> None:
    """The platform takes all codes of a request or none of them."""
    played = Played()
    gone = code_of(REFUND | {"id": NOWHERE, "name": "Gone"})
    steps = attach(played.client, QUEUE, [code_of(REFUND), gone])
    assert [step.status for step in steps] == ["failed"]
    assert isinstance(steps[0].error, ApiError)
    assert steps[0].error.status == 400
    assert (steps[0].detail or "").endswith(f"Wrap-up code {NOWHERE} does not exist")
    assert played.offered(BILLING["id"]) == ["Sale", "Other"]


def test_a_chunk_that_fails_does_not_keep_the_next_from_being_tried() -> None:
    played = Played(
        faults=[a_fault("server_error", f"{QUEUES}/{SUPPORT['id']}/wrapupcodes", method="POST", status=404)]
    )
    codes = [code_of(played.client.post("/api/v2/routing/wrapupcodes", {"name": f"C{n:03}"}, dict)) for n in range(150)]
    steps = attach(played.client, queue_of(SUPPORT), codes)
    assert [step.status for step in steps] == ["failed", "done"]
    assert played.offered(SUPPORT["id"]) == [f"C{n:03}" for n in range(100, 150)]


def test_an_answer_that_was_lost_before_anything_was_done_is_a_failure() -> None:
    played = Played(faults=[a_fault("server_error", PATH, method="POST", status=500)])
    steps = attach(played.client, QUEUE, [code_of(REFUND)])
    assert [step.status for step in steps] == ["failed"]
    assert "answered 500 internal.server.error" in (steps[0].detail or "")


def test_a_client_that_only_reads_writes_nothing() -> None:
    played = Played()
    with pytest.raises(UsageError, match="would change the org, and this client only reads\n  see --allow-writes"):
        attach(played.a_client(allow_writes=False), QUEUE, [code_of(REFUND)])
    assert played.writes == []
