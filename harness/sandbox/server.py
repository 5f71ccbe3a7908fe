"""Running the sandbox: over real HTTP on a port of this machine."""

import socket
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Unpack

import uvicorn

from harness.errors import UsageError
from harness.sandbox.access import Client
from harness.sandbox.breakable import BreakableProtocol
from harness.sandbox.faults import load_faults
from harness.sandbox.stage import Settings, Stage
from harness.sandbox.state import State

__all__ = ["Sandbox", "serve"]


class Sandbox(Stage):
    """An org on a port of this machine, for the length of a `with` block.

    Args:
        org: A recording's folder, or an org that is loaded already.
        clients: Who may sign in; when there are none, `default_clients` of the org.
        port: Which port, or 0 for any that is free.
        settings: What else a `Stage` takes: `clock`, `faults`, `rate_limit`, `announce_limit`.

    Attributes:
        base_url: Where API and login host are.

    Raises:
        SourceError: If the folder is no recording.
        UsageError: If the port is taken.

    Example:
        >>> with Sandbox(Path("fixtures/harbor")) as sandbox:  # doctest: +SKIP
        ...     print(sandbox.base_url, sandbox.client_id, sandbox.client_secret)
    """

    def __init__(
        self, org: Path | State, clients: Sequence[Client] = (), *, port: int = 0, **settings: Unpack[Settings]
    ) -> None:
        super().__init__(org, clients, **settings)
        self._socket = _listening(port)
        self.base_url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = _Server(
            uvicorn.Config(
                self.app,
                http=BreakableProtocol,
                ws="websockets-sansio",
                loop="asyncio",
                lifespan="off",
                log_level="warning",
                access_log=False,
                date_header=False,
                server_header=False,
                timeout_keep_alive=60,
                timeout_graceful_shutdown=1,
            )
        )
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wrapup sandbox", daemon=True)

    def wait(self) -> None:
        """Wait until the server stops."""
        # Not by joining: a join that Ctrl-C interrupts takes the running thread for a stopped one (bpo-45274).
        # And not for ever: on Windows nothing interrupts that.
        while not self._stopped.wait(1):
            pass

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._server.ready.set()  # nobody shall wait for a server that failed to start
            self._stopped.set()

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


def serve(folder: Path, *, port: int, faults: Path | None, announce: Callable[[Sandbox], None]) -> None:
    """Play an org until the process is interrupted.

    Args:
        folder: A recording.
        port: Which port, or 0 for any that is free.
        faults: A YAML file of faults, or None.
        announce: Called once the sandbox answers; it says where and with which client.

    Raises:
        InputError: If the recording or the file of faults cannot be acted on.
        UsageError: If the port is taken.
    """
    planned = load_faults(faults) if faults is not None else ()
    with Sandbox(folder, faults=planned, port=port) as sandbox:
        announce(sandbox)
        sandbox.wait()


def _listening(port: int) -> socket.socket:
    # With the protocol named, asyncio turns Nagle's algorithm off; without, every answer waits 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen()
    except (OSError, OverflowError) as error:
        listening.close()
        raise UsageError(f"cannot listen on port {port}: {error}", "choose another with --port") from None
    return listening


class _Server(uvicorn.Server):
    """A server that says when it is listening."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()
