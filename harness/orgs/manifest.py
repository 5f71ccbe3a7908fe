"""What a recording's folder holds, and the manifest that says so.

Source:
    `docs/design.md`, section "A recording, format 1".
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from harness.errors import Problem, SourceError
from harness.model.org import Resource
from harness.model.undecodable import UNREADABLE, what_is_wrong

__all__ = [
    "FILES",
    "FORMAT",
    "MANIFEST",
    "OWN_NAMES",
    "UNREADABLE",
    "FileEntry",
    "Hidden",
    "Manifest",
    "RecordedOrg",
    "digest",
    "read_manifest",
    "record_again",
    "what_is_wrong",
]

FORMAT = 1
"""The version of the format that this version of the harness reads and writes."""

MANIFEST = "recording.json"

FILES: Mapping[Resource, str] = {
    "wrapupcodes": "wrapupcodes.ndjson",
    "queues": "queues.ndjson",
    "users": "users.ndjson",
    "skills": "skills.ndjson",
    "divisions": "divisions.ndjson",
    "queue_wrapupcodes": "queue_wrapupcodes.ndjson",
    "queue_members": "queue_members.ndjson",
    "outbound_mapping": "outbound_mapping.json",
}
"""The file that holds each resource."""

OWN_NAMES = frozenset({MANIFEST, "audits.ndjson", *FILES.values()})
"""The names that belong to the format; whatever else lies in the folder (a README) is somebody else's."""


class _Part(msgspec.Struct, frozen=True, rename="camel"):
    """Keys in camelCase, as in the API's own entities."""


class FileEntry(_Part, frozen=True):
    """One file: how many entities (or lines of one queue) it holds, and the hash of its bytes in hex."""

    count: int
    sha256: str


class Hidden(_Part, frozen=True, omit_defaults=True):
    """A resource that was not (wholly) delivered.

    Attributes:
        reason: Why, in words ("the API answered 403").
        permission: The permission that the call needs, or None when that was not the reason.
    """

    resource: str
    reason: str
    permission: str | None = None

    def __str__(self) -> str:
        return self.reason if self.permission is None else f"{self.reason}; it needs the permission {self.permission}"


class RecordedOrg(_Part, frozen=True):
    """The org's name, and its id when the source said it."""

    name: str
    id: str | None = None


class Manifest(_Part, frozen=True, kw_only=True):
    """`recording.json`.

    Attributes:
        recorded_at: ISO 8601 in UTC.
        tool_version: The version of the harness that recorded.
        names: Whether people appear by pseudonym or by their own names.
        files: By name, relative to the folder.
    """

    format: int = FORMAT
    org: RecordedOrg
    region: str | None = None
    recorded_at: str
    tool_version: str
    names: Literal["pseudonyms", "kept"] = "pseudonyms"
    files: dict[str, FileEntry]
    hidden: tuple[Hidden, ...] = ()


def digest(files: Mapping[str, FileEntry]) -> str:
    """Return one hash, in hex, over the hashes of all files; it does not depend on when they were recorded."""
    lines = "".join(f"{entry.sha256}  {name}\n" for name, entry in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


class _Versioned(msgspec.Struct):
    format: int


def read_manifest(folder: Path) -> Manifest:
    """Read `recording.json`.

    Raises:
        SourceError: If the folder is no recording, or one of another format.
    """
    path = folder / MANIFEST
    if not folder.is_dir():
        raise SourceError([Problem(str(folder), "there is no such folder", hint="name the folder of a recording")])
    if not path.is_file():
        what = f"is not a recording: it holds no {MANIFEST}"
        raise SourceError([Problem(str(folder), what, hint=record_again(folder))])
    data = path.read_bytes()
    try:
        # A newer format may have another shape: look at its number before anything else.
        version = msgspec.json.decode(data, type=_Versioned).format
        if version == FORMAT:
            return msgspec.json.decode(data, type=Manifest)
    except UNREADABLE as error:
        problem = Problem(str(path), what_is_wrong(error), expected="a recording's manifest", hint=record_again(folder))
        raise SourceError([problem]) from None
    newer = "it was written by a newer version of wrapup: update this one"
    hint = newer if version > FORMAT else record_again(folder)
    raise SourceError([Problem(str(path), f"is of format {version}", expected=f"format {FORMAT}", hint=hint)])


def record_again(folder: Path) -> str:
    """Return what to do about a recording that cannot be read."""
    return f"re-record with: wrapup record --into {folder}"
