"""Plans in a few readable lines, in the shape of `terraform show -json`.

A resource is made of what the configuration writes; the builder works out what a plan of it says: `null` and `true` in
`after_unknown` for what is known only after apply, references in `configuration`.

Example:
    plan(code("win", "Win"), queue("billing", "Billing", codes=["win"]))
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

CODE = "genesyscloud_routing_wrapupcode"
DIVISION = "genesyscloud_auth_division"
MAPPINGS = "genesyscloud_outbound_wrapupcodemappings"
QUEUE = "genesyscloud_routing_queue"
SKILL = "genesyscloud_routing_skill"
USER = "genesyscloud_user"

_STEP = re.compile(r'module\.[^.\[]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?')

PROVIDER = "registry.terraform.io/mypurecloud/genesyscloud"

_OF_PLATFORM = {
    QUEUE: ("wrapup_codes", "members", "division_id", "acw_timeout_ms"),
    CODE: ("division_id",),
    USER: ("routing_skills", "routing_languages", "division_id"),
}
"""Optional and computed: unset ones are known only after apply when the resource is made."""


@dataclass(frozen=True)
class Later:
    """A value that is known only after apply.

    Attributes:
        references: What the configuration takes it from, as Terraform lists them.
    """

    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class Set:
    """A set that an expression makes.

    Attributes:
        known: Elements that have their value.
        later: How many more there are, known only after apply.
        references: What the expression refers to.
    """

    known: tuple[Any, ...] = ()
    later: int = 0
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resource:
    """One resource of a plan.

    Attributes:
        writes: Attribute → value, `Later` or `Set`; what the configuration does not write is missing.
        is_now: Its attributes before, as the state has them; None when there is no such object.
        module: The address of the module it is in.
        changes: Attributes of its entry in `resource_changes`.
    """

    type: str
    name: str
    writes: Mapping[str, Any]
    is_now: Mapping[str, Any] | None = None
    actions: tuple[str, ...] = ("create",)
    module: str = ""
    index: str | int | None = None
    each: tuple[str, ...] = ()
    mode: str = "managed"
    sensitive: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    hidden_block: bool = False

    @property
    def local(self) -> str:
        """Its address within its module."""
        key = "" if self.index is None else f"[{json.dumps(self.index)}]"
        return f"{'data.' if self.mode == 'data' else ''}{self.type}.{self.name}{key}"

    @property
    def address(self) -> str:
        return f"{self.module}.{self.local}" if self.module else self.local

    def within(self, module: str) -> "Resource":
        """Return it in a module."""
        return replace(self, module=module)


def ref(resource_type: str, name: str) -> tuple[str, ...]:
    """Return the references of `type.name.id`, longest first, as Terraform lists them."""
    base = name.partition("[")[0]
    forms = [f"{resource_type}.{name}.id", f"{resource_type}.{name}"]
    return (*forms, f"{resource_type}.{base}") if base != name else tuple(forms)


def code(name: str, called: Any, *, id: str | None = None, **changes: Any) -> Resource:
    """Return a wrap-up code: to be made, or with an `id` as it is."""
    return _resource(CODE, name, {"name": called} | changes.pop("writes", {}), id, changes)


def queue(name: str, called: Any, *, codes: Any = None, id: str | None = None, **changes: Any) -> Resource:
    """Return a queue.

    Args:
        codes: Names of codes of the plan (`win`), ids (with a hyphen), a `Set` or `Later`; None: not written.
        changes: Fields of `Resource`; `writes` holds further attributes.
    """
    writes = {"name": called} | changes.pop("writes", {})
    if isinstance(codes, list):
        made = [it for it in codes if "-" not in it]
        known = tuple(it for it in codes if "-" in it)
        writes["wrapup_codes"] = Set(known, len(made), tuple(r for it in made for r in ref(CODE, it)))
    elif codes is not None:
        writes["wrapup_codes"] = codes
    return _resource(QUEUE, name, writes, id, changes)


def other(
    resource_type: str, name: str, writes: Mapping[str, Any], *, id: str | None = None, **changes: Any
) -> Resource:
    """Return a resource of any type."""
    return _resource(resource_type, name, dict(writes), id, changes)


def _resource(
    resource_type: str, name: str, writes: dict[str, Any], entity_id: str | None, changes: dict[str, Any]
) -> Resource:
    if entity_id is not None:
        changes.setdefault("actions", ("no-op",))
        now = {key: value for key, value in writes.items() if _both(value)[1] is False or isinstance(value, Set)}
        changes.setdefault("is_now", {})
        changes["is_now"] = {"id": entity_id} | {key: _plain(value) for key, value in now.items()} | changes["is_now"]
    return Resource(resource_type, name, writes, **changes)


def _plain(value: Any) -> Any:
    return list(value.known) if isinstance(value, Set) else value


# -- the document -------------------------------------------------------------------------------------------------


def plan(*resources: Resource, calls: Mapping[str, Any] | None = None, **root: Any) -> dict[str, Any]:
    """Return a plan's document.

    Args:
        resources: In the plan's order.
        calls: Module name → its expressions: variable → references; `each` and `outputs` likewise.
        root: Keys of the document to replace; None removes one.
    """
    changes = [_change(it) for it in resources]
    document: dict[str, Any] = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": _planned(changes, "")},
        "resource_changes": changes,
        "configuration": {"root_module": _module(resources, "", calls or {})},
        "timestamp": "2026-11-21T00:00:00Z",
        "applyable": True,
        "complete": True,
        "errored": False,
    }
    return {key: value for key, value in (document | root).items() if value is not None}


def _planned(changes: Sequence[Mapping[str, Any]], module: str) -> dict[str, Any]:
    """Return a module as it will be, by the changes: what is known only after apply is left out."""
    here = [it for it in changes if it["change"]["after"] is not None and it.get("deposed") is None]
    addresses = dict.fromkeys(it.get("module_address", "") for it in here)
    inner = dict.fromkeys(
        _child(it, module) for it in addresses if it.startswith(f"{module}." if module else "module.")
    )
    found: dict[str, Any] = {} if not module else {"address": module}
    if resources := [_shown(it) for it in here if it.get("module_address", "") == module]:
        found["resources"] = resources
    if inner:
        found["child_modules"] = [_planned(changes, it) for it in inner]
    return found


def _shown(change: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("address", "mode", "type", "name", "index", "provider_name")
    hidden = change["change"].get("after_sensitive") or {}
    values = {"schema_version": 1, "values": change["change"]["after"], "sensitive_values": hidden}
    return {key: change[key] for key in kept if key in change} | values


def _child(address: str, module: str) -> str:
    """Return the address of the module within a module that an address goes through."""
    found = _STEP.match(address, len(module) + 1 if module else 0)
    assert found is not None
    return address[: found.end()]


def _change(it: Resource) -> dict[str, Any]:
    after: dict[str, Any] | None = None
    unknown: dict[str, Any] = {}
    if it.actions not in (("delete",), ("forget",)):
        kept = {key: value for key, value in (it.is_now or {}).items() if key != "id" or "create" not in it.actions}
        after = {} if "create" in it.actions else kept
        if "create" in it.actions:
            unknown["id"] = True
            unknown |= {key: True for key in _OF_PLATFORM.get(it.type, ()) if key not in it.writes}
        for key, value in it.writes.items():
            known, later = _both(value)
            unknown.pop(key, None)
            after.pop(key, None)
            if later is not True:
                after[key] = known
            if later is not False:
                unknown[key] = later
    entry: dict[str, Any] = {
        "address": it.address,
        "mode": it.mode,
        "type": it.type,
        "name": it.name,
        "provider_name": PROVIDER,
        "change": {
            "actions": list(it.actions),
            "before": None if it.is_now is None else dict(it.is_now),
            "after": after,
            "after_unknown": unknown,
            "before_sensitive": dict(it.sensitive) if it.is_now is not None else False,
            "after_sensitive": dict(it.sensitive),
        },
    }
    if it.module:
        entry["module_address"] = it.module
    if it.index is not None:
        entry["index"] = it.index
    return entry | dict(it.changes)


def _both(value: Any) -> tuple[Any, Any]:
    """Return what `after` and `after_unknown` say of a value."""
    if isinstance(value, Later):
        return None, True
    if isinstance(value, Set):
        known = [*value.known, *[None] * value.later]
        return known, [*[False] * len(value.known), *[True] * value.later] if value.later else False
    if isinstance(value, dict):
        parts = {key: _both(part) for key, part in value.items()}
        marks = {key: later for key, (_, later) in parts.items() if later is not False}
        return {key: known for key, (known, later) in parts.items() if later is not True}, marks or False
    if isinstance(value, list):
        pairs = [_both(part) for part in value]
        later = [mark for _, mark in pairs]
        return [known for known, _ in pairs], later if any(mark is not False for mark in later) else False
    return value, False


def _expression(value: Any) -> Any:
    if isinstance(value, Later) or (isinstance(value, Set) and value.references):
        return {"references": list(value.references)}
    if isinstance(value, Set):
        return {"constant_value": _plain(value)}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [{key: _expression(part) for key, part in entry.items()} for entry in value]
    return {"constant_value": value}


def _module(resources: Sequence[Resource], path: str, calls: Mapping[str, Any]) -> dict[str, Any]:
    here = [it for it in resources if _path(it.module) == path and not it.hidden_block]
    blocks: dict[tuple[str, str, str], dict[str, Any]] = {}
    for it in here:
        block = blocks.setdefault(
            (it.mode, it.type, it.name),
            {
                "address": f"{'data.' if it.mode == 'data' else ''}{it.type}.{it.name}",
                "mode": it.mode,
                "type": it.type,
                "name": it.name,
                "expressions": {key: _expression(value) for key, value in it.writes.items()},
            },
        )
        if it.each:
            block["for_each_expression"] = {"references": list(it.each)}
    module: dict[str, Any] = {"resources": list(blocks.values())}
    paths = [_path(it.module) for it in resources if it.module]
    inner = sorted({it for it in paths if it.startswith(f"{path}." if path else "")} - {path})
    names = dict.fromkeys(it.removeprefix(f"{path}." if path else "").split(".")[0] for it in inner)
    if names:
        module["module_calls"] = {name: _call(resources, f"{path}.{name}" if path else name, calls) for name in names}
    return module


def _call(resources: Sequence[Resource], path: str, calls: Mapping[str, Any]) -> dict[str, Any]:
    given = dict(calls.get(path, {}))
    module = _module(resources, path, calls)
    if outputs := given.pop("outputs", None):
        module["outputs"] = {name: {"expression": {"references": list(it)}} for name, it in outputs.items()}
    call: dict[str, Any] = {"source": f"./modules/{path.rpartition('.')[2]}", "module": module}
    if each := given.pop("each", None):
        call["for_each_expression"] = {"references": list(each)}
    call["expressions"] = {name: {"references": list(it)} for name, it in given.items()}
    return call


def _path(module: str) -> str:
    """Return the names of the modules of an address, joined by dots."""
    return ".".join(part.partition("[")[0] for part in module.split("module.") if part).replace("..", ".").strip(".")
