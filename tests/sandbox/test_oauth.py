"""The login host: who gets a token, for how long, and who does not."""

import base64
import hashlib
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from harness.sandbox import Client, InProcess, VirtualClock
from tests.sandbox.playing import ANN, CLIENT, CODES, USERS, Caller, a_caller, a_state

_PUBLIC = Client(id="app", secret=None, redirect_uris=("http://127.0.0.1/done",), user_id=ANN["id"])
_WEB = replace(_PUBLIC, id="web", secret=CLIENT.secret, redirect_uris=("https://web.example/back?tab=1",))
_VERIFIER = "v" * 43
_CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(_VERIFIER.encode()).digest()).rstrip(b"=").decode()
_BACK = "http://127.0.0.1:49152/done"


def _http(*clients: Client) -> tuple[httpx.Client, VirtualClock]:
    state = a_state()
    assert isinstance(state.clock, VirtualClock)
    sandbox = InProcess(state, clients or (CLIENT, _PUBLIC, _WEB))
    return httpx.Client(transport=sandbox, base_url="http://127.0.0.1"), state.clock


def _token(http: httpx.Client, auth: tuple[str, str] | None, /, **form: str) -> httpx.Response:
    return http.post("/oauth/token", data=form, auth=httpx.Auth() if auth is None else auth)


def _authorize(http: httpx.Client, **asked: str) -> httpx.Response:
    usual = {
        "client_id": "app",
        "response_type": "code",
        "redirect_uri": _BACK,
        "code_challenge": _CHALLENGE,
        "code_challenge_method": "S256",
        "state": "xyz",
    }
    params = {name: value for name, value in (usual | asked).items() if value}
    return http.get("/oauth/authorize", params=params)


def _sent_back(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 302, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


# -- clients that act for themselves -------------------------------------------------------------------------------


def test_a_client_gets_a_token_for_its_secret() -> None:
    http, _ = _http()
    answer = _token(http, ("client-1", "s3cret-canary"), grant_type="client_credentials")
    assert answer.status_code == 200
    assert answer.json() == {"access_token": answer.json()["access_token"], "token_type": "bearer", "expires_in": 86400}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["inin-correlation-id"]


@pytest.mark.parametrize("auth", [("client-1", "wrong"), ("nobody", "s3cret-canary"), ("client-1", ""), None])
def test_a_wrong_secret_gets_an_oauth_error(auth: tuple[str, str] | None) -> None:
    """The login host does not speak the API's `ErrorBody`."""
    http, _ = _http()
    answer = _token(http, auth, grant_type="client_credentials")
    assert answer.status_code == 401
    assert answer.json() == {"error": "invalid_client", "error_description": "client authentication failed"}
    assert answer.headers["www-authenticate"] == "Basic"


def test_a_secret_in_the_form_is_no_secret() -> None:
    """The platform takes it in the header only."""
    http, _ = _http()
    form = {"grant_type": "client_credentials", "client_id": "client-1", "client_secret": "s3cret-canary"}
    assert _token(http, None, **form).json()["error"] == "invalid_client"


@pytest.mark.parametrize("credentials", ["???", "gA=="])
def test_credentials_that_are_no_base64_of_text_are_refused(credentials: str) -> None:
    http, _ = _http()
    answer = http.post("/oauth/token", headers={"authorization": f"Basic {credentials}"})
    assert answer.json()["error"] == "invalid_client"


def test_other_grants_are_refused() -> None:
    http, _ = _http()
    auth = ("client-1", "s3cret-canary")
    assert _token(http, auth, grant_type="password").json()["error"] == "unsupported_grant_type"
    assert _token(http, auth).json()["error"] == "unsupported_grant_type"
    assert _token(http, ("web", "s3cret-canary"), grant_type="client_credentials").json()["error"] == (
        "unauthorized_client"
    )
    assert _token(http, None, client_id="app", grant_type="client_credentials").json()["error"] == "unauthorized_client"


def test_a_token_expires_when_its_client_says() -> None:
    """Whoever assumes an hour, or a day, notices."""
    state = a_state()
    assert isinstance(state.clock, VirtualClock)
    short = replace(CLIENT, validity_s=300)
    caller = Caller(InProcess(state, [short]), short)
    state.clock.advance(299)
    caller.get(CODES)
    state.clock.advance(1)
    caller.refused("GET", CODES, 401, "bad.credentials")
    caller.sign_in(short)
    caller.get(CODES)


def test_tokens_differ_and_never_show_in_logs() -> None:
    caller = a_caller()
    first = caller.http.headers["authorization"]
    caller.sign_in()
    assert caller.http.headers["authorization"] != first
    assert "s3cret" not in repr(CLIENT)
    token = first.removeprefix("Bearer ")
    found = caller.sandbox.app.front.platform.access.token(token)
    assert found is not None
    assert token not in repr(found)
    assert token not in repr(caller.sandbox.requests)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "authentication.required"),
        ("Bearer nonsense", "bad.credentials"),
        ("Basic Y2xpZW50LTE6czNjcmV0LWNhbmFyeQ==", "bad.credentials"),
    ],
)
def test_a_call_needs_a_good_token(header: str | None, code: str) -> None:
    caller = a_caller()
    del caller.http.headers["authorization"]
    if header:
        caller.http.headers["authorization"] = header
    caller.refused("GET", CODES, 401, code)


# -- users who sign in ---------------------------------------------------------------------------------------------


def test_a_user_signs_in_by_pkce() -> None:
    http, _ = _http()
    sent_back = _authorize(http)
    assert sent_back.headers["location"].startswith(f"{_BACK}?code=")
    assert _sent_back(sent_back)["state"] == "xyz"
    code = _sent_back(sent_back)["code"]
    form = {"grant_type": "authorization_code", "client_id": "app", "redirect_uri": _BACK}
    answer = _token(http, None, code=code, code_verifier=_VERIFIER, **form)
    assert set(answer.json()) == {"access_token", "token_type", "expires_in"}
    http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
    assert http.get(f"{USERS}/me").json()["id"] == ANN["id"]
    assert http.post(CODES, json={"name": "x"}).json()["createdBy"] == ANN["id"]


def test_a_code_is_good_once() -> None:
    """Also when the first who comes with it does not know the verifier: that one has stolen it."""
    http, _ = _http()
    code = _sent_back(_authorize(http, state=""))["code"]
    form = {"grant_type": "authorization_code", "client_id": "app", "redirect_uri": _BACK, "code": code}
    stolen = _token(http, None, code_verifier="w" * 43, **form).json()
    assert stolen == {
        "error": "invalid_grant",
        "error_description": "code_verifier does not match the code_challenge",
    }
    assert _token(http, None, code_verifier=_VERIFIER, **form).json()["error_description"] == (
        "the authorization code is not valid"
    )


def test_a_code_expires() -> None:
    http, clock = _http()
    code = _sent_back(_authorize(http))["code"]
    clock.advance(300)
    form = {"grant_type": "authorization_code", "client_id": "app", "redirect_uri": _BACK, "code": code}
    assert _token(http, None, code_verifier=_VERIFIER, **form).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("change", [{"redirect_uri": "http://127.0.0.1:1/done"}, {"client_id": "other"}])
def test_a_code_is_for_one_client_and_one_address(change: dict[str, str]) -> None:
    http, _ = _http(_PUBLIC, replace(_PUBLIC, id="other"))
    code = _sent_back(_authorize(http))["code"]
    form = {"grant_type": "authorization_code", "client_id": "app", "redirect_uri": _BACK, "code": code} | change
    assert _token(http, None, code_verifier=_VERIFIER, **form).json()["error"] == "invalid_grant"


def test_a_web_client_has_a_secret_and_gets_refresh_tokens() -> None:
    """What the vendor's SDK does for the code grant."""
    http, _ = _http()
    auth, back = ("web", "s3cret-canary"), "https://web.example/back?tab=1"
    answer = _authorize(http, client_id="web", redirect_uri=back, code_challenge="")
    assert answer.headers["location"].startswith(f"{back}&code=")
    code = _sent_back(answer)["code"]
    first = _token(http, auth, grant_type="authorization_code", code=code, redirect_uri=back).json()
    again = _token(http, auth, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert again["access_token"] != first["access_token"]
    used = _token(http, auth, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert used["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_who_asks_wrongly_is_sent_back_with_an_error(asked: dict[str, str], error: str) -> None:
    http, _ = _http()
    assert _sent_back(_authorize(http, **asked)) | {"error_description": ""} == {
        "error": error,
        "error_description": "",
        "state": "xyz",
    }


@pytest.mark.parametrize(
    "asked",
    [
        {"client_id": "nobody"},
        {"client_id": "client-1"},
        {"redirect_uri": "http://evil.example/done"},
        {"redirect_uri": "http://127.0.0.1/elsewhere"},
        {"redirect_uri": "https://127.0.0.1/done"},
        {"client_id": "web", "redirect_uri": "https://web.example:444/back?tab=1"},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(asked: dict[str, str]) -> None:
    http, _ = _http()
    answer = _authorize(http, **asked)
    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_a_sandbox_has_a_client_for_programs_and_one_for_users() -> None:
    sandbox = InProcess(a_state())
    http = httpx.Client(transport=sandbox, base_url="http://127.0.0.1")
    auth = (sandbox.client_id, sandbox.client_secret)
    assert _token(http, auth, grant_type="client_credentials").status_code == 200
    sent_back = _authorize(http, client_id=sandbox.login_client_id or "", redirect_uri="http://localhost:7777/any/path")
    assert _sent_back(sent_back)["code"]
    again = InProcess(a_state(users=None))
    assert (again.client_id, again.client_secret) == (sandbox.client_id, sandbox.client_secret)
    http = httpx.Client(transport=again, base_url="http://127.0.0.1")
    assert _authorize(http, client_id=again.login_client_id or "").status_code == 400
    assert InProcess(a_state(), [CLIENT]).login_client_id is None
