"""The sandbox without a port: behind httpx, or behind respx."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import httpx
from starlette.types import Message, Scope

from harness.sandbox.access import Client
from harness.sandbox.stage import Settings, Stage
from harness.sandbox.state import State
from harness.sandbox.wire import EXTENSION

if TYPE_CHECKING:
    import respx

__all__ = ["InProcess", "sandbox_routes"]


class InProcess(Stage, httpx.BaseTransport):
    """An org behind a transport of httpx, in the same process; it answers one request at a time.

    A fault that breaks a connection raises what httpx raises when a real one breaks. There are no websockets.

    Args:
        org: A recording's folder, or an org that is loaded already.
        clients: Who may sign in; when there are none, `default_clients` of the org.
        settings: See `Settings`.

    Example:
        >>> sandbox = InProcess(Path("fixtures/harbor"))
        >>> client = httpx.Client(transport=sandbox, base_url="http://127.0.0.1")
        >>> client.post("/oauth/token", data={"grant_type": "client_credentials"}).json()["error"]
        'invalid_client'
    """

    def __init__(self, org: Path | State, clients: Sequence[Client] = (), **settings: Unpack[Settings]) -> None:
        super().__init__(org, clients, **settings)
        self._one_at_a_time = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        content = request.read()
        exchange = _Exchange(content)
        with self._one_at_a_time:
            asyncio.run(self._ask(_scope(request, exchange), exchange))
        if exchange.reset_by_peer:
            raise httpx.ReadError("the connection was reset", request=request)
        stream = _Stream(exchange.chunks, request if exchange.broken_off else None)
        return httpx.Response(exchange.status, headers=exchange.headers, stream=stream, request=request)

    async def _ask(self, scope: Scope, exchange: "_Exchange") -> None:
        await self.app(scope, exchange.receive, exchange.send)


def sandbox_routes(router: "respx.Router", sandbox: InProcess, *, domain: str = "mypurecloud.ie") -> None:
    """Let a sandbox answer what code under test asks of a region's hosts.

    Args:
        router: Of respx: the fixture `respx_mock`, or what `respx.mock()` returns.
        sandbox: The org.
        domain: The region's; API and login are `api.` and `login.` of it.
    """
    for host in (f"api.{domain}", f"login.{domain}"):
        router.route(host=host).mock(side_effect=sandbox.handle_request)


class _Exchange:
    """One request and what was answered."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.status = 500
        self.headers: Sequence[tuple[bytes, bytes]] = ()
        self.chunks: list[bytes] = []
        self.reset_by_peer = False
        self.broken_off = False

    async def receive(self) -> Message:
        return {"type": "http.request", "body": self._content, "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            self.chunks.append(message.get("body", b""))

    async def reset(self) -> None:
        self.reset_by_peer = True

    async def break_off(self, status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> None:
        self.status, self.headers, self.chunks, self.broken_off = status, headers, [body], True


class _Stream(httpx.SyncByteStream):
    def __init__(self, chunks: Sequence[bytes], broken_off: httpx.Request | None) -> None:
        self._chunks = chunks
        self._broken_off = broken_off

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks
        if self._broken_off is not None:
            message = "peer closed connection without sending complete message body"
            raise httpx.RemoteProtocolError(message, request=self._broken_off)


def _scope(request: httpx.Request, exchange: _Exchange) -> Scope:
    path, _, query = request.url.raw_path.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": (request.url.host, request.url.port),
        "client": ("127.0.0.1", 0),
        "extensions": {EXTENSION: exchange},
    }
