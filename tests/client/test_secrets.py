"""Canaries: no secret, token or e-mail address in any error, log line or repr, whatever the server does."""

import logging
import traceback

import pytest

from harness.client import AccessToken, Credentials
from harness.client.redaction import redact
from harness.errors import HarnessError
from tests.client.helpers import CODES, CREDENTIALS, SECRET, a_client
from tests.client.server import Reply, Seen, Server

CANARIES = ("canary", "token-1", "token-2", "jo@example.test")


def echo(seen: Seen) -> Reply:
    """Answer like a proxy that quotes the request in its error page."""
    quoted = f"{seen.headers.get('authorization')} for jo@example.test {seen.body!r}"
    body = {"message": quoted, "code": quoted, "error": quoted, "contextId": quoted}
    return Reply(int(seen.query.get("status", ["400"])[0]), body, {"inin-correlation-id": f"id of {quoted}"})


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 409, 429, 500, 503])
@pytest.mark.parametrize("credentials", [CREDENTIALS, AccessToken("canary-token")], ids=["client", "token"])
def test_nothing_shows_a_secret_that_the_server_quotes(
    server: Server, caplog: pytest.LogCaptureFixture, status: int, credentials: Credentials
) -> None:
    server.on("GET", CODES, echo)
    with caplog.at_level(logging.DEBUG), a_client(server, credentials=credentials) as client:
        try:
            client.get(CODES, list, {"status": status})
        except HarnessError as error:
            shown = [str(error), repr(error), repr(error.args), *traceback.format_exception(error)]
        else:
            pytest.fail("an error was expected")
        shown += [repr(client), repr(client.access), repr(client._auth._token), str(client._auth._token)]
    lines = [record.getMessage() for record in caplog.records if record.name == "harness.client"]
    assert lines
    told = "\n".join((*shown, *lines, caplog.text))
    assert not [canary for canary in CANARIES if canary in told]


@pytest.mark.parametrize("status", [400, 401, 500])
def test_a_token_endpoint_that_quotes_the_secret_is_not_repeated(
    server: Server, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    def quote(seen: Seen) -> Reply:
        return Reply(status, {"error": seen.headers["authorization"], "error_description": f"secret {SECRET}"})

    server.on("POST", "/oauth/token", quote)
    with caplog.at_level(logging.DEBUG), a_client(server) as client, pytest.raises(HarnessError) as caught:
        client.get(CODES, dict)
    told = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert SECRET not in told
    assert "Y2xpZW50LTE" not in told  # base64 of the client's id and secret


@pytest.mark.parametrize("text", ["", "Queue not found", "mail the owner", "a @ b", "12:30 @ gate", "secretary: none"])
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abc.def-_~+/=", "Authorization: Bearer (hidden)"),
        ("basic Zm9v==, next", "basic (hidden), next"),
        ('{"access_token": "abc", "n": 1}', '{"access_token": "(hidden)", "n": 1}'),
        ("/callback?code=abc&state=1", "/callback?code=(hidden)&state=1"),
        ("to <jo.o'neill+x@mail.example.test>.", "to <(hidden)>."),
        ("known-1 and known-12", "(hidden) and (hidden)"),
        ("line one\nline\ttwo", "line one line two"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_secrets_and_addresses_are_taken_out(text: str, shown: str) -> None:
    assert redact(text, ["known-1", "known-12", ""]) == shown
