"""Reading a recording: a folder that holds what an org's API answered.

Two recordings of the same org are the same org, whenever and by whichever version they were recorded:
see `harness.orgs.difference.same_org`.
"""

import hashlib
from collections.abc import Callable, Sequence
from operator import attrgetter
from pathlib import Path, PurePosixPath
from typing import TypeVar

import msgspec

from harness.errors import Problem, SourceError, did_you_mean
from harness.model import Agent, Division, Member, Org, Origin, OutboundMapping, Queue, Skill, WrapUpCode
from harness.model.entities import NamedAgent
from harness.model.garbage import paused_collection
from harness.model.org import Resource
from harness.orgs.manifest import (
    FILES,
    MANIFEST,
    OWN_NAMES,
    UNREADABLE,
    Manifest,
    digest,
    read_manifest,
    record_again,
    what_is_wrong,
)
from harness.orgs.names import with_names

__all__ = ["read_recording"]

_T = TypeVar("_T")

_MOST_PROBLEMS_OF_A_FILE = 20
_NOT_HELD = "the recording does not hold it"


class _CodeId(msgspec.Struct, frozen=True, gc=False):
    """A code as a queue offers it; its name is the listing's to say."""

    id: str


class _QueueCodes(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """A line of `queue_wrapupcodes.ndjson`."""

    queue_id: str
    entities: tuple[_CodeId, ...]


class _QueueMembers(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """A line of `queue_members.ndjson`."""

    queue_id: str
    entities: tuple[Member, ...]


def read_recording(folder: Path, *, keep_names: bool = False) -> Org:
    """Read a recording into an org.

    Names of divisions and of agents' skills that were delivered only as ids are filled from their listings.
    A resource that the recording does not hold is a gap, never empty.

    Args:
        folder: The recording's folder.
        keep_names: Whether people keep the names that the recording holds; else they appear by pseudonym.

    Raises:
        SourceError: If the folder is no recording, or is not what its manifest says; with all problems.
    """
    manifest = read_manifest(folder)
    reader = _Reader(folder, manifest)
    reader.check_names()
    with paused_collection():
        offered = reader.lines("queue_wrapupcodes", _QueueCodes, _queue_id)
        members = reader.lines("queue_members", _QueueMembers, _queue_id)
        org = Org(
            name=manifest.org.name,
            id=manifest.org.id,
            origin=Origin(
                kind="recording",
                location=str(folder),
                recorded_at=manifest.recorded_at,
                region=manifest.region,
                tool_version=manifest.tool_version,
                sha256=digest(manifest.files),
            ),
            codes=tuple(reader.lines("wrapupcodes", WrapUpCode, _id)),
            queues=tuple(reader.lines("queues", Queue, _id)),
            skills=tuple(reader.lines("skills", Skill, _id)),
            agents=tuple(reader.lines("users", NamedAgent if keep_names and manifest.names == "kept" else Agent, _id)),
            divisions=tuple(reader.lines("divisions", Division, _id)),
            offered={line.queue_id: tuple([code.id for code in line.entities]) for line in offered},
            members={line.queue_id: line.entities for line in members},
            flags=reader.mapping(),
            hidden=_hidden(manifest),
        )
        if reader.problems:
            raise SourceError(sorted(reader.problems, key=lambda problem: (problem.path, problem.line or 0)))
        return with_names(org)


_id: Callable[[object], str] = attrgetter("id")
_queue_id: Callable[[object], str] = attrgetter("queue_id")


def _hidden(manifest: Manifest) -> dict[str, str]:
    reasons: dict[str, list[str]] = {
        resource: [_NOT_HELD] for resource, name in FILES.items() if name not in manifest.files
    }
    stated: dict[str, list[str]] = {}
    for entry in manifest.hidden:
        stated.setdefault(entry.resource, []).append(str(entry))
    return {resource: "; ".join(texts) for resource, texts in sorted((reasons | stated).items())}


class _Reader:
    """Reads the files of one recording and collects everything that is wrong with them."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder = folder
        self._manifest = manifest
        self.problems: list[Problem] = []

    def check_names(self) -> None:
        """Check that manifest and folder agree on the files, and every file that no resource is read from."""
        for name in sorted(self._manifest.files):
            if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name:
                self._problem(MANIFEST, f"names the file '{name}', which is not inside the folder")
            elif name not in FILES.values():
                self._bytes(name)
        unnamed = sorted(OWN_NAMES - {MANIFEST} - self._manifest.files.keys())
        for name in unnamed:
            if (self._folder / name).exists():
                self._problem(name, f"{MANIFEST} does not name this file")
        for entry in self._manifest.hidden:
            if entry.resource not in FILES and entry.resource not in ("audits", "evidence"):
                self._problem(
                    MANIFEST,
                    f"hides '{entry.resource}', which is no resource",
                    expected="one of " + ", ".join(FILES),
                    hint=did_you_mean(entry.resource, FILES),
                )

    def lines(self, resource: Resource, shape: type[_T], key: Callable[[_T], str]) -> Sequence[_T]:
        """Return the entities of an NDJSON file, sorted by id; none when the recording does not hold it."""
        name = FILES[resource]
        data = self._bytes(name)
        if data is None:
            return ()
        decoder = msgspec.json.Decoder(shape)
        try:
            entities = decoder.decode_lines(data)
            ids = list(map(key, entities))
            broken = any(map(str.__ge__, ids, ids[1:]))
        except UNREADABLE:
            broken = True
        if broken:
            self._name_broken_lines(name, data, decoder, key)
            return ()
        self._check_count(name, len(entities))
        return entities

    def mapping(self) -> OutboundMapping | None:
        """Return the outbound mapping; None when the org has none or the recording does not hold it."""
        name = FILES["outbound_mapping"]
        data = self._bytes(name)
        if data is None:
            return None
        try:
            mapping = msgspec.json.decode(data, type=OutboundMapping | None)
        except UNREADABLE as error:
            self._problem(name, what_is_wrong(error))
            return None
        self._check_count(name, int(mapping is not None))
        return mapping

    def _bytes(self, name: str) -> bytes | None:
        """Return a file's bytes when the manifest names it and the folder has it."""
        if name not in self._manifest.files:
            return None
        path = self._folder / name
        if not path.is_file():
            self._problem(name, f"is missing; {MANIFEST} names it")
            return None
        data = path.read_bytes()
        found, stated = hashlib.sha256(data).hexdigest(), self._manifest.files[name].sha256
        if found != stated:
            self._problem(name, f"has the sha256 {found}", expected=f"{stated}, as {MANIFEST} says")
        return data

    def _check_count(self, name: str, found: int) -> None:
        stated = self._manifest.files[name].count
        if found != stated:
            self._problem(name, f"holds {found} entries", expected=f"{stated}, as {MANIFEST} says")

    def _name_broken_lines(
        self, name: str, data: bytes, decoder: msgspec.json.Decoder[_T], key: Callable[[_T], str]
    ) -> None:
        """Say which lines cannot be read, or are out of order."""
        found = 0
        last: str | None = None
        for number, line in enumerate(data.split(b"\n"), start=1):
            if not line.strip():
                continue
            try:
                this = key(decoder.decode(line))
            except UNREADABLE as error:
                what = what_is_wrong(error)
            else:
                if last is None or this > last:
                    last = this
                    continue
                what = f"the id '{this}' comes twice" if this == last else f"the id '{this}' is out of order"
            found += 1
            if found > _MOST_PROBLEMS_OF_A_FILE:
                self._problem(name, "more broken lines follow; they are not listed", line=number)
                return
            self._problem(name, what, line=number)

    def _problem(
        self,
        name: str,
        what: str,
        *,
        line: int | None = None,
        expected: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.problems.append(
            Problem(
                str(self._folder / name),
                what,
                line=line,
                expected=expected,
                hint=hint or record_again(self._folder),
            )
        )
