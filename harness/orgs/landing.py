"""Whether what a plan promised is what an org has: after an apply that may have succeeded by half.

The provider applies a queue's codes after the queue itself, in chunks, so that an apply can stop between the two.

Source:
    `platform.md` section 10.1.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from harness.model import Agent, Division, Org, Prompt, Queue, Skill, WrapUpCode, is_known
from harness.model.ids import is_address, is_undetermined
from harness.model.names import printable
from harness.model.org import Resource
from harness.orgs.phrases import code_name, flag_set, milliseconds
from harness.orgs.plan import Plan, PlannedResource
from harness.orgs.references import CODE, DIVISION, MAPPINGS, QUEUE, SKILL, USER

__all__ = ["Landing", "State", "landings"]

State: TypeAlias = Literal["landed", "differs", "missing", "unclear"]

_Entity: TypeAlias = WrapUpCode | Queue | Skill | Division | Agent

_KINDS: Mapping[str, tuple[str, Resource]] = {
    CODE: ("code", "wrapupcodes"),
    QUEUE: ("queue", "queues"),
    SKILL: ("skill", "skills"),
    USER: ("agent", "users"),
    DIVISION: ("division", "divisions"),
    MAPPINGS: ("outbound mapping", "outbound_mapping"),
}


@dataclass(frozen=True)
class Landing:
    """One resource of a plan, held against the org. All text is safe to print.

    Attributes:
        label: For example `queue Billing`.
        address: The resource's.
        state: `differs`: it is there, and not as promised; `unclear`: the plan or the org does not tell enough.
        details: What differs, or why it is unclear, each a phrase.
    """

    label: str
    address: str
    state: State
    details: tuple[str, ...] = ()


def landings(plan: Plan, org: Org) -> list[Landing]:
    """Hold every resource of a plan against an org, in the plan's order.

    What the plan does not know, and what the configuration leaves to the platform, is not promised.

    Args:
        plan: What was promised.
        org: What is there, recorded or live after the apply.
    """
    comparison = _Comparison(plan, org)
    return [comparison.landing(it) for it in plan.resources if it.action not in ("forget", "read")]


class _Comparison:
    def __init__(self, plan: Plan, org: Org) -> None:
        self._plan = plan.org
        self._org = org
        self._planned = {kind: {it.id: it for it in listed} for kind, listed in _listed(plan.org).items()}
        self._there = {kind: {it.id: it for it in listed} for kind, listed in _listed(org).items()}
        self._replaced = {it.id_before for it in plan.resources if it.action in ("delete", "replace")}
        self._by_name = {kind: _named(listed) for kind, listed in _listed(org).items()}
        # Id in the plan → id in the org.
        self._ids: dict[str, str] = {}
        for resource in plan.resources:
            found = self._find(resource)
            if found is not None and resource.id_after is not None:
                self._ids[resource.id_after] = found.id

    def landing(self, resource: PlannedResource) -> Landing:
        kind, listing = _KINDS[resource.type]
        planned = self._planned.get(resource.type, {}).get(resource.id_after or "")
        found = self._find(resource)
        name = planned.name if planned is not None and is_known(planned.name) else resource.name_before
        if resource.type == USER:
            name = None if planned is None else planned.name
        label = kind if resource.type == MAPPINGS else f"{kind} {printable(name or resource.id_before or '?')}"

        def result(state: State, *details: str) -> Landing:
            address = resource.type if resource.type == USER else printable(resource.address)
            return Landing(label, address, state, tuple(map(printable, details)))

        gap = self._org.gap(listing)
        if resource.type == MAPPINGS:
            return self._mapping(resource, gap, result)
        if resource.id_after is None:
            old = self._there[resource.type].get(resource.id_before or "")
            if old is None or (isinstance(old, Agent) and is_known(old.state) and old.state == "deleted"):
                return result("landed") if gap is None else result("unclear", gap)
            return result("differs", "was to be deleted and is still there")
        if planned is None:
            return result("unclear", "the plan does not hold it")
        if found is None:
            if gap is not None:
                return result("unclear", gap)
            if not is_known(planned.name):
                return result("unclear", f"its name cannot be told: {planned.name.why}")
            if resource.type == USER and is_address(planned.id):
                return result("unclear", "a new user cannot be told from others: people have no names here")
            if len(self._by_name[resource.type].get(planned.name, ())) > 1:
                return result("unclear", "several carry its name")
            return result("missing", "is not in the org")
        differing: list[str] = []
        unclear: list[str] = []
        for sure, phrase in self._differences(resource, planned, found):
            (differing if sure else unclear).append(phrase)
        if differing:
            return result("differs", *differing, *unclear)
        return result("unclear", *unclear) if unclear else result("landed")

    # -- recognising --------------------------------------------------------------------------------------------

    def _find(self, resource: PlannedResource) -> _Entity | None:
        planned = self._planned.get(resource.type, {}).get(resource.id_after or "")
        if planned is None or resource.id_after is None:
            return None
        there = self._there[resource.type]
        if resource.id_after in there or not is_address(resource.id_after):
            return there.get(resource.id_after)
        return self._only(resource.type, planned)

    def _only(self, resource_type: str, planned: _Entity) -> _Entity | None:
        """Return the only entity of the org that carries a planned one's name; people's names are not compared."""
        if resource_type == USER or not is_known(planned.name):
            return None
        alike = [it for it in self._by_name[resource_type].get(planned.name, ()) if it.id not in self._replaced]
        return alike[0] if len(alike) == 1 else None

    def _translated(self, resource_type: str, entity_id: str) -> str | None:
        """Return the id that something of the plan has in the org, or None when it cannot be told."""
        found = self._ids.get(entity_id)
        if found is not None or not is_address(entity_id):
            return found or entity_id
        planned = self._planned[resource_type].get(entity_id)
        alike = None if planned is None else self._only(resource_type, planned)
        return None if alike is None else alike.id

    # -- comparing ----------------------------------------------------------------------------------------------

    def _differences(self, resource: PlannedResource, planned: _Entity, found: _Entity) -> Iterator[tuple[bool, str]]:
        """Yield what differs, and whether that is sure."""
        if not isinstance(planned, Agent) and not isinstance(found, Agent):
            yield from _value("name", planned.name, lambda: found.name)
        match planned, found:
            case WrapUpCode(), WrapUpCode():
                yield from _value("description", planned.description, lambda: found.description)
                yield from self._division(resource, planned, found)
            case Queue(), Queue():
                yield from _value("description", planned.description, lambda: found.description)
                yield from self._division(resource, planned, found)
                yield from self._acw(resource, planned, found)
                evaluation = planned.evaluation_word
                yield from _value("skill evaluation", evaluation, lambda: found.evaluation_word)
                if "wrapup_codes" not in resource.unset:
                    yield from self._codes(planned, found)
            case Agent(), Agent() if "routing_skills" not in resource.unset and is_known(planned.skills):
                yield from self._skills(planned, found)

    def _division(
        self, resource: PlannedResource, planned: WrapUpCode | Queue, found: WrapUpCode | Queue
    ) -> Iterator[tuple[bool, str]]:
        if "division_id" in resource.unset or not is_known(planned.division):
            return
        wanted = self._translated(DIVISION, planned.division.id)
        if wanted is None:
            yield False, "its division cannot be told from others"
        elif not is_known(found.division):
            yield False, "the org does not show its division"
        elif found.division.id != wanted:
            name = found.division.name if is_known(found.division.name) else found.division.id
            yield True, f"division is '{name}'"

    def _acw(self, resource: PlannedResource, planned: Queue, found: Queue) -> Iterator[tuple[bool, str]]:
        yield from _value("prompt", planned.acw.prompt_word, lambda: found.acw.prompt_word)
        timeout = planned.acw.timeout_ms
        if "acw_timeout_ms" in resource.unset or not is_known(timeout) or timeout is None:
            return
        if is_known(planned.acw.prompt_word) and planned.acw.prompt_word in _TIMED:
            yield from _value("timeout", milliseconds(timeout), lambda: milliseconds(found.acw.timeout_ms))

    def _codes(self, planned: Queue, found: Queue) -> Iterator[tuple[bool, str]]:
        wanted = self._plan.offered.get(planned.id)
        there = self._org.offered.get(found.id)
        if wanted is None:
            return
        if there is None:
            yield False, "the org does not show its codes"
            return
        named = [it for it in wanted if not is_undetermined(it)]
        ids = {it: self._translated(CODE, it) for it in named}
        lacking = [self._code_name(it) for it, code_id in ids.items() if code_id is None or code_id not in there]
        more = [code_name(self._org, it) for it in there if it not in ids.values()]
        if lacking:
            yield True, f"codes are missing: {_quoted(sorted(lacking))}"
        if len(named) == len(wanted):
            if more:
                yield True, f"offers codes that were not planned: {_quoted(sorted(more))}"
        elif len(there) < len(set(ids.values())) + 1:
            yield True, f"offers {len(there)} codes, {len(wanted)} were planned"
        elif len(there) != len(wanted):
            yield False, f"offers {len(there)} codes, {len(wanted)} were planned, some of which may be the same"

    def _code_name(self, code_id: str) -> str:
        known_here = is_known(self._plan.code(code_id).name)
        return code_name(self._plan if known_here else self._org, code_id)

    def _skills(self, planned: Agent, found: Agent) -> Iterator[tuple[bool, str]]:
        if not is_known(found.skills):
            yield False, "the org does not show the agent's skills"
            return
        held = {it.id for it in found.skills}
        for skill in planned.skills:
            if self._translated(SKILL, skill.id) not in held:
                yield True, f"lacks the skill '{skill.name if is_known(skill.name) else skill.id}'"

    def _mapping(self, resource: PlannedResource, gap: str | None, result: Callable[..., Landing]) -> Landing:
        if resource.id_after is None:
            return result("landed")
        why = gap or self._plan.hidden.get("outbound_mapping")
        planned, found = self._plan.flags, self._org.flags
        if why is not None or planned is None:
            return result("unclear", why or "the plan does not hold it")
        if found is None:
            return result("missing", "the org has none")
        there = dict(found.mapping)
        details = [
            f"flags of code '{self._code_name(code_id)}' are {flag_set(there.get(wanted or '')) or 'not set'}"
            for code_id, flags in planned.mapping.items()
            for wanted in [self._translated(CODE, code_id)]
            if is_known(flags) and flag_set(there.get(wanted or "")) != flag_set(flags)
        ]
        if is_known(planned.default_set) and flag_set(planned.default_set) != flag_set(found.default_set):
            details.append(f"the default set is {flag_set(found.default_set)}")
        return result("differs", *details) if details else result("landed")


def _listed(org: Org) -> dict[str, Sequence[Any]]:
    return {CODE: org.codes, QUEUE: org.queues, SKILL: org.skills, USER: org.agents, DIVISION: org.divisions}


def _named(entities: Sequence[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for entity in entities:
        if is_known(entity.name):
            found.setdefault(entity.name, []).append(entity)
    return found


_TIMED = frozenset(prompt.value for prompt in Prompt if prompt.timed)


def _value(what: str, wanted: Any, read: Callable[[], Any]) -> Iterator[tuple[bool, str]]:
    """Yield that a value differs from what was promised; what the plan does not know was not promised."""
    if not is_known(wanted):
        return
    found = read()
    if not is_known(found):
        yield False, f"the org does not show its {what}"
    elif found != wanted:
        yield True, f"{what} is {_shown(found)}, {_shown(wanted)} was planned"


def _shown(value: Any) -> str:
    return "not set" if value is None else f"'{value}'"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
