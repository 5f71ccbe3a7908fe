"""Weekly windows and days of the year, as a policy writes them."""

import re
from datetime import date
from typing import Final

from harness.errors import did_you_mean
from harness.model.calendar import WEEKDAYS, DayRange, WeeklyWindow
from harness.policy.values import BadValueError, Value

__all__ = ["DAYS", "WINDOW"]

_WINDOW: Final = re.compile(
    r"(?P<first>[A-Za-z]+)(?:-(?P<last>[A-Za-z]+))? +(?P<start>[0-9]{2}:[0-9]{2})-(?P<end>[0-9]{2}:[0-9]{2})"
)
_DAYS: Final = re.compile(r"(?P<first>\d{4}-\d{2}-\d{2})(?:\.\.(?P<last>\d{4}-\d{2}-\d{2}))?")
_MIDNIGHT: Final = 24 * 60


def _window(text: str) -> WeeklyWindow:
    found = _WINDOW.fullmatch(text)
    if found is None:
        raise BadValueError
    first = _weekday(found["first"])
    last = first if found["last"] is None else _weekday(found["last"])
    start, end = _minutes(found["start"]), _minutes(found["end"])
    if start == end:
        raise BadValueError("it ends when it begins; a whole day is 00:00-24:00")
    if start == _MIDNIGHT:
        raise BadValueError("a day begins at 00:00")
    # A window that ends at midnight ends with its day.
    return WeeklyWindow(first, last, start, end or _MIDNIGHT)


def _weekday(word: str) -> int:
    if word not in WEEKDAYS:
        raise BadValueError(did_you_mean(word.title(), WEEKDAYS) or f"days are {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(word)


def _minutes(text: str) -> int:
    hours, minutes = int(text[:2]), int(text[3:])
    if minutes > 59 or hours * 60 + minutes > _MIDNIGHT:
        raise BadValueError(f"{text} is no time of day")
    return hours * 60 + minutes


def _days(text: str) -> DayRange:
    found = _DAYS.fullmatch(text)
    if found is None:
        raise BadValueError
    try:
        first = date.fromisoformat(found["first"])
        last = date.fromisoformat(found["last"] or found["first"])
    except ValueError as error:
        raise BadValueError(str(error)) from None
    if last < first:
        raise BadValueError("it ends before it begins; swap the days")
    return DayRange(first, last)


WINDOW: Final = Value(
    "a weekly window such as Tue 20:00-23:00 or Mon-Fri 20:00-23:00",
    _window,
    {"type": "string", "pattern": "^[A-Z][a-z]{2}(-[A-Z][a-z]{2})? +[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$"},
)
DAYS: Final = Value(
    "a day such as 2026-12-24, or a range of days such as 2026-12-20..2027-01-06",
    _days,
    {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?$"},
)
