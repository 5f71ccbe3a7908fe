"""The trail as a file: nothing is lost in it, nobody is named in it, and what is wrong with it is said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import SourceError
from harness.model import Org, Origin, is_known
from harness.model.change import Change, PropertyChange, Reference, Trail
from harness.orgs import encode_org, write_recording
from harness.orgs.manifest import Hidden
from harness.orgs.trail import encode_trail, load_trail, past_of, read_trail, recorded_trail
from harness.testing import a_queue, an_org

SINCE, UNTIL = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
ENTRY = Change(
    id="c1",
    at=datetime(2026, 10, 6, 19, 30, tzinfo=UTC),
    action="Update",
    entity_type="Queue",
    entity=Reference("q1", "Billing"),
    user=Reference("u1"),
    status="SUCCESS",
    changes=(PropertyChange("acwSettings.timeoutMs", ("30000",), ("60000",)),),
)
TRAIL = Trail(entries=(ENTRY,), since=SINCE, until=UNTIL)

_words = st.text('abcé\n"\\', max_size=5)
_references = st.none() | st.builds(Reference, st.none() | _words)
_changes = st.builds(
    Change,
    id=st.uuids().map(str),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    action=_words,
    entity_type=_words,
    entity=st.none() | st.builds(Reference, st.none() | _words, st.none() | _words),
    user=_references,
    client=_references,
    status=st.none() | _words,
    changes=st.none()
    | st.lists(
        st.builds(
            PropertyChange,
            st.none() | _words,
            st.none() | st.lists(st.none() | _words, max_size=2).map(tuple),
            st.none() | st.lists(_words, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
)


def write(folder: Path, data: bytes) -> Path:
    path = folder / "audits.ndjson"
    path.write_bytes(data)
    return path


@given(
    entries=st.lists(_changes, max_size=4, unique_by=lambda it: it.id),
    wanted=st.none() | st.just(SINCE - timedelta(days=3)),
)
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, entries: list[Change], wanted: datetime | None
) -> None:
    in_order = tuple(sorted(entries, key=lambda it: (it.at, it.id)))
    trail = Trail(entries=in_order, since=SINCE, until=UNTIL, wanted_since=wanted)
    path = write(tmp_path_factory.mktemp("trail"), encode_trail(trail))
    assert replace(read_trail(path), location="") == trail


def test_the_file_is_a_period_and_an_entry_a_line() -> None:
    assert encode_trail(TRAIL).decode() == (
        '{"trail":1,"since":"2026-10-01T00:00:00Z","until":"2026-11-01T00:00:00Z"}\n'
        '{"id":"c1","eventDate":"2026-10-06T19:30:00Z","action":"Update","entityType":"Queue",'
        '"entity":{"id":"q1","name":"Billing"},"user":{"id":"u1"},"status":"SUCCESS",'
        '"propertyChanges":[{"property":"acwSettings.timeoutMs","oldValues":["30000"],"newValues":["60000"]}]}\n'
    )


def test_nobody_is_named_in_it() -> None:
    """Not even when the platform was asked to expand users, or an address stands in a value."""
    told = Change(
        id="c1",
        at=SINCE,
        user=Reference("u1", "Somebody Real"),
        changes=(PropertyChange("description", (), ("ask somebody@real.example or +1 555 0100 200",)),),
    )
    data = encode_trail(Trail(entries=(told,), since=SINCE, until=UNTIL))
    assert b"Somebody" not in data
    assert b"real.example" not in data
    assert b"0100" not in data


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "audits.ndjson:1: input data was truncated"),
        (
            b'{"trail":2,"since":"2026-10-01T00:00:00Z","until":"2026-11-01T00:00:00Z"}\n',
            "audits.ndjson:1: invalid enum",
        ),
        (b'{"id":"c1"}\n', "audits.ndjson:1: object missing required field trail"),
        (b"\xff\xfe\n", "audits.ndjson:1:"),
        (encode_trail(TRAIL) + b'{"id":"c2"}\n', "audits.ndjson:3: object missing required field eventDate"),
        (encode_trail(TRAIL) + encode_trail(TRAIL).split(b"\n")[1], "audits.ndjson:3: the id 'c1' comes twice"),
        (encode_trail(TRAIL)[:-20], "audits.ndjson:2:"),
    ],
    ids=["empty", "newer", "no period", "no text", "no time", "twice", "cut short"],
)
def test_what_is_no_trail_is_refused_with_its_line(tmp_path: Path, data: bytes, problem: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_trail(write(tmp_path, data))
    assert problem in str(caught.value)
    assert "wrapup codes audit-log --into FILE" in str(caught.value)


def test_all_broken_lines_are_named_up_to_a_limit(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_trail(write(tmp_path, encode_trail(TRAIL) + b"{}\n" * 50))
    assert len(caught.value.problems) == 20


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no such file"):
        read_trail(tmp_path / "none.ndjson")


def recorded(folder: Path, org: Org, *, trail: Trail | None = TRAIL, at: str = "2026-11-01T00:00:00Z") -> Path:
    dated = replace(org, id="org-1", origin=replace(org.origin, recorded_at=at, tool_version="0"))
    write_recording(folder, replace(encode_org(dated), trail=trail))
    return folder


def test_a_recording_may_hold_a_trail(tmp_path: Path) -> None:
    folder = recorded(tmp_path / "org", an_org())
    found = recorded_trail(folder)
    assert isinstance(found, Trail)
    assert found.entries == TRAIL.entries
    assert load_trail(None, str(folder)) == found
    assert load_trail(str(folder), None) == found
    assert load_trail(str(folder / "audits.ndjson"), None) == found


def test_a_recording_without_one_is_none(tmp_path: Path) -> None:
    folder = recorded(tmp_path / "org", an_org(), trail=None)
    assert recorded_trail(folder) is None
    assert load_trail(None, "live") is None
    assert load_trail(None, None) is None
    with pytest.raises(SourceError, match="holds no audit trail") as caught:
        load_trail(str(folder), None)
    assert "wrapup record --audits-from DATE" in str(caught.value)


def test_a_trail_that_was_not_to_be_had_is_unknown_and_not_absent(tmp_path: Path) -> None:
    org = an_org()
    contents = replace(
        encode_org(replace(org, origin=replace(org.origin, recorded_at="2026-11-01T00:00:00Z", tool_version="0"))),
        hidden=[Hidden("audits", "the API answered 403", "audits:audit:view")],
    )
    write_recording(tmp_path / "org", contents)
    found = recorded_trail(tmp_path / "org")
    assert not is_known(found)
    assert "audits:audit:view" in found.why  # type: ignore[union-attr]  # it is an Unknown


def dated(org: Org, at: str | None, *, id: str | None = "org-1") -> Org:
    return replace(org, id=id, origin=Origin(kind="recording", location="somewhere", recorded_at=at))


def test_the_past_is_what_differs_since() -> None:
    before = dated(
        an_org(queues={"Billing": a_queue("Sale", prompt="MANDATORY_TIMEOUT", timeout_s=30)}), "2026-10-01T00:00:00Z"
    )
    after = dated(
        an_org(queues={"Billing": a_queue("Sale", prompt="MANDATORY_TIMEOUT", timeout_s=60)}), "2026-11-01T00:00:00Z"
    )
    past = past_of(before, after)
    assert (past.recorded_at, past.until) == (SINCE, UNTIL)
    compared = [(it.label, it.what, it.entity_id) for it in past.differences if it.compared]
    assert compared == [("queue Billing", "timeout", "queue-1")]


def test_a_recording_of_another_org_or_of_tomorrow_is_no_past() -> None:
    org = dated(an_org(), "2026-11-01T00:00:00Z")
    with pytest.raises(SourceError, match="is a recording of another org"):
        past_of(dated(an_org(), "2026-10-01T00:00:00Z", id="org-2"), org)
    with pytest.raises(SourceError, match="after the org that is judged") as caught:
        past_of(dated(an_org(), "2026-12-01T00:00:00Z"), org)
    assert "swap --org and --since" in str(caught.value)


def test_a_source_that_does_not_say_when_it_was_made_is_compared_all_the_same() -> None:
    past = past_of(dated(an_org(), None), dated(an_org(), "nonsense"))
    assert (past.recorded_at, past.until, past.differences) == (None, None, ())
