"""The platform's forms of listings, and one page of each.

Entities are kept as the API wrote them: bytes, keys in the API's order.
"""

from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from harness.client.client import GenesysClient, Params
from harness.client.decode import decode
from harness.errors import Exchange, PayloadError

__all__ = ["Form", "Listing", "Page", "ask"]


class Form(Enum):
    """How a listing tells that there is more, and how more is asked for.

    Source:
        `platform.md`: sections 2.2 (numbered), 3 (members: linked), 6.2 (conversation details: hits), 6.3 and 7
        (cursors).
    """

    NUMBERED = "pageNumber in the query; pageCount and total in the answer"
    LINKED = "nextUri in the answer, and no totals"
    CURSOR = "the answer's cursor goes into the next query; the last answer has none"
    HITS = "paging in the body; the answer's totalHits is approximate"


@dataclass(frozen=True, slots=True)
class Listing:
    """What is listed.

    Attributes:
        path: Begins with `/api/v2/`.
        page_size: Entities a page, at most.
        params: The rest of the query.
        body: Of a query that is sent by POST, or None for a GET.
        items: The answer's key of the entities.
        key: The key of an entity that tells it from all others.
    """

    path: str
    page_size: int
    form: Form = Form.NUMBERED
    params: Params = field(default_factory=dict)
    body: dict[str, Any] | None = None
    items: str = "entities"
    key: str = "id"

    @property
    def unanswered(self) -> Exchange:
        """The request, for errors about pages that were kept."""
        return Exchange("GET" if self.body is None else "POST", self.path)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing.

    Attributes:
        number: Counted from 1.
        content: The whole answer as it came: what to keep for going on later.
        entities: As the API wrote them.
        ids: Of the entities, in the same order.
        total: Of the whole listing, or None where its form does not tell it.
        told_number: The number that the answer gives itself, or None.
        onward: The link or cursor to the next page, or None.
        last: Whether the listing says that nothing comes after it.
    """

    number: int
    content: bytes
    entities: tuple[msgspec.Raw, ...]
    ids: tuple[str, ...]
    total: int | None
    told_number: int | None
    onward: str | None
    last: bool

    @classmethod
    def of(cls, listing: Listing, number: int, content: bytes, exchange: Exchange | None = None) -> "Page":
        """Return the page that an answer holds.

        Args:
            listing: What is listed.
            number: The page that was asked for, counted from 1.
            content: The answer's body.
            exchange: The request, or None for a page that was kept.

        Raises:
            PayloadError: If it is not a page of such a listing.
        """
        told = exchange or listing.unanswered
        body_type, keys_type = _shapes(listing)
        body = decode(content, body_type, told)
        ids = tuple(entity.key for entity in decode(content, keys_type, told).items)
        entities = tuple(body.items)
        match listing.form:
            case Form.NUMBERED:
                onward, last = None, number >= body.page_count
            case Form.LINKED:
                onward, last = body.next_uri, body.next_uri is None or not entities
            case Form.CURSOR:
                onward, last = body.cursor, not body.cursor
                if body.cursor and not entities and listing.items == "conversations":
                    # Only the last page may leave them out: before it, that would be a loss that nobody sees.
                    raise PayloadError(
                        told, f"$.{listing.items}", "conversations, since a page follows", "missing or empty"
                    )
            case Form.HITS:
                onward, last = None, len(entities) < listing.page_size
                if number == 1 and body.total_hits and not entities:
                    raise PayloadError(told, f"$.{listing.items}", "the first of the hits", "missing or empty")
        return cls(number, content, entities, ids, body.total, body.page_number, onward, last)


def ask(client: GenesysClient, listing: Listing, after: Page | None) -> Page:
    """Return the page after another one, or the first page of a listing.

    Raises:
        PayloadError: If the answer is not a page of the listing, or a link leads out of it.
        ApiError: If there is no answer, or none that helps.
    """
    number = 1 if after is None else after.number + 1
    params: dict[str, Any] = {**listing.params, "pageSize": listing.page_size}
    body = listing.body
    match listing.form:
        case Form.NUMBERED:
            params["pageNumber"] = number
        case Form.CURSOR if after is not None:
            params["cursor"] = after.onward
        case Form.LINKED if after is not None:
            params = _linked(listing, after.onward or "")
        case Form.HITS:
            params = dict(listing.params)
            body = {**(body or {}), "paging": {"pageSize": listing.page_size, "pageNumber": number}}
        case _:
            pass
    answer = client.request("GET" if body is None else "POST", listing.path, params=params, body=body)
    return Page.of(listing, number, answer.content, answer.exchange)


def _linked(listing: Listing, onward: str) -> dict[str, Any]:
    # Only the query is taken from the link: it cannot lead to another host or to something else.
    link = urlsplit(onward)
    if link.path != listing.path:
        raise PayloadError(
            listing.unanswered, "$.nextUri", "a page of the same listing", "the address of something else"
        )
    return parse_qs(link.query, keep_blank_values=True)


def _shapes(listing: Listing) -> tuple[Any, Any]:
    return _shapes_of(listing.form, listing.items, listing.key)


@cache
def _shapes_of(form: Form, items: str, key: str) -> tuple[type[msgspec.Struct], type[msgspec.Struct]]:
    """Return the shape of an answer with its entities left as they are, and the one with their keys only."""
    needed = msgspec.NODEFAULT if form is Form.NUMBERED else None
    # Analytics leaves the key out when nothing was hit.
    analytics = form is Form.HITS or items == "conversations"
    entities = msgspec.field(name=items, default_factory=list) if analytics else msgspec.field(name=items)
    entity = msgspec.defstruct("Entity", [("key", str, msgspec.field(name=key))])
    keys = msgspec.defstruct("Keys", [("items", list[entity], entities)], kw_only=True)  # type: ignore[valid-type]
    body = msgspec.defstruct(
        "Body",
        [
            ("items", list[msgspec.Raw], entities),
            ("total", int if form is Form.NUMBERED else int | None, msgspec.field(default=needed)),
            (
                "page_count",
                int if form is Form.NUMBERED else int | None,
                msgspec.field(name="pageCount", default=needed),
            ),
            ("page_number", int | None, msgspec.field(name="pageNumber", default=None)),
            ("next_uri", str | None, msgspec.field(name="nextUri", default=None)),
            ("cursor", str | None, None),
            ("total_hits", int | None, msgspec.field(name="totalHits", default=None)),
        ],
        kw_only=True,
    )
    return body, keys
