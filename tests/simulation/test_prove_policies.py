"""`prove` names what cannot be right about a policy, and nothing else."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from harness.checking import judge
from harness.policy.load import load_policies, load_policy
from harness.simulation.prove import Proof, prove

HERE = Path(__file__).parent / "policies"
ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 21)

BAD: dict[str, dict[str, set[str]]] = {
    "vacuous-any-name": {"vacuous": {"V-1"}},
    "vacuous-either": {"vacuous": {"V-1"}},
    "vacuous-empty-scope": {"vacuous": {"V-1"}, "unsatisfiable": {"V-1"}},
    "vacuous-every-prompt": {"vacuous": {"V-1"}},
    "vacuous-no-agents": {"vacuous": {"V-1"}},
    "vacuous-own-check": {"vacuous": {"V-1"}},
    "vacuous-similar": {"vacuous": {"V-1"}},
    "vacuous-tautology": {"vacuous": {"V-1"}},
    "unsatisfiable-bounds": {"unsatisfiable": {"U-1"}},
    "unsatisfiable-condition": {"unsatisfiable": {"U-1"}},
    "unsatisfiable-no-prompt": {"unsatisfiable": {"U-1"}},
    "unsatisfiable-number": {"unsatisfiable": {"U-1"}},
    "unsatisfiable-pattern": {"unsatisfiable": {"U-1"}},
    "unsatisfiable-range": {"unsatisfiable": {"U-1"}},
    "pair-divisions": {"contradictory": {"P-1 P-2"}},
    "pair-flags": {"contradictory": {"P-1 P-2"}},
    "pair-patterns": {"contradictory": {"P-1 P-2"}},
    "pair-prompts": {"contradictory": {"P-1 P-2"}},
    "pair-required-forbidden": {"contradictory": {"P-1 P-2"}},
    "pair-timeouts": {"contradictory": {"P-1 P-2"}},
    "pair-unreachable-code": {"contradictory": {"P-1 P-2"}},
    "triple-agreement": {"contradictory": {"T-1 T-2 T-3"}},
    "triple-names": {"contradictory": {"T-1 T-2 T-3"}},
    "triple-numbers": {"contradictory": {"T-1 T-2 T-3"}},
    "triple-prompts": {"contradictory": {"T-2 T-3 T-4"}},
    "four-numbers": {"contradictory": {"F-1 F-2 F-3 F-4"}},
}
GOOD = sorted(path.name.removesuffix(".policy.yaml") for path in (HERE / "good").glob("*.policy.yaml"))


def proven(*names: str, seed: int = 0, examples: int = 150) -> Proof:
    policies = load_policies([HERE / f"{name}.policy.yaml" for name in names], today=DAY)
    return prove(policies, seed=seed, examples=examples)


def found(proof: Proof) -> dict[str, set[str]]:
    named: dict[str, set[str]] = {}
    for rule in proof.rules:
        for flaw in rule.flaws:
            named.setdefault(flaw, set()).add(rule.rule.id)
    for contradiction in proof.contradictions:
        named.setdefault("contradictory", set()).add(" ".join(rule.id for rule in contradiction.rules))
    return named


def test_there_are_enough_planted_policies_and_none_is_left_out() -> None:
    assert len(GOOD) >= 20
    assert len(BAD) >= 20
    assert set(BAD) == {path.name.removesuffix(".policy.yaml") for path in (HERE / "bad").glob("*.policy.yaml")}


@pytest.mark.parametrize("name", GOOD)
def test_nothing_is_found_in_a_good_policy_however_near_it_is_to_a_bad_one(name: str) -> None:
    proof = proven(f"good/{name}")
    assert found(proof) == {}
    assert proof.apart == ()
    assert proof.found == 0


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_with_a_bad_policy_is_named_and_nothing_else(name: str) -> None:
    proof = proven(f"bad/{name}")
    assert found(proof) == BAD[name]
    assert proof.found > 0


def test_nothing_is_found_in_the_gate_and_one_org_is_shown_for_all_its_rules() -> None:
    proof = prove([load_policy(ROOT / "suites" / "gate" / "harbor.policy.yaml", today=DAY)])
    assert found(proof) == {}
    assert proof.apart == ()


def test_every_example_is_what_it_says() -> None:
    """The engine itself, and not the search, is asked about each org that is shown."""
    policy = load_policy(HERE / "good" / "people.policy.yaml", today=DAY)
    for proof in prove([policy]).rules:
        assert proof.passes is not None
        assert proof.fails is not None
        for witness, verdicts in ((proof.passes, {"passed"}), (proof.fails, {"failed", "passed"})):
            agreeing = replace(policy, catalogue=witness.org.catalogue, crm=witness.org.crm)
            run = next(run for run in judge([agreeing], witness.org) if run.rule is proof.rule)
            assert {case.verdict for case in run.cases} <= verdicts
        assert proof.fails.finding is not None
