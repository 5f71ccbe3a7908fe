"""How much of a condition holds: which of its parts, and of alternatives the best."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from harness.checking.subjects import SubjectsByKind
from harness.errors import UnknownValueError
from harness.model import KindName
from harness.policy.expressions import Expression, ExpressionError, Facts, compile_expression
from harness.policy.model import Rule

__all__ = ["nearness_of"]


def nearness_of(rule: Rule, expression: Expression | None, listed: SubjectsByKind) -> float:
    """Return how much of an expression holds for the subject for which most of it does, from 0 to 1.

    Args:
        rule: The rule that the expression is of.
        expression: Its scope or its condition; of none, nothing holds.
        listed: The subjects.
    """
    if expression is None:
        return 0.0
    subjects = listed(rule.kind)
    tree = _conditions(expression.full, rule.kind.name)
    return max((_share(tree, subjects.facts(index)) for index in range(len(subjects.entities))), default=0.0)


@dataclass(frozen=True)
class _Condition:
    """A condition that is taken apart: all of its parts, any of them, or one that has none."""

    word: Literal["all", "any", "one"]
    parts: tuple["_Condition", ...] = ()
    expression: Expression | None = None


def _share(condition: _Condition, facts: Facts) -> float:
    if condition.expression is not None:
        try:
            return float(condition.expression.judge(facts))
        except UnknownValueError:
            return 0.0
    shares = [_share(part, facts) for part in condition.parts]
    return max(shares) if condition.word == "any" else sum(shares) / len(shares)


@lru_cache(maxsize=1_024)
def _conditions(text: str, kind: KindName) -> _Condition:
    stripped = text.strip()
    while stripped.startswith("(") and _closing(stripped) == len(stripped) - 1:
        stripped = stripped[1:-1].strip()
    for operator, word in (("?", None), ("||", "any"), ("&&", "all")):
        parts = _split(stripped, operator)
        if len(parts) > 1:
            if word is None:
                break
            made = tuple(_conditions(part, kind) for part in parts)
            return _Condition("any" if word == "any" else "all", made)
    try:
        return _Condition("one", expression=compile_expression(stripped, kind, {}))
    except ExpressionError:  # a part that only means something in its place
        return _Condition("all", (_Condition("one", expression=compile_expression("false", kind, {})),))


_TOKEN = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\|\||&&|.""", re.DOTALL)


def _split(text: str, operator: str) -> list[str]:
    parts, depth = [""], 0
    for token in _TOKEN.findall(text):
        depth += (token in ("(", "[", "{")) - (token in (")", "]", "}"))
        if token == operator and depth == 0:
            parts.append("")
        else:
            parts[-1] += token
    return parts


def _closing(text: str) -> int:
    """Return the place of the bracket that closes the first one."""
    depth = at = 0
    for token in _TOKEN.findall(text):
        depth += (token in ("(", "[", "{")) - (token in (")", "]", "}"))
        if depth == 0:
            return at
        at += len(token)
    return -1
