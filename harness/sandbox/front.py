"""What surrounds the API on every call: correlation ids, the date, the log of requests, and faults."""

import random
import uuid
from dataclasses import dataclass
from email.utils import format_datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.sandbox.call import Platform

__all__ = ["Front", "LoggedRequest"]


@dataclass(frozen=True)
class LoggedRequest:
    """One request that reached the sandbox; never its secrets.

    Attributes:
        query: As it was sent.
        status: Of the answer.
    """

    method: str
    path: str
    query: str
    status: int
    correlation_id: str


class Front:
    """The sandbox's outermost layer.

    Attributes:
        requests: Every request to the API and the login host, oldest first.
    """

    def __init__(self, app: ASGIApp, platform: Platform) -> None:
        self._app = app
        self._platform = platform
        self._random = random.Random(f"{platform.state.seed} correlation ids")  # noqa: S311
        self.requests: list[LoggedRequest] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation_id = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        scope.setdefault("state", {})["correlation_id"] = correlation_id
        date = format_datetime(self._platform.state.stamp(), usegmt=True)

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"date", date.encode()),
                    (b"inin-correlation-id", correlation_id.encode()),
                ]
                self.requests.append(
                    LoggedRequest(
                        scope["method"], scope["path"], scope["query_string"].decode(), message["status"], correlation_id
                    )
                )
            await send(message)

        await self._app(scope, receive, send_on)
