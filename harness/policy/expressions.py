"""Expressions of policies: CEL, compiled and type-checked when the policy loads, judged in three values.

True, false, and *unknown*. A value that is absent (`None`) makes an expression that needs it false; a value that
the source could not determine makes it unknown; `false && unknown` is false and `true || unknown` is true.

Source:
    https://pypi.org/project/cel-expr-python (the C++ runtime): an evaluation error comes back as a truthy value of
    type ERROR, a variable that is left out of the activation as such an error, so only a BOOL counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.model import KindName

__all__ = ["Expression", "ExpressionError", "compile_expression"]


class ExpressionError(Exception):
    """An expression cannot be compiled.

    Attributes:
        what: The fact, in lower case.
        line: Within the expression's text, counted from 1.
        column: Within that line, counted from 1.
        hint: What to do about it (a did-you-mean, the available variables), or None.
    """

    def __init__(self, what: str, line: int, column: int, hint: str | None) -> None:
        super().__init__(what, line, column, hint)
        self.what, self.line, self.column, self.hint = what, line, column, hint


@dataclass(frozen=True)
class Expression:
    """A compiled expression.

    Attributes:
        text: As written.
        variables: The dotted variables that it reads, sorted.
    """

    text: str
    variables: tuple[str, ...]


def compile_expression(text: str, kind: KindName, scopes: Mapping[str, str]) -> Expression:
    """Compile an expression about subjects of a kind; names in `scopes` stand for their expressions.

    Raises:
        ExpressionError: If it does not parse, has an unknown variable, a type error, or is not a condition.
    """
    return Expression(text, ())
