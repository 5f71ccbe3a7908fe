"""`docs/checks.md` is written from the checks, and is never out of date."""

from pathlib import Path

import pytest

from harness.checks import registered
from harness.checks.docs import main, render
from harness.checks.examples import EXAMPLES


def test_the_page_in_the_repository_is_fresh() -> None:
    assert main(["--check"]) == 0, "write it anew with: python -m harness.checks.docs"


def test_a_stale_page_exits_1_and_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "checks.md"
    assert main(["--check", str(page)]) == 1
    page.write_text("old", encoding="utf-8")
    assert main(["--check", str(page)]) == 1
    assert page.read_text(encoding="utf-8") == "old"
    assert capsys.readouterr().err == 2 * ("checks.md is stale\n  write it anew with: python -m harness.checks.docs\n")
    assert main([str(page)]) == main(["--check", str(page)]) == 0


def test_the_page_shows_every_check_with_its_parameters_and_source() -> None:
    page = render()
    for check_id in EXAMPLES:
        check = registered()[check_id]
        assert f"### {check.id}\n" in page
        assert f"(#{check.id.replace('.', '')})" in page
        assert all(f"`{parameter.name}`" in page and parameter.text for parameter in check.parameters), check_id


def test_links_of_the_contents_lead_somewhere() -> None:
    """Anchors are made of headings in lower case, without dots."""
    page = render()
    headings = {line.lstrip("# ").replace(".", "").lower() for line in page.splitlines() if line.startswith("##")}
    links = {part.partition(")")[0] for part in page.split("](#")[1:]}
    assert links == headings
