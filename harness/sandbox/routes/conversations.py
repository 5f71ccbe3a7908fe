"""Conversations: who takes part, and the wrap-ups of agents.

Source:
    `platform.md` section 4; the codes `conversation.error.*` of the vendor's OpenAPI document of 2018. Vendor staff:
    whoever writes a wrap-up must be authorised as the agent; what a client that acts for itself gets is not
    established (`Assumptions.clients_wrap_up`).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import msgspec
from starlette.responses import Response

from harness.model.lifecycle import Entry, Handling, RefusedError, Stage
from harness.sandbox.area import Area
from harness.sandbox.call import Call
from harness.sandbox.listing import page
from harness.sandbox.participants import as_conversation, as_media_conversation
from harness.sandbox.played import MEDIA, Medium, PlayedConversation
from harness.sandbox.problems import ApiProblem, invalid_value, missing_permissions
from harness.sandbox.state import Entity
from harness.sandbox.wrapping import as_assigned, code_entity, draft_as_assigned

__all__ = ["acw_area", "area", "media_areas"]

area = Area()
acw_area = Area()

_PATH = "/api/v2/conversations"
_WRAP_UP = "conversation:participant:wrapup"
_DISCONNECT = "conversation:communication:disconnect"
_UPDATE = (_WRAP_UP, "conversation:call:record", _DISCONNECT)
_PLURALS = {medium.plural for medium in MEDIA.values()}


class _WrapupInput(msgspec.Struct, rename="camel"):
    code: str | None = None
    name: str | None = None
    notes: str | None = None
    tags: list[str] | None = None
    duration_seconds: int | None = None
    end_time: str | None = None
    provisional: bool | None = None
    disable_end_time_updates: bool | None = None


class _ParticipantRequest(msgspec.Struct, rename="camel"):
    wrapup: _WrapupInput | None = None
    state: str | None = None
    wrapup_skipped: bool | None = None


class _AfterCallWorkUpdate(msgspec.Struct, rename="camel"):
    after_call_work_required: bool


class _Attributes(msgspec.Struct):
    attributes: dict[str, str]


# -- whole conversations ------------------------------------------------------------------------------------


@area.get(_PATH)
def list_own_conversations(call: Call) -> Entity:
    """List the active conversations of the user that the token acts for."""
    found = [as_conversation(call.state, held) for held in _own(call)]
    return page(call.query, found, most=100)


@area.get(f"{_PATH}/{{conversationId}}", "conversation:communication:view")
def show_conversation(call: Call) -> Entity:
    """Show a conversation of any medium."""
    held = _held(call)
    if not any(call.token.client.allows(call.needs, division_id) for division_id in held.division_ids or ("*",)):
        raise missing_permissions(call.needs)
    return as_conversation(call.state, held)


@area.delete(f"{_PATH}/{{conversationId}}", _DISCONNECT)
def disconnect(call: Call) -> None:
    """Disconnect everybody."""
    call.state.conversations.disconnect(_held(call).id)


def _show_of_medium(call: Call) -> Entity:
    """Show a conversation as its medium does."""
    return as_media_conversation(call.state, _held(call))


# -- participants -------------------------------------------------------------------------------------------


def _update_participant(call: Call) -> Response:
    """Answer, hang up, write a wrap-up or skip it, in this order."""
    held, participant_id, handling = _agent(call)
    body = call.read(_ParticipantRequest)
    conversations = call.state.conversations
    with _refusals():
        if body.state is not None:
            _check(call, handling, _DISCONNECT)
            conversations.act(held.id, participant_id, _to_state(body.state, handling))
        if body.wrapup is not None:
            _write(call, held, participant_id, body.wrapup)
        if body.wrapup_skipped:
            _check(call, handling, _WRAP_UP)
            conversations.act(held.id, participant_id, Handling.skip)
    return Response(status_code=202)


def _update_attributes(call: Call) -> None:
    """Add attributes to any participant."""
    held, participant_id = _held(call), call.path["participantId"]
    known = {held.customer.participant_id}
    for part in held.parts:
        known |= {part.acd.participant_id, part.agent.participant_id}
    if participant_id not in known:
        raise _no_participant()
    call.state.conversations.set_attributes(held.id, participant_id, call.body(_Attributes)["attributes"])


def _show_wrap_up(call: Call) -> Entity:
    """Show an agent's wrap-up, or with `provisional` the draft; empty when there is none."""
    _, _, handling = _agent(call)
    return draft_as_assigned(handling) if call.query.flag("provisional", default=False) else as_assigned(handling)


def _list_codes(call: Call) -> list[Entity]:
    """List the codes that an agent may choose, by name."""
    _, _, handling = _agent(call)
    offered = call.state.shelf("queue_wrapupcodes").get(handling.queue_id) or ()
    ids = [code["id"] for code in offered] or list(handling.terms.accepted)
    found = (code_entity(call.state, code_id) for code_id in ids)
    return sorted((code for code in found if code is not None), key=lambda code: str(code["name"]).casefold())


def _write_wrap_up(call: Call) -> None:
    """Write the wrap-up of one communication."""
    held, participant_id, _ = _agent(call)
    body = call.read(_WrapupInput)
    with _refusals():
        _write(call, held, participant_id, body)


@acw_area.patch(
    f"{_PATH}/aftercallwork/{{conversationId}}/participants/{{participantId}}/communications/{{communicationId}}",
    _WRAP_UP,
)
def update_after_call_work(call: Call) -> Entity:
    """Ask for after-call work while connected, or take that back."""
    held, participant_id, handling = _agent(call)
    _check(call, handling, _WRAP_UP)
    wanted = call.body(_AfterCallWorkUpdate)["afterCallWorkRequired"]
    with _refusals():
        call.state.conversations.act(held.id, participant_id, Handling.request_acw, wanted=wanted)
    return {"afterCallWorkRequired": wanted}


def _add_participants(to: Area, base: str, *also: str) -> None:
    participant = f"{base}/{{conversationId}}/participants/{{participantId}}"
    to.patch(participant, *_UPDATE, *also)(_update_participant)
    to.get(f"{participant}/wrapup")(_show_wrap_up)
    to.get(f"{participant}/wrapupcodes")(_list_codes)


def _of_medium(medium: Medium) -> Area:
    base = f"{_PATH}/{medium.plural}"
    made = Area()
    made.get(f"{base}/{{conversationId}}")(_show_of_medium)
    _add_participants(made, base, *(("conversation:email:park",) if medium.word == "email" else ()))
    communication = f"{base}/{{conversationId}}/participants/{{participantId}}/communications/{{communicationId}}"
    made.get(f"{communication}/wrapup")(_show_wrap_up)
    made.post(f"{communication}/wrapup", _WRAP_UP)(_write_wrap_up)
    return made


_add_participants(area, _PATH)
area.patch(f"{_PATH}/{{conversationId}}/participants/{{participantId}}/attributes")(_update_attributes)

media_areas: Sequence[Area] = tuple(_of_medium(medium) for medium in MEDIA.values())
"""The same for each medium."""


# -- inside -------------------------------------------------------------------------------------------------


def _held(call: Call) -> PlayedConversation:
    held = call.state.conversations.get(call.path["conversationId"])
    medium = call.query.path.removeprefix(f"{_PATH}/").partition("/")[0]
    if held is None or (medium in _PLURALS and medium != held.medium.plural):
        raise ApiProblem(404, "conversation.error.conversation.not.found", "The conversation does not exist.")
    return held


def _own(call: Call) -> list[PlayedConversation]:
    user_id = call.actor.user_id
    if user_id is None:
        message = (
            "This request requires a user context. Client credentials cannot be used for requests to this resource."
        )
        raise ApiProblem(400, "not.a.user", message)
    return [
        held
        for held in call.state.conversations.all()
        if any(handling.agent_id == user_id and not handling.over for handling in held.course.handlings)
    ]


def _agent(call: Call) -> tuple[PlayedConversation, str, Handling]:
    held, participant_id = _held(call), call.path["participantId"]
    index = held.index_of(participant_id)
    if index is None:
        raise _no_participant()
    communication_id = call.path.get("communicationId")
    if communication_id not in (None, held.parts[index].agent.communication_id):
        raise ApiProblem(404, "not.found", "The communication does not exist.")
    return held, participant_id, held.course.handlings[index]


def _no_participant() -> ApiProblem:
    message = "User is not a participant in the conversation."
    return ApiProblem(404, "conversation.error.not.conversation.participant", message)


def _check(call: Call, handling: Handling, permission: str) -> None:
    """Refuse whoever has not the permission, or is not the agent."""
    if not call.token.client.allows((permission,)):
        raise missing_permissions((permission,))
    acts_for_itself = call.actor.user_id is None and call.state.conversations.assumptions.clients_wrap_up
    if call.actor.user_id != handling.agent_id and not acts_for_itself:
        message = "The client is not authorised as the user whose part in the conversation this is."
        raise ApiProblem(403, "conversation.error.forbidden.not.active.participant", message)


def _write(call: Call, held: PlayedConversation, participant_id: str, given: _WrapupInput) -> None:
    conversations = call.state.conversations
    index = held.index_of(participant_id) or 0
    _check(call, held.course.handlings[index], _WRAP_UP)
    if given.duration_seconds is not None and given.duration_seconds < 0:
        raise invalid_value(given.duration_seconds, "durationSeconds", "a number that is not negative")
    entry = Entry(
        code=given.code or None, notes=given.notes, tags=tuple(given.tags or ()), duration_s=given.duration_seconds
    )
    if given.provisional:
        conversations.act(held.id, participant_id, Handling.save_draft, entry)
    else:
        overwrite = conversations.assumptions.later_wrap_ups == "replace"
        conversations.act(held.id, participant_id, Handling.wrap_up, entry, overwrite=overwrite)


def _to_state(state: str, handling: Handling) -> Callable[[Handling, int], Handling]:
    if state == "connected":
        return Handling.answer
    if state == "disconnected":
        return Handling.decline if handling.stage is Stage.ALERTING else Handling.hang_up
    raise invalid_value(state, "state", "connected, disconnected")


@contextmanager
def _refusals() -> Iterator[None]:
    """Answer what the lifecycle refuses as the platform does."""
    try:
        yield
    except RefusedError as refused:
        raise ApiProblem(refused.status, refused.code, refused.message) from None
