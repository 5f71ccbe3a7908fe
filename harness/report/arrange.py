"""Works out what the report shows from the results document."""

from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from harness.model.verdict import SEVERITIES, VERDICTS, Severity, Verdict
from harness.report.headline import headline
from harness.report.panels import (
    FINDINGS,
    ControlPanel,
    Entry,
    Panels,
    QueuePanel,
    Reason,
    RulePanel,
    WaiverPanel,
    sum_of,
)
from harness.report.results import CaseResult, Results

__all__ = ["MOST_LISTED", "WORST_QUEUES", "arrange"]

WORST_QUEUES = 10
"""How many queues the list of the worst holds."""

MOST_LISTED = 1_000
"""How many findings the page lists as text; where there are more, every rule gets its share."""

_GRAVEST_FIRST: tuple[Severity, ...] = tuple(reversed(SEVERITIES))
_WAIVER_STATES = ("expired", "ending", "stale", "active")


def arrange(results: Results) -> Panels:
    """Work out what the report shows."""
    by_index = _rules(results)
    rules = sorted(by_index, key=lambda it: (-SEVERITIES.index(it.rule.severity), -it.counts["failed"]))
    waivers = _waivers(results, rules)
    queues = _queues(results, by_index)
    open_cases = [
        (panel, entry.case)
        for panel in rules
        for verdict in VERDICTS
        if verdict != "passed"
        for entry in panel.cases[verdict]
    ]
    with_subject = [(panel, case) for panel, case in open_cases if case.identity is not None]
    failed = [(panel, entry) for panel in rules for entry in panel.cases["failed"]]
    return Panels(
        results=results,
        headline=headline(results),
        tally={verdict: sum(panel.counts[verdict] for panel in rules) for verdict in VERDICTS},
        rules=rules,
        severities=[
            (severity, own, sum_of(own))
            for severity in _GRAVEST_FIRST
            if (own := [panel for panel in rules if panel.rule.severity == severity])
        ],
        controls=_controls(rules, waivers),
        queues=queues[:WORST_QUEUES],
        queues_with_findings=len(queues),
        waivers=waivers,
        unknown=_reasons(with_subject, "unknown"),
        not_applicable=_reasons(with_subject, "not applicable"),
        no_subject=[(panel, case) for panel, case in open_cases if case.identity is None],
        idle=[panel for panel in rules if not any(panel.counts.values())],
        introduced=[(panel, entry) for panel, entry in failed if entry.case.change == "introduced"],
        there_before=sum(entry.case.change == "before" for _, entry in failed),
    )


def _rules(results: Results) -> list[RulePanel]:
    """Return one panel per rule, by the rule's index."""
    passed = [0] * len(results.rules)
    cases: list[dict[Verdict, list[Entry]]] = [
        {verdict: [] for verdict in VERDICTS if verdict != "passed"} for _ in results.rules
    ]
    for place, case in enumerate(results.cases):
        if case.verdict == "passed":
            passed[case.rule] += 1
        else:
            cases[case.rule][case.verdict].append(Entry(place, case))
    for own in cases:
        own["failed"].sort(key=lambda it: not results.counts(it.case))
    shares = _shares([sum(len(own[verdict]) for verdict in FINDINGS) for own in cases], MOST_LISTED)
    panels = []
    for number, (rule, own) in enumerate(zip(results.rules, cases, strict=True)):
        failed = own["failed"][: shares[number]]
        panels.append(
            RulePanel(
                number=number,
                rule=rule,
                anchor=f"rule-{quote(rule.id, safe='')}",
                policy=results.policies[rule.policy],
                counts={it: passed[number] if it == "passed" else len(own[it]) for it in VERDICTS},
                cases=own,
                listed={"failed": failed, "waived": own["waived"][: shares[number] - len(failed)]},
            )
        )
    return panels


def _shares(wanted: Sequence[int], room: int) -> list[int]:
    """Return how much of a room each gets: nobody more than wanted, and nobody less than who wants more."""
    shares = [0] * len(wanted)
    for left, index in zip(
        range(len(wanted), 0, -1), sorted(range(len(wanted)), key=lambda it: wanted[it]), strict=True
    ):
        shares[index] = min(wanted[index], room // left)
        room -= shares[index]
    return shares


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
        shown = {entry.case.subject: entry for verdict in FINDINGS for entry in rule.cases[verdict]} if rule else {}
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
