"""`wrapup codes apply` and `wrapup watch` as their users run them, against a sandbox on a port."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.cli import main
from harness.client import UserToken, save_user_token
from harness.model.lifecycle import Handling
from harness.sandbox import Fault, Sandbox
from tests.sandbox.playing import ANN, BILLING, REFUND, SALE
from tests.sandbox.talking import FORCED, FREE, Talk, a_talking_state

CATALOGUE = """\
catalogue: Retail
definitions:
  - {name: Sale, wrapupCode: SALE, queueIds: [Forced], duration: 45, isDefault: true}
  - {name: Refund, wrapupCode: REFUND, queueIds: [Billing]}
"""


class Desk:
    """A sandbox, a home folder with or without a login, and what a command printed."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder, self.sandbox, self.state = folder, sandbox, sandbox.state
        self.environment = {
            "HOME": str(folder),
            "GENESYSCLOUD_REGION": sandbox.base_url,
            "GENESYSCLOUD_OAUTHCLIENT_ID": sandbox.client_id,
            "GENESYSCLOUD_OAUTHCLIENT_SECRET": sandbox.client_secret,
        }
        (folder / "catalogue.yaml").write_text(CATALOGUE)

    def log_in(self, *, region: str | None = None, expired: bool = False) -> None:
        """Store Ann's login, as `wrapup login` does."""
        access = self.sandbox.app.front.platform.access
        token = access.issue(access.clients[self.sandbox.client_id], ANN["id"])
        until = datetime.now(UTC) + timedelta(hours=-1 if expired else 1)
        login = UserToken(region or self.sandbox.base_url, "app", until, token.value)
        save_user_token(self.folder / ".config/wrapup/login.json", login)

    def run(self, *arguments: str, code: int = 0, **environment: str) -> tuple[str, str]:
        """Run a command that ends with a code; return what it printed."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(self.folder)
            for name, value in {"NO_COLOR": "1", **self.environment, **environment}.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main(list(arguments))
        assert ended.value.code == code, out.getvalue() + err.getvalue()
        return out.getvalue(), err.getvalue()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Sandbox(a_talking_state()) as sandbox:
        yield Desk(tmp_path, sandbox)


def test_the_user_who_is_logged_in_applies_codes(desk: Desk) -> None:
    desk.log_in()
    talk = Talk(desk.state).hung_up()
    out, _ = desk.run(
        "codes", "apply", talk.id, "--code", "sale", "--notes", "Two seats", "--tag", "a", "--allow-writes"
    )
    assert out == f"code 'Sale' is applied to agent {ANN['id']}'s part in conversation {talk.id}\n"
    out, _ = desk.run("codes", "apply", talk.id, "--code", "Sale", "--allow-writes")
    assert out == f"code 'Sale' is on agent {ANN['id']}'s part in conversation {talk.id} already\n"
    out, _ = desk.run("codes", "apply", talk.id, "--code", "Refund", "--skip-wrapped", "--allow-writes")
    assert out == f"agent {ANN['id']}'s part in conversation {talk.id} keeps its code {SALE['id']}\n"
    out, _ = desk.run("codes", "apply", talk.id, "--code", "Refund", "--overwrite", "--allow-writes", "--json")
    told = json.loads(out)
    assert (told["status"], told["wrapUpCodeId"], told["before"]) == ("applied", REFUND["id"], SALE["id"])


def test_the_guides_variables_are_defaults(desk: Desk) -> None:
    desk.log_in()
    talk = Talk(desk.state, FORCED).hung_up()
    names = {
        "TARGET_CONVERSATION_ID": talk.id,
        "TARGET_QUEUE_ID": "Forced",
        "TARGET_WRAPUP_CODE_NAME": "Sale",
        "AGENT_ID": ANN["id"],
    }
    out, _ = desk.run("codes", "apply", "--catalogue", "catalogue.yaml", "--allow-writes", "--json", **names)
    assert json.loads(out)["durationSeconds"] == 45
    _, err = desk.run("codes", "apply", "--allow-writes", code=2)
    assert err == "no conversation is named\n  give its id, or set TARGET_CONVERSATION_ID\n"
    _, err = desk.run("codes", "apply", Talk(desk.state).hung_up().id, code=2)
    assert "offers no code 'Default Wrapup', and neither does any other" in err


def test_nothing_is_written_without_being_allowed(desk: Desk) -> None:
    desk.log_in()
    talk = Talk(desk.state).hung_up()
    _, err = desk.run("codes", "apply", talk.id, "--code", "Sale", code=2)
    assert "see --allow-writes" in err
    _, err = desk.run("watch", "--queue", "Billing", "--apply-default", code=2)
    assert err == "--apply-default would change conversations\n  add --allow-writes\n"
    assert talk.handling.wrap_up_now is None


def test_credentials_that_are_not_the_agents_are_told_so(desk: Desk) -> None:
    talk = Talk(desk.state).hung_up()
    arguments = ("codes", "apply", talk.id, "--code", "Sale", "--allow-writes")
    assert "these are client credentials, which act for no user" in desk.run(*arguments, code=3)[1]
    desk.log_in()
    assert "these are client credentials" in desk.run(*arguments, "--as-client", code=3)[1]
    desk.log_in(region="eu-west-1")
    assert "the stored login is for the region eu-west-1, and the environment" in desk.run(*arguments, code=2)[1]
    desk.log_in(expired=True)
    assert "log in again with: wrapup login" in desk.run(*arguments, code=2)[1]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--overwrite", "--skip-wrapped"), "--overwrite and --skip-wrapped exclude each other"),
        (("--duration", "soon"), "--duration does not take 'soon'"),
        (("--duration", "1500ms"), "the platform counts whole seconds"),
    ],
)
def test_options_that_make_no_sense_are_refused(desk: Desk, more: tuple[str, ...], message: str) -> None:
    assert message in desk.run("codes", "apply", "x", "--allow-writes", *more, code=2)[1]


def lapses_soon(desk: Desk) -> threading.Thread:
    """Let two handlings end while a command watches: one silently at its time-out, one left without a code."""
    desk.state.clock.advance(time.time() - desk.state.clock.now().timestamp() + 60)  # type: ignore[attr-defined]

    def play() -> None:
        Talk(desk.state, FORCED).hung_up()
        desk.state.clock.advance(61)  # type: ignore[attr-defined]
        talk = Talk(desk.state, FREE).hung_up()
        desk.state.conversations.act(talk.id, None, Handling.leave)

    playing = threading.Timer(0.3, play)
    playing.start()
    return playing


@pytest.mark.parametrize("poll", [(), ("--poll", "--every", "500ms")])
def test_watching_prints_lapses_and_a_summary(desk: Desk, poll: tuple[str, ...]) -> None:
    playing = lapses_soon(desk)
    out, _ = desk.run("watch", "--queue", "Free", "--queue", "Forced", "--for", "2s", *poll, code=1)
    playing.join()
    assert "system code ININ-WRAP-UP-TIMEOUT  conversation " in out
    assert f"agent {ANN['id']}, queue 'Forced'\n" in out
    assert f"agent {ANN['id']}, queue 'Free'\n" in out
    assert "2 handlings ended after-call work: 1 no code, 1 system code.\n" in out
    assert "Looked back up to " in out


def test_watching_prints_one_object_a_line_for_programs(desk: Desk) -> None:
    desk.log_in()
    desk.state.conversations.assumptions = type(desk.state.conversations.assumptions)(clients_wrap_up=True)
    playing = lapses_soon(desk)
    arguments = ("--apply-default", "--catalogue", "catalogue.yaml", "--default-code", "Refund", "--allow-writes")
    out, _ = desk.run("watch", "--queue", "Free", "--queue", "Forced", "--for", "2s", "--json", *arguments, code=1)
    playing.join()
    *lapses, last = [json.loads(line) for line in out.splitlines()]
    assert {(it["kind"], it["queueId"], it["default"]) for it in lapses} == {
        ("system code", FORCED["id"], "applied"),
        ("no code", FREE["id"], "failed"),
    }
    assert (last["summary"]["lapses"], last["summary"]["defaultsApplied"]) == ({"no code": 1, "system code": 1}, 1)


def test_failures_and_gaps_are_said(desk: Desk) -> None:
    """The default code cannot be applied when after-call work is over, and two defaults are none."""
    (desk.folder / "catalogue.yaml").write_text(
        CATALOGUE + "  - {name: Other, wrapupCode: OTHER, queueIds: ['F*'], isDefault: true}\n"
    )
    playing = lapses_soon(desk)
    arguments = ("--apply-default", "--catalogue", "catalogue.yaml", "--allow-writes", "--poll", "--every", "1s")
    out, _ = desk.run("watch", "--queue", "Forced", "--agent", ANN["id"], "--for", "2s", *arguments, code=1)
    playing.join()
    assert "the default code was not applied: the catalogue has several default codes for queue 'Forced': 'Sale'" in out
    assert f", queue {FREE['id']}\n  the default code was not applied: queue 'Free' offers no code 'Other'" in out
    assert "2 found by looking back only" in out


def test_a_watch_without_analytics_says_what_it_missed(desk: Desk) -> None:
    desk.sandbox.plan(Fault(kind="server_error", path="/api/v2/analytics/*", times=None))
    out, err = desk.run("watch", "--queue", "Free", "--for", "100ms", "--poll", code=3)
    assert "Analytics could never be asked: what no event told of was missed.\n" in out
    assert "could not look back: POST /api/v2/analytics/conversations/details/query answered 503" in err


def test_a_watch_that_sees_nothing_wrong_says_so(desk: Desk) -> None:
    out, _ = desk.run("watch", "--queue", BILLING["id"], "--for", "100ms", "--poll")
    assert out.startswith("0 handlings ended after-call work: none lapsed.\nLooked back up to ")


def test_an_interrupted_watch_ends_with_its_summary(desk: Desk) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", "watch", "--queue", BILLING["id"]],
        env={**os.environ, "NO_COLOR": "1", **desk.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None and not any(
        request.path.endswith("/details/query") for request in desk.sandbox.requests
    ):
        time.sleep(0.02)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "")
    assert out.startswith("0 handlings ended after-call work: none lapsed.\nLooked back up to ")
