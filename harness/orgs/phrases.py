"""How entities and their values read in a difference: printable, people by pseudonym."""

from collections import Counter
from collections.abc import Mapping, Sequence

from harness.model import Agent, AgentSkill, Org, is_known
from harness.model.ids import pseudonym
from harness.model.names import printable
from harness.orgs.matching import Entity

__all__ = ["code_name", "flag_set", "labels", "milliseconds", "people", "skills_of"]

_MOST_PEOPLE = 5


def labels(kind: str, entities: Sequence[Entity]) -> Mapping[str, str]:
    """Return a label for each id; those that collide get the beginning of the id."""
    plain = {
        entity.id: f"{kind} {printable(entity.name if is_known(entity.name) else entity.id)}" for entity in entities
    }
    count = Counter(plain.values())
    return {
        entity_id: label if count[label] == 1 else f"{label} ~{printable(entity_id[:8])}"
        for entity_id, label in plain.items()
    }


def code_name(org: Org, code_id: str) -> str:
    """Return a code's name, or its id when the name is unknown."""
    name = org.code(code_id).name
    return printable(name if is_known(name) else code_id)


def milliseconds(value: int | None) -> str | None:
    """Return a duration with its unit."""
    return None if value is None else f"{value} ms"


def flag_set(flags: Sequence[str] | None) -> str | None:
    """Return dialer flags, upper-cased and sorted; None when there is no entry."""
    return None if flags is None else ", ".join(sorted({flag.upper() for flag in flags})) or "none"


def people(ids: Sequence[str]) -> str | None:
    """Return people by pseudonym: how many, and the first few."""
    if not ids:
        return None
    more = ", …" if len(ids) > _MOST_PEOPLE else ""
    return f"{len(ids)}: {', '.join(sorted(map(pseudonym, ids))[:_MOST_PEOPLE])}{more}"


def skills_of(agent: Agent) -> str:
    """Return an agent's skills with their proficiency, sorted."""
    return ", ".join(sorted(_skill_text(held) for held in agent.skills)) or "none"


def _skill_text(held: AgentSkill) -> str:
    name = held.name if is_known(held.name) else held.id
    return f"{printable(name)} {held.proficiency:g}{'' if held.active else f' ({held.state})'}"
