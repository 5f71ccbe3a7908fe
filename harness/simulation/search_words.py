"""Shortest words that tell patterns apart: which of them match and which do not, in every combination there is.

A policy says in regular expressions what names must look like. Random text never meets them, so the words are worked
out: each pattern is taken as a language, and the words of all combinations are walked through together, the shortest
first. A pattern with a look-behind or a back-reference is left out of the walk; the words are still told apart by it.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from harness.simulation.search_languages import Languages, Term, UnsupportedPattern, is_word

__all__ = ["Signature", "Words", "words"]

Signature = tuple[bool, ...]
"""For each pattern, whether a word matches it."""

_NICE: Final = "aeronistlcdupmhgbfywkvxzjqAERONISTLCDUPMHGBFYWKVXZJQ1203456789 -_"
_UNIVERSE: Final = frozenset(map(chr, range(0x20, 0x7F)))
_FILLERS: Final = ("amber", "birch", "cedar", "dusk", "ember", "fjord", "grove", "hazel", "iris", "juniper", "kelp")
_MOST_STEPS: Final = 300_000


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
    for word in (*natural, *_walked(patterns)):
        found.setdefault(result.signature(word), word)
    return result


@lru_cache(maxsize=64)
def _walked(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the walk's words; several fields may be held against the same patterns."""
    return tuple(_walk(patterns))


def _walk(patterns: Sequence[str]) -> Iterator[str]:
    """Yield a shortest word for every state of all patterns together, up to a bound on states."""
    languages = Languages(_UNIVERSE | {char for pattern in patterns for char in pattern if char.isprintable()})
    terms = []
    for pattern in patterns:
        try:
            terms.append(languages.search(pattern))
        except UnsupportedPattern:
            continue
    bounded = languages.bounded
    alphabet = _alphabet(languages, bounded=bounded)
    start: tuple[tuple[Term, ...], bool | None] = (tuple(terms), None)
    seen, queue = {start}, deque([(start, "")])
    most = max(200, _MOST_STEPS // max(1, len(alphabet) * len(terms)))
    while queue:
        (state, before), word = queue.popleft()
        if word:
            yield word
        for char in alphabet:
            following = tuple(languages.after(term, before, char) for term in state)
            place = (following, is_word(char) if bounded else False)
            if place not in seen and len(seen) < most:
                seen.add(place)
                queue.append((place, word + char))
    yield ""


def _alphabet(languages: Languages, *, bounded: bool) -> list[str]:
    """Return one character for each kind that some pattern tells apart, the nicest of each."""
    order = {char: number for number, char in enumerate(_NICE)}
    kinds: dict[tuple[bool, ...], str] = {}
    sets = sorted(languages.sets, key=sorted)
    for char in sorted(languages.universe, key=lambda it: (order.get(it, len(order)), it)):
        kinds.setdefault((*(char in them for them in sets), bounded and is_word(char)), char)
    return list(kinds.values())
