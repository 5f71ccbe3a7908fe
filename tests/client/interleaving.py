"""Several writers of one entity, on a clock of their own, in an order that a test decides.

A real server cannot be stopped between two requests at will; this one can.
"""

import itertools
import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from harness.client import Access, AccessToken, GenesysClient, Updated, region_of, update
from harness.errors import HarnessError

QUEUE = "/api/v2/routing/queues/q-1"

Change = Callable[[dict[str, Any]], dict[str, Any]]


class Stage:
    """Virtual time for several threads: one runs at a time, always the one whose moment comes first."""

    def __init__(self, names: Sequence[str]) -> None:
        self.now = 0.0
        self._wakes = dict.fromkeys(names, 0.0)
        self._running: str | None = None
        self._changed = threading.Condition()

    def wait(self, name: str, wait_s: float) -> None:
        with self._changed:
            self._wakes[name] = self.now + wait_s
            self._running = None
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: self._is_next(name), 10)
            self._running = name
            self.now = self._wakes[name]

    def leave(self, name: str) -> None:
        with self._changed:
            del self._wakes[name]
            self._running = None
            self._changed.notify_all()

    def _is_next(self, name: str) -> bool:
        return self._running is None and name == min(self._wakes, key=lambda other: (self._wakes[other], other))


class Entity:
    """One entity of the platform: with an ETag, with a version in its body, or with neither."""

    def __init__(self, entity: dict[str, Any], guard: str) -> None:
        self.entity = entity
        self.guard = guard
        self.writes = 0
        if guard == "version":
            self.entity["version"] = 1

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            return self._write(json.loads(request.content), request.headers.get("if-match"))
        headers = {"ETag": f'"{self.writes}"'} if self.guard == "etag" else {}
        return httpx.Response(200, json=self.entity, headers=headers)

    def _write(self, body: dict[str, Any], if_match: str | None) -> httpx.Response:
        if self.guard == "etag" and if_match != f'"{self.writes}"':
            return httpx.Response(412, json={"code": "precondition.failed"})
        if self.guard == "version" and body["version"] != self.entity["version"]:
            message = "The version 1 does not match the current version 2"
            return httpx.Response(400, json={"code": "bad.request", "message": message})
        self.writes += 1
        self.entity = {**body, "dateModified": f"2026-11-21T00:00:{self.writes:02}Z"}
        if self.guard == "version":
            self.entity["version"] += 1
        return httpx.Response(200, json=self.entity)


def a_client_of(answer: Callable[[httpx.Request], httpx.Response]) -> GenesysClient:
    access = Access(region_of("eu-west-1"), AccessToken("canary"))
    return GenesysClient(access, allow_writes=True, wire=httpx.MockTransport(answer), sleep=lambda _: None)


def interleave(
    entity: Entity, changes: dict[str, Change], delays_s: Sequence[float], settle_s: float
) -> dict[str, Updated | HarnessError]:
    """Let every writer update the entity at the same time; each way of a request takes the next of the delays."""
    stage = Stage(list(changes))
    outcomes: dict[str, Updated | HarnessError] = {}

    def write(name: str, delays: "itertools.cycle[float]") -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            stage.wait(name, next(delays))
            response = entity.answer(request)
            stage.wait(name, next(delays))
            return response

        stage.wait(name, next(delays))
        try:
            with a_client_of(answer) as client:
                outcomes[name] = update(
                    client,
                    QUEUE,
                    changes[name],
                    settle_s=settle_s,
                    clock=lambda: stage.now,
                    sleep=lambda wait_s: stage.wait(name, wait_s),
                )
        except HarnessError as error:
            outcomes[name] = error
        finally:
            stage.leave(name)

    threads = []
    for index, name in enumerate(changes):
        delays = itertools.cycle([*delays_s[index:], *delays_s[:index]])
        threads.append(threading.Thread(target=write, args=(name, delays), daemon=True))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
