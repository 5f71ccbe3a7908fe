"""The sandbox over a real connection: what breaks there really breaks."""

import contextlib
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from harness.errors import InputError, UsageError
from harness.sandbox import Fault, Sandbox, serve
from tests.sandbox.playing import CLIENT, CODES, FIXTURES, USERS, a_state


@contextlib.contextmanager
def _calling(*faults: Fault, **settings: Any) -> Any:
    with (
        Sandbox(a_state(), [CLIENT], faults=faults, **settings) as sandbox,
        httpx.Client(base_url=sandbox.base_url) as http,
    ):
        answer = http.post(
            "/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(sandbox.client_id, sandbox.client_secret),
        )
        http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        yield http, sandbox


def _fault(kind: str, **options: Any) -> Fault:
    return Fault(kind=kind, options=MappingProxyType(options))


def test_the_api_and_the_login_host_share_a_port() -> None:
    with _calling() as (http, sandbox):
        first, second = http.get(CODES, params={"pageSize": 1}), http.get(USERS)
        assert [first.status_code, second.status_code] == [200, 200]
        assert first.headers.get_list("date") == ["Mon, 02 Nov 2026 08:00:00 GMT"]
        assert "server" not in first.headers
        assert http.head("/api/v2/tokens/me").content == b""
        assert urlsplit(sandbox.base_url).hostname == "127.0.0.1"
        assert len(sandbox.requests) == 4


def test_a_stopped_sandbox_answers_nobody() -> None:
    with Sandbox(a_state()) as sandbox:
        address = urlsplit(sandbox.base_url)
        httpx.get(sandbox.base_url)
    with (
        pytest.raises(OSError, match=r"refused"),
        socket.create_connection((address.hostname or "", address.port or 0)),
    ):
        pass


def test_many_clients_at_once_get_their_own_answers() -> None:
    """The platform allows concurrent calls, and ids must not get mixed up."""
    with _calling(rate_limit=None) as (http, sandbox):
        made: list[str] = []

        def make(start: int) -> None:
            for number in range(start, start + 10):
                made.append(http.post(CODES, json={"name": f"Code {number}"}).json()["id"])

        threads = [threading.Thread(target=make, args=(start,)) for start in (0, 10, 20, 30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(made)) == 40
        assert http.get(CODES).json()["total"] == 43
        assert len(sandbox.state.changes) == 40


def test_a_reset_connection_is_reset() -> None:
    with _calling(_fault("connection_reset")) as (http, sandbox):
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            http.post(CODES, json={"name": "x"})
        assert http.get(CODES).status_code == 200
        assert sandbox.state.changes == []


def test_a_reset_connection_may_have_taken_effect() -> None:
    with _calling(_fault("connection_reset", after=True)) as (http, sandbox):
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            http.post(CODES, json={"name": "x"})
        assert [change.entity_name for change in sandbox.state.changes] == ["x"]


def test_a_truncated_answer_ends_in_the_middle() -> None:
    with _calling(_fault("truncated")) as (http, _):
        with pytest.raises(httpx.RemoteProtocolError, match=r"peer closed connection without sending complete"):
            http.get(CODES)
        assert http.get(CODES).status_code == 200


def test_a_slow_answer_comes_whole() -> None:
    with _calling(_fault("slow", chunk=64, pause=1)) as (http, _):
        slow, fast = http.get(CODES), http.get(CODES)
        assert slow.content == fast.content


def test_a_virtual_clock_is_handed_through() -> None:
    with _calling(rate_limit=1) as (http, sandbox):
        assert [http.get(CODES).status_code for _ in range(2)] == [200, 429]
        sandbox.state.clock.advance(60)
        assert http.get(CODES).status_code == 200


# -- what the command runs -----------------------------------------------------------------------------------------


def test_a_taken_port_is_explained() -> None:
    with Sandbox(a_state()) as sandbox:
        port = urlsplit(sandbox.base_url).port or 0
        with pytest.raises(UsageError, match=rf"^cannot listen on port {port}: .*\n  choose another with --port$"):
            Sandbox(a_state(), port=port)
    with pytest.raises(UsageError, match=r"^cannot listen on port 70000: .*\n  choose another with --port$"):
        Sandbox(a_state(), port=70_000)


def test_a_file_of_faults_that_makes_no_sense_starts_nothing(tmp_path: Path) -> None:
    (tmp_path / "faults.yaml").write_text("faults: [{kind: html, x: 1}]")
    with pytest.raises(InputError, match=r"unknown key 'x'"):
        serve(FIXTURES / "tidy", port=0, faults=tmp_path / "faults.yaml", announce=lambda _: None)


def test_serving_says_where_and_stops_when_interrupted(tmp_path: Path) -> None:
    """As the command does: it runs in the foreground of a terminal until Ctrl-C."""
    (tmp_path / "faults.yaml").write_text("faults: [{kind: html, times: always}]")
    script = (
        "import sys\nfrom pathlib import Path\nfrom harness.sandbox import serve\n"
        "def announce(sandbox): print(sandbox.base_url, sandbox.client_id, sandbox.client_secret, flush=True)\n"
        "try:\n    serve(Path(sys.argv[1]), port=0, faults=Path(sys.argv[2]), announce=announce)\n"
        "except KeyboardInterrupt:\n    print('stopped')\n"
    )
    command = [sys.executable, "-c", script, str(FIXTURES / "tidy"), str(tmp_path / "faults.yaml")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        base_url, client_id, client_secret = process.stdout.readline().split()
        answer = httpx.post(
            f"{base_url}/oauth/token", data={"grant_type": "client_credentials"}, auth=(client_id, client_secret)
        )
        headers = {"authorization": f"Bearer {answer.json()['access_token']}"}
        assert httpx.get(f"{base_url}{CODES}", headers=headers).text.startswith("<html>")
        process.send_signal(2)
        assert process.communicate() == ("stopped\n", "")


# -- what it costs those who do not use it -------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["harness", "harness.plugin", "harness.testing"])
def test_nobody_else_pays_for_the_server(module: str) -> None:
    """Every pytest run in the user's environment imports the plugin."""
    script = (
        f"import sys, {module}; print(sorted({{'starlette', 'uvicorn', 'websockets', 'httpx'}} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
