"""What judging leaves behind: one case per rule and subject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

import msgspec

from harness.model import Identity
from harness.model.usage import Figure
from harness.model.verdict import Severity, Verdict
from harness.policy.model import Policy, Rule, Waiver

__all__ = ["NO_SUBJECT", "Case", "Change", "Finding", "RuleRun"]

Change: TypeAlias = Literal["introduced", "before"]

NO_SUBJECT = "no subject"
"""The label of the one case of a rule that met no subject."""


class Finding(msgspec.Struct, frozen=True, gc=False):
    """What was observed and what was expected, as phrases that are safe to print."""

    observed: str
    expected: str


class Case(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One rule applied to one subject. All text is safe to print.

    Attributes:
        label: The subject's label, or `no subject`.
        verdict: What the case came to.
        subject: The subject itself, or None for a case without one.
        findings: One per thing that is wrong; also filled when the verdict is *waived*.
        notes: Worth showing, no findings.
        reason: Why it is unknown, not applicable or waived; or what became of an expired waiver.
        evidence: Every variable that a failing expression names, with its value as text.
        waiver: The waiver that holds, or that held until it expired.
        known_since: For a failed case that the baseline has: the day on which it was taken in. It does not count.
        change: For a case that breaks its rule on an org that a plan was laid over: whether the plan introduces that,
            or it was so before; else None.
        figure: The number that a usage check judged by, whatever the verdict; else None.
    """

    label: str
    verdict: Verdict
    subject: Any = None
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str | None = None
    evidence: Mapping[str, str] = {}
    waiver: Waiver | None = None
    known_since: date | None = None
    change: Change | None = None
    figure: Figure | None = None


@dataclass(frozen=True)
class RuleRun:
    """One rule of one policy, judged.

    Attributes:
        severity: The rule's, in the run's environment.
        cases: In the order of the org's subjects.
        identities: What recognises each case's subject in other runs, aligned with `cases`.
    """

    policy: Policy
    rule: Rule
    severity: Severity
    cases: Sequence[Case]
    identities: Sequence[Identity | None]

    def name_of(self, case: Case) -> str:
        """Return the case's name as node ids have it: `RTL-002[queue Billing]`."""
        return f"{self.rule.id}[{case.label}]"
