"""What is asked of evidence besides counting: a percentile, when codes were used last, channels in use."""

from collections.abc import Sequence
from typing import Any

import ibis
from ibis.expr.types import Table

from harness.evidence.measures import is_open
from harness.evidence.questions import GRAINS, Grain, Question

__all__ = ["channels_in_use", "durations", "p95", "uses_of_codes"]

_BUCKET_MS = 1000


def durations(table: Table, question: Question) -> Table:
    """Return the handlings with an ACW duration that a question looks at."""
    found = table.filter(~is_open(table), table.acw_ms.notnull())
    return found if question.channel is None else found.filter(found.channel == question.channel)


def p95(table: Table, grain: Grain, question: Question) -> Table:
    """Return, for each row of a grain, the ACW duration in ms that 95 of 100 do not exceed: exact, by nearest rank.

    First the second in which it lies, then the duration within that second: the memory that this takes grows with the
    queues, not with the handlings.

    Returns:
        The keys' columns and `acw_p95_ms`; a queue without a duration has no row.
    """
    keys = list(GRAINS[grain])
    timed = durations(table, question)
    # A join takes no null for equal to another, and "" is nobody's id.
    timed = timed.mutate(queue_id=timed.queue_id.fill_null(""), bucket=timed.acw_ms // _BUCKET_MS)
    seconds = timed.group_by([*keys, "bucket"]).aggregate(n=timed.count())
    ranked = _ranked(seconds, keys, "bucket", before=0)
    whole = seconds.group_by(keys).aggregate(whole=seconds.n.sum())
    ranked = ranked.join(whole, keys)
    hit = ranked.filter(_reaches(ranked), ~_reached_before(ranked)).select(*keys, "bucket", "whole", earlier="before")
    inside = timed.semi_join(hit, [*keys, "bucket"])
    exact = inside.group_by([*keys, "acw_ms"]).aggregate(n=inside.count()).join(hit, keys)
    within = _ranked(exact, keys, "acw_ms", before=exact.earlier)
    found = within.filter(_reaches(within), ~_reached_before(within))
    return found.select(*keys, acw_p95_ms=found.acw_ms).mutate(queue_id=ibis._.queue_id.nullif(""))


def _ranked(table: Table, keys: Sequence[str], value: str, before: Any) -> Table:
    """Return a histogram with how many lie up to each value, and how many before it."""
    window = ibis.cumulative_window(group_by=list(keys), order_by=value)
    upto = (table.n.sum().over(window) + before).cast("int64")
    counted = table.mutate(upto=upto)
    return counted.mutate(before=counted.upto - counted.n)


def _reaches(table: Table) -> Any:
    return table.upto * 100 >= table.whole * 95


def _reached_before(table: Table) -> Any:
    return table.before * 100 >= table.whole * 95


def uses_of_codes(table: Table) -> Table:
    """Return how each code was used, as a first or as a final one, system codes included.

    Returns:
        `code_id`; `used`; `untold`, of handlings that may be drafts; `last_s`, seconds since 1970 when the last of the
        used ones ended, null when none had.
    """
    table = table.mutate(open=is_open(table))
    final = table.filter(table.final_code_id.notnull())
    first = table.filter(table.first_code_id != table.final_code_id)
    both = ibis.union(_uses(final, "final_code_id"), _uses(first, "first_code_id"), distinct=False)
    return both.group_by("code_id").aggregate(used=both.used.sum(), untold=both.untold.sum(), last_s=both.last_s.max())


def _uses(table: Table, column: str) -> Table:
    return table.group_by(code_id=table[column]).aggregate(
        used=table.count(where=~table.open),
        untold=table.count(where=table.open.isnull()),
        # Cut before it is cast: some engines would round half a second up.
        last_s=table.ended_at.max(where=~table.open).truncate("s").epoch_seconds().cast("int64"),
    )


def channels_in_use(table: Table) -> Table:
    """Return queue and channel of every pair that some handling has."""
    return table.filter(table.queue_id.notnull(), table.channel.notnull()).select("queue_id", "channel").distinct()
