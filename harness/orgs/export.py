"""Reading a Terraform export, as `genesyscloud_tf_export` writes it, into an org.

An attribute that is present and null is empty or absent. One that is not there has the provider's default where
its schema has one, and is unknown otherwise. An export is partial by nature: what it does not hold is unknown, or
not carried at all.

Source:
    `platform.md` sections 10.1 and 10.3: the provider's schemas and its exporter.
"""

from pathlib import Path

from harness.errors import Problem, SourceError
from harness.model import Org, Origin
from harness.orgs.blocks import Configuration
from harness.orgs.declared import Declared
from harness.orgs.declared_org import TYPES, org_of
from harness.orgs.terraform import SUFFIX, read_configuration

__all__ = ["read_export"]


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
    return org_of(
        Declared(configuration, word="export", keep_names=keep_names),
        name=location.resolve().name.removesuffix(SUFFIX),
        origin=Origin(kind="export", location=str(location), sha256=configuration.sha256),
        keep_names=keep_names,
    )


def _require_something(configuration: Configuration, location: Path) -> None:
    if any(map(configuration.of, TYPES)):
        return
    held = ", ".join(configuration.types) or "no resources"
    raise SourceError(
        [
            Problem(
                str(location),
                f"holds {held}",
                expected=f"a Terraform export with some of {', '.join(TYPES)}",
                hint="export with include_filter_resources that names these types",
            )
        ]
    )
