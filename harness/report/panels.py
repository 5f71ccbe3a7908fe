"""What the report shows: groups, orders and counts, and no markup. `harness.report.arrange` works it out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from harness.model.verdict import VERDICTS, Severity, Verdict
from harness.report.headline import Headline
from harness.report.results import CaseResult, PolicyResult, Results, RuleResult, WaiverResult

__all__ = ["FINDINGS", "ControlPanel", "Entry", "Panels", "QueuePanel", "Reason", "RulePanel", "WaiverPanel", "sum_of"]

FINDINGS: tuple[Verdict, ...] = ("failed", "waived")
"""The verdicts of cases that are findings."""


class Entry(NamedTuple):
    """A case and its place among all cases of the run."""

    place: int
    case: CaseResult

    @property
    def anchor(self) -> str:
        """Where the page shows it."""
        return f"case-{self.place}"


@dataclass(frozen=True)
class RulePanel:
    """One rule with its cases.

    Attributes:
        number: Its place in the results document.
        anchor: The same in every run, so that a link from a ticket keeps working.
        policy: The policy that it belongs to.
        counts: How many cases came to each verdict.
        cases: Its cases by verdict, those that passed left out: findings that count first, then in the run's order.
        listed: Those of its findings, waived ones included, that the page lists; the others are among all cases.
    """

    number: int
    rule: RuleResult
    anchor: str
    policy: PolicyResult
    counts: Mapping[Verdict, int]
    cases: Mapping[Verdict, Sequence[Entry]]
    listed: Mapping[Verdict, Sequence[Entry]]

    @property
    def judged(self) -> int:
        """How many cases came to a judgement: passed, failed or waived."""
        return self.counts["passed"] + self.counts["failed"] + self.counts["waived"]

    @property
    def unlisted(self) -> int:
        """How many of its findings, waived ones included, the page does not list."""
        return sum(len(self.cases[verdict]) - len(self.listed[verdict]) for verdict in FINDINGS)


@dataclass(frozen=True)
class ControlPanel:
    """One control that rules refer to, with the waivers of those rules."""

    name: str
    rules: Sequence[RulePanel]
    waivers: Sequence["WaiverPanel"]

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many cases of all its rules came to each verdict."""
        return sum_of(self.rules)


@dataclass(frozen=True)
class QueuePanel:
    """One queue with its findings.

    Attributes:
        counting: How many of them count.
        severities: How many there are of each severity.
        rules: The rules that it breaks, each with its first finding and how many there are.
    """

    name: str
    division: str | None
    counting: int
    severities: Mapping[Severity, int]
    rules: Sequence[tuple[RulePanel, Entry, int]]


@dataclass(frozen=True)
class WaiverPanel:
    """One waiver; `covers` has each subject with its case, where there is one."""

    waiver: WaiverResult
    anchor: str
    rule: RulePanel | None
    covers: Sequence[tuple[str, Entry | None]]


@dataclass(frozen=True)
class Reason:
    """Why cases came to no judgement; one reason for all of them."""

    text: str
    cases: Sequence[tuple[RulePanel, CaseResult]]

    @property
    def rules(self) -> Sequence[RulePanel]:
        """The rules concerned, each once."""
        return list({panel.anchor: panel for panel, _ in self.cases}.values())


@dataclass(frozen=True)
class Panels:
    """Everything that the report shows, in the order in which it shows it.

    Attributes:
        rules: Gravest first, then by the number of findings, then in the policy's order.
        severities: Gravest first, with their rules and sums; only those that rules have.
        queues: By counting findings, then by severity; at most `WORST_QUEUES`.
        queues_with_findings: How many queues have a finding.
        unknown: Reasons why cases could not be judged, the most frequent first.
        not_applicable: The same for cases whose question does not arise.
        no_subject: Rules that met no subject, with what came of it.
        idle: Rules without any case in this run.
        introduced: Findings that the plan introduces, the gravest rules first.
        there_before: How many findings were there before the plan.
    """

    results: Results
    headline: Headline
    tally: Mapping[Verdict, int]
    rules: Sequence[RulePanel]
    severities: Sequence[tuple[Severity, Sequence[RulePanel], Mapping[Verdict, int]]]
    controls: Sequence[ControlPanel]
    queues: Sequence[QueuePanel]
    queues_with_findings: int
    waivers: Sequence[WaiverPanel]
    unknown: Sequence[Reason]
    not_applicable: Sequence[Reason]
    no_subject: Sequence[tuple[RulePanel, CaseResult]]
    idle: Sequence[RulePanel]
    introduced: Sequence[tuple[RulePanel, Entry]]
    there_before: int

    def link(self, panel: RulePanel, entry: Entry) -> str:
        """Return the anchor where a reader finds a case: its own, or its rule's when the page does not list it."""
        return entry.anchor if entry.place in self._listed else panel.anchor

    @cached_property
    def _listed(self) -> frozenset[int]:
        return frozenset(it.place for panel in self.rules for entries in panel.listed.values() for it in entries)

    @property
    def findings(self) -> int:
        """How many findings there are, waived ones included."""
        return self.tally["failed"] + self.tally["waived"]

    @property
    def unlisted(self) -> int:
        """How many of them the page does not list."""
        return sum(panel.unlisted for panel in self.rules)

    @property
    def judged(self) -> int:
        """How many cases came to a judgement: passed, failed or waived."""
        return self.tally["passed"] + self.tally["failed"] + self.tally["waived"]

    @property
    def waiver_states(self) -> Mapping[str, int]:
        """How many waivers are in each state."""
        return Counter(panel.waiver.state for panel in self.waivers)


def sum_of(rules: Sequence[RulePanel]) -> Mapping[Verdict, int]:
    """Return how many cases of all these rules came to each verdict."""
    return {verdict: sum(panel.counts[verdict] for panel in rules) for verdict in VERDICTS}
