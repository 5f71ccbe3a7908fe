"""Logging in as a user: authorization code with PKCE, in the user's own browser.

Some calls, such as wrapping up an agent's conversation, are only allowed to that agent.

Source:
    RFC 7636 (PKCE), RFC 8252 (native apps on a loopback redirect); the vendor's SDK (`get_pkce_token`) for the fields.
"""

import base64
import hashlib
import queue
import secrets
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from harness.client.auth import read_token
from harness.client.credentials import UserToken
from harness.client.faults import fault
from harness.client.pacing import Pacer
from harness.client.quiet import quietly
from harness.client.redaction import redact
from harness.client.regions import Region
from harness.client.retries import Retries
from harness.client.transport import SteadyTransport, wire_to
from harness.errors import AuthError, Exchange, UsageError

__all__ = ["REDIRECT_PORT", "login"]

REDIRECT_PORT = 8421
"""The OAuth client must have the redirect `http://localhost:8421/callback`; the platform compares it letter by letter."""

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>wrapup</title><p>{text}</p></html>"""


def login(
    region: Region,
    client_id: str,
    *,
    open_browser: Callable[[str], object] = webbrowser.open,
    timeout_s: float = 300.0,
    port: int = REDIRECT_PORT,
) -> UserToken:
    """Let a user log in, and return the token that was given out for them.

    Args:
        region: Where the user's org is.
        client_id: An OAuth client of the grant type *code authorization*, with PKCE; it needs no secret.
        open_browser: Shows an address to the user.
        timeout_s: How long to wait for the user, in seconds.
        port: Where the browser is sent back to on this machine.

    Raises:
        UsageError: If the port is taken, or the user did not finish in time.
        AuthError: If the login was refused.
        ApiError: If the token could not be fetched.
    """
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    with _callbacks(port, state) as (redirect_uri, answers):
        query = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        open_browser(f"{region.login}/oauth/authorize?{urlencode(query)}")
        try:
            answer = answers.get(timeout=timeout_s)
        except queue.Empty:
            raise UsageError(f"nobody logged in within {timeout_s:.0f} s", "start again with: wrapup login") from None
    if "code" not in answer:
        told = redact(answer.get("error_description") or answer.get("error") or "without a reason")
        raise AuthError(Exchange("GET", "/oauth/authorize", message=f"the login was refused: {told}"))
    form = {
        "grant_type": "authorization_code",
        "code": answer["code"],
        "redirect_uri": redirect_uri,
        "client_id": client_id,
        "code_verifier": verifier,
    }
    return _exchange(region, client_id, form)


def _exchange(region: Region, client_id: str, form: dict[str, str]) -> UserToken:
    hidden = (form["code"], form["code_verifier"])
    # A code is good for one use: asking again is only safe while nothing was sent.
    transport = SteadyTransport(wire_to(region.login), pacer=Pacer(), retries=Retries())
    request = httpx.Request("POST", f"{region.login}/oauth/token", data=form)
    asked = datetime.now(UTC)
    with quietly(), httpx.Client(transport=transport) as http:
        try:
            response = http.send(request)
        except httpx.HTTPError as error:
            raise fault(request, error, hidden) from None
    token = read_token(request, response, hidden)
    return UserToken(region.name, client_id, asked + timedelta(seconds=token.expires_in), token.access_token)


@contextmanager
def _callbacks(port: int, state: str) -> Iterator[tuple[str, "queue.SimpleQueue[dict[str, str]]"]]:
    """Listen for the browser's return; yield the redirect's address and where its answer will be."""
    answers: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()

    class Callback(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            answer = {name: values[0] for name, values in parse_qs(parts.query).items()}
            ours = parts.path == "/callback" and secrets.compare_digest(
                answer.get("state", "").encode(), state.encode()
            )
            # Whoever does not know the state is not the browser that we sent away: go on waiting.
            status, text = (200, "You can close this window now.") if ours else (404, "Nothing here.")
            page = _PAGE.format(text=text).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)
            if ours:
                answers.put(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the request line holds the code."""

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Callback)
    except OSError as error:
        raise UsageError(f"port {port} of this machine cannot be used: {error.strerror}", "stop what uses it") from None
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}/callback", answers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
