"""The JSON Schema for editors agrees with the loader, which is the judge."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.checks import registered
from harness.errors import PolicyError
from harness.policy import load_policy, policy_schema
from harness.policy.problems import File, Problems
from harness.policy.tree import MappingNode, Node, RefusedNode, ScalarNode, SequenceNode, is_null
from harness.policy.yaml import compose_yaml
from tests.policy.bad_policies import BAD
from tests.policy.conftest import TODAY, Folder
from tests.policy.samples import BASE, FILES, POLICY

SUITES = sorted(Path(__file__).parents[2].glob("suites/**/*.policy.yaml"))


def as_an_editor_sees_it(node: Node) -> Any:
    """Return the value that YAML 1.2's core schema gives a tree; editors validate that."""
    match node:
        case MappingNode():
            return {key: as_an_editor_sees_it(entry.value) for key, entry in node.entries.items()}
        case SequenceNode():
            return [as_an_editor_sees_it(item) for item in node.items]
        case ScalarNode() if node.style:
            return node.text
        case ScalarNode() if re.fullmatch(r"[-+]?[0-9]+", node.text):
            return int(node.text)
        case ScalarNode() if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", node.text):
            return float(node.text)
        case ScalarNode() if node.text.lower() in ("true", "false"):
            return node.text.lower() == "true"
        case ScalarNode() if is_null(node):
            return None
        case ScalarNode():
            return node.text
        case RefusedNode():
            return None


def refusals(text: str) -> list[str]:
    root = compose_yaml(File("p", text, "", Problems()))
    assert root is not None
    validator = jsonschema_rs.Draft202012Validator(policy_schema())
    return [error.message for error in validator.iter_errors(as_an_editor_sees_it(root))]


def test_the_schema_is_a_schema() -> None:
    jsonschema_rs.meta.validate(policy_schema())


@pytest.mark.parametrize("text", [POLICY, BASE, *(path.read_text(encoding="utf-8") for path in SUITES)])
def test_good_policies_satisfy_the_schema(text: str) -> None:
    assert refusals(text) == []


# What only the loader can know: names of rules, checks that are not there yet, scopes, files, dates, what a text says.
ONLY_THE_LOADER = {
    "windows without a length",
    "empty file", "duplicate key", "text cut at a comma", "duplicate rule id", "warnings that never come", "misused uses",
    "missing files", "a folder as file", "warn_at of what is not measured", "waiver for an unknown rule", "time zone",
    "waiver for a rule like none", "waiver in a policy without rules", "waiver that holds too long",
    "a reconciliation with nothing", "two waivers of one finding", "aliases where values are wanted", "a misspelt variable", "a type error in an expression", "not YAML",
}  # fmt: skip


# Files of which an editor has no value to validate, or another one than the loader.
NO_VALUES = {"empty file", "not YAML", "text cut at a comma", "aliases where values are wanted"}


@pytest.mark.parametrize("name", sorted(BAD.keys() - ONLY_THE_LOADER))
def test_what_has_the_wrong_form_is_refused_by_the_schema_too(name: str) -> None:
    """An author should see it while typing, not when the gate runs."""
    assert refusals(BAD[name][0]) != []


@pytest.mark.parametrize("name", sorted(ONLY_THE_LOADER - NO_VALUES))
def test_what_only_the_loader_can_know_passes_the_schema(name: str) -> None:
    """If one of these fails, the schema learned something: move it out of the list."""
    assert refusals(BAD[name][0]) == []


def test_every_check_is_offered_with_its_title() -> None:
    offered = {entry["const"]: entry["description"] for entry in policy_schema()["$defs"]["check"]["oneOf"]}
    assert offered == {check.id: f"{check.title} (about a {check.kind.name})" for check in registered().values()}


def test_parameters_are_described_by_the_checks_docstring() -> None:
    branch = next(
        branch
        for branch in policy_schema()["$defs"]["rule"]["allOf"]
        if branch["if"]["properties"]["check"]["const"] == "naming.max_length"
    )
    limit = branch["then"]["properties"]["with"]["properties"]["limit"]
    assert limit["type"] == "integer"
    assert limit["description"].startswith("Longest allowed name, in characters")


def test_a_policy_with_checks_of_its_own_may_name_them() -> None:
    rule = "rules: [{id: A, check: ours.one, severity: minor}]"
    assert refusals(f"policy: P\n{rule}") != []
    assert refusals(f"policy: P\nuses: {{checks: [ours.py]}}\n{rule}") == []
    assert refusals(f"policy: P\nextends: [b.policy.yaml]\n{rule}") == []


def test_a_schema_can_be_made_for_other_checks() -> None:
    schema = policy_schema({"naming.unique": registered()["naming.unique"]})
    assert [entry["const"] for entry in schema["$defs"]["check"]["oneOf"]] == ["naming.unique"]


SCALARS = st.sampled_from(
    [None, True, 0, 3, -1, 0.5, 1.5, "", "x", "120s", "5%", "2026-01-01", "minor", "queue", "sales"]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["from", "id", "x"]), inner, max_size=2)
    ),
    max_leaves=3,
)
GOOD: Any = as_an_editor_sees_it(compose_yaml(File("p", POLICY, "", Problems())) or RefusedNode(1, 1))


@st.composite
def mutants(draw: st.DrawFn) -> Any:
    """Return the good policy with a few values replaced, removed or added, anywhere."""
    policy = json.loads(json.dumps(GOOD))
    for _ in range(draw(st.integers(1, 3))):
        at = policy
        while True:
            keys = list(at) if isinstance(at, dict) else list(range(len(at)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            inner = at[key]
            if isinstance(inner, dict | list) and inner and draw(st.booleans()):
                at = inner
                continue
            match draw(st.sampled_from(["replace", "remove", "add"])):
                case "replace":
                    at[key] = draw(VALUES)
                case "remove":
                    del at[key]
                case "add" if isinstance(at, dict):
                    at[draw(st.sampled_from(["x", "where", "with", "until", "title", "for"]))] = draw(VALUES)
                case _:
                    at.append(draw(VALUES))
            break
    return policy


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(mutants())
def test_what_the_schema_refuses_the_loader_refuses_too(folder: Folder, policy: Any) -> None:
    """Red in the editor and green in the gate would teach authors to ignore the editor."""
    folder.write({**FILES, "m.policy.yaml": json.dumps(policy)})
    if not jsonschema_rs.Draft202012Validator(policy_schema()).is_valid(policy):
        with pytest.raises(PolicyError):
            load_policy("m.policy.yaml", today=TODAY)
