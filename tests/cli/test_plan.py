"""The gate as its user runs it: a plan, alone or over an org, and what is left after the apply."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.orgs import encode_org, write_recording
from harness.testing import an_org
from tests.cli.conftest import Wrapup
from tests.plans.builder import QUEUE, Set, code, plan, queue

EXISTS: dict[str, Any] = {"actions": ("update",)}


@pytest.fixture
def folder(tmp_path: Path, wrapup: Wrapup) -> Path:
    """The folder that commands run in: an org `org` with queues Fine, Empty and Waived, and `gate.policy.yaml`."""
    return tmp_path


def write(folder: Path, *resources: Any, **root: Any) -> None:
    (folder / "plan.json").write_text(json.dumps(plan(*resources, **root)))


def gate(wrapup: Wrapup, *more: str) -> tuple[int, list[str]]:
    result = wrapup("check", "gate.policy.yaml", "--org", "org", "--plan", "plan.json", *more)
    assert "Traceback" not in result.stderr
    return result.returncode, result.stdout.splitlines()


def test_only_new_lets_pass_what_was_there(wrapup: Wrapup, folder: Path) -> None:
    write(folder, queue("q", "Fresh", codes=["code-1"]))
    assert gate(wrapup)[0] == 1
    exit_code, lines = gate(wrapup, "--only-new")
    assert exit_code == 0
    assert lines[0] == "The plan introduces 0 findings and fixes 0; 1 was there before."
    assert lines[-1] == "1 finding: none counts, 1 was there before the plan."


def test_a_new_finding_counts_and_says_where_it_comes_from(wrapup: Wrapup, folder: Path) -> None:
    write(
        folder,
        queue("q", "Fresh", codes=Set()).within("module.m"),
        queue("e", "Empty", id="queue-2", codes=["code-1"], **EXISTS),
    )
    (folder / "modules/m").mkdir(parents=True)
    (folder / "main.tf").write_text('module "m" {}\n')
    (folder / "modules/m/queues.tf").write_text(f'\nresource "{QUEUE}" "q" {{\n}}\n')
    exit_code, lines = gate(wrapup, "--only-new", "--terraform", ".", "--json", "r.json")
    assert exit_code == 1
    assert lines[:2] == ["The plan introduces 1 finding and fixes 1; 0 were there before.", "  fixed: G-1 queue Empty"]
    assert f"  queue Fresh (introduced, module.m.{QUEUE}.q, modules/m/queues.tf:2)" in lines
    document = json.loads((folder / "r.json").read_text())
    (case,) = (it for it in document["cases"] if it["subject"] == "queue Fresh")
    assert (case["change"], case["resource"], case["source"]) == (
        "introduced",
        f"module.m.{QUEUE}.q",
        {"path": "modules/m/queues.tf", "line": 2, "column": None},
    )
    assert document["plan"]["fixed"] == [{"rule": 0, "subject": "queue Empty", "observed": ["offers no codes"]}]
    assert (document["plan"]["base"], document["plan"]["onlyNew"]) == ("org", True)
    assert document["org"]["location"] == "org + plan.json"


def test_what_cannot_be_judged_stops_the_gate(wrapup: Wrapup, folder: Path) -> None:
    write(folder, queue("q", "Fresh"))
    exit_code, lines = gate(wrapup, "--only-new")
    assert exit_code == 3
    assert (
        "  G-1 queue Fresh: which codes the queue offers is unknown: the plan does not manage them: wrapup_codes is not set"
        in lines
    )


def test_what_a_plan_does_is_told_first(wrapup: Wrapup, folder: Path) -> None:
    write(folder, code("s", "Sale", id="code-1", actions=("delete",)))
    lines = gate(wrapup)[1]
    assert lines[:3] == [
        "The plan introduces 1 finding and fixes 0; 1 was there before.",
        "  code Sale is deleted while it is offered on queue 'Fine' (genesyscloud_routing_wrapupcode.s)",
        "  queue Fine offers codes today and will offer none",
    ]


def test_a_plan_alone(wrapup: Wrapup, folder: Path) -> None:
    write(folder, queue("q", "Fresh", codes=Set()))
    result = wrapup("check", "gate.policy.yaml", "--plan", "plan.json")
    assert (result.returncode, result.stdout.splitlines()[-2]) == (
        1,
        "plan (plan plan.json): 1 failed, 0 unknown, 0 waived, 0 passed, 0 not applicable",
    )
    assert "judging the plan alone" in result.stderr
    assert "The plan introduces" not in result.stdout
    same = wrapup("check", "gate.policy.yaml", "--org", "plan.json")
    assert same.stdout.replace(f" ({QUEUE}.q)", "") == result.stdout.replace(f" ({QUEUE}.q)", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only-new", "--plan", "plan.json"], "--only-new needs the org before and a plan"),
        (["--only-new", "--org", "org"], "--only-new needs the org before and a plan"),
        (["--terraform", ".", "--org", "org"], "--terraform needs a plan"),
        (["--terraform", ".", "--plan", "plan.json"], "'.' holds no Terraform configuration"),
        (["--plan", "none.json"], "none.json: there is no such file"),
        (["--plan", "gate.policy.yaml"], "gate.policy.yaml: is not JSON"),
    ],
)
def test_wrong_usage_exits_2(wrapup: Wrapup, folder: Path, arguments: list[str], message: str) -> None:
    write(folder, queue("q", "Fresh"))
    result = wrapup("check", "gate.policy.yaml", *arguments)
    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("root", [{"errored": True}, {"complete": False}, {"format_version": "2.0"}])
def test_a_plan_that_cannot_be_trusted_exits_2(wrapup: Wrapup, folder: Path, root: dict[str, Any]) -> None:
    write(folder, queue("q", "Fresh", codes=["code-1"]), **root)
    assert wrapup("check", "gate.policy.yaml", "--org", "org", "--plan", "plan.json").returncode == 2


def test_sensitive_values_reach_no_output(wrapup: Wrapup, folder: Path) -> None:
    write(folder, queue("q", "s3cret", codes=Set(), sensitive={"name": True}), variables={"x": {"value": "s3cret"}})
    result = wrapup(
        "check", "gate.policy.yaml", "--org", "org", "--plan", "plan.json", "--json", "r.json", "--html", "r.html"
    )
    assert result.returncode == 1
    for text in (result.stdout, result.stderr, *((folder / name).read_text() for name in ("r.json", "r.html"))):
        assert "s3cret" not in text


def test_plain_pytest_and_its_workers_judge_the_same(wrapup: Wrapup, folder: Path) -> None:
    write(folder, queue("q", "Fresh", codes=Set()))
    alone = gate(wrapup, "--only-new")
    assert gate(wrapup, "--only-new", "--", "-n", "2") == alone
    assert alone[0] == 1


# -- verify-apply -----------------------------------------------------------------------------------------------------


def test_verify_apply(wrapup: Wrapup, folder: Path) -> None:
    verify = ("verify-apply", "plan.json", "--org", "org")
    write_recording(folder / "org", encode_org(an_org(queues={"Fine": ["Sale"], "Half": []})))
    write(folder, code("s", "Sale"))
    landed = wrapup(*verify)
    assert (landed.returncode, landed.stdout.splitlines()) == (
        0,
        ["1 resource: 1 landed, 0 differs, 0 missing, 0 unclear", "Everything that the plan promises is there."],
    )
    prompt = {"acw_wrapup_prompt": "MANDATORY"}
    write(folder, code("s", "Sale"), queue("h", "Half", codes=["s"], writes=prompt), code("n", "New"))
    half = wrapup(*verify)
    assert half.returncode == 1
    assert f"queue Half: half applied ({QUEUE}.h)" in half.stdout.splitlines()
    assert "  codes are missing: 'Sale'" in half.stdout.splitlines()
    assert "code New: missing (genesyscloud_routing_wrapupcode.n)" in half.stdout.splitlines()
    assert half.stdout.splitlines()[-1] == "The plan did not land as promised."
    write_recording(folder / "org", encode_org(an_org(codes=["Sale", "Sale"])))
    write(folder, code("s", "Sale"))
    unclear = wrapup(*verify)
    assert (unclear.returncode, unclear.stdout.splitlines()[-1]) == (3, "Whether the plan landed cannot be told.")
    assert wrapup("verify-apply", "none.json", "--org", "org").returncode == 2
    write(folder, code("s", "Sale", id="code-1", actions=("forget",)))
    nothing = wrapup(*verify)
    assert (nothing.returncode, nothing.stdout.splitlines()[-1]) == (3, "The plan promises nothing.")
