"""What the platform says about one organisation: its entities, their indexes, and what was not seen.

A question whose honest answer is "we could not see" raises `UnknownValueError`, which becomes the verdict *unknown*.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from harness.errors import UnknownValueError
from harness.model.entities import Agent, Division, Member, OutboundMapping, Queue, Skill, WrapUpCode
from harness.model.ids import DEFAULT_CODE_ID, is_system_code, is_undetermined
from harness.model.names import fold, is_pattern, matches
from harness.model.origin import Origin, Resource
from harness.model.unknown import is_known, unknown

__all__ = ["Configuration", "grouped"]

_T = TypeVar("_T")

_DEFAULT_CODE = WrapUpCode(id=DEFAULT_CODE_ID, name="Default Wrap-up Code")


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """One organisation's configuration at one moment, as a source delivered it.

    Tuples of entities are sorted by id. `hidden` and `not_carried` say what the source did not show.

    Attributes:
        name: The org's name.
        origin: Where it came from.
        id: The org's id, or None when the source does not say.
        offered: Queue id → ids of the wrap-up codes it offers. A queue that is missing here is unknown.
        codes_unseen: Queue id → why the codes of a queue are missing in `offered`, where the source says why.
        members: Queue id → its members. A queue that is missing here is unknown.
        flags: The outbound mapping, or None when the org has none (or it was not delivered).
        hidden: Resource → why a missing permission or division hid (part of) it.
        not_carried: Resource → why this kind of source does not carry it at all.
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
    codes_unseen: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, tuple[Member, ...]] = field(default_factory=dict)
    flags: OutboundMapping | None = None
    hidden: Mapping[str, str] = field(default_factory=dict)
    not_carried: Mapping[str, str] = field(default_factory=dict)

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
    def skill_by_id(self) -> Mapping[str, Skill]:
        """Skills by id."""
        return {skill.id: skill for skill in self.skills}

    @cached_property
    def skills_by_name(self) -> Mapping[str, tuple[Skill, ...]]:
        """Skills by exact name; skills whose name is unknown are left out."""
        return grouped((skill.name, skill) for skill in self.skills if is_known(skill.name))

    @cached_property
    def codes_by_name(self) -> Mapping[str, tuple[WrapUpCode, ...]]:
        """Wrap-up codes by exact name; codes whose name is unknown are left out."""
        return grouped((code.name, code) for code in self.codes if is_known(code.name))

    @cached_property
    def codes_by_folded_name(self) -> Mapping[str, tuple[WrapUpCode, ...]]:
        """Wrap-up codes by what a reader sees (see `harness.model.names.fold`)."""
        return grouped((fold(code.name), code) for code in self.codes if is_known(code.name))

    @cached_property
    def queues_by_name(self) -> Mapping[str, tuple[Queue, ...]]:
        """Queues by exact name; queues whose name is unknown are left out."""
        return grouped((queue.name, queue) for queue in self.queues if is_known(queue.name))

    @cached_property
    def _queues_matching(self) -> dict[str, Mapping[str, Queue]]:
        return {}

    def queues_matching(self, pattern: str) -> Mapping[str, Queue]:
        """Return the queues that an id, or a name with wildcards, means, by id; empty when none is seen."""
        found = self._queues_matching.get(pattern)
        if found is None:
            by_id = self.queue_by_id.get(pattern)
            if by_id is not None:
                meant: Iterable[Queue] = (by_id,)
            elif is_pattern(pattern):
                meant = (queue for queue in self.queues if is_known(queue.name) and matches(pattern, queue.name))
            else:
                meant = self.queues_by_name.get(pattern, ())
            found = self._queues_matching[pattern] = {queue.id: queue for queue in meant}
        return found

    def require_all_queues(self, pattern: str, what: str) -> None:
        """Raise `UnknownValueError` when queues that a pattern means may not have been seen.

        Args:
            pattern: An id, or a name with wildcards.
            what: The question's subject, for the reason.
        """
        if is_pattern(pattern) or not self.queues_matching(pattern):
            self.require("queues", what)
            if self._queues_without_name:
                raise UnknownValueError(what, f"the names of {self._queues_without_name} queues are unknown")

    @cached_property
    def _queues_without_name(self) -> int:
        return sum(not is_known(queue.name) for queue in self.queues)

    # -- codes on queues ------------------------------------------------------------------------------------

    def code(self, code_id: str) -> WrapUpCode:
        """Return a code; one that the source refers to but does not carry has an unknown name."""
        found = self.code_by_id.get(code_id)
        if found is not None:
            return found
        if code_id == DEFAULT_CODE_ID:
            return _DEFAULT_CODE
        why = self.gap("wrapupcodes") or "the org refers to a code that its listing does not hold"
        if is_undetermined(code_id):
            why = "which code it is will be known after apply"
        return WrapUpCode(id=code_id, name=unknown(f"the name of code {code_id}", why))

    def require_all_code_names(self, what: str) -> None:
        """Raise `UnknownValueError` unless the name of every code is known: else absence proves nothing.

        A source that holds codes counts as the listing of them, unless a permission hid some, or it refers to
        codes that it does not hold.
        """
        self.require("wrapupcodes", what)
        if self._codes_without_name:
            raise UnknownValueError(
                what, f"the {self.origin.kind} refers to {self._codes_without_name} codes whose name it does not hold"
            )

    @cached_property
    def code_ids_offered(self) -> frozenset[str]:
        """Ids of the codes that some queue is seen to offer, whether a listing holds them or not."""
        return frozenset(code_id for ids in self.offered.values() for code_id in ids)

    @cached_property
    def _codes_without_name(self) -> int:
        referred = self.code_ids_offered
        if self.partial and self.flags is not None:
            # A live org keeps entries of deleted codes; a plan or an export refers to codes that exist.
            referred |= self.flags.mapping.keys()
        dangling = sum(not is_system_code(code_id) for code_id in referred - self.code_by_id.keys())
        return dangling + sum(not is_known(code.name) for code in self.codes)

    @cached_property
    def _codes_of(self) -> Mapping[str, tuple[WrapUpCode, ...]]:
        return {queue_id: tuple(map(self.code, dict.fromkeys(ids))) for queue_id, ids in self.offered.items()}

    def codes_of(self, queue: Queue) -> tuple[WrapUpCode, ...]:
        """Return the codes that a queue offers, each once, in the source's order.

        Raises:
            UnknownValueError: If the source did not deliver which codes the queue offers.
        """
        found = self._codes_of.get(queue.id)
        if found is None:
            raise UnknownValueError(
                "which codes the queue offers",
                self.gap("queue_wrapupcodes") or self.codes_unseen.get(queue.id) or "the source did not deliver it",
            )
        return found

    @cached_property
    def _queues_of(self) -> Mapping[str, tuple[Queue, ...]]:
        return grouped(
            (code_id, queue) for queue in self.queues for code_id in dict.fromkeys(self.offered.get(queue.id, ()))
        )

    def queues_seen_with(self, code: WrapUpCode) -> tuple[Queue, ...]:
        """Return the queues that are seen to offer a code, sorted by id; there may be others."""
        return self._queues_of.get(code.id, ())

    def queues_of(self, code: WrapUpCode) -> tuple[Queue, ...]:
        """Return the queues that offer a code, sorted by id.

        Raises:
            UnknownValueError: If not all queues, or not the codes of all queues, were seen.
        """
        what = "on which queues the code is offered"
        self.require("queues", what)
        self.require("queue_wrapupcodes", what)
        if unseen := len(self.queues_without_codes):
            raise UnknownValueError(what, f"the codes of {unseen} queues were not delivered")
        return self.queues_seen_with(code)

    @cached_property
    def queues_without_codes(self) -> frozenset[str]:
        """Ids of the queues whose codes were not all delivered."""
        return frozenset(
            queue.id
            for queue in self.queues
            if queue.id not in self.offered or any(map(is_undetermined, self.offered[queue.id]))
        )

    def flags_of(self, code: WrapUpCode) -> tuple[str, ...]:
        """Return the effective dialer flags of a code, upper-cased.

        Raises:
            UnknownValueError: If the outbound mapping was not delivered.
        """
        self.require("outbound_mapping", "which outbound flags the code has")
        return () if self.flags is None else self.flags.flags_of(code.id)

    # -- agents ---------------------------------------------------------------------------------------------

    def agents_of(self, queue: Queue) -> tuple[Agent, ...]:
        """Return the agents of a queue: its members whose user is active, joined or not; each once.

        Raises:
            UnknownValueError: If members were not delivered, disagree with the queue's own count, come through
                a group that was not resolved, or a member's user is not known.
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
        what = "which agents the queue has"
        listed = self.members.get(queue.id)
        if listed is None:
            return UnknownValueError(what, self.gap("queue_members") or "the source did not deliver its members")
        members = dict.fromkeys(member.id for member in listed)
        if queue.member_count is not None and queue.member_count != len(members):
            return UnknownValueError(
                what, f"the queue counts {queue.member_count} members, the listing holds {len(members)}"
            )
        if queue.member_count is None and queue.member_groups and all(it.member_by != "group" for it in listed):
            return UnknownValueError(what, "the people of its groups were not delivered")
        agents = []
        try:
            for member in members:
                agent = self.agent_by_id.get(member)
                if agent is None:
                    return UnknownValueError(what, self.gap("users") or f"user {member} is in no listing")
                if agent.active:
                    agents.append(agent)
        except UnknownValueError as error:
            return error
        return tuple(agents)


def grouped(pairs: Iterable[tuple[str, _T]]) -> Mapping[str, tuple[_T, ...]]:
    """Return the values of each key, in their order."""
    groups: defaultdict[str, list[_T]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}
