"""`wrapup check` with evidence, as its user runs it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Wrapup
from tests.cli.conftest import run as in_a_process

ROOT = Path(__file__).parents[2]
HARBOR = ROOT / "fixtures" / "harbor"
RULES = """rules:
  - {id: U, check: usage.timeouts, with: {at_most: 90%}, severity: major}
  - {id: N, check: naming.max_length, with: {limit: 1000}, severity: major}
"""
Run = Callable[..., tuple[int, str, list[dict[str, Any]]]]


@pytest.fixture
def run(wrapup: Wrapup, tmp_path: Path) -> Run:
    def check(uses: str = "", *arguments: str) -> tuple[int, str, list[dict[str, Any]]]:
        (tmp_path / "use.policy.yaml").write_text(f"policy: Use\n{uses}\n{RULES}", encoding="utf-8")
        done = wrapup("check", "use.policy.yaml", "--org", str(HARBOR), "--json", "out.json", *arguments)
        written = tmp_path / "out.json"
        cases = json.loads(written.read_bytes())["cases"] if written.exists() else []
        return done.returncode, done.stdout + done.stderr, cases

    return check


def test_evidence_that_is_named_is_judged_with_its_numbers(run: Run) -> None:
    code, _, cases = run("", "--evidence", str(HARBOR / "evidence"))
    usage = [case for case in cases if case["subject"].startswith("usage ")]
    assert code == 0
    assert usage
    for case in usage:
        assert case["figure"]["completeUntil"] == "2026-11-02T00:00:00Z"
        assert 0 <= case["figure"]["part"] <= case["figure"]["whole"]
        assert case["queue"]


def test_evidence_of_the_policy_is_found_beside_it(run: Run) -> None:
    code, _, cases = run(f"uses: {{evidence: {HARBOR / 'evidence'}}}")
    assert code == 0
    assert {case["verdict"] for case in cases} == {"passed"}


def test_without_evidence_the_other_rules_decide(run: Run) -> None:
    code, _, cases = run()
    assert code == 0
    assert [case["reason"] for case in cases if case["verdict"] != "passed"] == ["no evidence was given"]


def test_evidence_of_the_policy_that_is_not_there_is_unknown_and_the_rest_is_judged(run: Run) -> None:
    code, _, cases = run("uses: {evidence: nowhere}")
    assert code == 3
    assert [(case["verdict"], case["reason"]) for case in cases if case["verdict"] != "passed"] == [
        ("unknown", "nowhere: there is no such folder")
    ]


def test_evidence_of_the_command_that_is_not_there_stops_it(run: Run) -> None:
    code, said, cases = run("", "--evidence", "nowhere")
    assert (code, cases) == (2, [])
    assert "nowhere: there is no such folder" in said


def test_an_engine_that_does_not_exist_stops_it(run: Run) -> None:
    code, said, _ = run("", "--evidence", str(HARBOR / "evidence"), "--engine", "pysparc://local")
    assert code == 2
    assert "did you mean 'pyspark'?" in said


def test_the_plugin_takes_the_same(pytester: pytest.Pytester) -> None:
    pytester.makefile(".policy.yaml", use=f"policy: Use\n{RULES}")
    found = pytester.runpytest_inprocess(
        "use.policy.yaml", "--wrapup-org", str(HARBOR), "--wrapup-evidence", str(HARBOR / "evidence"), "-q"
    )
    assert found.ret == 0
    assert "skipped" not in found.stdout.str()


@pytest.mark.parametrize("command", ["check", "audit"])
def test_nothing_is_printed_on_the_way_out(command: str, tmp_path: Path) -> None:
    """DuckDB's bindings list what is still there when the interpreter ends, unless it was looked through."""
    done = in_a_process(command, str(ROOT / "suites/audit"), "--org", str(HARBOR), cwd=tmp_path)
    assert done.returncode == 1
    assert "leaked" not in done.stderr
