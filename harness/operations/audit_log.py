"""Who changed codes and queues, when, from what to what: the platform's audit trail.

Source:
    `platform.md` section 7: a query covers at most 30 days and runs for a while, its results come in pages with a
    cursor; the trail is kept for 365 days. An empty answer does not prove that nothing changed: entries come late.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from harness.client import Form, GenesysClient, Listing
from harness.errors import ApiError, Exchange, UnavailableError, UsageError
from harness.model.change import AUDITED_KINDS, Change, Trail
from harness.model.periods import Period
from harness.operations.reading import read_listing

__all__ = ["AuditLog", "live_trail", "read_audit_log"]

_PATH = "/api/v2/audits/query"
_SERVICE = "ContactCenter"
_LONGEST = timedelta(days=30)
_KEPT = timedelta(days=365)
_PAGE = 500
_FIRST_WAIT_S = 0.25
_OVER = ("Failed", "Cancelled")


@dataclass(frozen=True)
class AuditLog:
    """The change trail of codes and queues.

    Attributes:
        entries: Each once, in the order of time.
        asked: The period that the platform was asked for.
        unseen_before: Where the trail begins, when the wanted period begins before it; else None.
    """

    entries: tuple[Change, ...]
    asked: Period
    unseen_before: datetime | None

    def trail(self, wanted_since: datetime) -> Trail:
        """Return it as a trail that was wanted from some moment on."""
        return Trail(
            entries=self.entries,
            since=self.asked.start,
            until=self.asked.end,
            wanted_since=None if self.unseen_before is None else wanted_since,
            location="live",
        )


def live_trail(
    client: GenesysClient,
    since: datetime,
    *,
    on_progress: Callable[[float], None] = lambda _: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
) -> Trail:
    """Return the audit trail from a moment until now.

    Args:
        client: Reads.
        since: From when on; what the platform does not keep any more is said to be missing.
        on_progress: Called after every query with the share that is read, 0.0 to 1.0.
        now: The time, in UTC.
        sleep: Waits that many seconds.

    Raises:
        UsageError: If it lies in the future.
        ApiError: If the platform could not be asked.
    """
    period = Period(since, now())
    return read_audit_log(client, period, on_progress=on_progress, now=now, sleep=sleep).trail(since)


class _Execution(msgspec.Struct):
    id: str
    state: str = "Queued"


def read_audit_log(
    client: GenesysClient,
    period: Period,
    *,
    kinds: Sequence[str] = AUDITED_KINDS,
    poll_s: float = 2.0,
    timeout_s: float = 120.0,
    on_progress: Callable[[float], None] = lambda _: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> AuditLog:
    """Return all changes of codes and queues in a period.

    Args:
        client: Reads.
        period: Any length; what lies before the trail's beginning is left out, and said to be.
        kinds: Types of entities, in the platform's words.
        poll_s: Longest time between two questions whether a query is done, in seconds; the first wait is a quarter
            of a second, and each is twice as long as the one before.
        timeout_s: Seconds after which a query counts as lost.
        on_progress: Called after every query with the share that is read, 0.0 to 1.0.
        now: The time, in UTC.
        clock: Seconds that never go back.
        sleep: Waits that many seconds.

    Raises:
        UsageError: If the whole period lies before the trail's beginning.
        UnavailableError: If a query took too long.
        ApiError: If a query failed, or the platform could not be asked.
    """
    kept_from = now() - _KEPT
    if period.end <= kept_from:
        raise UsageError(
            f"the platform keeps its audit trail for {_KEPT.days} days, and the period ends before that",
            f"ask for what happened after {kept_from:%Y-%m-%d}",
        )
    unseen_before = kept_from if period.start < kept_from else None
    asked = Period(max(period.start, kept_from), period.end)
    queries = [(part, kind) for part in asked.slices(_LONGEST) for kind in kinds]
    entries: dict[str, Change] = {}
    for done, (part, kind) in enumerate(queries, start=1):
        query = client.post(_PATH, _query(part, kind), _Execution)
        _wait(client, query, poll_s=poll_s, timeout_s=timeout_s, clock=clock, sleep=sleep)
        results = Listing(f"{_PATH}/{query.id}/results", _PAGE, Form.CURSOR)
        # What lies on the border of two slices may come twice.
        entries |= {entry.id: entry for entry in read_listing(client, results, Change)}
        on_progress(done / len(queries))
    return AuditLog(tuple(sorted(entries.values(), key=lambda it: (it.at, it.id))), asked, unseen_before)


def _query(period: Period, kind: str) -> dict[str, object]:
    return {
        "interval": str(period),
        "serviceName": _SERVICE,
        "filters": [{"property": "EntityType", "value": kind}],
        "sort": [{"name": "Timestamp", "sortOrder": "ascending"}],
    }


def _wait(
    client: GenesysClient,
    query: _Execution,
    *,
    poll_s: float,
    timeout_s: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    path = f"{_PATH}/{query.id}"
    until = clock() + timeout_s
    state, polls = query.state, 0
    while state != "Succeeded":
        if state in _OVER:
            raise ApiError(Exchange("GET", path, message=f"the audit query came to '{state}'"), "ask again")
        if clock() >= until:
            what = f"the audit query is still '{state}' after {timeout_s:.0f} s"
            raise UnavailableError(Exchange("GET", path, message=what), "ask again later, or for a shorter period")
        if polls:
            # Most queries are done in a moment, some take minutes.
            sleep(min(poll_s, _FIRST_WAIT_S * 2 ** (polls - 1)))
        polls += 1
        state = client.get(path, _Execution).state
