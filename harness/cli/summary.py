"""What `wrapup check` prints: findings by rule, what was not judged, and the outcome in one sentence."""

from collections import defaultdict
from collections.abc import Sequence

from harness.cli.plan_summary import place, print_plan
from harness.cli.terminal import Terminal
from harness.model.names import printable
from harness.model.verdict import SEVERITIES, VERDICTS, Verdict
from harness.report.headline import counted, headline
from harness.report.results import CaseResult, Results, RuleResult
from harness.report.text import one_line, title_of

__all__ = ["print_summary"]

_MOST_A_RULE = 5
_MOST_REASONS = 8

_STYLES: dict[str, str] = {
    "critical": "bold red",
    "major": "red",
    "minor": "yellow",
    "advice": "cyan",
    "findings": "bold red",
    "open": "bold yellow",
    "clear": "bold green",
}


def print_summary(terminal: Terminal, results: Results, *, verbosity: int) -> None:
    """Print what came of a run.

    Args:
        terminal: Where to.
        results: The run.
        verbosity: -1 only the outcome, 0 the first findings of each rule, 1 all of them and every rule.
    """
    if verbosity >= 0:
        by_rule: dict[Verdict, dict[int, list[CaseResult]]] = {verdict: defaultdict(list) for verdict in VERDICTS}
        for case in results.cases:
            by_rule[case.verdict][case.rule].append(case)
        print_plan(terminal, results, most=_MOST_REASONS if verbosity == 0 else None)
        failed = by_rule["failed"]
        if verbosity == 0 and results.plan is not None and results.plan.only_new:
            # Who asks for what is new is told of the rest by number.
            new = {index: [case for case in cases if case.change != "before"] for index, cases in failed.items()}
            failed = defaultdict(list, {index: cases for index, cases in new.items() if cases})
        _print_findings(terminal, results, failed, most=_MOST_A_RULE if verbosity == 0 else None)
        _print_not_judged(terminal, results, by_rule["unknown"], most=_MOST_REASONS if verbosity == 0 else None)
        _print_waivers(terminal, results)
        _print_baseline(terminal, results)
        if verbosity > 0:
            _print_rules(terminal, results, by_rule)
    outcome = headline(results)
    tally = ", ".join(f"{number:,} {verdict}" for verdict, number in results.tally().items())
    terminal.line(f"{_org(results)}: {tally}")
    if results.partial:
        terminal.line(f"Partial: {results.partial}", _STYLES["open"])
    elif results.selected:
        terminal.line(f"Selected: {results.selected}", _STYLES["open"])
    terminal.line(outcome.sentence, _STYLES[outcome.standing])


def _org(results: Results) -> str:
    org = results.org
    recorded = f", recorded {org.recorded_at}" if org.recorded_at else ""
    return f"{org.name} ({org.kind} {org.location}{recorded})"


def _print_findings(
    terminal: Terminal, results: Results, failed: dict[int, list[CaseResult]], *, most: int | None
) -> None:
    gravest_first = sorted(failed, key=lambda index: -SEVERITIES.index(results.rules[index].severity))
    for index in gravest_first:
        rule, cases = results.rules[index], failed[index]
        _print_rule_heading(terminal, rule, counted(len(cases), "finding"))
        # What a plan introduces comes before what was there.
        for case in sorted(cases, key=lambda case: case.change == "before")[:most]:
            known = f" (in the baseline since {case.known_since})" if case.known_since else ""
            terminal.line(f"  {case.subject}{known}{place(results, case)}")
            for finding in case.findings:
                terminal.line(f"    observed  {finding.observed}")
                terminal.line(f"    expected  {finding.expected}")
            if case.reason:
                terminal.line(f"    waiver    {case.reason}")
        if most is not None and len(cases) > most:
            terminal.line(f"  … and {len(cases) - most:,} more; -v shows all", "dim")
        for label, text in (("why", rule.why), ("fix", rule.fix), ("policy", str(rule.position))):
            if text:
                terminal.line(f"  {label:<6}  {one_line(text)}", "dim")
        terminal.line()


def _print_rule_heading(terminal: Terminal, rule: RuleResult, what: str) -> None:
    counts = "" if rule.counts else " (does not count)"
    terminal.parts(
        (rule.id, "bold"),
        (" ", ""),
        (rule.severity, _STYLES[rule.severity]),
        (f"  {title_of(rule)}: {what}{counts}", ""),
    )


def _print_not_judged(
    terminal: Terminal, results: Results, unknown: dict[int, list[CaseResult]], *, most: int | None
) -> None:
    if not unknown:
        return
    reasons: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for index, cases in unknown.items():
        for case in cases:
            reasons[index, case.reason or ""].append(case.subject)
    terminal.line("Could not be judged", "bold")
    for (index, reason), subjects in list(reasons.items())[:most]:
        terminal.line(f"  {results.rules[index].id} {_some(subjects)}: {reason}")
    if most is not None and len(reasons) > most:
        terminal.line(f"  … and {len(reasons) - most:,} more reasons; -v shows all", "dim")
    terminal.line()


def _some(subjects: Sequence[str]) -> str:
    more = f" and {len(subjects) - 1:,} more" if len(subjects) > 1 else ""
    return f"{subjects[0]}{more}"


def _print_waivers(terminal: Terminal, results: Results) -> None:
    told = [waiver for waiver in results.waivers if waiver.state != "active"]
    if not told:
        return
    terminal.line("Waivers that need a look", "bold")
    for waiver in told:
        match waiver.state:
            case "expired" if waiver.covers:
                what = f"expired on {waiver.until}; its findings count again"
            case "expired":
                what = f"expired on {waiver.until}, matches no finding and can be removed"
            case "ending":
                what = f"ends on {waiver.until}, in {counted(waiver.days_left, 'day')}"
            case _:
                what = "matches no finding any more and can be removed"
        terminal.line(f"  {waiver.rule} {printable(waiver.subject)}: {what} ({waiver.position})")
    terminal.line()


def _print_baseline(terminal: Terminal, results: Results) -> None:
    stale = results.baseline.stale if results.baseline else ()
    if not stale:
        return
    terminal.line("No open finding any more; --update-baseline removes them", "bold")
    for entry in stale[:_MOST_REASONS]:
        terminal.line(f"  {entry}")
    if len(stale) > _MOST_REASONS:
        terminal.line(f"  … and {len(stale) - _MOST_REASONS:,} more")
    terminal.line()


def _print_rules(terminal: Terminal, results: Results, by_rule: dict[Verdict, dict[int, list[CaseResult]]]) -> None:
    terminal.line("Rules", "bold")
    for index, rule in enumerate(results.rules):
        counts = [f"{len(cases):,} {verdict}" for verdict in VERDICTS if (cases := by_rule[verdict].get(index))]
        terminal.line(f"  {rule.id} {title_of(rule)}: {', '.join(counts) or 'not run'}")
    terminal.line()
