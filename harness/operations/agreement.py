"""What the business agreed, as operations take it: a catalogue file, or the policy that uses it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.checks import catalogue as checks
from harness.checks.outcome import outcome_on
from harness.errors import PolicyError, Problem, UsageError, did_you_mean
from harness.model import Catalogue, Crm, Definition, Org, Origin, is_system_code
from harness.model.names import fold, printable
from harness.policy import load_policy
from harness.policy.catalogue import load_catalogue
from harness.policy.problems import Problems

__all__ = ["Agreement", "chosen", "read_agreement", "refuse_ambiguous"]


@dataclass(frozen=True)
class Agreement:
    """What the business agreed.

    Attributes:
        crm: What the CRM accepts and how identifiers map to it, or None when only a catalogue was named.
    """

    catalogue: Catalogue
    crm: Crm | None = None


def read_agreement(path: Path) -> Agreement:
    """Return what a catalogue file says, or a policy with the files that it uses.

    Args:
        path: A policy (`*.policy.yaml`), or a catalogue in YAML, JSON (the guides' own fields) or CSV.

    Raises:
        PolicyError: If it cannot be acted on; with all problems.
    """
    if path.name.endswith(".policy.yaml"):
        policy = load_policy(path)
        if policy.catalogue is None:
            raise PolicyError([Problem(str(path), "the policy uses no catalogue", hint="name it under uses.catalogue")])
        return Agreement(policy.catalogue, policy.crm)
    problems = Problems()
    loaded = load_catalogue(str(path), problems)
    if problems or loaded is None:
        raise PolicyError(problems.listed())
    return Agreement(loaded[1])


def chosen(catalogue: Catalogue, wanted: Sequence[str]) -> tuple[Definition, ...]:
    """Return the definitions that some texts name, by identifier or name, in the catalogue's order; all when none do.

    Raises:
        UsageError: If a text names no definition.
    """
    if not wanted:
        return catalogue.definitions
    known = {text for it in catalogue.definitions for text in (it.name, it.identifier) if text is not None}
    for text in wanted:
        if text not in known:
            hint = did_you_mean(text, sorted(known)) or "it is looked for among identifiers and names"
            raise UsageError(f"{catalogue.path} has no definition '{printable(text)}'", hint)
    return tuple(it for it in catalogue.definitions if it.name in wanted or it.identifier in wanted)


def refuse_ambiguous(catalogue: Catalogue, definitions: Sequence[Definition]) -> None:
    """Refuse definitions that share a name or an identifier with another one, or that are about a system code.

    Raises:
        PolicyError: If there are any; with all of them.
    """
    agreed = Org(name="", origin=Origin(kind="live", location=""), catalogue=catalogue)
    problems = []
    for definition in definitions:
        for found in outcome_on(checks.unique, definition, agreed, {}).findings:
            problems.append(_problem(definition, found, "one identifier and one name stand for one code"))
        if is_system_code(definition.id or definition.name) or fold(definition.name) == "default wrap-up code":
            problems.append(_problem(definition, "the code is the platform's own", "it exists in every org"))
    if problems:
        raise PolicyError(problems)


def _problem(definition: Definition, what: str, hint: str) -> Problem:
    at = definition.position
    return Problem(at.path, f"'{printable(definition.name)}': {what}", at.line, at.column, hint=hint)
