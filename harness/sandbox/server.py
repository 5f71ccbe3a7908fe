"""Running the sandbox: over real HTTP on a port of this machine."""

import socket
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

import uvicorn

from harness.sandbox.access import Access, Client
from harness.sandbox.app import api
from harness.sandbox.call import Platform
from harness.sandbox.clock import Clock
from harness.sandbox.front import Front
from harness.sandbox.limits import PER_MINUTE, RateLimit
from harness.sandbox.state import State

__all__ = ["Sandbox", "create_app"]


def create_app(
    state: State,
    clients: Sequence[Client] = (),
    *,
    rate_limit: int | None = PER_MINUTE,
    announce_limit: bool = True,
) -> Front:
    """Return the sandbox as an ASGI application.

    Args:
        state: The org.
        clients: Who may sign in; one client with all rights when there are none.
        rate_limit: Calls a minute for each client, or None for any number.
        announce_limit: Whether answers say how many calls are left.
    """
    known = clients or (default_client(state),)
    access = Access(known, state.clock, state.seed)
    limit = RateLimit(state.clock, allowed=rate_limit, announced=announce_limit)
    platform = Platform(state, access, limit)
    return Front(api(platform), platform)


def default_client(state: State) -> Client:
    """Return the client that a sandbox has when it is told of none: all rights, and the same in every run."""
    return Client(id=state.stable_id("client"), secret=state.stable_id("secret"))


class Sandbox:
    """An org on an ephemeral port of this machine, for the length of a `with` block.

    Args:
        org: A recording's folder, or an org that is loaded already.
        clients: Who may sign in; one client with all rights when there are none.
        clock: The time; the machine's when None.
        rate_limit: Calls a minute for each client, or None for any number.
        announce_limit: Whether answers say how many calls are left.
        port: Which port, or 0 for any that is free.

    Attributes:
        state: The org.
        base_url: Where API and login host are.
        client_id: The first client's.
        client_secret: The first client's.

    Example:
        >>> with Sandbox(Path("fixtures/harbor")) as sandbox:  # doctest: +SKIP
        ...     print(sandbox.base_url, sandbox.client_id, sandbox.client_secret)
    """

    def __init__(
        self,
        org: Path | State,
        clients: Sequence[Client] = (),
        *,
        clock: Clock | None = None,
        rate_limit: int | None = PER_MINUTE,
        announce_limit: bool = True,
        port: int = 0,
    ) -> None:
        self.state = org if isinstance(org, State) else State.load(org, clock=clock)
        first = (clients or (default_client(self.state),))[0]
        self.client_id, self.client_secret = first.id, first.secret or ""
        self.app = create_app(self.state, clients, rate_limit=rate_limit, announce_limit=announce_limit)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self.base_url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = _Server(
            uvicorn.Config(
                self.app, log_level="warning", access_log=False, lifespan="off", date_header=False, server_header=False,
                ws="websockets-sansio", http="h11", loop="asyncio", timeout_graceful_shutdown=1,
            )
        )  # fmt: skip
        self._thread = threading.Thread(target=self._run, name="wrapup sandbox", daemon=True)

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])

    def __enter__(self) -> "Sandbox":
        self._thread.start()
        self._server.ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


class _Server(uvicorn.Server):
    """A server that says when it is listening."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()
