"""One agent's part in one conversation, from alerting to wrapped up.

```
alerting ─ answer ─▶ connected ─ hang up ─▶ after-call work ─ wrap up, skip, timeout ─▶ wrapped up
   │                     │                         │
   └─ decline ─▶ ended   └─ hang up ─▶ ended       └─ leave (no code) ─▶ ended
                           (agent requested, and nobody asked)
```

Pure, and on virtual time: every transition takes the time in milliseconds and returns a new handling; time that
passed since the last one takes effect first. What the platform refuses raises a `RefusedError`.

Source:
    `platform.md` sections 2.3 (prompts and timeouts), 4.2 (provisional drafts), 6.5 (system codes); the vendor's
    help page on after-call work settings (no early exit, `ININ-WRAP-UP-TIMEOUT`).
"""

import msgspec

from harness.model.entities import Prompt
from harness.model.refusals import (
    AlreadyWrappedUpError,
    CannotSkipError,
    CodeRequiredError,
    ForeignCodeError,
    NotActiveError,
    NotAllowedError,
    TooEarlyError,
)
from harness.model.wrap_ups import SKIPPED_CODE, TIMEOUT_CODE, Entry, Stage, Terms, WrapUp

__all__ = ["Handling"]


class Handling(msgspec.Struct, frozen=True, kw_only=True):
    """One agent's part in one conversation.

    Attributes:
        acw_requested: Whether the agent asked for after-call work; counts under AGENT_REQUESTED only.
        began_ms: When it alerted.
        answered_ms: When the agent answered, or None.
        ended_ms: When the agent's communication ended, or None while it goes on.
        acw_began_ms: When after-call work began, or None: not yet, or never.
        acw_ended_ms: When it ended, or None.
        skipped: Whether the agent skipped it.
        draft: The provisional wrap-up that was saved last, or None. It is no evidence of anything.
        wrap_ups: Every wrap-up that was written, oldest first; the last one counts.
    """

    agent_id: str
    queue_id: str
    terms: Terms
    began_ms: int
    acw_requested: bool = False
    answered_ms: int | None = None
    ended_ms: int | None = None
    acw_began_ms: int | None = None
    acw_ended_ms: int | None = None
    skipped: bool = False
    draft: Entry | None = None
    wrap_ups: tuple[WrapUp, ...] = ()

    # -- what it is like now --------------------------------------------------------------------------------

    @property
    def stage(self) -> Stage:
        """Where it is, as of its last transition."""
        if self.acw_ended_ms is not None:
            return Stage.WRAPPED_UP if self.wrap_ups else Stage.ENDED
        if self.acw_began_ms is not None:
            return Stage.AFTER_CALL_WORK
        if self.ended_ms is not None:
            return Stage.ENDED
        return Stage.ALERTING if self.answered_ms is None else Stage.CONNECTED

    @property
    def over(self) -> bool:
        """Whether nothing is left for the agent to do."""
        return self.stage in (Stage.WRAPPED_UP, Stage.ENDED)

    @property
    def wrap_up_now(self) -> WrapUp | None:
        """The wrap-up that counts, or None when there is none."""
        return self.wrap_ups[-1] if self.wrap_ups else None

    @property
    def deadline_ms(self) -> int | None:
        """When after-call work ends by itself; None when it does not, or has not begun."""
        if self.acw_began_ms is None or not self.terms.prompt.timed:
            return None
        return self.acw_began_ms + (self.terms.timeout_ms or 0)

    @property
    def changed_ms(self) -> int:
        """When the last transition was."""
        times = (self.answered_ms, self.ended_ms, self.acw_ended_ms, *(wrap_up.at_ms for wrap_up in self.wrap_ups))
        return max((moment for moment in times if moment is not None), default=self.began_ms)

    # -- transitions ----------------------------------------------------------------------------------------

    def at(self, now_ms: int) -> "Handling":
        """Let time pass: a timed ACW ends at its deadline, with the agent's code or the platform's.

        Raises:
            ValueError: If time would run backwards.
        """
        if now_ms < self.changed_ms:
            raise ValueError(f"time runs backwards, from {self.changed_ms} ms to {now_ms} ms")
        deadline_ms = self.deadline_ms
        if deadline_ms is None or now_ms < deadline_ms or self.stage is not Stage.AFTER_CALL_WORK:
            return self
        if not self.wrap_ups:
            return self._written(self._at_timeout(deadline_ms))._acw_ended(deadline_ms)
        return self._acw_ended(deadline_ms)

    def answer(self, now_ms: int) -> "Handling":
        """Connect the agent.

        Raises:
            NotActiveError: If it does not alert any more.
        """
        now = self.at(now_ms)
        if now.stage is not Stage.ALERTING:
            raise NotActiveError("only an alerting communication can be answered")
        return msgspec.structs.replace(now, answered_ms=now_ms)

    def decline(self, now_ms: int) -> "Handling":
        """End the alerting: the agent had no part in the conversation, and has none to wrap up.

        Raises:
            NotActiveError: If it does not alert any more.
        """
        now = self.at(now_ms)
        if now.stage is not Stage.ALERTING:
            raise NotActiveError("only an alerting communication can be declined")
        return msgspec.structs.replace(now, ended_ms=now_ms)

    def request_acw(self, now_ms: int, *, wanted: bool = True) -> "Handling":
        """Ask for after-call work, or take that back; only while connected.

        Raises:
            NotActiveError: If the agent is not connected.
            NotAllowedError: If the queue does not leave it to the agent.
        """
        now = self.at(now_ms)
        if now.stage is not Stage.CONNECTED:
            raise NotActiveError("after-call work can be requested only while connected")
        if now.terms.prompt is not Prompt.AGENT_REQUESTED:
            raise NotAllowedError(f"under {now.terms.prompt} the agent does not decide about after-call work")
        return msgspec.structs.replace(now, acw_requested=wanted)

    def hang_up(self, now_ms: int) -> "Handling":
        """End the agent's communication: after-call work begins, unless it had to be requested and was not.

        Raises:
            NotActiveError: If the agent is not connected.
        """
        now = self.at(now_ms)
        if now.stage is not Stage.CONNECTED:
            raise NotActiveError("only a connected communication can be ended", "conversation.error.call.disconnected")
        due = now.terms.prompt is not Prompt.AGENT_REQUESTED or now.acw_requested
        return msgspec.structs.replace(now, ended_ms=now_ms, acw_began_ms=now_ms if due else None)

    def save_draft(self, now_ms: int, entry: Entry) -> "Handling":
        """Keep a provisional wrap-up in place of the one before; it needs no code and is not final.

        Raises:
            TooEarlyError: If the agent has not answered.
            NotActiveError: If the agent's part is over.
            ForeignCodeError: If the queue does not offer the code.
        """
        now = self.at(now_ms)
        if now.stage is Stage.ALERTING:
            raise TooEarlyError("a wrap-up cannot be saved before the communication is answered")
        if now.over:
            raise NotActiveError("the agent's part in the conversation is over")
        if entry.code is not None:
            now._check_offered(entry.code)
        return msgspec.structs.replace(now, draft=entry)

    def wrap_up(self, now_ms: int, entry: Entry, *, overwrite: bool = False) -> "Handling":
        """Write the wrap-up. It ends after-call work, unless the prompt forbids to leave early.

        Args:
            now_ms: The time.
            entry: With a code.
            overwrite: Whether it may replace one that was written before, by the agent or by the platform.

        Raises:
            TooEarlyError: If after-call work has not begun.
            NotActiveError: If the agent's part is over without a wrap-up.
            AlreadyWrappedUpError: If there is one and it may not be replaced.
            CodeRequiredError: If the entry has no code.
            ForeignCodeError: If the queue does not offer the code.
        """
        now = self.at(now_ms)
        now._check_wrapping()
        if now.wrap_ups and not overwrite:
            raise AlreadyWrappedUpError(f"the agent's part is wrapped up with {now.wrap_ups[-1].code}")
        if not entry.code:
            raise CodeRequiredError()
        now._check_offered(entry.code)
        written = now._written(_final(entry, entry.code, now_ms))
        forced = now.terms.prompt is Prompt.MANDATORY_FORCED_TIMEOUT
        return written if forced or now.stage is Stage.WRAPPED_UP else written._acw_ended(now_ms)

    def skip(self, now_ms: int) -> "Handling":
        """End after-call work without choosing a code; the platform writes its own.

        Raises:
            TooEarlyError: If after-call work has not begun.
            NotActiveError: If the agent's part is over.
            CannotSkipError: If the prompt demands a code.
        """
        now = self.at(now_ms)
        now._check_wrapping()
        if now.over:
            raise NotActiveError("the agent's part in the conversation is over")
        if now.terms.prompt.demands:
            raise CannotSkipError()
        skipped = WrapUp(code=SKIPPED_CODE, author="platform", at_ms=now_ms)
        return msgspec.structs.replace(now._written(skipped)._acw_ended(now_ms), skipped=True)

    def leave(self, now_ms: int) -> "Handling":
        """End after-call work as it is, without a code where none is demanded.

        Raises:
            TooEarlyError: If after-call work has not begun.
            NotActiveError: If the agent's part is over.
            CodeRequiredError: If the prompt demands a code and there is none.
            NotAllowedError: If the prompt forbids to leave before the time is up.
        """
        now = self.at(now_ms)
        now._check_wrapping()
        if now.over:
            raise NotActiveError("the agent's part in the conversation is over")
        if now.terms.prompt is Prompt.MANDATORY_FORCED_TIMEOUT:
            raise NotAllowedError("after-call work cannot be left before its time is up")
        if now.terms.prompt.demands:
            raise CodeRequiredError()
        return now._acw_ended(now_ms)

    # -- inside ---------------------------------------------------------------------------------------------

    def _check_wrapping(self) -> None:
        if self.stage in (Stage.ALERTING, Stage.CONNECTED):
            raise TooEarlyError("after-call work has not begun")
        if self.stage is Stage.ENDED:
            raise NotActiveError("the agent's part in the conversation is over")

    def _check_offered(self, code: str) -> None:
        if code not in self.terms.accepted:
            raise ForeignCodeError(f"the wrap-up code {code} is not offered on the queue {self.queue_id}")

    def _at_timeout(self, deadline_ms: int) -> WrapUp:
        draft = self.draft
        if draft is not None and draft.code and self.terms.draft_at_timeout == "applied":
            return _final(draft, draft.code, deadline_ms)
        return WrapUp(code=TIMEOUT_CODE, author="platform", at_ms=deadline_ms)

    def _written(self, wrap_up: WrapUp) -> "Handling":
        return msgspec.structs.replace(self, wrap_ups=(*self.wrap_ups, wrap_up))

    def _acw_ended(self, now_ms: int) -> "Handling":
        return msgspec.structs.replace(self, acw_ended_ms=now_ms)


def _final(entry: Entry, code: str, at_ms: int) -> WrapUp:
    return WrapUp(
        code=code, author="agent", at_ms=at_ms, notes=entry.notes, tags=entry.tags, duration_s=entry.duration_s
    )
