"""Every check does what its examples, and with them its documentation, say."""

from pathlib import Path

import pytest

from harness.checks import Check, registered
from harness.checks.docs import snippet
from harness.checks.example import Example
from harness.checks.examples import EXAMPLES
from harness.checks.outcome import outcome
from harness.policy import load_policy

OURS = {check_id: check for check_id, check in registered().items() if check.function.__module__.startswith("harness.")}

CASES = [
    pytest.param(OURS[check_id], example, id=f"{check_id}-{number}")
    for check_id, examples in EXAMPLES.items()
    for number, example in enumerate(examples)
]


@pytest.mark.parametrize(("check", "example"), CASES)
def test_an_example_comes_to_what_it_says(check: Check, example: Example) -> None:
    came = outcome(check.function, example.org, example.subject, **example.parameters)
    messages = {"passed": came.notes, "failed": came.findings}.get(came.verdict, (came.reason,))
    assert (came.verdict, messages) == (example.verdict, example.messages), example.says


def test_every_check_has_examples_that_pass_and_that_fail() -> None:
    assert EXAMPLES.keys() == OURS.keys()
    for check_id, examples in EXAMPLES.items():
        assert {"passed", "failed"} <= {example.verdict for example in examples}, check_id


@pytest.mark.parametrize("check_id", EXAMPLES)
def test_the_documented_rule_loads_as_written(check_id: str, tmp_path: Path) -> None:
    """What an officer copies from the page is a policy, and means what the example means."""
    (tmp_path / "catalogue.yaml").write_text("catalogue: Example\ndefinitions: [{name: Sale}]\n", encoding="utf-8")
    (tmp_path / "crm.json").write_text('["Won"]', encoding="utf-8")
    uses = "{catalogue: catalogue.yaml, crm: crm.json, crm_export: records.csv}"
    text = f"policy: Example\nuses: {uses}\nrules:\n{snippet(OURS[check_id])}"
    (tmp_path / "example.policy.yaml").write_text(text, encoding="utf-8")
    (rule,) = load_policy(tmp_path / "example.policy.yaml").rules
    assert rule.check is OURS[check_id]
    assert rule.parameters == EXAMPLES[check_id][0].parameters
