"""What the five prompts promise about the codes that conversations end with.

To hold your own queues against it, say what their after-call work is like:

    TERMS = Terms(prompt=Prompt.MANDATORY_TIMEOUT, timeout_ms=45_000, offered=frozenset({"sale", "refund"}))
    TestMyQueue = lifecycle_machine(terms=TERMS, codes=["sale", "refund"]).TestCase
"""

from typing import Literal

import pytest
from hypothesis import given, settings

from harness.model import Definition, Prompt
from harness.model.lifecycle import TIMEOUT_CODE, Entry, Handling, Terms
from harness.simulation import WrapUpSimulator
from harness.simulation.courses import Course, Move, Part, Player, play
from harness.simulation.machine import lifecycle_machine
from harness.simulation.promises import Promise
from harness.simulation.strategies import conversations, definitions, terms

TIMED = (Prompt.MANDATORY_TIMEOUT, Prompt.MANDATORY_FORCED_TIMEOUT)

calm = settings(deadline=None, max_examples=50)


TestLifecycle = lifecycle_machine().TestCase
TestLifecycle.settings = settings(deadline=None, max_examples=50, stateful_step_count=15)


def counted(course: Course) -> list[tuple[Handling, list[str]]]:
    """Return the handlings whose after-call work is over, with the codes that count: those not replaced since."""
    ended = [it for it in course.handlings if it.acw_ended_ms is not None]
    return [(it, [it.wrap_up_now.code] if it.wrap_up_now else []) for it in ended]


@calm
@given(course=conversations(terms(prompts=[Prompt.MANDATORY])))
def test_mandatory_ends_with_exactly_one_code_and_the_agent_chose_it(course: Course) -> None:
    for handling, codes in counted(course):
        assert len(codes) == 1
        assert codes[0] in handling.terms.accepted


@calm
@given(course=conversations(terms(prompts=TIMED)))
def test_timed_prompts_end_with_exactly_one_code_the_agents_or_the_timeouts(course: Course) -> None:
    for handling, codes in counted(course):
        assert len(codes) == 1
        assert codes[0] in handling.terms.accepted | {TIMEOUT_CODE}


@calm
@given(course=conversations(terms(prompts=TIMED)))
def test_under_timed_prompts_after_call_work_always_ends(course: Course) -> None:
    assert all(it.over for it in course.handlings if it.acw_began_ms is not None)


@calm
@given(course=conversations(terms(prompts=[Prompt.OPTIONAL, Prompt.AGENT_REQUESTED])))
def test_where_nothing_is_demanded_there_is_at_most_one_code(course: Course) -> None:
    assert all(len(codes) <= 1 for _, codes in counted(course))


@calm
@given(course=conversations())
def test_only_the_first_wrap_up_triggers_mappings_and_the_last_is_final(course: Course) -> None:
    player, firsts = Player(course.parts), set()
    for move in course.moves:
        player.make(move)
        firsts.add(player.conversation.first)
    assert len(firsts - {None}) <= 1, "the outbound mapping's flags are set once"
    written = course.conversation.written
    assert (course.conversation.first, course.conversation.final) == (
        (written[0], written[-1]) if written else (None, None)
    )


@pytest.mark.parametrize(("becomes", "code"), [("discarded", TIMEOUT_CODE), ("applied", "sale")])
def test_what_a_draft_becomes_at_the_timeout_is_not_established_and_a_parameter(
    becomes: Literal["discarded", "applied"], code: str
) -> None:
    queue = Terms(
        prompt=Prompt.MANDATORY_TIMEOUT, timeout_ms=60_000, offered=frozenset({"sale"}), draft_at_timeout=becomes
    )
    moves = [Move(action="answer"), Move(action="hang up"), Move(action="save draft", entry=Entry(code="sale"))]
    assert [codes for _, codes in counted(play([Part(terms=queue)], moves))] == [[code]]


@calm
@given(definition=definitions(), queue=terms(codes=["the code"]))
def test_the_simulator_and_the_lifecycle_agree(definition: Definition, queue: Terms) -> None:
    """What is approved in the queue's own time can be entered by an agent who takes the agreed time, and vice versa."""
    longest_s = queue.timeout_ms / 1_000 if queue.prompt.timed and queue.timeout_ms is not None else float("inf")
    simulator = WrapUpSimulator(definition.skills, definition.channels, max_duration_s=longest_s)
    fits = not any("Duration" in error for error in simulator.simulate_assignment(definition).errors)

    duration_ms = definition.duration_ms or 1
    opening = [Move(action="answer"), Move(action="ask for ACW"), Move(action="hang up")]
    wrap_up = Move(action="wrap up", after_ms=duration_ms - 1, entry=Entry(code="the code"))
    course = play([Part(terms=queue)], [*opening, wrap_up])
    kept = Promise(code_id="the code", duration_ms=duration_ms).broken_by(course) is None
    assert kept == (fits and "the code" in queue.accepted), str(course)
