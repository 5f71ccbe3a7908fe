"""Watching handlings end: each that ends after-call work without a code that counts is reported, once.

Events tell soon, and not for sure: they come twice, late, or not at all. So whatever an event shows as a lapse is read
again before it is reported, and analytics is looked back into after every gap and from time to time.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec

from harness.client import GenesysClient
from harness.errors import (
    HarnessError,
    ListingChangedError,
    NotFoundError,
    PayloadError,
    RateLimitedError,
    UnavailableError,
    UsageError,
)
from harness.operations.apply import apply
from harness.operations.channel import MOST_TOPICS, Channel, Connect, LostError, open_socket
from harness.operations.lapses import Lapse, LapseKind, Offers, lapse_kind
from harness.operations.looking_back import MOST_DAYS, ended_parts
from harness.operations.parts import AgentPart, ShownConversation, read_parts
from harness.operations.tally import Summary, Tally

__all__ = ["Summary", "Watcher"]

_TRANSIENT = (UnavailableError, RateLimitedError, PayloadError, ListingChangedError)
_LOOK_BACK_S = 600.0
_SOON_S = 120.0
"""Analytics is a little behind: the time before a gap's end is looked at once more after this."""

_OVERLAP_S = 3600.0
"""How far analytics may be behind: what ended longer before a look than this was seen by it, or by an event."""

_MOST_PENDING = 10_000
_FIRST_TRIES = 5
_LONGEST_BACKOFF_S = 60.0


class Watcher:
    """Watches queues and users.

    Args:
        client: Reads; to apply default codes it must be made with `allow_writes`.
        queue_ids: Whose handlings to watch.
        user_ids: Whose handlings to watch besides, on whatever queue.
        on_lapse: Told of each lapse, once.
        on_note: Told what happens to the connection, in a sentence.
        default_code: Returns the name or id of a queue's default code, or None where it has none; None applies none.
        connect: Opens websockets; None asks analytics in turns instead.
        poll_s: Seconds between two looks when there are no sockets.
        days: A conversation that began longer ago than this may be missed when its handling ends in a gap.
        remembered: How many endings are remembered at most, to report none of them twice; those of the last hour are
            enough.
        clock: Seconds since 1970.
        sleep: Waits that many seconds.

    Raises:
        UsageError: If there is nothing to watch, or more than one channel can bear.
    """

    def __init__(
        self,
        client: GenesysClient,
        queue_ids: Sequence[str],
        user_ids: Sequence[str] = (),
        *,
        on_lapse: Callable[[Lapse], None],
        on_note: Callable[[str], None] = lambda _: None,
        default_code: Callable[[str], str | None] | None = None,
        connect: Connect | None = open_socket,
        poll_s: float = 60.0,
        days: int = 2,
        remembered: int = 100_000,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._queue_ids, self._user_ids = tuple(dict.fromkeys(queue_ids)), tuple(dict.fromkeys(user_ids))
        self._topics = [f"v2.routing.queues.{it}.conversations" for it in self._queue_ids]
        self._topics += [f"v2.users.{it}.conversations" for it in self._user_ids]
        if not self._topics:
            raise UsageError("there is nothing to watch", "name a queue or an agent")
        if len(self._topics) > MOST_TOPICS:
            raise UsageError(f"{len(self._topics)} queues and agents are more than the {MOST_TOPICS} of one channel")
        if not (poll_s > 0 and 1 <= days <= MOST_DAYS):
            raise UsageError(f"the time between two looks must be above 0 s, and the days from 1 to {MOST_DAYS}")
        self._client, self._connect, self._poll_s, self._days = client, connect, poll_s, days
        self._on_lapse, self._on_note, self._default_code = on_lapse, on_note, default_code
        self._clock, self._sleep, self._remembered = clock, sleep, remembered
        self._offers = Offers(client, clock)
        self._tally = Tally()
        self._seen: dict[tuple[str, str], float] = {}
        self._pending: dict[tuple[str, str], tuple[AgentPart, bool]] = {}
        self._began = clock()
        self._looked_to: float | None = None
        self._looks_due: list[float] = []

    @property
    def summary(self) -> Summary:
        """What was seen so far."""
        looked = None if self._looked_to is None else _moment(self._looked_to)
        return self._tally.summary(began=_moment(self._began), looked_back_to=looked, pending=len(self._pending))

    def run(self, for_s: float | None = None) -> Summary:
        """Watch, for some seconds or until interrupted; at the end of that time, look back once more.

        Raises:
            AuthError: If these credentials may not see what is to be watched.
            UsageError: If a topic is refused, or no websocket can be opened at all.
        """
        self._began = self._clock()
        until = float("inf") if for_s is None else self._began + for_s
        if self._connect is None:
            self._poll(until)
        else:
            self._listen(until, self._connect)
        self._look_back()
        return self.summary

    # -- the two ways of watching ---------------------------------------------------------------------------

    def _poll(self, until: float) -> None:
        while (now := self._clock()) < until:
            self._look_back()
            self._sleep(min(self._poll_s, until - now))

    def _listen(self, until: float, connect: Connect) -> None:
        failures, ever = 0, False
        while self._clock() < until:
            try:
                with Channel(self._client, self._topics, connect, self._clock) as channel:
                    if ever:
                        self._on_note("connected again")
                    ever = True
                    # Only after subscribing: what ended before is found by looking, what ends now is told.
                    self._looks_due = [self._clock(), self._clock() + _SOON_S]
                    while (now := self._clock()) < until:
                        self._look_back_if_due(now)
                        event = channel.receive(min(until, *self._looks_due) - self._clock())
                        if event is not None:
                            failures = 0
                            self._take(event[1])
            except (LostError, *_TRANSIENT) as error:
                failures += 1
                if not ever and failures >= _FIRST_TRIES:
                    raise UsageError(f"no websocket can be opened: {error}", "--poll does without") from None
                self._tally.reconnects += ever
                self._on_note(f"{error}; connecting again")
                self._sleep(max(0.0, min(_backoff_s(failures), until - self._clock())))

    # -- what ended -----------------------------------------------------------------------------------------

    def _take(self, body: msgspec.Raw) -> None:
        try:
            shown = msgspec.json.decode(body, type=ShownConversation)
        except msgspec.DecodeError:
            return  # looking back finds what it was about
        for part in shown.parts():
            if part.acw_ended_at is not None and self._watches(part):
                self._ended(part, late=False)

    def _watches(self, part: AgentPart) -> bool:
        return part.queue_id in self._queue_ids or part.agent_id in self._user_ids

    def _ended(self, part: AgentPart, *, late: bool) -> None:
        key = part.conversation_id, part.participant_id
        ended = _seconds(part.acw_ended_at, self._clock())
        if ended < self._began:
            return
        if key in self._seen or (key not in self._pending and ended < self._settled_to):
            self._tally.repeated += 1
            return
        try:
            now = part if lapse_kind(part, self._offers) is None else self._as_it_is(part)
            kind = lapse_kind(now, self._offers)
        except _TRANSIENT:
            self._wait_for(key, part, late=late)
            return
        self._pending.pop(key, None)
        if now.acw_ended_at is None:
            return  # not over after all: its end is still to come
        self._remember(key, ended)
        self._tally.handlings += 1
        if kind is not None:
            self._report(now, kind, late=late)

    def _as_it_is(self, part: AgentPart) -> AgentPart:
        """Return the part as the API shows it; where it does not show the conversation any more, as it was told."""
        try:
            parts = read_parts(self._client, part.conversation_id)
        except NotFoundError:
            return part
        return next((it for it in parts if it.participant_id == part.participant_id), part)

    def _wait_for(self, key: tuple[str, str], part: AgentPart, *, late: bool) -> None:
        if key in self._pending or len(self._pending) < _MOST_PENDING:
            self._pending[key] = part, late
        else:
            self._tally.given_up += 1

    @property
    def _settled_to(self) -> float:
        """Before when nothing can have ended unseen."""
        return self._began if self._looked_to is None else max(self._began, self._looked_to - _OVERLAP_S)

    def _remember(self, key: tuple[str, str], ended: float) -> None:
        self._seen[key] = ended
        if len(self._seen) > self._remembered:
            del self._seen[next(iter(self._seen))]

    def _report(self, part: AgentPart, kind: LapseKind, *, late: bool) -> None:
        self._tally.lapses[kind] += 1
        self._tally.found_late += late
        outcome, detail = self._apply_default(part, kind)
        self._tally.defaults += outcome == "applied"
        self._on_lapse(Lapse(part=part, kind=kind, late=late, default=outcome, detail=detail))

    def _apply_default(self, part: AgentPart, kind: LapseKind) -> tuple[str | None, str | None]:
        """Apply the queue's default code where there is none of an agent; one that is there is left alone."""
        if self._default_code is None or kind == "code not offered" or part.queue_id is None:
            return None, None
        try:
            code = self._default_code(part.queue_id)
            if code is None:
                return "failed", "the queue has no default code"
            apply(
                self._client,
                part.conversation_id,
                code,
                agent=part.participant_id,
                existing="overwrite" if kind == "system code" else "refuse",
                sleep=self._sleep,
            )
        except HarnessError as error:
            return "failed", str(error)
        return "applied", None

    # -- looking back ---------------------------------------------------------------------------------------

    def _look_back_if_due(self, now: float) -> None:
        if now >= min(self._looks_due):
            self._looks_due = [due for due in self._looks_due if due > now]
            self._looks_due.append(now + (_LOOK_BACK_S if self._look_back() else _SOON_S))

    def _look_back(self) -> bool:
        """Judge whatever ended since the last look; return whether that could be seen."""
        now = self._clock()
        since = self._settled_to
        for key, (part, late) in list(self._pending.items()):
            self._ended(part, late=late)
            if key in self._pending:
                break  # the others would fare no better
        try:
            parts = ended_parts(self._client, self._queue_ids, self._user_ids, now=_moment(now), days=self._days)
            for part in parts:
                key = part.conversation_id, part.participant_id
                if key not in self._seen and _seconds(part.acw_ended_at, now) >= since and self._watches(part):
                    self._ended(part, late=True)
        except _TRANSIENT as error:
            self._on_note(f"could not look back: {error}")
            return False
        self._looked_to = now
        self._seen = {key: ended for key, ended in self._seen.items() if ended >= self._settled_to}
        return True


def _backoff_s(failures: int) -> float:
    return min(_LONGEST_BACKOFF_S, 2.0 ** (failures - 1))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _seconds(text: str | None, otherwise: float) -> float:
    try:
        return datetime.fromisoformat(text or "").timestamp()
    except ValueError:
        return otherwise
