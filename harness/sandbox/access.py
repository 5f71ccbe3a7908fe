"""Who may do what: OAuth clients with their grants, and the tokens that they were given."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from harness.sandbox.changes import Actor
from harness.sandbox.clock import Clock

__all__ = ["EVERYTHING", "Access", "Client", "Grant", "Token", "covers"]


@dataclass(frozen=True)
class Grant:
    """A role in some divisions.

    Attributes:
        permissions: Such as `routing:queue:view`; `*` stands for any part.
        divisions: Ids, or `*` for all of them.
        role: The role's name.
    """

    permissions: frozenset[str]
    divisions: frozenset[str] = frozenset({"*"})
    role: str = "Sandbox"

    def allows(self, permission: str, division_id: str | None = None) -> bool:
        """Tell whether it gives a permission, in a division when one is named.

        What belongs to all divisions (`*`) is seen from any of them.
        """
        within = division_id in (None, "*") or "*" in self.divisions or division_id in self.divisions
        return within and any(covers(held, permission) for held in self.permissions)


EVERYTHING = Grant(frozenset({"*"}), role="Master Admin")
"""Every permission in every division."""


def covers(held: str, wanted: str) -> bool:
    """Tell whether a permission that somebody holds includes another.

    Example:
        >>> covers("routing:*:view", "routing:queue:view"), covers("routing:queue:view", "routing:queue:edit")
        (True, False)
    """
    if held == "*":
        return True
    parts, others = held.split(":"), wanted.split(":")
    return len(parts) == len(others) and all(part in ("*", other) for part, other in zip(parts, others, strict=True))


@dataclass(frozen=True, kw_only=True)
class Client:
    """An OAuth client.

    Attributes:
        secret: Hidden from `repr`; None for a public client, which proves itself by PKCE.
        redirect_uris: Where a user may be sent back to; the port of a loopback address may differ.
        user_id: The user who signs in when the client asks for one, or None when it only acts for itself.
        validity_s: How long its tokens live, in seconds.
        scope: What its users' tokens are limited to.

    Source:
        `platform.md` section 1.2: a token lives 24 h when the client does not say otherwise.
    """

    id: str
    secret: str | None = field(repr=False)
    name: str = "Sandbox"
    grants: tuple[Grant, ...] = (EVERYTHING,)
    redirect_uris: tuple[str, ...] = ()
    user_id: str | None = None
    validity_s: int = 86_400
    scope: tuple[str, ...] = ()

    @property
    def grant_type(self) -> str:
        """In the platform's words."""
        return "CODE" if self.redirect_uris else "CLIENT-CREDENTIALS"

    def allows(self, permissions: Sequence[str], division_id: str | None = None) -> bool:
        """Tell whether it has one of some permissions, in a division when one is named; none needed is allowed."""
        return not permissions or any(
            grant.allows(permission, division_id) for grant in self.grants for permission in permissions
        )


@dataclass(frozen=True, kw_only=True)
class Token:
    """A bearer token."""

    value: str = field(repr=False)
    client: Client
    user_id: str | None
    expires: datetime

    @property
    def actor(self) -> Actor:
        """Who acts with it."""
        return Actor(self.client.id, self.user_id)


class Access:
    """The clients of an org and the tokens in use.

    Args:
        clients: With different ids.
        clock: What tokens expire by.
        seed: What tokens follow from.
    """

    def __init__(self, clients: Iterable[Client], clock: Clock, seed: int = 0) -> None:
        self.clients = {client.id: client for client in clients}
        self._clock = clock
        self._random = Random(f"{seed} tokens")  # noqa: S311 - it guards nothing but play
        self._tokens: dict[str, Token] = {}

    def authenticate(self, client_id: str, secret: str | None) -> Client | None:
        """Return the client that knows its secret, else None; a public client has none to know."""
        client = self.clients.get(client_id)
        if client is None or (client.secret is None) != (secret is None):
            return None
        known = client.secret or ""
        return client if hmac.compare_digest(known.encode(), (secret or "").encode()) else None

    def issue(self, client: Client, user_id: str | None = None) -> Token:
        """Return a new token."""
        expires = self._clock.now() + timedelta(seconds=client.validity_s)
        token = Token(value=self.secret(), client=client, user_id=user_id, expires=expires)
        self._tokens[token.value] = token
        return token

    def secret(self) -> str:
        """Return 43 characters that nobody was given before."""
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        return "".join(self._random.choices(alphabet, k=43))

    def token(self, value: str) -> Token | None:
        """Return a token that is still good, else None."""
        token = self._tokens.get(value)
        return token if token is not None and token.expires > self._clock.now() else None

    def revoke(self, value: str) -> None:
        """Make a token useless."""
        self._tokens.pop(value, None)
