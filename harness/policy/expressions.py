"""Expressions of policies: CEL, compiled and type-checked when the policy loads, judged in three values.

True, false, and *unknown*. A value that is absent (`None`) makes an expression that needs it false; a value that
the source could not determine makes it unknown; `false && unknown` is false and `true || unknown` is true.

Source:
    https://pypi.org/project/cel-expr-python (the C++ runtime): an evaluation error comes back as a truthy value of
    type ERROR, a variable that is left out of the activation as such an error, so only a BOOL counts.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from cel_expr_python import cel

from harness.errors import UnknownValueError, did_you_mean
from harness.model import KindName, Org, Unknown
from harness.policy import checked
from harness.policy.variables import Variable, read, variables_of

__all__ = [
    "Expression",
    "ExpressionError",
    "Facts",
    "FactsReader",
    "compile_expression",
    "compile_list",
    "scopes_named",
]

STEP_LIMIT = 10_000
"""Comprehension steps that the runtime allows in one evaluation; it cannot be changed from Python."""


# An activation converts some values (timestamps) only in an environment that has compiled an expression, so programs
# and activations share one environment a kind.
_NO_SCOPES: frozenset[str] = frozenset()


class ExpressionError(Exception):
    """An expression cannot be compiled.

    Attributes:
        what: The fact, in lower case.
        line: Within the expression's text, counted from 1.
        column: Within that line, counted from 1.
        hint: What to do about it (a did-you-mean, the available variables), or None.
    """

    def __init__(self, what: str, line: int = 1, column: int = 1, hint: str | None = None) -> None:
        super().__init__(what, line, column, hint)
        self.what, self.line, self.column, self.hint = what, line, column, hint


@dataclass(frozen=True)
class Facts:
    """The values of the variables of one subject, ready for every expression about it.

    Attributes:
        kind: The kind of the subject.
        values: What is known and there, by dotted name.
        unknown: What the source could not determine, by dotted name.
        settled: What some expressions come to, by their full text; of others it is yet to be found out.
    """

    kind: KindName
    values: Mapping[str, Any]
    unknown: Mapping[str, Unknown]
    settled: Mapping[str, bool]

    @cached_property
    def activation(self) -> cel.Activation:
        """The same values as the runtime wants them."""
        return _environment(self.kind, _NO_SCOPES).Activation(self.values)


@dataclass(frozen=True)
class FactsReader:
    """Reads the variables that a run's expressions need, once per subject.

    Attributes:
        kind: The kind of the subjects.
        names: The variables to read.
        org: The org that the subjects are of.
        settle: Told the values, returns what it can say about expressions.
    """

    kind: KindName
    names: Collection[str]
    org: Org
    settle: Callable[[Mapping[str, Any]], Mapping[str, bool]] = lambda _: {}

    @cached_property
    def _variables(self) -> Sequence[Variable]:
        variables = variables_of(self.kind)
        return [variables[name] for name in self.names]

    def __call__(self, subject: Any) -> Facts:
        """Return the facts about one subject."""
        values: dict[str, Any] = {}
        gaps: dict[str, Unknown] = {}
        for variable in self._variables:
            value = read(variable, subject, self.org)
            if isinstance(value, Unknown):
                gaps[variable.name] = value
            elif value is not None:
                values[variable.name] = value
        return Facts(self.kind, values, gaps, self.settle(values))


@dataclass(frozen=True)
class Expression:
    """A compiled condition about subjects of one kind.

    Attributes:
        text: As written, named scopes by their names.
        full: The same with the scopes' own expressions in their places.
        variables: The dotted variables that it reads, sorted.
        comparisons: Variable and string literal, for each pair that it compares, in the text's order.
    """

    text: str
    full: str
    variables: tuple[str, ...]
    comparisons: tuple[tuple[str, str], ...]
    _program: cel.Expression = field(repr=False, compare=False)

    def judge(self, facts: Facts) -> bool:
        """Tell whether it holds; what needs an absent value does not.

        Raises:
            UnknownValueError: If it cannot be told, because it needs an unknown value or its evaluation failed.
        """
        settled = facts.settled.get(self.full)
        if settled is not None:
            return settled
        try:
            value = self._program.eval(facts.activation).plain_value()
        except RuntimeError as error:
            raise UnknownValueError(f"'{self.text}'", _runtime_failure(str(error))) from None
        if value is True or value is False:
            return value
        gap = next((facts.unknown[name] for name in self.variables if name in facts.unknown), None)
        if gap is not None:
            gap.read()
        message = str(value)
        if _MISSING.search(message):
            return False
        raise UnknownValueError(f"'{self.text}'", _runtime_failure(message))

    def calls(self) -> Iterator[checked.Call]:
        """Yield every call in it: the function, and which variables and string literals it is given."""
        return checked.calls(self._program.serialize())

    def absent(self, facts: Facts) -> tuple[str, ...]:
        """Return the variables that it reads and that are not set for a subject."""
        return tuple(name for name in self.variables if name not in facts.values and name not in facts.unknown)


def compile_expression(text: str, kind: KindName, scopes: Mapping[str, str]) -> Expression:
    """Compile an expression about subjects of a kind.

    Args:
        text: The expression; the names of scopes stand for the scopes' own expressions.
        kind: The kind of subject whose variables it may read.
        scopes: Expressions by name, as the policy has them.

    Raises:
        ExpressionError: If it does not parse, reads an unknown variable, has a type error, or is not a condition.
    """
    if not variables_of(kind):
        raise ExpressionError(
            f"a subject of kind '{kind}' has no variables", hint="use a check instead of an expression"
        )
    # First as written, with scopes as conditions: positions are then the author's own.
    _compile(text, kind, frozenset(scopes))
    name = text.strip()
    full = _expand(scopes.get(name, text), scopes, (name,) if name in scopes else ())
    try:
        program = _compile(full, kind, _NO_SCOPES)
    except ExpressionError as error:
        raise ExpressionError(f"a scope that it names does not fit a {kind}: {error.what}", hint=error.hint) from None
    serialised = program.serialize()
    for function, operands in checked.calls(serialised):
        if function == "matches":
            for literal in operands[1][1]:
                _compile_regex(literal)
    return Expression(
        text,
        full,
        tuple(sorted(checked.referenced(serialised) & variables_of(kind).keys())),
        tuple(_comparisons(serialised, variables_of(kind))),
        program,
    )


def compile_list(expressions: Sequence[Expression], kind: KindName) -> cel.Expression:
    """Compile several expressions into one that comes to the list of their values.

    Raises:
        RuntimeError: If they are too long together.
    """
    # A comment of one must not hide the others.
    parts = ",".join(f"(\n{expression.full}\n)" for expression in expressions)
    return _environment(kind, _NO_SCOPES).compile(f"[{parts}]")


def _compile(text: str, kind: KindName, scopes: frozenset[str]) -> cel.Expression:
    try:
        program = _environment(kind, scopes).compile(text)
    except RuntimeError as error:
        raise _compile_failure(str(error), text, kind, scopes) from None
    if program.return_type() != cel.Type.BOOL:
        raise ExpressionError(
            f"is a value of type {str(program.return_type().name()).lower()}, not a condition",
            hint="an expression must come to true or false: compare the value with something",
        )
    return program


@cache
def _environment(kind: KindName, scopes: frozenset[str]) -> cel.Env:
    declared = {name: variable.type for name, variable in variables_of(kind).items()}
    return cel.NewEnv(variables=declared | dict.fromkeys(scopes, cel.Type.BOOL))


# A string literal, or an identifier that is no member (`.name`) and no part of a longer name.
_TOKEN = re.compile(r"""(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?<![\w.])(?P<name>[A-Za-z_]\w*)(?![\w.(])""")


def scopes_named(text: str, scopes: Collection[str]) -> list[str]:
    """Return the scopes that an expression names, each once, in the text's order."""
    names = (token["name"] for token in _TOKEN.finditer(text))
    return [name for name in dict.fromkeys(names) if name in scopes]


def _expand(text: str, scopes: Mapping[str, str], inside: tuple[str, ...]) -> str:
    def replace(token: re.Match[str]) -> str:
        name = token["name"]
        if name is None or name not in scopes:
            return token[0]
        if name in inside:
            raise ExpressionError(f"scope '{name}' refers to itself", hint=f"by way of {' > '.join((*inside, name))}")
        return f"({_expand(scopes[name], scopes, (*inside, name))})"

    return _TOKEN.sub(replace, text)


def _comparisons(serialised: bytes, variables: Collection[str]) -> Iterable[tuple[str, str]]:
    for function, operands in checked.calls(serialised):
        if function in ("_==_", "_!=_", "@in", "startsWith", "contains", "endsWith"):
            names = [name for name, _ in operands if name in variables]
            literals = [literal for _, found in operands for literal in found]
            yield from ((name, literal) for name in names if name for literal in literals)


def _compile_regex(literal: str) -> None:
    environment = cel.NewEnv(variables={"pattern": cel.Type.STRING})
    outcome = environment.compile('"".matches(pattern)').eval(environment.Activation({"pattern": literal}))
    if not isinstance(message := outcome.plain_value(), bool):
        raise ExpressionError(
            f"'{literal}' is not a regular expression: {_runtime_failure(str(message)).rpartition('expression: ')[2]}",
            hint="the syntax is RE2's: no look-around, no back-references",
        )


# -- the runtime's messages, in our words ---------------------------------------------------------------------------

_MISSING = re.compile(r'No value with name "(?P<name>[^"]*)" found in Activation')
_AT = re.compile(r"ERROR: <input>:(?P<line>\d+):(?P<column>\d+): (?P<what>[^\n]*)")
_UNDECLARED = re.compile(r"undeclared reference to '(?P<name>[^']*)'")
_OVERLOAD = re.compile(r"found no matching overload for '(?P<function>[^']*)' applied to '(?P<types>[^']*)'")


def _compile_failure(message: str, text: str, kind: KindName, scopes: frozenset[str]) -> ExpressionError:
    found = _AT.search(message)
    if found is None:
        return ExpressionError(message.strip().splitlines()[0])
    line, column = int(found["line"]), int(found["column"])
    what = found["what"].removesuffix(" [INVALID_ARGUMENT]")
    if undeclared := _UNDECLARED.search(what):
        name = undeclared["name"]
        if f"{name}(" in text:
            return ExpressionError(f"unknown function '{name}'", line, column, _FUNCTIONS_HINT)
        # The runtime points at the last dot of a dotted name.
        column = max(1, column - name.rfind(".")) if "." in name else column
        return ExpressionError(f"unknown variable '{name}'", line, column, _variables_hint(name, kind, scopes))
    if overload := _OVERLOAD.search(what):
        function = overload["function"].replace("_", "").replace("@in", "in").strip() or overload["function"]
        types = overload["types"].strip("()").replace(", ", " and ")
        return ExpressionError(f"type error: '{function}' does not take {types}", line, column, _TYPES_HINT)
    return ExpressionError(what[:1].lower() + what[1:], line, column, None)


_FUNCTIONS_HINT = "functions are those of CEL: size, startsWith, endsWith, contains, matches, exists, all, timestamp …"
_TYPES_HINT = (
    "compare text with text (in quotes), whole numbers with whole numbers, and shares and seconds of usage with "
    "decimals (60.0)"
)


def _variables_hint(name: str, kind: KindName, scopes: frozenset[str]) -> str:
    known = [*variables_of(kind), *sorted(scopes)]
    if near := did_you_mean(name, known):
        return near
    return f"an expression about a {kind} may read {', '.join(known)}"


def _runtime_failure(message: str) -> str:
    if "Iteration budget exceeded" in message:
        return f"it takes more than {STEP_LIMIT:,} comprehension steps, which is the limit of one evaluation"
    return re.sub(r"^[A-Z_]+: | \[[A-Z_]+\]$", "", message).strip()
