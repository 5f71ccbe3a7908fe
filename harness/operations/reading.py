"""What operations read: codes and queues, by id or as people name them.

A name means what carries exactly it, else what reads the same (see `harness.model.names.fold`). A name that means
several things, or none, is an error that says what there is.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec

from harness.checks.wording import counted, quoted
from harness.client import GenesysClient, Listing, entities
from harness.client.decode import decode
from harness.errors import UsageError, did_you_mean
from harness.model import Queue, WrapUpCode
from harness.model.names import fold, printable
from harness.orgs.resources import LISTINGS, OF_QUEUES

__all__ = [
    "LookupFailedError",
    "Matches",
    "ambiguous",
    "codes_named",
    "find_org_code",
    "find_queue",
    "is_id",
    "match",
    "read_codes",
    "read_listing",
    "read_queue_codes",
    "read_queues",
]

_T = TypeVar("_T")
_Named = TypeVar("_Named", WrapUpCode, Queue)

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class LookupFailedError(UsageError):
    """A name means no code or queue, or more than one, or one that is not where it should be.

    Attributes:
        candidates: Ids of what it could mean.
        offered_on: Names of the queues that do offer the code, as far as was looked.
    """

    def __init__(
        self,
        what: str,
        hint: str | None = None,
        candidates: tuple[str, ...] = (),
        offered_on: tuple[str, ...] = (),
    ) -> None:
        super().__init__(what, hint)
        self.args = (what, hint, candidates, offered_on)
        self.candidates = candidates
        self.offered_on = offered_on


class Matches(msgspec.Struct, frozen=True):
    """What a name can mean.

    Attributes:
        ids: Of everything that it can mean, in the listing's order.
        exact: Whether these carry exactly the name; else they read the same.
    """

    ids: tuple[str, ...]
    exact: bool


def match(name: str, named: Iterable[tuple[str, str]]) -> Matches:
    """Return what a name means among pairs of id and name: exactly that name, else what reads the same.

    Example:
        >>> match("sale", [("1", "Sale"), ("2", "Refund")])
        Matches(ids=('1',), exact=False)
    """
    pairs = list(named)
    exactly = tuple(key for key, other in pairs if other == name)
    if exactly:
        return Matches(exactly, exact=True)
    folded = fold(name)
    return Matches(tuple(key for key, other in pairs if fold(other) == folded), exact=False)


def is_id(text: str) -> bool:
    """Tell whether a text has the form of the platform's ids."""
    return _ID.fullmatch(text) is not None


def read_listing(client: GenesysClient, listing: Listing, into: type[_T]) -> tuple[_T, ...]:
    """Return all entities of a listing, decoded, in its order."""
    return tuple(decode(bytes(entity), into, listing.unanswered) for entity in entities(client, listing))


def read_codes(client: GenesysClient) -> tuple[WrapUpCode, ...]:
    """Return all wrap-up codes that the client may see."""
    return read_listing(client, LISTINGS["wrapupcodes"], WrapUpCode)


def codes_named(client: GenesysClient, name: str) -> tuple[WrapUpCode, ...]:
    """Return the codes that carry exactly a name; the platform is asked for no others."""
    listing = LISTINGS["wrapupcodes"]
    asked = Listing(listing.path, listing.page_size, params={"name": name})
    return tuple(code for code in read_listing(client, asked, WrapUpCode) if code.name == name)


def read_queue_codes(client: GenesysClient, queue_id: str) -> tuple[WrapUpCode, ...]:
    """Return the codes that a queue offers.

    Raises:
        NotFoundError: If there is no such queue.
    """
    return read_listing(client, OF_QUEUES["queue_wrapupcodes"].of(queue_id), WrapUpCode)


def read_queues(client: GenesysClient) -> tuple[Queue, ...]:
    """Return all queues that the client may see."""
    return read_listing(client, LISTINGS["queues"], Queue)


def find_queue(client: GenesysClient, text: str) -> Queue:
    """Return the queue that an id or a name means.

    Raises:
        LookupFailedError: If the name means none, or more than one.
        NotFoundError: If there is no queue with that id.
    """
    if is_id(text):
        return client.get(f"/api/v2/routing/queues/{text}", Queue)
    return _one("queue", text, read_queues(client))


def find_org_code(client: GenesysClient, text: str, codes: Sequence[WrapUpCode] | None = None) -> WrapUpCode:
    """Return the code of the org that an id or a name means, wherever it is offered.

    Args:
        client: Reads.
        text: An id or a name.
        codes: All codes, when they were read already.

    Raises:
        LookupFailedError: If the name means none, or more than one.
        NotFoundError: If there is no code with that id.
    """
    if is_id(text):
        return client.get(f"/api/v2/routing/wrapupcodes/{text}", WrapUpCode)
    return _one("wrap-up code", text, read_codes(client) if codes is None else codes)


def _one(what: str, name: str, listed: Sequence[_Named]) -> _Named:
    found = match(name, ((entity.id, entity.name) for entity in listed))
    if len(found.ids) == 1:
        return next(entity for entity in listed if entity.id == found.ids[0])
    if found.ids:
        raise ambiguous(f"{what}s", name, found, lambda entity_id: next(it.name for it in listed if it.id == entity_id))
    near = did_you_mean(printable(name), [printable(entity.name) for entity in listed])
    hint = near or f"{counted(len(listed), what)} can be seen with these credentials"
    raise LookupFailedError(f"there is no {what} '{printable(name)}'", hint)


def ambiguous(things: str, name: str, found: Matches, name_of: Callable[[str], str]) -> LookupFailedError:
    """Return the error for a name that means several things."""
    reads = "are called" if found.exact else "read like"
    names = quoted([f"{printable(name_of(entity_id))} ({entity_id})" for entity_id in found.ids])
    return LookupFailedError(
        f"{len(found.ids)} {things} {reads} '{printable(name)}': {names}", "give the id instead of the name", found.ids
    )
