"""Finding blocks in Terraform's own language without evaluating it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.model import Position
from harness.orgs.hcl import Places, blocks_in

QUEUE = "genesyscloud_routing_queue"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ('# resource "a" "b" {}\n// resource "a" "c" {}\n/* resource "a" "d" {\n} */', []),
        ('x = "resource \\"a\\" \\"b\\" {"\n', []),
        ('locals {\n  resource "a" "b" {}\n}\n', []),
        ('x = <<EOT\nresource "a" "b" {\nEOT\nresource "a" "c" {}', [("a.c", 4)]),
        ('x = <<-EOT\n  }\n  EOT\nresource "a" "c" {}', [("a.c", 4)]),
        ("resource a b {}", [("a.b", 1)]),
        ('\n\n  resource   "a"    "b"   {\n}', [("a.b", 3)]),
        ('resource "a" "b" {\n  x = "${y == "}" ? "{" : "a"}"\n}\nresource "a" "c" {}', [("a.b", 1), ("a.c", 4)]),
        ('resource "a" "b" {\n  x = "$${" \n}\nresource "a" "c" {}', [("a.b", 1), ("a.c", 4)]),
        ('resource "a" "b" {\n  x = "%{ if y }{%{ endif }"\n}\nmodule "m" {}', [("a.b", 1), ("module.m", 4)]),
        ('data "a" "b" {}\nvariable "v" {}\nmodule "m" {}', [("data.a.b", 1), ("module.m", 3)]),
        ('resource "a" {}\nresource "a" "b" "c" {}\nresource "a" "b" = {}', [("a.b", 3)]),
        ('resource "a" "b" { x = "never closed', [("a.b", 1)]),
        ('x = "${ {} }"\nresource "a" "b" {}', [("a.b", 2)]),
        ('x = "${ never closed', []),
        ("x = <<EOT\nnever closed", []),
        ('}\n}\nresource "a" "b" {}', [("a.b", 3)]),
    ],
)
def test_blocks_are_found_where_they_are(text: str, expected: list[tuple[str, int]]) -> None:
    assert list(blocks_in(text)) == expected


@given(st.text('re"{}${<\n#/*a ', max_size=60))
def test_any_text_is_scanned_to_its_end(text: str) -> None:
    lines = text.count("\n") + 1
    assert all(1 <= line <= lines for _, line in blocks_in(text))


@given(st.lists(st.sampled_from(["# x", 'y = "}{"', "z = <<A\n}\nA", "locals { a = { b = 1 } }"]), max_size=5))
def test_what_stands_before_moves_a_block_and_does_not_hide_it(before: list[str]) -> None:
    text = "\n".join([*before, 'resource "a" "b" {}'])
    assert list(blocks_in(text)) == [("a.b", text.count("\n") + 1)]


def configuration(tmp_path: Path) -> Path:
    root, inner = tmp_path / "infra", tmp_path / "shared"
    root.mkdir()
    inner.mkdir()
    (root / "main.tf").write_text(f'resource "{QUEUE}" "q" {{}}\nmodule "near" {{}}\nmodule "far" {{}}\n')
    (root / "more.tf").write_text(f'\nresource "{QUEUE}" "r" {{}}\n')
    (inner / "queues.tf").write_text(f'\n\nresource "{QUEUE}" "q" {{}}\n')
    return root


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (f"{QUEUE}.q", "infra/main.tf:1"),
        (f'{QUEUE}.r["k.l"]', "infra/more.tf:2"),
        (f'module.near["x.y"].{QUEUE}.q[0]', "shared/queues.tf:3"),
        (f"module.far.{QUEUE}.q", "infra/main.tf:3"),
        (f"module.far.module.deep.{QUEUE}.q", "infra/main.tf:3"),
        (f"module.gone.{QUEUE}.q", None),
        (f"{QUEUE}.none", None),
    ],
)
def test_resources_are_found_through_modules(tmp_path: Path, address: str, expected: str | None) -> None:
    """A module from a registry is not here: then its call is the place to look."""
    places = Places(configuration(tmp_path), {"near": "../shared", "far": "registry/far", "gone": "./gone"})
    found = places.of(address)
    assert (found and str(found).removeprefix(f"{tmp_path}/")) == expected
    assert found is None or isinstance(found, Position)


def test_a_folder_without_configuration_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(UsageError, match="holds no Terraform configuration\n  name the folder with the root"):
            Places(folder, {})


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "main.tf").mkdir()
    with pytest.raises(UsageError, match=r"cannot read '.*main.tf': Is a directory"):
        Places(tmp_path, {}).of("a.b")
