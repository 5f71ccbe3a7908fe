"""A file as it was written: mappings, sequences and scalars, each with its place and its source text.

YAML, JSON and CSV files all become this tree. What a scalar means is decided by the field that reads it, never by
the file: a code named `No`, `010` or `1e3` keeps its text. Nodes are left to reference counting (`gc=False`): a tree has
no cycles, and a large catalogue has a million of them.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

import msgspec

__all__ = ["Entry", "MappingNode", "Node", "RefusedNode", "ScalarNode", "SequenceNode", "is_null", "written"]


class ScalarNode(msgspec.Struct, frozen=True, gc=False):
    """One value.

    Attributes:
        text: The text, with quotes and escapes undone, and otherwise as written.
        line: Counted from 1.
        column: Counted from 1.
        style: How it was written: `"`, `'`, `|`, `>`, or empty for plain.
    """

    text: str
    line: int
    column: int
    style: str = ""


class SequenceNode(msgspec.Struct, frozen=True, gc=False):
    """A list."""

    items: tuple["Node", ...]
    line: int
    column: int


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One key of a mapping with its value."""

    key: ScalarNode
    value: "Node"


class MappingNode(msgspec.Struct, frozen=True, gc=False):
    """A mapping, in the file's order."""

    entries: Mapping[str, Entry]
    line: int
    column: int


class RefusedNode(msgspec.Struct, frozen=True, gc=False):
    """Something that the language does not have (an alias, say); its problem was already reported."""

    line: int
    column: int


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode | RefusedNode

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


def is_null(node: Node) -> bool:
    """Tell whether a value was left empty (YAML's and JSON's null)."""
    return type(node) is ScalarNode and not node.style and node.text in _NULLS


def written(node: Node) -> str:
    """Return a value on one line, as a reader of the file would say it.

    Example:
        >>> a = ScalarNode("MANDATORY", 1, 2)
        >>> written(SequenceNode((a, a), 1, 1))
        '[MANDATORY, MANDATORY]'
    """
    match node:
        case ScalarNode():
            return node.text
        case SequenceNode():
            return f"[{', '.join(written(item) for item in node.items)}]"
        case MappingNode():
            return f"{{{', '.join(f'{key}: {written(entry.value)}' for key, entry in node.entries.items())}}}"
        case RefusedNode():
            return ""
