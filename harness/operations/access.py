"""The access review: which roles may change codes and queues, and which people, groups and clients hold them.

Source:
    The vendor's SDK documentation: `GET /api/v2/authorization/roles` and `…/roles/{roleId}/subjectgrants`, which lists
    OAuth clients too (`PC_OAUTH_CLIENT`); both need `authorization:role:view`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from harness.client import GenesysClient, Listing
from harness.errors import AuthError
from harness.model.access import EDITING, AccessReview, Holder, HolderKind, ReviewedRole
from harness.model.ids import ALL_DIVISIONS, pseudonym
from harness.model.names import printable
from harness.operations.reading import read_listing

__all__ = ["review_access"]

_ROLES: Final = "/api/v2/authorization/roles"
_PAGE: Final = 100
_KINDS: Final[Mapping[str, HolderKind]] = {
    "PC_USER": "user",
    "PC_TRUSTEE_USER": "user",
    "PC_GROUP": "group",
    "PC_TRUSTEE_GROUP": "group",
    "PC_OAUTH_CLIENT": "client",
}
_ORDER: Final[Sequence[HolderKind]] = ("client", "user", "group", "other")


class _Policy(msgspec.Struct, frozen=True, rename="camel"):
    domain: str = ""
    entity_name: str = ""
    action_set: tuple[str, ...] = ()
    allow_conditions: bool | None = None
    resource_condition_node: Any = None

    @property
    def conditional(self) -> bool:
        return bool(self.allow_conditions) and self.resource_condition_node is not None

    def gives(self, permission: str) -> bool:
        domain, entity, action = permission.split(":")
        parts = ((self.domain, domain), (self.entity_name, entity))
        fits = all(held == "*" or held.casefold() == wanted.casefold() for held, wanted in parts)
        return fits and any(held == "*" or held.casefold() == action.casefold() for held in self.action_set)

    @property
    def wild(self) -> bool:
        return "*" in (self.domain, self.entity_name) or "*" in self.action_set


class _Role(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    name: str = ""
    permission_policies: tuple[_Policy, ...] | None = None


class _Division(msgspec.Struct, frozen=True):
    id: str = "*"
    name: str | None = None


class _Grant(msgspec.Struct, frozen=True):
    id: str
    name: str | None = None
    type: str = "UNKNOWN"
    divisions: tuple[_Division, ...] | None = None


def review_access(client: GenesysClient) -> AccessReview:
    """Return which roles may change codes and queues, and who holds them; people by pseudonym.

    What the client may not see is said in the review.

    Raises:
        ApiError: If the platform could not be asked, for another reason than a missing permission.
    """
    try:
        roles = read_listing(client, Listing(_ROLES, _PAGE), _Role)
        found = [_reviewed(client, role) for role in roles]
    except AuthError as error:
        if error.status != 403:
            raise
        needs = f"; it needs the permission {', '.join(error.permissions)}" if error.permissions else ""
        return AccessReview(unread=f"the client may not see roles{needs}")
    allowing = sorted((role for role in found if role is not None), key=lambda role: (role.name.casefold(), role.id))
    return AccessReview(roles=tuple(allowing), examined=len(found))


def _reviewed(client: GenesysClient, role: _Role) -> ReviewedRole | None:
    giving = [it for it in role.permission_policies or () if any(map(it.gives, EDITING))]
    if not giving:
        return None
    grants = read_listing(client, Listing(f"{_ROLES}/{role.id}/subjectgrants", _PAGE), _Grant)
    holders = sorted(map(_holder, grants), key=lambda it: (_ORDER.index(it.kind), it.name, it.id))
    return ReviewedRole(
        id=role.id,
        name=printable(role.name),
        permissions=tuple(it for it in EDITING if any(policy.gives(it) for policy in giving)),
        everything=any(policy.wild for policy in giving),
        conditional=any(policy.conditional for policy in giving),
        holders=tuple(holders),
    )


def _holder(grant: _Grant) -> Holder:
    kind = _KINDS.get(grant.type, "other")
    # Whatever is not known to be no person is treated as one.
    name = (grant.name or grant.id) if kind in ("client", "group") else pseudonym(grant.id)
    divisions = {it.id if it.id == ALL_DIVISIONS else printable(it.name or it.id) for it in grant.divisions or ()}
    return Holder(kind=kind, id=grant.id, name=printable(name), divisions=tuple(sorted(divisions)))
