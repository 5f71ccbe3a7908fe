"""What an audit adds to the results document: what became of findings, the trend, access, and pictures' numbers."""

from typing import Literal, TypeAlias

import msgspec

from harness.model.access import AccessReview
from harness.model.verdict import Severity

__all__ = [
    "AcwResult",
    "AuditResult",
    "EvidenceResult",
    "LimitResult",
    "Moved",
    "Movement",
    "Skipped",
    "TrailResult",
    "TrendPoint",
    "WhatIfQueue",
    "WhatIfResult",
]


class _Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Frozen; keys in camelCase; what equals its default is left out of the file."""


class Moved(_Part, frozen=True, kw_only=True):
    """A finding, and what became of it. All text is printable.

    Attributes:
        rule: The rule's id.
        subject: The subject's label in the later of the two runs that has it.
        was: Its label in the earlier run, when that was another: it was renamed.
        observed: What is, or was, wrong.
        since: When the first of the runs in a row that have it started, ISO 8601; None for one that is not open.
        why: Why it cannot be told what became of it, or None.
    """

    rule: str
    title: str
    severity: Severity
    subject: str
    was: str | None = None
    observed: str | None = None
    since: str | None = None
    why: str | None = None


class Movement(_Part, frozen=True, kw_only=True):
    """What became of findings since an earlier run.

    Attributes:
        against: When that run started, ISO 8601.
        new: Findings of subjects that were judged then and were not wrong, or were not there.
        first: Findings that could not have been known then: the rule is new, or it could not judge.
        open: Findings of both runs.
        fixed: Findings of then that are wrong no more.
        waived: Findings of then that are waived now.
        undecided: Findings of then of which nothing can be said now.
    """

    against: str
    new: tuple[Moved, ...] = ()
    first: tuple[Moved, ...] = ()
    open: tuple[Moved, ...] = ()
    fixed: tuple[Moved, ...] = ()
    waived: tuple[Moved, ...] = ()
    undecided: tuple[Moved, ...] = ()


class TrendPoint(_Part, frozen=True, kw_only=True):
    """What one run came to, for the trend.

    Attributes:
        started_at: ISO 8601 in UTC.
        findings: Open findings by severity.
        counting: How many of them counted in that run.
        unknown: Cases that could not be judged.
    """

    started_at: str
    findings: dict[Severity, int] = {}
    counting: int = 0
    passed: int = 0
    waived: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        """All open findings."""
        return sum(self.findings.values())


class Skipped(_Part, frozen=True, kw_only=True):
    """A file of the history that was left out, and why."""

    file: str
    why: str


class TrailResult(_Part, frozen=True, kw_only=True):
    """The audit trail that changes were judged by.

    Attributes:
        since: From when it tells everything, ISO 8601; None when it was not to be had.
        changes: How many entries changed something.
        gap: What part of the period it does not tell about, or why it was not to be had; None when nothing is missing.
    """

    location: str = ""
    since: str | None = None
    until: str | None = None
    changes: int = 0
    gap: str | None = None


class EvidenceResult(_Part, frozen=True, kw_only=True):
    """The evidence that usage was judged by.

    Attributes:
        periods: The periods that it covers, as `from/until` in ISO 8601.
        complete_until: Up to when nothing is missing, ISO 8601; None when that is not known.
        handlings: How many there are.
    """

    location: str
    periods: tuple[str, ...] = ()
    complete_until: str | None = None
    handlings: int = 0


LimitKind: TypeAlias = Literal["rule", "candidate"]


class LimitResult(_Part, frozen=True, kw_only=True):
    """A limit that the picture of after-call work has a line for."""

    label: str
    limit_ms: int
    kind: LimitKind = "rule"


class AcwResult(_Part, frozen=True, kw_only=True):
    """How long after-call work took.

    Attributes:
        width_ms: The width of a bin.
        counts: Handlings by bin; the last one holds all that is longer, too.
        limits: Lines to draw.
    """

    width_ms: int
    counts: tuple[int, ...]
    limits: tuple[LimitResult, ...] = ()

    @property
    def total(self) -> int:
        """How many handlings have after-call work."""
        return sum(self.counts)


class WhatIfQueue(_Part, frozen=True, kw_only=True):
    """What a candidate limit would have cut on one queue."""

    queue: str
    judged: int
    over: int
    over_now: int = 0


class WhatIfResult(_Part, frozen=True, kw_only=True):
    """What a candidate limit would have cut.

    Attributes:
        rule: The rule's id.
        parameter: The parameter of its check that is tried.
        now_ms: Its value in the policy, or None when the rule has none.
        candidate_ms: The value that is tried.
        queues: The queues of the rule's scope, those with the most cut first.
    """

    rule: str
    parameter: str
    candidate_ms: int
    now_ms: int | None = None
    queues: tuple[WhatIfQueue, ...] = ()

    @property
    def judged(self) -> int:
        """How many past wrap-ups were looked at."""
        return sum(queue.judged for queue in self.queues)

    @property
    def over(self) -> int:
        """How many of them the candidate would have cut."""
        return sum(queue.over for queue in self.queues)

    @property
    def over_now(self) -> int:
        """How many took longer than the limit of today."""
        return sum(queue.over_now for queue in self.queues)


class AuditResult(_Part, frozen=True, kw_only=True):
    """What a periodic audit adds to a run.

    Attributes:
        access: Who may change codes and queues.
        trend: Earlier runs of this org and this one, the earliest first.
        movement: None when there is no earlier run.
        skipped: Files of the history that were left out.
        history: The folder of the history, or None when none was given.
        since: The earlier recording that this org was held against, or None.
        trail: None when no trail was given.
        evidence: None when no evidence was given.
        acw: None without evidence.
        what_if: The limits that were tried.
    """

    access: AccessReview
    trend: tuple[TrendPoint, ...]
    movement: Movement | None = None
    skipped: tuple[Skipped, ...] = ()
    history: str | None = None
    since: str | None = None
    trail: TrailResult | None = None
    evidence: EvidenceResult | None = None
    acw: AcwResult | None = None
    what_if: tuple[WhatIfResult, ...] = ()
