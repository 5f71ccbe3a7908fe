"""CSV rows as the same mappings that YAML and JSON have."""

from collections.abc import Sequence
from itertools import pairwise

from harness.errors import did_you_mean
from harness.policy.documents import Row, read_rows
from harness.policy.problems import File, shown
from harness.policy.shapes import Fields, Key, ListOf
from harness.policy.tree import Entry, MappingNode, Node, ScalarNode, SequenceNode

__all__ = ["LIST_SEPARATOR", "mappings_of", "table"]

LIST_SEPARATOR = "|"


def table(file: File) -> tuple[list[str], list[Row]] | None:
    """Return a CSV file's header and its other rows, or None with its problems reported.

    Every row has at most as many cells as the header; what a row lacks at its end is empty.
    """
    rows = read_rows(file)
    if rows is None:
        return None
    header = [cell.strip() for cell in rows[0][1]]
    for line, cells in rows[1:]:
        if len(cells) > len(header):
            file.problem(
                ScalarNode("", line, 1),
                f"the row has {len(cells)} cells, the header has {len(header)}",
                hint="put text that holds a comma in double quotes",
            )
    return header, [(line, cells[: len(header)]) for line, cells in rows[1:]]


def mappings_of(file: File, shape: Fields) -> list[MappingNode] | None:
    """Return a CSV file's rows as mappings with the header's names as keys, or None with its problems reported.

    Empty cells are absent; cells of lists are split at `LIST_SEPARATOR`.
    """
    read = table(file)
    if read is None:
        return None
    header, rows = read
    if not _header_is_good(file, header, shape):
        return None
    at = ScalarNode("", 1, 1)
    columns = [(ScalarNode(name, at.line, at.column), shape.by_name[name]) for name in header]
    return [_mapping(line, cells, columns) for line, cells in rows]


def _header_is_good(file: File, header: Sequence[str], shape: Fields) -> bool:
    at = ScalarNode("", 1, 1)
    expected = f"columns among {', '.join(key.name for key in shape.keys)}"
    good = True
    if len(header) == 1 and (separator := next((s for s in ";\t" if s in header[0]), None)):
        what = "a tab" if separator == "\t" else f"'{separator}'"
        file.problem(at, f"the columns are separated by {what}", expected="commas", hint="save the file with commas")
        return False
    for number, name in enumerate(header, 1):
        if name not in shape.by_name:
            what = f"unknown column {shown(name)}" if name else f"column {number} has no name"
            file.problem(at, what, expected=expected, hint=did_you_mean(name, shape.by_name))
            good = False
    own_names = [shape.by_name[name].name for name in header if name in shape.by_name]
    for name, following in pairwise(sorted(own_names)):
        if name == following:
            file.problem(at, f"two columns for '{name}'", hint="keep one of them")
            good = False
    for key in shape.keys:
        if key.required and key.name not in own_names:
            file.problem(at, f"the column '{key.name}' is missing", expected=expected)
            good = False
    return good


def _mapping(line: int, cells: list[str], columns: list[tuple[ScalarNode, Key]]) -> MappingNode:
    return MappingNode(
        {
            name.text: Entry(name, _cell(cell, line, key))
            for (name, key), cell in zip(columns, cells, strict=False)
            if cell.strip()
        },
        line,
        1,
    )


def _cell(cell: str, line: int, key: Key) -> Node:
    if isinstance(key.shape, ListOf):
        items = [part.strip() for part in cell.split(LIST_SEPARATOR)]
        return SequenceNode(tuple(ScalarNode(item, line, 1) for item in items if item), line, 1)
    return ScalarNode(cell.strip(), line, 1)
