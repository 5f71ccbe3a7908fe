"""What each fault does, in this process; what only a real connection can show is in `test_server`."""

from types import MappingProxyType
from typing import Any

import httpx
import pytest

from harness.sandbox import Fault, VirtualClock
from harness.sandbox.injection import Answer, twisted
from tests.sandbox.playing import (
    ANN,
    BEN,
    BILLING,
    CODES,
    MAPPING,
    OUTBOUND,
    QUEUES,
    REFUND,
    SKILLS,
    USERS,
    Caller,
    a_caller,
    a_state,
)


def a_fault(kind: str, *, times: int | None = 1, first: int = 1, path: str = "/api/*", **options: Any) -> Fault:
    return Fault(kind=kind, times=times, first=first, path=path, options=MappingProxyType(options))


def _caller(*faults: Fault) -> Caller:
    return a_caller(a_state(), faults=faults)


def test_without_faults_all_goes_well() -> None:
    caller = _caller()
    assert {caller.answer("GET", path).status_code for path in (CODES, QUEUES, USERS)} == {200}
    assert {request.faults for request in caller.sandbox.requests} == {()}


def test_an_unauthorized_client_needs_another_token() -> None:
    """A client that only repeats the request with its old token gets nowhere."""
    caller = _caller(a_fault("unauthorized", first=2))
    caller.get(CODES)
    caller.refused("GET", CODES, 401, "bad.credentials")
    caller.refused("GET", CODES, 401, "bad.credentials")
    caller.sign_in()
    caller.get(CODES)
    assert [request.faults for request in caller.sandbox.requests[2:4]] == [("unauthorized",), ()]


def test_a_forbidden_call_names_the_permission() -> None:
    caller = _caller(a_fault("forbidden", permission="routing:queue:view"))
    assert caller.refused("GET", QUEUES, 403, "missing.permissions").endswith(": routing:queue:view")


def test_a_limit_may_say_when_to_come_back() -> None:
    caller = _caller(
        a_fault("rate_limited", retry_after=1_500),
        a_fault("rate_limited", first=2, retry_after=2_000, as_date=True),
        a_fault("rate_limited", first=3),
    )
    answers = [caller.answer("GET", CODES) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [429, 429, 429, 200]
    found = [answer.headers.get("retry-after") for answer in answers]
    assert found == ["2", "Mon, 02 Nov 2026 08:00:02 GMT", None, None]
    assert caller.sandbox.state.clock.now() == VirtualClock().now()


@pytest.mark.parametrize(
    ("status", "code"),
    [(500, "internal.server.error"), (502, "bad.gateway"), (503, "service.unavailable"), (504, "request.timeout")],
)
def test_a_burst_of_server_errors_ends(status: int, code: str) -> None:
    caller = _caller(a_fault("server_error", times=2, status=status))
    caller.refused("GET", CODES, status, code)
    caller.refused("GET", CODES, status, code)
    caller.get(CODES)


def test_a_server_error_comes_before_or_after_the_write() -> None:
    """Who repeats a POST blindly makes two codes."""
    caller = _caller(a_fault("server_error"), a_fault("server_error", first=2, after=True))
    caller.refused("POST", CODES, 503, "service.unavailable", json={"name": "New"})
    assert caller.sandbox.state.changes == []
    caller.refused("POST", CODES, 503, "service.unavailable", json={"name": "New"})
    caller.refused("POST", CODES, 400, "duplicate.name", json={"name": "New"})


def test_a_connection_breaks_before_or_after_the_write() -> None:
    caller = _caller(a_fault("connection_reset"), a_fault("connection_reset", first=2, after=True))
    with pytest.raises(httpx.ReadError, match=r"^the connection was reset$"):
        caller.answer("POST", CODES, json={"name": "New"})
    assert caller.sandbox.state.changes == []
    with pytest.raises(httpx.ReadError):
        caller.answer("POST", CODES, json={"name": "New"})
    assert len(caller.sandbox.state.changes) == 1
    assert [request.status for request in caller.sandbox.requests[1:]] == [None, None]


def test_an_answer_comes_in_drips() -> None:
    """The clock shows the pauses; the bytes are the same."""
    caller = _caller(a_fault("slow", first=2, chunk=100, pause=1_000))
    whole = caller.answer("GET", OUTBOUND).content
    began = caller.sandbox.state.clock.now()
    assert caller.answer("GET", OUTBOUND).content == whole
    passed = caller.sandbox.state.clock.now() - began
    assert passed.total_seconds() == (len(whole) - 1) // 100


def test_a_truncated_answer_promises_more_than_it_holds() -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
        _caller(a_fault("truncated")).answer("GET", CODES)


def test_a_malformed_answer_is_half_the_json() -> None:
    caller = _caller(a_fault("malformed"))
    answer = caller.answer("GET", CODES)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        answer.json()


def test_a_proxy_answers_with_a_page() -> None:
    caller = _caller(a_fault("html"), a_fault("html", first=2, status=502))
    first, second = caller.answer("GET", CODES), caller.answer("GET", CODES)
    assert (first.status_code, second.status_code) == (200, 502)
    assert first.headers["content-type"] == "text/html"
    assert first.text.startswith("<html>")


def test_dates_may_be_off_while_tokens_live_on() -> None:
    caller = _caller(a_fault("clock_skew", times=None, by=-86_400_000 * 2))
    info = caller.answer("GET", "/api/v2/tokens/me")
    assert info.headers["date"] == "Sat, 31 Oct 2026 08:00:00 GMT"
    assert info.json()["dateTokenIdles"] == "2026-11-01T08:00:00.000Z"
    assert caller.ask("POST", CODES, json={"name": "x"})["dateCreated"] == "2026-10-31T08:00:00.000Z"
    assert _caller().answer("GET", CODES).headers["date"] == "Mon, 02 Nov 2026 08:00:00 GMT"


def test_a_write_may_stay_unseen_for_a_while() -> None:
    state = a_state()
    assert isinstance(state.clock, VirtualClock)
    slow = Fault(kind="propagation_delay", method="POST", options=MappingProxyType({"by": 3_000}))
    caller = a_caller(state, faults=[slow])
    made = caller.ask("POST", CODES, json={"name": "New"})
    caller.refused("GET", made["selfUri"], 404, "not.found")
    assert "New" not in caller.names(CODES)
    caller.refused("POST", CODES, 400, "duplicate.name", json={"name": "New"})
    state.clock.advance(3)
    assert caller.get(made["selfUri"]) == made
    assert "New" in caller.names(CODES)


# -- listings that do not hold still -------------------------------------------------------------------------------


def test_a_listing_shrinks_between_two_pages() -> None:
    """Removing what came first moves the rest to the front: a code falls between the pages."""
    caller = _caller(a_fault("page_drift", first=2, remove=1))
    first = caller.names(CODES, pageSize=2)
    assert first + caller.names(CODES, pageSize=2, pageNumber=2) == ["Other", "Refund"]


def test_a_listing_grows_between_two_pages() -> None:
    """A code comes twice."""
    caller = _caller(a_fault("page_drift", first=2, insert=1))
    first = caller.names(CODES, pageSize=2)
    assert first + caller.names(CODES, pageSize=2, pageNumber=2) == ["Other", "Refund", "Refund", "Sale"]
    assert caller.names(CODES)[0] == "!0 Other"


@pytest.mark.parametrize("path", [QUEUES, USERS, SKILLS])
def test_every_listing_can_drift(path: str) -> None:
    caller = _caller(a_fault("page_drift", first=2, insert=1, remove=1))
    before = caller.get(path)["entities"]
    after = caller.get(path)["entities"]
    assert len(after) == len(before)
    assert after[0]["name"] == f"!0 {before[1]['name']}"
    assert after[0]["selfUri"].endswith(after[0]["id"])
    assert after[1:] == before[1:]


def test_members_and_codes_of_a_queue_can_drift() -> None:
    path = f"{QUEUES}/{BILLING['id']}"
    caller = _caller(a_fault("page_drift", first=2, insert=1, remove=1, path="*/members"))
    before, after = (caller.get(f"{path}/members")["entities"] for _ in range(2))
    assert [member["id"] for member in before] == [ANN["id"]]
    assert [member["id"] for member in after] == [BEN["id"]]
    assert list(after[0]) == list(before[0])
    caller = _caller(a_fault("page_drift", insert=5, path="*/wrapupcodes"))
    assert caller.names(f"{path}/wrapupcodes") == ["Refund", "Sale", "Other"]


def test_what_is_no_listing_does_not_drift() -> None:
    caller = _caller(a_fault("page_drift", insert=1, remove=1))
    assert caller.get(OUTBOUND) == MAPPING
    assert caller.sandbox.state.changes == []


def test_entities_without_an_address_drift_too() -> None:
    codes = [{"id": "a", "name": "A"}]
    caller = a_caller(a_state(wrapupcodes=codes), faults=[a_fault("page_drift", insert=3)])
    assert caller.names(CODES) == ["!0 A", "A"]


def test_a_page_comes_once_more() -> None:
    caller = _caller(a_fault("repeated_page", first=2))
    first = caller.names(CODES, pageSize=1)
    assert caller.names(CODES, pageSize=1, pageNumber=2) == first
    assert caller.names(CODES, pageSize=1, pageNumber=3) == ["Sale"]
    assert _caller(a_fault("repeated_page")).names(CODES) == ["Other", "Refund", "Sale"]


def test_the_next_link_leads_here_again() -> None:
    caller = _caller(a_fault("repeated_cursor", times=None))
    page = caller.get(CODES, pageSize=1)
    assert page["nextUri"] == page["selfUri"]
    last = caller.get(CODES, pageSize=3)
    assert "nextUri" not in last


def test_a_cursor_leads_here_again() -> None:
    """The first page cannot: nobody has asked with a cursor yet."""
    answer = Answer(200, (), b'{"entities":[],"cursor":"next"}')
    fault = a_fault("repeated_cursor")
    assert twisted(fault, answer, {"query_string": b"pageSize=5"}, "c").body == answer.body
    again = twisted(fault, answer, {"query_string": b"cursor=this&pageSize=5"}, "c")
    assert again.body == b'{"entities":[],"cursor":"this"}'


def test_faults_meet_the_login_host_when_they_say_so() -> None:
    caller = a_caller(faults=[a_fault("html", path="/oauth/*", first=2)])
    answer = caller.http.post("/oauth/token", data={"grant_type": "client_credentials"})
    assert answer.headers["content-type"] == "text/html"


# -- the sandbox's own endpoints -----------------------------------------------------------------------------------


def test_tests_plan_faults_and_read_the_log_over_http() -> None:
    caller = _caller()
    planned = caller.ask("POST", "/sandbox/faults", json={"faults": [{"kind": "malformed"}, {"kind": "html"}]})
    assert planned == {"planned": 2}
    caller.ask("DELETE", "/sandbox/faults", status=204)
    caller.get(CODES, pageSize=2, name="S*")
    logged = caller.get("/sandbox/requests")["requests"][-1]
    correlation_id = logged.pop("correlation_id")
    assert len(correlation_id) == 36
    assert logged == {
        "at": "2026-11-02T08:00:00.000Z",
        "method": "GET",
        "path": CODES,
        "query": "pageSize=2&name=S%2A",
        "status": 200,
        "faults": [],
    }
    caller.ask("DELETE", "/sandbox/requests", status=204)
    assert caller.get("/sandbox/requests") == {"requests": []}


def test_a_plan_that_makes_no_sense_changes_nothing() -> None:
    caller = _caller()
    body = {"faults": [{"kind": "html"}, {"kind": "htlm"}]}
    answer = caller.ask("POST", "/sandbox/faults", status=400, json=body)
    assert answer["message"].startswith("POST /sandbox/faults:1:")
    assert answer["message"].endswith("did you mean 'html'?")
    caller.get(CODES)


def test_the_log_holds_no_secrets() -> None:
    caller = _caller()
    caller.get(CODES)
    text = caller.http.get("/sandbox/requests").text
    assert "s3cret" not in text
    assert caller.http.headers["authorization"].removeprefix("Bearer ") not in text


def test_faults_are_planned_from_python() -> None:
    caller = _caller()
    caller.sandbox.plan(a_fault("html"))
    assert caller.answer("GET", f"{CODES}/{REFUND['id']}").headers["content-type"] == "text/html"
