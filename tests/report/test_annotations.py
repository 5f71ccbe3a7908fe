"""GitHub annotations: at a line, whatever the names are, and never in the way of the job's log."""

import re

from hypothesis import given
from hypothesis import strategies as st

from harness.model import Position
from harness.report.annotations import MOST_OF_A_LEVEL, render_annotations
from harness.report.results import FindingResult, Results
from tests.report.samples import a_believable_run, a_case, a_rule, a_run

_COMMAND = re.compile(r"::(error|warning|notice) file=([^,:]+),line=(\d+),title=([^,:]+)::([^\r\n]*)")


def commands(results: Results) -> list[tuple[str, str, str, str, str]]:
    """Level, file, line, title and message of every line, unescaped as GitHub's runner does."""
    found = []
    for line in render_annotations(results).splitlines():
        match = _COMMAND.fullmatch(line)
        assert match, line
        level, *rest = match.groups()
        plain = [text.replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%") for text in rest]
        found.append((level, *plain))
    return found  # type: ignore[return-value]  # five texts, by the pattern


def test_a_run_without_findings_has_the_outcome_alone() -> None:
    assert commands(a_run(a_case("passed"))) == [
        ("notice", "suites/gate/retail.policy.yaml", "14", "Wrap-up compliance", "Compliant with 1 rule: the one case passed.")
    ]  # fmt: skip
    assert render_annotations(a_run(rules=())) == ""


def test_findings_of_a_rule_share_an_annotation() -> None:
    run = a_run(*(a_case("failed", f"queue {n}") for n in range(7)), rules=(a_rule(fix="Admin > Queues"),))
    (error, notice) = commands(run)
    assert error[:4] == ("error", "suites/gate/retail.policy.yaml", "14", "RTL-001 major: 7 findings")
    assert error[4].splitlines() == [
        "A queue demands a wrap-up code",
        *(f"queue {n}: prompt is OPTIONAL; expected: MANDATORY" for n in range(5)),
        "… and 2 more",
        "fix: Admin > Queues",
    ]
    assert notice[4] == "7 findings that count."


def test_what_does_not_count_is_a_warning_and_what_is_known_is_silent() -> None:
    run = a_run(
        a_case("failed", known_since="2026-01-02"),
        a_case("waived"),
        a_case("failed", "queue Mild", rule=1),
        a_case("unknown", "queue Dim", reason="members are hidden"),
        rules=(a_rule(), a_rule("RTL-002", severity="advice", counts=False)),
    )
    first, second, notice = commands(run)
    assert (first[0], first[3]) == ("warning", "RTL-001 major: 1 case")
    assert first[4].endswith("\nqueue Dim: could not be judged: members are hidden")
    assert (second[0], second[3]) == ("warning", "RTL-002 advice: 1 case")
    assert notice[0] == "notice"


def test_no_more_than_github_shows_the_gravest_first_and_the_rest_is_told() -> None:
    rules = tuple(
        a_rule(f"R-{n:02}", severity="critical" if n == 14 else "minor", position=Position("p", n + 1))
        for n in range(15)
    )
    run = a_run(*(a_case("failed", rule=n) for n in range(15)), rules=rules)
    found = commands(run)
    assert [level for level, *_ in found] == ["error"] * MOST_OF_A_LEVEL + ["notice"]
    assert found[0][3] == "R-14 critical: 1 finding"
    assert found[-1][4] == "15 findings that count.\n5 more cases of 5 rules are in the reports alone"


def test_a_rule_without_a_line_is_at_the_first() -> None:
    run = a_run(a_case("failed"), rules=(a_rule(position=Position("a,b:c.policy.yaml")),))
    assert commands(run)[0][1:3] == ("a,b:c.policy.yaml", "1")


def test_a_believable_run_fits() -> None:
    assert len(commands(a_believable_run())) <= 2 * MOST_OF_A_LEVEL + 1


@given(st.text(), st.text())
def test_any_text_stays_within_its_command(subject: str, observed: str) -> None:
    """A line break would end the command, and the next line could be a command of its own."""
    case = a_case("failed", f"queue {subject}", findings=(FindingResult(observed=observed, expected="x"),))
    text = render_annotations(a_run(case, rules=(a_rule(title=f"T {observed}", fix=subject),)))
    assert len(re.split(r"[\r\n]", text.rstrip("\n"))) == 2
    assert all(_COMMAND.fullmatch(line) for line in text.split("\n")[:-1])


def test_findings_of_a_plan_are_at_their_resources() -> None:
    run = a_run(a_case("failed", source=Position("queues.tf", 7)), a_case("failed", source=Position("queues.tf", 9)))
    assert [(file, line) for _, file, line, *_ in commands(run)[:2]] == [("queues.tf", "7"), ("queues.tf", "9")]
