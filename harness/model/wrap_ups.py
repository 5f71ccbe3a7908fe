"""What an agent enters, what counts in the end, and the terms under which it is asked for.

Source:
    `platform.md` sections 2.3 (prompts and timeouts), 4.2 (provisional drafts), 6.5 (system codes).
"""

from enum import StrEnum
from typing import Literal

import msgspec

from harness.model.entities import Prompt
from harness.model.ids import DEFAULT_CODE_ID

__all__ = ["SKIPPED_CODE", "TIMEOUT_CODE", "Entry", "Stage", "Terms", "WrapUp"]

TIMEOUT_CODE = "ININ-WRAP-UP-TIMEOUT"
"""What the platform writes when a timed ACW ends without a code."""

SKIPPED_CODE = "ININ-WRAP-UP-SKIPPED"
"""What the platform writes when the agent skips; the spelling is not established."""


class Stage(StrEnum):
    """Where a handling is."""

    ALERTING = "alerting"
    CONNECTED = "connected"
    AFTER_CALL_WORK = "after-call work"
    WRAPPED_UP = "wrapped up"
    ENDED = "ended"


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What after-call work is like for a handling: its queue's settings when it began.

    Attributes:
        timeout_ms: How long ACW may take; required by the timed prompts, ignored by the others.
        offered: Ids of the codes that the queue offers; none means the Default Wrap-up Code.
        draft_at_timeout: What a draft that has a code becomes when the time is up: nothing, or the agent's code.
            Which of the two the platform does is not established.

    Raises:
        ValueError: If a timed prompt has no timeout.
    """

    prompt: Prompt
    timeout_ms: int | None = None
    offered: frozenset[str] = frozenset()
    draft_at_timeout: Literal["discarded", "applied"] = "discarded"

    def __post_init__(self) -> None:
        if self.prompt.timed and self.timeout_ms is None:
            raise ValueError(f"the prompt {self.prompt} needs a timeout")

    @property
    def accepted(self) -> frozenset[str]:
        """Ids of the codes that an agent may choose."""
        return self.offered or frozenset({DEFAULT_CODE_ID})


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent enters.

    Attributes:
        code: A code's id, or None: only a draft can do without.
        duration_s: The after-call work in seconds as the agent's client states it, or None.
    """

    code: str | None = None
    notes: str | None = None
    tags: tuple[str, ...] = ()
    duration_s: int | None = None


class WrapUp(msgspec.Struct, frozen=True, kw_only=True):
    """A wrap-up that counts: never a draft.

    Attributes:
        code: A code's id, or a system code's literal.
        author: Whether the agent chose the code, or the platform wrote it.
        at_ms: When.
    """

    code: str
    author: Literal["agent", "platform"]
    at_ms: int
    notes: str | None = None
    tags: tuple[str, ...] = ()
    duration_s: int | None = None
