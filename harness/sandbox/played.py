"""One conversation as the sandbox plays it: its medium, its participants, and what its agents did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from harness.model.lifecycle import Conversation, Handling, Stage

__all__ = ["MEDIA", "ConversationEvent", "Leg", "Medium", "Part", "PlayedConversation"]


@dataclass(frozen=True)
class Medium:
    """A kind of conversation.

    Attributes:
        word: Of one communication, and in a queue's media settings ("call").
        plural: In paths, and the key of a participant's communications ("calls").
        analytics: In analytics ("voice"); events have it in capitals.
    """

    word: str
    plural: str
    analytics: str
    provider: str


MEDIA: Mapping[str, Medium] = {
    medium.word: medium
    for medium in (
        Medium("call", "calls", "voice", "Edge"),
        Medium("callback", "callbacks", "callback", "PureCloud Callback"),
        Medium("email", "emails", "email", "PureCloud Email"),
        Medium("message", "messages", "message", "PureCloud Messaging"),
    )
}
"""By word."""


@dataclass(frozen=True)
class Leg:
    """One participant and its one communication."""

    participant_id: str
    communication_id: str


@dataclass(frozen=True)
class Part:
    """One agent's part as the platform sees it: the queue that found the agent, and the agent.

    Attributes:
        transferred: Whether the agent handed the conversation on.
    """

    acd: Leg
    agent: Leg
    transferred: bool = False


@dataclass(frozen=True, kw_only=True)
class PlayedConversation:
    """A conversation; never changed in place.

    Attributes:
        parts: One for each handling of `course`, in the same order.
        course: What the agents did.
        ended_ms: When the customer was gone, or None.
        skill_ids: The skills that it asks for.
        attributes: Of participants, by their id.
    """

    id: str
    medium: Medium
    direction: Literal["inbound", "outbound"]
    began_ms: int
    customer: Leg
    parts: tuple[Part, ...] = ()
    course: Conversation = field(default_factory=Conversation)
    ended_ms: int | None = None
    skill_ids: tuple[str, ...] = ()
    division_ids: tuple[str, ...] = ()
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))

    def index_of(self, participant_id: str) -> int | None:
        """Return which agent's part a participant is, or None."""
        ids = [part.agent.participant_id for part in self.parts]
        return ids.index(participant_id) if participant_id in ids else None

    @property
    def agents_on(self) -> int:
        """How many agents talk, or are alerted."""
        return sum(handling.stage in (Stage.ALERTING, Stage.CONNECTED) for handling in self.course.handlings)

    @property
    def current(self) -> tuple[Part, Handling]:
        """The part that began last."""
        return self.parts[-1], self.course.handlings[-1]


@dataclass(frozen=True)
class ConversationEvent:
    """Something that happened to a conversation.

    Attributes:
        kind: `changed` comes with every change; `wrap-up` when one was written; `acw` when after-call work ended.
        index: Which part, for the last two.
    """

    kind: Literal["changed", "wrap-up", "acw"]
    conversation: PlayedConversation
    at_ms: int
    index: int | None = None
