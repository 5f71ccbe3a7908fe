"""What is asked of the API for each resource of a recording: as few pages as there can be.

Source:
    `platform.md` sections 1.2, 2 and 3: paths, page sizes and permissions. Users need no permission; a skill only when it
    lies in a division.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.client import Form, Listing
from harness.model.org import Resource

__all__ = ["LISTINGS", "MAPPING_PATH", "OF_QUEUES", "PERMISSIONS", "OfQueue"]

LISTINGS: Mapping[Resource, Listing] = {
    "divisions": Listing("/api/v2/authorization/divisions", 500),
    "wrapupcodes": Listing("/api/v2/routing/wrapupcodes", 100),
    "queues": Listing("/api/v2/routing/queues", 500),
    "skills": Listing("/api/v2/routing/skills", 500),
    # Members may be inactive or deleted: `any` tells them from people who are in no listing at all.
    "users": Listing("/api/v2/users", 500, params={"expand": ("skills", "languages"), "state": "any"}),
}
"""The listings of the whole org, in the order in which they are read."""


@dataclass(frozen=True)
class OfQueue:
    """A listing that every queue has of its own."""

    path: str
    page_size: int
    form: Form

    def of(self, queue_id: str) -> Listing:
        """Return the listing of one queue."""
        return Listing(self.path.format(queue_id), self.page_size, self.form)


OF_QUEUES: Mapping[Resource, OfQueue] = {
    "queue_wrapupcodes": OfQueue("/api/v2/routing/queues/{}/wrapupcodes", 100, Form.NUMBERED),
    "queue_members": OfQueue("/api/v2/routing/queues/{}/members", 100, Form.LINKED),
}

MAPPING_PATH = "/api/v2/outbound/wrapupcodemappings"

PERMISSIONS: Mapping[Resource, str | None] = {
    "wrapupcodes": "routing:wrapupCode:view",
    "queues": "routing:queue:view",
    "users": None,
    "skills": "routing:skill:view",
    "divisions": None,
    "queue_wrapupcodes": "routing:queue:view",
    "queue_members": "routing:queue:view",
    "outbound_mapping": "outbound:wrapUpCodeMapping:view",
    "audits": "audits:audit:view",
    "evidence": "analytics:conversationDetail:view",
}
"""The permission that lets a client see a resource, or None where none is needed."""
