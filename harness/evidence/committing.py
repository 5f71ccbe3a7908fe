"""Bringing what was read into the folder, with a manifest that says what it holds then."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import harness
from harness.errors import UsageError
from harness.evidence.files import inside
from harness.evidence.manifest import Manifest, OrgOfEvidence, Rows, Source, complete_until, day_file
from harness.evidence.reading import Evidence, open_evidence
from harness.evidence.spans import Span, days_of, joined, without
from harness.evidence.staging import Staging

__all__ = ["Batch", "Gathered", "commit", "unwritable"]


@dataclass(frozen=True)
class Gathered:
    """What a fetch or an import came to.

    Attributes:
        evidence: The folder as it is now.
        span: What was read.
        rows: How many handlings started in it, those that were there before among them.
    """

    evidence: Evidence
    span: Span
    rows: int


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What is brought in.

    Attributes:
        span: What was read.
        replaces: Whether what the folder holds of that span goes; else it is added to.
        unsettled: Parts of the span that are not known to be complete.
        org: Whose, or None: it is not told, and stays what it was.
        region: Where, or None.
    """

    source: Source
    span: Span
    replaces: bool
    unsettled: tuple[Span, ...]
    org: OrgOfEvidence | None = None
    region: str | None = None


def commit(staging: Staging, into: Path, before: Evidence | None, batch: Batch) -> Gathered:
    """Make the days of a batch, and bring all of them into the folder at once.

    Args:
        staging: Holds the pieces.
        into: The folder.
        before: What it holds, or None.
        batch: What the pieces are.
    """
    old = before.manifest if before else None
    files = dict(old.files) if old else {}
    rows = 0
    for day in days_of(batch.span):
        existing = before.files_of(day) if before else []
        for path in existing:
            del files[f"{path.parent.name}/{path.name}"]
        table = staging.prepare(day, existing, replaced=batch.span if batch.replaces else None)
        files[day_file(day)] = Rows(table.num_rows)
        rows += inside(table, batch.span).num_rows
    periods = joined([*(old.periods if old else ()), batch.span])
    unsettled = _unsettled(old, batch)
    staging.commit(
        Manifest(
            org=batch.org or (old.org if old else OrgOfEvidence()),
            region=batch.region or (old.region if old else None),
            periods=periods,
            unsettled=unsettled,
            complete_until=complete_until(periods, unsettled),
            source=batch.source,
            files=dict(sorted(files.items())),
            tool_version=harness.__version__,
        )
    )
    return Gathered(open_evidence(into), batch.span, rows)


def _unsettled(old: Manifest | None, batch: Batch) -> tuple[Span, ...]:
    if old is None:
        return joined(batch.unsettled)
    if batch.replaces:
        return joined([*without(old.unsettled, batch.span), *batch.unsettled])
    settled = _less(old.periods, old.unsettled)
    return joined([*old.unsettled, *_less(batch.unsettled, settled)])


def _less(spans: Iterable[Span], cuts: Iterable[Span]) -> tuple[Span, ...]:
    left = tuple(spans)
    for cut in cuts:
        left = without(left, cut)
    return left


def unwritable(into: Path, error: OSError) -> UsageError:
    """Return the error for a folder that cannot be written."""
    reason = (error.strerror or str(error)).lower()
    return UsageError(f"cannot write '{into}': {reason}", "name a folder that can be written to")
