"""What a recording's folder holds, and the manifest that says so.

Source:
    `docs/design.md`, section "A recording, format 1".
"""

import hashlib
from collections.abc import Mapping
from typing import Literal

import msgspec

from harness.model.org import Resource

__all__ = ["FILES", "FORMAT", "MANIFEST", "OWN_NAMES", "FileEntry", "Hidden", "Manifest", "RecordedOrg", "digest"]

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
