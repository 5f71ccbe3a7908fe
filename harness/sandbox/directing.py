"""The sandbox's own endpoints for conversations and for time, for tests in any language.

Every step answers with where the agent's part is then; what the platform would refuse is answered with its status.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.errors import UsageError
from harness.model.lifecycle import Handling, RefusedError
from harness.sandbox.area import json_response
from harness.sandbox.assumptions import Assumptions
from harness.sandbox.clock import VirtualClock, iso
from harness.sandbox.played import PlayedConversation
from harness.sandbox.state import State

__all__ = ["routes"]


class _Begin(msgspec.Struct, rename="camel"):
    queue_id: str
    agent_id: str | None = None
    media: str = "call"
    direction: Literal["inbound", "outbound"] = "inbound"
    skill_ids: tuple[str, ...] = ()


class _Step(msgspec.Struct, rename="camel"):
    participant_id: str | None = None
    queue_id: str = ""
    agent_id: str | None = None
    code: str = ""
    notes: str | None = None
    tags: tuple[str, ...] = ()


class _Time(msgspec.Struct, rename="camel"):
    advance_seconds: float


class _Assumptions(msgspec.Struct, rename="camel"):
    draft_at_timeout: Literal["discarded", "applied"] = "discarded"
    clients_wrap_up: bool = False
    later_wrap_ups: Literal["replace", "conflict"] = "replace"
    lake_lag_s: int = 0


_TRANSITIONS: Mapping[str, Callable[[Handling, int], Handling]] = {
    "answer": Handling.answer,
    "decline": Handling.decline,
    "hang-up": Handling.hang_up,
    "leave": Handling.leave,
    "request-acw": Handling.request_acw,
    "skip": Handling.skip,
}


def routes(state: State) -> list[Route]:
    """Return the endpoints."""
    director = _Director(state)
    return [
        Route("/sandbox/conversations", director.begin, methods=["POST"]),
        Route("/sandbox/conversations/{conversationId}/{step}", director.step, methods=["POST"]),
        Route("/sandbox/clock", director.advance, methods=["POST"]),
        Route("/sandbox/assumptions", director.assume, methods=["PUT"]),
    ]


class _Director:
    def __init__(self, state: State) -> None:
        self._state = state

    async def begin(self, request: Request) -> Response:
        """Let a conversation begin."""
        content = await request.body()

        def begun() -> PlayedConversation:
            asked = msgspec.json.decode(content, type=_Begin)
            return self._state.conversations.begin(
                asked.queue_id,
                asked.agent_id,
                media=asked.media,
                direction=asked.direction,
                skill_ids=asked.skill_ids,
            )

        return _answer(lambda: _shown(begun()))

    async def step(self, request: Request) -> Response:
        """Let somebody do something in a conversation."""
        content, named = await request.body(), request.path_params["step"]
        conversation_id = request.path_params["conversationId"]

        def stepped() -> PlayedConversation:
            asked = msgspec.json.decode(content or b"{}", type=_Step)
            return self._stepped(conversation_id, named, asked)

        return _answer(lambda: _shown(stepped()))

    async def advance(self, request: Request) -> Response:
        """Let time pass, where it is virtual."""
        content = await request.body()

        def advanced() -> Mapping[str, str]:
            seconds = msgspec.json.decode(content, type=_Time).advance_seconds
            clock = self._state.clock
            if not isinstance(clock, VirtualClock):
                raise UsageError("the sandbox goes by the machine's time", "start it with a virtual clock")
            if timedelta(seconds=seconds) < timedelta(0):
                raise UsageError("time does not run backwards")
            clock.advance(seconds)
            self._state.conversations.settle()
            return {"now": iso(clock.now())}

        return _answer(advanced)

    async def assume(self, request: Request) -> Response:
        """Say what the sandbox does where the platform's behaviour is not established."""
        content = await request.body()

        def assumed() -> Mapping[str, object]:
            asked = msgspec.json.decode(content, type=_Assumptions)
            self._state.conversations.assumptions = Assumptions(**msgspec.structs.asdict(asked))
            plain: Mapping[str, object] = msgspec.to_builtins(asked)
            return plain

        return _answer(assumed)

    def _stepped(self, conversation_id: str, named: str, asked: _Step) -> PlayedConversation:
        conversations = self._state.conversations
        if named in _TRANSITIONS:
            return conversations.act(conversation_id, asked.participant_id, _TRANSITIONS[named])
        if named == "wrap-up":
            return conversations.wrap_up(
                conversation_id, asked.code, participant_id=asked.participant_id, notes=asked.notes, tags=asked.tags
            )
        if named == "transfer":
            return conversations.transfer(conversation_id, asked.queue_id, asked.agent_id)
        if named == "offer":
            return conversations.offer(conversation_id, asked.queue_id, asked.agent_id)
        if named == "disconnect":
            return conversations.disconnect(conversation_id)
        known = ", ".join(sorted([*_TRANSITIONS, "wrap-up", "transfer", "offer", "disconnect"]))
        raise UsageError(f"there is no step '{named}'", f"steps are {known}")


def _answer(made: Callable[[], Mapping[str, object]]) -> Response:
    try:
        return json_response(made())
    except RefusedError as refused:
        return json_response({"message": refused.message, "code": refused.code}, refused.status)
    except (UsageError, msgspec.DecodeError) as error:
        return json_response({"message": str(error)}, 400)


def _shown(held: PlayedConversation) -> Mapping[str, object]:
    part, handling = held.current
    return {
        "conversationId": held.id,
        "participantId": part.agent.participant_id,
        "communicationId": part.agent.communication_id,
        "agentId": handling.agent_id,
        "stage": handling.stage,
    }
