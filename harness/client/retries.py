"""When to ask again, and how long to wait before that."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx

__all__ = ["Retries", "retry_after_s"]

_LONGEST_RETRY_AFTER_S = 180.0
_ANY_METHOD = frozenset({429})
_WHERE_REPEATABLE = frozenset({408, 429, 502, 503, 504})
_NOTHING_WAS_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_REPEATING_DOES_NOT_HELP = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)


@dataclass(frozen=True, slots=True)
class Retries:
    """Four attempts; the wait doubles from 1 s up to 30 s, with full jitter; the server's own word wins.

    Attributes:
        attempts: How often one request is sent at most.
        random: Returns at least 0.0 and less than 1.0.
        now: Seconds since 1970, for a `Retry-After` that is a date.

    Source:
        `platform.md` section 1.4: 429 with `Retry-After` in seconds; the vendor's command line gives up when it is
        above 180 s. RFC 9110, section 10.2.3 allows a date too.
    """

    attempts: int = 4
    random: Callable[[], float] = random.random
    now: Callable[[], float] = time.time

    def wait_s(self, attempt: int, outcome: httpx.Response | httpx.TransportError, *, repeatable: bool) -> float | None:
        """Return how long to wait before the next attempt.

        Args:
            attempt: Attempts already made, counted from 1.
            outcome: What the last attempt came to.
            repeatable: Whether the request may be carried out twice.

        Returns:
            Seconds, never negative, or None when there is nothing to be gained by asking again.
        """
        if attempt >= self.attempts or not _is_worth_repeating(outcome, repeatable=repeatable):
            return None
        if isinstance(outcome, httpx.Response):
            asked_s = retry_after_s(outcome.headers, self.now())
            if asked_s is not None:
                return asked_s if asked_s <= _LONGEST_RETRY_AFTER_S else None
        return self.random() * min(30.0, 2.0 ** (attempt - 1))


def retry_after_s(headers: httpx.Headers, now: float) -> float | None:
    """Return how long the server asks to wait, or None when it does not say.

    Args:
        headers: Of the answer. A date is taken relative to the server's own clock, where it tells the time.
        now: Seconds since 1970.

    Returns:
        Seconds, never negative.

    Example:
        >>> retry_after_s(httpx.Headers({"Retry-After": "12"}), now=0)
        12.0
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    until = _seconds_of(text)
    if until is None:
        return None
    told = _seconds_of(headers.get("date", ""))
    return max(0.0, until - (now if told is None else told))


def _seconds_of(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    # Only a zone of "-0000" gives a time without one; HTTP dates are always UTC.
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _is_worth_repeating(outcome: httpx.Response | httpx.TransportError, *, repeatable: bool) -> bool:
    if isinstance(outcome, httpx.Response):
        return outcome.status_code in (_WHERE_REPEATABLE if repeatable else _ANY_METHOD)
    if isinstance(outcome, _REPEATING_DOES_NOT_HELP) or "CERTIFICATE_VERIFY_FAILED" in str(outcome):
        return False
    return repeatable or isinstance(outcome, _NOTHING_WAS_SENT)
