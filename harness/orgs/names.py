"""Filling in names that entities carry only by id."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

import msgspec

from harness.model import Agent, AgentSkill, Division, Org, Queue, Skill, WrapUpCode, is_known
from harness.model.ids import ALL_DIVISIONS
from harness.model.unknown import Unknown

__all__ = ["with_names"]

_UNKNOWN: type = Unknown

_Divided = TypeVar("_Divided", WrapUpCode, Queue)


def with_names(org: Org) -> Org:
    """Return the org with the names of divisions and of agents' skills filled from its listings.

    What is in no listing keeps an unknown name. The all-divisions id is its own name.
    """
    divisions = {division.id: division for division in org.divisions if is_known(division.name)}
    divisions[ALL_DIVISIONS] = Division(ALL_DIVISIONS, ALL_DIVISIONS)
    skills = {skill.id: skill for skill in org.skills}
    return replace(
        org,
        codes=_with_divisions(org.codes, divisions),
        queues=_with_divisions(org.queues, divisions),
        agents=tuple([_with_skills(agent, skills) for agent in org.agents]),
    )


def _with_divisions(entities: Iterable[_Divided], divisions: Mapping[str, Division]) -> tuple[_Divided, ...]:
    return tuple(
        [
            msgspec.structs.replace(entity, division=divisions.get(entity.division.id, entity.division))
            if is_known(entity.division) and not is_known(entity.division.name)
            else entity
            for entity in entities
        ]
    )


def _with_skills(agent: Agent, skills: Mapping[str, Skill]) -> Agent:
    if not is_known(agent.skills):
        return agent
    for held in agent.skills:
        # Not `is_known`: this loop looks at every skill of every agent, and nearly all of them are complete.
        if type(held.state) is _UNKNOWN or type(held.name) is _UNKNOWN:
            return msgspec.structs.replace(
                agent, skills=tuple([_with_name(each, skills.get(each.id)) for each in agent.skills])
            )
    return agent


def _with_name(held: AgentSkill, skill: Skill | None) -> AgentSkill:
    if skill is None:
        return held
    return msgspec.structs.replace(
        held,
        name=held.name if is_known(held.name) else skill.name,
        state=held.state if is_known(held.state) else _state_of_all(skill, held.state),
    )


def _state_of_all(skill: Skill, unknown_state: str) -> str:
    """Return the state that a skill has for everybody who holds it.

    An inactive skill routes nobody. An active one may still be inactive for one agent, so nothing follows.
    """
    return skill.state if is_known(skill.state) and not skill.active else unknown_state
