"""What a periodic audit adds to a run's results, put together; and the one line about it for chat or mail."""

from collections import Counter
from typing import Literal, TypeAlias

import msgspec

from harness.model import Unknown
from harness.model.access import AccessReview
from harness.model.change import Past, Trail
from harness.report.audit_results import AcwResult, AuditResult, EvidenceResult, TrailResult, TrendPoint, WhatIfResult
from harness.report.headline import counted, headline
from harness.report.history import History
from harness.report.results import Results

__all__ = ["SummaryForm", "audited", "summary_line", "trail_result"]

SummaryForm: TypeAlias = Literal["text", "json"]


class _Summary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The summary as JSON. `new`, `fixed` and `stillOpen` are null on the first audit."""

    org: str
    started_at: str
    standing: str
    headline: str
    findings: int
    counting: int
    new: int | None
    fixed: int | None
    still_open: int | None
    not_judged: int
    waivers_ending: int
    waivers_expired: int
    complete_until: str | None
    exit_code: int


def audited(
    results: Results,
    history: History,
    *,
    access: AccessReview,
    folder: str | None = None,
    trail: TrailResult | None = None,
    past: Past | None = None,
    evidence: EvidenceResult | None = None,
    acw: AcwResult | None = None,
    what_if: tuple[WhatIfResult, ...] = (),
) -> Results:
    """Return a run's results with what an audit adds.

    Args:
        results: The run.
        history: Earlier runs.
        access: Who may change codes and queues.
        folder: The history's folder, or None.
        trail: What changes were judged by, or None.
        past: The earlier recording, or None.
        evidence: What usage was judged by, or None.
        acw: How long after-call work took, or None.
        what_if: Limits that were tried.
    """
    trend = (*map(_point, history.runs), _point(results))
    audit = AuditResult(
        access=access,
        trend=trend,
        movement=history.movement(results),
        skipped=tuple(history.skipped),
        history=folder,
        since=None if past is None else past.location,
        trail=trail,
        evidence=evidence,
        acw=acw,
        what_if=what_if,
    )
    return msgspec.structs.replace(results, audit=audit)


def _point(results: Results) -> TrendPoint:
    findings = Counter(results.rules[case.rule].severity for case in results.cases if case.verdict == "failed")
    tally = results.tally()
    return TrendPoint(
        started_at=results.started_at,
        findings=dict(findings),
        counting=results.counting_findings(),
        passed=tally["passed"],
        waived=tally["waived"],
        unknown=tally["unknown"],
    )


def trail_result(trail: Trail | Unknown | None, past: Past | None) -> TrailResult | None:
    """Return what is said about a trail; None when none was given."""
    if trail is None:
        return None
    if isinstance(trail, Unknown):
        return TrailResult(gap=trail.why)
    return TrailResult(
        location=trail.location,
        since=trail.since.isoformat(),
        until=trail.until.isoformat(),
        changes=len(trail.applied),
        gap=trail.gap(*((past.recorded_at, past.until) if past else ())),
    )


def summary_line(results: Results, form: SummaryForm) -> str:
    """Return an audit in one line, without a line break at its end."""
    tally = results.tally()
    states = Counter(waiver.state for waiver in results.waivers)
    movement = results.audit.movement if results.audit else None
    evidence = results.audit.evidence if results.audit else None
    found = headline(results)
    if form == "json":
        new = None if movement is None else len(movement.new) + len(movement.first)
        summary = _Summary(
            org=results.org.name,
            started_at=results.started_at,
            standing=found.standing,
            headline=found.sentence,
            findings=tally["failed"],
            counting=results.counting_findings(),
            new=new,
            fixed=None if movement is None else len(movement.fixed),
            still_open=None if movement is None else len(movement.open),
            not_judged=tally["unknown"],
            waivers_ending=states["ending"],
            waivers_expired=states["expired"],
            complete_until=None if evidence is None else evidence.complete_until,
            exit_code=results.exit_code,
        )
        return msgspec.json.encode(summary).decode()
    parts = [f"{results.org.name}, {results.started_at[:10]}: {found.sentence}"]
    if movement is not None:
        new = len(movement.new) + len(movement.first)
        parts.append(
            f"Since {movement.against[:10]}: {new:,} new, {len(movement.fixed):,} fixed, "
            f"{len(movement.open):,} still open."
        )
    if states["ending"]:
        parts.append(f"{counted(states['ending'], 'waiver ends', 'waivers end')} within 14 days.")
    if states["expired"]:
        parts.append(f"{counted(states['expired'], 'waiver has', 'waivers have')} expired.")
    return " ".join(parts)
