"""From a rule as it is written to a rule that can be applied."""

from collections.abc import Mapping
from typing import Any, Final

from harness.checks.registry import Check, Need
from harness.errors import did_you_mean
from harness.model import KINDS, Kind
from harness.policy.inherit import Gathered, Item
from harness.policy.model import Effective, Rule
from harness.policy.parameters import converted, parameters_of, usage
from harness.policy.problems import shown
from harness.policy.scopes import Scopes
from harness.policy.shapes import Record, read
from harness.policy.tree import MappingNode, ScalarNode, written

__all__ = ["build_rules"]

_LATER: Final = {
    "usage": "rules about usage read evidence, which this version does not judge",
    "change": "rules about changes read the audit trail, which this version does not judge",
    "changes": "rules about changes read the audit trail, which this version does not judge",
}
_NEEDS: Final[Mapping[Need, str]] = {"catalogue": "a catalogue", "crm": "a CRM list"}


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
        self._refuse_warn_at(check)
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
        hint = did_you_mean(name, self._gathered.checks) or _LATER.get(name.partition(".")[0]) or self._families()
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
        if name in _LATER:
            self._file.problem(nodes["for"], f"no rule can be about a {name} yet", hint=_LATER[name])
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
        values = {name: converted(types[name], value) for name, value in given.values.items()}
        return values, {name: written(given.nodes[name]) for name in values}

    def _require(self, needs: frozenset[Need], check: Check | None) -> None:
        uses: Record | None = self._gathered.record.get("uses")
        for need in sorted(needs):
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

    def _refuse_warn_at(self, check: Check | None) -> None:
        nodes = self._record.nodes
        if "warn_at" in nodes and (check.family != "usage" if check else "expect" in nodes):
            what = f"{check.id if check else 'an expression'} measures nothing to warn at"
            self._file.problem(nodes["warn_at"], what, hint="only checks of the family usage measure; remove it")
