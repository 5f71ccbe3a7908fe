"""The lifecycle suite against a sandbox that is live to it: it tells the story, and leaves the org as it was."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import pytest

from harness.client import Access, ClientCredentials, GenesysClient, Pacer, UserToken, region_of, save_user_token
from harness.orgs.recorder import record
from harness.sandbox import Fault, Sandbox
from harness.sandbox.changes import Change
from harness.sandbox.crm import CRM_PATH
from tests.sandbox.playing import CODES

ROOT = Path(__file__).parents[1]
STEPS = 10
SALES = "b85b0c83-6715-5689-9257-0e7464410311"
"""A queue of the recording that is played."""

# What an org that was changed and changed back may differ in.
_STAMPS = frozenset({"dateModified", "modifiedBy", "version"})


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Sandbox]:
    """An org that the suite takes for a live one; a code in it nearly has one of the suite's names."""
    with Sandbox(ROOT / "fixtures" / "tidy", rate_limit=None) as sandbox, _client(sandbox, allow_writes=True) as client:
        client.post(CODES, {"name": "wrapup-lifecycle-code 2"}, dict)
        signed_in = sandbox.app.front.platform.access
        save_user_token(
            tmp_path / ".config/wrapup/login.json",
            UserToken(
                region=sandbox.base_url,
                client_id=sandbox.client_id,
                expires_at=datetime.now(UTC) + timedelta(hours=1),
                value=signed_in.issue(signed_in.clients[sandbox.client_id], _agent(sandbox)).value,
            ),
        )
        yield sandbox


def _agent(sandbox: Sandbox) -> str:
    return str(next(iter(sandbox.state.shelf("users").visible)))


def _client(sandbox: Sandbox, *, allow_writes: bool = False) -> GenesysClient:
    access = Access(region_of(sandbox.base_url), ClientCredentials(sandbox.client_id, sandbox.client_secret))
    return GenesysClient(access, allow_writes=allow_writes, pacer=Pacer(100_000))


def recorded(sandbox: Sandbox, folder: Path) -> dict[str, list[Any]]:
    """Return what a recording of an org holds, but for the stamps of changes."""
    with _client(sandbox) as client:
        record(client, folder)
    lines = {
        path.name: path.read_text("utf-8").splitlines() for path in folder.glob("*json") if path.stem != "recording"
    }
    assert len(lines) == 8
    return {name: [_bare(msgspec.json.decode(line)) for line in each] for name, each in lines.items()}


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items() if key not in _STAMPS}
    return [_bare(item) for item in value] if isinstance(value, list) else value


def environment(home: Path, sandbox: Sandbox | None = None, **more: str) -> dict[str, str]:
    """Return an environment that knows nothing but a home, and the org when there is one."""
    values = {
        name: text for name, text in os.environ.items() if not re.match("GENESYS|WRAPUP|TARGET|AGENT|PYTEST", name)
    }
    values["HOME"] = str(home)
    if sandbox is not None:
        values |= {
            "GENESYSCLOUD_REGION": sandbox.base_url,
            "GENESYSCLOUD_OAUTHCLIENT_ID": sandbox.client_id,
            "GENESYSCLOUD_OAUTHCLIENT_SECRET": sandbox.client_secret,
            "WRAPUP_CRM_URL": f"{sandbox.base_url}{CRM_PATH}",
            "WRAPUP_CRM_TOKEN": sandbox.crm_token,
            "AGENT_ID": _agent(sandbox),
        }
    return values | more


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "suites/lifecycle", "-p", "no:cacheprovider", "--color=no", *arguments]


def run(env: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Run the suite; return its exit code and what it printed."""
    done = subprocess.run(
        command(*arguments), cwd=ROOT, env=env, capture_output=True, text=True, timeout=240, check=False
    )
    return done.returncode, done.stdout + done.stderr


LIVE = ("--wrapup-org", "live")
WRITING = (*LIVE, "--wrapup-allow-writes")


def test_by_default_it_plays_a_recording(tmp_path: Path) -> None:
    """A fresh checkout has no credentials, and none are asked for."""
    code, said = run(environment(tmp_path))
    assert (code, f"{STEPS} passed" in said) == (0, True), said


def test_without_permission_nothing_is_written_to_a_live_org(outside: Sandbox, tmp_path: Path) -> None:
    before = len(outside.state.changes), len(outside.requests)
    code, said = run(environment(tmp_path, outside), *LIVE, "--wrapup-clean")
    assert (code, f"{STEPS} skipped" in said) == (0, True), said
    assert "it writes to a live org, and --wrapup-allow-writes was not given" in said
    assert len(outside.state.changes) == before[0]
    assert {it.method for it in outside.requests[before[1] :] if it.path.startswith("/api/")} <= {"GET"}
    assert not outside.state.conversations.all()


def test_a_live_org_is_left_as_it_was(outside: Sandbox, tmp_path: Path) -> None:
    before = recorded(outside, tmp_path / "before")
    code, said = run(environment(tmp_path, outside), *WRITING)
    assert (code, f"{STEPS} passed" in said) == (0, True), said
    assert len(outside.state.changes) > 5
    assert recorded(outside, tmp_path / "after") == before


def test_somebody_elses_queue_and_conversation_are_used_when_they_are_named(outside: Sandbox, tmp_path: Path) -> None:
    """On a live org that is the only way to apply a code; the queue gets it, and loses it again."""
    before = recorded(outside, tmp_path / "before")
    conversations = outside.state.conversations
    named = conversations.begin(SALES, _agent(outside))
    conversations.answer(named.id)
    conversations.hang_up(named.id)
    env = environment(tmp_path, outside, TARGET_QUEUE_ID=SALES, TARGET_CONVERSATION_ID=named.id)
    code, said = run(env, *WRITING)
    assert (code, f"{STEPS} passed" in said) == (0, True), said
    held = conversations.get(named.id)
    assert held is not None
    assert held.course.handlings[0].wrap_up_now is not None
    assert held.course.handlings[0].wrap_up_now.notes == "Written by a test run."
    assert recorded(outside, tmp_path / "after") == before


def test_what_is_made_is_removed_though_a_step_fails(outside: Sandbox, tmp_path: Path) -> None:
    before = recorded(outside, tmp_path / "before")
    refused = MappingProxyType({"permission": "conversation:participant:wrapup"})
    outside.plan(Fault(kind="forbidden", method="PATCH", path="/api/v2/conversations/*", times=None, options=refused))
    code, said = run(environment(tmp_path, outside), *WRITING)
    assert code == 1, said
    assert "::test_apply" in said
    assert "the role lacks the permission conversation:participant:wrapup" in said
    assert recorded(outside, tmp_path / "after") == before


@contextmanager
def _killed_by_first(sandbox: Sandbox, action: str, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run the suite until a change of some kind is made, and kill it in that moment."""
    runs: list[subprocess.Popen[bytes]] = []

    def kill(event: object) -> None:
        if runs and isinstance(event, Change) and event.action == action:
            runs.pop().send_signal(signal.SIGKILL)

    sandbox.state.listen(kill)
    with subprocess.Popen(command(*WRITING), cwd=ROOT, env=env, stdout=subprocess.DEVNULL) as process:
        runs.append(process)
        yield process


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_leftovers_of_a_killed_run_are_told_and_removed(outside: Sandbox, tmp_path: Path) -> None:
    before, env = recorded(outside, tmp_path / "before"), environment(tmp_path, outside)
    with _killed_by_first(outside, "WrapupCodeAdd", env) as process:
        assert process.wait(120) == -signal.SIGKILL
    assert recorded(outside, tmp_path / "killed") != before

    code, said = run(env, *WRITING)
    assert code == 1, said
    assert "objects of a run that was killed, or that goes on now" in said
    assert "remove them with --wrapup-clean, or use another --wrapup-prefix" in said

    code, said = run(env, *WRITING, "--wrapup-clean")
    assert (code, f"{STEPS} passed" in said) == (0, True), said
    assert recorded(outside, tmp_path / "after") == before


def test_an_empty_prefix_is_refused(outside: Sandbox, tmp_path: Path) -> None:
    before = len(outside.state.changes)
    code, said = run(environment(tmp_path, outside), *WRITING, "--wrapup-prefix", " ", "--wrapup-clean")
    assert code == 1
    assert "--wrapup-prefix is empty" in said
    assert len(outside.state.changes) == before
