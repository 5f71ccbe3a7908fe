"""Findings as GitHub workflow commands, which show them at the lines of a change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from harness.model import Position
from harness.model.verdict import SEVERITIES
from harness.report.headline import counted, headline
from harness.report.results import CaseResult, Results
from harness.report.text import plain, title_of

__all__ = ["MOST_OF_A_LEVEL", "render_annotations"]

MOST_OF_A_LEVEL: Final = 10
"""GitHub shows ten errors, ten warnings and ten notices of a step, and drops the others in silence."""

_MOST_SUBJECTS = 5

_Level = Literal["error", "warning"]


@dataclass(frozen=True)
class _Group:
    """What is told in one annotation: the cases of one rule at one place."""

    level: _Level
    rule: int
    position: Position
    cases: list[CaseResult]


def render_annotations(results: Results) -> str:
    """Return workflow commands, a line each: an error for findings that count, a warning for what else is open.

    The cases of one rule at one place share an annotation. The last line is a notice that says what the run came to,
    and how much could not be shown.

    Source:
        GitHub, "Workflow commands for GitHub Actions"; its runner unescapes %25, %0D, %0A, and %3A, %2C in properties.
    """
    groups = _groups(results)
    shown = [
        group
        for level in ("error", "warning")
        for group in [group for group in groups if group.level == level][:MOST_OF_A_LEVEL]
    ]
    lines = [_annotation(results, group) for group in shown]
    if results.rules:
        lines.append(_summary(results, groups, shown))
    return "".join(f"{line}\n" for line in lines)


def _groups(results: Results) -> Sequence[_Group]:
    found: dict[tuple[_Level, int, Position], _Group] = {}
    for case in results.cases:
        if case.known_since is not None or case.verdict not in ("failed", "unknown"):
            continue
        level: _Level = "error" if results.counts(case) else "warning"
        position = case.source or results.rules[case.rule].position
        group = found.setdefault((level, case.rule, position), _Group(level, case.rule, position, []))
        group.cases.append(case)
    return sorted(found.values(), key=lambda it: -SEVERITIES.index(results.rules[it.rule].severity))


def _annotation(results: Results, group: _Group) -> str:
    rule = results.rules[group.rule]
    number = counted(len(group.cases), "case" if group.level == "warning" else "finding")
    lines = [title_of(rule)]
    lines += [_told(case) for case in group.cases[:_MOST_SUBJECTS]]
    if len(group.cases) > _MOST_SUBJECTS:
        lines.append(f"… and {len(group.cases) - _MOST_SUBJECTS:,} more")
    if rule.fix:
        lines.append(f"fix: {rule.fix}")
    return _command(group.level, group.position, f"{rule.id} {rule.severity}: {number}", lines)


def _told(case: CaseResult) -> str:
    if case.verdict == "unknown":
        return f"{case.subject}: could not be judged: {case.reason or 'no reason was recorded'}"
    return "; ".join(
        [f"{case.subject}: {it.observed}; expected: {it.expected}" for it in case.findings] or [case.subject]
    )


def _summary(results: Results, groups: Sequence[_Group], shown: Sequence[_Group]) -> str:
    lines = [headline(results).sentence]
    hidden = sum(len(group.cases) for group in groups) - sum(len(group.cases) for group in shown)
    if hidden:
        rules = len({group.rule for group in groups} - {group.rule for group in shown})
        lines.append(f"{counted(hidden, 'more case')} of {counted(rules, 'rule')} are in the reports alone")
    return _command("notice", results.rules[0].position, "Wrap-up compliance", lines)


def _command(level: str, position: Position, title: str, lines: Sequence[str]) -> str:
    properties = f"file={_property(position.path)},line={position.line or 1},title={_property(title)}"
    return f"::{level} {properties}::{'%0A'.join(_data(line) for line in lines)}"


def _data(text: str) -> str:
    return plain(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
