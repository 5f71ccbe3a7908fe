"""What differs between two orgs, and what could not be compared.

An entity is the same when its id is, whatever its name. Another id under the same name is a new object, whose
history starts anew. An unknown value equals nothing, not even another unknown value.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import msgspec

from harness.errors import UnknownValueError
from harness.model import Agent, Division, Org, Queue, Skill, WrapUpCode, is_known
from harness.model.names import printable
from harness.model.org import Resource
from harness.orgs.matching import Entity, Matched, comparable, match

__all__ = ["Difference", "difference", "same_org"]

_MOST_PEOPLE = 5
_LABELLED = ("org", "division", "skill", "code", "queue", "agent", "flags")

KindOfDifference = Literal["org", "division", "skill", "code", "queue", "agent", "flags"]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that differs, or could not be compared.

    Attributes:
        kind: What kind of entity it is about.
        label: The entity, printable, for example `queue Billing`.
        what: What differs: `added`, `removed`, `renamed`, `prompt` …
        before: In the old org, printable; None when there is nothing.
        after: In the new org, printable; None when there is nothing.
        compared: False when a side is unknown, so that nothing can be said.
    """

    kind: KindOfDifference
    label: str
    what: str
    before: str | None = None
    after: str | None = None
    compared: bool = True


def same_org(one: Org, other: Org) -> bool:
    """Tell whether two orgs hold the same, wherever, whenever and by whichever version they were read.

    Unknown values are the same when they are unknown for the same reason.
    """
    try:
        return replace(one, origin=other.origin) == other and one.origin.region == other.origin.region
    except UnknownValueError:  # a value is known on one side only
        return False


def difference(old: Org, new: Org) -> tuple[Difference, ...]:
    """Return what differs between two orgs, by kind, label and what.

    What could not be compared, for one reason in many entities, is said once.
    """
    found = _Comparison(old, new).differences()
    told = Counter((it.kind, it.what, it.before, it.after) for it in found if not it.compared)
    merged: dict[tuple[object, ...], Difference] = {}
    for it in found:
        key = (it.kind, it.what, it.before, it.after)
        if not it.compared and told[key] > 1:
            merged[key] = msgspec.structs.replace(it, label=f"{told[key]} {it.kind}s")
        else:
            merged[(it.label, *key)] = it
    return tuple(
        sorted(
            merged.values(),
            key=lambda it: (_LABELLED.index(it.kind), it.label, it.what, it.before or "", it.after or ""),
        )
    )


class _Comparison:
    """Two orgs, and how the entities of one are recognised in the other."""

    def __init__(self, old: Org, new: Org) -> None:
        self.old = old
        self.new = new
        # Ids of different orgs never mean the same object; then only names are compared.
        self.one_org = old.id is None or new.id is None or old.id == new.id
        self.codes = match(old.codes, new.codes)
        self.queues = match(old.queues, new.queues)

    def differences(self) -> list[Difference]:
        """Return everything that differs, unsorted."""
        return [
            *self._org(),
            *self._kind("division", "divisions", match(self.old.divisions, self.new.divisions), {}),
            *self._kind("skill", "skills", match(self.old.skills, self.new.skills), {"state": _skill_state}),
            *self._kind("code", "wrapupcodes", self.codes, {"description": _description}),
            *self._kind("queue", "queues", self.queues, _QUEUE),
            *self._kind("agent", "users", match(self.old.agents, self.new.agents, by_name=False), _AGENT),
            *self._flags(),
        ]

    def _org(self) -> Iterator[Difference]:
        if not self.one_org:
            yield Difference(kind="org", label=_label("org", self.new.name), what="id", before=self.old.id, after=self.new.id)

    # -- listings -------------------------------------------------------------------------------------------

    def _kind(
        self,
        kind: KindOfDifference,
        resource: Resource,
        matched: Matched[Entity],
        attributes: Mapping[str, Callable[[Any], str | None]],
    ) -> Iterator[Difference]:
        names = _Names(kind, [*(new for _, new in matched.both), *matched.added, *matched.removed])
        old_gap, new_gap = self.old.gap(resource), self.new.gap(resource)
        if old_gap or new_gap:
            yield Difference(
                kind=kind,
                label=f"all {kind}s",
                what="whether all were seen",
                before=_unseen(old_gap),
                after=_unseen(new_gap),
                compared=False,
            )
        # What an org does not show may be there all the same.
        for entity in () if new_gap else matched.removed:
            yield Difference(kind=kind, label=names.of(entity), what="removed", before=entity.id)
        for entity in () if old_gap else matched.added:
            yield Difference(kind=kind, label=names.of(entity), what="added", after=entity.id)
        for before, after in matched.both:
            label = names.of(after)
            yield from self._identity(kind, label, before, after)
            for what, read in attributes.items():
                yield from _compared(kind, label, what, lambda e, read=read: read(e), before, after)
            if isinstance(before, WrapUpCode | Queue) and isinstance(after, WrapUpCode | Queue):
                yield from self._division(kind, label, before, after)
            if isinstance(before, Queue) and isinstance(after, Queue):
                yield from self._offered(label, before, after)
                yield from self._members(label, before, after)
