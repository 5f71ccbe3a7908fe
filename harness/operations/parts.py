"""The parts that agents have in a conversation, as the conversations API and its notifications show them.

Source:
    `platform.md` sections 4.2, 4.3 and 5; models `Conversation`, `Participant`, `AfterCallWork`, `AssignedWrapupCode`
    and `ConversationEventTopicParticipant` of the vendor's SDK.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from harness.client import GenesysClient
from harness.model.names import printable

__all__ = ["MEDIA", "AgentPart", "Assigned", "ShownConversation", "participant_path", "read_parts", "read_wrap_up"]

MEDIA = ("calls", "callbacks", "emails", "messages")
"""Kinds of conversations whose wrap-ups can be written for a participant, as paths and participants name them."""


class Assigned(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A wrap-up as it is shown; without a code there is none.

    Attributes:
        provisional: Whether it is only a saved draft.
    """

    code: str | None = None
    notes: str | None = None
    tags: tuple[str, ...] | None = None
    duration_seconds: int | None = None
    provisional: bool | None = None


class _AfterCallWork(msgspec.Struct, frozen=True, rename="camel"):
    state: str | None = None
    start_time: str | None = None
    end_time: str | None = None


class _Communication(msgspec.Struct, frozen=True, rename="camel"):
    id: str | None = None
    wrapup: Assigned | None = None
    after_call_work: _AfterCallWork | None = None


class _Participant(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    purpose: str | None = None
    user_id: str | None = None
    queue_id: str | None = None
    connected_time: str | None = None
    end_time: str | None = None
    wrapup: Assigned | None = None
    start_acw_time: str | None = None
    end_acw_time: str | None = None
    calls: tuple[_Communication, ...] = ()
    callbacks: tuple[_Communication, ...] = ()
    emails: tuple[_Communication, ...] = ()
    messages: tuple[_Communication, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AgentPart:
    """One agent's part in one conversation.

    Attributes:
        queue_id: The queue that it came from, or None.
        medium: One of `MEDIA`, or None when it is of another kind.
        connected: Whether the agent ever answered.
        ended: Whether the agent's communication has ended.
        acw_began: Whether after-call work has begun; it may have ended too.
        acw_ended_at: When after-call work ended, ISO 8601, or None: not yet, or it never began.
        code: Id of the final wrap-up's code, or a system code's literal; None when there is none. A draft is none.
    """

    conversation_id: str
    participant_id: str
    agent_id: str
    queue_id: str | None
    medium: str | None
    connected: bool
    ended: bool
    acw_began: bool
    acw_ended_at: str | None
    code: str | None

    @property
    def in_acw(self) -> bool:
        """Whether the agent is wrapping up."""
        return self.acw_began and self.acw_ended_at is None

    def __str__(self) -> str:
        state = (
            "in after-call work" if self.in_acw else "after-call work is over" if self.acw_began else "not yet in it"
        )
        if self.ended and not self.acw_began:
            state = "ended without after-call work"
        code = f", wrapped up with {printable(self.code)}" if self.code else ""
        return f"agent {self.agent_id} (participant {self.participant_id}; {state}{code})"


class ShownConversation(msgspec.Struct, frozen=True):
    """A conversation as the API or a notification shows it."""

    id: str
    participants: tuple[_Participant, ...] = ()

    def parts(self) -> Iterator[AgentPart]:
        """Yield the parts of agents, in the order of the participants."""
        for participant in self.participants:
            if participant.user_id is not None and participant.purpose in ("agent", "user"):
                yield _part(self.id, participant)


def read_parts(client: GenesysClient, conversation_id: str) -> tuple[AgentPart, ...]:
    """Return the parts of a conversation's agents, in the order in which they began.

    Raises:
        NotFoundError: If there is no such conversation, or none that these credentials may see.
    """
    return tuple(client.get(f"/api/v2/conversations/{conversation_id}", ShownConversation).parts())


def read_wrap_up(client: GenesysClient, part: AgentPart) -> Assigned | None:
    """Return the final wrap-up of a part, or None when there is none: a draft is no wrap-up."""
    found = client.get(f"{participant_path(part)}/wrapup", Assigned)
    return found if found.code and not found.provisional else None


def participant_path(part: AgentPart) -> str:
    """Return where a part is in the API: under its medium, where that is known."""
    within = f"/{part.medium}" if part.medium else ""
    return f"/api/v2/conversations{within}/{part.conversation_id}/participants/{part.participant_id}"


def _part(conversation_id: str, shown: _Participant) -> AgentPart:
    held = {medium: getattr(shown, medium) for medium in MEDIA}
    works = [it.after_call_work for each in held.values() for it in each if it.after_call_work is not None]
    over = [work for work in works if work.state in ("complete", "skipped")]
    pending = any(work.state == "pending" for work in works)
    ended_at = shown.end_acw_time or next((work.end_time for work in over if work.end_time), None)
    wrap_ups = [shown.wrapup, *(it.wrapup for each in held.values() for it in each)]
    final = next((it for it in wrap_ups if it is not None and it.code and not it.provisional), None)
    return AgentPart(
        conversation_id=conversation_id,
        participant_id=shown.id,
        agent_id=shown.user_id or "",
        queue_id=shown.queue_id,
        medium=next((medium for medium, each in held.items() if each), None),
        connected=shown.connected_time is not None,
        ended=shown.end_time is not None,
        acw_began=bool(shown.start_acw_time or over or pending),
        acw_ended_at=None if pending and shown.end_acw_time is None else ended_at,
        code=final.code if final is not None else None,
    )
