"""Agents as Terraform declares them, and the queues they are members of."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from harness.model import Agent, AgentSkill, Language, Member, is_known, unknown
from harness.model.entities import NamedAgent
from harness.orgs.blocks import Block, text_of
from harness.orgs.declared import Declared
from harness.orgs.declared_queues import GROUPS
from harness.orgs.references import LANGUAGE, QUEUE, SKILL, USER

__all__ = ["agents", "members"]

_T = TypeVar("_T")


def agents(source: Declared, *, keep_names: bool) -> tuple[Agent, ...]:
    """Return the users."""
    return tuple(_agent(source, block, keep_names=keep_names) for block in source.resources(USER))


def _agent(source: Declared, block: Block, *, keep_names: bool) -> Agent:
    state = text_of(block.attributes.get("state"), "the agent's state")
    agent = Agent(
        id=source.references.id_of(block),
        state="active" if state is None else state,
        skills=_held(source, block, "routing_skills", SKILL, "skill_id", _skill),
        languages=_held(source, block, "routing_languages", LANGUAGE, "language_id", _language),
    )
    if not keep_names:
        return agent
    return NamedAgent(agent.id, agent.state, agent.skills, agent.languages, own_name=source.name(block, "a name"))


def _held(
    source: Declared,
    block: Block,
    key: str,
    resource_type: str,
    reference: str,
    shape: Callable[[Declared, Block, str, Mapping[str, Any]], _T],
) -> Any:
    """Return what an agent holds, or an unknown value when it is not managed, or lost a reference."""
    what = f"the agent's {key.removeprefix('routing_')}"
    if key not in block.attributes:
        return unknown(what, f"the {source.word} does not manage them")
    if (why := source.undetermined(block, key)) is not None:
        return unknown(what, why)
    if block.attributes[key] is None and (why := source.references.why_null_proves_nothing(resource_type)) is not None:
        return unknown(what, why)
    entries = source.objects(block, key)
    ids = source.references.resolve_all([entry.get(reference) for entry in entries], what)
    if not is_known(ids):
        return ids
    return tuple(shape(source, block, found, entry) for found, entry in zip(ids, entries, strict=True))


def _skill(source: Declared, block: Block, skill_id: str, entry: Mapping[str, Any]) -> AgentSkill:
    proficiency = source.number(block, entry.get("proficiency"), "a skill's proficiency")
    return AgentSkill(
        id=skill_id,
        name=source.name_of(skill_id, "the skill's name"),
        # The exporter may write null for zero.
        proficiency=0.0 if proficiency is None else proficiency,
        state=unknown("the state of an agent's skill", source.not_carried),
    )


def _language(source: Declared, block: Block, language_id: str, entry: Mapping[str, Any]) -> Language:
    return Language(language_id, source.name_of(language_id, "the language's name"))


def members(source: Declared) -> dict[str, tuple[Member, ...]]:
    """Return queue id → its members; a queue whose members are not managed, or come through groups, is missing."""
    found = {}
    for block in source.resources(QUEUE):
        if "members" not in block.attributes or block.attributes.get("ignore_members") not in (None, False):
            continue
        if block.attributes["members"] is None and source.references.why_null_proves_nothing(USER) is not None:
            continue
        if source.undetermined(block, "members") is not None or _may_have_groups(source, block):
            continue
        entries = source.objects(block, "members")
        ids = source.references.resolve_all([entry.get("user_id") for entry in entries], "the members of the queue")
        if is_known(ids):
            found[source.references.id_of(block)] = tuple(Member(user_id, member_by="user") for user_id in ids)
    return found


def _may_have_groups(source: Declared, block: Block) -> bool:
    for key, (resource_type, _) in GROUPS.items():
        if source.values(block, key):
            return True
        if key in block.attributes and source.references.why_null_proves_nothing(resource_type) is not None:
            return True
    if any(source.undetermined(block, key) for key in ("bullseye_rings", "conditional_group_routing_rules")):
        return True
    rings = source.objects(block, "bullseye_rings")
    rules = source.objects(block, "conditional_group_routing_rules")
    return any(ring.get("member_groups") for ring in rings) or any(rule.get("groups") for rule in rules)
