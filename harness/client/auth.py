"""Signing in: a bearer token for the API's own host, cached until shortly before it expires."""

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

import httpx
import msgspec

from harness.client.credentials import AccessToken, ClientCredentials, Credentials
from harness.client.decode import decode
from harness.client.faults import exchange_of, refusal
from harness.client.regions import Region
from harness.client.transport import REPEATABLE
from harness.errors import AuthError

__all__ = ["TokenAuth", "TokenResponse", "read_token"]

_LEEWAY_S = 60.0


class TokenResponse(msgspec.Struct, frozen=True):
    """What the token endpoint answers. Source: `platform.md` section 1.2.

    Attributes:
        expires_in: Seconds.
    """

    access_token: str
    expires_in: float

    def __repr__(self) -> str:
        return f"TokenResponse(expires_in={self.expires_in})"


@dataclass(frozen=True, slots=True)
class _Token:
    value: str = field(repr=False)
    usable_until: float


class TokenAuth(httpx.Auth):
    """Adds a token to requests for the API's host, and to no others.

    A token that the platform refuses is fetched anew once, and the request repeated once; a second refusal is final.
    Threads share one token: whoever comes first fetches it.
    """

    def __init__(
        self, region: Region, credentials: Credentials, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Sign in as late as possible: with the first request.

        Args:
            region: Where tokens come from and where they may go.
            credentials: A client, or a token that cannot be renewed.
            clock: Seconds that never go back.
        """
        self._region = region
        self._api = httpx.URL(region.api)
        self._credentials = credentials
        self._clock = clock
        self._lock = threading.Lock()
        self._token: _Token | None = None
        self._secrets: set[str] = set()
        if isinstance(credentials, AccessToken):
            self._token = self._remember(_Token(credentials.value, usable_until=float("inf")))
        else:
            self._basic = httpx.BasicAuth(credentials.client_id, credentials.client_secret)
            self._secrets.add(credentials.client_secret)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value that must not be shown, tokens of the past included."""
        return tuple(self._secrets)

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request with a token, and once more with a new one if that token is refused."""
        if not self.is_for_the_api(request.url):
            yield request
            return
        token = yield from self._usable_token(refused=None)
        request.headers["Authorization"] = f"Bearer {token.value}"
        response = yield request
        if response.status_code != 401 or isinstance(self._credentials, AccessToken):
            return
        token = yield from self._usable_token(refused=token)
        request.headers["Authorization"] = f"Bearer {token.value}"
        yield request

    def is_for_the_api(self, url: httpx.URL) -> bool:
        """Tell whether a URL is of the one server that may see the token."""
        return (url.scheme, url.host, url.port) == (self._api.scheme, self._api.host, self._api.port)

    def _usable_token(self, refused: _Token | None) -> Generator[httpx.Request, httpx.Response, _Token]:
        # The lock is held while the token is fetched: other threads wait for it instead of fetching their own.
        with self._lock:
            token = self._token
            if token is None or token is refused or self._clock() >= token.usable_until:
                token = self._token = yield from self._fetch()
            return token

    def _fetch(self) -> Generator[httpx.Request, httpx.Response, _Token]:
        assert isinstance(self._credentials, ClientCredentials)  # noqa: S101 # a token given to us is always usable
        request = httpx.Request(
            "POST",
            f"{self._region.login}/oauth/token",
            data={"grant_type": "client_credentials"},
            extensions={REPEATABLE: True},
        )
        asked = self._clock()
        answer = read_token(request, (yield next(self._basic.auth_flow(request))), self.secrets)
        # A minute is enough for a request under way; of a short life, nine tenths are used.
        lifetime_s = answer.expires_in - min(_LEEWAY_S, answer.expires_in / 10)
        return self._remember(_Token(answer.access_token, asked + lifetime_s))

    def _remember(self, token: _Token) -> _Token:
        self._secrets.add(token.value)
        return token


def read_token(request: httpx.Request, response: httpx.Response, secrets: tuple[str, ...]) -> TokenResponse:
    """Return the token that the token endpoint answered.

    Args:
        request: What was sent to it.
        response: Its answer; the body was read.
        secrets: Values that must not appear in an error.

    Raises:
        AuthError: If it refused the credentials.
        ApiError: If it answered anything else than a token.
    """
    if response.is_success:
        return decode(response.content, TokenResponse, exchange_of(request, response))
    error = refusal(request, response, secrets)
    if response.status_code in (400, 401, 403):
        hint = "check the client's id, its secret, its grant type, and that it belongs to this region's org"
        raise AuthError(error.exchange, hint)
    raise error
