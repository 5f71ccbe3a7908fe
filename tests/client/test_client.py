"""The client: what a caller gets for every kind of answer."""

import logging
from typing import cast

import httpx
import msgspec
import pytest

from harness.client import Answer, GenesysClient, Pacer
from harness.client.faults import STATUS_PAGE, fault
from harness.errors import (
    ApiError,
    AuthError,
    ConflictError,
    HarnessError,
    NotFoundError,
    PayloadError,
    RateLimitedError,
    UnavailableError,
    UsageError,
)
from tests.client.helpers import CODES, QUEUES, FakeTime, a_client
from tests.client.server import Reply, Server

ORG = "/api/v2/organizations/me"
CORRELATED = {"inin-correlation-id": "6f1c"}


class Code(msgspec.Struct):
    id: str
    name: str


def test_answers_are_decoded_into_what_is_asked_for(server: Server) -> None:
    server.on("GET", CODES, Reply(body=b'{ "id": "c",  "name": "Sale", "news": [1] }'))
    with a_client(server) as client:
        assert client.get(CODES, Code) == Code("c", "Sale")
        assert client.get(CODES, dict)["news"] == [1]
        assert bytes(client.get(CODES, msgspec.Raw)) == b'{ "id": "c",  "name": "Sale", "news": [1] }'


def test_queries_repeat_their_lists_and_write_small_booleans(server: Server) -> None:
    """Both of the vendor's own clients are understood by the platform; repeated keys need no escaping."""
    server.on("GET", CODES, Reply())
    with a_client(server) as client:
        client.get(CODES, dict, {"id": ["a", "b"], "hasPeer": True, "pageSize": 100, "name": "x y&z"})
    assert server.asked(CODES)[0].query == {
        "id": ["a", "b"],
        "hasPeer": ["true"],
        "pageSize": ["100"],
        "name": ["x y&z"],
    }


def test_writes_send_json(server: Server) -> None:
    for method in ("POST", "PUT", "PATCH"):
        server.on(method, CODES, Reply(body={"id": "c", "name": "Sale"}))
    server.on("DELETE", CODES, Reply(204))
    with a_client(server, allow_writes=True) as client:
        assert client.post(CODES, {"name": "Sale"}, Code).id == "c"
        assert client.put(CODES, {"name": "Sale"}, Code).id == "c"
        assert client.patch(CODES, {"name": "Sale"}, Code).id == "c"
        client.delete(CODES, {"forceDelete": True})
    asked = server.asked(CODES)
    assert [seen.method for seen in asked] == ["POST", "PUT", "PATCH", "DELETE"]
    assert {seen.body for seen in asked[:3]} == {b'{"name":"Sale"}'}
    assert {seen.headers["content-type"] for seen in asked[:3]} == {"application/json"}
    assert asked[3].query == {"forceDelete": ["true"]}
    assert asked[0].headers["user-agent"].startswith("wrapup-harness/")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_client_that_only_reads_sends_no_write(server: Server, method: str) -> None:
    with a_client(server) as client, pytest.raises(UsageError) as caught:
        client.request(method, CODES, body={})
    assert (
        str(caught.value) == f"{method} {CODES} would change the org, and this client only reads\n  see --allow-writes"
    )
    assert server.seen == []


@pytest.mark.parametrize(
    "path",
    [
        "/api/v2/analytics/conversations/aggregates/query",
        "/api/v2/analytics/conversations/details/query",
        "/api/v2/analytics/conversations/details/jobs",
        "/api/v2/analytics/queues/observations/query",
        "/api/v2/audits/query",
        "/api/v2/audits/query/realtime",
        "/api/v2/audits/query/realtime/related",
    ],
)
def test_long_questions_are_reading_and_may_be_repeated(server: Server, path: str) -> None:
    server.on("POST", path, Reply(503), Reply(body={"ok": 1}))
    with a_client(server) as client:
        assert client.post(path, {"interval": "a/b"}, dict) == {"ok": 1}


def test_what_only_looks_like_a_question_is_a_write(server: Server) -> None:
    with a_client(server) as client:
        for path in (
            "/api/v2/audits/query/x",
            "/api/v2/analytics/conversations/c/details/properties",
            "/api/v2/audits",
        ):
            with pytest.raises(UsageError):
                client.post(path, {}, dict)


def test_a_write_whose_answer_was_lost_is_not_repeated(server: Server) -> None:
    server.on("POST", CODES, Reply(how="reset"))
    with a_client(server, allow_writes=True) as client, pytest.raises(UnavailableError) as caught:
        client.post(CODES, {}, dict)
    assert len(server.asked(CODES)) == 1
    assert "asked once, because repeating it is not safe" in str(caught.value)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "api/v2/x",
        "/api/v1/x",
        "/api/v2/",
        "/api/v2/x?y=1",
        "/api/v2/queues/../users",
        "/api/v2/..",
        "/api/v2/x/",
        "//elsewhere.test/api/v2/x",
        "https://elsewhere.test/api/v2/x",
        "/api/v2/a b",
        "/api/v2/x\n",
    ],
)
def test_an_id_from_an_org_cannot_lead_elsewhere(server: Server, path: str) -> None:
    with a_client(server) as client, pytest.raises(UsageError, match="is not a path of the platform's API"):
        client.get(path, dict)
    assert server.seen == []


def test_the_expected_org_is_checked_before_anything_else(server: Server) -> None:
    server.on("GET", ORG, Reply(body={"id": "ORG-1", "name": "Harbor"}))
    server.on("GET", CODES, Reply())
    with a_client(server, org_id="org-1") as client:
        client.get(CODES, dict)
        client.get(CODES, dict)
        assert client.organization().name == "Harbor"
    assert [seen.path for seen in server.seen] == ["/oauth/token", ORG, CODES, CODES]


def test_another_org_than_expected_stops_everything(server: Server) -> None:
    server.on("GET", ORG, Reply(body={"id": "org-2", "name": "Meadow"}))
    with a_client(server, org_id="org-1", allow_writes=True) as client:
        for _ in range(2):
            with pytest.raises(UsageError) as caught:
                client.delete(CODES)
    assert str(caught.value) == (
        "these credentials belong to the org 'Meadow' (org-2), not to org-1\n"
        "  correct GENESYS_ORG_ID, or use the other org's credentials"
    )
    assert server.asked(CODES) == []


def test_without_an_expectation_the_org_is_not_asked_for(server: Server) -> None:
    server.on("GET", CODES, Reply())
    with a_client(server) as client:
        client.get(CODES, dict)
    assert server.asked(ORG) == []


def test_a_forbidden_call_names_the_permission_it_needs(server: Server) -> None:
    body = {"status": 403, "code": "missing.permissions", "message": "Not for you.", "contextId": "6f1c"}
    server.on("GET", CODES, Reply(403, body))
    with a_client(server) as client, pytest.raises(AuthError) as caught:
        client.get(CODES, dict)
    assert caught.value.permissions == ("routing:wrapupCode:view",)
    assert str(caught.value) == (
        f"GET {CODES} answered 403 missing.permissions (correlation id 6f1c): Not for you.\n"
        "  this call needs the permission routing:wrapupCode:view; add it to a role of the OAuth client, in every "
        "division that is to be seen"
    )


def test_a_forbidden_call_without_a_documented_permission_says_no_more_than_that(server: Server) -> None:
    server.on("GET", "/api/v2/users", Reply(403))
    with (
        a_client(server) as client,
        pytest.raises(AuthError, match="the role of these credentials does not allow") as caught,
    ):
        client.get("/api/v2/users", dict)
    assert caught.value.permissions == ()


def test_a_rate_limit_is_waited_out(server: Server) -> None:
    time = FakeTime()
    server.on("GET", CODES, Reply(429, headers={"Retry-After": "7"}), Reply(body={"ok": 1}))
    with a_client(server, time=time) as client:
        assert client.get(CODES, dict) == {"ok": 1}
    assert time.slept == [7.0]


def test_a_rate_limit_that_lasts_says_how_long_was_waited(server: Server) -> None:
    server.on("GET", CODES, Reply(429, {"code": "too.many.requests"}, {"Retry-After": "7", **CORRELATED}))
    with a_client(server) as client, pytest.raises(RateLimitedError) as caught:
        client.get(CODES, dict)
    assert caught.value.waited_s == 21.0
    assert len(server.asked(CODES)) == 4
    assert str(caught.value) == (
        f"GET {CODES} answered 429 too.many.requests (correlation id 6f1c)\n"
        "  the platform still limits the rate after 21 s of waiting, and asks to wait 7s; "
        "lower the rate, or see which other program uses the same OAuth client"
    )


def test_a_rate_limit_without_a_wish_is_told_without_one(server: Server) -> None:
    server.on("GET", CODES, Reply(429))
    with a_client(server) as client, pytest.raises(RateLimitedError, match=r"after 7 s of waiting; lower the rate"):
        client.get(CODES, dict)


@pytest.mark.parametrize(("status", "attempts"), [(500, "asked once"), (503, "asked 4 times"), (504, "asked 4 times")])
def test_an_outage_says_where_the_platforms_state_is_published(server: Server, status: int, attempts: str) -> None:
    server.on("GET", CODES, Reply(status, b"<html>Bad gateway</html>", CORRELATED))
    with a_client(server) as client, pytest.raises(UnavailableError) as caught:
        client.get(CODES, dict)
    assert str(caught.value).startswith(f"GET {CODES} answered {status} (correlation id 6f1c)\n  {attempts}")
    assert STATUS_PAGE in str(caught.value)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with Server() as server:
        pass
    with a_client(server) as client, pytest.raises(UnavailableError, match="could not connect") as caught:
        client.get(CODES, dict)
    assert caught.value.status is None
    assert caught.value.exchange.path == "/oauth/token"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, NotFoundError), (409, ConflictError), (412, ConflictError), (400, ApiError), (415, ApiError)],
)
def test_every_refusal_has_its_kind(server: Server, status: int, kind: type[ApiError]) -> None:
    server.on("GET", CODES, Reply(status, {"code": "some.code", "message": "Said so."}))
    with a_client(server) as client, pytest.raises(ApiError, match=f"answered {status} some.code: Said so.") as caught:
        client.get(CODES, dict)
    assert type(caught.value) is kind


@pytest.mark.parametrize("body", [b"", b"null", b'"text"', b"[1]", b'{"code": 7}', b"\xff", b"[" * 99999])
def test_an_error_body_that_says_nothing_is_no_further_error(server: Server, body: bytes) -> None:
    server.on("GET", CODES, Reply(400, body))
    with a_client(server) as client, pytest.raises(ApiError) as caught:
        client.get(CODES, dict)
    assert str(caught.value) == f"GET {CODES} answered 400"


@pytest.mark.parametrize(
    ("body", "got"),
    [
        (b'{"entities": [{"id"', "JSON that ends too early, after 19 bytes"),
        (b"<!DOCTYPE html><title>Sign in</title>", "an HTML page, probably from a proxy"),
        (b"{'id': 1}", "malformed JSON: expected '\"' (byte 1)"),
        (b"", "empty"),
        (b'{"name": "\xff"}', "text that is not UTF-8, at byte 10"),
        (b"[" * 99999, "JSON that is nested too deeply"),
    ],
)
def test_a_good_status_with_a_bad_body_is_asked_once_more(server: Server, body: bytes, got: str) -> None:
    server.on("GET", CODES, Reply(body=body), Reply(body={"ok": 1}))
    with a_client(server) as client:
        assert client.get(CODES, dict) == {"ok": 1}
    server.on("GET", CODES, Reply(body=body, headers=CORRELATED))
    with a_client(server) as client, pytest.raises(PayloadError) as caught:
        client.get(CODES, dict)
    assert (caught.value.json_path, caught.value.expected, caught.value.got) == ("$", "JSON", got)
    assert str(caught.value) == f"GET {CODES} answered 200 (correlation id 6f1c): $ is {got}, expected JSON"
    assert len(server.asked(CODES)) == 4


def test_a_promise_broken_in_the_body_is_not_asked_again(server: Server) -> None:
    server.on("GET", CODES, Reply(body={"id": "c", "name": 7}))
    with a_client(server) as client, pytest.raises(PayloadError, match=r"\$\.name is int, expected str"):
        client.get(CODES, Code)
    assert len(server.asked(CODES)) == 1


def test_no_content_is_an_answer(server: Server) -> None:
    server.on("GET", CODES, Reply(204))
    with a_client(server) as client:
        assert client.request("GET", CODES).content == b""


def test_deleting_what_an_earlier_attempt_deleted_is_done(server: Server) -> None:
    """The first DELETE went through and its answer was lost; the repeated one finds nothing."""
    server.on("DELETE", CODES, Reply(how="reset"), Reply(404))
    with a_client(server, allow_writes=True) as client:
        client.delete(CODES)
    server.on("DELETE", CODES, Reply(404))
    with a_client(server, allow_writes=True) as client, pytest.raises(NotFoundError):
        client.delete(CODES)


def test_a_redirect_within_the_api_keeps_the_token(server: Server) -> None:
    server.on("GET", CODES, Reply(302, headers={"Location": QUEUES}))
    server.on("GET", QUEUES, Reply(body={"ok": 1}))
    with a_client(server) as client:
        assert client.get(CODES, dict) == {"ok": 1}
    assert server.asked(QUEUES)[0].headers["authorization"] == "Bearer token-1"


@pytest.mark.parametrize("location", ["http://elsewhere.test/x", "gopher://elsewhere.test/x", "http://[bad/", QUEUES])
def test_a_redirect_that_cannot_be_followed_is_an_error(server: Server, location: str) -> None:
    server.on("GET", CODES, Reply(302, headers={"Location": location}))
    server.on("GET", QUEUES, Reply(302, headers={"Location": CODES}))
    with a_client(server) as client, pytest.raises(ApiError):
        client.get(CODES, dict)


def test_a_write_is_never_redirected(server: Server) -> None:
    server.on("POST", CODES, Reply(307, headers={"Location": QUEUES}))
    with (
        a_client(server, allow_writes=True) as client,
        pytest.raises(ApiError, match="points elsewhere, and is not followed"),
    ):
        client.post(CODES, {}, dict)
    assert server.asked(QUEUES) == []


def test_requests_are_logged_with_their_correlation_id(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    server.on("GET", CODES, Reply(503), Reply(headers=CORRELATED))
    with caplog.at_level(logging.DEBUG, logger="harness.client"), a_client(server) as client:
        client.get(CODES, dict, {"name": "jo@example.test"})
    lines = [record.getMessage() for record in caplog.records if record.name == "harness.client"]
    assert lines == [f"GET {CODES}: 503; asking again in 1.0 s", f"GET {CODES} answered 200 (correlation id 6f1c)"]


def test_the_pacer_tells_what_was_sent(server: Server) -> None:
    server.on("GET", CODES, Reply(503), Reply())
    pacer = Pacer()
    with a_client(server, pacer=pacer) as client:
        client.get(CODES, dict)
        assert client.pacer.sent == pacer.sent == 3


def test_every_error_of_the_http_library_is_mapped() -> None:
    """A new class of httpx must not reach users as a traceback."""
    request = httpx.Request("GET", "https://api.mypurecloud.ie/api/v2/x")
    # These cannot come from sending a request whose body is bytes and reading the whole answer in the transport.
    unreachable = {"HTTPStatusError", "CookieConflict", "StreamError", "StreamConsumed", "StreamClosed"}
    unreachable |= {"ResponseNotRead", "RequestNotRead"}
    classes = [found for name in httpx.__all__ if isinstance(found := getattr(httpx, name), type)]
    raised = [found for found in classes if issubclass(found, Exception) and found.__name__ not in unreachable]
    assert {found for found in raised if not issubclass(found, httpx.HTTPError)} == {httpx.InvalidURL}
    assert len(raised) >= 18
    for kind in raised:
        error = fault(request, cast("httpx.HTTPError", kind("canary said this")), ["canary"])
        assert isinstance(error, HarnessError)
        assert str(error).startswith("GET /api/v2/x: ")
        assert "(hidden) said this" in str(error)


def test_certificates_of_a_proxy_are_explained() -> None:
    request = httpx.Request("GET", "https://api.mypurecloud.ie/api/v2/x")
    error = fault(request, httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]"))
    assert "SSL_CERT_FILE" in str(error)


def test_what_cannot_be_sent_at_all_says_so() -> None:
    request = httpx.Request("GET", "https://api.mypurecloud.ie/api/v2/x")
    assert "could not be sent" in str(fault(request, httpx.InvalidURL("bad")))


def test_an_answer_decodes_itself(server: Server) -> None:
    server.on("GET", CODES, Reply(body={"id": "c", "name": "Sale"}, headers={"ETag": '"7"'}))
    with a_client(server) as client:
        answer = client.request("GET", CODES)
    assert isinstance(answer, Answer)
    assert answer.decode(Code).name == "Sale"
    assert answer.etag == '"7"'


def test_a_client_shows_no_secret(server: Server) -> None:
    client: GenesysClient = a_client(server)
    assert "canary" not in repr(client)
    client.close()
