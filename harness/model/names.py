"""How names are printed, compared and kept apart."""

import re
import unicodedata
from functools import lru_cache

__all__ = ["fold", "is_pattern", "matches", "printable", "printable_lines", "unescaped"]

# Letters of other scripts that a reader takes for Latin ones, in small or in capitals (after case folding).
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏԛԝвкмнтβεζηικμνορτυχαѵɡɩı",
    "aeopcyxijsdhlqwbkmhtbezhikmvoptuxavgii",
)

# Characters that take no room, besides those of category Cf (Unicode's Default_Ignorable_Code_Point).
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def printable(text: str) -> str:
    r"""Return a text that is safe to print: what is not printable, and the backslash, as Python escapes.

    Example:
        >>> print(printable("Billing\n::error::"))
        Billing\n::error::
    """
    if text.isprintable() and "\\" not in text:
        return text
    return "".join(
        char if char.isprintable() and char != "\\" else char.encode("unicode_escape").decode("ascii") for char in text
    )


_ESCAPED = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[nrt\\])")


def unescaped(text: str) -> str:
    r"""Return the text that `printable` made printable, for those who hand it to where it is escaped once more.

    Example:
        >>> unescaped(printable("a\\b\n")) == "a\\b\n"
        True
    """
    return _ESCAPED.sub(lambda found: found[0].encode().decode("unicode_escape"), text) if "\\" in text else text


def printable_lines(text: str) -> str:
    r"""Return a text of several lines that is safe to print; what is printable stays, the backslash included.

    Example:
        >>> print(printable_lines("a\\d\n\x1b[31mred"))
        a\d
        \x1b[31mred
    """
    return "".join(
        char if char.isprintable() or char == "\n" else char.encode("unicode_escape").decode("ascii") for char in text
    )


@lru_cache(maxsize=65_536)
def fold(name: str) -> str:
    """Return what a reader sees in a name: case, width, spacing and look-alike letters folded.

    Accents and digits are kept: they are read.

    Example:
        >>> fold("  REFUND\u00a0Paid ") == fold("refund p\u0430id")
        True
        >>> fold("Résolu") == fold("Resolu")
        False
    """
    if name.isascii():
        return " ".join(name.casefold().split())
    compatible = unicodedata.normalize("NFKD", name)
    visible = _INVISIBLE.sub("", "".join(char for char in compatible if unicodedata.category(char) != "Cf"))
    # Folding case may leave text that is not normal any more; look-alikes are taken as single letters, before
    # accents join them again.
    folded = unicodedata.normalize("NFKD", visible.casefold()).casefold().translate(_LOOKALIKES)
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def is_pattern(text: str) -> bool:
    """Tell whether a text holds a wildcard: `*` for any characters, `?` for one."""
    return "*" in text or "?" in text


def matches(pattern: str, name: str) -> bool:
    """Tell whether a name is the pattern itself, or matches its wildcards `*` and `?`; nothing else is special.

    Example:
        >>> matches("Sales [EU]*", "Sales [EU] Night"), matches("Sales [EU]", "Sales E")
        (True, False)
    """
    return pattern == name or (is_pattern(pattern) and _compiled(pattern).fullmatch(name) is not None)


@lru_cache(maxsize=4_096)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(char) or re.escape(char) for char in pattern), re.DOTALL)
