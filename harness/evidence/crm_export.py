"""The CRM's records of conversations, held against what agents chose: joined by conversation id.

A conversation has one outcome in the CRM, and it is the last agent's: handlings that were transferred are left out.
"""

import csv
from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from itertools import groupby
from operator import or_
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr.types import Table

from harness.errors import Problem, SourceError, did_you_mean
from harness.evidence.engines import Engine
from harness.evidence.measures import is_open
from harness.evidence.questions import GRAINS, Key
from harness.model import Org
from harness.model.usage import Covered, CrmExport, Usage

__all__ = ["disagreeing", "reconciled", "records", "shown", "unmatched"]

_EXPECTED: Final = "CSV in UTF-8 with a header, or Parquet (*.parquet)"


def records(export: CrmExport, engine: Engine) -> Table:
    """Return the CRM's records as a table of an engine: one row for each conversation.

    Returns:
        `conversation_id`; `low` and `high`, which are the same where its records agree, "" for a record without a
        disposition.

    Raises:
        SourceError: If the file cannot be read, or has other columns; all of them at once.
    """
    path = Path(export.path)
    columns = _columns(path)
    problems = [
        Problem(
            export.path,
            f"no column '{name}'",
            line=None if path.suffix.lower() == ".parquet" else 1,
            expected=f"one of {', '.join(columns) or 'none: the file is empty'}",
            hint=did_you_mean(name, columns) or f"name it in the policy: 'uses: {{crm_export: {{{key}: …}}}}'",
        )
        for key, name in (("conversation", export.conversation), ("disposition", export.disposition))
        if name not in columns
    ]
    if problems:
        raise SourceError(problems)
    table = engine.file(path)
    table = table.select(
        conversation_id=table[export.conversation].cast("string").strip(),
        disposition=table[export.disposition].cast("string").strip().fill_null(""),
    )
    table = table.filter(table.conversation_id != "")
    return table.group_by("conversation_id").aggregate(low=table.disposition.min(), high=table.disposition.max())


def _columns(path: Path) -> tuple[str, ...]:
    try:
        if path.suffix.lower() == ".parquet":
            return tuple(pq.read_schema(path).names)
        with path.open(encoding="utf-8-sig", newline="") as file:
            return tuple(next(csv.reader(file), ()))
    except (OSError, UnicodeDecodeError, csv.Error, pa.ArrowException) as error:
        missing = isinstance(error, FileNotFoundError)
        what = "there is no such file" if missing else f"cannot be read: {str(error).strip().partition(chr(10))[0]}"
        raise SourceError([Problem(str(path), what, expected=_EXPECTED)]) from error


def _held(table: Table, crm: Table) -> Table:
    """Return the handlings whose code the CRM should show, each with the CRM's record where there is one."""
    coded = table.filter(table.final_code_id.notnull(), table.system_code.isnull())
    coded = coded.mutate(open=is_open(coded))
    coded = coded.filter((~coded.transferred | coded.transferred.isnull()), (~coded.open | coded.open.isnull()))
    coded = coded.mutate(told=coded.open.notnull() & coded.transferred.notnull())
    return coded.left_join(crm, "conversation_id").select(*_KEYS, "conversation_id", "told", "low", "high")


_KEYS: Final = GRAINS["code"]


def shown(table: Table, crm: Table) -> Table:
    """Return, for each code on each queue, what the CRM's records show, and how often.

    Returns:
        The keys' columns, `told`, `low`, `high`, and `n` handlings. `told` is false where the evidence does not tell
        whether the handling was transferred or is a draft.
    """
    held = _held(table, crm)
    return held.group_by([*_KEYS, "told", "low", "high"]).aggregate(n=held.count())


def unmatched(table: Table, crm: Table, engine: Engine) -> Table:
    """Return one row about the CRM's records whose conversation the evidence does not hold.

    Returns:
        `all_records`, `n` and the first few `ids`.
    """
    lonely = crm.anti_join(table.select("conversation_id"), "conversation_id")
    found = lonely.aggregate(
        n=lonely.count(), ids=engine.first(lonely.conversation_id, lonely.conversation_id.notnull())
    )
    return found.cross_join(crm.aggregate(all_records=crm.count()))


def disagreeing(table: Table, crm: Table, mapped: Mapping[str, str], keys: Collection[Key], engine: Engine) -> Table:
    """Return the first few conversations, for some codes on queues, of which the CRM does not show what it should.

    Args:
        table: The handlings.
        crm: The CRM's records.
        mapped: Code id → the disposition that it maps to.
        keys: Queue's and code's ids. A few more pairs than wanted come back.
        engine: Where the tables are.
    """
    held = _held(table, crm)
    other = [
        (held.final_code_id == code) & ~((held.low == right) & (held.high == right)).fill_null(False)  # noqa: FBT003
        for code, right in sorted(mapped.items())
        if any(key[1] == code for key in keys)
    ]
    found = held.filter(held.told, reduce(or_, other))
    ids = engine.first(found.conversation_id, found.told)
    return found.group_by(list(_KEYS)).aggregate(ids=ids)


def reconciled(
    rows: Iterable[Mapping[str, Any]], about_crm: Mapping[str, Any], covered: Covered, org: Org
) -> list[Usage]:
    """Return one row for each code on each queue, and a last one about the records that match nothing.

    Args:
        rows: Of `shown`.
        about_crm: The row of `unmatched`.
        covered: What the evidence covers.
        org: Whose queues and codes they are.
    """

    def key(row: Mapping[str, Any]) -> tuple[str, str]:
        return row["queue_id"] or "", row["final_code_id"]

    usage = [_one(list(group), covered, org) for _, group in groupby(sorted(rows, key=key), key)]
    whole = int(about_crm["all_records"])
    return [*usage, Usage(queue_id=None, covered=covered, handled=whole, unmatched=int(about_crm["n"]))]


def _one(rows: list[Mapping[str, Any]], covered: Covered, org: Org) -> Usage:
    queue_id, code_id = rows[0]["queue_id"], rows[0]["final_code_id"]
    told = [row for row in rows if row["told"]]
    found: dict[str, int] = {}
    for row in told:
        if row["low"] is not None and row["low"] == row["high"]:
            found[row["low"]] = found.get(row["low"], 0) + int(row["n"])
    return Usage(
        queue_id=queue_id,
        code_id=code_id,
        queue=org.queue_by_id.get(queue_id or ""),
        code=org.code_by_id.get(code_id),
        covered=covered,
        coded=sum(int(row["n"]) for row in told),
        shown=found,
        absent=sum(int(row["n"]) for row in told if row["low"] is None),
        several=sum(int(row["n"]) for row in told if row["low"] is not None and row["low"] != row["high"]),
        untold=sum(int(row["n"]) for row in rows if not row["told"]),
    )
