"""Reading a listing from its first page to its last, noticing when the pages do not fit together."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import msgspec

from harness.client.client import GenesysClient
from harness.client.pages import Form, Listing, Page, ask
from harness.errors import ListingChangedError, PayloadError

__all__ = ["entities", "walk"]


def entities(client: GenesysClient, listing: Listing) -> tuple[msgspec.Raw, ...]:
    """Return all entities of a listing in its order, or none of them.

    A listing that changes while it is read is read once more from its beginning.

    Raises:
        ListingChangedError: If it changed again.
        PayloadError: If the pages do not keep the API's promises.
    """
    try:
        pages = tuple(walk(client, listing))
    except ListingChangedError:
        pages = tuple(walk(client, listing))
    return tuple(entity for page in pages for entity in page.entities)


def walk(client: GenesysClient, listing: Listing, kept: Iterable[Page] = ()) -> Iterator[Page]:
    """Yield the pages of a listing in order, each asked for once.

    Args:
        client: Asks for them.
        listing: What is listed.
        kept: The first pages, read by an earlier walk; they are neither asked for again nor yielded.

    Raises:
        ListingChangedError: If entities came or went in the meantime: the pages yielded so far are no good then.
        PayloadError: If a page, a link or a cursor comes again.
    """
    walked = _Walked(listing)
    page: Page | None = None
    for page in kept:
        walked.add(page)
    while page is None or not page.last:
        page = ask(client, listing, page)
        walked.add(page)
        yield page


class _Walked:
    """What was seen of a listing so far."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._before: Page | None = None
        self._ids: set[str] = set()
        self._onward: set[str] = set()

    def add(self, page: Page) -> None:
        """Take a page in, or say why it does not follow from those before it."""
        self._refuse_repetition(page)
        before, self._before = self._before, page
        if before is not None and page.total != before.total:
            self._changed(f"its total went from {before.total} to {page.total}")
        known = len(self._ids)
        self._ids.update(page.ids)
        if len(self._ids) < known + len(page.ids):
            self._changed(f"page {page.number} has an entity that was listed already")
        if page.last and page.total is not None and page.total != len(self._ids):
            self._changed(f"its total is {page.total}, but its pages held {len(self._ids)}")

    def _refuse_repetition(self, page: Page) -> None:
        told = self._listing.unanswered
        if self._before is not None and page.ids and page.ids == self._before.ids:
            raise PayloadError(told, f"$.{self._listing.items}", f"page {page.number}", "the page before it again")
        if self._listing.form is Form.NUMBERED and page.told_number not in (None, page.number):
            raise PayloadError(told, "$.pageNumber", str(page.number), str(page.told_number))
        if page.onward is not None and page.onward in self._onward:
            name = "nextUri" if self._listing.form is Form.LINKED else "cursor"
            raise PayloadError(told, f"$.{name}", "a way to the next page", "one that was followed already")
        self._onward.add(page.onward or "")

    def _changed(self, what: str) -> None:
        told = replace(self._listing.unanswered, message=f"the listing changed while it was read: {what}")
        raise ListingChangedError(told, "try again when nobody edits it")
