"""Every answer of every route, held against descriptions of the platform's API that are not ours."""

from collections.abc import Mapping
from typing import Any

import pytest

from harness.sandbox import State
from harness.sandbox.app import AREAS
from harness.sandbox.area import Operation
from harness.sandbox.routes import authorization
from tests.sandbox import schemas
from tests.sandbox.example import Examples
from tests.sandbox.examples import WALKED
from tests.sandbox.playing import FIXTURES, a_caller, may

pytestmark = pytest.mark.skipif(not schemas.AVAILABLE, reason="the descriptions of the API are not here")

_CALLS = [
    pytest.param(operation, examples, id=f"{operation.method} {operation.path}")
    for examples in WALKED
    for area in examples.areas
    for operation in area.operations
]
_every_call = pytest.mark.parametrize(("operation", "examples"), _CALLS)


# Roles are in neither description; their own tests hold them against the SDK's models.
_NOT_DESCRIBED = (authorization.area,)


def test_every_area_is_walked() -> None:
    """A route without an example in `examples` would never be looked at."""
    walked = [*_NOT_DESCRIBED, *(area for examples in WALKED for area in examples.areas)]
    missing = [area.operations[0].path for area in AREAS if area not in walked]
    assert missing == [], "add examples of these areas to tests/sandbox/examples.py"


def test_the_descriptions_refuse_what_is_wrong() -> None:
    """Else none of the tests below would mean anything."""
    listing = {"entities": [{"id": "c1", "name": "Sale", "dateCreated": "2026-11-02T08:00:00.000Z"}]}
    codes = schemas.validator("GET", "/api/v2/routing/wrapupcodes")
    assert codes.is_valid(listing)
    assert not codes.is_valid({"entities": [{"id": "c1", "category": "x"}]})
    assert not codes.is_valid({"entities": [{"id": "c1", "dateCreated": "yesterday"}]})
    queue = schemas.validator("GET", "/api/v2/routing/queues/{id}")
    assert not queue.is_valid({"acwSettings": {"wrapupPrompt": "PSYCHIC"}})
    limits = schemas.validator("GET", "/api/v2/organizations/limits/namespaces/{name}")
    assert not limits.is_valid({"entities": [{"value": "300"}]})
    with pytest.raises(LookupError, match="GET /api/v2/wrapupcodes"):
        schemas.validator("GET", "/api/v2/wrapupcodes")


@_every_call
def test_an_answer_has_the_platforms_shape(operation: Operation, examples: Examples) -> None:
    """No key too many, no word that the platform does not know, all dates dates."""
    caller = examples.caller()
    expected = schemas.validator(operation.method, operation.path)
    path, body, status = examples.path(operation), examples.body(operation), examples.status(operation)
    for query in examples.asked(operation):
        answer = caller.ask(operation.method, path, status=status, json=body, **query)
        if expected is None:
            assert answer is None
        else:
            expected.validate(answer)


@_every_call
def test_an_error_has_the_platforms_shape(operation: Operation, examples: Examples) -> None:
    caller = a_caller()
    caller.http.headers["authorization"] = "Bearer expired"
    answer = caller.ask(operation.method, examples.path(operation), status=401, json=examples.body(operation))
    if operation.method == "HEAD":
        assert answer is None
        return
    schemas.error_validator().validate(answer)


_DOCUMENTED_OTHERWISE = {
    # Enforced for skills that lie in a division only.
    ("GET", "/api/v2/routing/skills"),
    ("GET", "/api/v2/routing/skills/{}"),
}


@_every_call
def test_a_call_needs_the_documented_permissions(operation: Operation, examples: Examples) -> None:
    """A client without any is told exactly those."""
    key = (operation.method, schemas.normal(operation.path))
    documented = schemas.permissions().get(key)
    if documented is None or key in _DOCUMENTED_OTHERWISE:
        pytest.skip("not documented for every such call")
    assert frozenset(operation.needs) == documented
    if not documented:
        return
    caller = a_caller(None, may("nothing:at:all"))
    code = "missing.any.permissions" if len(documented) > 1 else "missing.permissions"
    body = examples.body(operation)
    message = caller.refused(operation.method, examples.path(operation), 403, code, json=body)
    assert set(message.rpartition(": ")[2].split(", ")) == documented


_LISTINGS: Mapping[str, Mapping[str, Any]] = {
    "/api/v2/routing/wrapupcodes": {"pageSize": 100},
    "/api/v2/routing/queues": {"pageSize": 500},
    "/api/v2/routing/skills": {"pageSize": 500},
    "/api/v2/users": {"pageSize": 500, "expand": "skills,languages", "state": "any"},
    "/api/v2/authorization/divisions": {"pageSize": 500},
}


@pytest.mark.parametrize("org", ["harbor", "tidy", "broken"])
def test_recorded_entities_have_the_platforms_shape(org: str) -> None:
    """Otherwise the recordings would be orgs that cannot exist."""
    caller = a_caller(State.load(FIXTURES / org), rate_limit=None)
    for path, query in _LISTINGS.items():
        schemas.validator("GET", path).validate(caller.get(path, **query))
    for queue in caller.get("/api/v2/routing/queues", pageSize=500)["entities"]:
        for listing in ("wrapupcodes", "members"):
            expected = schemas.validator("GET", f"/api/v2/routing/queues/{{}}/{listing}")
            expected.validate(caller.get(f"{queue['selfUri']}/{listing}", pageSize=100))
