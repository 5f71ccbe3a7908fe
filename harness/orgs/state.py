"""Reading a Terraform state file, version 4: what Terraform last read from the platform.

A state written by the exporter, or by an older provider, keeps its attributes flat: `wrapup_codes.#` says how many, and
`wrapup_codes.1234` is one of them.

Source:
    Terraform, `statefile/version4.go`; `flatmap` of its old SDK.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from harness.errors import Problem, SourceError
from harness.model import Org, Origin
from harness.orgs.blocks import Block, Configuration
from harness.orgs.declared import Declared
from harness.orgs.declared_org import TYPES, org_of
from harness.orgs.plan_document import decode, read_bytes
from harness.orgs.plan_references import LEFT_TO_THE_PLATFORM
from harness.orgs.plan_values import SENSITIVE, merged

__all__ = ["read_state", "unflattened"]

_VERSION = 4


class _Instance(msgspec.Struct, frozen=True):
    index_key: Any = None
    attributes: dict[str, Any] | None = None
    attributes_flat: dict[str, str] | None = None
    sensitive_attributes: Any = None
    deposed: str | None = None


class _Resource(msgspec.Struct, frozen=True):
    type: str
    name: str
    mode: str = "managed"
    module: str | None = None
    instances: tuple[_Instance, ...] = ()


class _State(msgspec.Struct, frozen=True):
    version: int
    resources: Any = None


def read_state(path: Path, *, keep_names: bool = False) -> Org:
    """Read a state file into an org.

    Args:
        path: A `terraform.tfstate` file.
        keep_names: Whether people keep the names that the state holds; else they appear by pseudonym.

    Raises:
        SourceError: If it is no state of version 4, or holds nothing of this provider; with all problems.
    """
    data, sha256 = read_bytes(path)
    expected, hint = f"a Terraform state file of version {_VERSION}", "write it with: terraform state pull > FILE"
    state = decode(path, data, _State, expected=expected, hint=hint)
    if state.version != _VERSION:
        raise _unfit(path, f"is a state file of version {state.version}", expected, hint)
    try:
        resources = msgspec.convert(state.resources or [], tuple[_Resource, ...])
    except msgspec.ValidationError as error:
        raise _unfit(path, f"is of another shape: {error}", expected, hint) from None
    configuration = Configuration(
        {block.address: block for it in resources for block in _blocks(path, it)},
        sha256,
    )
    if not any(map(configuration.of, TYPES)):
        held = ", ".join(configuration.types[:5]) or "no resources"
        raise _unfit(path, f"holds {held}", f"a state with some of {', '.join(TYPES)}", "name the state of the org")
    return org_of(
        Declared(configuration, word="state", keep_names=keep_names),
        name=path.resolve().stem,
        origin=Origin(kind="export", location=str(path), sha256=sha256),
        keep_names=keep_names,
    )


def _unfit(path: Path, what: str, expected: str, hint: str) -> SourceError:
    return SourceError([Problem(str(path), what, expected=expected, hint=hint)])


def _blocks(path: Path, resource: _Resource) -> Iterator[Block]:
    data = resource.mode == "data"
    for instance in resource.instances:
        if instance.deposed is not None:
            continue
        parts = [resource.module, "data" if data else None, resource.type, resource.name]
        key = "" if instance.index_key is None else f"[{json.dumps(instance.index_key)}]"
        address = ".".join(part for part in parts if part) + key
        yield Block(resource.type, address, _attributes(instance), data, str(path))


def _attributes(instance: _Instance) -> dict[str, Any]:
    if instance.attributes_flat is not None:
        values = unflattened(instance.attributes_flat)
    else:
        values = instance.attributes or {}
    hidden = set(_sensitive(instance.sensitive_attributes))
    return {
        key: SENSITIVE if key in hidden else merged(value)
        for key, value in values.items()
        # What was never read is not managed: what is empty is an empty list.
        if value is not None or key not in LEFT_TO_THE_PLATFORM
    }


def _sensitive(paths: Any) -> Iterator[str]:
    """Yield the attributes that a path to something sensitive begins with."""
    for path in paths if isinstance(paths, list) else ():
        first = path[0] if isinstance(path, list) and path else path
        if isinstance(first, dict) and isinstance(first.get("value"), str):
            yield first["value"]


def unflattened(flat: Mapping[str, str]) -> dict[str, Any]:
    """Return flat attributes in their shape; the elements of lists and sets in the order of their keys.

    Example:
        >>> unflattened({"name": "Sale", "codes.#": "2", "codes.7": "b", "codes.12": "a", "members.#": "0"})
        {'name': 'Sale', 'codes': ['b', 'a'], 'members': []}
    """
    tree: dict[str, Any] = {}
    for key, value in flat.items():
        at = tree
        *steps, last = key.split(".")
        for step in steps:
            inner = at.setdefault(step, {})
            if not isinstance(inner, dict):
                inner = at[step] = {}
            at = inner
        at.setdefault(last, value)
    return {key: _shaped(value) for key, value in tree.items()}


def _shaped(value: Any) -> Any:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value, value)
    if "#" in value:
        return [_shaped(value[key]) for key in sorted(value.keys() - {"#"}, key=lambda key: (len(key), key))]
    return {key: _shaped(part) for key, part in value.items() if key != "%"}
