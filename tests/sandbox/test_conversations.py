"""Conversations over the API: what agents may do, and what the platform refuses."""

from typing import Any

import pytest

from harness.errors import UsageError
from harness.model.ids import DEFAULT_CODE_ID
from harness.model.lifecycle import TIMEOUT_CODE, Handling, RefusedError, Stage
from harness.sandbox import State
from harness.sandbox.played import MEDIA
from tests.sandbox.playing import (
    ANN,
    BEN,
    BILLING,
    FIXTURES,
    NOWHERE,
    OTHER,
    QUEUES,
    REFUND,
    SALE,
    SALES,
    Caller,
    a_caller,
    may,
)
from tests.sandbox.talking import (
    ASKING,
    BARE,
    CONVERSATIONS,
    FORCED,
    FREE,
    TIMED,
    Talk,
    a_talking_state,
    a_user,
    passing,
)


def patched(caller: Caller, talk: Talk, *, status: int = 202, **body: Any) -> Any:
    return caller.ask("PATCH", talk.participant_path, status=status, json=body)


def refused(caller: Caller, talk: Talk, status: int, code: str, **body: Any) -> str:
    return caller.refused("PATCH", talk.participant_path, status, code, json=body)


# -- an agent wraps up --------------------------------------------------------------------------------------


@pytest.mark.parametrize("media", MEDIA)
def test_an_agent_wraps_up_and_reads_it_back(media: str) -> None:
    talk = Talk(a_talking_state(), media=media).hung_up()
    caller = a_user(talk.state)
    passing(talk.state, 20)
    assert caller.get(f"{talk.participant_path}/wrapup") == {}
    patched(caller, talk, wrapup={"code": SALE["id"], "notes": "went well", "tags": ["new"], "durationSeconds": 12})
    expected = {
        "code": SALE["id"],
        "notes": "went well",
        "tags": ["new"],
        "durationSeconds": 12,
        "endTime": "2026-11-02T08:01:24.000Z",
    }
    assert caller.get(f"{talk.participant_path}/wrapup") == expected
    assert caller.get(f"{CONVERSATIONS}/{talk.id}/participants/{talk.participant}/wrapup") == expected
    assert caller.get(f"{talk.participant_path}/communications/{talk.communication}/wrapup") == expected
    agent = caller.get(talk.path)["participants"][-1]
    assert agent["wrapup"] == expected | {"name": "Sale"}
    assert (agent["startAcwTime"], agent["endAcwTime"]) == ("2026-11-02T08:01:04.000Z", "2026-11-02T08:01:24.000Z")


def test_a_wrap_up_of_one_communication() -> None:
    talk = Talk(a_talking_state()).hung_up()
    caller = a_user(talk.state)
    path = f"{talk.participant_path}/communications/{talk.communication}/wrapup"
    caller.ask("POST", path, json={"code": REFUND["id"]})
    assert talk.handling.stage is Stage.WRAPPED_UP
    other = f"{talk.participant_path}/communications/{NOWHERE}/wrapup"
    caller.refused("POST", other, 404, "not.found", json={"code": REFUND["id"]})


def test_a_participant_says_how_its_queue_wants_wrap_ups() -> None:
    state = a_talking_state()
    caller = a_user(state)
    shown = {}
    for queue in (BILLING, FREE, ASKING, FORCED, TIMED):
        agent = caller.get(f"{CONVERSATIONS}/{Talk(state, queue).id}")["participants"][-1]
        shown[agent["wrapupPrompt"]] = (agent["wrapupRequired"], agent.get("wrapupTimeoutMs"))
    assert shown == {
        "mandatory": (True, None),
        "optional": (False, None),
        "agentRequested": (False, 30_000),
        "forcedTimeout": (True, 60_000),
        "timeout": (True, 60_000),
    }


def test_everybody_in_a_conversation_is_shown() -> None:
    talk = Talk(a_talking_state(), skill_ids=("skill-1",)).hung_up()
    shown = a_user(talk.state).get(f"{CONVERSATIONS}/{talk.id}")
    customer, acd, agent = shown["participants"]
    assert [each["purpose"] for each in (customer, acd, agent)] == ["customer", "acd", "agent"]
    assert (acd["queueId"], acd["queueName"]) == (BILLING["id"], "Billing")
    assert (agent["userId"], agent["name"]) == (ANN["id"], ANN["name"])
    assert agent["conversationRoutingData"]["skills"][0]["id"] == "skill-1"
    assert agent["calls"][0]["afterCallWork"] == {"state": "pending", "startTime": "2026-11-02T08:01:04.000Z"}
    assert shown["endTime"] == customer["endTime"] == "2026-11-02T08:01:04.000Z"
    assert "wrapupExpected" not in agent, "only events have it"


@pytest.mark.parametrize(
    ("until", "state"),
    [("alerting", "unknown"), ("declined", "notApplicable"), ("wrapped up", "complete"), ("skipped", "skipped")],
)
def test_a_communication_says_how_its_after_call_work_is(until: str, state: str) -> None:
    talk = Talk(a_talking_state(), FREE)
    if until == "declined":
        talk.conversations.act(talk.id, None, Handling.decline)
    elif until == "wrapped up":
        talk.wrapped_up()
    elif until == "skipped":
        talk.hung_up()
        patched(a_user(talk.state), talk, wrapupSkipped=True)
    agent = a_user(talk.state).get(f"{CONVERSATIONS}/{talk.id}")["participants"][-1]
    assert agent["calls"][0]["afterCallWork"]["state"] == state


def test_an_agent_answers_and_hangs_up() -> None:
    talk = Talk(a_talking_state())
    caller = a_user(talk.state)
    stages = []
    for state in ("connected", "disconnected"):
        patched(caller, talk, state=state)
        stages.append(talk.handling.stage)
    assert stages == [Stage.CONNECTED, Stage.AFTER_CALL_WORK]
    refused(caller, talk, 400, "conversation.error.call.disconnected", state="disconnected")
    refused(caller, talk, 400, "invalid.value", state="parked")
    declined = Talk(talk.state)
    patched(caller, declined, state="disconnected")
    assert (declined.handling.stage, declined.held.ended_ms) == (Stage.ENDED, None)


def test_a_system_code_is_shown_by_its_literal() -> None:
    talk = Talk(a_talking_state(), TIMED).hung_up()
    passing(talk.state, 60)
    agent = a_user(talk.state).get(talk.path)["participants"][-1]
    assert (agent["wrapup"]["code"], agent["wrapup"]["name"]) == (TIMEOUT_CODE, TIMEOUT_CODE)
    assert agent["endAcwTime"] == "2026-11-02T08:02:04.000Z"


def test_a_deleted_code_keeps_its_name_in_a_conversation() -> None:
    talk = Talk(a_talking_state()).wrapped_up()
    caller = a_user(talk.state)
    caller.ask("DELETE", f"/api/v2/routing/wrapupcodes/{SALE['id']}")
    assert caller.get(talk.path)["participants"][-1]["wrapup"]["name"] == "Sale"


# -- which codes --------------------------------------------------------------------------------------------


def test_the_codes_of_a_participant_are_those_of_its_queue_now() -> None:
    talk = Talk(a_talking_state()).hung_up()
    caller = a_user(talk.state)
    codes = f"{talk.participant_path}/wrapupcodes"
    assert [code["name"] for code in caller.get(codes)] == ["Refund", "Sale"]
    caller.ask("POST", f"{QUEUES}/{BILLING['id']}/wrapupcodes", json=[{"id": OTHER["id"]}])
    assert [code["name"] for code in caller.get(codes)] == ["Other", "Refund", "Sale"]
    patched(caller, talk, wrapup={"code": OTHER["id"]})


def test_a_queue_without_codes_offers_the_default_code() -> None:
    talk = Talk(a_talking_state(), BARE).hung_up()
    caller = a_user(talk.state)
    assert [code["id"] for code in caller.get(f"{talk.participant_path}/wrapupcodes")] == [DEFAULT_CODE_ID]
    refused(caller, talk, 400, "bad.request", wrapup={"code": SALE["id"]})
    patched(caller, talk, wrapup={"code": DEFAULT_CODE_ID})
    assert caller.get(talk.path)["participants"][-1]["wrapup"]["name"] == "Default Wrap-up Code"


# -- refusals -----------------------------------------------------------------------------------------------


def test_a_wrap_up_that_the_lifecycle_refuses_changes_nothing() -> None:
    talk = Talk(a_talking_state()).answered()
    caller = a_user(talk.state)
    code = {"code": SALE["id"]}
    assert refused(caller, talk, 400, "bad.request", wrapup=code) == "after-call work has not begun"
    talk.conversations.hang_up(talk.id)
    refused(caller, talk, 400, "conversation.error.wrapup.code.required", wrapup={"notes": "no code"})
    refused(caller, talk, 400, "conversation.error.wrapup.cannot.skip", wrapupSkipped=True)
    refused(caller, talk, 400, "bad.request", wrapup={"code": OTHER["id"]})
    refused(caller, talk, 400, "invalid.value", wrapup=code | {"durationSeconds": -1})
    refused(caller, talk, 400, "invalid.value", wrapup={"code": 7})
    assert talk.handling.stage is Stage.AFTER_CALL_WORK
    assert talk.handling.wrap_ups == ()


def test_a_second_wrap_up_replaces_the_first_unless_the_sandbox_is_told_otherwise() -> None:
    talk = Talk(a_talking_state()).wrapped_up(SALE)
    caller = a_user(talk.state)
    patched(caller, talk, wrapup={"code": REFUND["id"]})
    assert caller.get(f"{talk.participant_path}/wrapup")["code"] == REFUND["id"]
    strict = Talk(a_talking_state(later_wrap_ups="conflict")).wrapped_up(SALE)
    refused(a_user(strict.state), strict, 409, "general.conflict", wrapup={"code": REFUND["id"]})


def test_only_the_agent_may_write_their_wrap_up() -> None:
    """A client that acts for itself, or for somebody else, is not the agent."""
    talk = Talk(a_talking_state()).hung_up()
    wrapup = {"code": SALE["id"]}
    for caller in (a_user(talk.state, BEN["id"]), a_caller(talk.state)):
        code = "conversation.error.forbidden.not.active.participant"
        refused(caller, talk, 403, code, wrapup=wrapup)
    lenient = Talk(a_talking_state(clients_wrap_up=True)).hung_up()
    patched(a_caller(lenient.state), lenient, wrapup=wrapup)
    refused(a_user(lenient.state, BEN["id"]), lenient, 403, code, wrapup=wrapup)


def test_each_part_of_an_update_needs_its_own_permission() -> None:
    talk = Talk(a_talking_state(clients_wrap_up=True)).hung_up()
    caller = a_caller(talk.state, may("conversation:communication:disconnect"))
    refused(caller, talk, 403, "missing.permissions", wrapup={"code": SALE["id"]})
    refused(caller, talk, 403, "missing.permissions", wrapupSkipped=True)


def test_what_is_not_there_is_not_found() -> None:
    talk = Talk(a_talking_state()).hung_up()
    caller = a_user(talk.state)
    gone = "conversation.error.conversation.not.found"
    caller.refused("GET", f"{CONVERSATIONS}/{NOWHERE}", 404, gone)
    caller.refused("GET", f"{CONVERSATIONS}/emails/{talk.id}", 404, gone)
    nobody = "conversation.error.not.conversation.participant"
    caller.refused("GET", f"{talk.path}/participants/{NOWHERE}/wrapup", 404, nobody)
    attributes = f"{CONVERSATIONS}/{talk.id}/participants/{NOWHERE}/attributes"
    caller.refused("PATCH", attributes, 404, nobody, json={"attributes": {"a": "b"}})


def test_a_conversation_in_another_division_is_not_shown() -> None:
    talk = Talk(a_talking_state())
    caller = a_caller(talk.state, may("conversation:communication:view", divisions=[SALES["id"]]))
    caller.refused("GET", f"{CONVERSATIONS}/{talk.id}", 403, "missing.permissions")


# -- drafts, requests, attributes ---------------------------------------------------------------------------


def test_a_draft_is_shown_apart_and_looks_like_a_wrap_up_but_for_a_flag() -> None:
    talk = Talk(a_talking_state(), TIMED).answered()
    caller = a_user(talk.state)
    patched(caller, talk, wrapup={"notes": "call back", "provisional": True})
    talk.conversations.hang_up(talk.id)
    assert caller.get(f"{talk.participant_path}/wrapup") == {}
    assert caller.get(f"{talk.participant_path}/wrapup", provisional="true") == {"notes": "call back", "tags": []}
    assert caller.get(talk.path)["participants"][-1]["wrapup"]["provisional"] is True
    patched(caller, talk, wrapup={"code": SALE["id"]})
    assert "provisional" not in caller.get(talk.path)["participants"][-1]["wrapup"]


@pytest.mark.parametrize(("becomes", "code"), [("discarded", TIMEOUT_CODE), ("applied", SALE["id"])])
def test_what_a_draft_becomes_at_the_timeout_is_an_assumption(becomes: str, code: str) -> None:
    talk = Talk(a_talking_state(draft_at_timeout=becomes), TIMED).hung_up()
    caller = a_user(talk.state)
    patched(caller, talk, wrapup={"code": SALE["id"], "provisional": True})
    passing(talk.state, 60)
    assert caller.get(f"{talk.participant_path}/wrapup")["code"] == code


def test_after_call_work_can_be_requested_while_connected() -> None:
    talk = Talk(a_talking_state(), ASKING).answered()
    caller = a_user(talk.state)
    path = (
        f"{CONVERSATIONS}/aftercallwork/{talk.id}/participants/{talk.participant}/communications/{talk.communication}"
    )
    body = {"afterCallWorkRequired": True}
    assert caller.ask("PATCH", path, json=body) == body
    talk.conversations.hang_up(talk.id)
    assert talk.handling.stage is Stage.AFTER_CALL_WORK
    caller.refused("PATCH", path, 400, "conversation.error.participant.no.active.conversations", json=body)


def test_attributes_are_added_to_those_that_are_there() -> None:
    talk = Talk(a_talking_state())
    caller = a_user(talk.state)
    customer = talk.held.customer.participant_id
    path = f"{CONVERSATIONS}/{talk.id}/participants/{customer}/attributes"
    caller.ask("PATCH", path, json={"attributes": {"a": "1", "b": "2"}})
    caller.ask("PATCH", path, json={"attributes": {"b": "3"}})
    assert caller.get(talk.path)["participants"][0]["attributes"] == {"a": "1", "b": "3"}


# -- several agents, and the end ----------------------------------------------------------------------------


def test_every_agent_of_a_transfer_is_a_participant_with_a_wrap_up() -> None:
    state = a_talking_state()
    talk = Talk(state, TIMED).answered()
    first = talk.participant
    passing(state, 30)
    talk.conversations.transfer(talk.id, FREE["id"], BEN["id"])
    talk.answered()
    passing(state, 60)
    talk.conversations.hang_up(talk.id)
    talk.conversations.wrap_up(talk.id, REFUND["id"])
    agents = [each for each in a_user(state).get(talk.path)["participants"] if each["purpose"] == "agent"]
    assert [(agent["user"]["id"], agent["wrapup"]["code"]) for agent in agents] == [
        (ANN["id"], TIMEOUT_CODE),
        (BEN["id"], REFUND["id"]),
    ]
    assert agents[0]["id"] == first
    communications = a_user(state).get(f"{CONVERSATIONS}/{talk.id}")["participants"]
    assert [each["calls"][0]["disconnectType"] for each in communications if each["purpose"] == "agent"] == [
        "transfer",
        "client",
    ]
    assert talk.held.course.first == talk.held.course.handlings[0].wrap_up_now


def test_who_declines_leaves_it_to_the_next_agent() -> None:
    talk = Talk(a_talking_state())
    talk.conversations.act(talk.id, None, Handling.decline)
    talk.conversations.offer(talk.id, FREE["id"], BEN["id"])
    assert (talk.handling.agent_id, talk.held.ended_ms) == (BEN["id"], None)
    with pytest.raises(UsageError, match="does not wait for an agent"):
        talk.conversations.offer(talk.id, FREE["id"], BEN["id"])


@pytest.mark.parametrize(("answered", "stage"), [(False, Stage.ENDED), (True, Stage.AFTER_CALL_WORK)])
def test_a_conversation_is_disconnected_for_everybody(answered: bool, stage: Stage) -> None:
    talk = Talk(a_talking_state())
    if answered:
        talk.answered()
    a_user(talk.state).ask("DELETE", f"{CONVERSATIONS}/{talk.id}")
    assert talk.handling.stage is stage
    ended_ms = talk.held.ended_ms
    passing(talk.state, 10)
    assert talk.conversations.disconnect(talk.id).ended_ms == ended_ms is not None


def test_users_list_their_own_active_conversations() -> None:
    state = a_talking_state()
    mine, email, over, others = (
        Talk(state),
        Talk(state, media="email"),
        Talk(state).wrapped_up(),
        Talk(state, FREE, BEN),
    )
    caller = a_user(state)
    assert {held["id"] for held in caller.get(CONVERSATIONS)["entities"]} == {mine.id, email.id}
    assert over.id != others.id
    message = a_caller(state).refused("GET", CONVERSATIONS, 400, "not.a.user")
    assert message.startswith("This request requires a user context.")


# -- directing from a test ----------------------------------------------------------------------------------


def test_the_first_member_of_the_queue_is_the_agent_when_none_is_named() -> None:
    state = a_talking_state()
    assert state.conversations.begin(FREE["id"]).course.handlings[0].agent_id == ANN["id"]


@pytest.mark.parametrize(
    ("begin", "message"),
    [
        ({"queue_id": NOWHERE, "agent_id": ANN["id"]}, f"there is no queue {NOWHERE}"),
        ({"queue_id": FREE["id"], "agent_id": NOWHERE}, f"there is no user {NOWHERE}"),
        (
            {"queue_id": FREE["id"], "media": "fax"},
            "there is no medium 'fax'\n  media are call, callback, email, message",
        ),
    ],
)
def test_what_cannot_begin_says_why(begin: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        a_talking_state().conversations.begin(**begin)
    assert str(caught.value) == message


def test_directing_what_is_not_there_says_so() -> None:
    talk = Talk(a_talking_state())
    with pytest.raises(UsageError, match=rf"^there is no conversation {NOWHERE}$"):
        talk.conversations.answer(NOWHERE)
    with pytest.raises(UsageError, match=rf"^participant {NOWHERE} is no agent of conversation {talk.id}$"):
        talk.conversations.answer(talk.id, NOWHERE)
    with pytest.raises(RefusedError):
        talk.conversations.hang_up(talk.id)


def test_nobody_on_a_queue_needs_an_agent_to_be_named() -> None:
    state = a_talking_state()
    state.shelf("queue_members").put(FREE["id"], ())
    with pytest.raises(UsageError, match="nobody has joined the queue"):
        state.conversations.begin(FREE["id"])


@pytest.mark.parametrize("org", ["harbor", "tidy", "broken"])
def test_every_queue_of_a_recording_can_have_a_conversation(org: str) -> None:
    """Whatever its settings, or the sandbox could not play it."""
    state = State.load(FIXTURES / org)
    agent = next(iter(state.shelf("users").all))
    for queue_id in state.shelf("queues").all:
        state.conversations.begin(queue_id, agent)
    assert len(state.conversations.all()) == len(state.shelf("queues").all)


def test_a_prompt_that_nobody_knows_is_not_guessed_at() -> None:
    state = a_talking_state()
    state.shelf("queues").put(FREE["id"], FREE | {"acwSettings": {"wrapupPrompt": "PSYCHIC"}})
    with pytest.raises(UsageError, match="does not know the ACW prompt 'PSYCHIC'"):
        Talk(state, FREE)


def test_a_timed_queue_without_a_timeout_has_one_all_the_same() -> None:
    state = a_talking_state()
    state.shelf("queues").put(TIMED["id"], TIMED | {"acwSettings": {"wrapupPrompt": "MANDATORY_TIMEOUT"}})
    assert Talk(state, TIMED).handling.terms.timeout_ms == 300_000


def test_the_same_steps_give_the_same_conversation() -> None:
    one, other = (Talk(a_talking_state()).wrapped_up().held for _ in range(2))
    assert one == other
