"""What usage checks ask of evidence, each question one Ibis expression: the same on every engine, row for row.

Everything is counted in whole handlings; nothing is divided, estimated or summed as a float. Questions of one grain
are one aggregation over one scan, however many they are: a number that two of them need is counted once.

Of a handling that may be pending or a draft, and of one about which a nullable column is missing, an expression says
*null*: it is in no number, and it is counted under `untold`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, Final

import ibis
import pyarrow as pa
from ibis.expr.types import BooleanValue, Table

from harness.evidence.questions import GRAINS, Grain, Key, Question

__all__ = ["aggregated", "behind", "is_open"]


def is_open(table: Table) -> BooleanValue:
    """Say which handlings are still pending, or have only a draft; null where the evidence does not tell."""
    return table.pending | table.provisional


class _Handlings:
    """The conditions that questions are made of, about one table of handlings."""

    def __init__(self, table: Table, question: Question) -> None:
        self.table = table
        self.question = question
        self.open = is_open(table)
        self.exempted = _any(table[name] for name in sorted(question.exempt))
        self.wrapped = table.final_code_id.notnull()
        self.coded = self.wrapped & table.system_code.isnull()
        self.timed = table.acw_ms.notnull()
        if question.channel is not None:
            self.timed &= table.channel == question.channel

    @property
    def closed(self) -> BooleanValue:
        return ~self.open

    @property
    def judged(self) -> BooleanValue:
        return self.closed if self.exempted is None else self.closed & ~self.exempted

    def condition(self, field: str) -> BooleanValue:
        return _CONDITIONS[field](self)

    def untold(self) -> BooleanValue:
        """Say of which handlings the evidence does not tell what the question needs."""
        # Not `(~open).isnull()`: Ibis 12 writes that as NOT (… IS NULL).
        gaps = [self.open.isnull() if self.exempted is None else self.judged.isnull()]
        gaps += [(self.closed & self.condition(name)).isnull() for name in sorted(self.question.fields & _TOLD_APART)]
        untold = _any(gaps)
        assert untold is not None  # noqa: S101 - there is at least one
        return untold


def _any(conditions: Iterable[BooleanValue]) -> Any:
    found = list(conditions)
    return reduce(or_, found) if found else None


_CONDITIONS: Final[Mapping[str, Callable[[_Handlings], Any]]] = {
    "handled": lambda it: it.judged,
    "wrapped": lambda it: it.judged & it.wrapped,
    "coded": lambda it: it.judged & it.coded,
    "uncoded": lambda it: it.judged & ~it.coded,
    "timed_out": lambda it: it.judged & (it.table.system_code == "timeout"),
    "default_code": lambda it: it.judged & (it.table.system_code == "default"),
    "skipped": lambda it: it.closed & it.table.skipped,
    "transferred": lambda it: it.closed & it.table.transferred,
    "exempt": lambda it: it.closed & it.exempted,
    "changed": lambda it: it.judged & it.wrapped & (it.table.first_code_id != it.table.final_code_id),
    "noted": lambda it: it.judged & it.coded & it.table.has_note,
    "unnoted": lambda it: it.judged & it.coded & ~it.table.has_note,
    "timed": lambda it: it.judged & it.timed,
    "over": lambda it: it.judged & it.timed & (it.table.acw_ms > it.question.longest_ms),
    "left_out": lambda it: it.open,
    "untold": lambda it: it.untold(),
}
"""A number → which handlings it counts."""

_TOLD_APART: Final = frozenset({"skipped", "transferred", "noted"})
"""Numbers that depend on a column which a source may be unable to fill."""

_ALWAYS: Final = ("left_out", "untold")


def aggregated(table: Table, grain: Grain, questions: Iterable[Question]) -> tuple[Table, list[dict[str, str]]]:
    """Return one aggregation that answers all questions of a grain, and where each answer is.

    Args:
        table: The handlings.
        grain: What a row is about.
        questions: All of that grain.

    Returns:
        The expression, and for each question number → column. Numbers that are the same have the same column.
    """
    columns: dict[Any, str] = {}
    numbers: dict[str, Any] = {}
    places: list[dict[str, str]] = []
    handlings = _of_grain(table, grain)
    for question in questions:
        about = _Handlings(handlings, question)
        places.append({})
        for field in sorted({*question.fields, *_ALWAYS}):
            number = _number(about, field)
            name = columns.setdefault(number.op(), f"n{len(columns)}")
            numbers[name] = number
            places[-1][field] = name
    return handlings.group_by(list(GRAINS[grain])).aggregate(**numbers), places


def _number(about: _Handlings, field: str) -> Any:
    if field == "acw_total_ms":
        return about.table.acw_ms.sum(where=about.condition("timed")).fill_null(0)
    return about.table.count(where=about.condition(field))


def _of_grain(table: Table, grain: Grain) -> Table:
    """Return the handlings that a grain's rows are made of: a code on a queue is one that an agent chose."""
    if grain == "queue":
        return table
    return table.filter(table.final_code_id.notnull(), table.system_code.isnull())


def behind(
    table: Table,
    grain: Grain,
    wanted: Sequence[tuple[Question, Collection[Key]]],
    first: Callable[[Any, Any], Any],
) -> Table:
    """Return the conversations behind the numbers of some rows: one aggregation for all questions of a grain.

    Args:
        table: The handlings.
        grain: What a row is about.
        wanted: Each question with the keys of the rows that are asked about.
        first: Makes the engine's expression for the first few values of a column, sorted, where a condition holds.

    Returns:
        The keys' columns, then `c0`, `c1` … for the questions: lists of ids, null where there are none.
    """
    names = GRAINS[grain]
    # A join takes no null for equal to another, and "" is nobody's id.
    of_grain = _of_grain(table, grain)
    handlings = of_grain.mutate(**{f"k_{name}": of_grain[name].fill_null("") for name in names})
    asked = handlings.inner_join(_keys(names, [keys for _, keys in wanted]), [f"k_{name}" for name in names])
    lists = {
        f"c{number}": asked[f"w{number}"] & _Handlings(asked, question).condition(question.behind or "handled")
        for number, (question, _) in enumerate(wanted)
    }
    found = asked.select(*names, "conversation_id", **lists).filter(_any(ibis._[name] for name in lists))
    return found.group_by(list(names)).aggregate(**{name: first(found.conversation_id, found[name]) for name in lists})


def _keys(names: Sequence[str], wanted: Sequence[Collection[Key]]) -> Table:
    """Return the rows that are asked about as a table, and by which questions."""
    keys = sorted({tuple(part or "" for part in key) for some in wanted for key in some})
    columns: dict[str, list[Any]] = {f"k_{name}": [key[at] for key in keys] for at, name in enumerate(names)}
    for number, some in enumerate(wanted):
        own = {tuple(part or "" for part in key) for key in some}
        columns[f"w{number}"] = [key in own for key in keys]
    types = {name: "string" if name.startswith("k_") else "boolean" for name in columns}
    return ibis.memtable(pa.table(columns), schema=types)
