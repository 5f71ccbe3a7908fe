"""Faults about agents and skills."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import msgspec

from harness.model import Agent, Member, Org, Queue, is_known
from harness.simulation.mutations import Fault, changed, mutation

__all__ = [
    "agent_deactivated",
    "agent_loses_skill",
    "agent_skill_inactive",
    "agent_unassigned",
    "agents_all_deactivated",
    "agents_all_unassigned",
    "proficiency_lowered",
    "skill_deactivated",
    "skill_deleted",
    "skill_renamed",
]


def _skilled(org: Org) -> Iterator[Agent]:
    return (agent for agent in org.agents if is_known(agent.skills) and agent.skills)


@mutation
def agent_loses_skill(org: Org) -> Iterator[Fault]:
    """An agent loses a skill."""
    for agent in _skilled(org):
        for skill in agent.skills:
            less = tuple(it for it in agent.skills if it is not skill)
            yield Fault(
                f"{agent.name} loses the skill '{skill.name}'",
                partial(changed, org, "agents", agent, skills=less),
            )


@mutation
def agent_skill_inactive(org: Org) -> Iterator[Fault]:
    """A skill is made inactive for an agent."""
    for agent in _skilled(org):
        for skill in agent.skills:
            idle = tuple(msgspec.structs.replace(it, state="inactive") if it is skill else it for it in agent.skills)
            yield Fault(
                f"the skill '{skill.name}' is made inactive for {agent.name}",
                partial(changed, org, "agents", agent, skills=idle),
            )


@mutation
def proficiency_lowered(org: Org) -> Iterator[Fault]:
    """An agent's proficiency falls to 0."""
    for agent in _skilled(org):
        weak = tuple(msgspec.structs.replace(it, proficiency=0.0) for it in agent.skills)
        yield Fault(
            f"every proficiency of {agent.name} falls to 0",
            partial(changed, org, "agents", agent, skills=weak),
        )


@mutation
def agent_deactivated(org: Org) -> Iterator[Fault]:
    """An agent's user is deactivated."""
    for agent in org.agents:
        yield Fault(
            f"{agent.name} is deactivated",
            partial(changed, org, "agents", agent, state="inactive"),
        )


def _staffed(org: Org) -> Iterator[Queue]:
    return (queue for queue in org.queues if org.members.get(queue.id))


@mutation
def agents_all_deactivated(org: Org) -> Iterator[Fault]:
    """Every agent of a queue is deactivated."""
    for queue in _staffed(org):
        gone = {member.id for member in org.members[queue.id]}

        def make(gone: set[str] = gone) -> Org:
            agents = (msgspec.structs.replace(it, state="inactive") if it.id in gone else it for it in org.agents)
            return replace(org, agents=tuple(agents))

        yield Fault(f"every agent of queue '{queue.name}' is deactivated", make)


@mutation
def agent_unassigned(org: Org) -> Iterator[Fault]:
    """An agent is taken off a queue."""
    for queue in _staffed(org):
        for member in org.members[queue.id]:
            kept = tuple(it for it in org.members[queue.id] if it is not member)
            agent = org.agent_by_id.get(member.id)
            yield Fault(
                f"{agent.name if agent else 'a member'} is taken off queue '{queue.name}'",
                partial(_with_members, org, queue, kept),
            )


@mutation
def agents_all_unassigned(org: Org) -> Iterator[Fault]:
    """Every agent is taken off a queue."""
    for queue in _staffed(org):
        yield Fault(
            f"every agent is taken off queue '{queue.name}'",
            partial(_with_members, org, queue, ()),
        )


def _with_members(org: Org, queue: Queue, members: tuple[Member, ...]) -> Org:
    counted = changed(org, "queues", queue, member_count=len(members))
    return replace(counted, members={**org.members, queue.id: members})


@mutation
def skill_deactivated(org: Org) -> Iterator[Fault]:
    """A skill is deactivated."""
    for skill in org.skills:
        yield Fault(
            f"the skill '{skill.name}' is deactivated",
            partial(changed, org, "skills", skill, state="inactive"),
        )


@mutation
def skill_deleted(org: Org) -> Iterator[Fault]:
    """A skill is deleted; agents lose it."""
    for skill in org.skills:

        def make(gone: str = skill.id) -> Org:
            agents = (
                msgspec.structs.replace(agent, skills=tuple(it for it in agent.skills if it.id != gone))
                if is_known(agent.skills)
                else agent
                for agent in org.agents
            )
            return replace(org, skills=tuple(it for it in org.skills if it.id != gone), agents=tuple(agents))

        yield Fault(f"the skill '{skill.name}' is deleted", make)


@mutation
def skill_renamed(org: Org) -> Iterator[Fault]:
    """A skill is renamed; the catalogue still says the old name."""
    for skill in org.skills:

        def make(gone: str = skill.id, name: str = f"{skill.name} (old)") -> Org:
            agents = (
                msgspec.structs.replace(
                    agent,
                    skills=tuple(
                        msgspec.structs.replace(it, name=name) if it.id == gone else it for it in agent.skills
                    ),
                )
                if is_known(agent.skills)
                else agent
                for agent in org.agents
            )
            skills = (msgspec.structs.replace(it, name=name) if it.id == gone else it for it in org.skills)
            return replace(org, skills=tuple(skills), agents=tuple(agents))

        yield Fault(f"the skill '{skill.name}' is renamed", make)
