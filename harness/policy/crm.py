"""What the CRM accepts, and how identifiers map to it: a list, a CSV column, or a Salesforce describe document."""

from collections.abc import Iterable, Mapping
from typing import Final

from harness.errors import did_you_mean
from harness.model import Catalogue, Disposition
from harness.policy.documents import read_document, read_file
from harness.policy.problems import File, Problems, shown
from harness.policy.shapes import INVALID, DictOf, Fields, Key, Record, read
from harness.policy.tables import table
from harness.policy.tree import MappingNode, Node, ScalarNode, SequenceNode, is_null
from harness.policy.values import ANY_TEXT, BOOLEAN, TEXT

__all__ = ["Mapped", "load_dispositions", "load_mapping", "refuse_contradictions"]

_ENTRY: Final = Fields(
    "the disposition",
    (
        Key("value", TEXT, required=True, text="The value that the CRM stores."),
        Key("active", BOOLEAN, text="Whether the CRM still accepts it."),
        # A picklist's entries have these besides; they say nothing about what is accepted.
        Key("label", ANY_TEXT),
        Key("defaultValue", BOOLEAN),
        Key("validFor", ANY_TEXT),
    ),
    null_is_absent=True,
)

_DISPOSITION_COLUMNS: Final = ("value", "disposition")

Mapped = Mapping[str, tuple[str, int]]
"""Identifier → disposition, and the line where it is written."""


def load_dispositions(
    path: str, problems: Problems, named: tuple[File, Node], *, column: str | None = None, field: str | None = None
) -> tuple[File, tuple[Disposition, ...]] | None:
    """Return the dispositions of a CRM list and its file, or None with its problems reported.

    Args:
        path: The file; `.csv` and `.json` say what it is, anything else is YAML.
        problems: Where problems go.
        named: The policy that names it, and where.
        column: The column of a CSV file; by default `value`, `disposition`, or the only one.
        field: The picklist field of a Salesforce describe document; by default the only one.
    """
    if path.lower().endswith(".csv"):
        file = read_file(path, problems, named)
        found = None if file is None else _column(file, column)
    else:
        document = read_document(path, problems, named)
        if document is None:
            return None
        file, root = document
        found = _described(file, root, field) if isinstance(root, MappingNode) else _listed(file, root)
    if file is None or found is None:
        return None
    if not found:
        file.problem(
            None, "the list holds no dispositions", hint="a CRM that accepts nothing cannot be checked against"
        )
    return file, _distinct(file, found)


def _distinct(file: File, found: Iterable[tuple[Node, Disposition]]) -> tuple[Disposition, ...]:
    distinct: dict[str, Disposition] = {}
    for node, disposition in found:
        if distinct.setdefault(disposition.value, disposition) != disposition:
            file.problem(
                node, f"{shown(disposition.value)} is listed as active and as inactive", hint="keep one of them"
            )
    return tuple(distinct.values())


def _listed(file: File, root: Node) -> list[tuple[Node, Disposition]] | None:
    if not isinstance(root, SequenceNode):
        file.problem(root, "not a CRM list", expected="a list of dispositions, or a Salesforce describe document")
        return None
    found: list[tuple[Node, Disposition]] = []
    for item in root.items:
        if isinstance(item, MappingNode):
            record: Record = read(_ENTRY, item, file, "the disposition")
            if "value" in record.values:
                found.append((item, Disposition(record.values["value"], record.get("active", True))))
        elif (value := read(TEXT, item, file, "the disposition")) is not INVALID:
            found.append((item, Disposition(value)))
    return found


def _described(file: File, root: MappingNode, field: str | None) -> list[tuple[Node, Disposition]] | None:
    picklists = dict(_picklists(root))
    if not picklists:
        what = "the document has no field with picklist values"
        file.problem(root, what, expected="a list of dispositions, or a Salesforce describe document")
        return None
    if field is None and len(picklists) == 1:
        field = next(iter(picklists))
    if field is None or field not in picklists:
        what = f"no picklist field {shown(field)}" if field else f"the document has {len(picklists)} picklist fields"
        near = did_you_mean(field, picklists) if field else "name one: 'crm: {file: …, field: …}'"
        file.problem(root, what, expected=f"one of {', '.join(picklists)}", hint=near)
        return None
    return _listed(file, picklists[field])


def _picklists(root: MappingNode) -> Iterable[tuple[str, SequenceNode]]:
    fields = root.entries.get("fields")
    for item in fields.value.items if fields and isinstance(fields.value, SequenceNode) else ():
        if isinstance(item, MappingNode) and {"name", "picklistValues"} <= item.entries.keys():
            name, values = item.entries["name"].value, item.entries["picklistValues"].value
            if isinstance(name, ScalarNode) and isinstance(values, SequenceNode) and values.items:
                yield name.text, values


def _column(file: File, column: str | None) -> list[tuple[Node, Disposition]] | None:
    read_table = table(file)
    if read_table is None:
        return None
    header, rows = read_table
    chosen = column or next((name for name in _DISPOSITION_COLUMNS if name in header), None)
    if chosen is None and len(header) == 1:
        chosen = header[0]
    if chosen is None or chosen not in header:
        what = f"no column {shown(column)}" if column else "it is not clear which column holds the dispositions"
        hint = did_you_mean(column, header) if column else "name one: 'crm: {file: …, column: …}'"
        file.problem(ScalarNode("", 1, 1), what, expected=f"one of {', '.join(header)}", hint=hint)
        return None
    at, active_at = header.index(chosen), header.index("active") if "active" in header else None
    found: list[tuple[Node, Disposition]] = []
    for line, cells in rows:
        cell = ScalarNode(cells[at].strip() if at < len(cells) else "", line, 1)
        active = True
        if active_at is not None and active_at < len(cells) and cells[active_at].strip():
            active = read(BOOLEAN, ScalarNode(cells[active_at].strip(), line, 1), file, "'active'")
        if cell.text and active is not INVALID:
            found.append((cell, Disposition(cell.text, active)))
    return found


def load_mapping(path: str, problems: Problems, named: tuple[File, Node]) -> tuple[File, Mapped] | None:
    """Return a mapping file's identifiers with their dispositions, or None with its problems reported.

    Args:
        path: A YAML or JSON mapping, or a CSV file with two columns.
        problems: Where problems go.
        named: The policy that names it, and where.
    """
    if path.lower().endswith(".csv"):
        file = read_file(path, problems, named)
        pairs = None if file is None else _pairs_of_table(file)
    else:
        document = read_document(path, problems, named)
        if document is None:
            return None
        file, root = document
        pairs = _pairs_of_tree(file, root)
    if file is None or pairs is None:
        return None
    mapped: dict[str, tuple[str, int]] = {}
    for identifier, disposition in pairs:
        if identifier.text in mapped:
            hint = f"first at line {mapped[identifier.text][1]}"
            file.problem(identifier, f"{shown(identifier.text)} is mapped twice", hint=hint)
        mapped.setdefault(identifier.text, (disposition, identifier.line))
    return file, mapped


def _pairs_of_tree(file: File, root: Node) -> list[tuple[ScalarNode, str]] | None:
    if not isinstance(root, MappingNode):
        file.problem(root, "not a mapping file", expected="a mapping, each identifier with its disposition")
        return None
    read(DictOf(TEXT, TEXT), root, file, "the disposition")
    return [
        (entry.key, entry.value.text)
        for entry in root.entries.values()
        if isinstance(entry.value, ScalarNode) and not is_null(entry.value)
    ]


def _pairs_of_table(file: File) -> list[tuple[ScalarNode, str]] | None:
    read_table = table(file)
    if read_table is None:
        return None
    header, rows = read_table
    if len(header) != 2:
        what = f"a mapping file with {len(header)} columns"
        file.problem(ScalarNode("", 1, 1), what, expected="two columns: the identifier, and its disposition")
        return None
    pairs = []
    for line, cells in rows:
        at = ScalarNode(cells[0].strip(), line, 1)
        if len(cells) < 2 or not at.text or not cells[1].strip():
            file.problem(at, "half a mapping", expected="an identifier and its disposition")
        else:
            pairs.append((at, cells[1].strip()))
    return pairs


def refuse_contradictions(catalogue: Catalogue, file: File, mapped: Mapped) -> None:
    """Report identifiers that the mapping file and the catalogue map to different dispositions."""
    for definition in catalogue.definitions:
        found = mapped.get(definition.identifier or "")
        if found and definition.disposition is not None and definition.disposition != found[0]:
            file.problem(
                ScalarNode("", found[1], 1),
                f"'{definition.identifier}' is mapped to '{found[0]}'; "
                f"{definition.position} maps it to '{definition.disposition}'",
                hint="keep one of the two",
            )
