"""From a catalogue file (YAML, JSON or CSV) to the definitions and queues that the business agreed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from harness.model import Catalogue, DeclaredQueue, Definition
from harness.policy.documents import read_document, read_file
from harness.policy.problems import File, Problems
from harness.policy.shapes import Fields, Key, ListOf, Record, read
from harness.policy.tables import mappings_of
from harness.policy.tree import MappingNode, Node, SequenceNode
from harness.policy.values import BOOLEAN, SECONDS, TEXT

__all__ = ["DEFINITION", "load_catalogue"]

DEFINITION: Final = Fields(
    "the definition",
    (
        Key("name", TEXT, required=True, text="The wrap-up code's name, exactly."),
        Key("id", TEXT, text="The wrap-up code's id, when it must be that very object."),
        Key("description", TEXT, text="What the code is for."),
        Key("wrapupCode", TEXT, text="The business identifier; CRM mappings are keyed by it."),
        Key("category", TEXT, text="The category."),
        Key("duration", SECONDS, text="Agreed after-call work, in seconds or with a unit; absent: none agreed."),
        Key("isMandatory", BOOLEAN, text="Whether a queue that offers the code must demand one."),
        Key("isDefault", BOOLEAN, text="Whether agents fall back to it."),
        Key("queueIds", ListOf(TEXT), text="Ids or names of queues; `*` is a wildcard.", also=("routingQueueIds",)),
        Key("requiredSkills", ListOf(TEXT), text="Names of the skills an agent needs.", also=("skills",)),
        Key("channels", ListOf(TEXT), text="The channels it is for.", also=("interactionTypes",)),
        Key("crmDisposition", TEXT, text="What the CRM records."),
    ),
    null_is_absent=True,
)
"""One definition; the names are the guides' own."""

_QUEUE: Final = Fields(
    "the queue",
    (
        Key("name", TEXT, required=True, text="The queue's name or id; `*` and `?` are wildcards."),
        Key("channels", ListOf(TEXT), required=True, text="The channels that it serves.", also=("interactionTypes",)),
    ),
)

_CATALOGUE: Final = Fields(
    "the catalogue",
    (
        Key("catalogue", TEXT, text="The catalogue's name."),
        Key("definitions", ListOf(DEFINITION), required=True, text="What was agreed about each code."),
        Key("queues", ListOf(_QUEUE), text="What the business says about queues."),
    ),
)


def load_catalogue(
    path: str, problems: Problems, named: tuple[File, Node] | None = None
) -> tuple[File, Catalogue] | None:
    """Return a catalogue and its file, or None when it cannot be read; its problems are reported.

    A catalogue is a mapping with `definitions`, or a bare list of definitions, in YAML or JSON; or a CSV file with
    one definition a row. One without a name is called by its file.

    Args:
        path: The file; `.csv` and `.json` say what it is, anything else is YAML.
        problems: Where problems go.
        named: The policy that names it, and where; None when the user named it.
    """
    if path.lower().endswith(".csv"):
        file = read_file(path, problems, named)
        rows = None if file is None else mappings_of(file, DEFINITION)
        if file is None or rows is None:
            return None
        return file, _catalogue(
            file, Path(path).stem, [read(DEFINITION, row, file, "the definition") for row in rows], ()
        )
    document = read_document(path, problems, named)
    if document is None:
        return None
    file, root = document
    if isinstance(root, SequenceNode):
        definitions = read(ListOf(DEFINITION), root, file, "'definitions'")
        return file, _catalogue(file, Path(path).stem, definitions, ())
    if not isinstance(root, MappingNode):
        file.problem(root, "not a catalogue", expected="a mapping with 'definitions', or a list of definitions")
        return None
    record: Record = read(_CATALOGUE, root, file, "'catalogue'")
    name = record.get("catalogue", Path(path).stem)
    return file, _catalogue(file, name, record.get("definitions", ()), record.get("queues", ()), record)


def _catalogue(
    file: File, name: str, definitions: Sequence[Any], queues: Sequence[Any], record: Record | None = None
) -> Catalogue:
    if not definitions and (record is None or "definitions" in record.values):
        at = None if record is None else record.at("definitions")
        file.problem(at, "the catalogue has no definitions", hint="a catalogue without definitions agrees to nothing")
    return Catalogue(
        name=name,
        path=file.path,
        definitions=tuple(_definition(found) for found in definitions if "name" in found.values),
        queues=tuple(
            DeclaredQueue(
                name=found.get("name"), channels=found.get("channels"), position=found.file.position(found.node)
            )
            for found in queues
            if {"name", "channels"} <= found.values.keys()
        ),
    )


def _definition(record: Record) -> Definition:
    get = record.values.get
    return Definition(
        name=record.values["name"],
        position=record.file.position(record.node),
        id=get("id"),
        description=get("description"),
        identifier=get("wrapupCode"),
        category=get("category"),
        duration_ms=get("duration"),
        mandatory=get("isMandatory", False),
        default=get("isDefault", False),
        channels=get("channels", ()),
        skills=get("requiredSkills", ()),
        queues=get("queueIds", ()),
        disposition=get("crmDisposition"),
    )
