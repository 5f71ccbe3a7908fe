"""Expressions of one kind, judged together: to begin an evaluation costs more than most evaluations."""

from collections.abc import Mapping, Sequence
from typing import Any

from cel_expr_python import cel

from harness.model import KindName
from harness.policy.expressions import Expression, compile_list

__all__ = ["Together"]


class Together:
    """Judges, in one evaluation a subject, the expressions whose variables are all known and there.

    What that does not settle is left to the expressions themselves, which know why not.

    Args:
        kind: The kind of the subjects.
        expressions: Those that will be asked about most of them.
    """

    def __init__(self, kind: KindName, expressions: Sequence[Expression]) -> None:
        self._kind = kind
        self._expressions = tuple({it.full: it for it in expressions}.values())
        self._names = frozenset(name for it in self._expressions for name in it.variables)
        self._programs: dict[frozenset[str], tuple[cel.Expression, tuple[str, ...]] | None] = {}

    def __call__(self, values: Mapping[str, Any]) -> Mapping[str, bool]:
        """Return what expressions come to, by their full text; `values` is what is known and there."""
        missing = self._names.difference(values)
        if missing not in self._programs:
            self._programs[missing] = self._compiled(missing)
        if (found := self._programs[missing]) is None:
            return {}
        program, texts = found
        outcomes = program.eval(None, values).plain_value()
        if not isinstance(outcomes, list):
            # One of them failed, and may do so for the next subject: that is not worth trying again.
            self._programs[missing] = None
            return {}
        return dict(zip(texts, outcomes, strict=True))

    def _compiled(self, missing: frozenset[str]) -> tuple[cel.Expression, tuple[str, ...]] | None:
        usable = [it for it in self._expressions if missing.isdisjoint(it.variables)]
        if len(usable) < 2:
            return None
        try:
            return compile_list(usable, self._kind), tuple(it.full for it in usable)
        except RuntimeError:
            return None
