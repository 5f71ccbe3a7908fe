"""Results as Markdown: for a comment on a pull request, and for the summary of a CI job.

Whatever comes from an org stands in code spans: there Markdown, HTML, links, mentions and references mean nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from harness.model.verdict import SEVERITIES, VERDICTS
from harness.report.headline import counted, headline
from harness.report.results import CaseResult, Results, RuleResult
from harness.report.text import plain, title_of

__all__ = ["LONGEST", "MARKER", "render_markdown"]

LONGEST: Final = 65_000
"""Bytes of UTF-8; GitHub refuses comments of more than 65,536 characters."""

MARKER: Final = "<!-- wrapup-harness -->"
"""The first line: by it a CI job finds its earlier comment, to replace it."""

_MOST_ROWS = 50
_LONGEST_CELL = 300
_RESERVED = 300
"""Bytes kept for the last line, which says what did not fit."""

_TICKS = re.compile("`+")

_SIGNS: Final = {"findings": "❌", "open": "⚠️", "clear": "✅"}


def render_markdown(results: Results) -> str:
    """Return a comment of at most `LONGEST` bytes: the outcome, the counts, then rules with findings, gravest first."""
    outcome = headline(results)
    lines = [
        MARKER,
        f"## {_SIGNS[outcome.standing]} Wrap-up compliance: {_code(results.org.name)}",
        "",
        f"**{outcome.sentence}**",
        "",
        *_remarks(results),
        f"| {' | '.join(VERDICTS)} |",
        f"|{' ---: |' * len(VERDICTS)}",
        f"| {' | '.join(f'{number:,}' for number in results.tally().values())} |",
        "",
    ]
    text = "\n".join(lines)
    left = LONGEST - _RESERVED - len(text.encode())
    sections = [*_plan(results), *_sections(results)]
    shown = 0
    for section in sections:
        size = len(section.encode())
        if size > left:
            break
        text, left, shown = text + section, left - size, shown + 1
    if shown < len(sections):
        text += f"\n… and {counted(len(sections) - shown, 'more section')}: see the full report.\n"
    return f"{text}\n<sub>wrapup-harness {_code(results.tool_version)}, {_code(results.started_at)}</sub>\n"


def _remarks(results: Results) -> Iterator[str]:
    remarks = []
    if results.partial is not None:
        remarks.append(f"The run did not finish: {_code(results.partial)}")
    if results.selected is not None:
        remarks.append(f"Not all cases were run: {_code(results.selected)}")
    if results.environment is not None:
        remarks.append(f"Environment: {_code(results.environment)}")
    if results.plan is not None:
        told = " (only what it introduces counts)" if results.plan.only_new else ""
        remarks.append(f"Plan: {_code(results.plan.location)}{told}")
    if results.baseline is not None:
        known = sum(case.known_since is not None for case in results.cases)
        remarks.append(f"{counted(known, 'known finding')} in the baseline, not counted")
    if results.baseline is not None and results.baseline.stale:
        stale = counted(len(results.baseline.stale), "entry", "entries")
        remarks.append(f"{stale} of the baseline can be removed: `--update-baseline`")
    for state, what in (
        ("expired", "expired"),
        ("ending", "within 14 days of its end"),
        ("stale", "without a finding"),
    ):
        if number := sum(waiver.state == state for waiver in results.waivers):
            remarks.append(f"{counted(number, 'waiver')} {what}")
    if remarks:
        yield from (f"- {remark}" for remark in remarks)
        yield ""


def _plan(results: Results) -> Iterator[str]:
    """Yield what the plan does that no rule asks about, and what it mends."""
    plan = results.plan
    if plan is None:
        return
    lists = (
        ("The plan also", [f"{_code(it.subject)} {_code(it.detail)}" for it in plan.changes]),
        ("The plan mends", [f"{_code(results.rules[it.rule].id)} {_code(it.subject)}" for it in plan.fixed]),
    )
    for heading, items in lists:
        if items:
            more = [f"- … and {len(items) - _MOST_ROWS:,} more"] if len(items) > _MOST_ROWS else []
            yield "\n".join(["", f"**{heading}**", "", *(f"- {item}" for item in items[:_MOST_ROWS]), *more, ""])


def _sections(results: Results) -> Iterator[str]:
    """Yield one collapsed section for each rule with findings that count, then those that do not, then open cases."""
    groups: list[defaultdict[int, list[CaseResult]]] = [defaultdict(list) for _ in range(3)]
    for case in results.cases:
        if case.verdict == "failed":
            groups[0 if results.counts(case) else 1][case.rule].append(case)
        elif case.verdict == "unknown":
            groups[2][case.rule].append(case)
    for at, what in enumerate(("finding", "finding that does not count", "case that could not be judged")):
        for index in sorted(groups[at], key=lambda it: -SEVERITIES.index(results.rules[it].severity)):
            yield _section(results.rules[index], groups[at][index], what)


def _section(rule: RuleResult, cases: Sequence[CaseResult], what: str) -> str:
    one, many = what, what.replace("finding", "findings").replace("does", "do").replace("case ", "cases ")
    # Inside <summary> Markdown is not read, HTML is.
    summary = (
        f"<b>{escape(plain(rule.id))}</b> {rule.severity}: {escape(title_of(rule))}, {counted(len(cases), one, many)}"
    )
    lines = ["", "<details>", f"<summary>{summary}</summary>", ""]
    lines += ["| subject | observed | expected |", "| --- | --- | --- |"]
    lines += [_row(case) for case in cases[:_MOST_ROWS]]
    if len(cases) > _MOST_ROWS:
        lines.append(f"| … and {len(cases) - _MOST_ROWS:,} more | | |")
    lines.append("")
    lines += [f"{label}: {_code(text)}  " for label, text in (("Why", rule.why), ("Fix", rule.fix)) if text]
    lines += [f"Policy: {_code(str(rule.position))}", "", "</details>", ""]
    return "\n".join(lines)


def _row(case: CaseResult) -> str:
    observed = "; ".join(it.observed for it in case.findings) or case.reason or "no reason was recorded"
    expected = "; ".join(it.expected for it in case.findings)
    cells = [_cell(case.subject), _cell(observed), _cell(expected) if expected else ""]
    if case.change == "introduced":
        cells[0] = f"**new** {cells[0]}"
    if case.known_since is not None:
        cells[0] += f" in the baseline since {_cell(case.known_since)}"
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    # A pipe ends a cell, also within a code span.
    short = text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}…"
    return _code(short).replace("|", "\\|")


def _code(text: str) -> str:
    """Return a text as a code span, whatever backticks it holds."""
    shown = plain(text) or " "
    ticks = "`" * (max((len(run) for run in _TICKS.findall(shown)), default=0) + 1)
    padded = f" {shown} " if "`" in (shown[0], shown[-1]) else shown
    return f"{ticks}{padded}{ticks}"
