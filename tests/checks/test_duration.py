"""Checks of the family duration, beyond their examples."""

from typing import Any

import msgspec
import pytest

from harness.checks import DurationMs, duration
from harness.model import AcwSettings, Org, unknown
from harness.testing import a_definition, a_queue, an_org, outcome

TIMED = ["MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT", "AGENT_REQUESTED"]
BOUNDS: dict[str, Any] = {"min": DurationMs(10_000), "max": DurationMs(60_000), "untimed": "forbid"}
UNSEEN: Any = unknown("the ACW timeout", "the plan will know after apply")


def timed(timeout_ms: Any, prompt: str = "MANDATORY_TIMEOUT", duration_s: float | None = None) -> Org:
    return an_org(
        queues={"Billing": a_queue("Sale", acw=AcwSettings(prompt, timeout_ms))},
        definitions=[a_definition("Sale", identifier="SALE", duration_s=duration_s)],
    )


@pytest.mark.parametrize("prompt", TIMED)
@pytest.mark.parametrize(
    ("timeout_ms", "findings"),
    [
        (10_000, ()),
        (60_000, ()),
        (9_999, ("timeout is 9.999 s; at least 10 s",)),
        (60_001, ("timeout is 60.001 s; at most 60 s",)),
        (0, ("timeout is 0 s; at least 10 s",)),
        (-1, ("timeout is -0.001 s; at least 10 s",)),
    ],
)
def test_limit_holds_both_ends_for_every_timed_prompt(prompt: str, timeout_ms: int, findings: tuple[str, ...]) -> None:
    assert outcome(duration.limit, timed(timeout_ms, prompt), "queue Billing", **BOUNDS).findings == findings


@pytest.mark.parametrize(
    ("timeout_ms", "findings"),
    [
        (1_000, ()),
        (3_600_000, ()),
        (999, ("timeout is 0.999 s; at least 1 s, the platform's minimum",)),
        (3_600_001, ("timeout is 3600.001 s; at most 3600 s, the platform's maximum",)),
    ],
)
def test_limit_never_allows_more_than_the_platform(timeout_ms: int, findings: tuple[str, ...]) -> None:
    """The Terraform provider lets 24 hours through; the platform refuses them on the day of the deployment."""
    wide: dict[str, Any] = {"min": DurationMs(0), "max": DurationMs(86_400_000), "untimed": "allow"}
    assert outcome(duration.limit, timed(timeout_ms), "queue Billing", **wide).findings == findings


def test_limit_notes_an_ignored_timeout_also_when_it_fails() -> None:
    came = outcome(duration.limit, timed(5_000, "MANDATORY"), "queue Billing", **BOUNDS)
    assert came.findings == ("prompt MANDATORY has no time limit; a timed prompt of at most 60 s",)
    assert came.notes == ("the stored timeout of 5 s is ignored: prompt MANDATORY has no time limit",)


@pytest.mark.parametrize("timeout_ms", [None, UNSEEN])
def test_limit_does_not_need_the_timeout_of_an_untimed_prompt(timeout_ms: Any) -> None:
    came = outcome(duration.limit, timed(timeout_ms, "MANDATORY"), "queue Billing", **BOUNDS | {"untimed": "allow"})
    assert (came.verdict, came.notes) == ("passed", ())


def test_limit_is_unknown_when_the_timeout_is() -> None:
    assert outcome(duration.limit, timed(UNSEEN), "queue Billing", **BOUNDS).reason == (
        "the ACW timeout is unknown: the plan will know after apply"
    )


@pytest.mark.parametrize(
    ("duration_ms", "verdict"), [(0, "passed"), (60_000, "passed"), (60_001, "failed"), (-1, "failed")]
)
def test_definition_holds_both_ends(duration_ms: int, verdict: str) -> None:
    definition = msgspec.structs.replace(a_definition("Sale"), duration_ms=duration_ms)
    org = an_org(definitions=[definition])
    assert outcome(duration.definition, org, "definition Sale", max=DurationMs(60_000)).verdict == verdict


@pytest.mark.parametrize("prompt", TIMED)
@pytest.mark.parametrize(("timeout_ms", "verdict"), [(44_999, "failed"), (45_000, "passed"), (45_001, "passed")])
def test_agrees_wants_at_least_the_agreed_duration(prompt: str, timeout_ms: int, verdict: str) -> None:
    org = timed(timeout_ms, prompt, duration_s=45)
    assert outcome(duration.agrees, org, "assignment Sale @ Billing").verdict == verdict


@pytest.mark.parametrize("prompt", ["MANDATORY", "OPTIONAL"])
def test_agrees_does_not_apply_to_untimed_prompts(prompt: str) -> None:
    org = timed(1_000, prompt, duration_s=45)
    assert outcome(duration.agrees, org, "assignment Sale @ Billing").reason == f"prompt {prompt} has no time limit"


def test_agrees_is_unknown_without_a_catalogue() -> None:
    """A code without a definition is not applicable; not to know whether it has one is something else."""
    org = timed(30_000).agreeing(None, None)
    assert outcome(duration.agrees, org, "assignment Sale @ Billing").reason == (
        "what the business agreed is unknown: the policy names no catalogue"
    )


def test_agrees_is_unknown_for_a_code_without_a_name() -> None:
    org = an_org(
        queues={"Billing": a_queue(prompt="MANDATORY_TIMEOUT")}, definitions=["Sale"], offered={"queue-1": ("x",)}
    )
    assert outcome(duration.agrees, org, "assignment x @ Billing").verdict == "unknown"
