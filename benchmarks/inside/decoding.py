"""Read a recording in one of three ways: the time of reading alone."""

import json
import sys
from pathlib import Path

import msgspec

from benchmarks.measure import Stopwatch
from harness.model import Agent, Division, Member, Queue, Skill, WrapUpCode
from harness.model.garbage import paused_collection
from harness.orgs import load_org


class Codes(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """A line of the codes of queues."""

    queue_id: str
    entities: tuple[WrapUpCode, ...]


class Members(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """A line of the members of queues."""

    queue_id: str
    entities: tuple[Member, ...]


TYPES = {
    "wrapupcodes": WrapUpCode,
    "queues": Queue,
    "users": Agent,
    "skills": Skill,
    "divisions": Division,
    "queue_wrapupcodes": Codes,
    "queue_members": Members,
}

how, folder = sys.argv[1], Path(sys.argv[2])
found: list[object] = []
with Stopwatch() as watch:
    if how == "ours":
        found.append(load_org(folder))
    elif how == "msgspec":
        with paused_collection():
            for name, shape in TYPES.items():
                data = (folder / f"{name}.ndjson").read_bytes()
                found.append(msgspec.json.Decoder(shape).decode_lines(data))
    else:
        for name in TYPES:
            found.append([json.loads(line) for line in (folder / f"{name}.ndjson").read_bytes().splitlines()])
watch.tell()
