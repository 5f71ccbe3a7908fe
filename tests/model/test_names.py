"""How names are printed, compared and matched."""

import ast
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.model.names import fold, is_pattern, matches, printable, unescaped

NAMES = st.text(st.characters(), max_size=20)


@given(name=NAMES)
@example(name="Billing\n::error::\x1b[31m\u202e\\")
@example(name="\ud800")
def test_a_printed_name_is_printable_and_can_be_read_back(name: str) -> None:
    """Nothing of a name reaches a terminal or a CI log raw, and no two names are printed alike."""
    shown = printable(name)
    assert shown.isprintable()
    assert ast.literal_eval("'" + shown.replace("'", "\\'") + "'") == name


@given(name=st.text(string.ascii_letters + string.digits + " éüñ漢字[]'\"<>&:/", max_size=20))
def test_an_ordinary_name_is_printed_as_it_is(name: str) -> None:
    assert printable(name) == name


@given(name=NAMES)
@example(name="e\u200d\u0301")
@example(name="\u0390")
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(name=st.text(string.ascii_letters + string.digits + " -éüñßŒжщβμ", max_size=20))
def test_folding_leaves_out_case_and_space_around(name: str) -> None:
    assert fold(name.upper()) == fold(name.lower()) == fold(f"\u00a0{name}  ")


@pytest.mark.parametrize(
    "name",
    [
        "SALE",
        "Sale ",
        "\tSale",
        "\uff33\uff41\uff4c\uff45",  # full width
        "S\u0430l\u0435",  # Cyrillic
        "Sa\u200ble",  # zero width space
        "Sa\u00adle",  # soft hyphen
        "Sale\ufe0f",  # variation selector
        "\u202eSale",  # right-to-left override
    ],
)
def test_what_a_reader_does_not_see_is_folded(name: str) -> None:
    assert fold(name) == fold("Sale")


def test_look_alike_capitals_are_folded() -> None:
    """Some letters look Latin in capitals only."""
    assert fold("\u0421\u041d\u0410\u0422") == fold("CHAT")


@pytest.mark.parametrize("name", ["Sales", "Salé", "S ale", "Sale1", "Sa1e", "Sale.", ""])
def test_what_a_reader_does_see_is_kept(name: str) -> None:
    assert fold(name) != fold("Sale")


@given(name=NAMES)
def test_every_name_matches_itself_and_the_wildcard(name: str) -> None:
    assert matches(name, name)
    assert matches("*", name)
    assert matches("?" * len(name), name)


@given(name=NAMES, start=st.integers(0, 20), end=st.integers(0, 20))
def test_a_wildcard_stands_for_any_part(name: str, start: int, end: int) -> None:
    assert matches(f"{name[:start]}*{name[max(start, end) :]}", name)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("Sale", "sale"),
        ("Sale", "Sales"),
        ("?", ""),
        ("S?le", "Saale"),
        ("[S]ale", "Sale"),
        ("S.le", "Sale"),
        ("!", "a"),
    ],
)
def test_nothing_else_is_special(pattern: str, name: str) -> None:
    assert not matches(pattern, name)


def test_only_two_characters_make_a_pattern() -> None:
    assert [is_pattern(text) for text in ("B*", "B?", "B[x]", "B.", "")] == [True, True, False, False, False]


@given(st.text())
def test_what_was_made_printable_can_be_had_back(text: str) -> None:
    assert unescaped(printable(text)) == text
