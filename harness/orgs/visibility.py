"""What a client may see: its permissions, by division.

Objects outside the divisions of a client's roles are silently absent from listings, so a listing proves nothing about
them; what is hidden in this way is recorded as hidden.

Source:
    `platform.md` sections 1.2 and 12.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from harness.client import GenesysClient

__all__ = ["Visibility", "read_visibility"]


class _Policy(msgspec.Struct, frozen=True, rename="camel"):
    domain: str = ""
    entity_name: str = ""
    actions: list[str] = []


class _Role(msgspec.Struct, frozen=True):
    name: str = ""
    policies: list[_Policy] = []


class _Division(msgspec.Struct, frozen=True):
    id: str = "*"
    name: str = ""


class _Grant(msgspec.Struct, frozen=True):
    role: _Role
    division: _Division = _Division()


class _Subject(msgspec.Struct, frozen=True):
    grants: list[_Grant] = []


@dataclass(frozen=True)
class Visibility:
    """A client's permissions.

    Attributes:
        granted: Permission pattern (`routing:queue:*`) → ids of the divisions it holds in; `*` is all of them.
    """

    granted: Mapping[str, frozenset[str]]

    def divisions(self, permission: str) -> frozenset[str]:
        """Return the ids of the divisions in which a permission holds; empty when it holds nowhere."""
        found: set[str] = set()
        for pattern, divisions in self.granted.items():
            if _covers(pattern, permission):
                found |= divisions
        return frozenset(found)

    def unseen(self, permission: str, divisions: Collection[Mapping[str, Any]]) -> Sequence[str]:
        """Return the names of the divisions in which a permission does not hold, sorted."""
        held = self.divisions(permission)
        if "*" in held:
            return ()
        return sorted(str(it.get("name", it["id"])) for it in divisions if it["id"] not in held)


def read_visibility(client: GenesysClient) -> Visibility:
    """Ask which permissions the client has, and where."""
    subject = client.get("/api/v2/authorization/subjects/me", _Subject, {"includeFullRoles": True})
    granted: dict[str, set[str]] = {}
    for grant in subject.grants:
        for policy in grant.role.policies:
            for action in policy.actions:
                pattern = f"{policy.domain}:{policy.entity_name}:{action}"
                granted.setdefault(pattern, set()).add(grant.division.id)
    return Visibility({pattern: frozenset(ids) for pattern, ids in granted.items()})


def _covers(pattern: str, permission: str) -> bool:
    parts = zip(pattern.split(":"), permission.split(":"), strict=True)
    return all(held in ("*", wanted) for held, wanted in parts)
