"""Logging in as a user, with a test in the browser's place."""

import base64
import hashlib
import socket
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from harness.client import UserToken, login, region_of
from harness.errors import ApiError, AuthError, HarnessError, PayloadError, UnavailableError, UsageError
from tests.client.server import Reply, Server

Browser = Callable[[dict[str, str]], object]


def back(query: dict[str, str], **answer: str) -> httpx.Response:
    """Come back to the redirect like a browser does."""
    with httpx.Client(trust_env=False) as http:
        return http.get(query["redirect_uri"].replace("localhost", "127.0.0.1"), params=answer)


def log_in(server: Server, browser: Browser, timeout_s: float = 10.0) -> UserToken:
    """Log in with a browser that runs beside us, and gets the query of the address that it was sent to."""
    threads: list[threading.Thread] = []

    def open_browser(url: str) -> None:
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{server.url}/oauth/authorize"
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        threads.append(threading.Thread(target=browser, args=(query,), daemon=True))
        threads[0].start()

    try:
        return login(region_of(server.url), "client-1", open_browser=open_browser, timeout_s=timeout_s, port=0)
    finally:
        threads[0].join()


def agree(query: dict[str, str]) -> None:
    back(query, code="canary-code", state=query["state"])


def test_the_code_is_exchanged_with_the_proof_that_the_browser_never_saw(server: Server) -> None:
    asked: list[dict[str, str]] = []

    def browser(query: dict[str, str]) -> None:
        asked.append(query)
        agree(query)

    server.on("POST", "/oauth/token", server.token(3600))
    before = datetime.now(UTC)
    token = log_in(server, browser)
    (query,) = asked
    assert query["response_type"] == "code"
    assert query["client_id"] == "client-1"
    assert query["code_challenge_method"] == "S256"
    assert query["redirect_uri"].startswith("http://localhost:")
    assert query["redirect_uri"].endswith("/callback")
    (exchange,) = server.seen
    form = {name: values[0] for name, values in parse_qs(exchange.body.decode()).items()}
    verifier = form.pop("code_verifier")
    assert 43 <= len(verifier) <= 128
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert query["code_challenge"] == challenge
    assert form == {
        "grant_type": "authorization_code",
        "code": "canary-code",
        "redirect_uri": query["redirect_uri"],
        "client_id": "client-1",
    }
    assert "authorization" not in exchange.headers
    assert (token.value, token.client_id, token.region) == ("token-1", "client-1", server.url)
    assert timedelta(seconds=3590) < token.expires_at - before < timedelta(seconds=3610)


def test_whoever_does_not_know_the_state_is_not_listened_to(server: Server) -> None:
    strangers: list[httpx.Response] = []

    def browser(query: dict[str, str]) -> None:
        strangers.append(back(query, code="forged", state="guess"))
        strangers.append(back(query, code="forged"))
        strangers.append(back({"redirect_uri": query["redirect_uri"].replace("callback", "favicon.ico")}))
        agree(query)

    log_in(server, browser)
    assert [stranger.status_code for stranger in strangers] == [404, 404, 404]
    assert b"forged" not in server.seen[0].body


def test_a_refused_login_is_told(server: Server) -> None:
    def browser(query: dict[str, str]) -> None:
        back(query, error="access_denied", error_description="jo@example.test said no", state=query["state"])

    with pytest.raises(AuthError) as caught:
        log_in(server, browser)
    assert str(caught.value) == "GET /oauth/authorize: the login was refused: (hidden) said no"
    assert server.seen == []


def test_a_refusal_without_a_reason_is_one_too(server: Server) -> None:
    with pytest.raises(AuthError, match="the login was refused: without a reason"):
        log_in(server, lambda query: back(query, state=query["state"]))


def test_nobody_is_waited_for_for_ever(server: Server) -> None:
    with pytest.raises(UsageError, match=r"nobody logged in within 0 s\n  start again with: wrapup login"):
        log_in(server, lambda query: None, timeout_s=0.01)


def test_a_port_that_is_taken_is_named(server: Server) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} of this machine cannot be used"):
            login(region_of(server.url), "client-1", open_browser=lambda url: None, port=port)


@pytest.mark.parametrize(
    ("reply", "kind", "text"),
    [
        (
            Reply(400, {"error": "invalid_grant", "error_description": "canary-code"}),
            AuthError,
            "invalid_grant: (hidden)",
        ),
        (Reply(503), UnavailableError, "asked once, because repeating it is not safe"),
        (Reply(how="reset"), UnavailableError, "asked once, because repeating it is not safe"),
        (Reply(307, headers={"Location": "https://elsewhere.test"}), ApiError, "not followed"),
        (Reply(body=b"<html>"), PayloadError, "an HTML page"),
    ],
)
def test_a_token_that_cannot_be_had_is_told_without_the_code(
    server: Server, reply: Reply, kind: type[HarnessError], text: str
) -> None:
    """A code is good for one use; an exchange that may have happened is not repeated."""
    server.on("POST", "/oauth/token", reply)
    with pytest.raises(kind) as caught:
        log_in(server, agree)
    assert text in str(caught.value)
    assert "canary" not in "".join(traceback.format_exception(caught.value))
    assert len(server.seen) == 1
