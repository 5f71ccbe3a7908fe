"""What a search varies: a *cell* is one queue with a code, its definition, agents and a disposition.

Every check and every expression is about something in a cell. An org is made of one cell, or of several side by side.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import Any, Final, TypeAlias

import msgspec

from harness.model import (
    AcwSettings,
    Agent,
    AgentSkill,
    Catalogue,
    Crm,
    DeclaredQueue,
    Definition,
    Disposition,
    Division,
    Language,
    Member,
    Org,
    Origin,
    OutboundMapping,
    Position,
    Queue,
    Skill,
    WrapUpCode,
)
from harness.model.entities import MemberGroup
from harness.model.ids import ALL_DIVISIONS

__all__ = ["FIELDS", "Cell", "Others", "lookalike", "org_of"]

Others: TypeAlias = Callable[[str, str], Iterator[str]]
"""For a field and a word: further words that the policy's patterns cannot tell from it."""

CATALOGUE: Final = "catalogue.yaml"
OWN_QUEUE: Final = "(its queue)"
NOWHERE: Final = "(no such queue)"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One queue with what belongs to it. The defaults are a plain, tidy case.

    Attributes:
        codes: How many codes the queue offers; with 0 the code is there and not offered.
        named_codes: Names of codes that are offered besides.
        twin: Another code of the org, by how its name resembles.
        spelling: How the code is spelt, held against its definition.
        by_id: Whether the definition names the code's id.
        twin_definition: What a second definition has in common with the first.
        def_queues: Names of queues, where `OWN_QUEUE` and `NOWHERE` stand for names.
        disposition_state: What the CRM says about the disposition: active, inactive, or absent.
        unreached: Whether the CRM accepts another disposition, which nothing maps to.
        flags: The code's entry in the outbound mapping, or None.
        stale: Whether there is an entry for a code that is gone.
        unskilled: How many of the agents hold nothing.
        holds: Whether the others hold what the definition requires.
        missing_skill: Whether the org lacks the skills that nobody holds.
    """

    queue_id: str = "queue-1"
    queue_name: str = "Billing"
    queue_description: str | None = None
    queue_division: str = "Home"
    prompt: str = "MANDATORY_TIMEOUT"
    timeout_ms: int | None = 60_000
    media: tuple[str, ...] = ("call",)
    evaluation: str = "ALL"
    groups: int = 0
    channels: tuple[str, ...] | None = ("voice",)
    code_id: str = "code-1"
    code_name: str = "Refund"
    code_description: str | None = "The customer gets the money back."
    code_division: str = ALL_DIVISIONS
    created: str | None = "2025-01-01T00:00:00Z"
    codes: int = 1
    named_codes: tuple[str, ...] = ()
    defined: bool = True
    identifier: str | None = "REFUND"
    category: str | None = "service"
    duration_ms: int | None = 30_000
    mandatory: bool = False
    default: bool = False
    def_channels: tuple[str, ...] = ("voice",)
    def_skills: tuple[str, ...] = ()
    def_queues: tuple[str, ...] = ()
    disposition: str | None = "Refunded"
    disposition_state: str = "active"
    unreached: bool = False
    flags: tuple[str, ...] | None = ()
    default_flags: tuple[str, ...] = ()
    stale: bool = False
    agents: int = 1
    agent_id: str = "agent-1"
    agent_state: str = "active"
    unskilled: int = 0
    holds: bool = True
    agent_skills: tuple[str, ...] = ()
    held_state: str = "active"
    proficiency: float = 3.0
    languages: tuple[str, ...] = ()
    skill_state: str = "active"
    missing_skill: bool = False
    twin: str | None = None
    twin_definition: str | None = None
    spelling: str = "exact"
    by_id: bool = False

    def but(self, **values: Any) -> "Cell":
        """Return this cell with other values in some fields."""
        return replace(self, **values)


FIELDS: Final = tuple(field.name for field in fields(Cell))


def org_of(cells: Sequence[Cell], others: Others) -> Org:
    """Return the org that some cells make, with a catalogue and a CRM list.

    Entities of one name are one entity: what the first cell says about it holds.
    """
    made = [_Made(cell, number, others) for number, cell in enumerate(cells)]
    codes = _distinct((code for it in made for code in it.codes()), "name")
    resembling = [code for it in made for code in it.twins()]
    definitions = _distinct((each for it in made for each in it.definitions()), "name")
    twins = [twin for it in made for twin in it.twin_definitions()]
    id_of = {code.name: code.id for code in codes}
    queues = {it.queue().name: it for it in reversed(made)}
    agents = {agent.id: agent for it in made for agent in it.agents()}
    entries = {id_of[name]: flags for it in made for name, flags in it.flags()}
    return Org(
        name="example",
        origin=Origin(kind="recording", location="nowhere"),
        codes=_by_id([*codes, *resembling]),
        queues=_by_id([it.queue() for it in queues.values()]),
        skills=_by_id(_distinct((skill for it in made for skill in it.skills()), "name")),
        agents=_by_id(agents.values()),
        offered={
            it.queue().id: tuple(dict.fromkeys(id_of[name] for name in it.offered_names)) for it in queues.values()
        },
        members={it.queue().id: tuple(it.members()) for it in queues.values()},
        flags=OutboundMapping(
            next((it.cell.default_flags for it in made if it.cell.default_flags), ()),
            entries | ({"code-deleted": ()} if any(it.cell.stale for it in made) else {}),
        ),
        catalogue=Catalogue(
            name="example",
            path=CATALOGUE,
            definitions=tuple(
                msgspec.structs.replace(each, position=Position(CATALOGUE, line))
                for line, each in enumerate((*definitions, *twins), 1)
            ),
            queues=tuple(declared for it in queues.values() for declared in it.declared()),
        ),
        crm=Crm(tuple(_distinct((each for it in made for each in it.dispositions()), "value"))),
    )


def _distinct(entities: Iterator[Any], key: str) -> list[Any]:
    found: dict[str, Any] = {}
    for entity in entities:
        found.setdefault(getattr(entity, key), entity)
    return list(found.values())


def _by_id(entities: Any) -> tuple[Any, ...]:
    return tuple(sorted({it.id: it for it in entities}.values(), key=lambda it: it.id))


class _Made:
    """The entities of one cell; ids of later cells carry the cell's number."""

    def __init__(self, cell: Cell, number: int, others: Others) -> None:
        self.cell = cell
        self._tag = f"-{number}" if number else ""
        self._others = others
        more = islice(others("code_name", cell.code_name), max(0, cell.codes - 1))
        self._agreed = list(dict.fromkeys((cell.code_name, *more, *cell.named_codes)))
        self._called = [lookalike(cell.code_name, cell.spelling), *self._agreed[1:]]
        self.offered_names = self._called if cell.codes else [it for it in cell.named_codes if it in self._called]

    def _id(self, word: str, default: str) -> str:
        return word + self._tag if word == default else word

    def queue(self) -> Queue:
        cell = self.cell
        return Queue(
            id=self._id(cell.queue_id, "queue-1"),
            name=cell.queue_name,
            division=_division(cell.queue_division),
            description=cell.queue_description,
            acw=AcwSettings(cell.prompt, cell.timeout_ms),
            media_settings={medium: {} for medium in cell.media},
            member_count=cell.agents,
            member_groups=tuple(MemberGroup(f"group-{number}") for number in range(cell.groups)),
            evaluation_word=cell.evaluation,
        )

    def codes(self) -> Iterator[WrapUpCode]:
        for number, name in enumerate(self._called):
            yield self._code(f".{number}" if number else "", name)

    def twins(self) -> Iterator[WrapUpCode]:
        if self.cell.twin is not None:
            yield self._code(".twin", lookalike(self.cell.code_name, self.cell.twin))

    def _code(self, suffix: str, name: str) -> WrapUpCode:
        cell = self.cell
        return WrapUpCode(
            id=f"{self._id(cell.code_id, 'code-1')}{suffix}",
            name=name,
            division=_division(cell.code_division),
            description=cell.code_description,
            created=cell.created,
        )

    def definitions(self) -> Iterator[Definition]:
        cell = self.cell
        if not cell.defined:
            return
        more = self._others("identifier", cell.identifier) if cell.identifier is not None else iter(())
        known = {OWN_QUEUE: cell.queue_name, NOWHERE: "Nowhere"}
        for number, name in enumerate(self._agreed):
            yield Definition(
                name=name,
                position=Position(CATALOGUE),
                id=self._id(cell.code_id, "code-1") if cell.by_id and number == 0 else None,
                identifier=cell.identifier if number == 0 else next(more, cell.identifier),
                category=cell.category,
                duration_ms=cell.duration_ms,
                mandatory=cell.mandatory,
                default=cell.default and number == 0,
                channels=cell.def_channels,
                skills=cell.def_skills,
                queues=tuple(known.get(pattern, pattern) for pattern in cell.def_queues),
                disposition=cell.disposition,
            )

    def twin_definitions(self) -> Iterator[Definition]:
        for first in self.definitions() if self.cell.twin_definition else ():
            other = {"identifier": {"name": f"{first.name} again"}, "name": {"identifier": f"{first.identifier}_2"}}
            yield msgspec.structs.replace(first, **other[self.cell.twin_definition or "name"])
            return

    def dispositions(self) -> Iterator[Disposition]:
        cell = self.cell
        if cell.disposition is not None and cell.disposition_state != "absent":
            yield Disposition(cell.disposition, cell.disposition_state == "active")
        if cell.unreached:
            yield Disposition("Never used")

    def flags(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        if self.cell.flags is not None:
            for code in self.codes():
                yield code.name, self.cell.flags

    def declared(self) -> Iterator[DeclaredQueue]:
        if self.cell.channels is not None:
            yield DeclaredQueue(name=self.cell.queue_name, channels=self.cell.channels, position=Position(CATALOGUE))

    def _held(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(((*self.cell.def_skills,) if self.cell.holds else ()) + self.cell.agent_skills))

    def agents(self) -> Iterator[Agent]:
        cell = self.cell
        held = tuple(AgentSkill(f"skill {it}", it, cell.proficiency, cell.held_state) for it in self._held())
        spoken = tuple(Language(f"language {it}", it) for it in cell.languages)
        for number, member in enumerate(self.members()):
            skills = held if number < cell.agents - cell.unskilled else ()
            yield Agent(member.id, cell.agent_state, skills, spoken)

    def members(self) -> Iterator[Member]:
        agent_id = self._id(self.cell.agent_id, "agent-1")
        for number in range(self.cell.agents):
            yield Member(f"{agent_id}.{number}" if number else agent_id, joined=True, member_by="user")

    def skills(self) -> Iterator[Skill]:
        cell = self.cell
        there = self._held() if cell.missing_skill else (*self._held(), *cell.def_skills)
        for name in dict.fromkeys(there):
            yield Skill(f"skill {name}", name, cell.skill_state)


def _division(name: str) -> Division:
    return Division(ALL_DIVISIONS if name == ALL_DIVISIONS else f"division {name}", name)


def lookalike(name: str, how: str) -> str:
    """Return a name that resembles another: `same`, `cased`, `spaced` or `similar`."""
    match how:
        case "cased":
            return name.swapcase()
        case "spaced":
            return f"{name} "
        case "similar":
            return f"{name}s"
    return name
