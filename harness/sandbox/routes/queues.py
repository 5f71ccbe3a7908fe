"""Queues.

Source:
    `platform.md` sections 2.3 and 2.4.
"""

from typing import Any, Literal

import msgspec

from harness.sandbox.area import Area
from harness.sandbox.call import Call
from harness.sandbox.clock import iso
from harness.sandbox.listing import by_name, name_filter, page
from harness.sandbox.problems import ApiProblem, bad_request
from harness.sandbox.routes.codes import in_divisions
from harness.sandbox.state import QUEUES, Entity

__all__ = ["area"]

area = Area()

_PATH = "/api/v2/routing/queues"
_WHAT = "Queue"
_ORDERS = ("asc", "desc", "ascending", "descending")


class _Reference(msgspec.Struct):
    id: str | None = None


class _AcwSettings(msgspec.Struct):
    wrapup_prompt: (
        Literal["MANDATORY", "OPTIONAL", "MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT", "AGENT_REQUESTED"] | None
    ) = msgspec.field(default=None, name="wrapupPrompt")
    timeout_ms: int | None = msgspec.field(default=None, name="timeoutMs")


class _QueueRequest(msgspec.Struct, rename="camel"):
    name: str
    division: _Reference | None = None
    description: str | None = None
    media_settings: dict[str, Any] | None = None
    routing_rules: list[dict[str, Any]] | None = None
    scoring_method: Literal["TimestampAndPriority", "PriorityOnly"] | None = None
    last_agent_routing_mode: Literal["Disabled", "QueueMembersOnly", "AnyAgent"] | None = None
    acw_settings: _AcwSettings | None = None
    skill_evaluation_method: Literal["NONE", "BEST", "ALL"] | None = None
    member_groups: list[dict[str, Any]] | None = None
    auto_answer_only: bool | None = None
    enable_transcription: bool | None = None
    enable_audio_monitoring: bool | None = None
    enable_manual_assignment: bool | None = None
    suppress_in_queue_call_recording: bool | None = None
    calling_party_name: str | None = None
    calling_party_number: str | None = None
    source_queue_id: str | None = None


_KEYS = (
    "id", "name", "division", "description", "dateCreated", "dateModified", "modifiedBy", "createdBy", "memberCount",
    "userMemberCount", "joinedMemberCount", "mediaSettings", "routingRules", "conditionalGroupRouting",
    "conditionalGroupActivation", "bullseye", "scoringMethod", "lastAgentRoutingMode", "acwSettings",
    "skillEvaluationMethod", "memberGroups", "queueFlow", "emailInQueueFlow", "messageInQueueFlow", "whisperPrompt",
    "onHoldPrompt", "defaultMediaLanguage", "autoAnswerOnly", "cannedResponseLibraries", "enableTranscription",
    "enableAudioMonitoring", "enableManualAssignment", "agentOwnedRouting", "directRouting", "callingPartyName",
    "callingPartyNumber", "defaultScripts", "outboundMessagingAddresses", "outboundEmailAddress", "peerId",
    "suppressInQueueCallRecording", "selfUri",
)  # fmt: skip
_READ_ONLY = frozenset(
    {
        "id", "division", "dateCreated", "dateModified", "modifiedBy", "createdBy", "memberCount", "userMemberCount",
        "joinedMemberCount", "selfUri",
    }
)  # fmt: skip
_WRITABLE = tuple(key for key in _KEYS if key not in _READ_ONLY)

# What the platform fills in when the maker of a queue says nothing.
_SERVICE_LEVEL_MS = {"call": 20_000}
_TIMED = ("AGENT_REQUESTED", "MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT")


@area.get(_PATH, "routing:queue:view")
def list_queues(call: Call) -> Entity:
    """List queues by name."""
    found = _matching(call)
    return page(call.query, found[::-1] if _descending(call) else found, most=500)


@area.get(f"{_PATH}/divisionviews", "routing:queue:search")
def list_queues_simply(call: Call) -> Entity:
    """List simplified queues: five pages of a hundred at most."""
    sort_by = call.query.word("sortBy", "name", ("name", "id", "divisionId"))
    found = _matching(call)
    if sort_by == "id":
        found.sort(key=lambda queue: str(queue["id"]))
    elif sort_by == "divisionId":
        found.sort(key=lambda queue: str(queue.get("division", {}).get("id")))
    call.query.integer("pageNumber", 1, least=1, most=5)
    ordered = found[::-1] if _descending(call) else found
    return page(call.query, [_simplified(queue) for queue in ordered], most=100)


@area.get(f"{_PATH}/divisionviews/all", "routing:queue:search")
def list_all_queues_simply(call: Call) -> Entity:
    """List simplified queues, as many as there are."""
    found = by_name(call.seen(call.state.shelf("queues").visible.values()))
    ordered = found[::-1] if _descending(call) else found
    return page(call.query, [_simplified(queue) for queue in ordered], most=500)


@area.get(f"{_PATH}/{{queueId}}", "routing:queue:view")
def show_queue(call: Call) -> Entity:
    """Show a queue."""
    return call.entity("queues", call.path["queueId"], _WHAT)


@area.post(_PATH, "routing:queue:add")
def create_queue(call: Call) -> Entity | None:
    """Create a queue, with the settings of another one when `sourceQueueId` names it."""
    state = call.state
    body = call.body(_QueueRequest)
    division = call.division(body, state.home_division_id)
    _check(call, body)
    source: Entity = {}
    if source_id := body.get("sourceQueueId"):
        source = call.current("queues", source_id, "Source queue")
    queue_id, now = state.new_id(), iso(state.stamp())
    queue = {
        **_DEFAULTS,
        **_written(source),
        **_written(body),
        "id": queue_id,
        "division": division,
        "dateCreated": now,
        "dateModified": now,
        "createdBy": call.actor.id,
        "memberCount": 0,
        "userMemberCount": 0,
        "joinedMemberCount": 0,
        "selfUri": f"{_PATH}/{queue_id}",
    }
    for resource in ("queue_wrapupcodes", "queue_members"):
        if state.holds(resource):
            state.shelf(resource).put(queue_id, ())
    return state.write(QUEUES, queue_id, _in_order(queue), call.actor, action="Create")


@area.put(f"{_PATH}/{{queueId}}", "routing:queue:edit")
def update_queue(call: Call) -> Entity | None:
    """Replace a queue's settings: there is no version, the last writer wins; codes and members stay."""
    queue = call.current("queues", call.path["queueId"], _WHAT)
    body = call.body(_QueueRequest)
    division = call.division(body, queue.get("division", {"id": "*"})["id"])
    _check(call, body, queue["id"])
    kept = {key: value for key, value in queue.items() if key not in _WRITABLE}
    # Settings that the platform has on every queue cannot be taken away by leaving them out.
    filled = {key: value for key, value in queue.items() if key in _DEFAULTS}
    renewed = _in_order({**filled, **_written(body), **kept, "division": division})
    return call.state.write(QUEUES, queue["id"], renewed, call.actor, action="Update")


@area.delete(f"{_PATH}/{{queueId}}", "routing:queue:delete")
def delete_queue(call: Call) -> None:
    """Delete a queue with its lists of codes and members."""
    queue = call.current("queues", call.path["queueId"], _WHAT)
    call.query.flag("forceDelete", default=False)
    call.state.write(QUEUES, queue["id"], None, call.actor, action="Delete")
    for resource in ("queue_wrapupcodes", "queue_members"):
        if call.state.holds(resource):
            call.state.shelf(resource).put(queue["id"], None)


def _matching(call: Call) -> list[Entity]:
    named, ids = name_filter(call.query.text("name")), call.query.many("id")
    return by_name(
        queue
        for queue in call.seen(call.state.shelf("queues").visible.values())
        if named(queue) and (not ids or queue["id"] in ids) and in_divisions(call, queue)
    )


def _descending(call: Call) -> bool:
    return call.query.word("sortOrder", "asc", _ORDERS).startswith("desc")


def _check(call: Call, body: Entity, own_id: str | None = None) -> None:
    if not body["name"].strip():
        raise bad_request("A required field is missing a value. name", "required.field.missing")
    timeout_ms = (body.get("acwSettings") or {}).get("timeoutMs")
    if timeout_ms is not None and not 1_000 <= timeout_ms <= 3_600_000:
        raise ApiProblem(400, "invalid.value", "acwSettings.timeoutMs must be between 1000 and 3600000")
    call.refuse_duplicate(body["name"], call.state.shelf("queues").all.values(), own_id)


def _written(body: Entity) -> Entity:
    return {key: body[key] for key in _WRITABLE if body.get(key) is not None}


def _in_order(queue: Entity) -> Entity:
    return {key: queue[key] for key in dict.fromkeys([*_KEYS, *queue]) if key in queue}


def _simplified(queue: Entity) -> Entity:
    return {key: queue[key] for key in ("id", "name", "division", "selfUri") if key in queue}


def _media_settings(medium: str) -> Entity:
    settings: Entity = {
        "enableAutoAnswer": False,
        "alertingTimeoutSeconds": 8 if medium in ("call", "callback") else 30,
        "serviceLevel": {"percentage": 0.8, "durationMs": 20_000 if medium == "call" else 60_000},
    }
    if medium == "callback":
        settings |= {"mode": "AgentFirst", "enableAutoDialAndEnd": False, "autoEndDelaySeconds": 300}
    if medium == "message":
        settings["subTypeSettings"] = {}
    return settings


_DEFAULTS: Entity = {
    "mediaSettings": {medium: _media_settings(medium) for medium in ("call", "callback", "chat", "email", "message")},
    "routingRules": [],
    "scoringMethod": "TimestampAndPriority",
    "lastAgentRoutingMode": "Disabled",
    "acwSettings": {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 300_000},
    "skillEvaluationMethod": "ALL",
    "memberGroups": [],
    "autoAnswerOnly": True,
    "enableTranscription": False,
    "enableManualAssignment": False,
    "suppressInQueueCallRecording": True,
}
