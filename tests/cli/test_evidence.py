"""`wrapup evidence`, as its user calls it."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.cli import main
from harness.model.folders import alone_in
from harness.sandbox import Sandbox
from tests.evidence.details import agent, conversation, segment, session, wrapup
from tests.operations.playing import a_fault

ONE = conversation(agent(session(segment("interact", 4, 60), wrapup(60, 70, "code-1"))))
YESTERDAY = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"


def evidence(*arguments: object) -> int:
    """Run the command in this process; return its exit code."""
    try:
        main(["evidence", *map(str, arguments)])
    except SystemExit as done:
        return int(done.code or 0)
    return 0


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """An org in which one call was wrapped up, and one was not yet."""
    with Sandbox(Path("fixtures/tidy")) as sandbox:
        conversations, offered = sandbox.state.conversations, sandbox.state.shelf("queue_wrapupcodes").all
        queues = sandbox.state.shelf("queues").all
        queue_id = next(it for it in offered if queues[it]["acwSettings"]["wrapupPrompt"] == "MANDATORY")
        for _ in range(2):
            call = conversations.begin(queue_id)
            conversations.answer(call.id)
            conversations.hang_up(call.id)
        code = offered[queue_id][0]["id"]
        conversations.wrap_up(call.id, code, notes="canary")
        yield sandbox


@pytest.fixture
def live(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """That org, and the environment that leads to it."""
    monkeypatch.setenv("GENESYSCLOUD_REGION", sandbox.base_url)
    monkeypatch.setenv("GENESYSCLOUD_OAUTHCLIENT_ID", sandbox.client_id)
    monkeypatch.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", sandbox.client_secret)
    yield sandbox
    sandbox.app.front.faults.clear()


Said = pytest.CaptureFixture[str]


def test_fetch_and_summary(live: Sandbox, tmp_path: Path, capsys: Said) -> None:
    into = tmp_path / "evidence"
    assert evidence("fetch", "--from", YESTERDAY, "--into", into) == 0
    said = capsys.readouterr()
    stamp = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"
    assert re.fullmatch(
        rf"Fetched 1 handling of 2 days into .+/evidence; \d+ requests\.\nComplete until {stamp}\.\n", said.out
    )
    assert said.err == ""
    assert evidence("summary", into) == 0
    assert re.fullmatch(
        rf"1 handling of 'Harbor' on 2 days\n  from {stamp} to {stamp}\nComplete until {stamp}\.\n"
        r"channel +handlings +unfinished +coded +coded share *\nvoice +1 +0 +1 +100\.0% *\n",
        capsys.readouterr().out,
    )


def test_a_summary_for_programs(live: Sandbox, tmp_path: Path, capsys: Said) -> None:
    assert evidence("fetch", "--from", YESTERDAY, "--into", tmp_path / "evidence") == 0
    capsys.readouterr()
    assert evidence("summary", tmp_path / "evidence", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["channels"] == [{"channel": "voice", "handlings": 1, "unfinished": 0, "coded": 1, "coded_share": 1.0}]
    assert (found["org"]["name"], found["handlings"], found["periods"][0]["to"]) == (
        "Harbor",
        1,
        found["completeUntil"],
    )
    assert evidence("summary", tmp_path / "evidence", "--format", "csv") == 0
    assert capsys.readouterr().out.splitlines()[1] == "voice,1,0,1,1.0"


def test_a_period_that_is_not_over_and_a_fetch_that_is_gone_on_with_are_remarked(
    live: Sandbox, tmp_path: Path, capsys: Said
) -> None:
    period = ("--from", YESTERDAY, "--to", f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%d}")
    live.plan(a_fault("forbidden", "*/results", first=2, permission="analytics:conversationDetail:view"))
    assert evidence("fetch", *period, "--into", tmp_path / "evidence") == 3
    assert "analytics:conversationDetail:view" in capsys.readouterr().err
    assert evidence("fetch", *period, "--into", tmp_path / "evidence") == 0
    said = capsys.readouterr().err
    assert "going on with a fetch begun at " in said
    assert "the period is not over: what happened up to " in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "yesterday"), "--from does not take 'yesterday'"),
        (("--from", "2026-11-02T08:00:00"), "--from '2026-11-02T08:00:00' has no time zone"),
        (
            ("--from", "2026-11-02", "--to", "2026-11-02"),
            "the period from 2026-11-02 00:00 UTC to 2026-11-02 00:00 UTC",
        ),
        (("--from", "2199-01-01"), "the period begins at 2199-01-01 00:00 UTC, which is still to come"),
        (("--from", "2001-01-01"), "the platform answers questions about the conversations of 558 days"),
    ],
)
def test_a_period_that_cannot_be_is_a_sentence(
    live: Sandbox, arguments: tuple[str, ...], said: str, tmp_path: Path, capsys: Said
) -> None:
    assert evidence("fetch", *arguments, "--into", tmp_path / "evidence") == 2
    assert capsys.readouterr().err.startswith(said)
    assert [*tmp_path.iterdir()] == []


def test_saved_files_are_imported(tmp_path: Path, capsys: Said) -> None:
    (tmp_path / "saved.json").write_text(json.dumps({"conversations": [ONE]}))
    assert evidence("import", tmp_path / "saved.json", "--into", tmp_path / "evidence") == 0
    said = capsys.readouterr().out
    assert said.startswith("Imported 1 handling of 1 day into ")
    assert said.endswith("Nothing tells up to when that is complete.\n")
    (tmp_path / "other.json").write_text("{}")
    assert evidence("import", tmp_path / "other.json", "--into", tmp_path / "evidence") == 2
    assert "other.json:1: holds no conversations" in capsys.readouterr().err
    period = ("--from", "2026-11-02", "--to", "2026-11-03")
    assert evidence("import", tmp_path / "saved.json", *period, "--into", tmp_path / "evidence") == 0


def test_a_summary_of_something_else_is_refused(tmp_path: Path, capsys: Said) -> None:
    assert evidence("summary", tmp_path) == 2
    assert "is no evidence: it holds no evidence.json" in capsys.readouterr().err
    assert evidence("summary", "fixtures/broken/evidence", "--format", "yaml") == 2
    assert "--format does not take 'yaml'" in capsys.readouterr().err


def test_channels_that_are_not_told_are_unknown(tmp_path: Path, capsys: Said) -> None:
    silent = conversation(agent(session(segment("interact", 4, None), media=None)))
    (tmp_path / "saved.json").write_text(json.dumps(silent))
    evidence("import", tmp_path / "saved.json", "--into", tmp_path / "evidence")
    capsys.readouterr()
    assert evidence("summary", tmp_path / "evidence") == 0
    assert re.search(r"\nunknown +1 +1 +0 *\n$", capsys.readouterr().out)


def test_the_folder_that_one_is_in_can_be_filled_and_looked_at(
    tmp_path: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = tmp_path / "saved.json"
    saved.write_bytes(json.dumps({"conversations": [ONE]}).encode())
    (tmp_path / "evidence").mkdir()
    monkeypatch.chdir(tmp_path / "evidence")
    assert evidence("import", saved, "--into", ".") == 0
    assert evidence("summary", ".") == 0
    assert "1 handling" in capsys.readouterr().out
    assert sorted(it.name for it in tmp_path.iterdir()) == ["evidence", "saved.json"]


def test_two_at_once_are_one_too_many(tmp_path: Path, capsys: Said) -> None:
    saved = tmp_path / "saved.json"
    saved.write_bytes(json.dumps({"conversations": [ONE]}).encode())
    with alone_in(tmp_path / "evidence"):
        assert evidence("import", saved, "--into", tmp_path / "evidence") == 2
    assert "evidence is being written by another process" in capsys.readouterr().err
    assert not (tmp_path / "evidence").exists()
