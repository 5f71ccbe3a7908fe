"""Faults about wrap-up codes and their outbound flags."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import msgspec

from harness.model import Division, Org, OutboundMapping, WrapUpCode, is_known
from harness.model.ids import ALL_DIVISIONS
from harness.simulation.mutations import Fault, changed, mutation

__all__ = [
    "code_all_divisions",
    "code_created",
    "code_deleted",
    "code_description_blanked",
    "code_description_emptied",
    "code_description_shortened",
    "code_duplicated",
    "code_duplicated_lookalike",
    "code_in_capitals",
    "code_lookalike",
    "code_made_anew",
    "code_moved",
    "code_renamed",
    "code_renamed_at_length",
    "code_renamed_without_convention",
    "code_space_appended",
    "code_takes_name",
    "code_twin_created",
    "flags_added",
    "flags_dropped",
    "flags_replaced",
    "stale_flags_left",
]

_LOOKALIKES = str.maketrans("aeopcxAEOPCX", "аеорсхАЕОРСХ")  # noqa: RUF001 - Latin to Cyrillic, which is the point


def _renamed(org: Org, rename: Callable[[str], str]) -> Iterator[Fault]:
    for code in org.codes:
        if is_known(code.name) and (name := rename(code.name)) != code.name:
            yield Fault(
                f"code '{code.name}' is renamed to '{name}'",
                partial(changed, org, "codes", code, name=name),
            )


@mutation
def code_renamed(org: Org) -> Iterator[Fault]:
    """A code is renamed."""
    yield from _renamed(org, lambda name: f"{name} (old)")


@mutation
def code_renamed_at_length(org: Org) -> Iterator[Fault]:
    """A code gets a name that no list shows in full."""
    yield from _renamed(org, lambda name: f"{name} - do not use any more, see the list on the intranet of the team")


@mutation
def code_renamed_without_convention(org: Org) -> Iterator[Fault]:
    """A code gets a name that follows no convention."""
    yield from _renamed(org, lambda _: "tmp")


@mutation
def code_lookalike(org: Org) -> Iterator[Fault]:
    """A code's name is typed with letters that look the same."""
    yield from _renamed(org, lambda name: name.translate(_LOOKALIKES))


@mutation
def code_space_appended(org: Org) -> Iterator[Fault]:
    """A code's name ends in a space."""
    yield from _renamed(org, lambda name: f"{name} ")


@mutation
def code_in_capitals(org: Org) -> Iterator[Fault]:
    """A code's name is typed in capitals."""
    yield from _renamed(org, str.upper)


def _described(org: Org, says: str, description: str | None) -> Iterator[Fault]:
    for code in org.codes:
        if is_known(code.description) and code.description:
            yield Fault(
                f"the description of code '{code.name}' {says}",
                partial(changed, org, "codes", code, description=description),
            )


@mutation
def code_description_emptied(org: Org) -> Iterator[Fault]:
    """A code loses its description."""
    yield from _described(org, "is removed", None)


@mutation
def code_description_blanked(org: Org) -> Iterator[Fault]:
    """A code's description becomes blanks."""
    yield from _described(org, "becomes blanks", "                    ")


@mutation
def code_description_shortened(org: Org) -> Iterator[Fault]:
    """A code's description becomes a placeholder."""
    yield from _described(org, "becomes 'tbd'", "tbd")


def _made(org: Org, says: str, rename: Callable[[str], str]) -> Iterator[Fault]:
    for code in org.codes:
        if is_known(code.name) and (name := rename(code.name)) != "":
            twin = msgspec.structs.replace(code, id=f"{code.id}-new", name=name)
            yield Fault(f"{says} '{name}'", partial(_with_code, org, twin))


def _with_code(org: Org, code: WrapUpCode) -> Org:
    return replace(org, codes=tuple(sorted((*org.codes, code), key=lambda it: it.id)))


@mutation
def code_created(org: Org) -> Iterator[Fault]:
    """A code is created that nobody agreed on."""
    yield from _made(org, "somebody creates the code", lambda name: f"Test of {name}")


@mutation
def code_duplicated(org: Org) -> Iterator[Fault]:
    """A code is created a second time, in capitals."""
    yield from _made(org, "somebody creates a second code", str.upper)


@mutation
def code_duplicated_lookalike(org: Org) -> Iterator[Fault]:
    """A code is created a second time, with letters that look the same."""
    yield from _made(org, "somebody creates a second code", lambda name: name.translate(_LOOKALIKES))


@mutation
def code_takes_name(org: Org) -> Iterator[Fault]:
    """A code gets the name of another code."""
    names = [code.name for code in org.codes if is_known(code.name)]
    yield from _renamed(org, lambda name: next((it for it in names if it != name), name))


@mutation
def code_twin_created(org: Org) -> Iterator[Fault]:
    """A code is created that is called nearly the same."""
    yield from _made(org, "somebody creates the code", lambda name: f"{name}s")


@mutation
def code_deleted(org: Org) -> Iterator[Fault]:
    """A code is deleted: queues lose it, its outbound entry stays."""
    for code in org.codes:
        yield Fault(f"code '{code.name}' is deleted", partial(_without, org, code))


def _without(org: Org, code: WrapUpCode) -> Org:
    return replace(
        org,
        codes=tuple(it for it in org.codes if it is not code),
        offered={key: tuple(it for it in ids if it != code.id) for key, ids in org.offered.items()},
    )


@mutation
def code_made_anew(org: Org) -> Iterator[Fault]:
    """A code is deleted and created again: its id is another, its outbound entry stays with the old one."""
    for code in org.codes:

        def make(code: WrapUpCode = code, anew: str = f"{code.id}-anew") -> Org:
            codes = (msgspec.structs.replace(it, id=anew) if it is code else it for it in org.codes)
            return replace(
                org,
                codes=tuple(sorted(codes, key=lambda it: it.id)),
                offered={key: tuple(anew if it == code.id else it for it in ids) for key, ids in org.offered.items()},
            )

        yield Fault(f"code '{code.name}' is made anew", make)


@mutation
def code_moved(org: Org) -> Iterator[Fault]:
    """A code is moved to another division."""
    named = (*(it.division for it in org.queues), *(it.division for it in org.codes))
    divisions = list({it.id: it for it in named if is_known(it) and it.id != ALL_DIVISIONS}.values())
    for code in org.codes:
        if is_known(code.division):
            other = next((it for it in divisions if it.id != code.division.id), Division("division-new", "New"))
            yield Fault(
                f"code '{code.name}' is moved to division {other.name}",
                partial(changed, org, "codes", code, division=other),
            )


@mutation
def code_all_divisions(org: Org) -> Iterator[Fault]:
    """A code is given to all divisions."""
    for code in org.codes:
        if is_known(code.division) and code.division.id != ALL_DIVISIONS:
            every = Division(ALL_DIVISIONS, ALL_DIVISIONS)
            yield Fault(
                f"code '{code.name}' is given to all divisions",
                partial(changed, org, "codes", code, division=every),
            )


# -- outbound flags -------------------------------------------------------------------------------------------------


def _flagged(org: Org, says: str, change: Callable[[tuple[str, ...]], tuple[str, ...] | None]) -> Iterator[Fault]:
    for code in org.codes if org.flags else ():
        mapping = dict((org.flags or OutboundMapping()).mapping)
        flags = mapping.get(code.id)
        if not flags:
            continue
        other = change(flags)
        mapping.pop(code.id)
        entries = mapping if other is None else {**mapping, code.id: other}
        yield Fault(
            f"outbound flags of code '{code.name}' {says}",
            partial(_with_flags, org, entries),
        )


def _with_flags(org: Org, mapping: dict[str, tuple[str, ...]]) -> Org:
    return replace(org, flags=msgspec.structs.replace(org.flags or OutboundMapping(), mapping=mapping))


@mutation
def flags_dropped(org: Org) -> Iterator[Fault]:
    """A code loses its outbound flags."""
    yield from _flagged(org, "are removed", lambda _: None)


@mutation
def flags_replaced(org: Org) -> Iterator[Fault]:
    """A code gets other outbound flags."""
    yield from _flagged(org, "become BUSINESS_NEUTRAL", lambda _: ("BUSINESS_NEUTRAL",))


@mutation
def flags_added(org: Org) -> Iterator[Fault]:
    """A code gets one more outbound flag."""
    yield from _flagged(org, "gain NUMBER_UNCALLABLE", lambda flags: (*flags, "NUMBER_UNCALLABLE"))


@mutation
def stale_flags_left(org: Org) -> Iterator[Fault]:
    """The outbound mapping keeps an entry for a code that was deleted long ago."""
    if org.flags is not None:
        entries = {**org.flags.mapping, "code-deleted-long-ago": ("BUSINESS_FAILURE",)}
        yield Fault("the outbound mapping keeps an entry for a deleted code", lambda: _with_flags(org, entries))
