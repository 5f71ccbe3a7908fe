"""Which sessions are one handling, and how it was wrapped up."""

from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.evidence.details import Conversation
from harness.evidence.handlings import Row, handlings, system_code
from harness.evidence.schema import COLUMNS, ORDER, SYSTEM_CODES, arrow_schema
from harness.model.ids import DEFAULT_CODE_ID, pseudonym
from tests.evidence.details import AGENT, QUEUE, agent, conversation, segment, session, wrapup

TALK = segment("interact", 4, 60, disconnectType="client")
MORNING_MS = 1_793_606_400_000
"""2026-11-02T08:00:00Z."""


def rows(*participants: Any) -> list[Row]:
    return [*handlings(msgspec.convert(conversation(*participants), Conversation))]


def only(*participants: Any) -> Row:
    (row,) = rows(*participants)
    return row


# -- what is no handling -------------------------------------------------------------------------------------------


def test_customers_queues_and_flows_handle_nothing() -> None:
    assert rows() == []


def test_an_agent_who_was_only_alerted_had_no_part_in_it() -> None:
    assert rows(agent(session(segment("alert", 0, 20)))) == []


@pytest.mark.parametrize("purpose", ["outbound", "dialer", "campaign", "station", "voicemail", "customer"])
def test_a_participant_that_is_no_person_at_work_is_no_agent(purpose: str) -> None:
    """Agentless campaigns and dialers have interact segments too."""
    assert rows(agent(session(TALK), purpose=purpose)) == []


def test_an_agent_without_a_user_is_nobody() -> None:
    assert rows(agent(session(TALK), user=None)) == []


@pytest.mark.parametrize("kind", ["coaching", "monitoring", "barging", "screenmonitoring", "voicemail"])
def test_a_supervisor_who_listens_handles_nothing(kind: str) -> None:
    assert rows(agent(session(segment(kind, 4, 60)), purpose="user")) == []


# -- what is one handling ------------------------------------------------------------------------------------------


def test_a_call_that_was_wrapped_up() -> None:
    row = only(agent(session(segment("alert", 0, 4), TALK, wrapup(60, 80.5, "code-1"), acwSkipped=False)))
    assert row == Row(
        conversation_id="c-1",
        agent_id=pseudonym(AGENT),
        queue_id=QUEUE,
        channel="voice",
        started_at=MORNING_MS + 4_000,
        ended_at=MORNING_MS + 80_500,
        first_code_id="code-1",
        final_code_id="code-1",
        acw_ms=20_500,
        skipped=False,
        pending=False,
        provisional=False,
        transferred=False,
        system_code=None,
        has_note=False,
    )


def test_a_user_who_answers_a_direct_call_is_an_agent_without_a_queue() -> None:
    row = only(agent(session(TALK | {"queueId": None}), purpose="user"))
    assert (row.queue_id, row.final_code_id) == (None, None)


def test_a_source_that_does_not_tell_the_purpose_is_believed_about_the_user() -> None:
    assert only(agent(session(TALK), purpose=None)).agent_id == pseudonym(AGENT)


def test_the_callback_and_the_call_that_it_led_to_are_one_handling() -> None:
    callback = session(segment("interact", 4, 200), wrapup(200, 230, "code-1"), media="callback")
    call = session(segment("dialing", 10, 20), segment("interact", 20, 190, queueId=None))
    row = only(agent(callback, call))
    assert (row.channel, row.acw_ms, row.final_code_id) == ("callback", 30_000, "code-1")


def test_so_they_are_when_the_call_is_a_participant_of_its_own_and_comes_later() -> None:
    callback = session(segment("interact", 4, 10), media="callback")
    call = session(segment("interact", 20, 190, queueId=None), wrapup(190, 200, "code-1"))
    row = only(agent(callback), agent(call, participantId="another"))
    assert (row.channel, row.queue_id, row.final_code_id) == ("callback", QUEUE, "code-1")


def test_a_wrap_up_that_both_sessions_show_takes_its_time_once() -> None:
    callback = session(segment("interact", 4, 200), wrapup(200, 230, "code-1"), media="callback")
    call = session(segment("interact", 20, 200), wrapup(200, 225, "code-1"))
    assert only(agent(callback, call)).acw_ms == 30_000


def test_two_agents_have_a_handling_each() -> None:
    other = "3f0c7d5e-0000-4000-8000-000000000002"
    first = agent(session(segment("interact", 4, 60, disconnectType="transfer"), wrapup(60, 70)))
    second = agent(session(segment("interact", 70, 90, disconnectType="peer"), wrapup(90, 95, "code-1")), user=other)
    found = rows(first, second)
    assert [(it.agent_id, it.transferred, it.final_code_id) for it in found] == [
        (pseudonym(AGENT), True, None),
        (pseudonym(other), False, "code-1"),
    ]


def test_an_agent_who_gets_a_conversation_back_has_two_handlings() -> None:
    """Each has a wrap-up of its own; together they would look like one that was changed and took too long."""
    first = agent(session(TALK, wrapup(60, 150, "code-1")), participantId="p-1")
    second = agent(session(segment("interact", 200, 260), wrapup(260, 350, "code-2")), participantId="p-2")
    assert [(it.first_code_id, it.final_code_id, it.acw_ms) for it in rows(first, second)] == [
        ("code-1", "code-1", 90_000),
        ("code-2", "code-2", 90_000),
    ]


def test_what_came_through_different_queues_is_never_one_handling() -> None:
    one = session(segment("interact", 4, 60), wrapup(60, 70, "code-1"))
    other = session(segment("interact", 50, 90, queueId="another"), wrapup(90, 95, "code-2"))
    assert {it.queue_id for it in rows(agent(one, other))} == {QUEUE, "another"}


def test_a_consultation_belongs_to_the_handling_that_it_is_made_for() -> None:
    main = session(TALK, wrapup(60, 80, "code-1"))
    consultation = session(segment("interact", 20, 30, queueId=None, disconnectType="client"))
    for order in permutations((main, consultation)):
        assert only(agent(*order)).final_code_id == "code-1"


def test_a_screen_that_is_shared_goes_along_with_the_chat() -> None:
    shared = session(segment("interact", 2, 50, queueId=None), media="screenshare")
    assert only(agent(shared, session(TALK, media="chat"))).channel == "chat"


@pytest.mark.parametrize(
    ("media", "expected"), [("unknown", None), (None, None), ("call", "voice"), ("message", "message")]
)
def test_the_channel_is_the_sessions(media: str | None, expected: str | None) -> None:
    assert only(agent(session(TALK, media=media))).channel == expected


# -- how it was wrapped up -----------------------------------------------------------------------------------------


def test_a_wrap_up_without_a_code_is_after_call_work_all_the_same() -> None:
    row = only(agent(session(TALK, wrapup(60, 63))))
    assert (row.final_code_id, row.acw_ms, row.skipped) == (None, 3_000, None)


def test_the_first_and_the_final_code_of_several() -> None:
    row = only(agent(session(TALK, wrapup(70, 70, "code-2"), wrapup(60, 65, "code-1"))))
    assert (row.first_code_id, row.final_code_id, row.acw_ms) == ("code-1", "code-2", 5_000)


def test_after_call_work_that_goes_on_is_pending_and_its_code_may_be_a_draft() -> None:
    row = only(agent(session(TALK, wrapup(60, None, "code-1"))))
    assert (row.pending, row.provisional, row.ended_at, row.acw_ms) == (True, True, None, None)


def test_after_call_work_that_goes_on_without_a_code_is_no_draft() -> None:
    row = only(agent(session(TALK, wrapup(60, None))))
    assert (row.pending, row.provisional) == (True, False)


def test_a_conversation_that_goes_on_is_pending() -> None:
    row = only(agent(session(segment("interact", 4, None))))
    assert (row.pending, row.provisional, row.acw_ms, row.skipped, row.transferred) == (True, False, None, False, None)


@pytest.mark.parametrize(
    ("code", "mark", "expected"),
    [
        (None, None, None),
        (None, True, True),
        (None, False, False),
        ("code-1", None, False),
        ("ININ-WRAP-UP-SKIPPED", None, True),
        ("ININ-WRAP-UP-TIMEOUT", None, False),
    ],
)
def test_skipping_is_told_by_the_mark_or_by_the_code(
    code: str | None, mark: bool | None, expected: bool | None
) -> None:
    marked: dict[str, Any] = {} if mark is None else {"acwSkipped": mark}
    assert only(agent(session(TALK, wrapup(60, 63, code), **marked))).skipped is expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("transfer", True), ("consultTransfer", True), ("client", False), ("peer", False), (None, None)],
)
def test_whether_it_was_handed_on(kind: str | None, expected: bool | None) -> None:
    assert only(agent(session(segment("interact", 4, 60, disconnectType=kind)))).transferred is expected


def test_a_metric_tells_too_that_it_was_handed_on() -> None:
    talk = segment("interact", 4, 60)
    assert only(agent(session(talk, metrics=[{"name": "nTransferred", "value": 1}]))).transferred is True
    assert only(agent(session(talk, metrics=[{"name": "tTalk", "value": 56_000}]))).transferred is False


@pytest.mark.parametrize(("note", "expected"), [(None, False), ("", False), ("  ", False), ("called back", True)])
def test_only_whether_there_is_a_note(note: str | None, expected: bool) -> None:
    assert only(agent(session(TALK, wrapup(60, 63, "code-1", wrapUpNote=note)))).has_note is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (None, None),
        ("5c1f0000-0000-4000-8000-000000000001", None),
        ("ININ-WRAP-UP-TIMEOUT", "timeout"),
        (DEFAULT_CODE_ID, "default"),
        ("ININ-OUTBOUND-BUSY", "outbound"),
        ("OUTBOUND-MESSAGE-SENT", "outbound"),
        ("ININ-WRAP-UP-SKIPPED", "other"),
        ("ININ-SOMETHING-NEW", "other"),
    ],
)
def test_system_codes_are_told_by_their_prefix(code: str | None, expected: str | None) -> None:
    assert system_code(code) == expected
    assert expected is None or expected in SYSTEM_CODES


# -- whatever comes ------------------------------------------------------------------------------------------------

_SEGMENTS = st.builds(
    lambda kind, start, length, code, queue: segment(
        kind, start, None if length is None else start + length, wrapUpCode=code, queueId=queue
    ),
    st.sampled_from(["interact", "hold", "wrapup", "alert", "dialing"]),
    st.integers(0, 300),
    st.none() | st.integers(0, 200),
    st.sampled_from([None, "code-1", "code-2", "ININ-WRAP-UP-TIMEOUT"]),
    st.sampled_from([None, QUEUE, "another"]),
)
_SESSIONS = st.builds(
    lambda segments, media: session(*segments, media=media),
    st.lists(_SEGMENTS, max_size=5),
    st.sampled_from(["voice", "callback", "chat", "screenshare"]),
)
_AGENTS = st.builds(
    lambda sessions, user, part: agent(*sessions, user=user, participantId=part),
    st.lists(_SESSIONS, max_size=3),
    st.sampled_from(["ann", "ben"]),
    st.sampled_from(["p-1", "p-2", "p-3"]),
)


@given(st.lists(_AGENTS, max_size=4))
def test_everybody_who_talked_has_a_handling_and_nobody_else(agents: list[dict[str, Any]]) -> None:
    talked = {
        pseudonym(it["userId"])
        for it in agents
        if any(one["segmentType"] == "interact" for each in it["sessions"] for one in each["segments"])
    }
    found = rows(*agents)
    assert {it.agent_id for it in found} == talked
    for row in found:
        assert row.pending == (row.ended_at is None)
        assert row.acw_ms is None or row.acw_ms >= 0
        assert row.ended_at is None or row.ended_at >= row.started_at
        assert (row.first_code_id is None) == (row.final_code_id is None)
        assert not row.provisional or row.pending


@given(st.lists(_AGENTS, max_size=3))
def test_no_code_is_lost_or_made_up(agents: list[dict[str, Any]]) -> None:
    final = {it.final_code_id for it in rows(*agents)} - {None}
    written = {
        one["wrapUpCode"]
        for it in agents
        for each in it["sessions"]
        if any(one["segmentType"] == "interact" for one in each["segments"])
        for one in each["segments"]
        if one["segmentType"] == "wrapup" and one["wrapUpCode"]
    }
    assert final <= written
    assert bool(final) == bool(written)


def test_a_row_has_the_columns_of_the_schema() -> None:
    assert Row._fields == tuple(column.name for column in COLUMNS) == tuple(arrow_schema().names)
    assert set(ORDER) < set(Row._fields)
