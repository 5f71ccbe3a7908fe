"""Addresses of resources, and the references of expressions, taken apart.

Source:
    Terraform, Resource Address Reference; and `marshalExpression` of its JSON writer, which lists a reference followed
    by all its shorter forms: `x.a["k"].id`, `x.a["k"]`, `x.a`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

__all__ = ["Key", "Place", "Step", "module_steps", "parsed", "references"]

Key: TypeAlias = str | int | None
"""The key of an instance: of `for_each`, of `count`, or None."""

_KEY = r'\[(?:(\d+)|("(?:[^"\\]|\\.)*"))\]'
_MODULE = re.compile(rf"module\.([^.\[]+)(?:{_KEY})?(?:\.|$)")
_NAMED = re.compile(rf"([^.\[]+)(?:{_KEY})?")


class Step(NamedTuple):
    """A module on the way to a resource."""

    name: str
    key: Key


class Place(NamedTuple):
    """What a reference names, seen from the module that it is written in.

    Attributes:
        kind: `resource` or `module`, `var`, `local`, `each` …; `resource` also for data sources.
        type: The resource type, with `data.` before it for a data source; empty for what is no resource.
        name: The name of the resource, module, variable …
        key: The key of the instance that is named, or None for all of them.
        rest: What follows: the output of a module.
    """

    kind: str
    type: str
    name: str
    key: Key
    rest: str


_OTHERS = frozenset({"var", "local", "each", "count", "path", "self", "terraform", "module"})


def _key(number: str | None, text: str | None) -> Key:
    if number is not None:
        return int(number)
    return None if text is None else str(json.loads(text))


def module_steps(module_address: str) -> tuple[Step, ...]:
    """Return the modules that an address goes through.

    Example:
        >>> module_steps('module.a["x.y"].module.b')
        (Step(name='a', key='x.y'), Step(name='b', key=None))
    """
    return tuple(Step(found[1], _key(found[2], found[3])) for found in _MODULE.finditer(module_address))


def parsed(reference: str) -> Place:
    """Take a reference apart.

    Example:
        >>> parsed('genesyscloud_routing_wrapupcode.sale["a"].id')
        Place(kind='resource', type='genesyscloud_routing_wrapupcode', name='sale', key='a', rest='id')
    """
    head, _, rest = reference.partition(".")
    data = "data." if head == "data" else ""
    if data:
        head, _, rest = rest.partition(".")
    found = _NAMED.match(rest)
    name, key, beyond = "", None, ""
    if found:
        name, key = found[1], _key(found[2], found[3])
        beyond = rest[found.end() :].lstrip(".")
    if not data and head in _OTHERS:
        return Place(head, "", name, key, beyond)
    return Place("resource", f"{data}{head}", name, key, beyond)


def references(expression: Any) -> Iterator[str]:
    """Yield the references of an expression, of all expressions of a block, or of several blocks.

    Each is yielded in its longest form.
    """
    if isinstance(expression, list):
        for part in expression:
            yield from references(part)
    elif isinstance(expression, dict):
        written = expression.get("references")
        if isinstance(written, list):
            yield from _longest(it for it in written if isinstance(it, str))
        else:
            for part in expression.values():
                yield from references(part)


def _longest(written: Iterable[str]) -> Sequence[str]:
    found: list[str] = []
    before = ""
    for reference in written:
        shorter = before.startswith(reference) and before[len(reference) :][:1] in (".", "[")
        if not shorter:
            found.append(reference)
        before = reference
    return found
