"""What went wrong with a request, as one of our own errors."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import httpx
import msgspec

from harness.client.permissions import needed
from harness.client.redaction import redact
from harness.client.transport import ATTEMPTS, WAITED_S
from harness.errors import (
    ApiError,
    AuthError,
    ConflictError,
    Exchange,
    NotFoundError,
    PayloadError,
    RateLimitedError,
    UnavailableError,
)

__all__ = ["STATUS_PAGE", "exchange_of", "fault", "refusal"]

STATUS_PAGE = "https://status.mypurecloud.com"
"""Where the vendor publishes incidents. Source: help.mypurecloud.com, "Genesys Cloud Customer Care"."""

_CORRELATION_ID = "inin-correlation-id"
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _ErrorBody(msgspec.Struct, rename="camel"):
    """The platform's own shape, and the one of OAuth. Source: `platform.md` section 1.3."""

    message: str | None = None
    code: str | None = None
    context_id: str | None = None
    error: str | None = msgspec.field(default=None, name="error")
    error_description: str | None = msgspec.field(default=None, name="error_description")
    description: str | None = None


def exchange_of(request: httpx.Request, response: httpx.Response, secrets: Iterable[str] = ()) -> Exchange:
    """Return the facts of an answered request, with whatever its body says about a problem.

    Args:
        request: As it was sent.
        response: The answer; its body was read.
        secrets: Values that must not appear, though the server may have quoted them.
    """
    body = _ErrorBody() if response.is_success else _error_body(response.content)
    message = body.message or body.error_description or body.description
    code = body.code or body.error
    correlation_id = response.headers.get(_CORRELATION_ID) or body.context_id
    return Exchange(
        request.method,
        request.url.path,
        response.status_code,
        redact(code, secrets) if code else None,
        redact(message, secrets) if message else None,
        redact(correlation_id, secrets) if correlation_id else None,
    )


def refusal(request: httpx.Request, response: httpx.Response, secrets: Iterable[str] = ()) -> ApiError:
    """Return the error that an answer without success means.

    Args:
        request: As it was sent; its extensions say how often, and how long that took.
        response: The last answer; its body was read.
        secrets: Values that must not appear, though the server may have quoted them.
    """
    exchange = exchange_of(request, response, secrets)
    status = response.status_code
    if status == 401:
        return AuthError(exchange, _SIGNED_OUT)
    if status == 403:
        need = needed(request.method, request.url.path)
        if need is None:
            return AuthError(exchange, "the role of these credentials does not allow this call")
        hint = f"this call needs {need}; add it to a role of the OAuth client, in every division that is to be seen"
        return AuthError(exchange, hint, need.permissions)
    if status == 404:
        return NotFoundError(exchange, "it does not exist, or is in a division that these credentials cannot see")
    if status in (409, 412):
        return ConflictError(exchange, "it exists already, or was changed by somebody else in the meantime")
    if status == 429:
        waited_s = request.extensions.get(WAITED_S, 0.0)
        return RateLimitedError(exchange, _limited(response, waited_s), waited_s)
    if status >= 500 or status == 408:
        return UnavailableError(exchange, f"{_attempts(request)}; the platform's state is published at {STATUS_PAGE}")
    if response.is_redirect:
        return ApiError(exchange, "the answer points elsewhere, and is not followed: check the region")
    return ApiError(exchange)


def fault(request: httpx.Request, error: httpx.HTTPError | httpx.InvalidURL, secrets: Iterable[str] = ()) -> ApiError:
    """Return the error that a failed exchange means: no answer, or none that could be read.

    Args:
        request: What was asked for; the error itself may concern the request for a token.
        error: What the HTTP library raised.
        secrets: Values that must not appear.
    """
    if isinstance(error, httpx.RequestError):
        with suppress(RuntimeError):  # it does not always know
            request = error.request
    said = redact(str(error), secrets)
    message = f"{_IN_WORDS.get(type(error), type(error).__name__)}{f': {said}' if said else ''}"
    exchange = Exchange(request.method, request.url.path, message=message)
    if isinstance(error, httpx.DecodingError):
        return PayloadError(exchange, "$", "a body as its headers describe it", f"unreadable: {said}")
    if not isinstance(error, httpx.TransportError) or isinstance(error, _OURS_TO_MEND):
        return ApiError(exchange, "the request could not be sent: check the region and the system's proxy settings")
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return UnavailableError(exchange, "if a proxy signs with its own certificate, name that in SSL_CERT_FILE")
    return UnavailableError(exchange, f"{_attempts(request)}; the platform's state is published at {STATUS_PAGE}")


_SIGNED_OUT = "the token has expired or was revoked, or the credentials belong to another region"
_OURS_TO_MEND = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)

_IN_WORDS: dict[type[Any], str] = {
    httpx.ConnectTimeout: "connecting took too long",
    httpx.ReadTimeout: "the answer took too long",
    httpx.WriteTimeout: "sending took too long",
    httpx.PoolTimeout: "no connection became free",
    httpx.ConnectError: "could not connect",
    httpx.ReadError: "the connection broke while the answer was read",
    httpx.WriteError: "the connection broke while the request was sent",
    httpx.RemoteProtocolError: "the connection broke, or what came was not HTTP",
    httpx.ProxyError: "the proxy refused",
}


def _attempts(request: httpx.Request) -> str:
    attempts = request.extensions.get(ATTEMPTS, 1)
    return (
        "asked once, because repeating it is not safe or does not help" if attempts == 1 else f"asked {attempts} times"
    )


def _limited(response: httpx.Response, waited_s: float) -> str:
    asked = response.headers.get("retry-after", "")
    wish = f", and asks to wait {redact(asked)}" + ("s" if asked.isdigit() else "") if asked else ""
    return (
        f"the platform still limits the rate after {waited_s:.0f} s of waiting{wish}; "
        "lower the rate, or see which other program uses the same OAuth client"
    )


def _error_body(content: bytes) -> _ErrorBody:
    # What cannot be read says nothing: the status speaks for itself.
    try:
        return msgspec.json.decode(content, type=_ErrorBody)
    except _UNREADABLE:
        return _ErrorBody()
