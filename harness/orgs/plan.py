"""Reading a Terraform plan: the org that it declares, and what it changes.

An attribute has one of three states: it is known, it will be known after apply, or it is not set, so that Terraform
does not manage it.

Source:
    `platform.md` section 10.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from harness.errors import Problem, SourceError
from harness.model import Org, Origin
from harness.model.names import printable
from harness.orgs.addresses import module_steps
from harness.orgs.blocks import Block, Configuration, Undetermined, text_of
from harness.orgs.declared import Declared
from harness.orgs.declared_org import TYPES, org_of
from harness.orgs.plan_configuration import Open, PlanConfiguration
from harness.orgs.plan_document import Change, PlanDocument, PlannedChange, Resource, decode, read_bytes, read_document
from harness.orgs.plan_references import Written, resolved
from harness.orgs.plan_values import merged
from harness.orgs.references import GROUP, HOME_DIVISION, LANGUAGE, SKILL_GROUP, TEAM, USER

__all__ = ["Action", "Plan", "PlannedResource", "read_plan"]

Action: TypeAlias = Literal["create", "update", "replace", "delete", "forget", "read", "no-op"]

_OURS = frozenset({*TYPES, HOME_DIVISION, GROUP, LANGUAGE, SKILL_GROUP, TEAM})


@dataclass(frozen=True)
class PlannedResource:
    """One resource, and what becomes of it.

    Attributes:
        address: What Terraform calls it.
        type: The resource type.
        action: What is done to it.
        id_before: The platform's id, or None when there is no such object yet (or it is not told).
        id_after: The id that the model has for it after apply: the platform's, or an address; None when it is gone.
        name_before: Its name before; None when there was none, it is not told, or it is a person's.
        unset: Attributes that the configuration leaves to the platform, although Terraform knows their values.
    """

    address: str
    type: str
    action: Action
    id_before: str | None = None
    id_after: str | None = None
    name_before: str | None = None
    unset: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Plan:
    """A plan.

    Attributes:
        location: The file, as the user named it.
        sha256: Of the file, in hex.
        org: What the plan declares: the resources as they will be.
        resources: All managed resources of the types that an org is made of, in the plan's order.
        sources: Modules on the way (names joined by dots) → where the configuration takes the module from.
        terraform_version: The version that made it, or None.
    """

    location: str
    sha256: str
    org: Org
    resources: Sequence[PlannedResource]
    sources: Mapping[str, str] = field(default_factory=dict)
    terraform_version: str | None = None


def read_plan(path: Path, *, keep_names: bool = False) -> Plan:
    """Read a plan.

    Args:
        path: A file as `terraform show -json` writes it.
        keep_names: Whether people keep the names that the plan holds; else they appear by pseudonym.

    Raises:
        SourceError: If it is no such file, or cannot be judged; with all problems.
    """
    data, sha256 = read_bytes(path)
    document = read_document(path, data)
    reading = _Reading(path, document)
    configuration = Configuration(reading.blocks(), sha256)
    if not any(map(configuration.of, TYPES)) and not any(it.type in TYPES for it in reading.gone):
        raise _not_ours(path, document)
    declared = Declared(configuration, word="plan", keep_names=keep_names)
    org = org_of(
        declared,
        name=path.resolve().stem,
        origin=Origin(kind="plan", location=str(path), sha256=sha256),
        keep_names=keep_names,
    )
    return Plan(
        location=str(path),
        sha256=sha256,
        org=org,
        resources=reading.resources(declared),
        sources=dict(_sources(document)),
        terraform_version=document.terraform_version,
    )


@dataclass(frozen=True)
class _Entry:
    """One change of a resource of ours, decoded."""

    change: Change
    planned: PlannedChange
    attributes: Mapping[str, Any] | None

    @property
    def data(self) -> bool:
        return self.change.mode == "data"

    @property
    def action(self) -> Action:
        match self.planned.actions:
            case ("create" | "update" | "delete" | "forget" | "read" | "no-op" as action,):
                return action
            case ("delete", "create") | ("create", "delete"):
                return "replace"
        return "no-op" if self.attributes is None else "create"

    def before(self, key: str) -> str | None:
        """Return what an attribute was, unless it is no text, or is sensitive."""
        values = self.planned.before
        found = merged(values, None, self.planned.before_sensitive) if isinstance(values, dict) else {}
        text = found.get(key) if isinstance(found, dict) else None
        return text_of(text, key) if isinstance(text, str) and text else None


class _Reading:
    """A plan's document while it is turned into blocks."""

    def __init__(self, path: Path, document: PlanDocument) -> None:
        self._path = path
        entries = [self._entry(it) for it in document.resource_changes if it.type in _OURS]
        self._entries = {it.change.address: it for it in entries if it.attributes is not None}
        self.gone = [it.change for it in entries if it.attributes is None]
        self._gone = [it for it in entries if it.attributes is None]
        self._rest = {
            it.address: self._values(it)
            for it in (*document.planned(), *document.looked_up())
            if it.type in _OURS and it.address not in self._entries
        }
        self._blocks: dict[tuple[str, str, str, str], Written] = {}
        self._configuration = PlanConfiguration(
            document, [self._open(it) for it in self._entries.values() if _is_open(it)]
        )

    def blocks(self) -> dict[str, Block]:
        """Return the resources as they will be, by address."""
        found = {}
        for address, entry in self._entries.items():
            change = entry.change
            attributes = resolved(entry.attributes or {}, self._written(change))
            found[address] = Block(change.type, address, attributes, entry.data, str(self._path))
        for address, (resource_type, data, attributes) in self._rest.items():
            found[address] = Block(resource_type, address, attributes, data, str(self._path))
        return found

    def resources(self, declared: Declared) -> tuple[PlannedResource, ...]:
        """Return all managed resources, with what becomes of them."""
        ids = {block.address: declared.references.id_of(block) for kind in TYPES for block in declared.blocks(kind)}
        found = []
        for entry in (*self._entries.values(), *self._gone):
            change = entry.change
            if entry.data or change.type not in TYPES:
                continue
            gone = entry.attributes is None
            found.append(
                PlannedResource(
                    address=change.address,
                    type=change.type,
                    action=entry.action,
                    id_before=entry.before("id"),
                    id_after=None if gone else ids[change.address],
                    name_before=None if change.type == USER else entry.before("name"),
                    unset=frozenset() if gone else self._written(change).unset,
                )
            )
        return tuple(found)

    def _written(self, change: Change) -> Written:
        """Return how a resource is written; its instances share one answer."""
        key = (change.module_address, change.mode, change.type, change.name)
        found = self._blocks.get(key)
        if found is None:
            scope = module_steps(change.module_address)
            data = change.mode == "data"
            block = self._configuration.block(scope, data=data, resource_type=change.type, name=change.name)
            found = self._blocks[key] = Written(block, scope, self._configuration)
        return found

    def _entry(self, change: Change) -> _Entry:
        planned = self._decoded(change.change, PlannedChange)
        gone = planned.after is None or change.deposed is not None or planned.actions in (("delete",), ("forget",))
        if gone:
            return _Entry(change, planned, None)
        attributes = merged(planned.after, planned.after_unknown, planned.after_sensitive)
        return _Entry(change, planned, self._object(attributes))

    def _values(self, resource: Resource) -> tuple[str, bool, dict[str, Any]]:
        values = self._decoded(resource.values, dict[str, Any])
        sensitive = self._decoded(resource.sensitive_values, Any)
        return resource.type, resource.mode == "data", self._object(merged(values, None, sensitive))

    def _object(self, value: Any) -> dict[str, Any]:
        if isinstance(value, Undetermined):
            return {}
        if not isinstance(value, dict):
            raise SourceError([Problem(str(self._path), "holds a resource whose attributes are not an object")])
        return value

    def _decoded(self, data: msgspec.Raw, shape: Any) -> Any:
        return decode(self._path, data, shape, expected="a plan as `terraform show -json` writes it", hint="plan again")

    def _open(self, entry: _Entry) -> Open:
        change = entry.change
        resource_type = f"data.{change.type}" if entry.data else change.type
        key = change.index if isinstance(change.index, str | int) else None
        return Open(change.address, resource_type, change.name, key, module_steps(change.module_address))


def _is_open(entry: _Entry) -> bool:
    attributes = entry.attributes or {}
    return not isinstance(attributes.get("id"), str)


def _sources(document: PlanDocument) -> "list[tuple[str, str]]":
    found: list[tuple[str, str]] = []
    waiting = [("", document.configuration.root_module)] if document.configuration else []
    while waiting:
        path, module = waiting.pop()
        for name, call in module.module_calls.items():
            inner = f"{path}.{name}" if path else name
            found.append((inner, call.source))
            waiting.append((inner, call.module))
    return found


def _not_ours(path: Path, document: PlanDocument) -> SourceError:
    types = sorted({it.type for it in document.resource_changes} | {it.type for it in document.planned()})
    shown = ", ".join(map(printable, types[:5])) + (" …" if len(types) > 5 else "")
    return SourceError(
        [
            Problem(
                str(path),
                f"is a plan of {shown or 'no resources'}",
                expected=f"a plan with some of {', '.join(TYPES)}",
                hint="plan the module that holds the resources of provider mypurecloud/genesyscloud",
            )
        ]
    )
