"""Who changed what, when, from what to what: the audit trail of codes and queues, and what differs since a recording.

Source:
    `platform.md` section 7: the model `AuditLogMessage`. People and clients appear by id; a client is often not told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

import msgspec

__all__ = [
    "AUDITED_KINDS",
    "Change",
    "Difference",
    "KindOfDifference",
    "Past",
    "PropertyChange",
    "Reference",
    "Trail",
]

AUDITED_KINDS = ("WrapupCode", "Queue")
"""Types of entities that a trail tells about, in the platform's words."""


class PropertyChange(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One property before and after, in the platform's words; a value may be JSON in a text."""

    property: str | None = None
    old_values: tuple[str | None, ...] | None = None
    new_values: tuple[str | None, ...] | None = None


class Reference(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an entry is about or who made it; a person's name is never asked for."""

    id: str | None = None
    name: str | None = None


class Change(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One entry of the platform's audit.

    Attributes:
        at: When, with its time zone.
        action: In the platform's words ("Update", "WrapupCodeAdd").
        entity_type: In the platform's words ("Queue", "WrapupCode").
        entity: What was changed: its id, and its name at that time.
        status: SUCCESS, FAILURE or WARNING, or None.
        changes: The properties that changed, or None when the platform does not tell.
    """

    id: str
    at: Annotated[datetime, msgspec.Meta(tz=True)] = msgspec.field(name="eventDate")
    action: str = ""
    entity_type: str = ""
    entity: Reference | None = None
    user: Reference | None = None
    client: Reference | None = None
    status: str | None = None
    changes: tuple[PropertyChange, ...] | None = msgspec.field(name="propertyChanges", default=None)

    @property
    def user_id(self) -> str | None:
        """Who, or None when it was no user or is not told."""
        return (self.user.id or None) if self.user else None

    @property
    def client_id(self) -> str | None:
        """Through which OAuth client, or None when it is not told; it often is not."""
        return (self.client.id or None) if self.client else None

    @property
    def entity_id(self) -> str | None:
        """The id of what was changed, or None when it is not told."""
        return (self.entity.id or None) if self.entity else None

    @property
    def entity_name(self) -> str | None:
        """What it was called then, or None when it is not told."""
        return (self.entity.name or None) if self.entity else None

    @property
    def took_effect(self) -> bool:
        """Whether it changed something: an attempt that failed did not."""
        return self.status != "FAILURE"

    def names(self, entity_id: str) -> bool:
        """Tell whether a property or one of its values names an entity by id (a code that was put on a queue)."""
        return any(
            entity_id in text
            for change in self.changes or ()
            for text in (change.property, *(change.old_values or ()), *(change.new_values or ()))
            if text is not None
        )


@dataclass(frozen=True, kw_only=True)
class Trail:
    """The audit trail of codes and queues in a period; nothing is known of what lies outside it.

    Attributes:
        entries: In the order of time.
        since: From when it tells everything.
        until: Up to when, excluded.
        wanted_since: From when it was asked for, when the platform keeps less; else None.
        location: Where it was read, as the user named it.
    """

    entries: tuple[Change, ...]
    since: datetime
    until: datetime
    wanted_since: datetime | None = None
    location: str = ""

    @property
    def applied(self) -> Sequence[Change]:
        """The entries that changed something."""
        return [entry for entry in self.entries if entry.took_effect]

    def gap(self, start: datetime | None = None, end: datetime | None = None) -> str | None:
        """Return what part of a period the trail says nothing about, as a phrase; None when it says everything.

        Args:
            start: The period's beginning; where the trail was wanted from when None.
            end: The period's end; the trail's own when None.
        """
        starts = [moment for moment in (start, self.wanted_since) if moment is not None]
        parts = []
        if starts and min(starts) < self.since:
            parts.append(f"from {_moment(min(starts))} to {_moment(self.since)}")
        if end is not None and end > self.until:
            parts.append(f"from {_moment(self.until)} to {_moment(end)}")
        return f"the audit trail does not tell what happened {' and '.join(parts)}" if parts else None

    def detached(self, queue_id: str, code_id: str) -> datetime | None:
        """Return when a code was last taken off a queue, as far as the trail tells; None when it was not."""
        moments = [
            entry.at
            for entry in self.applied
            if (entry.action == "WrapupCodeRemove" and entry.entity_id == queue_id and entry.names(code_id))
            or (entry.entity_type == "WrapupCode" and entry.action == "Delete" and entry.entity_id == code_id)
        ]
        return max(moments, default=None)


KindOfDifference: TypeAlias = Literal["org", "division", "skill", "code", "queue", "agent", "flags"]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that differs between two orgs, or could not be compared.

    Attributes:
        kind: What kind of entity it is about.
        label: The entity, printable, for example `queue Billing`.
        what: What differs: `added`, `removed`, `name`, `id` (made anew: its history splits), `prompt` …
        before: In the old org, printable; None when there is nothing.
        after: In the new org, printable; None when there is nothing.
        compared: False when a side is unknown, so that nothing can be said.
        entity_id: The entity's id in the new org, or in the old one when it is gone; None where several are meant.
        part_ids: Ids of the codes or people that came to a queue or left it.
    """

    kind: KindOfDifference
    label: str
    what: str
    before: str | None = None
    after: str | None = None
    compared: bool = True
    entity_id: str | None = None
    part_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Past:
    """An org as it was recorded earlier, and in what it differs from today.

    Attributes:
        location: The earlier recording, as the user named it.
        recorded_at: When it was made, or None when it does not say.
        until: When the newer one was made, or None.
        differences: What differs, by kind and label.
    """

    location: str
    recorded_at: datetime | None
    until: datetime | None
    differences: tuple[Difference, ...]


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M %Z}".strip()
