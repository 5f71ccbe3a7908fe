"""Several clients at once, in an order that a test chooses: threads that run one at a time, by simulated time."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import httpx

__all__ = ["Actor", "simulate"]

_T = TypeVar("_T")


@dataclass
class Actor(Generic[_T]):
    """Somebody who works with the platform; every request takes a time that the test chose.

    Attributes:
        work: What it does, given itself.
        latencies_s: How long each request is under way, there and back; the last one holds for all that follow.
        result: What the work came to.
    """

    work: "Callable[[Actor[_T]], _T]"
    latencies_s: Sequence[tuple[float, float]]
    result: _T | BaseException | None = None
    now: float = 0.0
    wakes: float = 0.0
    _sent: int = 0
    _go: threading.Event = field(default_factory=threading.Event)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def sleep(self, wait_s: float) -> None:
        """Let simulated time pass; the others go on meanwhile."""
        self.wakes = self.now + wait_s
        self._stopped.set()
        self._go.wait()
        self._go.clear()
        self.now = self.wakes

    def clock(self) -> float:
        """Return the simulated time."""
        return self.now

    def through(self, wire: httpx.BaseTransport) -> httpx.BaseTransport:
        """Return a way to a server that takes time."""
        return _Slow(self, wire)

    def latency(self) -> tuple[float, float]:
        """Return how long the next request is under way."""
        self._sent += 1
        return self.latencies_s[min(self._sent, len(self.latencies_s)) - 1]

    def run(self) -> None:
        """Work, from the moment that the simulation says so."""
        self._go.wait()
        self._go.clear()
        try:
            self.result = self.work(self)
        except BaseException as error:
            self.result = error
        self.wakes = float("inf")
        self._stopped.set()

    def go_on(self) -> None:
        """Run until the next moment of waiting."""
        self._stopped.clear()
        self._go.set()
        self._stopped.wait()


class _Slow(httpx.BaseTransport):
    def __init__(self, actor: Actor[_T], wire: httpx.BaseTransport) -> None:
        self._actor, self._wire = actor, wire

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        there_s, back_s = self._actor.latency()
        self._actor.sleep(there_s)
        response = self._wire.handle_request(request)
        self._actor.sleep(back_s)
        return response


def simulate(actors: Sequence[Actor[_T]]) -> None:
    """Let actors work until all are done; whoever's moment comes first goes first."""
    threads = [threading.Thread(target=actor.run, daemon=True) for actor in actors]
    for thread in threads:
        thread.start()
    while (first := min(actors, key=lambda actor: actor.wakes)).wakes < float("inf"):
        first.go_on()
    for thread in threads:
        thread.join()
