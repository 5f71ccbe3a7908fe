"""What happened to the org: who changed what, when, from what to what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

__all__ = ["Actor", "Change", "PropertyChange", "differences"]

_STAMPS = frozenset({"dateModified", "modifiedBy", "version", "selfUri"})


@dataclass(frozen=True)
class Actor:
    """Who makes a call.

    Attributes:
        client_id: The OAuth client.
        user_id: The user that the client acts for, or None for a client that acts for itself.
    """

    client_id: str
    user_id: str | None = None

    @property
    def id(self) -> str:
        """What `createdBy` and `modifiedBy` say."""
        return self.user_id or self.client_id


@dataclass(frozen=True)
class PropertyChange:
    """One property before and after; values are text, or serialised JSON."""

    property: str
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One write.

    Attributes:
        service: The audit service that it belongs to ("ContactCenter").
        entity_type: In the words of the audit ("WrapupCode").
        action: In the words of the audit ("Create", "WrapupCodeAdd").
        before: The entity as it was, or None when it was made.
        after: The entity as it is, or None when it was deleted.
    """

    id: str
    at: datetime
    actor: Actor
    service: str
    entity_type: str
    entity_id: str
    entity_name: str
    action: str
    properties: tuple[PropertyChange, ...]
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterator[PropertyChange]:
    """Yield the properties in which two entities differ, in the order of their keys; stamps are left out.

    Example:
        >>> list(differences({"a": {"b": 1}}, {"a": {"b": 2}}))
        [PropertyChange(property='a.b', old=('1',), new=('2',))]
    """
    old, new = dict(_leaves("", before or {})), dict(_leaves("", after or {}))
    for name in dict.fromkeys([*old, *new]):
        change = PropertyChange(name, old.get(name, ()), new.get(name, ()))
        if name not in _STAMPS and change.old != change.new:
            yield change


def _leaves(prefix: str, values: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _leaves(f"{name}.", value)
        elif isinstance(value, list):
            yield name, tuple(_text(item) for item in value)
        else:
            yield name, (_text(value),)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
