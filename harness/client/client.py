"""The client: one signed-in, paced, repeated, typed request at a time. Threads may share it."""

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

import httpx
import msgspec

from harness import __version__
from harness.client.auth import TokenAuth
from harness.client.credentials import Access
from harness.client.decode import decode, what_is_wrong
from harness.client.faults import exchange_of, fault, refusal
from harness.client.pacing import Pacer
from harness.client.quiet import quietly
from harness.client.retries import Retries
from harness.client.transport import ATTEMPTS, REPEATABLE, SteadyTransport, wire_to
from harness.errors import Exchange, PayloadError, UsageError

__all__ = ["Answer", "GenesysClient", "Organization", "Params"]

T = TypeVar("T")

Params = Mapping[str, str | int | bool | Sequence[str]]
"""A query: a sequence is sent as repeated keys."""

_log = logging.getLogger("harness.client")

_PATH = re.compile(r"/api/v2(?:/(?!\.{1,2}(?:/|$))[\w.~%*-]+)+", re.ASCII)
_REPEATABLE_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_QUERIES = re.compile(
    r"/api/v2/(?:analytics/(?:conversations|queues)/(?:activity|aggregates|details|observations)/(?:query|jobs)"
    r"|audits/query(?:/realtime(?:/related)?)?)"
)
"""Calls that use POST and change nothing: they only ask a long question."""

_LISTENING = re.compile(r"/api/v2/notifications/channels(?:/[^/]+/subscriptions)?")
"""Calls that change nothing but what this client itself is told; a channel that is not used goes by itself."""


class Organization(msgspec.Struct, frozen=True):
    """The org that the credentials belong to."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer.

    Attributes:
        exchange: What it answers, for errors about its content.
        content: The body as it came; empty where the platform sends none.
        etag: For `If-Match`, or None.
    """

    exchange: Exchange
    content: bytes
    etag: str | None = None

    def decode(self, into: type[T]) -> T:
        """Return the body's value.

        Raises:
            PayloadError: If it is not of that type.
        """
        return decode(self.content, into, self.exchange)


class GenesysClient:
    """Talks to one region as one client or user; reads only, unless it was made for writing.

    Every method raises an `ApiError` of the kind that fits, after the attempts that are safe and may help.

    Attributes:
        access: Where to, as whom.
        pacer: Tells how many requests were sent and how many a minute are allowed.
    """

    def __init__(
        self,
        access: Access,
        *,
        allow_writes: bool = False,
        pacer: Pacer | None = None,
        retries: Retries | None = None,
        wire: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            access: Where to, as whom, and which org must be found there.
            allow_writes: Whether anything but reading is let through.
            pacer: Shared with other clients of the same credentials, or None for one of its own.
            retries: When to ask again.
            wire: What really sends; None for the network.
            clock: Seconds that never go back.
            sleep: Waits that many seconds.
        """
        self.access = access
        self.pacer = pacer or Pacer(clock=clock, sleep=sleep)
        self._allow_writes = allow_writes
        self._auth = TokenAuth(access.region, access.credentials, clock=clock)
        self._transport = SteadyTransport(
            wire or wire_to(access.region.api), pacer=self.pacer, retries=retries or Retries(), sleep=sleep
        )
        self._http = httpx.Client(
            base_url=access.region.api,
            auth=self._auth,
            transport=self._transport,
            headers={"Accept": "application/json", "User-Agent": f"wrapup-harness/{__version__}"},
        )
        self._lock = threading.Lock()
        self._organization: Organization | None = None

    def __repr__(self) -> str:
        return f"GenesysClient({self.access}, allow_writes={self._allow_writes})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        with quietly():
            self._http.close()

    def get(self, path: str, into: type[T], params: Params | None = None) -> T:
        """Return what a GET answers, decoded into a type (`dict` for an object, `msgspec.Raw` for the text)."""
        return self.request("GET", path, params=params).decode(into)

    def post(self, path: str, body: object, into: type[T], params: Params | None = None) -> T:
        """Return what a POST answers. Queries of analytics and audits are reading; the rest needs `allow_writes`."""
        return self.request("POST", path, params=params, body=body).decode(into)

    def put(self, path: str, body: object, into: type[T]) -> T:
        """Return what a PUT answers. To change an existing entity, use `harness.client.concurrency.update`."""
        return self.request("PUT", path, body=body).decode(into)

    def patch(self, path: str, body: object, into: type[T]) -> T:
        """Return what a PATCH answers."""
        return self.request("PATCH", path, body=body).decode(into)

    def delete(self, path: str, params: Params | None = None) -> None:
        """Delete what is at a path."""
        self.request("DELETE", path, params=params)

    def organization(self) -> Organization:
        """Return the org that the credentials belong to; asked once.

        Raises:
            UsageError: If it is another than `access.org_id`.
        """
        with self._lock:
            if self._organization is None:
                found = self._request("GET", "/api/v2/organizations/me").decode(Organization)
                expected = self.access.org_id
                if expected is not None and found.id.lower() != expected.lower():
                    raise UsageError(
                        f"these credentials belong to the org '{found.name}' ({found.id}), not to {expected}",
                        "correct GENESYS_ORG_ID, or use the other org's credentials",
                    )
                self._organization = found
            return self._organization

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        body: object = None,
        if_match: str | None = None,
    ) -> Answer:
        """Return the answer to one request, however often it had to be sent.

        Args:
            method: In capitals.
            path: Begins with `/api/v2/`.
            params: The query.
            body: Sent as JSON; None for none.
            if_match: An `Answer.etag`: write only if nothing has changed since.

        Raises:
            UsageError: If it is a write and this client only reads, or the org is not the expected one.
            ApiError: If there is no answer, or not the promised one.
        """
        if _PATH.fullmatch(path) is None:
            raise UsageError(
                f"'{path}' is not a path of the platform's API", "an id in it may have characters no id has"
            )
        reads = method in ("GET", "HEAD") or (method == "POST" and _QUERIES.fullmatch(path))
        if not (self._allow_writes or reads or _LISTENING.fullmatch(path)):
            raise UsageError(f"{method} {path} would change the org, and this client only reads", "see --allow-writes")
        if self.access.org_id is not None:
            self.organization()
        return self._request(method, path, params, body, if_match)

    def _request(
        self,
        method: str,
        path: str,
        params: Params | None = None,
        body: object = None,
        if_match: str | None = None,
    ) -> Answer:
        headers = {} if if_match is None else {"If-Match": if_match}
        content = None if body is None else msgspec.json.encode(body)
        if content is not None:
            headers["Content-Type"] = "application/json"
        repeatable = method in _REPEATABLE_METHODS or (method == "POST" and _QUERIES.fullmatch(path) is not None)
        request = self._http.build_request(
            method, path, params=params, content=content, headers=headers, extensions={REPEATABLE: repeatable}
        )
        answer = self._exchange(request)
        if method == "GET" and (wrong := self._what_is_wrong(answer)):
            # Cut short or replaced on the way, but with a good status: that is worth one more question.
            _log.info("GET %s: %s; asking once more", path, wrong)
            answer = self._exchange(request)
            if wrong := self._what_is_wrong(answer):
                raise PayloadError(answer.exchange, "$", "JSON", wrong)
        return answer

    @staticmethod
    def _what_is_wrong(answer: Answer) -> str | None:
        return None if answer.exchange.status == 204 else what_is_wrong(answer.content)

    def _exchange(self, request: httpx.Request) -> Answer:
        try:
            with quietly():
                response = self._http.send(request)
                if response.next_request is not None and request.method == "GET":
                    response = self._follow(response.next_request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise fault(request, error, self._auth.secrets) from None
        exchange = exchange_of(request, response, self._auth.secrets)
        _log.debug("%s", exchange)
        gone_at_last = request.method == "DELETE" and response.status_code == 404 and request.extensions[ATTEMPTS] > 1
        if response.is_success or gone_at_last:
            return Answer(exchange, response.content, response.headers.get("etag"))
        raise refusal(request, response, self._auth.secrets)

    def _follow(self, request: httpx.Request) -> httpx.Response:
        """Send what a redirect asks for, once; another host never gets the token."""
        if not self._auth.is_for_the_api(request.url):
            request.headers.pop("Authorization", None)
        return self._transport.handle_request(request)
