"""Reading Terraform's JSON syntax: files into blocks.

Source:
    Terraform, JSON Configuration Syntax: a block's body may be an object or a list of objects, `//` is a comment.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from harness.errors import Problem, SourceError
from harness.orgs.blocks import Block, Configuration

__all__ = ["SUFFIX", "read_configuration"]

SUFFIX = ".tf.json"

_COMMENT = "//"
_HALF_A_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
"""A surrogate: JSON may hold one without its other half, which is no text."""

_USE_A_RECORDING = "name a file as genesyscloud_tf_export writes it, or record the org instead"


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
                problems.append(block.problem(f"the same label is in {other.path}"))
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
                        address = f"{'data.' if data else ''}{resource_type}.{label}"
                        line = partial(self.line_of, resource_type, label)
                        block = Block(resource_type, address, attributes, data, self.path, line)
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
