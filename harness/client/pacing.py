"""Keeping to the request rate that the platform allows, with several threads sharing it."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

__all__ = ["Pacer", "Turn"]

_WINDOW_S = 60.0
_DEFAULT_PER_MINUTE = 300
_ROUNDING_S = 1.0
_ALL_UNDER_WAY_S = 0.05


class Turn:
    """One request's turn.

    Attributes:
        waited_s: Seconds that the request had to wait for it.
    """

    def __init__(self, waited_s: float) -> None:
        self.waited_s = waited_s
        self.headers: httpx.Headers | None = None

    def answered(self, headers: httpx.Headers) -> None:
        """Tell the pacer what the answer's headers say about the rate."""
        self.headers = headers


@dataclass(slots=True)
class _Announced:
    """The window that the server announced last.

    Attributes:
        allowed: Requests in the whole window.
        count: Requests that the server counted, or that we must assume it did.
        ends: The latest moment at which the window can end, on our clock.
        assumed: Whether it is only expected to follow the one that ended, with the same allowance.
    """

    allowed: int
    count: int
    ends: float
    assumed: bool = False


class Pacer:
    """Lets requests start as fast as the platform allows, and no faster.

    While the server announces its window (`inin-ratelimit-allowed`, `-count`, `-reset`), that is what counts. Without
    it at most `per_minute` requests fall into any 60 seconds. A request holds its place until it was answered, because
    the server may have counted it at any moment until then.

    Source:
        `platform.md` section 1.4: 300 requests a minute for one client; the headers are optional; `reset` is in whole
        seconds, and whether it is rounded up or down is not established.
    """

    def __init__(
        self,
        per_minute: int | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Make a pacer that has not seen a request yet.

        Args:
            per_minute: Never more than this many requests in any 60 seconds, whatever the server allows;
                None for what the server announces, or 300 when it announces nothing.
            clock: Seconds that never go back.
            sleep: Waits that many seconds.
        """
        self._own_budget = per_minute
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._under_way = 0
        self._answered: deque[float] = deque()
        self._announced: _Announced | None = None
        self._held_until = float("-inf")
        self._sent = 0

    @property
    def sent(self) -> int:
        """Requests that were given their turn so far, repeated ones included."""
        return self._sent

    @property
    def per_minute(self) -> int:
        """Requests a minute as far as we know: our own budget, or what the server announced last."""
        with self._lock:
            allowed = self._announced.allowed if self._announced else _DEFAULT_PER_MINUTE
            return allowed if self._own_budget is None else min(allowed, self._own_budget)

    def hold(self, wait_s: float) -> None:
        """Let no request start for a while, whichever thread it comes from."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + wait_s)

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Wait for a turn, and hold it until the request was answered or has failed."""
        asked = self._clock()
        while (wait_s := self._take()) > 0:
            self._sleep(wait_s)
        started = self._clock()
        turn = Turn(started - asked)
        try:
            yield turn
        finally:
            with self._lock:
                self._under_way -= 1
                self._answered.append(self._clock())
                self._learn(turn.headers, started)

    def _take(self) -> float:
        """Take a place when one is free and return 0.0, else return how long to wait before asking again."""
        with self._lock:
            now = self._clock()
            wait_s = max(self._held_until - now, self._until_server_allows(now), self._until_budget_allows(now))
            if wait_s <= 0:
                self._under_way += 1
                self._sent += 1
            return wait_s

    def _until_server_allows(self, now: float) -> float:
        window = self._announced
        if window is None:
            return 0.0
        if now >= window.ends:
            self._announced = window = _Announced(window.allowed, 0, now + _WINDOW_S, assumed=True)
        return 0.0 if window.count + self._under_way < window.allowed else window.ends - now

    def _until_budget_allows(self, now: float) -> float:
        while self._answered and self._answered[0] <= now - _WINDOW_S:
            self._answered.popleft()
        if self._own_budget is None and self._announced is not None:
            return 0.0
        budget = _DEFAULT_PER_MINUTE if self._own_budget is None else self._own_budget
        if len(self._answered) + self._under_way < budget:
            return 0.0
        return self._answered[0] + _WINDOW_S - now if self._answered else _ALL_UNDER_WAY_S

    def _learn(self, headers: httpx.Headers | None, started: float) -> None:
        window = self._announced
        told = None if headers is None else _announcement(headers)
        if told is None:
            if window is not None:
                window.count += 1
            return
        allowed, count, reset_s = told
        ends = self._clock() + reset_s + _ROUNDING_S
        # The server rounds `reset`, and the answer took its time: only an end that is later than both explain is
        # another window. Within one window every answer bounds the end anew, and the lowest bound is the best.
        if window is None or window.assumed or started + reset_s > window.ends + _ROUNDING_S:
            self._announced = _Announced(allowed, count, ends)
        else:
            window.allowed = allowed
            window.count = max(window.count, count)
            window.ends = min(window.ends, ends)


def _announcement(headers: httpx.Headers) -> tuple[int, int, int] | None:
    texts = [headers.get(f"inin-ratelimit-{name}", "") for name in ("allowed", "count", "reset")]
    if not all(text.isascii() and text.isdigit() and len(text) < 10 for text in texts):
        return None
    allowed, count, reset_s = (int(text) for text in texts)
    return (allowed, count, reset_s) if allowed > 0 else None
