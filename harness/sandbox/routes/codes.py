"""Wrap-up codes.

Source:
    `platform.md` section 2.1.
"""

from typing import Any

import msgspec

from harness.sandbox.area import Area
from harness.sandbox.call import Call
from harness.sandbox.clock import iso
from harness.sandbox.listing import by_name, name_filter, page
from harness.sandbox.problems import bad_request
from harness.sandbox.state import CODES, Entity, State

__all__ = ["area", "in_divisions"]

area = Area()

_PATH = "/api/v2/routing/wrapupcodes"
_WHAT = "Wrap-up code"
_MOST = 100  # what the vendor's own provider asks for; a larger page is nowhere promised


class _Reference(msgspec.Struct):
    id: str | None = None


class _CodeRequest(msgspec.Struct):
    name: str
    division: _Reference | None = None
    description: str | None = None


@area.get(_PATH, "routing:wrapupCode:view")
def list_codes(call: Call) -> Entity:
    """List codes; `sortBy` counts only together with `name`."""
    query = call.query
    sort_by = query.word("sortBy", "name", ("name", "id"))
    descending = query.word("sortOrder", "ascending", ("ascending", "descending")) == "descending"
    found = _matching(call, call.state.shelf("wrapupcodes").visible.values())
    if query.text("name") and sort_by == "id":
        found.sort(key=lambda code: str(code["id"]))
    return page(query, found[::-1] if descending else found, most=_MOST)


@area.get(f"{_PATH}/divisionviews", "routing:wrapupCode:search")
def list_codes_simply(call: Call) -> Entity:
    """List simplified codes: the only listing that names deleted ones."""
    query = call.query
    if query.text("name") and query.many("id"):
        raise bad_request("Specifying both name and ID parameters is not supported")
    state = query.word("includeState", "Active", ("Active", "Deleted", "ActiveAndDeleted"))
    codes: list[Entity] = []
    if state != "Deleted":
        codes += call.state.shelf("wrapupcodes").visible.values()
    if state != "Active":
        codes += call.state.deleted_codes.visible.values()
    return page(query, [_simplified(code) for code in _matching(call, codes)], most=_MOST)


@area.get(f"{_PATH}/divisionviews/{{codeId}}", "routing:wrapupCode:search")
def show_code_simply(call: Call) -> Entity:
    """Show a simplified code."""
    return _simplified(call.entity("wrapupcodes", call.path["codeId"], _WHAT))


@area.get(f"{_PATH}/{{codeId}}", "routing:wrapupCode:view")
def show_code(call: Call) -> Entity:
    """Show a code."""
    return call.entity("wrapupcodes", call.path["codeId"], _WHAT)


@area.post(_PATH, "routing:wrapupCode:add")
def create_code(call: Call) -> Entity | None:
    """Create a code; without a division it belongs to all of them."""
    body = call.body(_CodeRequest)
    division = call.division(body, "*")
    _check_name(call, body)
    code_id, now = call.state.new_id(), iso(call.state.stamp())
    code = {
        "id": code_id,
        "name": body["name"],
        "division": division,
        **_described(body),
        "dateCreated": now,
        "dateModified": now,
        "createdBy": call.actor.id,
        "selfUri": f"{_PATH}/{code_id}",
    }
    return call.state.write(CODES, code_id, code, call.actor, action="Create")


@area.put(f"{_PATH}/{{codeId}}", "routing:wrapupCode:edit")
def update_code(call: Call) -> Entity | None:
    """Replace what can be written of a code; a description that is left out is gone."""
    code = call.current("wrapupcodes", call.path["codeId"], _WHAT)
    body = call.body(_CodeRequest)
    division = call.division(body, code.get("division", {"id": "*"})["id"])
    _check_name(call, body, code["id"])
    kept = {key: value for key, value in code.items() if key != "description"}
    renewed = _in_order(kept | {"name": body["name"], "division": division} | _described(body))
    written = call.state.write(CODES, code["id"], renewed, call.actor, action="Update")
    _renew_on_queues(call.state, code["id"], written)
    return written


@area.delete(f"{_PATH}/{{codeId}}", "routing:wrapupCode:delete")
def delete_code(call: Call) -> None:
    """Delete a code; queues lose it, history and the outbound mapping keep its id."""
    code = call.current("wrapupcodes", call.path["codeId"], _WHAT)
    call.state.write(CODES, code["id"], None, call.actor, action="Delete")
    call.state.deleted_codes.put(code["id"], code)
    _renew_on_queues(call.state, code["id"], None)


def in_divisions(call: Call, entity: Entity) -> bool:
    """Tell whether an entity is in one of the divisions that a listing is limited to."""
    wanted = call.query.many("divisionId")
    return not wanted or entity.get("division", {}).get("id") in wanted


def _matching(call: Call, codes: Any) -> list[Entity]:
    named, ids = name_filter(call.query.text("name")), call.query.many("id")
    return by_name(
        code for code in call.seen(codes) if named(code) and (not ids or code["id"] in ids) and in_divisions(call, code)
    )


def _check_name(call: Call, body: Entity, own_id: str | None = None) -> None:
    if not body["name"].strip():
        raise bad_request("A required field is missing a value. name", "required.field.missing")
    call.refuse_duplicate(body["name"], call.state.shelf("wrapupcodes").all.values(), own_id)


def _described(body: Entity) -> Entity:
    return {"description": body["description"]} if body.get("description") is not None else {}


_KEYS = ("id", "name", "division", "description", "dateCreated", "dateModified", "createdBy", "modifiedBy", "selfUri")


def _in_order(code: Entity) -> Entity:
    return {key: code[key] for key in dict.fromkeys([*_KEYS, *code]) if key in code}


def _simplified(code: Entity) -> Entity:
    return {key: code[key] for key in ("id", "name", "division", "selfUri") if key in code}


def _renew_on_queues(state: State, code_id: str, code: Entity | None) -> None:
    if not state.holds("queue_wrapupcodes"):
        return
    offered = state.shelf("queue_wrapupcodes")
    for queue_id, codes in list(offered.all.items()):
        if any(listed["id"] == code_id for listed in codes):
            renewed = (code if listed["id"] == code_id else listed for listed in codes)
            offered.put(queue_id, tuple(listed for listed in renewed if listed is not None))
