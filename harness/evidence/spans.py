"""Spans of time: what was read, what is complete, and the days in UTC that they touch."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import msgspec

__all__ = ["Moment", "Span", "days_of", "joined", "whole_day", "without"]

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time without a time zone is refused: it could be any."""


class Span(msgspec.Struct, frozen=True, order=True):
    """A period: from a moment (included) to another (excluded)."""

    start: Moment = msgspec.field(name="from")
    end: Moment = msgspec.field(name="to")


def whole_day(day: date) -> Span:
    """Return a day in UTC."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Span(start, start + timedelta(days=1))


def days_of(span: Span) -> Iterator[date]:
    """Yield the days that a span touches."""
    day = span.start.astimezone(UTC).date()
    while whole_day(day).start < span.end:
        yield day
        day += timedelta(days=1)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same time as the fewest spans, in order.

    Example:
        >>> one, two, three, four = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3, 4))
        >>> joined([Span(two, three), Span(one, two), Span(three, four)]) == (Span(one, four),)
        True
    """
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def without(spans: Iterable[Span], cut: Span) -> tuple[Span, ...]:
    """Return the time of some spans that lies outside of another.

    Example:
        >>> one, two, three, four = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3, 4))
        >>> without([Span(one, four)], Span(two, three)) == (Span(one, two), Span(three, four))
        True
    """
    left = [Span(it.start, min(it.end, cut.start)) for it in spans]
    right = [Span(max(it.start, cut.end), it.end) for it in spans]
    return joined(it for it in (*left, *right) if it.start < it.end)
