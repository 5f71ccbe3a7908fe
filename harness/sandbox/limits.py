"""How many calls a client may make.

Source:
    `platform.md` section 1.4: 300 a minute for a client; the headers `inin-ratelimit-*`; `Retry-After` in seconds.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from harness.sandbox.clock import Clock
from harness.sandbox.problems import ApiProblem

__all__ = ["PER_MINUTE", "RateLimit", "too_many_requests"]

PER_MINUTE = 300
_WINDOW_S = 60


@dataclass
class _Window:
    start: datetime
    count: int = 0


class RateLimit:
    """A number of calls that each client may make in a minute, counted from its first call.

    Args:
        allowed: Calls a minute, or None for any number.
        announced: Whether answers say how many are left, as some of the platform's do.
    """

    def __init__(self, clock: Clock, *, allowed: int | None = PER_MINUTE, announced: bool = True) -> None:
        self._clock = clock
        self.allowed = allowed
        self._announced = announced
        self._windows: dict[str, _Window] = {}

    def count(self, client_id: str) -> Mapping[str, str]:
        """Count a call; return what its answer's headers say about the limit.

        Raises:
            ApiProblem: If it was one too many.
        """
        if self.allowed is None:
            return {}
        now = self._clock.now()
        window = self._windows.get(client_id)
        if window is None or (now - window.start).total_seconds() >= _WINDOW_S:
            window = self._windows[client_id] = _Window(now)
        left_s = _WINDOW_S - (now - window.start).total_seconds()
        window.count += 1
        headers = self._headers(min(window.count, self.allowed), math.ceil(left_s)) if self._announced else {}
        if window.count > self.allowed:
            raise too_many_requests(self.allowed, retry_after=str(math.ceil(left_s)), headers=headers)
        return headers

    def _headers(self, count: int, reset_s: int) -> Mapping[str, str]:
        return {
            "inin-ratelimit-allowed": str(self.allowed),
            "inin-ratelimit-count": str(count),
            "inin-ratelimit-reset": str(reset_s),
        }


def too_many_requests(allowed: int, *, retry_after: str | None, headers: Mapping[str, str] | None = None) -> ApiProblem:
    """Return what a call too many gets.

    Args:
        allowed: Calls a minute.
        retry_after: The header of that name, or None to leave it out.
        headers: Beyond that.
    """
    message = f"Rate limit exceeded the maximum [{allowed}] requests within [{_WINDOW_S}] seconds"
    wait = {} if retry_after is None else {"retry-after": retry_after}
    return ApiProblem(429, "too.many.requests", message, headers={**(headers or {}), **wait})
