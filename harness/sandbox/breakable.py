"""A connection of uvicorn that can be broken on purpose."""

import asyncio
import socket
import struct
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from harness.sandbox.wire import EXTENSION

__all__ = ["BreakableProtocol"]


class BreakableProtocol(H11Protocol):
    """Uvicorn's protocol for HTTP, which offers a `Wire` to the application."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn itself
        """Offer the transport to the application."""
        super().connection_made(transport)
        app: ASGIApp = self.app

        async def with_wire(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {EXTENSION: _TransportWire(transport, receive)}
            await app(scope, receive, send)

        self.app = with_wire


class _TransportWire:
    def __init__(self, transport: asyncio.Transport, receive: Receive) -> None:
        self._transport = transport
        self._receive = receive

    async def reset(self) -> None:
        # Closing with a linger time of zero sends RST: what a crashed or overloaded peer looks like.
        sock: Any = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()
        await self._gone()

    async def break_off(self, status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> None:
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
        lines += [name + b": " + value for name, value in headers]
        self._transport.write(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        self._transport.close()
        await self._gone()

    async def _gone(self) -> None:
        # Uvicorn complains about an application that returns without an answer, unless the connection is lost.
        while (await self._receive())["type"] != "http.disconnect":
            pass
