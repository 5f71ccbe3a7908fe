"""How messages spell values: for people, short, and the same everywhere."""

import unicodedata
from collections.abc import Sequence
from fractions import Fraction

__all__ = ["counted", "percent", "quoted", "revealed", "seconds"]

_SHOWN = 5


def seconds(duration_ms: int) -> str:
    """Return a duration in seconds.

    Example:
        >>> seconds(90_000), seconds(1_500), seconds(-5_000)
        ('90 s', '1.5 s', '-5 s')
    """
    whole, rest = divmod(abs(duration_ms), 1000)
    sign = "-" if duration_ms < 0 else ""
    fraction = f".{rest:03}".rstrip("0") if rest else ""
    return f"{sign}{whole}{fraction} s"


def percent(share: Fraction) -> str:
    """Return a share in percent, with at most two decimals.

    Example:
        >>> percent(Fraction(4, 5)), percent(Fraction(1, 3))
        ('80%', '33.33%')
    """
    return f"{float(share) * 100:.2f}".rstrip("0").rstrip(".") + "%"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    Example:
        >>> counted(0, "code"), counted(1, "code"), counted(2, "code")
        ('no codes', '1 code', '2 codes')
    """
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def quoted(names: Sequence[str]) -> str:
    """Return names in quotes, the first few of many.

    Example:
        >>> quoted(["A", "B"]), quoted([str(n) for n in range(7)])
        ("'A', 'B'", "'0', '1', '2', '3', '4' and 2 more")
    """
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"


def revealed(name: str, other: str) -> str:
    r"""Return a name in quotes, and what the eye cannot see of its first difference from another.

    Example:
        >>> revealed("SALE", "Sale")
        "'SALE'"
        >>> print(ascii(revealed("Sal\u0435", "Sale")))
        "'Sal\u0435' (character 4 is CYRILLIC SMALL LETTER IE)"
        >>> revealed("Sale ", "Sale")
        "'Sale ' (character 5 is SPACE)"
    """
    for position, char in enumerate(name):
        if position >= len(other) or char != other[position]:
            if char.isascii() and char.isalnum():
                break
            return f"'{name}' (character {position + 1} is {unicodedata.name(char, f'U+{ord(char):04X}')})"
    return f"'{name}'"
