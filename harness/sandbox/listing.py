"""Pages of a listing, in the forms that the platform has.

Source:
    `platform.md` sections 2.2 and 3: listings with totals, and a queue's members without.
"""

from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlencode

from harness.sandbox.query import Query
from harness.sandbox.state import Entity

__all__ = ["by_name", "name_filter", "page", "page_without_totals"]


def by_name(entities: Iterable[Entity]) -> list[Entity]:
    """Return entities in the order of most listings: by name without regard to case, then by id."""
    return sorted(entities, key=lambda entity: (str(entity.get("name", "")).casefold(), entity["id"]))


def name_filter(pattern: str | None) -> Callable[[Entity], bool]:
    """Return whether an entity's name is what a caller asks for: whole, without regard to case; `*` is a wildcard."""
    if pattern is None:
        return lambda _: True
    wanted = pattern.casefold().replace("[", "[[]").replace("?", "[?]")
    return lambda entity: fnmatchcase(str(entity.get("name", "")).casefold(), wanted)


def page(query: Query, entities: Sequence[Any], *, most: int) -> Entity:
    """Return one page with totals.

    Args:
        query: What was asked; `pageSize` and `pageNumber` are read here.
        entities: All of them, in order.
        most: The largest page allowed.
    """
    size, number = _size_and_number(query, most)
    count = -(-len(entities) // size)
    return {
        "entities": list(entities[(number - 1) * size : number * size]),
        "pageSize": size,
        "pageNumber": number,
        "total": len(entities),
        "firstUri": _uri(query, size, 1),
        **({"nextUri": _uri(query, size, number + 1)} if number < count else {}),
        **({"previousUri": _uri(query, size, number - 1)} if number > 1 else {}),
        "lastUri": _uri(query, size, max(count, 1)),
        "selfUri": _uri(query, size, number),
        "pageCount": count,
    }


def page_without_totals(query: Query, entities: Sequence[Any], *, most: int) -> Entity:
    """Return one page of a listing that says only where the next is."""
    size, number = _size_and_number(query, most)
    return {
        "entities": list(entities[(number - 1) * size : number * size]),
        "pageSize": size,
        "pageNumber": number,
        "firstUri": _uri(query, size, 1),
        **({"nextUri": _uri(query, size, number + 1)} if number * size < len(entities) else {}),
        **({"previousUri": _uri(query, size, number - 1)} if number > 1 else {}),
        "selfUri": _uri(query, size, number),
    }


def _size_and_number(query: Query, most: int) -> tuple[int, int]:
    return query.integer("pageSize", 25, least=1, most=most), query.integer("pageNumber", 1, least=1)


def _uri(query: Query, size: int, number: int) -> str:
    rest = [(name, value) for name, value in query.items if name not in ("pageSize", "pageNumber")]
    return f"{query.path}?{urlencode([('pageSize', size), ('pageNumber', number), *rest])}"
