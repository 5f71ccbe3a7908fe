"""Policy files as pytest collectors, cases as pytest items."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest

from harness.checking import Case, RuleRun
from harness.errors import HarnessError, NotCompliant, UsageError
from harness.model.garbage import paused_collection
from harness.model.names import printable_lines
from harness.plugin.inputs import inputs_of, shown_path
from harness.plugin.outcomes import Outcome, outcome_of
from harness.plugin.session import watch
from harness.policy import is_policy
from harness.report.build import rule_result
from harness.report.results import RuleResult

__all__ = ["CaseItem", "Frame", "NotJudged", "PolicyFile"]


class NotJudged(Exception):
    """A case that could not be judged, as pytest wants to see it: an error, not a failure."""


class PolicyFile(pytest.File):
    """A `*.policy.yaml` file; collecting it judges its rules."""

    def collect(self) -> Iterator["CaseItem"]:
        """Yield one item per case, in the order of the rules and subjects."""
        if not is_policy(self.path):
            self._foreign()
            return
        with paused_collection():
            runs = inputs_of(self.config).runs_of(self.path)
            watch(self.config)
            for run in runs:
                frame = Frame(self, run)
                for case in run.cases:
                    name = run.name_of(case)
                    # pytest 9.2 compares structured ids; only an explicit string survives `--lf`.
                    node_id = f"{self.nodeid}::{name}"
                    yield CaseItem.from_parent(self, name=name, nodeid=node_id, frame=frame, case=case)

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


class Frame:
    """What the items of one rule have in common: 100,000 of them are made, and each would pay for its own.

    Attributes:
        rule: The rule, as the results document has it.
        path: The file, from pytest's root folder.
        line: Where the rule is written in it, from 0; None when that is not known.
        marks: The markers of its items.
        marks_by_name: The same, for `item.keywords`.
        words: What `-k` finds them by, besides their names.
        keywords: The names that their reports carry; an item's own is in its node id.
    """

    def __init__(self, file: PolicyFile, run: RuleRun) -> None:
        inputs = inputs_of(file.config)
        check = run.rule.check
        self._only_new = inputs.only_new
        self._mark = {"policy": run.policy.path, "file": str(file.path), "parent": file.nodeid}
        self._marks: dict[str, dict[str, str]] = {}
        self.rule: RuleResult = rule_result(run, 0, inputs.fail_on)
        self.path = os.path.relpath(file.path, file.config.rootpath)
        self.line = None if self.rule.position.line is None else self.rule.position.line - 1
        self.marks = [pytest.mark.severity(level=run.severity).mark]
        if check is not None:
            self.marks.append(pytest.mark.family(name=check.family).mark)
        self.marks_by_name = {mark.name: mark for mark in self.marks}
        self.words = {run.severity, *([check.id] if check else [])}
        self.keywords: dict[str, Literal[1]] = dict.fromkeys((*file.keywords, *self.marks_by_name), 1)

    def outcome_of(self, case: Case) -> Outcome:
        """Return what pytest makes of a case of the rule."""
        return outcome_of(self.rule, case, spared=self._only_new and case.change == "before")

    def properties_of(self, case: Case) -> Sequence[tuple[str, object]]:
        """Return what JUnit shows of a case; of one that passed nothing: five elements for each cost more than the rest."""
        if case.verdict == "passed":
            return ()
        found = [("rule", self.rule.id), ("verdict", case.verdict), ("severity", self.rule.severity)]
        if self.rule.owner:
            found.append(("owner", self.rule.owner))
        if case.waiver:
            found.append(("waiver", f"until {case.waiver.until} by {case.waiver.by}"))
        return found

    def mark_of(self, case: Case) -> dict[str, str]:
        """Return what a case's reports carry as `harness`: plain data, so that it crosses processes."""
        found = self._marks.get(case.verdict)
        if found is None:
            found = self._marks[case.verdict] = {**self._mark, "verdict": case.verdict}
        return found


class CaseItem(pytest.Item):
    """One rule applied to one subject. It was judged when it was collected; running it says how.

    `harness.plugin.running` reports it without pytest's protocol; `setup` and `runtest` are for an item that somebody
    marked, to be skipped perhaps.
    """

    def __init__(self, *, frame: Frame, case: Case, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.frame = frame
        self.case = case
        self.own_markers += frame.marks
        self.keywords.update(frame.marks_by_name)
        self.extra_keyword_matches |= frame.words
        self.user_properties += frame.properties_of(case)

    @property
    def report_mark(self) -> dict[str, str]:
        """What the item's reports carry as `harness`."""
        return self.frame.mark_of(self.case)

    @property
    def is_marked(self) -> bool:
        """Whether it has markers besides ours, which pytest's own protocol sees to."""
        return len(self.own_markers) != len(self.frame.marks)

    def outcome(self) -> Outcome:
        """Return what pytest makes of the case."""
        return self.frame.outcome_of(self.case)

    def setup(self) -> None:
        """Raise what pytest shows as an error when the case could not be judged."""
        outcome = self.outcome()
        if outcome.kind == "broken":
            raise NotJudged(outcome.text)

    def runtest(self) -> None:
        """Come to the outcome that the verdict maps to."""
        outcome = self.outcome()
        match outcome.kind:
            case "failed":
                raise NotCompliant(outcome.text)
            case "expected":
                pytest.xfail(outcome.text or "")
            case "skipped":
                pytest.skip(outcome.text or "")
        for heading, text in outcome.sections:
            self.add_report_section("call", heading, text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show a finding, or why there is no verdict, without a traceback."""
        if isinstance(excinfo.value, NotCompliant | NotJudged | pytest.xfail.Exception):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the rule is written."""
        return self.path, self.frame.line, self.name

    @property
    def location(self) -> tuple[str, int | None, str]:
        """Where the rule is written: path from the root folder, line from 0; and the case's name."""
        return self.frame.path, self.frame.line, self.name
