"""Members of queues.

Source:
    `platform.md` section 3: at most 100 a page and a call; the listing has no totals.
"""

from typing import Any

import msgspec

from harness.sandbox.area import Area
from harness.sandbox.call import Call
from harness.sandbox.changes import PropertyChange
from harness.sandbox.listing import page_without_totals
from harness.sandbox.problems import bad_request, not_found
from harness.sandbox.routes.subresources import as_member, touch_queue
from harness.sandbox.routes.users import EXPANSIONS, expanded
from harness.sandbox.state import Entity

__all__ = ["area"]

area = Area()

_PATH = "/api/v2/routing/queues/{queueId}/members"
_READ = ("routing:queue:view", "routing:queue:edit", "routing:queue:readonly", "routing:queueMember:manage")
_WRITE = ("routing:queue:edit", "routing:queueMember:manage")
_MOST = 100


class _Entity(msgspec.Struct):
    id: str


class _MemberPatch(msgspec.Struct, rename="camel"):
    id: str | None = None
    joined: bool | None = None
    ring_number: int | None = None


class _JoinPatch(msgspec.Struct):
    id: str
    joined: bool


@area.get(_PATH, *_READ)
def list_members(call: Call) -> Entity:
    """List the members of a queue."""
    queue = call.entity("queues", call.path["queueId"], "Queue")
    query = call.query
    members: list[Entity] = list(call.state.shelf("queue_members").get(queue["id"]) or ())
    if (by := query.word("memberBy", "", ("user", "group"))) != "":
        members = [member for member in members if member.get("memberBy") == by]
    if query.text("joined") is not None:
        joined = query.flag("joined", default=True)
        members = [member for member in members if member.get("joined") is joined]
    if (name := query.text("name")) is not None:
        members = [member for member in members if str(member.get("name", "")).casefold().startswith(name.casefold())]
    if skills := query.many("skills"):
        members = [member for member in members if _names(call, member, "skills") & skills]
    if languages := query.many("languages"):
        members = [member for member in members if _names(call, member, "languages") & languages]
    if query.word("sortOrder", "asc", ("asc", "desc")) == "desc":
        members.reverse()
    listing = page_without_totals(query, members, most=_MOST)
    if query.many("expand") & EXPANSIONS:
        listing["entities"] = [_expanded(call, member) for member in listing["entities"]]
    return listing


@area.post(_PATH, *_WRITE)
def add_or_remove_members(call: Call) -> None:
    """Add users to a queue, or remove them when `delete` says so."""
    queue = call.current("queues", call.path["queueId"], "Queue")
    remove = call.query.flag("delete", default=False)
    references = call.body(list[_Entity])
    if len(references) > _MOST:
        raise bad_request(f"At most {_MOST} members can be added or removed in one request")
    ids = list(dict.fromkeys(reference["id"] for reference in references))
    members = call.state.shelf("queue_members").current(queue["id"]) or ()
    here = {member["id"] for member in members}
    if remove:
        gone = [user_id for user_id in ids if user_id in here]
        _keep(call, queue, [member for member in members if member["id"] not in gone], "MemberRemove", gone)
    else:
        fresh = [_member(call, queue, user_id) for user_id in ids if user_id not in here]
        _keep(call, queue, [*members, *fresh], "MemberAdd", [member["id"] for member in fresh])


@area.patch(_PATH, *_WRITE)
def join_members(call: Call) -> Entity:
    """Activate members of a queue, or deactivate them; people who are no members are disregarded."""
    queue = call.current("queues", call.path["queueId"], "Queue")
    patches = call.body(list[_JoinPatch])
    if len(patches) > _MOST:
        raise bad_request(f"At most {_MOST} members can be joined in one request")
    joined = {patch["id"]: patch["joined"] for patch in patches}
    members = call.state.shelf("queue_members").current(queue["id"]) or ()
    renewed = [member | {"joined": joined[member["id"]]} if member["id"] in joined else member for member in members]
    changed = [after["id"] for before, after in zip(members, renewed, strict=True) if before != after]
    _keep(call, queue, renewed, "MemberUpdate", changed)
    return page_without_totals(call.query, [member for member in renewed if member["id"] in joined], most=_MOST)


@area.patch(f"{_PATH}/{{memberId}}", *_WRITE)
def update_member(call: Call) -> None:
    """Change a member's ring, or whether it is active."""
    queue = call.current("queues", call.path["queueId"], "Queue")
    body = call.body(_MemberPatch)
    member_id = call.path["memberId"]
    changes = {key: body[key] for key in ("ringNumber", "joined") if body.get(key) is not None}
    members = call.state.shelf("queue_members").current(queue["id"]) or ()
    if all(member["id"] != member_id for member in members):
        raise not_found("Member not found")
    renewed = [member | changes if member["id"] == member_id else member for member in members]
    _keep(call, queue, renewed, "MemberUpdate", [member_id])


@area.delete(f"{_PATH}/{{memberId}}", *_WRITE)
def remove_member(call: Call) -> None:
    """Remove a member."""
    queue = call.current("queues", call.path["queueId"], "Queue")
    member_id = call.path["memberId"]
    members = call.state.shelf("queue_members").current(queue["id"]) or ()
    left = [member for member in members if member["id"] != member_id]
    if len(left) == len(members):
        raise not_found("Member not found")
    _keep(call, queue, left, "MemberRemove", [member_id])


def _keep(call: Call, queue: Entity, members: list[Entity], action: str, changed: list[str]) -> None:
    if not changed:
        return
    call.state.shelf("queue_members").put(queue["id"], tuple(members))
    counts = {
        "memberCount": len(members),
        "userMemberCount": sum(member.get("memberBy", "user") == "user" for member in members),
        "joinedMemberCount": sum(bool(member.get("joined")) for member in members),
    }
    old, new = ((), ("true",)) if action == "MemberAdd" else (("true",), ())
    properties = [PropertyChange(f"QueueMember/{queue['id']}:{user_id}", old, new) for user_id in changed]
    touch_queue(call, queue, action, properties, {key: counts[key] for key in counts if key in queue})


def _member(call: Call, queue: Entity, user_id: str) -> Entity:
    user: Entity | None = call.state.shelf("users").current(user_id)
    if user is None:
        raise bad_request(f"User {user_id} does not exist")
    return as_member(user, queue["id"])


def _names(call: Call, member: Entity, key: str) -> set[Any]:
    user = call.state.shelf("users").get(member["id"]) or {}
    return {held.get("name") for held in user.get(key, [])}


def _expanded(call: Call, member: Entity) -> Entity:
    user = call.state.shelf("users").get(member["id"])
    return member if user is None else member | {"user": expanded(user, call.query.many("expand"))}
