"""Conversations as analytics shows them, made up by hand."""

from typing import Any

__all__ = ["AGENT", "QUEUE", "agent", "at", "conversation", "segment", "session", "wrapup"]

QUEUE = "8b423a43-0000-4000-8000-000000000001"
AGENT = "3f0c7d5e-0000-4000-8000-000000000001"


def at(second: float) -> str:
    """Return a time on one morning."""
    minutes, seconds = divmod(second, 60)
    return f"2026-11-02T08:{int(minutes):02}:{seconds:06.3f}Z"


def segment(kind: str, start: float, end: float | None, **more: Any) -> dict[str, Any]:
    """Return a segment of the queue."""
    ended = {} if end is None else {"segmentEnd": at(end)}
    return {"segmentType": kind, "segmentStart": at(start), "queueId": QUEUE, **ended} | more


def wrapup(start: float, end: float | None, code: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a wrap-up, without a code where none is given."""
    return segment("wrapup", start, end, **({} if code is None else {"wrapUpCode": code}), **more)


def session(*segments: Any, media: str | None = "voice", **more: Any) -> dict[str, Any]:
    """Return a session."""
    return {"sessionId": "s", "mediaType": media, "segments": segments} | more


def agent(*sessions: Any, user: str | None = AGENT, purpose: str | None = "agent", **more: Any) -> dict[str, Any]:
    """Return an agent with his sessions."""
    return {"participantId": f"p-{user}", "userId": user, "purpose": purpose, "sessions": sessions} | more


def conversation(*participants: Any, conversation_id: str = "c-1") -> dict[str, Any]:
    """Return a conversation, with a customer and a queue that handle nothing."""
    customer = {"purpose": "customer", "sessions": [session(segment("interact", 0, 600))]}
    acd = {"purpose": "acd", "sessions": [session(segment("interact", 0, 4))]}
    return {"conversationId": conversation_id, "participants": [customer, acd, *participants]}
