"""Laying a plan over a recorded or live org: what the org will be after apply.

What the plan creates, updates, replaces and deletes is as the plan says. What it leaves alone, and what the
configuration leaves to the platform, stays as the org has it.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any, TypeVar

import msgspec

from harness.model import Agent, AgentSkill, Division, Org, Queue, Skill, WrapUpCode, is_known
from harness.model.org import Resource
from harness.orgs.plan import Plan, PlannedResource
from harness.orgs.references import CODE, DIVISION, MAPPINGS, QUEUE, SKILL, USER

__all__ = ["Prediction", "predict"]

_E = TypeVar("_E", WrapUpCode, Queue, Skill, Division, Agent)
_T = TypeVar("_T")

_RESOURCES: Mapping[str, tuple[Resource, ...]] = {
    CODE: ("wrapupcodes",),
    QUEUE: ("queues", "queue_wrapupcodes", "queue_members"),
    USER: ("users",),
    SKILL: ("skills",),
    DIVISION: ("divisions",),
    MAPPINGS: ("outbound_mapping",),
}
"""What an org shows once a plan changes a resource of a type."""

_GONE = ("delete", "replace")


class Prediction:
    """An org and a plan that is laid over it.

    Args:
        base: The org as it is, recorded or live.
        plan: What is to be done to it.
    """

    def __init__(self, base: Org, plan: Plan) -> None:
        self._base = base
        self._plan = plan
        # Id in the plan → id after apply, where the two differ.
        self._ids: dict[str, str] = {}
        # Id after apply → what the plan does to the entity.
        self._resources: dict[str, PlannedResource] = {}
        # Id of a code that is deleted → the queues that would still offer it.
        self._left: dict[str, list[str]] = {}
        self.org = self._predicted()

    def queues_left_with(self, code_id: str) -> Sequence[Queue]:
        """Return the queues that would still offer a code which the plan deletes, in the order of their ids."""
        return [self.org.queue_by_id[it] for it in sorted(self._left.get(code_id, ()))]

    def _predicted(self) -> Org:
        base, plan = self._base, self._plan.org
        divisions = self._laid(DIVISION, base.divisions, plan.divisions, lambda _, new: new)
        skills = self._laid(SKILL, base.skills, plan.skills, _skill)
        codes = self._laid(CODE, base.codes, plan.codes, _code)
        queues = self._laid(QUEUE, base.queues, plan.queues, _queue)
        agents = self._laid(USER, base.agents, plan.agents, self._agent)
        for old in base.agents:
            # A user who is deleted stays a member with that state.
            agents.setdefault(old.id, msgspec.structs.replace(old, state="deleted"))
        offered, unseen = self._offered(queues)
        members = self._members(queues)
        changed = (it for it in self._plan.resources if it.action != "no-op")
        shown = {resource for it in changed for resource in _RESOURCES[it.type]}
        names = {it.id: it.name for it in divisions.values()}
        return replace(
            base,
            origin=replace(
                base.origin,
                location=f"{base.origin.location} + {self._plan.location}",
                sha256=hashlib.sha256(f"{base.origin.sha256}\n{self._plan.sha256}\n".encode()).hexdigest(),
            ),
            divisions=_sorted(divisions.values()),
            skills=_sorted(skills.values()),
            codes=_sorted(_in_division(it, names) for it in codes.values()),
            queues=_sorted(self._counted(_in_division(it, names)) for it in queues.values()),
            agents=_sorted(self._able(it, skills) for it in agents.values()),
            offered=offered,
            codes_unseen=unseen,
            members=members,
            not_carried={key: why for key, why in base.not_carried.items() if key not in shown},
            **self._flags(),
        )

    # -- entities -----------------------------------------------------------------------------------------------

    def _laid(
        self, resource_type: str, old: Sequence[_E], new: Sequence[_E], merge: Callable[[_E, _E], _E]
    ) -> dict[str, _E]:
        """Return a kind's entities after apply, by id."""
        found = {it.id: it for it in old}
        planned = {it.id: it for it in new}
        resources = [it for it in self._plan.resources if it.type == resource_type]
        for resource in resources:
            if resource.action in _GONE and resource.id_before is not None:
                found.pop(resource.id_before, None)
        for resource in resources:
            entity = planned.pop(resource.id_after or "", None)
            if entity is None:
                continue
            before = found.get(entity.id) or _named(resource, found.values())
            if before is None:
                found[entity.id] = entity
            elif before.id != entity.id:
                self._ids[entity.id] = before.id
            final = self._ids.get(entity.id, entity.id)
            self._resources[final] = resource
            if before is not None and resource.action != "no-op":
                found[final] = msgspec.structs.replace(merge(before, entity), id=final)
        # What the plan only looks up is what the org has under that name.
        for entity in planned.values():
            alike = [it for it in old if is_known(entity.name) and is_known(it.name) and it.name == entity.name]
            if entity.id not in found and len(alike) == 1:
                self._ids[entity.id] = alike[0].id
        return found

    def _agent(self, old: Agent, new: Agent) -> Agent:
        unset = self._resources[old.id].unset
        return msgspec.structs.replace(
            new,
            skills=old.skills if "routing_skills" in unset else new.skills,
            languages=old.languages if "routing_languages" in unset else new.languages,
        )

    def _able(self, agent: Agent, skills: Mapping[str, Skill]) -> Agent:
        """Return an agent whose skills are those that will exist, with their state."""
        if not is_known(agent.skills):
            return agent
        held = [msgspec.structs.replace(it, id=self._ids.get(it.id, it.id)) for it in agent.skills]
        return msgspec.structs.replace(
            agent,
            skills=tuple(_described(it, skills) for it in held if it.id in skills or it.id not in self._gone(SKILL)),
        )

    def _gone(self, resource_type: str) -> frozenset[str]:
        return frozenset(
            it.id_before
            for it in self._plan.resources
            if it.type == resource_type and it.action in _GONE and it.id_before is not None
        )

    # -- what is offered to whom --------------------------------------------------------------------------------

    def _offered(self, queues: Mapping[str, Queue]) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
        base, plan, gone = self._base, self._plan.org, self._gone(CODE)
        offered = self._kept(queues, "wrapup_codes", base.offered, plan.offered)
        unseen = self._kept(queues, "wrapup_codes", base.codes_unseen, plan.codes_unseen)
        for queue_id, codes in offered.items():
            final = [self._ids.get(code, code) for code in codes]
            for code in gone.intersection(final):
                self._left.setdefault(code, []).append(queue_id)
            offered[queue_id] = tuple(code for code in final if code not in gone)
        return offered, {queue_id: why for queue_id, why in unseen.items() if queue_id not in offered}

    def _members(self, queues: Mapping[str, Queue]) -> dict[str, Any]:
        base, plan = self._base, self._plan.org
        members = self._kept(queues, "members", base.members, plan.members)
        return {
            queue_id: tuple(msgspec.structs.replace(it, id=self._ids.get(it.id, it.id)) for it in listed)
            for queue_id, listed in members.items()
            if not self._regrouped(queues[queue_id])
        }

    def _kept(
        self, queues: Mapping[str, Queue], attribute: str, base: Mapping[str, _T], plan: Mapping[str, _T]
    ) -> dict[str, _T]:
        """Return by queue what the plan sets, else what the org has, else what Terraform read when it planned."""
        found = {}
        for queue_id in queues:
            resource = self._resources.get(queue_id)
            planned_id = (resource.id_after if resource else None) or queue_id
            both = (plan.get(planned_id), base.get(queue_id))
            value = both[0] if self._sets(queue_id, attribute) else both[1] if both[1] is not None else both[0]
            if value is not None:
                found[queue_id] = value
        return found

    def _sets(self, queue_id: str, attribute: str) -> bool:
        """Tell whether the plan sets an attribute of a queue that the org would otherwise keep."""
        resource = self._resources.get(queue_id)
        if resource is None or resource.action == "no-op":
            return False
        return attribute not in resource.unset or queue_id not in self._base.queue_by_id

    def _counted(self, queue: Queue) -> Queue:
        """Return a queue without the platform's count of its members where the plan changes them."""
        changed = self._sets(queue.id, "members") or self._regrouped(queue)
        return msgspec.structs.replace(queue, member_count=None) if changed else queue

    def _regrouped(self, queue: Queue) -> bool:
        before = self._base.queue_by_id.get(queue.id)
        if before is None or before.member_groups is queue.member_groups:
            return False
        if not is_known(queue.member_groups):
            return True
        return {it.id for it in before.member_groups} != {it.id for it in queue.member_groups}

    def _flags(self) -> dict[str, Any]:
        planned = [it for it in self._plan.resources if it.type == MAPPINGS]
        # Deleting the resource leaves the org's mapping as it is.
        if not any(it.action in ("create", "update", "replace") for it in planned) or self._plan.org.flags is None:
            return {}
        flags, why = self._plan.org.flags, self._plan.org.hidden.get("outbound_mapping")
        hidden = {key: reason for key, reason in self._base.hidden.items() if key != "outbound_mapping"}
        return {
            "flags": msgspec.structs.replace(
                flags, mapping={self._ids.get(code, code): values for code, values in flags.mapping.items()}
            ),
            "hidden": hidden if why is None else {**hidden, "outbound_mapping": why},
        }


def _named(resource: PlannedResource, entities: Iterable[_E]) -> _E | None:
    """Return what an update without an id is about: the only entity that has its name."""
    if resource.action not in ("update", "no-op") or resource.id_before is not None or resource.name_before is None:
        return None
    named = [it for it in entities if is_known(it.name) and it.name == resource.name_before]
    return named[0] if len(named) == 1 else None


def _code(old: WrapUpCode, new: WrapUpCode) -> WrapUpCode:
    return msgspec.structs.replace(new, created=old.created)


def _skill(old: Skill, new: Skill) -> Skill:
    return msgspec.structs.replace(new, state=old.state)


def _queue(old: Queue, new: Queue) -> Queue:
    media = new.media_settings if is_known(new.media_settings) else old.media_settings
    return msgspec.structs.replace(new, member_count=old.member_count, media_settings=media)


def _described(held: AgentSkill, skills: Mapping[str, Skill]) -> AgentSkill:
    skill = skills.get(held.id)
    if skill is None:
        return held
    return msgspec.structs.replace(
        held,
        name=held.name if is_known(held.name) else skill.name,
        state=held.state if is_known(held.state) else skill.state,
    )


def predict(org: Org, plan: Plan) -> Org:
    """Return what an org will be after a plan is applied.

    It counts as the same kind of source as the org: a rule whose scope is empty comes to what it would come to there.

    Args:
        org: As it is, recorded or live.
        plan: What is to be done to it.
    """
    return Prediction(org, plan).org


_Placed = TypeVar("_Placed", WrapUpCode, Queue)


def _in_division(entity: _Placed, names: Mapping[str, str]) -> _Placed:
    """Return an entity whose division has the name that it will have."""
    if not is_known(entity.division) or entity.division.id not in names:
        return entity
    name = names[entity.division.id]
    if is_known(entity.division.name) and is_known(name) and name == entity.division.name:
        return entity
    return msgspec.structs.replace(entity, division=Division(entity.division.id, name))


def _sorted(entities: Iterable[_E]) -> tuple[_E, ...]:
    return tuple(sorted(entities, key=attrgetter("id")))
