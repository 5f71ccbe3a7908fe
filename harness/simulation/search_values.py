"""Which values are worth trying: those that some rule's own words, numbers and patterns tell apart."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property
from types import CodeType
from typing import Any, Final, get_args, get_origin

from harness.checks.parameters import DurationMs
from harness.checks.registry import Check
from harness.model import Prompt
from harness.model.names import is_pattern
from harness.policy.expressions import Expression
from harness.policy.model import Rule
from harness.simulation.search_cells import FIELDS, NOWHERE, OWN_QUEUE, Cell
from harness.simulation.search_reads import READS, fields_of_check
from harness.simulation.search_words import Words, words

__all__ = ["Values"]

_NATURAL: Final[Mapping[str, tuple[str, ...]]] = {
    "code_name": ("Refund", "Callback", "Sale"),
    "queue_name": ("Billing", "Claims", "Service"),
    "identifier": ("REFUND", "CALLBACK", "SALE"),
    "queue_division": ("Home", "Retail", "*"),
    "code_division": ("*", "Home", "Retail"),
    "category": ("service", "sales"),
    "disposition": ("Refunded", "Won", "unknown"),
    "code_description": ("The customer gets the money back.", "n/a"),
    "queue_description": ("Calls about bills.", "n/a"),
    "code_id": ("code-1",),
    "queue_id": ("queue-1",),
    "agent_id": ("agent-1",),
    "evaluation": ("ALL", "BEST", "NONE"),
}
_LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "media": ("call", "chat"),
    "channels": ("voice", "email", "chat"),
    "def_channels": ("voice", "email"),
    "named_codes": (),
    "def_skills": ("billing",),
    "agent_skills": ("billing",),
    "languages": ("French",),
    "flags": ("BUSINESS_SUCCESS",),
    "default_flags": (),
    "def_queues": (OWN_QUEUE, NOWHERE),
}
_CHOICES: Final[Mapping[str, tuple[Any, ...]]] = {
    "prompt": tuple(prompt.value for prompt in Prompt),
    "twin": (None, "same", "cased", "similar"),
    "spelling": ("exact", "cased", "spaced"),
    "defined": (True, False),
    "by_id": (False, True),
    "mandatory": (False, True),
    "default": (False, True),
    "twin_definition": (None, "identifier", "name"),
    "disposition_state": ("active", "inactive", "absent"),
    "unreached": (False, True),
    "stale": (False, True),
    "agent_state": ("active", "inactive"),
    "holds": (True, False),
    "held_state": ("active", "inactive"),
    "skill_state": ("active", "inactive"),
    "missing_skill": (False, True),
    "unskilled": (0, 1),
}
_NUMBERS: Final[Mapping[str, tuple[int, ...]]] = {"codes": (1, 0, 2), "agents": (1, 0, 2), "groups": (0, 1)}
_DURATIONS: Final[Mapping[str, tuple[int | None, ...]]] = {
    "timeout_ms": (60_000, 1_000, 3_600_000, 4_000_000, None),
    "duration_ms": (30_000, 0, -1_000, 400_000, None),
}
_DIVISIONS: Final = ("queue_division", "code_division")
"""Compared with each other, so a division that is worth trying for the one is for the other."""
_ABSENT: Final = frozenset(
    {"queue_description", "code_description", "identifier", "category", "disposition", "channels", "flags"}
)
_MOST: Final = 400
"""The largest number of codes or agents that is tried."""

_STRINGS: Final = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""")
_INTEGERS: Final = re.compile(r"(?<![\w.])-?\d+(?![\w.])")

# Where the texts of our own checks' parameters belong; those of other checks may belong anywhere.
_PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
    "catalogue.required": ("code_name", "named_codes"),
    "catalogue.forbidden": ("code_name", "named_codes"),
    "crm.mapped": ("disposition",),
    "crm.outbound_flags": ("category", "flags", "default_flags"),
    "naming.pattern": ("code_name",),
}
_ANYWHERE: Final = (*_NATURAL, *(name for name in _LISTS if name != "def_queues"))
_OURS: Final = "harness.checks."


class Values:
    """Candidate values for every field of a cell, drawn from some rules."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._patterns: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._items: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._wholes: defaultdict[str, dict[tuple[str, ...], None]] = defaultdict(dict)
        self._numbers: defaultdict[str, set[int]] = defaultdict(set)
        self._words: dict[str, Words] = {}
        for rule in rules:
            for expression in (rule.where, rule.expect):
                if expression is not None:
                    self._read_expression(expression)
            if rule.check is not None:
                self._read_check(rule.check, rule.parameters)

    def words(self, name: str) -> Words:
        """Return words for a text field, one for each combination of patterns that the rules hold against it."""
        if name not in self._words:
            self._words[name] = words(tuple(self._patterns[name]), _NATURAL.get(name, ()))
        return self._words[name]

    def others(self, name: str, word: str) -> Iterator[str]:
        """Yield further words that the rules cannot tell from a word of a text field."""
        return self.words(name).like(word)

    @cached_property
    def candidates(self) -> Mapping[str, tuple[Any, ...]]:
        """For each field, the values worth trying, the plain one first."""
        return {name: tuple(dict.fromkeys(self._of(name))) for name in FIELDS}

    def toggled(self, cell: Cell, name: str) -> Iterator[tuple[str, ...]]:
        """Yield what a list becomes by one item more or less."""
        value: tuple[str, ...] = getattr(cell, name) or ()
        for item in dict.fromkeys((*_LISTS[name], *self._items[name])):
            yield tuple(it for it in value if it != item) if item in value else (*value, item)

    # -- reading rules --------------------------------------------------------------------------------------

    def _read_expression(self, expression: Expression) -> None:
        read = expression.variables
        for function, operands in expression.calls():
            literals = [text for _, found in operands for text in found]
            named = [name for name, _ in operands if name in READS] or list(read)
            for literal in literals:
                for field in dict.fromkeys(field for name in named if name for field in READS.get(name, ())):
                    self._add_text(field, literal, function)
        for number in _INTEGERS.findall(_STRINGS.sub("", expression.full)):
            for field in dict.fromkeys(field for name in read for field in READS.get(name, ())):
                self._add_number(field, int(number), seconds=True)

    def _read_check(self, check: Check, parameters: Mapping[str, Any]) -> None:
        ours = check.function.__module__.startswith(_OURS)
        fields = _PARAMETERS.get(check.id, ()) if ours else _ANYWHERE
        use, numbers = ("names", fields_of_check(check)) if ours else ("any use", FIELDS)
        for parameter in check.parameters:
            value = parameters.get(parameter.name, None if parameter.required else parameter.default)
            for leaf in _leaves(value):
                is_duration = _mentions(parameter.annotation, DurationMs)
                self._read_leaf(leaf, fields, use, numbers, is_duration=is_duration)
            for whole in value.values() if isinstance(value, Mapping) else (value,):
                if isinstance(whole, list | tuple) and all(isinstance(it, str) for it in whole):
                    for field in (field for field in fields if field in _LISTS):
                        self._wholes[field][tuple(whole)] = None
        if not ours:
            for constant in _constants(check.function.__code__):
                self._read_leaf(constant, fields, use, numbers, is_duration=False)

    def _read_leaf(
        self, leaf: Any, fields: Sequence[str], use: str, numbers: Sequence[str], *, is_duration: bool
    ) -> None:
        if isinstance(leaf, re.Pattern):
            for field in fields:
                self._add_text(field, leaf.pattern, "matches")
        elif isinstance(leaf, str):
            for field in fields:
                self._add_text(field, leaf, use)
        elif isinstance(leaf, int | float | Fraction) and not isinstance(leaf, bool):
            for field in numbers:
                if is_duration == (field in _DURATIONS):
                    self._add_number(field, int(leaf), seconds=False)

    def _add_text(self, field: str, text: str, function: str) -> None:
        if field in _LISTS:
            if function != "matches":
                self._items[field][text] = None
        elif field == "created":
            self._items[field][text] = None
        elif field in _NATURAL:
            for pattern in _as_patterns(text, function):
                for linked in _DIVISIONS if field in _DIVISIONS else (field,):
                    self._patterns[linked][pattern] = None

    def _add_number(self, field: str, number: int, *, seconds: bool) -> None:
        step = 1_000 if field in _DURATIONS else 1
        value = number * step if seconds else number
        self._numbers[field].update((value - step, value, value + step))

    # -- making values --------------------------------------------------------------------------------------

    def _of(self, name: str) -> Iterator[Any]:
        yield getattr(Cell(), name)
        if name in _CHOICES:
            yield from _CHOICES[name]
        elif name in _DURATIONS:
            # A rule's own numbers come first: what meets one rule just so leaves most room for the others.
            yield from sorted(self._numbers[name])
            yield from _DURATIONS[name]
        elif name in _NUMBERS:
            yield from (number for number in sorted(self._numbers[name]) if 0 <= number <= _MOST)
            yield from _NUMBERS[name]
        elif name == "proficiency":
            yield from (0.0, 5.0, *sorted(float(number) for number in self._numbers[name] if 0 <= number <= 5))
        elif name == "created":
            yield from (None, *self._moments())
        elif name in _LISTS:
            items = tuple(dict.fromkeys((*_LISTS[name], *self._items[name])))
            yield from ((), *((item,) for item in items), *self._wholes[name], tuple(self._items[name]))
            for number in sorted(it for it in self._numbers[name] if 1 < it <= _MOST):
                yield (*self._items[name], *(f"{name} {count}" for count in range(number)))[:number]
        else:
            yield from self._texts(name)
        if name in _ABSENT:
            yield None

    def _texts(self, name: str) -> Iterator[str]:
        found = self.words(name)
        yield from (*found.found.values(), *_NATURAL[name])
        for word in list(found.found.values()):
            for length in sorted(self._numbers[name]):
                if 0 < length <= _MOST and (longer := found.of_length(word, length)) is not None:
                    yield longer

    def _moments(self) -> Iterator[str]:
        for text in self._items["created"]:
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                continue
            for days in (-1, 0, 1):
                yield (moment + timedelta(days=days)).isoformat()


def _as_patterns(text: str, function: str) -> Iterator[str]:
    literal = re.escape(text)
    match function:
        case "matches":
            try:
                re.compile(text)
            except re.error:  # RE2's syntax differs in little; the engine judges by RE2 in any case
                return
            yield text
        case "startsWith":
            yield f"^{literal}"
        case "endsWith":
            yield f"{literal}$"
        case "contains":
            yield literal
        case "names" if is_pattern(text):
            yield f"^{literal}$".replace(r"\*", ".*").replace(r"\?", ".")
        case "any use":
            yield from (f"^{literal}$", f"^{literal}", f"{literal}$", literal)
        case _:
            yield f"^{literal}$"


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from _leaves(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _constants(code: CodeType) -> Iterator[Any]:
    """Yield the texts and numbers in a function's code: what a check of somebody's own compares with."""
    for constant in code.co_consts[1:]:  # the first is the docstring
        if isinstance(constant, CodeType):
            yield from _constants(constant)
        elif isinstance(constant, str | int | float | tuple | frozenset):
            yield from _leaves(constant)


def _mentions(annotation: Any, wanted: Any) -> bool:
    return annotation is wanted or (
        get_origin(annotation) is not None and any(_mentions(it, wanted) for it in get_args(annotation))
    )
