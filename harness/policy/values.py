"""What one value of a policy may be: how its text is read, how a message describes it, what its JSON Schema is."""

import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from harness.checks.parameters import DurationMs, Regex, Share
from harness.errors import did_you_mean

__all__ = [
    "ANY_TEXT",
    "BOOLEAN",
    "DATE",
    "DURATION",
    "EXPRESSION",
    "INTEGER",
    "NAME",
    "NUMBER",
    "REGEX",
    "RULE_ID",
    "SECONDS",
    "SHARE",
    "TEXT",
    "TIMEZONE",
    "BadValueError",
    "Value",
    "word",
]


class BadValueError(Exception):
    """A text is not what its field wants.

    Attributes:
        hint: What to do about it, or None.
        offset: Where in the text it goes wrong, or None when the whole text is meant.
        what: What is wrong, when "is not what was expected" does not say it.
    """

    def __init__(self, hint: str | None = None, *, offset: int | None = None, what: str | None = None) -> None:
        super().__init__(hint)
        self.hint, self.offset, self.what = hint, offset, what


@dataclass(frozen=True)
class Value:
    """One kind of scalar.

    Attributes:
        expected: What a text must be, as a phrase with its article.
        parse: Turns the text into the value; raises `BadValueError`.
        json: The JSON Schema of what an editor sees in its place (YAML 1.2's core types).
        plain: Whether quotes around it make it something else: a number or boolean in quotes is text.
    """

    expected: str
    parse: Callable[[str], Any]
    json: Mapping[str, Any] = field(compare=False)
    plain: bool = False


# A text field keeps the source's text, also of what an editor takes for a number or a boolean.
_ANY_SCALAR: Final = {"type": ["string", "number", "boolean"]}


def _text(text: str) -> str:
    if not text.strip():
        raise BadValueError
    return text


def _matching(pattern: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def parse(text: str) -> str:
        if not compiled.fullmatch(text):
            raise BadValueError
        return text

    return parse


ANY_TEXT: Final = Value("a text", str, _ANY_SCALAR)
TEXT: Final = Value("a text that is not empty", _text, {**_ANY_SCALAR, "pattern": r"\S"})

EXPRESSION: Final = Value("a CEL expression", _text, {"type": ["string", "boolean"], "pattern": r"\S"})

_RULE_ID = r"[^\s\[\](){}:;,/\\'\"*?<>|]+"
RULE_ID: Final = Value(
    "a word without spaces, brackets, quotes, slashes, ':', ';', ',', '*', '?', '<', '>' or '|'",
    _matching(_RULE_ID),
    {**_ANY_SCALAR, "pattern": f"^{_RULE_ID}$"},
)

_NAME = "[A-Za-z_][A-Za-z0-9_]*"
NAME: Final = Value("a word of letters, digits and '_'", _matching(_NAME), {"type": "string", "pattern": f"^{_NAME}$"})


def word(*words: str) -> Value:
    """Return the kind of value that is one of some words."""

    def parse(text: str) -> str:
        if text not in words:
            raise BadValueError(did_you_mean(text.lower(), words) or did_you_mean(text.upper(), words))
        return text

    return Value(_either(words), parse, {"enum": list(words)})


def _either(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


# -- numbers ---------------------------------------------------------------------------------------------------------

_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,15}")
_NUMBER: Final = re.compile(r"[-+]?([0-9]{1,15}(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
_BOOLEANS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise BadValueError
    return int(text)


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise BadValueError
    return float(text)


def _boolean(text: str) -> bool:
    if text not in _BOOLEANS:
        raise BadValueError("write true or false" if text.lower() in ("yes", "no", "on", "off", "y", "n") else None)
    return _BOOLEANS[text]


INTEGER: Final = Value("a whole number", _integer, {"type": "integer"}, plain=True)
NUMBER: Final = Value("a number", _number, {"type": "number"}, plain=True)
BOOLEAN: Final = Value("true or false", _boolean, {"type": "boolean"}, plain=True)


# -- durations and shares --------------------------------------------------------------------------------------------

_UNITS_MS: Final = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000}
_DECIMAL = r"[0-9]{1,9}(\.[0-9]{1,9})?"
_DURATION: Final = re.compile(rf"(?P<number>{_DECIMAL}) ?(?P<unit>ms|s|m|h)")
_SECONDS: Final = re.compile(rf"-?{_DECIMAL}")


def _duration(text: str) -> DurationMs:
    found = _DURATION.fullmatch(text)
    if found is None:
        if re.fullmatch(_DECIMAL, text):
            raise BadValueError(f"write the unit: {text}s for seconds, {text}m for minutes")
        if re.fullmatch(rf"{_DECIMAL} ?[A-Za-z]+", text):
            raise BadValueError("units are ms, s, m and h")
        raise BadValueError
    return DurationMs(_whole_ms(found["number"], _UNITS_MS[found["unit"]]))


def _whole_ms(number: str, unit_ms: int) -> int:
    # Exact: at most 18 digits times 3,600,000, and Decimal has 28.
    milliseconds = Decimal(number) * unit_ms
    if milliseconds != int(milliseconds):
        raise BadValueError("it must be a whole number of milliseconds")
    return int(milliseconds)


def _seconds(text: str) -> int:
    """Return milliseconds: a plain number is the guides' seconds. A negative one is for a check to judge."""
    if _SECONDS.fullmatch(text):
        return _whole_ms(text, 1_000)
    return -_duration(text[1:]) if text.startswith("-") else _duration(text)


DURATION: Final = Value(
    "a duration with its unit: 90s, 2m, 1500ms, 1h",
    _duration,
    {"type": "string", "pattern": f"^{_DURATION.pattern.replace('?P<number>', '').replace('?P<unit>', '')}$"},
)
SECONDS: Final = Value(
    "a number of seconds, or a duration with its unit: 90s, 2m",
    _seconds,
    {"type": ["number", "string"]},
)

_PERCENT = rf"{_DECIMAL} ?%"
_UNIT_SHARE = r"0?\.[0-9]{1,9}|[01](\.[0-9]{1,9})?"


def _share(text: str) -> Share:
    if re.fullmatch(_PERCENT, text):
        share = Fraction(text.rstrip("% ")) / 100
    elif re.fullmatch(rf"{_DECIMAL}|\.[0-9]{{1,9}}", text):
        share = Fraction(text)
        if share > 1:
            raise BadValueError(f"did you mean {text}%?" if share <= 100 else None)
    else:
        raise BadValueError
    if share > 1:
        raise BadValueError
    return Share(share)


SHARE: Final = Value(
    "a share: a percentage such as 95%, or a number from 0 to 1",
    _share,
    {
        "type": ["number", "string"],
        "minimum": 0,
        "maximum": 1,
        "pattern": rf"^((100(\.0+)?|[0-9]{{1,2}}(\.[0-9]{{1,9}})?) ?%|{_UNIT_SHARE})$",
    },
)


# -- the rest --------------------------------------------------------------------------------------------------------


def _regex(text: str) -> Regex:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # constructions that may mean something else in a later Python
            return re.compile(text)
    except re.error as error:
        raise BadValueError(offset=error.pos, what=f"is no regular expression: {error.msg}") from None
    except (OverflowError, RecursionError, ValueError) as error:
        raise BadValueError(what=f"is no regular expression: {error}") from None


def _date(text: str) -> date:
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise BadValueError
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadValueError(str(error)) from None


def _timezone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # unknown, not a name at all, or a folder of names
        raise BadValueError(did_you_mean(text, sorted(available_timezones()))) from None


REGEX: Final = Value("a regular expression", _regex, {**_ANY_SCALAR, "format": "regex"})
DATE: Final = Value(
    "a date such as 2026-11-15", _date, {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
)
TIMEZONE: Final = Value("the name of a time zone, such as Europe/London", _timezone, {"type": "string"})
