"""Reading a Terraform export, as `genesyscloud_tf_export` writes it, into an org.

An attribute that is present and null is empty or absent. One that is not there has the provider's default where
its schema has one, and is unknown otherwise. An export is partial by nature: what it does not hold is unknown, or
not carried at all.

Source:
    `platform.md` sections 10.1 and 10.3: the provider's schemas and its exporter.
"""

from collections.abc import Mapping
from pathlib import Path

from harness.errors import Problem, SourceError
from harness.model import Org, Origin
from harness.model.org import Resource
from harness.orgs.export_agents import agents, members
from harness.orgs.export_codes import codes, divisions, outbound_mapping, skills
from harness.orgs.export_queues import offered, queues
from harness.orgs.exported import Exported
from harness.orgs.references import CODE, DIVISION, MAPPINGS, QUEUE, SKILL, USER
from harness.orgs.terraform import SUFFIX, Configuration, read_configuration

__all__ = ["read_export"]

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


def read_export(location: Path, *, keep_names: bool = False) -> Org:
    """Read an export into an org.

    Args:
        location: A `.tf.json` file, or a folder that holds some.
        keep_names: Whether people keep the names that the export holds; else they appear by pseudonym.

    Raises:
        SourceError: If a file is malformed, or the files are no export of this provider; with all problems.
    """
    configuration = read_configuration(location)
    _require_something(configuration, location)
    export = Exported(configuration, keep_names=keep_names)
    mapping, lost = outbound_mapping(export)
    org = Org(
        name=location.resolve().name.removesuffix(SUFFIX),
        origin=Origin(kind="export", location=str(location), sha256=configuration.sha256),
        codes=codes(export),
        queues=queues(export),
        skills=skills(export),
        agents=agents(export, keep_names=keep_names),
        divisions=divisions(export),
        offered=offered(export),
        members=members(export),
        flags=mapping,
        hidden={} if lost is None else {"outbound_mapping": lost},
        not_carried={
            resource: f"the export holds no {resource_type}"
            for resource, resource_type in _TYPE_OF.items()
            if not export.resources(resource_type)
        },
    )
    if export.problems:
        raise SourceError(sorted(export.problems, key=lambda problem: (problem.path, problem.line or 0)))
    return org


def _require_something(configuration: Configuration, location: Path) -> None:
    wanted = sorted(set(_TYPE_OF.values()))
    if any(map(configuration.of, wanted)):
        return
    held = ", ".join(configuration.types) or "no resources"
    raise SourceError(
        [
            Problem(
                str(location),
                f"holds {held}",
                expected=f"a Terraform export with some of {', '.join(wanted)}",
                hint="export with include_filter_resources that names these types",
            )
        ]
    )
