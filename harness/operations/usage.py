"""How often each wrap-up code was used on each queue, and how long wrapping up took: the platform's own aggregates.

Source:
    `platform.md` section 6.1. A metric counts in the interval in which it is emitted, which may be later than its
    conversation; combinations without data are left out; timers are in milliseconds.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import msgspec

from harness.client import GenesysClient, Listing
from harness.errors import AuthError, RateLimitedError
from harness.model import WrapUpCode, is_system_code
from harness.model.ids import DEFAULT_CODE_ID
from harness.model.periods import Period
from harness.operations.reading import read_codes, read_listing, read_queues

__all__ = ["Usage", "read_usage"]

_PATH = "/api/v2/analytics/conversations/aggregates/query"
_LONGEST = timedelta(days=31)
_SHORTEST = timedelta(days=1)
_DEFAULT_CODE_NAME = "Default Wrap-up Code"


@dataclass(frozen=True, kw_only=True)
class Usage:
    """One wrap-up code on one queue, in one period.

    Attributes:
        code_id: The code's id, or the literal of a system code; None for handlings without a code.
        code: Its name, or None when nothing that can be seen has that id.
        queue_id: None for what belongs to no queue.
        queue: Its name, or None.
        handled: How many handlings ended.
        handle_ms: How long they took together, after-call work included, in milliseconds.
        wrapped: How many of them had after-call work.
        acw_ms: How long that took together, in milliseconds.
    """

    code_id: str | None
    queue_id: str | None
    code: str | None = None
    queue: str | None = None
    handled: int = 0
    handle_ms: int = 0
    wrapped: int = 0
    acw_ms: int = 0

    @property
    def mean_handle_s(self) -> float | None:
        """Seconds that a handling took on average, to the millisecond; None without one."""
        return _mean_s(self.handle_ms, self.handled)

    @property
    def mean_acw_s(self) -> float | None:
        """Seconds that after-call work took on average, to the millisecond; None without any."""
        return _mean_s(self.acw_ms, self.wrapped)


def _mean_s(sum_ms: int, count: int) -> float | None:
    return None if count == 0 else round(sum_ms / count) / 1000


class _Stats(msgspec.Struct):
    count: float = 0
    sum: float = 0


class _Metric(msgspec.Struct):
    metric: str
    stats: _Stats = msgspec.field(default_factory=_Stats)


class _Data(msgspec.Struct):
    metrics: list[_Metric] = []


class _Result(msgspec.Struct):
    group: dict[str, str] = {}
    data: list[_Data] = []


class _Response(msgspec.Struct):
    results: list[_Result] = []


@dataclass
class _Sums:
    """Counts and sums of one group, by metric."""

    counts: dict[str, int] = field(default_factory=lambda: {"tHandle": 0, "tAcw": 0})
    sums_ms: dict[str, int] = field(default_factory=lambda: {"tHandle": 0, "tAcw": 0})


def read_usage(
    client: GenesysClient, period: Period, *, on_progress: Callable[[float], None] = lambda _: None
) -> tuple[Usage, ...]:
    """Return how each code was used on each queue, sorted by the names of queue and code.

    A long period is asked for in slices; a slice that is still refused for its rate after the client's own attempts is
    cut in half, down to a day.

    Args:
        client: Reads.
        period: Which handlings: those that ended in it.
        on_progress: Called after every slice with the share of the period that is read, 0.0 to 1.0.

    Raises:
        RateLimitedError: If not even a day could be read.
        ApiError: If the platform could not be asked.
    """
    groups: dict[tuple[str | None, str | None], _Sums] = {}
    waiting = deque(period.slices(_LONGEST))
    while waiting:
        part = waiting.popleft()
        try:
            response = client.post(_PATH, _query(part), _Response)
        except RateLimitedError:
            half = part.length / 2
            if half < _SHORTEST:
                raise
            waiting.extendleft(reversed([*part.slices(half)]))
            continue
        for result in response.results:
            _add(groups.setdefault((result.group.get("wrapUpCode"), result.group.get("queueId")), _Sums()), result)
        on_progress((part.end - period.start) / period.length)
    return _named(
        client,
        [
            Usage(
                code_id=code_id,
                queue_id=queue_id,
                handled=found.counts["tHandle"],
                handle_ms=found.sums_ms["tHandle"],
                wrapped=found.counts["tAcw"],
                acw_ms=found.sums_ms["tAcw"],
            )
            for (code_id, queue_id), found in groups.items()
        ],
    )


def _query(period: Period) -> Mapping[str, object]:
    return {"interval": str(period), "groupBy": ["wrapUpCode", "queueId"], "metrics": ["tHandle", "tAcw"]}


def _add(sums: _Sums, result: _Result) -> None:
    for data in result.data:
        for metric in data.metrics:
            if metric.metric in sums.counts:
                sums.counts[metric.metric] += round(metric.stats.count)
                sums.sums_ms[metric.metric] += round(metric.stats.sum)


# -- names ----------------------------------------------------------------------------------------------------------


def _named(client: GenesysClient, rows: Sequence[Usage]) -> tuple[Usage, ...]:
    if not rows:
        return ()
    queues = {queue.id: queue.name for queue in read_queues(client)}
    # Several codes of one handling may come as one text.
    ids = {code_id for row in rows for code_id in (row.code_id or "").split(",") if code_id}
    names = _code_names(client, ids)
    named = [replace(row, code=_joined(row.code_id, names), queue=queues.get(row.queue_id or "")) for row in rows]
    return tuple(
        sorted(named, key=lambda row: (row.queue or "~", row.queue_id or "", row.code or "~", row.code_id or ""))
    )


def _joined(code_id: str | None, names: Mapping[str, str]) -> str | None:
    found = [names.get(each) for each in (code_id or "").split(",") if each]
    return " + ".join(name for name in found if name is not None) if found and None not in found else None


def _code_names(client: GenesysClient, ids: set[str]) -> Mapping[str, str]:
    names = {code_id: code_id for code_id in ids if is_system_code(code_id)}
    if DEFAULT_CODE_ID in ids:
        names[DEFAULT_CODE_ID] = _DEFAULT_CODE_NAME
    if ids - names.keys():
        names |= {code.id: code.name for code in read_codes(client)}
    if gone := sorted(ids - names.keys()):
        names |= {code.id: f"{code.name} (deleted)" for code in _deleted(client, gone)}
    return names


def _deleted(client: GenesysClient, ids: Sequence[str]) -> Sequence[WrapUpCode]:
    """Return deleted codes; without the permission to search they stay without a name."""
    path = "/api/v2/routing/wrapupcodes/divisionviews"
    found: list[WrapUpCode] = []
    try:
        for start in range(0, len(ids), 100):
            params = {"id": ids[start : start + 100], "includeState": "Deleted"}
            found += read_listing(client, Listing(path, 100, params=params), WrapUpCode)
    except AuthError as error:
        if error.status != 403:
            raise
    return found
