"""The layout that the style guide asks for, kept by test and not by memory."""

import ast
import importlib
import inspect
from pathlib import Path

import pytest

import harness.checks
from harness.checks import registered
from harness.checks.examples import EXAMPLES

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "harness").rglob("*.py"))
LONGEST = 320


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def modules(paths: list[Path]) -> list[object]:
    return [pytest.param(path, id=name_of(path)) for path in paths]


@pytest.mark.parametrize("path", modules(MODULES))
def test_a_module_is_short_enough_to_have_one_reason_to_change(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines < LONGEST, f"{path.relative_to(ROOT)} has {lines} lines; split it"


@pytest.mark.parametrize("path", modules(MODULES))
def test_a_module_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text)) or ""
    assert docstring.partition("\n")[0].rstrip().endswith((".", "?")), f"{path.relative_to(ROOT)} has no docstring"
    assert "TODO" not in text


# pytest's entry point is the package `harness.plugin`: its hooks have to be there.
INITS = [path for path in MODULES if path.name == "__init__.py" and path.parent.name != "plugin"]


@pytest.mark.parametrize("path", modules(INITS))
def test_a_packages_init_holds_no_logic(path: Path) -> None:
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Expr)
    odd = [node.lineno for node in ast.parse(path.read_text(encoding="utf-8")).body if not isinstance(node, allowed)]
    assert not odd, f"{path.relative_to(ROOT)}: lines {odd}"


def public_names(path: Path) -> set[str]:
    """Names of functions and classes at a module's top level; commands and routes are reached by what registers them."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            decorators = " ".join(map(ast.unparse, node.decorator_list))
            registered_elsewhere = "app." in decorators or "area." in decorators
            if not node.name.startswith("_") and not registered_elsewhere:
                names.add(node.name)
    return names


@pytest.mark.parametrize("path", modules([path for path in MODULES if "__all__" in path.read_text(encoding="utf-8")]))
def test_all_is_complete_and_sorted(path: Path) -> None:
    module = importlib.import_module(name_of(path))
    listed = module.__all__
    assert listed == sorted(listed, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert len(set(listed)) == len(listed)
    assert all(hasattr(module, name) for name in listed)
    assert public_names(path) <= set(listed)


@pytest.mark.parametrize("check_id", EXAMPLES)
def test_a_check_documents_itself(check_id: str) -> None:
    check = registered()[check_id]
    assert check.title.endswith(".")
    assert check.title[0].isupper()
    assert check.source
    assert all(parameter.text for parameter in check.parameters)
    assert "\nYields:" in (inspect.getdoc(check.function) or "")


def test_every_family_is_imported_by_name() -> None:
    """A module that registers checks and that nobody imports is a check that nobody can use."""
    families = {
        path.stem
        for path in (ROOT / "harness" / "checks").glob("*.py")
        if "\n@check(" in path.read_text(encoding="utf-8")
    }
    assert families == {check_id.partition(".")[0] for check_id in EXAMPLES}
    assert families <= set(harness.checks.__all__)
    assert all((ROOT / "tests" / "checks" / f"test_{family}.py").exists() for family in families)
