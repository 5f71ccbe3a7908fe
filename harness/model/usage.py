"""What agents really did, as measured in evidence: one row per queue, or per queue and code.

Numbers only, each with its whole: who judges a row divides. A row tells apart what was counted, what was left out on
purpose (still pending, or only a draft), and what the evidence could not tell.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from harness.model.entities import Queue, WrapUpCode

__all__ = ["CodeUse", "Covered", "CrmExport", "Figure", "Measured", "Usage"]


class Covered(msgspec.Struct, frozen=True):
    """What evidence covers.

    Attributes:
        periods: From (included) and to (excluded), in order, none touching the next: the handlings that started in
            these were read.
        until: Up to when everything in the periods is there; None when nothing is known about that.
    """

    periods: tuple[tuple[datetime, datetime], ...] = ()
    until: datetime | None = None

    def begins_within(self, length: timedelta) -> datetime | None:
        """Return when the last stretch of some length begins; None when it was not wholly read.

        The stretch ends when the evidence does.
        """
        if self.until is None:
            return None
        begin = self.until - length
        return begin if any(start <= begin and self.until <= end for start, end in self.periods) else None


class Figure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The number that a usage check judges by: a part of a whole, in handlings.

    Attributes:
        part: How many.
        whole: Of how many.
        left_out: Pending or provisional, in neither.
        untold: Of which the evidence does not tell whether they belong to the part, or to the whole.
        complete_until: Up to when the evidence is complete, ISO 8601 in UTC; None when that is not known.
        conversations: Ids of the conversations behind a number that breaks its rule or warns, sorted, the first few.
        warned: Whether it passes, and is worse than the rule's `warn_at`.
    """

    part: int
    whole: int
    left_out: int = 0
    untold: int = 0
    complete_until: str | None = None
    conversations: tuple[str, ...] = ()
    warned: bool = False


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What one queue's agents did, or what they did with one code there.

    Every number counts handlings, and none of them one that is still pending or only a draft. A measure fills in what
    its question needs; the rest is None.

    Attributes:
        queue_id: None for handlings that came through no queue.
        code_id: None for a row about a whole queue.
        queue: None for `no queue`, and for a queue that the org does not hold.
        code: None for a whole queue, and for a code that the org does not hold.
        covered: What the evidence covers.
        handled: All of them.
        wrapped: With a wrap-up, also one by the platform.
        coded: With a code that an agent chose; a system code never counts.
        queue_coded: On the whole queue, for a row about one code.
        timed_out: Whose wrap-up is the platform's, because the time was up.
        default_code: Wrapped up with the Default Wrap-up Code.
        skipped: Whose agent skipped ACW.
        transferred: Handed on by the agent.
        exempt: Those that a rule does not judge, because they were skipped or transferred.
        changed: Whose first and final code differ.
        noted: Coded, with a note.
        unnoted: Coded, and known to have none.
        timed: With an ACW duration.
        over: Of these, longer than a rule's limit.
        acw_total_ms: Sum of the ACW durations in ms.
        acw_p95_ms: The duration in ms that 95 of 100 do not exceed (nearest rank); None without a duration.
        top_code_id: The code that was chosen most; of several the one with the lowest id.
        top_coded: How often.
        shown: What the CRM's records show → how often; "" is a record without a disposition.
        absent: Coded, and the CRM has no record of the conversation.
        several: Coded, and the CRM has records of the conversation that contradict each other.
        unmatched: For the one row about records of the CRM: those whose conversation the evidence does not hold.
        left_out: Pending or provisional, and therefore in no other number.
        untold: What a question needs to know and the evidence does not tell about, in handlings.
    """

    queue_id: str | None
    covered: Covered
    code_id: str | None = None
    queue: Queue | None = None
    code: WrapUpCode | None = None
    handled: int | None = None
    wrapped: int | None = None
    coded: int | None = None
    queue_coded: int | None = None
    timed_out: int | None = None
    default_code: int | None = None
    skipped: int | None = None
    transferred: int | None = None
    exempt: int = 0
    changed: int | None = None
    noted: int | None = None
    unnoted: int | None = None
    timed: int | None = None
    over: int | None = None
    acw_total_ms: int | None = None
    acw_p95_ms: int | None = None
    top_code_id: str | None = None
    top_coded: int | None = None
    shown: Mapping[str, int] | None = None
    absent: int = 0
    several: int = 0
    unmatched: int | None = None
    left_out: int = 0
    untold: int = 0


class CodeUse(msgspec.Struct, frozen=True):
    """How one code was used.

    Attributes:
        used: Handlings that it was written in, first or last.
        last_used: When the last of them ended; None when none had ended.
        untold: Handlings that it was written in, perhaps only as a draft.
    """

    used: int
    last_used: datetime | None = None
    untold: int = 0


class CrmExport(msgspec.Struct, frozen=True):
    """The file that holds the CRM's records of conversations, and which of its columns say what."""

    path: str
    conversation: str = "conversation_id"
    disposition: str = "disposition"


class Measured(msgspec.Struct, frozen=True):
    """What evidence was asked besides the rows of usage rules.

    Attributes:
        covered: What it covers.
        usage: The rows of one rule, when a rule is judged by them.
        codes: Code id → its use; None when that was not asked.
        channels: Queue id → channels in use, sorted; None when that was not asked.
    """

    covered: Covered
    usage: tuple[Usage, ...] = ()
    codes: Mapping[str, CodeUse] | None = None
    channels: Mapping[str, tuple[str, ...]] | None = None
