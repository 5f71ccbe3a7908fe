"""The sandbox without a port: behind httpx, and behind respx."""

import threading
from pathlib import Path

import httpx
import pytest
import respx

from harness.errors import SourceError
from harness.testing import a_sandbox
from tests.sandbox.playing import CODES, FIXTURES


def _my_integration(domain: str, client_id: str, client_secret: str) -> int:
    """What a user's code may look like: it knows nothing of the sandbox."""
    with httpx.Client() as http:
        answer = http.post(
            f"https://login.{domain}/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(client_id, client_secret),
        )
        headers = {"authorization": f"Bearer {answer.json()['access_token']}"}
        return int(http.get(f"https://api.{domain}{CODES}", headers=headers).json()["total"])


def test_code_under_test_needs_no_port() -> None:
    with respx.mock() as router:
        sandbox = a_sandbox(FIXTURES / "tidy", router)
        found = _my_integration("mypurecloud.ie", sandbox.client_id, sandbox.client_secret)
    assert found == len(sandbox.state.shelf("wrapupcodes").all)
    assert [request.path for request in sandbox.requests] == ["/oauth/token", CODES]


def test_another_regions_hosts_are_not_answered() -> None:
    """Code that talks to the wrong host must fail in its test."""
    with respx.mock(assert_all_called=False) as router:
        sandbox = a_sandbox(FIXTURES / "tidy", router, domain="mypurecloud.de")
        with pytest.raises(respx.models.AllMockedAssertionError):
            _my_integration("mypurecloud.ie", sandbox.client_id, sandbox.client_secret)
        _my_integration("mypurecloud.de", sandbox.client_id, sandbox.client_secret)


def test_threads_take_turns() -> None:
    sandbox = a_sandbox(FIXTURES / "tidy")
    answers: list[int] = []

    def ask() -> None:
        with httpx.Client(transport=sandbox, base_url="http://127.0.0.1") as http:
            answers.extend(http.get(CODES).status_code for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [401] * 20
    assert len({request.correlation_id for request in sandbox.requests}) == 20


def test_a_folder_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"is not a recording"):
        a_sandbox(tmp_path)
