"""Notification channels: who listens to what, and what waits to be sent.

Source:
    `platform.md` section 5: 20 channels for a user and an app, where the next takes the place of the one that was
    not used for longest, unconnected ones first; 1,000 topics a channel; a channel lives 24 h unless topics are
    subscribed again; one socket a channel.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from harness.sandbox.access import Token
from harness.sandbox.state import State
from harness.sandbox.topics import announcements, topics_named

__all__ = ["MOST_TOPICS", "Channel", "Channels"]

MOST_TOPICS = 1_000
_MOST_CHANNELS = 20
_LIVES = timedelta(hours=24)


@dataclass
class Channel:
    """A channel.

    Attributes:
        token: Whose it is.
        topics: What was subscribed to, by its name in lower case.
        socket: Stands for the socket that is connected, or None.
        outbox: What waits to be sent to it.
        gone: Whether it was evicted.
    """

    id: str
    token: Token
    expires: datetime
    used: datetime
    topics: dict[str, str] = field(default_factory=dict)
    socket: object | None = None
    outbox: deque[bytes] = field(default_factory=deque)
    gone: bool = False

    @property
    def owner(self) -> tuple[str, str | None]:
        """The app and the user."""
        return self.token.client.id, self.token.user_id

    def hears(self, topic: str) -> bool:
        """Tell whether it was subscribed to a topic, alone or together with others."""
        return any(topic.lower() in topics_named(name) for name in self.topics)

    def push(self, topic: str, body: Any, **more: Any) -> None:
        """Let a message wait to be sent."""
        self.outbox.append(msgspec.json.encode({"topicName": topic, **more, "eventBody": body}))


class Channels:
    """All channels; may be used from any thread.

    What happens while no socket is connected is lost, as on the platform.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._channels: dict[str, Channel] = {}
        self._to_lose = 0
        self._to_repeat = 0
        state.listen(self._announce)

    def create(self, token: Token) -> Channel:
        """Make a channel; the twenty-first of an owner takes the place of another."""
        now = self._state.clock.now()
        channel_id = f"streaming-0-{self._state.new_id().replace('-', '')}"
        made = Channel(channel_id, token, now + _LIVES, now)
        others = [each for each in self.of_owner(token) if each.owner == made.owner]
        if len(others) >= _MOST_CHANNELS:
            evicted = min(others, key=lambda each: (each.socket is not None, each.used))
            evicted.gone = True
            del self._channels[evicted.id]
        self._channels[made.id] = made
        return made

    def of_owner(self, token: Token) -> list[Channel]:
        """Return the channels of a token's app and user, oldest first."""
        owner = (token.client.id, token.user_id)
        alive = (self.find(channel_id) for channel_id in list(self._channels))
        return [each for each in alive if each is not None and each.owner == owner]

    def find(self, channel_id: str) -> Channel | None:
        """Return a channel that is alive, or None."""
        found = self._channels.get(channel_id)
        if found is not None and found.expires <= self._state.clock.now():
            found.gone = True
            del self._channels[channel_id]
            return None
        return found

    def subscribe(self, channel: Channel, names: Sequence[str], *, replace: bool) -> None:
        """Subscribe to topics, besides the others or in their place; the channel lives on from now."""
        now = self._state.clock.now()
        kept = {} if replace else channel.topics
        channel.topics = kept | {name.lower(): name for name in names}
        channel.used, channel.expires = now, now + _LIVES

    # -- trouble --------------------------------------------------------------------------------------------

    def disturb(self, *, lose: int = 0, repeat: int = 0) -> None:
        """Let the next messages go lost, and those after them come twice: clients must bear both."""
        self._to_lose, self._to_repeat = lose, repeat

    def close_sockets(self, *, announced: bool = True) -> None:
        """Close every socket, as the platform does for maintenance: announced, or not."""
        for channel in list(self._channels.values()):
            if announced:
                channel.push("v2.system.socket_closing", {"message": "WebSocket is being closed"})
            channel.socket = None

    # -- inside ---------------------------------------------------------------------------------------------

    def _announce(self, event: object) -> None:
        listening = [channel for channel in list(self._channels.values()) if channel.socket is not None]
        for topic, body in announcements(self._state, event) if listening else ():
            for channel in listening:
                if channel.hears(topic):
                    self._push(channel, topic, body())

    def _push(self, channel: Channel, topic: str, body: Any) -> None:
        if self._to_lose:
            self._to_lose -= 1
            return
        times = 1
        if self._to_repeat:
            self._to_repeat -= 1
            times = 2
        correlation_id = self._state.new_id()
        for _ in range(times):
            channel.push(topic, body, version="2", metadata={"CorrelationId": correlation_id})
