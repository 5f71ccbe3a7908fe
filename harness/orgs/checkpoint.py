"""Pages that were read before an interruption, kept beside the recording that they are for.

One file a page, each written whole; people are out of them already. The folder goes when the recording is complete.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from harness.client import Listing, Page
from harness.errors import PayloadError
from harness.model.folders import beside

__all__ = ["Begun", "Checkpoint"]

_FRESH = timedelta(hours=12)
"""Pages that are older say too little about the org of now."""


class Begun(msgspec.Struct, frozen=True):
    """What the kept pages belong to; pages of another recording are of no use.

    Attributes:
        at: When the recording began.
    """

    org_id: str
    base_url: str
    tool_version: str
    keep_names: bool
    at: datetime

    def continues(self, other: "Begun") -> bool:
        """Tell whether pages that were kept by another process can be used in this one."""
        same = msgspec.structs.replace(other, at=self.at) == self
        return same and timedelta(0) <= self.at - other.at < _FRESH


class Checkpoint:
    """The kept pages of one recording.

    Attributes:
        resumed: When the recording began that this one goes on with, or None when it begins.
    """

    def __init__(self, recording: Path, begun: Begun) -> None:
        self._folder = beside(recording, "partial")
        self.resumed = self._resume(begun)

    def _resume(self, begun: Begun) -> datetime | None:
        note = self._folder / "begun.json"
        try:
            before = msgspec.json.decode(note.read_bytes(), type=Begun)
        except (OSError, msgspec.MsgspecError):
            before = None
        if before is not None and begun.continues(before):
            return before.at
        self.close()
        self._folder.mkdir(parents=True)
        _write(note, msgspec.json.encode(begun))
        return None

    def kept(self, listing: Listing) -> tuple[Page, ...]:
        """Return the first pages of a listing, as many as were kept without a gap."""
        return tuple(self._kept(listing))

    def _kept(self, listing: Listing) -> Iterator[Page]:
        number = 1
        while True:
            try:
                yield Page.of(listing, number, self._path(listing, number).read_bytes())
            except (OSError, PayloadError):
                return
            number += 1

    def keep(self, listing: Listing, page: Page) -> None:
        """Keep a page."""
        path = self._path(listing, page.number)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, page.content)

    def discard(self, listing: Listing) -> None:
        """Forget the pages of a listing that has changed since."""
        shutil.rmtree(self._path(listing, 1).parent, ignore_errors=True)

    def kept_answer(self, path: str) -> bytes | None:
        """Return a single answer that was kept, or None."""
        try:
            return (self._folder / _name(path)).read_bytes()
        except OSError:
            return None

    def keep_answer(self, path: str, content: bytes) -> None:
        """Keep a single answer."""
        _write(self._folder / _name(path), content)

    def close(self) -> None:
        """Remove all that was kept."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, listing: Listing, number: int) -> Path:
        return self._folder / _name(listing.path) / f"{number}.json"


def _name(path: str) -> str:
    return path.removeprefix("/api/v2/").replace("/", "~")


def _write(path: Path, content: bytes) -> None:
    # A name of its own, so that a kill in the middle leaves nothing that looks like a page.
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(content)
    unfinished.replace(path)
