"""Credentials: which are used, and that none of them is ever shown."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.client.credentials import (
    AccessToken,
    ClientCredentials,
    UserToken,
    access_from_environment,
    load_user_token,
    save_user_token,
)
from harness.errors import UsageError

PAIR = {
    "GENESYSCLOUD_OAUTHCLIENT_ID": "id-1",
    "GENESYSCLOUD_OAUTHCLIENT_SECRET": "canary",
    "GENESYSCLOUD_REGION": "eu-west-1",
}
GUIDES = {"GENESYS_CLIENT_ID": "id-2", "GENESYS_CLIENT_SECRET": "canary-2", "GENESYS_REGION": "mypurecloud.de"}
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_an_empty_environment_is_told_everything_it_lacks() -> None:
    with pytest.raises(UsageError) as caught:
        access_from_environment({"GENESYS_CLOUD_CLIENT_ID": "x", "GENESYSCLOUD_REGION": "  "})
    assert str(caught.value) == (
        "the environment lacks GENESYSCLOUD_ACCESS_TOKEN, or GENESYSCLOUD_OAUTHCLIENT_ID and "
        "GENESYSCLOUD_OAUTHCLIENT_SECRET; GENESYSCLOUD_REGION\n"
        "  the names are those of the vendor's tools; GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and GENESYS_REGION "
        "are understood too; set, but not read: GENESYS_CLOUD_CLIENT_ID"
    )


@pytest.mark.parametrize(
    ("lacking", "family"),
    [
        ("GENESYSCLOUD_OAUTHCLIENT_SECRET", PAIR),
        ("GENESYSCLOUD_OAUTHCLIENT_ID", PAIR),
        ("GENESYS_CLIENT_SECRET", GUIDES),
    ],
)
def test_half_a_pair_is_not_completed_from_elsewhere(lacking: str, family: dict[str, str]) -> None:
    """An id of one org with a secret of another would be sent to the wrong place."""
    half = {name: text for name, text in family.items() if name != lacking}
    other = GUIDES if family is PAIR else {}
    with pytest.raises(UsageError, match=f"the environment lacks {lacking}\n"):
        access_from_environment(other | half)


def test_the_vendors_names_come_before_the_guides() -> None:
    access = access_from_environment(PAIR | GUIDES | {"GENESYS_ORG_ID": " org-1\n"})
    assert access.credentials == ClientCredentials("id-1", "canary")
    assert access.region.name == "eu-west-1"
    assert access.org_id == "org-1"


def test_the_guides_names_are_understood() -> None:
    access = access_from_environment(GUIDES)
    assert access.credentials == ClientCredentials("id-2", "canary-2")
    assert access.region.name == "eu-central-1"
    assert access.org_id is None


def test_a_token_wins() -> None:
    access = access_from_environment(PAIR | {"GENESYSCLOUD_ACCESS_TOKEN": "canary-token\n"})
    assert access.credentials == AccessToken("canary-token")


@pytest.mark.parametrize("token", ["canary token", "canary\ntoken", "canaryé"])
def test_a_token_that_cannot_be_sent_is_refused_unseen(token: str) -> None:
    """The network library would quote the whole header in its own error."""
    with pytest.raises(UsageError) as caught:
        access_from_environment(PAIR | {"GENESYSCLOUD_ACCESS_TOKEN": token})
    assert "GENESYSCLOUD_ACCESS_TOKEN has characters in it that no token has" in str(caught.value)
    assert "canary" not in str(caught.value)


def test_no_repr_shows_a_secret() -> None:
    token = UserToken("eu-west-1", "client-1", NOW, "canary")
    shown = [
        access_from_environment(PAIR),
        access_from_environment(PAIR | {"GENESYSCLOUD_ACCESS_TOKEN": "canary"}),
        token,
    ]
    assert "canary" not in repr(shown) + str(shown) + f"{shown}"


def test_a_stored_login_comes_back_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "login.json"
    token = UserToken("eu-west-1", "client-1", NOW + timedelta(hours=1), "canary")
    save_user_token(path, token)
    save_user_token(path, token)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["login.json"]
    assert load_user_token(path) == token
    access = token.access(NOW, "org-1")
    assert (access.region.name, access.credentials, access.org_id) == ("eu-west-1", AccessToken("canary"), "org-1")


def test_a_login_that_cannot_be_stored_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "login.json"
    path.mkdir()
    with pytest.raises(OSError, match="login"):
        save_user_token(path, UserToken("eu-west-1", "client-1", NOW, "canary"))
    assert [file.name for file in tmp_path.iterdir()] == ["login.json"]


def test_an_expired_login_says_how_to_renew_it() -> None:
    with pytest.raises(UsageError, match=r"expired at 2026-11-21 00:00 UTC\n  log in again with: wrapup login"):
        UserToken("eu-west-1", "client-1", NOW, "canary").access(NOW)


def test_without_a_login_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nobody is logged in\n  log in with: wrapup login"):
        load_user_token(tmp_path / "login.json")


def test_a_login_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "login.json"
    save_user_token(path, UserToken("eu-west-1", "client-1", NOW, "canary"))
    path.chmod(0o640)
    with pytest.raises(UsageError, match="other users of this machine can read the login"):
        load_user_token(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"canary",
        b"\xff",
        b"{}",
        b'{"format": 2, "login": {}}',
        b'{"format": 1, "login": {"region": "r", "client_id": "c", "expires_at": "2026-01-01T00:00:00", "value": "canary"}}',
        b'{"format": 1, "login": {"region": "r", "client_id": "c", "expires_at": "2026-01-01T00:00:00Z", "value": ["canary"]}}',
    ],
)
def test_a_damaged_login_is_refused_without_quoting_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "login.json"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(UsageError, match="this is not a stored login") as caught:
        load_user_token(path)
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None
