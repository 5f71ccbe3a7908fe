"""Wrap-up codes over the API."""

import pytest

from tests.sandbox.playing import (
    BILLING,
    CODES,
    HOME,
    NOWHERE,
    OTHER,
    QUEUES,
    REFUND,
    SALE,
    SALES,
    a_caller,
    a_state,
    may,
)


def test_codes_come_by_name_whatever_sorting_is_asked() -> None:
    """The platform ignores `sortBy` unless a name is given."""
    caller = a_caller()
    assert caller.names(CODES) == ["Other", "Refund", "Sale"]
    assert caller.names(CODES, sortBy="id") == ["Other", "Refund", "Sale"]
    assert caller.names(CODES, sortOrder="descending") == ["Sale", "Refund", "Other"]
    by_id = sorted([OTHER, REFUND, SALE], key=lambda code: str(code["id"]))
    assert caller.get(CODES, sortBy="id", name="*")["entities"] == by_id


def test_a_page_says_where_it_is() -> None:
    first = a_caller().get(CODES, pageSize=2)
    assert {key: value for key, value in first.items() if key != "entities"} == {
        "pageSize": 2,
        "pageNumber": 1,
        "total": 3,
        "firstUri": f"{CODES}?pageSize=2&pageNumber=1",
        "nextUri": f"{CODES}?pageSize=2&pageNumber=2",
        "lastUri": f"{CODES}?pageSize=2&pageNumber=2",
        "selfUri": f"{CODES}?pageSize=2&pageNumber=1",
        "pageCount": 2,
    }
    second = a_caller().get(CODES, pageSize=2, pageNumber=2, name="*")
    assert [code["name"] for code in second["entities"]] == ["Sale"]
    assert "nextUri" not in second
    assert second["previousUri"] == f"{CODES}?pageSize=2&pageNumber=1&name=%2A"


def test_a_page_behind_the_last_is_empty() -> None:
    assert a_caller().get(CODES, pageNumber=7)["entities"] == []


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ({"pageSize": 101}, "bad.request", "pageSize must be between 1 and 100"),
        ({"pageSize": 0}, "bad.request", "pageSize must be between 1 and 100"),
        ({"pageNumber": 0}, "bad.request", "pageNumber must be at least 1"),
        (
            {"pageSize": "many"},
            "invalid.value",
            "Value [many] is not valid for field type [pageSize]. Allowable values are: a whole number",
        ),
        (
            {"sortOrder": "up"},
            "invalid.value",
            "Value [up] is not valid for field type [sortOrder]. Allowable values are: ascending, descending",
        ),
    ],
)
def test_what_a_listing_does_not_take_is_refused(query: dict[str, object], code: str, message: str) -> None:
    assert a_caller().refused("GET", CODES, 400, code, **query) == message


def test_codes_are_filtered() -> None:
    caller = a_caller()
    assert caller.names(CODES, name="sal") == []
    assert caller.names(CODES, name="SALE") == ["Sale"]
    assert caller.names(CODES, name="*e*") == ["Other", "Refund", "Sale"]
    assert caller.names(CODES, name="[Ss]ale") == []
    assert caller.names(CODES, divisionId=HOME["id"]) == ["Sale"]
    assert caller.names(CODES, divisionId="*") == ["Other"]
    assert caller.names(CODES, id=[SALE["id"], REFUND["id"]]) == ["Refund", "Sale"]
    assert caller.names(CODES, id=f"{SALE['id']},{REFUND['id']}") == ["Refund", "Sale"]


def test_a_code_is_shown_as_recorded() -> None:
    assert (
        a_caller()
        .answer("GET", f"{CODES}/{REFUND['id']}")
        .content.startswith(f'{{"id":"{REFUND["id"]}","name":"Refund","division":'.encode())
    )


def test_a_code_is_created_for_all_divisions_unless_one_is_named() -> None:
    caller = a_caller()
    made = caller.ask("POST", CODES, json={"name": "New"})
    assert list(made) == ["id", "name", "division", "dateCreated", "dateModified", "createdBy", "selfUri"]
    assert made["division"]["id"] == "*"
    assert made["createdBy"] == "client-1"
    assert made["dateCreated"] == made["dateModified"] == "2026-11-02T08:00:00.000Z"
    assert caller.get(made["selfUri"]) == made
    other = caller.ask("POST", CODES, json={"name": "Newer", "division": {"id": SALES["id"]}, "description": "d"})
    assert other["division"] == SALES
    assert other["description"] == "d"


def test_a_name_is_given_once() -> None:
    caller = a_caller()
    assert "[sale]" in caller.refused("POST", CODES, 400, "duplicate.name", json={"name": "sale"})
    assert "[SALE]" in caller.refused("PUT", f"{CODES}/{REFUND['id']}", 400, "duplicate.name", json={"name": "SALE"})
    assert caller.ask("PUT", f"{CODES}/{SALE['id']}", json={"name": "SALE"})["name"] == "SALE"


def test_a_body_must_make_sense() -> None:
    caller = a_caller()
    missing = caller.refused("POST", CODES, 400, "required.field.missing", json={"description": "x"})
    assert missing == "A required field is missing a value. Object missing required field name"
    caller.refused("POST", CODES, 400, "required.field.missing", json={"name": "  "})
    wrong = caller.refused("POST", CODES, 400, "invalid.value", json={"name": 5})
    assert wrong == "Expected str, got int - at $.name"
    nowhere = caller.refused("POST", CODES, 400, "bad.request", json={"name": "x", "division": {"id": "d9"}})
    assert nowhere == "Division d9 does not exist"
    assert caller.names(CODES) == ["Other", "Refund", "Sale"]


def test_an_update_replaces_and_says_who_and_when() -> None:
    caller = a_caller()
    renamed = caller.ask("PUT", f"{CODES}/{SALE['id']}", json={"name": "Sold"})
    assert "description" not in renamed
    assert renamed["modifiedBy"] == "client-1"
    assert renamed["dateModified"] == "2026-11-02T08:00:00.000Z"
    assert {key: renamed[key] for key in ("id", "division", "dateCreated", "createdBy", "selfUri")} == {
        key: SALE[key] for key in ("id", "division", "dateCreated", "createdBy", "selfUri")
    }
    described = caller.ask("PUT", f"{CODES}/{SALE['id']}", json={"name": "Sold", "description": "d"})
    order = ["id", "name", "division", "description", "dateCreated", "dateModified", "createdBy", "modifiedBy"]
    assert list(described) == [*order, "selfUri"]


def test_queues_show_a_code_as_it_is_now() -> None:
    caller = a_caller()
    offered = f"{QUEUES}/{BILLING['id']}/wrapupcodes"
    caller.ask("PUT", f"{CODES}/{SALE['id']}", json={"name": "Sold"})
    assert caller.names(offered) == ["Sold", "Other"]
    caller.ask("DELETE", f"{CODES}/{SALE['id']}")
    assert caller.names(offered) == ["Other"]


def test_a_code_changes_also_where_queues_lists_were_not_recorded() -> None:
    caller = a_caller(a_state(queue_wrapupcodes=None))
    caller.ask("PUT", f"{CODES}/{SALE['id']}", json={"name": "Sold"})
    assert caller.names(CODES) == ["Other", "Refund", "Sold"]


def test_only_the_simple_listing_names_deleted_codes() -> None:
    """That is how a report names a code that history still holds."""
    caller = a_caller()
    assert caller.ask("DELETE", f"{CODES}/{SALE['id']}") is None
    simple = f"{CODES}/divisionviews"
    assert caller.names(CODES) == caller.names(simple) == ["Other", "Refund"]
    assert caller.names(simple, includeState="Deleted") == ["Sale"]
    assert caller.names(simple, includeState="ActiveAndDeleted") == ["Other", "Refund", "Sale"]
    caller.refused("GET", f"{CODES}/{SALE['id']}", 404, "not.found")
    caller.refused("DELETE", f"{CODES}/{SALE['id']}", 404, "not.found")
    assert caller.get("/api/v2/outbound/wrapupcodemappings")["mapping"] == {SALE["id"]: ["BUSINESS_SUCCESS"]}


def test_the_simple_views_show_less() -> None:
    caller = a_caller()
    keys = ["id", "name", "division", "selfUri"]
    assert list(caller.get(f"{CODES}/divisionviews", name="Sale")["entities"][0]) == keys
    assert list(caller.get(f"{CODES}/divisionviews/{SALE['id']}")) == keys
    caller.refused("GET", f"{CODES}/divisionviews", 400, "bad.request", name="Sale", id=SALE["id"])


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_code_that_is_not_there_is_not_found(method: str) -> None:
    body = {"name": "x"} if method == "PUT" else None
    assert a_caller().refused(method, f"{CODES}/{NOWHERE}", 404, "not.found", json=body) == "Wrap-up code not found"


def test_codes_of_other_divisions_are_absent_without_a_word() -> None:
    caller = a_caller(None, may("routing:wrapupCode:*", divisions=[SALES["id"]]))
    assert caller.names(CODES) == ["Other", "Refund"]
    assert caller.get(CODES)["total"] == 2
    message = caller.refused("GET", f"{CODES}/{SALE['id']}", 403, "missing.permissions")
    assert message.endswith("You are missing the following permission(s): routing:wrapupCode:view")
    body = {"name": "x", "division": {"id": HOME["id"]}}
    assert caller.refused("POST", CODES, 403, "missing.permissions", json=body).endswith("routing:wrapupCode:add")
    body = {"name": "Refunded", "division": {"id": HOME["id"]}}
    caller.refused("PUT", f"{CODES}/{REFUND['id']}", 403, "missing.permissions", json=body)
