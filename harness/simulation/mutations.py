"""Realistic faults: what goes wrong in an org, one at a time.

A mutation is a function that takes an org and yields every place where its fault can happen. Orgs are never changed:
a fault makes another one. Everything is in the org's order, so the same org gives the same faults.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import msgspec

from harness.model import Catalogue, Definition, Org, Queue
from harness.model.ids import is_system_code

__all__ = ["Fault", "Mutation", "changed", "mutation", "named", "offering", "redefined", "registered_mutations"]


@dataclass(frozen=True)
class Fault:
    """One fault at one place.

    Attributes:
        says: What went wrong, in words.
        make: Returns the org with the fault.
    """

    says: str
    make: Callable[[], Org]


_Function: TypeAlias = Callable[[Org], Iterator[Fault]]


@dataclass(frozen=True)
class Mutation:
    """One kind of fault.

    Attributes:
        id: The function's name with hyphens.
        title: What goes wrong, in a sentence.
        faults: Yields each place where it can happen.
    """

    id: str
    title: str
    faults: _Function


_REGISTERED: dict[str, Mutation] = {}


def mutation(function: _Function) -> _Function:
    """Register a function as a mutation; its docstring's first line is the title."""
    mutation_id = function.__name__.replace("_", "-")
    title = (function.__doc__ or "").partition("\n")[0].strip()
    _REGISTERED[mutation_id] = Mutation(mutation_id, title, function)
    return function


def registered_mutations() -> Mapping[str, Mutation]:
    """Return all mutations by id, in the order of the documentation."""
    # They register when they are imported.
    from harness.simulation import (  # noqa: F401
        mutations_agreement,
        mutations_codes,
        mutations_people,
        mutations_queues,
    )

    return _REGISTERED


# -- what mutations are made of -------------------------------------------------------------------------------------


def changed(org: Org, listing: str, entity: Any, **values: Any) -> Org:
    """Return an org in which one entity of a listing has other values."""
    other = msgspec.structs.replace(entity, **values)
    changes: dict[str, Any] = {listing: tuple(other if it is entity else it for it in getattr(org, listing))}
    return replace(org, **changes)


def offering(org: Org, queue: Queue, code_ids: Sequence[str]) -> Org:
    """Return an org in which a queue offers other codes."""
    return replace(org, offered={**org.offered, queue.id: tuple(dict.fromkeys(code_ids))})


def redefined(org: Org, definition: Definition, **values: Any) -> Org:
    """Return an org whose catalogue says something else in one definition."""
    catalogue: Catalogue = org.agreed
    other = msgspec.structs.replace(definition, **values)
    definitions = tuple(other if it is definition else it for it in catalogue.definitions)
    return replace(org, catalogue=replace(catalogue, definitions=definitions))


def named(org: Org, code_id: str) -> str:
    """Return what a person calls a code."""
    code = org.code_by_id.get(code_id)
    return f"code '{code.name}'" if code else f"the system code {code_id}" if is_system_code(code_id) else "a code"
