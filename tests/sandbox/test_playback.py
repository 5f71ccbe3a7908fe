"""What goes in comes out: reading a sandbox page by page gives back the recording, byte for byte."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.sandbox import InProcess, State
from tests.sandbox.playing import CLIENT, CODES, FIXTURES, OUTBOUND, QUEUES, SKILLS, USERS, Caller

_RECORDINGS = sorted(path.parent for path in FIXTURES.glob("*/recording.json"))


@pytest.fixture(params=_RECORDINGS, ids=lambda path: path.name)
def recording(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def _all(caller: Caller, path: str, **query: Any) -> Iterator[Any]:
    while path:
        listing = caller.get(path, **query)
        yield from listing["entities"]
        path, query = listing.get("nextUri", ""), {}


def _lines(entities: Iterator[Any] | list[Any]) -> bytes:
    return msgspec.json.Encoder().encode_lines(sorted(entities, key=lambda entity: str(entity["id"])))


def test_every_recording_comes_back_byte_for_byte(recording: Path) -> None:
    caller = Caller(InProcess(State.load(recording), [CLIENT], rate_limit=None))
    listings = {
        "wrapupcodes": _all(caller, CODES, pageSize=7),
        "queues": _all(caller, QUEUES, pageSize=7),
        "skills": _all(caller, SKILLS, pageSize=7),
        "users": _all(caller, USERS, pageSize=7, state="any", expand="skills,languages"),
        "divisions": _all(caller, "/api/v2/authorization/divisions", pageSize=3),
    }
    for resource, entities in listings.items():
        assert _lines(entities) == (recording / f"{resource}.ndjson").read_bytes(), resource
    queue_ids = sorted(queue["id"] for queue in _all(caller, QUEUES))
    for resource in ("wrapupcodes", "members"):
        lines = [
            {"queueId": queue_id, "entities": list(_all(caller, f"{QUEUES}/{queue_id}/{resource}", pageSize=3))}
            for queue_id in queue_ids
        ]
        expected = (recording / f"queue_{resource}.ndjson").read_bytes()
        assert msgspec.json.Encoder().encode_lines(lines) == expected, resource
    mapping = caller.answer("GET", OUTBOUND)
    expected = (recording / "outbound_mapping.json").read_bytes()
    if expected == b"null\n":
        assert mapping.status_code == 404
    else:
        assert mapping.content + b"\n" == expected
