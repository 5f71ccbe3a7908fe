"""From a conversation to its handlings: which sessions of an agent are one handling, and how it was wrapped up.

Sessions of one agent are one handling when they belong to one participant, overlap in time, or are a callback and the
call that it led to; never when they came through different queues. So an agent who gets a conversation back after a
transfer has two handlings of it, each with a wrap-up of its own.

Source:
    `platform.md` sections 6.4 (segments; wrap-ups without a code) and 6.5 (system codes); `policy-language.md`,
    section "usage", for what a handling is.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from harness.evidence.details import Conversation, Participant, Segment, Session
from harness.model.channels import channel
from harness.model.ids import DEFAULT_CODE_ID, is_system_code, pseudonym
from harness.model.wrap_ups import SKIPPED_CODE, TIMEOUT_CODE

__all__ = ["Row", "handlings", "system_code"]

_AGENTS = ("agent", "user")
_TALK = ("interact", "hold")
_TRANSFERS = ("nTransferred", "nBlindTransferred", "nConsultTransferred")
_BESIDE = ("cobrowse", "screenshare", "screenmonitoring", "unknown")
"""Media that go along with another."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)

_pseudonym = lru_cache(maxsize=65_536)(pseudonym)


class Row(NamedTuple):
    """One handling, in the columns of `harness.evidence.schema`; moments in milliseconds since 1970."""

    conversation_id: str
    agent_id: str
    queue_id: str | None
    channel: str | None
    started_at: int
    ended_at: int | None
    first_code_id: str | None
    final_code_id: str | None
    acw_ms: int | None
    skipped: bool | None
    pending: bool
    provisional: bool
    transferred: bool | None
    system_code: str | None
    has_note: bool


def system_code(code: str | None) -> str | None:
    """Return what kind of system code a code is, or None when it is an org's own or there is none.

    Example:
        >>> [system_code(it) for it in ("ININ-WRAP-UP-TIMEOUT", "ININ-OUTBOUND-BUSY", "OUTBOUND-MESSAGE-SENT")]
        ['timeout', 'outbound', 'outbound']
    """
    if code is None or not is_system_code(code):
        return None
    if code == TIMEOUT_CODE:
        return "timeout"
    if code == DEFAULT_CODE_ID:
        return "default"
    return "outbound" if code.startswith(("OUTBOUND-", "ININ-OUTBOUND-")) else "other"


def handlings(conversation: Conversation) -> Iterator[Row]:
    """Yield the handlings of a conversation; none when no agent had part in it."""
    agents: dict[str, list[_Stay]] = {}
    for number, participant in enumerate(conversation.participants):
        if participant.user_id and participant.purpose in (*_AGENTS, None):
            agents.setdefault(participant.user_id, []).extend(_stays(participant, number))
    for user_id, stays in agents.items():
        for part in _parts(stays):
            yield _row(conversation.conversation_id, user_id, part)


class _Stay(NamedTuple):
    """A session in which an agent talked.

    Attributes:
        began: When the first interact segment did.
        ended: When the last segment of talk did, or None while it goes on.
        participant: Its number in the conversation stands in for an id that is missing.
    """

    began: datetime
    ended: datetime | None
    participant: str | int
    queue_id: str | None
    session: Session


def _stays(participant: Participant, number: int) -> Iterator[_Stay]:
    for session in participant.sessions:
        interacts = [it for it in session.segments if it.segment_type == "interact"]
        if interacts:
            talk = [it for it in session.segments if it.segment_type in _TALK]
            yield _Stay(
                began=min(it.segment_start for it in interacts),
                ended=_end(talk),
                participant=participant.participant_id or number,
                queue_id=next((it.queue_id for it in (*interacts, *session.segments) if it.queue_id), None),
                session=session,
            )


def _parts(stays: list[_Stay]) -> list[list[_Stay]]:
    """Return the sessions of one agent, one list for each handling."""
    parts: list[list[_Stay]] = []
    # Those with a queue first: what has none (a call made for a callback, a consultation) then finds where it belongs.
    for stay in sorted(stays, key=lambda it: (it.queue_id is None, it.began)):
        for part in parts:
            if _belongs(stay, part):
                part.append(stay)
                break
        else:
            parts.append([stay])
    return parts


def _belongs(stay: _Stay, part: list[_Stay]) -> bool:
    queues = {it.queue_id for it in (stay, *part) if it.queue_id}
    return len(queues) < 2 and any(
        stay.participant == other.participant or _overlap(stay, other) or _called_back(stay, other) for other in part
    )


def _overlap(one: _Stay, other: _Stay) -> bool:
    return (one.ended is None or other.began < one.ended) and (other.ended is None or one.began < other.ended)


def _called_back(one: _Stay, other: _Stay) -> bool:
    return {one.session.media_type, other.session.media_type} == {"callback", "voice"}


def _row(conversation_id: str, user_id: str, part: Sequence[_Stay]) -> Row:
    sessions = [it.session for it in sorted(part, key=lambda it: it.began)]
    segments = [segment for session in sessions for segment in session.segments]
    wrap_ups = sorted(
        (it for it in segments if it.segment_type == "wrapup"),
        key=lambda it: (it.segment_start, it.segment_end or datetime.max.replace(tzinfo=UTC)),
    )
    coded = [it for it in wrap_ups if it.wrap_up_code]
    final = coded[-1] if coded else None
    ended = _end(segments)
    return Row(
        conversation_id=conversation_id,
        agent_id=_pseudonym(user_id),
        queue_id=next((it.queue_id for it in part if it.queue_id), None),
        channel=_channel(sessions),
        started_at=_ms(min(it.began for it in part)),
        ended_at=None if ended is None else _ms(ended),
        first_code_id=coded[0].wrap_up_code if coded else None,
        final_code_id=final.wrap_up_code if final else None,
        acw_ms=_acw_ms(wrap_ups),
        skipped=_skipped(sessions, wrap_ups, coded),
        pending=ended is None,
        provisional=final is not None and any(it.segment_end is None for it in wrap_ups),
        transferred=_transferred(sessions, segments),
        system_code=system_code(final.wrap_up_code if final else None),
        has_note=any((it.wrap_up_note or "").strip() for it in wrap_ups),
    )


def _channel(sessions: Sequence[Session]) -> str | None:
    media = [it.media_type.lower() for it in sessions if it.media_type]
    if "callback" in media:
        return "callback"
    main = next((it for it in media if it not in _BESIDE), None) or next(iter(media), None)
    return None if main in (None, "unknown") else channel(main)


def _acw_ms(wrap_ups: Sequence[Segment]) -> int | None:
    """Return how long the agent wrapped up; what two sessions show of the same time counts once."""
    if not wrap_ups:
        return None
    total, until = timedelta(0), wrap_ups[0].segment_start
    for it in wrap_ups:
        if it.segment_end is None:
            return None
        total += max(it.segment_end - max(it.segment_start, until), timedelta(0))
        until = max(until, it.segment_end)
    return total // _MS


def _skipped(sessions: Sequence[Session], wrap_ups: Sequence[Segment], coded: Sequence[Segment]) -> bool | None:
    marks = {it.acw_skipped for it in sessions}
    if True in marks or any(it.wrap_up_code == SKIPPED_CODE for it in coded):
        return True
    # The mark may be left out for those who did not skip, or altogether: only a code proves that nobody did.
    return False if False in marks or coded or not wrap_ups else None


def _transferred(sessions: Sequence[Session], segments: Sequence[Segment]) -> bool | None:
    """Tell whether the agent handed the conversation on, at the end or on the way."""
    metrics = [it for session in sessions for it in session.metrics]
    ends = [it.disconnect_type for it in segments if it.segment_type in _TALK and it.disconnect_type]
    if any("transfer" in it.lower() for it in ends) or any(it.name in _TRANSFERS and it.value > 0 for it in metrics):
        return True
    return False if ends or metrics else None


def _end(segments: Sequence[Segment]) -> datetime | None:
    """Return when the last segment ended, or None when one goes on."""
    ends = [it.segment_end for it in segments]
    known = [it for it in ends if it is not None]
    return max(known) if len(known) == len(ends) else None


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // _MS
