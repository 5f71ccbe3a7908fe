"""Handlings whose after-call work ended in some time, as analytics shows them: what no event told is found here.

Source:
    `platform.md` sections 6.2 and 6.4: a query finds no conversation that started before the first day of its
    interval, and an interval with a filter may be 31 days long.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from harness.client import Form, GenesysClient, Listing, entities
from harness.client.decode import decode
from harness.operations.parts import AgentPart

__all__ = ["MOST_DAYS", "ended_parts"]

MOST_DAYS = 30

_AHEAD = timedelta(minutes=5)
"""The platform's clock may be ahead of ours."""

_PAGE = 100
_AT_ONCE = 50
_PATH = "/api/v2/analytics/conversations/details/query"
_MEDIA = {"voice": "calls", "callback": "callbacks", "email": "emails", "message": "messages"}


class _Segment(msgspec.Struct, rename="camel"):
    segment_type: str | None = None
    segment_end: str | None = None
    queue_id: str | None = None
    wrap_up_code: str | None = None


class _Session(msgspec.Struct, rename="camel"):
    media_type: str | None = None
    segments: tuple[_Segment, ...] = ()


class _Participant(msgspec.Struct, rename="camel"):
    participant_id: str
    user_id: str | None = None
    sessions: tuple[_Session, ...] = ()


class _Conversation(msgspec.Struct, rename="camel"):
    conversation_id: str
    participants: tuple[_Participant, ...] = ()


def ended_parts(
    client: GenesysClient,
    queue_ids: Sequence[str],
    user_ids: Sequence[str],
    *,
    now: datetime,
    days: int,
) -> Iterator[AgentPart]:
    """Yield the parts of agents whose after-call work is over, of conversations that began in the last days.

    Args:
        client: Reads.
        queue_ids: Parts of these queues,
        user_ids: and of these users; one part may come twice.
        now: The end of the time to look at.
        days: How many days before that a conversation may have begun, at most `MOST_DAYS`.

    Raises:
        ListingChangedError: If so much happens that the pages never fit together.
        ApiError: If analytics cannot be asked.
    """
    for dimension, ids in (("queueId", queue_ids), ("userId", user_ids)):
        for start in range(0, len(ids), _AT_ONCE):
            for raw in entities(client, _listing(dimension, ids[start : start + _AT_ONCE], now, days)):
                found = decode(bytes(raw), _Conversation, _UNANSWERED)
                for participant in found.participants:
                    part = _part(found.conversation_id, participant)
                    if part is not None:
                        yield part


def _listing(dimension: str, ids: Sequence[str], now: datetime, days: int) -> Listing:
    start, end = (now - timedelta(days=days)).astimezone(UTC), (now + _AHEAD).astimezone(UTC)
    interval = "/".join(f"{moment:%Y-%m-%dT%H:%M:%S}.000Z" for moment in (start, end))
    predicates = [{"type": "dimension", "dimension": dimension, "operator": "matches", "value": it} for it in ids]
    wrapping: dict[str, Any] = {
        "type": "dimension", "dimension": "segmentType", "operator": "matches", "value": "wrapup",
    }  # fmt: skip
    body = {
        "interval": interval,
        "order": "asc",
        "orderBy": "conversationStart",
        "segmentFilters": [
            {"type": "and", "predicates": [wrapping], "clauses": [{"type": "or", "predicates": predicates}]}
        ],
    }
    return Listing(_PATH, _PAGE, form=Form.HITS, body=body, items="conversations", key="conversationId")


_UNANSWERED = Listing(_PATH, _PAGE, form=Form.HITS, body={}).unanswered


def _part(conversation_id: str, shown: _Participant) -> AgentPart | None:
    """Return an agent's part when its after-call work is over, else None."""
    works = [
        (segment, session.media_type)
        for session in shown.sessions
        for segment in session.segments
        if segment.segment_type == "wrapup"
    ]
    if shown.user_id is None or not works or any(segment.segment_end is None for segment, _ in works):
        return None
    last, media = max(works, key=lambda work: work[0].segment_end or "")
    return AgentPart(
        conversation_id=conversation_id,
        participant_id=shown.participant_id,
        agent_id=shown.user_id,
        queue_id=last.queue_id,
        medium=_MEDIA.get(media or ""),
        connected=True,
        ended=True,
        acw_began=True,
        acw_ended_at=last.segment_end,
        code=last.wrap_up_code,
    )
