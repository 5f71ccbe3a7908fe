"""The one sentence that a run comes to; it never claims more than the run saw."""

from dataclasses import dataclass
from typing import Literal

from harness.report.results import Results

__all__ = ["Headline", "counted", "headline"]


@dataclass(frozen=True)
class Headline:
    """The outcome in words.

    Attributes:
        standing: `findings`: something is wrong; `open`: nothing is known to be wrong, but not everything was
            judged; `clear`: everything that the rules are about was judged, and nothing is wrong.
        sentence: One plain sentence. It says "compliant" only when every case of a whole run passed.
    """

    standing: Literal["findings", "open", "clear"]
    sentence: str


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun.

    Example:
        >>> counted(1, "finding"), counted(1200, "finding"), counted(2, "case that was judged", "cases that were judged")
        ('1 finding', '1,200 findings', '2 cases that were judged')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def headline(results: Results) -> Headline:
    """Return what a run comes to."""
    tally = results.tally()
    judged = tally["passed"] + tally["failed"] + tally["waived"]
    unknown = f"{counted(tally['unknown'], 'case')} could not be judged" if tally["unknown"] else None
    unfinished = _unfinished(results)
    if tally["failed"]:
        parts = [_findings(results, tally["failed"]), unknown, unfinished]
        return Headline("findings", _sentence("; ".join(part for part in parts if part)))
    if not judged:
        parts = ["nothing was examined, so nothing can be concluded", unknown, unfinished]
        return Headline("open", _sentence("; ".join(part for part in parts if part)))
    gaps = " and ".join(part for part in (unknown, unfinished) if part)
    if gaps:
        among = counted(judged, "case that was judged", "cases that were judged")
        return Headline("open", f"No finding among the {among}, but {gaps}: the outcome is open.")
    if tally["waived"]:
        waived = f"{counted(tally['waived'], 'finding is', 'findings are')} waived"
        return Headline("clear", f"No open finding: {counted(tally['passed'], 'case')} passed and {waived}.")
    silent = len(results.rules) - len({case.rule for case in results.cases if case.verdict == "passed"})
    nothing = f"; {counted(silent, 'rule')} had nothing to judge" if silent else ""
    rules = counted(len(results.rules) - silent, "rule")
    return Headline("clear", f"Compliant with {rules}: {_all(tally['passed'])}{nothing}.")


def _findings(results: Results, failed: int) -> str:
    counting = results.counting_findings()
    findings = counted(failed, "finding")
    known = sum(case.known_since is not None for case in results.cases)
    before = 0
    if results.plan is not None and results.plan.only_new:
        failures = (case for case in results.cases if case.verdict == "failed" and case.known_since is None)
        before = sum(case.change == "before" for case in failures)
    if known or before:
        return _with_known(findings, failed, known, before, counting)
    if counting == failed:
        return f"{findings} that count{'s' if failed == 1 else ''}"
    if counting:
        return f"{findings}, {counting:,} of which count{'s' if counting == 1 else ''}"
    none = "which does not count" if failed == 1 else "none of which counts"
    if results.fail_on == "never":
        return f"{findings}, {none} because this run was told to let nothing count"
    return f"{findings}, {none} because all are milder than {results.fail_on}"


def _with_known(findings: str, failed: int, known: int, before: int, counting: int) -> str:
    mild = failed - known - before - counting
    parts = [
        f"{f'{counting:,}' if counting else 'none'} count{'' if counting > 1 else 's'}",
        *([f"{known:,} {'is' if known == 1 else 'are'} in the baseline"] if known else []),
        *([f"{before:,} {'was' if before == 1 else 'were'} there before the plan"] if before else []),
        *([f"{mild:,} {'does' if mild == 1 else 'do'} not count"] if mild else []),
    ]
    return f"{findings}: {', '.join(parts)}"


def _unfinished(results: Results) -> str | None:
    if results.partial is not None:
        return "the run did not finish"
    return None if results.selected is None else "only selected cases were run"


def _all(passed: int) -> str:
    return "the one case passed" if passed == 1 else f"all {passed:,} cases passed"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
