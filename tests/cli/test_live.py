"""`sandbox`, `login` and `doctor`, as their users run them."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.sandbox import State, default_clients
from tests.cli.conftest import run

ROOT = Path(__file__).parents[2]


@contextmanager
def playing(*arguments: str) -> Iterator[tuple[dict[str, str], "subprocess.Popen[str]"]]:
    """Run `wrapup sandbox`; yield what it said to export."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "harness", "sandbox", "--port", "0", *arguments],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(4)]
        yield dict(re.findall(r"export (\w+)=(\S+)", "".join(said))), process
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        assert "Traceback" not in errors


def test_what_the_sandbox_says_is_all_that_a_client_needs(tmp_path: Path) -> None:
    with playing("--org", "fixtures/broken") as (exports, process):
        assert set(exports) == {
            "GENESYSCLOUD_REGION",
            "GENESYSCLOUD_OAUTHCLIENT_ID",
            "GENESYSCLOUD_OAUTHCLIENT_SECRET",
        }
        recorded = run("record", "--into", "out", cwd=tmp_path, **exports)
        assert recorded.stdout.startswith("Recorded 'Broken <b>org</b>' into out: ")
        assert re.search(r" queues, \d+ wrap-up codes, \d+ users; \d+ requests\.$", recorded.stdout.strip())
        assert recorded.stderr == ""
        doctor = run("doctor", cwd=tmp_path, **exports)
        assert doctor.returncode == 0
        assert "Everything that the configuration checks read can be seen.\n" in doctor.stdout
        live = run("diff", "live", str(ROOT / "fixtures/broken"), cwd=tmp_path, **exports)
        assert live.returncode == 0
    assert process.returncode == 0


def test_faults_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "faults.yaml").write_text("faults:\n  - {kind: html, path: /api/v2/users, times: always}\n")
    with playing("--org", "fixtures/broken", "--faults", str(tmp_path / "faults.yaml")) as (exports, _):
        result = run("record", "--into", "out", cwd=tmp_path, **exports)
    assert result.returncode == 3
    assert "GET /api/v2/users" in result.stderr


def test_a_mistake_in_the_faults_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "faults.yaml").write_text("faults:\n  - {kind: htm}\n")
    result = run("sandbox", "--faults", str(tmp_path / "faults.yaml"), cwd=ROOT)
    assert result.returncode == 2
    assert "faults.yaml:2:12: unknown kind 'htm'" in result.stderr
    assert "did you mean 'html'?" in result.stderr


def test_a_folder_that_is_no_recording_cannot_be_played(tmp_path: Path) -> None:
    result = run("sandbox", "--org", str(tmp_path), cwd=ROOT)
    assert result.returncode == 2
    assert "is not a recording" in result.stderr


@pytest.mark.parametrize("command", [["record", "--into", "out"], ["doctor"], ["check", "x", "--org", "live"]])
def test_missing_credentials_are_named(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x/p.policy.yaml").write_text("policy: P\nrules:\n  - {id: A, check: naming.unique, severity: minor}\n")
    blank = dict.fromkeys((name for name in os.environ if name.startswith("GENESYS")), "")
    result = run(*command, cwd=tmp_path, **blank)
    assert result.returncode == 2
    assert "GENESYSCLOUD_OAUTHCLIENT_ID" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ("yesterday", "--at does not take 'yesterday'"),
        ("2026-11-21T06:00:00", "--at '2026-11-21T06:00:00' has no time zone"),
    ],
)
def test_a_moment_needs_its_time_zone(at: str, message: str, tmp_path: Path) -> None:
    result = run("record", "--into", "out", "--at", at, cwd=tmp_path)
    assert result.returncode == 2
    assert message in result.stderr


def test_login_names_what_the_environment_lacks(tmp_path: Path) -> None:
    blank = dict.fromkeys((name for name in os.environ if name.startswith("GENESYS")), "")
    result = run("login", cwd=tmp_path, **blank)
    assert result.returncode == 2
    assert "the environment lacks GENESYSCLOUD_REGION and GENESYSCLOUD_OAUTHCLIENT_ID" in result.stderr


def test_login_lets_a_user_in_and_stores_the_token_for_its_owner_only(tmp_path: Path) -> None:
    """The browser is a program that follows the redirect; the token never appears on the terminal."""
    browser = tmp_path / "browser.py"
    browser.write_text("import sys, urllib.request\nurllib.request.urlopen(sys.argv[1], timeout=20).read()\n")
    with playing("--org", "fixtures/tidy") as (exports, _):
        clients = default_clients(State.load(ROOT / "fixtures/tidy"))
        public = next(client.id for client in clients if client.redirect_uris)
        more = {
            "GENESYSCLOUD_REGION": exports["GENESYSCLOUD_REGION"],
            "GENESYSCLOUD_OAUTHCLIENT_ID": public,
            "HOME": str(tmp_path),
            "BROWSER": f"{sys.executable} {browser} %s",
        }
        result = run("login", cwd=tmp_path, **more)
    assert result.returncode == 0, result.stderr
    stored = tmp_path / ".config/wrapup/login.json"
    assert result.stdout.startswith("Logged in until ")
    assert stored.stat().st_mode & 0o077 == 0
    token = json.loads(stored.read_text())["login"]["value"]
    assert token not in result.stdout + result.stderr
