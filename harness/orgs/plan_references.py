"""Resolving what a plan leaves open: ids that will be known after apply, by what the configuration refers to.

A code that is made by the plan has no id yet, so a queue's set of codes shows null in its place. The configuration says
which resources the set refers to. Where these are as many as the nulls, they are what will be there; otherwise it is
known that there will be codes, and how many, but not which.

Source:
    `platform.md` section 10.2: sets are not in the order of their references, `for` expressions give the base address
    only, locals are not part of the document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from harness.orgs.blocks import Reference, Undetermined
from harness.orgs.plan_configuration import PlanConfiguration, Scope, Targets
from harness.orgs.plan_document import Configured
from harness.orgs.plan_values import LATER, merged
from harness.orgs.references import CODE, DIVISION, GROUP, LANGUAGE, SKILL, SKILL_GROUP, TEAM, USER

__all__ = ["LEFT_TO_THE_PLATFORM", "Written", "resolved"]

LEFT_TO_THE_PLATFORM = frozenset(
    {"wrapup_codes", "members", "routing_skills", "routing_languages", "division_id", "acw_timeout_ms"}
)
"""Attributes that are optional and computed: when they are not set, Terraform does not manage them.

Source:
    `platform.md` section 10.1.
"""

_SETS = {"wrapup_codes": CODE, "groups": GROUP, "teams": TEAM, "skill_groups": SKILL_GROUP}
"""Attribute that holds ids → the type of what they are of."""

_ENTRIES = {
    "members": ("user_id", USER),
    "routing_skills": ("skill_id", SKILL),
    "routing_languages": ("language_id", LANGUAGE),
    "mappings": ("wrapup_code_id", CODE),
}
"""Attribute that holds objects → their attribute that holds an id, and the type of what it is of."""


@dataclass(frozen=True)
class Written:
    """How the instances of a resource are written in the configuration.

    Attributes:
        block: None when the document does not show it.
        scope: The modules it is in.
    """

    block: Configured | None
    scope: Scope
    configuration: PlanConfiguration
    _targets: dict[tuple[int, str], Targets] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def unset(self) -> frozenset[str]:
        """The attributes that are left to the platform; none when the block is not shown."""
        if self.block is None:
            return frozenset()
        return frozenset(key for key in LEFT_TO_THE_PLATFORM if _is_unset(self.block.expressions.get(key)))

    def targets(self, expression: Any, resource_type: str) -> Targets:
        """Return what an expression of the block may take ids from, and whether from nothing else."""
        # An expression of the block lives as long as the block, so that its identity stands for it: thousands of
        # instances ask the same.
        key = (id(expression), resource_type)
        found = self._targets.get(key)
        if found is None:
            each = None if self.block is None else self.block.for_each_expression
            found = self.configuration.targets(expression, resource_type, self.scope, each)
            self._targets[key] = found
        return found


def _is_unset(expression: Any) -> bool:
    return expression is None or (isinstance(expression, dict) and expression.get("constant_value", expression) is None)


def resolved(attributes: Mapping[str, Any], written: Written) -> dict[str, Any]:
    """Return a resource's attributes with references in place of ids that will be known after apply.

    An attribute that is not known and not set is dropped: it is left to the platform.

    Args:
        attributes: With `Undetermined` in place of what is not known.
        written: How the resource is written in the configuration.
    """
    found = dict(attributes)
    for key in LEFT_TO_THE_PLATFORM & found.keys():
        if found[key] is None or (isinstance(found[key], Undetermined) and key in written.unset):
            del found[key]
    if written.block is None:
        return found
    expressions = written.block.expressions
    for key, resource_type in _SETS.items():
        if isinstance(found.get(key), list):
            found[key] = _elements(found[key], written, expressions.get(key), resource_type)
    if isinstance(found.get("division_id"), Undetermined):
        addresses, exhaustive = written.targets(expressions.get("division_id"), DIVISION)
        if exhaustive and len(addresses) == 1:
            found["division_id"] = Reference(addresses[0])
    for key, (reference, resource_type) in _ENTRIES.items():
        if isinstance(found.get(key), list):
            found[key] = _entries(found[key], reference, written, expressions.get(key), resource_type)
    return found


def _elements(values: list[Any], written: Written, expression: Any, resource_type: str) -> list[Any]:
    known = [it for it in values if it is not LATER]
    number = len(values) - len(known)
    if not number:
        return values
    addresses, exhaustive = written.targets(expression, resource_type)
    if not exhaustive:
        # Whatever it takes them from: so many ids cannot come from fewer resources, if all are different.
        addresses = written.configuration.all_of(resource_type)
    if len(addresses) == number or (exhaustive and 0 < len(addresses) < number):
        return [*known, *map(Reference, addresses)]
    return values


def _entries(values: Sequence[Any], reference: str, written: Written, expression: Any, resource_type: str) -> list[Any]:
    entries: list[Any] = [{reference: it} if isinstance(it, Undetermined) else it for it in values]
    unresolved = [it for it in entries if isinstance(it, dict) and it.get(reference) is LATER]
    blocks = _blocks(expression, reference)
    if blocks:
        choices = [(it, written.targets(it.get(reference), resource_type)) for it in blocks]
        named = [(block, addresses[0]) for block, (addresses, sure) in choices if sure and len(addresses) == 1]
        certain = len(named) == len([1 for _, (addresses, sure) in choices if addresses or not sure])
    else:
        addresses, sure = written.targets(expression, resource_type)
        named = [({}, address) for address in addresses]
        certain = sure and len(addresses) == 1
    if not certain or len(named) != len(unresolved):
        return entries
    # Sets are in no order: entries and blocks that agree in everything else are paired in any way.
    for entry in unresolved:
        alike = [it for it in unresolved if _agree(it, entry, reference)]
        fitting = [address for block, address in named if _fits(block, entry, reference)]
        if len(fitting) != len(alike):
            return entries
    taken: set[int] = set()
    for entry in unresolved:
        number = next(n for n, (block, _) in enumerate(named) if n not in taken and _fits(block, entry, reference))
        taken.add(number)
        entry[reference] = Reference(named[number][1])
    return entries


def _blocks(expression: Any, reference: str) -> list[dict[str, Any]]:
    if not isinstance(expression, list):
        return []
    return [it for it in expression if isinstance(it, dict) and reference in it]


def _agree(one: Mapping[str, Any], other: Mapping[str, Any], reference: str) -> bool:
    return {k: v for k, v in one.items() if k != reference} == {k: v for k, v in other.items() if k != reference}


def _fits(block: Mapping[str, Any], entry: Mapping[str, Any], reference: str) -> bool:
    """Tell whether an entry may be what a block says: all that is constant in it agrees."""
    for key, expression in block.items():
        if key != reference and isinstance(expression, dict) and "constant_value" in expression:
            constant = merged(expression["constant_value"])
            held = entry.get(key)
            if isinstance(constant, list) and isinstance(held, list):
                if sorted(map(str, constant)) != sorted(map(str, held)):
                    return False
            elif constant != held:
                return False
    return True
