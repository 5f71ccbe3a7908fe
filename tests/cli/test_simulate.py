"""`wrapup simulate` as its user runs it: a catalogue on an org, and a counterexample played again."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.cli import main
from harness.orgs import encode_org, write_recording
from harness.testing import a_queue, an_agent, an_org

CATALOGUE = """\
catalogue: Retail
definitions:
  - {name: Sale, wrapupCode: SALE, isMandatory: true, duration: 90, queueIds: [Billing, Help, Quick], requiredSkills: [sales]}
  - {name: "=Refund", wrapupCode: REFUND, duration: 30, queueIds: [Billing]}
  - {name: Lost, wrapupCode: LOST, queueIds: [Nowhere]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    people = [an_agent("sales", "french", id="one"), an_agent("sales", id="two")]
    queues = {
        "Billing": a_queue("Sale", "=Refund", prompt="MANDATORY", agents=people),
        "Help": a_queue("Sale", prompt="OPTIONAL", agents=people),
        "Quick": a_queue("Sale", prompt="MANDATORY_TIMEOUT", timeout_s=60, agents=people),
    }
    write_recording(tmp_path / "org", encode_org(an_org(queues=queues, codes=["Lost"])))
    (tmp_path / "retail.catalogue.yaml").write_text(CATALOGUE)
    return tmp_path


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


Simulate = Callable[..., Done]


@pytest.fixture
def command(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Simulate:
    """Run `wrapup simulate` in the folder; in this process, as there is much to run."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NO_COLOR", "1")

    def call(*arguments: str) -> Done:
        with pytest.raises(SystemExit) as exit:
            main(["simulate", *arguments])
        said = capsys.readouterr()
        return Done(int(exit.value.code or 0), said.out, said.err)

    return call


@pytest.fixture
def simulate(command: Simulate) -> Simulate:
    return lambda *more: command("retail.catalogue.yaml", "--org", "org", *more)


def test_what_is_approved_exits_with_nothing_wrong_and_leaves_no_files(simulate: Simulate, folder: Path) -> None:
    done = simulate("--only", "REFUND")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "1 assignment with seed 0: 1 approved, 0 rejected, 0 unknown"
    assert "2 of 2" in done.stdout
    assert not (folder / ".wrapup").exists()


def test_a_counterexample_is_shown_kept_and_played_again(simulate: Simulate, command: Simulate, folder: Path) -> None:
    done = simulate("--only", "SALE")
    assert done.returncode == 1
    assert "SALE on Help: under OPTIONAL after-call work can end without the mandatory code" in done.stdout
    assert (
        "SALE on Quick: an agent who wraps up as agreed is refused: the time is up before the agreed duration"
        in done.stdout
    )
    assert done.stdout.splitlines()[-1] == "3 assignments with seed 0: 1 approved, 2 rejected, 0 unknown"
    kept = sorted(path.stem for path in (folder / ".wrapup/replays").iterdir())
    assert len(kept) == 2
    shown = done.stdout.splitlines()
    for id in kept:
        again = command("--replay", id)
        assert (again.returncode, again.stderr) == (1, "")
        at = shown.index(f"Again: wrapup simulate --replay {id}")
        told = again.stdout.splitlines()
        assert shown[at - len(told) : at] == told
        assert "is alerted on" in told[1]


def test_the_same_seed_gives_the_same_bytes_in_every_form(simulate: Simulate, folder: Path) -> None:
    for form in ("table", "json", "csv"):
        runs = [simulate("--seed", "7", "--format", form) for _ in range(2)]
        assert runs[0].stdout == runs[1].stdout
    kept = {path.name: path.read_bytes() for path in (folder / ".wrapup/replays").iterdir()}
    simulate("--seed", "7")
    assert {path.name: path.read_bytes() for path in (folder / ".wrapup/replays").iterdir()} == kept


def test_json_and_csv_say_the_same(simulate: Simulate) -> None:
    done = simulate("--format", "json", "--examples", "10")
    rows = json.loads(done.stdout)
    assert [(row["definition"], row["queue"], row["outcome"]) for row in rows] == [
        ("SALE", "Billing", "approved"),
        ("SALE", "Help", "rejected"),
        ("SALE", "Quick", "rejected"),
        ("REFUND", "Billing", "approved"),
        ("LOST", None, "unknown"),
    ]
    assert rows[2]["prompt"] == "MANDATORY_TIMEOUT"
    assert rows[2]["timeout_s"] == 60
    assert sum(rows[0][word] for word in ("chosen", "timed_out", "skipped", "uncoded", "unanswered")) == 10
    assert rows[4]["reasons"] == ["it names no queue of the org, and none offers the code"]
    assert done.stderr == "5 assignments with seed 0: 2 approved, 2 rejected, 1 unknown\n"
    table = list(
        csv.DictReader(io.StringIO(simulate("--format", "csv", "--examples", "10").stdout.removeprefix("\ufeff")))
    )
    assert [row["replay"] for row in table] == [row["replay"] or "" for row in rows]
    assert table[4]["reasons"] == rows[4]["reasons"][0]


def test_what_is_unknown_is_not_approved(simulate: Simulate) -> None:
    assert simulate("--only", "LOST").returncode == 3


def test_the_guides_rule_rejects_an_agent_who_knows_more(simulate: Simulate) -> None:
    done = simulate("--only", "SALE", "--skill-match", "guide", "--format", "json")
    assert json.loads(done.stdout)[0]["reasons"] == [
        "1 of 2 agents: Agent skill requirements do not match wrap-up code configuration."
    ]


def test_the_longest_duration_is_an_option(simulate: Simulate) -> None:
    done = simulate("--only", "REFUND", "--max-duration", "20s")
    assert done.returncode == 1
    assert "Duration exceeds" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--format", "jso"], "--format does not take 'jso'\n  did you mean 'json'?"),
        (["--skill-match", "cover"], "--skill-match does not take 'cover'\n  did you mean 'covers'?"),
        (["--skill-match", "any"], "--skill-match does not take 'any'\n  one of covers, guide"),
        (["--examples", "0"], "--examples does not take '0'\n  expected a number from 1"),
        (["--max-duration", "long"], "--max-duration does not take 'long'"),
        (["--only", "SAEL"], "retail.catalogue.yaml has no definition 'SAEL'\n  did you mean 'SALE'?"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_done(
    simulate: Simulate, folder: Path, arguments: list[str], says: str
) -> None:
    done = simulate(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(says)
    assert not (folder / ".wrapup").exists()


def test_a_catalogue_must_be_named(command: Simulate) -> None:
    done = command()
    assert (done.returncode, done.stderr) == (
        2,
        "no catalogue is named\n  name a catalogue, or the policy that uses one\n",
    )


def test_a_replay_that_was_not_kept_is_told(simulate: Simulate, command: Simulate, folder: Path) -> None:
    done = command("--replay", "../../etc/passwd")
    assert done.returncode == 2
    assert done.stderr == ("there is no counterexample '../../etc/passwd'\n  counterexamples in .wrapup/replays: 0\n")
    simulate()
    id = next((folder / ".wrapup/replays").iterdir()).stem
    done = command("--replay", f"{id[:-1]}x")
    assert done.stderr.endswith(f"did you mean '{id}'?\n")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "not a counterexample: Input data was truncated"),
        ("{}", "not a counterexample: Object missing required field"),
    ],
)
def test_a_replay_that_was_damaged_is_told(
    simulate: Simulate, command: Simulate, folder: Path, content: str, says: str
) -> None:
    simulate("--only", "SALE")
    path = next((folder / ".wrapup/replays").iterdir())
    whole = path.read_text()
    path.write_text(content)
    done = command("--replay", path.stem)
    assert done.returncode == 2
    assert done.stderr.startswith(f".wrapup/replays/{path.name}: {says}")
    path.write_text(whole.replace('"format": 1', '"format": 2'))
    assert "a counterexample of format 2\n  expected format 1" in command("--replay", path.stem).stderr
    # Somebody has mended the queue: the same moves do no harm any more.
    path.write_text(whole.replace('"OPTIONAL"', '"MANDATORY"').replace('"timeout_ms": 60000', '"timeout_ms": 600000'))
    done = command("--replay", path.stem)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "It does not break what was agreed any more.")


def test_a_replay_needs_neither_hypothesis_nor_a_client(simulate: Simulate, folder: Path) -> None:
    """It is to be there in less than two seconds."""
    simulate("--only", "SALE")
    id = next((folder / ".wrapup/replays").iterdir()).stem
    program = (
        "import sys\nfrom harness.cli import main\n"
        f"try:\n    main(['simulate', '--replay', '{id}'])\n"
        "except SystemExit:\n    print(sorted({'hypothesis', 'httpx', 'duckdb', 'ibis', 'starlette'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
