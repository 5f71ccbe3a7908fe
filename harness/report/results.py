"""The results document: everything a report shows, as one versioned JSON file.

Every report can be rebuilt from it. Strings are already printable (see `harness.model.names.printable`); a report
still escapes them for its own format.
"""

from collections import Counter
from typing import Literal

import msgspec

from harness.model import Identity, Position
from harness.model.verdict import VERDICTS, Severity, Verdict
from harness.orgs.plan_changes import PlanChange
from harness.policy.model import UsedFile
from harness.report.audit_results import AuditResult

__all__ = [
    "FORMAT",
    "BaselineResult",
    "CaseResult",
    "FigureResult",
    "FindingResult",
    "FixedResult",
    "OrgResult",
    "PlanResult",
    "PolicyResult",
    "Results",
    "RuleResult",
    "WaiverResult",
]

FORMAT = 1


class _Result(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Frozen; keys in camelCase; what equals its default is left out of the file."""


class FindingResult(_Result, frozen=True, kw_only=True):
    """What was observed and what was expected, each a phrase in lower case."""

    observed: str
    expected: str


class FigureResult(_Result, frozen=True, kw_only=True):
    """The number that a usage check judged by: a part of a whole, in handlings.

    Attributes:
        left_out: Pending or provisional, in neither.
        untold: Of which the evidence does not tell enough.
        complete_until: Up to when the evidence is complete, ISO 8601 in UTC; None when that is not known.
        conversations: Ids behind a number that breaks its rule or warns, sorted, the first few.
        warned: Whether it passes, and is worse than the rule's `warn_at`.
    """

    part: int
    whole: int
    left_out: int = 0
    untold: int = 0
    complete_until: str | None = None
    conversations: tuple[str, ...] = ()
    warned: bool = False


class CaseResult(_Result, frozen=True, kw_only=True):
    """One rule applied to one subject.

    Attributes:
        rule: Index into `Results.rules`.
        subject: The label, for example `queue Billing`; `no subject` when the rule met none.
        verdict: What the case came to.
        identity: What recognises the subject in other runs; None for `no subject`.
        findings: One per thing that is wrong; also filled when the verdict is *waived*.
        notes: Worth showing, no findings.
        reason: Why it is unknown, not applicable or waived; or what became of an expired waiver.
        evidence: Every variable that a failing expression names, with its value as text.
        waiver: Index into `Results.waivers`.
        node_id: The pytest node id, when it ran under pytest.
        queue: Names for filtering: the queue that the subject is or belongs to.
        division: The name of the subject's division, when known.
        known_since: For a failed case that the baseline has: the day, ISO, on which it was taken in. It does not count.
        change: For a finding, waived or not, on an org that a plan was laid over: whether the plan introduces it, or it
            was there before; else None.
        resource: The address of the Terraform resource that the subject comes from, or None.
        source: Where that resource is written, or None.
        figure: The number that a usage check judged by, whatever the verdict; else None.
    """

    rule: int
    subject: str
    verdict: Verdict
    identity: Identity | None = None
    findings: tuple[FindingResult, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str | None = None
    evidence: dict[str, str] = {}
    waiver: int | None = None
    node_id: str | None = None
    queue: str | None = None
    division: str | None = None
    known_since: str | None = None
    change: Literal["introduced", "before"] | None = None
    resource: str | None = None
    source: Position | None = None
    figure: FigureResult | None = None


class RuleResult(_Result, frozen=True, kw_only=True):
    """One rule of one policy, as it was applied.

    Attributes:
        policy: Index into `Results.policies`.
        check: The check's id, or None for a rule with an expression.
        applies: The check with its parameters, or the expression, as a reader would say it.
        where: The scope's expression, named scopes filled in, or None.
        kind: The kind of its subjects.
        severity: In the run's environment.
        counts: Whether a finding of this severity counts at the run's `fail_on`.
        source: Where the check's facts come from, or None.
        position: Where the rule is written.
    """

    policy: int
    id: str
    title: str
    kind: str
    severity: Severity
    counts: bool
    applies: str
    position: Position
    check: str | None = None
    where: str | None = None
    why: str | None = None
    fix: str | None = None
    owner: str | None = None
    controls: tuple[str, ...] = ()
    source: str | None = None


class WaiverResult(_Result, frozen=True, kw_only=True):
    """One waiver, and what it did.

    Attributes:
        policy: Index into `Results.policies`.
        rule: The rule's id.
        subject: The pattern, as written.
        until: The last day it holds, ISO.
        state: `active`; `ending` within 14 days; `expired`: no longer waives; `stale`: matched nothing.
        days_left: Days until it ends; negative when expired.
        covers: Labels of the subjects whose findings it waives (or would, had it not expired).
    """

    policy: int
    rule: str
    subject: str
    until: str
    by: str
    reason: str
    state: Literal["active", "ending", "expired", "stale"]
    days_left: int
    position: Position
    id: str | None = None
    approved_by: str | None = None
    ticket: str | None = None
    covers: tuple[str, ...] = ()


class BaselineResult(_Result, frozen=True, kw_only=True):
    """The baseline that the run was held against.

    Attributes:
        path: As the user named it.
        sha256: Of its bytes, in hex; None when the run began without one.
        entries: How many findings it has.
        stale: Entries that are no open finding any more, as `RTL-002 queue Billing`.
        other: How many entries are about rules that no policy of the run has.
    """

    path: str
    sha256: str | None = None
    entries: int = 0
    stale: tuple[str, ...] = ()
    other: int = 0


class FixedResult(_Result, frozen=True, kw_only=True):
    """A finding that will be gone once the plan is applied.

    Attributes:
        rule: Index into `Results.rules`.
        subject: Its label on the org as it is.
        observed: What is wrong today.
    """

    rule: int
    subject: str
    observed: tuple[str, ...] = ()


class PlanResult(_Result, frozen=True, kw_only=True):
    """The plan that was judged.

    Attributes:
        location: As the user named it.
        sha256: Of its bytes, in hex.
        terraform_version: The version that made it, or None.
        base: The org that it was laid over, as the user named it; None when the plan was judged alone.
        only_new: Whether only findings that the plan introduces count.
        changes: What the plan does that no rule asks about.
        fixed: Findings of today that will be gone.
    """

    location: str
    sha256: str
    terraform_version: str | None = None
    base: str | None = None
    only_new: bool = False
    changes: tuple[PlanChange, ...] = ()
    fixed: tuple[FixedResult, ...] = ()


class PolicyResult(_Result, frozen=True, kw_only=True):
    """One policy, with every file that it uses."""

    name: str
    path: str
    sha256: str
    owner: str | None = None
    version: str | None = None
    timezone: str = "UTC"
    files: tuple[UsedFile, ...] = ()


class OrgResult(_Result, frozen=True, kw_only=True):
    """The org that was judged.

    Attributes:
        kind: recording, live, plan or export.
        location: As the user named it.
        recorded_at: ISO 8601 in UTC, or None when the source does not say.
        counts: Entities by kind, for example `{"queues": 40}`.
        gaps: Resource → why it was not (wholly) seen.
    """

    name: str
    kind: str
    location: str
    id: str | None = None
    region: str | None = None
    recorded_at: str | None = None
    recorded_by: str | None = None
    sha256: str | None = None
    counts: dict[str, int] = {}
    gaps: dict[str, str] = {}


class Results(_Result, frozen=True, kw_only=True, omit_defaults=False):
    """One run.

    Attributes:
        format: Version of this document.
        tool_version: Version of the harness.
        started_at: ISO 8601 in UTC.
        run_by: The CI job or account that ran it, or None.
        environment: The name given by `--environment`, or None.
        fail_on: The mildest severity whose findings count, or `never`.
        partial: Why the run did not finish, or None.
        selected: How cases were selected (`-k`, `--lf` …) when not all ran, or None.
        exit_code: What `wrapup check` exits with; see design: 0, 1, 2, 3, 130.
        baseline: The findings that were known before, or None when the run was held against none.
        plan: The plan that was judged, or None when the org was judged as it is.
        audit: What a periodic audit adds, or None.
    """

    format: int = FORMAT
    tool_version: str
    started_at: str
    org: OrgResult
    policies: tuple[PolicyResult, ...]
    rules: tuple[RuleResult, ...]
    cases: tuple[CaseResult, ...]
    waivers: tuple[WaiverResult, ...] = ()
    fail_on: Severity | Literal["never"] = "minor"
    run_by: str | None = None
    environment: str | None = None
    partial: str | None = None
    selected: str | None = None
    exit_code: int = 0
    baseline: BaselineResult | None = None
    plan: PlanResult | None = None
    audit: AuditResult | None = None

    def tally(self) -> dict[Verdict, int]:
        """Return how many cases came to each verdict, in the order of `VERDICTS`."""
        counted = Counter(case.verdict for case in self.cases)
        return {verdict: counted[verdict] for verdict in VERDICTS}

    def counts(self, case: CaseResult) -> bool:
        """Tell whether a case is a finding that counts: at `fail_on`, not in the baseline, and new where that is asked."""
        if self.plan is not None and self.plan.only_new and case.change == "before":
            return False
        return case.verdict == "failed" and case.known_since is None and self.rules[case.rule].counts

    def counting_findings(self) -> int:
        """Return how many findings count."""
        return sum(map(self.counts, self.cases))
