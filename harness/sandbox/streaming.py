"""The streaming host: the websocket of a channel.

Source:
    `platform.md` section 5: no header is asked for, as the address itself is the secret; a heartbeat about every
    30 s; `ping` is answered by `pong`; a channel that is gone says `{"result":"404"}`.
"""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

import msgspec
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from harness.sandbox.call import Platform
from harness.sandbox.channels import Channel
from harness.sandbox.problems import ApiProblem
from harness.sandbox.subscriptions import judged

__all__ = ["routes"]

_HEARTBEAT = timedelta(seconds=30)
_LOOK_S = 0.02
"""How often, in real seconds, a socket looks whether there is anything to send: the sandbox's time may be virtual."""

_METADATA = "channel.metadata"


def routes(platform: Platform) -> list[WebSocketRoute]:
    """Return the streaming host's route."""

    async def listen(websocket: WebSocket) -> None:
        await websocket.accept()
        with contextlib.suppress(WebSocketDisconnect):
            await _Socket(platform, websocket).run()

    return [WebSocketRoute("/channels/{channelId}", listen)]


class _Socket:
    def __init__(self, platform: Platform, websocket: WebSocket) -> None:
        self._platform = platform
        self._clock = platform.state.clock
        self._websocket = websocket
        self._channel: Channel | None = platform.channels.find(websocket.path_params["channelId"])
        if self._channel is not None:
            # A second socket takes the place of the first.
            self._channel.socket = self
            self._channel.outbox.clear()

    async def run(self) -> None:
        """Send what there is until the channel ends, another socket takes over, or the other side leaves."""
        channel, clock = self._channel, self._clock
        if channel is None:
            await self._end('{"result":"404"}')
            return
        next_beat = clock.now() + _HEARTBEAT
        asked = asyncio.ensure_future(self._websocket.receive_text())
        try:
            while True:
                self._platform.state.conversations.settle()
                await self._flush(channel)
                if self._platform.channels.find(channel.id) is not channel:
                    await self._end('{"result":"404"}')
                    return
                if channel.socket is not self:
                    await self._end()
                    return
                if clock.now() >= next_beat:
                    next_beat = clock.now() + _HEARTBEAT
                    channel.push(_METADATA, {"message": "WebSocket Heartbeat"})
                await asyncio.wait({asked}, timeout=_LOOK_S)
                if asked.done():
                    self._answer(channel, asked.result())
                    asked = asyncio.ensure_future(self._websocket.receive_text())
        finally:
            asked.cancel()
            if channel.socket is self:
                channel.socket = None

    async def _flush(self, channel: Channel) -> None:
        while channel.outbox:
            await self._websocket.send_text(channel.outbox.popleft().decode())

    async def _end(self, last: str | None = None) -> None:
        if last is not None:
            await self._websocket.send_text(last)
        await self._websocket.close()

    def _answer(self, channel: Channel, text: str) -> None:
        try:
            message: Any = msgspec.json.decode(text)
        except msgspec.DecodeError:
            return
        kind = message.get("message") if isinstance(message, dict) else None
        channel.used = self._clock.now()
        if kind == "ping":
            channel.push(_METADATA, {"message": "pong"})
        elif kind == "subscribe":
            channel.outbox.append(msgspec.json.encode(self._subscribed(channel, message)))

    def _subscribed(self, channel: Channel, message: dict[str, Any]) -> dict[str, Any]:
        names = [str(name) for name in message.get("topics", [])]
        correlation = {"correlationId": message["correlationId"]} if "correlationId" in message else {}
        try:
            judged(channel.token, channel, names, ignore_errors=False)
        except ApiProblem:
            return {"result": "400", "status": "failure", **correlation}
        self._platform.channels.subscribe(channel, names, replace=False)
        return {"result": "200", "status": "subscribed", **correlation}
