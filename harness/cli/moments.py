"""Times as people give them on the command line."""

from datetime import UTC, datetime, timedelta

from harness.errors import UsageError
from harness.operations import Period
from harness.policy.values import SECONDS, BadValueError

__all__ = ["duration_s", "moment", "past_moment", "period"]

_USUAL = timedelta(days=30)


def moment(option: str, text: str) -> datetime:
    """Return the moment that a text means: a day is its beginning in UTC, anything else has a time zone.

    Raises:
        UsageError: If it is neither.
    """
    hint = "write it as 2026-11-21, or as 2026-11-21T06:00:00Z"
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} does not take '{text}'", hint) from None
    if found.tzinfo is None:
        if len(text) > len("2026-11-21"):
            raise UsageError(f"{option} '{text}' has no time zone", hint)
        return found.replace(tzinfo=UTC)
    return found


def past_moment(option: str, text: str) -> datetime:
    """Return the moment that a text means, which must not lie in the future.

    Raises:
        UsageError: If it is none, or is still to come.
    """
    found = moment(option, text)
    if found >= datetime.now(UTC):
        raise UsageError(f"{option} '{text}' lies in the future", "name a day that is over")
    return found


def period(since: str | None, until: str | None) -> Period:
    """Return the period between two options: until now, and 30 days long, where nothing is said.

    Raises:
        UsageError: If one cannot be read, or it does not end after it begins.
    """
    end = datetime.now(UTC) if until is None else moment("--until", until)
    return Period(end - _USUAL if since is None else moment("--since", since), end)


def duration_s(option: str, text: str) -> float:
    """Return the seconds that a text means.

    Raises:
        UsageError: If it is no duration.
    """
    try:
        milliseconds: int = SECONDS.parse(text)
    except BadValueError:
        raise UsageError(f"{option} does not take '{text}'", f"expected {SECONDS.expected}") from None
    return milliseconds / 1000
