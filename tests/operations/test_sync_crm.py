"""Telling the CRM what codes mean, with the CRM's own credentials, on the stand-in of the sandbox."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.client import Retries
from harness.errors import (
    ApiError,
    AuthError,
    PayloadError,
    PolicyError,
    RateLimitedError,
    UnavailableError,
    UsageError,
)
from harness.operations import (
    CrmAccess,
    CrmClient,
    CrmRecord,
    Synced,
    crm_access_from_environment,
    read_agreement,
    records,
    sync_crm,
)
from harness.operations.crm_client import idempotency_key
from harness.sandbox import Fault
from harness.sandbox.crm import CRM_PATH
from tests.operations.playing import Played, a_fault, told

AT = datetime(2026, 11, 21, 6, tzinfo=UTC)
STAMP = "2026-11-21T06:00:00.000Z"
URL = f"http://127.0.0.1{CRM_PATH}"
CATALOGUE = """
- {name: Sale, wrapupCode: SALE, category: sales, crmDisposition: WON}
- {name: Refund, wrapupCode: REFUND, crmDisposition: REFUNDED}
"""


def agreement(folder: Path, text: str = CATALOGUE) -> Any:
    (folder / "catalogue.yaml").write_text(text)
    return read_agreement(folder / "catalogue.yaml")


class Crm:
    """The stand-in, and a client of it."""

    def __init__(self, *faults: Fault, token: str | None = None, allow_writes: bool = True) -> None:
        self.played = Played(faults=faults)
        self.token = self.played.sandbox.crm_token
        self.sent: list[httpx.Request] = []
        self.client = CrmClient(
            CrmAccess(URL, token or self.token),
            allow_writes=allow_writes,
            retries=Retries(random=lambda: 1.0),
            wire=httpx.MockTransport(self._pass_on),
            clock=self.played.clock,
            sleep=self.played.time.advance,
        )

    def _pass_on(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return self.played.sandbox.handle_request(request)

    @property
    def held(self) -> list[dict[str, Any]]:
        """Return what the CRM knows."""
        with httpx.Client(transport=self.played.sandbox, headers={"authorization": f"Bearer {self.token}"}) as http:
            codes: list[dict[str, Any]] = http.get(URL).json()["wrapUpCodes"]
            return codes


def some_records(count: int) -> list[CrmRecord]:
    return [CrmRecord(f"C{number:03}", None, "WON", STAMP) for number in range(count)]


def synced(crm: Crm, to_send: Sequence[CrmRecord], **options: Any) -> Synced:
    return sync_crm(crm.client, to_send, **options)


class TestWhatIsSent:
    def test_the_crm_gets_the_guides_fields(self, tmp_path: Path) -> None:
        crm = Crm()
        done = synced(crm, records(agreement(tmp_path), at=AT))
        assert done.complete
        assert done.sent == done.records
        assert crm.held == [
            {"wrapUpCode": "SALE", "category": "sales", "crmDisposition": "WON", "syncTimestamp": STAMP},
            {"wrapUpCode": "REFUND", "category": None, "crmDisposition": "REFUNDED", "syncTimestamp": STAMP},
        ]

    def test_the_platforms_token_is_not_among_what_is_sent(self, tmp_path: Path) -> None:
        """The guides send the Genesys token to the CRM."""
        crm = Crm()
        crm.played.client.organization()
        synced(crm, records(agreement(tmp_path), at=AT))
        assert [request.headers["authorization"] for request in crm.sent] == [f"Bearer {crm.token}"]
        platforms = crm.played.client._auth.secrets
        assert len(platforms) == 2
        assert not [
            secret
            for secret in platforms
            for request in crm.sent
            if secret in str(request.headers.raw) or secret.encode() in request.content
        ]

    def test_batches_have_a_hundred_records(self) -> None:
        crm = Crm()
        done = synced(crm, some_records(201))
        assert told(done.steps) == [
            ("post", "100 codes, 'C000' to 'C099'", "done"),
            ("post", "100 codes, 'C100' to 'C199'", "done"),
            ("post", "code 'C200'", "done"),
        ]
        assert len(crm.held) == 201

    def test_a_dry_run_sends_nothing(self, tmp_path: Path) -> None:
        done = sync_crm(None, records(agreement(tmp_path), at=AT))
        assert (len(done.records), done.sent, done.steps, done.complete) == (2, (), (), False)

    def test_the_same_content_has_the_same_key_in_every_run(self) -> None:
        """So that a request whose answer was lost is not acted on twice."""
        crm = Crm()
        first = synced(crm, some_records(2))
        again = synced(crm, some_records(2))
        assert len({request.headers["idempotency-key"] for request in crm.sent}) == 1
        assert (first.steps[0].status, again.steps[0].status) == ("done", "already so")
        assert (again.steps[0].detail or "").startswith("the CRM had taken the same content before (key wrapup-")
        assert again.complete

    @given(st.binary(), st.binary())
    def test_other_content_has_another_key(self, one: bytes, other: bytes) -> None:
        assert (idempotency_key(one) == idempotency_key(other)) == (one == other)

    def test_a_client_that_may_not_write_sends_nothing(self) -> None:
        crm = Crm(allow_writes=False)
        with pytest.raises(
            UsageError, match="would change the CRM, and this client may not write\n  see --allow-writes"
        ):
            synced(crm, some_records(1))
        assert crm.sent == []


class TestWhatIsRefused:
    def test_unmapped_codes_are_refused_and_not_sent_as_unknown(self, tmp_path: Path) -> None:
        """The guides send `unknown`, which nobody notices until the books are closed."""
        text = "- {name: A, wrapupCode: A}\n- {name: B, crmDisposition: WON}\n- {name: C, wrapupCode: C, crmDisposition: WON}\n"
        with pytest.raises(PolicyError) as caught:
            records(agreement(tmp_path, text))
        path = tmp_path / "catalogue.yaml"
        assert str(caught.value) == (
            f"{path}:1:3: 'A' maps to no disposition\n"
            "  map it (`crmDisposition`), or say what such codes are recorded as: --unmapped-as\n"
            f"{path}:2:3: 'B' has no identifier (`wrapupCode`) that the CRM could know it by"
        )

    def test_what_unmapped_codes_are_recorded_as_can_be_said(self, tmp_path: Path) -> None:
        found = records(agreement(tmp_path, "[{name: A, wrapupCode: A}]"), unmapped_as="unknown", at=AT)
        assert found == (CrmRecord("A", None, "unknown", STAMP),)

    def test_a_disposition_that_the_crms_list_does_not_hold_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "catalogue.yaml").write_text(CATALOGUE)
        (tmp_path / "crm.csv").write_text("value\nWON\nREFUND\n")
        (tmp_path / "gate.policy.yaml").write_text(
            "policy: Gate\nuses: {catalogue: catalogue.yaml, crm: crm.csv}\nrules: []\n"
        )
        agreed = read_agreement(tmp_path / "gate.policy.yaml")
        with pytest.raises(PolicyError) as caught:
            records(agreed)
        assert "'Refund' maps to 'REFUNDED', which the CRM does not accept" in str(caught.value)
        sale = agreed.catalogue.definitions[:1]
        assert [it.wrap_up_code for it in records(agreed, sale)] == ["SALE"]

    def test_a_mapping_file_of_the_policy_counts(self, tmp_path: Path) -> None:
        (tmp_path / "catalogue.yaml").write_text("[{name: Sale, wrapupCode: SALE}]")
        (tmp_path / "map.yaml").write_text("SALE: WON\n")
        (tmp_path / "gate.policy.yaml").write_text(
            "policy: Gate\nuses: {catalogue: catalogue.yaml, crm_mapping: map.yaml}\nrules: []\n"
        )
        found = records(read_agreement(tmp_path / "gate.policy.yaml"), at=AT)
        assert found == (CrmRecord("SALE", None, "WON", STAMP),)


class TestErrors:
    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_5xx_is_asked_again(self, status: int) -> None:
        crm = Crm(a_fault("server_error", CRM_PATH, times=3, status=status))
        done = synced(crm, some_records(1))
        assert done.complete
        assert "the CRM answered 200, at attempt 4 (key wrapup-" in (done.steps[0].detail or "")

    def test_5xx_to_the_last_says_status_and_body(self) -> None:
        crm = Crm(a_fault("server_error", CRM_PATH, times=None))
        done = synced(crm, some_records(101))
        assert [step.status for step in done.steps] == ["failed", "left alone"]
        assert done.steps[1].detail == "a batch before it failed"
        error = done.steps[0].error
        assert isinstance(error, UnavailableError)
        assert error.status == 503
        text = str(error)
        assert text.startswith(f'POST {CRM_PATH} answered 503: {{"message":"Service Unavailable')
        assert text.endswith("\n  asked 4 times; try again later")
        assert len(crm.sent) == 4

    def test_an_answer_that_was_lost_is_no_second_action(self) -> None:
        crm = Crm(a_fault("connection_reset", CRM_PATH, after=True))
        done = synced(crm, some_records(1))
        assert done.steps[0].status == "already so"
        assert len(crm.held) == 1

    def test_no_answer_at_all_is_an_error_that_says_how_often_it_was_tried(self) -> None:
        crm = Crm(a_fault("connection_reset", CRM_PATH, times=None))
        done = synced(crm, some_records(1))
        assert done.steps[0].detail == (
            f"POST {CRM_PATH}: no answer: the connection was reset\n  asked 4 times; check WRAPUP_CRM_URL"
        )

    def test_429_is_waited_out_as_long_as_the_crm_asks(self) -> None:
        crm = Crm(a_fault("rate_limited", CRM_PATH, times=2, retry_after=9_000))
        before = crm.played.clock()
        assert synced(crm, some_records(1)).complete
        assert crm.played.clock() - before == 18

    def test_429_to_the_last_is_an_error(self) -> None:
        crm = Crm(a_fault("rate_limited", CRM_PATH, times=None))
        done = synced(crm, some_records(1))
        assert isinstance(done.steps[0].error, RateLimitedError)
        assert "the CRM still limits the rate after 7 s" in (done.steps[0].detail or "")

    def test_401_names_the_variable_and_shows_no_token(self) -> None:
        crm = Crm(token="canary-crm-token")  # noqa: S106
        done = synced(crm, some_records(101))
        assert [step.status for step in done.steps] == ["failed", "left alone"]
        assert isinstance(done.steps[0].error, AuthError)
        assert done.steps[0].detail == (
            f'POST {CRM_PATH} answered 401: {{"error":"unknown token"}}\n'
            "  the CRM does not let this token do that: check WRAPUP_CRM_TOKEN"
        )
        assert "canary" not in repr(crm.client)

    def test_the_platforms_token_is_none_of_the_crms(self) -> None:
        """The stand-in is not the platform: a real CRM would not know that token either."""
        played = Played()
        played.client.organization()
        token = played.client._auth.secrets[-1]
        assert synced(Crm(token=token), some_records(1)).steps[0].status == "failed"

    def test_400_says_what_the_crm_said(self) -> None:
        crm = Crm()
        with pytest.raises(ApiError) as caught:
            crm.client.post([{"wrapUpCode": 7}])
        assert "answered 400" in str(caught.value)
        assert "Expected `str`, got `int`" in str(caught.value)
        assert str(caught.value).endswith("the CRM refused the content, so sending it again does not help")

    def test_a_token_that_the_crm_quotes_is_hidden(self) -> None:
        access = CrmAccess(URL, "canary-crm-token")
        wire = httpx.MockTransport(
            lambda request: httpx.Response(400, text=f"you sent {request.headers['authorization']}")
        )
        with pytest.raises(ApiError) as caught:
            CrmClient(access, allow_writes=True, wire=wire).post([{}])
        assert "you sent Bearer (hidden)" in str(caught.value)

    def test_a_proxys_page_with_a_good_status_is_no_success(self) -> None:
        done = synced(Crm(a_fault("html", CRM_PATH)), some_records(1))
        assert isinstance(done.steps[0].error, PayloadError)
        assert "an HTML page, probably from a proxy" in (done.steps[0].detail or "")

    def test_an_answer_that_points_elsewhere_is_not_followed(self) -> None:
        """The token is for this address."""
        asked: list[str] = []

        def elsewhere(request: httpx.Request) -> httpx.Response:
            asked.append(str(request.url))
            return httpx.Response(307, headers={"location": "https://elsewhere.example/"})

        client = CrmClient(CrmAccess(URL, "t"), allow_writes=True, wire=httpx.MockTransport(elsewhere))
        with pytest.raises(ApiError, match="the answer points elsewhere, and is not followed: check WRAPUP_CRM_URL"):
            client.post([{}])
        assert asked == [URL]

    def test_a_status_without_meaning_is_not_asked_again(self) -> None:
        crm = Crm(a_fault("server_error", CRM_PATH, status=501))
        assert synced(crm, some_records(1)).steps[0].status == "failed"
        assert len(crm.sent) == 1


class TestCredentials:
    good: ClassVar = {"WRAPUP_CRM_URL": "https://crm.example/wrapup", "WRAPUP_CRM_TOKEN": "t0ken"}

    @pytest.mark.parametrize(
        "url",
        ["https://crm.example/wrapup", "http://127.0.0.1:8080/x", "http://localhost/x", "https://crm.example?a=b"],
    )
    def test_an_address_and_a_token_are_enough(self, url: str) -> None:
        assert crm_access_from_environment(self.good | {"WRAPUP_CRM_URL": url}) == CrmAccess(url, "t0ken")

    def test_a_token_is_never_shown(self) -> None:
        assert "t0ken" not in repr(crm_access_from_environment(self.good))

    def test_everything_that_is_missing_is_named_at_once(self) -> None:
        with pytest.raises(
            UsageError, match="the environment lacks WRAPUP_CRM_URL and WRAPUP_CRM_TOKEN\n  the CRM has"
        ):
            crm_access_from_environment({"WRAPUP_CRM_TOKEN": " "})

    @pytest.mark.parametrize(
        ("url", "what"),
        [
            ("http://crm.example/x", "is plain http, which would show the token to everybody on the way"),
            ("https://user:canary@crm.example/", "has a user or a password in it"),
            ("ftp://crm.example/", "is not an address that can be posted to"),
            ("https:///x", "is not an address that can be posted to"),
            ("https://crm.example/#x", "is not an address that can be posted to"),
            ("https://[::1/x", "is not an address\n"),
            ("https://crm.example:port/", "is not an address\n"),
        ],
    )
    def test_an_address_that_cannot_be_used_is_refused(self, url: str, what: str) -> None:
        with pytest.raises(UsageError) as caught:
            crm_access_from_environment(self.good | {"WRAPUP_CRM_URL": url})
        assert f"WRAPUP_CRM_URL {what}" in str(caught.value)
        assert "canary" not in str(caught.value)

    @pytest.mark.parametrize("name", ["GENESYSCLOUD_ACCESS_TOKEN", "GENESYSCLOUD_OAUTHCLIENT_SECRET"])
    def test_the_platforms_secrets_are_refused(self, name: str) -> None:
        with pytest.raises(
            UsageError, match=f"WRAPUP_CRM_TOKEN is the same as {name}\n  the platform's secrets are never"
        ):
            crm_access_from_environment(self.good | {name: "t0ken"})

    def test_a_token_that_cannot_be_sent_is_refused_without_showing_it(self) -> None:
        with pytest.raises(UsageError) as caught:
            crm_access_from_environment(self.good | {"WRAPUP_CRM_TOKEN": "canary 7"})
        assert "has characters in it that no token has" in str(caught.value)
        assert "canary" not in str(caught.value)


def test_the_stand_in_refuses_a_key_that_comes_with_other_content() -> None:
    crm = Crm()
    headers = {"authorization": f"Bearer {crm.token}", "idempotency-key": "k"}
    with httpx.Client(transport=crm.played.sandbox, headers=headers) as http:
        body = msgspec.json.encode(some_records(1))
        answers = [http.post(URL, content=it) for it in (body, body, b"[]")]
    assert [it.status_code for it in answers] == [200, 200, 422]
    assert answers[1].headers["idempotent-replayed"] == "true"


def test_the_stand_in_shows_nothing_without_its_token() -> None:
    with httpx.Client(transport=Crm().played.sandbox) as http:
        assert http.get(URL).status_code == 401


def test_the_stand_in_takes_records_without_a_key() -> None:
    crm = Crm()
    with httpx.Client(transport=crm.played.sandbox, headers={"authorization": f"Bearer {crm.token}"}) as http:
        assert http.post(URL, content=msgspec.json.encode(some_records(2))).json() == {"accepted": 2}
