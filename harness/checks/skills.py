"""Can the agents of a queue use the code?

Agents of a queue are its members (users, and those who come through groups; joined or not) whose user is active.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from harness.checks.agreed import agreed_about
from harness.checks.extremes import of_shares_of_agents, of_smallest_number
from harness.checks.parameters import Share
from harness.checks.registry import Breach, NotApplicable, check
from harness.checks.wording import counted, percent, quoted
from harness.errors import UnknownValueError, did_you_mean
from harness.model import AgentSkill, Assignment, Definition, Org, Queue, is_known

__all__ = ["covered", "exist", "staffed"]


@check(
    source="GET /api/v2/routing/queues/{queueId}/members; GET /api/v2/users?expand=skills; the catalogue's requiredSkills",
    needs=("catalogue",),
    extremes=of_shares_of_agents,
)
def covered(assignment: Assignment, org: Org, *, at_least: Share, proficiency: float = 0) -> Iterator[str]:
    """Enough agents of a queue hold every skill that the code requires.

    An agent may hold more skills than required. Skills that are inactive for the agent do not count.

    Args:
        assignment: The code on the queue under test.
        org: The org with agents and catalogue.
        at_least: Smallest share of the queue's agents who hold every required skill.
        proficiency: Lowest proficiency that counts, from 0 to 5.

    Yields:
        One message if the share is too small.
    """
    required = frozenset(agreed_about(assignment.code, org).skills)
    if not required:
        raise NotApplicable("the code requires no skills")
    agents, holders = _holders(assignment.queue, proficiency, org)
    if not agents:
        raise NotApplicable("the queue has no agents")
    holding = len(frozenset.intersection(*(holders.get(skill, _NOBODY) for skill in required)))
    if holding * at_least.denominator < agents * at_least.numerator:
        with_proficiency = f" with a proficiency of {proficiency:g} or more" if proficiency else ""
        yield Breach(
            f"{holding} of {agents} agents hold {quoted(sorted(required))}{with_proficiency}",
            expected=f"at least {percent(at_least)}",
        )


_NOBODY: frozenset[str] = frozenset()


def _holders(queue: Queue, proficiency: float, org: Org) -> tuple[int, Mapping[str, frozenset[str]]]:
    """Return how many agents a queue has, and by skill the ids of those who hold it.

    It is asked once for every code that the queue offers, and worked out once.
    """
    known = org.index(_nothing_known)
    found = known.get((queue.id, proficiency))
    if found is None:
        agents = org.agents_of(queue)
        holders: defaultdict[str, list[str]] = defaultdict(list)
        for agent in agents:
            for skill in agent.skills:
                if skill.active and skill.proficiency >= proficiency:
                    holders[_name(skill, org)].append(agent.id)
        found = len(agents), {skill: frozenset(ids) for skill, ids in holders.items()}
        known[queue.id, proficiency] = found
    return found


def _nothing_known(_: Org) -> dict[tuple[str, float], tuple[int, Mapping[str, frozenset[str]]]]:
    return {}


def _name(skill: AgentSkill, org: Org) -> str:
    if is_known(skill.name) or skill.id not in org.skill_by_id:
        return skill.name
    return org.skill_by_id[skill.id].name


@check(source="GET /api/v2/routing/skills; the catalogue's requiredSkills")
def exist(definition: Definition, org: Org) -> Iterator[str]:
    """Every skill that a definition requires exists and is active.

    Args:
        definition: The definition under test.
        org: The org whose skills it names.

    Yields:
        One message per skill that does not exist or is not active.
    """
    if not definition.skills:
        raise NotApplicable("the definition requires no skills")
    unseen: UnknownValueError | None = None
    for name in dict.fromkeys(definition.skills):
        try:
            found = org.skills_by_name.get(name, ())
            if any(skill.active for skill in found):
                continue
            _require_all_skills(name, org)
            if found:
                yield Breach(f"skill '{name}' is {found[0].state}", expected="an active skill")
            else:
                hint = did_you_mean(name, sorted(org.skills_by_name))
                wanted = f"an active skill; {hint}" if hint else "an active skill"
                yield Breach(f"skill '{name}' does not exist", expected=wanted)
        except UnknownValueError as error:
            unseen = unseen or error
    if unseen:
        raise unseen


def _require_all_skills(name: str, org: Org) -> None:
    what = f"whether the skill '{name}' exists"
    org.require("skills", what)
    if without_name := org.index(_skills_without_name):
        raise UnknownValueError(
            what, f"the {org.origin.kind} refers to {without_name} skills whose name it does not hold"
        )


def _skills_without_name(org: Org) -> int:
    referred = {
        skill.id
        for agent in org.agents
        if is_known(agent.skills)
        for skill in agent.skills
        if not is_known(skill.name) and skill.id not in org.skill_by_id
    }
    return len(referred) + sum(not is_known(skill.name) for skill in org.skills)


@check(source="GET /api/v2/routing/queues/{queueId}/members; GET /api/v2/users", extremes=of_smallest_number)
def staffed(queue: Queue, org: Org, *, at_least: int = 1) -> Iterator[str]:
    """A queue has agents.

    Inactive and deleted users are no agents.

    Args:
        queue: The queue under test.
        org: The org with the queue's members.
        at_least: Fewest agents.

    Yields:
        One message if there are too few.
    """
    number = len(org.agents_of(queue))
    if number < at_least:
        yield Breach(f"has {counted(number, 'agent')}", expected=f"at least {at_least}")
