"""Tiny orgs in one readable call, for examples and tests.

Ids are `code-1`, `queue-1`, `agent-1` … in the order of writing; a division's, skill's or language's id is its name
with the kind before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeVar

import msgspec

from harness.model.catalogue import Catalogue, Crm, DeclaredQueue, Definition, Disposition, Position
from harness.model.entities import (
    AcwSettings,
    Agent,
    AgentSkill,
    Division,
    Member,
    OutboundMapping,
    Queue,
    Skill,
    WrapUpCode,
)
from harness.model.ids import ALL_DIVISIONS, is_system_code
from harness.model.org import Org
from harness.model.origin import Origin, SourceKind
from harness.model.unknown import is_known

__all__ = ["TinyQueue", "a_code", "a_definition", "a_queue", "a_skill", "an_agent", "an_org"]

_TO_BE_NUMBERED = ""
_Struct = TypeVar("_Struct", bound=msgspec.Struct)


@dataclass(frozen=True, kw_only=True)
class TinyQueue:
    """A queue with what an org keeps apart from it.

    Attributes:
        codes: Names or ids of the codes it offers, or None when they were not delivered.
        agents: Its members, or None when they were not delivered.
    """

    queue: Queue
    codes: tuple[str, ...] | None
    agents: tuple[Agent, ...] | None


def _division(division: str | Division) -> Division:
    if isinstance(division, str):
        return Division(ALL_DIVISIONS if division == ALL_DIVISIONS else f"division {division}", division)
    return division


def a_code(name: str, *, id: str = _TO_BE_NUMBERED, division: str | Division = "*", **fields: Any) -> WrapUpCode:
    """Return a wrap-up code; `fields` are further ones of `WrapUpCode`."""
    return _replaced(WrapUpCode(id=id, name=name, division=_division(division)), **fields)


def a_queue(
    *codes: str,
    prompt: str = "MANDATORY",
    timeout_s: float | None = None,
    division: str | Division = "Home",
    agents: Sequence[Agent] | None = (),
    unseen_codes: bool = False,
    **fields: Any,
) -> TinyQueue:
    """Return a queue that offers some codes.

    Args:
        codes: Their names; a name that `an_org` was not given as a code becomes one.
        prompt: The platform's word.
        timeout_s: Seconds, or None when there is no timeout.
        division: The division, or its name.
        agents: Its members; None when they were not delivered.
        unseen_codes: Whether the source did not deliver which codes it offers.
        fields: Further fields of `Queue`.
    """
    acw = AcwSettings(prompt, None if timeout_s is None else round(timeout_s * 1000))
    queue = Queue(id=_TO_BE_NUMBERED, name="", division=_division(division), acw=acw)
    return TinyQueue(
        queue=_replaced(queue, **fields),
        codes=None if unseen_codes else codes,
        agents=None if agents is None else tuple(agents),
    )


def a_skill(name: str, *, state: str = "active", proficiency: float = 1.0) -> AgentSkill:
    """Return a skill as an agent holds it."""
    return AgentSkill(f"skill {name}", name, proficiency, state)


def an_agent(*skills: str | AgentSkill, state: str = "active", id: str = _TO_BE_NUMBERED) -> Agent:
    """Return an agent who holds some skills."""
    held = tuple(a_skill(skill) if isinstance(skill, str) else skill for skill in skills)
    return Agent(id, state, held, ())


def a_definition(name: str, *, duration_s: float | None = None, **fields: Any) -> Definition:
    """Return a definition; `fields` are further ones of `Definition`."""
    duration = None if duration_s is None else round(duration_s * 1000)
    return _replaced(Definition(name=name, duration_ms=duration, position=Position("catalogue.yaml")), **fields)


def an_org(
    *,
    codes: Iterable[str | WrapUpCode] = (),
    queues: Mapping[str, Sequence[str] | TinyQueue] | None = None,
    skills: Iterable[str | Skill] = (),
    definitions: Iterable[str | Definition] | None = None,
    channels: Mapping[str, Sequence[str]] | None = None,
    dispositions: Iterable[str | Disposition] | None = None,
    crm_mapping: Mapping[str, str] | None = None,
    flags: Mapping[str, Sequence[str]] | None = None,
    default_flags: Sequence[str] = (),
    source: SourceKind = "recording",
    **fields: Any,
) -> Org:
    """Return a tiny org.

    Args:
        codes: Names, or codes of `a_code`.
        queues: Queue name → names of the codes that it offers, or a queue of `a_queue`.
        skills: Names, besides those that agents hold; or skills.
        definitions: Names, or definitions of `a_definition`; None without a catalogue.
        channels: Queue as the catalogue names it → the channels that the catalogue declares for it.
        dispositions: What the CRM accepts; None without a CRM list.
        crm_mapping: Identifier → disposition, from a mapping file.
        flags: Code name or id → dialer flags; None without an outbound mapping.
        default_flags: Flags of codes without an entry of their own.
        source: The kind of source.
        fields: Further fields of `Org`, such as `hidden`.

    Example:
        >>> org = an_org(queues={"Billing": ["Sale", "Refund"]})
        >>> [code.name for code in org.codes_of(org.queues[0])]
        ['Sale', 'Refund']
    """
    tiny = {name: it if isinstance(it, TinyQueue) else a_queue(*it) for name, it in (queues or {}).items()}
    made = _codes(codes, (name for it in tiny.values() for name in it.codes or ()))
    id_of = {code.name: code.id for code in reversed(made) if is_known(code.name)}
    numbered: list[Queue] = []
    offered: dict[str, tuple[str, ...]] = {}
    members: dict[str, tuple[Member, ...]] = {}
    agents: dict[str, Agent] = {}
    for name, it in tiny.items():
        queue = _replaced(it.queue, id=it.queue.id or f"queue-{len(numbered) + 1}")
        queue = queue if not is_known(queue.name) or queue.name else _replaced(queue, name=name)
        numbered.append(queue)
        if it.codes is not None:
            offered[queue.id] = tuple(id_of.get(code, code) for code in it.codes)
        if it.agents is not None:
            people = [
                _replaced(agent, id=agent.id or f"agent-{len(agents) + n}") for n, agent in enumerate(it.agents, 1)
            ]
            agents |= {agent.id: agent for agent in people}
            members[queue.id] = tuple(Member(agent.id, joined=True, member_by="user") for agent in people)
    known: dict[str, Any] = {
        "name": "tiny",
        "origin": Origin(kind=source, location="nowhere"),
        "codes": _by_id(made),
        "queues": _by_id(numbered),
        "skills": _skills(skills, agents.values()),
        "agents": _by_id(agents.values()),
        "offered": offered,
        "members": members,
        "flags": None if flags is None else _mapping(flags, id_of, default_flags),
        "catalogue": _catalogue(definitions, channels),
        "crm": _crm(dispositions, crm_mapping),
    }
    return Org(**known | fields)


def _codes(codes: Iterable[str | WrapUpCode], mentioned: Iterable[str]) -> list[WrapUpCode]:
    made = [a_code(code) if isinstance(code, str) else code for code in codes]
    known = {code.name for code in made if is_known(code.name)} | {code.id for code in made}
    made += [a_code(it) for it in dict.fromkeys(mentioned) if it not in known and not is_system_code(it)]
    return [_replaced(code, id=code.id or f"code-{number}") for number, code in enumerate(made, 1)]


def _skills(skills: Iterable[str | Skill], agents: Iterable[Agent]) -> tuple[Skill, ...]:
    made = [Skill(f"skill {skill}", skill, "active") if isinstance(skill, str) else skill for skill in skills]
    held = [
        Skill(skill.id, skill.name, "active") for agent in agents if is_known(agent.skills) for skill in agent.skills
    ]
    return _by_id({skill.id: skill for skill in held + made}.values())


def _mapping(flags: Mapping[str, Sequence[str]], id_of: Mapping[str, str], default: Sequence[str]) -> OutboundMapping:
    return OutboundMapping(tuple(default), {id_of.get(code, code): tuple(it) for code, it in flags.items()})


def _catalogue(
    definitions: Iterable[str | Definition] | None, channels: Mapping[str, Sequence[str]] | None
) -> Catalogue | None:
    if definitions is None and channels is None:
        return None
    made = [a_definition(it) if isinstance(it, str) else it for it in definitions or ()]
    return Catalogue(
        name="tiny",
        path="catalogue.yaml",
        definitions=tuple(_replaced(it, position=Position("catalogue.yaml", line)) for line, it in enumerate(made, 1)),
        queues=tuple(
            DeclaredQueue(name=name, channels=tuple(words), position=Position("catalogue.yaml", line))
            for line, (name, words) in enumerate((channels or {}).items(), len(made) + 1)
        ),
    )


def _crm(dispositions: Iterable[str | Disposition] | None, mapping: Mapping[str, str] | None) -> Crm | None:
    if dispositions is None and mapping is None:
        return None
    made = None
    if dispositions is not None:
        made = tuple(Disposition(it) if isinstance(it, str) else it for it in dispositions)
    return Crm(dispositions=made, mapping=mapping or {})


def _by_id(entities: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(entities, key=attrgetter("id")))


def _replaced(struct: _Struct, **changes: Any) -> _Struct:
    return msgspec.structs.replace(struct, **changes)
