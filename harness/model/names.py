"""How names are printed, compared and kept apart."""

import re
import unicodedata
from functools import lru_cache

__all__ = ["fold", "is_pattern", "matches", "printable"]

# Letters of other scripts that a reader takes for Latin ones (after case folding).
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏԛԝβεικνορτυχαѵɡɩıℓ",
    "aeopcyxijsdhlqwbeikvoptuxavgiil",
)


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
    text = unicodedata.normalize("NFKC", name).casefold().translate(_LOOKALIKES)
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return " ".join(visible.split())


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
