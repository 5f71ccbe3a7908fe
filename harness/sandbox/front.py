"""What surrounds the API on every call: correlation ids, the date, faults, and the log of requests."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.sandbox.call import Platform
from harness.sandbox.clock import iso
from harness.sandbox.faults import Fault, Faults
from harness.sandbox.injection import Answer, circumstances, instead, twisted
from harness.sandbox.wire import EXTENSION, Wire

__all__ = ["Front", "LoggedRequest"]


@dataclass(frozen=True)
class LoggedRequest:
    """One request that reached the API or the login host; never its secrets.

    Attributes:
        at: ISO 8601 in UTC.
        query: As it was sent.
        status: Of the answer, or None when the connection broke without one.
        faults: The kinds of faults that it met.
    """

    at: str
    method: str
    path: str
    query: str
    status: int | None
    correlation_id: str
    faults: tuple[str, ...]


class Front:
    """The sandbox's outermost layer.

    Args:
        app: The API and the login host.
        platform: What they work on.
        faults: What goes wrong.

    Attributes:
        requests: Every request, oldest first.
    """

    def __init__(self, app: ASGIApp, platform: Platform, faults: Faults) -> None:
        self._app = app
        self.platform = platform
        self.faults = faults
        self.requests: list[LoggedRequest] = []
        self._random = random.Random(f"{platform.state.seed} correlation ids")  # noqa: S311

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method, path, query = scope["method"], scope["path"], scope["query_string"].decode("latin-1")
        faults = self.faults.due(method, path)
        # Of two faults of one kind the first that was planned counts.
        kinds = {fault.kind: fault for fault in reversed(faults)}
        correlation_id = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        scope.setdefault("state", {})["correlation_id"] = correlation_id
        with circumstances(faults, self.platform, scope):
            date = format_datetime(self.platform.state.stamp(), usegmt=True)
            reset = kinds.get("connection_reset")
            answer = None
            if reset is None or reset.options.get("after"):
                answer = await self._answer(scope, receive, faults, correlation_id)
        status = None if answer is None or reset is not None else answer.status
        at = iso(self.platform.state.clock.now())
        self.requests.append(LoggedRequest(at, method, path, query, status, correlation_id, tuple(kinds)))
        if answer is None or reset is not None:
            wire: Wire = scope["extensions"][EXTENSION]
            await wire.reset()
            return
        headers = [
            *answer.headers,
            (b"date", date.encode()),
            (b"inin-correlation-id", correlation_id.encode()),
            (b"content-length", str(len(answer.body)).encode()),
        ]
        if "truncated" in kinds:
            wire = scope["extensions"][EXTENSION]
            await wire.break_off(answer.status, headers, answer.body[: len(answer.body) // 2])
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await self._send_body(b"" if method == "HEAD" else answer.body, kinds.get("slow"), send)

    async def _answer(self, scope: Scope, receive: Receive, faults: Sequence[Fault], correlation_id: str) -> Answer:
        for fault in faults:
            answer = instead(fault, self.platform, correlation_id)
            if answer is not None:
                return answer
        answer = await self._asked(scope, receive)
        for fault in faults:
            answer = twisted(fault, answer, scope, correlation_id)
        return answer

    async def _asked(self, scope: Scope, receive: Receive) -> Answer:
        """Return the API's own answer."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        start, *chunks = messages
        headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
        return Answer(start["status"], headers, b"".join(chunk.get("body", b"") for chunk in chunks))

    async def _send_body(self, body: bytes, slow: Fault | None, send: Send) -> None:
        if slow is not None:
            size, pause_ms = slow.options.get("chunk", 16), slow.options.get("pause", 50)
            while len(body) > size:
                await send({"type": "http.response.body", "body": body[:size], "more_body": True})
                await self.platform.state.clock.sleep(pause_ms / 1000)
                body = body[size:]
        await send({"type": "http.response.body", "body": body})
