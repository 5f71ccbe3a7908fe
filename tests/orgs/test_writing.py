"""Writing recordings: whole or not at all, and what is written is what is read."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.model import (
    AcwSettings,
    Agent,
    AgentSkill,
    Division,
    Language,
    Member,
    Org,
    Origin,
    OutboundMapping,
    Queue,
    Skill,
    WrapUpCode,
    unknown,
)
from harness.model.entities import MemberGroup, NamedAgent
from harness.orgs import Recording, encode_org, read_recording, write_recording
from harness.orgs.difference import same_org
from harness.orgs.manifest import Hidden

Record = Callable[..., Path]

# -- the folder -------------------------------------------------------------------------------------------------


def test_entities_are_written_as_given(record: Record) -> None:
    """Sorted by id, one compact object a line, keys in the API's order; nothing is escaped that need not be."""
    codes = [{"name": "Résolu\n", "id": "b", "selfUri": "/b"}, {"id": "a", "name": "x"}]
    folder = record(wrapupcodes=codes)
    assert (folder / "wrapupcodes.ndjson").read_text(encoding="utf-8") == (
        '{"id":"a","name":"x"}\n{"name":"Résolu\\n","id":"b","selfUri":"/b"}\n'
    )


def test_the_manifest_names_every_file(record: Record) -> None:
    hidden = [Hidden("users", "403", "users:view"), Hidden("audits", "not asked for")]
    folder = record(users=None, outbound_mapping=None, hidden=hidden)
    manifest = json.loads((folder / "recording.json").read_bytes())
    assert manifest["format"] == 1
    assert manifest["org"] == {"name": "harbor", "id": "org-1"}
    assert manifest["names"] == "pseudonyms"
    assert {path.name for path in folder.iterdir()} == {"recording.json", *manifest["files"]}
    assert {name: entry["count"] for name, entry in manifest["files"].items()} == {
        "divisions.ndjson": 1,
        "outbound_mapping.json": 0,
        "queue_members.ndjson": 1,
        "queue_wrapupcodes.ndjson": 1,
        "queues.ndjson": 1,
        "skills.ndjson": 1,
        "wrapupcodes.ndjson": 2,
    }
    assert manifest["hidden"] == [
        {"resource": "users", "reason": "403", "permission": "users:view"},
        {"resource": "audits", "reason": "not asked for"},
    ]


def test_the_same_org_is_written_to_the_same_bytes(record: Record, tmp_path: Path) -> None:
    """The order in which pages came says nothing, and neither does the date."""
    codes = [{"id": "a", "name": "x"}, {"id": "b", "name": "y"}]
    one = record(folder=tmp_path / "one", wrapupcodes=codes)
    other = record(folder=tmp_path / "other", wrapupcodes=codes[::-1], recorded_at="2027-01-01T00:00:00Z")
    assert (one / "wrapupcodes.ndjson").read_bytes() == (other / "wrapupcodes.ndjson").read_bytes()
    first, second = read_recording(one), read_recording(other)
    assert first.origin.sha256 == second.origin.sha256
    assert same_org(first, second)


def test_an_older_recording_is_replaced_and_other_files_stay(record: Record) -> None:
    """The README that explains an org outlives the recording; a resource's stale file does not."""
    folder = record()
    (folder / "README.md").write_text("about harbor")
    (folder / "evidence").mkdir()
    (folder / "evidence" / "2026-11.parquet").write_bytes(b"rows")
    (folder / "audits.ndjson").write_text("{}\n")
    record(users=None, org_name="harbour")
    assert read_recording(folder).name == "harbour"
    assert (folder / "README.md").read_text() == "about harbor"
    assert (folder / "evidence" / "2026-11.parquet").read_bytes() == b"rows"
    assert not (folder / "users.ndjson").exists()
    assert not (folder / "audits.ndjson").exists()


def test_a_broken_recording_can_be_replaced(record: Record) -> None:
    """That is what its error message asks for."""
    folder = record()
    (folder / "recording.json").write_text("nonsense")
    record()
    assert read_recording(folder).name == "harbor"


def test_an_empty_folder_is_taken(record: Record, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert read_recording(record(folder=tmp_path / "empty")).name == "harbor"


def test_what_is_no_recording_is_left_alone(record: Record, tmp_path: Path) -> None:
    thesis = tmp_path / "thesis"
    thesis.mkdir()
    (thesis / "chapter.txt").write_text("years of work")
    with pytest.raises(UsageError, match=r"exists and is not a recording: it holds no recording\.json"):
        record(folder=thesis)
    with pytest.raises(UsageError, match=r"chapter\.txt is a file\n  name a folder for the recording"):
        record(folder=thesis / "chapter.txt")
    assert (thesis / "chapter.txt").read_text() == "years of work"


@pytest.mark.parametrize("exists", [False, True])
def test_a_failure_leaves_nothing_half_written(record: Record, tmp_path: Path, exists: bool) -> None:
    """The second resource cannot be written; the first must not appear."""
    folder = tmp_path / "recording"
    if exists:
        record()
    twice = [{"id": "a", "name": "x"}, {"id": "a", "name": "y"}]
    with pytest.raises(ValueError, match=r"^skills holds two entities with the id 'a'$"):
        record(org_name="new", skills=twice)
    assert [path.name for path in tmp_path.iterdir()] == (["recording"] if exists else [])
    assert not exists or read_recording(folder).name == "harbor"


def test_a_file_that_cannot_be_carried_over_leaves_the_older_recording(record: Record, tmp_path: Path) -> None:
    """Whatever goes wrong, one whole recording is there."""
    folder = record()
    (folder / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError):
        record(org_name="new")
    assert [path.name for path in tmp_path.iterdir()] == ["recording"]
    assert read_recording(folder).name == "harbor"


# -- there and back ---------------------------------------------------------------------------------------------

_ids = st.text(min_size=1, max_size=12) | st.uuids().map(str)
_names = st.text(max_size=30) | st.sampled_from(
    ["", "No", "a\nb\r\u2028", "</script>", "=HYPERLINK(1)", "\x00\x1b[31m", "\u202egnp.exe", '"\\', "🙂" * 40, "عربى"]
)
_DIVISIONS = {"d1": "Sales", "d2": "Ventes\n", "*": "*"}
_divisions = st.sampled_from([*_DIVISIONS, "stranger"]).map(
    lambda id_: Division(id_, _DIVISIONS[id_]) if id_ in _DIVISIONS else Division(id_)
)
_texts = st.none() | _names
_states = st.sampled_from(["active", "inactive", "deleted", "odd"])
_acw = st.builds(
    AcwSettings,
    st.sampled_from(["MANDATORY", "OPTIONAL", "PSYCHIC"]),
    st.none() | st.integers(min_value=0, max_value=2**53),
)
_skills_held = st.lists(st.builds(AgentSkill, _ids, _names, st.floats(0, 5), _states), max_size=3).map(tuple)
_languages = st.lists(st.builds(Language, _ids, _names), max_size=2).map(tuple)


def by_id(entities: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    unique = st.lists(entities, max_size=4, unique_by=lambda entity: entity.id)
    return unique.map(lambda found: tuple(sorted(found, key=lambda entity: entity.id)))


def tables(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(_ids, st.lists(values, max_size=4).map(tuple), max_size=3)


_orgs = st.builds(
    Org,
    name=_names,
    id=st.none() | _ids,
    origin=st.builds(
        Origin,
        kind=st.just("recording"),
        location=st.just("somewhere"),
        recorded_at=st.just("2026-11-01T00:00:00Z"),
        region=st.none() | _names,
        tool_version=_names,
    ),
    codes=by_id(st.builds(WrapUpCode, _ids, _names) | st.builds(WrapUpCode, _ids, _names, _divisions, _texts, _texts)),
    queues=by_id(
        st.builds(Queue, _ids, _names)
        | st.builds(
            Queue,
            _ids,
            _names,
            _divisions,
            _texts,
            _acw,
            st.dictionaries(_names, st.dictionaries(_names, st.integers() | _names, max_size=2), max_size=2),
            st.none() | st.integers(0, 99),
            st.lists(st.builds(MemberGroup, _ids, st.none() | _names), max_size=2).map(tuple),
            st.sampled_from(["ALL", "SOME"]),
        )
    ),
    skills=by_id(st.builds(Skill, _ids, _names) | st.builds(Skill, _ids, _names, _states)),
    agents=by_id(st.builds(Agent, _ids) | st.builds(Agent, _ids, _states, _skills_held, _languages))
    | by_id(st.builds(NamedAgent, _ids, _states, _skills_held, _languages, own_name=_names)),
    divisions=st.just((Division("d1", "Sales"), Division("d2", "Ventes\n"))),
    offered=tables(_ids),
    members=tables(st.builds(Member, _ids, st.none() | st.booleans(), st.none() | st.sampled_from(["user", "group"]))),
    flags=st.none() | st.builds(OutboundMapping, st.lists(_names, max_size=2).map(tuple), tables(_names)),
    hidden=st.dictionaries(st.sampled_from(["users", "queues", "divisions"]), _names.filter(bool), max_size=2),
)


def written_and_read(org: Org) -> Org:
    folder = Path(tempfile.mkdtemp())
    try:
        write_recording(folder / "recording", encode_org(org))
        return read_recording(folder / "recording", keep_names=True)
    finally:
        shutil.rmtree(folder)


@settings(deadline=None)  # it writes files
@given(_orgs)
def test_a_recording_written_and_read_is_the_same_org(org: Org) -> None:
    assert same_org(written_and_read(org), org)


def test_a_word_that_this_version_does_not_know_goes_back_as_it_came() -> None:
    skill = Skill("s1", "negotiation", unknown("the skill's state", "this version does not know it", "dormant"))
    org = Org(name="harbor", origin=Origin(kind="live", location="x"), skills=(skill,))
    assert encode_org(org).entities["skills"] == [{"id": "s1", "name": "negotiation", "state": "dormant"}]


def test_what_a_source_does_not_carry_is_hidden_in_a_recording_of_it() -> None:
    """A recording is complete: what it does not hold is unknown, never not applicable."""
    org = Org(
        name="harbor",
        origin=Origin(kind="export", location="x"),
        not_carried={"outbound_mapping": "an export has none"},
    )
    recording = encode_org(org)
    assert list(recording.hidden) == [Hidden("outbound_mapping", "an export has none")]
    assert written_and_read(org).hidden == {"outbound_mapping": "an export has none"}


def test_people_are_encoded_by_pseudonym() -> None:
    org = Org(name="harbor", origin=Origin(kind="live", location="x"), agents=(Agent("u1", "active"),))
    recording = encode_org(org)
    assert recording.names == "pseudonyms"
    assert recording.entities["users"] == [{"id": "u1", "name": org.agents[0].name, "state": "active"}]


def test_a_recording_needs_no_id_of_its_org(tmp_path: Path) -> None:
    recording = Recording(org_name="x", recorded_at="", tool_version="", entities={}, outbound_mapping=None)
    write_recording(tmp_path / "deep" / "er", recording)
    assert read_recording(tmp_path / "deep" / "er").id is None
