"""Talking to the CRM: with its own address and its own token, which have nothing to do with the platform's."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import msgspec

from harness import __version__
from harness.client import Pacer, Retries
from harness.client.decode import what_is_wrong
from harness.client.quiet import quietly
from harness.client.redaction import redact
from harness.client.regions import is_loopback
from harness.client.transport import ATTEMPTS, REPEATABLE, WAITED_S, SteadyTransport, wire_to
from harness.errors import ApiError, AuthError, Exchange, PayloadError, RateLimitedError, UnavailableError, UsageError
from harness.model.names import printable

__all__ = ["CrmAccess", "CrmClient", "Receipt", "crm_access_from_environment", "idempotency_key"]

_URL, _TOKEN = "WRAPUP_CRM_URL", "WRAPUP_CRM_TOKEN"
_NOT_THE_CRMS = ("GENESYSCLOUD_ACCESS_TOKEN", "GENESYSCLOUD_OAUTHCLIENT_SECRET", "GENESYS_CLIENT_SECRET")
_TAKEN = frozenset({200, 201, 202, 204})


@dataclass(frozen=True, slots=True)
class CrmAccess:
    """Where the CRM takes dispositions, and what proves who we are.

    Attributes:
        url: The endpoint itself.
    """

    url: str
    token: str = field(repr=False)


def crm_access_from_environment(environ: Mapping[str, str]) -> CrmAccess:
    """Return what `WRAPUP_CRM_URL` and `WRAPUP_CRM_TOKEN` say.

    Raises:
        UsageError: If one is missing or cannot be used: an address that would show the token to others, or a token
            that is one of the platform's secrets.
    """
    values = {name: environ.get(name, "").strip() for name in (_URL, _TOKEN)}
    if missing := [name for name, value in values.items() if not value]:
        raise UsageError(
            f"the environment lacks {' and '.join(missing)}",
            "the CRM has credentials of its own; they are never given on the command line",
        )
    url, token = values[_URL], values[_TOKEN]
    _refuse_unusable(url)
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise UsageError(f"{_TOKEN} has characters in it that no token has", "copy it again, without quotes or spaces")
    for name in _NOT_THE_CRMS:
        if environ.get(name, "").strip() == token:
            raise UsageError(f"{_TOKEN} is the same as {name}", "the platform's secrets are never sent to the CRM")
    return CrmAccess(url, token)


def _refuse_unusable(url: str) -> None:
    # The address is not quoted: it may hold a password.
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise UsageError(f"{_URL} is not an address", "expected https://host/path") from None
    if parts.username is not None or parts.password is not None:
        raise UsageError(f"{_URL} has a user or a password in it", f"give the secret as {_TOKEN}")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment:
        raise UsageError(f"{_URL} is not an address that can be posted to", "expected https://host/path")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise UsageError(
            f"{_URL} is plain http, which would show the token to everybody on the way",
            "use https; plain http is for this machine only (127.0.0.1, localhost)",
        )


def idempotency_key(content: bytes) -> str:
    """Return the key of a request's content: the same content has the same key, in every run."""
    return f"wrapup-{hashlib.sha256(content).hexdigest()[:48]}"


@dataclass(frozen=True)
class Receipt:
    """What the CRM answered to content that it took.

    Attributes:
        status: The HTTP status.
        key: The idempotency key.
        attempts: How often it was sent.
        replayed: Whether the CRM says that it had taken the same content before.
    """

    status: int
    key: str
    attempts: int
    replayed: bool


class _CrmRetries(Retries):
    """Asks again after every 5xx: the idempotency key keeps the CRM from acting twice."""

    def wait_s(self, attempt: int, outcome: httpx.Response | httpx.TransportError, *, repeatable: bool) -> float | None:
        if isinstance(outcome, httpx.Response) and outcome.status_code >= 500 and outcome.status_code != 501:
            outcome = httpx.Response(503, headers=outcome.headers)
        return super().wait_s(attempt, outcome, repeatable=repeatable)


class CrmClient:
    """Posts to the CRM, if it was made for that.

    Args:
        access: Where to, and as whom.
        allow_writes: Whether anything is let through: the CRM is only ever written to.
        retries: When to ask again.
        wire: What really sends; None for the network.
        clock: Seconds that never go back.
        sleep: Waits that many seconds.
    """

    def __init__(
        self,
        access: CrmAccess,
        *,
        allow_writes: bool = False,
        retries: Retries | None = None,
        wire: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.access = access
        self._allow_writes = allow_writes
        given = retries or Retries()
        self._http = httpx.Client(
            transport=SteadyTransport(
                wire or wire_to(access.url),
                pacer=Pacer(clock=clock, sleep=sleep),
                retries=_CrmRetries(given.attempts, given.random, given.now),
                sleep=sleep,
            ),
            headers={"Accept": "application/json", "User-Agent": f"wrapup-harness/{__version__}"},
        )

    def __repr__(self) -> str:
        return f"CrmClient({self.access}, allow_writes={self._allow_writes})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with quietly():
            self._http.close()

    def post(self, records: Sequence[Mapping[str, Any]]) -> Receipt:
        """Post records as a JSON list.

        Raises:
            UsageError: If this client may not write.
            ApiError: If the CRM did not take them; with its status and what it said.
        """
        if not self._allow_writes:
            raise UsageError("posting would change the CRM, and this client may not write", "see --allow-writes")
        content = msgspec.json.encode(records)
        key = idempotency_key(content)
        request = self._http.build_request(
            "POST",
            self.access.url,
            content=content,
            headers={
                "Authorization": f"Bearer {self.access.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": key,
            },
            extensions={REPEATABLE: True},
        )
        try:
            with quietly():
                response = self._http.send(request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._no_answer(request, error) from None
        attempts = request.extensions[ATTEMPTS]
        if response.status_code not in _TAKEN:
            raise self._refusal(request, response)
        wrong = what_is_wrong(response.content) if response.content.lstrip().startswith(b"<") else None
        if wrong is not None:
            raise PayloadError(self._exchange(request, response), "$", "the CRM's own answer", wrong)
        replayed = response.headers.get("idempotent-replayed", "").lower() == "true"
        return Receipt(response.status_code, key, attempts, replayed)

    def _exchange(self, request: httpx.Request, response: httpx.Response) -> Exchange:
        said = printable(redact(response.text, (self.access.token,)))
        return Exchange("POST", request.url.path, response.status_code, message=said or None)

    def _refusal(self, request: httpx.Request, response: httpx.Response) -> ApiError:
        exchange, status = self._exchange(request, response), response.status_code
        if status in (401, 403):
            return AuthError(exchange, f"the CRM does not let this token do that: check {_TOKEN}")
        if status == 429:
            waited_s = request.extensions[WAITED_S]
            return RateLimitedError(exchange, f"the CRM still limits the rate after {waited_s:.0f} s", waited_s)
        if status >= 500:
            return UnavailableError(exchange, f"asked {request.extensions[ATTEMPTS]} times; try again later")
        if response.is_redirect:
            return ApiError(exchange, f"the answer points elsewhere, and is not followed: check {_URL}")
        return ApiError(exchange, "the CRM refused the content, so sending it again does not help")

    def _no_answer(self, request: httpx.Request, error: Exception) -> ApiError:
        said = printable(redact(str(error), (self.access.token,)))
        attempts = request.extensions.get(ATTEMPTS, 1)
        exchange = Exchange("POST", request.url.path, message=f"no answer: {said or type(error).__name__}")
        return UnavailableError(exchange, f"asked {attempts} time{'' if attempts == 1 else 's'}; check {_URL}")
