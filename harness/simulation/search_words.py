"""Shortest words that tell patterns apart: which of them match and which do not, in every combination there is.

A policy says in regular expressions what names must look like. Random text never meets them, so the words are worked
out: each pattern is taken as a language, and the words of all combinations are walked through together, the shortest
first. A pattern with a look-behind or a back-reference is left out of the walk; the words are still told apart by it.

Source:
    Brzozowski, "Derivatives of Regular Expressions", 1964: intersection and complement cost nothing extra.
"""

import importlib
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, TypeAlias

__all__ = ["Signature", "Words", "words"]

Signature = tuple[bool, ...]
"""For each pattern, whether a word matches it."""

_parser: Any = importlib.import_module("re._parser")

_NICE: Final = "aeronistlcdupmhgbfywkvxzjqAERONISTLCDUPMHGBFYWKVXZJQ1203456789 -_"
_UNIVERSE: Final = frozenset(map(chr, range(0x20, 0x7F)))
_FILLERS: Final = ("amber", "birch", "cedar", "dusk", "ember", "fjord", "grove", "hazel", "iris", "juniper", "kelp")
_MOST_STEPS: Final = 300_000
_MOST_REPEATS: Final = 1_000


@dataclass(frozen=True)
class Words:
    """Words by what they match.

    Attributes:
        patterns: The patterns, compiled.
        found: The shortest word found for each combination.
    """

    patterns: tuple[re.Pattern[str], ...]
    found: Mapping[Signature, str]

    def signature(self, word: str) -> Signature:
        """Return which patterns a word matches."""
        return tuple(pattern.search(word) is not None for pattern in self.patterns)

    def like(self, word: str) -> Iterator[str]:
        """Yield further words that match the very same patterns, each different from the others to a reader."""
        wanted = self.signature(word)
        for number in range(2, 1_002):
            filler = _FILLERS[number % len(_FILLERS)]
            texts = (f" {number}", f"{filler}{number}", filler, filler.upper(), str(number))
            tried = (it for text in texts for it in _inserted(word, text))
            found = next((it for it in tried if self.signature(it) == wanted), None)
            if found is None:
                break
            yield found
        for at in range(len(word)):
            for char in _NICE:
                other = f"{word[:at]}{char}{word[at + 1 :]}"
                if char.lower() != word[at].lower() and self.signature(other) == wanted:
                    yield other

    def of_length(self, word: str, length: int) -> str | None:
        """Return a word of some length that matches the very same patterns, or None when none is found."""
        if len(word) > length:
            return None
        wanted = self.signature(word)
        for char in ("x", " x", "X", "0"):
            text = (char * length)[: length - len(word)]
            longer = next((it for it in _inserted(word, text) if self.signature(it) == wanted), None)
            if longer is not None:
                return longer
        return None


def _inserted(word: str, text: str) -> Iterator[str]:
    """Yield a word with a text put in at the end, then at every other place."""
    for at in range(len(word), -1, -1):
        yield f"{word[:at]}{text}{word[at:]}"


@lru_cache(maxsize=512)
def words(patterns: tuple[str, ...], natural: tuple[str, ...] = ()) -> Words:
    """Return words for the combinations of some patterns.

    Args:
        patterns: Regular expressions, meant as `re.search` does.
        natural: Words that are preferred to made-up ones.
    """
    compiled = tuple(re.compile(pattern) for pattern in patterns)
    found: dict[Signature, str] = {}
    result = Words(compiled, found)
    for word in (*natural, *_walk(patterns)):
        found.setdefault(result.signature(word), word)
    return result


# -- languages ------------------------------------------------------------------------------------------------------


class _Term:
    """A language; equal ones are one object, so that terms can be compared and hashed by identity."""

    __slots__ = ("kind", "parts")

    def __init__(self, kind: str, parts: tuple[Any, ...]) -> None:
        self.kind = kind
        self.parts = parts


_Before: TypeAlias = bool | None
"""Whether a word character comes before a place; None at the start."""


class _Unsupported(Exception):
    """A pattern says something that is not about the characters to come."""


@dataclass
class _Languages:
    """Makes terms, and derives them by characters."""

    universe: frozenset[str]
    _made: dict[tuple[Any, ...], _Term] = field(default_factory=dict)
    _derived: dict[tuple[_Term, _Before, str], _Term] = field(default_factory=dict)
    sets: set[frozenset[str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.none = self._make("none")
        self.empty = self._make("empty")
        self.rest = self._make("rest")

    def _make(self, kind: str, *parts: Any) -> _Term:
        return self._made.setdefault((kind, *parts), _Term(kind, parts))

    def chars(self, chars: frozenset[str]) -> _Term:
        self.sets.add(chars)
        return self._make("chars", chars) if chars else self.none

    def then(self, first: _Term, second: _Term) -> _Term:
        if first is self.none or second is self.none:
            return self.none
        if first is self.empty:
            return second
        if first.kind == "then":
            return self._make("then", first.parts[0], self.then(first.parts[1], second))
        return first if second is self.empty else self._make("then", first, second)

    def either(self, terms: frozenset[_Term]) -> _Term:
        flat = self._flat("either", terms) - {self.none}
        if self.rest in flat:
            return self.rest
        return next(iter(flat), self.none) if len(flat) < 2 else self._make("either", flat)

    def both(self, terms: frozenset[_Term]) -> _Term:
        flat = self._flat("both", terms) - {self.rest}
        if self.none in flat:
            return self.none
        return next(iter(flat), self.rest) if len(flat) < 2 else self._make("both", flat)

    @staticmethod
    def _flat(kind: str, terms: frozenset[_Term]) -> frozenset[_Term]:
        return frozenset(it for term in terms for it in (term.parts[0] if term.kind == kind else (term,)))

    def isnt(self, term: _Term) -> _Term:
        if term.kind == "isnt":
            inner: _Term = term.parts[0]
            return inner
        return self.rest if term is self.none else self.none if term is self.rest else self._make("isnt", term)

    def repeated(self, term: _Term, least: int, most: int | None) -> _Term:
        if most == 0 or term is self.empty:
            return self.empty
        return self._make("repeated", term, min(least, _MOST_REPEATS), most)

    def ends(self, term: _Term, before: _Before, after: str | None) -> bool:
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

    def after(self, term: _Term, before: _Before, char: str) -> _Term:
        """Return what must follow once a character was read."""
        key = (term, before, char)
        found = self._derived.get(key)
        if found is None:
            found = self._derived[key] = self._derive(term, before, char)
        return found

    def _derive(self, term: _Term, before: _Before, char: str) -> _Term:
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

    # -- from Python's own parse ----------------------------------------------------------------------------

    def search(self, pattern: str) -> _Term:
        """Return the language of the texts in which a pattern is found."""
        parsed = _parser.parse(pattern)
        body = self._sequence(list(parsed), parsed.state.flags, self.rest)
        return self.either(frozenset({body, self.then(self.repeated(self.chars(self.universe), 0, None), body)}))

    def _sequence(self, items: list[Any], flags: int, end: _Term) -> _Term:
        if not items:
            return end
        (op, value), rest = items[0], items[1:]
        name = str(op)
        if name in ("ASSERT", "ASSERT_NOT"):
            if value[0] < 0:
                raise _Unsupported
            ahead = self._sequence(list(value[1]), flags, self.rest)
            wanted = ahead if name == "ASSERT" else self.isnt(ahead)
            return self.both(frozenset({wanted, self._sequence(rest, flags, end)}))
        return self.then(self._item(name, value, flags), self._sequence(rest, flags, end))

    def _item(self, name: str, value: Any, flags: int) -> _Term:
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
        raise _Unsupported


def _holds(place: str, before: _Before, after: str | None) -> bool:
    match place:
        case "AT_BEGINNING" | "AT_BEGINNING_STRING":
            return before is None
        case "AT_END" | "AT_END_STRING":
            return after is None
    boundary = bool(before) != (after is not None and _is_word(after))
    return boundary == (place == "AT_BOUNDARY")


def _is_word(char: str) -> bool:
    return char == "_" or char.isalnum()


_CATEGORIES: Final = {"DIGIT": str.isdecimal, "SPACE": str.isspace, "WORD": _is_word}


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


def _walk(patterns: Sequence[str]) -> Iterator[str]:
    """Yield a shortest word for every state of all patterns together, up to a bound on states."""
    languages = _Languages(_UNIVERSE | {char for pattern in patterns for char in pattern if char.isprintable()})
    terms = []
    for pattern in patterns:
        try:
            terms.append(languages.search(pattern))
        except _Unsupported:
            continue
    bounded = any("AT_BOUNDARY" in str(key) or "AT_NON_BOUNDARY" in str(key) for key in languages._made)
    alphabet = _alphabet(languages, bounded=bounded)
    start: tuple[tuple[_Term, ...], bool | None] = (tuple(terms), None)
    seen, queue = {start}, deque([(start, "")])
    most = max(200, _MOST_STEPS // max(1, len(alphabet) * len(terms)))
    while queue:
        (state, before), word = queue.popleft()
        if word:
            yield word
        for char in alphabet:
            following = tuple(languages.after(term, before, char) for term in state)
            place = (following, _is_word(char) if bounded else False)
            if place not in seen and len(seen) < most:
                seen.add(place)
                queue.append((place, word + char))
    yield ""


def _alphabet(languages: _Languages, *, bounded: bool) -> list[str]:
    """Return one character for each kind that some pattern tells apart, the nicest of each."""
    order = {char: number for number, char in enumerate(_NICE)}
    kinds: dict[tuple[bool, ...], str] = {}
    sets = sorted(languages.sets, key=sorted)
    for char in sorted(languages.universe, key=lambda it: (order.get(it, len(order)), it)):
        kinds.setdefault((*(char in them for them in sets), bounded and _is_word(char)), char)
    return list(kinds.values())
