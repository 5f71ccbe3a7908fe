"""Every plan of the corpus comes to its verdicts."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.checking import judge
from harness.orgs import load_plan
from harness.policy import Policy, load_policy
from tests.plans.corpus import SAMPLES, Sample

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
VERDICTS = {"passed", "failed", "unknown", "not applicable"}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(Path(__file__).with_name("policy.yaml"))


def verdicts(sample: Sample, policy: Policy, folder: Path) -> Mapping[str, str]:
    path = folder / "plan.json"
    path.write_text(json.dumps(sample.plan))
    runs = judge([policy], load_plan(path).org, now=NOW)
    return {f"{run.rule.id} {case.label}": case.verdict for run in runs for case in run.cases}


@pytest.mark.parametrize("sample", [pytest.param(it, id=it.name) for it in SAMPLES])
def test_a_plan_comes_to_its_verdicts(sample: Sample, policy: Policy, tmp_path: Path) -> None:
    found = verdicts(sample, policy, tmp_path)
    assert {subject: found.get(subject) for subject in sample.expected} == sample.expected


def test_the_corpus_is_large_and_says_something_of_every_plan() -> None:
    assert len(SAMPLES) >= 60
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)
    assert all(sample.expected for sample in SAMPLES)
    assert {verdict for sample in SAMPLES for verdict in sample.expected.values()} == VERDICTS
