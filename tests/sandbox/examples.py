"""One good call for every route of the sandbox: what the tests of shapes walk.

Whoever adds an area to the sandbox adds its examples here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.sandbox.area import Area, Operation
from harness.sandbox.routes import (
    codes,
    members,
    organization,
    outbound,
    queue_codes,
    queues,
    skills,
    user_skills,
    users,
)
from tests.sandbox.playing import (
    ANN,
    BEN,
    BILLING,
    HOME,
    MAPPING,
    NEGOTIATION,
    OTHER,
    REFUND,
    RETURNS,
    SALE,
    SALES,
    Caller,
    a_caller,
    a_state,
)

__all__ = ["WALKED", "Examples", "a_user"]

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
        queries: By path: what else to ask of a GET, beside nothing.
        caller: Makes who calls, and an org in which the variables exist.
    """

    areas: Sequence[Area]
    variables: Mapping[str, str]
    bodies: Mapping[tuple[str, str], Json] = field(default_factory=dict)
    queries: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    caller: Callable[[], Caller] = a_user

    def path(self, operation: Operation) -> str:
        """Return the path of the call."""
        return operation.path.format_map(self.variables)

    def body(self, operation: Operation) -> Json:
        """Return the body of the call, or None when it has none."""
        wanted = operation.method in ("POST", "PUT", "PATCH")
        return self.bodies[operation.method, operation.path] if wanted else None

    def asked(self, operation: Operation) -> Sequence[Mapping[str, Any]]:
        """Return the queries of the calls."""
        more = self.queries.get(operation.path, ()) if operation.method == "GET" else ()
        return [{}, *more]


_SKILLS = [{"id": RETURNS["id"], "proficiency": 2.5}]

_CONFIGURATION = Examples(
    areas=[
        organization.area,
        codes.area,
        queue_codes.area,
        members.area,
        queues.area,
        skills.area,
        user_skills.area,
        users.area,
        outbound.area,
    ],
    variables={
        "codeId": SALE["id"],
        "queueId": BILLING["id"],
        "memberId": ANN["id"],
        "userId": ANN["id"],
        "skillId": NEGOTIATION["id"],
        "divisionId": HOME["id"],
        "namespace": "platform.api",
    },
    bodies={
        ("POST", "/api/v2/routing/wrapupcodes"): {"name": "New", "description": "d", "division": {"id": SALES["id"]}},
        ("PUT", "/api/v2/routing/wrapupcodes/{codeId}"): {"name": "Sold"},
        ("POST", "/api/v2/routing/queues/{queueId}/wrapupcodes"): [{"id": REFUND["id"]}, {"id": OTHER["id"]}],
        ("POST", "/api/v2/routing/queues/{queueId}/members"): [{"id": BEN["id"]}],
        ("PATCH", "/api/v2/routing/queues/{queueId}/members"): [{"id": ANN["id"], "joined": False}],
        ("PATCH", "/api/v2/routing/queues/{queueId}/members/{memberId}"): {"joined": False},
        ("POST", "/api/v2/routing/queues"): {"name": "New", "acwSettings": {"wrapupPrompt": "OPTIONAL"}},
        ("PUT", "/api/v2/routing/queues/{queueId}"): BILLING | {"description": "d"},
        ("POST", "/api/v2/routing/skills"): {"name": "New", "divisionId": SALES["id"]},
        ("PATCH", "/api/v2/routing/skills/{skillId}"): {"divisionId": SALES["id"]},
        ("POST", "/api/v2/users/{userId}/routingskills"): _SKILLS[0],
        ("PATCH", "/api/v2/users/{userId}/routingskills/bulk"): _SKILLS,
        ("PUT", "/api/v2/users/{userId}/routingskills/bulk"): _SKILLS,
        ("PUT", "/api/v2/users/{userId}/routingskills/{skillId}"): {"proficiency": 1.5},
        ("PUT", "/api/v2/outbound/wrapupcodemappings"): MAPPING,
    },
    queries={
        "/api/v2/routing/wrapupcodes": [{"pageSize": 1, "pageNumber": 2}, {"name": "S*", "sortBy": "id"}],
        "/api/v2/routing/wrapupcodes/divisionviews": [{"includeState": "ActiveAndDeleted"}],
        "/api/v2/routing/queues/{queueId}/members": [{"expand": "skills"}, {"pageSize": 1}],
        "/api/v2/users": [{"expand": "skills,languages"}, {"state": "any", "pageSize": 1, "pageNumber": 2}],
        "/api/v2/users/{userId}": [{"expand": "skills,languages"}],
        "/api/v2/authorization/subjects/me": [{"includeFullRoles": "true"}],
    },
)

WALKED: Sequence[Examples] = (_CONFIGURATION,)
"""The examples of every area."""
