"""From what Terraform declares to an org."""

from collections.abc import Mapping

from harness.errors import SourceError
from harness.model import Org, Origin
from harness.model.org import Resource
from harness.orgs.declared import Declared
from harness.orgs.declared_agents import agents, members
from harness.orgs.declared_codes import codes, divisions, outbound_mapping, skills
from harness.orgs.declared_queues import offered, queues
from harness.orgs.references import CODE, DIVISION, MAPPINGS, QUEUE, SKILL, USER

__all__ = ["TYPES", "org_of"]

_TYPE_OF: Mapping[Resource, str] = {
    "wrapupcodes": CODE,
    "queues": QUEUE,
    "users": USER,
    "skills": SKILL,
    "divisions": DIVISION,
    "queue_wrapupcodes": QUEUE,
    "queue_members": QUEUE,
    "outbound_mapping": MAPPINGS,
}
"""The resource type that a resource is read from."""

TYPES = tuple(sorted(set(_TYPE_OF.values())))
"""The resource types that an org is made of."""


def org_of(source: Declared, *, name: str, origin: Origin, keep_names: bool) -> Org:
    """Return the org that an export, plan or state declares.

    Args:
        source: What was read.
        name: What the org is called.
        origin: Where it came from.
        keep_names: Whether people keep the names that the source holds; else they appear by pseudonym.

    Raises:
        SourceError: If something in it is malformed; with all problems.
    """
    mapping, lost = outbound_mapping(source)
    offers = offered(source)
    org = Org(
        name=name,
        origin=origin,
        codes=codes(source),
        queues=queues(source),
        skills=skills(source),
        agents=agents(source, keep_names=keep_names),
        divisions=divisions(source),
        offered=offers.codes,
        codes_unseen=offers.unseen,
        members=members(source),
        flags=mapping,
        hidden={} if lost is None else {"outbound_mapping": lost},
        not_carried={
            resource: f"the {source.word} holds no {resource_type}"
            for resource, resource_type in _TYPE_OF.items()
            if not source.resources(resource_type)
        },
    )
    if source.problems:
        raise SourceError(sorted(source.problems, key=lambda problem: (problem.path, problem.line or 0)))
    return org
