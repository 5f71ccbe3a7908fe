"""Conversations in the shape of analytics: participants, their sessions, segments and metrics.

Source:
    `platform.md` sections 6.2 and 6.4; the two published conversations of the vendor's blueprint.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from harness.model.lifecycle import Handling
from harness.sandbox.clock import iso_ms
from harness.sandbox.played import MEDIA, Leg, Part, PlayedConversation
from harness.sandbox.predicates import Values
from harness.sandbox.state import Entity, State

__all__ = ["CONVERSATION_DIMENSIONS", "SEGMENT_DIMENSIONS", "as_details", "conversation_values", "segment_values"]

CONVERSATION_DIMENSIONS = frozenset({"conversationId", "divisionId", "originatingDirection"})
"""What conversations can be filtered by here."""

_OF_PARTICIPANT = ("purpose", "userId", "participantId")
_OF_SESSION = ("mediaType", "direction", "sessionId", "provider")
_OF_SEGMENT = ("segmentType", "queueId", "wrapUpCode", "wrapUpNote", "disconnectType")
SEGMENT_DIMENSIONS = frozenset((*_OF_PARTICIPANT, *_OF_SESSION, *_OF_SEGMENT, "wrapUpTag", "requestedRoutingSkillId"))
"""What segments can be filtered by here."""


def as_details(state: State, held: PlayedConversation, *, attributes: bool) -> Entity:
    """Return the model `AnalyticsConversation`; as jobs have it, with the participants' attributes, or without."""
    participants = [_customer(held)]
    for part, handling in zip(held.parts, held.course.handlings, strict=True):
        participants += [_acd(state, held, part, handling), _agent(held, part, handling)]
    if attributes:
        for participant in participants:
            participant["attributes"] = dict(held.attributes.get(participant["participantId"], {}))
    return {
        "conversationId": held.id,
        "conversationStart": iso_ms(held.began_ms),
        **({"conversationEnd": iso_ms(held.ended_ms)} if held.ended_ms is not None else {}),
        "originatingDirection": held.direction,
        "divisionIds": list(held.division_ids),
        "participants": participants,
    }


def conversation_values(details: Entity) -> Values:
    """Return a conversation's own dimensions."""
    return {
        "conversationId": [details["conversationId"]],
        "divisionId": details["divisionIds"],
        "originatingDirection": [details["originatingDirection"]],
    }


def segment_values(details: Entity) -> Iterator[Values]:
    """Yield the dimensions of each segment, those of its session and participant among them."""
    for participant in details["participants"]:
        for session in participant["sessions"]:
            outer = _present(participant, _OF_PARTICIPANT) | _present(session, _OF_SESSION)
            for segment in session["segments"]:
                yield (
                    outer
                    | _present(segment, _OF_SEGMENT)
                    | {
                        "wrapUpTag": segment.get("wrapUpTags", []),
                        "requestedRoutingSkillId": segment.get("requestedRoutingSkillIds", []),
                    }
                )


def _present(entity: Entity, keys: Sequence[str]) -> dict[str, Sequence[str]]:
    return {key: [entity[key]] for key in keys if key in entity}


# -- participants -------------------------------------------------------------------------------------------


def _customer(held: PlayedConversation) -> Entity:
    queue = {"queueId": held.course.handlings[0].queue_id}
    interact = _segment("interact", held.began_ms, held.ended_ms) | queue
    answered = [handling.answered_ms for handling in held.course.handlings if handling.answered_ms is not None]
    metrics = [_metric("nConnected", 1, answered[0])] if answered else []
    if answered:
        metrics.append(_metric("tConnected", answered[0] - held.began_ms, answered[0]))
    session = _session(held, held.customer, [interact], metrics)
    return {"participantId": held.customer.participant_id, "purpose": "customer", "sessions": [session]}


def _acd(state: State, held: PlayedConversation, part: Part, handling: Handling) -> Entity:
    gone_ms = handling.answered_ms if handling.answered_ms is not None else handling.ended_ms
    segment = _segment("interact", handling.began_ms, gone_ms) | {
        "queueId": handling.queue_id,
        "requestedRoutingSkillIds": list(held.skill_ids),
    }
    metrics = [_metric("nOffered", 1, handling.began_ms)]
    if gone_ms is not None:
        segment["disconnectType"] = "transfer"
        metrics.append(_metric("tAcd", gone_ms - handling.began_ms, gone_ms))
    session = _session(held, part.acd, [segment], metrics) | {"requestedRoutings": ["Standard"]}
    queue = state.shelf("queues").current(handling.queue_id)
    return {
        "participantId": part.acd.participant_id,
        **({"participantName": queue["name"]} if queue is not None else {}),
        "purpose": "acd",
        "sessions": [session],
    }


def _agent(held: PlayedConversation, part: Part, handling: Handling) -> Entity:
    session = _session(held, part.agent, _segments(held, part, handling), _metrics(part, handling)) | {
        "requestedRoutings": ["Standard"],
        "selectedAgentId": handling.agent_id,
    }
    if handling.answered_ms is not None:
        session["usedRouting"] = "Standard"
    if handling.acw_began_ms is not None:
        session["acwSkipped"] = handling.skipped
    return {
        "participantId": part.agent.participant_id,
        "userId": handling.agent_id,
        "purpose": "agent",
        "sessions": [session, *_call_back(held, part, handling)],
    }


def _segments(held: PlayedConversation, part: Part, handling: Handling) -> list[Entity]:
    shared: Entity = {"queueId": handling.queue_id, "requestedRoutingSkillIds": list(held.skill_ids)}
    alerted_ms = handling.answered_ms if handling.answered_ms is not None else handling.ended_ms
    segments = [_segment("alert", handling.began_ms, alerted_ms) | shared]
    if handling.answered_ms is not None:
        interact = _segment("interact", handling.answered_ms, handling.ended_ms) | shared
        if handling.ended_ms is not None:
            interact["disconnectType"] = "transfer" if part.transferred else "client"
        segments.append(interact)
    return segments + [wrapup | shared for wrapup in _wrap_ups(handling)]


def _wrap_ups(handling: Handling) -> Iterator[Entity]:
    """Yield a segment for each wrap-up, or one without a code; one that was written after ACW takes no time."""
    if handling.acw_began_ms is None:
        return
    began_ms, acw_ended_ms = handling.acw_began_ms, handling.acw_ended_ms
    written = handling.wrap_ups
    for wrap_up, later in zip_longest(written, written[1:]):
        late = acw_ended_ms is not None and wrap_up.at_ms > acw_ended_ms
        over = later is None or (acw_ended_ms is not None and later.at_ms > acw_ended_ms)
        ended_ms = wrap_up.at_ms if late or not over else acw_ended_ms
        note = {} if wrap_up.notes is None else {"wrapUpNote": wrap_up.notes}
        coded = {"wrapUpCode": wrap_up.code, **note, "wrapUpTags": list(wrap_up.tags)}
        yield _segment("wrapup", wrap_up.at_ms if late else began_ms, ended_ms) | coded
        began_ms = wrap_up.at_ms
    if not written:
        yield _segment("wrapup", began_ms, acw_ended_ms)


def _call_back(held: PlayedConversation, part: Part, handling: Handling) -> Iterator[Entity]:
    """Yield the session of the call that an agent made for a callback; what counts is the callback's."""
    if held.medium.word == "callback" and handling.answered_ms is not None:
        call_id = uuid.uuid5(uuid.UUID(part.agent.communication_id), "call")
        interact = _segment("interact", handling.answered_ms, handling.ended_ms) | {"queueId": handling.queue_id}
        yield {
            "mediaType": MEDIA["call"].analytics,
            "sessionId": str(call_id),
            "direction": "outbound",
            "provider": MEDIA["call"].provider,
            "segments": [interact],
            "metrics": [],
        }


def _metrics(part: Part, handling: Handling) -> list[Entity]:
    answered_ms, ended_ms = handling.answered_ms, handling.ended_ms
    if answered_ms is None:
        if ended_ms is None:
            return []
        alerted = ended_ms - handling.began_ms
        return [_metric("tAlert", alerted, ended_ms), _metric("tNotResponding", alerted, ended_ms)]
    alerted = answered_ms - handling.began_ms
    metrics = [_metric("tAlert", alerted, answered_ms), _metric("tAnswered", alerted, answered_ms)]
    if ended_ms is None:
        return metrics
    talked = ended_ms - answered_ms
    metrics += [_metric("tTalk", talked, ended_ms), _metric("tTalkComplete", talked, ended_ms)]
    if part.transferred:
        metrics += [_metric("nTransferred", 1, ended_ms), _metric("nBlindTransferred", 1, ended_ms)]
    if handling.acw_began_ms is None:
        metrics.append(_metric("tHandle", talked, ended_ms))
    elif handling.acw_ended_ms is not None:
        worked = handling.acw_ended_ms - handling.acw_began_ms
        metrics += [
            _metric("tAcw", worked, handling.acw_ended_ms),
            _metric("tHandle", talked + worked, handling.acw_ended_ms),
        ]
    return metrics


def _session(held: PlayedConversation, leg: Leg, segments: list[Entity], metrics: list[Entity]) -> Entity:
    return {
        "mediaType": held.medium.analytics,
        "sessionId": leg.communication_id,
        "direction": held.direction,
        "provider": held.medium.provider,
        "segments": segments,
        "metrics": metrics,
    }


def _segment(kind: str, began_ms: int, ended_ms: int | None) -> Entity:
    end: Mapping[str, str] = {} if ended_ms is None else {"segmentEnd": iso_ms(ended_ms)}
    return {"segmentStart": iso_ms(began_ms), **end, "segmentType": kind, "conference": False}


def _metric(name: str, value: int, emitted_ms: int) -> Entity:
    return {"name": name, "value": value, "emitDate": iso_ms(emitted_ms)}
