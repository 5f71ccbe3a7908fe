"""Faults about what the business agreed: the catalogue, and what the CRM accepts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec

from harness.checks.wording import seconds
from harness.model import Catalogue, Crm, DeclaredQueue, Definition, Disposition, Org
from harness.simulation.mutations import Fault, mutation, redefined

__all__ = [
    "category_changed",
    "declared_channels_changed",
    "declared_channels_emptied",
    "default_added",
    "default_removed",
    "definition_added",
    "definition_channels_changed",
    "definition_copied",
    "definition_dropped",
    "definition_misspelt",
    "definition_takes_name",
    "disposition_added",
    "disposition_deactivated",
    "disposition_dropped",
    "disposition_fallback",
    "disposition_mistyped",
    "disposition_unmapped",
    "duration_in_milliseconds",
    "duration_lengthened",
    "duration_negative",
    "every_declaration_emptied",
    "identifier_duplicated",
    "identifier_removed",
    "made_mandatory",
    "queue_mistyped",
    "queue_retired_from_declaration",
    "skill_mistyped",
]


def _defined(org: Org) -> tuple[Definition, ...]:
    return org.catalogue.definitions if org.catalogue else ()


def _each(org: Org, change: Callable[[Definition], tuple[str, dict[str, Any]] | None]) -> Iterator[Fault]:
    for definition in _defined(org):
        if (made := change(definition)) is not None:
            says, values = made
            yield Fault(f"definition '{definition.name}' {says}", partial(redefined, org, definition, **values))


def _with_definitions(org: Org, definitions: Sequence[Definition]) -> Org:
    return replace(org, catalogue=replace(org.agreed, definitions=tuple(definitions)))


@mutation
def definition_dropped(org: Org) -> Iterator[Fault]:
    """A definition is taken out of the catalogue."""
    for definition in _defined(org):
        kept = [it for it in _defined(org) if it is not definition]
        yield Fault(f"definition '{definition.name}' is taken out", partial(_with_definitions, org, kept))


@mutation
def definition_added(org: Org) -> Iterator[Fault]:
    """A definition is agreed whose code nobody creates."""
    for first in _defined(org)[:1]:
        more = msgspec.structs.replace(first, name="Brand new", id=None, identifier="BRAND_NEW", default=False)
        yield Fault("definition 'Brand new' is agreed", partial(_with_definitions, org, [*_defined(org), more]))


@mutation
def definition_copied(org: Org) -> Iterator[Fault]:
    """A definition is written down twice."""
    for definition in _defined(org):
        twice = [*_defined(org), msgspec.structs.replace(definition)]
        yield Fault(f"definition '{definition.name}' is written down twice", partial(_with_definitions, org, twice))


@mutation
def definition_misspelt(org: Org) -> Iterator[Fault]:
    """A definition's name is typed in capitals."""
    yield from _each(
        org, lambda it: None if it.name == it.name.upper() else ("is typed in capitals", {"name": it.name.upper()})
    )


@mutation
def definition_takes_name(org: Org) -> Iterator[Fault]:
    """A definition gets the name of another."""
    names = [it.name for it in _defined(org)]

    def change(definition: Definition) -> tuple[str, dict[str, Any]] | None:
        other = next((it for it in names if it != definition.name), None)
        return None if other is None else (f"is called '{other}' too", {"name": other})

    yield from _each(org, change)


@mutation
def identifier_removed(org: Org) -> Iterator[Fault]:
    """A definition loses its identifier."""
    yield from _each(org, lambda it: ("loses its identifier", {"identifier": None}) if it.identifier else None)


@mutation
def identifier_duplicated(org: Org) -> Iterator[Fault]:
    """A definition gets the identifier of another, in small letters."""
    identifiers = [it.identifier for it in _defined(org) if it.identifier]

    def change(definition: Definition) -> tuple[str, dict[str, Any]] | None:
        other = next((it for it in identifiers if it != definition.identifier), None)
        return None if other is None else (f"gets the identifier '{other}' too", {"identifier": other.lower()})

    yield from _each(org, change)


@mutation
def duration_lengthened(org: Org) -> Iterator[Fault]:
    """An agreed duration becomes ten times as long."""
    yield from _timed(org, lambda duration: duration * 10)


@mutation
def duration_in_milliseconds(org: Org) -> Iterator[Fault]:
    """An agreed duration is typed in milliseconds where seconds are meant."""
    yield from _timed(org, lambda duration: duration * 1_000)


@mutation
def duration_negative(org: Org) -> Iterator[Fault]:
    """An agreed duration becomes negative."""
    yield from _timed(org, lambda duration: -abs(duration) - 1_000)


def _timed(org: Org, change: Callable[[int], int]) -> Iterator[Fault]:
    def changed(it: Definition) -> tuple[str, dict[str, Any]] | None:
        if it.duration_ms is None:
            return None
        duration = change(it.duration_ms)
        return f"may take {seconds(duration)}, not {seconds(it.duration_ms)}", {"duration_ms": duration}

    yield from _each(org, changed)


@mutation
def made_mandatory(org: Org) -> Iterator[Fault]:
    """A definition becomes mandatory, whatever its queues demand."""
    yield from _each(org, lambda it: None if it.mandatory else ("becomes mandatory", {"mandatory": True}))


@mutation
def default_removed(org: Org) -> Iterator[Fault]:
    """A definition is no longer a default."""
    yield from _each(org, lambda it: ("is no longer a default", {"default": False}) if it.default else None)


@mutation
def default_added(org: Org) -> Iterator[Fault]:
    """One more definition becomes a default."""
    yield from _each(org, lambda it: None if it.default else ("becomes a default too", {"default": True}))


@mutation
def category_changed(org: Org) -> Iterator[Fault]:
    """A definition gets the category of another."""
    categories = list(dict.fromkeys(it.category for it in _defined(org) if it.category))

    def change(definition: Definition) -> tuple[str, dict[str, Any]] | None:
        other = next((it for it in categories if it != definition.category), None)
        return None if other is None else (f"gets the category '{other}'", {"category": other})

    yield from _each(org, change)


@mutation
def definition_channels_changed(org: Org) -> Iterator[Fault]:
    """A definition is agreed for a channel that its queues do not serve."""
    yield from _each(org, lambda it: ("is agreed for fax only", {"channels": ("fax",)}) if it.channels else None)


@mutation
def skill_mistyped(org: Org) -> Iterator[Fault]:
    """A required skill is mistyped."""
    yield from _each(
        org,
        lambda it: (
            (f"requires '{it.skills[0]}x', not '{it.skills[0]}'", {"skills": (f"{it.skills[0]}x", *it.skills[1:])})
            if it.skills
            else None
        ),
    )


@mutation
def queue_mistyped(org: Org) -> Iterator[Fault]:
    """A queue is mistyped in a definition."""
    yield from _each(
        org,
        lambda it: (
            (f"names queue '{it.queues[0]}x', not '{it.queues[0]}'", {"queues": (f"{it.queues[0]}x", *it.queues[1:])})
            if it.queues
            else None
        ),
    )


# -- declared queues ------------------------------------------------------------------------------------------------


def _with_declared(org: Org, declared: Sequence[DeclaredQueue]) -> Org:
    catalogue: Catalogue = org.agreed
    return replace(org, catalogue=replace(catalogue, queues=tuple(declared)))


def _redeclared(org: Org, says: str, channels: tuple[str, ...]) -> Iterator[Fault]:
    declared = org.catalogue.queues if org.catalogue else ()
    for one in declared:
        other = [msgspec.structs.replace(it, channels=channels) if it is one else it for it in declared]
        yield Fault(f"the catalogue declares {says} for '{one.name}'", partial(_with_declared, org, other))


@mutation
def declared_channels_emptied(org: Org) -> Iterator[Fault]:
    """The catalogue declares no channels for a queue."""
    yield from _redeclared(org, "no channels", ())


@mutation
def declared_channels_changed(org: Org) -> Iterator[Fault]:
    """The catalogue declares another channel for a queue."""
    yield from _redeclared(org, "fax only", ("fax",))


@mutation
def every_declaration_emptied(org: Org) -> Iterator[Fault]:
    """The catalogue loses the channels of every queue: a column was dropped."""
    declared = org.catalogue.queues if org.catalogue else ()
    if declared:
        emptied = [msgspec.structs.replace(it, channels=()) for it in declared]
        yield Fault("the catalogue loses the channels of every queue", partial(_with_declared, org, emptied))


@mutation
def queue_retired_from_declaration(org: Org) -> Iterator[Fault]:
    """The catalogue retires a queue that is still there: it is declared by a pattern without channels."""
    declared = org.catalogue.queues if org.catalogue else ()
    for one in declared:
        retired = [msgspec.structs.replace(it, name=f"{it.name}*", channels=()) if it is one else it for it in declared]
        yield Fault(f"the catalogue retires '{one.name}*'", partial(_with_declared, org, retired))


# -- the CRM --------------------------------------------------------------------------------------------------------


@mutation
def disposition_unmapped(org: Org) -> Iterator[Fault]:
    """A definition no longer maps to a disposition."""
    yield from _each(org, lambda it: ("maps to nothing", {"disposition": None}) if it.disposition else None)


@mutation
def disposition_fallback(org: Org) -> Iterator[Fault]:
    """A definition maps to the fallback value."""
    yield from _each(org, lambda it: ("maps to 'Unknown'", {"disposition": "Unknown"}) if it.disposition else None)


@mutation
def disposition_mistyped(org: Org) -> Iterator[Fault]:
    """A definition's disposition is mistyped."""
    yield from _each(
        org,
        lambda it: (f"maps to '{it.disposition}x'", {"disposition": f"{it.disposition}x"}) if it.disposition else None,
    )


def _accepted(org: Org) -> tuple[Disposition, ...]:
    return (org.crm.dispositions or ()) if org.crm else ()


def _with_accepted(org: Org, dispositions: Sequence[Disposition]) -> Org:
    return replace(org, crm=replace(org.crm or Crm(), dispositions=tuple(dispositions)))


@mutation
def disposition_dropped(org: Org) -> Iterator[Fault]:
    """The CRM drops a disposition."""
    for entry in _accepted(org):
        kept = [it for it in _accepted(org) if it is not entry]
        yield Fault(f"the CRM drops the disposition '{entry.value}'", partial(_with_accepted, org, kept))


@mutation
def disposition_deactivated(org: Org) -> Iterator[Fault]:
    """The CRM deactivates a disposition."""
    for entry in _accepted(org):
        if entry.active:
            idle = [Disposition(it.value, active=False) if it is entry else it for it in _accepted(org)]
            yield Fault(f"the CRM deactivates the disposition '{entry.value}'", partial(_with_accepted, org, idle))


@mutation
def disposition_added(org: Org) -> Iterator[Fault]:
    """The CRM gains a disposition that nothing maps to."""
    if _accepted(org):
        more = [*_accepted(org), Disposition("Brand new")]
        yield Fault("the CRM gains the disposition 'Brand new'", partial(_with_accepted, org, more))
