"""The state machine finds what breaks a demand, and finds nothing where the lifecycle keeps its word."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from harness.model import Prompt
from harness.model.lifecycle import SKIPPED_CODE, TIMEOUT_CODE, Conversation, Handling, Terms, WrapUp
from harness.simulation.machine import keeps_its_prompt, lifecycle_machine
from harness.simulation.strategies import terms

CALM = settings(
    max_examples=30, stateful_step_count=12, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def run(machine: type[RuleBasedStateMachine]) -> None:
    run_state_machine_as_test(machine, settings=CALM)


def finds(machine: type[RuleBasedStateMachine]) -> str:
    searching = settings(CALM, max_examples=300, phases=(Phase.generate, Phase.shrink), derandomize=True)
    with pytest.raises(AssertionError) as raised:
        run_state_machine_as_test(machine, settings=searching)
    return str(raised.value)


def test_nothing_is_wrong_under_any_terms() -> None:
    run(lifecycle_machine())
    run(lifecycle_machine(terms=terms(adversarial=True), agents=2))


def test_one_kind_of_queue_can_be_named() -> None:
    queue = Terms(prompt=Prompt.MANDATORY_TIMEOUT, timeout_ms=45_000, offered=frozenset({"won"}))
    run(lifecycle_machine(terms=queue, codes=["won"], agents=1, delays_ms=[44_999, 45_000]))


def test_a_demand_that_does_not_hold_is_told_with_a_timeline() -> None:
    def never_times_out(conversation: Conversation) -> str | None:
        return "timed out" if any(it.code == TIMEOUT_CODE for it in conversation.written) else None

    queue = Terms(prompt=Prompt.MANDATORY_TIMEOUT, timeout_ms=1_000, offered=frozenset({"won"}))
    told = finds(lifecycle_machine(terms=queue, codes=["won"], agents=1, holds=[never_times_out]))
    assert told.splitlines()[0] == "timed out"
    assert "platform  ends the after-call work of agent-1 and writes ININ-WRAP-UP-TIMEOUT" in told


def a_conversation(prompt: Prompt, *codes: str, author: str = "agent", acw: bool = True) -> Conversation:
    handling = Handling(
        agent_id="agent",
        queue_id="queue",
        terms=Terms(prompt=prompt, timeout_ms=60_000, offered=frozenset({"won"})),
        began_ms=0,
        answered_ms=0,
        ended_ms=0,
        acw_began_ms=0 if acw else None,
        acw_ended_ms=1 if acw else None,
        wrap_ups=tuple(WrapUp(code=code, author=author, at_ms=1) for code in codes),  # type: ignore[arg-type]
    )
    return Conversation(handlings=(handling,))


@pytest.mark.parametrize(
    "conversation",
    [
        a_conversation(Prompt.MANDATORY, "won"),
        a_conversation(Prompt.OPTIONAL),
        a_conversation(Prompt.AGENT_REQUESTED, acw=False),
        a_conversation(Prompt.AGENT_REQUESTED, TIMEOUT_CODE, author="platform"),
        a_conversation(Prompt.MANDATORY_TIMEOUT, TIMEOUT_CODE, author="platform"),
        a_conversation(Prompt.OPTIONAL, SKIPPED_CODE, author="platform"),
    ],
)
def test_what_a_prompt_allows_is_kept(conversation: Conversation) -> None:
    assert keeps_its_prompt(conversation) is None


@pytest.mark.parametrize(
    ("conversation", "wrong"),
    [
        (a_conversation(Prompt.MANDATORY), "MANDATORY: after-call work ended without a code"),
        (a_conversation(Prompt.MANDATORY, "lost"), "MANDATORY: lost is not offered"),
        (
            a_conversation(Prompt.MANDATORY, TIMEOUT_CODE, author="platform"),
            "MANDATORY: the platform wrote ININ-WRAP-UP-TIMEOUT",
        ),
        (
            a_conversation(Prompt.MANDATORY_TIMEOUT, SKIPPED_CODE, author="platform"),
            "MANDATORY_TIMEOUT: the platform wrote ININ-WRAP-UP-SKIPPED",
        ),
        (
            a_conversation(Prompt.OPTIONAL, "won", acw=False),
            "OPTIONAL: there is a wrap-up, and after-call work never began",
        ),
    ],
)
def test_what_a_prompt_does_not_allow_is_told(conversation: Conversation, wrong: str) -> None:
    assert keeps_its_prompt(conversation) == f"handling 1, under {wrong}"
