"""Who may change codes and queues, out of the sandbox's roles."""

import httpx
import pytest

from harness.client import Access, ClientCredentials, GenesysClient, region_of
from harness.errors import UnavailableError
from harness.model.access import EDITING, AccessReview, Holder
from harness.model.ids import pseudonym
from harness.operations import review_access
from harness.sandbox.access import Grant
from tests.operations.playing import Played, a_fault
from tests.sandbox.playing import HOME, may

VIEWING = Grant(frozenset({"routing:queue:view", "authorization:role:view"}), role="Viewer")
EDITOR = Grant(frozenset({"routing:wrapupCode:edit", "routing:queue:*"}), frozenset({HOME["id"]}), role="Editor")
EXACT = Grant(frozenset({"routing:queue:edit"}), role="Queues")


def test_roles_that_only_look_are_not_listed() -> None:
    assert review_access(Played(None, VIEWING).client) == AccessReview(examined=1)


def test_a_role_is_told_with_what_it_allows_and_who_holds_it_where() -> None:
    review = review_access(Played(None, VIEWING, EDITOR, EXACT).client)
    assert review.examined == 3
    editor, queues = review.roles
    assert (editor.name, editor.everything) == ("Editor", True)
    assert editor.permissions == (
        "routing:wrapupCode:edit",
        "routing:queue:add",
        "routing:queue:edit",
        "routing:queue:delete",
    )
    assert editor.holders == (Holder(kind="client", id="client-1", name="Sandbox", divisions=("Home",)),)
    assert (queues.name, queues.permissions, queues.everything) == ("Queues", ("routing:queue:edit",), False)


def test_a_wildcard_over_everything_allows_everything() -> None:
    (admin,) = review_access(Played().client).roles
    assert (admin.permissions, admin.everything, admin.holders[0].divisions) == (EDITING, True, ("*",))


def test_who_may_not_see_roles_is_told_which_permission_is_missing() -> None:
    review = review_access(Played(None, may("routing:queue:view")).client)
    assert review == AccessReview(
        unread="the client may not see roles; it needs the permission authorization:role:view"
    )


def test_other_failures_are_failures() -> None:
    played = Played(faults=[a_fault("server_error", "/api/v2/authorization/*", times=None)])
    with pytest.raises(UnavailableError):
        review_access(played.client)


def test_people_groups_and_strangers_are_told_apart_and_people_by_pseudonym() -> None:
    """The platform tells the names of people; none of them may come out."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            return httpx.Response(200, json={"access_token": "t", "token_type": "bearer", "expires_in": 86400})
        page = {"pageCount": 1, "pageNumber": 1, "pageSize": 100}
        if request.url.path.endswith("/subjectgrants"):
            grants = [
                {
                    "id": "u1",
                    "name": "Somebody Real",
                    "type": "PC_USER",
                    "divisions": [{"id": "d", "name": "Sales\x1b"}],
                },
                {"id": "g1", "name": "Supervisors", "type": "PC_GROUP"},
                {"id": "x1", "name": "Somebody Else", "type": "PC_TOMORROW"},
                {"id": "c1", "type": "PC_OAUTH_CLIENT"},
            ]
            return httpx.Response(200, json={"entities": grants, "total": 4, **page})
        policy = {
            "domain": "Routing",
            "entityName": "wrapupCode",
            "actionSet": ["edit"],
            "allowConditions": True,
            "resourceConditionNode": {"conjunction": "AND"},
        }
        roles = [{"id": "r1", "name": "Odd\nrole", "permissionPolicies": [policy]}, {"id": "r2", "name": "None"}]
        return httpx.Response(200, json={"entities": roles, "total": 2, **page})

    access = Access(region_of("http://127.0.0.1:1"), ClientCredentials("client-1", "secret"))
    review = review_access(GenesysClient(access, wire=httpx.MockTransport(answer), sleep=lambda _: None))
    (role,) = review.roles
    assert (role.name, role.conditional, role.permissions) == ("Odd\\nrole", True, ("routing:wrapupCode:edit",))
    assert [(it.kind, it.name) for it in role.holders] == [
        ("client", "c1"),
        ("user", pseudonym("u1")),
        ("group", "Supervisors"),
        ("other", pseudonym("x1")),
    ]
    assert role.holders[1].divisions == ("Sales\\x1b",)
