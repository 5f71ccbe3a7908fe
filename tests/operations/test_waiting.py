"""Waiting until a queue offers a code."""

from typing import Any

import pytest

from harness.errors import AuthError, NotFoundError, UsageError
from harness.operations import Active, NotActiveError, wait_until_active
from tests.operations.playing import Played, a_fault
from tests.sandbox.playing import BILLING, CODES, NOWHERE, QUEUES, REFUND, SALE, SUPPORT, a_caller, may

OF_BILLING = f"{QUEUES}/{BILLING['id']}/wrapupcodes"


def wait(played: Played, code_id: str = REFUND["id"], **options: Any) -> Active:
    return wait_until_active(
        played.client, BILLING["id"], code_id, clock=played.clock, sleep=played.time.advance, **options
    )


def attach_late(played: Played, by_ms: int) -> None:
    played.sandbox.plan(a_fault("propagation_delay", OF_BILLING, method="POST", by=by_ms))
    played.client.request("POST", OF_BILLING, body=[{"id": REFUND["id"]}])


def test_a_code_that_is_offered_already_takes_no_time() -> None:
    active = wait(Played(), SALE["id"])
    assert (active.code.name, active.waited_s, active.polls, active.renamed_from) == ("Sale", 0.0, 1, None)


def test_the_first_miss_is_not_the_end() -> None:
    """The guides' poll gives up when the first answer does not show the code."""
    played = Played()
    attach_late(played, 5_000)
    active = wait(played)
    assert (active.waited_s, active.polls) == (6.0, 4)


def test_the_time_between_two_looks_can_be_set() -> None:
    played = Played()
    attach_late(played, 5_000)
    assert wait(played, poll_s=0.5).waited_s == 5.0


def test_there_is_a_last_look_when_the_time_is_up() -> None:
    played = Played()
    attach_late(played, 3_000)
    assert wait(played, timeout_s=3).waited_s == 3.0


def test_a_code_that_never_comes_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(NotActiveError) as caught:
        wait(Played(), name="Refund")
    assert (caught.value.deleted, caught.value.waited_s) == (False, 30.0)
    assert str(caught.value) == (
        f"code 'Refund' ({REFUND['id']}) is not active after 30 s: in 16 looks the queue never offered it\n"
        "  the code exists: attach it with: wrapup codes attach; or wait longer"
    )


def test_a_code_that_nobody_knows_is_an_error_when_the_time_is_up() -> None:
    """Just created, it may not be shown yet: that alone is no reason to give up."""
    played = Played()
    with pytest.raises(NotActiveError, match=f"code {NOWHERE} is not active after 4 s.*\n  no code of that id"):
        wait(played, NOWHERE, timeout_s=4)


def test_a_code_that_is_not_shown_yet_is_waited_for() -> None:
    played = Played()
    played.sandbox.plan(a_fault("propagation_delay", CODES, method="POST", by=3_000))
    made = played.client.post(CODES, {"name": "Win"}, dict)
    played.sandbox.plan(a_fault("propagation_delay", OF_BILLING, method="POST", by=3_000))
    played.client.request("POST", OF_BILLING, body=[{"id": made["id"]}])
    assert wait(played, made["id"], name="Win").waited_s == 4.0


def test_a_code_that_is_deleted_meanwhile_is_noticed_at_once() -> None:
    played = Played()
    deleting = a_fault("server_error", f"{CODES}/{REFUND['id']}", first=2, status=404, times=None)
    played.sandbox.plan(deleting)
    with pytest.raises(NotActiveError) as caught:
        wait(played)
    assert (caught.value.deleted, caught.value.waited_s) == (True, 2.0)
    assert str(caught.value).startswith(f"code 'Refund' ({REFUND['id']}) was deleted while we waited for it\n")


@pytest.mark.parametrize("permitted", [True, False])
def test_a_code_that_was_deleted_before_we_looked_is_told_from_one_that_is_late(permitted: bool) -> None:
    """Only the search permission shows deleted codes; without it, the time-out says what could be seen."""
    permissions = ["routing:queue:view", "routing:wrapupCode:view"]
    played = Played(None, may(*permissions, *(["routing:wrapupCode:search"] if permitted else [])))
    a_caller(played.state).ask("DELETE", f"{CODES}/{REFUND['id']}")
    with pytest.raises(NotActiveError) as caught:
        wait(played)
    assert caught.value.deleted is permitted
    assert (caught.value.waited_s == 0.0) is permitted


def test_a_code_that_is_renamed_is_found_by_its_id_and_said_to_be_renamed() -> None:
    active = wait(Played(), SALE["id"], name="Sold")
    assert (active.code.name, active.renamed_from) == ("Sale", "Sold")


def test_a_code_that_is_renamed_and_never_attached_is_told_with_both_names() -> None:
    with pytest.raises(NotActiveError, match="it exists under another name, 'Refund'"):
        wait(Played(), name="Money back", timeout_s=0)


def test_a_queue_that_does_not_exist_is_an_error_at_once() -> None:
    played = Played()
    with pytest.raises(NotFoundError, match="Queue not found"):
        wait_until_active(played.client, NOWHERE, SALE["id"], clock=played.clock, sleep=played.time.advance)


def test_a_missing_permission_is_not_taken_for_a_missing_code() -> None:
    played = Played(faults=[a_fault("forbidden", OF_BILLING, permission="routing:queue:view")])
    with pytest.raises(AuthError, match="routing:queue:view"):
        wait(played)
    searching = a_fault("unauthorized", f"{CODES}/divisionviews*", times=2)
    played = Played(faults=[searching])
    with pytest.raises(AuthError, match="the token has expired or was revoked"):
        wait(played, NOWHERE)


@pytest.mark.parametrize("times", [{"poll_s": 0}, {"poll_s": -1}, {"timeout_s": -1}, {"poll_s": float("nan")}])
def test_times_that_make_no_sense_are_refused(times: dict[str, Any]) -> None:
    played = Played()
    with pytest.raises(UsageError, match="must be above 0 s"):
        wait(played, **times)
    assert not played.sandbox.requests


def test_nothing_is_written_while_waiting() -> None:
    played = Played()
    wait(played, SALE["id"])
    assert played.writes == []
    assert SUPPORT["id"] not in "".join(it.path for it in played.sandbox.requests)
