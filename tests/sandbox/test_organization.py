"""Who calls, and whose org it is."""

from harness.orgs.manifest import Hidden
from harness.sandbox.access import covers
from tests.sandbox.playing import HOME, NOWHERE, SALES, a_caller, a_state, may

_DIVISIONS = "/api/v2/authorization/divisions"
_LIMITS = "/api/v2/organizations/limits/namespaces"


def test_a_token_says_whose_it_is_and_when_it_dies() -> None:
    info = a_caller().get("/api/v2/tokens/me")
    assert info["organization"] == info["homeOrganization"] == {"id": "org-1", "name": "Tiny"}
    assert info["dateTokenIdles"] == "2026-11-03T08:00:00.000Z"
    assert info["OAuthClient"]["id"] == "client-1"
    assert info["OAuthClient"]["authorizedGrantType"] == "CLIENT-CREDENTIALS"
    assert [pair["divisionId"] for pair in info["OAuthClient"]["roleDivisions"]] == ["*"]


def test_a_token_can_be_looked_at_and_given_up() -> None:
    caller = a_caller()
    head = caller.answer("HEAD", "/api/v2/tokens/me")
    assert (head.status_code, head.content) == (200, b"")
    assert caller.ask("DELETE", "/api/v2/tokens/me") is None
    assert caller.answer("HEAD", "/api/v2/tokens/me").status_code == 401


def test_a_subject_lists_its_roles_by_division() -> None:
    grants = (may("routing:queue:view", "routing:queue:edit", "users:*:view", divisions=[HOME["id"], SALES["id"]]),)
    caller = a_caller(None, *grants, may("*", divisions=["d9"]))
    listed = caller.get("/api/v2/authorization/subjects/me", includeFullRoles=True)["grants"]
    assert [grant["division"].get("name") for grant in listed] == [
        *(division["name"] for division in sorted([HOME, SALES], key=lambda division: str(division["id"]))),
        None,
    ]
    assert listed[0]["role"]["policies"] == [
        {"actions": ["edit", "view"], "domain": "routing", "entityName": "queue"},
        {"actions": ["view"], "domain": "users", "entityName": "*"},
    ]
    assert listed[2]["role"]["policies"] == [{"actions": ["*"], "domain": "*", "entityName": "*"}]
    plain = caller.get("/api/v2/authorization/subjects/me")
    assert "policies" not in plain["grants"][0]["role"]
    assert plain["id"] == "client-1"


def test_a_permission_covers_another() -> None:
    assert not covers("routing:queue:view", "routing:queue:edit")
    assert not covers("routing:*", "routing:queue:view")
    assert not covers("routing:queue:view", "routing:*:view")
    assert covers("routing:*:view", "routing:queue:view")
    assert covers("*", "routing:queue:view")


def test_everybody_sees_all_divisions() -> None:
    """That is how a client notices that listings hide something from it."""
    caller = a_caller(None, may("routing:queue:view", divisions=[SALES["id"]]))
    assert caller.names(_DIVISIONS) == ["Home", "Sales"]
    assert caller.names(_DIVISIONS, name="sales") == ["Sales"]
    assert caller.names(_DIVISIONS, id=HOME["id"]) == ["Home"]
    assert caller.get(f"{_DIVISIONS}/home") == HOME
    assert caller.get(f"{_DIVISIONS}/{SALES['id']}") == SALES
    caller.refused("GET", f"{_DIVISIONS}/{NOWHERE}", 404, "not.found")


def test_the_org_says_what_it_is_called() -> None:
    me = a_caller().get("/api/v2/organizations/me")
    assert (me["id"], me["name"], me["state"]) == ("org-1", "Tiny", "active")


def test_limits_are_those_that_are_enforced() -> None:
    caller = a_caller(rate_limit=42)
    listed = caller.get(f"{_LIMITS}/platform.api")["entities"]
    assert {limit["key"]: limit["value"] for limit in listed}["client.credentials.token.rate.per.minute"] == 42
    assert caller.get(f"{_LIMITS}/platform.api/defaults")["entities"] == listed
    assert a_caller(rate_limit=None).get(f"{_LIMITS}/platform.api") == {"entities": []}
    caller.refused("GET", f"{_LIMITS}/poetry", 404, "not.found")


def test_scopes_are_listed() -> None:
    listing = a_caller().get("/api/v2/oauth/scopes")
    assert listing["total"] == len(listing["entities"])
    assert "routing:readonly" in {scope["id"] for scope in listing["entities"]}


def test_what_the_recording_hides_is_forbidden() -> None:
    """What is recorded from the sandbox is then hidden again, for the same permission."""
    hidden = [Hidden("queues", "the API answered 403", "routing:queue:view"), Hidden("users", "not asked for")]
    caller = a_caller(a_state(queues=None, users=None, divisions=None, hidden=hidden))
    message = caller.refused("GET", "/api/v2/routing/queues", 403, "missing.permissions")
    assert message.endswith("You are missing the following permission(s): routing:queue:view")
    message = caller.refused("GET", "/api/v2/users", 403, "not.authorized")
    assert message == "You are not authorized to perform the requested action."
    caller.refused("GET", _DIVISIONS, 403, "not.authorized")
