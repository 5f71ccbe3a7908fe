"""How a verdict looks to pytest."""

from dataclasses import dataclass
from typing import Literal

from harness.checking import Case
from harness.report.results import RuleResult
from harness.report.text import case_text

__all__ = ["Outcome", "outcome_of"]


@dataclass(frozen=True)
class Outcome:
    """What pytest makes of a case.

    Attributes:
        kind: `broken` is an error before the test; `expected` is a failure that does not count.
        text: Everything about the case when it failed or broke, else the reason; None when it passed.
        sections: Headings and texts that a passed case shows besides.
    """

    kind: Literal["passed", "failed", "broken", "expected", "skipped"]
    text: str | None = None
    sections: tuple[tuple[str, str], ...] = ()


_PASSED = Outcome("passed")


def outcome_of(rule: RuleResult, case: Case, *, spared: bool) -> Outcome:
    """Return what pytest makes of a case.

    Args:
        rule: The case's rule.
        case: The case.
        spared: Whether a finding does not count because it was there before the plan.
    """
    match case.verdict:
        case "unknown":
            return Outcome("broken", _text(rule, case))
        case "not applicable":
            return Outcome("skipped", case.reason or "")
        case "waived":
            return Outcome("expected", case.reason or "")
        case "failed":
            observed = case.findings[0].observed
            if case.known_since is not None:
                return Outcome("expected", f"in the baseline since {case.known_since}: {observed}")
            if spared:
                return Outcome("expected", f"there before the plan: {observed}")
            if rule.counts:
                return Outcome("failed", _text(rule, case))
            finding = ("finding below --fail-on", _text(rule, case))
            return Outcome("passed", sections=(finding, *_notes(case)))
    return Outcome("passed", sections=_notes(case)) if case.notes else _PASSED


def _notes(case: Case) -> tuple[tuple[str, str], ...]:
    return tuple(("note", note) for note in case.notes)


def _text(rule: RuleResult, case: Case) -> str:
    return case_text(
        rule,
        case.label,
        findings=case.findings,
        notes=case.notes,
        evidence=case.evidence,
        reason=case.reason,
    )
