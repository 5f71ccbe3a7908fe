"""An export's agents, and the queues they are members of."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from harness.model import Agent, AgentSkill, Language, Member, is_known, unknown
from harness.model.entities import NamedAgent
from harness.orgs.export_queues import GROUPS
from harness.orgs.exported import NOT_CARRIED, Exported
from harness.orgs.references import LANGUAGE, QUEUE, SKILL, USER
from harness.orgs.terraform import Block, text_of

__all__ = ["agents", "members"]

_T = TypeVar("_T")


def agents(export: Exported, *, keep_names: bool) -> tuple[Agent, ...]:
    """Return the users."""
    return tuple(_agent(export, block, keep_names=keep_names) for block in export.resources(USER))


def _agent(export: Exported, block: Block, *, keep_names: bool) -> Agent:
    state = text_of(block.attributes.get("state"), "the agent's state")
    agent = Agent(
        id=export.references.id_of(block),
        state="active" if state is None else state,
        skills=_held(export, block, "routing_skills", SKILL, "skill_id", _skill),
        languages=_held(export, block, "routing_languages", LANGUAGE, "language_id", _language),
    )
    if not keep_names:
        return agent
    return NamedAgent(agent.id, agent.state, agent.skills, agent.languages, own_name=export.name(block, "a name"))


def _held(
    export: Exported,
    block: Block,
    key: str,
    resource_type: str,
    reference: str,
    shape: Callable[[Exported, Block, str, Mapping[str, Any]], _T],
) -> Any:
    """Return what an agent holds, or an unknown value when it is not managed, or lost a reference."""
    what = f"the agent's {key.removeprefix('routing_')}"
    if key not in block.attributes:
        return unknown(what, "the export does not manage them")
    if block.attributes[key] is None and (why := export.references.why_null_proves_nothing(resource_type)) is not None:
        return unknown(what, why)
    entries = export.objects(block, key)
    ids = export.references.resolve_all([entry.get(reference) for entry in entries], what)
    if not is_known(ids):
        return ids
    return tuple(shape(export, block, found, entry) for found, entry in zip(ids, entries, strict=True))


def _skill(export: Exported, block: Block, skill_id: str, entry: Mapping[str, Any]) -> AgentSkill:
    proficiency = export.number(block, entry.get("proficiency"), "a skill's proficiency")
    return AgentSkill(
        id=skill_id,
        name=export.name_of(skill_id, "the skill's name"),
        # The exporter may write null for zero.
        proficiency=0.0 if proficiency is None else proficiency,
        state=unknown("the state of an agent's skill", NOT_CARRIED),
    )


def _language(export: Exported, block: Block, language_id: str, entry: Mapping[str, Any]) -> Language:
    return Language(language_id, export.name_of(language_id, "the language's name"))


def members(export: Exported) -> dict[str, tuple[Member, ...]]:
    """Return queue id → its members; a queue whose members are not managed, or come through groups, is missing."""
    found = {}
    for block in export.resources(QUEUE):
        if "members" not in block.attributes or block.attributes.get("ignore_members") is True:
            continue
        if block.attributes["members"] is None and export.references.why_null_proves_nothing(USER) is not None:
            continue
        if _may_have_groups(export, block):
            continue
        entries = export.objects(block, "members")
        ids = export.references.resolve_all([entry.get("user_id") for entry in entries], "the members of the queue")
        if is_known(ids):
            found[export.references.id_of(block)] = tuple(Member(user_id, member_by="user") for user_id in ids)
    return found


def _may_have_groups(export: Exported, block: Block) -> bool:
    for key, (resource_type, _) in GROUPS.items():
        if export.values(block, key):
            return True
        if key in block.attributes and export.references.why_null_proves_nothing(resource_type) is not None:
            return True
    rings = export.objects(block, "bullseye_rings")
    rules = export.objects(block, "conditional_group_routing_rules")
    return any(ring.get("member_groups") for ring in rings) or any(rule.get("groups") for rule in rules)
