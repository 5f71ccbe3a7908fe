"""Writing a recording: whole or not at all."""

import hashlib
import shutil
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal

import msgspec

from harness.errors import UsageError
from harness.model import Org
from harness.model.change import Trail
from harness.model.entities import NamedAgent
from harness.model.folders import beside
from harness.model.org import Resource
from harness.model.unknown import Unknown
from harness.orgs.manifest import FILES, MANIFEST, OWN_NAMES, FileEntry, Hidden, Manifest, RecordedOrg
from harness.orgs.trail import TRAIL_FILE, encode_trail

__all__ = ["Recording", "encode_org", "survivors", "write_recording"]


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What goes into a recording: entities as the API shapes them.

    Attributes:
        org_id: The org's id, or None when the source does not say.
        region: The platform's region, or None.
        recorded_at: ISO 8601 in UTC.
        tool_version: The version of the harness that recorded.
        entities: By resource, in any order. `queue_wrapupcodes` and `queue_members` hold
            `{"queueId": …, "entities": […]}`, one per queue. A resource that is missing here was not recorded.
        outbound_mapping: The singleton, or None when the org has none. Left out of the folder when it is hidden.
        hidden: What was not (wholly) delivered.
        names: Whether people appear by pseudonym or by their own names.
        trail: Who changed codes and queues, or None when that was not recorded.
    """

    org_name: str
    recorded_at: str
    tool_version: str
    entities: Mapping[Resource, Iterable[Mapping[str, Any]]]
    outbound_mapping: Mapping[str, Any] | None
    org_id: str | None = None
    region: str | None = None
    hidden: Sequence[Hidden] = ()
    names: Literal["pseudonyms", "kept"] = "pseudonyms"
    trail: Trail | None = None


def write_recording(folder: Path, recording: Recording) -> None:
    """Write a recording's folder, whole or not at all.

    An older recording in its place is replaced; what else lies in that folder (a README) is kept.

    Args:
        folder: Where to; its parent is made when missing.
        recording: What to write.

    Raises:
        UsageError: If something that is not a recording is in the way.
        ValueError: If two entities of a resource have one id.
    """
    kept = survivors(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # A sibling is on the same file system, so that renaming it into place is atomic.
    fresh, stale = (beside(folder, uuid.uuid4().hex) for _ in range(2))
    fresh.mkdir()
    try:
        _write_files(fresh, recording)
        for path in kept:
            if path.is_dir():
                shutil.copytree(path, fresh / path.name)
            else:
                shutil.copy2(path, fresh / path.name)
        if folder.exists():
            folder.rename(stale)
        fresh.rename(folder)
    finally:
        if not folder.exists() and stale.exists():
            stale.rename(folder)
        for leftover in (fresh, stale):
            shutil.rmtree(leftover, ignore_errors=True)


def survivors(folder: Path) -> list[Path]:
    """Return what must survive in a folder that a recording is about to replace.

    Raises:
        UsageError: If a recording cannot come there.
    """
    if not folder.exists():
        return []
    if folder.samefile(Path.cwd()):
        raise UsageError(
            f"{folder} is the folder that this runs in, and a recording replaces its folder as a whole",
            "name another folder, or run this from elsewhere",
        )
    if not folder.is_dir():
        raise UsageError(f"{folder} is a file", "name a folder for the recording")
    present = list(folder.iterdir())
    if present and not (folder / MANIFEST).is_file():
        raise UsageError(
            f"{folder} exists and is not a recording: it holds no {MANIFEST}", "name a new folder, or empty this one"
        )
    return [path for path in present if path.name not in OWN_NAMES]


def _write_files(folder: Path, recording: Recording) -> None:
    files: dict[str, FileEntry] = {}

    def write(name: str, data: bytes, count: int) -> None:
        (folder / name).write_bytes(data)
        files[name] = FileEntry(count, hashlib.sha256(data).hexdigest())

    for resource, entities in recording.entities.items():
        key = "queueId" if resource.startswith("queue_") else "id"
        in_order = sorted(entities, key=itemgetter(key))
        for one, other in pairwise(in_order):
            if one[key] == other[key]:
                raise ValueError(f"{resource} holds two entities with the {key} '{one[key]}'")
        write(FILES[resource], msgspec.json.Encoder().encode_lines(in_order), len(in_order))
    if not any(entry.resource == "outbound_mapping" for entry in recording.hidden):
        mapping = recording.outbound_mapping
        write(FILES["outbound_mapping"], msgspec.json.encode(mapping) + b"\n", int(mapping is not None))
    if recording.trail is not None:
        write(TRAIL_FILE, encode_trail(recording.trail), len(recording.trail.entries))
    manifest = Manifest(
        org=RecordedOrg(recording.org_name, recording.org_id),
        region=recording.region,
        recorded_at=recording.recorded_at,
        tool_version=recording.tool_version,
        names=recording.names,
        files=dict(sorted(files.items())),
        hidden=tuple(recording.hidden),
    )
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")


def encode_org(org: Org) -> Recording:
    """Return an org as a recording's contents, in the API's shape.

    Reading what was written gives the same org. What is unknown is left out, unless the platform's own word is
    known. What the org's source did not carry becomes hidden, with the reason.
    """
    gaps = {**org.not_carried, **org.hidden}
    everything: dict[Resource, list[dict[str, Any]]] = {
        "wrapupcodes": [_entity(code) for code in org.codes],
        "queues": [_entity(queue) for queue in org.queues],
        "users": [{"id": agent.id, "name": agent.name} | _entity(agent) for agent in org.agents],
        "skills": [_entity(skill) for skill in org.skills],
        "divisions": [_entity(division) for division in org.divisions],
        "queue_wrapupcodes": [
            {"queueId": queue_id, "entities": [{"id": code_id} for code_id in ids]}
            for queue_id, ids in org.offered.items()
        ],
        "queue_members": [
            {"queueId": queue_id, "entities": [_entity(member) for member in members]}
            for queue_id, members in org.members.items()
        ],
    }
    return Recording(
        org_id=org.id,
        org_name=org.name,
        region=org.origin.region,
        recorded_at=org.origin.recorded_at or "",
        tool_version=org.origin.tool_version or "",
        entities=everything,
        outbound_mapping=None if org.flags is None else _entity(org.flags),
        hidden=[Hidden(resource, reason) for resource, reason in sorted(gaps.items())],
        names="kept" if any(isinstance(agent, NamedAgent) for agent in org.agents) else "pseudonyms",
    )


def _entity(struct: msgspec.Struct) -> dict[str, Any]:
    """Return a struct as the API would shape it, without what is absent or unknown."""
    shaped = {}
    for field in msgspec.structs.fields(struct):
        value = getattr(struct, field.name)
        if isinstance(value, Unknown):
            value = value.text
        if value is not None:
            shaped[field.encode_name] = _value(value)
    return shaped


def _value(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return _entity(value)
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    return value
