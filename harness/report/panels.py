"""What the report shows, worked out from the results document: groups, orders and counts, and no markup."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from harness.model.verdict import SEVERITIES, VERDICTS, Severity, Verdict
from harness.report.headline import Headline, headline
from harness.report.results import CaseResult, PolicyResult, Results, RuleResult, WaiverResult

__all__ = ["ControlPanel", "Entry", "Panels", "QueuePanel", "Reason", "RulePanel", "WaiverPanel", "arrange"]

WORST_QUEUES = 10
"""How many queues the list of the worst holds."""

_GRAVEST_FIRST: tuple[Severity, ...] = tuple(reversed(SEVERITIES))
_WAIVER_STATES = ("expired", "ending", "stale", "active")


class Entry(NamedTuple):
    """A case and the anchor under which the page shows it."""

    anchor: str
    case: CaseResult


@dataclass(frozen=True)
class RulePanel:
    """One rule with its cases.

    Attributes:
        anchor: The same in every run, so that a link from a ticket keeps working.
        policy: The policy that it belongs to.
        cases: Its cases by verdict, in the run's order.
    """

    rule: RuleResult
    anchor: str
    policy: PolicyResult
    cases: Mapping[Verdict, Sequence[Entry]]

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many cases came to each verdict."""
        return {verdict: len(self.cases[verdict]) for verdict in VERDICTS}

    @property
    def judged(self) -> int:
        """How many cases came to a judgement: passed, failed or waived."""
        return len(self.cases["passed"]) + len(self.cases["failed"]) + len(self.cases["waived"])


@dataclass(frozen=True)
class ControlPanel:
    """One control that rules refer to, with the waivers of those rules."""

    name: str
    rules: Sequence[RulePanel]
    waivers: Sequence["WaiverPanel"]

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many cases of all its rules came to each verdict."""
        return _sum(self.rules)


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
    """One waiver; `covers` has the anchor of each subject's case where the page shows it."""

    waiver: WaiverResult
    anchor: str
    rule: RulePanel | None
    covers: Sequence[tuple[str, str | None]]


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

    @property
    def judged(self) -> int:
        """How many cases came to a judgement: passed, failed or waived."""
        return self.tally["passed"] + self.tally["failed"] + self.tally["waived"]

    @property
    def waiver_states(self) -> Mapping[str, int]:
        """How many waivers are in each state."""
        return Counter(panel.waiver.state for panel in self.waivers)


def arrange(results: Results) -> Panels:
    """Work out what the report shows."""
    by_index = _rules(results)
    rules = sorted(by_index, key=lambda it: (-SEVERITIES.index(it.rule.severity), -it.counts["failed"]))
    waivers = _waivers(results, rules)
    queues = _queues(results, by_index)
    met = [(panel, entry.case) for panel in rules for verdict in VERDICTS for entry in panel.cases[verdict]]
    with_subject = [(panel, case) for panel, case in met if case.identity is not None]
    return Panels(
        results=results,
        headline=headline(results),
        tally=results.tally(),
        rules=rules,
        severities=[
            (severity, own, _sum(own))
            for severity in _GRAVEST_FIRST
            if (own := [panel for panel in rules if panel.rule.severity == severity])
        ],
        controls=_controls(rules, waivers),
        queues=queues[:WORST_QUEUES],
        queues_with_findings=len(queues),
        waivers=waivers,
        unknown=_reasons(with_subject, "unknown"),
        not_applicable=_reasons(with_subject, "not applicable"),
        no_subject=[(panel, case) for panel, case in met if case.identity is None],
        idle=[panel for panel in rules if not any(panel.cases.values())],
    )


def _rules(results: Results) -> list[RulePanel]:
    """Return one panel per rule, by the rule's index."""
    cases: list[dict[Verdict, list[Entry]]] = [{verdict: [] for verdict in VERDICTS} for _ in results.rules]
    for index, case in enumerate(results.cases):
        cases[case.rule][case.verdict].append(Entry(f"case-{index}", case))
    return [
        RulePanel(rule, f"rule-{quote(rule.id, safe='')}", results.policies[rule.policy], own)
        for rule, own in zip(results.rules, cases, strict=True)
    ]


def _controls(rules: Sequence[RulePanel], waivers: Sequence[WaiverPanel]) -> list[ControlPanel]:
    names = sorted({name for panel in rules for name in panel.rule.controls}, key=str.casefold)
    panels = []
    for name in names:
        own = [panel for panel in rules if name in panel.rule.controls]
        anchors = {panel.anchor for panel in own}
        panels.append(ControlPanel(name, own, [it for it in waivers if it.rule and it.rule.anchor in anchors]))
    return panels


def _queues(results: Results, rules: Sequence[RulePanel]) -> list[QueuePanel]:
    """Return the queues with findings, the worst first."""
    found: dict[tuple[str, str | None], list[tuple[RulePanel, Entry]]] = {}
    for panel in rules:
        for entry in panel.cases["failed"]:
            if entry.case.queue is not None:
                found.setdefault((entry.case.queue, entry.case.division), []).append((panel, entry))
    panels = []
    for (name, division), findings in found.items():
        severities = Counter(panel.rule.severity for panel, _ in findings)
        per_rule = Counter(panel.anchor for panel, _ in findings)
        first = {panel.anchor: (panel, entry) for panel, entry in reversed(findings)}
        ordered = sorted(first.values(), key=lambda it: -SEVERITIES.index(it[0].rule.severity))
        panels.append(
            QueuePanel(
                name=name,
                division=division,
                counting=sum(results.counts(entry.case) for _, entry in findings),
                severities={severity: severities[severity] for severity in _GRAVEST_FIRST},
                rules=[(panel, entry, per_rule[panel.anchor]) for panel, entry in ordered],
            )
        )
    return sorted(panels, key=lambda it: (-it.counting, *(-number for number in it.severities.values()), it.name))


def _waivers(results: Results, rules: Sequence[RulePanel]) -> list[WaiverPanel]:
    """Return the waivers, those that need attention first."""
    by_id = {panel.rule.id: panel for panel in rules}
    panels = []
    for index, waiver in enumerate(results.waivers):
        rule = by_id.get(waiver.rule)
        shown = (
            {entry.case.subject: entry.anchor for verdict in ("failed", "waived") for entry in rule.cases[verdict]}
            if rule
            else {}
        )
        covers = [(label, shown.get(label)) for label in waiver.covers]
        panels.append(WaiverPanel(waiver, f"waiver-{index}", rule, covers))
    return sorted(panels, key=lambda it: (_WAIVER_STATES.index(it.waiver.state), it.waiver.until))


def _reasons(cases: Iterable[tuple[RulePanel, CaseResult]], verdict: Verdict) -> list[Reason]:
    grouped: dict[str, list[tuple[RulePanel, CaseResult]]] = {}
    for panel, case in cases:
        if case.verdict == verdict:
            grouped.setdefault(case.reason or "no reason was recorded", []).append((panel, case))
    return sorted(
        (Reason(text, own) for text, own in grouped.items()), key=lambda reason: (-len(reason.cases), reason.text)
    )


def _sum(rules: Sequence[RulePanel]) -> Mapping[Verdict, int]:
    return {verdict: sum(panel.counts[verdict] for panel in rules) for verdict in VERDICTS}
