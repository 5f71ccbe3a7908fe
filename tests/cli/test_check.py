"""`wrapup check` as its user runs it: what it prints, what it writes, and how it exits."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.orgs import encode_org, write_recording
from harness.testing import a_queue, an_org
from tests.cli.conftest import Wrapup, run

ROOT = Path(__file__).parents[2]


def test_findings_exit_1_and_say_everything(wrapup: Wrapup) -> None:
    result = wrapup("check", "gate.policy.yaml", "--org", "org")
    assert result.returncode == 1
    assert result.stdout == (
        "G-1 major  Codes are offered: 1 finding\n"
        "  queue Empty\n"
        "    observed  offers no codes\n"
        "    expected  at least 1\n"
        "  why     Agents pick one.\n"
        "  policy  gate.policy.yaml:3\n"
        "\n"
        "tiny (recording org): 1 failed, 0 unknown, 1 waived, 1 passed, 0 not applicable\n"
        "1 finding that counts.\n"
    )
    assert result.stderr == ""


@pytest.mark.parametrize(("fail_on", "code"), [("never", 0), ("critical", 0), ("major", 1), ("minor", 1), ("grave", 2)])
def test_fail_on_sets_what_counts(wrapup: Wrapup, fail_on: str, code: int) -> None:
    assert wrapup("check", "gate.policy.yaml", "--org", "org", "--fail-on", fail_on, "-q").returncode == code


def test_nothing_wrong_exits_0_and_says_what_was_looked_at(wrapup: Wrapup) -> None:
    result = wrapup("check", "gate.policy.yaml", "--org", "org", "-k", "Fine")
    assert (result.returncode, result.stdout.splitlines()[-1]) == (
        0,
        "No finding among the 1 case that was judged, but only selected cases were run: the outcome is open.",
    )


def test_no_verdict_exits_3(wrapup: Wrapup, tmp_path: Path) -> None:
    write_recording(tmp_path / "dim", encode_org(an_org(queues={"Dim": a_queue(unseen_codes=True)})))
    result = wrapup("check", "gate.policy.yaml", "--org", "dim")
    assert result.returncode == 3
    assert "Could not be judged\n  G-1 queue Dim: which codes the queue offers is unknown" in result.stdout


def test_selecting_nothing_exits_3(wrapup: Wrapup) -> None:
    result = wrapup("check", "gate.policy.yaml", "--org", "org", "-k", "Nowhere")
    assert (result.returncode, result.stdout.splitlines()[-1]) == (
        3,
        "Nothing was examined, so nothing can be concluded; only selected cases were run.",
    )


def test_files_are_written(wrapup: Wrapup, tmp_path: Path) -> None:
    result = wrapup(
        "check", "gate.policy.yaml", "--org", "org", "--html", "out/r.html", "--json", "out/r.json", "--junit", "r.xml"
    )
    assert result.stderr == "report: out/r.html\nresults: out/r.json\nJUnit: r.xml\n"
    document = json.loads((tmp_path / "out/r.json").read_text())
    assert (document["format"], document["exitCode"], len(document["cases"])) == (1, 1, 3)
    assert document["cases"][1]["nodeId"] == "gate.policy.yaml::G-1[queue Empty]"
    assert "Codes are offered" in (tmp_path / "out/r.html").read_text()
    assert "G-1[queue Empty]" in (tmp_path / "r.xml").read_text()
    assert not list((tmp_path / "out").glob("*.tmp"))


def test_a_report_that_cannot_be_written_exits_2_and_says_why(wrapup: Wrapup, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for option in ("--json", "--html", "--junit"):
        result = wrapup("check", "gate.policy.yaml", "--org", "org", option, "file/r")
        assert result.returncode == 2, option
        assert "cannot write 'file/r'" in result.stderr
        assert "Traceback" not in result.stderr


def test_a_folder_brings_all_its_policies_and_leaves_others_alone(wrapup: Wrapup, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/more.policy.yaml").write_text(
        "policy: More\nrules:\n  - {id: M-1, check: naming.unique, severity: minor}\n"
    )
    (tmp_path / "sub/other.policy.yaml").write_text("kind: Policy\n")
    result = wrapup("check", ".", "--org", "org", "-v")
    assert "  M-1 No two codes" in result.stdout or "  M-1 A" in result.stdout
    assert result.stderr == "sub/other.policy.yaml has no top-level `policy:` and was left alone\n"


def test_mistakes_in_several_policies_are_told_at_once(wrapup: Wrapup, tmp_path: Path) -> None:
    (tmp_path / "a.policy.yaml").write_text("policy: A\nrulez: []\nrules: []\n")
    (tmp_path / "b.policy.yaml").write_text("policy: B\nrules:\n  - {id: B-1, check: naming.uniqe, severity: minor}\n")
    result = wrapup("check", ".", "--org", "org", "--html", "r.html")
    assert result.returncode == 2
    assert "a.policy.yaml:2:1: " in result.stderr
    assert "did you mean 'rules'?" in result.stderr
    assert "b.policy.yaml:3:" in result.stderr
    assert "did you mean 'naming.unique'?" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "r.html").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "none.policy.yaml", "--org", "org"], "'none.policy.yaml' does not exist"),
        (["check", "org", "--org", "org"], "'org' holds no policy"),
        (["check", "org/queues.ndjson", "--org", "org"], "'org/queues.ndjson' is not named *.policy.yaml"),
        (["check", "gate.policy.yaml"], "no org to judge\n  name one with --org"),
        (["check", "--org", "org"], "no policy to judge by"),
        (["check", "gate.policy.yaml", "--org", "nowhere"], "nowhere"),
        (["check", "gate.policy.yaml", "--org", "org", "--", "--no-such-option"], "--no-such-option"),
        (["check", "--no-such-option"], "No such option"),
        (["explain", "G-9", "--policy", "gate.policy.yaml"], "there is no rule 'G-9'\n  did you mean 'G-1'?"),
        (
            ["explain", "G-1", "--policy", "gate.policy.yaml", "--org", "org", "--subject", "queue Fin"],
            "'queue Fin' is no subject of rule G-1\n  did you mean 'queue Fine'?",
        ),
        (["checks", "naming.uniqe"], "there is no check 'naming.uniqe'\n  did you mean 'naming.unique'?"),
        (["diff", "org", "nowhere"], "nowhere"),
    ],
)
def test_wrong_usage_exits_2_with_a_sentence(wrapup: Wrapup, arguments: list[str], message: str) -> None:
    result = wrapup(*arguments)
    assert result.returncode == 2, result.stderr
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_the_users_own_pytest_setup_changes_nothing(wrapup: Wrapup, tmp_path: Path) -> None:
    """A gate must say the same whatever lies around it."""
    (tmp_path / "conftest.py").write_text("raise RuntimeError('never')")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-thing\nfilterwarnings = error\n")
    result = wrapup("check", "gate.policy.yaml", "--org", "org", PYTEST_ADDOPTS="-k nothing", PYTEST_PLUGINS="nope")
    assert result.returncode == 1
    assert "1 failed, 0 unknown, 1 waived, 1 passed" in result.stdout


def test_arguments_after_the_dashes_reach_pytest(wrapup: Wrapup) -> None:
    wrapup("check", "gate.policy.yaml", "--org", "org", "-q")
    again = wrapup("check", "gate.policy.yaml", "--org", "org", "-q", "--", "--lf")
    assert "1 failed, 0 unknown, 0 waived, 0 passed" in again.stdout
    parallel = wrapup("check", "gate.policy.yaml", "--org", "org", "-q", "--", "-n", "2")
    assert "1 failed, 0 unknown, 1 waived, 1 passed" in parallel.stdout
    assert parallel.returncode == 1


def test_output_is_bounded(wrapup: Wrapup, tmp_path: Path) -> None:
    write_recording(tmp_path / "many", encode_org(an_org(queues={f"Queue {n}": [] for n in range(300)})))
    brief = wrapup("check", "gate.policy.yaml", "--org", "many")
    assert "  … and 295 more; -v shows all" in brief.stdout
    assert len(brief.stdout.splitlines()) < 40
    assert wrapup("check", "gate.policy.yaml", "--org", "many", "-v").stdout.count("offers no codes") == 300


def test_hostile_names_are_harmless_on_a_terminal(wrapup: Wrapup, tmp_path: Path) -> None:
    write_recording(tmp_path / "bad", encode_org(an_org(queues={"x\n::error::\x1b[31m[bold]": []})))
    result = wrapup("check", "gate.policy.yaml", "--org", "bad")
    assert r"  queue x\n::error::\x1b[31m[bold]" in result.stdout
    assert "\x1b" not in result.stdout
    assert not any(line.startswith("::error") for line in result.stdout.splitlines())


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_exits_130_and_leaves_a_partial_report(tmp_path: Path, sent: signal.Signals) -> None:
    write_recording(tmp_path / "org", encode_org(an_org(queues={f"Queue {n}": ["Sale"] for n in range(8_000)})))
    (tmp_path / "gate.policy.yaml").write_text(
        "policy: Gate\nrules:\n  - {id: G-1, check: prompt.offers_codes, severity: major}\n"
    )
    command = [sys.executable, "-m", "harness", "check", "gate.policy.yaml", "--org", "org"]
    process = subprocess.Popen(
        [*command, "--html", "r.html", "--json", "r.json", "--", "-p", "slow"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # A plugin that says when the first cases ran, and then gives the signal time to come.
    (tmp_path / "slow.py").write_text(
        "import pathlib, time\n"
        "def pytest_runtest_logfinish():\n"
        "    pathlib.Path('running').touch()\n"
        "    time.sleep(0.005)\n"
    )
    while not (tmp_path / "running").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    process.send_signal(sent)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Partial: the run was interrupted after " in out
    assert "Compliant" not in out
    assert json.loads((tmp_path / "r.json").read_text())["partial"].startswith("the run was interrupted after ")
    assert "interrupted" in (tmp_path / "r.html").read_text()


def test_in_a_checkout_the_demo_is_the_default() -> None:
    result = run("check", "-q", "--fail-on", "never", "-v", cwd=ROOT)
    assert result.returncode == 0
    named = run("check", "--fail-on", "never", cwd=ROOT)
    assert named.stderr == "no --org was given: judging the demo recording fixtures/harbor\n"


def test_help_has_examples_and_exit_codes() -> None:
    result = run("check", "--help", cwd=ROOT, COLUMNS="200")
    assert "wrapup check suites/gate --org fixtures/harbor --html report.html" in result.stdout
    assert "130 interrupted" in result.stdout


def test_the_version_is_said() -> None:
    assert run("--version", cwd=ROOT).stdout.startswith("wrapup-harness ")


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from harness.cli.app import app\n"
        "try:\n    app(['--help'])\n"
        "except SystemExit:\n"
        "    heavy = {'pytest', 'msgspec', 'cel_expr_python', 'yaml', 'jinja2', 'httpx', 'hypothesis', 'pydantic', 'rich'}\n"
        "    sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, stdout=subprocess.PIPE).returncode == 0


def test_a_command_loads_no_validator_of_its_options() -> None:
    code = (
        "import sys; from harness.cli.app import app\n"
        "try:\n    app(['schema'])\n"
        "except SystemExit:\n    sys.exit('pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, stdout=subprocess.PIPE).returncode == 0


@pytest.mark.parametrize("group", [(), ("codes",), ("evidence",)])
def test_a_list_of_commands_fits_a_narrow_terminal_uncut(group: tuple[str, ...]) -> None:
    listed = run(*group, "--help", cwd=ROOT, COLUMNS="80").stdout.partition("Commands:\n")[2]
    assert listed
    assert "..." not in listed


def test_examples_can_be_copied_as_they_stand() -> None:
    shown = run("check", "--help", cwd=ROOT, COLUMNS="60").stdout
    assert (
        "\n    wrapup check suites/gate --org fixtures/harbor --baseline baseline.json --sarif out.sarif --annotations\n"
        in shown
    )


def test_what_a_file_holds_cannot_speak_to_the_terminal(wrapup: Wrapup, tmp_path: Path) -> None:
    (tmp_path / "bad.policy.yaml").write_text('policy: x\n"\\e[31m::error::": 1\nrules: []\n')
    result = wrapup("check", "bad.policy.yaml", "--org", "org")
    assert result.returncode == 2
    assert r"unknown key '\x1b[31m::error::' in the policy" in result.stderr
    assert "\x1b" not in result.stderr
