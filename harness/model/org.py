"""One organisation's configuration at one moment, with the questions that checks ask of it.

An `Org` is frozen. Its indexes are built when first asked for. A question whose honest answer is "we could not
see" raises `UnknownValueError`, which becomes the verdict *unknown*.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeVar

from harness.errors import UnknownValueError
from harness.model.catalogue import Catalogue, Crm, CrmMapping, Definition
from harness.model.channels import channels
from harness.model.entities import (
    DEFAULT_CODE_ID,
    Agent,
    Division,
    Member,
    OutboundMapping,
    Queue,
    Skill,
    WrapUpCode,
    is_system_code,
)
from harness.model.names import fold
from harness.model.unknown import is_known, unknown

__all__ = ["Org", "Origin", "Resource", "SourceKind"]

_T = TypeVar("_T")

SourceKind = Literal["recording", "live", "plan", "export"]

Resource = Literal[
    "wrapupcodes",
    "queues",
    "users",
    "skills",
    "divisions",
    "queue_wrapupcodes",
    "queue_members",
    "outbound_mapping",
]
"""What a source delivers, by the names of a recording's files."""

_DEFAULT_CODE = WrapUpCode(id=DEFAULT_CODE_ID, name="Default Wrap-up Code")


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where an org came from, for the report's provenance.

    Attributes:
        kind: The kind of source.
        location: The folder, file or base URL, as the user named it.
        recorded_at: ISO 8601 in UTC, or None when the source does not say.
        region: The platform's region, or None.
        tool_version: The version that recorded it, or None.
        sha256: Hash over what was read, in hex, or None.
    """

    kind: SourceKind
    location: str
    recorded_at: str | None = None
    region: str | None = None
    tool_version: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class Org:
    """One organisation's configuration, and what the business agreed about it.

    Tuples of entities are sorted by id. `hidden` and `not_carried` say what the source did not show.

    Attributes:
        name: The org's name.
        origin: Where it came from.
        id: The org's id, or None when the source does not say.
        offered: Queue id → ids of the wrap-up codes it offers. A queue that is missing here is unknown.
        members: Queue id → its members. A queue that is missing here is unknown.
        flags: The outbound mapping, or None when the org has none (or it was not delivered).
        hidden: Resource → why a missing permission or division hid (part of) it.
        not_carried: Resource → why this kind of source does not carry it at all.
        catalogue: The policy's catalogue, or None.
        crm: The policy's CRM list and mapping, or None.
    """

    name: str
    origin: Origin
    id: str | None = None
    codes: tuple[WrapUpCode, ...] = ()
    queues: tuple[Queue, ...] = ()
    skills: tuple[Skill, ...] = ()
    agents: tuple[Agent, ...] = ()
    divisions: tuple[Division, ...] = ()
    offered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    members: Mapping[str, tuple[Member, ...]] = field(default_factory=dict)
    flags: OutboundMapping | None = None
    hidden: Mapping[str, str] = field(default_factory=dict)
    not_carried: Mapping[str, str] = field(default_factory=dict)
    catalogue: Catalogue | None = None
    crm: Crm | None = None

    def agreeing(self, catalogue: Catalogue | None, crm: Crm | None) -> "Org":
        """Return this org with what a policy's catalogue and CRM list say."""
        return replace(self, catalogue=catalogue, crm=crm)

    @property
    def partial(self) -> bool:
        """Whether the source is partial by nature: a plan or an export."""
        return self.origin.kind in ("plan", "export")

    def gap(self, resource: Resource) -> str | None:
        """Return why a resource was not (wholly) seen, or None when it was."""
        return self.hidden.get(resource) or self.not_carried.get(resource)

    def require(self, resource: Resource, what: str) -> None:
        """Raise `UnknownValueError` when a question needs the whole of a resource that was not wholly seen.

        Args:
            resource: What must have been seen.
            what: The question's subject, for the reason ("whether the code is offered").
        """
        if gap := self.gap(resource):
            raise UnknownValueError(what, gap)

    # -- by id and by name ----------------------------------------------------------------------------------

    @cached_property
    def code_by_id(self) -> Mapping[str, WrapUpCode]:
        """Wrap-up codes by id."""
        return {code.id: code for code in self.codes}

    @cached_property
    def queue_by_id(self) -> Mapping[str, Queue]:
        """Queues by id."""
        return {queue.id: queue for queue in self.queues}

    @cached_property
    def agent_by_id(self) -> Mapping[str, Agent]:
        """Agents by id."""
        return {agent.id: agent for agent in self.agents}

    @cached_property
    def skills_by_name(self) -> Mapping[str, tuple[Skill, ...]]:
        """Skills by exact name."""
        return _grouped((skill.name, skill) for skill in self.skills)

    @cached_property
    def codes_by_name(self) -> Mapping[str, tuple[WrapUpCode, ...]]:
        """Wrap-up codes by exact name; codes whose name is unknown are left out."""
        return _grouped((code.name, code) for code in self.codes if is_known(code.name))

    @cached_property
    def codes_by_folded_name(self) -> Mapping[str, tuple[WrapUpCode, ...]]:
        """Wrap-up codes by what a reader sees (see `harness.model.names.fold`)."""
        return _grouped((fold(code.name), code) for code in self.codes if is_known(code.name))

    # -- codes on queues ------------------------------------------------------------------------------------

    def code(self, code_id: str) -> WrapUpCode:
        """Return a code; one that the source refers to but does not carry has an unknown name."""
        found = self.code_by_id.get(code_id)
        if found is not None:
            return found
        if code_id == DEFAULT_CODE_ID:
            return _DEFAULT_CODE
        why = self.gap("wrapupcodes") or "the org refers to a code that its listing does not hold"
        return WrapUpCode(id=code_id, name=unknown(f"the name of code {code_id}", why))

    @cached_property
    def _codes_of(self) -> dict[str, tuple[WrapUpCode, ...]]:
        return {queue_id: tuple(map(self.code, ids)) for queue_id, ids in self.offered.items()}

    def codes_of(self, queue: Queue) -> tuple[WrapUpCode, ...]:
        """Return the codes that a queue offers, in the source's order.

        Raises:
            UnknownValueError: If the source did not deliver which codes the queue offers.
        """
        found = self._codes_of.get(queue.id)
        if found is None:
            raise UnknownValueError(
                "the list of codes that the queue offers",
                self.gap("queue_wrapupcodes") or "the source did not deliver it",
            )
        return found

    @cached_property
    def _queues_of(self) -> Mapping[str, tuple[Queue, ...]]:
        return _grouped(
            (code_id, queue) for queue in self.queues for code_id in dict.fromkeys(self.offered.get(queue.id, ()))
        )

    def queues_of(self, code: WrapUpCode) -> tuple[Queue, ...]:
        """Return the queues that offer a code, sorted by id.

        Raises:
            UnknownValueError: If the code is not seen on any queue, or not wholly, because some queues'
                codes were not delivered.
        """
        self.require("queues", "on which queues the code is offered")
        self.require("queue_wrapupcodes", "on which queues the code is offered")
        if unseen := self._queues_without_codes:
            raise UnknownValueError(
                "on which queues the code is offered", f"the codes of {unseen} queues were not delivered"
            )
        return self._queues_of.get(code.id, ())

    @cached_property
    def _queues_without_codes(self) -> int:
        return sum(queue.id not in self.offered for queue in self.queues)

    # -- agents and skills ----------------------------------------------------------------------------------

    def agents_of(self, queue: Queue) -> tuple[Agent, ...]:
        """Return the agents of a queue: its members whose user is active, joined or not.

        Raises:
            UnknownValueError: If members were not delivered, disagree with the queue's own count, or a member's
                user is not known.
        """
        found = self._agents_of.get(queue.id)
        if found is None:
            found = self._agents_of[queue.id] = self._resolve_agents(queue)
        if isinstance(found, UnknownValueError):
            raise found
        return found

    @cached_property
    def _agents_of(self) -> dict[str, tuple[Agent, ...] | UnknownValueError]:
        return {}

    def _resolve_agents(self, queue: Queue) -> tuple[Agent, ...] | UnknownValueError:
        what = "the agents of the queue"
        members = self.members.get(queue.id)
        if members is None:
            return UnknownValueError(what, self.gap("queue_members") or "the source did not deliver its members")
        if queue.member_count is not None and queue.member_count != len(members):
            return UnknownValueError(
                what, f"the queue counts {queue.member_count} members, the listing holds {len(members)}"
            )
        agents = []
        try:
            for member in members:
                agent = self.agent_by_id.get(member.id)
                if agent is None:
                    return UnknownValueError(what, self.gap("users") or f"user {member.id} is in no listing")
                if agent.active:
                    agents.append(agent)
        except UnknownValueError as error:
            return error
        return tuple(agents)

    # -- what the business agreed ---------------------------------------------------------------------------

    def definition_of(self, code: WrapUpCode) -> Definition | None:
        """Return the definition that a code meets, by id, else by exact name; None when there is none.

        Raises:
            UnknownValueError: If the code's name is unknown and no definition names its id.
        """
        if self.catalogue is None:
            return None
        by_id = self.catalogue.by_id.get(code.id)
        if by_id is not None:
            return by_id
        if is_system_code(code.id):
            return None
        by_name = self.catalogue.by_name.get(code.name)
        return by_name if by_name is not None and by_name.id is None else None

    def code_of(self, definition: Definition) -> WrapUpCode | None:
        """Return the code that a definition meets, by id, else by exact name; None when there is none.

        Raises:
            UnknownValueError: If it was not found and the source did not show all codes.
        """
        if definition.id is not None:
            found = self.code_by_id.get(definition.id)
        else:
            found = next(iter(self.codes_by_name.get(definition.name, ())), None)
        if found is None:
            self.require("wrapupcodes", f"whether the code '{definition.name}' exists")
            self.require_all_code_names(f"whether the code '{definition.name}' exists")
        return found

    def require_all_code_names(self, what: str) -> None:
        """Raise `UnknownValueError` when the source refers to codes that it does not carry.

        An export that holds codes counts as the listing of them, unless it refers to others: then nothing can
        be said by absence.
        """
        if self.partial and (dangling := self._dangling_codes):
            raise UnknownValueError(what, f"the {self.origin.kind} refers to {dangling} codes that it does not hold")

    @cached_property
    def _dangling_codes(self) -> int:
        referred = {code_id for ids in self.offered.values() for code_id in ids}
        return sum(not is_system_code(code_id) for code_id in referred - self.code_by_id.keys())

    def channels_of(self, queue: Queue) -> tuple[str, ...]:
        """Return the channels that a queue serves, as the catalogue declares them.

        Raises:
            UnknownValueError: If they are declared nowhere: the platform's media settings prove nothing.
        """
        declared = [
            entry.channels for entry in (self.catalogue.queues if self.catalogue else ()) if entry.matches(queue)
        ]
        if not declared:
            raise UnknownValueError(
                "the channels of the queue", "the catalogue does not declare them, and no evidence was given"
            )
        return channels(word for words in declared for word in words)

    def default_codes_of(self, queue: Queue) -> tuple[WrapUpCode, ...]:
        """Return the offered codes whose definition says that agents fall back to them."""
        return tuple(
            code for code in self.codes_of(queue) if (definition := self.definition_of(code)) and definition.default
        )

    def flags_of(self, code: WrapUpCode) -> tuple[str, ...]:
        """Return the effective dialer flags of a code, upper-cased.

        Raises:
            UnknownValueError: If the outbound mapping was not delivered.
        """
        self.require("outbound_mapping", "the outbound flags of the code")
        return () if self.flags is None else self.flags.flags_of(code.id)

    @cached_property
    def crm_mappings(self) -> tuple[CrmMapping, ...]:
        """Definition → disposition for every definition that has both, in the catalogue's order."""
        if self.catalogue is None:
            return ()
        crm = self.crm or Crm()
        return tuple(
            CrmMapping(definition.identifier, disposition, definition)
            for definition in self.catalogue.definitions
            if definition.identifier is not None and (disposition := crm.disposition_of(definition)) is not None
        )


def _grouped(pairs: Iterable[tuple[str, _T]]) -> Mapping[str, tuple[_T, ...]]:
    groups: defaultdict[str, list[_T]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}
