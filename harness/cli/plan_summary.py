"""What `wrapup check --plan` prints before anything else: what the plan changes."""

from harness.cli.terminal import Terminal
from harness.report.plan import plan_sentence
from harness.report.results import CaseResult, PlanResult, Results

__all__ = ["place", "print_plan"]


def print_plan(terminal: Terminal, results: Results, *, most: int | None) -> None:
    """Print what a plan introduces and mends, and what else it does; nothing without a plan over an org.

    Args:
        terminal: Where to.
        results: The run.
        most: How many of each are shown; all when None.
    """
    plan, sentence = results.plan, plan_sentence(results)
    if plan is None or sentence is None:
        return
    introduces = any(it.verdict == "failed" and it.change == "introduced" for it in results.cases)
    terminal.line(sentence, "bold red" if introduces else "bold")
    for change in plan.changes[:most]:
        address = f" ({change.address})" if change.address else ""
        terminal.line(f"  {change.subject} {change.detail}{address}", "yellow")
    _print_more(terminal, len(plan.changes), most)
    _print_fixed(terminal, results, plan, most)
    terminal.line()


def place(results: Results, case: CaseResult) -> str:
    """Return what is said after a finding's subject: whether the plan introduces it, and where it comes from."""
    told = {"introduced": "introduced", "before": "there before", None: None}[case.change]
    source = None if case.source is None else str(case.source)
    parts = [part for part in (told, case.resource, source) if part and results.plan is not None]
    return f" ({', '.join(parts)})" if parts else ""


def _print_fixed(terminal: Terminal, results: Results, plan: PlanResult, most: int | None) -> None:
    for fixed in plan.fixed[:most]:
        terminal.line(f"  fixed: {results.rules[fixed.rule].id} {fixed.subject}", "green")
    _print_more(terminal, len(plan.fixed), most)


def _print_more(terminal: Terminal, number: int, most: int | None) -> None:
    if most is not None and number > most:
        terminal.line(f"  … and {number - most:,} more; -v shows all", "dim")
