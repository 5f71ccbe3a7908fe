"""What a plan changes leads the page; further sections find their place; large runs stay bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from harness.report.arrange import MOST_LISTED, arrange
from harness.report.html import SECTIONS, Section, render_page, render_panels, script_source
from harness.report.plan import plan_sentence
from harness.report.results import PlanResult
from tests.browser.pages import a_large_run, a_plan_run
from tests.report.page import Page
from tests.report.samples import HOSTILE, a_case, a_rule, a_run

PLAN = PlanResult(location="plan.json", sha256="ab" * 32, base="fixtures/harbor")


def test_without_a_plan_nothing_is_said_of_one() -> None:
    markup = render_panels(a_run(a_case("failed")))
    assert plan_sentence(a_run(a_case("failed"))) is None
    assert 'id="plan"' not in markup
    assert "The plan" not in Page(markup).text


def test_a_plan_judged_alone_says_why_nothing_is_compared() -> None:
    """Nothing introduced and nothing fixed would read as harmless."""
    run = a_run(a_case("failed"), plan=PlanResult(location="plan.json", sha256="ab" * 32))
    text = Page(render_panels(run)).text
    assert plan_sentence(run) is None
    assert "The plan plan.json was judged alone. What it changes can be told when it is laid over an org" in text
    assert "Findings it introduces" not in text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ((), "The plan introduces 0 findings and fixes 0; 0 were there before."),
        (("introduced",), "The plan introduces 1 finding and fixes 0; 0 were there before."),
        (("before", "introduced", "introduced"), "The plan introduces 2 findings and fixes 0; 1 was there before."),
    ],
)
def test_the_sentence_counts(changes: tuple[str, ...], sentence: str) -> None:
    run = a_run(*(a_case("failed", f"queue {at}", change=change) for at, change in enumerate(changes)), plan=PLAN)
    assert plan_sentence(run) == sentence
    text = Page(render_panels(run)).text
    assert text.count(sentence) == 2
    assert text.count("None.") >= (not changes) * 3


def test_the_section_says_what_it_introduces_changes_and_fixes() -> None:
    read = Page(render_panels(a_plan_run()))
    assert read.open == []
    ids = read.values("id")
    assert len(ids) == len(set(ids))
    assert {href.removeprefix("#") for href in read.values("href")} <= set(ids)
    assert not read.tags() & {"img", "svg"}
    assert [text for level, text in read.headings if level == 2][:2] == ["Contents", "1 What the plan changes"]
    order = ["The plan also", "Findings it introduces", "Findings it fixes", "Findings that were there before"]
    assert [text for level, text in read.headings if level == 3][:4] == order
    for part in (
        "deleted in use code Refund is deleted while it is offered on queue 'Billing' genesyscloud_routing_wrapupcode.refund",
        "new id code Sale gets a new id, so that its history splits",
        "fixed RTL-001 queue Mended today: prompt is OPTIONAL",
        f"Show the other {2 + len(HOSTILE)} findings",
        "modules/queues/main.tf:14",
        "The plan File plan.json Terraform 1.9.5 Laid over fixtures/harbor",
    ):
        assert part in read.text


def test_long_lists_of_a_plan_are_bounded() -> None:
    cases = (a_case("failed", f"queue {at}", change="introduced") for at in range(205))
    text = Page(render_panels(a_run(*cases, plan=PLAN))).text
    assert "and 5 more findings, marked “introduced” among the findings" in text


def test_only_new_findings_come_first_and_the_rest_says_it_was_there() -> None:
    cases = (
        a_case("failed", f"queue {name}", change=change) for name, change in (("old", "before"), ("new", "introduced"))
    )
    run = a_run(*cases, plan=PlanResult(location="p", sha256="", base="org", only_new=True))
    text = Page(render_panels(run)).text
    findings = text[text.index("2 findings") :]
    assert "Only what it introduces counts." in text
    assert findings.index("queue new introduced") < findings.index("queue old there before")


def test_a_further_section_stands_before_the_one_that_it_names() -> None:
    picture = Markup('<svg role="img" aria-label="trend"></svg>')
    sections = [Section("trend", "Trend", picture), Section("last", "Last", Markup("<p>x</p>"), before="sign-off")]
    page = render_page(a_run(), sections)
    read = Page(page)
    anchors = [attributes["id"] for tag, attributes in read.elements if tag == "section"]
    assert anchors == [
        "verdicts", "trend", *[it.anchor for it in SECTIONS[1:-1]], "last", "sign-off",
    ]  # fmt: skip
    assert ("a", {"href": "#trend"}) in read.elements
    assert '<svg role="img" aria-label="trend"></svg>' in page


def test_a_further_section_that_is_plain_text_adds_no_element() -> None:
    unsafe: Markup = "<img src=x>"  # type: ignore[assignment]  # what a caller may do all the same
    assert "img" not in Page(render_page(a_run(), [Section("x", "X", unsafe)])).tags()


def test_a_large_run_lists_a_bounded_number_of_findings_and_says_so() -> None:
    """A hundred thousand cases must open as fast as a hundred."""
    run = a_large_run(20_000)
    markup = render_panels(run)
    assert markup.count('class="w-finding"') == MOST_LISTED
    text = Page(markup).text
    assert "There are 3,000 findings, waived ones included: 1,000 are listed here, some of every rule" in text
    assert "50 more findings are not listed here: see them among the cases" in text
    assert len(markup) < 3_000_000


@given(st.lists(st.integers(0, 3_000), min_size=1, max_size=12))
def test_every_rule_gets_its_share_of_the_list(failed: list[int]) -> None:
    """No rule with findings is left out because another has many, and no room is left while a finding is unlisted."""
    rules = tuple(a_rule(f"R-{number}") for number in range(len(failed)))
    cases = (case for rule, many in enumerate(failed) for case in [a_case("failed", rule=rule)] * many)
    panels = arrange(a_run(*cases, rules=rules))
    listed = {panel.number: len(panel.listed["failed"]) for panel in panels.rules}
    assert sum(listed.values()) <= MOST_LISTED
    assert panels.unlisted == sum(failed) - sum(listed.values())
    if sum(failed) <= MOST_LISTED:
        assert listed == dict(enumerate(failed))
    fair = MOST_LISTED // len(failed)
    assert all(listed[number] >= min(wanted, fair) for number, wanted in enumerate(failed))


def test_what_allows_a_script_is_its_hash() -> None:
    assert script_source("alert(1)") == "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"
