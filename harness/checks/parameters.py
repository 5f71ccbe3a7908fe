"""What a check's parameters may be, beyond `str`, `int`, `bool`, `Literal`, lists and maps of them, and `| None`.

A policy's text is turned into these types when it loads; a check gets exact numbers, with the unit in the name.
"""

import re
from fractions import Fraction
from typing import NewType, TypeAlias

from harness.model.calendar import DayRange, WeeklyWindow

__all__ = ["Days", "DurationMs", "Regex", "Share", "Window"]

DurationMs = NewType("DurationMs", int)
"""A duration in milliseconds; written with a unit (`90s`, `2m`, `1500ms`, `1h`)."""

Share = NewType("Share", Fraction)
"""A share of a whole, exact; written with a percent sign (`95%`) or as a number from 0 to 1."""

Regex: TypeAlias = re.Pattern[str]
"""A regular expression, compiled when the policy loads; `search` semantics unless anchored."""

Window: TypeAlias = WeeklyWindow
"""A part of every week, in the policy's time zone; written as days and times (`Tue 20:00-23:00`, `Mon-Fri 20:00-23:00`)."""

Days: TypeAlias = DayRange
"""Whole days in the policy's time zone, both ends included; written as `2026-12-24` or `2026-12-20..2027-01-06`."""
