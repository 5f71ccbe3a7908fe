"""Words that tell patterns apart: the ground on which names are searched."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.simulation.search_words import words

PATTERNS = (
    "^[A-Z]{3}-",
    "-(EN|FR)$",
    "(?i)^sale",
    r"\bpaid\b",
    "^(?!Test)",
    r"^\d{5}$",
    "^.{0,12}$",
    "a+b?c*",
    r"[^\w ]",
    "x|^y",
    r"\d{2,}",
    r"(?=.*\d)(?=.*[A-Z])",
    r"\Bx",
    "(?>ab|a)c",
)


@given(patterns=st.lists(st.sampled_from(PATTERNS), unique=True, max_size=4).map(tuple))
def test_every_word_matches_what_it_is_listed_for(patterns: tuple[str, ...]) -> None:
    for signature, word in words(patterns).found.items():
        assert signature == tuple(re.search(pattern, word) is not None for pattern in patterns)


@given(pattern=st.sampled_from(PATTERNS), text=st.text("abcxyzA-Z0123 paidEFNRS_", max_size=12))
def test_what_some_text_matches_some_word_matches(pattern: str, text: str) -> None:
    """Nothing that can be met, or not met, is overlooked."""
    found = words((pattern,)).found
    assert (re.search(pattern, text) is not None,) in found


@pytest.mark.parametrize(
    ("patterns", "word"),
    [
        (("^[A-Z]{3}-", "-(EN|FR)$"), "AAA-EN"),
        (("^Contact centre - ", "^.{0,18}$"), "Contact centre - "),
        ((r"^(?!Test)\w+\b x", "^T"), "T x"),
        (("^[A-Z]{3}-", "^SALES"), None),
        (("Sale ^",), None),
        ((r"^\d{5}$", r"\D"), None),
    ],
)
def test_patterns_that_go_together_are_met_by_the_shortest_word(patterns: tuple[str, ...], word: str | None) -> None:
    found = words(patterns).found.get((True,) * len(patterns))
    assert (None if found is None else len(found)) == (None if word is None else len(word))


def test_a_pattern_that_looks_behind_is_left_out_of_the_walk_and_still_told_apart() -> None:
    found = words((r"(?<=a)b", "^a"), natural=("ab", "cab"))
    assert found.found[True, True] == "ab"
    assert found.found[True, False] == "cab"


def test_natural_words_win() -> None:
    assert words(("^R",), natural=("Refund", "Sale")).found == {(True,): "Refund", (False,): "Sale"}


def test_further_words_match_the_same_and_read_differently() -> None:
    for patterns in (("^[A-Z]{3}_[A-Z]+$",), (r"^\d{3}$",), ()):
        made = words(patterns)
        first = made.found[(True,) * len(patterns)]
        more = [word for word, _ in zip(made.like(first), range(5), strict=False)]
        assert len({first, *more}) == 6
        assert {made.signature(word) for word in more} == {made.signature(first)}


def test_a_word_is_lengthened_without_a_change_of_what_it_matches() -> None:
    made = words(("^[A-Z]+$",))
    assert made.of_length("SALE", 10) == "SALEXXXXXX"
    assert made.of_length("SALE", 3) is None
    assert words(("^SALE$",)).of_length("SALE", 9) is None
