"""Evidence on its way into its folder: pieces first, then whole days, then all of them at once.

```
.evidence.partial/                       beside the folder evidence/
  begun.json                             which fetch this belongs to
  pieces/day=2026-11-20/0.parquet        what was read; a piece that is there is not read again
  ready/day=2026-11-20/handlings.parquet the day as it will be
  ready/evidence.json                    written last: from here on there is no way back
```

As long as `ready/evidence.json` is missing, the folder is untouched. Once it is there, the days are moved into the folder
and the manifest after them; a run that is killed in between is finished by the next one.
"""

import shutil
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import pyarrow as pa

from harness.evidence.files import outside, read_table, united, write_bytes, write_table
from harness.evidence.manifest import MANIFEST, Manifest, day_file, encode_manifest
from harness.evidence.spans import Span
from harness.model.folders import beside

__all__ = ["Begun", "Staging", "finish", "is_unfinished"]

_FRESH = timedelta(hours=12)
"""Pieces that are older say too little about what the platform knows now."""


class Begun(msgspec.Struct, frozen=True):
    """What the pieces belong to; those of another fetch are of no use.

    Attributes:
        start: Of the period.
        asked_end: What was asked for as its end; None: now.
        end: What that meant.
        available_until: Up to when the platform had complete data.
        at: When it began.
    """

    org_id: str
    base_url: str
    tool_version: str
    start: datetime
    asked_end: datetime | None
    end: datetime
    available_until: datetime
    at: datetime

    def continues(self, other: "Begun") -> bool:
        """Tell whether pieces that were read by another process can be used in this one."""
        same = msgspec.structs.replace(other, at=self.at, available_until=self.available_until, end=self.end) == self
        return same and timedelta(0) <= self.at - other.at < _FRESH


class Staging:
    """What was read for a folder of evidence, and is not there yet.

    Attributes:
        begun: What the pieces belong to, as it was noted before the first of them was read; None: nothing was.
        resumed: Whether there are pieces of an earlier run.
    """

    def __init__(self, folder: Path, begun: Begun | None = None) -> None:
        """Begin, or go on.

        Args:
            folder: Of the evidence.
            begun: What pieces belong to that can be gone on with; None: none can.
        """
        self._folder = folder
        self._staging = _staging_of(folder)
        before = self._noted()
        self.resumed = begun is not None and before is not None and begun.continues(before)
        self.begun = before if self.resumed else begun
        if not self.resumed:
            self.close()
        if begun is not None and not self.resumed:
            write_bytes(self._staging / "begun.json", msgspec.json.encode(begun))

    def _noted(self) -> Begun | None:
        try:
            return msgspec.json.decode((self._staging / "begun.json").read_bytes(), type=Begun)
        except (OSError, msgspec.MsgspecError):
            return None

    def has(self, day: date, name: str) -> bool:
        """Tell whether a piece was read."""
        return self._piece(day, name).is_file()

    def keep(self, day: date, name: str, table: pa.Table) -> None:
        """Keep a piece of a day; names are in the order of their age."""
        write_table(self._piece(day, name), table)

    def _piece(self, day: date, name: str) -> Path:
        return self._pieces(day) / f"{name}.parquet"

    def _pieces(self, day: date) -> Path:
        return self._staging / "pieces" / f"day={day.isoformat()}"

    def prepare(self, day: date, existing: Sequence[Path], replaced: Span | None) -> pa.Table:
        """Make a day's file of its pieces and of what the folder has already.

        Args:
            day: The day.
            existing: The folder's own files of that day.
            replaced: What they hold of this period is dropped; None keeps everything.

        Returns:
            What it holds.
        """
        kept = (read_table(path) for path in existing)
        before = kept if replaced is None else (outside(table, replaced) for table in kept)
        table = united([*before, *(read_table(path) for path in sorted(self._pieces(day).glob("*.parquet")))])
        write_table(self._staging / "ready" / day_file(day), table)
        return table

    def commit(self, manifest: Manifest) -> None:
        """Bring everything that is ready into the folder."""
        write_bytes(self._staging / "ready" / MANIFEST, encode_manifest(manifest))
        finish(self._folder)

    def close(self) -> None:
        """Remove all pieces."""
        shutil.rmtree(self._staging, ignore_errors=True)


def is_unfinished(folder: Path) -> bool:
    """Tell whether a run was killed while it brought days into a folder."""
    return (_staging_of(folder) / "ready" / MANIFEST).is_file()


def finish(folder: Path) -> None:
    """Bring into a folder what an earlier run had ready, if it did."""
    if not is_unfinished(folder):
        return
    ready = _staging_of(folder) / "ready"
    for path in sorted(ready.glob("day=*/*.parquet")):
        day = folder / path.parent.name
        day.mkdir(parents=True, exist_ok=True)
        # Files of another name go first: whatever they hold is in the new one, and that is still there after a kill.
        for other in day.glob("*.parquet"):
            if other.name != path.name:
                other.unlink()
        path.replace(day / path.name)
    (ready / MANIFEST).replace(folder / MANIFEST)
    shutil.rmtree(ready.parent, ignore_errors=True)


def _staging_of(folder: Path) -> Path:
    return beside(folder, "partial")
