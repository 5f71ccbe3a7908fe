"""From policy files to policies that can be acted on, or to everything that is wrong with them at once."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from harness.errors import PolicyError
from harness.model import Catalogue, Crm
from harness.model.usage import CrmExport
from harness.model.verdict import Severity
from harness.policy.catalogue import load_catalogue
from harness.policy.crm import load_dispositions, load_mapping, refuse_contradictions
from harness.policy.documents import beside, read_file
from harness.policy.inherit import Gathered, Gatherer, Item
from harness.policy.model import Policy, UsedFile
from harness.policy.own_checks import installed_checks
from harness.policy.problems import File, Problems
from harness.policy.rules import build_rules
from harness.policy.scopes import Scopes
from harness.policy.shapes import Record
from harness.policy.tree import MappingNode, Node, ScalarNode
from harness.policy.waivers import build_waivers
from harness.policy.yaml import LARGEST_YAML, compose_yaml

__all__ = ["is_policy", "load_policies", "load_policy"]

_UTC = ZoneInfo("UTC")
_POLICY_KEY = re.compile(r"""^\s*[{]?\s*["']?policy["']?\s*:""", re.MULTILINE)


def is_policy(path: Path | str) -> bool:
    """Tell whether a file is a policy of ours: whether it has a top-level key `policy`.

    A file that cannot be told to be somebody else's (it is empty, unreadable, no text) counts as ours, so that
    loading it says what is wrong.
    """
    problems = Problems()
    file = read_file(str(path), problems, largest=LARGEST_YAML)
    if file is None or not file.text.strip():
        return True
    root = compose_yaml(file)
    if root is None:
        return _POLICY_KEY.search(file.text) is not None
    return isinstance(root, MappingNode) and "policy" in root.entries


def load_policy(path: Path | str, *, today: date | None = None) -> Policy:
    """Return one policy with everything that it uses.

    Args:
        path: The file.
        today: What the longest time of waivers is counted from; None means today in the policy's time zone.

    Raises:
        PolicyError: If it, or a file that it uses, cannot be acted on.
    """
    return load_policies([path], today=today)[0]


def load_policies(paths: Sequence[Path | str], *, today: date | None = None) -> tuple[Policy, ...]:
    """Return the policies of a run, in the order given.

    Args:
        paths: The files.
        today: What the longest time of waivers is counted from; None means today in each policy's time zone.

    Raises:
        PolicyError: If any of them, or a file that they use, cannot be acted on, or if two of them use one rule id
            for different rules. It holds all problems of all files.
    """
    problems = Problems()
    gatherer = Gatherer(problems, installed_checks(problems))
    gathered = [gatherer.gather(Path(path).as_posix()) for path in paths]
    loader = _Loader(problems, today)
    policies = [loader.policy(found) for found in gathered if found is not None]
    _refuse_repeated_ids([found for found in gathered if found is not None])
    if problems:
        raise PolicyError(problems.listed())
    return tuple(policies)


def _refuse_repeated_ids(policies: Sequence[Gathered]) -> None:
    """Report rule ids that two policies use; a rule and its override, or one base's rule in both, are one rule."""
    seen: dict[str, Item[Record]] = {}
    for policy in policies:
        for rule_id, rule in policy.rules.items():
            if "id" not in rule.value.values:
                continue
            first = seen.setdefault(rule_id, rule)
            if not first.versions & rule.versions:
                rule.file.problem(
                    rule.value.at("id"),
                    f"rule id '{rule_id}' is also used at {first.file.position(first.node)}",
                    hint="rule ids are unique across all policies of a run",
                )


class _Loader:
    def __init__(self, problems: Problems, today: date | None) -> None:
        self._problems = problems
        self._today = today
        self._catalogues: dict[str, tuple[File, Catalogue] | None] = {}

    def policy(self, gathered: Gathered) -> Policy:
        record = gathered.record
        timezone = record.get("timezone", _UTC)
        scopes = Scopes(gathered.scopes)
        rules = build_rules(gathered, scopes)
        scopes.compile_unused()
        files: list[UsedFile] = []
        catalogue = self._catalogue(record, files)
        crm = self._crm(record, catalogue, files)
        uses: Record | None = record.get("uses")
        evidence = uses.get("evidence") if uses else None
        return Policy(
            name=record.get("policy", ""),
            path=gathered.file.path,
            sha256=gathered.file.sha256,
            rules=rules,
            waivers=build_waivers(gathered, self._today or datetime.now(timezone).date()),
            files=(*gathered.files, *files),
            catalogue=catalogue[1] if catalogue else None,
            crm=crm,
            owner=record.get("owner"),
            version=record.get("version"),
            timezone=timezone,
            environments=_environments(gathered),
            evidence=beside(gathered.file.path, evidence) if evidence else None,
            crm_export=_crm_export(record),
            checks=gathered.checks,
        )

    def _catalogue(self, record: Record, files: list[UsedFile]) -> tuple[File, Catalogue] | None:
        named = _named(record, "catalogue")
        if named is None:
            return None
        path = beside(record.file.path, named.text)
        if path not in self._catalogues:
            self._catalogues[path] = load_catalogue(path, self._problems, (record.file, named))
        loaded = self._catalogues[path]
        if loaded:
            files.append(UsedFile("catalogue", loaded[0].path, loaded[0].sha256))
        return loaded

    def _crm(self, record: Record, catalogue: tuple[File, Catalogue] | None, files: list[UsedFile]) -> Crm | None:
        dispositions, mapped = None, None
        uses: Record | None = record.get("uses")
        given = uses.get("crm") if uses else None
        if given is not None and uses is not None:
            options: Mapping[str, Any] = given.values if isinstance(given, Record) else {"file": given}
            at: Node = given.at("file") if isinstance(given, Record) else uses.at("crm")
            if "file" in options:
                dispositions = load_dispositions(
                    beside(record.file.path, options["file"]),
                    self._problems,
                    (record.file, at),
                    column=options.get("column"),
                    field=options.get("field"),
                )
        if dispositions:
            files.append(UsedFile("crm", dispositions[0].path, dispositions[0].sha256))
        if named := _named(record, "crm_mapping"):
            mapped = load_mapping(beside(record.file.path, named.text), self._problems, (record.file, named))
        if mapped:
            files.append(UsedFile("crm_mapping", mapped[0].path, mapped[0].sha256))
            if catalogue:
                refuse_contradictions(catalogue[1], *mapped)
        if dispositions is None and mapped is None:
            return None
        return Crm(
            dispositions=dispositions[1] if dispositions else None,
            mapping={identifier: value for identifier, (value, _) in mapped[1].items()} if mapped else {},
            path=dispositions[0].path if dispositions else None,
        )


def _crm_export(record: Record) -> CrmExport | None:
    uses: Record | None = record.get("uses")
    given = uses.get("crm_export") if uses else None
    options: Mapping[str, Any] = given.values if isinstance(given, Record) else {"file": given}
    if options.get("file") is None:
        return None
    columns = {name: options[name] for name in ("conversation", "disposition") if name in options}
    return CrmExport(beside(record.file.path, options["file"]), **columns)


def _named(record: Record, use: str) -> ScalarNode | None:
    uses: Record | None = record.get("uses")
    node = uses.nodes.get(use) if uses and use in uses.values else None
    return node if isinstance(node, ScalarNode) else None


def _environments(gathered: Gathered) -> Mapping[str, Mapping[Severity, Severity]]:
    environments: dict[str, dict[Any, Any]] = {}
    for (environment, severity), item in gathered.severities.items():
        environments.setdefault(environment, {})[severity] = item.value
    return environments
