"""What the documentation says about the code is so."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted((ROOT / "docs").glob("*.md"))
GUIDES = ROOT / "docs" / "from-the-guides.md"

TEST = re.compile(r"`(tests/[\w/]+\.py)::([\w:]+)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


@cache
def _tests_of(path: str) -> frozenset[str]:
    """Return the tests of a file, those of a class as `Class::test`."""
    found = set()
    for node in ast.parse((ROOT / path).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
    return frozenset(name for name in found if name.rpartition("::")[2].startswith("test_"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_that_is_named_exists(document: Path) -> None:
    """A claim whose test was renamed is a claim that nobody can look up."""
    named = set(TEST.findall(document.read_text("utf-8")))
    missing = sorted(
        f"{path}::{name}" for path, name in named if not (ROOT / path).is_file() or name not in _tests_of(path)
    )
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    targets = set(LINK.findall(document.read_text("utf-8")))
    assert not [target for target in targets if not (document.parent / target).exists()]


def test_every_claim_of_the_guides_names_the_test_that_shows_it() -> None:
    rows = [line for line in GUIDES.read_text("utf-8").splitlines() if line.startswith("| ")]
    claims = [row for row in rows if not row.startswith(("| **", "| ---", "| what |", "| the guides |"))]
    assert len(claims) > 60
    assert not [row for row in claims if not TEST.search(row.rsplit(" | ", 1)[-1])]


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    counts = [line.count(" |") for line in GUIDES.read_text("utf-8").splitlines() if line.startswith("|")]
    assert set(counts) == {4, 5}
