"""Finding where Terraform's own language says something: file and line of a resource's block.

Nothing is evaluated. A small scanner steps over comments, strings and heredocs, and looks at blocks of the top level.

Source:
    HCL native syntax specification: comments, templates, heredocs, blocks with labels.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.errors import UsageError
from harness.model import Position
from harness.orgs.addresses import module_steps

__all__ = ["Places", "blocks_in"]

_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))
  | (?P<heredoc><<-?(?P<mark>[\w-]+)[^\n]*\n)
  | (?P<quote>")
  | (?P<open>[{\[(])
  | (?P<close>[}\])])
  | (?P<word>[^\W\d][\w-]*)
  | (?P<line>\n)
    """,
    re.VERBOSE | re.DOTALL,
)
_IN_STRING = re.compile(r'\\.|[$%]{2}\{|[$%]\{|"', re.DOTALL)

_LABELS = {"resource": 2, "data": 2, "module": 1}


def blocks_in(text: str) -> Iterator[tuple[str, int]]:
    r"""Yield what a file's blocks are called and the line where they begin, counted from 1.

    Example:
        >>> list(blocks_in('# a queue\nresource "genesyscloud_routing_queue" "billing" {\n}\nmodule "codes" {}'))
        [('genesyscloud_routing_queue.billing', 2), ('module.codes', 4)]
    """
    depth = 0
    header: list[tuple[str, int]] = []
    for kind, value, at in _tokens(text):
        if kind == "open":
            if depth == 0 and value == "{" and header and _LABELS.get(header[0][0]) == len(header) - 1:
                (word, start), *labels = header
                name = ".".join(label for label, _ in labels)
                yield (name if word == "resource" else f"{word}.{name}"), text.count("\n", 0, start) + 1
            depth += 1
            header = []
        elif kind == "close":
            depth = max(0, depth - 1)
            header = []
        elif kind == "line":
            header = []
        elif depth == 0:
            header.append((value, at))


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield words and strings, brackets and ends of lines, each with its position."""
    at = 0
    while found := _TOKEN.search(text, at):
        at = found.end()
        match found.lastgroup:
            case "comment":
                continue
            case "quote":
                at = _end_of_string(text, found.end())
                yield "word", text[found.end() : at - 1], found.start()
            case "mark" | "heredoc":
                end = re.compile(rf"^\s*{re.escape(found['mark'])}\s*$", re.MULTILINE).search(text, at)
                at = len(text) if end is None else end.end()
            case kind if kind is not None:
                yield kind, found[0], found.start()


def _end_of_string(text: str, at: int) -> int:
    """Return the position after a string's closing quote; templates may hold strings again."""
    while found := _IN_STRING.search(text, at):
        at = found.end()
        if found[0] == '"':
            return at
        if found[0] in ("${", "%{"):
            at = _end_of_template(text, at)
    return len(text)


def _end_of_template(text: str, at: int) -> int:
    depth = 1
    while found := re.compile(r'["{}]').search(text, at):
        at = found.end()
        if found[0] == '"':
            at = _end_of_string(text, at)
        else:
            depth += 1 if found[0] == "{" else -1
            if depth == 0:
                return at
    return len(text)


class Places:
    """Where the resources of a configuration are written.

    Args:
        root: The root module's folder.
        sources: Modules on the way (names joined by dots) → where the configuration takes the module from.

    Raises:
        UsageError: If the folder holds no Terraform configuration.
    """

    def __init__(self, root: Path, sources: Mapping[str, str]) -> None:
        if not root.is_dir() or not any(root.glob("*.tf")):
            raise UsageError(
                f"'{root}' holds no Terraform configuration", "name the folder with the root module's .tf files"
            )
        self._root = root
        self._sources = sources
        self._found: dict[Path, Mapping[str, Position]] = {}

    def of(self, address: str) -> Position | None:
        """Return where a resource is written; the call of a module that cannot be read here; None when unseen."""
        folder, path = self._root, ""
        steps = module_steps(address)
        for step in steps:
            path = f"{path}.{step.name}" if path else step.name
            source = self._sources.get(path, "")
            inner = Path(os.path.normpath(folder / source)) if source.startswith(("./", "../")) else None
            if inner is None or not inner.is_dir():
                return self._blocks(folder).get(f"module.{step.name}")
            folder = inner
        return self._blocks(folder).get(_block_of(address))

    def _blocks(self, folder: Path) -> Mapping[str, Position]:
        if folder not in self._found:
            found = {}
            for file in sorted(folder.glob("*.tf")):
                try:
                    text = file.read_text(encoding="utf-8", errors="replace")
                except OSError as error:
                    raise UsageError(f"cannot read '{file}': {error.strerror}") from None
                found.update({name: Position(str(file), line) for name, line in blocks_in(text)})
            self._found[folder] = found
        return self._found[folder]


def _block_of(address: str) -> str:
    """Return what a resource's block is called: its address without modules and keys.

    Example:
        >>> _block_of('module.a["x"].genesyscloud_routing_queue.q["y.z"]')
        'genesyscloud_routing_queue.q'
    """
    bare = re.sub(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]', "", address)
    return re.sub(r"^(?:module\.[^.]+\.)+", "", bare)
