"""Queues, and the codes they offer, over the API."""

from typing import Any

import pytest

from harness.sandbox import VirtualClock
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
    SUPPORT,
    Caller,
    a_caller,
    a_state,
    may,
)

_OFFERED = f"{QUEUES}/{BILLING['id']}/wrapupcodes"


def test_queues_come_by_name() -> None:
    caller = a_caller()
    assert caller.names(QUEUES) == ["Billing", "Support"]
    assert caller.names(QUEUES, sortOrder="desc") == ["Support", "Billing"]
    assert caller.names(QUEUES, name="*ill*") == ["Billing"]
    assert caller.names(QUEUES, divisionId=SALES["id"]) == ["Support"]
    assert caller.names(QUEUES, id=BILLING["id"]) == ["Billing"]
    assert caller.get(QUEUES, pageSize=500)["pageSize"] == 500
    caller.refused("GET", QUEUES, 400, "bad.request", pageSize=501)


def test_the_simple_listings_show_less_and_have_their_own_limits() -> None:
    caller = a_caller()
    simple = f"{QUEUES}/divisionviews"
    assert list(caller.get(simple)["entities"][0]) == ["id", "name", "division", "selfUri"]
    assert caller.names(simple, sortBy="id") == [
        queue["name"] for queue in sorted([BILLING, SUPPORT], key=lambda queue: str(queue["id"]))
    ]
    by_division = sorted([BILLING, SUPPORT], key=lambda queue: str(queue["division"]["id"]), reverse=True)
    assert caller.names(simple, sortBy="divisionId", sortOrder="desc") == [queue["name"] for queue in by_division]
    caller.refused("GET", simple, 400, "bad.request", pageSize=101)
    caller.refused("GET", simple, 400, "bad.request", pageNumber=6)
    assert caller.names(f"{simple}/all", pageSize=500) == ["Billing", "Support"]
    assert caller.names(f"{simple}/all", sortOrder="desc") == ["Support", "Billing"]


def test_a_queue_is_made_with_what_the_platform_fills_in() -> None:
    caller = a_caller()
    made = caller.ask("POST", QUEUES, json={"name": "New"})
    assert made["division"] == HOME
    assert set(made["mediaSettings"]) == {"call", "callback", "chat", "email", "message"}
    assert made["acwSettings"] == {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 300_000}
    assert made["memberCount"] == 0
    assert list(made)[-1] == "selfUri"
    assert caller.get(f"{made['selfUri']}/wrapupcodes")["entities"] == []
    assert caller.get(f"{made['selfUri']}/members")["entities"] == []


def test_a_queue_is_made_like_another() -> None:
    made = a_caller().ask("POST", QUEUES, json={"name": "New", "sourceQueueId": SUPPORT["id"]})
    assert made["acwSettings"] == SUPPORT["acwSettings"]
    assert made["name"] == "New"
    assert made["id"] != SUPPORT["id"]


def test_a_queue_is_made_also_where_its_lists_were_not_recorded() -> None:
    caller = a_caller(a_state(queue_wrapupcodes=None, queue_members=None))
    made = caller.ask("POST", QUEUES, json={"name": "New"})
    assert caller.ask("DELETE", made["selfUri"]) is None


def test_an_org_without_a_home_division_makes_queues_in_its_first() -> None:
    assert a_caller(a_state(divisions=[SALES])).ask("POST", QUEUES, json={"name": "x"})["division"] == SALES
    home = HOME | {"name": "Zuhause", "homeDivision": True}
    made = a_caller(a_state(divisions=[SALES, home])).ask("POST", QUEUES, json={"name": "x"})
    assert made["division"]["name"] == "Zuhause"


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"name": ""}, "required.field.missing", "A required field is missing a value. name"),
        ({"name": "billing"}, "duplicate.name", "An entity with the name [billing] already exists."),
        (
            {"name": "x", "acwSettings": {"wrapupPrompt": "PSYCHIC"}},
            "invalid.value",
            "Invalid enum value 'PSYCHIC' - at $.acwSettings.wrapupPrompt",
        ),
        (
            {"name": "x", "acwSettings": {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 999}},
            "invalid.value",
            "acwSettings.timeoutMs must be between 1000 and 3600000",
        ),
        (
            {"name": "x", "skillEvaluationMethod": "SOME"},
            "invalid.value",
            "Invalid enum value 'SOME' - at $.skillEvaluationMethod",
        ),
    ],
)
def test_a_queue_must_make_sense(body: Any, code: str, message: str) -> None:
    caller = a_caller()
    assert caller.refused("POST", QUEUES, 400, code, json=body) == message
    assert caller.refused("PUT", f"{QUEUES}/{SUPPORT['id']}", 400, code, json=body) == message


def test_the_limits_of_the_timeout_are_allowed() -> None:
    caller = a_caller()
    for timeout_ms in (1_000, 3_600_000):
        body = {"name": "Support", "acwSettings": {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": timeout_ms}}
        assert caller.ask("PUT", f"{QUEUES}/{SUPPORT['id']}", json=body)["acwSettings"]["timeoutMs"] == timeout_ms


def test_the_last_writer_wins() -> None:
    """Queues have no version: only the date of modification shows that somebody else was there."""
    state = a_state()
    caller, path = a_caller(state), f"{QUEUES}/{BILLING['id']}"
    before = caller.get(path)
    one = caller.ask("PUT", path, json=before | {"description": "one"})
    assert isinstance(state.clock, VirtualClock)
    state.clock.advance(1.5)
    other = caller.ask("PUT", path, json=before | {"callingPartyName": "other"})
    assert "description" not in other
    assert one["dateModified"] == "2026-11-02T08:00:00.000Z"
    assert other["dateModified"] == "2026-11-02T08:00:01.500Z"
    assert "version" not in other


def test_an_update_leaves_what_cannot_be_written() -> None:
    caller, path = a_caller(), f"{QUEUES}/{BILLING['id']}"
    forged = {"name": "Billing", "id": "x", "memberCount": 99, "createdBy": "x", "dateCreated": "x", "selfUri": "x"}
    written = caller.ask("PUT", path, json=forged)
    assert written["memberCount"] == 1
    assert {key: written[key] for key in ("id", "createdBy", "dateCreated", "selfUri")} == {
        key: BILLING[key] for key in ("id", "createdBy", "dateCreated", "selfUri")
    }
    assert written["acwSettings"] == BILLING["acwSettings"]
    assert caller.names(_OFFERED) == ["Sale", "Other"]
    assert caller.get(f"{path}/members")["entities"][0]["joined"] is True


def test_a_queue_moves_to_another_division() -> None:
    body = {"name": "Billing", "division": {"id": SALES["id"]}}
    assert a_caller().ask("PUT", f"{QUEUES}/{BILLING['id']}", json=body)["division"] == SALES


def test_a_deleted_queue_is_gone_with_its_lists() -> None:
    caller = a_caller()
    assert caller.ask("DELETE", f"{QUEUES}/{BILLING['id']}", forceDelete=True) is None
    assert caller.names(QUEUES) == ["Support"]
    caller.refused("GET", _OFFERED, 404, "not.found")
    caller.refused("GET", f"{QUEUES}/{BILLING['id']}/members", 404, "not.found")


def test_a_client_sees_the_queues_of_its_divisions() -> None:
    caller = a_caller(None, may("routing:queue:*", divisions=[SALES["id"]]))
    assert caller.names(QUEUES) == ["Support"]
    caller.refused("GET", _OFFERED, 403, "missing.permissions")
    caller.refused("DELETE", f"{QUEUES}/{BILLING['id']}", 403, "missing.permissions")


# -- codes of a queue ----------------------------------------------------------------------------------------------


def test_a_queues_codes_come_in_the_platforms_order() -> None:
    caller = a_caller()
    assert caller.names(_OFFERED) == ["Sale", "Other"]
    assert caller.names(_OFFERED, name="o*") == ["Other"]
    assert caller.names(_OFFERED, pageSize=1, pageNumber=2) == ["Other"]


def test_codes_are_added_once() -> None:
    caller = a_caller()
    added = caller.ask("POST", _OFFERED, json=[{"id": REFUND["id"]}, {"id": SALE["id"]}, {"id": REFUND["id"]}])
    assert [code["name"] for code in added] == ["Refund", "Sale"]
    assert caller.names(_OFFERED) == ["Sale", "Other", "Refund"]


def test_adding_what_is_there_changes_nothing() -> None:
    caller = a_caller()
    before = caller.get(f"{QUEUES}/{BILLING['id']}")
    caller.ask("POST", _OFFERED, json=[{"id": SALE["id"]}])
    assert caller.get(f"{QUEUES}/{BILLING['id']}") == before
    assert caller.sandbox.state.changes == []


def test_a_hundred_codes_at_a_time() -> None:
    caller = a_caller()
    ids = [caller.ask("POST", CODES, json={"name": f"Code {number}"})["id"] for number in range(101)]
    many = [{"id": code_id} for code_id in ids]
    message = caller.refused("POST", _OFFERED, 400, "bad.request", json=many)
    assert message == "At most 100 wrap-up codes can be added in one request"
    caller.ask("POST", _OFFERED, json=many[:100])
    assert caller.get(_OFFERED)["total"] == 102


def test_all_or_none_of_some_codes_are_added() -> None:
    caller = a_caller()
    message = caller.refused("POST", _OFFERED, 400, "bad.request", json=[{"id": REFUND["id"]}, {"id": NOWHERE}])
    assert message == f"Wrap-up code {NOWHERE} does not exist"
    assert caller.names(_OFFERED) == ["Sale", "Other"]


def test_a_code_is_removed_from_a_queue_and_stays_a_code() -> None:
    caller = a_caller()
    assert caller.ask("DELETE", f"{_OFFERED}/{OTHER['id']}") is None
    assert caller.names(_OFFERED) == ["Sale"]
    assert caller.get(f"{CODES}/{OTHER['id']}") == OTHER
    message = caller.refused("DELETE", f"{_OFFERED}/{OTHER['id']}", 404, "not.found")
    assert message == "Wrap-up code not found on the queue"


def test_a_queue_is_dated_when_its_codes_change() -> None:
    caller = a_caller()
    caller.ask("DELETE", f"{_OFFERED}/{OTHER['id']}")
    after = caller.get(f"{QUEUES}/{BILLING['id']}")
    assert after["dateModified"] == "2026-11-02T08:00:00.000Z"
    assert list(after) == list(BILLING)


def test_a_queue_of_which_little_was_recorded_stays_as_it_is() -> None:
    """What the platform did not deliver is not made up."""
    queue = {"id": "q1", "name": "Billing"}
    caller = a_caller(a_state(queues=[queue], queue_wrapupcodes=[{"queueId": "q1", "entities": [SALE]}]))
    caller.ask("DELETE", f"{QUEUES}/q1/wrapupcodes/{SALE['id']}")
    assert caller.get(f"{QUEUES}/q1") == queue


@pytest.mark.parametrize(("method", "path"), [("POST", _OFFERED), ("DELETE", f"{_OFFERED}/{SALE['id']}")])
def test_reading_a_queue_does_not_allow_changing_its_codes(method: str, path: str) -> None:
    caller: Caller = a_caller(None, may("routing:queue:view"))
    body = [{"id": SALE["id"]}] if method == "POST" else None
    assert caller.refused(method, path, 403, "missing.permissions", json=body).endswith("routing:queue:edit")
