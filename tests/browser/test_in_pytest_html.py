"""The report in pytest-html's page, in a real browser: both colour schemes, a phone, paper, beside ordinary tests."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.model.names import printable
from harness.report.files import save_results
from harness.report.results import Results
from tests.browser.visiting import Visit
from tests.report.samples import HOSTILE, a_believable_run, a_case, a_run

OURS = "def test_case_of_ours(): pass\n"
THEIRS = "def test_theirs(): assert False, 'own trouble'\n"
CONFTEST = """
import pathlib
import pytest
from harness.plugin.html import HtmlPanels
from harness.plugin.inputs import RESULTS_KEY
from harness.report.files import load_results

def pytest_configure(config):
    config.pluginmanager.register(HtmlPanels(config))
    config.stash[RESULTS_KEY] = lambda: load_results(pathlib.Path(__file__).with_name("results.json"))

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if "of_ours" in item.name:
        report.harness = {}
    return report
"""

# WCAG 2.2, 1.4.3: the contrast of every text that is on the page, against what is painted behind it.
CONTRAST = """() => {
  const parse = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = node => {
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const low = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !node.checkVisibility()) continue;
    const [one, two] = [parse(getComputedStyle(node).color), behind(node)].map(light).sort((a, b) => b - a);
    const ratio = (one + 0.05) / (two + 0.05);
    if (ratio < 4.5) low.push([walk.currentNode.data.trim().slice(0, 40), ratio]);
  }
  return low;
}"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The believable run, alone and beside ordinary tests, as pytest-html wrote it."""
    run = a_believable_run()
    return {
        name: write_report(tmp_path_factory.mktemp(name), run, source)
        for name, source in (("alone", OURS), ("beside", OURS + THEIRS))
    }


def write_report(folder: Path, results: Results, source: str) -> Path:
    """Run a pytest session of its own, with the panels and with results from a file."""
    save_results(results, folder / "results.json")
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_ordinary.py").write_text(source)
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = ["-m", "pytest", "--html=report.html", "-p", "no:wrapup", "-p", "no:randomly", "-p", "no:cacheprovider"]
    ran = subprocess.run([sys.executable, *command], cwd=folder, capture_output=True, text=True)
    assert ran.returncode in (0, 1), ran.stdout + ran.stderr
    return folder / "report.html"


@pytest.fixture
def visit(browser: Any, reports: dict[str, Path]) -> Iterator[Any]:
    visits: list[Visit] = []

    def open_page(name: str, address: str = "", **options: Any) -> Visit:
        visits.append(Visit(browser, reports[name], address, **options))
        return visits[-1]

    yield open_page
    for visited in visits:
        visited.context.close()


@pytest.mark.parametrize(("name", "scripts"), [("alone", 2), ("beside", 3)])
def test_it_opens_without_noise_and_hostile_names_are_inert(visit: Any, name: str, scripts: int) -> None:
    visited = visit(name)
    visited.page.wait_for_load_state("networkidle")
    assert visited.trouble == []
    assert visited.page.evaluate("document.scripts.length") == scripts
    assert visited.page.evaluate("document.images.length + document.querySelectorAll('svg').length") in (0, 1)
    text = visited.page.evaluate("document.body.textContent")
    assert all(printable(hostile) in text for hostile in HOSTILE)


def test_it_never_scrolls_sideways(visit: Any) -> None:
    page = visit("beside").page
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    for width in (320, 360, 768, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(visit: Any, scheme: str) -> None:
    page = visit("beside", color_scheme=scheme).page
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    assert page.evaluate(CONTRAST) == []


def test_the_schemes_differ(visit: Any) -> None:
    colours = {
        visit("alone", color_scheme=scheme).page.evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert len(colours) == 2


def test_it_works_without_javascript(visit: Any) -> None:
    page = visit("beside", java_script_enabled=False).page
    assert page.locator("h1:visible").all_inner_texts() == ["harbor"]
    assert page.locator(".w-finding:visible").count() > 30


def test_only_its_own_headings_are_seen(visit: Any) -> None:
    """pytest-html's title, environment and summary must not confuse a reader."""
    headings = "h1:visible, h2:visible"
    alone = visit("alone").page.locator(headings).all_inner_texts()
    assert alone[:2] == ["harbor", "Contents"]
    assert "Other tests" not in alone
    assert not {"Environment", "Summary", "alone.html"} & set(alone)
    assert visit("beside").page.locator(headings).all_inner_texts() == [*alone, "Other tests"]
    assert not visit("alone").page.get_by_text("took").is_visible()


def test_ordinary_tests_can_be_opened_and_filtered(visit: Any) -> None:
    page = visit("beside").page
    rows = page.locator("#results-table tbody.results-table-row")
    assert rows.count() == 1
    assert "test_theirs" in rows.first.inner_text()
    page.locator("input[data-test-result=failed]").uncheck()
    assert "No results found" in rows.first.inner_text()


def test_on_paper_all_is_open_and_nothing_is_there_to_click(visit: Any) -> None:
    page = visit("alone", color_scheme="dark").page
    closed = page.locator("details:not([open]) li").first
    assert not closed.is_visible()
    page.emulate_media(media="print")
    hidden = page.evaluate(
        "[...document.querySelectorAll('details li, details dd')]"
        ".filter(it => !it.checkVisibility({contentVisibilityAuto: false}) || it.getBoundingClientRect().height === 0)"
        ".length"
    )
    assert hidden == 0
    assert not page.locator(".w-contents").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('#sign-off')).breakInside") == "avoid"
    assert page.evaluate(CONTRAST) == []
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_a_link_to_a_folded_finding_opens_it(browser: Any, tmp_path: Path) -> None:
    """The thirtieth finding of a rule is folded away, the thousandth is in no list; links must still show them."""
    run = a_run(*(a_case("failed", f"queue {n}") for n in range(2_000)))
    path = write_report(tmp_path, run, OURS)
    visited = Visit(browser, path)
    finding = visited.page.locator("#case-500")
    assert not finding.is_visible()
    visited.page.goto(f"{path.as_uri()}#case-500")
    assert finding.is_visible()
    visited.page.goto(f"{path.as_uri()}#case-1500")
    assert visited.page.locator("#w-case[open] #w-case-title").inner_text() == "RTL-001 queue 1500"
    assert visited.trouble == []
    visited.context.close()


def test_a_link_survives_what_pytest_html_does_to_addresses(visit: Any) -> None:
    """Its script unescapes the whole address when its table is sorted; a name with `&` and `%` must still be found."""
    name = "Click+~26+Collect~2525"
    visited = visit("beside", f"#cases?queue={name}&verdict=passed")
    visited.page.locator("#results-table th.sortable").first.click()
    assert visited.page.url.endswith(f"#cases?queue={name}&verdict=passed")
    visited.page.reload()
    assert visited.page.get_by_label("Queue", exact=True).input_value() == "Click & Collect%25"
