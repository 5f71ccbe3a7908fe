"""Listings that change while they are read: somebody else writes to the org between two pages."""

import re
from collections.abc import Mapping
from typing import Any

from harness.sandbox.changes import Actor
from harness.sandbox.listing import by_name
from harness.sandbox.routes.subresources import as_member
from harness.sandbox.state import CODES, QUEUES, SKILLS, USERS, Entity, Kind, State

__all__ = ["drift"]

_SOMEBODY = Actor("somebody-else")
_KINDS: Mapping[str, Kind] = {
    "routing/wrapupcodes": CODES,
    "routing/queues": QUEUES,
    "routing/skills": SKILLS,
    "users": USERS,
}
_OF_A_QUEUE = re.compile(r"/api/v2/routing/queues/([^/]+)/(members|wrapupcodes)")


def drift(state: State, path: str, *, insert: int, remove: int) -> None:
    """Let entities vanish from the beginning of a listing and others appear there.

    Args:
        state: The org.
        path: The listing's path; nothing happens to one that cannot drift.
        insert: How many appear.
        remove: How many vanish.
    """
    if of_a_queue := _OF_A_QUEUE.fullmatch(path):
        _drift_queue(state, of_a_queue[1], of_a_queue[2], insert, remove)
    elif kind := _KINDS.get(path.removeprefix("/api/v2/")):
        _drift_kind(state, kind, insert, remove)


def _drift_kind(state: State, kind: Kind, insert: int, remove: int) -> None:
    everything = state.shelf(kind.resource).all.values()
    # A listing of users shows the active ones; one of skills shows all.
    listed = by_name(entity for entity in everything if kind is not USERS or entity.get("state", "active") == "active")
    for entity in listed[:remove]:
        state.write(kind, entity["id"], None, _SOMEBODY, action="Delete")
    for number, left in enumerate(listed[remove : remove + insert]):
        entity = _like(left, state.new_id(), f"!{number} {left['name']}")
        state.write(kind, entity["id"], entity, _SOMEBODY, action="Create")


def _drift_queue(state: State, queue_id: str, what: str, insert: int, remove: int) -> None:
    members = what == "members"
    shelf = state.shelf("queue_members" if members else "queue_wrapupcodes")
    listed: tuple[Entity, ...] = shelf.current(queue_id) or ()
    others: Mapping[str, Any] = state.shelf("users" if members else "wrapupcodes").all
    here = {entity["id"] for entity in listed}
    fresh = [entity for entity in others.values() if entity["id"] not in here][:insert]
    entries = [as_member(user, queue_id) for user in fresh] if members else fresh
    shelf.put(queue_id, (*entries, *listed[remove:]))


def _like(entity: Entity, new_id: str, name: str) -> Entity:
    renamed = entity | {"id": new_id, "name": name}
    return renamed | {"selfUri": entity["selfUri"].replace(entity["id"], new_id)} if "selfUri" in entity else renamed
