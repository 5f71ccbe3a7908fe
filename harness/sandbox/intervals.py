"""Intervals and granularities as analytics and audits take them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from harness.sandbox.clock import iso_ms
from harness.sandbox.problems import bad_request

__all__ = ["DAY_MS", "Interval", "granularity_ms", "read_interval"]

DAY_MS = 86_400_000

_UNITS = {"W": 7 * DAY_MS, "D": DAY_MS, "H": 3_600_000, "M": 60_000, "S": 1_000}
_GRANULARITY = re.compile(r"P(?:(\d+)(W|D)|T(\d+)(H|M|S))")


@dataclass(frozen=True)
class Interval:
    """From one moment (included) to another (excluded), in milliseconds since 1970."""

    start_ms: int
    end_ms: int

    def __contains__(self, moment_ms: int) -> bool:
        return self.start_ms <= moment_ms < self.end_ms

    def __str__(self) -> str:
        return f"{iso_ms(self.start_ms)}/{iso_ms(self.end_ms)}"

    @property
    def days(self) -> float:
        """How long it is, in days."""
        return (self.end_ms - self.start_ms) / DAY_MS

    def slices(self, length_ms: int) -> Iterator["Interval"]:
        """Yield its parts of a length; the last may be shorter."""
        for start_ms in range(self.start_ms, self.end_ms, length_ms):
            yield Interval(start_ms, min(start_ms + length_ms, self.end_ms))


def read_interval(text: str) -> Interval:
    """Return what `start/end` in ISO 8601 means; without an offset it is UTC.

    Raises:
        ApiProblem: If it is no such interval, or it ends before it begins.
    """
    try:
        start, end = (datetime.fromisoformat(part) for part in text.split("/"))
    except ValueError:
        message = f"Value [{text}] is not a valid interval. Expected: YYYY-MM-DDThh:mm:ss/YYYY-MM-DDThh:mm:ss"
        raise bad_request(message, "invalid.date") from None
    if _ms(end) <= _ms(start):
        raise bad_request("The interval must end after it begins", "invalid.date")
    return Interval(_ms(start), _ms(end))


def granularity_ms(text: str) -> int:
    """Return how long an ISO 8601 period of weeks, days, hours, minutes or seconds is.

    Raises:
        ApiProblem: If it is none of these, or shorter than a second.
    """
    read = _GRANULARITY.fullmatch(text)
    number, unit = (read[1] or read[3], read[2] or read[4]) if read else ("0", "S")
    if int(number) == 0:
        raise bad_request(
            f"Value [{text}] is not a granularity that is supported. Examples: PT30M, P1D", "invalid.value"
        )
    return int(number) * _UNITS[unit]


def _ms(moment: datetime) -> int:
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)
