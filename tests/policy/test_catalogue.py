"""What the business agreed, from YAML, JSON and CSV alike."""

import json
from pathlib import Path

import pytest

from harness.model import Catalogue, DeclaredQueue, Definition, Position
from harness.policy import load_policies
from harness.policy.catalogue import load_catalogue
from harness.policy.problems import Problems
from tests.policy.conftest import Folder


def load(path: str) -> tuple[Catalogue | None, str]:
    problems = Problems()
    loaded = load_catalogue(path, problems)
    return (loaded[1] if loaded else None), "\n".join(map(str, problems.listed()))


def good(path: str) -> Catalogue:
    catalogue, problems = load(path)
    assert problems == ""
    assert catalogue is not None
    return catalogue


EVERYTHING = Definition(
    name="Sale Completed - Enterprise",
    position=Position("c", 1, 1),
    id="7d3e",
    description="Enterprise deal, closed",
    identifier="SALE_ENT_50K",
    category="sales",
    duration_ms=45_000,
    mandatory=True,
    default=False,
    channels=("voice", "email"),
    skills=("sales_enterprise", "negotiation"),
    queues=("Enterprise Sales",),
    disposition="WON_ENTERPRISE",
)

AS_GUIDES = {
    "id": "7d3e",
    "name": "Sale Completed - Enterprise",
    "description": "Enterprise deal, closed",
    "wrapupCode": "SALE_ENT_50K",
    "category": "sales",
    "duration": 45,
    "isMandatory": True,
    "isDefault": False,
    "routingQueueIds": ["Enterprise Sales"],
    "skills": ["sales_enterprise", "negotiation"],
    "interactionTypes": ["voice", "email"],
    "crmDisposition": "WON_ENTERPRISE",
}


def placeless(definition: Definition) -> Definition:
    fields = {name: getattr(definition, name) for name in Definition.__struct_fields__}
    return Definition(**{**fields, "position": Position("c", 1, 1)})


def test_yaml_json_and_csv_say_the_same(folder: Folder) -> None:
    folder.write(
        {
            "c.yaml": """\
                catalogue: Retail
                definitions:
                  - name: Sale Completed - Enterprise
                    id: 7d3e
                    description: Enterprise deal, closed
                    wrapupCode: SALE_ENT_50K
                    category: sales
                    duration: 45s
                    isMandatory: true
                    isDefault: false
                    queueIds: [Enterprise Sales]
                    requiredSkills: [sales_enterprise, negotiation]
                    channels: [voice, email]
                    crmDisposition: WON_ENTERPRISE
                queues:
                  - name: Enterprise *
                    channels: [voice]
                """,
            "c.json": json.dumps([AS_GUIDES]),
            "c.csv": ",".join(AS_GUIDES)
            + '\r\n7d3e,Sale Completed - Enterprise,"Enterprise deal, closed",SALE_ENT_50K,sales,45,TRUE,false,'
            "Enterprise Sales,sales_enterprise| negotiation,voice|email|,WON_ENTERPRISE\r\n",
        }
    )
    for path in ("c.yaml", "c.json", "c.csv"):
        assert [placeless(definition) for definition in good(path).definitions] == [EVERYTHING]
    assert good("c.yaml").name == "Retail"
    assert good("c.yaml").queues == (
        DeclaredQueue(name="Enterprise *", channels=("voice",), position=Position("c.yaml", 16, 5)),
    )
    assert good("c.csv").name == "c"


@pytest.mark.parametrize("name", ["No", "010", "1e3", "12:30", "yes"])
def test_a_code_called_no_stays_a_text(folder: Folder, name: str) -> None:
    folder.write(
        {"c.yaml": f"definitions: [{{name: {name}, wrapupCode: {name}}}]", "c.csv": f"name,wrapupCode\n{name},{name}\n"}
    )
    for path in ("c.yaml", "c.csv"):
        (definition,) = good(path).definitions
        assert (definition.name, definition.identifier) == (name, name)


def test_what_is_absent_is_none(folder: Folder) -> None:
    folder.write(
        {"c.json": '[{"name": "A", "duration": null, "channels": null}]', "c.csv": "name,duration,channels\nA,,\n\nA\n"}
    )
    bare = Definition(name="A", position=Position("c", 1, 1))
    for path in ("c.json", "c.csv"):
        assert {placeless(definition) for definition in good(path).definitions} == {bare}


def test_a_negative_duration_is_for_a_check_to_judge(folder: Folder) -> None:
    folder.write({"c.yaml": "definitions: [{name: A, duration: -5}, {name: B, duration: 1.5}]"})
    assert [definition.duration_ms for definition in good("c.yaml").definitions] == [-5000, 1500]


def test_definitions_know_their_place(folder: Folder) -> None:
    folder.write({"c.csv": 'name,description\nA,"two\nlines"\n\nB,\n', "c.json": '[\n {"name": "A"},\n {"name": "B"}]'})
    assert [str(definition.position) for definition in good("c.csv").definitions] == ["c.csv:2", "c.csv:5"]
    assert [str(definition.position) for definition in good("c.json").definitions] == ["c.json:2", "c.json:3"]


COLUMNS = (
    "name, id, description, wrapupCode, category, duration, isMandatory, isDefault, queueIds, requiredSkills, channels, "
    "crmDisposition"
)

BAD = {
    "empty YAML": ("c.yaml", "", "c.yaml: the file is empty"),
    "empty JSON": ("c.json", "", "c.json: the file is empty"),
    "empty CSV": ("c.csv", "\n", "c.csv: the file is empty"),
    "a word": (
        "c.yaml", "x",
        "c.yaml:1:1: not a catalogue\n  expected a mapping with 'definitions', or a list of definitions",
    ),
    "no definitions key": (
        "c.yaml", "catalogue: x",
        f"c.yaml:1:1: the catalogue has no 'definitions'\n  expected a list, each item a mapping with {COLUMNS}",
    ),
    "no definitions": (
        "c.yaml", "definitions: []",
        "c.yaml:1:14: the catalogue has no definitions\n  a catalogue without definitions agrees to nothing",
    ),
    "an empty list": (
        "c.json", "[]", "c.json: the catalogue has no definitions\n  a catalogue without definitions agrees to nothing",
    ),
    "only a header": (
        "c.csv", "name\n", "c.csv: the catalogue has no definitions\n  a catalogue without definitions agrees to nothing",
    ),
    "unknown key": (
        "c.yaml", "definitions:\n  - {name: A, wrapUpCode: B}",
        f"c.yaml:2:15: unknown key 'wrapUpCode' in the definition\n  expected one of {COLUMNS}\n"
        "  did you mean 'wrapupCode'?",
    ),
    "no name": (
        "c.json", '[{"id": "A"}]',
        "c.json:1:2: the definition has no 'name'\n  expected a text that is not empty",
    ),
    "one field by two names": (
        "c.yaml", "definitions: [{name: A, skills: [a], requiredSkills: [b]}]",
        "c.yaml:1:38: 'requiredSkills' says the same as another key of the definition\n  keep one of them",
    ),
    "wrong types": (
        "c.yaml", "definitions: [{name: A, duration: long, isDefault: no, channels: voice}]",
        "c.yaml:1:35: 'duration' is 'long'\n  expected a number of seconds, or a duration with its unit: 90s, 2m\n"
        "c.yaml:1:52: 'isDefault' is 'no'\n  expected true or false\n  write true or false\n"
        "c.yaml:1:66: 'channels' is 'voice'\n  expected a list, each item a text that is not empty",
    ),
    "wrong types in CSV": (
        "c.csv", "name,duration,isDefault\nA,long,no\n",
        "c.csv:2:1: 'duration' is 'long'\n  expected a number of seconds, or a duration with its unit: 90s, 2m\n"
        "c.csv:2:1: 'isDefault' is 'no'\n  expected true or false\n  write true or false",
    ),
    "queue without channels": (
        "c.yaml", "definitions: [{name: A}]\nqueues: [{name: Q}]",
        "c.yaml:2:10: the queue has no 'channels'\n  expected a list, each item a text that is not empty",
    ),
    "wrong header": (
        "c.csv", "name,catgory,,name\nA,b,c,d\n",
        f"c.csv:1:1: unknown column 'catgory'\n  expected columns among {COLUMNS}\n  did you mean 'category'?\n"
        f"c.csv:1:1: column 3 has no name\n  expected columns among {COLUMNS}\n"
        "c.csv:1:1: two columns for 'name'\n  keep one of them",
    ),
    "no name column": (
        "c.csv", "category\nA\n",
        f"c.csv:1:1: the column 'name' is missing\n  expected columns among {COLUMNS}",
    ),
    "semicolons": (
        "c.csv", "name;category\nA;b\n",
        "c.csv:1:1: the columns are separated by ';'\n  expected commas\n  save the file with commas",
    ),
    "tabs": (
        "c.csv", "name\tcategory\n",
        "c.csv:1:1: the columns are separated by a tab\n  expected commas\n  save the file with commas",
    ),
    "too many cells": (
        "c.csv", "name,description\nA,b\nB,one, two\n",
        "c.csv:3:1: the row has 3 cells, the header has 2\n  put text that holds a comma in double quotes",
    ),
    "open quotation": (
        "c.csv", 'name\nA\n"B\n',
        "c.csv:3:1: not a CSV row: unexpected end of data\n  look for a quotation that is not closed",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("path", "text", "message"), BAD.values(), ids=BAD.keys())
def test_bad_catalogues_are_refused_with_exactly_these_words(
    folder: Folder, path: str, text: str, message: str
) -> None:
    folder.write({path: text})
    assert load(path)[1] == message


@pytest.mark.parametrize("path", ["c.csv", "c.yaml", "c.json"])
def test_a_catalogue_that_is_missing_or_no_text_is_refused(folder: Folder, path: str) -> None:
    assert load(path)[1] == f"{path}: there is no file"
    Path(path).write_bytes(b"PK\x03\x04\xff")
    assert load(path)[1].startswith(f"{path}:1:5: not a text file: byte 0xff is not UTF-8\n")


def test_a_catalogue_may_be_larger_in_json_than_in_yaml(folder: Folder) -> None:
    padded = json.dumps([{"name": "A", "description": "x" * 5_000_000}])
    folder.write({"c.json": padded, "c.yaml": padded})
    assert len(good("c.json").definitions) == 1
    assert load("c.yaml")[1].endswith("large catalogues are CSV or JSON")


def test_a_catalogue_that_two_policies_use_is_read_once(folder: Folder) -> None:
    folder.write({"c.yaml": "definitions: [{name: A}]", "b.policy.yaml": "policy: B\nuses: {catalogue: c.yaml}"})
    folder.write({"p.policy.yaml": "policy: P\nuses: {catalogue: c.yaml}"})
    first, second = load_policies(["b.policy.yaml", "p.policy.yaml"])
    assert first.catalogue is second.catalogue
