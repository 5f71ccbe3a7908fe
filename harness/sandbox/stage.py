"""What every way of running the sandbox has: the org, the application, and who may sign in."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, Unpack

from harness.sandbox.access import Client
from harness.sandbox.app import create_app, default_clients
from harness.sandbox.clock import Clock
from harness.sandbox.crm import crm_token
from harness.sandbox.faults import Fault
from harness.sandbox.front import LoggedRequest
from harness.sandbox.limits import PER_MINUTE
from harness.sandbox.state import State

__all__ = ["Settings", "Stage"]


class Settings(TypedDict, total=False):
    """How an org is played.

    Attributes:
        clock: The time; the machine's when missing. An org that is loaded already has its own.
        faults: What goes wrong from the start.
        rate_limit: Calls a minute for each client, 300 when missing, or None for any number.
        announce_limit: Whether answers say how many calls are left; they do when it is missing.
    """

    clock: Clock
    faults: Sequence[Fault]
    rate_limit: int | None
    announce_limit: bool


class Stage:
    """An org, and the application that plays it.

    Args:
        org: A recording's folder, or an org that is loaded already.
        clients: Who may sign in; when there are none, `default_clients` of the org.
        settings: See `Settings`.

    Attributes:
        state: The org.
        app: The application.
        client_id: The first client's.
        client_secret: The first client's.
        login_client_id: The first client's that users sign in to, or None.
        crm_token: What the CRM stand-in takes, at `harness.sandbox.crm.CRM_PATH`.

    Raises:
        SourceError: If the folder is no recording.
    """

    def __init__(self, org: Path | State, clients: Sequence[Client] = (), **settings: Unpack[Settings]) -> None:
        self.state = org if isinstance(org, State) else State.load(org, clock=settings.get("clock"))
        known = clients or default_clients(self.state)
        self.client_id, self.client_secret = known[0].id, known[0].secret or ""
        self.login_client_id = next((client.id for client in known if client.redirect_uris), None)
        self.crm_token = crm_token(self.state)
        self.app = create_app(
            self.state,
            known,
            faults=settings.get("faults", ()),
            rate_limit=settings.get("rate_limit", PER_MINUTE),
            announce_limit=settings.get("announce_limit", True),
        )

    @property
    def requests(self) -> Sequence[LoggedRequest]:
        """Every request to the API and the login host, oldest first."""
        return tuple(self.app.front.requests)

    def plan(self, *faults: Fault) -> None:
        """Let more go wrong from now on."""
        self.app.front.faults.add(faults)
