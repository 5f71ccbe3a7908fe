"""A notification channel: opened, subscribed, listened to, kept alive; whoever uses it opens another when it is lost.

Source:
    `platform.md` section 5: a channel lives 24 h from its last subscription and bears 1,000 topics; a heartbeat comes
    about every 30 s, and `ping` is answered; `v2.system.socket_closing` announces maintenance; `{"result":"404"}`
    says that the channel is gone.
"""

import contextlib
import logging
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Protocol, Self, TypeAlias
from urllib.parse import urlsplit

import msgspec

from harness.client import GenesysClient
from harness.errors import NotFoundError, UsageError
from harness.model.names import printable

__all__ = ["MOST_TOPICS", "Channel", "Connect", "LostError", "Socket", "open_socket"]

MOST_TOPICS = 1_000

_RENEW_S = 12 * 3600.0
_PING_AFTER_S = 45.0
_LOST_AFTER_S = 90.0
_OPEN_TIMEOUT_S = 20.0
_LARGEST_MESSAGE = 4 * 1024 * 1024
_MOST_WAITING = 1_000

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class LostError(Exception):
    """The channel's socket is not there any more, or could not be opened."""


class Socket(Protocol):
    """What a channel needs of a websocket."""

    def recv(self, timeout_s: float) -> bytes:
        """Return the next message.

        Raises:
            TimeoutError: If none came in time.
            LostError: If none will come any more.
        """
        ...

    def send(self, text: str) -> None:
        """Send a message; what cannot be sent shows when the next one is received."""
        ...

    def close(self) -> None:
        """Close it; it may be closed already."""
        ...


Connect: TypeAlias = Callable[[str], Socket]
"""Opens the socket at a `connectUri`, which is a secret: no error may quote it."""


class _Made(msgspec.Struct, rename="camel"):
    id: str
    connect_uri: str


class _Topic(msgspec.Struct, rename="camel"):
    id: str
    state: str | None = None
    rejection_reason: str | None = None
    missing_permissions: tuple[str, ...] | None = None


class _Topics(msgspec.Struct):
    entities: tuple[_Topic, ...] = ()


class _Envelope(msgspec.Struct, rename="camel"):
    topic_name: str | None = None
    event_body: msgspec.Raw = msgspec.Raw()
    result: str | None = None


class Channel:
    """A channel with its socket, for the length of a `with` block.

    Args:
        client: Makes the channel and subscribes it; reading is enough.
        topics: At most `MOST_TOPICS`.
        connect: Opens sockets.
        clock: Seconds.

    Raises:
        UsageError: If a topic is refused; with all that are.
        LostError: If the socket cannot be opened.
        ApiError: If the channel cannot be made.
    """

    def __init__(
        self, client: GenesysClient, topics: Sequence[str], connect: Connect, clock: Callable[[], float]
    ) -> None:
        self._client = client
        self._topics = topics
        self._clock = clock
        made = client.post("/api/v2/notifications/channels", None, _Made)
        self._subscriptions = f"/api/v2/notifications/channels/{made.id}/subscriptions"
        self._subscribe()
        self._socket = connect(made.connect_uri)
        self._heard = self._pinged = clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def receive(self, timeout_s: float) -> tuple[str, msgspec.Raw] | None:
        """Return the next event as its topic, in lower case, and body; None when none came, or something else did.

        Args:
            timeout_s: How long to wait, in seconds.

        Raises:
            LostError: If the channel has come to its end.
            ApiError: If it could not be renewed.
        """
        self._keep_alive()
        try:
            text = self._socket.recv(max(0.0, min(timeout_s, _PING_AFTER_S)))
        except TimeoutError:
            silent_s = self._clock() - self._heard
            if silent_s >= _LOST_AFTER_S:
                raise LostError(f"nothing was heard for {silent_s:.0f} s, not even a heartbeat") from None
            return None
        self._heard = self._clock()
        try:
            message = msgspec.json.decode(text, type=_Envelope)
        except (msgspec.DecodeError, UnicodeDecodeError):
            # What cannot be read is as good as lost, and what is lost is found by looking back.
            return None
        topic = (message.topic_name or "").lower()
        if message.result == "404":
            raise LostError("the platform has dropped the channel")
        if topic == "v2.system.socket_closing":
            raise LostError("the platform closes the socket for maintenance")
        return None if topic in ("", "channel.metadata") else (topic, message.event_body)

    def _keep_alive(self) -> None:
        now = self._clock()
        if now - self._subscribed_at >= _RENEW_S:
            try:
                self._subscribe()
            except NotFoundError:
                raise LostError("the channel does not exist any more") from None
        if now - max(self._heard, self._pinged) >= _PING_AFTER_S:
            self._pinged = now
            self._socket.send('{"message":"ping"}')

    def _subscribe(self) -> None:
        """Subscribe to all topics; doing it again lets the channel live on."""
        answer = self._client.request(
            "PUT", self._subscriptions, params={"ignoreErrors": True}, body=[{"id": topic} for topic in self._topics]
        )
        refused = [topic for topic in answer.decode(_Topics).entities if (topic.state or "").lower() == "rejected"]
        if refused:
            lines = [f"{printable(it.id)}: {printable(it.rejection_reason or 'no reason given')}" for it in refused[:5]]
            lacking = sorted({permission for it in refused for permission in it.missing_permissions or ()})
            hint = f"add {', '.join(lacking)} to a role of these credentials" if lacking else "check the ids"
            more = f" and {len(refused) - 5} more" if len(refused) > 5 else ""
            raise UsageError(f"the platform refuses to tell of {'; '.join(lines)}{more}", hint)
        self._subscribed_at = self._clock()


def open_socket(uri: str) -> Socket:
    """Open a websocket.

    Raises:
        LostError: If it cannot be opened.
    """
    parts = urlsplit(uri)
    if parts.scheme != "wss" and not (parts.scheme == "ws" and parts.hostname in _LOOPBACK):
        raise LostError("the platform named an address that is not encrypted")
    return _WebSocket(uri)


class _WebSocket:
    def __init__(self, uri: str) -> None:
        from websockets.exceptions import WebSocketException
        from websockets.sync.client import connect

        # Its own log would hold the address, which is the channel's secret.
        silent = logging.getLogger("harness.operations.channel.websocket")
        silent.disabled = True
        self._broken: tuple[type[Exception], ...] = (WebSocketException, OSError)
        self._open = contextlib.ExitStack()
        try:
            opening = connect(
                uri, open_timeout=_OPEN_TIMEOUT_S, max_size=_LARGEST_MESSAGE, max_queue=_MOST_WAITING, logger=silent
            )
            self._socket = self._open.enter_context(opening)
        except self._broken as error:
            raise LostError(f"the websocket could not be opened ({type(error).__name__})") from None

    def recv(self, timeout_s: float) -> bytes:
        try:
            return self._socket.recv(timeout_s, decode=False)
        except TimeoutError:
            raise
        except self._broken:
            raise LostError("the connection broke") from None

    def send(self, text: str) -> None:
        with contextlib.suppress(*self._broken):
            self._socket.send(text)

    def close(self) -> None:
        with contextlib.suppress(*self._broken):
            self._open.close()
