"""What an audit takes out of evidence beside the usage checks: after-call work, and limits that are tried."""

import re
from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Final

from harness.checking import RuleRun
from harness.checks import DurationMs
from harness.checks.wording import seconds
from harness.errors import UsageError, did_you_mean
from harness.model import Queue
from harness.model.names import printable
from harness.model.unknown import is_known
from harness.policy.values import DURATION, BadValueError
from harness.report.audit_results import AcwResult, EvidenceResult, LimitResult, WhatIfQueue, WhatIfResult

if TYPE_CHECKING:
    from harness.evidence.reading import Evidence

__all__ = ["evidence_result", "limits_of", "read_acw", "read_what_if"]

_WHAT_IF: Final = re.compile(r"(?P<rule>.+)\.(?P<parameter>[a-z_]+)=(?P<value>.+)")
_FORM: Final = "write it as RULE.max=TIME, such as RTL-002.max=60s"
_LIMIT: Final = "max"
_BINS: Final = 36
_WIDTH_MS: Final = 10_000
_MOST_LIMITS: Final = 4


def evidence_result(evidence: "Evidence") -> EvidenceResult:
    """Return what is said about evidence."""
    until = evidence.complete_until
    return EvidenceResult(
        location=str(evidence.path),
        periods=tuple(str(period) for period in evidence.periods),
        complete_until=None if until is None else until.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        handlings=evidence.rows,
    )


def limits_of(runs: Sequence[RuleRun], tried: Sequence[WhatIfResult]) -> tuple[LimitResult, ...]:
    """Return the lines for the picture of after-call work: limits that are tried, then those of rules."""
    found = [
        LimitResult(label=f"{it.rule} tried: {seconds(it.candidate_ms)}", limit_ms=it.candidate_ms, kind="candidate")
        for it in tried
    ]
    by_limit: dict[int, list[str]] = {}
    for run in runs:
        if _has_limit(run):
            by_limit.setdefault(run.rule.parameters[_LIMIT], []).append(run.rule.id)
    found += [
        LimitResult(label=f"{', '.join(ids[:3])}: {seconds(limit)}", limit_ms=limit) for limit, ids in by_limit.items()
    ]
    return tuple(found[:_MOST_LIMITS])


def _has_limit(run: RuleRun) -> bool:
    """Tell whether a rule limits how long after-call work may take."""
    check = run.rule.check
    if check is None or run.rule.kind.name not in ("queue", "usage"):
        return False
    return any(it.name == _LIMIT and it.annotation is DurationMs for it in check.parameters)


def read_acw(evidence: "Evidence", limits: tuple[LimitResult, ...]) -> AcwResult:
    """Return how long after-call work took, in bins that hold the longest limit.

    Raises:
        SourceError: If a file of the evidence is damaged.
    """
    from harness.evidence.acw import distribution

    longest = max((limit.limit_ms for limit in limits), default=0)
    width = max(_WIDTH_MS, -(-longest * 5 // 4 // (_BINS * _WIDTH_MS)) * _WIDTH_MS)
    found = distribution(evidence, width_ms=width, bins=_BINS)
    return AcwResult(width_ms=width, counts=found.counts, limits=limits)


def read_what_if(asked: str, runs: Sequence[RuleRun], evidence: "Evidence | None") -> WhatIfResult:
    """Return what another limit would have cut on the queues that a rule is about.

    Args:
        asked: As the user wrote it, `RULE.max=TIME`.
        runs: The judged rules.
        evidence: What agents really did.

    Raises:
        UsageError: If it is not of that form, or there is no such limit.
        SourceError: If a file of the evidence is damaged.
    """
    run, candidate = _asked(asked, runs)
    if evidence is None:
        raise UsageError("--what-if needs evidence", "name it: --evidence DIR")
    from harness.evidence.acw import cut_by_limit

    now = run.rule.parameters.get(_LIMIT)
    queues = _queues(run)
    rows = cut_by_limit(evidence, candidate, limit_now_ms=now, queue_ids=queues)
    return WhatIfResult(
        rule=run.rule.id,
        parameter=_LIMIT,
        candidate_ms=candidate,
        now_ms=now,
        queues=tuple(
            WhatIfQueue(queue=queues.get(it.queue_id or "", ""), judged=it.judged, over=it.over, over_now=it.over_now)
            for it in rows
        ),
    )


def _asked(asked: str, runs: Sequence[RuleRun]) -> tuple[RuleRun, int]:
    found = _WHAT_IF.fullmatch(asked)
    if found is None:
        raise UsageError(f"--what-if does not take '{asked}'", _FORM)
    by_id = {run.rule.id: run for run in runs}
    run = by_id.get(found["rule"])
    if run is None:
        raise UsageError(f"--what-if: no rule is '{found['rule']}'", did_you_mean(found["rule"], by_id))
    if not _has_limit(run) or found["parameter"] != _LIMIT:
        limited = [it.rule.id for it in runs if _has_limit(it)]
        hint = f"rules with one: {', '.join(limited)}" if limited else "no rule of these policies has one"
        what = f"--what-if: {run.rule.id} has no limit '{found['parameter']}' on after-call work"
        raise UsageError(what, hint)
    try:
        candidate: int = DURATION.parse(found["value"])
    except BadValueError as error:
        raise UsageError(
            f"--what-if: '{found['value']}' is no time", error.hint or f"expected {DURATION.expected}"
        ) from None
    return run, candidate


def _queues(run: RuleRun) -> dict[str, str]:
    """Return the names of the queues that a rule is about, by id."""
    # A queue whose prompt has no limit is cut by none; one with too few handlings to judge its share is cut all the same.
    limited = [case for case in run.cases if case.verdict != "not applicable" or run.rule.kind.name == "usage"]
    queues = [_queue(case.subject) for case in limited]
    return {
        queue.id: printable(queue.name) if is_known(queue.name) else queue.id for queue in queues if queue is not None
    }


def _queue(subject: object) -> Queue | None:
    queue = subject if isinstance(subject, Queue) else getattr(subject, "queue", None)
    return queue if isinstance(queue, Queue) else None
