"""What differs between two orgs, and what could not be compared.

An entity is the same when its id is, whatever its name. Another id under the same name is a new object, whose
history starts anew. An unknown value equals nothing, not even another unknown value.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from harness.errors import UnknownValueError
from harness.model import Agent, AgentSkill, Org, OutboundMapping, Queue, Skill, WrapUpCode, is_known
from harness.model.change import Difference, KindOfDifference
from harness.model.ids import is_address
from harness.model.names import printable
from harness.model.org import Resource
from harness.model.unknown import Unknown, unknown
from harness.orgs.matching import Entity, Matched, match, unsure
from harness.orgs.phrases import code_name, flag_set, labels, milliseconds, people, skills_of

__all__ = ["Difference", "difference", "same_org"]

_T = TypeVar("_T")

_TWO_KINDS_OF_ID = ("ids of the platform and addresses in an export do not compare",) * 2

_KINDS: Sequence[KindOfDifference] = ("org", "division", "skill", "code", "queue", "agent", "flags")


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

    What could not be compared for one reason in several entities is said once.
    """
    found = list(_Comparison(old, new).differences())
    reasons = Counter((it.kind, it.what, it.before, it.after) for it in found if not it.compared)
    told = set()
    for it in found:
        times = 0 if it.compared else reasons[it.kind, it.what, it.before, it.after]
        several = f"{times} {_plural(it.kind)}"
        told.add(msgspec.structs.replace(it, label=several, entity_id=None) if times > 1 else it)
    return tuple(
        sorted(told, key=lambda it: (_KINDS.index(it.kind), it.label, it.what, it.before or "", it.after or ""))
    )


def _plural(kind: KindOfDifference) -> str:
    return kind if kind == "flags" else f"{kind}s"


class _Comparison:
    """Two orgs, and how the entities of one are recognised in the other."""

    def __init__(self, old: Org, new: Org) -> None:
        self.old = old
        self.new = new
        # The ids of two orgs never mean one object: only names tell what corresponds.
        self.two_orgs = old.id is not None and new.id is not None and old.id != new.id
        self.divisions = match(old.divisions, new.divisions)
        self.skills = match(old.skills, new.skills)
        self.codes = match(old.codes, new.codes)
        self.agents = match(old.agents, new.agents, by_name=False)

    def differences(self) -> Iterator[Difference]:
        """Yield everything that differs, unsorted."""
        old, new = self.old, self.new
        if self.two_orgs:
            yield Difference(kind="org", label=f"org {printable(new.name)}", what="id", before=old.id, after=new.id)
        yield from self._listing("division", "divisions", self.divisions, lambda *_: iter(()))
        yield from self._listing("skill", "skills", self.skills, self._skill)
        yield from self._listing("code", "wrapupcodes", self.codes, self._code)
        yield from self._listing("queue", "queues", match(old.queues, new.queues), self._queue)
        yield from self._listing("agent", "users", self.agents, self._agent)
        yield from self._flags()

    def _listing(
        self,
        kind: KindOfDifference,
        resource: Resource,
        matched: Matched[Entity],
        compare: Callable[[str, Entity, Entity], Iterator[Difference]],
    ) -> Iterator[Difference]:
        old_gap, new_gap = self.old.gap(resource), self.new.gap(resource)
        if old_gap or new_gap:
            yield _not_compared(kind, f"all {_plural(kind)}", "whether there are more", old_gap, new_gap)
        label_of = labels(kind, [*matched.removed, *matched.added, *(new for _, new in matched.both)])
        # What an org does not show may be there all the same.
        for entity in () if new_gap else matched.removed:
            yield Difference(
                kind=kind, label=label_of[entity.id], what="removed", before=printable(entity.id), entity_id=entity.id
            )
        for entity in () if old_gap else matched.added:
            yield Difference(
                kind=kind, label=label_of[entity.id], what="added", after=printable(entity.id), entity_id=entity.id
            )
        for before, after in matched.both:
            for it in self._entity(kind, label_of[after.id], before, after, compare):
                yield msgspec.structs.replace(it, entity_id=after.id)

    def _entity(
        self,
        kind: KindOfDifference,
        label: str,
        before: Entity,
        after: Entity,
        compare: Callable[[str, Entity, Entity], Iterator[Difference]],
    ) -> Iterator[Difference]:
        if kind != "agent":  # a person's name says no more than the id
            yield from _values(kind, label, "name", before, after, lambda it: it.name)
        if before.id != after.id and not (self.two_orgs or is_address(before.id) or is_address(after.id)):
            yield Difference(kind=kind, label=label, what="id", before=before.id, after=after.id)
        yield from compare(label, before, after)

    def _skill(self, label: str, before: Skill, after: Skill) -> Iterator[Difference]:
        yield from _values("skill", label, "state", before, after, lambda it: it.state)

    def _code(self, label: str, before: WrapUpCode, after: WrapUpCode) -> Iterator[Difference]:
        yield from _values("code", label, "description", before, after, lambda it: it.description)
        yield from self._division("code", label, before, after)

    def _queue(self, label: str, before: Queue, after: Queue) -> Iterator[Difference]:
        yield from self._division("queue", label, before, after)
        yield from _values("queue", label, "prompt", before, after, lambda it: it.acw.prompt_word)
        yield from _values("queue", label, "timeout", before, after, lambda it: milliseconds(it.acw.timeout_ms))
        yield from _values("queue", label, "skill evaluation", before, after, lambda it: it.evaluation_word)
        yield from self._offered(label, before, after)
        yield from self._members(label, before, after)

    def _division(
        self, kind: KindOfDifference, label: str, before: WrapUpCode | Queue, after: WrapUpCode | Queue
    ) -> Iterator[Difference]:
        known = is_known(before.division) and is_known(after.division)
        # What became of the division itself is said once.
        if not known or self.divisions.new_id(before.division.id) != after.division.id:
            yield from _values(kind, label, "division", before, after, lambda it: it.division.name)

    def _offered(self, label: str, before: Queue, after: Queue) -> Iterator[Difference]:
        old = _read(lambda: [code.id for code in self.old.codes_of(before)])
        new = _read(lambda: [code.id for code in self.new.codes_of(after)])
        if isinstance(old, Unknown) or isinstance(new, Unknown):
            yield _not_compared("queue", label, "codes", _why(old), _why(new))
            return
        removed, added = self.codes.changed(old, new)
        if unsure(removed, added):
            yield _not_compared("queue", label, "codes", *_TWO_KINDS_OF_ID)
            return
        for code_id in removed:
            yield Difference(
                kind="queue", label=label, what="code removed", before=code_name(self.old, code_id), part_ids=(code_id,)
            )
        for code_id in added:
            yield Difference(
                kind="queue", label=label, what="code added", after=code_name(self.new, code_id), part_ids=(code_id,)
            )

    def _members(self, label: str, before: Queue, after: Queue) -> Iterator[Difference]:
        old, new = _member_ids(self.old, before), _member_ids(self.new, after)
        if isinstance(old, Unknown) or isinstance(new, Unknown):
            yield _not_compared("queue", label, "members", _why(old), _why(new))
            return
        removed, added = self.agents.changed(old, new)
        if unsure(removed, added):
            yield _not_compared("queue", label, "members", *_TWO_KINDS_OF_ID)
        elif removed or added:
            parts = (*removed, *added)
            shown = people(removed), people(added)
            yield Difference(kind="queue", label=label, what="members", before=shown[0], after=shown[1], part_ids=parts)

    def _agent(self, label: str, before: Agent, after: Agent) -> Iterator[Difference]:
        yield from _values("agent", label, "state", before, after, lambda it: it.state)
        old = _read(lambda: {self.skills.new_id(held.id): _held(held) for held in before.skills})
        new = _read(lambda: {held.id: _held(held) for held in after.skills})
        if isinstance(old, Unknown) or isinstance(new, Unknown):
            yield _not_compared("agent", label, "skills", _why(old), _why(new))
        elif unsure(old.keys() - new.keys(), new.keys() - old.keys()):
            yield _not_compared("agent", label, "skills", *_TWO_KINDS_OF_ID)
        elif old != new:
            yield Difference(kind="agent", label=label, what="skills", before=skills_of(before), after=skills_of(after))

    def _flags(self) -> Iterator[Difference]:
        old_gap, new_gap = self.old.gap("outbound_mapping"), self.new.gap("outbound_mapping")
        if old_gap or new_gap:
            yield _not_compared("flags", "all flags", "outbound mapping", old_gap, new_gap)
            return
        old, new = self.old.flags or OutboundMapping(), self.new.flags or OutboundMapping()
        yield from _values(
            "flags", "flags of codes without an entry", "flags", old, new, lambda it: flag_set(it.default_set)
        )
        before = {self.codes.new_id(code_id): flags for code_id, flags in old.mapping.items()}
        for code_id in before.keys() | new.mapping.keys():
            org = self.new if code_id in new.mapping else self.old
            yield from _values(
                "flags",
                f"flags {code_name(org, code_id)}",
                "flags",
                before.get(code_id),
                new.mapping.get(code_id),
                flag_set,
            )


# -- reading and printing ---------------------------------------------------------------------------------------


def _read(read: Callable[[], Any]) -> Any:
    """Return what a function reads, or the unknown value that it met."""
    try:
        return read()
    except UnknownValueError as error:
        return unknown(error.what, error.why)


def _values(
    kind: KindOfDifference, label: str, what: str, before: _T, after: _T, read: Callable[[_T], str | None]
) -> Iterator[Difference]:
    """Yield how one value differs, when it does."""
    old, new = _read(lambda: read(before)), _read(lambda: read(after))
    compared = is_known(old) and is_known(new)
    if not compared or old != new:
        yield Difference(kind=kind, label=label, what=what, before=_shown(old), after=_shown(new), compared=compared)


def _shown(value: Any) -> str | None:
    if isinstance(value, Unknown):
        return f"unknown: {printable(value.why)}"
    return None if value is None else printable(value)


def _not_compared(kind: KindOfDifference, label: str, what: str, before: str | None, after: str | None) -> Difference:
    return Difference(
        kind=kind,
        label=label,
        what=what,
        before=before and f"unknown: {printable(before)}",
        after=after and f"unknown: {printable(after)}",
        compared=False,
    )


def _why(value: object) -> str | None:
    return value.why if isinstance(value, Unknown) else None


def _member_ids(org: Org, queue: Queue) -> Any:
    found = org.members.get(queue.id)
    if found is None:
        return unknown("the members", org.gap("queue_members") or "the source did not deliver them")
    return [member.id for member in found]


def _held(skill: AgentSkill) -> tuple[float, bool]:
    return float(skill.proficiency), skill.active
