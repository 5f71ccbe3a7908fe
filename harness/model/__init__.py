"""The facts: entities, the org and its indexes, what the business agreed. Frozen, typed, units in names."""

from harness.model.catalogue import Catalogue, Crm, CrmMapping, DeclaredQueue, Definition, Disposition, Position
from harness.model.entities import (
    AcwSettings,
    Agent,
    AgentSkill,
    Division,
    Language,
    Member,
    OutboundMapping,
    Prompt,
    Queue,
    Skill,
    WrapUpCode,
)
from harness.model.ids import is_system_code
from harness.model.org import Org, Origin
from harness.model.subjects import KINDS, Assignment, Flags, Identity, Kind, KindName, Membership, Subject, labels
from harness.model.unknown import Unknown, is_known, unknown

__all__ = [
    "KINDS",
    "AcwSettings",
    "Agent",
    "AgentSkill",
    "Assignment",
    "Catalogue",
    "Crm",
    "CrmMapping",
    "DeclaredQueue",
    "Definition",
    "Disposition",
    "Division",
    "Flags",
    "Identity",
    "Kind",
    "KindName",
    "Language",
    "Member",
    "Membership",
    "Org",
    "Origin",
    "OutboundMapping",
    "Position",
    "Prompt",
    "Queue",
    "Skill",
    "Subject",
    "Unknown",
    "WrapUpCode",
    "is_known",
    "is_system_code",
    "labels",
    "unknown",
]
