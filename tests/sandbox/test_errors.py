"""How the sandbox refuses, whatever was asked: errors look as the platform's."""

import uuid

import pytest

from harness.sandbox import VirtualClock
from tests.sandbox.playing import CODES, a_caller, a_state, may


def test_an_error_is_the_platforms_model() -> None:
    answer = a_caller().answer("GET", f"{CODES}/x")
    correlation_id = answer.headers["inin-correlation-id"]
    uuid.UUID(correlation_id)
    assert answer.json() == {
        "message": "Wrap-up code not found",
        "code": "not.found",
        "status": 404,
        "messageParams": {},
        "contextId": correlation_id,
        "details": [],
        "errors": [],
    }


def test_every_answer_has_its_own_correlation_id() -> None:
    caller = a_caller()
    ids = {caller.answer("GET", CODES).headers["inin-correlation-id"] for _ in range(3)}
    assert len(ids) == 3
    assert ids <= {request.correlation_id for request in caller.sandbox.requests}


def test_what_is_not_there_is_not_found() -> None:
    caller = a_caller()
    caller.refused("GET", "/api/v2/wrapupcodes", 404, "not.found")
    message = caller.refused("PATCH", f"{CODES}/x", 405, "method.not.allowed")
    assert message == "The method is not supported here."


@pytest.mark.parametrize("media_type", ["text/plain", ""])
def test_a_body_must_be_json(media_type: str) -> None:
    caller = a_caller()
    answer = caller.http.post(CODES, content=b'{"name": "x"}', headers={"content-type": media_type})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported.media.type")
    assert caller.http.post(
        CODES, content=b'{"name": "x"}', headers={"content-type": "application/json; charset=UTF-8"}
    ).is_success


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"name": "x"'])
def test_a_body_must_be_whole(content: bytes) -> None:
    answer = a_caller().http.post(CODES, content=content, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad.request")


def test_deep_nesting_is_refused() -> None:
    content = b'{"name": "x", "deep": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    answer = a_caller().http.post(CODES, content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 400


def test_a_missing_permission_is_named() -> None:
    caller = a_caller(None, may("routing:queue:view"))
    message = caller.refused("GET", CODES, 403, "missing.permissions")
    assert message == (
        "Unable to perform the requested action. You are missing the following permission(s): routing:wrapupCode:view"
    )


# -- how many calls ------------------------------------------------------------------------------------------------


def test_answers_say_how_many_calls_are_left() -> None:
    state = a_state()
    assert isinstance(state.clock, VirtualClock)
    caller = a_caller(state)
    caller.get(CODES)
    state.clock.advance(10.5)
    headers = caller.answer("GET", CODES).headers
    assert headers["inin-ratelimit-allowed"] == "300"
    assert headers["inin-ratelimit-count"] == "2"
    assert headers["inin-ratelimit-reset"] == "50"


def test_a_call_too_many_says_when_to_come_back() -> None:
    state = a_state()
    assert isinstance(state.clock, VirtualClock)
    caller = a_caller(state, rate_limit=2)
    caller.get(CODES)
    caller.get(CODES)
    state.clock.advance(15)
    answer = caller.answer("GET", CODES)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "45"
    assert answer.headers["inin-ratelimit-count"] == "2"
    assert answer.json()["code"] == "too.many.requests"
    assert answer.json()["message"] == "Rate limit exceeded the maximum [2] requests within [60] seconds"
    state.clock.advance(44.9)
    assert caller.answer("GET", CODES).status_code == 429
    state.clock.advance(0.1)
    assert caller.answer("GET", CODES).headers["inin-ratelimit-count"] == "1"


def test_a_limit_need_not_be_announced() -> None:
    """Clients must cope: the platform's own samples no longer show the headers."""
    caller = a_caller(rate_limit=1, announce_limit=False)
    assert not [name for name in caller.answer("GET", CODES).headers if name.startswith("inin-ratelimit")]
    answer = caller.answer("GET", CODES)
    assert answer.headers["retry-after"] == "60"
    assert "inin-ratelimit-allowed" not in answer.headers


def test_there_need_not_be_a_limit() -> None:
    caller = a_caller(rate_limit=None)
    assert {caller.answer("GET", CODES).status_code for _ in range(310)} == {200}
