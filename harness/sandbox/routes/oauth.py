"""The login host: tokens for clients, and for users who sign in.

Source:
    `platform.md` section 1.2; RFC 6749 (errors in section 5.2), RFC 7636 (PKCE), RFC 8252 section 7.3 (a loopback
    address may come with any port).
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from harness.sandbox.access import Access, Client, Token
from harness.sandbox.area import json_response
from harness.sandbox.call import Platform
from harness.sandbox.clock import Clock

__all__ = ["routes"]

_CODE_VALID_S = 300
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _OAuthError(Exception):
    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error, description, status)
        self.error, self.description, self.status = error, description, status


@dataclass(frozen=True)
class _Authorization:
    """What a code stands for until it is traded for a token."""

    client: Client
    redirect_uri: str
    challenge: str | None
    expires: datetime


def routes(platform: Platform) -> list[Route]:
    """Return the login host's routes."""
    login = _Login(platform.access, platform.state.clock)
    return [
        Route("/oauth/token", login.token, methods=["POST"]),
        Route("/oauth/authorize", login.authorize, methods=["GET"]),
    ]


class _Login:
    def __init__(self, access: Access, clock: Clock) -> None:
        self._access = access
        self._clock = clock
        self._codes: dict[str, _Authorization] = {}
        self._refreshes: dict[str, str] = {}

    async def authorize(self, request: Request) -> Response:
        """Sign the client's user in at once and send the browser back with a code."""
        asked = request.query_params
        client = self._access.clients.get(asked.get("client_id", ""))
        redirect_uri = asked.get("redirect_uri", "")
        if client is None or client.user_id is None:
            return _error(_OAuthError("invalid_client", "no such client, or none that users sign in to"))
        if not any(_same_address(redirect_uri, known) for known in client.redirect_uris):
            # RFC 6749, section 4.1.2.1: never send anybody to an address that nobody registered.
            return _error(_OAuthError("invalid_request", "redirect_uri is not registered"))
        try:
            answer = {"code": self._code(client, redirect_uri, asked)}
        except _OAuthError as error:
            answer = {"error": error.error, "error_description": error.description}
        if "state" in asked:
            answer["state"] = asked["state"]
        separator = "&" if urlsplit(redirect_uri).query else "?"
        return RedirectResponse(f"{redirect_uri}{separator}{urlencode(answer)}", 302)

    def _code(self, client: Client, redirect_uri: str, asked: Any) -> str:
        if asked.get("response_type") != "code":
            raise _OAuthError("unsupported_response_type", "response_type must be code")
        challenge = asked.get("code_challenge")
        if challenge is None and client.secret is None:
            raise _OAuthError("invalid_request", "a public client needs a code_challenge")
        if challenge is not None and asked.get("code_challenge_method") != "S256":
            raise _OAuthError("invalid_request", "code_challenge_method must be S256")
        code = self._access.secret()
        expires = self._clock.now() + timedelta(seconds=_CODE_VALID_S)
        self._codes[code] = _Authorization(client, redirect_uri, challenge, expires)
        return code

    async def token(self, request: Request) -> Response:
        """Trade a client's secret, a code or a refresh token for an access token."""
        form = dict(parse_qsl((await request.body()).decode("latin-1")))
        try:
            return self._granted(self._client(request, form), form)
        except _OAuthError as error:
            return _error(error)

    def _client(self, request: Request, form: dict[str, str]) -> Client:
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        # A secret counts only in the header; a client without one names itself in the form.
        client_id, secret = form.get("client_id", ""), None
        if scheme.lower() == "basic":
            try:
                client_id, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                client_id = ""
        client = self._access.authenticate(client_id, secret)
        if client is None:
            raise _OAuthError("invalid_client", "client authentication failed", 401)
        return client

    def _granted(self, client: Client, form: dict[str, str]) -> Response:
        grant = form.get("grant_type")
        if grant == "client_credentials":
            if client.secret is None or client.grant_type != "CLIENT-CREDENTIALS":
                raise _OAuthError("unauthorized_client", "the client may not use this grant type")
            return _issued(self._access.issue(client))
        if grant == "authorization_code":
            self._redeem(client, form)
        elif grant == "refresh_token":
            if self._refreshes.pop(form.get("refresh_token", ""), None) != client.id:
                raise _OAuthError("invalid_grant", "the refresh token is not valid")
        else:
            raise _OAuthError("unsupported_grant_type", "the grant type is not supported")
        refresh = None
        if client.secret is not None:
            refresh = self._access.secret()
            self._refreshes[refresh] = client.id
        return _issued(self._access.issue(client, client.user_id), refresh)

    def _redeem(self, client: Client, form: dict[str, str]) -> None:
        # A code is good once, even when trading it fails.
        given = self._codes.pop(form.get("code", ""), None)
        if given is None or given.client.id != client.id or given.expires <= self._clock.now():
            raise _OAuthError("invalid_grant", "the authorization code is not valid")
        if form.get("redirect_uri") != given.redirect_uri:
            raise _OAuthError("invalid_grant", "redirect_uri is another than the code was asked with")
        verifier = form.get("code_verifier", "")
        if given.challenge is not None and not hmac.compare_digest(_challenge(verifier), given.challenge):
            raise _OAuthError("invalid_grant", "code_verifier does not match the code_challenge")


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _same_address(given: str, registered: str) -> bool:
    if given == registered:
        return True
    one, other = urlsplit(given), urlsplit(registered)
    loopback = other.hostname in _LOOPBACK and (one.scheme, one.hostname) == (other.scheme, other.hostname)
    return loopback and fnmatchcase(one.path, other.path)


def _issued(token: Token, refresh_token: str | None = None) -> Response:
    body: dict[str, Any] = {
        "access_token": token.value,
        "token_type": "bearer",
        "expires_in": token.client.validity_s,
    }
    if refresh_token is not None:
        body["refresh_token"] = refresh_token
    return json_response(body, headers={"cache-control": "no-store"})


def _error(error: _OAuthError) -> Response:
    headers = {"www-authenticate": "Basic"} if error.status == 401 else {}
    return json_response({"error": error.error, "error_description": error.description}, error.status, headers)
