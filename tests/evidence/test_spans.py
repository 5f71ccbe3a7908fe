"""Spans of time: the same moments, whatever is joined and cut."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from harness.evidence.manifest import complete_until
from harness.evidence.spans import Span, days_of, joined, whole_day, without

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
HOURS = st.integers(0, 96)
SPANS = st.tuples(HOURS, HOURS).filter(lambda it: it[0] < it[1]).map(lambda it: span(*it))


def span(start: int, end: int) -> Span:
    return Span(FIRST + timedelta(hours=start), FIRST + timedelta(hours=end))


def hours(*spans: Span) -> set[int]:
    return {hour for hour in range(97) for it in spans if it.start <= FIRST + timedelta(hours=hour) < it.end}


@given(st.lists(SPANS))
def test_joined_spans_cover_the_same_time_and_do_not_touch(spans: list[Span]) -> None:
    found = joined(spans)
    assert hours(*found) == hours(*spans)
    assert all(one.end < other.start for one, other in pairwise(found))


@given(st.lists(SPANS), SPANS)
def test_what_is_cut_out_is_gone_and_nothing_else(spans: list[Span], cut: Span) -> None:
    assert hours(*without(spans, cut)) == hours(*spans) - hours(cut)


@given(SPANS)
def test_the_days_of_a_span_cover_it(it: Span) -> None:
    days = [*days_of(it)]
    assert hours(it) <= hours(*map(whole_day, days))
    assert all(hours(whole_day(day)) & hours(it) for day in days)


@given(st.lists(SPANS, max_size=3), st.lists(SPANS, max_size=2))
def test_nothing_before_the_end_of_what_is_complete_is_unsettled(periods: list[Span], unsettled: list[Span]) -> None:
    known = joined(periods)
    open_ = tuple(it for it in joined(unsettled) if hours(it) <= hours(*known))
    until = complete_until(known, open_)
    if until is None:
        assert not known or (open_ and open_[0].start <= known[0].start)
    else:
        assert all(it.start >= until for it in open_)
