"""Make a found example small enough to read: plain values, and no entity that does not matter."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from harness.model import Catalogue, Crm, Org
from harness.simulation.search_cells import FIELDS, Cell

__all__ = ["plainest", "smallest"]

_MOST_TRIES = 400


def plainest(cell: Cell, holds: Callable[[Cell], bool]) -> Cell:
    """Return a cell of which as many fields as possible are plain, while something holds."""
    plain = Cell()
    for name in (name for name in FIELDS if getattr(cell, name) != getattr(plain, name)):
        simpler = cell.but(**{name: getattr(plain, name)})
        if holds(simpler):
            cell = simpler
    return cell


def smallest(org: Org, holds: Callable[[Org], bool]) -> Org:
    """Return an org from which nothing more can be taken, while something holds.

    Whole listings are taken away first, then single entities, as often as a bounded number of tries allows.
    """
    left = _MOST_TRIES
    shrinking = True
    while shrinking:
        shrinking = False
        for smaller in _smaller(org):
            left -= 1
            if left < 0:
                return org
            if holds(smaller):
                org, shrinking = smaller, True
                break
    return org


def _smaller(org: Org) -> Iterator[Org]:
    for name in ("queues", "agents", "skills", "codes"):
        entities: tuple[Any, ...] = getattr(org, name)
        if len(entities) > 1:
            yield _with(org, name, ())
        for index in range(len(entities)):
            yield _with(org, name, entities[:index] + entities[index + 1 :])
    if org.flags is not None and (org.flags.mapping or org.flags.default_set):
        yield replace(org, flags=msgspec.structs.replace(org.flags, mapping={}, default_set=()))
        for code_id in org.flags.mapping:
            mapping = {key: value for key, value in org.flags.mapping.items() if key != code_id}
            yield replace(org, flags=msgspec.structs.replace(org.flags, mapping=mapping))
    for queue_id, ids in org.offered.items():
        for code_id in ids:
            less = tuple(it for it in ids if it != code_id)
            yield replace(org, offered={**org.offered, queue_id: less})
    yield from (replace(org, catalogue=catalogue) for catalogue in _smaller_catalogues(org.catalogue))
    if org.crm is not None and org.crm.dispositions:
        for gone in org.crm.dispositions:
            yield replace(org, crm=Crm(tuple(it for it in org.crm.dispositions if it is not gone)))


def _smaller_catalogues(catalogue: Catalogue | None) -> Iterator[Catalogue]:
    if catalogue is not None:
        for gone in catalogue.definitions:
            yield replace(catalogue, definitions=tuple(it for it in catalogue.definitions if it is not gone))
        for declared in catalogue.queues:
            yield replace(catalogue, queues=tuple(it for it in catalogue.queues if it is not declared))


def _with(org: Org, name: str, entities: tuple[Any, ...]) -> Org:
    """Return an org with other entities of one sort, and without what referred to those that are gone."""
    ids = {it.id for it in entities}
    gone = {it.id for it in getattr(org, name)} - ids
    changes: dict[str, Any] = {name: entities}
    if name == "queues":
        changes["offered"] = _without(org.offered, gone)
        changes["members"] = _without(org.members, gone)
    elif name == "codes":
        changes["offered"] = {key: tuple(it for it in value if it not in gone) for key, value in org.offered.items()}
        if org.flags is not None:
            changes["flags"] = msgspec.structs.replace(org.flags, mapping=_without(org.flags.mapping, gone))
    elif name == "agents":
        listed = {key: tuple(it for it in value if it.id not in gone) for key, value in org.members.items()}
        changes["members"] = listed
        changes["queues"] = tuple(
            msgspec.structs.replace(queue, member_count=len(listed.get(queue.id, ()))) for queue in org.queues
        )
    return replace(org, **changes)


def _without(mapping: Mapping[str, Any], gone: set[str]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key not in gone}
