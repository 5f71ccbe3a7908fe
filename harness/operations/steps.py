"""What an operation did, step by step, so that a half-done run says how far it came and can be repeated."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from harness.errors import ApiError, HarnessError, RateLimitedError, UnavailableError, UnknownValueError

__all__ = ["Outcome", "Run", "Status", "Step", "complete"]

Status: TypeAlias = Literal["done", "already so", "left alone", "failed"]

Outcome: TypeAlias = tuple[Status, str | None]
"""What one step came to, and a remark about it that is safe to print."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that an operation had to see to.

    Attributes:
        action: What was to be done (`create`, `attach`, `acw`, `post`).
        subject: With or to what, as a phrase that is safe to print ("code 'Sale'").
        status: `left alone` is what was not tried: it was not allowed, or something before it failed.
        detail: A remark that is safe to print, or None. For a failure: what went wrong and what to do.
        error: What a failed step ran into, else None.
    """

    action: str
    subject: str
    status: Status
    detail: str | None = None
    error: HarnessError | None = None


def complete(steps: tuple[Step, ...]) -> bool:
    """Tell whether everything is as it should be: nothing failed and nothing was left alone."""
    return all(step.status in ("done", "already so") for step in steps)


class Run:
    """Takes one step after another.

    A step that fails does not keep the next one from being tried, unless the next cannot fare better: the platform
    is not there, limits the rate, or does not know us any more.

    Args:
        on_step: Called after every step.

    Attributes:
        steps: All steps so far.
    """

    def __init__(self, on_step: Callable[[Step], None]) -> None:
        self.steps: list[Step] = []
        self._on_step = on_step
        self._over = False

    def take(self, action: str, subject: str, do: Callable[[], Outcome | None]) -> bool:
        """Take a step; return whether things are now as the step wanted them.

        Args:
            action: See `Step`.
            subject: See `Step`.
            do: Does it; None says that there was nothing to see to, and nothing is noted. An `ApiError`, or a value
                that could not be determined, is a failure of this step.
        """
        outcome: Outcome | None
        error: HarnessError | None = None
        if self._over:
            outcome = ("left alone", "not tried: a step before it failed")
        else:
            try:
                outcome = do()
            except (ApiError, UnknownValueError) as failure:
                outcome, error = ("failed", str(failure)), failure
                self._over = _meets_all(failure)
        if outcome is None:
            return True
        status, detail = outcome
        self.note(Step(action=action, subject=subject, status=status, detail=detail, error=error))
        return status in ("done", "already so")

    def note(self, step: Step) -> None:
        """Keep a step that was not ours to take, and tell of it."""
        self.steps.append(step)
        self._on_step(step)


def _meets_all(error: HarnessError) -> bool:
    signed_out = isinstance(error, ApiError) and error.status == 401
    return signed_out or isinstance(error, RateLimitedError | UnavailableError)
