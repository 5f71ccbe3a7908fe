"""How a number is judged that evidence was counted for: exactly, and in three values.

A handling of which the evidence does not tell enough may belong to the part, only to the whole, or to neither. A share
is judged only where the verdict is the same in every case.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import TypeVar

from harness.checks.parameters import Share
from harness.checks.registry import Breach, Measurement, NotApplicable
from harness.checks.wording import counted, percent
from harness.errors import UnknownValueError
from harness.model.usage import Figure, Usage

__all__ = ["at_least_share", "at_most_share", "measurement", "share_of", "told", "until"]

_T = TypeVar("_T")


def told(number: _T | None) -> _T:
    """Return a number that was asked for.

    Raises:
        UnknownValueError: If it was not.
    """
    if number is None:
        raise UnknownValueError("what agents did", "the evidence was not asked for it")
    return number


def at_most_share(
    usage: Usage, part: int, whole: int, what: str, share: Share, smallest: int, apart: Sequence[str] = ()
) -> Iterator[str]:
    """Judge that a part of a whole is not too large.

    Args:
        usage: The row that the numbers are of.
        part: In handlings.
        whole: In handlings.
        what: What the part is, in the plural ("wrap-ups timed out").
        share: The largest that is right.
        smallest: The smallest whole that is judged.
        apart: What else the reader should know about the numbers.

    Yields:
        The measurement; then a breach if the part is larger.
    """
    yield measurement(usage, part, whole, share_of(part, whole, what), apart)
    _require_enough(usage, whole, smallest)
    highest = Fraction(part + usage.untold, whole + usage.untold)
    lowest = Fraction(part, whole + usage.untold)
    if highest <= share:
        return
    if lowest <= share:
        _unsure(usage, f"the share of {what}")
    yield Breach(share_of(part, whole, what), expected=f"at most {percent(share)}")


def at_least_share(
    usage: Usage, part: int, whole: int, what: str, share: Share, smallest: int, apart: Sequence[str] = ()
) -> Iterator[str]:
    """Judge that a part of a whole is not too small; see `at_most_share`."""
    yield measurement(usage, part, whole, share_of(part, whole, what), apart)
    _require_enough(usage, whole, smallest)
    highest = Fraction(part + usage.untold, whole + usage.untold)
    lowest = Fraction(part, whole + usage.untold)
    if lowest >= share:
        return
    if highest >= share:
        _unsure(usage, f"the share of {what}")
    yield Breach("; ".join((share_of(part, whole, what), *apart)), expected=f"at least {percent(share)}")


def share_of(part: int, whole: int, what: str) -> str:
    """Return a share in words.

    Example:
        >>> share_of(3, 200, "wrap-ups timed out"), share_of(0, 0, "wrap-ups timed out")
        ('3 of 200 wrap-ups timed out (1.5%)', '0 of 0 wrap-ups timed out')
    """
    text = f"{part} of {whole} {what}"
    return f"{text} ({percent(Fraction(part, whole))})" if whole else text


def measurement(usage: Usage, part: int, whole: int, text: str, apart: Sequence[str] = ()) -> Measurement:
    """Return a number in words, with what is not in it, and up to when the evidence is complete."""
    more = [*apart]
    if usage.left_out:
        more.append(f"{usage.left_out} pending or provisional, left out")
    if usage.untold:
        more.append(f"{usage.untold} of which the evidence does not tell enough")
    moment = usage.covered.until
    figure = Figure(part=part, whole=whole, left_out=usage.left_out, untold=usage.untold, complete_until=_iso(moment))
    return Measurement("; ".join((text, *more, until(moment))), figure)


def until(moment: datetime | None) -> str:
    """Return up to when evidence is complete, in words.

    Example:
        >>> until(datetime(2026, 11, 1, 4, 30, tzinfo=UTC)), until(None)
        ('data complete until 2026-11-01 04:30 UTC', 'until when the data is complete is not known')
    """
    if moment is None:
        return "until when the data is complete is not known"
    return f"data complete until {moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _require_enough(usage: Usage, whole: int, smallest: int) -> None:
    most = whole + usage.untold
    if most < max(smallest, 1):
        raise NotApplicable(f"{most} to judge by; the rule wants at least {max(smallest, 1)}")
    if whole < max(smallest, 1):
        _unsure(usage, "whether there is enough to judge by")


def _unsure(usage: Usage, what: str) -> None:
    raise UnknownValueError(what, f"the evidence does not tell enough about {counted(usage.untold, 'handling')}")
