"""Reading Terraform's JSON syntax: files into blocks, strings out of templates.

Source:
    Terraform, JSON Configuration Syntax: a block's body may be an object or a list of objects, `//` is a comment,
    and every string is a template in which `$${` and `%%{` stand for themselves.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import Problem, SourceError
from harness.model.unknown import unknown

__all__ = ["SUFFIX", "Block", "Configuration", "read_configuration", "text_of"]

SUFFIX = ".tf.json"

_COMMENT = "//"
_HALF_A_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
"""A surrogate: JSON may hold one without its other half, which is no text."""

_USE_A_RECORDING = "name a file as genesyscloud_tf_export writes it, or record the org instead"


@dataclass(frozen=True)
class Block:
    """One resource or data source.

    Attributes:
        type: The resource type, for example `genesyscloud_routing_queue`.
        label: The name that references use.
        attributes: As they stand in the file.
        data: Whether it is a data source.
        file: Where it stands.
    """

    type: str
    label: str
    attributes: Mapping[str, Any]
    data: bool
    file: "_File"

    @property
    def address(self) -> str:
        """What Terraform calls it."""
        return f"{'data.' if self.data else ''}{self.type}.{self.label}"

    def problem(self, what: str, expected: str | None = None) -> Problem:
        """Return what is wrong with this block.

        The label is left out: a user's is made of the person's address.
        """
        line = self.file.line_of(self.type, self.label)
        return Problem(self.file.path, f"{self.type}: {what}", line=line, expected=expected)


@dataclass(frozen=True)
class Configuration:
    """The blocks of all files.

    Attributes:
        blocks: By address, in the order of the files.
        sha256: Hash over all files, in hex.
    """

    blocks: Mapping[str, Block]
    sha256: str
    _by_type: Mapping[str, list[Block]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_type: dict[str, list[Block]] = {}
        for block in self.blocks.values():
            by_type.setdefault(block.type, []).append(block)
        object.__setattr__(self, "_by_type", by_type)

    @property
    def types(self) -> Sequence[str]:
        """The types of all blocks, sorted."""
        return sorted(self._by_type)

    def of(self, resource_type: str) -> Sequence[Block]:
        """Return the resources and data sources of a type."""
        return self._by_type.get(resource_type, ())


def text_of(value: Any, what: str) -> Any:
    """Return what a template string says: text, None when it is absent or empty, or an unknown value.

    Args:
        value: The attribute's value.
        what: The value in the words of the model, for the reason when it is unknown.
    """
    if isinstance(value, str) and "{" not in value:
        return value or None
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        return unknown(what, "the export holds something that is not text")
    for mark in ("${", "%{"):
        if mark in value.replace(mark[0] + mark, ""):
            return unknown(what, "it is an expression that only Terraform can work out")
    return value.replace("$${", "${").replace("%%{", "%{")


def read_configuration(location: Path) -> Configuration:
    """Read a `.tf.json` file, or all of them in a folder.

    Raises:
        SourceError: If a file is not JSON, or not Terraform's; with all problems of all files.
    """
    paths = sorted(location.glob(f"*{SUFFIX}")) if location.is_dir() else [location]
    problems: list[Problem] = []
    blocks: dict[str, Block] = {}
    hashes = hashlib.sha256()
    for path in paths:
        data = path.read_bytes()
        hashes.update(f"{hashlib.sha256(data).hexdigest()}  {path.name}\n".encode())
        try:
            found = list(_File(path, data).blocks())
        except SourceError as error:
            problems += error.problems
            continue
        for block in found:
            other = blocks.setdefault(block.address, block)
            if other is not block:
                problems.append(block.problem(f"the same label is in {other.file.path}"))
    if problems:
        raise SourceError(problems)
    return Configuration(blocks, hashes.hexdigest())


class _DuplicateKeyError(Exception):
    """A key that comes twice in one object: JSON would silently drop the first."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _DuplicateKeyError(next(key for key in keys if keys.count(key) > 1))
    return found


def _key(name: str) -> str:
    return f"{json.dumps(name, ensure_ascii=False)}:"


class _File:
    """One `.tf.json` file."""

    def __init__(self, path: Path, data: bytes) -> None:
        self.path = str(path)
        try:
            self._text = data.decode("utf-8-sig")
            self._root = json.loads(self._text, object_pairs_hook=_object)
            if _HALF_A_CHARACTER.search(self._text):
                json.dumps(self._root, ensure_ascii=False).encode()
        except UnicodeError:
            raise self._wrong("is not UTF-8 text") from None
        except json.JSONDecodeError as error:
            what = f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
            raise self._wrong(what, line=error.lineno, column=error.colno) from None
        except RecursionError:
            raise self._wrong("is nested too deeply") from None
        except _DuplicateKeyError as error:
            raise self._wrong(
                "a key comes twice in one object", line=self._line_at(self._text.rfind(_key(str(error))))
            ) from None

    def blocks(self) -> Iterator[Block]:
        """Return all resources and data sources."""
        for root in self._bodies(self._root, "the file"):
            if "module" in root:
                raise self._wrong("holds modules, whose resources are elsewhere; an export has none")
            for kind in ("resource", "data"):
                for types in self._bodies(root.get(kind, {}), f"'{kind}'"):
                    yield from self._of_types(types, data=kind == "data")

    def _of_types(self, types: Mapping[str, Any], *, data: bool) -> Iterator[Block]:
        for resource_type, value in types.items():
            if resource_type == _COMMENT:
                continue
            for labels in self._bodies(value, f"'{resource_type}'"):
                for label, body in labels.items():
                    if label == _COMMENT:
                        continue
                    for attributes in self._bodies(body, f"a {resource_type}"):
                        block = Block(resource_type, label, attributes, data, self)
                        if attributes.keys() & {"count", "for_each"}:
                            raise SourceError([block.problem("is repeated with count or for_each; an export is not")])
                        yield block

    def line_of(self, resource_type: str, label: str) -> int | None:
        """Return the line of a block, counted from 1, or None when its label is written in another way."""
        start = self._text.find(json.dumps(resource_type))
        return self._line_at(self._text.find(_key(label), start))

    def _line_at(self, position: int) -> int | None:
        return None if position < 0 else self._text.count("\n", 0, position) + 1

    def _bodies(self, value: Any, what: str) -> Iterator[dict[str, Any]]:
        for body in value if isinstance(value, list) else [value]:
            if not isinstance(body, dict):
                raise self._wrong(f"{what} is not an object")
            yield body

    def _wrong(self, what: str, *, line: int | None = None, column: int | None = None) -> SourceError:
        return SourceError([Problem(self.path, what, line=line, column=column, hint=_USE_A_RECORDING)])
