"""What a case can be about, how it is labelled, and what stays the same when its name changes."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

import msgspec

from harness.errors import UnknownValueError
from harness.model.catalogue import CrmMapping, Definition, Disposition
from harness.model.change import Change
from harness.model.entities import Agent, Queue, WrapUpCode
from harness.model.ids import is_address, is_system_code
from harness.model.names import printable
from harness.model.org import Org, Resource
from harness.model.unknown import Unknown, is_known, unknown
from harness.model.usage import Usage

__all__ = ["KINDS", "Assignment", "Flags", "Identity", "Kind", "KindName", "Membership", "Subject", "labels"]

KindName = Literal[
    "code",
    "queue",
    "assignment",
    "definition",
    "membership",
    "mapping",
    "disposition",
    "flags",
    "usage",
    "change",
    "org",
]


class Assignment(msgspec.Struct, frozen=True):
    """One code offered on one queue."""

    code: WrapUpCode
    queue: Queue


class Membership(msgspec.Struct, frozen=True):
    """One active agent of one queue."""

    agent: Agent
    queue: Queue


class Flags(msgspec.Struct, frozen=True):
    """One entry of the outbound mapping.

    Attributes:
        code_id: The code it is for; a deleted code keeps its entry.
        values: The flags, in the platform's spelling and order.
    """

    code_id: str
    values: tuple[str, ...]


Subject: TypeAlias = (
    WrapUpCode | Queue | Assignment | Definition | Membership | CrmMapping | Disposition | Flags | Usage | Change | Org
)


class Identity(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a subject can be recognised by, strongest first; two identities match on the strongest both have.

    Attributes:
        kind: The kind of subject.
        name: The exact name (not escaped).
        id: The platform's id, or None.
        address: The Terraform resource address, or None.
    """

    kind: str
    name: str
    id: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of subject.

    Attributes:
        name: The word for it; labels begin with it.
        type: The type that a check's first parameter has.
        enumerate: Lists an org's subjects, in an order that follows from the org alone. Raises
            `UnknownValueError` when the org does not show them.
        names: The label's parts and the ids behind them.
        reads: The resources it is made of; a source that does not carry one has no such subjects.
        needs: What the policy must name for it to exist: `catalogue`, `crm`.
        unseen: For a stand-in (all codes of a queue whose codes were not delivered): the unknown value that it
            stands for; None for what was seen. A stand-in is never judged, its verdict is *unknown*.
    """

    name: KindName
    type: type
    enumerate: Callable[[Org], Sequence[Any]]
    names: Callable[[Any, Org], tuple[str, str | None]]
    reads: tuple[Resource, ...] = ()
    needs: tuple[Literal["catalogue", "crm"], ...] = ()
    unseen: Callable[[Any], Unknown | None] = lambda _: None

    def identity(self, subject: Any, org: Org) -> Identity:
        """Return what the subject can be recognised by in other runs."""
        name, entity_id = self.names(subject, org)
        # An assignment's or membership's id is made of two.
        if entity_id is not None and any(map(is_address, entity_id.split("@"))):
            return Identity(self.name, name, address=entity_id)
        return Identity(self.name, name, entity_id)


def _name(entity: WrapUpCode | Queue) -> str:
    return entity.name if is_known(entity.name) else _id(entity)


def _id(entity: WrapUpCode | Queue | Agent) -> str:
    return entity.id if is_known(entity.id) else "?"


def _person(agent: Agent) -> str:
    return agent.name if is_known(agent.id) else "?"


def _codes(org: Org) -> Sequence[WrapUpCode]:
    return [code for code in org.codes if not code.system]


def _assignments(org: Org) -> Sequence[Assignment]:
    found = []
    for queue in org.queues:
        try:
            codes = org.codes_of(queue)
        except UnknownValueError as error:
            found.append(Assignment(_stand_in(WrapUpCode, error), queue))
        else:
            found += [Assignment(code, queue) for code in codes if not is_system_code(code.id)]
    return found


def _memberships(org: Org) -> Sequence[Membership]:
    found = []
    for queue in org.queues:
        try:
            found += [Membership(agent, queue) for agent in org.agents_of(queue)]
        except UnknownValueError as error:
            found.append(Membership(_stand_in(Agent, error), queue))
    return found


_E = TypeVar("_E", WrapUpCode, Agent)


def _stand_in(entity: type[_E], error: UnknownValueError) -> _E:
    gap = unknown(error.what, error.why)
    return entity(**dict.fromkeys(entity.__struct_fields__, gap))


def _unseen(value: object) -> Unknown | None:
    return value if isinstance(value, Unknown) else None


def _definitions(org: Org) -> Sequence[Definition]:
    return org.catalogue.definitions if org.catalogue else ()


def _dispositions(org: Org) -> Sequence[Disposition]:
    return (org.crm.dispositions or ()) if org.crm else ()


def _flags(org: Org) -> Sequence[Flags]:
    if org.flags is None:
        return ()
    return [Flags(code_id, values) for code_id, values in sorted(org.flags.mapping.items())]


def _flags_names(flags: Flags, org: Org) -> tuple[str, str]:
    code = org.code_by_id.get(flags.code_id)
    return (flags.code_id if code is None else _name(code)), flags.code_id


def _changes(org: Org) -> Sequence[Change]:
    return org.trail.applied if org.trail is not None and is_known(org.trail) else ()


def _usage(org: Org) -> Sequence[Usage]:
    return org.measured.usage if org.measured is not None and is_known(org.measured) else ()


def _usage_names(usage: Usage, _: Org) -> tuple[str, str | None]:
    if usage.unmatched is not None:
        return "no conversation", None
    queue = "no queue" if usage.queue_id is None else _name(usage.queue) if usage.queue else usage.queue_id
    if usage.code_id is None:
        return queue, usage.queue_id
    code = _name(usage.code) if usage.code else usage.code_id
    return f"{code} @ {queue}", f"{usage.code_id}@{usage.queue_id or ''}"


KINDS: Mapping[KindName, Kind] = {
    kind.name: kind
    for kind in (
        Kind("code", WrapUpCode, _codes, lambda code, _: (_name(code), code.id), reads=("wrapupcodes",)),
        Kind("queue", Queue, lambda org: org.queues, lambda queue, _: (_name(queue), queue.id), reads=("queues",)),
        Kind(
            "assignment",
            Assignment,
            _assignments,
            lambda it, _: (f"{_name(it.code)} @ {_name(it.queue)}", f"{_id(it.code)}@{it.queue.id}"),
            reads=("queues", "queue_wrapupcodes"),
            unseen=lambda it: _unseen(it.code.id),
        ),
        Kind(
            "definition",
            Definition,
            _definitions,
            lambda it, _: (it.identifier if (it.identifier or "").strip() else it.name, it.id),
            needs=("catalogue",),
        ),
        Kind(
            "membership",
            Membership,
            _memberships,
            lambda it, _: (f"{_person(it.agent)} @ {_name(it.queue)}", f"{_id(it.agent)}@{it.queue.id}"),
            reads=("queues", "queue_members", "users"),
            unseen=lambda it: _unseen(it.agent.id),
        ),
        Kind(
            "mapping",
            CrmMapping,
            lambda org: org.crm_mappings,
            lambda it, _: (it.identifier, None),
            needs=("catalogue",),
        ),
        Kind("disposition", Disposition, _dispositions, lambda it, _: (it.value, None), needs=("crm",)),
        Kind("flags", Flags, _flags, _flags_names, reads=("outbound_mapping",)),
        Kind("usage", Usage, _usage, _usage_names, reads=("evidence",)),
        Kind("change", Change, _changes, lambda it, _: (it.id, it.id), reads=("audits",)),
        Kind("org", Org, lambda org: (org,), lambda it, _: (it.name, it.id)),
    )
}
"""Every kind that this version judges, by name. *usage* comes with evidence, *change* with an audit trail."""


def labels(kind: Kind, subjects: Sequence[Subject], org: Org) -> list[str]:
    """Return one label per subject: printable, and different for different subjects.

    Names that collide within a kind all get ` ~` and the first eight characters of the id (a running number
    where there is no id, or where those collide too).
    """
    named = [kind.names(subject, org) for subject in subjects]
    plain = [f"{kind.name} {printable(name)}" for name, _ in named]
    count = Counter(plain)
    if len(count) == len(plain):
        return plain
    with_ids = [
        f"{label} ~{_short(platform_id)}" if platform_id is not None and count[label] > 1 else label
        for label, (_, platform_id) in zip(plain, named, strict=True)
    ]
    return _numbered(with_ids)


def _short(platform_id: str) -> str:
    # An assignment's or membership's id is made of two.
    return "@".join(part[:8] for part in platform_id.split("@"))


def _numbered(texts: Sequence[str]) -> list[str]:
    count = Counter(texts)
    taken = set(texts)
    result = []
    for text in texts:
        label, number = text, 0
        while count[text] > 1 and label in taken:
            number += 1
            label = f"{text} ~{number}"
        taken.add(label)
        result.append(label)
    return result
