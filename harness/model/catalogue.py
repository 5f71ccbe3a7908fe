"""What the business agreed: the catalogue of definitions, and what the CRM accepts.

None of this is stored by the platform. The harness checks that the platform's settings honour it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from harness.model.entities import Queue
from harness.model.names import matches

__all__ = ["Catalogue", "Crm", "CrmMapping", "DeclaredQueue", "Definition", "Disposition", "Position"]


class Position(msgspec.Struct, frozen=True, gc=False):
    """A place in a file that somebody wrote; line and column are counted from 1."""

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """What was agreed about one wrap-up code.

    Attributes:
        name: The name that the wrap-up code must carry.
        id: The wrap-up code's id, when it must be that very object.
        identifier: The business's own key (`wrapupCode` in the file); CRM mappings are keyed by it.
        duration_ms: Agreed after-call work in milliseconds, or None when none was agreed. May be negative in
            the file; `duration.definition` says so.
        mandatory: Whether a queue that offers the code must demand one.
        default: Whether it is the code that agents fall back to.
        channels: In the file's words and order; compare with `harness.model.channels`.
        skills: Names of the skills an agent needs.
        queues: Ids or names of queues; `*` and `?` are wildcards.
        disposition: What the CRM records (`crmDisposition` in the file), or None.
        position: Where it was defined.
    """

    name: str
    position: Position
    id: str | None = None
    description: str | None = None
    identifier: str | None = None
    category: str | None = None
    duration_ms: int | None = None
    mandatory: bool = False
    default: bool = False
    channels: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    disposition: str | None = None

    def names_queue(self, queue: Queue) -> bool:
        """Tell whether the definition names a queue, by id or by name with wildcards."""
        return any(pattern == queue.id or matches(pattern, queue.name) for pattern in self.queues)


class DeclaredQueue(msgspec.Struct, frozen=True, kw_only=True):
    """What the business says about queues; `name` may hold `*` and `?`, or be an id."""

    name: str
    channels: tuple[str, ...]
    position: Position

    def matches(self, queue: Queue) -> bool:
        """Tell whether it speaks about a queue."""
        return self.name == queue.id or matches(self.name, queue.name)


class Disposition(msgspec.Struct, frozen=True):
    """A value that the CRM's list holds; an inactive one is no longer accepted."""

    value: str
    active: bool = True


class CrmMapping(msgspec.Struct, frozen=True):
    """Definition → disposition, as the catalogue or the mapping file has it."""

    identifier: str
    disposition: str
    definition: Definition


@dataclass(frozen=True)
class Crm:
    """What the CRM accepts, and how identifiers map to it.

    Attributes:
        dispositions: In the file's order, or None when the policy names no CRM list.
        mapping: Identifier → disposition from a mapping file of its own; empty without one.
        path: The list's file, or None.
    """

    dispositions: tuple[Disposition, ...] | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    path: str | None = None

    @cached_property
    def accepted(self) -> frozenset[str]:
        """The active values."""
        return frozenset(entry.value for entry in self.dispositions or () if entry.active)

    def disposition_of(self, definition: Definition) -> str | None:
        """Return the disposition a definition maps to: its own, else the mapping file's."""
        if definition.disposition is not None:
            return definition.disposition
        return None if definition.identifier is None else self.mapping.get(definition.identifier)


@dataclass(frozen=True)
class Catalogue:
    """All definitions and declared queues, in the file's order."""

    name: str
    path: str
    definitions: tuple[Definition, ...] = ()
    queues: tuple[DeclaredQueue, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Definition]:
        """Definitions that name a code's id."""
        return {definition.id: definition for definition in self.definitions if definition.id is not None}

    @cached_property
    def by_name(self) -> Mapping[str, Definition]:
        """Definitions that name no id, by exact name; of several with one name, the first."""
        return {definition.name: definition for definition in reversed(self.definitions) if definition.id is None}
