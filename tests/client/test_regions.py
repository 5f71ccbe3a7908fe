"""Regions: where secrets are sent to, so nothing may be guessed."""

import pytest

from harness.client.regions import DOMAINS, is_loopback, region_of
from harness.errors import UsageError


@pytest.mark.parametrize(
    "text", ["", "  ", "moon", "http://", "ftp://mypurecloud.ie", "https://api.mypurecloud.ie/api/v2"]
)
def test_refuses_what_names_no_server(text: str) -> None:
    with pytest.raises(UsageError):
        region_of(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("eu-wset-1", "did you mean 'eu-west-1'?"),
        ("mypurecluod.ie", "did you mean 'mypurecloud.ie'?"),
        ("us-east-1.mypurecloud.com", "the region us-east-1 has the domain mypurecloud.com"),
        ("https://eu-west-1.mypurecloud.com", "the region eu-west-1 has the domain mypurecloud.ie"),
        ("https://api.mypurecloud.cmo", "did you mean 'mypurecloud.com'?"),
        ("https://api.mypurecloud.ie.example.test", "is not a region of the platform"),
        ("https://user:pw@sandbox.test", "a user or a password in it"),
        ("https://sandbox.test/path", "more than a host and a port"),
        ("https://sandbox.test:port", "cannot be read"),
        ("http://sandbox.test:8085", "plain http to 'sandbox.test'"),
        ("http://api.mypurecloud.ie", "plain http to 'api.mypurecloud.ie'"),
        ("http://127.0.0.1.example.test", "plain http"),
    ],
)
def test_says_what_is_wrong_before_a_secret_goes_there(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        region_of(text)
    assert message in str(caught.value)
    assert "pw" not in str(caught.value)


def test_an_unknown_region_lists_all_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        region_of("atlantis")
    assert all(name in str(caught.value) for name in DOMAINS)


def test_knows_all_eighteen_regions_by_name_domain_and_address() -> None:
    assert len(DOMAINS) == len(set(DOMAINS.values())) == 18
    for name, domain in DOMAINS.items():
        expected = region_of(name)
        assert expected.name == name
        assert expected.api == f"https://api.{domain}"
        assert expected.login == f"https://login.{domain}"
        assert expected.streaming == f"wss://streaming.{domain}"
        assert expected.apps == f"https://apps.{domain}"
        others = (
            name.upper(),
            name.replace("-", "_"),
            domain,
            f"api.{domain}",
            f"https://api.{domain}/",
            f"https://{domain}",
        )
        assert {region_of(text) for text in (*others, f"https://login.{domain}:443")} == {expected}


@pytest.mark.parametrize(
    ("url", "streaming"),
    [
        ("http://127.0.0.1:8085", "ws://127.0.0.1:8085"),
        ("http://localhost:8085/", "ws://localhost:8085"),
        ("http://[::1]:8085", "ws://[::1]:8085"),
        ("https://sandbox.test", "wss://sandbox.test"),
    ],
)
def test_a_base_url_is_api_login_and_streaming_in_one(url: str, streaming: str) -> None:
    region = region_of(url)
    assert region.api == region.login == region.apps == region.name == url.rstrip("/")
    assert region.streaming == streaming


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("LOCALHOST", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("localhost.test", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine_and_nothing_else(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
