"""When a request is sent again, and when it must not be."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.client.retries import Retries, retry_after_s

RETRIES = Retries(random=lambda: 1.0, now=lambda: 0.0)
SAFE_ONLY = [408, 502, 503, 504]


def answer(status: int, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers={name.replace("_", "-"): text for name, text in headers.items()})


@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 403, 404, 409, 412, 500, 501])
def test_what_asking_again_does_not_mend_is_final(status: int) -> None:
    assert RETRIES.wait_s(1, answer(status), repeatable=True) is None


@pytest.mark.parametrize("status", SAFE_ONLY)
def test_a_write_that_may_have_been_carried_out_is_not_repeated(status: int) -> None:
    assert RETRIES.wait_s(1, answer(status, retry_after="1"), repeatable=False) is None
    assert RETRIES.wait_s(1, answer(status), repeatable=True) == 1.0


@pytest.mark.parametrize("error", [httpx.ReadTimeout, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError])
def test_a_connection_that_broke_midway_may_have_carried_the_write(error: type[httpx.TransportError]) -> None:
    assert RETRIES.wait_s(1, error("broke"), repeatable=False) is None
    assert RETRIES.wait_s(1, error("broke"), repeatable=True) == 1.0


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_a_connection_that_never_was_carried_nothing(error: type[httpx.TransportError]) -> None:
    assert RETRIES.wait_s(1, error("refused"), repeatable=False) == 1.0


@pytest.mark.parametrize(
    "error",
    [
        httpx.UnsupportedProtocol("gopher"),
        httpx.LocalProtocolError("header"),
        httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"),
    ],
)
def test_what_would_fail_the_same_way_is_final(error: httpx.TransportError) -> None:
    assert RETRIES.wait_s(1, error, repeatable=True) is None


def test_a_rate_limit_is_waited_for_whatever_the_method() -> None:
    """A request that was refused for its rate was not carried out."""
    assert RETRIES.wait_s(1, answer(429), repeatable=False) == 1.0


def test_four_attempts_and_doubling_waits() -> None:
    waits = [RETRIES.wait_s(attempt, answer(503), repeatable=True) for attempt in (1, 2, 3, 4)]
    assert waits == [1.0, 2.0, 4.0, None]


def test_waits_stop_growing_at_thirty_seconds() -> None:
    many = Retries(attempts=20, random=lambda: 1.0)
    assert [many.wait_s(attempt, answer(503), repeatable=True) for attempt in (5, 6, 7, 19)] == [16.0, 30.0, 30.0, 30.0]


@given(attempt=st.integers(1, 3), jitter=st.floats(0, 1, exclude_max=True))
def test_jitter_is_full(attempt: int, jitter: float) -> None:
    """Clients that failed together must not come back together: any wait down to none is possible."""
    wait_s = Retries(random=lambda: jitter).wait_s(attempt, answer(503), repeatable=True)
    assert wait_s == jitter * 2 ** (attempt - 1)


def test_the_servers_word_wins_over_ours() -> None:
    assert RETRIES.wait_s(1, answer(429, retry_after="90"), repeatable=False) == 90.0
    assert RETRIES.wait_s(3, answer(503, retry_after="0"), repeatable=True) == 0.0


def test_a_wait_of_more_than_three_minutes_is_not_waited_for() -> None:
    assert RETRIES.wait_s(1, answer(429, retry_after="180"), repeatable=False) == 180.0
    assert RETRIES.wait_s(1, answer(429, retry_after="181"), repeatable=False) is None


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "1.5"}, None),
        ({"Retry-After": "²"}, None),
        ({"Retry-After": " 7 "}, 7.0),
        ({"Retry-After": "9" * 400}, 999999999.0),
        ({"Retry-After": "Thu, 01 Jan 1970 00:01:10 GMT"}, 60.0),
        ({"Retry-After": "Thu, 01 Jan 1970 00:01:10 -0000"}, 60.0),
        ({"Retry-After": "Thu, 01 Jan 1970 00:00:01 GMT"}, 0.0),
        ({"Retry-After": "Thu, 41 Jan 1970 00:00:01 GMT"}, None),
        # A server whose clock is an hour ahead means a minute, not an hour and a minute.
        ({"Retry-After": "Thu, 01 Jan 1970 01:01:10 GMT", "Date": "Thu, 01 Jan 1970 01:00:10 GMT"}, 60.0),
        ({"Retry-After": "Thu, 01 Jan 1970 00:01:10 GMT", "Date": "today"}, 60.0),
    ],
)
def test_reads_both_forms_of_retry_after(headers: dict[str, str], expected: float | None) -> None:
    raw = [(name.encode(), text.encode()) for name, text in headers.items()]
    assert retry_after_s(httpx.Headers(raw), now=10.0) == expected
