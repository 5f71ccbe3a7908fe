"""Realistic faults: each one is a fault, of an org that is otherwise as it was."""

from datetime import date
from pathlib import Path

import pytest

from harness.checks import registered
from harness.model import Org
from harness.model.tiny import a_queue, an_org
from harness.policy.load import load_policy
from harness.simulation.docs import main, render
from harness.simulation.mutations import Mutation, registered_mutations
from harness.simulation.mutations_table import PARAMETERS, catches, compliant_org, verdicts
from harness.simulation.prove_faults import faults_noticed

MUTATIONS = registered_mutations()
DAY = date(2026, 11, 21)
CHECKS = sorted(catches())


@pytest.mark.parametrize("check_id", CHECKS)
def test_the_compliant_org_is_compliant(check_id: str) -> None:
    """What a mutation is caught by would otherwise have been there before."""
    assert "passed" in verdicts(registered()[check_id], compliant_org())
    assert verdicts(registered()[check_id], compliant_org()) <= {"passed", "not applicable"}


def test_every_check_about_configuration_is_in_the_table() -> None:
    assert len(CHECKS) >= 30
    assert set(PARAMETERS) <= set(CHECKS)


@pytest.mark.parametrize("check_id", CHECKS)
def test_every_check_catches_at_least_three_mutations(check_id: str) -> None:
    assert len(catches()[check_id]) >= 3


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=lambda it: it.id)
def test_a_mutation_happens_somewhere_changes_something_and_leaves_the_org_alone(mutation: Mutation) -> None:
    org = compliant_org()
    faults = list(mutation.faults(org))
    assert faults
    assert mutation.title.endswith(".")
    for fault in faults:
        assert fault.make() != org
        assert fault.make() == fault.make()
        assert fault.says
    assert org == compliant_org()
    assert [fault.says for fault in mutation.faults(org)] == [fault.says for fault in faults]


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=lambda it: it.id)
@pytest.mark.parametrize("org", [an_org(), an_org(queues={"Billing": a_queue(agents=None, unseen_codes=True)})])
def test_an_org_with_nothing_in_it_has_few_places_and_no_accidents(mutation: Mutation, org: Org) -> None:
    for fault in mutation.faults(org):
        fault.make()


def test_the_page_in_the_repository_is_fresh() -> None:
    assert main(["--check"]) == 0, "write it anew with: python -m harness.simulation.docs"


def test_a_stale_page_exits_1_and_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "mutations.md"
    assert main(["--check", str(page)]) == 1
    page.write_text("old", encoding="utf-8")
    assert main(["--check", str(page)]) == 1
    assert capsys.readouterr().err == 2 * (
        "mutations.md is stale\n  write it anew with: python -m harness.simulation.docs\n"
    )
    assert main([str(page)]) == main(["--check", str(page)]) == 0


def test_the_page_names_every_check_and_every_mutation() -> None:
    page = render()
    assert all(f"`{name}`" in page for name in (*CHECKS, *MUTATIONS))


# -- a policy and an org --------------------------------------------------------------------------------------------

POLICY = """\
policy: Faults
rules:
  - {id: F-1, check: prompt.mandatory, with: {allowed: [MANDATORY]}, severity: major, why: Codes are reconciled.}
  - {id: F-2, check: channels.configured, severity: minor, why: It was agreed.}
waivers:
  - {rule: F-1, subject: "*", until: 2026-12-31, by: operations, reason: Under way.}
"""


def test_what_a_policy_does_not_look_at_is_missed_and_what_it_looks_at_is_noticed_by_a_rule(tmp_path: Path) -> None:
    """A waiver does not hide that the rule would have noticed."""
    path = tmp_path / "faults.policy.yaml"
    path.write_text(POLICY, encoding="utf-8")
    org = an_org(queues={"Billing": a_queue("Sale"), "Claims": a_queue("Sale")})
    told: list[tuple[str, int, int]] = []
    kinds = faults_noticed(
        [load_policy(path, today=DAY)], org, today=DAY, places=2, on_progress=lambda *step: told.append(step)
    )
    by_id = {kind.mutation.id: kind for kind in kinds}
    optional, renamed = by_id["prompt-optional"], by_id["code-renamed"]
    assert (optional.noticed, optional.missed, dict(optional.rules), optional.example) == (2, 0, {"F-1": 2}, None)
    assert (renamed.places, renamed.tried, renamed.missed) == (1, 1, 1)
    assert renamed.example == "code 'Sale' is renamed to 'Sale (old)'"
    assert "definition-dropped" not in by_id
    assert told[-1][2] == len(MUTATIONS)


def test_a_case_that_can_no_longer_be_judged_is_neither_noticed_nor_missed(tmp_path: Path) -> None:
    path = tmp_path / "faults.policy.yaml"
    catalogue = tmp_path / "agreed.catalogue.yaml"
    catalogue.write_text(
        "catalogue: Agreed\ndefinitions: [{name: Sale}]\nqueues: [{name: Billing, channels: [voice]}]\n",
        encoding="utf-8",
    )
    path.write_text(POLICY.replace("rules:", "uses: {catalogue: agreed.catalogue.yaml}\nrules:"), encoding="utf-8")
    org = an_org(queues={"Billing": a_queue("Sale")})
    kinds = faults_noticed([load_policy(path, today=DAY)], org, today=DAY)
    renamed = next(kind for kind in kinds if kind.mutation.id == "queue-renamed")
    assert (renamed.noticed, renamed.unclear, renamed.missed) == (0, 1, 0)
