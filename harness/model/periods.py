"""Periods of time, as the platform's queries take them, and the slices that it takes at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from harness.errors import UsageError

__all__ = ["Period"]


@dataclass(frozen=True)
class Period:
    """From one moment (included) to another (excluded); both have a time zone.

    Raises:
        UsageError: If it does not end after it begins.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise UsageError(f"a period from {_iso(self.start)} to {_iso(self.end)} does not end after it begins")

    def __str__(self) -> str:
        return f"{_iso(self.start)}/{_iso(self.end)}"

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start

    def slices(self, length: timedelta) -> Iterator["Period"]:
        """Yield its parts in order: each as long as is allowed, the last as long as is left.

        Example:
            >>> year = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
            >>> [it.length.days for it in year.slices(timedelta(days=100))]
            [100, 100, 100, 65]
        """
        start = self.start
        while start < self.end:
            end = min(start + length, self.end)
            yield Period(start, end)
            start = end


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
