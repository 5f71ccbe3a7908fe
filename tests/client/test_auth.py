"""Signing in: one token for all, renewed once, and never shown to another host."""

import base64
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from harness.client import AccessToken, ClientCredentials
from harness.client.auth import TokenResponse
from harness.errors import ApiError, AuthError, PayloadError, RateLimitedError, UnavailableError
from tests.client.helpers import CODES, CREDENTIALS, SECRET, FakeTime, a_client
from tests.client.server import Reply, Seen, Server


def authorizations(server: Server, path: str = CODES) -> list[str]:
    return [seen.headers.get("authorization", "") for seen in server.asked(path)]


def test_the_token_is_fetched_with_basic_and_a_form_and_used_as_bearer(server: Server) -> None:
    server.on("GET", CODES, Reply())
    with a_client(server) as client:
        client.get(CODES, dict)
        client.get(CODES, dict)
    (fetched,) = server.asked("/oauth/token")
    assert fetched.body == b"grant_type=client_credentials"
    assert fetched.headers["content-type"] == "application/x-www-form-urlencoded"
    assert base64.b64decode(fetched.headers["authorization"].removeprefix("Basic ")).decode() == f"client-1:{SECRET}"
    assert authorizations(server) == ["Bearer token-1", "Bearer token-1"]


@pytest.mark.parametrize(("lifetime_s", "usable_s"), [(86400, 86340), (300, 270), (5, 4.5)])
def test_a_token_is_renewed_shortly_before_it_expires(server: Server, lifetime_s: float, usable_s: float) -> None:
    time = FakeTime()
    server.on("POST", "/oauth/token", server.token(lifetime_s))
    server.on("GET", CODES, Reply())
    with a_client(server, time=time) as client:
        client.get(CODES, dict)
        time.now += usable_s - 0.1
        client.get(CODES, dict)
        time.now += 0.2
        client.get(CODES, dict)
    assert authorizations(server) == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]


def test_a_token_refused_midway_is_renewed_once_and_the_request_repeated(server: Server) -> None:
    server.on("GET", CODES, Reply(401), Reply(body={"ok": 1}))
    with a_client(server) as client:
        assert client.get(CODES, dict) == {"ok": 1}
    assert authorizations(server) == ["Bearer token-1", "Bearer token-2"]


def test_a_write_is_repeated_with_its_body_after_a_401(server: Server) -> None:
    server.on("POST", CODES, Reply(401), Reply(body={"id": "code-1"}))
    with a_client(server, allow_writes=True) as client:
        client.post(CODES, {"name": "Sale"}, dict)
    assert [seen.body for seen in server.asked(CODES)] == [b'{"name":"Sale"}'] * 2


def test_a_second_refusal_is_final(server: Server) -> None:
    server.on("GET", CODES, Reply(401, {"code": "bad.credentials", "message": "No."}, {"inin-correlation-id": "c-1"}))
    with a_client(server) as client, pytest.raises(AuthError) as caught:
        client.get(CODES, dict)
    assert len(server.asked("/oauth/token")) == 2
    assert len(server.asked(CODES)) == 2
    assert str(caught.value) == (
        f"GET {CODES} answered 401 bad.credentials (correlation id c-1): No.\n"
        "  the token has expired or was revoked, or the credentials belong to another region"
    )


def test_threads_that_are_refused_together_renew_the_token_once(server: Server) -> None:
    """Minting tokens is itself rate limited."""
    together = threading.Barrier(4)

    def once_all_are_here(seen: Seen) -> Reply:
        return Reply(401) if seen.headers["authorization"] == "Bearer token-1" else Reply(body={"ok": 1})

    server.on("GET", CODES, once_all_are_here)
    with a_client(server) as client, ThreadPoolExecutor(4) as pool:

        def ask(_: int) -> object:
            together.wait(5)
            return client.get(CODES, dict)

        assert list(pool.map(ask, range(4))) == [{"ok": 1}] * 4
    assert len(server.asked("/oauth/token")) == 2


def test_a_token_from_the_environment_cannot_be_renewed(server: Server) -> None:
    server.on("GET", CODES, Reply(401))
    with a_client(server, credentials=AccessToken("canary")) as client, pytest.raises(AuthError):
        client.get(CODES, dict)
    assert authorizations(server) == ["Bearer canary"]
    assert server.asked("/oauth/token") == []


@pytest.mark.parametrize(("status", "word"), [(400, "invalid_grant"), (401, "invalid_client"), (403, "access_denied")])
def test_refused_credentials_say_what_to_check(server: Server, status: int, word: str) -> None:
    body = {"error": word, "error_description": f"client not found, secret {SECRET}"}
    server.on("POST", "/oauth/token", Reply(status, body))
    with a_client(server) as client, pytest.raises(AuthError) as caught:
        client.get(CODES, dict)
    assert str(caught.value) == (
        f"POST /oauth/token answered {status} {word}: client not found, secret (hidden)\n"
        "  check the client's id, its secret, its grant type, and that it belongs to this region's org"
    )
    assert server.asked(CODES) == []


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(429), RateLimitedError),
        (Reply(503), UnavailableError),
        (Reply(how="reset"), UnavailableError),
        (Reply(404), ApiError),
        (Reply(302, headers={"Location": "https://elsewhere.test/"}), ApiError),
        (Reply(body=b"<html>sign in</html>"), PayloadError),
        (Reply(body={"token_type": "bearer"}), PayloadError),
    ],
)
def test_a_token_endpoint_that_fails_otherwise_is_named(server: Server, reply: Reply, kind: type[ApiError]) -> None:
    server.on("POST", "/oauth/token", reply)
    with a_client(server) as client, pytest.raises(kind) as caught:
        client.get(CODES, dict)
    assert str(caught.value).startswith("POST /oauth/token")


def test_fetching_a_token_is_repeated_when_the_endpoint_stumbles(server: Server) -> None:
    server.on("POST", "/oauth/token", Reply(503), Reply(how="reset"), server.token())
    server.on("GET", CODES, Reply(body={"ok": 1}))
    with a_client(server) as client:
        assert client.get(CODES, dict) == {"ok": 1}


def test_another_host_never_gets_the_token() -> None:
    with Server() as server, Server() as elsewhere:
        elsewhere.on("GET", "/download", Reply(body={"from": "elsewhere"}))
        server.on("GET", CODES, Reply(302, headers={"Location": f"{elsewhere.url}/download?signature=1"}))
        with a_client(server) as client:
            assert client.get(CODES, dict) == {"from": "elsewhere"}
        (seen,) = elsewhere.seen
    assert seen.query == {"signature": ["1"]}
    assert "authorization" not in seen.headers
    assert not any("token" in text for text in seen.headers.values())


def test_the_auth_itself_gives_no_token_to_another_host(server: Server) -> None:
    with a_client(server) as client:
        flow = client._auth.sync_auth_flow(httpx.Request("GET", "https://elsewhere.test/"))
        assert "authorization" not in next(flow).headers
        with pytest.raises(StopIteration):
            flow.send(httpx.Response(401))


def test_the_same_host_on_another_port_is_another_host(server: Server) -> None:
    with a_client(server, credentials=CREDENTIALS) as client:
        assert client._auth.is_for_the_api(httpx.URL(f"{server.url}/x"))
        assert not client._auth.is_for_the_api(httpx.URL("http://127.0.0.1:1/x"))
        assert not client._auth.is_for_the_api(httpx.URL(server.url.replace("http:", "https:")))


def test_a_token_response_does_not_show_its_token() -> None:
    assert repr(TokenResponse("canary", 60.0)) == "TokenResponse(expires_in=60.0)"


def test_unusual_characters_in_a_secret_survive(server: Server) -> None:
    server.on("GET", CODES, Reply())
    with a_client(server, credentials=ClientCredentials("id", "pä:ss+w%rd")) as client:
        client.get(CODES, dict)
    sent = server.asked("/oauth/token")[0].headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent).decode() == "id:pä:ss+w%rd"
