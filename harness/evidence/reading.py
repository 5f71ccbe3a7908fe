"""Opening a folder of evidence: that it is whole is found out before anything is measured in it."""

import glob
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from harness.errors import Problem, SourceError, UsageError
from harness.evidence.manifest import MANIFEST, Manifest, read_manifest
from harness.evidence.schema import COLUMNS, Column
from harness.evidence.staging import is_unfinished
from harness.model.periods import Period

if TYPE_CHECKING:
    import ibis
    from ibis.backends import BaseBackend

__all__ = ["Evidence", "existing_evidence", "open_evidence", "unreadable"]


@dataclass(frozen=True)
class Evidence:
    """A folder of evidence that was found to be whole.

    Attributes:
        path: The folder.
        manifest: What it says about itself.
    """

    path: Path
    manifest: Manifest

    @property
    def periods(self) -> tuple[Period, ...]:
        """The handlings that started in these are here; in order, none touching the next."""
        return tuple(Period(it.start, it.end) for it in self.manifest.periods)

    @property
    def complete_until(self) -> datetime | None:
        """Up to when everything in the periods is here and will not change any more; None: nothing is known."""
        return self.manifest.complete_until

    @property
    def rows(self) -> int:
        """How many handlings there are."""
        return sum(it.rows for it in self.manifest.files.values())

    @property
    def glob(self) -> str:
        """All files, as a pattern with an absolute path."""
        # A folder may be named `evidence [old]`.
        return f"{glob.escape(str(self.path.resolve()))}/day=*/*.parquet"

    def files_of(self, day: date) -> list[Path]:
        """Return the files of a day."""
        folder = f"day={day.isoformat()}/"
        return [self.path / name for name in self.manifest.files if name.startswith(folder)]

    def table(self, connection: "BaseBackend") -> "ibis.Table":
        """Return all handlings, one row each, as a table of an Ibis connection; nothing is read yet."""
        return connection.read_parquet(self.glob).select([column.name for column in COLUMNS])


def open_evidence(path: Path) -> Evidence:
    """Return a folder of evidence.

    The manifest and the outline of every file are read, the handlings are not.

    Raises:
        SourceError: If there is none, or it is not whole; with everything that is wrong.
    """
    if is_unfinished(path):
        what = "is being written, or a fetch was interrupted while it wrote"
        raise SourceError([Problem(str(path), what, hint="run the same wrapup evidence command again")])
    manifest = read_manifest(path)
    problems = [*_problems(path, manifest)]
    if problems:
        raise SourceError(problems)
    return Evidence(path, manifest)


def existing_evidence(path: Path) -> Evidence | None:
    """Return the evidence that a folder holds before more comes into it; None when there is nothing yet.

    Raises:
        SourceError: If there is evidence, and it is not whole.
        UsageError: If the folder holds something else.
    """
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return None
    if not (path / MANIFEST).exists():
        what = f"exists and is not evidence: it holds no {MANIFEST}" if path.is_dir() else "is a file"
        raise UsageError(f"{path} {what}", "name a new folder for the evidence")
    return open_evidence(path)


def unreadable(path: Path, what: str) -> SourceError:
    """Return the error for evidence whose files turned out to be damaged when they were read."""
    first = what.strip().partition("\n")[0]
    return SourceError([Problem(str(path), f"cannot be read: {first}", hint=_AGAIN)])


_AGAIN = "fetch that period again into a new folder"
_KINDS = {"text": pa.types.is_string, "integer": pa.types.is_integer, "boolean": pa.types.is_boolean}


def _problems(folder: Path, manifest: Manifest) -> Iterator[Problem]:
    present = {f"{it.parent.name}/{it.name}" for it in folder.glob("day=*/*.parquet")}
    for name in sorted(present - manifest.files.keys()):
        yield Problem(str(folder / name), f"is not in {MANIFEST}", hint="remove the file, or fetch that day again")
    for name, listed in manifest.files.items():
        if name not in present:
            yield Problem(str(folder / name), f"is missing, and {MANIFEST} lists it", hint=_AGAIN)
            continue
        try:
            outline = pq.ParquetFile(folder / name)
        except (pa.ArrowException, OSError) as error:
            yield Problem(str(folder / name), f"is no whole Parquet file: {_first_line(error)}", hint=_AGAIN)
            continue
        if outline.metadata.num_rows != listed.rows:
            what = f"holds {outline.metadata.num_rows} handlings, and {MANIFEST} says {listed.rows}"
            yield Problem(str(folder / name), what, hint=_AGAIN)
        for column in COLUMNS:
            if wrong := _wrong(outline.schema_arrow, column):
                yield Problem(str(folder / name), wrong, expected=_EXPECTED[column.kind], hint=_AGAIN)


_EXPECTED = {
    "text": "text",
    "moment": "a timestamp in UTC",
    "integer": "an integer",
    "boolean": "a boolean",
}


def _wrong(schema: pa.Schema, column: Column) -> str | None:
    if column.name not in schema.names:
        return f"has no column '{column.name}'"
    kind = schema.field(column.name).type
    if column.kind == "moment":
        if not pa.types.is_timestamp(kind):
            return f"the column '{column.name}' is {kind}"
        if kind.tz is None:
            return f"the column '{column.name}' is a timestamp without a time zone"
        return None if kind.tz == "UTC" else f"the column '{column.name}' is in the time zone {kind.tz}"
    return None if _KINDS[column.kind](kind) else f"the column '{column.name}' is {kind}"


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
