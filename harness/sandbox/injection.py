"""What each kind of fault does to a request and its answer."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from starlette.types import Scope

from harness.sandbox.call import Platform
from harness.sandbox.clock import skewed
from harness.sandbox.drift import drift
from harness.sandbox.faults import Fault
from harness.sandbox.limits import PER_MINUTE, too_many_requests
from harness.sandbox.problems import ApiProblem, missing_permissions, unauthorized
from harness.sandbox.shelf import writing_late

__all__ = ["Answer", "circumstances", "instead", "refusal", "twisted"]

_PROXY_PAGE = b"""<html>
<head><title>Gateway</title></head>
<body><center><h1>The page cannot be displayed</h1></center><hr><center>proxy</center></body>
</html>
"""
_JSON = b"application/json"


@dataclass(frozen=True)
class Answer:
    """A whole HTTP answer; its length is not among the headers.

    Attributes:
        headers: Names in lower case.
    """

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes


@contextmanager
def circumstances(faults: Sequence[Fault], platform: Platform, scope: Scope) -> Iterator[None]:
    """Set what a request meets before anybody looks at it: clocks, delays, and the writes of others."""
    with ExitStack() as stack:
        for fault in faults:
            match fault.kind:
                case "clock_skew":
                    stack.enter_context(skewed(fault.options["by"]))
                case "propagation_delay":
                    stack.enter_context(writing_late(fault.options["by"]))
                case "page_drift":
                    insert, remove = fault.options.get("insert", 0), fault.options.get("remove", 0)
                    drift(platform.state, scope["path"], insert=insert, remove=remove)
                case "repeated_page":
                    scope["query_string"] = _page_before(scope["query_string"])
                case "unauthorized":
                    platform.access.revoke(_bearer(scope))
        yield


def instead(fault: Fault, platform: Platform, correlation_id: str) -> Answer | None:
    """Return what answers in the API's place, or None when the fault lets the API answer."""
    options = fault.options
    match fault.kind:
        case "unauthorized":
            return refusal(unauthorized(token_given=True), correlation_id)
        case "forbidden":
            return refusal(missing_permissions([options["permission"]]), correlation_id)
        case "rate_limited":
            allowed = platform.limit.allowed or PER_MINUTE
            return refusal(too_many_requests(allowed, retry_after=_retry_after(fault, platform)), correlation_id)
        case "html":
            return Answer(options.get("status", 200), [(b"content-type", b"text/html")], _PROXY_PAGE)
        case "server_error" if not options.get("after"):
            return _server_error(options.get("status", 503), correlation_id)
    return None


def twisted(fault: Fault, answer: Answer, scope: Scope, correlation_id: str) -> Answer:
    """Return what a fault makes of the API's answer."""
    match fault.kind:
        case "server_error" if fault.options.get("after"):
            return _server_error(fault.options.get("status", 503), correlation_id)
        case "malformed":
            return replace(answer, body=answer.body[: len(answer.body) // 2])
        case "repeated_cursor":
            return _leading_here_again(answer, scope)
    return answer


def refusal(problem: ApiProblem, correlation_id: str) -> Answer:
    """Return an error as an answer."""
    headers = [(b"content-type", _JSON)]
    headers += [(name.encode(), value.encode()) for name, value in problem.headers.items()]
    return Answer(problem.status, headers, msgspec.json.encode(problem.body(correlation_id)))


_SERVER_ERRORS = {
    500: ("internal.server.error", "The server encountered an unexpected condition."),
    502: ("bad.gateway", "The gateway received an invalid response."),
    503: ("service.unavailable", "Service Unavailable - The server is currently unavailable."),
    504: ("request.timeout", "The request timed out."),
}


def _server_error(status: int, correlation_id: str) -> Answer:
    code, message = _SERVER_ERRORS.get(status, _SERVER_ERRORS[500])
    return refusal(ApiProblem(status, code, message), correlation_id)


def _retry_after(fault: Fault, platform: Platform) -> str | None:
    wait_ms = fault.options.get("retry_after")
    if wait_ms is None:
        return None
    if fault.options.get("as_date"):
        return format_datetime(platform.state.stamp() + timedelta(milliseconds=wait_ms), usegmt=True)
    return str(-(-wait_ms // 1000))


def _bearer(scope: Scope) -> str:
    found = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    return str(found.partition(" ")[2].strip())


def _page_before(query: bytes) -> bytes:
    items = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return urlencode(
        [(name, str(max(1, int(value) - 1)) if name == "pageNumber" else value) for name, value in items]
    ).encode()


def _leading_here_again(answer: Answer, scope: Scope) -> Answer:
    asked = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    body: Any = msgspec.json.decode(answer.body)
    if "nextUri" in body:
        body["nextUri"] = body["selfUri"]
    if "cursor" in body and "cursor" in asked:
        body["cursor"] = asked["cursor"]
    return replace(answer, body=msgspec.json.encode(body))
