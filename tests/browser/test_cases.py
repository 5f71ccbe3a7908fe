"""The list of all cases in a real browser, at every size."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest

from harness.model.names import printable
from harness.report.csv import render_csv
from harness.report.results import Results
from tests.browser.pages import a_large_run
from tests.report.samples import HOSTILE, a_believable_run

MOST_BYTES = 5_000_000
OPEN_DIALOG = "#w-case[open]"


def count_of(run: Results, **wanted: str) -> int:
    return sum(
        all(getattr(case, name, None) == value or getattr(run.rules[case.rule], name, None) == value for name, value in wanted.items())
        for case in run.cases
    )  # fmt: skip


@pytest.mark.parametrize("cases", [100, 10_000, 100_000])
def test_a_report_opens_at_every_size(visit: Any, pages: Any, cases: int) -> None:
    """All cases are there to be found, a few dozen rows are in the page, and the file can be sent by mail."""
    visited = visit(str(cases))
    assert visited.status == f"{cases:,} cases"
    rows = visited.page.locator(".w-rows .w-row").count()
    assert 10 <= rows < 60
    assert visited.page.locator("#w-grid").get_attribute("aria-rowcount") == str(cases + 1)
    assert pages(str(cases)).stat().st_size < MOST_BYTES
    visited.page.locator("#w-q").fill('"billing 0000"')
    visited.page.get_by_text(f"20 of {cases:,} cases", exact=True).wait_for()
    visited.page.get_by_role("button", name="Clear filters").first.click()
    assert visited.status == f"{cases:,} cases"
    visited.page.focus("#w-grid")
    visited.page.keyboard.press("End")
    assert visited.page.locator("[aria-selected=true]").get_attribute("aria-rowindex") == str(cases + 1)


def test_filters_search_order_and_groups(visit: Any) -> None:
    run = a_large_run(10_000)
    visited = visit("10000")
    page = visited.page

    page.get_by_role("checkbox", name=re.compile("failed")).check()
    assert visited.status == f"{count_of(run, verdict='failed'):,} of 10,000 cases"
    page.get_by_label("Rule", exact=True).select_option("GEN-001")
    both = count_of(run, verdict="failed", id="GEN-001")
    assert visited.status == f"{both} of 10,000 cases"
    page.get_by_role("checkbox", name=re.compile("passed")).check()
    assert visited.status == f"{both + count_of(run, verdict='passed', id='GEN-001')} of 10,000 cases"
    page.get_by_role("button", name="Clear filters").first.click()
    for name, field, value in (
        ("Division", "division", "Care"),
        ("Queue", "queue", "Billing 0010"),
        ("Owner", "owner", "ops@retail.example"),
    ):
        page.get_by_label(name, exact=True).select_option(value)
        assert visited.status == f"{count_of(run, **{field: value}):,} of 10,000 cases"
        page.get_by_label(name, exact=True).select_option("")

    page.get_by_role("button", name="Subject").click()
    assert visited.subjects[0] == "assignment Callback @ Fraud 0008"
    page.get_by_role("button", name="Subject").click()
    assert page.locator("[data-sort=subject]").get_attribute("aria-sort") == "descending"
    assert visited.subjects[0].startswith("queue Service")
    page.get_by_label("Group by").select_option("rule")
    group = page.locator(".w-row-group").first
    assert group.inner_text() == "▾ GEN-000 Generated rule 0 holds for its subjects 500 cases"
    group.click()
    assert page.locator(".w-row-group").nth(1).inner_text().startswith("▾ GEN-001")
    assert visited.address == "#cases?sort=subject&desc=1&group=rule"


def test_search_ignores_accents_and_joins_words(visit: Any) -> None:
    visited = visit("10000", "#cases?q=reclamations+refund")
    assert visited.status == "0 of 10,000 cases"
    assert visited.page.get_by_text("No case matches.").is_visible()
    visited.go("#cases?q=reclamations+0009+other")
    assert visited.status == "10 of 10,000 cases"
    assert set(visited.subjects) == {"assignment Other @ Réclamations 0009"}
    visited.go("#cases?q=could+not+be+resolved+gen-002")
    assert visited.status == "25 of 10,000 cases"


def test_a_link_leads_to_the_same_view_and_case(visit: Any) -> None:
    """What is copied from the address of one reader opens the same for another."""
    first = visit("10000")
    first.page.get_by_role("checkbox", name=re.compile("failed")).check()
    first.page.get_by_label("Queue", exact=True).select_option("Billing 0000")
    first.page.locator(".w-rows .w-row").first.click()
    title = first.page.locator("#w-case-title").inner_text()
    assert first.address.startswith("#cases?verdict=failed&queue=Billing+0000&case=GEN-0")

    second = visit("10000", first.address)
    assert second.page.locator("#w-case-title").inner_text() == title
    assert second.page.get_by_label("Queue", exact=True).input_value() == "Billing 0000"
    assert second.status == first.status
    second.page.get_by_role("button", name="Close").click()
    assert "case=" not in second.address
    second.go("#cases?queue=Gone&verdict=failed,nonsense&sort=nonsense")
    assert second.page.get_by_label("Queue", exact=True).input_value() == "Gone"
    assert second.status == "0 of 10,000 cases"
    second.go("#case-9999")
    assert "Réclamations 0499" in second.page.locator("#w-case-title").inner_text()


def test_the_keyboard_is_enough(visit: Any) -> None:
    visited = visit("10000")
    page = visited.page
    page.keyboard.press("/")
    page.keyboard.type("billing")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") == "w-grid"
    assert visited.status == "1,000 of 10,000 cases"

    def active() -> int:
        return int(page.locator("[aria-selected=true]").get_attribute("aria-rowindex")) - 2

    for key, at in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("End", 999), ("ArrowDown", 999), ("Home", 0)):
        page.keyboard.press(key)
        assert active() == at
        assert page.locator("#" + page.locator("#w-grid").get_attribute("aria-activedescendant")).is_visible()
    page.keyboard.press("PageDown")
    page_size = active()
    assert page_size > 5
    page.keyboard.press("PageUp")
    page.keyboard.press("Enter")
    first = page.locator("#w-case-title").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator("#w-case-title").inner_text() != first
    page.keyboard.press("ArrowLeft")
    assert page.locator("#w-case-title").inner_text() == first
    assert page.get_by_role("button", name="Previous").is_disabled()
    page.keyboard.press("Escape")
    assert page.locator(OPEN_DIALOG).count() == 0
    assert page.evaluate("document.activeElement.id") == "w-grid"


def test_tab_goes_from_the_search_through_the_filters_to_the_list(visit: Any) -> None:
    page = visit("100").page
    page.focus("#w-q")
    order = []
    for _ in range(21):
        page.keyboard.press("Tab")
        order.append(page.evaluate("(it => it.value && it.type === 'checkbox' ? it.value : it.name || it.dataset.do || it.id)(document.activeElement)"))  # fmt: skip
    assert order[:9] == [
        "failed",
        "unknown",
        "waived",
        "passed",
        "not applicable",
        "critical",
        "major",
        "minor",
        "advice",
    ]
    assert order[9:19] == ["rule", "queue", "division", "owner", "group", "sort", "reset", "link", "csv", "w-grid"]
    assert order[19:] == ["sort-verdict", "sort-severity"]


def test_a_case_shows_everything_that_is_known_about_it(visit: Any) -> None:
    page = visit("10000", "#cases?verdict=failed&rule=GEN-001").page
    page.locator(".w-rows .w-row").first.click()
    text = page.locator(OPEN_DIALOG).inner_text()
    for part in (
        "GEN-001", "failed", "major", "timeout is", "at most 120 s", "queue.acw.timeout_s = ", "Finance reconciles every night.",
        "Admin > Contact Center > Queues", "claims@retail.example", "CC-4", "prompt.mandatory (allowed: [MANDATORY])",
        "suites/gate/retail.policy.yaml:14",
    ):  # fmt: skip
        assert part in text
    admin = page.get_by_role("link", name="Open its page in Genesys Cloud")
    expected = r"https://apps\.mypurecloud\.ie/directory/#/admin/organization/queues/[0-9a-f-]{36}/general"
    assert re.fullmatch(expected, admin.get_attribute("href"))
    assert admin.get_attribute("rel") == "noopener noreferrer"
    policy = page.get_by_role("link", name="suites/gate/retail.policy.yaml:14")
    assert policy.get_attribute("href") == "./suites/gate/retail.policy.yaml"


def test_a_case_is_copied_as_markdown(visit: Any) -> None:
    """In code spans: whatever a name holds, it means nothing where it is pasted."""
    visited = visit("believable", "#cases?q=alert(1)&verdict=failed", permissions=["clipboard-read", "clipboard-write"])
    visited.page.locator(".w-rows .w-row").first.click()
    visited.page.get_by_role("button", name="Copy as Markdown").click()
    visited.page.get_by_text("Copied", exact=True).wait_for()
    copied = visited.page.evaluate("navigator.clipboard.readText()")
    lines = copied.splitlines()
    assert lines[0] == "**`RTL-002` major, failed:** `queue <script>alert(1)</script>`"
    assert "- observed: `prompt is OPTIONAL`" in lines
    assert "- policy: `suites/gate/retail.policy.yaml:38`" in lines
    assert "- org: `harbor`" in lines


def test_the_download_is_what_the_csv_report_holds(visit: Any) -> None:
    """Same columns, same cells, formulas neutralised: two files about one run must not differ."""
    run = a_believable_run()
    visited = visit("believable", "#cases?verdict=failed,unknown,waived")
    with visited.page.expect_download() as waiting:
        visited.page.get_by_role("button", name="Download CSV").click()
    text = Path(waiting.value.path()).read_bytes().decode()
    assert waiting.value.suggested_filename == "wrapup-cases.csv"
    assert text.startswith("\ufeffverdict,severity,counts,rule,")
    assert sorted(rows(text)) == sorted(rows(render_csv(run)))


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_every_finding_is_on_paper_and_what_is_left_out_is_said(visit: Any) -> None:
    run = a_large_run(10_000)
    findings = sum(case.verdict in ("failed", "waived") for case in run.cases)
    page = visit("10000", color_scheme="dark").page
    assert page.locator(".w-finding").count() == 1_000
    assert findings > 1_000
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".w-finding").count() == findings
    assert page.locator("ul.w-only-paper .w-finding").last.is_visible()
    assert not page.locator("#w-browser").is_visible()
    left_out = "The list of all 10,000 cases is left out on paper: 7,000 cases that passed and 1,000 cases"
    assert left_out in page.locator("#cases").inner_text()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".w-finding").count() == 1_000


def test_without_javascript_headline_rules_and_findings_are_there(visit: Any) -> None:
    page = visit("100000", java_script_enabled=False).page
    text = page.locator("body").inner_text()
    assert "10,000 findings" in text
    assert "This list needs JavaScript." in text
    assert "1,000 of 15,000 findings are listed" in text
    assert page.locator("#rules tbody tr").count() == 20
    assert page.locator(".w-finding").count() == 1_000
    assert not page.locator("#w-browser").is_visible()
    assert not page.locator("#w-case").is_visible()


def test_nothing_scrolls_sideways(visit: Any) -> None:
    for name in ("believable", "plan"):
        page = visit(name).page
        page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
        for width in (320, 390, 768, 1024, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") == width
            assert page.evaluate("(it => it.scrollWidth - it.clientWidth)(document.querySelector('#w-grid'))") == 0


def test_hostile_names_are_inert_everywhere(visit: Any) -> None:
    """In rows, in filters, in the case itself, in the address."""
    visited = visit("believable", "#cases?rule=RTL-002&verdict=failed")
    page = visited.page
    page.locator(".w-rows .w-row").first.click()
    seen = []
    while True:
        seen.append(page.locator("#w-case-title").inner_text())
        if page.get_by_role("button", name="Next").is_disabled():
            break
        page.get_by_role("button", name="Next").click()
    for name in HOSTILE:
        assert any(" ".join(printable(name).split()) in " ".join(title.split()) for title in seen)
    page.reload()
    assert page.locator("#w-case-title").inner_text() == seen[-1]
    visited.go("#cases?q=%3Cimg+src=x+onerror=alert(1)%3E&queue=~3Cscript~3E&case=~~~E0")
    assert page.evaluate("document.images.length + document.querySelectorAll('svg, iframe').length") == 0
    assert page.evaluate("document.scripts.length") == 2


def test_a_plan_leads_with_what_it_changes(visit: Any) -> None:
    page = visit("plan").page
    first = page.locator(".w-main > section").first.inner_text()
    made = 12 + len(HOSTILE)
    assert (
        f"The plan introduces {made} findings and fixes 1; 1 was there before." in page.locator(".w-head").inner_text()
    )
    for part in (
        "1 What the plan changes", f"The plan introduces {made} findings and fixes 1; 1 was there before.",
        "deleted in use code Refund is deleted while it is offered on queue 'Billing'", "new id code Sale gets a new id",
        "loses its last code queue <script>alert(1)</script> offers codes today and will offer none",
        "fixed RTL-001 queue Mended", "modules/queues/main.tf:14", "1 finding was there before and stays",
    ):  # fmt: skip
        assert part in " ".join(first.split())
    page.get_by_role("link", name="RTL-001 queue Fresh").click()
    assert page.locator("#case-0").is_visible()
