"""How long past after-call work took: its distribution, and what a limit would have cut.

What is still going on, and drafts, are left out, as in every judgement of usage.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from harness.evidence.reading import Evidence, unreadable

__all__ = ["AcwDistribution", "CutByLimit", "cut_by_limit", "distribution"]

_JUDGED = """
    FROM read_parquet(?, hive_partitioning = false, union_by_name = true)
    WHERE acw_ms IS NOT NULL AND NOT coalesce(pending, false) AND NOT coalesce(provisional, false)
        AND (? IS NULL OR list_contains(?, queue_id))
"""
_CUT = f"""
    SELECT queue_id, count(*), count(*) FILTER (WHERE acw_ms > ?), count(*) FILTER (WHERE acw_ms > ?)
    {_JUDGED}
    GROUP BY queue_id
    ORDER BY 3 DESC, queue_id NULLS LAST
"""
_DISTRIBUTION = f"""
    SELECT least(acw_ms // ?, ?) AS bin, count(*)
    {_JUDGED}
    GROUP BY bin
    ORDER BY bin
"""


@dataclass(frozen=True)
class CutByLimit:
    """The after-call work of one queue, held against two limits.

    Attributes:
        queue_id: None for handlings that came through no queue.
        judged: How many handlings have after-call work.
        over: How many of them took longer than the candidate limit.
        over_now: How many took longer than the limit of today; 0 when there is none.
    """

    queue_id: str | None
    judged: int
    over: int
    over_now: int


@dataclass(frozen=True)
class AcwDistribution:
    """How many handlings had after-call work of which length.

    Attributes:
        width_ms: The width of a bin, in milliseconds.
        counts: For each bin from 0 on; the last one holds all that is longer, too.
    """

    width_ms: int
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many handlings have after-call work."""
        return sum(self.counts)


def cut_by_limit(
    evidence: Evidence, limit_ms: int, *, limit_now_ms: int | None, queue_ids: Collection[str] | None
) -> tuple[CutByLimit, ...]:
    """Return what a limit would have cut, by queue, the most first.

    Args:
        evidence: The handlings.
        limit_ms: The candidate, in milliseconds.
        limit_now_ms: The limit of today, or None.
        queue_ids: The queues that are looked at; None: all handlings.

    Raises:
        SourceError: If a file is damaged inside.
    """
    now = (1 << 62) if limit_now_ms is None else limit_now_ms
    rows = _run(evidence, _CUT, [limit_ms, now], queue_ids)
    return tuple(CutByLimit(*row) for row in rows)


def distribution(
    evidence: Evidence, *, width_ms: int, bins: int, queue_ids: Collection[str] | None = None
) -> AcwDistribution:
    """Return how long after-call work took.

    Args:
        evidence: The handlings.
        width_ms: The width of a bin, in milliseconds.
        bins: How many bins; the last one holds all that is longer, too.
        queue_ids: The queues that are looked at; None: all handlings.

    Raises:
        SourceError: If a file is damaged inside.
    """
    found: dict[int, int] = dict(_run(evidence, _DISTRIBUTION, [width_ms, bins - 1], queue_ids))
    return AcwDistribution(width_ms, tuple(int(found.get(bin_, 0)) for bin_ in range(bins)))


def _run(
    evidence: Evidence, query: str, parameters: Sequence[int], queue_ids: Collection[str] | None
) -> list[tuple[Any, ...]]:
    wanted = None if queue_ids is None else sorted(queue_ids)
    # A list without elements has no type of its own.
    of_queues = ["" if wanted is not None else None, wanted or [""]]
    try:
        with duckdb.connect() as connection:
            return connection.execute(query, [*parameters, evidence.glob, *of_queues]).fetchall()
    except duckdb.Error as error:
        raise unreadable(evidence.path, str(error)) from error
