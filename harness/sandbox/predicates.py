"""The filters of analytics queries: predicates over dimensions, joined by *and* and *or*.

What the sandbox has no data for is refused, never taken to match or not to match.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeAlias

import msgspec

from harness.sandbox.problems import bad_request, invalid_value

__all__ = ["Clause", "Filter", "Predicate", "Range", "Values", "compiled"]

Values: TypeAlias = Mapping[str, Sequence[str]]
"""The values of each dimension; a dimension without values does not exist."""


class Range(msgspec.Struct, frozen=True):
    """Bounds of a number; a bound that is None is none."""

    gt: float | None = None
    gte: float | None = None
    lt: float | None = None
    lte: float | None = None

    def holds(self, number: float) -> bool:
        """Tell whether a number is within the bounds."""
        return (
            (self.gt is None or number > self.gt)
            and (self.gte is None or number >= self.gte)
            and (self.lt is None or number < self.lt)
            and (self.lte is None or number <= self.lte)
        )


class Predicate(msgspec.Struct, frozen=True):
    """One condition on one dimension."""

    dimension: str | None = None
    type: Literal["dimension", "property", "metric"] = "dimension"
    operator: Literal["matches", "exists", "notExists"] = "matches"
    value: str | None = None
    range: Range | None = None


class Clause(msgspec.Struct, frozen=True):
    """Predicates of which all, or any, must hold."""

    type: Literal["and", "or"]
    predicates: tuple[Predicate, ...] = ()


class Filter(msgspec.Struct, frozen=True):
    """Clauses and predicates of which all, or any, must hold."""

    type: Literal["and", "or"]
    clauses: tuple[Clause, ...] = ()
    predicates: tuple[Predicate, ...] = ()


def compiled(filters: Sequence[Filter], dimensions: frozenset[str]) -> Callable[[Values], bool]:
    """Return whether values meet all of some filters.

    Args:
        filters: Of a query.
        dimensions: Those that the sandbox has data for.

    Raises:
        ApiProblem: If a predicate cannot be judged.
    """
    for each in filters:
        for predicate in (*each.predicates, *(it for clause in each.clauses for it in clause.predicates)):
            _check(predicate, dimensions)
    return lambda values: all(_meets_filter(each, values) for each in filters)


def _check(predicate: Predicate, dimensions: frozenset[str]) -> None:
    if predicate.type != "dimension" or predicate.range is not None:
        raise bad_request("The sandbox judges predicates of type dimension, without a range, only")
    if predicate.dimension not in dimensions:
        raise invalid_value(predicate.dimension, "dimension", ", ".join(sorted(dimensions)))
    if predicate.operator == "matches" and predicate.value is None:
        raise bad_request("A predicate that matches needs a value", "required.field.missing")


def _meets_filter(each: Filter, values: Values) -> bool:
    judged = [_meets(predicate, values) for predicate in each.predicates]
    judged += [_joined(clause.type, [_meets(it, values) for it in clause.predicates]) for clause in each.clauses]
    return _joined(each.type, judged)


def _joined(kind: Literal["and", "or"], judged: list[bool]) -> bool:
    return all(judged) if kind == "and" else any(judged)


def _meets(predicate: Predicate, values: Values) -> bool:
    found = values.get(predicate.dimension or "", ())
    if predicate.operator == "exists":
        return bool(found)
    if predicate.operator == "notExists":
        return not found
    wanted = (predicate.value or "").casefold()
    return any(value.casefold() == wanted for value in found)
