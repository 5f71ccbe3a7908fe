"""Who may change codes and queues: the roles that allow it, and who holds them where."""

from typing import Literal, TypeAlias

import msgspec

__all__ = ["EDITING", "AccessReview", "Holder", "HolderKind", "ReviewedRole"]

EDITING = (
    "routing:wrapupCode:add",
    "routing:wrapupCode:edit",
    "routing:wrapupCode:delete",
    "routing:queue:add",
    "routing:queue:edit",
    "routing:queue:delete",
    "outbound:wrapUpCodeMapping:edit",
)
"""The permissions that let somebody change codes, queues, or what codes do in the dialer."""

HolderKind: TypeAlias = Literal["user", "group", "client", "other"]


class Holder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody or something that holds a role.

    Attributes:
        kind: What it is; `client` is an OAuth client.
        name: Printable; a person's is a pseudonym.
        divisions: Names of the divisions in which the role is held, sorted; `*` is all of them.
    """

    kind: HolderKind
    id: str
    name: str
    divisions: tuple[str, ...] = ()


class ReviewedRole(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A role that allows to change codes or queues.

    Attributes:
        permissions: Those of `EDITING` that it gives.
        everything: Whether it gives them by a wildcard, with much else.
        conditional: Whether it gives some under conditions only, which were not looked at.
        holders: By kind and name.
    """

    id: str
    name: str
    permissions: tuple[str, ...]
    everything: bool = False
    conditional: bool = False
    holders: tuple[Holder, ...] = ()


class AccessReview(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was found out about access.

    Attributes:
        roles: By name; only those that allow to change something.
        examined: How many roles the org has, or None when they were not read.
        unread: Why nothing was found out, or None.
    """

    roles: tuple[ReviewedRole, ...] = ()
    examined: int | None = None
    unread: str | None = None
