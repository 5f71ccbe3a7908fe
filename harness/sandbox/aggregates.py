"""Aggregates: the metrics of all conversations, counted and summed by group and by time.

Source:
    `platform.md` section 6.1: timers in milliseconds; each metric counts when it is emitted, which may be later than
    its conversation; combinations without data are left out, and so is a dimension that a metric does not have.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec

from harness.sandbox.intervals import Interval, granularity_ms, read_interval
from harness.sandbox.predicates import Filter, Range, Values, compiled
from harness.sandbox.problems import bad_request, invalid_value
from harness.sandbox.state import Entity

__all__ = ["AggregationQuery", "aggregated"]

_DIMENSIONS = frozenset(
    {
        "conversationId", "direction", "divisionId", "mediaType", "originatingDirection", "provider", "purpose",
        "queueId", "requestedRoutingSkillId", "sessionId", "userId", "wrapUpCode",
    }
)  # fmt: skip
_METRICS = frozenset(
    {
        "nBlindTransferred", "nConnected", "nOffered", "nTransferred", "tAcd", "tAcw", "tAlert", "tAnswered",
        "tConnected", "tHandle", "tNotResponding", "tTalk", "tTalkComplete",
    }
)  # fmt: skip
_AT_THE_END = frozenset({"tAcw", "tHandle"})
"""The metrics that know the wrap-up code: the others are emitted before there is one."""


class _View(msgspec.Struct, frozen=True):
    target: str
    name: str
    function: Literal["rangeBound"]
    range: Range


class AggregationQuery(msgspec.Struct, frozen=True, rename="camel"):
    """The model `ConversationAggregationQuery`, as far as the sandbox knows it."""

    interval: str
    metrics: tuple[str, ...]
    granularity: str | None = None
    time_zone: str | None = None
    group_by: tuple[str, ...] = ()
    filter: Filter | None = None
    flatten_multivalued_dimensions: bool = False
    views: tuple[_View, ...] = ()
    query_type: Literal["groupBy"] = "groupBy"


@dataclass(frozen=True)
class _Emitted:
    """One metric of one session, with its dimensions."""

    metric: str
    value: int
    at_ms: int
    values: Values


def aggregated(query: AggregationQuery, details: Iterable[Entity]) -> list[Entity]:
    """Return the results of a query over conversations, sorted by group.

    Raises:
        ApiProblem: If the query asks for what does not exist, or what the sandbox has no data for.
    """
    interval = _checked(query)
    meets = compiled([query.filter] if query.filter is not None else [], _DIMENSIONS)
    wanted = {*query.metrics, *(view.target for view in query.views)}
    length_ms = interval.end_ms - interval.start_ms if query.granularity is None else granularity_ms(query.granularity)
    slices = list(interval.slices(length_ms))
    groups: dict[tuple[tuple[str, str], ...], dict[Interval, list[_Emitted]]] = defaultdict(lambda: defaultdict(list))
    for emitted in (each for conversation in details for each in _emitted(conversation)):
        if emitted.metric not in wanted or emitted.at_ms not in interval or not meets(emitted.values):
            continue
        within = slices[(emitted.at_ms - interval.start_ms) // length_ms]
        for group in _groups(query, emitted.values):
            groups[group][within].append(emitted)
    return [
        {
            "group": dict(group),
            "data": [_data(query, within, by_time[within]) for within in slices if within in by_time],
        }
        for group, by_time in sorted(groups.items())
    ]


def _checked(query: AggregationQuery) -> Interval:
    if not query.metrics:
        raise bad_request("At least one metric must be specified", "required.field.missing")
    for metric in (*query.metrics, *(view.target for view in query.views)):
        if metric not in _METRICS:
            raise invalid_value(metric, "metrics", ", ".join(sorted(_METRICS)))
    for dimension in query.group_by:
        if dimension not in _DIMENSIONS:
            raise invalid_value(dimension, "groupBy", ", ".join(sorted(_DIMENSIONS)))
    if query.time_zone not in (None, "UTC", "Etc/UTC"):
        raise bad_request("The sandbox slices time in UTC only")
    return read_interval(query.interval)


def _emitted(conversation: Entity) -> Iterator[_Emitted]:
    for participant in conversation["participants"]:
        for session in participant["sessions"]:
            segments: Sequence[Entity] = session["segments"]
            codes = [segment["wrapUpCode"] for segment in segments if "wrapUpCode" in segment]
            values = {
                "conversationId": [conversation["conversationId"]],
                "divisionId": conversation["divisionIds"],
                "originatingDirection": [conversation["originatingDirection"]],
                "direction": [session["direction"]],
                "mediaType": [session["mediaType"]],
                "provider": [session["provider"]],
                "sessionId": [session["sessionId"]],
                "purpose": [participant["purpose"]],
                "queueId": [segments[0]["queueId"]],
                "requestedRoutingSkillId": segments[0].get("requestedRoutingSkillIds", []),
                "userId": [participant["userId"]] if "userId" in participant else [],
            }
            for metric in session["metrics"]:
                moment = datetime.fromisoformat(metric["emitDate"])
                ends = {"wrapUpCode": codes} if metric["name"] in _AT_THE_END else {}
                yield _Emitted(metric["name"], metric["value"], round(moment.timestamp() * 1000), values | ends)


def _groups(query: AggregationQuery, values: Values) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield the groups that a metric belongs to: one, or one for each value of a dimension that has several."""
    groups: list[tuple[tuple[str, str], ...]] = [()]
    for dimension in query.group_by:
        found = values.get(dimension, ())
        if len(found) > 1 and not query.flatten_multivalued_dimensions:
            found = [",".join(sorted(found))]
        groups = [(*group, (dimension, value)) for group in groups for value in found] if found else groups
    yield from groups


def _data(query: AggregationQuery, within: Interval, emitted: Sequence[_Emitted]) -> Entity:
    metrics = []
    for metric in dict.fromkeys(query.metrics):
        numbers = [each.value for each in emitted if each.metric == metric]
        if numbers:
            metrics.append({"metric": metric, "stats": _stats(metric, numbers)})
    data: Entity = {"interval": str(within), "metrics": metrics}
    if query.views:
        data["views"] = [
            {"name": view.name, "stats": _stats(view.target, numbers)}
            for view in query.views
            if (numbers := [it.value for it in emitted if it.metric == view.target and view.range.holds(it.value)])
        ]
    return data


def _stats(metric: str, numbers: Sequence[int]) -> Mapping[str, Any]:
    if metric.startswith("n"):
        return {"count": sum(numbers)}
    return {"max": max(numbers), "min": min(numbers), "count": len(numbers), "sum": sum(numbers)}
