"""What docs/ci offers to paste works: it parses, and every option that it uses exists."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from harness.cli.app import app

ROOT = Path(__file__).parents[1]
CI = ROOT / "docs" / "ci"
EXAMPLES = sorted(CI.glob("*.yml"))
GROUP = typer.main.get_group(app)


def options_of(command: str) -> set[str]:
    found = GROUP.commands[command]
    return {name for parameter in found.params for name in parameter.opts}


def scripts(node: Any) -> Iterator[str]:
    """Every text of a document, as a shell would get it."""
    match node:
        case dict():
            for value in node.values():
                yield from scripts(value)
        case list():
            for value in node:
                yield from scripts(value)
        case str():
            yield node


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each call of `wrapup` in a text: its command and its long options."""
    for line in text.splitlines():
        if found := re.match(r"\s*wrapup (\S+)(.*)", line):
            ours = found[2].partition("#")[0].partition(" -- ")[0]
            yield found[1], re.findall(r"(?<!\S)--[a-z-]+", ours)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_parses_and_its_options_exist(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = [call for text in scripts(document) for call in commands(text)]
    assert {command for command, _ in found} == {"lint", "check"}
    for command, options in found:
        assert set(options) <= options_of(command), f"{path.name}: wrapup {command}"


def test_the_commands_of_the_page_exist() -> None:
    text = (CI / "README.md").read_text(encoding="utf-8")
    found = list(commands(text))
    assert len(found) == 3
    for command, options in found:
        assert set(options) <= options_of(command)
    assert set(re.findall(r"^\| `(--[a-z]+)`", text, re.MULTILINE)) <= options_of("check")


def test_the_hook_runs_a_command_that_exists() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, command = hook["entry"].split()
    assert (program, hook["language"]) == ("wrapup", "python")
    assert command in GROUP.commands
    assert re.search(hook["files"], "policies/retail.policy.yaml")
    assert re.search(hook["files"], "retail.catalogue.yaml")
    assert not re.search(hook["files"], "policy.yaml.j2")


def test_exit_codes_are_explained_alike() -> None:
    for page in (CI / "README.md", ROOT / "docs" / "README.md"):
        assert re.findall(r"^\| (\d+) \|", page.read_text(encoding="utf-8"), re.MULTILINE) == [
            "0",
            "1",
            "2",
            "3",
            "130",
        ]
