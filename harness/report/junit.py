"""Results as JUnit XML: a suite per policy, in it a suite per rule, whose properties carry what JUnit has no word for.

Valid by the schema that Jenkins' xunit plugin publishes (`junit-10.xsd`). That schema has properties on suites alone,
which is why each rule is a suite.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from harness.report.results import CaseResult, Results, RuleResult
from harness.report.text import case_text, plain

__all__ = ["render_junit"]

_Outcome = Literal["passed", "failure", "error", "skipped"]


def render_junit(results: Results) -> str:
    """Return JUnit XML.

    A finding that counts is a failure, a case that could not be judged is an error. Skipped, with the reason: what was
    waived, what the baseline has, and what is not applicable. A finding that does not count passes, and says so in its
    output.
    """
    cases: list[list[CaseResult]] = [[] for _ in results.rules]
    for case in results.cases:
        cases[case.rule].append(case)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    totals = _totals(results, results.cases)
    lines.append(f"<testsuites{_attributes(name='wrapup', **_without_skipped(totals))}>")
    for index, policy in enumerate(results.policies):
        rules = [number for number, rule in enumerate(results.rules) if rule.policy == index]
        totals = _totals(results, [case for number in rules for case in cases[number]])
        lines.append(
            f"<testsuite{_attributes(name=policy.name, timestamp=results.started_at, file=policy.path, **totals)}>"
        )
        lines.append(_properties(_of_the_run(results)))
        for number in rules:
            lines.extend(_rule(results, results.rules[number], cases[number]))
        lines.append("</testsuite>")
    lines.append("</testsuites>")
    return "".join(f"{line}\n" for line in lines)


def _rule(results: Results, rule: RuleResult, cases: Sequence[CaseResult]) -> Iterator[str]:
    totals = _totals(results, cases)
    yield f"<testsuite{_attributes(name=rule.id, file=rule.position.path, **totals)}>"
    yield _properties(
        {
            "rule": rule.id,
            "title": rule.title,
            "severity": rule.severity,
            "counts": "yes" if rule.counts else "no",
            "owner": rule.owner,
            "check": rule.check,
            "controls": ", ".join(rule.controls),
            "policy": str(rule.position),
            **_waivers(results, cases),
        }
    )
    for case in cases:
        yield from _case(results, rule, case)
    yield "</testsuite>"


def _waivers(results: Results, cases: Sequence[CaseResult]) -> Mapping[str, str]:
    """Return one property for each waiver that these cases met."""
    met = dict.fromkeys(case.waiver for case in cases if case.waiver is not None)
    waivers = [results.waivers[index] for index in met]
    return {
        "waiver" if number == 0 else f"waiver.{number + 1}": (
            f"{waiver.subject}: {waiver.state}, until {waiver.until} by {waiver.by}: {waiver.reason}"
        )
        for number, waiver in enumerate(waivers)
    }


def _case(results: Results, rule: RuleResult, case: CaseResult) -> Iterator[str]:
    start = f"<testcase{_attributes(name=f'{rule.id}[{case.subject}]', classname=_class_name(results, rule))}"
    outcome = _outcome(results, case)
    if outcome == "passed" and not case.findings and not case.notes:
        yield f"{start}/>"
        return
    yield f"{start}>"
    text = case_text(
        rule,
        case.subject,
        findings=case.findings,
        notes=case.notes,
        evidence=case.evidence,
        reason=case.reason,
    )
    match outcome:
        case "skipped":
            yield f"<skipped{_attributes(type=_kind(case), message=_why_skipped(case))}/>"
        case "passed":
            yield f"<system-out>{_text(text)}</system-out>"
        case _:
            message = "; ".join(it.observed for it in case.findings) or case.reason or "could not be judged"
            yield f"<{outcome}{_attributes(type=rule.severity, message=message)}>{_text(text)}</{outcome}>"
    yield "</testcase>"


def _outcome(results: Results, case: CaseResult) -> _Outcome:
    match case.verdict:
        case "unknown":
            return "error"
        case "waived" | "not applicable":
            return "skipped"
        case "failed" if results.counts(case):
            return "failure"
        case "failed" if case.known_since is not None:
            return "skipped"
    return "passed"


def _kind(case: CaseResult) -> str:
    return "baseline" if case.verdict == "failed" else case.verdict


def _why_skipped(case: CaseResult) -> str:
    if case.verdict == "failed":
        return f"in the baseline since {case.known_since}: {'; '.join(it.observed for it in case.findings)}"
    return case.reason or case.verdict


def _totals(results: Results, cases: Sequence[CaseResult]) -> dict[str, str]:
    counted = Counter(_outcome(results, case) for case in cases)
    return {
        "tests": str(len(cases)),
        "failures": str(counted["failure"]),
        "errors": str(counted["error"]),
        "skipped": str(counted["skipped"]),
    }


def _without_skipped(totals: dict[str, str]) -> dict[str, str]:
    # The schema does not have it on the outermost element.
    return {name: value for name, value in totals.items() if name != "skipped"}


def _of_the_run(results: Results) -> Mapping[str, str | None]:
    org = results.org
    return {
        "org": org.name,
        "source": f"{org.kind} {org.location}",
        "recorded_at": org.recorded_at,
        "environment": results.environment,
        "fail_on": results.fail_on,
        "exit_code": str(results.exit_code),
        "partial": results.partial,
        "selected": results.selected,
        "plan": results.plan.location if results.plan else None,
        "baseline": results.baseline.path if results.baseline else None,
    }


def _class_name(results: Results, rule: RuleResult) -> str:
    return results.policies[rule.policy].path


def _properties(values: Mapping[str, str | None]) -> str:
    inner = "".join(f"<property{_attributes(name=name, value=value)}/>" for name, value in values.items() if value)
    return f"<properties>{inner}</properties>"


def _attributes(**values: str) -> str:
    return "".join(f" {name}={quoteattr(plain(value))}" for name, value in values.items())


def _text(text: str) -> str:
    return "\n".join(escape(plain(line)) for line in text.splitlines())
