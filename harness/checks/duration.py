"""How long may wrapping up take?"""

import builtins
from collections.abc import Iterator
from typing import Literal

from harness.checks.agreed import agreed_about
from harness.checks.extremes import PLATFORM_MAX, PLATFORM_MIN, of_timeouts
from harness.checks.parameters import DurationMs
from harness.checks.registry import Breach, NotApplicable, Note, check
from harness.checks.wording import seconds
from harness.errors import UnknownValueError
from harness.model import Assignment, Definition, Org, Prompt, Queue, is_known

__all__ = ["agrees", "definition", "limit"]

_GUIDES_MAX = DurationMs(300_000)
_NONE = DurationMs(0)


@check(
    source="GET /api/v2/routing/queues, acwSettings.timeoutMs: 1 s to 60 min by the API's documentation",
    extremes=of_timeouts,
)
def limit(
    queue: Queue,
    org: Org,
    *,
    max: DurationMs,
    min: DurationMs = PLATFORM_MIN,
    untimed: Literal["forbid", "allow"],
) -> Iterator[str]:
    """After-call work is limited, and its timeout lies within bounds.

    The timeout counts for MANDATORY_TIMEOUT, MANDATORY_FORCED_TIMEOUT and AGENT_REQUESTED. A queue that prompts
    MANDATORY has no time limit, whatever timeout is stored. With OPTIONAL nobody must wrap up, so the question does
    not arise. Whatever the bounds, a timeout outside the platform's own range of 1 s to 3600 s is a finding: the
    Terraform provider accepts it, the platform does not.

    Args:
        queue: The queue under test.
        org: The org it belongs to; unused.
        max: Longest timeout.
        min: Shortest timeout.
        untimed: Whether MANDATORY, which has no time limit, is acceptable.

    Yields:
        One message if the timeout is too short or too long, or if there is no limit where there must be one; a note
        about a timeout that is stored and ignored.
    """
    prompt = queue.acw.prompt
    if prompt is Prompt.OPTIONAL:
        raise NotApplicable("prompt OPTIONAL demands no wrap-up")
    if not prompt.timed:
        stored = queue.acw.timeout_ms
        if is_known(stored) and stored is not None:
            yield Note(f"the stored timeout of {seconds(stored)} is ignored: prompt {prompt} has no time limit")
        if untimed == "forbid":
            yield Breach(f"prompt {prompt} has no time limit", expected=f"a timed prompt of at most {seconds(max)}")
        return
    timeout = _timeout(queue)
    shortest, longest = builtins.max(min, PLATFORM_MIN), builtins.min(max, PLATFORM_MAX)
    if timeout < shortest:
        whose = ", the platform's minimum" if shortest > min else ""
        yield Breach(f"timeout is {seconds(timeout)}", expected=f"at least {seconds(shortest)}{whose}")
    elif timeout > longest:
        whose = ", the platform's maximum" if longest < max else ""
        yield Breach(f"timeout is {seconds(timeout)}", expected=f"at most {seconds(longest)}{whose}")


@check(source="the guides' simulator: duration above 300 s")
def definition(definition: Definition, org: Org, *, max: DurationMs = _GUIDES_MAX) -> Iterator[str]:
    """An agreed duration is at most what the business allows, and not negative.

    Args:
        definition: The definition under test.
        org: The org it is about; unused.
        max: Longest duration.

    Yields:
        One message if the duration is too long or negative.
    """
    duration = definition.duration_ms
    if duration is None:
        raise NotApplicable("no duration was agreed")
    if duration < 0:
        yield Breach(f"duration is {seconds(duration)}", expected="at least 0 s")
    elif duration > max:
        yield Breach(f"duration is {seconds(duration)}", expected=f"at most {seconds(max)}")


@check(source="GET /api/v2/routing/queues, acwSettings.timeoutMs; the catalogue's duration", needs=("catalogue",))
def agrees(assignment: Assignment, org: Org, *, tolerance: DurationMs = _NONE) -> Iterator[str]:
    """A queue gives an agent the time that was agreed for the code.

    After-call work is set per queue, never per code: a code that needs 90 s does not fit a queue that cuts at 30 s.

    Args:
        assignment: The code on the queue under test.
        org: The org with the catalogue.
        tolerance: How much shorter than agreed the timeout may be.

    Yields:
        One message if the queue's timeout is shorter than the agreed duration.
    """
    agreed = agreed_about(assignment.code, org)
    if agreed.duration_ms is None:
        raise NotApplicable("no duration was agreed for the code")
    prompt = assignment.queue.acw.prompt
    if not prompt.timed:
        raise NotApplicable(f"prompt {prompt} has no time limit")
    timeout = _timeout(assignment.queue)
    if timeout + tolerance < agreed.duration_ms:
        yield Breach(
            f"the queue's timeout is {seconds(timeout)}",
            expected=f"at least the {seconds(agreed.duration_ms)} agreed for the code"
            + (f", less {seconds(tolerance)}" if tolerance else ""),
        )


def _timeout(queue: Queue) -> int:
    timeout = queue.acw.timeout_ms
    if timeout is None:
        raise UnknownValueError("the queue's ACW timeout", f"prompt {queue.acw.prompt} has one, and none was delivered")
    return timeout
