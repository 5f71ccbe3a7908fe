"""Conversations and time directed over HTTP, by tests in any language."""

from typing import Any

import pytest

from harness.model.lifecycle import SKIPPED_CODE, TIMEOUT_CODE
from harness.sandbox import State, SystemClock
from tests.sandbox.playing import ANN, BEN, BILLING, FIXTURES, NOWHERE, SALE, Caller, a_caller
from tests.sandbox.talking import ASKING, FREE, TIMED, a_talking_state

CONVERSATIONS = "/sandbox/conversations"


def begun(caller: Caller, queue: Any = BILLING, **settings: Any) -> dict[str, Any]:
    answer: dict[str, Any] = caller.ask("POST", CONVERSATIONS, json={"queueId": queue["id"]} | settings)
    return answer


def stepped(caller: Caller, begun: dict[str, Any], *steps: str, **body: Any) -> list[str]:
    path = f"{CONVERSATIONS}/{begun['conversationId']}"
    return [caller.ask("POST", f"{path}/{step}", json=body)["stage"] for step in steps]


def test_a_conversation_is_played_from_beginning_to_end() -> None:
    caller = a_caller(a_talking_state())
    call = begun(caller)
    assert (call["agentId"], call["stage"]) == (ANN["id"], "alerting")
    assert stepped(caller, call, "answer", "hang-up") == ["connected", "after-call work"]
    assert stepped(caller, call, "wrap-up", code=SALE["id"], notes="n", tags=["t"]) == ["wrapped up"]
    shown = caller.get(
        f"/api/v2/conversations/calls/{call['conversationId']}/participants/{call['participantId']}/wrapup"
    )
    assert (shown["code"], shown["notes"], shown["tags"]) == (SALE["id"], "n", ["t"])


def test_every_step_can_be_made() -> None:
    caller = a_caller(a_talking_state())
    email = begun(caller, FREE, agentId=BEN["id"], media="email", direction="outbound", skillIds=["s"])
    assert stepped(caller, email, "decline") == ["ended"]
    assert stepped(caller, email, "offer", queueId=ASKING["id"], agentId=ANN["id"]) == ["alerting"]
    assert stepped(caller, email, "answer", "request-acw") == ["connected", "connected"]
    assert stepped(caller, email, "transfer", queueId=FREE["id"], agentId=BEN["id"]) == ["alerting"]
    assert stepped(caller, email, "answer", "hang-up", "skip") == ["connected", "after-call work", "wrapped up"]
    assert caller.sandbox.state.conversations.all()[0].course.first is not None
    assert caller.sandbox.state.conversations.all()[0].course.written[0].code == SKIPPED_CODE
    other = begun(caller, FREE)
    assert stepped(caller, other, "answer", "disconnect", "leave") == ["connected", "after-call work", "ended"]


def test_virtual_time_passes_when_told_to() -> None:
    caller = a_caller(a_talking_state())
    call = begun(caller, TIMED)
    stepped(caller, call, "answer", "hang-up")
    assert caller.ask("POST", "/sandbox/clock", json={"advanceSeconds": 60}) == {"now": "2026-11-02T08:01:00.000Z"}
    assert caller.sandbox.state.conversations.all()[0].course.written[0].code == TIMEOUT_CODE
    assert caller.ask("POST", "/sandbox/clock", status=400, json={"advanceSeconds": -1})["message"] == (
        "time does not run backwards"
    )


def test_the_machines_time_cannot_be_moved() -> None:
    caller = a_caller(State.load(FIXTURES / "tidy", clock=SystemClock()))
    message = caller.ask("POST", "/sandbox/clock", status=400, json={"advanceSeconds": 60})["message"]
    assert message.startswith("the sandbox goes by the machine's time")


def test_assumptions_can_be_changed() -> None:
    caller = a_caller(a_talking_state())
    changed = {"draftAtTimeout": "applied", "clientsWrapUp": True, "laterWrapUps": "conflict", "lakeLagS": 60}
    assert caller.ask("PUT", "/sandbox/assumptions", json=changed) == changed
    assumed = caller.sandbox.state.conversations.assumptions
    assert (assumed.draft_at_timeout, assumed.clients_wrap_up) == ("applied", True)
    assert (assumed.later_wrap_ups, assumed.lake_lag_s) == ("conflict", 60)


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        ("", {"queueId": NOWHERE}, 400, f"there is no queue {NOWHERE}"),
        ("", {}, 400, "Object missing required field `queueId`"),
        (f"/{NOWHERE}/answer", {}, 400, f"there is no conversation {NOWHERE}"),
        ("/{id}/sing", {}, 400, "there is no step 'sing'"),
        ("/{id}/hang-up", {}, 400, "only a connected communication can be ended"),
    ],
)
def test_what_cannot_be_done_says_why(path: str, body: Any, status: int, message: str) -> None:
    caller = a_caller(a_talking_state())
    call = begun(caller)
    answer = caller.answer("POST", CONVERSATIONS + path.format(id=call["conversationId"]), json=body)
    assert answer.status_code == status
    assert answer.json()["message"].startswith(message)
