"""One good call for every route of the sandbox: what the tests of shapes walk.

Whoever adds an area to the sandbox adds its examples here.
"""

from collections.abc import Sequence

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
from tests.sandbox.example import Examples
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
)
from tests.sandbox.talking_examples import TALKING

__all__ = ["WALKED"]


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

WALKED: Sequence[Examples] = (_CONFIGURATION, *TALKING)
"""The examples of every area."""
