"""Who we are to the platform: read from the environment or from a stored login, never from a command line."""

import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from harness.client.regions import Region, region_of
from harness.errors import UsageError

__all__ = [
    "Access",
    "AccessToken",
    "ClientCredentials",
    "Credentials",
    "UserToken",
    "access_from_environment",
    "load_user_token",
    "save_user_token",
]

_ID, _SECRET, _REGION, _TOKEN = (
    "GENESYSCLOUD_OAUTHCLIENT_ID",
    "GENESYSCLOUD_OAUTHCLIENT_SECRET",
    "GENESYSCLOUD_REGION",
    "GENESYSCLOUD_ACCESS_TOKEN",
)
_PAIRS = ((_ID, _SECRET), ("GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET"))
_REGIONS = (_REGION, "GENESYS_REGION")
_ORG = "GENESYS_ORG_ID"
_NOT_READ = (
    "GENESYS_CLOUD_CLIENT_ID",
    "GENESYS_CLOUD_CLIENT_SECRET",
    "GENESYS_CLOUD_REGION",
    "GENESYS_CLOUD_ACCESS_TOKEN",
    "GENESYSCLOUD_API_REGION",
    "GENESYSCLOUD_CLIENT_ID",
    "GENESYSCLOUD_CLIENT_SECRET",
    "PURECLOUD_CLIENT_ID",
    "PURECLOUD_CLIENT_SECRET",
    "PURECLOUD_REGION",
)
"""What other tools around the platform read; pointed out when ours are missing."""


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """An OAuth client of the grant type *client credentials*."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token that somebody else fetched; it cannot be renewed."""

    value: str = field(repr=False)


Credentials = ClientCredentials | AccessToken


@dataclass(frozen=True, slots=True)
class Access:
    """Where to go, as whom, and which org must be found there.

    Attributes:
        org_id: The id that `GET /api/v2/organizations/me` must answer, or None when any org will do.
    """

    region: Region
    credentials: Credentials
    org_id: str | None = None


@dataclass(frozen=True, slots=True)
class UserToken:
    """A user's own login: some calls must be made as the agent whom they concern.

    Attributes:
        region: As `region_of` understands it.
    """

    region: str
    client_id: str
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)]
    value: str = field(repr=False)

    def access(self, now: datetime, org_id: str | None = None) -> Access:
        """Return what a client needs to act as this user.

        Raises:
            UsageError: If the login has expired.
        """
        if now >= self.expires_at:
            raise UsageError(
                f"the stored login expired at {self.expires_at:%Y-%m-%d %H:%M %Z}", "log in again with: wrapup login"
            )
        return Access(region_of(self.region), AccessToken(self.value), org_id)


class _Stored(msgspec.Struct):
    format: Literal[1]
    login: UserToken


def access_from_environment(environ: Mapping[str, str]) -> Access:
    """Return the access that the environment describes; a token wins over a client.

    The id and the secret of a client must come from the same pair of variables: half of one pair and half of
    another would be two orgs' credentials mixed.

    Raises:
        UsageError: If something is missing or cannot be used; all of it in one message, no value of a secret in it.
    """
    values = {name: text.strip() for name, text in environ.items() if text.strip()}
    region_text = next((values[name] for name in _REGIONS if name in values), None)
    credentials = _credentials(values)
    missing = [f"{_TOKEN}, or {_ID} and {_SECRET}"] if credentials is None else []
    if isinstance(credentials, str):
        missing.append(credentials)
    if region_text is None:
        missing.append(_REGION)
    if missing or credentials is None or isinstance(credentials, str) or region_text is None:
        others = [name for name in _NOT_READ if name in values]
        unread = f"; set, but not read: {', '.join(others)}" if others else ""
        raise UsageError(
            f"the environment lacks {'; '.join(missing)}",
            f"the names are those of the vendor's tools; {_PAIRS[1][0]}, {_PAIRS[1][1]} and {_REGIONS[1]} "
            f"are understood too{unread}",
        )
    return Access(region_of(region_text), credentials, values.get(_ORG))


def save_user_token(path: Path, token: UserToken) -> None:
    """Store a login so that only its owner can read it; the folder is made when it is missing.

    Args:
        path: The file, in the user's own configuration folder.
        token: What `login` returned.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp makes the file readable by its owner only, from the first byte on.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(_Stored(1, token)))
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load_user_token(path: Path) -> UserToken:
    """Return the login that `save_user_token` stored.

    Raises:
        UsageError: If there is none, others could read it, or it cannot be understood.
    """
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except FileNotFoundError:
        raise UsageError("nobody is logged in", "log in with: wrapup login") from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise UsageError(
            f"{path}: other users of this machine can read the login", f"chmod 600 {path}, or log in again"
        )
    try:
        token = msgspec.json.decode(content, type=_Stored).login
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Not even the cause is shown: it could quote the file, which holds a token.
        raise UsageError(f"{path}: this is not a stored login", "log in again with: wrapup login") from None
    _refuse_unusable("the stored login", token.value)
    return token


def _credentials(values: Mapping[str, str]) -> Credentials | str | None:
    """Return the credentials, None when there are none, or the name of the one variable that is missing."""
    if _TOKEN in values:
        return AccessToken(_refuse_unusable(_TOKEN, values[_TOKEN]))
    for id_name, secret_name in _PAIRS:
        if id_name in values and secret_name in values:
            return ClientCredentials(values[id_name], values[secret_name])
        if id_name in values or secret_name in values:
            return secret_name if id_name in values else id_name
    return None


def _refuse_unusable(what: str, token: str) -> str:
    # Such a token could not be sent, and the network library would quote it when it says so.
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise UsageError(f"{what} has characters in it that no token has", "copy it again, without quotes or spaces")
    return token
