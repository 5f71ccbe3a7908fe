"""What axe-core finds in the pages: contrast, labels, roles, headings, focus."""

from typing import Any

import pytest

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PROBLEMS = """async rules => (await axe.run(document, {runOnly: rules})).violations
  .map(it => [it.id, it.nodes.slice(0, 3).map(node => node.html.slice(0, 120) + " " + node.failureSummary)])"""

PAGES = pytest.mark.parametrize(
    ("name", "address", "width"),
    [
        ("small", "", 1280),
        ("plan", "#cases?group=rule", 390),
        ("100", "#cases?verdict=failed&case=GEN-001+queue+Returns+0003", 1280),
    ],
    ids=["the whole report", "groups on a phone", "a case"],
)


def problems(visit: Any, axe: str, rules: list[str], name: str, address: str, width: int, scheme: str) -> Any:
    page = visit(name, address, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True).page
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    page.evaluate(axe)
    return page.evaluate(PROBLEMS, rules)


@PAGES
def test_axe_finds_nothing(visit: Any, axe: str, name: str, address: str, width: int) -> None:
    assert problems(visit, axe, LEVELS, name, address, width, "light") == []


@PAGES
def test_the_dark_scheme_has_contrast_too(visit: Any, axe: str, name: str, address: str, width: int) -> None:
    assert problems(visit, axe, ["color-contrast"], name, address, width, "dark") == []
