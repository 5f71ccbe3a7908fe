"""What time it is in the sandbox: the machine's time, or one that a test moves by hand."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = ["Clock", "SystemClock", "VirtualClock", "iso", "iso_ms", "skewed", "stamp"]


class Clock(Protocol):
    """A source of time for everything that expires, is limited or is late."""

    def now(self) -> datetime:
        """Return the time, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class VirtualClock:
    """A time that moves only when it is told to, so that a test of expiry or of a rate limit takes none.

    Args:
        start: Where it starts, in UTC.
    """

    def __init__(self, start: datetime = datetime(2026, 11, 2, 8, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move on; hand it to the code under test in place of `time.sleep`."""
        self._now += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self.advance(seconds)


def iso(moment: datetime) -> str:
    """Return a moment as the platform writes it: ISO 8601 in UTC with milliseconds.

    Example:
        >>> iso(datetime(2026, 11, 2, 8, 0, 0, 5000, tzinfo=UTC))
        '2026-11-02T08:00:00.005Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_ms(moment_ms: int) -> str:
    """Return a moment in milliseconds since 1970 as the platform writes it.

    Example:
        >>> iso_ms(1_700_000_000_005)
        '2023-11-14T22:13:20.005Z'
    """
    return iso(datetime.fromtimestamp(moment_ms / 1000, UTC))


_skew_ms: ContextVar[int] = ContextVar("_skew_ms", default=0)


@contextmanager
def skewed(milliseconds: int) -> Iterator[None]:
    """Let the stamps that are made inside be ahead of the clock, or behind it when negative."""
    token = _skew_ms.set(milliseconds)
    try:
        yield
    finally:
        _skew_ms.reset(token)


def stamp(clock: Clock) -> datetime:
    """Return the time that the sandbox tells others: what its clock says, unless that is skewed."""
    return clock.now() + timedelta(milliseconds=_skew_ms.get())
