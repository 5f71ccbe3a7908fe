"""The vendor's own SDK talks to the sandbox unchanged: what it can do here, it can do on the platform."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from harness.sandbox import Client, Sandbox
from tests.sandbox.playing import ANN, BEN, BILLING, CLIENT, FIXTURES, HOME, MAPPING, NEGOTIATION, REFUND, SALE, a_state

sdk: Any = pytest.importorskip("PureCloudPlatformClientV2", reason="the vendor's SDK is not installed")

_WEB = Client(id="web", secret=CLIENT.secret, redirect_uris=("http://127.0.0.1/done",), user_id=ANN["id"])
_APP = replace(_WEB, id="app", secret=None)
_BACK = "http://127.0.0.1:9/done"


def _connected(sandbox: Sandbox) -> Any:
    address = urlsplit(sandbox.base_url)
    client = sdk.api_client.ApiClient()
    client.set_gateway(address.hostname, "http", address.port, "", "")
    return client


def _closed(client: Any) -> None:
    client.get_http_client().rest_client.pool_manager.clear()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(a_state(), [CLIENT, _WEB, _APP], rate_limit=None) as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[Any]:
    client = _connected(sandbox)
    yield client.get_client_credentials_token(CLIENT.id, CLIENT.secret)
    _closed(client)


def _model(kind: str, **values: Any) -> Any:
    made = getattr(sdk, kind)()
    for name, value in values.items():
        setattr(made, name, value)
    return made


def test_a_wrong_secret_gets_no_token(sandbox: Sandbox) -> None:
    client = _connected(sandbox)
    with pytest.raises(sdk.rest.ApiException) as caught:
        client.get_client_credentials_token(CLIENT.id, "wrong")
    assert caught.value.status == 401
    _closed(client)


def test_all_pages_of_codes_are_read() -> None:
    with Sandbox(FIXTURES / "harbor", rate_limit=None) as sandbox:
        client = _connected(sandbox).get_client_credentials_token(sandbox.client_id, sandbox.client_secret)
        routing, found, number = sdk.RoutingApi(client), [], 1
        while True:
            page = routing.get_routing_wrapupcodes(page_size=40, page_number=number)
            found += page.entities
            if number >= page.page_count:
                break
            number += 1
        _closed(client)
        assert number == 3
        assert {code.id for code in found} == set(sandbox.state.shelf("wrapupcodes").all)


def test_a_code_lives_and_dies(api: Any) -> None:
    routing = sdk.RoutingApi(api)
    division = _model("WritableStarrableDivision", id=HOME["id"])
    request = _model("WrapupCodeRequest", name="New", description="d", division=division)
    made = routing.post_routing_wrapupcodes(request)
    assert (made.name, made.division.name, made.description) == ("New", "Home", "d")
    assert made.date_created.year == 2026
    request.name = "Newer"
    assert routing.put_routing_wrapupcode(made.id, request).name == "Newer"
    assert routing.get_routing_wrapupcode(made.id).modified_by == CLIENT.id
    routing.delete_routing_wrapupcode(made.id)
    with pytest.raises(sdk.rest.ApiException) as caught:
        routing.get_routing_wrapupcode(made.id)
    assert (caught.value.status, "not.found" in caught.value.body) == (404, True)
    deleted = routing.get_routing_wrapupcodes_divisionviews(include_state="Deleted")
    assert [code.name for code in deleted.entities] == ["Newer"]


def test_a_queue_and_its_codes(api: Any) -> None:
    routing = sdk.RoutingApi(api)
    queue = routing.get_routing_queue(BILLING["id"])
    queue.acw_settings.wrapup_prompt = "MANDATORY_TIMEOUT"
    queue.acw_settings.timeout_ms = 45_000
    written = routing.put_routing_queue(BILLING["id"], queue)
    assert (written.acw_settings.wrapup_prompt, written.acw_settings.timeout_ms) == ("MANDATORY_TIMEOUT", 45_000)
    added = routing.post_routing_queue_wrapupcodes(BILLING["id"], [_model("WrapUpCodeReference", id=REFUND["id"])])
    assert [code.name for code in added] == ["Refund"]
    routing.delete_routing_queue_wrapupcode(BILLING["id"], SALE["id"])
    offered = routing.get_routing_queue_wrapupcodes(BILLING["id"])
    assert [code.name for code in offered.entities] == ["Other", "Refund"]
    made = routing.post_routing_queues(_model("CreateQueueRequest", name="New"))
    assert {queue.name for queue in routing.get_routing_queues(page_size=500).entities} == {"Billing", "New", "Support"}
    routing.delete_routing_queue(made.id, force_delete=True)
    assert routing.get_routing_queues().total == 2


def test_members_of_a_queue(api: Any) -> None:
    routing = sdk.RoutingApi(api)
    routing.post_routing_queue_members(BILLING["id"], [_model("WritableEntity", id=BEN["id"])])
    members = routing.get_routing_queue_members(BILLING["id"], expand=["skills", "languages"])
    assert [member.id for member in members.entities] == [ANN["id"], BEN["id"]]
    assert [skill.name for skill in members.entities[0].user.skills] == ["Negotiation"]
    assert members.next_uri is None
    routing.post_routing_queue_members(BILLING["id"], [_model("WritableEntity", id=BEN["id"])], delete=True)
    assert routing.get_routing_queue(BILLING["id"]).member_count == 1


def test_users_and_their_skills(api: Any) -> None:
    users = sdk.UsersApi(api)
    listed = {user.id: user for user in users.get_users(page_size=500, expand=["skills", "languages"]).entities}
    assert [(skill.name, skill.proficiency) for skill in listed[ANN["id"]].skills] == [("Negotiation", 3.0)]
    assert [language.name for language in listed[BEN["id"]].languages] == ["French", "English"]
    assert users.get_user(ANN["id"]).skills is None
    post = _model("UserRoutingSkillPost", id=NEGOTIATION["id"], proficiency=5.0)
    assert users.patch_user_routingskills_bulk(BEN["id"], [post]).entities[0].name == "Negotiation"
    assert users.get_user_routingskills(BEN["id"]).total == 1
    assert [queue.name for queue in users.get_user_queues(ANN["id"]).entities] == ["Billing"]


def test_the_outbound_mapping_has_a_version(api: Any) -> None:
    outbound = sdk.OutboundApi(api)
    mapping = outbound.get_outbound_wrapupcodemappings()
    assert mapping.mapping == MAPPING["mapping"]
    mapping.mapping = {REFUND["id"]: ["BUSINESS_FAILURE"]}
    assert outbound.put_outbound_wrapupcodemappings(mapping).version == MAPPING["version"] + 1
    with pytest.raises(sdk.rest.ApiException) as caught:
        outbound.put_outbound_wrapupcodemappings(mapping)
    assert caught.value.status == 409


def test_who_calls_and_whose_org_it_is(api: Any) -> None:
    token = sdk.TokensApi(api).get_tokens_me()
    assert (token.organization.name, token.o_auth_client.name) == ("Tiny", "Robot")
    subject = sdk.AuthorizationApi(api).get_authorization_subjects_me(include_full_roles=True)
    assert [policy.actions for policy in subject.grants[0].role.policies] == [["*"]]
    divisions = sdk.AuthorizationApi(api).get_authorization_divisions()
    assert [division.name for division in divisions.entities] == ["Home", "Sales"]
    organization = sdk.OrganizationApi(api)
    assert organization.get_organizations_me().id == "org-1"
    limits = organization.get_organizations_limits_namespace("platform.api")
    assert limits.entities == []


def _sent_back_with(sandbox: Sandbox, client_id: str, **query: str) -> str:
    query |= {"client_id": client_id, "response_type": "code", "redirect_uri": _BACK}
    sent_back = httpx.get(f"{sandbox.base_url}/oauth/authorize", params=query)
    return str(sent_back.headers["location"].partition("code=")[2])


def test_a_user_signs_in_by_pkce(sandbox: Sandbox) -> None:
    client = _connected(sandbox)
    verifier = client.generate_pkce_code_verifier(64)
    challenge = client.compute_pkce_code_challenge(verifier)
    code = _sent_back_with(sandbox, "app", code_challenge=challenge, code_challenge_method="S256")
    client.get_pkce_token("app", verifier, code, _BACK)
    assert sdk.UsersApi(client).get_users_me().id == ANN["id"]
    _closed(client)


def test_a_user_signs_in_to_a_web_client_and_stays(sandbox: Sandbox) -> None:
    client = _connected(sandbox)
    client.get_code_authorization_token("web", CLIENT.secret, _sent_back_with(sandbox, "web"), _BACK)
    assert sdk.UsersApi(client).get_users_me().id == ANN["id"]
    client.refresh_code_authorization_token("web", CLIENT.secret, client.refresh_token)
    assert sdk.UsersApi(client).get_users_me().id == ANN["id"]
    _closed(client)
