"""Evidence of any size, seeded and made by DuckDB: handlings of a month, with what usage checks look for."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import msgspec

from harness.evidence.manifest import MANIFEST, Manifest, OrgOfEvidence, Rows, day_file
from harness.evidence.spans import Span

__all__ = ["CODES_OF_A_QUEUE", "DAYS", "QUEUES", "handlings"]

QUEUES = 500
CODES = 2_000
CODES_OF_A_QUEUE = 40
DAYS = 31
_FIRST = date(2026, 10, 1)

# Every tenth conversation has two handlings. Ten queues do everything worse than the others.
_DAY = """
COPY (
    WITH drawn AS (
        SELECT i, hash(i * 31 + 7) AS a, hash(i * 17 + 3) AS b FROM range({start}, {stop}) r(i)
    ), made AS (
        SELECT i, a % {queues} AS queue, (a // 512) % {offered} AS nth, (a // 32768) % 1000 AS fate,
            (b % 1000) * (b // 1024 % 180) AS acw, b // 1048576 % 86400000 AS since,
            b // 137438953472 % 1000 AS manner
        FROM drawn
    ), told AS (
        SELECT *, CASE WHEN queue < 10 THEN 4 ELSE 1 END AS worse FROM made
    )
    SELECT
        c.id AS conversation_id,
        'agent-' || lpad((i % 3000)::varchar, 8, '0') AS agent_id,
        q.id AS queue_id,
        CASE WHEN manner % 10 < 7 THEN 'voice' WHEN manner % 10 < 9 THEN 'message' ELSE 'email' END AS channel,
        make_timestamp_ms(({day_ms} + since)::bigint) AT TIME ZONE 'UTC' AS started_at,
        make_timestamp_ms(({day_ms} + since + 240000 + acw)::bigint) AT TIME ZONE 'UTC' AS ended_at,
        CASE WHEN fate < 20 * worse THEN NULL WHEN fate > 990 THEN 'ININ-WRAP-UP-TIMEOUT' ELSE w.id END AS first_code_id,
        CASE WHEN fate < 20 * worse THEN NULL WHEN fate BETWEEN 980 AND 980 + 4 * worse THEN 'ININ-WRAP-UP-TIMEOUT'
            WHEN fate = 979 THEN '7fb334b0-0e9e-11e4-9191-0800200c9a66' ELSE w.id END AS final_code_id,
        (acw * worse)::bigint AS acw_ms,
        fate < 5 AS skipped,
        manner = 1 AS pending,
        false AS provisional,
        manner BETWEEN 100 AND 149 AS transferred,
        CASE WHEN fate < 20 * worse THEN NULL WHEN fate BETWEEN 980 AND 980 + 4 * worse THEN 'timeout'
            WHEN fate = 979 THEN 'default' END AS system_code,
        manner % 3 > 0 AS has_note
    FROM told
    JOIN queue_ids q ON q.n = queue
    JOIN code_ids w ON w.n = (queue * 7 + nth) % {codes}
    CROSS JOIN LATERAL (SELECT md5('c' || (i - (i % 10 = 9)::int))::uuid::varchar AS id) c
) TO '{file}' (FORMAT parquet, COMPRESSION zstd)
"""


def handlings(folder: Path, number: int) -> Path:
    """Return a folder of evidence; it is made when it is not there yet. 20 million handlings take about 650 MB."""
    made = folder / f"evidence-{number}"
    if (made / MANIFEST).exists():
        return made
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    connection = duckdb.connect()
    for table, size in (("queue", QUEUES), ("code", CODES)):
        connection.execute(
            f"CREATE TEMP TABLE {table}_ids AS "  # noqa: S608 - our own words
            f"SELECT n, md5('{table}' || n)::uuid::varchar AS id FROM range({size}) r(n)"
        )
    files = {}
    for at in range(DAYS):
        day = _FIRST + timedelta(days=at)
        start, stop = number * at // DAYS, number * (at + 1) // DAYS
        name = day_file(day)
        (made / name).parent.mkdir()
        connection.execute(
            _DAY.format(
                start=start,
                stop=stop,
                queues=QUEUES,
                codes=CODES,
                offered=CODES_OF_A_QUEUE,
                day_ms=int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000),
                file=made / name,
            )
        )
        files[name] = Rows(stop - start)
    connection.close()
    first = datetime(_FIRST.year, _FIRST.month, _FIRST.day, tzinfo=UTC)
    last = first + timedelta(days=DAYS)
    manifest = Manifest(
        org=OrgOfEvidence("org", "Made"),
        periods=(Span(first, last),),
        complete_until=last,
        source="platform",
        files=files,
        tool_version="benchmark",
    )
    (made / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    return made
