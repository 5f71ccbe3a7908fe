"""Audits over the API: they follow from what was changed over the API."""

from typing import Any

import pytest

from tests.sandbox.playing import (
    ANN,
    BILLING,
    CLIENT,
    CODES,
    NOWHERE,
    OUTBOUND,
    QUEUES,
    REFUND,
    SALE,
    Caller,
    a_caller,
    a_state,
)
from tests.sandbox.talking import a_user, passing

QUERY = "/api/v2/audits/query"
WEEK = "2026-10-30T00:00:00Z/2026-11-06T00:00:00Z"


def changed(caller: Caller) -> Caller:
    """A queue updated, a code offered and taken away, a code renamed."""
    caller.ask("PUT", f"{QUEUES}/{BILLING['id']}", json=BILLING | {"acwSettings": {"wrapupPrompt": "OPTIONAL"}})
    caller.ask("POST", f"{QUEUES}/{BILLING['id']}/wrapupcodes", json=[{"id": REFUND["id"]}])
    caller.ask("DELETE", f"{QUEUES}/{BILLING['id']}/wrapupcodes/{SALE['id']}")
    caller.ask("PUT", f"{CODES}/{SALE['id']}", json={"name": "Sold"})
    return caller


def realtime(caller: Caller, *filters: dict[str, str], **query: Any) -> list[dict[str, Any]]:
    asked = {"interval": WEEK, "serviceName": "ContactCenter", "filters": filters} | query
    return list(caller.ask("POST", f"{QUERY}/realtime", json=asked)["entities"])


def where(name: str, value: str) -> dict[str, str]:
    return {"property": name, "value": value}


def test_a_change_says_what_it_was_and_is() -> None:
    caller = changed(a_caller())
    first = realtime(caller, sort=[{"name": "Timestamp", "sortOrder": "ascending"}])[0]
    assert (first["serviceName"], first["entityType"], first["action"]) == ("ContactCenter", "Queue", "Update")
    assert first["entity"] == {"id": BILLING["id"], "name": "Billing"}
    assert first["client"]["id"] == CLIENT.id
    assert "user" not in first
    assert {"property": "acwSettings.wrapupPrompt", "oldValues": ["MANDATORY"], "newValues": ["OPTIONAL"]} in first[
        "propertyChanges"
    ]


def test_codes_on_a_queue_are_changes_of_the_queue() -> None:
    caller = changed(a_caller())
    actions = [hit["action"] for hit in realtime(caller, where("EntityType", "Queue"))]
    assert actions == ["WrapupCodeRemove", "WrapupCodeAdd", "Update"], "the latest comes first"


def test_filters_must_all_hold() -> None:
    caller = changed(a_caller())
    assert len(realtime(caller, where("EntityType", "Queue"), where("Action", "Update"))) == 1
    assert len(realtime(caller, where("EntityId", SALE["id"]))) == 1
    assert len(realtime(caller, where("ClientId", CLIENT.id))) == 4
    assert realtime(caller, where("UserId", ANN["id"])) == []
    assert realtime(caller, where("TrusteeOrganizationId", "x")) == []
    assert realtime(caller, interval="2026-10-01T00:00Z/2026-10-02T00:00Z") == []
    assert realtime(caller, serviceName="Outbound") == []


def test_who_changed_it_has_a_name_only_when_asked() -> None:
    state = a_state()
    caller = changed(a_user(state))
    assert realtime(caller)[0]["user"] == {"id": ANN["id"], "selfUri": f"/api/v2/users/{ANN['id']}"}
    asked = {"interval": WEEK, "serviceName": "ContactCenter"}
    answer = caller.ask("POST", f"{QUERY}/realtime", json=asked, expand="user")
    assert answer["entities"][0]["user"]["name"] == ANN["name"]


def test_a_search_runs_and_is_fetched_page_by_page() -> None:
    caller = changed(a_caller())
    asked = {
        "interval": WEEK,
        "serviceName": "ContactCenter",
        "sort": [{"name": "Timestamp", "sortOrder": "ascending"}],
    }
    search = caller.ask("POST", QUERY, json=asked)
    assert (search["state"], search["interval"]) == ("Queued", WEEK)
    path = f"{QUERY}/{search['id']}"
    caller.refused("GET", f"{path}/results", 400, "bad.request")
    assert [caller.get(path)["state"] for _ in range(3)] == ["Queued", "Running", "Succeeded"]
    found, cursor = [], None
    while True:
        page = caller.get(f"{path}/results", pageSize=3, **({"cursor": cursor} if cursor else {}))
        assert page["id"] == search["id"]
        found += page["entities"]
        cursor = page.get("cursor")
        if cursor is None:
            break
    assert [hit["action"] for hit in found] == ["Update", "WrapupCodeAdd", "WrapupCodeRemove", "Update"]
    assert len({hit["id"] for hit in found}) == 4
    caller.refused("GET", f"{path}/results", 400, "bad.request", pageSize=501)
    caller.refused("GET", f"{QUERY}/{NOWHERE}", 404, "not.found")


def test_at_once_only_the_last_days_are_searched() -> None:
    state = a_state()
    caller = changed(a_caller(state))
    passing(state, 15 * 86_400)
    caller.sign_in()
    assert realtime(caller) == []
    search = caller.ask("POST", QUERY, json={"interval": WEEK, "serviceName": "ContactCenter"})["id"]
    for _ in range(3):
        caller.get(f"{QUERY}/{search}")
    assert len(caller.get(f"{QUERY}/{search}/results")["entities"]) == 4


def test_at_once_there_are_pages_with_totals() -> None:
    caller = changed(a_caller())
    asked = {"interval": WEEK, "serviceName": "ContactCenter", "pageSize": 3, "pageNumber": 2}
    page = caller.ask("POST", f"{QUERY}/realtime", json=asked)
    assert (len(page["entities"]), page["total"], page["pageCount"]) == (1, 4, 2)
    caller.refused("POST", f"{QUERY}/realtime", 400, "bad.request", json=asked | {"pageSize": 501})
    audit = page["entities"][0]["id"]
    related = caller.ask("POST", f"{QUERY}/realtime/related", json={"auditId": audit})["entities"]
    assert [hit["id"] for hit in related] == [audit]
    caller.refused("POST", f"{QUERY}/realtime/related", 404, "not.found", json={"auditId": NOWHERE})


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"interval": "2026-10-01T00:00Z/2026-11-02T00:00Z"}, "at most 30 days long"),
        ({"serviceName": "contactcenter"}, "Value [contactcenter] is not valid"),
        ({"serviceName": None}, "serviceName"),
        ({"filters": [where("Action", "Update")]}, "The filter Action needs the filter EntityType"),
        ({"filters": [where("Colour", "red")]}, "Colour"),
    ],
)
def test_a_search_that_cannot_be_answered_is_refused(asked: Any, message: str) -> None:
    query = {"interval": WEEK, "serviceName": "ContactCenter"} | asked
    answer = a_caller().answer("POST", QUERY, json=query)
    assert answer.status_code == 400
    assert message in answer.json()["message"]


def test_every_change_belongs_to_a_service_that_is_listed() -> None:
    """Or nobody could find it."""
    caller = changed(a_caller())
    mapping = caller.get(OUTBOUND)
    caller.ask("PUT", OUTBOUND, json=mapping)
    services = {
        (service["name"], kind["name"], action)
        for service in caller.get(f"{QUERY}/servicemapping")["services"]
        for kind in service["entities"]
        for action in kind["actions"]
    }
    assert caller.get(f"{QUERY}/realtime/servicemapping") == caller.get(f"{QUERY}/servicemapping")
    assert {(each.service, each.entity_type, each.action) for each in caller.sandbox.state.changes} <= services
