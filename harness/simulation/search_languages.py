"""Regular expressions as languages: what may still follow once a character was read.

Source:
    Brzozowski, "Derivatives of Regular Expressions", 1964: intersection and complement cost nothing extra.
"""

import importlib
import re
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

__all__ = ["Languages", "Term", "UnsupportedPattern", "is_word"]

_parser: Any = importlib.import_module("re._parser")

_MOST_REPEATS: Final = 1_000


class Term:
    """A language; equal ones are one object, so that terms can be compared and hashed by identity."""

    __slots__ = ("kind", "parts")

    def __init__(self, kind: str, parts: tuple[Any, ...]) -> None:
        self.kind = kind
        self.parts = parts


_Before: TypeAlias = bool | None
"""Whether a word character comes before a place; None at the start."""


class UnsupportedPattern(Exception):
    """A pattern says something that is not about the characters to come."""


@dataclass
class Languages:
    """Makes terms, and derives them by characters."""

    universe: frozenset[str]
    _made: dict[tuple[Any, ...], Term] = field(default_factory=dict)
    _derived: dict[tuple[Term, _Before, str], Term] = field(default_factory=dict)
    sets: set[frozenset[str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.none = self._make("none")
        self.empty = self._make("empty")
        self.rest = self._make("rest")

    def _make(self, kind: str, *parts: Any) -> Term:
        return self._made.setdefault((kind, *parts), Term(kind, parts))

    def chars(self, chars: frozenset[str]) -> Term:
        """Return the language of single characters."""
        self.sets.add(chars)
        return self._make("chars", chars) if chars else self.none

    def then(self, first: Term, second: Term) -> Term:
        """Return what one language and then another make."""
        if first is self.none or second is self.none:
            return self.none
        if first is self.empty:
            return second
        if first.kind == "then":
            return self._make("then", first.parts[0], self.then(first.parts[1], second))
        return first if second is self.empty else self._make("then", first, second)

    def either(self, terms: frozenset[Term]) -> Term:
        """Return what is in any of some languages."""
        flat = self._flat("either", terms) - {self.none}
        if self.rest in flat:
            return self.rest
        return next(iter(flat), self.none) if len(flat) < 2 else self._make("either", flat)

    def both(self, terms: frozenset[Term]) -> Term:
        """Return what is in all of some languages."""
        flat = self._flat("both", terms) - {self.rest}
        if self.none in flat:
            return self.none
        return next(iter(flat), self.rest) if len(flat) < 2 else self._make("both", flat)

    @staticmethod
    def _flat(kind: str, terms: frozenset[Term]) -> frozenset[Term]:
        return frozenset(it for term in terms for it in (term.parts[0] if term.kind == kind else (term,)))

    def isnt(self, term: Term) -> Term:
        """Return what is not in a language."""
        if term.kind == "isnt":
            inner: Term = term.parts[0]
            return inner
        return self.rest if term is self.none else self.none if term is self.rest else self._make("isnt", term)

    def repeated(self, term: Term, least: int, most: int | None) -> Term:
        """Return what some repetitions of a language make; `most` None is without end."""
        if most == 0 or term is self.empty:
            return self.empty
        return self._make("repeated", term, min(least, _MOST_REPEATS), most)

    def ends(self, term: Term, before: _Before, after: str | None) -> bool:
        """Tell whether a term is met without any further character; `before` says whether a word character precedes."""
        match term.kind:
            case "empty" | "rest":
                return True
            case "then":
                return self.ends(term.parts[0], before, after) and self.ends(term.parts[1], before, after)
            case "either":
                return any(self.ends(part, before, after) for part in term.parts[0])
            case "both":
                return all(self.ends(part, before, after) for part in term.parts[0])
            case "isnt":
                return not self.ends(term.parts[0], before, after)
            case "repeated":
                return term.parts[1] == 0 or self.ends(term.parts[0], before, after)
            case "at":
                return _holds(term.parts[0], before, after)
        return False

    def after(self, term: Term, before: _Before, char: str) -> Term:
        """Return what must follow once a character was read."""
        key = (term, before, char)
        found = self._derived.get(key)
        if found is None:
            found = self._derived[key] = self._derive(term, before, char)
        return found

    def _derive(self, term: Term, before: _Before, char: str) -> Term:
        match term.kind:
            case "chars":
                return self.empty if char in term.parts[0] else self.none
            case "rest":
                return self.rest
            case "then":
                first, second = term.parts
                gone = self.then(self.after(first, before, char), second)
                if not self.ends(first, before, char):
                    return gone
                return self.either(frozenset({gone, self.after(second, before, char)}))
            case "either":
                return self.either(frozenset(self.after(part, before, char) for part in term.parts[0]))
            case "both":
                return self.both(frozenset(self.after(part, before, char) for part in term.parts[0]))
            case "isnt":
                return self.isnt(self.after(term.parts[0], before, char))
            case "repeated":
                inner, least, most = term.parts
                more = self.repeated(inner, max(least - 1, 0), None if most is None else most - 1)
                return self.then(self.after(inner, before, char), more)
        return self.none

    @property
    def bounded(self) -> bool:
        """Whether some pattern asks where words begin or end."""
        return any(key[0] == "at" and "BOUNDARY" in key[1] for key in self._made)

    # -- from Python's own parse ----------------------------------------------------------------------------

    def search(self, pattern: str) -> Term:
        """Return the language of the texts in which a pattern is found."""
        parsed = _parser.parse(pattern)
        body = self._sequence(list(parsed), parsed.state.flags, self.rest)
        return self.either(frozenset({body, self.then(self.repeated(self.chars(self.universe), 0, None), body)}))

    def _sequence(self, items: list[Any], flags: int, end: Term) -> Term:
        if not items:
            return end
        (op, value), rest = items[0], items[1:]
        name = str(op)
        if name in ("ASSERT", "ASSERT_NOT"):
            if value[0] < 0:
                raise UnsupportedPattern
            ahead = self._sequence(list(value[1]), flags, self.rest)
            wanted = ahead if name == "ASSERT" else self.isnt(ahead)
            return self.both(frozenset({wanted, self._sequence(rest, flags, end)}))
        return self.then(self._item(name, value, flags), self._sequence(rest, flags, end))

    def _item(self, name: str, value: Any, flags: int) -> Term:
        match name:
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                return self.chars(frozenset(char for char in self.universe if _accepts(name, value, char, flags)))
            case "BRANCH":
                return self.either(frozenset(self._sequence(list(it), flags, self.empty) for it in value[1]))
            case "SUBPATTERN":
                return self._sequence(list(value[3]), (flags | value[1]) & ~value[2], self.empty)
            case "ATOMIC_GROUP":
                return self._sequence(list(value), flags, self.empty)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, inner = value
                limit = None if most >= _MOST_REPEATS else int(most)
                return self.repeated(self._sequence(list(inner), flags, self.empty), int(least), limit)
            case "AT":
                return self._make("at", str(value))
        raise UnsupportedPattern


def _holds(place: str, before: _Before, after: str | None) -> bool:
    match place:
        case "AT_BEGINNING" | "AT_BEGINNING_STRING":
            return before is None
        case "AT_END" | "AT_END_STRING":
            return after is None
    boundary = bool(before) != (after is not None and is_word(after))
    return boundary == (place == "AT_BOUNDARY")


def is_word(char: str) -> bool:
    """Tell whether a character counts as part of a word."""
    return char == "_" or char.isalnum()


_CATEGORIES: Final = {"DIGIT": str.isdecimal, "SPACE": str.isspace, "WORD": is_word}


def _accepts(name: str, value: Any, char: str, flags: int) -> bool:
    spelt = {char, char.lower(), char.upper()} if flags & re.IGNORECASE else {char}
    match name:
        case "ANY":
            return True
        case "LITERAL":
            return chr(value) in spelt
        case "NOT_LITERAL":
            return chr(value) not in spelt
        case "RANGE":
            return any(value[0] <= ord(it) <= value[1] for it in spelt)
        case "CATEGORY":
            negated, _, category = str(value).removeprefix("CATEGORY_").rpartition("NOT_")
            return _CATEGORIES[category](char) == (not negated and "NOT_" not in str(value))
    items = [(str(op), it) for op, it in value]
    negated_set = items[0][0] == "NEGATE"
    return negated_set != any(_accepts(op, it, char, flags) for op, it in items if op != "NEGATE")
