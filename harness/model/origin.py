"""Where an org comes from, and what its source may deliver."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Origin", "Resource", "SourceKind"]

SourceKind = Literal["recording", "live", "plan", "export"]

Resource = Literal[
    "wrapupcodes",
    "queues",
    "users",
    "skills",
    "divisions",
    "queue_wrapupcodes",
    "queue_members",
    "outbound_mapping",
    "audits",
    "evidence",
]
"""What a source delivers, by the names of a recording's files."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where an org came from, for the report's provenance.

    Attributes:
        kind: The kind of source.
        location: The folder, file or base URL, as the user named it.
        recorded_at: ISO 8601 in UTC, or None when the source does not say.
        region: The platform's region, or None.
        tool_version: The version that recorded it, or None.
        sha256: Hash over what was read, in hex, or None.
    """

    kind: SourceKind
    location: str
    recorded_at: str | None = None
    region: str | None = None
    tool_version: str | None = None
    sha256: str | None = None
