"""From judged rules to the results document."""

import getpass
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import msgspec

import harness
from harness.checking import Baseline, Case, Fixed, RuleRun, WaiverUse, compare, waiver_uses
from harness.model import Assignment, Identity, Membership, Org, Queue, WrapUpCode, is_known
from harness.model.change import Change
from harness.model.names import printable
from harness.model.usage import Figure, Usage
from harness.model.verdict import SEVERITIES, Severity
from harness.orgs.gate import Gate
from harness.policy.model import Policy
from harness.report.results import (
    BaselineResult,
    CaseResult,
    FigureResult,
    FindingResult,
    FixedResult,
    OrgResult,
    PlanResult,
    PolicyResult,
    Results,
    RuleResult,
    WaiverResult,
)

__all__ = ["FailOn", "Run", "build_results", "counts_at", "rule_result", "who_runs"]

FailOn = Severity | Literal["never"]


@dataclass(frozen=True, kw_only=True)
class Run:
    """How a run was made, for the report's provenance.

    Attributes:
        started: When it began.
        environment: The name given by `--environment`, or None.
        fail_on: The mildest severity whose findings count, or `never`.
        partial: Why it did not finish, or None.
        selected: How cases were selected when not all ran, or None.
        interrupted: Whether somebody stopped it.
        run_by: The CI job or account that ran it, or None.
        baseline: What the rules were held against by `mark_known`, or None.
        gate: The plan that was judged, or None when the org was judged as it is.
        only_new: Whether only findings that the plan introduces count.
        fixed: Findings of today that will be gone once the plan is applied.
    """

    started: datetime
    environment: str | None = None
    fail_on: FailOn = "minor"
    partial: str | None = None
    selected: str | None = None
    interrupted: bool = False
    run_by: str | None = None
    baseline: Baseline | None = None
    gate: Gate | None = None
    only_new: bool = False
    fixed: Sequence[Fixed] = ()


def counts_at(severity: Severity, fail_on: FailOn) -> bool:
    """Tell whether a finding of a severity counts; advice never does."""
    if fail_on == "never" or severity == "advice":
        return False
    return SEVERITIES.index(severity) >= SEVERITIES.index(fail_on)


def who_runs(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the CI job that runs this, else the account; None when neither is known."""
    if repository := environment.get("GITHUB_REPOSITORY"):
        return f"GitHub Actions, {repository}, run {environment.get('GITHUB_RUN_ID', 'unknown')}"
    if project := environment.get("CI_PROJECT_PATH"):
        return f"GitLab CI, {project}, job {environment.get('CI_JOB_ID', 'unknown')}"
    try:
        return f"account {getpass.getuser()}"
    except (OSError, KeyError):
        return None


def build_results(
    run: Run, org: Org, runs: Sequence[RuleRun], node_ids: Mapping[tuple[str, str], str] | None = None
) -> Results:
    """Build the results document.

    Args:
        run: How the run was made.
        org: The org that was judged.
        runs: Every rule, judged.
        node_ids: Policy path and case name → node id, for the cases that ran; None when all count as run.
    """
    policies = list({id(rule_run.policy): rule_run.policy for rule_run in runs}.values())
    index = {id(policy): number for number, policy in enumerate(policies)}
    uses = waiver_uses(runs, run.started)
    waiver_index = {id(use.waiver): number for number, use in enumerate(uses)}
    cases = tuple(
        _case(number, case, identity, node_id, waiver_index, run.gate)
        for number, rule_run in enumerate(runs)
        for case, identity in zip(rule_run.cases, rule_run.identities, strict=True)
        for node_id in _ran(node_ids, rule_run, case)
    )
    results = Results(
        tool_version=harness.__version__,
        started_at=run.started.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        org=_org(org),
        policies=tuple(_policy(policy) for policy in policies),
        rules=tuple(rule_result(rule_run, index[id(rule_run.policy)], run.fail_on) for rule_run in runs),
        cases=cases,
        waivers=tuple(_waiver(use, index[id(use.policy)]) for use in uses),
        fail_on=run.fail_on,
        run_by=run.run_by,
        environment=run.environment,
        partial=run.partial,
        selected=run.selected,
        baseline=None if run.baseline is None else _baseline(run, run.baseline, org, runs),
        plan=None if run.gate is None else _plan(run, run.gate, runs, policies),
    )
    return msgspec.structs.replace(results, exit_code=_exit_code(results, interrupted=run.interrupted))


def _plan(run: Run, gate: Gate, runs: Sequence[RuleRun], policies: Sequence[Policy]) -> PlanResult:
    index = {(rule_run.policy.path, rule_run.rule.id): number for number, rule_run in enumerate(runs)}
    return PlanResult(
        location=gate.plan.location,
        sha256=gate.plan.sha256,
        terraform_version=None if gate.plan.terraform_version is None else printable(gate.plan.terraform_version),
        base=None if gate.base is None else gate.base.origin.location,
        only_new=run.only_new,
        changes=tuple(gate.changes([policy.catalogue for policy in policies if policy.catalogue is not None])),
        fixed=tuple(
            FixedResult(
                rule=index[it.run.policy.path, it.run.rule.id],
                subject=it.case.label,
                observed=tuple(finding.observed for finding in it.case.findings),
            )
            for it in run.fixed
        ),
    )


def _baseline(run: Run, baseline: Baseline, org: Org, runs: Sequence[RuleRun]) -> BaselineResult:
    comparison = compare(
        runs,
        baseline,
        counts=lambda severity: counts_at(severity, run.fail_on),
        complete=not org.partial,
        today=run.started.date(),
    )
    return BaselineResult(
        path=baseline.path,
        sha256=baseline.sha256,
        entries=len(baseline.entries),
        stale=tuple(printable(f"{entry.rule} ") + entry.label for entry in comparison.stale),
        other=len(comparison.other),
    )


def _exit_code(results: Results, *, interrupted: bool) -> int:
    tally = results.tally()
    if interrupted:
        return 130
    if results.counting_findings():
        return 1
    judged = tally["passed"] + tally["failed"] + tally["waived"]
    return 3 if tally["unknown"] or not judged or results.partial else 0


def _ran(node_ids: Mapping[tuple[str, str], str] | None, run: RuleRun, case: Case) -> Collection[str | None]:
    if node_ids is None:
        return (None,)
    node_id = node_ids.get((run.policy.path, run.name_of(case)))
    return () if node_id is None else (node_id,)


def _case(
    rule: int,
    case: Case,
    identity: Identity | None,
    node_id: str | None,
    waivers: Mapping[int, int],
    gate: Gate | None,
) -> CaseResult:
    queue, division = _place(case.subject)
    resource, source = (None, None) if gate is None else gate.place_of(case.subject)
    return CaseResult(
        rule=rule,
        subject=case.label,
        verdict=case.verdict,
        identity=identity,
        findings=tuple(FindingResult(observed=f.observed, expected=f.expected) for f in case.findings),
        notes=case.notes,
        reason=case.reason,
        evidence=dict(case.evidence),
        waiver=None if case.waiver is None else waivers[id(case.waiver)],
        node_id=node_id,
        queue=queue,
        division=division,
        known_since=None if case.known_since is None else case.known_since.isoformat(),
        change=case.change,
        resource=resource,
        source=source,
        figure=None if case.figure is None else _figure(case.figure),
    )


def _figure(figure: Figure) -> FigureResult:
    ids = tuple(printable(it) for it in figure.conversations)
    return FigureResult(**(msgspec.structs.asdict(figure) | {"conversations": ids}))


def _place(subject: object) -> tuple[str | None, str | None]:
    """Return the names of the queue and the division that a subject belongs to, where they are known."""
    if isinstance(subject, Change):
        # It may be long ago: the queue is named as it was called then.
        named = subject.entity_name if subject.entity_type == "Queue" else None
        return None if named is None else printable(named), None
    entity = subject.queue if isinstance(subject, Assignment | Membership | Usage) else subject
    if not isinstance(entity, Queue | WrapUpCode):
        return None, None
    queue = (printable(entity.name) or "(no name)") if isinstance(entity, Queue) and is_known(entity.name) else None
    if not is_known(entity.division) or not is_known(entity.division.name):
        return queue, None
    return queue, printable(entity.division.name)


def _org(org: Org) -> OrgResult:
    origin = org.origin
    counts = {
        "queues": len(org.queues),
        "wrap-up codes": len(org.codes),
        "agents": len(org.agents),
        "skills": len(org.skills),
        "divisions": len(org.divisions),
    }
    return OrgResult(
        name=printable(org.name),
        kind=origin.kind,
        location=origin.location,
        id=org.id,
        region=origin.region,
        recorded_at=origin.recorded_at,
        recorded_by=origin.tool_version,
        sha256=origin.sha256,
        counts=counts,
        gaps={**org.not_carried, **org.hidden},
    )


def _policy(policy: Policy) -> PolicyResult:
    return PolicyResult(
        name=printable(policy.name),
        path=policy.path,
        sha256=policy.sha256,
        owner=policy.owner,
        version=policy.version,
        timezone=policy.timezone.key,
        files=policy.files,
    )


def rule_result(run: RuleRun, policy: int, fail_on: FailOn) -> RuleResult:
    """Return how a rule was applied; `policy` is its policy's index in the document."""
    rule = run.rule
    return RuleResult(
        policy=policy,
        id=rule.id,
        title=rule.title,
        kind=rule.kind.name,
        severity=run.severity,
        counts=counts_at(run.severity, fail_on),
        applies=rule.applies,
        position=rule.position,
        check=rule.check.id if rule.check else None,
        where=rule.where.full if rule.where else None,
        why=rule.why,
        fix=rule.fix,
        owner=rule.owner,
        controls=rule.controls,
        source=rule.check.source if rule.check else None,
    )


def _waiver(use: WaiverUse, policy: int) -> WaiverResult:
    waiver = use.waiver
    return WaiverResult(
        policy=policy,
        rule=waiver.rule,
        subject=waiver.subject,
        until=waiver.until.isoformat(),
        by=waiver.by,
        reason=waiver.reason,
        state=use.state,
        days_left=use.days_left,
        position=waiver.position,
        id=waiver.id,
        approved_by=waiver.approved_by,
        ticket=waiver.ticket,
        covers=use.covers,
    )
