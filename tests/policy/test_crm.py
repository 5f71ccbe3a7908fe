"""What the CRM accepts, from a list, a table or a describe document; and what maps to it."""

import json

import pytest

from harness.model import Crm, Disposition
from tests.policy.conftest import Folder
from tests.policy.samples import SALESFORCE

WON, LOST, OLD = Disposition("WON"), Disposition("LOST"), Disposition("OLD", active=False)


def crm(folder: Folder, uses: str, **files: str) -> Crm:
    loaded = folder.load(f"policy: P\nuses: {{{uses}}}", **files).crm
    assert loaded is not None
    return loaded


@pytest.mark.parametrize(
    ("uses", "file", "text", "dispositions"),
    [
        ("crm: c.json", "c.json", '["WON", "LOST"]', (WON, LOST)),
        ("crm: c.yaml", "c.yaml", "- WON\n- No\n- 010", (WON, Disposition("No"), Disposition("010"))),
        ("crm: c.yaml", "c.yaml", "- {value: WON}\n- {value: OLD, active: false}", (WON, OLD)),
        ("crm: c.csv", "c.csv", "WON or not\nWON\n\nLOST\nWON\n", (WON, LOST)),
        ("crm: c.csv", "c.csv", "id,disposition\n1,WON\n2,LOST\n3\n", (WON, LOST)),
        ("crm: c.csv", "c.csv", "value,active\nWON,true\nOLD,FALSE\nLOST,\n", (WON, OLD, LOST)),
        ("crm: {file: c.csv, column: Outcome}", "c.csv", "value,Outcome\n1,WON\n", (WON,)),
        ("crm: {file: c.json, field: Disposition__c}", "c.json", SALESFORCE, (WON, LOST, OLD)),
        ("crm: c.json", "c.json", SALESFORCE.replace('"value": "Open"', "").replace('{, "active": true}', ""), (WON, LOST, OLD)),
    ],
    ids=["JSON list", "YAML list", "objects", "only column", "column", "active column", "named column", "field", "only field"],
)  # fmt: skip
def test_lists_of_every_form_are_read(folder: Folder, uses: str, file: str, text: str, dispositions: object) -> None:
    folder.write({file: text})
    loaded = crm(folder, uses)
    assert loaded.dispositions == dispositions
    assert loaded.path == file


BAD = {
    "a word": (
        "crm: c.yaml", "c.yaml", "x",
        "c.yaml:1:1: not a CRM list\n  expected a list of dispositions, or a Salesforce describe document",
    ),
    "an empty list": (
        "crm: c.json", "c.json", "[]",
        "c.json: the list holds no dispositions\n  a CRM that accepts nothing cannot be checked against",
    ),
    "an empty file": ("crm: c.json", "c.json", "", "c.json: the file is empty"),
    "an empty table": ("crm: c.csv", "c.csv", "", "c.csv: the file is empty"),
    "a list of lists": (
        "crm: c.yaml", "c.yaml", "- [a]\n- WON\n- {value: x, actve: false}\n- {label: x}",
        "c.yaml:1:3: the disposition is a list\n  expected a text that is not empty\n"
        "c.yaml:3:14: unknown key 'actve' in the disposition\n"
        "  expected one of value, active, label, defaultValue, validFor\n  did you mean 'active'?\n"
        "c.yaml:4:3: the disposition has no 'value'\n  expected a text that is not empty",
    ),
    "active and inactive": (
        "crm: c.yaml", "c.yaml", "- WON\n- {value: WON, active: false}",
        "c.yaml:2:3: 'WON' is listed as active and as inactive\n  keep one of them",
    ),
    "two picklists": (
        "crm: c.json", "c.json", SALESFORCE,
        "c.json:1:1: the document has 2 picklist fields\n  expected one of Status, Disposition__c\n"
        "  name one: 'crm: {file: …, field: …}'",
    ),
    "a misspelt field": (
        "crm: {file: c.json, field: Dispositon__c}", "c.json", SALESFORCE,
        "c.json:1:1: no picklist field 'Dispositon__c'\n  expected one of Status, Disposition__c\n"
        "  did you mean 'Disposition__c'?",
    ),
    "another document": (
        "crm: c.json", "c.json", '{"fields": [1, {"name": "a"}, {"name": "b", "picklistValues": []}, {"picklistValues": 3}]}',
        "c.json:1:1: the document has no field with picklist values\n"
        "  expected a list of dispositions, or a Salesforce describe document",
    ),
    "which column": (
        "crm: c.csv", "c.csv", "a,b\n1,2\n",
        "c.csv:1:1: it is not clear which column holds the dispositions\n  expected one of a, b\n"
        "  name one: 'crm: {file: …, column: …}'",
    ),
    "a misspelt column": (
        "crm: {file: c.csv, column: vale}", "c.csv", "id,value\n1,2\n",
        "c.csv:1:1: no column 'vale'\n  expected one of id, value\n  did you mean 'value'?",
    ),
    "a doubtful active column": (
        "crm: c.csv", "c.csv", "value,active\nWON,maybe\nLOST,true\n",
        "c.csv:2:1: 'active' is 'maybe'\n  expected true or false",
    ),
    "no file": (
        "crm: {column: a}", "c.csv", "a\n",
        "p.policy.yaml:2:13: 'crm' has no 'file'\n  expected a text that is not empty",
    ),
    "neither name nor mapping": (
        "crm: [c.csv]", "c.csv", "a\n",
        "p.policy.yaml:2:13: 'crm' is a list\n  expected a text that is not empty, or a mapping with file, column, field",
    ),
    "missing mapping": (
        "crm_mapping: d.json", "c.csv", "a\n",
        "p.policy.yaml:2:21: there is no file 'd.json'\n  paths are relative to the file that names them",
    ),
    "missing table": (
        "crm: d.csv, crm_mapping: d.csv", "c.json", "[]",
        "p.policy.yaml:2:13: there is no file 'd.csv'\n  paths are relative to the file that names them\n"
        "p.policy.yaml:2:33: there is no file 'd.csv'\n  paths are relative to the file that names them",
    ),
    "mapping that is a list": (
        "crm_mapping: m.json", "m.json", "[]",
        "m.json:1:1: not a mapping file\n  expected a mapping, each identifier with its disposition",
    ),
    "mapping to nothing": (
        "crm_mapping: m.yaml", "m.yaml", "A:\nB: [x]\nC: WON",
        "m.yaml:1:3: 'A' has no value\n  expected a text that is not empty\n  leave the key out, or fill it in\n"
        "m.yaml:2:4: 'B' is a list\n  expected a text that is not empty",
    ),
    "mapping of three columns": (
        "crm_mapping: m.csv", "m.csv", "a,b,c\n",
        "m.csv:1:1: a mapping file with 3 columns\n  expected two columns: the identifier, and its disposition",
    ),
    "half a mapping": (
        "crm_mapping: m.csv", "m.csv", "a,b\nA\n,WON\nC,LOST\nC,WON\n",
        "m.csv:2:1: half a mapping\n  expected an identifier and its disposition\n"
        "m.csv:3:1: half a mapping\n  expected an identifier and its disposition\n"
        "m.csv:5:1: 'C' is mapped twice\n  first at line 4",
    ),
    "mapping that is empty": ("crm_mapping: m.csv", "m.csv", "", "m.csv: the file is empty"),
}  # fmt: skip


@pytest.mark.parametrize(("uses", "file", "text", "message"), BAD.values(), ids=BAD.keys())
def test_bad_lists_are_refused_with_exactly_these_words(
    folder: Folder, uses: str, file: str, text: str, message: str
) -> None:
    folder.write({file: text})
    assert folder.problems(f"policy: P\nuses: {{{uses}}}") == message


@pytest.mark.parametrize(
    ("file", "text"),
    [("m.yaml", "No: 010\nB: WON"), ("m.json", '{"No": "010", "B": "WON"}'), ("m.csv", "x,y\nNo,010\nB,WON\n")],
)
def test_mapping_files_of_every_form_are_read(folder: Folder, file: str, text: str) -> None:
    folder.write({file: text})
    loaded = crm(folder, f"crm_mapping: {file}")
    assert loaded.mapping == {"No": "010", "B": "WON"}
    assert (loaded.dispositions, loaded.path) == (None, None)


def test_a_mapping_file_must_not_contradict_the_catalogue(folder: Folder) -> None:
    """Which of the two the CRM gets would depend on who reads first."""
    definitions = [
        {"name": "a", "wrapupCode": "A", "crmDisposition": "WON"},
        {"name": "b", "wrapupCode": "B", "crmDisposition": "WON"},
        {"name": "c", "wrapupCode": "C"},
        {"name": "d"},
    ]
    folder.write({"c.json": json.dumps(definitions, indent=1), "m.yaml": "A: WON\nB: LOST\nC: LOST"})
    assert folder.problems("policy: P\nuses: {catalogue: c.json, crm_mapping: m.yaml}") == (
        "m.yaml:2:1: 'B' is mapped to 'LOST'; c.json:7 maps it to 'WON'\n  keep one of the two"
    )
