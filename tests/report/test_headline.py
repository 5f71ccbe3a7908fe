"""The sentence at the top: what it must say, and what it must never say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.verdict import VERDICTS, Verdict
from harness.report.headline import headline
from harness.report.results import CaseResult, Results
from tests.report.samples import a_case, a_rule, a_run


def sentence(*cases: CaseResult, **fields: Any) -> str:
    return headline(a_run(*cases, **fields)).sentence


def cases(verdict: Verdict, number: int = 1) -> list[CaseResult]:
    return [a_case(verdict, f"queue {verdict} {index}") for index in range(number)]


def test_all_passed_is_the_one_time_it_says_compliant() -> None:
    assert sentence(*cases("passed", 3)) == "Compliant with 1 rule: all 3 cases passed."
    assert sentence(*cases("passed")) == "Compliant with 1 rule: the one case passed."


def test_rules_that_judged_nothing_are_named_beside_compliant() -> None:
    """A reader must not think that a rule without subjects was met."""
    rules = (a_rule("A"), a_rule("B"))
    quiet = a_case("not applicable", "no subject", rule=1, identity=None)
    assert sentence(*cases("passed", 2), quiet, rules=rules) == (
        "Compliant with 1 rule: all 2 cases passed; 1 rule had nothing to judge."
    )


def test_findings_that_all_count() -> None:
    assert sentence(*cases("failed")) == "1 finding that counts."
    assert sentence(*cases("failed", 2), *cases("passed")) == "2 findings that count."
    assert sentence(*cases("failed", 1_200)) == "1,200 findings that count."


def test_findings_of_which_some_count() -> None:
    rules = (a_rule("A"), a_rule("B", severity="advice", counts=False))
    mild = a_case("failed", rule=1)
    assert sentence(*cases("failed"), mild, rules=rules) == "2 findings, 1 of which counts."
    assert sentence(*cases("failed", 2), mild, rules=rules) == "3 findings, 2 of which count."


def test_findings_below_fail_on_are_still_findings() -> None:
    rules = (a_rule(severity="minor", counts=False),)
    assert sentence(*cases("failed", 2), rules=rules, fail_on="major") == (
        "2 findings, none of which counts because all are milder than major."
    )
    assert sentence(*cases("failed"), rules=rules, fail_on="major") == (
        "1 finding, which does not count because all are milder than major."
    )


def test_fail_on_never_does_not_hide_findings() -> None:
    """The demo runs so; its report must not look clean."""
    rules = (a_rule(severity="critical", counts=False),)
    assert sentence(*cases("failed", 2), rules=rules, fail_on="never") == (
        "2 findings, none of which counts because this run was told to let nothing count."
    )


def test_unknown_only() -> None:
    assert sentence(*cases("unknown", 2)) == (
        "Nothing was examined, so nothing can be concluded; 2 cases could not be judged."
    )


def test_unknown_beside_passed_leaves_the_outcome_open() -> None:
    assert sentence(*cases("passed", 9), *cases("unknown")) == (
        "No finding among the 9 cases that were judged, but 1 case could not be judged: the outcome is open."
    )


def test_findings_and_unknown() -> None:
    assert sentence(*cases("failed", 7), *cases("unknown", 3)) == "7 findings that count; 3 cases could not be judged."


def test_nothing_examined() -> None:
    expected = "Nothing was examined, so nothing can be concluded."
    assert sentence() == expected
    assert sentence(*cases("not applicable", 4)) == expected
    assert sentence(rules=()) == expected


def test_partial_run() -> None:
    assert sentence(*cases("passed", 2), partial="interrupted") == (
        "No finding among the 2 cases that were judged, but the run did not finish: the outcome is open."
    )
    assert sentence(*cases("failed"), partial="interrupted") == "1 finding that counts; the run did not finish."
    assert sentence(partial="interrupted") == (
        "Nothing was examined, so nothing can be concluded; the run did not finish."
    )


def test_selected_run() -> None:
    assert sentence(*cases("passed"), selected="-k Billing") == (
        "No finding among the 1 case that was judged, but only selected cases were run: the outcome is open."
    )


def test_waived_findings_are_said() -> None:
    assert (
        sentence(*cases("passed", 5), *cases("waived", 2))
        == "No open finding: 5 cases passed and 2 findings are waived."
    )
    assert sentence(*cases("waived")) == "No open finding: 0 cases passed and 1 finding is waived."


@pytest.mark.parametrize(
    ("verdict", "standing"),
    [("passed", "clear"), ("waived", "clear"), ("failed", "findings"), ("unknown", "open"), ("not applicable", "open")],
)
def test_standing(verdict: Verdict, standing: str) -> None:
    assert headline(a_run(*cases(verdict))).standing == standing


@given(
    verdicts=st.lists(st.sampled_from(VERDICTS), max_size=8),
    counts=st.booleans(),
    partial=st.none() | st.just("interrupted"),
    selected=st.none() | st.just("--lf"),
)
def test_it_never_claims_more_than_it_saw(
    verdicts: list[Verdict], counts: bool, partial: str | None, selected: str | None
) -> None:
    """Compliant: only when there is a pass and nothing else than passes and cases that do not apply."""
    run: Results = a_run(
        *(a_case(verdict, f"queue {index}") for index, verdict in enumerate(verdicts)),
        rules=(a_rule(counts=counts),),
        partial=partial,
        selected=selected,
        fail_on="minor" if counts else "never",
    )
    whole = partial is None and selected is None
    clean = "passed" in verdicts and set(verdicts) <= {"passed", "not applicable"}
    said = headline(run)
    assert ("complian" in said.sentence.lower()) == (whole and clean)
    assert (said.standing == "clear") <= (whole and not {"failed", "unknown"} & set(verdicts))
    assert ("finding that" in said.sentence or "findings" in said.sentence) >= ("failed" in verdicts and counts)
    if "unknown" in verdicts:
        assert "could not be judged" in said.sentence


def test_known_findings_are_told_apart_and_never_called_compliant() -> None:
    known = [a_case("failed", f"queue {n}", known_since="2026-01-02") for n in range(2)]
    assert sentence(known[0]) == "1 finding: none counts, 1 is in the baseline."
    assert sentence(*known, *cases("passed", 3)) == "2 findings: none counts, 2 are in the baseline."
    assert sentence(*known, *cases("failed", 3)) == "5 findings: 3 count, 2 are in the baseline."
    mild = a_rule("A", severity="advice", counts=False)
    assert (
        sentence(*known, a_case("failed", rule=1), *cases("failed"), rules=(a_rule(), mild))
        == "4 findings: 1 counts, 2 are in the baseline, 1 does not count."
    )
    assert headline(a_run(*known)).standing == "findings"
