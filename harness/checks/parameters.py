"""What a check's parameters may be, beyond `str`, `int`, `bool`, `Literal`, lists and maps of them, and `| None`.

A policy's text is turned into these types when it loads; a check gets exact numbers, with the unit in the name.
"""

import re
from fractions import Fraction
from typing import NewType, TypeAlias

__all__ = ["DurationMs", "Regex", "Share"]

DurationMs = NewType("DurationMs", int)
"""A duration in milliseconds; written with a unit (`90s`, `2m`, `1500ms`, `1h`)."""

Share = NewType("Share", Fraction)
"""A share of a whole, exact; written with a percent sign (`95%`) or as a number from 0 to 1."""

Regex: TypeAlias = re.Pattern[str]
"""A regular expression, compiled when the policy loads; `search` semantics unless anchored."""
