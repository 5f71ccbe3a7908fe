"""The file that says what a folder of evidence holds: `evidence.json`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Literal

import msgspec

from harness.errors import Problem, SourceError
from harness.evidence.schema import DAY_FILE
from harness.evidence.spans import Moment, Span
from harness.model.undecodable import UNREADABLE, what_is_wrong

__all__ = [
    "FORMAT",
    "MANIFEST",
    "Manifest",
    "OrgOfEvidence",
    "Rows",
    "Source",
    "complete_until",
    "day_file",
    "encode_manifest",
    "read_manifest",
]

FORMAT = 1
"""The version of the format that this version of the harness reads and writes."""

MANIFEST = "evidence.json"

Source = Literal["platform", "saved"]


class _Part(msgspec.Struct, frozen=True, rename="camel"):
    """Keys in camelCase, as in a recording's manifest."""


class OrgOfEvidence(_Part, frozen=True):
    """The org's id and name; None where the source did not say."""

    id: str | None = None
    name: str | None = None


class Rows(_Part, frozen=True):
    """One file: how many handlings it holds."""

    rows: int


class Manifest(_Part, frozen=True, kw_only=True):
    """`evidence.json`.

    Attributes:
        region: The platform's region, or None.
        periods: The handlings that started in these are here; in order, none touching the next.
        unsettled: Parts of the periods of which something may be missing or still change: they were read before the
            platform's complete data reached them, or from saved files, which do not tell.
        complete_until: Where the first unsettled part begins, else where the last period ends; None when nothing
            before that is complete.
        source: Where the latest part came from.
        files: By name, relative to the folder.
        tool_version: The version of the harness that wrote it.
    """

    format: int = FORMAT
    org: OrgOfEvidence
    region: str | None = None
    periods: tuple[Span, ...]
    unsettled: tuple[Span, ...] = ()
    complete_until: Moment | None
    source: Source
    files: Mapping[str, Rows]
    tool_version: str


class _Versioned(msgspec.Struct):
    format: int


def day_file(day: date) -> str:
    """Return the name of a day's file, relative to the folder.

    Example:
        >>> day_file(date(2026, 11, 21))
        'day=2026-11-21/handlings.parquet'
    """
    return f"day={day.isoformat()}/{DAY_FILE}"


def read_manifest(folder: Path) -> Manifest:
    """Read `evidence.json`.

    Raises:
        SourceError: If the folder holds no evidence, or some of another format.
    """
    path = folder / MANIFEST
    hint = "fetch it with: wrapup evidence fetch --from DATE --into FOLDER"
    if not folder.is_dir():
        what = "is a file, and evidence is a folder" if folder.exists() else "there is no such folder"
        raise SourceError([Problem(str(folder), what, hint=hint)])
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise SourceError([Problem(str(folder), f"is no evidence: it holds no {MANIFEST}", hint=hint)]) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SourceError([Problem(str(path), f"cannot be read: {reason}", hint=hint)]) from None
    again = "fetch the evidence again, into a new folder"
    try:
        # A newer format may have another shape: look at its number before anything else.
        version = msgspec.json.decode(data, type=_Versioned).format
        if version == FORMAT:
            return _checked(path, msgspec.json.decode(data, type=Manifest), again)
    except UNREADABLE as error:
        problem = Problem(str(path), what_is_wrong(error), expected="a manifest of evidence", hint=again)
        raise SourceError([problem]) from None
    newer = "it was written by a newer version of wrapup: update this one"
    hint = newer if version > FORMAT else again
    raise SourceError([Problem(str(path), f"is of format {version}", expected=f"format {FORMAT}", hint=hint)])


def _checked(path: Path, manifest: Manifest, hint: str) -> Manifest:
    wrong = [
        f"the period from {it.start} to {it.end} ends before it begins"
        for it in manifest.periods
        if not it.start < it.end
    ]
    wrong += [
        f"the period from {b.start} overlaps the one before it"
        for a, b in pairwise(manifest.periods)
        if b.start < a.end
    ]
    wrong += [f"the file '{name}' is outside of the folder" for name in manifest.files if not _is_inside(name)]
    if wrong:
        raise SourceError([Problem(str(path), what, hint=hint) for what in wrong])
    return manifest


def _is_inside(name: str) -> bool:
    path = Path(name)
    return len(path.parts) == 2 and not path.is_absolute() and ".." not in path.parts


def encode_manifest(manifest: Manifest) -> bytes:
    """Return the bytes of `evidence.json`: the same for the same manifest."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def complete_until(periods: Sequence[Span], unsettled: Sequence[Span]) -> datetime | None:
    """Return up to when everything in the periods is known to be complete; None when nothing is."""
    if not periods:
        return None
    if not unsettled:
        return periods[-1].end
    return unsettled[0].start if unsettled[0].start > periods[0].start else None
