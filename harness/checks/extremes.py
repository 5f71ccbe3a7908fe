"""What follows from the parameters of our checks alone: bounds that nothing lies between, lists that allow everything.

`wrapup prove` takes these as exact. A parameter that is not mentioned here can be met and can be broken.
"""

from collections.abc import Mapping, Sequence

from harness.checks.parameters import DurationMs, Share
from harness.checks.registry import Extremes
from harness.checks.wording import percent, seconds
from harness.model import Prompt

__all__ = [
    "PLATFORM_MAX",
    "PLATFORM_MIN",
    "of_codes_named",
    "of_codes_offered",
    "of_flags",
    "of_prompts",
    "of_shares_of_agents",
    "of_similarity",
    "of_smallest_number",
    "of_timeouts",
]

PLATFORM_MIN = DurationMs(1_000)
PLATFORM_MAX = DurationMs(3_600_000)
"""What the platform's API documents for `acwSettings.timeoutMs`; the Terraform provider lets more through."""

_HIGHEST_PROFICIENCY = 5


def of_prompts(*, allowed: Sequence[str]) -> Extremes:
    """Return what follows from the prompts that are allowed."""
    if not allowed:
        return Extremes(never_passes="no prompt is allowed")
    left_out = {prompt.value for prompt in Prompt} - set(allowed)
    return Extremes(never_fails=None if left_out else "every prompt is allowed")


def of_codes_offered(*, at_least: int, at_most: int | None, when: str) -> Extremes:
    """Return what follows from how many codes a queue may offer; `when` changes nothing about it."""
    del when
    if at_most is not None and at_most < max(at_least, 0):
        return Extremes(never_passes=f"no number is at least {at_least} and at most {at_most}")
    if at_least <= 0 and at_most is None:
        return Extremes(never_fails=f"every queue offers at least {at_least} codes")
    return Extremes()


def of_timeouts(*, max: DurationMs, min: DurationMs, untimed: str) -> Extremes:
    """Return what follows from the bounds of a timeout; outside the platform's own, a timeout always fails."""
    shortest, longest = (PLATFORM_MIN, min)[min > PLATFORM_MIN], (PLATFORM_MAX, max)[max < PLATFORM_MAX]
    if untimed == "forbid" and shortest > longest:
        return Extremes(never_passes=f"no timeout is at least {seconds(shortest)} and at most {seconds(longest)}")
    return Extremes()


def of_shares_of_agents(*, at_least: Share, proficiency: float) -> Extremes:
    """Return what follows from the share of agents who must hold a skill, and how well."""
    if at_least <= 0:
        return Extremes(never_fails="a share of 0% is always reached")
    if at_least > 1:
        return Extremes(never_passes=f"no share reaches {percent(at_least)}")
    if proficiency > _HIGHEST_PROFICIENCY:
        return Extremes(never_passes=f"no proficiency is above {_HIGHEST_PROFICIENCY}")
    return Extremes()


def of_smallest_number(*, at_least: int) -> Extremes:
    """Return what follows from a smallest number of agents, or of characters."""
    return Extremes(never_fails=f"there are always at least {at_least}" if at_least <= 0 else None)


def of_similarity(*, at_most: Share) -> Extremes:
    """Return what follows from the greatest similarity of two names."""
    return Extremes(never_fails="no two names are more than 100% alike" if at_most >= 1 else None)


def of_codes_named(*, codes: Sequence[str]) -> Extremes:
    """Return what follows from the codes that a rule names."""
    why = None if codes else "the rule names no codes"
    return Extremes(never_passes=why, never_fails=why)


def of_flags(*, flags: Mapping[str, Sequence[str]], match: str) -> Extremes:
    """Return what follows from the flags that a rule names by category."""
    if not flags:
        return Extremes(never_passes="the rule names no category", never_fails="the rule names no category")
    if match == "at_least" and not any(flags.values()):
        return Extremes(never_fails="the rule names no flags")
    return Extremes()
