"""What a definition promises about conversations on a queue, and whether a course keeps it."""

import msgspec

from harness.model.lifecycle import TIMEOUT_CODE, Handling
from harness.simulation.courses import Course, Step

__all__ = ["Promise"]


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """What a definition promises about a code.

    An agent who wraps up with the code, within the agreed duration, has it recorded: not so where the queue does not
    offer it, or cuts after-call work earlier. And when the code is mandatory, no handling that an agent answered ends
    without any; that a time-out's system code takes the place of the agent's is the timed prompts' way, and breaks
    nothing.

    Attributes:
        code_id: The code.
        duration_ms: The agreed after-call work in milliseconds, or None when none was agreed: then a code that is
            entered at once must be taken.
        mandatory: Whether a code is demanded.
    """

    code_id: str
    duration_ms: int | None = None
    mandatory: bool = False

    def broken_by(self, course: Course) -> str | None:
        """Return how a course breaks the promise, or None when it keeps it."""
        for step in course.steps:
            if step.refused is not None and self._must_be_taken(step):
                late = any(it.author == "platform" for it in step.before.wrap_ups)
                why = "the time is up before the agreed duration" if late else "the queue does not offer the code"
                return f"an agent who wraps up as agreed is refused: {why}"
        if self.mandatory:
            for handling in course.handlings:
                if _uncoded(handling):
                    return f"under {handling.terms.prompt} after-call work can end without the mandatory code"
        return None

    def _must_be_taken(self, step: Step) -> bool:
        """Tell whether a step is an agent's first wrap-up with the code, at a time when it must be possible."""
        before, entry = step.before, step.move.entry
        if step.move.action != "wrap up" or entry is None or entry.code != self.code_id or before.acw_began_ms is None:
            return False
        by_agent = before.skipped or any(it.author == "agent" for it in before.wrap_ups)
        left = before.acw_ended_ms is not None and not before.wrap_ups
        return not by_agent and not left and step.at_ms - before.acw_began_ms < max(self.duration_ms or 0, 1)


def _uncoded(handling: Handling) -> bool:
    counts = handling.wrap_up_now
    answered = handling.answered_ms is not None and handling.over
    return answered and (counts is None or (counts.author == "platform" and counts.code != TIMEOUT_CODE))
