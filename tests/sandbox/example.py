"""What one good call for every route of an area is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.sandbox.area import Area, Operation
from tests.sandbox.playing import ANN, Caller, a_caller, a_state

__all__ = ["Examples", "a_user"]

Json = Any


def a_user() -> Caller:
    """Return a user who calls the small org with all rights."""
    caller = a_caller(a_state())
    access = caller.sandbox.app.front.platform.access
    token = access.issue(access.clients["client-1"], ANN["id"])
    caller.http.headers["authorization"] = f"Bearer {token.value}"
    return caller


@dataclass(frozen=True, kw_only=True)
class Examples:
    """One good call for every route of some areas.

    Attributes:
        variables: What stands for the variables of a path, by name.
        bodies: By method and path, as the area writes them.
        statuses: By method and path, where it is not 200.
        queries: By path: what else to ask of a GET, beside nothing.
        caller: Makes who calls, and an org in which the variables exist.
    """

    areas: Sequence[Area]
    variables: Mapping[str, str]
    bodies: Mapping[tuple[str, str], Json] = field(default_factory=dict)
    statuses: Mapping[tuple[str, str], int] = field(default_factory=dict)
    queries: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    caller: Callable[[], Caller] = a_user

    def path(self, operation: Operation) -> str:
        """Return the path of the call."""
        return operation.path.format_map(self.variables)

    def body(self, operation: Operation) -> Json:
        """Return the body of the call, or None when it has none."""
        wanted = operation.method in ("POST", "PUT", "PATCH")
        return self.bodies[operation.method, operation.path] if wanted else None

    def status(self, operation: Operation) -> int:
        """Return the status of a good answer."""
        return self.statuses.get((operation.method, operation.path), 200)

    def asked(self, operation: Operation) -> Sequence[Mapping[str, Any]]:
        """Return the queries of the calls."""
        more = self.queries.get(operation.path, ()) if operation.method == "GET" else ()
        return [{}, *more]
