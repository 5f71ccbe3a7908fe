"""The configuration that a plan was made from: which block sets what, and what its expressions refer to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from harness.orgs.addresses import Key, Place, Step, parsed, references
from harness.orgs.plan_document import Call, Configured, Module, PlanDocument

__all__ = ["Open", "PlanConfiguration", "Scope", "Targets"]

_DEEPEST = 50
"""Expressions refer to variables, outputs and these to others: a longer chain is no longer followed."""

Scope: TypeAlias = tuple[Step, ...]
"""The modules on the way to the one that an expression is written in; empty for the root module."""


class Open(NamedTuple):
    """A resource or data source whose id will be known after apply.

    Attributes:
        type: With `data.` before it for a data source.
        scope: The modules it is in.
    """

    address: str
    type: str
    name: str
    key: Key
    scope: Scope


class Targets(NamedTuple):
    """What an expression may take ids from that will be known after apply.

    Attributes:
        addresses: Of the open resources of the wanted type, each once.
        exhaustive: Whether there is nothing else that it may take them from.
    """

    addresses: tuple[str, ...]
    exhaustive: bool


class PlanConfiguration:
    """The blocks of a plan's configuration.

    Args:
        document: The plan.
        resources: The resources and data sources whose id will be known after apply.
    """

    def __init__(self, document: PlanDocument, resources: Sequence[Open]) -> None:
        self._root = document.configuration.root_module if document.configuration else None
        self._open = resources
        self._blocks: dict[tuple[str, ...], Mapping[tuple[str, str, str], Configured]] = {}

    def block(self, scope: Scope, *, data: bool, resource_type: str, name: str) -> Configured | None:
        """Return a block, or None when the document does not show it."""
        path = tuple(step.name for step in scope)
        if path not in self._blocks:
            module = self._module(path)
            self._blocks[path] = {(it.mode, it.type, it.name): it for it in module.resources} if module else {}
        return self._blocks[path].get(("data" if data else "managed", resource_type, name))

    def all_of(self, resource_type: str) -> tuple[str, ...]:
        """Return the addresses of all resources and data sources of a type whose id will be known after apply."""
        return tuple(it.address for it in self._open if it.type.removeprefix("data.") == resource_type)

    def targets(self, expression: Any, resource_type: str, scope: Scope, each: Any) -> Targets:
        """Return what an expression may take ids from.

        Args:
            expression: One expression, or those of several blocks.
            resource_type: What the ids are of.
            scope: Where the expression is written.
            each: The `for_each` of its block, or None.
        """
        found = list(self._follow(expression, resource_type, scope, each, 0))
        addresses = tuple(dict.fromkeys(it for it in found if it is not None))
        return Targets(addresses, exhaustive=None not in found)

    def _module(self, path: tuple[str, ...]) -> Module | None:
        found = self._root
        for name in path:
            call = None if found is None else found.module_calls.get(name)
            found = None if call is None else call.module
        return found

    def _call(self, scope: Scope, name: str) -> Call | None:
        module = self._module(tuple(step.name for step in scope))
        return None if module is None else module.module_calls.get(name)

    @cached_property
    def _by_place(self) -> Mapping[tuple[Scope, str, str], Sequence[Open]]:
        found: defaultdict[tuple[Scope, str, str], list[Open]] = defaultdict(list)
        for it in self._open:
            found[it.scope, it.type, it.name].append(it)
        return found

    @cached_property
    def _steps(self) -> Mapping[Scope, Sequence[Step]]:
        """The instances of modules that hold open resources, by the module that calls them."""
        found: defaultdict[Scope, dict[Step, None]] = defaultdict(dict)
        for it in self._open:
            for depth, step in enumerate(it.scope):
                found[it.scope[:depth]][step] = None
        return {scope: tuple(steps) for scope, steps in found.items()}

    def _follow(self, expression: Any, wanted: str, scope: Scope, each: Any, depth: int) -> Iterator[str | None]:
        """Yield addresses, and None for what cannot be followed."""
        if depth > _DEEPEST:
            yield None
            return
        for place in map(parsed, references(expression)):
            match place.kind:
                case "resource":
                    yield from self._resources(place, wanted, scope)
                case "var":
                    # A variable of the root module has a value when the plan is made, and so has a default.
                    call = self._call(scope[:-1], scope[-1].name) if scope else None
                    if call is not None and place.name in call.expressions:
                        given = call.expressions[place.name]
                        yield from self._follow(given, wanted, scope[:-1], call.for_each_expression, depth + 1)
                case "each" if place.name == "value":
                    yield from self._follow(each, wanted, scope, None, depth + 1)
                case "module":
                    yield from self._outputs(place, wanted, scope, depth)
                case "local":
                    # The document does not hold locals.
                    yield None

    def _resources(self, place: Place, wanted: str, scope: Scope) -> Iterator[str | None]:
        if place.type.removeprefix("data.") != wanted:
            # The id of something else is no id of what is wanted; its other attributes may hold any.
            if place.rest != "id":
                yield None
            return
        for it in self._by_place.get((scope, place.type, place.name), ()):
            if place.key is None or it.key == place.key:
                yield it.address

    def _outputs(self, place: Place, wanted: str, scope: Scope, depth: int) -> Iterator[str | None]:
        call = self._call(scope, place.name)
        name = parsed(f"output.{place.rest}").name if place.rest else ""
        output = None if call is None else call.module.outputs.get(name)
        if output is None:
            yield None
            return
        for step in self._steps.get(scope, ()):
            if step.name == place.name and (place.key is None or step.key == place.key):
                yield from self._follow(output.expression, wanted, (*scope, step), None, depth + 1)
