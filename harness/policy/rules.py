"""From a rule as it is written to a rule that can be applied."""

from collections.abc import Callable, Mapping
from operator import gt, lt
from typing import Any, Final

from harness.checks.registry import Check, Need
from harness.errors import did_you_mean
from harness.model import KINDS, Kind
from harness.policy.inherit import Gathered, Item
from harness.policy.model import Effective, Rule
from harness.policy.parameters import converted, parameters_of, usage
from harness.policy.problems import shown
from harness.policy.scopes import Scopes
from harness.policy.shapes import INVALID, Record, read
from harness.policy.tree import MappingNode, ScalarNode, written
from harness.policy.values import SHARE

__all__ = ["build_rules"]

_THRESHOLDS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {"at_most": lt, "at_least": gt}
"""Parameters that a number is held against, and when another value of theirs is the stricter one."""

_NEEDS: Final[Mapping[Need, str]] = {
    "catalogue": "a catalogue",
    "crm": "a CRM list",
    "crm_export": "a CRM export",
}


def build_rules(gathered: Gathered, scopes: Scopes) -> tuple[Rule, ...]:
    """Return the rules in force; those with a problem, which is reported, are left out."""
    built = [_Builder(gathered, scopes, item).rule() for item in gathered.rules.values()]
    return tuple(rule for rule in built if rule is not None)


class _Builder:
    def __init__(self, gathered: Gathered, scopes: Scopes, item: Item[Record]) -> None:
        self._gathered = gathered
        self._scopes = scopes
        self._item = item
        self._record = item.value
        self._file = item.file

    def rule(self) -> Rule | None:
        record = self._record
        check = self._check()
        kind = check.kind if check else self._kind()
        parameters, texts = self._parameters(check) if check else ({}, {})
        effective = self._effective()
        warning = self._warning(check, parameters)
        if kind is None:
            return None
        self._require(check.needs if check else frozenset(kind.needs), check)
        where = self._expression("where", kind)
        expect = self._expression("expect", kind)
        if "id" not in record.values or "severity" not in record.values or (check is None and expect is None):
            return None
        return Rule(
            id=record.values["id"],
            title=record.get("title", check.title if check else expect.text if expect else ""),
            kind=kind,
            severity=record.values["severity"],
            position=self._file.position(record.node),
            check=check,
            parameters=parameters,
            parameters_text=texts,
            expect=expect,
            where=where,
            why=record.get("why"),
            fix=record.get("fix"),
            owner=record.get("owner"),
            controls=record.get("controls", ()),
            effective=effective,
            must_match=self._must_match(),
            warn_at=record.get("warn_at"),
            warning=warning,
        )

    def _check(self) -> Check | None:
        record, nodes = self._record, self._record.nodes
        if "check" not in nodes:
            return None
        for other in ("expect", "for"):
            if other in nodes:
                hint = "a rule has either 'check' (with 'with'), or 'for' and 'expect'"
                self._file.problem(nodes[other], f"the rule has both 'check' and '{other}'", hint=hint)
        name: Any = record.get("check")
        if name is None or name in self._gathered.checks:
            return self._gathered.checks.get(name)
        hint = did_you_mean(name, self._gathered.checks) or self._families()
        self._file.problem(nodes["check"], f"unknown check {shown(name)}", hint=hint)
        return None

    def _families(self) -> str:
        families = sorted({check.family for check in self._gathered.checks.values()})
        return f"there are checks of the families {', '.join(families)}" if families else "there are no checks"

    def _kind(self) -> Kind | None:
        record, nodes = self._record, self._record.nodes
        if "check" in nodes:
            return None
        if "with" in nodes:
            self._file.problem(nodes["with"], "'with' holds a check's parameters, and the rule has no 'check'")
        if "expect" not in nodes:
            missing = "'check' nor 'expect'" if "for" not in nodes else "'expect' for its 'for'"
            what = f"the rule has neither {missing}" if "for" not in nodes else f"the rule has no {missing}"
            self._file.problem(record.node, what, hint="a rule has either 'check' (with 'with'), or 'for' and 'expect'")
        elif "for" not in nodes:
            hint = f"add 'for' with the kind of subject: {', '.join(KINDS)}"
            self._file.problem(record.node, "the rule has 'expect' and no 'for'", hint=hint)
        name: Any = record.get("for")
        return KINDS.get(name) if name else None

    def _parameters(self, check: Check) -> tuple[dict[str, Any], dict[str, str]]:
        shape = parameters_of(check)
        node = self._record.nodes.get("with")
        if node is None:
            missing = [key.name for key in shape.keys if key.required]
            if missing:
                names = ", ".join(f"'{name}'" for name in missing)
                self._file.problem(self._record.at("check"), f"{check.id} needs 'with' for {names}", hint=usage(check))
            return {}, {}
        if not isinstance(node, MappingNode):
            return {}, {}
        given: Record = read(shape, node, self._file, "'with'")
        types = {parameter.name: parameter.annotation for parameter in check.parameters}
        arguments = {parameter.name: parameter.argument for parameter in check.parameters}
        values = {arguments[name]: converted(types[name], value) for name, value in given.values.items()}
        return values, {name: written(given.nodes[name]) for name in given.values}

    def _require(self, needs: frozenset[Need], check: Check | None) -> None:
        uses: Record | None = self._gathered.record.get("uses")
        for need in sorted(needs & _NEEDS.keys()):
            if uses is None or need not in uses.nodes:
                subject = check.id if check else f"a rule about a {self._record.get('for')}"
                self._file.problem(
                    self._record.at("check" if check else "for"),
                    f"{subject} needs {_NEEDS[need]}, and {self._gathered.file.path} uses none",
                    hint=f"add '{need}: <file>' under 'uses' there",
                )

    def _expression(self, key: str, kind: Kind) -> Any:
        node = self._record.nodes.get(key)
        if key not in self._record.values or not isinstance(node, ScalarNode):
            return None
        return self._scopes.compile(node, self._file, kind.name)

    def _effective(self) -> Effective:
        given: Record | None = self._record.get("effective")
        if given is None:
            return Effective()
        effective = Effective(since=given.get("from"), until=given.get("until"))
        if effective.since and effective.until and effective.since > effective.until:
            self._file.problem(given.at("until"), "'effective' ends before it begins", hint="swap 'from' and 'until'")
        return effective

    def _must_match(self) -> bool:
        """Return the rule's own word, else that of the nearest policy that says one."""
        nearest_first = [policy.get("must_match") for policy in reversed(self._item.through)]
        said = [word for word in (self._record.get("must_match"), *nearest_first) if word is not None]
        return said[0] if said else True

    def _warning(self, check: Check | None, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return `warn_at` as the threshold that it stands for; one that is not stricter is refused."""
        nodes = self._record.nodes
        node, text = nodes.get("warn_at"), self._record.get("warn_at")
        if node is None or text is None or (check is None and "expect" not in nodes):
            return {}
        names = [it.name for it in check.parameters if it.name in _THRESHOLDS] if check else []
        if check is None or check.kind.name != "usage" or not names:
            what = f"{check.id if check else 'an expression'} measures nothing to warn at"
            hint = "only checks of the family usage measure; remove it"
            if check is not None and check.kind.name == "usage":
                hint = "it has neither 'at_most' nor 'at_least'; remove it"
            self._file.problem(node, what, hint=hint)
            return {}
        share: Any = read(SHARE, node, self._file, "'warn_at'")
        name = names[0]
        if share is INVALID or name not in parameters:
            return {}
        if _THRESHOLDS[name](share, parameters[name]):
            return {name: share}
        what = f"{text} never warns before the rule fails: '{name}' is {written(_with(self._record, name))}"
        self._file.problem(node, what, hint=f"give a {'smaller' if name == 'at_most' else 'larger'} share")
        return {}


def _with(record: Record, name: str) -> ScalarNode:
    node: Any = record.nodes["with"]
    value: ScalarNode = node.entries[name].value
    return value
