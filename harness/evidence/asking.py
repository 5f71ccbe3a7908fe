"""Asking the platform for the details of conversations: jobs for what its data lake has, queries for the rest.

Source:
    `platform.md` sections 6.2 (queries: 7 days at most; none finds what started before the first day of its interval)
    and 6.3 (jobs: they run for a while, their results come in pages with a cursor, and expire).
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import pyarrow as pa

from harness.client import Form, GenesysClient, Listing, walk
from harness.client.decode import decode
from harness.errors import ApiError, Exchange, ListingChangedError, PayloadError, UnavailableError
from harness.evidence.details import Conversation
from harness.evidence.files import table_of
from harness.evidence.handlings import handlings
from harness.evidence.spans import Moment, Span
from harness.model.periods import Period

__all__ = ["BEFORE", "Asking", "Slice"]

BEFORE = timedelta(days=1)
"""How long before a slice a conversation may have started that a query finds; a job finds it however old it is."""

_DETAILS = "/api/v2/analytics/conversations/details"
_JOBS = f"{_DETAILS}/jobs"
_AT_ONCE = 3
_ATTEMPTS = 3
_JOB_PAGE, _QUERY_PAGE = 1_000, 100
_FIRST_WAIT_S, _LONGEST_WAIT_S, _LOST_AFTER_S = 0.25, 5.0, 1_800.0
_OVER = ("FAILED", "CANCELLED", "EXPIRED")
_GONE = (400, 404, 410)


@dataclass(frozen=True)
class Slice:
    """A part of one day, to be asked for at once.

    Attributes:
        span: When.
        settled: Whether a job has all of it; else a query shows what there is so far.
        wanted: Which handlings: those that started in it. A query shows those of conversations that still go on, which
            no job has; so this may begin some time before the span.
    """

    span: Span
    settled: bool
    wanted: Span


class _Available(msgspec.Struct, rename="camel"):
    data_availability_date: Moment


class _Submitted(msgspec.Struct, rename="camel"):
    job_id: str


class _Job(msgspec.Struct, rename="camel"):
    state: str
    error_message: str | None = None


class _Found(msgspec.Struct):
    conversations: tuple[Conversation, ...] = ()


class _LostJobError(ApiError):
    """A job came to an end without results."""


class Asking:
    """Asks for slices.

    Args:
        client: Reads.
        clock: Seconds that never go back.
        sleep: Waits that many seconds.
    """

    def __init__(
        self,
        client: GenesysClient,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._client = client
        self._clock = clock
        self._sleep = sleep

    def available_until(self) -> datetime:
        """Return up to when jobs have all data."""
        return self._client.get(f"{_JOBS}/availability", _Available).data_availability_date

    def read(self, slices: Iterable[Slice]) -> Iterator[tuple[Slice, pa.Table]]:
        """Yield the slices in their order, each with its handlings; a few jobs run ahead.

        Raises:
            ApiError: If a slice could not be read, after the attempts that may help.
        """
        todo, running = deque(slices), deque[tuple[Slice, str | None]]()
        while todo or running:
            while todo and len(running) < _AT_ONCE:
                part = todo.popleft()
                running.append((part, self._submit(part) if part.settled else None))
            part, job_id = running.popleft()
            yield part, self._attempted(part, job_id)

    def _attempted(self, part: Slice, job_id: str | None) -> pa.Table:
        attempts = 0
        while True:
            attempts += 1
            try:
                return self._rows(self._listing(part, job_id), part.wanted)
            except ApiError as error:
                if attempts == _ATTEMPTS or not _is_worth_another(error):
                    raise
                job_id = None

    def _listing(self, part: Slice, job_id: str | None) -> Listing:
        """Return what holds a slice, once it does."""
        if not part.settled:
            return _query(part.span)
        job_id = job_id or self._submit(part)
        self._wait(job_id)
        path = f"{_JOBS}/{job_id}/results"
        return Listing(path, _JOB_PAGE, Form.CURSOR, items="conversations", key="conversationId")

    def _rows(self, listing: Listing, wanted: Span) -> pa.Table:
        tables = [table_of([])]
        start_ms, end_ms = (round(moment.timestamp() * 1000) for moment in (wanted.start, wanted.end))
        for page in walk(self._client, listing):
            found = decode(page.content, _Found, listing.unanswered).conversations
            rows = [row for it in found for row in handlings(it) if start_ms <= row.started_at < end_ms]
            tables.append(table_of(rows))
        return pa.concat_tables(tables)

    def _submit(self, part: Slice) -> str:
        body = {"interval": _interval(part.span), "order": "asc", "orderBy": "conversationStart"}
        return self._client.post(_JOBS, body, _Submitted).job_id

    def _wait(self, job_id: str) -> None:
        path = f"{_JOBS}/{job_id}"
        lost_at = self._clock() + _LOST_AFTER_S
        wait_s = _FIRST_WAIT_S
        while (job := self._client.get(path, _Job)).state != "FULFILLED":
            if job.state in _OVER:
                why = f": {job.error_message}" if job.error_message else ""
                raise _LostJobError(Exchange("GET", path, message=f"the job came to '{job.state}'{why}"), "ask again")
            if self._clock() >= lost_at:
                what = f"the job is still '{job.state}' after {_LOST_AFTER_S / 60:.0f} minutes"
                raise UnavailableError(Exchange("GET", path, message=what), "run the same command again later")
            self._sleep(wait_s)
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)


def _query(span: Span) -> Listing:
    body = {
        "interval": _interval(Span(span.start - BEFORE, span.end)),
        "order": "asc",
        "orderBy": "conversationStart",
    }
    path = f"{_DETAILS}/query"
    return Listing(path, _QUERY_PAGE, Form.HITS, body=body, items="conversations", key="conversationId")


def _interval(span: Span) -> str:
    return str(Period(span.start, span.end))


def _is_worth_another(error: ApiError) -> bool:
    """Tell whether a new job or a new walk may help: results that expired, pages that do not fit together."""
    return isinstance(error, (_LostJobError, ListingChangedError, PayloadError)) or error.status in _GONE
