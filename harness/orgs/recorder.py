"""Recording an org: exactly the pages that must be read, kept as they come, written whole or not at all."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

import harness
from harness.client import GenesysClient, Listing, Page, walk
from harness.errors import AuthError, ListingChangedError, NotFoundError
from harness.model.change import Trail
from harness.model.folders import alone_in
from harness.model.org import Resource
from harness.orgs.checkpoint import Begun, Checkpoint
from harness.orgs.manifest import Hidden
from harness.orgs.people import without_people
from harness.orgs.resources import LISTINGS, MAPPING_PATH, OF_QUEUES, PERMISSIONS
from harness.orgs.visibility import read_visibility
from harness.orgs.writing import Recording, survivors, write_recording

__all__ = ["Progress", "record"]

_WORKERS = 4
"""Connections that read queues side by side; the platform's rate limit is reached with fewer."""

Entity = dict[str, Any]


@dataclass(frozen=True)
class Progress:
    """How far a recording has come.

    Attributes:
        resource: What is being read.
        pages: Pages read so far, those of an earlier run included.
        expected: Pages in all, as far as is known by now.
        sent: Requests sent by this run.
        per_minute: Requests a minute that the platform allows.
    """

    resource: str
    pages: int
    expected: int
    sent: int
    per_minute: int

    @property
    def left_s(self) -> float:
        """Seconds that the remaining pages will take at the allowed rate, at least."""
        return max(0, self.expected - self.pages) * 60 / self.per_minute


def record(
    client: GenesysClient,
    folder: Path,
    *,
    keep_names: bool = False,
    at: datetime | None = None,
    audits: Callable[[], Trail] | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
    on_resume: Callable[[datetime], None] = lambda _: None,
) -> Recording:
    """Record an org into a folder, and return what was written.

    A run that was interrupted is gone on with: pages that were read in the last hours are not asked for again.

    Args:
        client: Reads; it needs no permission to write.
        folder: The recording's folder; an older recording in it is replaced.
        keep_names: Whether people keep their names; else they become pseudonyms.
        at: What the recording says about when it was made; now when None.
        audits: Reads who changed codes and queues, once all else is read; None: that is not recorded.
        on_progress: Called after every page.
        on_resume: Called when pages of an earlier run are used, with when it began.

    Raises:
        ApiError: If something could not be read, and it was not for a missing permission.
        UsageError: If something that is not a recording is in the way.
    """
    survivors(folder)  # What is in the way is said before an hour of reading, not after it.
    with alone_in(folder):
        moment = at or datetime.now(UTC)
        organization = client.organization()
        begun = Begun(organization.id, client.access.region.api, harness.__version__, keep_names, datetime.now(UTC))
        checkpoint = Checkpoint(folder, begun)
        if checkpoint.resumed is not None:
            on_resume(checkpoint.resumed)
        reader = _Reader(client, checkpoint, keep_names=keep_names, on_progress=on_progress)
        entities = reader.read()
        trail: Trail | None = None if audits is None else reader.unless_hidden("audits", audits)
        recording = Recording(
            org_id=organization.id,
            org_name=organization.name,
            region=_region_name(client.access.region.name),
            recorded_at=moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            tool_version=harness.__version__,
            entities=entities,
            outbound_mapping=reader.mapping,
            hidden=sorted(reader.hidden, key=lambda it: (it.resource, it.reason)),
            names="kept" if keep_names else "pseudonyms",
            trail=trail,
        )
        write_recording(folder, recording)
        checkpoint.close()
        return recording


class _Reader:
    """Reads everything that a recording holds."""

    def __init__(
        self,
        client: GenesysClient,
        checkpoint: Checkpoint,
        *,
        keep_names: bool,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._client = client
        self._checkpoint = checkpoint
        self._keep_names = keep_names
        self._on_progress = on_progress
        self._lock = threading.Lock()
        self._pages = 0
        self._expected = len(LISTINGS) + 1
        self.hidden: list[Hidden] = []
        self.mapping: Entity | None = None

    def read(self) -> Mapping[Resource, Iterable[Entity]]:
        """Return the entities by resource; what may not be seen is left out and noted in `hidden`."""
        found: dict[Resource, list[Entity]] = {}
        for resource, listing in LISTINGS.items():
            entities = self.unless_hidden(resource, partial(self._entities, resource, listing))
            if entities is not None:
                found[resource] = entities
        self.unless_hidden("outbound_mapping", self._read_mapping)
        self._note_unseen_divisions(found.get("divisions", []))
        queue_ids = [queue["id"] for queue in found.get("queues", [])]
        self._expected += len(OF_QUEUES) * len(queue_ids)
        for resource in OF_QUEUES:
            if "queues" not in found:
                self.hidden.append(Hidden(resource, "the queues are not shown", PERMISSIONS["queues"]))
                continue
            lines = self.unless_hidden(resource, partial(self._of_queues, resource, queue_ids))
            if lines is not None:
                found[resource] = lines
        return found

    def unless_hidden(self, resource: Resource, read: Callable[[], Any]) -> Any:
        """Return what a function reads; None when the client may not see it, which is noted."""
        try:
            return read()
        except AuthError as error:
            if error.status != 403:
                raise
            permission = next(iter(error.permissions), PERMISSIONS[resource])
            self.hidden.append(Hidden(resource, "the API answered 403", permission))
            return None

    def _note_unseen_divisions(self, divisions: Sequence[Entity]) -> None:
        visibility = read_visibility(self._client)
        already = {entry.resource for entry in self.hidden}
        for resource in ("wrapupcodes", "queues"):
            permission = PERMISSIONS[resource]
            if permission is None or resource in already:
                continue
            if unseen := visibility.unseen(permission, divisions):
                names = ", ".join(f"'{name}'" for name in unseen)
                self.hidden.append(Hidden(resource, f"those of the divisions {names} are not shown", permission))

    def _read_mapping(self) -> None:
        content = self._checkpoint.kept_answer(MAPPING_PATH)
        if content is None:
            try:
                content = self._client.request("GET", MAPPING_PATH).content
            except NotFoundError:
                content = b"null"
            self._checkpoint.keep_answer(MAPPING_PATH, content)
        self.mapping = msgspec.json.decode(content, type=dict[str, Any] | None)
        self._tell("outbound_mapping")

    def _of_queues(self, resource: Resource, queue_ids: Sequence[str]) -> list[Entity]:
        def line(queue_id: str) -> Entity:
            try:
                entities = self._entities(resource, OF_QUEUES[resource].of(queue_id))
            except NotFoundError as error:
                told = replace(error.exchange, message="the queue was deleted while the org was read")
                raise ListingChangedError(told, "try again when nobody edits the org") from None
            return {"queueId": queue_id, "entities": entities}

        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="record") as pool:
            lines = [pool.submit(line, queue_id) for queue_id in queue_ids]
            try:
                return [it.result() for it in lines]
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def _entities(self, resource: Resource, listing: Listing) -> list[Entity]:
        try:
            pages = self._pages_of(resource, listing)
        except ListingChangedError:
            # Whoever edits the org while it is read moves entities from page to page: read that listing anew, once.
            self._checkpoint.discard(listing)
            pages = self._pages_of(resource, listing)
        return [entity for page in pages for entity in _decoded(listing, page)]

    def _pages_of(self, resource: Resource, listing: Listing) -> list[Page]:
        pages = list(self._checkpoint.kept(listing))
        if pages:
            with self._lock:
                self._expected += sum(not page.last for page in pages)
            self._tell(resource, len(pages))
        for page in walk(self._client, listing, kept=pages):
            clean = page if self._keep_names else _without_people(resource, listing, page)
            self._checkpoint.keep(listing, clean)
            pages.append(clean)
            with self._lock:
                self._expected += not page.last
            self._tell(resource)
        return pages

    def _tell(self, resource: str, pages: int = 1) -> None:
        with self._lock:
            self._pages += pages
            progress = Progress(
                resource, self._pages, self._expected, self._client.pacer.sent, self._client.pacer.per_minute
            )
        self._on_progress(progress)


def _region_name(name: str) -> str | None:
    # A base URL is a place on somebody's network, and no region.
    return None if "://" in name else name


def _decoded(listing: Listing, page: Page) -> list[Entity]:
    entities: list[Entity] = msgspec.json.decode(page.content)[listing.items]
    return entities


def _without_people(resource: Resource, listing: Listing, page: Page) -> Page:
    body = msgspec.json.decode(page.content)
    body[listing.items] = [without_people(resource, entity) for entity in body[listing.items]]
    return Page.of(listing, page.number, msgspec.json.encode(body))
