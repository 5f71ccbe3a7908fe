"""Reading recordings: what they say, what they do not, and what is wrong with them."""

import gc
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.errors import SourceError, UnknownValueError
from harness.model import Division, Member, is_known
from harness.model.entities import NamedAgent
from harness.model.ids import pseudonym
from harness.orgs import read_recording
from harness.orgs.manifest import Hidden

Record = Callable[..., Path]


def the_problems(folder: Path) -> list[str]:
    with pytest.raises(SourceError) as caught:
        read_recording(folder)
    return str(caught.value).replace(f"{folder}/", "").replace(str(folder), "FOLDER").splitlines()


def signed(folder: Path, name: str, data: bytes, count: int | None = None) -> None:
    """Replace a file and say so in the manifest, as if it had been recorded like this."""
    (folder / name).write_bytes(data)
    manifest = json.loads((folder / "recording.json").read_bytes())
    entry = manifest["files"][name]
    entry["sha256"] = hashlib.sha256(data).hexdigest()
    entry["count"] = data.count(b"\n") if count is None else count
    (folder / "recording.json").write_text(json.dumps(manifest))


def edited(folder: Path, **changes: Any) -> Path:
    manifest = json.loads((folder / "recording.json").read_bytes())
    (folder / "recording.json").write_text(json.dumps(manifest | changes))
    return folder


# -- what it says -----------------------------------------------------------------------------------------------


def test_a_recording_becomes_an_org(record: Record) -> None:
    folder = record()
    org = read_recording(folder)
    assert (org.name, org.id, org.origin.kind, org.origin.region) == ("harbor", "org-1", "recording", "eu-west-2")
    assert (org.origin.recorded_at, org.origin.tool_version) == ("2026-11-01T00:00:00Z", "0.1.0")
    assert org.origin.location == str(folder)
    assert [code.name for code in org.codes] == ["Refund", "Sale"]
    assert org.queues[0].acw.timeout_ms == 30000
    assert org.queues[0].media == ("call", "email")
    assert org.offered == {"q1": ("c1", "c2")}
    assert org.members == {"q1": (Member("u1", joined=True),)}
    assert org.flags is not None
    assert org.flags.mapping == {"c1": ("BUSINESS_SUCCESS",)}
    assert (org.hidden, org.not_carried) == ({}, {})


def test_garbage_collection_goes_on_as_before(record: Record) -> None:
    folder = record()
    assert gc.isenabled()
    read_recording(folder)
    assert gc.isenabled()
    gc.disable()
    try:
        read_recording(folder)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_names_of_divisions_come_from_their_listing(record: Record) -> None:
    """The API often delivers only a division's id; `*` is the id of all divisions and has no entry."""
    codes = [
        {"id": "c1", "name": "a", "division": {"id": "d1"}},
        {"id": "c2", "name": "b", "division": {"id": "*"}},
        {"id": "c3", "name": "c", "division": {"id": "d9"}},
        {"id": "c4", "name": "d", "division": {"id": "d1", "name": "as delivered"}},
        {"id": "c5", "name": "e"},
    ]
    listed, everywhere, stranger, delivered, none = read_recording(record(wrapupcodes=codes)).codes
    assert listed.division == Division("d1", "Sales")
    assert everywhere.division == Division("*", "*")
    assert stranger.division.id == "d9"
    assert not is_known(stranger.division.name)
    assert delivered.division.name == "as delivered"
    assert not is_known(none.division)


def test_names_of_skills_come_from_their_listing(record: Record) -> None:
    """An active skill may be inactive for one agent, so only what routes nobody is filled in."""
    users = [
        {"id": "u1", "name": "x", "skills": [{"id": "s1"}, {"id": "s2"}, {"id": "s3"}, {"id": "s4", "name": "own"}]},
        {"id": "u2", "name": "y"},
        {"id": "u3", "name": "z", "skills": [{"id": "s1", "name": "n", "state": "active"}]},
    ]
    skills = [
        {"id": "s1", "name": "negotiation", "state": "active"},
        {"id": "s2", "name": "gone", "state": "deleted"},
        {"id": "s4", "name": "listed"},
    ]
    first, second, third = read_recording(record(users=users, skills=skills)).agents
    active, deleted, stranger, own = first.skills
    assert (active.name, is_known(active.state)) == ("negotiation", False)
    assert (deleted.name, deleted.active) == ("gone", False)
    assert not is_known(stranger.name)
    assert (own.name, is_known(own.state)) == ("own", False)
    assert not is_known(second.skills)
    assert third.skills[0].name == "n"


@pytest.mark.parametrize(
    ("names", "keep_names", "expected"),
    [("kept", False, pseudonym("u1")), ("kept", True, "agent-1"), ("pseudonyms", True, pseudonym("u1"))],
)
def test_people_keep_their_names_only_when_asked(record: Record, names: str, keep_names: bool, expected: str) -> None:
    """A recording of pseudonyms has no names to keep."""
    (agent,) = read_recording(record(names=names), keep_names=keep_names).agents
    assert agent.name == expected
    assert isinstance(agent, NamedAgent) == (names == "kept" and keep_names)


def test_an_unknown_word_of_the_platform_is_kept(record: Record) -> None:
    queue = {"id": "q1", "name": "Billing", "acwSettings": {"wrapupPrompt": "PSYCHIC"}}
    (read,) = read_recording(record(queues=[queue])).queues
    assert read.acw.prompt_word == "PSYCHIC"
    assert not is_known(read.acw.prompt)


# -- what it does not say ---------------------------------------------------------------------------------------


def test_a_resource_without_its_file_is_a_gap(record: Record) -> None:
    """Nothing recorded is not nothing there."""
    org = read_recording(record(users=None, queue_wrapupcodes=None))
    assert org.hidden == {
        "queue_wrapupcodes": "the recording does not hold it",
        "users": "the recording does not hold it",
    }
    with pytest.raises(UnknownValueError, match="the recording does not hold it"):
        org.codes_of(org.queues[0])


def test_a_hidden_resource_says_why(record: Record) -> None:
    """Also one of which some entities were delivered."""
    hidden = [
        Hidden("outbound_mapping", "the API answered 403", "outbound:wrapUpCodeMapping:view"),
        Hidden("wrapupcodes", "the client sees one division"),
        Hidden("wrapupcodes", "two pages were lost"),
        Hidden("audits", "not asked for"),
    ]
    org = read_recording(record(hidden=hidden))
    assert org.gap("outbound_mapping") == (
        "the API answered 403; it needs the permission outbound:wrapUpCodeMapping:view"
    )
    assert org.gap("wrapupcodes") == "the client sees one division; two pages were lost"
    assert len(org.codes) == 2
    assert org.flags is None


def test_an_org_without_an_outbound_mapping_has_no_flags(record: Record) -> None:
    org = read_recording(record(outbound_mapping=None))
    assert org.flags is None
    assert org.flags_of(org.codes[0]) == ()


def test_files_of_others_are_ignored(record: Record) -> None:
    folder = record()
    (folder / "README.md").write_text("about this org")
    (folder / "evidence").mkdir()
    assert read_recording(folder).name == "harbor"


# -- what is wrong with it --------------------------------------------------------------------------------------


def test_no_folder(tmp_path: Path) -> None:
    assert the_problems(tmp_path / "nowhere") == [
        "FOLDER: there is no such folder",
        "  name the folder of a recording",
    ]


def test_a_folder_that_is_no_recording(tmp_path: Path) -> None:
    assert the_problems(tmp_path) == [
        "FOLDER: is not a recording: it holds no recording.json",
        "  re-record with: wrapup record --into FOLDER",
    ]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "input data was truncated"),
        (b"\x00\x01\xff", "JSON is malformed: invalid character (byte 0)"),
        (b'{"format": 1}', "object missing required field org"),
        (b'{"format": "1"}', "expected int, got str at $.format"),
        (b'{"format": 1, "org": {"name": "\xff"}}', "is not UTF-8 text"),
        (b'{"format": 1, "a": ' + b"[" * 100_000, "is nested too deeply"),
    ],
    ids=["empty", "binary", "missing", "mistyped", "not utf-8", "deep"],
)
def test_a_broken_manifest(record: Record, data: bytes, what: str) -> None:
    folder = record()
    (folder / "recording.json").write_bytes(data)
    assert the_problems(folder)[:2] == [f"recording.json: {what}", "  expected a recording's manifest"]


def test_a_newer_format_asks_for_a_newer_version(record: Record) -> None:
    assert the_problems(edited(record(), format=2, org="another shape")) == [
        "recording.json: is of format 2",
        "  expected format 1",
        "  it was written by a newer version of wrapup: update this one",
    ]
    assert the_problems(edited(record(), format=0))[-1] == "  re-record with: wrapup record --into FOLDER"


def test_a_missing_file(record: Record) -> None:
    folder = record()
    (folder / "queues.ndjson").unlink()
    assert the_problems(folder)[0] == "queues.ndjson: is missing; recording.json names it"


def test_a_truncated_line_is_named(record: Record) -> None:
    folder = record()
    path = folder / "wrapupcodes.ndjson"
    path.write_bytes(path.read_bytes()[:-5])
    text = the_problems(folder)
    assert re.fullmatch("wrapupcodes.ndjson: has the sha256 [0-9a-f]{64}", text[0])
    assert re.fullmatch("  expected [0-9a-f]{64}, as recording.json says", text[1])
    assert text[3:] == [
        "wrapupcodes.ndjson:2: input data was truncated",
        "  re-record with: wrapup record --into FOLDER",
    ]


def test_a_wrong_hash(record: Record) -> None:
    folder = record()
    path = folder / "skills.ndjson"
    path.write_bytes(path.read_bytes().replace(b"negotiation", b"persuasions"))
    assert the_problems(folder)[0].startswith("skills.ndjson: has the sha256 ")


def test_a_wrong_count(record: Record) -> None:
    folder = record()
    signed(folder, "skills.ndjson", (folder / "skills.ndjson").read_bytes(), count=7)
    signed(folder, "outbound_mapping.json", b"null\n", count=1)
    assert the_problems(folder) == [
        "outbound_mapping.json: holds 0 entries",
        "  expected 1, as recording.json says",
        "  re-record with: wrapup record --into FOLDER",
        "skills.ndjson: holds 1 entries",
        "  expected 7, as recording.json says",
        "  re-record with: wrapup record --into FOLDER",
    ]


def test_every_broken_line_of_every_file_at_once(record: Record) -> None:
    folder = record()
    lines = [
        b'{"id":"b","name":"x"}',
        b'{"id":"a","name":"x"}',
        b"",
        b'{"id":"b","name":"x"}',
        b'{"id":"c","name":5}',
        b'{"id":"d","name":"\xff"}',
        b'{"id":"e","name":"x","more":' + b"[" * 100_000,
        b'{"id":"f","name":"x"}',
        b"",
    ]
    signed(folder, "wrapupcodes.ndjson", b"\n".join(lines))
    signed(folder, "queue_members.ndjson", b'{"queueId":"q1","entities":[{"joined":true}]}\n')
    signed(folder, "outbound_mapping.json", b'{"mapping":[]}', count=1)
    assert [line for line in the_problems(folder) if not line.startswith(" ")] == [
        "outbound_mapping.json: expected object, got array at $.mapping",
        "queue_members.ndjson:1: object missing required field id at $.entities[0]",
        "wrapupcodes.ndjson:2: the id 'a' is out of order",
        "wrapupcodes.ndjson:4: the id 'b' comes twice",
        "wrapupcodes.ndjson:5: expected str, got int at $.name",
        "wrapupcodes.ndjson:6: is not UTF-8 text",
        "wrapupcodes.ndjson:7: is nested too deeply",
    ]


def test_a_hopeless_file_is_not_listed_line_by_line(record: Record) -> None:
    folder = record()
    signed(folder, "wrapupcodes.ndjson", b"nonsense\n" * 1000)
    named = [line for line in the_problems(folder) if line.startswith("wrapupcodes")]
    assert len(named) == 21
    assert named[-1] == "wrapupcodes.ndjson:21: more broken lines follow; they are not listed"


def test_a_file_of_the_format_that_the_manifest_does_not_name(record: Record) -> None:
    """It may be left over from another recording."""
    folder = record(users=None)
    (folder / "users.ndjson").write_text("")
    assert the_problems(folder)[0] == "users.ndjson: recording.json does not name this file"


def test_a_named_file_outside_the_folder(record: Record) -> None:
    entry = {"count": 0, "sha256": ""}
    folder = edited(record(), files={"../secret": entry, "/etc/hosts": entry, "a\\b": entry})
    named = [line for line in the_problems(folder) if "inside" in line]
    assert named == [
        "recording.json: names the file '../secret', which is not inside the folder",
        "recording.json: names the file '/etc/hosts', which is not inside the folder",
        "recording.json: names the file 'a\\b', which is not inside the folder",
    ]


def test_optional_files_are_verified_too(record: Record) -> None:
    """Evidence that was swapped is no evidence."""
    folder = record()
    files = json.loads((folder / "recording.json").read_bytes())["files"]
    entry = {"count": 1, "sha256": hashlib.sha256(b"{}\n").hexdigest()}
    edited(folder, files=files | {"audits.ndjson": entry, "evidence/2026-11.parquet": entry})
    (folder / "evidence").mkdir()
    (folder / "audits.ndjson").write_bytes(b"{}\n")
    (folder / "evidence" / "2026-11.parquet").write_bytes(b"{}\n")
    assert read_recording(folder).name == "harbor"
    (folder / "audits.ndjson").write_bytes(b"{ }\n")
    (folder / "evidence" / "2026-11.parquet").unlink()
    first, *_ = the_problems(folder)
    assert first.startswith("audits.ndjson: has the sha256 ")
    assert "evidence/2026-11.parquet: is missing; recording.json names it" in the_problems(folder)


def test_a_mistyped_hidden_resource_would_hide_nothing(record: Record) -> None:
    folder = edited(record(), hidden=[{"resource": "wrapup_codes", "reason": "403"}])
    assert the_problems(folder) == [
        "recording.json: hides 'wrapup_codes', which is no resource",
        "  expected one of wrapupcodes, queues, users, skills, divisions, queue_wrapupcodes, queue_members, "
        "outbound_mapping",
        "  did you mean 'wrapupcodes'?",
    ]
