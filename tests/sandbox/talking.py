"""Conversations of the small org, and users who call its sandbox."""

from dataclasses import replace
from typing import Any

from fixtures.shapes import a_member, a_queue
from harness.model.lifecycle import Handling
from harness.sandbox import InProcess, State, VirtualClock
from harness.sandbox.assumptions import Assumptions
from harness.sandbox.conversations import Conversations
from harness.sandbox.played import PlayedConversation
from tests.sandbox.playing import ANN, BEN, BILLING, CLIENT, HOME, OTHER, REFUND, SALE, SUPPORT, Caller, a_state

CONVERSATIONS = "/api/v2/conversations"
ANALYTICS = "/api/v2/analytics/conversations"

FREE = a_queue("free", "Free", HOME, prompt="OPTIONAL", timeout_ms=None)
ASKING = a_queue("asking", "Asking", HOME, prompt="AGENT_REQUESTED", timeout_ms=30_000)
FORCED = a_queue("forced", "Forced", HOME, prompt="MANDATORY_FORCED_TIMEOUT", timeout_ms=60_000)
TIMED = a_queue("timed", "Timed", HOME, prompt="MANDATORY_TIMEOUT", timeout_ms=60_000)
BARE = a_queue("bare", "Bare", HOME, prompt="MANDATORY", timeout_ms=None)
"""It offers no codes."""

_QUEUES = [BILLING, SUPPORT, FREE, ASKING, FORCED, TIMED, BARE]


def a_talking_state(**assumptions: Any) -> State:
    """Return the small org with a queue for each prompt; all but one offer Sale and Refund, and Ann is on all."""
    state = a_state(
        queues=_QUEUES,
        queue_wrapupcodes=[
            {"queueId": queue["id"], "entities": [] if queue is BARE else [SALE, REFUND]} for queue in _QUEUES
        ],
        queue_members=[{"queueId": queue["id"], "entities": [a_member(ANN, queue)]} for queue in _QUEUES],
    )
    state.conversations.assumptions = replace(Assumptions(), **assumptions)
    return state


def a_user(state: State, user_id: str = ANN["id"], **settings: Any) -> Caller:
    """Return a user who calls with all rights."""
    caller = Caller(InProcess(state, [CLIENT], rate_limit=None, **settings))
    access = caller.sandbox.app.front.platform.access
    caller.http.headers["authorization"] = f"Bearer {access.issue(CLIENT, user_id).value}"
    return caller


def passing(state: State, seconds: float) -> None:
    """Let time pass."""
    clock = state.clock
    assert isinstance(clock, VirtualClock)
    clock.advance(seconds)


class Talk:
    """One conversation, and its agents."""

    def __init__(self, state: State, queue: Any = BILLING, agent: Any = ANN, **settings: Any) -> None:
        self.state = state
        self.id = self.conversations.begin(queue["id"], agent["id"], **settings).id

    @property
    def conversations(self) -> Conversations:
        return self.state.conversations

    @property
    def held(self) -> PlayedConversation:
        found = self.conversations.get(self.id)
        assert found is not None
        return found

    @property
    def participant(self) -> str:
        """The participant id of the agent who came last."""
        return self.held.current[0].agent.participant_id

    @property
    def communication(self) -> str:
        return self.held.current[0].agent.communication_id

    @property
    def handling(self) -> Handling:
        return self.held.current[1]

    def answered(self, after_s: float = 4) -> "Talk":
        passing(self.state, after_s)
        self.conversations.answer(self.id)
        return self

    def hung_up(self, after_s: float = 60) -> "Talk":
        """Answer, talk, and hang up: after-call work begins."""
        self.answered()
        passing(self.state, after_s)
        self.conversations.hang_up(self.id)
        return self

    def wrapped_up(self, code: Any = SALE, after_s: float = 20, **more: Any) -> "Talk":
        """Come to its end."""
        self.hung_up()
        passing(self.state, after_s)
        self.conversations.wrap_up(self.id, code["id"], **more)
        return self

    @property
    def path(self) -> str:
        return f"{CONVERSATIONS}/{self.held.medium.plural}/{self.id}"

    @property
    def participant_path(self) -> str:
        return f"{self.path}/participants/{self.participant}"


__all__ = [
    "ANALYTICS",
    "ASKING",
    "BARE",
    "BEN",
    "CONVERSATIONS",
    "FORCED",
    "FREE",
    "OTHER",
    "TIMED",
    "Talk",
    "a_talking_state",
    "a_user",
    "passing",
]
