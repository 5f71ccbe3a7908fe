"""A policy as it is acted on: every name resolved, every expression compiled, every parameter converted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from harness.checks.registry import Check
from harness.model import Catalogue, Crm, Identity, Kind, Position
from harness.model.names import matches
from harness.model.usage import CrmExport
from harness.model.verdict import Severity
from harness.policy.expressions import Expression

__all__ = ["Effective", "Policy", "Rule", "UsedFile", "Waiver"]


@dataclass(frozen=True, kw_only=True)
class Effective:
    """The days on which a rule applies, both ends included; None is open."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A check, or an expression, applied to a scope.

    Exactly one of `check` and `expect` is set.

    Attributes:
        id: Unique across all policies of a run; what auditors quote.
        title: The compliant state in a sentence.
        kind: The kind of its subjects.
        position: Where it is written (in the file that it comes from, which may be an extended one).
        check: The check, or None.
        parameters: The check's `with:`, converted to the types of its signature; defaults are left out.
        parameters_text: The same as the policy wrote it, for reports.
        expect: The expression that must be true, or None.
        where: The scope, with named scopes filled in; None means every subject.
        must_match: Whether an empty scope is *unknown* rather than *not applicable*.
        warn_at: The text of `warn_at`, for measured rules.
        warning: The same as the parameter of the check that it replaces, stricter.
    """

    id: str
    title: str
    kind: Kind
    severity: Severity
    position: Position
    check: Check | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    parameters_text: Mapping[str, str] = field(default_factory=dict)
    expect: Expression | None = None
    where: Expression | None = None
    why: str | None = None
    fix: str | None = None
    owner: str | None = None
    controls: tuple[str, ...] = ()
    effective: Effective = field(default_factory=Effective)
    must_match: bool = True
    warn_at: str | None = None
    warning: Mapping[str, Any] = field(default_factory=dict)

    @property
    def applies(self) -> str:
        """The check with its parameters, or the expression, as a reader would say it."""
        if self.expect is not None:
            return self.expect.text
        written = ", ".join(f"{name}: {text}" for name, text in self.parameters_text.items())
        name = self.check.id if self.check else ""
        return f"{name} ({written})" if written else name


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """A finding that was accepted until a day, by somebody, for a reason.

    Attributes:
        subject: A label as reports print it; `*` and `?` are wildcards.
        id: The platform's id, so that a rename keeps the waiver; None when not given.
        until: The last day it holds, in the policy's time zone.
    """

    rule: str
    subject: str
    until: date
    by: str
    reason: str
    position: Position
    id: str | None = None
    approved_by: str | None = None
    ticket: str | None = None

    def covers(self, label: str, identity: Identity) -> bool:
        """Tell whether it speaks about a subject: by id when it has one, else by label."""
        if self.id is not None and identity.id is not None:
            return self.id == identity.id
        return matches(self.subject, label)


class UsedFile(msgspec.Struct, frozen=True):
    """A file that the policy uses, and the SHA-256 of its bytes in hex."""

    role: Literal["policy", "extends", "catalogue", "crm", "crm_mapping", "checks"]
    path: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One policy file with everything that it uses.

    Attributes:
        path: As the user named it.
        rules: In force: inherited first, overridden in place, disabled ones left out.
        environments: Environment → the severities that it replaces.
        evidence: The folder of evidence, or None.
        crm_export: The CRM's records of conversations, or None.
        checks: All checks that its rules may name, by id: ours, installed ones, and its own.
    """

    name: str
    path: str
    sha256: str
    rules: tuple[Rule, ...]
    waivers: tuple[Waiver, ...] = ()
    files: tuple[UsedFile, ...] = ()
    catalogue: Catalogue | None = None
    crm: Crm | None = None
    owner: str | None = None
    version: str | None = None
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    environments: Mapping[str, Mapping[Severity, Severity]] = field(default_factory=dict)
    evidence: str | None = None
    crm_export: CrmExport | None = None
    checks: Mapping[str, Check] = field(default_factory=dict)

    def severity_of(self, rule: Rule, environment: str | None) -> Severity:
        """Return a rule's severity in an environment; what the environment does not name stays."""
        return self.environments.get(environment or "", {}).get(rule.severity, rule.severity)
