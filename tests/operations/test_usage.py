"""Usage by code and queue, from the sandbox's aggregates."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.client import Access, AccessToken, GenesysClient, region_of
from harness.errors import AuthError, RateLimitedError, UsageError
from harness.model.ids import DEFAULT_CODE_ID
from harness.operations import Period, Usage, read_usage
from tests.operations.playing import Played, a_fault
from tests.sandbox.playing import BEN, CODES, REFUND, SALE, a_caller, may
from tests.sandbox.talking import ANALYTICS, FREE, TIMED, Talk, a_talking_state, passing

AGGREGATES = f"{ANALYTICS}/aggregates/query"
NOVEMBER = Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
YEAR = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def a_busy_org(*grants: Any, **settings: Any) -> Played:
    """Two sales of 20 s and 30 s, a refund elsewhere, a timeout of 60 s."""
    state = a_talking_state()
    Talk(state).wrapped_up(SALE, 20)
    Talk(state).wrapped_up(SALE, 31)
    Talk(state, FREE, BEN, media="email").wrapped_up(REFUND, 5)
    Talk(state, TIMED).hung_up()
    passing(state, 100)
    return Played(state, *grants, **settings)


def figures(rows: tuple[Usage, ...]) -> list[tuple[object, ...]]:
    return [(row.queue, row.code, row.wrapped, row.mean_acw_s, row.handled, row.mean_handle_s) for row in rows]


EXPECTED = [
    ("Billing", "Sale", 2, 25.5, 2, 85.5),
    ("Free", "Refund", 1, 5.0, 1, 65.0),
    ("Timed", "ININ-WRAP-UP-TIMEOUT", 1, 60.0, 1, 120.0),
]


def test_nothing_used_is_nothing_asked_for() -> None:
    """Names are only asked for when there is something to name."""
    played = Played(a_talking_state())
    assert read_usage(played.client, NOVEMBER) == ()
    assert [it.path for it in played.sandbox.requests][1:] == [AGGREGATES]


def test_each_code_is_counted_on_each_queue_with_its_mean_in_seconds() -> None:
    played = a_busy_org()
    rows = read_usage(played.client, NOVEMBER)
    assert figures(rows) == EXPECTED
    assert rows[0].code_id == SALE["id"]
    assert played.writes == [f"POST {AGGREGATES}"]


def test_a_year_is_asked_for_in_slices_and_comes_to_the_same() -> None:
    played = a_busy_org()
    told: list[float] = []
    assert figures(read_usage(played.client, YEAR, on_progress=told.append)) == EXPECTED
    assert len(played.writes) == 12
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_slices_that_split_the_conversations_add_up() -> None:
    """A mean of means would be wrong: counts and sums are added."""
    state = a_talking_state()
    Talk(state).wrapped_up(SALE, 20)
    passing(state, 86_400 * 40)
    Talk(state).wrapped_up(SALE, 31)
    Talk(state).wrapped_up(SALE, 60)
    rows = read_usage(Played(state).client, YEAR)
    assert figures(rows) == [("Billing", "Sale", 3, 37.0, 3, 97.0)]


def test_a_slice_that_is_limited_to_the_last_is_cut_in_half() -> None:
    """The guides' advice after a 429: smaller batches."""
    limited = a_fault("rate_limited", AGGREGATES, times=4)
    played = a_busy_org(faults=[limited])
    assert figures(read_usage(played.client, NOVEMBER)) == EXPECTED
    assert len([it for it in played.sandbox.requests if it.path == AGGREGATES and it.status == 200]) == 2


def test_a_limit_that_does_not_let_a_day_through_is_an_error() -> None:
    played = a_busy_org(faults=[a_fault("rate_limited", AGGREGATES, times=None)])
    with pytest.raises(RateLimitedError, match="the platform still limits the rate"):
        read_usage(played.client, NOVEMBER)


def test_a_deleted_code_keeps_its_name_where_that_may_be_seen() -> None:
    played = a_busy_org()
    a_caller(played.state).ask("DELETE", f"{CODES}/{SALE['id']}")
    assert figures(read_usage(played.client, NOVEMBER))[0][:2] == ("Billing", "Sale (deleted)")
    permissions = ["analytics:*:view", "routing:queue:view", "routing:wrapupCode:view"]
    limited = Played(played.state, may(*permissions))
    row = read_usage(limited.client, NOVEMBER)[0]
    assert (row.code, row.code_id) == (None, SALE["id"])


def test_any_other_refusal_of_the_names_is_an_error() -> None:
    played = a_busy_org(faults=[a_fault("unauthorized", f"{CODES}/divisionviews", times=2)])
    a_caller(played.state).ask("DELETE", f"{CODES}/{SALE['id']}")
    with pytest.raises(AuthError, match="the token has expired"):
        read_usage(played.client, NOVEMBER)


def answering(*groups: dict[str, str]) -> GenesysClient:
    """Return a client of a platform that answers with groups of one handling each, and a metric of tomorrow."""
    stats = {"count": 1.0, "sum": 1000.4}
    metrics = [{"metric": name, "stats": stats} for name in ("tHandle", "tAcw", "tTomorrow")]
    results = [{"group": group, "data": [{"interval": "a/b", "metrics": metrics}]} for group in groups]

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == AGGREGATES:
            return httpx.Response(200, json={"results": results})
        entities = [{"id": it["id"], "name": it["name"]} for it in (SALE, REFUND)]
        found = entities if request.url.path == CODES else []
        return httpx.Response(200, json={"entities": found, "pageCount": 1, "total": len(found)})

    access = Access(region_of("eu-west-1"), AccessToken("token"))
    return GenesysClient(access, wire=httpx.MockTransport(answer))


def test_several_codes_of_one_handling_are_named_one_by_one() -> None:
    """The platform may answer them as one text; a code that nobody knows leaves the whole without a name."""
    both = f"{SALE['id']},{REFUND['id']}"
    rows = read_usage(answering({"wrapUpCode": both}, {"wrapUpCode": f"{SALE['id']},gone"}), NOVEMBER)
    assert [(row.code, row.code_id) for row in rows] == [("Sale + Refund", both), (None, f"{SALE['id']},gone")]


def test_a_handling_without_a_code_or_a_queue_is_a_row_of_its_own() -> None:
    rows = read_usage(answering({}, {"wrapUpCode": DEFAULT_CODE_ID, "queueId": "gone"}), NOVEMBER)
    assert [(row.code_id, row.code, row.queue_id, row.queue) for row in rows] == [
        (None, None, None, None),
        (DEFAULT_CODE_ID, "Default Wrap-up Code", "gone", None),
    ]
    assert (rows[0].handled, rows[0].mean_handle_s) == (1, 1.0)


def test_an_answer_without_results_is_no_usage() -> None:
    """The platform leaves out what has no data."""
    assert read_usage(answering(), NOVEMBER) == ()


def test_403_says_which_permission_is_missing() -> None:
    played = Played(a_talking_state(), may("routing:*:view"))
    with pytest.raises(AuthError, match="this call needs the permission analytics:conversationAggregate:view"):
        read_usage(played.client, NOVEMBER)


def test_a_mean_of_nothing_is_none() -> None:
    row = Usage(code_id=None, queue_id=None)
    assert (row.mean_acw_s, row.mean_handle_s) == (None, None)


def test_a_period_that_does_not_end_after_it_begins_is_refused() -> None:
    with pytest.raises(UsageError, match="does not end after it begins"):
        Period(NOVEMBER.end, NOVEMBER.start)


@given(st.integers(1, 100_000), st.integers(500, 5_000))
def test_slices_cover_a_period_without_gap_or_overlap(minutes: int, length: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    period = Period(start, start + timedelta(minutes=minutes))
    parts = list(period.slices(timedelta(minutes=length)))
    assert parts[0].start == period.start
    assert parts[-1].end == period.end
    assert all(one.end == other.start for one, other in pairwise(parts))
    assert all(part.length <= timedelta(minutes=length) for part in parts)
