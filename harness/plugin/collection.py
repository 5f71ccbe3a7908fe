"""Policy files as pytest collectors, cases as pytest items."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.checking import Case
from harness.errors import HarnessError, NotCompliant, UsageError
from harness.model.names import printable_lines
from harness.plugin.inputs import inputs_of, shown_path
from harness.plugin.session import watch
from harness.policy import is_policy
from harness.report.build import rule_result
from harness.report.results import RuleResult
from harness.report.text import case_text

__all__ = ["CaseItem", "NotJudged", "PolicyFile"]


class NotJudged(Exception):
    """A case that could not be judged, as pytest wants to see it: an error, not a failure."""


class PolicyFile(pytest.File):
    """A `*.policy.yaml` file; collecting it judges its rules."""

    def collect(self) -> Iterator["CaseItem"]:
        """Yield one item per case, in the order of the rules and subjects."""
        if not is_policy(self.path):
            self._foreign()
            return
        inputs = inputs_of(self.config)
        runs = inputs.runs_of(self.path)
        watch(self.config)
        for run in runs:
            rule = rule_result(run, 0, inputs.fail_on)
            policy = {"policy": run.policy.path, "file": str(self.path)}
            family = [pytest.mark.family(name=run.rule.check.family).mark] if run.rule.check else []
            marks = [pytest.mark.severity(level=run.severity).mark, *family]
            words = {run.severity, *([run.rule.check.id] if run.rule.check else [])}
            for case in run.cases:
                name = run.name_of(case)
                # pytest 9.2 compares structured ids; only an explicit string survives `--lf`.
                yield CaseItem.from_parent(
                    self,
                    name=name,
                    nodeid=f"{self.nodeid}::{name}",
                    rule=rule,
                    case=case,
                    marks=marks,
                    words=words,
                    spared=inputs.only_new and case.change == "before",
                    report_mark={**policy, "name": name, "verdict": case.verdict},
                )

    def _foreign(self) -> None:
        path = shown_path(self.path)
        if self.session.isinitpath(self.path):
            raise UsageError(
                f"{path} is not a policy: it has no top-level `policy:`", "name a policy, or a folder that holds some"
            )
        self.warn(pytest.PytestCollectionWarning(f"{path} has no top-level `policy:` and was left alone"))

    def repr_failure(  # type: ignore[override]  # pytest's own collector narrows its node in the same way
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> Any:
        """Show problems of policies and orgs as they are, without a traceback."""
        if isinstance(excinfo.value, HarnessError):
            return printable_lines(str(excinfo.value))
        return super().repr_failure(excinfo)


class CaseItem(pytest.Item):
    """One rule applied to one subject. It was judged when it was collected; running it says how.

    Attributes:
        report_mark: What the item's reports carry as `harness`: plain data, so that it crosses processes.
    """

    def __init__(
        self,
        *,
        rule: RuleResult,
        case: Case,
        marks: Sequence[pytest.Mark],
        words: set[str],
        spared: bool,
        report_mark: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.report_mark = report_mark
        self.rule = rule
        self.case = case
        self.spared = spared
        self.own_markers.extend(marks)
        self.keywords.update((mark.name, mark) for mark in marks)
        self.extra_keyword_matches.update(words)
        self.user_properties.extend(_properties(rule, case))

    def setup(self) -> None:
        """Raise what pytest shows as an error when the case could not be judged."""
        if self.case.verdict == "unknown":
            raise NotJudged(self.text())

    def runtest(self) -> None:
        """Come to the outcome that the verdict maps to."""
        reason = self.case.reason or ""
        match self.case.verdict:
            case "not applicable":
                pytest.skip(reason)
            case "waived":
                pytest.xfail(reason)
            case "failed" if self.case.known_since is not None:
                pytest.xfail(f"in the baseline since {self.case.known_since}: {self.case.findings[0].observed}")
            case "failed" if self.spared:
                pytest.xfail(f"there before the plan: {self.case.findings[0].observed}")
            case "failed" if self.rule.counts:
                raise NotCompliant(self.text())
            case "failed":
                self.add_report_section("call", "finding below --fail-on", self.text())
        for note in self.case.notes:
            self.add_report_section("call", "note", note)

    def text(self) -> str:
        """Return everything about the case, a fact a line."""
        case = self.case
        return case_text(
            self.rule,
            case.label,
            findings=case.findings,
            notes=case.notes,
            evidence=case.evidence,
            reason=case.reason,
        )

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show a finding, or why there is no verdict, without a traceback."""
        if isinstance(excinfo.value, NotCompliant | NotJudged | pytest.xfail.Exception):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the rule is written."""
        line = self.rule.position.line
        return self.path, None if line is None else line - 1, self.name


def _properties(rule: RuleResult, case: Case) -> Iterator[tuple[str, object]]:
    yield "rule", rule.id
    yield "verdict", case.verdict
    yield "severity", rule.severity
    if rule.owner:
        yield "owner", rule.owner
    if case.waiver:
        yield "waiver", f"until {case.waiver.until} by {case.waiver.by}"
