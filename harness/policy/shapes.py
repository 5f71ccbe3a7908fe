"""How a tree is read: shapes of scalars, lists and mappings, shared by the loader and the JSON Schema.

A shape reads a node or reports what is wrong with it. It never stops at the first problem: what is good of a list or
mapping is returned, so that the rest of the loader can look for more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeAlias

from harness.errors import did_you_mean
from harness.policy.problems import File, shown
from harness.policy.tree import MappingNode, Node, RefusedNode, ScalarNode, SequenceNode, is_null
from harness.policy.values import BadValueError, Value

__all__ = ["INVALID", "DictOf", "Either", "Fields", "Key", "ListOf", "Raw", "Record", "Shape", "expected", "read"]

INVALID: Final = object()
"""What `read` returns for a node whose problem it has reported."""


@dataclass(frozen=True)
class ListOf:
    """A list of values of one shape; read as a tuple."""

    item: "Shape"


@dataclass(frozen=True)
class DictOf:
    """A mapping with keys that the author chooses; read as a dictionary."""

    key: Value
    value: "Shape"


@dataclass(frozen=True)
class Raw:
    """A mapping that is read later, when more is known; read as its node."""

    expected: str


@dataclass(frozen=True)
class Either:
    """A scalar, or else a mapping."""

    scalar: Value
    fields: "Fields"


@dataclass(frozen=True)
class Key:
    """One key of a mapping.

    Attributes:
        name: As it is written.
        shape: What its value may be.
        required: Whether it must be there.
        text: What an editor shows about it.
        also: Other names that it goes by in files that are not ours.
    """

    name: str
    shape: "Shape"
    required: bool = False
    text: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fields:
    """A mapping with given keys; read as a `Record`.

    Attributes:
        what: What it describes, as messages say it ("a rule").
        keys: What it may hold.
        null_is_absent: Whether an empty value is the same as none (in JSON it is); elsewhere it is a mistake.
    """

    what: str
    keys: tuple[Key, ...]
    null_is_absent: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, Key]:
        """The keys, by every name that they go by."""
        return {name: key for key in self.keys for name in (key.name, *key.also)}


Shape: TypeAlias = Value | ListOf | DictOf | Raw | Either | Fields


@dataclass(frozen=True)
class Record:
    """A mapping that was read.

    Attributes:
        file: Where it is written.
        node: The mapping itself.
        values: The values that could be read, by the key's (own) name.
        nodes: All values that are there, also those that could not be read.
    """

    file: File
    node: MappingNode
    values: Mapping[str, Any] = field(default_factory=dict)
    nodes: Mapping[str, Node] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value, or the default when it is absent or could not be read."""
        return self.values.get(name, default)

    def at(self, name: str) -> Node:
        """Return the node of a key's value, else the mapping."""
        return self.nodes.get(name, self.node)


def expected(shape: Shape) -> str:
    """Return what a shape wants, as a phrase with its article."""
    match shape:
        case Value() | Raw():
            return shape.expected
        case ListOf():
            return f"a list, each item {expected(shape.item)}"
        case DictOf():
            return f"a mapping, each value {expected(shape.value)}"
        case Either():
            return f"{shape.scalar.expected}, or {expected(shape.fields)}"
        case Fields():
            return f"a mapping with {', '.join(key.name for key in shape.keys)}"


def read(shape: Shape, node: Node, file: File, name: str) -> Any:
    """Return a node's value, or `INVALID` when it has none; its problems are then reported.

    Args:
        shape: What it may be.
        node: What was written.
        file: Where.
        name: What it is the value of, as messages begin ("'limit'", "an item of 'codes'").
    """
    kind = type(node)
    if kind is RefusedNode:
        return INVALID
    match shape:
        case Value():
            if type(node) is ScalarNode:
                return _scalar(shape, node, file, name)
        case ListOf():
            if type(node) is SequenceNode:
                return _list(shape, node, file, name)
        case DictOf():
            if type(node) is MappingNode:
                return _dict(shape, node, file, name)
        case Raw():
            if kind is MappingNode:
                return node
        case Either():
            if kind is not SequenceNode:
                return read(shape.fields if kind is MappingNode else shape.scalar, node, file, name)
        case Fields():
            if type(node) is MappingNode:
                return _record(shape, node, file)
    _mistyped(shape, node, file, name)
    return INVALID


def _mistyped(shape: Shape, node: Node, file: File, name: str, hint: str | None = None) -> None:
    if is_null(node):
        file.problem(node, f"{name} has no value", expected=expected(shape), hint="leave the key out, or fill it in")
    else:
        file.problem(node, f"{name} is {_described(node)}", expected=expected(shape), hint=hint)


def _described(node: Node) -> str:
    match node:
        case ScalarNode():
            return shown(node.text)
        case SequenceNode():
            return "a list"
        case _:
            return "a mapping"


def _scalar(shape: Value, node: ScalarNode, file: File, name: str) -> Any:
    if is_null(node):
        _mistyped(shape, node, file, name)
        return INVALID
    try:
        value = shape.parse(node.text)
    except BadValueError as error:
        if error.what is None:
            _mistyped(shape, node, file, name, error.hint)
        else:
            what = f"{name} {error.what}"
            before = node.text[: error.offset or 0].split("\n")
            file.problem_inside(node, len(before), len(before[-1]) + 1, what, hint=error.hint)
        return INVALID
    if shape.plain and node.style:
        _mistyped(shape, node, file, name, "write it without quotes")
        return INVALID
    return value


def _list(shape: ListOf, node: SequenceNode, file: File, name: str) -> tuple[Any, ...]:
    values = [read(shape.item, item, file, f"an item of {name}") for item in node.items]
    return tuple([value for value in values if value is not INVALID])


def _dict(shape: DictOf, node: MappingNode, file: File, name: str) -> dict[Any, Any]:
    values = [
        (read(shape.key, entry.key, file, f"a key of {name}"), read(shape.value, entry.value, file, f"'{key}'"))
        for key, entry in node.entries.items()
    ]
    return {key: value for key, value in values if key is not INVALID and value is not INVALID}


def _record(shape: Fields, node: MappingNode, file: File) -> Record:
    values: dict[str, Any] = {}
    nodes: dict[str, Node] = {}
    known = shape.by_name
    for written, entry in node.entries.items():
        key = known.get(written)
        if key is None:
            names = [known_key.name for known_key in shape.keys]
            # The rest of a text that was cut at a comma, in {flow: style, as here}, is a key without a value.
            comma = "put text that holds a comma in quotes" if " " in written and is_null(entry.value) else None
            file.problem(
                entry.key,
                f"unknown key {shown(written)} in {shape.what}",
                expected=_one_of(names),
                hint=did_you_mean(written, known) or comma,
            )
        elif shape.null_is_absent and is_null(entry.value):
            continue
        elif key.name in nodes:
            file.problem(
                entry.key, f"'{written}' says the same as another key of {shape.what}", hint="keep one of them"
            )
        else:
            nodes[key.name] = entry.value
            value = read(key.shape, entry.value, file, f"'{written}'")
            if value is not INVALID:
                values[key.name] = value
    for key in shape.keys:
        if key.required and key.name not in nodes:
            file.problem(node, f"{shape.what} has no '{key.name}'", expected=expected(key.shape))
    return Record(file, node, values, nodes)


def _one_of(names: Sequence[str]) -> str:
    return f"one of {', '.join(names)}" if names else "no keys here"
