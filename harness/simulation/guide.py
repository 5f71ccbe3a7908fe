"""The guide's simulator, with JavaScript's own ideas of truth, numbers and equality.

The guide's program compares whatever JSON holds, so what it answers for odd input follows from the rules of its
language. They are written out here, each under the name that the standard gives it.

Source:
    The first guide's simulator (`guides.md`, row 10); ECMA-262, sections 7.1.2 (ToBoolean), 7.1.4 (ToNumber), 7.1.17
    (ToString), 7.2.12 (SameValueZero), 7.2.13 (IsLessThan), 22.1.3.8 and 23.1.3.16 (`includes`).
"""

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

__all__ = ["guide_errors"]

_WHITE_SPACE: Final = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a" + (
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_DECIMAL = re.compile(r"[+-]?(Infinity|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)")
_OTHER_BASES = {"0x": ("[0-9a-fA-F]+", 16), "0o": ("[0-7]+", 8), "0b": ("[01]+", 2)}


def guide_errors(agent_skills: Sequence[Any], definition: Mapping[str, Any], max_duration_s: float) -> list[str]:
    """Return what the guide's simulator finds wrong, in its own words.

    It asks whether every skill of the *agent* is among the required ones, which is the wrong way round; without
    required skills no agent who has any skill matches.

    Args:
        agent_skills: JSON values.
        definition: The guide's plain configuration; a key that is missing is JavaScript's `undefined`.
        max_duration_s: Longest duration in seconds; the guide's is 300.

    Raises:
        TypeError: Where the guide's program stops with a TypeError: the required skills are neither a list nor a
            text, and the agent has a skill to look for.
    """
    errors = []
    if _to_boolean(definition.get("isMandatory")) and not _to_boolean(definition.get("wrapupCode")):
        errors.append("Mandatory wrap-up code missing identifier.")
    duration = _to_number(definition["duration"]) if "duration" in definition else math.nan
    if duration > max_duration_s:
        limit = _number_to_string(max_duration_s)
        errors.append(f"Duration exceeds maximum allowed post-interaction time of {limit} seconds.")
    if not all(_includes(definition.get("requiredSkills"), skill) for skill in agent_skills):
        errors.append("Agent skill requirements do not match wrap-up code configuration.")
    return errors


def _includes(required: Any, skill: Any) -> bool:
    match required:
        case None:
            return False
        case str():
            # A text includes parts of words, and looks for them by UTF-16 units, halves of characters included.
            return _units(_to_string(skill)) in _units(required)
        case list() | tuple():
            return any(_same_value_zero(each, skill) for each in required)
    raise TypeError(f"requiredSkills is neither a list nor a text but {_to_string(required)}")


def _to_boolean(value: Any) -> bool:
    # Lists and objects are true, empty ones as well.
    return isinstance(value, list | tuple | Mapping) or bool(value)


def _to_number(value: Any) -> float:
    match value:
        case None | False:
            return 0.0
        case True:
            return 1.0
        case int() | float():
            return _double(value)
        case str():
            return _string_to_number(value)
    # A list or an object becomes a text first.
    return _string_to_number(_to_string(value))


def _string_to_number(text: str) -> float:
    digits = text.strip(_WHITE_SPACE)
    if not digits:
        return 0.0
    if digits[:2].lower() in _OTHER_BASES:
        pattern, base = _OTHER_BASES[digits[:2].lower()]
        return _double(int(digits[2:], base)) if re.fullmatch(pattern, digits[2:]) else math.nan
    return float(digits) if _DECIMAL.fullmatch(digits) else math.nan


def _to_string(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _number_to_string(_double(value))
        case str():
            return value
        case list() | tuple():
            return ",".join("" if each is None else _to_string(each) for each in value)
    return "[object Object]"


def _number_to_string(number: float) -> str:
    if number == 0 or not math.isfinite(number):
        return "0" if number == 0 else "-Infinity" if number < 0 else "Infinity"
    _, digits_of, exponent = Decimal(repr(abs(float(number)))).normalize().as_tuple()
    sign, digits = "-" if number < 0 else "", "".join(map(str, digits_of))
    point = len(digits) + int(exponent)
    if len(digits) <= point <= 21:
        return f"{sign}{digits}{'0' * (point - len(digits))}"
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{point - 1:+d}"


def _same_value_zero(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return _double(one) == _double(other)
    # Two lists of JSON are never the same object, whatever they hold.
    return isinstance(one, str) and isinstance(other, str) and one == other


def _double(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _units(text: str) -> str:
    units = text.encode("utf-16-be", "surrogatepass")
    return "".join(chr(high << 8 | low) for high, low in zip(units[::2], units[1::2], strict=True))
