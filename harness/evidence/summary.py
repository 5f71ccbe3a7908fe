"""What a folder of evidence holds, in a few numbers."""

from dataclasses import dataclass

import duckdb

from harness.evidence.reading import Evidence, unreadable

__all__ = ["ChannelSummary", "summarize"]

_QUERY = """
    SELECT
        channel,
        count(*) AS handlings,
        count(*) FILTER (WHERE open) AS unfinished,
        count(*) FILTER (WHERE NOT open AND final_code_id IS NOT NULL AND system_code IS NULL) AS coded
    FROM (
        SELECT *, coalesce(pending, false) OR coalesce(provisional, false) AS open
        FROM read_parquet(?, hive_partitioning = false, union_by_name = true)
    )
    GROUP BY channel
    ORDER BY handlings DESC, channel NULLS LAST
"""


@dataclass(frozen=True)
class ChannelSummary:
    """The handlings of one channel.

    Attributes:
        channel: None where the source does not say.
        handlings: How many.
        unfinished: How many of them are still going on, or have a draft: they are not judged.
        coded: How many of the others end with a code of the org's own; a system code is none.
    """

    channel: str | None
    handlings: int
    unfinished: int
    coded: int

    @property
    def finished(self) -> int:
        """How many can be judged."""
        return self.handlings - self.unfinished


def summarize(evidence: Evidence) -> tuple[ChannelSummary, ...]:
    """Return the numbers of each channel, the busiest first.

    Raises:
        SourceError: If a file is damaged inside.
    """
    try:
        with duckdb.connect() as connection:
            rows = connection.execute(_QUERY, [evidence.glob]).fetchall()
    except duckdb.Error as error:
        raise unreadable(evidence.path, str(error)) from error
    return tuple(ChannelSummary(*row) for row in rows)
