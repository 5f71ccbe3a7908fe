"""Conversations with every kind of ending, and the handlings that evidence must come to: from the lifecycle itself."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from harness.evidence.committing import Gathered
from harness.evidence.fetch import fetch
from harness.evidence.handlings import Row, system_code
from harness.evidence.reading import Evidence
from harness.model.ids import pseudonym
from harness.model.lifecycle import Entry, Handling
from harness.sandbox import State
from tests.operations.playing import Played
from tests.sandbox.playing import BEN, REFUND, SALE
from tests.sandbox.talking import ASKING, BARE, FORCED, FREE, TIMED, Talk, a_talking_state, passing

__all__ = ["DAY_S", "FIRST", "fetched", "plant", "planted", "played", "rows_of"]

FIRST = datetime(2026, 11, 2, tzinfo=UTC)
"""The sandbox's first day."""

DAY_S = 86_400


def played(**assumptions: Any) -> Played:
    """Return an org whose agents have worked three days."""
    state = a_talking_state(**assumptions)
    for day in range(3):
        plant(state)
        passing(state, (day + 1) * DAY_S - (state.clock.now() - FIRST).total_seconds() + 8 * 3600)
    return Played(state)


def plant(state: State) -> None:
    """Let one conversation come to each end that there is; one never does."""
    Talk(state).wrapped_up(SALE, 20.5, notes="well")
    Talk(state, BARE).hung_up()  # a code is demanded, and nobody writes one
    Talk(state, TIMED).hung_up()
    passing(state, 100)
    skipped = Talk(state, FREE).hung_up()
    skipped.conversations.act(skipped.id, None, Handling.skip)
    left = Talk(state, FREE, media="email").hung_up()
    left.conversations.act(left.id, None, Handling.leave)
    Talk(state, ASKING, media="callback").hung_up()
    forced = Talk(state, FORCED, media="message").wrapped_up(REFUND, 5)
    passing(state, 60)
    forced.conversations.wrap_up(forced.id, SALE["id"])
    handed_on = Talk(state).answered()
    passing(state, 30)
    handed_on.conversations.transfer(handed_on.id, FREE["id"], BEN["id"])
    handed_on.conversations.wrap_up(
        handed_on.id, SALE["id"], participant_id=handed_on.held.parts[0].agent.participant_id
    )
    handed_on.wrapped_up(REFUND, 7)
    nobody = Talk(state, TIMED)
    passing(state, 20)
    nobody.conversations.disconnect(nobody.id)
    draft = Talk(state, TIMED).hung_up()
    draft.conversations.act(draft.id, None, Handling.save_draft, Entry(code=SALE["id"]))
    passing(state, 100)


def planted(played: Played, *, over: bool = True) -> list[Row]:
    """Return the rows that evidence must hold; those of conversations that go on only when `over` is false."""
    rows = [
        _row(held.id, held.medium.analytics, handling, transferred=part.transferred)
        for held in played.state.conversations.all()
        for part, handling in zip(held.parts, held.course.handlings, strict=True)
        if handling.answered_ms is not None and (held.course.over or not over)
    ]
    return sorted(rows, key=_order)


def _row(conversation_id: str, channel: str, handling: Handling, *, transferred: bool) -> Row:
    assert handling.answered_ms is not None
    final = handling.wrap_ups[-1].code if handling.wrap_ups else None
    ended_ms = handling.acw_ended_ms if handling.acw_began_ms is not None else handling.ended_ms
    if ended_ms is not None and handling.wrap_ups:
        ended_ms = max(ended_ms, handling.wrap_ups[-1].at_ms)
    has_acw = handling.acw_began_ms is not None and handling.acw_ended_ms is not None
    return Row(
        conversation_id=conversation_id,
        agent_id=pseudonym(handling.agent_id),
        queue_id=handling.queue_id,
        channel=channel,
        started_at=handling.answered_ms,
        ended_at=ended_ms,
        first_code_id=handling.wrap_ups[0].code if handling.wrap_ups else None,
        final_code_id=final,
        acw_ms=(handling.acw_ended_ms or 0) - (handling.acw_began_ms or 0) if has_acw else None,
        skipped=handling.skipped,
        pending=not handling.over,
        provisional=False,
        transferred=transferred,
        system_code=system_code(final),
        has_note=any(bool(it.notes) for it in handling.wrap_ups),
    )


def _order(row: Row) -> tuple[Any, ...]:
    return row.started_at, row.conversation_id, row.agent_id, row.queue_id or "~"


def fetched(
    played: Played, into: Path, start: datetime = FIRST, end: datetime | None = None, **options: Any
) -> Gathered:
    """Fetch, by the sandbox's clock."""
    clock = {"now": played.time.now, "clock": played.clock, "sleep": played.time.advance}
    return fetch(played.client, into, start, end, **(clock | options))


def rows_of(evidence: Evidence) -> list[Row]:
    """Return everything that a folder holds, file by file."""
    rows = []
    for name in evidence.manifest.files:
        for line in pq.ParquetFile(evidence.path / name).read().to_pylist():
            for moment in ("started_at", "ended_at"):
                line[moment] = None if line[moment] is None else round(line[moment].timestamp() * 1000)
            rows.append(Row(**line))
    return rows
