"""Fetching evidence from the platform: a long period in slices, resumed after a kill, whole or not at all."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import harness
from harness.client import GenesysClient
from harness.errors import UsageError
from harness.evidence.asking import BEFORE, Asking, Slice
from harness.evidence.committing import Batch, Gathered, commit, unwritable
from harness.evidence.files import inside
from harness.evidence.manifest import OrgOfEvidence
from harness.evidence.reading import Evidence, existing_evidence
from harness.evidence.spans import Span, days_of, whole_day
from harness.evidence.staging import Begun, Staging, finish
from harness.model.folders import alone_in

__all__ = ["KEPT", "fetch"]

KEPT = timedelta(days=558)
"""How long the platform answers questions about conversations.

Source:
    the vendor's help page "Retention period for analytics data and recording": a year and a half.
"""


def fetch(
    client: GenesysClient,
    into: Path,
    start: datetime,
    end: datetime | None = None,
    *,
    on_progress: Callable[[float], None] = lambda _: None,
    on_resume: Callable[[datetime], None] = lambda _: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Gathered:
    """Bring the handlings that started in a period into a folder; those it has of that period are replaced.

    What an interrupted fetch of the same period read in the last hours is not asked for again.

    Args:
        client: Reads; it needs no permission to write.
        into: The folder; made when it is missing.
        start: The period's beginning, with a time zone.
        end: Its end; None, or a moment to come: now.
        on_progress: Called after every slice with the share that is read, 0.0 to 1.0.
        on_resume: Called when an earlier fetch is gone on with, with when it began.
        now: The time, in UTC.
        clock: Seconds that never go back.
        sleep: Waits that many seconds.

    Raises:
        UsageError: If there can be no such evidence, the folder is something else's, or it cannot be written.
        SourceError: If the folder's evidence cannot be read.
        ApiError: If something could not be read; the folder is as it was then.
    """
    asked = _asked(start, end, now())
    try:
        with alone_in(into):
            finish(into)
            before = existing_evidence(into)
            organization = client.organization()
            _check_org(before, organization.id, organization.name)
            asking = Asking(client, clock=clock, sleep=sleep)
            begun = Begun(
                org_id=organization.id,
                base_url=client.access.region.api,
                tool_version=harness.__version__,
                start=asked.start,
                asked_end=end,
                end=asked.end,
                available_until=asking.available_until(),
                at=now(),
            )
            staging = Staging(into, begun)
            noted = staging.begun or begun
            if staging.resumed:
                on_resume(noted.at)
            span = Span(noted.start, noted.end)
            slices = [*_slices(span, noted.available_until)]
            todo = [it for it in slices if not staging.has(it.span.start.date(), _name(it))]
            for done, (part, table) in enumerate(asking.read(todo), start=len(slices) - len(todo) + 1):
                # The slice's own day comes last: it tells that the slice was read.
                for day in days_of(part.wanted):
                    staging.keep(day, _name(part), inside(table, whole_day(day)))
                on_progress(done / len(slices))
            batch = Batch(
                source="platform",
                span=span,
                replaces=True,
                unsettled=tuple(it.span for it in slices if not it.settled),
                org=OrgOfEvidence(organization.id, organization.name),
                region=_region_name(client.access.region.name),
            )
            gathered = commit(staging, into, before, batch)
            staging.close()
    except OSError as error:
        raise unwritable(into, error) from error
    return gathered


def _asked(start: datetime, end: datetime | None, now: datetime) -> Span:
    for moment in (start, end):
        if moment is not None and moment.tzinfo is None:
            raise UsageError(f"{moment} has no time zone", "write it as 2026-11-21T06:00:00Z")
    if end is not None and end <= start:
        raise UsageError(
            f"the period from {_shown(start)} to {_shown(end)} is empty: it does not end after it begins",
            "the end is not part of the period: for one day, write the day after as its end",
        )
    if start >= now:
        raise UsageError(f"the period begins at {_shown(start)}, which is still to come", "ask for what has happened")
    if start < now - KEPT:
        raise UsageError(
            f"the platform answers questions about the conversations of {KEPT.days} days, "
            f"and the period begins at {_shown(start)}",
            f"ask for what happened from {now - KEPT + timedelta(days=1):%Y-%m-%d} on",
        )
    return Span(start.astimezone(UTC), (now if end is None else min(end, now)).astimezone(UTC))


def _check_org(before: Evidence | None, org_id: str, org_name: str) -> None:
    known = before.manifest.org if before else OrgOfEvidence()
    if before is not None and known.id is not None and known.id != org_id:
        raise UsageError(
            f"{before.path} holds evidence of the org '{known.name}' ({known.id}), "
            f"and these credentials belong to '{org_name}' ({org_id})",
            "name another folder",
        )


def _slices(span: Span, available_until: datetime) -> Iterator[Slice]:
    """Yield the parts of a period: a day each, cut once more where the data of jobs ends."""
    for day in days_of(span):
        start, end = max(span.start, whole_day(day).start), min(span.end, whole_day(day).end)
        cut = min(max(available_until.astimezone(UTC), start), end)
        if start < cut:
            yield Slice(Span(start, cut), settled=True, wanted=Span(start, cut))
        if cut < end:
            yield Slice(Span(cut, end), settled=False, wanted=Span(max(cut - BEFORE, span.start), end))


def _name(part: Slice) -> str:
    return f"{part.span.start:%Y%m%dT%H%M%S%f}"


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}{'' if moment.utcoffset() else ' UTC'}"


def _region_name(name: str) -> str | None:
    # A base URL is a place on somebody's network, and no region.
    return None if "://" in name else name
