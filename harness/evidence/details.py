"""Details of conversations, as far as evidence needs them: what analytics answers, and what people save of it.

Names, addresses, numbers and the participants' attributes are not even read. The text of a note is, because only so
can be told whether there is one.

Source:
    `platform.md` section 6.4.
"""

import msgspec

from harness.evidence.spans import Moment

__all__ = ["Conversation", "Metric", "Participant", "Segment", "Session"]


class _Shown(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """Keys in camelCase; those that are not named here are skipped."""


class Segment(_Shown, frozen=True):
    """A stretch of a session.

    Attributes:
        segment_end: None while it goes on.
        wrap_up_code: A code's id or a system code's literal, or None.
    """

    segment_type: str
    segment_start: Moment
    segment_end: Moment | None = None
    queue_id: str | None = None
    wrap_up_code: str | None = None
    wrap_up_note: str | None = None
    disconnect_type: str | None = None


class Metric(_Shown, frozen=True):
    """A number about a session."""

    name: str
    value: float = 0


class Session(_Shown, frozen=True):
    """One communication of a participant.

    Attributes:
        acw_skipped: Whether the agent skipped ACW; None when it is not told.
    """

    media_type: str | None = None
    acw_skipped: bool | None = None
    segments: tuple[Segment, ...] = ()
    metrics: tuple[Metric, ...] = ()


class Participant(_Shown, frozen=True):
    """Somebody, or something, in a conversation.

    Attributes:
        purpose: `agent` and `user` are people who work; the rest are customers, queues, flows and dialers.
    """

    participant_id: str | None = None
    user_id: str | None = None
    purpose: str | None = None
    sessions: tuple[Session, ...] = ()


class Conversation(_Shown, frozen=True):
    """A conversation, from its first participant to its last."""

    conversation_id: str
    participants: tuple[Participant, ...] = ()
