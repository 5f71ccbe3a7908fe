"""Which fields of a cell a rule looks at: those are changed first. What is not listed is found all the same."""

from collections.abc import Mapping
from typing import Final

from harness.checks.registry import Check
from harness.policy.model import Rule

__all__ = ["READS", "fields_of", "fields_of_check"]

READS: Final[Mapping[str, tuple[str, ...]]] = {
    "code.id": ("code_id",),
    "code.name": ("code_name",),
    "code.description": ("code_description",),
    "code.division": ("code_division",),
    "code.created": ("created",),
    "code.queues": ("queue_name", "codes"),
    "code.defined": ("defined",),
    "code.category": ("category",),
    "code.identifier": ("identifier",),
    "code.mandatory": ("mandatory",),
    "code.mapped": ("disposition",),
    "code.crm": ("disposition",),
    "code.flags": ("flags",),
    "queue.id": ("queue_id",),
    "queue.name": ("queue_name",),
    "queue.description": ("queue_description",),
    "queue.division": ("queue_division",),
    "queue.channels": ("channels",),
    "queue.media": ("media",),
    "queue.acw.prompt": ("prompt",),
    "queue.acw.timed": ("prompt",),
    "queue.acw.timeout_s": ("timeout_ms",),
    "queue.demands": ("prompt",),
    "queue.codes": ("named_codes", "code_name", "codes"),
    "queue.default_codes": ("named_codes", "code_name", "default"),
    "queue.members": ("agents",),
    "queue.groups": ("groups",),
    "queue.skill_evaluation": ("evaluation",),
    "definition.name": ("code_name",),
    "definition.identifier": ("identifier",),
    "definition.category": ("category",),
    "definition.timed": ("duration_ms",),
    "definition.duration_s": ("duration_ms",),
    "definition.mandatory": ("mandatory",),
    "definition.default": ("default",),
    "definition.channels": ("def_channels",),
    "definition.skills": ("def_skills",),
    "definition.queues": ("def_queues",),
    "definition.mapped": ("disposition",),
    "definition.crm": ("disposition",),
    "agent.id": ("agent_id",),
    "agent.active": ("agent_state",),
    "agent.skills": ("agent_skills",),
    "agent.languages": ("languages",),
    "mapping.identifier": ("identifier",),
    "mapping.disposition": ("disposition",),
    "disposition.value": ("disposition",),
    "disposition.active": ("disposition_state",),
    "flags.values": ("flags",),
}
"""For each variable of expressions, the fields of a cell that it shows."""

_OFFERED: Final = ("codes", "named_codes", "code_name")

_CHECKS: Final[Mapping[str, tuple[str, ...]]] = {
    "prompt.mandatory": ("prompt",),
    "prompt.offers_codes": ("codes", "prompt", "named_codes"),
    "prompt.definition": ("mandatory", "prompt", "def_queues", "identifier"),
    "duration.limit": ("timeout_ms", "prompt"),
    "duration.definition": ("duration_ms",),
    "duration.agrees": ("timeout_ms", "duration_ms", "prompt"),
    "skills.covered": ("def_skills", "holds", "unskilled", "proficiency", "agents"),
    "skills.exist": ("def_skills", "skill_state", "missing_skill", "holds"),
    "skills.staffed": ("agents", "agent_state"),
    "channels.configured": ("channels",),
    "channels.compatible": ("channels", "def_channels"),
    "crm.mapped": ("disposition", "disposition_state"),
    "crm.undefined": ("defined", "codes"),
    "crm.reachable": ("unreached", "disposition", "defined"),
    "crm.outbound_flags": ("category", "flags", "default_flags"),
    "crm.stale_flags": ("stale", "flags"),
    "naming.pattern": ("code_name",),
    "naming.max_length": ("code_name",),
    "naming.described": ("code_description",),
    "naming.unique": ("twin", "code_name"),
    "naming.similar": ("twin", "code_name"),
    "catalogue.known": ("defined", "code_name"),
    "catalogue.spelling": ("spelling", "code_name"),
    "catalogue.deployed": ("codes", "def_queues", "code_name"),
    "catalogue.default": ("default", *_OFFERED),
    "catalogue.required": _OFFERED,
    "catalogue.forbidden": _OFFERED,
    "catalogue.orphan": ("codes",),
    "catalogue.unique": ("twin_definition", "identifier"),
    "divisions.aligned": ("code_division", "queue_division"),
}


def fields_of(rule: Rule) -> tuple[str, ...]:
    """Return the fields that a rule looks at, as far as that is known."""
    read = (name for expression in (rule.where, rule.expect) if expression for name in expression.variables)
    shown = (field for name in read for field in READS.get(name, ()))
    return tuple(dict.fromkeys((*shown, *(fields_of_check(rule.check) if rule.check else ()))))


def fields_of_check(check: Check) -> tuple[str, ...]:
    """Return the fields that one of our checks looks at; none are known of a check of somebody's own."""
    return _CHECKS.get(check.id, ()) if check.function.__module__.startswith("harness.checks.") else ()
