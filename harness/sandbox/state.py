"""The org that the sandbox plays: what was recorded, and everything that was written since.

Entities are the API's own objects with their keys in the API's order, so that what is recorded from the sandbox is
what the sandbox was started with, byte for byte.
"""

import random
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from harness.model.org import Resource
from harness.orgs import read_recording
from harness.orgs.manifest import FILES, Hidden, Manifest, read_manifest
from harness.sandbox.changes import Actor, Change, PropertyChange, differences
from harness.sandbox.clock import Clock, SystemClock, iso, stamp
from harness.sandbox.conversations import Conversations
from harness.sandbox.jobs import Jobs
from harness.sandbox.shelf import Shelf

__all__ = [
    "CODES",
    "MAPPING",
    "QUEUES",
    "SKILLS",
    "USERS",
    "Entity",
    "HiddenResourceError",
    "Kind",
    "State",
]

Entity: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """What can be written, and how the audit and the entity itself keep note of it.

    Attributes:
        service: The audit service ("ContactCenter").
        entity_type: In the words of the audit ("WrapupCode").
        dated: Whether the entity says when it was modified.
        authored: Whether it says by whom.

    Source:
        `platform.md` section 7, and the models of sections 2, 3 and 8.
    """

    resource: Resource
    service: str
    entity_type: str
    dated: bool = True
    authored: bool = False


CODES = Kind("wrapupcodes", "ContactCenter", "WrapupCode", authored=True)
QUEUES = Kind("queues", "ContactCenter", "Queue", authored=True)
SKILLS = Kind("skills", "Routing", "RoutingSkill")
USERS = Kind("users", "Directory", "User", dated=False)
MAPPING = Kind("outbound_mapping", "Outbound", "WrapUpCodeMapping")


class HiddenResourceError(Exception):
    """A call needs what the recording does not hold.

    Attributes:
        permission: What the recording's own client lacked, or None when that was not the reason.
    """

    def __init__(self, resource: Resource, permission: str | None) -> None:
        super().__init__(resource, permission)
        self.resource = resource
        self.permission = permission


class State:
    """One org while the sandbox plays it; used by one event loop at a time.

    Args:
        manifest: Whose org it is, and what its recording hides.
        entities: By resource, as recorded: entities, or `{"queueId": …, "entities": […]}` per queue.
        mapping: The outbound mapping, or None when the org has none.
        clock: The time.
        seed: What ids follow from.

    Attributes:
        changes: Every write, oldest first: what audits are made of.
        deleted_codes: Codes that were deleted, by id: the platform still names them when asked.
        conversations: The org's conversations since the sandbox started.
        jobs: Asynchronous queries that callers started.
    """

    def __init__(
        self,
        manifest: Manifest,
        entities: Mapping[Resource, Iterable[Entity]],
        mapping: Entity | None,
        *,
        clock: Clock | None = None,
        seed: int = 0,
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.org_name = manifest.org.name
        self.org_id = manifest.org.id or str(uuid.uuid5(uuid.NAMESPACE_URL, f"org {manifest.org.name}"))
        self.region = manifest.region
        self.seed = seed
        self.changes: list[Change] = []
        self._random = random.Random(f"{seed} entities")  # noqa: S311 - ids must be the same in every run
        self._hidden = {entry.resource: entry for entry in manifest.hidden}
        self._listeners: list[Callable[[object], None]] = []
        self._shelves: dict[str, Shelf[Any]] = {
            resource: self.a_shelf(_keyed(resource, lines)) for resource, lines in entities.items()
        }
        if FILES["outbound_mapping"] in manifest.files:
            self._shelves["outbound_mapping"] = self.a_shelf([("", mapping)] if mapping is not None else [])
        self.deleted_codes: Shelf[Entity] = self.a_shelf(())
        self.conversations = Conversations(self)
        self.jobs = Jobs(self)

    @classmethod
    def load(cls, folder: Path, *, clock: Clock | None = None, seed: int = 0) -> "State":
        """Return the org of a recording.

        Args:
            folder: The recording's folder.
            clock: The time; the machine's when None.
            seed: What ids follow from.

        Raises:
            SourceError: If the folder is no recording, or is not what its manifest says; with all problems.
        """
        read_recording(folder)
        manifest = read_manifest(folder)
        held = {resource: folder / name for resource, name in FILES.items() if name in manifest.files}
        mapping = held.pop("outbound_mapping", None)
        return cls(
            manifest,
            {resource: msgspec.json.Decoder(Entity).decode_lines(path.read_bytes()) for resource, path in held.items()},
            None if mapping is None else msgspec.json.decode(mapping.read_bytes(), type=Entity | None),
            clock=clock,
            seed=seed,
        )

    # -- reading --------------------------------------------------------------------------------------------

    def shelf(self, resource: Resource) -> Shelf[Any]:
        """Return where the entities of a resource lie.

        `queue_wrapupcodes` and `queue_members` hold a tuple of entities per queue's id; `outbound_mapping` holds
        the singleton under the empty id.

        Raises:
            HiddenResourceError: If the recording does not hold the resource.
        """
        found = self._shelves.get(resource)
        if found is None:
            hidden: Hidden | None = self._hidden.get(resource)
            raise HiddenResourceError(resource, hidden.permission if hidden else None)
        return found

    def holds(self, resource: Resource) -> bool:
        """Tell whether the recording holds a resource."""
        return resource in self._shelves

    def a_shelf(self, entities: Iterable[tuple[str, Any]]) -> Shelf[Any]:
        """Return a shelf that goes by the sandbox's time, for what no recording holds."""
        return Shelf(entities, self.clock.now)

    def division(self, division_id: str) -> Entity | None:
        """Return a division as other entities refer to it; None when there is none."""
        if division_id == "*":
            return {"id": "*", "name": "All Divisions", "selfUri": "/api/v2/authorization/divisions/*"}
        found = self.shelf("divisions").get(division_id)
        return found and {key: found[key] for key in ("id", "name", "selfUri") if key in found}

    @property
    def home_division_id(self) -> str:
        """The division that a new entity gets when its maker names none."""
        divisions: Mapping[str, Entity] = self.shelf("divisions").visible
        named = (entity["id"] for entity in divisions.values() if entity.get("homeDivision"))
        home = (entity["id"] for entity in divisions.values() if entity.get("name") == "Home")
        return str(next(named, None) or next(home, None) or next(iter(divisions), "*"))

    def stamp(self) -> datetime:
        """Return the time that the sandbox tells others."""
        return stamp(self.clock)

    # -- writing --------------------------------------------------------------------------------------------

    def new_id(self) -> str:
        """Return an id that no entity has."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def stable_id(self, key: str) -> str:
        """Return the id that follows from a key alone, for what the recording does not hold."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.org_id} {key}"))

    def write(self, kind: Kind, entity_id: str, after: Entity | None, actor: Actor, *, action: str) -> Entity | None:
        """Put a new entity in an old one's place, with its stamps; None deletes.

        Returns:
            What lies there now.

        Raises:
            HiddenResourceError: If the recording does not hold the resource.
        """
        shelf = self.shelf(kind.resource)
        before: Entity | None = shelf.current(entity_id)
        if after is not None:
            after = self._stamped(kind, before, after, actor)
        shelf.put(entity_id, after)
        self.note(kind, before, after, actor, action=action, properties=tuple(differences(before, after)))
        return after

    def note(
        self,
        kind: Kind,
        before: Entity | None,
        after: Entity | None,
        actor: Actor,
        *,
        action: str,
        properties: Sequence[PropertyChange],
    ) -> None:
        """Log a change that was made to an entity and tell the listeners; one of `before` and `after` is given."""
        entity = after or before or {}
        change = Change(
            id=self.new_id(),
            at=self.stamp(),
            actor=actor,
            service=kind.service,
            entity_type=kind.entity_type,
            entity_id=entity.get("id", ""),
            entity_name=entity.get("name", ""),
            action=action,
            properties=tuple(properties),
            before=before,
            after=after,
        )
        self.changes.append(change)
        self.emit(change)

    def _stamped(self, kind: Kind, before: Entity | None, after: Entity, actor: Actor) -> Entity:
        stamps: Entity = {}
        if kind.dated and before is not None:
            stamps["dateModified"] = iso(self.stamp())
        if kind.authored and before is not None:
            stamps["modifiedBy"] = actor.id
        if before is not None and "version" in before:
            stamps["version"] = type(before["version"])(int(before["version"]) + 1)
        stamped = after | stamps
        # The platform writes an entity's own address last.
        if "selfUri" in stamped:
            stamped["selfUri"] = stamped.pop("selfUri")
        return stamped

    # -- events ---------------------------------------------------------------------------------------------

    def listen(self, listener: Callable[[object], None]) -> None:
        """Call a function with every event from now on; every `Change` is one."""
        self._listeners.append(listener)

    def emit(self, event: object) -> None:
        """Tell all listeners."""
        for listener in self._listeners:
            listener(event)


def _keyed(resource: Resource, lines: Iterable[Entity]) -> Iterable[tuple[str, Any]]:
    if resource.startswith("queue_"):
        return [(line["queueId"], tuple(line["entities"])) for line in lines]
    return [(entity["id"], entity) for entity in lines]
