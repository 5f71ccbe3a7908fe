"""The transport on a real network of this machine, with the faults that real ones have."""

import httpx
import pytest

from harness.client.pacing import Pacer
from harness.client.retries import Retries
from harness.client.transport import ATTEMPTS, REPEATABLE, WAITED_S, SteadyTransport, wire_to
from tests.client.helpers import FakeTime
from tests.client.server import Reply, Server

GOOD = Reply(body={"ok": 1})


def send(
    server: Server,
    *,
    repeatable: bool = True,
    time: FakeTime | None = None,
    whole_answer_s: float = 60,
    read_s: float = 30,
) -> tuple[httpx.Response, httpx.Request]:
    time = time or FakeTime()
    transport = SteadyTransport(
        httpx.HTTPTransport(),
        pacer=Pacer(clock=time.clock, sleep=time.sleep),
        retries=Retries(random=lambda: 1.0),
        sleep=time.sleep,
        timeout=httpx.Timeout(read_s),
        whole_answer_s=whole_answer_s,
    )
    with httpx.Client(transport=transport) as http:
        request = http.build_request("GET", f"{server.url}/x", extensions={REPEATABLE: repeatable})
        return http.send(request), request


def test_a_good_answer_is_asked_for_once(server: Server) -> None:
    server.on("GET", "/x", GOOD)
    response, request = send(server)
    assert response.json() == {"ok": 1}
    assert (request.extensions[ATTEMPTS], request.extensions[WAITED_S]) == (1, 0.0)


@pytest.mark.parametrize("how", ["reset", "cut"])
def test_a_broken_connection_is_asked_again(server: Server, how: str) -> None:
    """An answer cut short in the middle is a fault of the connection, though its headers said 200."""
    time = FakeTime()
    server.on("GET", "/x", Reply(how=how, body={"long": "x" * 100}), GOOD)  # type: ignore[arg-type] # a word of How
    response, request = send(server, time=time)
    assert response.json() == {"ok": 1}
    assert request.extensions[ATTEMPTS] == 2
    assert time.slept == [1.0]


def test_a_broken_connection_is_final_where_repeating_is_not_safe(server: Server) -> None:
    server.on("GET", "/x", Reply(how="cut", body={"long": "x" * 100}), GOOD)
    with pytest.raises(httpx.RemoteProtocolError):
        send(server, repeatable=False)
    assert len(server.seen) == 1


def test_after_four_attempts_the_last_answer_stands(server: Server) -> None:
    time = FakeTime()
    server.on("GET", "/x", Reply(503, headers={"Retry-After": "3"}))
    response, request = send(server, time=time)
    assert (response.status_code, len(server.seen), time.slept) == (503, 4, [3.0, 3.0, 3.0])
    assert request.extensions[WAITED_S] == 9.0


def test_a_server_that_is_silent_times_out(server: Server) -> None:
    server.on("GET", "/x", Reply(how="silent"))
    with pytest.raises(httpx.ReadTimeout):
        send(server, repeatable=False, read_s=0.05)


def test_a_server_that_sends_a_byte_now_and_then_times_out_too(server: Server) -> None:
    """Each byte comes in time; it is the whole that must."""
    server.on("GET", "/x", Reply(how="trickle", body={"long": "x" * 1000}))
    with pytest.raises(httpx.ReadTimeout, match="took too long to arrive as a whole"):
        send(server, repeatable=False, whole_answer_s=0.1)


def test_a_body_that_is_not_what_its_headers_say_is_not_asked_again(server: Server) -> None:
    server.on("GET", "/x", Reply(body=b"plain", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(httpx.DecodingError):
        send(server)
    assert len(server.seen) == 1


def test_plain_http_leaves_this_machine_for_nobody() -> None:
    time = FakeTime()
    wire = httpx.MockTransport(lambda request: pytest.fail("it was sent"))
    transport = SteadyTransport(wire, pacer=Pacer(clock=time.clock, sleep=time.sleep), retries=Retries())
    with httpx.Client(transport=transport) as http, pytest.raises(httpx.UnsupportedProtocol, match="plain http"):
        http.get("http://api.mypurecloud.ie/api/v2/x")


@pytest.mark.parametrize(
    ("environment", "url", "proxied"),
    [
        ({}, "https://api.mypurecloud.ie", False),
        ({"https_proxy": "http://proxy.test:3128"}, "https://api.mypurecloud.ie", True),
        ({"https_proxy": "proxy.test:3128"}, "https://api.mypurecloud.ie", True),
        ({"https_proxy": "http://proxy.test:3128", "no_proxy": ".mypurecloud.ie"}, "https://api.mypurecloud.ie", False),
        ({"http_proxy": "http://proxy.test:3128"}, "http://127.0.0.1:8085", False),
    ],
)
def test_the_systems_proxy_is_used_but_never_for_this_machine(
    environment: dict[str, str], url: str, proxied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, text in environment.items():
        monkeypatch.setenv(name, text)
    with wire_to(url) as wire:
        # What httpx chose can only be seen in the kind of its pool.
        assert (type(wire._pool).__name__ == "HTTPProxy") is proxied
