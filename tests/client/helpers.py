"""What most tests of the client need: a clock that does not wait, and a client of a test server."""

import threading

from harness.client import Access, AccessToken, ClientCredentials, GenesysClient, Pacer, Retries, region_of
from tests.client.server import Server

SECRET = "canary-secret-9f1c"  # noqa: S105 # not one
CREDENTIALS = ClientCredentials("client-1", SECRET)

CODES = "/api/v2/routing/wrapupcodes"
QUEUES = "/api/v2/routing/queues"


class FakeTime:
    """Time that passes only when somebody sleeps, and remembers for how long they did."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def clock(self) -> float:
        return self.now

    def sleep(self, wait_s: float) -> None:
        with self._lock:
            self.slept.append(wait_s)
            self.now += wait_s


def a_client(
    server: Server,
    *,
    time: FakeTime | None = None,
    credentials: ClientCredentials | AccessToken = CREDENTIALS,
    allow_writes: bool = False,
    org_id: str | None = None,
    attempts: int = 4,
    pacer: Pacer | None = None,
) -> GenesysClient:
    """Return a client of the server, without jitter, whose waits take no time."""
    time = time or FakeTime()
    return GenesysClient(
        Access(region_of(server.url), credentials, org_id),
        allow_writes=allow_writes,
        retries=Retries(attempts=attempts, random=lambda: 1.0),
        pacer=pacer,
        clock=time.clock,
        sleep=time.sleep,
    )
