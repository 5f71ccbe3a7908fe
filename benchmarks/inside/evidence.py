"""One usage check on a folder of evidence, as the harness asks it or in SQL by hand: `FOLDER CHECK ours|sql`.

Both answer the same: the numbers of every row, and ten conversations of every row whose number breaks a rule.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.handlings import handlings
from benchmarks.measure import Stopwatch
from harness.evidence.engines import connect
from harness.evidence.measurer import Measurer
from harness.evidence.questions import MEASURES, Key, Question, question_of
from harness.evidence.reading import open_evidence
from harness.model.tiny import an_org
from harness.model.usage import CrmExport, Usage

__all__ = ["BREAKS", "CHECKS", "main"]

PARAMETERS: Mapping[str, Mapping[str, Any]] = {"usage.limit": {"max": 120_000}}
MAPPED = "WON"

BREAKS: Mapping[str, Callable[[Usage], bool]] = {
    "usage.coded": lambda it: (it.coded or 0) * 100 < (it.handled or 0) * 93,
    "usage.timeouts": lambda it: (it.timed_out or 0) * 100 > (it.wrapped or 0),
    "usage.default_code": lambda it: (it.default_code or 0) * 500 > (it.wrapped or 0),
    "usage.limit": lambda it: (it.over or 0) * 100 > (it.timed or 0) * 20,
    "usage.offered": lambda it: it.queue_id is not None and it.queue_id[:2] == "00",
    "usage.dominant": lambda it: (it.top_coded or 0) * 100 > (it.coded or 0) * 10,
    "usage.noted": lambda it: (it.noted or 0) * 100 < ((it.noted or 0) + (it.unnoted or 0)) * 60,
    "usage.changed": lambda it: (it.changed or 0) * 1000 > (it.wrapped or 0) * 17,
}
"""What a policy would call broken: few rows of many, as in an org that is in order."""

CHECKS = (*MEASURES, "usage.unused", "usage.reconciled")

_SQL = {
    "usage.coded": (
        "count(*) FILTER (closed) AS whole, count(*) FILTER (closed AND coded) AS part",
        "part * 100 < whole * 93",
        "closed AND NOT coded",
    ),
    "usage.timeouts": (
        "count(*) FILTER (closed AND wrapped) AS whole, count(*) FILTER (closed AND system_code = 'timeout') AS part",
        "part * 100 > whole",
        "closed AND system_code = 'timeout'",
    ),
    "usage.default_code": (
        "count(*) FILTER (closed AND wrapped) AS whole, count(*) FILTER (closed AND system_code = 'default') AS part",
        "part * 500 > whole",
        "closed AND system_code = 'default'",
    ),
    "usage.limit": (
        "count(*) FILTER (closed AND wrapped) AS wrapped_too, count(acw_ms) FILTER (closed) AS whole, "
        "count(*) FILTER (closed AND acw_ms > 120000) AS part",
        "part * 100 > whole * 20",
        "closed AND acw_ms > 120000",
    ),
    "usage.changed": (
        "count(*) FILTER (closed AND wrapped) AS whole, "
        "count(*) FILTER (closed AND first_code_id <> final_code_id) AS part",
        "part * 1000 > whole * 17",
        "closed AND first_code_id <> final_code_id",
    ),
}
# A view: a common table expression that is read twice would be kept, all of it, in memory.
_ROWS = """
    CREATE TEMP VIEW h AS
    SELECT *, NOT (pending OR provisional) AS closed, final_code_id IS NOT NULL AS wrapped,
        final_code_id IS NOT NULL AND system_code IS NULL AS coded
    FROM read_parquet('{files}', hive_partitioning = false)
"""
_BY_QUEUE = """
    WITH n AS MATERIALIZED (
        SELECT queue_id, {numbers}, count(*) FILTER (NOT closed) AS left_out, count(*) FILTER (closed IS NULL) AS untold
        FROM h GROUP BY queue_id
    ), ids AS (
        SELECT queue_id, min(conversation_id, 10) AS ids FROM h
        WHERE {behind} AND queue_id IN (SELECT queue_id FROM n WHERE {breaks}) GROUP BY queue_id
    )
    SELECT n.*, ids.ids FROM n LEFT JOIN ids USING (queue_id)
"""
_BY_CODE = """
    WITH n AS MATERIALIZED (
        SELECT queue_id, final_code_id, {numbers}, count(*) FILTER (NOT closed) AS left_out,
            count(*) FILTER (closed IS NULL) AS untold
        FROM h WHERE coded GROUP BY queue_id, final_code_id
    ), bad AS ({bad}), ids AS (
        SELECT queue_id, final_code_id, min(conversation_id, 10) AS ids FROM h SEMI JOIN bad USING (queue_id, final_code_id)
        WHERE coded AND {behind} GROUP BY queue_id, final_code_id
    )
    SELECT n.*, ids.ids FROM n LEFT JOIN ids USING (queue_id, final_code_id)
"""
_CODES = {
    "usage.offered": (
        "count(*) FILTER (closed) AS part",
        "SELECT queue_id, final_code_id FROM n WHERE queue_id LIKE '00%'",
        "closed",
    ),
    "usage.dominant": (
        "count(*) FILTER (closed) AS part",
        "SELECT queue_id, max_by(final_code_id, part) AS final_code_id FROM n GROUP BY queue_id "
        "HAVING max(part) * 100 > sum(part) * 10",
        "closed",
    ),
    "usage.noted": (
        "count(*) FILTER (closed AND has_note) AS part, count(*) FILTER (closed AND NOT has_note) AS rest",
        "SELECT queue_id, final_code_id FROM n WHERE part * 100 < (part + rest) * 60",
        "closed AND NOT has_note",
    ),
}
_UNUSED = """
    SELECT code_id, sum(used), sum(untold), max(last_used) FROM (
        SELECT final_code_id AS code_id, count(*) FILTER (closed) AS used, count(*) FILTER (closed IS NULL) AS untold,
            epoch_ms(max(ended_at) FILTER (closed)) AS last_used
        FROM h WHERE final_code_id IS NOT NULL GROUP BY 1
        UNION ALL
        SELECT first_code_id, count(*) FILTER (closed), count(*) FILTER (closed IS NULL),
            epoch_ms(max(ended_at) FILTER (closed))
        FROM h WHERE first_code_id <> final_code_id GROUP BY 1
    ) GROUP BY code_id
"""
_RECONCILED = """
    WITH crm AS (
        SELECT conversation_id, min(disposition) AS low, max(disposition) AS high FROM read_parquet('{crm}') GROUP BY 1
    ), held AS (
        SELECT queue_id, final_code_id, low, high FROM h LEFT JOIN crm USING (conversation_id)
        WHERE coded AND closed AND NOT transferred
    )
    SELECT queue_id, final_code_id, low, high, count(*), NULL FROM held GROUP BY ALL
    UNION ALL
    SELECT NULL, NULL, NULL, NULL, count(*), min(conversation_id, 10) FROM crm ANTI JOIN h USING (conversation_id)
"""


def ours(folder: Path, checks: Collection[str]) -> None:
    """Ask what the rules of a policy would, all at once."""
    measurer = Measurer(open_evidence(folder), connect())
    org = an_org()
    questions = {it: question_of(it, PARAMETERS.get(it, {}), ()) for it in checks if it in MEASURES}
    rows = measurer.usage(questions.values(), org) if questions else {}
    wanted: defaultdict[Question, set[Key]] = defaultdict(set)
    for check, question in questions.items():
        wanted[question].update(_key(it) for it in rows[question] if BREAKS[check](it))
    if any(wanted.values()):
        measurer.conversations(wanted)
    if "usage.unused" in checks:
        measurer.codes()
    if "usage.reconciled" in checks:
        measurer.reconciled(CrmExport(str(crm_export(folder))), org)


def _key(usage: Usage) -> Key:
    code_id = usage.code_id or usage.top_code_id
    return (usage.queue_id,) if code_id is None else (usage.queue_id, code_id)


def by_hand(folder: Path, check: str) -> None:
    """Ask the same in one statement."""
    settings: dict[str, Any] = {"preserve_insertion_order": False}
    if check == "usage.reconciled":
        # Both sides of this join are large: with all of the machine's memory it is another question.
        settings["memory_limit"] = "200MB"
    connection = duckdb.connect(config=settings)
    connection.execute(_ROWS.format(files=f"{folder}/day=*/*.parquet"))
    if check in _SQL:
        numbers, breaks, behind = _SQL[check]
        statement = _BY_QUEUE.format(numbers=numbers, breaks=breaks, behind=behind)
    elif check in _CODES:
        numbers, bad, behind = _CODES[check]
        statement = _BY_CODE.format(numbers=numbers, bad=bad, behind=behind)
    elif check == "usage.unused":
        statement = _UNUSED
    else:
        statement = _RECONCILED.format(crm=crm_export(folder))
    connection.execute(statement).fetchall()


def crm_export(folder: Path) -> Path:
    """Return the CRM's records of every second conversation; they are made when they are not there yet."""
    path = folder / "crm.parquet"
    if not path.exists():
        duckdb.execute(
            f"COPY (SELECT DISTINCT conversation_id, '{MAPPED}' AS disposition FROM "  # noqa: S608 - our own words
            f"read_parquet('{folder}/day=*/*.parquet') WHERE hash(conversation_id) % 2 = 0) "
            f"TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
        )
    return path


def main(folder: str, check: str, how: str) -> None:
    """Measure one check, or `all` of them."""
    # What is loaded when it is first used (Ibis: 0.6 s) is loaded once, however much evidence there is.
    _ask(handlings(Path(folder).parent, 1_000), check, how)
    with Stopwatch() as watch:
        _ask(Path(folder), check, how)
    watch.tell()


def _ask(folder: Path, check: str, how: str) -> None:
    if how == "sql":
        by_hand(folder, check)
    else:
        ours(folder, CHECKS[:-1] if check == "all" else [check])


if __name__ == "__main__":
    main(*sys.argv[1:])
