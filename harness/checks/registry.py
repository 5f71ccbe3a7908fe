"""How a function becomes a check.

A check is one short pure function: its first parameter's type is the subject, the second is the org, keyword-only
parameters are what a policy's `with:` accepts. It yields one message per finding and nothing when all is well.
Its id is its address: `naming.max_length` is `harness/checks/naming.py`, `def max_length`.
"""

import inspect
import keyword
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_type_hints

from harness.model import KINDS, Kind, Org
from harness.model.usage import Figure

__all__ = [
    "Breach",
    "Check",
    "Extremes",
    "Measurement",
    "Need",
    "NotApplicable",
    "Note",
    "Parameter",
    "check",
    "collecting",
    "registered",
]

Need: TypeAlias = Literal["catalogue", "crm", "crm_export", "evidence"]
_Function: TypeAlias = Callable[..., Iterator[str]]


class NotApplicable(Exception):
    """Raised by a check when its question does not arise for a subject; the argument is the reason."""


class Note(str):
    """A message that is worth showing and is no finding."""

    __slots__ = ()


class Measurement(Note):
    """The number that a check judges by, in words and as numbers; it comes first, whatever the verdict.

    Attributes:
        figure: The same as numbers.
    """

    __slots__ = ("figure",)
    figure: Figure

    def __new__(cls, text: str, figure: Figure) -> "Measurement":
        """Put the numbers to the words."""
        self = super().__new__(cls, text)
        self.figure = figure
        return self


class Breach(str):
    """A finding in two parts; it reads `observed; expected`.

    Example:
        >>> Breach("name has 40 characters", expected="at most 30")
        'name has 40 characters; at most 30'
    """

    __slots__ = ("expected", "observed")
    observed: str
    expected: str

    def __new__(cls, observed: str, *, expected: str) -> "Breach":
        """Join the parts."""
        self = super().__new__(cls, f"{observed}; {expected}")
        self.observed = observed
        self.expected = expected
        return self


@dataclass(frozen=True)
class Parameter:
    """One parameter of a check, as its signature has it.

    Attributes:
        name: The key in a policy's `with:`. A word that Python keeps for itself has a `_` at its end in the code.
        annotation: The type that the policy's value is turned into (see `harness.checks.parameters`).
        required: Whether the policy must give it.
        default: Its default, meaningless when it is required.
        text: What the docstring's Args section says about it.
    """

    name: str
    annotation: Any
    required: bool
    default: Any
    text: str

    @property
    def argument(self) -> str:
        """The name in the function's signature."""
        return f"{self.name}_" if keyword.iskeyword(self.name) else self.name


@dataclass(frozen=True)
class Extremes:
    """What follows from a check's parameters alone, whatever the org.

    Attributes:
        never_passes: Why no subject can pass, or None when one can.
        never_fails: Why no subject can fail, or None when one can.
    """

    never_passes: str | None = None
    never_fails: str | None = None


@dataclass(frozen=True)
class Check:
    """A check as policies see it.

    Attributes:
        id: Its address, `family.name`.
        family: The module it lives in.
        kind: The kind of its subjects.
        title: The compliant state in one sentence: the docstring's first line.
        text: The rest of the docstring's prose (without sections).
        parameters: What `with:` accepts, in the signature's order.
        source: Where its facts come from.
        needs: What the policy must name under `uses:`.
        function: The function itself.
        extremes: Takes the same parameters, and says what follows from them alone; None when nothing is declared.
    """

    id: str
    family: str
    kind: Kind
    title: str
    text: str
    parameters: tuple[Parameter, ...]
    source: str
    needs: frozenset[Need]
    function: _Function
    extremes: Callable[..., Extremes] | None = None


_KIND_OF_TYPE: Mapping[type, Kind] = {kind.type: kind for kind in KINDS.values()}
_REGISTERED: dict[str, Check] = {}
_targets: list[dict[str, Check]] = [_REGISTERED]


def registered() -> Mapping[str, Check]:
    """Return the checks registered so far, by id. Import `harness.checks` for all of ours."""
    return _REGISTERED


@contextmanager
def collecting() -> Iterator[Mapping[str, Check]]:
    """Gather the checks that are defined meanwhile, by id, instead of registering them.

    A policy's own checks are its own: loading one policy must not change what another may name.
    """
    found: dict[str, Check] = {}
    _targets.append(found)
    try:
        yield found
    finally:
        _targets.remove(found)


def check(
    *, source: str, needs: tuple[Need, ...] = (), extremes: Callable[..., Extremes] | None = None
) -> Callable[[_Function], _Function]:
    """Register a function as a check; the function itself is returned unchanged.

    Args:
        source: Where the facts behind the check come from: an API call, a document, a standard.
        needs: What a policy must name under `uses:` for the check to have something to compare with. What its
            subject needs (a definition needs a catalogue) is added.
        extremes: A function of the same keyword-only parameters that says whether they can be met, and broken, at
            all; `wrapup prove` is then exact.

    Raises:
        TypeError: If the function does not have a check's shape. The message says what is missing.
    """

    def register(function: _Function) -> _Function:
        made = _make(function, source, frozenset(needs), extremes)
        _targets[-1][made.id] = made
        return function

    return register


def _make(function: _Function, source: str, needs: frozenset[Need], extremes: Callable[..., Extremes] | None) -> Check:
    family = function.__module__.rpartition(".")[2]
    check_id = f"{family}.{function.__name__}"
    hints = get_type_hints(function, include_extras=True)
    parameters = list(inspect.signature(function).parameters.values())
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.POSITIONAL_ONLY)]
    if len(positional) != 2:
        raise TypeError(
            f"check {check_id}: takes a subject and an org before the `*`, not {len(positional)} parameters"
        )
    kind = _KIND_OF_TYPE.get(hints.get(positional[0].name, object))
    if kind is None:
        subjects = ", ".join(sorted(k.type.__name__ for k in KINDS.values()))
        raise TypeError(f"check {check_id}: the first parameter's type must be one of {subjects}")
    if hints.get(positional[1].name) is not Org:
        raise TypeError(f"check {check_id}: the second parameter must be annotated `Org`")
    title, text, arguments = _read_docstring(inspect.getdoc(function) or "")
    if not title:
        raise TypeError(f"check {check_id}: has no docstring; its first line is the title that reports show")
    return Check(
        id=check_id,
        family=family,
        kind=kind,
        title=title,
        text=text,
        parameters=tuple(
            Parameter(
                name=p.name[:-1] if keyword.iskeyword(p.name[:-1]) else p.name,
                annotation=hints.get(p.name, str),
                required=p.default is p.empty,
                default=p.default,
                text=arguments.get(p.name, ""),
            )
            for p in parameters
            if p.kind is p.KEYWORD_ONLY
        ),
        source=source,
        needs=needs | frozenset(kind.needs),
        function=function,
        extremes=extremes,
    )


_SECTIONS = ("Args:", "Yields:", "Raises:", "Example:", "Examples:", "Source:", "Returns:")


def _read_docstring(doc: str) -> tuple[str, str, dict[str, str]]:
    """Split a Google-style docstring into title, prose and the Args section."""
    title, _, rest = doc.partition("\n")
    prose: list[str] = []
    arguments: dict[str, str] = {}
    section = name = ""
    for line in rest.splitlines():
        if line.strip() in _SECTIONS and not line.startswith(" "):
            section = line.strip()
        elif not section:
            prose.append(line)
        elif section == "Args:" and line.strip():
            # An argument starts at one level of indentation; deeper lines go on with its text.
            if line.startswith("    ") and not line.startswith("     "):
                name, _, text = line.strip().partition(":")
                arguments[name] = text.strip()
            else:
                arguments[name] = f"{arguments[name]} {line.strip()}"
    return title.strip(), "\n".join(prose).strip(), arguments
