"""Conversations in the shapes of the conversations API and of its events.

Source:
    `platform.md` section 4.3; models `Conversation`, `Participant`, `Call`, `CallMediaParticipant`, `Wrapup`,
    `AfterCallWork`, `AssignedWrapupCode`, `ConversationEventTopicConversation` of the vendor's SDK.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from harness.model.entities import DEFAULT_CODE_ID, Prompt
from harness.model.lifecycle import Handling, Stage
from harness.sandbox.clock import iso
from harness.sandbox.played import Leg, Part, PlayedConversation
from harness.sandbox.state import Entity, State

__all__ = [
    "as_assigned",
    "as_conversation",
    "as_event",
    "as_media_conversation",
    "code_entity",
    "draft_as_assigned",
    "iso_ms",
]

_PROMPTS = {
    Prompt.MANDATORY: "mandatory",
    Prompt.OPTIONAL: "optional",
    Prompt.AGENT_REQUESTED: "agentRequested",
    Prompt.MANDATORY_TIMEOUT: "timeout",
    Prompt.MANDATORY_FORCED_TIMEOUT: "forcedTimeout",
}
"""What participants call the prompts of queues (`platform.md` section 2.3)."""

_EVENT_KEYS = (
    "id", "connectedTime", "endTime", "userId", "name", "queueId", "purpose", "wrapupRequired", "wrapupExpected",
    "wrapupPrompt", "wrapupTimeoutMs", "wrapup", "startAcwTime", "endAcwTime", "conversationRoutingData",
    "attributes", "calls", "callbacks", "emails", "messages",
)  # fmt: skip


def iso_ms(moment_ms: int) -> str:
    """Return a moment in milliseconds since 1970 as the platform writes it.

    Example:
        >>> iso_ms(1_700_000_000_005)
        '2023-11-14T22:13:20.005Z'
    """
    return iso(datetime.fromtimestamp(moment_ms / 1000, UTC))


def as_conversation(state: State, held: PlayedConversation) -> Entity:
    """Return the model `Conversation`."""
    return {
        "id": held.id,
        "startTime": iso_ms(held.began_ms),
        **_when("endTime", held.ended_ms),
        "participants": [_participant(state, held, *each) for each in _everybody(held)],
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
        "participants": [_media_participant(state, held, *each) for each in _everybody(held)],
        "otherMediaUris": [],
        "selfUri": f"/api/v2/conversations/{held.medium.plural}/{held.id}",
    }


def as_event(state: State, held: PlayedConversation) -> Entity:
    """Return the model `ConversationEventTopicConversation`; only here is `wrapupExpected`."""
    participants = []
    for leg, part, handling in _everybody(held):
        participant = _participant(state, held, leg, part, handling)
        if handling is not None:
            participant["wrapupExpected"] = handling.acw_began_ms is not None and handling.acw_ended_ms is None
        participants.append({key: participant[key] for key in _EVENT_KEYS if key in participant})
    return {"id": held.id, "participants": participants, "recordingState": "none"}


def as_assigned(handling: Handling) -> Entity:
    """Return the model `AssignedWrapupCode` of the wrap-up that counts; empty when there is none."""
    wrap_up = handling.wrap_up_now
    if wrap_up is None:
        return {}
    stated_s = wrap_up.duration_s
    spent_ms = (handling.acw_ended_ms or wrap_up.at_ms) - (handling.acw_began_ms or wrap_up.at_ms)
    return {
        "code": wrap_up.code,
        **({"notes": wrap_up.notes} if wrap_up.notes is not None else {}),
        "tags": list(wrap_up.tags),
        "durationSeconds": stated_s if stated_s is not None else spent_ms // 1000,
        "endTime": iso_ms(wrap_up.at_ms),
    }


def draft_as_assigned(handling: Handling) -> Entity:
    """Return the model `AssignedWrapupCode` of the draft; empty when there is none."""
    draft = handling.draft
    if draft is None:
        return {}
    values = {"code": draft.code, "notes": draft.notes, "durationSeconds": draft.duration_s}
    return {key: value for key, value in values.items() if value is not None} | {"tags": list(draft.tags)}


def code_entity(state: State, code_id: str) -> Entity | None:
    """Return a wrap-up code that an agent may choose, the Default Wrap-up Code among them; None when it is gone."""
    if code_id == DEFAULT_CODE_ID:
        return {"id": code_id, "name": "Default Wrap-up Code", "selfUri": f"/api/v2/routing/wrapupcodes/{code_id}"}
    found: Entity | None = state.shelf("wrapupcodes").current(code_id)
    return found


# -- participants -------------------------------------------------------------------------------------------


def _everybody(held: PlayedConversation) -> Iterator[tuple[Leg, Part | None, Handling | None]]:
    """Yield the customer, then for each part the queue that looked for an agent and the agent."""
    yield held.customer, None, None
    for part, handling in zip(held.parts, held.course.handlings, strict=True):
        yield part.acd, part, handling
        yield part.agent, part, handling


def _participant(
    state: State, held: PlayedConversation, leg: Leg, part: Part | None, handling: Handling | None
) -> Entity:
    times = _times(held, leg, part, handling)
    shared: Entity = {
        "id": leg.participant_id,
        "startTime": iso_ms(times["began"]),
        **_when("connectedTime", times.get("connected")),
        **_when("endTime", times.get("ended")),
        "attributes": dict(held.attributes.get(leg.participant_id, {})),
        held.medium.plural: [_communication(state, held, leg, part, handling)],
    }
    if part is None or handling is None:
        return shared | {"purpose": "customer", "participantType": "External"}
    queue = {"queueId": handling.queue_id, "queueName": _name(state, "queues", handling.queue_id)}
    if leg is part.acd:
        return shared | queue | {"purpose": "acd", "participantType": "Internal", "name": queue["queueName"]}
    return (
        shared
        | queue
        | {
            "purpose": "agent",
            "participantType": "Internal",
            "name": _name(state, "users", handling.agent_id),
            "userId": handling.agent_id,
            "userUri": f"/api/v2/users/{handling.agent_id}",
            "conversationRoutingData": _routing(held, handling),
            **_wrapping(state, handling),
        }
    )


def _media_participant(
    state: State, held: PlayedConversation, leg: Leg, part: Part | None, handling: Handling | None
) -> Entity:
    times = _times(held, leg, part, handling)
    shared: Entity = {
        "id": leg.participant_id,
        "startTime": iso_ms(times["began"]),
        **_when("connectedTime", times.get("connected")),
        **_when("endTime", times.get("ended")),
        "state": _state(times),
        "direction": held.direction,
        "held": False,
        "attributes": dict(held.attributes.get(leg.participant_id, {})),
        "provider": held.medium.provider,
    }
    if part is None or handling is None:
        return shared | {"purpose": "customer"}
    shared["queue"] = _reference(state, "queues", "/api/v2/routing/queues", handling.queue_id)
    if leg is part.acd:
        return shared | {"purpose": "acd"}
    return shared | {
        "purpose": "agent",
        "user": _reference(state, "users", "/api/v2/users", handling.agent_id),
        "conversationRoutingData": _routing(held, handling),
        **_wrapping(state, handling),
    }


def _communication(
    state: State, held: PlayedConversation, leg: Leg, part: Part | None, handling: Handling | None
) -> Entity:
    times = _times(held, leg, part, handling)
    communication: Entity = {
        "id": leg.communication_id,
        "state": _state(times),
        "initialState": "alerting",
        "direction": held.direction,
        "held": False,
        "provider": held.medium.provider,
        "segments": [],
        "startAlertingTime": iso_ms(times["began"]),
        **_when("connectedTime", times.get("connected")),
        **_when("disconnectedTime", times.get("ended")),
    }
    if "ended" in times:
        communication["disconnectType"] = "transfer" if part is not None and part.transferred else "client"
    if part is None or handling is None or leg is part.acd:
        return communication
    wrapping = _wrapping(state, handling)
    return (
        communication
        | ({"wrapup": wrapping["wrapup"]} if "wrapup" in wrapping else {})
        | {
            "afterCallWork": {
                "state": _acw_state(handling),
                **_when("startTime", handling.acw_began_ms),
                **_when("endTime", handling.acw_ended_ms),
            },
            "afterCallWorkRequired": handling.acw_requested or handling.terms.prompt.demands,
        }
    )


def _wrapping(state: State, handling: Handling) -> Entity:
    prompt = handling.terms.prompt
    wrap_up, draft = as_assigned(handling), draft_as_assigned(handling)
    shown: Entity = {}
    if wrap_up:
        shown = {"wrapup": wrap_up | {"name": _code_name(state, wrap_up["code"])}}
    elif draft:
        # A draft looks like a wrap-up but for one flag.
        shown = {"wrapup": draft | {"provisional": True}}
    return {
        "wrapupRequired": prompt.demands or handling.acw_requested,
        "wrapupPrompt": _PROMPTS[prompt],
        **({"wrapupTimeoutMs": handling.terms.timeout_ms} if prompt.timed else {}),
        "wrapupSkipped": handling.skipped,
        **shown,
        **_when("startAcwTime", handling.acw_began_ms),
        **_when("endAcwTime", handling.acw_ended_ms),
    }


def _acw_state(handling: Handling) -> str:
    if handling.skipped:
        return "skipped"
    if handling.acw_began_ms is None:
        return "notApplicable" if handling.stage is Stage.ENDED else "unknown"
    return "pending" if handling.acw_ended_ms is None else "complete"


def _routing(held: PlayedConversation, handling: Handling) -> Entity:
    return {
        "queue": {"id": handling.queue_id, "selfUri": f"/api/v2/routing/queues/{handling.queue_id}"},
        "priority": 0,
        "skills": [{"id": skill_id, "selfUri": f"/api/v2/routing/skills/{skill_id}"} for skill_id in held.skill_ids],
        "scoredAgents": [],
    }


def _times(held: PlayedConversation, leg: Leg, part: Part | None, handling: Handling | None) -> Mapping[str, int]:
    """Return when a participant began, connected and ended, as far as that has happened."""
    if part is None or handling is None:
        times: dict[str, int | None] = {"began": held.began_ms, "connected": held.began_ms, "ended": held.ended_ms}
    elif leg is part.acd:
        # The queue lets go when the agent answers or declines.
        gone_ms = handling.answered_ms if handling.answered_ms is not None else handling.ended_ms
        times = {"began": handling.began_ms, "connected": handling.began_ms, "ended": gone_ms}
    else:
        times = {"began": handling.began_ms, "connected": handling.answered_ms, "ended": handling.ended_ms}
    return {name: moment for name, moment in times.items() if moment is not None}


def _state(times: Mapping[str, int]) -> str:
    if "ended" in times:
        return "disconnected"
    return "connected" if "connected" in times else "alerting"


def _when(key: str, moment_ms: int | None) -> Entity:
    return {} if moment_ms is None else {key: iso_ms(moment_ms)}


def _name(state: State, resource: Any, entity_id: str) -> str:
    found = state.shelf(resource).current(entity_id)
    return str(found["name"]) if found is not None else entity_id


def _reference(state: State, resource: Any, path: str, entity_id: str) -> Entity:
    return {"id": entity_id, "name": _name(state, resource, entity_id), "selfUri": f"{path}/{entity_id}"}


def _code_name(state: State, code: str) -> str:
    found = code_entity(state, code) or state.deleted_codes.current(code)
    return str(found["name"]) if found is not None else code
