"""A field decides what its text means, and says what it wanted when it cannot."""

from contextlib import suppress
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.policy import values
from harness.policy.values import BadValueError, Value


def hint(value: Value, text: str) -> str | None:
    with pytest.raises(BadValueError) as caught:
        value.parse(text)
    return caught.value.hint


GOOD: list[tuple[Value, str, Any]] = [
    (values.ANY_TEXT, "", ""),
    (values.TEXT, " 010 ", " 010 "),
    (values.INTEGER, "010", 10),
    (values.INTEGER, "-3", -3),
    (values.NUMBER, "1e3", 1000.0),
    (values.NUMBER, ".5", 0.5),
    (values.BOOLEAN, "TRUE", True),
    (values.BOOLEAN, "false", False),
    (values.DURATION, "90s", 90_000),
    (values.DURATION, "2 m", 120_000),
    (values.DURATION, "1500ms", 1500),
    (values.DURATION, "1h", 3_600_000),
    (values.DURATION, "0.5s", 500),
    (values.SECONDS, "45", 45_000),
    (values.SECONDS, "-1.5", -1500),
    (values.SECONDS, "2m", 120_000),
    (values.SECONDS, "-2m", -120_000),
    (values.SHARE, "95%", Fraction(19, 20)),
    (values.SHARE, "0.1 %", Fraction(1, 1000)),
    (values.SHARE, "0.1", Fraction(1, 10)),
    (values.SHARE, "1", Fraction(1)),
    (values.SHARE, ".25", Fraction(1, 4)),
    (values.DATE, "2024-02-29", date(2024, 2, 29)),
    (values.RULE_ID, "RTL-001.a_b", "RTL-001.a_b"),
    (values.RULE_ID, "RÈGLE-1", "RÈGLE-1"),
    (values.NAME, "sales_2", "sales_2"),
    (values.word("A", "B"), "B", "B"),
]


@pytest.mark.parametrize(("value", "text", "result"), GOOD)
def test_good_texts_are_converted_exactly(value: Value, text: str, result: Any) -> None:
    assert value.parse(text) == result


BAD: list[tuple[Value, str, str | None]] = [
    (values.TEXT, "  ", None),
    (values.INTEGER, "1.0", None),
    (values.INTEGER, "9" * 5000, None),
    (values.NUMBER, "nan", None),
    (values.BOOLEAN, "yes", "write true or false"),
    (values.BOOLEAN, "maybe", None),
    (values.DURATION, "90", "write the unit: 90s for seconds, 90m for minutes"),
    (values.DURATION, "90 sec", "units are ms, s, m and h"),
    (values.DURATION, "0.5ms", "it must be a whole number of milliseconds"),
    (values.DURATION, "-1s", None),
    (values.DURATION, "soon", None),
    (values.SECONDS, "0.0001", "it must be a whole number of milliseconds"),
    (values.SECONDS, "--1", None),
    (values.SHARE, "2", "did you mean 2%?"),
    (values.SHARE, "101", None),
    (values.SHARE, "101%", None),
    (values.SHARE, "-1%", None),
    (values.DATE, "20260101", None),
    (values.DATE, "2026-02-30", "day is out of range for month"),
    (values.DATE, "2026-01-01T00:00", None),
    (values.RULE_ID, "a b", None),
    (values.RULE_ID, "a[b]", None),
    (values.NAME, "2sales", None),
    (values.TIMEZONE, "Europe/Lodnon", "did you mean 'Europe/London'?"),
    (values.TIMEZONE, "Europe", "did you mean 'Europe/Rome'?"),
    (values.TIMEZONE, "../etc/passwd", None),
    (values.TIMEZONE, "\0", None),
    (values.word("MANDATORY", "OPTIONAL"), "mandatory", "did you mean 'MANDATORY'?"),
    (values.word("any", "all"), "ANY", "did you mean 'any'?"),
    (values.word("any", "all"), "neither", None),
]


@pytest.mark.parametrize(("value", "text", "expected"), BAD)
def test_bad_texts_are_refused_with_a_hint(value: Value, text: str, expected: str | None) -> None:
    assert hint(value, text) == expected


@pytest.mark.parametrize(
    ("pattern", "what", "offset"),
    [
        ("ab(c", "is no regular expression: missing ), unterminated subpattern", 2),
        ("a{99999999999}", "is no regular expression: the repetition number is too large", None),
        ("(?L)a", "is no regular expression: bad inline flags: cannot use 'L' flag with a str pattern", 3),
    ],
)
def test_a_bad_regular_expression_says_where(pattern: str, what: str, offset: int | None) -> None:
    with pytest.raises(BadValueError) as caught:
        values.REGEX.parse(pattern)
    assert (caught.value.what, caught.value.offset) == (what, offset)


def test_a_regular_expression_with_a_doubtful_set_is_no_error() -> None:
    """Python warns about `[[`, and warnings must not decide whether a policy loads."""
    assert values.REGEX.parse("[[a]").search("[")


@given(st.integers(0, 10**9 - 1), st.sampled_from(["ms", "s", "m", "h"]))
def test_a_duration_is_its_number_times_its_unit(number: int, unit: str) -> None:
    assert values.DURATION.parse(f"{number}{unit}") == number * {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}[unit]


@given(st.decimals(0, 100, places=4, allow_nan=False))
def test_a_percentage_is_exact(percentage: Any) -> None:
    assert values.SHARE.parse(f"{percentage}%") == Fraction(percentage) / 100


@given(st.text(max_size=12), st.sampled_from([value for value in vars(values).values() if isinstance(value, Value)]))
def test_any_text_is_converted_or_refused(text: str, value: Value) -> None:
    with suppress(BadValueError):
        value.parse(text)
