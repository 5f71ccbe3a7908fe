"""A sandbox in this process, and a client of it whose waits take no time."""

from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from harness.client import Access, ClientCredentials, GenesysClient, Retries, region_of
from harness.model import Catalogue, Queue, WrapUpCode
from harness.model.org import Resource
from harness.operations import Step, read_agreement
from harness.sandbox import Client, Fault, Grant, InProcess, State, VirtualClock
from harness.sandbox.access import EVERYTHING
from tests.operations.actors import Actor
from tests.sandbox.playing import a_state

__all__ = ["Played", "a_fault", "catalogue_of", "code_of", "queue_of", "told"]

_SECRET = "canary-secret-9f1c"  # noqa: S105 - it must never leak


def a_fault(
    kind: str, path: str = "/api/*", *, method: str = "*", times: int | None = 1, first: int = 1, **options: Any
) -> Fault:
    """Return something that goes wrong."""
    return Fault(kind=kind, method=method, path=path, times=times, first=first, options=MappingProxyType(options))


class Played:
    """A small org in a sandbox, with clients that go by its clock."""

    def __init__(
        self, state: State | None = None, *grants: Grant, faults: Sequence[Fault] = (), rate_limit: int | None = None
    ) -> None:
        self.state = state or a_state()
        known = Client(id="client-1", secret=_SECRET, grants=grants or (EVERYTHING,))
        self.sandbox = InProcess(self.state, [known], faults=faults, rate_limit=rate_limit)
        clock = self.state.clock
        assert isinstance(clock, VirtualClock)
        self.time = clock
        self.client = self.a_client(allow_writes=True)

    def a_client(self, *, allow_writes: bool, actor: "Actor[Any] | None" = None) -> GenesysClient:
        """Return a client; one of several that work at once goes by its own time."""
        return GenesysClient(
            Access(region_of("http://127.0.0.1:1"), ClientCredentials("client-1", _SECRET)),
            allow_writes=allow_writes,
            retries=Retries(random=lambda: 1.0),
            wire=self.sandbox if actor is None else actor.through(self.sandbox),
            clock=self.clock if actor is None else actor.clock,
            sleep=self.time.advance if actor is None else actor.sleep,
        )

    def clock(self) -> float:
        """Return seconds that never go back."""
        return self.time.now().timestamp()

    @property
    def writes(self) -> list[str]:
        """Return what was asked that changes something, as `METHOD path`."""
        return [
            f"{it.method} {it.path}"
            for it in self.sandbox.requests
            if it.method not in ("GET", "HEAD") and not it.path.startswith("/oauth")
        ]

    def offered(self, queue_id: str) -> list[str]:
        """Return the names of the codes that a queue offers."""
        return [code["name"] for code in self.held("queue_wrapupcodes", queue_id)]

    def held(self, resource: Resource, entity_id: str) -> Any:
        """Return an entity as the sandbox holds it; it is there."""
        found = self.state.shelf(resource).current(entity_id)
        assert found is not None
        return found


def catalogue_of(folder: Path, text: str) -> Catalogue:
    """Return a catalogue that somebody wrote as YAML or JSON."""
    path = folder / ("catalogue.json" if '"name"' in text else "catalogue.yaml")
    path.write_text(text)
    return read_agreement(path).catalogue


def code_of(entity: dict[str, Any]) -> WrapUpCode:
    """Return an entity as operations know it."""
    return msgspec.convert(entity, WrapUpCode)


def queue_of(entity: dict[str, Any]) -> Queue:
    """Return an entity as operations know it."""
    return msgspec.convert(entity, Queue)


def told(steps: Sequence[Step]) -> list[tuple[str, str, str]]:
    """Return action, subject and status of each step."""
    return [(step.action, step.subject, step.status) for step in steps]
