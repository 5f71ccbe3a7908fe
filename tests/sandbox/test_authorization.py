"""Roles, and who holds them: held against the keys of the SDK's models by hand, for no description has them."""

from harness.model.ids import pseudonym
from harness.sandbox.access import EVERYTHING, Client
from harness.sandbox.inprocess import InProcess
from tests.sandbox.playing import ANN, CLIENT, HOME, Caller, a_caller, a_state, may

_ROLES = "/api/v2/authorization/roles"
_ROLE = {"id", "name", "description", "permissions", "permissionPolicies", "default", "base", "selfUri"}
_LOGIN = Client(id="login", secret=None, redirect_uris=("http://127.0.0.1/*",), user_id=ANN["id"])


def test_roles_are_listed_with_their_permissions() -> None:
    listed = a_caller(None, may("routing:queue:view", "routing:queue:edit"), may("authorization:role:view")).get(_ROLES)
    assert listed["total"] == 1
    (role,) = listed["entities"]
    assert role.keys() <= _ROLE
    assert {"domain": "routing", "entityName": "queue", "actionSet": ["edit", "view"]} in role["permissionPolicies"]
    assert a_caller().get(f"{_ROLES}/{a_caller().get(_ROLES)['entities'][0]['id']}")["name"] == EVERYTHING.role


def test_a_role_that_is_not_there_is_not_found() -> None:
    a_caller().refused("GET", f"{_ROLES}/none", 404, "not.found")
    a_caller().refused("GET", f"{_ROLES}/none/subjectgrants", 404, "not.found")


def test_roles_need_their_permission() -> None:
    caller = a_caller(None, may("routing:queue:view"))
    for path in (_ROLES, f"{_ROLES}/x", f"{_ROLES}/x/subjectgrants"):
        assert "authorization:role:view" in caller.refused("GET", path, 403, "missing.permissions")


def test_clients_and_the_users_of_clients_hold_roles() -> None:
    caller = Caller(InProcess(a_state(), [CLIENT, _LOGIN]))
    (role,) = caller.get(_ROLES)["entities"]
    holders = caller.get(f"{_ROLES}/{role['id']}/subjectgrants")["entities"]
    assert sorted((it["type"], it["id"], it["name"]) for it in holders) == [
        ("PC_OAUTH_CLIENT", CLIENT.id, CLIENT.name),
        ("PC_USER", ANN["id"], pseudonym(ANN["id"])),
    ]
    assert {division["id"] for it in holders for division in it["divisions"]} == {"*"}


def test_a_role_in_one_division_says_so() -> None:
    caller = a_caller(None, may("routing:queue:edit", divisions=[HOME["id"]]), may("authorization:role:view"))
    (role,) = caller.get(_ROLES)["entities"]
    (holder,) = caller.get(f"{_ROLES}/{role['id']}/subjectgrants")["entities"]
    assert {division["name"] for division in holder["divisions"] if division["id"] == HOME["id"]} == {"Home"}
