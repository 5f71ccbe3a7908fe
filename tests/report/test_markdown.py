"""Markdown for a comment: bounded, and every name is a name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.orgs.plan_changes import PlanChange
from harness.report.headline import headline
from harness.report.markdown import LONGEST, MARKER, render_markdown
from harness.report.results import BaselineResult, FindingResult, FixedResult, OrgResult, PlanResult
from tests.report.samples import a_believable_run, a_case, a_rule, a_run, a_waiver

_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)")


def outside_spans(text: str) -> str:
    """What Markdown reads as Markdown: everything but code spans."""
    return _SPAN.sub("", text)


def test_the_outcome_comes_first() -> None:
    run = a_run(a_case("passed"), a_case("failed", "queue Billing"))
    lines = render_markdown(run).splitlines()
    assert lines[0] == MARKER
    assert lines[1] == "## ❌ Wrap-up compliance: `harbor`"
    assert lines[3] == f"**{headline(run).sentence}**"
    assert "| 1 | 0 | 0 | 1 | 0 |" in lines
    assert "| `queue Billing` | `prompt is OPTIONAL` | `MANDATORY` |" in lines


def test_nothing_found_is_short() -> None:
    assert "<details>" not in render_markdown(a_run(a_case("passed"), a_case("waived")))


def test_what_counts_comes_before_what_does_not() -> None:
    run = a_run(
        a_case("unknown", "queue Dim", reason="hidden"),
        a_case("failed", "queue Mild", rule=1),
        a_case("failed", "queue Known", known_since="2026-01-02"),
        a_case("failed", "queue New"),
        a_case("failed", "queue Other"),
        rules=(a_rule(why="Finance.", fix="Admin"), a_rule("R-2", severity="advice", counts=False)),
    )
    summaries = re.findall(r"<summary>(.*)</summary>", render_markdown(run))
    assert summaries == [
        "<b>RTL-001</b> major: A queue demands a wrap-up code, 2 findings",
        "<b>RTL-001</b> major: A queue demands a wrap-up code, 1 finding that does not count",
        "<b>R-2</b> advice: A queue demands a wrap-up code, 1 finding that does not count",
        "<b>RTL-001</b> major: A queue demands a wrap-up code, 1 case that could not be judged",
    ]
    assert "| `queue Known` in the baseline since `2026-01-02` |" in render_markdown(run)


def test_what_limits_the_outcome_is_said() -> None:
    run = a_run(
        a_case("failed", known_since="2026-01-02"),
        partial="stopped", selected="1 of 2", environment="dev",
        waivers=(a_waiver(state="expired"), a_waiver(state="stale")),
        baseline=BaselineResult(path="b.json", stale=("R-9 queue Gone",)),
    )  # fmt: skip
    assert [line for line in render_markdown(run).splitlines() if line.startswith("- ")] == [
        "- The run did not finish: `stopped`",
        "- Not all cases were run: `1 of 2`",
        "- Environment: `dev`",
        "- 1 known finding in the baseline, not counted",
        "- 1 entry of the baseline can be removed: `--update-baseline`",
        "- 1 waiver expired",
        "- 1 waiver without a finding",
    ]


@pytest.mark.parametrize("name", ["Queue", "客服" * 40, "|" * 100])
def test_a_comment_is_never_longer_than_github_takes(name: str) -> None:
    rules = tuple(a_rule(f"R-{n}") for n in range(40))
    cases = [a_case("failed", f"queue {name} {n}", rule=n % 40) for n in range(20_000)]
    text = render_markdown(a_run(*cases, rules=rules))
    assert len(text.encode()) <= LONGEST
    assert "… and " in text
    assert text.endswith("</sub>\n")


def test_details_are_closed() -> None:
    text = render_markdown(a_believable_run())
    assert text.count("<details>") == text.count("</details>") == text.count("<summary>")


@pytest.mark.parametrize(
    "name",
    [
        "@org/team",
        "#1",
        "https://evil.example",
        "<img src=x onerror=alert(1)>",
        "a`b",
        "``",
        "`",
        "a|b",
        "a\\|b",
        "*x*",
    ],
)
def test_a_name_is_not_markdown(name: str) -> None:
    """A queue called @org/team must not notify anybody, one called <img> must not load anything."""
    org = OrgResult(name=name, kind="recording", location="x")
    text = render_markdown(a_run(a_case("failed", f"queue {name}"), org=org))
    rest = outside_spans(text)
    assert name not in rest.replace("| |", "")
    row = next(line for line in text.splitlines() if line.startswith("| ") and "queue" in line and "prompt" in line)
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == 4, "three cells"


@given(st.text(), st.text())
def test_any_text_stays_in_its_row(subject: str, observed: str) -> None:
    case = a_case("failed", f"queue {subject}", findings=(FindingResult(observed=observed, expected="x"),))
    before = render_markdown(a_run(a_case("failed"))).count("\n")
    text = render_markdown(a_run(case))
    assert text.count("\n") == before
    assert len(text.splitlines()) == before
    assert "<" not in outside_spans(text).replace(MARKER, "").replace("<details>", "").replace("</details>", "").replace(
        "<summary>", "").replace("</summary>", "").replace("<b>", "").replace("</b>", "").replace("<sub>", "").replace("</sub>", "")  # fmt: skip


def test_a_plan_says_what_it_changes() -> None:
    plan = PlanResult(
        location="plan.json", sha256="ab", only_new=True,
        changes=tuple(PlanChange(kind="new id", subject=f"code {n}", detail="gets a new id") for n in range(51)),
        fixed=(FixedResult(rule=0, subject="queue Mended"),),
    )  # fmt: skip
    text = render_markdown(a_run(a_case("failed", change="introduced"), a_case("failed", change="before"), plan=plan))
    assert "- Plan: `plan.json` (only what it introduces counts)\n" in text
    assert "**The plan also**\n\n- `code 0` `gets a new id`\n" in text
    assert "- … and 1 more\n" in text
    assert "**The plan mends**\n\n- `RTL-001` `queue Mended`\n" in text
    assert "| **new** `queue Billing` |" in text
