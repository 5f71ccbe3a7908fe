"""Conversations in the shapes of the conversations API and of its events.

Source:
    `platform.md` section 4.3; models `Conversation`, `Participant`, `Call`, `CallMediaParticipant`,
    `ConversationEventTopicConversation` of the vendor's SDK.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from harness.model.lifecycle import Handling
from harness.sandbox.clock import iso_ms
from harness.sandbox.played import Leg, Part, PlayedConversation
from harness.sandbox.state import Entity, State
from harness.sandbox.wrapping import after_call_work, as_assigned, when, wrapping

__all__ = ["as_conversation", "as_event", "as_media_conversation"]

_EVENT_KEYS = (
    "id", "connectedTime", "endTime", "userId", "name", "queueId", "purpose", "wrapupRequired", "wrapupExpected",
    "wrapupPrompt", "wrapupTimeoutMs", "wrapup", "startAcwTime", "endAcwTime", "conversationRoutingData",
    "attributes", "calls", "callbacks", "emails", "messages",
)  # fmt: skip


def as_conversation(state: State, held: PlayedConversation) -> Entity:
    """Return the model `Conversation`."""
    return {
        "id": held.id,
        "startTime": iso_ms(held.began_ms),
        **when("endTime", held.ended_ms),
        "participants": [_participant(state, held, role) for role in _everybody(held)],
        "recordingState": "NONE",
        "divisions": [
            {"division": state.division(division_id) or {"id": division_id}, "entities": []}
            for division_id in held.division_ids
        ],
        "selfUri": f"/api/v2/conversations/{held.id}",
    }


def as_media_conversation(state: State, held: PlayedConversation) -> Entity:
    """Return the conversation as its own medium shows it, such as the model `CallConversation`."""
    return {
        "id": held.id,
        "participants": [_media_participant(state, held, role) for role in _everybody(held)],
        "otherMediaUris": [],
        "selfUri": f"/api/v2/conversations/{held.medium.plural}/{held.id}",
    }


def as_event(state: State, held: PlayedConversation) -> Entity:
    """Return the model `ConversationEventTopicConversation`; `wrapupExpected` is nowhere else."""
    participants = []
    for role in _everybody(held):
        participant, handling = _participant(state, held, role), role.handling
        if role.purpose == "agent" and handling is not None:
            participant["wrapupExpected"] = handling.acw_began_ms is not None and handling.acw_ended_ms is None
            _as_in_events(participant, handling)
            _as_in_events(participant[held.medium.plural][0], handling)
        participants.append({key: participant[key] for key in _EVENT_KEYS if key in participant})
    return {"id": held.id, "participants": participants, "recordingState": "none"}


def _as_in_events(entity: Entity, handling: Handling) -> None:
    """Leave of a wrap-up what events have: without a flag for drafts there are no drafts."""
    if "wrapup" in entity:
        entity["wrapup"] = as_assigned(handling)
        if not entity["wrapup"]:
            del entity["wrapup"]


# -- participants -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Role:
    """A participant: the customer, who has no part, or the queue or the agent of a part."""

    purpose: Literal["customer", "acd", "agent"]
    leg: Leg
    part: Part | None = None
    handling: Handling | None = None

    def times(self, held: PlayedConversation) -> Mapping[str, int]:
        """Return when it began, connected and ended, as far as that has happened."""
        handling = self.handling
        times: dict[str, int | None]
        if handling is None:
            times = {"began": held.began_ms, "connected": held.began_ms, "ended": held.ended_ms}
        elif self.purpose == "acd":
            # The queue lets go when the agent answers or declines.
            gone_ms = handling.answered_ms if handling.answered_ms is not None else handling.ended_ms
            times = {"began": handling.began_ms, "connected": handling.began_ms, "ended": gone_ms}
        else:
            times = {"began": handling.began_ms, "connected": handling.answered_ms, "ended": handling.ended_ms}
        return {name: moment for name, moment in times.items() if moment is not None}


def _everybody(held: PlayedConversation) -> Iterator[_Role]:
    """Yield the customer, then for each part the queue that looked for an agent and the agent."""
    yield _Role("customer", held.customer)
    for part, handling in zip(held.parts, held.course.handlings, strict=True):
        yield _Role("acd", part.acd, part, handling)
        yield _Role("agent", part.agent, part, handling)


def _shared(held: PlayedConversation, role: _Role) -> Entity:
    """Return what every kind of participant says."""
    times = role.times(held)
    return {
        "id": role.leg.participant_id,
        "startTime": iso_ms(times["began"]),
        **when("connectedTime", times.get("connected")),
        **when("endTime", times.get("ended")),
        "purpose": role.purpose,
        "attributes": dict(held.attributes.get(role.leg.participant_id, {})),
    }


def _participant(state: State, held: PlayedConversation, role: _Role) -> Entity:
    shared = _shared(held, role) | {held.medium.plural: [_communication(state, held, role)]}
    handling = role.handling
    if handling is None:
        return shared | {"participantType": "External"}
    queue_name = _name(state, "queues", handling.queue_id)
    shared |= {"participantType": "Internal", "queueId": handling.queue_id, "queueName": queue_name}
    if role.purpose == "acd":
        return shared | {"name": queue_name}
    return shared | {
        "name": _name(state, "users", handling.agent_id),
        "userId": handling.agent_id,
        "userUri": f"/api/v2/users/{handling.agent_id}",
        "conversationRoutingData": _routing(held, handling),
        **wrapping(state, handling),
    }


def _media_participant(state: State, held: PlayedConversation, role: _Role) -> Entity:
    shared = _shared(held, role) | {
        "state": _state(role.times(held)),
        "direction": held.direction,
        "held": False,
        "provider": held.medium.provider,
    }
    handling = role.handling
    if handling is None:
        return shared
    shared["queue"] = _reference(state, "queues", "/api/v2/routing/queues", handling.queue_id)
    if role.purpose == "acd":
        return shared
    return shared | {
        "user": _reference(state, "users", "/api/v2/users", handling.agent_id),
        "conversationRoutingData": _routing(held, handling),
        **wrapping(state, handling),
    }


def _communication(state: State, held: PlayedConversation, role: _Role) -> Entity:
    times = role.times(held)
    communication: Entity = {
        "id": role.leg.communication_id,
        "state": _state(times),
        "initialState": "alerting",
        "direction": held.direction,
        "held": False,
        "provider": held.medium.provider,
        "segments": [],
        "startAlertingTime": iso_ms(times["began"]),
        **when("connectedTime", times.get("connected")),
        **when("disconnectedTime", times.get("ended")),
    }
    part, handling = role.part, role.handling
    if "ended" in times:
        communication["disconnectType"] = "transfer" if part is not None and part.transferred else "client"
    if handling is None or role.purpose == "acd":
        return communication
    shown = wrapping(state, handling)
    return communication | {
        **({"wrapup": shown["wrapup"]} if "wrapup" in shown else {}),
        "afterCallWork": after_call_work(handling),
        "afterCallWorkRequired": shown["wrapupRequired"],
    }


def _routing(held: PlayedConversation, handling: Handling) -> Entity:
    return {
        "queue": {"id": handling.queue_id, "selfUri": f"/api/v2/routing/queues/{handling.queue_id}"},
        "priority": 0,
        "skills": [{"id": skill_id, "selfUri": f"/api/v2/routing/skills/{skill_id}"} for skill_id in held.skill_ids],
        "scoredAgents": [],
    }


def _state(times: Mapping[str, int]) -> str:
    if "ended" in times:
        return "disconnected"
    return "connected" if "connected" in times else "alerting"


def _name(state: State, resource: Any, entity_id: str) -> str:
    found = state.shelf(resource).current(entity_id)
    return str(found["name"]) if found is not None else entity_id


def _reference(state: State, resource: Any, path: str, entity_id: str) -> Entity:
    return {"id": entity_id, "name": _name(state, resource, entity_id), "selfUri": f"{path}/{entity_id}"}
