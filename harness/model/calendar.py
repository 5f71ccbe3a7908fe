"""Times of the week and days of the year in which something may or may not happen, as clocks on a wall show them.

A window is about local time: in the night that an hour comes twice it is open twice, and an hour that is left out is
never in it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

__all__ = ["WEEKDAYS", "DayRange", "WeeklyWindow"]

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class WeeklyWindow:
    """A part of some days of every week.

    Attributes:
        first: The first day on which it begins, 0 for Monday.
        last: The last day on which it begins; before `first` when the days go over the week's end.
        start_min: Minutes from midnight, included.
        end_min: Minutes from midnight, excluded; not after `start_min` when it ends on the next day.

    Example:
        >>> night = WeeklyWindow(4, 5, 22 * 60, 2 * 60)
        >>> str(night), night.holds(datetime(2026, 11, 22, 1, 59)), night.holds(datetime(2026, 11, 22, 2, 0))
        ('Fri-Sat 22:00-02:00', True, False)
    """

    first: int
    last: int
    start_min: int
    end_min: int

    def holds(self, local: datetime) -> bool:
        """Tell whether a moment, in local time, lies in it."""
        minute, day = local.hour * 60 + local.minute, local.weekday()
        if self.start_min < self.end_min:
            return self.start_min <= minute < self.end_min and self._begins_on(day)
        # It goes on after midnight: the part before belongs to this day, the part after to the day before.
        return (minute >= self.start_min and self._begins_on(day)) or (
            minute < self.end_min and self._begins_on((day - 1) % 7)
        )

    def _begins_on(self, day: int) -> bool:
        return (day - self.first) % 7 <= (self.last - self.first) % 7

    def __str__(self) -> str:
        days = WEEKDAYS[self.first] if self.first == self.last else f"{WEEKDAYS[self.first]}-{WEEKDAYS[self.last]}"
        return f"{days} {_clock(self.start_min)}-{_clock(self.end_min)}"


@dataclass(frozen=True)
class DayRange:
    """Whole days, both ends included.

    Example:
        >>> freeze = DayRange(date(2026, 12, 20), date(2027, 1, 6))
        >>> str(freeze), freeze.holds(datetime(2027, 1, 6, 23, 59)), str(DayRange(date(2026, 5, 1), date(2026, 5, 1)))
        ('2026-12-20..2027-01-06', True, '2026-05-01')
    """

    first: date
    last: date

    def holds(self, local: datetime) -> bool:
        """Tell whether a moment, in local time, lies in it."""
        return self.first <= local.date() <= self.last

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
