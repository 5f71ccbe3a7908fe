"""Conversations on virtual time: played, told as a timeline, and left to chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model import Prompt
from harness.model.lifecycle import SKIPPED_CODE, TIMEOUT_CODE, Entry, Stage, Terms
from harness.simulation.behaviour import simulate
from harness.simulation.courses import Course, Move, Part, play
from harness.simulation.strategies import conversations, terms
from harness.simulation.timeline import timeline

SALE = Entry(code="sale")


def queue(prompt: Prompt = Prompt.MANDATORY_TIMEOUT, **more: object) -> Terms:
    return Terms(prompt=prompt, timeout_ms=60_000, offered=frozenset({"sale", "refund"}), **more)  # type: ignore[arg-type]


def course(*moves: Move, prompt: Prompt = Prompt.MANDATORY_TIMEOUT, **more: object) -> Course:
    return play([Part(terms=queue(prompt, **more), agent_id="ann"), Part(terms=queue(), agent_id="ben")], moves)


ANSWER, HANG_UP = Move(action="answer", after_ms=4_000), Move(action="hang up", after_ms=120_000)


def test_moves_count_from_the_one_before() -> None:
    played = course(ANSWER, HANG_UP, Move(action="wrap up", after_ms=10_000, entry=SALE))
    assert [step.at_ms for step in played.steps] == [4_000, 124_000, 134_000]
    assert [it.code for it in played.conversation.written] == ["sale"]
    assert played.moves == (ANSWER, HANG_UP, Move(action="wrap up", after_ms=10_000, entry=SALE))


def test_what_is_refused_is_told_and_changes_nothing() -> None:
    played = course(Move(action="wrap up", entry=SALE), Move(action="skip"), ANSWER)
    assert [(step.refused, step.status) for step in played.steps] == [
        ("after-call work has not begun", 400),
        ("after-call work has not begun", 400),
        (None, None),
    ]
    assert played.handlings[0].stage is Stage.CONNECTED


def test_a_number_beyond_the_agents_counts_from_the_start_again() -> None:
    assert course(Move(action="answer", agent=7)).steps[0].agent == 0


def test_a_transfer_without_anybody_left_is_a_hang_up() -> None:
    played = course(ANSWER, Move(action="transfer"), Move(action="answer", agent=1), Move(action="transfer", agent=1))
    assert [each.stage for each in played.handlings] == [Stage.WRAPPED_UP, Stage.WRAPPED_UP]
    assert {it.code for it in played.conversation.written} == {TIMEOUT_CODE}


def test_a_timeline_reads_like_a_log() -> None:
    played = course(
        ANSWER,
        Move(action="save draft", after_ms=1_000, entry=SALE),
        Move(action="transfer", after_ms=60_000),
        Move(action="wrap up", after_ms=59_999, entry=Entry(code="foreign")),
        Move(action="decline", after_ms=1_000, agent=1),
    )
    assert str(played).splitlines() == [
        "0:00.000  ann       is alerted on queue, MANDATORY_TIMEOUT after 60 s",
        "0:04.000  ann       answers",
        "0:05.000  ann       saves a draft with sale",
        "1:05.000  ben       is alerted on queue, MANDATORY_TIMEOUT after 60 s",
        "1:05.000  ann       hands it on; after-call work begins",
        "2:04.999  ann       wraps up with foreign: refused, 400 the wrap-up code foreign is not offered on the queue queue",
        "2:05.000  platform  ends the after-call work of ann and writes ININ-WRAP-UP-TIMEOUT",
        "2:05.999  ben       declines",
    ]
    assert repr(played) == f"<course\n{played}\n>"


@pytest.mark.parametrize(
    ("prompt", "moves", "tells"),
    [
        (Prompt.OPTIONAL, [Move(action="skip")], "skips after-call work; the platform writes ININ-WRAP-UP-SKIPPED"),
        (Prompt.OPTIONAL, [Move(action="leave")], "leaves after-call work without a code"),
        (
            Prompt.OPTIONAL,
            [Move(action="wrap up")],
            "wraps up with no code: refused, 400 Wrapup code is a required field",
        ),
        (Prompt.MANDATORY, [Move(action="skip")], "skips after-call work: refused, 400 Wrap-up cannot be skipped"),
        (Prompt.AGENT_REQUESTED, [], "hangs up; there is no after-call work"),
        (
            Prompt.MANDATORY,
            [Move(action="ask for ACW")],
            "asks for after-call work: refused, 400 after-call work can be",
        ),
        (Prompt.MANDATORY, [HANG_UP], "hangs up: refused, 400 only a connected communication can be ended"),
        (
            Prompt.MANDATORY,
            [Move(action="wrap up", entry=SALE), Move(action="overwrite", entry=Entry(code="refund"))],
            "replaces the wrap-up by refund",
        ),
    ],
)
def test_a_timeline_tells_what_came_of_each_move(prompt: Prompt, moves: list[Move], tells: str) -> None:
    assert tells in str(course(ANSWER, HANG_UP, *moves, prompt=prompt))


@pytest.mark.parametrize(
    ("becomes", "tells"), [("applied", "and applies the draft sale"), ("discarded", f"and writes {TIMEOUT_CODE}")]
)
def test_a_timeline_tells_what_became_of_a_draft(becomes: str, tells: str) -> None:
    draft = Move(action="save draft", entry=SALE)
    assert tells in str(course(ANSWER, HANG_UP, draft, draft_at_timeout=becomes))


def test_a_forced_timeout_ends_the_time_and_writes_nothing_over_the_agents_code() -> None:
    played = course(ANSWER, HANG_UP, Move(action="wrap up", entry=SALE), prompt=Prompt.MANDATORY_FORCED_TIMEOUT)
    assert str(played).splitlines()[-1] == "3:04.000  platform  ends the after-call work of ann"


def test_names_take_the_place_of_ids_and_cannot_speak_to_a_terminal() -> None:
    names = {"sale": "Sale\x1b[31m", "queue": "Billing", "ann": "agent-1"}
    played = course(ANSWER, HANG_UP, *[Move(action="wrap up", entry=SALE)] * 2)
    told = timeline(played, lambda id: names.get(id, id)).splitlines()
    assert told[0].endswith("agent-1  is alerted on Billing, MANDATORY_TIMEOUT after 60 s")
    assert told[-1].endswith(r"refused, 409 the agent's part is wrapped up with Sale\x1b[31m")


@given(played=conversations())
def test_the_same_moves_give_the_same_course_and_the_same_text(played: Course) -> None:
    again = play(played.parts, played.moves)
    assert again == played
    assert str(again) == str(played)
    times = [line.split()[0] for line in str(played).splitlines()]
    assert len(times) >= len(played.steps) + len(played.handlings)


# -- by chance --------------------------------------------------------------------------------------------------------


@given(each=terms(), seed=st.integers(0, 2**64))
def test_the_same_seed_gives_the_same_conversation(each: Terms, seed: int) -> None:
    parts = [Part(terms=each, agent_id=f"agent-{number}") for number in range(3)]
    assert simulate(parts, seed) == simulate(parts, seed)


def test_a_seed_gives_this_conversation_on_every_machine() -> None:
    parts = [Part(terms=queue(), agent_id="ann"), Part(terms=queue(Prompt.OPTIONAL), agent_id="ben")]
    assert str(simulate(parts, 1)).splitlines()[:3] == [
        "0:00.000  ann  is alerted on queue, MANDATORY_TIMEOUT after 60 s",
        "0:02.033  ann  answers",
        "4:41.783  ann  hangs up; after-call work begins",
    ]


def test_chance_reaches_every_way_in_which_a_conversation_ends() -> None:
    parts = [Part(terms=queue(prompt), agent_id=prompt) for prompt in Prompt]
    seen: set[str | int | None] = set()
    for seed in range(400):
        played = simulate(parts[seed % 5 :], seed)
        seen |= {(it.wrap_up_now.code if it.wrap_up_now else None) for it in played.handlings}
        assert all(step.refused is None for step in played.steps), str(played)
        seen |= {it.move.action for it in played.steps} | {len(played.handlings)}
    assert seen >= {
        "sale",
        "refund",
        TIMEOUT_CODE,
        SKIPPED_CODE,
        None,
        1,
        2,
        3,
        "decline",
        "save draft",
        "ask for ACW",
        "leave",
    }


def test_agents_of_one_conversation_work_at_the_same_time() -> None:
    """After a transfer the first agent wraps up while the second talks."""
    parts = [Part(terms=queue(Prompt.MANDATORY), agent_id="ann"), Part(terms=queue(Prompt.MANDATORY), agent_id="ben")]
    overlapping = 0
    for seed in range(100):
        handlings = simulate(parts, seed, code="sale", acw_ms=60_000).handlings
        if len(handlings) == 2 and handlings[0].acw_ended_ms and handlings[1].answered_ms:
            overlapping += handlings[1].answered_ms < handlings[0].acw_ended_ms
    assert overlapping
