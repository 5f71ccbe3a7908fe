"""A play that goes on while somebody watches it, on virtual time; its sockets drop, repeat and shuffle what they carry."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

from harness.model.lifecycle import Handling
from harness.operations.channel import LostError
from harness.operations.lapses import Lapse
from harness.operations.watch import Watcher
from harness.sandbox.channels import Channel
from tests.operations.playing import Played
from tests.sandbox.playing import ANN, REFUND, SALE
from tests.sandbox.talking import FORCED, FREE, TIMED, a_talking_state

__all__ = ["Line", "Play", "many_conversations"]

Act = Callable[[], object]


class Play:
    """A sandbox, what happens in it, and a watcher of it.

    Attributes:
        acts: What is still to happen, one at a time whenever the watcher waits.
        lapses: What was reported.
        drop_at: How many acts are left when the socket drops.
        unsteady: Shuffles and repeats what the sockets carry, or None.
    """

    def __init__(
        self, acts: Sequence[Act] = (), *, drop_at: Sequence[int] = (), unsteady: Random | None = None
    ) -> None:
        self.played = Played(a_talking_state())
        self.state = self.played.state
        self.acts: deque[Act] = deque(acts)
        self.drop_at = list(drop_at)
        self.unsteady = unsteady
        self.lapses: list[Lapse] = []
        self.notes: list[str] = []
        self.lines: list[Line] = []

    def watcher(self, *queues: Any, **settings: Any) -> Watcher:
        """Return a watcher of some queues, on virtual time."""
        defaults: dict[str, Any] = {
            "on_lapse": self.lapses.append,
            "on_note": self.notes.append,
            "connect": self.connect,
            "clock": self.played.clock,
            "sleep": self.sleep,
        }
        client = settings.pop("client", None) or self.played.a_client(allow_writes=False)
        return Watcher(client, [queue["id"] for queue in queues], **(defaults | settings))

    def connect(self, uri: str) -> "Line":
        """Open a socket."""
        self.lines.append(Line(self, uri.rpartition("/")[2]))
        return self.lines[-1]

    def sleep(self, wait_s: float) -> None:
        """Let time pass; the play goes on meanwhile."""
        self.go_on()
        self.played.time.advance(wait_s)
        self.state.conversations.settle()

    def go_on(self) -> bool:
        """Let the next thing happen; return whether there was one."""
        if self.acts:
            self.acts.popleft()()
            return True
        return False

    def channel(self, channel_id: str) -> Channel:
        """Return a channel of the sandbox."""
        found = self.played.sandbox.app.front.platform.channels.find(channel_id)
        assert found is not None
        return found

    @property
    def reported(self) -> list[tuple[str, str]]:
        """What was reported, as conversation and participant."""
        return sorted((it.part.conversation_id, it.part.participant_id) for it in self.lapses)

    @property
    def lapsed(self) -> list[tuple[str, str]]:
        """What must be reported: the sandbox's own view."""
        return sorted(
            (held.id, part.agent.participant_id)
            for held in self.state.conversations.all()
            for part, handling in zip(held.parts, held.course.handlings, strict=True)
            if handling.acw_ended_ms is not None
            and (handling.wrap_up_now is None or handling.wrap_up_now.author == "platform")
        )


class Line:
    """A socket to the sandbox without a network."""

    def __init__(self, play: Play, channel_id: str) -> None:
        self.play = play
        self.channel = play.channel(channel_id)
        self.channel.socket = self
        self.channel.outbox.clear()
        self.deaf = False
        self.sent: list[str] = []

    def recv(self, timeout_s: float) -> bytes:
        """Return what waits; else let the play go on, and time pass."""
        play, outbox = self.play, self.channel.outbox
        if play.drop_at and len(play.acts) <= play.drop_at[0]:
            play.drop_at.pop(0)
            self.channel.socket = None
            raise LostError("the connection broke")
        if not outbox:
            for _ in range(5):
                play.go_on()
            play.played.time.advance(min(timeout_s, 1.0) if play.acts else timeout_s)
            play.state.conversations.settle()
            if play.unsteady is not None:
                again = [message for message in outbox if play.unsteady.random() < 0.3]
                outbox.extend(again)
                play.unsteady.shuffle(outbox)
        if not outbox:
            raise TimeoutError
        return outbox.popleft()

    def send(self, text: str) -> None:
        """Send what keeps the channel alive."""
        self.sent.append(text)
        if not self.deaf:
            self.channel.push("channel.metadata", {"message": "pong"})

    def close(self) -> None:
        """Leave."""
        if self.channel.socket is self:
            self.channel.socket = None


def many_conversations(play: Play, number: int, chance: Random) -> Iterator[Act]:
    """Yield what happens in many conversations that overlap; some end without a code."""
    conversations, begun = play.state.conversations, deque[str]()

    def begin() -> None:
        queue = chance.choice([FREE, TIMED, FORCED])
        begun.append(conversations.begin(queue["id"], ANN["id"], media=chance.choice(["call", "email"])).id)

    def end(fate: str) -> None:
        conversation_id = begun.popleft()
        conversations.answer(conversation_id)
        if fate == "transfer":
            conversations.transfer(conversation_id, FREE["id"], ANN["id"])
            conversations.answer(conversation_id)
        conversations.hang_up(conversation_id)
        handling = conversations.get(conversation_id).course.handlings[-1]  # type: ignore[union-attr]
        free = handling.queue_id == FREE["id"]
        if fate == "code" or (fate == "transfer" and chance.random() < 0.5):
            conversations.wrap_up(conversation_id, chance.choice([SALE, REFUND])["id"])
        elif fate == "leave" and free:
            conversations.act(conversation_id, None, Handling.leave)
        elif fate == "skip" and free:
            conversations.act(conversation_id, None, Handling.skip)

    for _ in range(3):
        yield begin
    for _ in range(number - 3):
        yield begin
        fate = chance.choice(["code", "code", "code", "leave", "skip", "transfer", "silence"])
        yield lambda fate=fate: end(fate)  # type: ignore[misc]
    for _ in range(3):
        yield lambda: end("code")
