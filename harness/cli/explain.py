"""`wrapup explain`: where a rule comes from, what it asks, and why it applies to a subject."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from harness.checking import Case, RuleRun, judge
from harness.checking.evidence import value_text
from harness.checking.subjects import SubjectsByKind
from harness.cli.progress import read_org
from harness.cli.sources import find_policies, org_location
from harness.cli.terminal import Terminal
from harness.errors import UnknownValueError, UsageError, did_you_mean
from harness.model.names import matches
from harness.policy import Policy, Rule, load_policies
from harness.policy.expressions import Expression, Facts
from harness.report.text import one_line

__all__ = ["explain_rule"]

_MOST_SUBJECTS = 20


def explain_rule(
    terminal: Terminal,
    rule_id: str,
    *,
    policies: Sequence[Path],
    subject: str | None,
    org: str | None,
    environment: str | None,
    keep_names: bool,
) -> None:
    """Print what a rule is, and for a subject what it came to and why.

    Args:
        terminal: Where to.
        rule_id: The rule's id.
        policies: Policy files or folders.
        subject: A label as reports print it (`*` and `?` allowed), or None for the rule alone.
        org: Where the org is; None for the demo recording of a checkout.
        environment: Which of the policy's severities hold.
        keep_names: Whether people appear by name.

    Raises:
        UsageError: If there is no such rule or subject.
    """
    loaded = load_policies(find_policies(policies)[0])
    policy, rule = _find(loaded, rule_id)
    _print_rule(terminal, policy, rule, environment)
    if subject is None:
        return
    location, _ = org_location(org)
    judged_org = read_org(terminal, location, keep_names=keep_names)
    now = datetime.now(UTC)
    runs = {run.rule.id: run for run in judge([policy], judged_org, environment=environment, now=now)}
    subjects = SubjectsByKind(judged_org.agreeing(policy.catalogue, policy.crm), policy.rules)(rule.kind)
    wanted = [n for n, label in enumerate(subjects.labels) if matches(subject, label)]
    if not wanted:
        raise UsageError(
            f"'{subject}' is no subject of rule {rule_id}",
            did_you_mean(subject, subjects.labels) or f"its subjects are labelled '{rule.kind.name} NAME'",
        )
    for index in wanted[:_MOST_SUBJECTS]:
        terminal.line()
        _print_subject(terminal, runs[rule_id], subjects.labels[index], subjects.facts(index))
    if len(wanted) > _MOST_SUBJECTS:
        terminal.line(f"… and {len(wanted) - _MOST_SUBJECTS:,} more subjects")


def _find(policies: Sequence[Policy], rule_id: str) -> tuple[Policy, Rule]:
    for policy in policies:
        for rule in policy.rules:
            if rule.id == rule_id:
                return policy, rule
    ids = [rule.id for policy in policies for rule in policy.rules]
    raise UsageError(f"there is no rule '{rule_id}'", did_you_mean(rule_id, ids) or f"there are {', '.join(ids)}")


def _print_rule(terminal: Terminal, policy: Policy, rule: Rule, environment: str | None) -> None:
    terminal.line(f"{rule.id}  {one_line(rule.title)}", "bold")
    inherited = "" if rule.position.path == policy.path else f", inherited by {policy.path}"
    severity = policy.severity_of(rule, environment)
    replaced = f" (written as {rule.severity}; replaced for {environment})" if severity != rule.severity else ""
    period = " ".join(
        f"{word} {day}"
        for word, day in (("from", rule.effective.since), ("until", rule.effective.until))
        if day is not None
    )
    rows = (
        ("written at", f"{rule.position}{inherited}"),
        ("judges", f"every {rule.kind.name}{f' where {rule.where.full}' if rule.where else ''}"),
        ("asks", rule.applies),
        ("severity", f"{severity}{replaced}"),
        ("effective", period or None),
        ("why", rule.why),
        ("fix", rule.fix),
        ("owner", rule.owner),
        ("controls", ", ".join(rule.controls) or None),
        ("source", rule.check.source if rule.check else None),
        ("waivers", ", ".join(f"{w.subject} until {w.until}" for w in policy.waivers if w.rule == rule.id) or None),
    )
    for label, text in rows:
        if text:
            terminal.line(f"  {label:<10}  {one_line(text)}")


def _print_subject(terminal: Terminal, run: RuleRun, label: str, facts: Facts) -> None:
    case = next((case for case in run.cases if case.label == label), None)
    if case is None:
        alone = run.cases[0]
        terminal.line(f"{label}: not judged", "bold")
        if run.rule.where is not None and not _holds(run.rule.where, facts):
            terminal.line("  it is outside the rule's scope:")
            _print_values(terminal, run.rule.where, facts)
        else:
            terminal.line(f"  {alone.reason}")
        return
    terminal.line(f"{label}: {case.verdict}", "bold")
    if run.rule.where is not None:
        terminal.line(f"  it is in the rule's scope: {run.rule.where.full}")
        _print_values(terminal, run.rule.where, facts)
    _print_case(terminal, case)


def _print_case(terminal: Terminal, case: Case) -> None:
    for finding in case.findings:
        terminal.line(f"  observed    {finding.observed}")
        terminal.line(f"  expected    {finding.expected}")
    for name, value in case.evidence.items():
        terminal.line(f"  value       {name} = {value}")
    for note in case.notes:
        terminal.line(f"  note        {note}")
    if case.reason:
        terminal.line(f"  because     {case.reason}")


def _print_values(terminal: Terminal, expression: Expression, facts: Facts) -> None:
    for name in expression.variables:
        terminal.line(f"    {name} = {value_text(facts, name)}")


def _holds(expression: Expression, facts: Facts) -> bool:
    try:
        return expression.judge(facts)
    except UnknownValueError:
        return True
