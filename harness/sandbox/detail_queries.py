"""Queries for the details of conversations: which conversations they find.

Source:
    `platform.md` section 6.2: at most 7 days without a filter and 31 with one; a synchronous query finds no
    conversation that started before the first day of its interval; predicates of one segment filter are about the
    same segment.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from harness.sandbox.details import CONVERSATION_DIMENSIONS, SEGMENT_DIMENSIONS, conversation_values, segment_values
from harness.sandbox.intervals import DAY_MS, read_interval
from harness.sandbox.predicates import Filter, compiled
from harness.sandbox.problems import bad_request, invalid_value
from harness.sandbox.state import Entity

__all__ = ["DetailQuery", "Page", "TermsQuery", "found", "terms"]

_DAYS, _DAYS_WITH_FILTER = 7, 31
_MOST = 100


class Page(msgspec.Struct, frozen=True, rename="camel"):
    """Which page; 25 conversations when nothing else is said."""

    page_size: int = 25
    page_number: int = 1

    def check(self) -> None:
        """Refuse a page that cannot be.

        Raises:
            ApiProblem: If it is one.
        """
        if not 1 <= self.page_size <= _MOST or self.page_number < 1:
            raise bad_request(f"paging must have a pageSize between 1 and {_MOST}, and a pageNumber of at least 1")


class TermsQuery(msgspec.Struct, frozen=True):
    """Asks which values of a dimension are in use, and how often."""

    type: Literal["termFrequency"]
    dimension: str
    size: int = 10


class DetailQuery(msgspec.Struct, frozen=True, rename="camel"):
    """The models `ConversationQuery` and `AsyncConversationQuery`, as far as the sandbox knows them.

    Attributes:
        evaluation_filters: The sandbox has no evaluations, surveys or resolutions: such filters are refused.
    """

    interval: str
    conversation_filters: tuple[Filter, ...] = ()
    segment_filters: tuple[Filter, ...] = ()
    evaluation_filters: tuple[Any, ...] = ()
    survey_filters: tuple[Any, ...] = ()
    resolution_filters: tuple[Any, ...] = ()
    order: Literal["asc", "desc", "unordered"] = "asc"
    order_by: Literal["conversationStart", "conversationEnd", "segmentStart", "segmentEnd"] = "conversationStart"
    aggregations: tuple[TermsQuery, ...] = ()
    paging: Page | None = None
    limit: int | None = None
    start_of_day_interval_matching: bool = False

    def check_length(self) -> None:
        """Refuse an interval that is too long for an answer at once.

        Raises:
            ApiProblem: If it is.
        """
        filtered = bool(self.conversation_filters or self.segment_filters)
        most = _DAYS_WITH_FILTER if filtered else _DAYS
        if read_interval(self.interval).days > most:
            kind = "with" if filtered else "without"
            raise bad_request(f"The interval of a query {kind} filters may be at most {most} days long")


def found(query: DetailQuery, details: Iterable[Entity], *, whole_days: bool) -> list[Entity]:
    """Return the conversations that a query finds, in its order.

    Args:
        query: What was asked.
        details: Conversations in the order of their beginnings.
        whole_days: Whether a conversation must have started on a day that the interval touches.

    Raises:
        ApiProblem: If the query asks for what the sandbox has no data for.
    """
    if query.evaluation_filters or query.survey_filters or query.resolution_filters:
        raise bad_request("The sandbox has no evaluations, surveys and resolutions")
    interval = read_interval(query.interval)
    first_ms = interval.start_ms - interval.start_ms % DAY_MS if whole_days else None
    meets = compiled(query.conversation_filters, CONVERSATION_DIMENSIONS)
    segments_meet = [compiled([each], SEGMENT_DIMENSIONS) for each in query.segment_filters]

    def hit(conversation: Entity) -> bool:
        start_ms, last_ms = _ms(conversation["conversationStart"]), _last_ms(conversation)
        if start_ms >= interval.end_ms or (last_ms is not None and last_ms < interval.start_ms):
            return False
        if first_ms is not None and start_ms < first_ms:
            return False
        if not meets(conversation_values(conversation)):
            return False
        segments = list(segment_values(conversation)) if segments_meet else []
        return all(any(each(values) for values in segments) for each in segments_meet)

    hits = [conversation for conversation in details if hit(conversation)]
    hits.sort(key=lambda conversation: _order(conversation, query.order_by), reverse=query.order == "desc")
    return hits


def terms(queries: Sequence[TermsQuery], hits: Sequence[Entity]) -> list[Entity]:
    """Return how many segments of some conversations have each value of a dimension, the most frequent first.

    Raises:
        ApiProblem: If the sandbox has no data for a dimension.
    """
    answers = []
    for query in queries:
        if query.dimension not in SEGMENT_DIMENSIONS:
            raise invalid_value(query.dimension, "dimension", ", ".join(sorted(SEGMENT_DIMENSIONS)))
        counts = Counter(
            value
            for conversation in hits
            for values in segment_values(conversation)
            for value in values.get(query.dimension, ())
        )
        ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
        answers.append(
            {
                "type": query.type,
                "dimension": query.dimension,
                "count": sum(counts.values()),
                "results": [{"value": value, "count": count} for value, count in ranked[: query.size]],
            }
        )
    return answers


def _last_ms(conversation: Entity) -> int | None:
    """Return when the last of a conversation happened, wrap-ups among it; None while it goes on."""
    segments = [
        segment
        for participant in conversation["participants"]
        for session in participant["sessions"]
        for segment in session["segments"]
    ]
    if any("segmentEnd" not in segment for segment in segments):
        return None
    return max(_ms(segment["segmentEnd"]) for segment in segments)


def _order(conversation: Entity, by: str) -> str:
    if by == "conversationEnd":
        return str(conversation.get("conversationEnd", "9999"))
    # Segments begin with their conversation, and end with it or later.
    return str(conversation["conversationStart"])


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)
