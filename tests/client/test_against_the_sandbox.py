"""The client and the sandbox, which were written apart, against each other over real HTTP."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import pytest

from harness.client import (
    Access,
    ClientCredentials,
    Form,
    GenesysClient,
    Listing,
    Pacer,
    Retries,
    entities,
    login,
    region_of,
    update,
)
from harness.errors import ApiError, AuthError, PayloadError, RateLimitedError, UnavailableError
from harness.sandbox.clock import VirtualClock
from harness.sandbox.faults import Fault
from harness.sandbox.server import Sandbox
from tests.client.helpers import CODES, QUEUES

TIDY = Path("fixtures/tidy")
HARBOR = Path("fixtures/harbor")


@pytest.fixture
def tidy() -> Iterator[Sandbox]:
    with Sandbox(TIDY, clock=VirtualClock()) as sandbox:
        yield sandbox


def a_fault(kind: str, path: str = "/api/*", first: int = 1, times: int | None = 1, **options: Any) -> Fault:
    return Fault(kind=kind, path=path, first=first, times=times, options=MappingProxyType(options))


def a_client(sandbox: Sandbox, *, allow_writes: bool = False) -> GenesysClient:
    """Return a client whose waits move the sandbox's clock."""
    clock = sandbox.state.clock
    assert isinstance(clock, VirtualClock)
    lock = threading.Lock()

    def sleep(wait_s: float) -> None:
        with lock:
            clock.advance(wait_s)

    def now() -> float:
        return clock.now().timestamp()

    return GenesysClient(
        Access(region_of(sandbox.base_url), ClientCredentials(sandbox.client_id, sandbox.client_secret)),
        allow_writes=allow_writes,
        pacer=Pacer(clock=now, sleep=sleep),
        retries=Retries(random=lambda: 1.0, now=now),
        clock=now,
        sleep=sleep,
    )


def recorded(org: Path, name: str) -> list[Any]:
    lines = (org / f"{name}.ndjson").read_text(encoding="utf-8").splitlines()
    return sorted((json.loads(line) for line in lines), key=lambda entity: entity["id"])


def read(client: GenesysClient, path: str, page_size: int = 500, form: Form = Form.NUMBERED) -> list[Any]:
    found = entities(client, Listing(path, page_size, form))
    return sorted((json.loads(bytes(entity)) for entity in found), key=lambda entity: entity["id"])


@pytest.mark.parametrize("page_size", [1, 2, 100])
def test_listings_are_what_was_recorded(tidy: Sandbox, page_size: int) -> None:
    with a_client(tidy) as client:
        assert read(client, CODES, page_size) == recorded(TIDY, "wrapupcodes")
        assert {queue["id"] for queue in read(client, QUEUES)} == {queue["id"] for queue in recorded(TIDY, "queues")}
        for queue in recorded(TIDY, "queues"):
            members = read(client, f"{QUEUES}/{queue['id']}/members", page_size, Form.LINKED)
            assert len(members) == queue["memberCount"]


SURVIVABLE = [
    a_fault("unauthorized", CODES, first=2),
    a_fault("rate_limited", CODES, times=3, retry_after=2_000),
    a_fault("rate_limited", CODES, times=3, retry_after=2_000, as_date=True),
    a_fault("rate_limited", CODES, times=3),
    a_fault("server_error", CODES, times=3, status=503),
    a_fault("server_error", CODES, times=3, status=504, after=True),
    a_fault("connection_reset", CODES, times=3),
    a_fault("connection_reset", CODES, times=3, after=True),
    a_fault("slow", CODES, chunk=64, pause=1),
    a_fault("truncated", CODES, times=3),
    a_fault("malformed", CODES),
    a_fault("html", CODES),
    a_fault("html", CODES, times=3, status=502),
    a_fault("clock_skew", CODES, times=None, by=3_600_000),
]


@pytest.mark.parametrize("fault", SURVIVABLE, ids=lambda fault: f"{fault.kind} {dict(fault.options)}")
def test_a_fault_that_passes_is_survived(fault: Fault) -> None:
    with Sandbox(TIDY, clock=VirtualClock(), faults=[fault]) as sandbox, a_client(sandbox) as client:
        assert [code["id"] for code in read(client, CODES, 2)] == [code["id"] for code in recorded(TIDY, "wrapupcodes")]
        assert any(request.faults for request in sandbox.app.front.requests)


LASTING = [
    (a_fault("unauthorized", CODES, times=None), AuthError),
    (a_fault("forbidden", CODES, times=None, permission="routing:wrapupCode:view"), AuthError),
    (a_fault("rate_limited", CODES, times=None, retry_after=2_000), RateLimitedError),
    (a_fault("rate_limited", CODES, times=1, retry_after=3_600_000), RateLimitedError),
    (a_fault("server_error", CODES, times=None, status=500), UnavailableError),
    (a_fault("connection_reset", CODES, times=None), UnavailableError),
    (a_fault("truncated", CODES, times=None), UnavailableError),
    (a_fault("malformed", CODES, times=None), PayloadError),
    (a_fault("html", CODES, times=None), PayloadError),
    (a_fault("repeated_page", CODES, first=2, times=None), ApiError),
]


@pytest.mark.parametrize(("fault", "kind"), LASTING, ids=[f"{fault.kind}, {fault.times}" for fault, _ in LASTING])
def test_a_fault_that_lasts_ends_in_its_own_error(fault: Fault, kind: type[ApiError]) -> None:
    with Sandbox(TIDY, clock=VirtualClock(), faults=[fault]) as sandbox, a_client(sandbox) as client:
        with pytest.raises(kind) as caught:
            read(client, CODES, 2)
        assert sandbox.client_secret not in str(caught.value)


def test_a_link_that_leads_back_is_noticed() -> None:
    queue = max(recorded(TIDY, "queues"), key=lambda queue: queue["memberCount"])
    path = f"{QUEUES}/{queue['id']}/members"
    circle = a_fault("repeated_cursor", path, times=None)
    with Sandbox(TIDY, clock=VirtualClock(), faults=[circle]) as sandbox, a_client(sandbox) as client:
        with pytest.raises(PayloadError) as caught:
            read(client, path, 1, Form.LINKED)
        assert caught.value.json_path in ("$.nextUri", "$.entities")


def test_a_listing_that_drifts_once_is_read_again() -> None:
    drift = a_fault("page_drift", CODES, first=2, insert=1)
    with Sandbox(TIDY, clock=VirtualClock(), faults=[drift]) as sandbox, a_client(sandbox) as client:
        assert len(read(client, CODES, 2)) == len(recorded(TIDY, "wrapupcodes")) + 1


@pytest.mark.parametrize("threads", [1, 4])
def test_the_announced_rate_is_never_exceeded_and_kept_full(threads: int) -> None:
    """Eighty-five requests with twenty a minute allowed: no 429, and alone no minute more than needed."""
    clock = VirtualClock()
    sandbox = Sandbox(HARBOR, clock=clock, rate_limit=20)
    with sandbox, a_client(sandbox) as client, ThreadPoolExecutor(threads) as pool:
        began = clock.now()
        queues = [queue["id"] for queue in read(client, QUEUES)]
        codes = list(pool.map(lambda queue: len(read(client, f"{QUEUES}/{queue}/wrapupcodes", 100)), queues * 2))
        minutes = (clock.now() - began).total_seconds() / 60
        calls = [request for request in sandbox.app.front.requests if request.path.startswith("/api/")]
    assert codes[: len(queues)] == codes[len(queues) :]
    assert {call.status for call in calls} == {200}
    # Threads that sleep at the same time move the test's clock one after the other.
    assert threads > 1 or minutes <= (len(calls) - 1) // 20 + 0.2


def test_a_queue_and_the_outbound_mapping_are_changed_safely(tidy: Sandbox) -> None:
    queue = recorded(TIDY, "queues")[0]
    with a_client(tidy, allow_writes=True) as client:
        updated = update(
            client, f"{QUEUES}/{queue['id']}", lambda found: {**found, "description": "new"}, sleep=lambda _: None
        )
        assert (updated.entity["description"], updated.guard, updated.writes) == ("new", "none", 1)
        mapping = update(client, "/api/v2/outbound/wrapupcodemappings", lambda found: {**found, "defaultSet": []})
        assert (mapping.entity["defaultSet"], mapping.guard) == ([], "version")


def test_a_user_logs_in(tidy: Sandbox) -> None:
    def browser(url: str) -> None:
        def follow() -> None:
            with httpx.Client(trust_env=False) as http:
                redirect = http.get(url).headers["location"]
                http.get(redirect.replace("localhost", "127.0.0.1"))

        threading.Thread(target=follow, daemon=True).start()

    assert tidy.login_client_id is not None
    token = login(region_of(tidy.base_url), tidy.login_client_id, open_browser=browser, timeout_s=10)
    clock = tidy.state.clock
    with GenesysClient(token.access(clock.now())) as client:
        assert client.organization().id == client.get("/api/v2/organizations/me", dict)["id"]
