"""`wrapup prove` as its user runs it."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import GATE, run

POLICIES = Path(__file__).parents[1] / "simulation" / "policies"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "gate.policy.yaml").write_text(GATE, encoding="utf-8")
    for name in ("pair-patterns", "vacuous-every-prompt", "unsatisfiable-range", "vacuous-empty-scope"):
        text = (POLICIES / "bad" / f"{name}.policy.yaml").read_text(encoding="utf-8")
        text = text.replace("V-1", f"V-{name}")
        (tmp_path / f"{name}.policy.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_sound_policy_is_shown_in_words_and_exits_0(folder: Path) -> None:
    ran = run("prove", "gate.policy.yaml", cwd=folder)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == (
        "G-1  Codes are offered\n"
        "  passes for:    queue 'Billing' with prompt MANDATORY_TIMEOUT, offering 'Refund'; code 'Refund'\n"
        "  fails for:     queue 'Billing' with prompt MANDATORY_TIMEOUT, offering no codes\n"
        "                 offers no codes; expected at least 1\n"
        "\n"
        "1 rule: every rule can be met and broken, and all can be met together (3 orgs tried, seed 0).\n"
    )
    assert ran.stderr == ""


def test_what_is_found_exits_1_and_says_why(folder: Path) -> None:
    names = ("pair-patterns", "vacuous-every-prompt", "unsatisfiable-range", "vacuous-empty-scope")
    ran = run("prove", *(f"{name}.policy.yaml" for name in names), "--examples", "100", cwd=folder)
    assert ran.returncode == 1, ran.stderr
    assert "  vacuous        no org can fail: every prompt is allowed\n" in ran.stdout
    assert "  unsatisfiable  no org was found that passes, among 1" in ran.stdout
    assert "  vacuous        no org was found that it judges at all, among 200 orgs that were tried\n" in ran.stdout
    assert "contradictory  P-1 and P-2: no org was found that satisfies both, among " in ran.stdout
    assert "  P-1            naming.pattern (regex: ^[A-Z]{3}-)\n" in ran.stdout
    assert ran.stdout.splitlines()[-1].startswith("5 rules: 2 vacuous, 2 unsatisfiable, 1 contradiction (")


def test_the_same_seed_gives_the_same_bytes(folder: Path) -> None:
    names = ("unsatisfiable-range.policy.yaml", "pair-patterns.policy.yaml")
    options = ("--seed", "7", "--examples", "60", "--format", "json")
    first, second = (run("prove", *names, *options, cwd=folder, PYTHONHASHSEED=hashed) for hashed in ("7", "123"))
    assert first.stdout == second.stdout
    document = json.loads(first.stdout)
    assert document["found"] == 2
    assert document["contradictions"][0]["rules"] == ["P-1", "P-2"]
    assert [rule["flaws"] != [] for rule in document["rules"]] == [True, False, False]


def test_faults_are_put_into_an_org_and_change_no_exit_code(folder: Path, wrapup: object) -> None:
    """What a policy does not look at is for its owner to decide; a mistake in it is not."""
    ran = run("prove", "gate.policy.yaml", "--org", "org", "--places", "1", cwd=folder)
    assert ran.returncode == 0, ran.stderr
    assert "Faults put into org\n" in ran.stdout
    assert "missed: " in ran.stdout
    as_json = run("prove", "gate.policy.yaml", "--org", "org", "--places", "1", "--format", "json", cwd=folder)
    faults = {fault["mutation"]: fault for fault in json.loads(as_json.stdout)["faults"]}
    assert faults["codes-all-unassigned"]["rules"] == {"G-1": 1}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gate.policy.yaml", "--format", "jsom"), "--format does not take 'jsom'\n  did you mean 'json'?\n"),
        (("gate.policy.yaml", "--examples", "0"), "--examples does not take 0\n  1 or more\n"),
        (("gate.policy.yaml", "--places", "0", "--org", "org"), "--places does not take 0\n  1 or more\n"),
        (
            ("nowhere.policy.yaml",),
            "'nowhere.policy.yaml' does not exist\n  name a *.policy.yaml file, or a folder that holds some\n",
        ),
    ],
)
def test_wrong_input_is_explained_and_exits_2(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = run("prove", *arguments, cwd=folder)
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", said)


def test_rules_about_what_happened_are_said_to_be_left_out(folder: Path) -> None:
    (folder / "usage.policy.yaml").write_text(
        "policy: Usage\nuses: {evidence: evidence}\nrules:\n"
        "  - {id: S-1, check: usage.coded, with: {at_least: 95%}, severity: major, why: Codes are used.}\n",
        encoding="utf-8",
    )
    ran = run("prove", "usage.policy.yaml", cwd=folder)
    assert ran.returncode == 0, ran.stderr
    assert "  not tried      rules that judge conversations are not tried\n" in ran.stdout
    assert "1 rule about usage or changes not tried: they judge what happened.\n" in ran.stdout
    assert ran.stdout.splitlines()[-1] == "0 rules: nothing was tried (0 orgs tried, seed 0)."
