"""The change trail of codes and queues, from the sandbox's audits."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from harness.errors import ApiError, AuthError, RateLimitedError, UnavailableError, UsageError
from harness.operations import AuditLog, Period, read_audit_log
from tests.operations.playing import Played, a_fault
from tests.sandbox.playing import BILLING, CLIENT, CODES, QUEUES, REFUND, SALE, SKILLS, a_caller, a_state, may

QUERY = "/api/v2/audits/query"
NOVEMBER = Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC))


def changed(played: Played, *, times: int = 1) -> Played:
    """A code renamed, another offered on a queue, a skill made: the last is no business of ours."""
    caller = a_caller(played.state)
    for number in range(times):
        played.time.advance(60)
        caller.ask("PUT", f"{CODES}/{SALE['id']}", json={"name": f"Sold {number}"})
    caller.ask("POST", f"{QUEUES}/{BILLING['id']}/wrapupcodes", json=[{"id": REFUND["id"]}])
    caller.ask("POST", SKILLS, json={"name": "Patience"})
    return played


def read(played: Played, period: Period = NOVEMBER, **options: Any) -> AuditLog:
    return read_audit_log(
        played.client, period, now=played.time.now, clock=played.clock, sleep=played.time.advance, **options
    )


def test_codes_and_queues_are_in_it_and_nothing_else() -> None:
    played = changed(Played())
    log = read(played)
    assert [(it.entity_type, it.action, it.entity.name if it.entity else None) for it in log.entries] == [
        ("WrapupCode", "Update", "Sold 0"),
        ("Queue", "WrapupCodeAdd", "Billing"),
    ]
    first = log.entries[0]
    assert (first.at, first.client_id, first.user_id) == (
        datetime(2026, 11, 2, 8, 1, tzinfo=UTC),
        CLIENT.id,
        None,
    )
    assert first.changes is not None
    assert ("name", ("Sale",), ("Sold 0",)) in [(it.property, it.old_values, it.new_values) for it in first.changes]
    assert log.unseen_before is None


def test_nothing_is_written_and_a_query_is_polled_until_it_is_done() -> None:
    played = Played()
    read(played, kinds=["Queue"])
    assert [f"{it.method} {it.path}".replace(QUERY, "") for it in played.sandbox.requests][1:2] == ["POST "]
    assert {it.partition(" ")[0] for it in played.writes} == {"POST"}
    assert set(played.writes) == {f"POST {QUERY}"}
    assert sum(it.method == "GET" and not it.path.endswith("/results") for it in played.sandbox.requests) == 3


def test_many_entries_come_in_pages_with_a_cursor() -> None:
    played = changed(Played(), times=1_001)
    log = read(played, kinds=["WrapupCode"])
    assert len(log.entries) == 1_001
    assert [it.at for it in log.entries] == sorted(it.at for it in log.entries)
    assert sum(it.path.endswith("/results") for it in played.sandbox.requests) == 3


def test_more_than_thirty_days_are_asked_for_in_slices() -> None:
    played = changed(Played())
    told: list[float] = []
    long = Period(datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC))
    assert len(read(played, long, on_progress=told.append).entries) == 2
    assert played.writes.count(f"POST {QUERY}") == 8
    assert told == [number / 8 for number in range(1, 9)]


def test_what_lies_on_the_border_of_two_slices_comes_once() -> None:
    """The platform does not say whether an interval holds its end."""
    played = changed(Played())
    border = played.time.now()
    period = Period(border - timedelta(days=30), border + timedelta(days=1))
    assert len({it.id for it in read(played, period).entries}) == len(read(played, period).entries) == 2


def test_what_the_platform_does_not_keep_is_said_to_be_unseen() -> None:
    played = changed(Played())
    began = played.time.now()
    log = read(played, Period(datetime(2024, 1, 1, tzinfo=UTC), NOVEMBER.end))
    assert log.unseen_before == log.asked.start == began - timedelta(days=365)
    assert len(log.entries) == 2
    with pytest.raises(UsageError, match="the platform keeps its audit trail for 365 days, and the period ends before"):
        read(played, Period(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC)))


def test_a_query_that_is_cancelled_is_an_error() -> None:
    played = Played()

    def meanwhile(wait_s: float) -> None:
        played.time.advance(wait_s)
        asked = played.sandbox.requests[-1].path
        if asked != QUERY:
            played.state.jobs.cancel("audits", asked.rpartition("/")[2])

    with pytest.raises(ApiError, match="the audit query came to 'Cancelled'\n  ask again"):
        read_audit_log(played.client, NOVEMBER, now=played.time.now, clock=played.clock, sleep=meanwhile)


def test_a_query_that_never_ends_is_given_up() -> None:
    played = Played()
    played.state.jobs.polls_until_done = 10_000
    with pytest.raises(UnavailableError, match="the audit query is still 'Running' after 20 s\n  ask again later"):
        read(played, timeout_s=20)


def test_403_says_which_permission_is_missing() -> None:
    played = Played(a_state(), may("routing:*:view"))
    with pytest.raises(AuthError, match="this call needs the permission audits:audit:view"):
        read(played)


def test_429_to_the_last_is_an_error() -> None:
    with pytest.raises(RateLimitedError, match="the platform still limits the rate"):
        read(Played(faults=[a_fault("rate_limited", QUERY, times=None)]))


def test_5xx_is_asked_again_because_a_query_changes_nothing() -> None:
    played = changed(Played(faults=[a_fault("server_error", QUERY, times=3)]))
    assert len(read(played).entries) == 2
