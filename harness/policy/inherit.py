"""A policy file together with what it extends: rules, scopes and severities; the nearer file wins.

Waivers and `uses` are not inherited: a waiver is what one policy's owner accepted, and which catalogue is judged must
be read in the policy itself. The checks of one's own that an extended policy names come along with its rules.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from harness.checks.registry import Check
from harness.errors import did_you_mean
from harness.policy.documents import beside, read_document
from harness.policy.fields import POLICY
from harness.policy.model import UsedFile
from harness.policy.own_checks import load_checks
from harness.policy.problems import File, Problems, shown
from harness.policy.shapes import Record, read
from harness.policy.tree import MappingNode, Node, ScalarNode, SequenceNode, is_null

__all__ = ["Gathered", "Gatherer", "Item"]

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")

Place = tuple[str, int, int]
"""Path, line and column."""


@dataclass(frozen=True)
class Item(Generic[_V]):
    """One thing that can be inherited and overridden: a rule, a scope, a severity.

    Attributes:
        value: What was written.
        file: Where.
        node: Where in it.
        versions: The places of this and of every version that it overrides.
        through: The policies that brought it here, the one that it is written in first.
    """

    value: _V
    file: File
    node: Node
    versions: frozenset[Place]
    through: tuple[Record, ...]


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """A policy file with everything that it inherits.

    Attributes:
        record: The policy's own keys.
        file: The policy's own file.
        rules: In force, by id; a rule without a usable id has a stand-in for one.
        disabled: Ids of the rules that it does not want.
        scopes: Expressions by name.
        severities: (environment, severity) → the severity that replaces it.
        checks: All checks that its rules may name, by id.
        files: The files that were read for it.
        complete: Whether everything that it extends could be read.
    """

    record: Record
    file: File
    rules: Mapping[str, Item[Record]]
    disabled: frozenset[str]
    scopes: Mapping[str, Item[ScalarNode]]
    severities: Mapping[tuple[str, str], Item[str]]
    checks: Mapping[str, Check]
    files: tuple[UsedFile, ...]
    complete: bool


class Gatherer:
    """Reads policy files, each once."""

    def __init__(self, problems: Problems, checks: Mapping[str, Check]) -> None:
        self._problems = problems
        self._checks: Final = checks
        self._gathered: dict[Path, Gathered | None] = {}

    def gather(
        self, path: str, named: tuple[File, Node] | None = None, inside: tuple[Path, ...] = ()
    ) -> Gathered | None:
        """Return a policy with what it inherits, or None when it cannot be read, with its problems reported.

        Args:
            path: The policy.
            named: The policy that extends it, and where; None when the user named it.
            inside: The policies that are being read, outermost first.
        """
        identity = Path(path).resolve()
        if named is not None and identity in inside:
            names = [extending.name for extending in (*inside[inside.index(identity) :], identity)]
            named[0].problem(named[1], "policies extend each other", hint=f"by way of {' > '.join(names)}")
            return None
        if identity not in self._gathered:
            self._gathered[identity] = self._read(path, named, (*inside, identity))
        return self._gathered[identity]

    def _read(self, path: str, named: tuple[File, Node] | None, inside: tuple[Path, ...]) -> Gathered | None:
        document = read_document(path, self._problems, named)
        if document is None:
            return None
        file, root = document
        if not isinstance(root, MappingNode) or "policy" not in root.entries:
            file.problem(None, "not a policy: it has no top-level key 'policy'", hint="begin with 'policy: <its name>'")
            return None
        record: Record = read(POLICY, root, file, "'policy'")
        bases = [
            self.gather(beside(path, item.text), (file, item), inside) for item in _items(record.nodes.get("extends"))
        ]
        known = [base for base in bases if base is not None]
        own_files, checks = self._own_checks(record, known)
        own_rules = _own_rules(record)
        disabled = self._disabled(record, known, own_rules, complete=len(known) == len(bases))
        return Gathered(
            record=record,
            file=file,
            rules=_merge(
                record,
                [{key: _brought(rule, record) for key, rule in base.rules.items()} for base in known],
                own_rules,
                lambda rule_id: f"rule '{rule_id}'",
                disabled,
            ),
            disabled=disabled,
            scopes=_merge(record, [base.scopes for base in known], _own_scopes(record), lambda name: f"scope '{name}'"),
            severities=_merge(
                record,
                [base.severities for base in known],
                _own_severities(record),
                lambda key: f"severity '{key[1]}' of environment '{key[0]}'",
            ),
            checks=checks,
            files=tuple(
                dict.fromkeys(
                    used
                    for base in known
                    for used in (UsedFile("extends", base.file.path, base.file.sha256), *base.files)
                )
            )
            + own_files,
            complete=len(known) == len(bases) and all(base.complete for base in known),
        )

    def _own_checks(
        self, record: Record, bases: Sequence[Gathered]
    ) -> tuple[tuple[UsedFile, ...], Mapping[str, Check]]:
        checks = dict(self._checks)
        for base in bases:
            checks |= base.checks
        uses: Record | None = record.get("uses")
        used = []
        for item in _items(uses.nodes.get("checks") if uses else None):
            loaded = load_checks(beside(record.file.path, item.text), self._problems, (record.file, item))
            if loaded is None:
                continue
            file, found = loaded
            used.append(UsedFile("checks", file.path, file.sha256))
            for check_id, check in found.items():
                if checks.setdefault(check_id, check) is not check:
                    hint = "rename the file or the function"
                    record.file.problem(
                        item, f"'{item.text}' brings a check '{check_id}', which exists already", hint=hint
                    )
        return tuple(used), checks

    def _disabled(
        self, record: Record, bases: Sequence[Gathered], own: Mapping[str, Item[Record]], *, complete: bool
    ) -> frozenset[str]:
        inherited = {rule_id for base in bases for rule_id in base.rules}
        complete = complete and all(base.complete for base in bases)
        for item in _items(record.nodes.get("disable")):
            if item.text in own:
                record.file.problem(
                    item, f"rule {shown(item.text)} is written in this policy", hint="remove the rule itself"
                )
            elif complete and item.text not in inherited:
                hint = did_you_mean(item.text, inherited) or _ids_hint(inherited)
                record.file.problem(
                    item, f"rule {shown(item.text)} is not inherited, so it cannot be disabled", hint=hint
                )
        return frozenset(record.get("disable", ()))


def _ids_hint(ids: set[str]) -> str:
    return f"inherited are {', '.join(sorted(ids))}" if ids else "this policy inherits no rules"


def _items(node: Node | None) -> list[ScalarNode]:
    """Return the texts of a list; whatever else it holds was reported when it was read."""
    items = node.items if isinstance(node, SequenceNode) else ()
    return [item for item in items if isinstance(item, ScalarNode) and not is_null(item)]


def _brought(rule: Item[Record], by: Record) -> Item[Record]:
    return replace(rule, through=(*rule.through, by))


def _item(value: _V, record: Record, node: Node) -> Item[_V]:
    return Item(value, record.file, node, frozenset({(record.file.path, node.line, node.column)}), (record,))


def _own_rules(record: Record) -> dict[str, Item[Record]]:
    found: dict[str, Item[Record]] = {}
    for rule in record.get("rules", ()):
        rule_id = rule.get("id")
        if rule_id in found:
            first = found[rule_id].node.line
            record.file.problem(rule.at("id"), f"rule id '{rule_id}' is used twice", hint=f"first at line {first}")
        if rule_id is None or rule_id in found:
            rule_id = f"(line {rule.node.line})"  # it is still read, so that all of its problems are reported
        found[rule_id] = _item(rule, record, rule.node)
    return found


def _own_scopes(record: Record) -> dict[str, Item[ScalarNode]]:
    node = record.nodes.get("scopes")
    if not isinstance(node, MappingNode):
        return {}
    usable = record.get("scopes", {})
    return {
        name: _item(entry.value, record, entry.key)
        for name, entry in node.entries.items()
        if name in usable and isinstance(entry.value, ScalarNode)
    }


def _own_severities(record: Record) -> dict[tuple[str, str], Item[str]]:
    node = record.at("severities")
    return {
        (environment, severity): _item(replacement, record, node)
        for environment, replacements in record.get("severities", {}).items()
        for severity, replacement in replacements.items()
    }


def _merge(
    record: Record,
    bases: Sequence[Mapping[_K, Item[_V]]],
    own: Mapping[_K, Item[_V]],
    what: Callable[[_K], str],
    dropped: frozenset[Any] = frozenset(),
) -> dict[_K, Item[_V]]:
    """Return what is inherited, overridden in place by what is the policy's own, which comes last otherwise."""
    merged: dict[_K, Item[_V]] = {}
    for base in bases:
        for key, item in base.items():
            if key in dropped:
                continue
            other = merged.setdefault(key, item)
            if other.node is item.node or other.value == item.value or key in own:
                continue
            record.file.problem(
                record.at("extends"),
                f"{what(key)} comes from two policies: {other.file.path}:{other.node.line} "
                f"and {item.file.path}:{item.node.line}",
                hint="write it in this policy, which then wins",
            )
    for key, item in own.items():
        overridden = [base[key].versions for base in bases if key in base]
        merged[key] = replace(item, versions=item.versions.union(*overridden))
    return merged
