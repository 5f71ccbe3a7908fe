"""What is measured is the same on every machine: generated from a seed, and judged as the tables say."""

import json
from pathlib import Path

from benchmarks.cases import POLICY
from benchmarks.plans import GATE_POLICY, a_plan, write_plan
from benchmarks.recordings import a_recording, write
from benchmarks.rules import ENGINE_POLICY, RULES
from harness.checking import RuleRun, judge
from harness.orgs import load_org, load_plan
from harness.policy import load_policy


def judged(policy: str, plan: Path) -> list[RuleRun]:
    path = plan.with_name("one.policy.yaml")
    path.write_text(policy, encoding="utf-8")
    return judge([load_policy(path)], load_plan(plan).org)


def test_a_plan_is_the_same_for_the_same_seed() -> None:
    assert json.dumps(a_plan(40)) == json.dumps(a_plan(40))
    assert a_plan(40) != a_plan(40, seed=1)


def test_a_plan_holds_what_is_said_of_it(tmp_path: Path) -> None:
    """Every kind of queue is in it: without codes, with codes that are not written, with codes of the same plan."""
    write_plan(tmp_path / "plan.json", 200)
    verdicts = {
        run.rule.id: {case.verdict for case in run.cases} for run in judged(GATE_POLICY, tmp_path / "plan.json")
    }
    assert verdicts["PROMPT"] == {"passed", "failed"}
    assert verdicts["OFFERS"] == {"passed", "failed", "unknown", "not applicable"}


def test_nothing_of_a_settled_plan_is_unknown(tmp_path: Path) -> None:
    """An OPA engine has no such verdict: what both judge must be known."""
    write_plan(tmp_path / "plan.json", 60, settled=True)
    runs = judged(ENGINE_POLICY, tmp_path / "plan.json")
    assert len(runs) == RULES
    assert {case.verdict for run in runs for case in run.cases} == {"passed", "failed"}


def test_a_tenth_of_the_cases_fails(tmp_path: Path) -> None:
    write_plan(tmp_path / "plan.json", 50, settled=True)
    cases = [case.verdict for run in judged(POLICY, tmp_path / "plan.json") for case in run.cases]
    assert (cases.count("failed"), cases.count("passed")) == (50, 450)


def test_a_recording_is_the_same_for_the_same_seed_and_loads(tmp_path: Path) -> None:
    assert a_recording(5) == a_recording(5)
    size = write(tmp_path / "org", 20)
    org = load_org(tmp_path / "org")
    assert (len(org.queues), len(org.agents)) == (20, 40)
    assert size > 20 * 5_000
