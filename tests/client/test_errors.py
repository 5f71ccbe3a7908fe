"""The errors themselves: complete when printed, whole when they cross a process."""

import pickle

import pytest

from harness.errors import (
    ApiError,
    AuthError,
    ConflictError,
    Exchange,
    ListingChangedError,
    NotFoundError,
    PayloadError,
    RateLimitedError,
    UnavailableError,
)

EXCHANGE = Exchange("GET", "/api/v2/x", 400, "bad.request", "No.", "6f1c")
ERRORS = [
    ApiError(EXCHANGE, "Do this."),
    AuthError(EXCHANGE, "Do this.", ("routing:queue:view",)),
    NotFoundError(EXCHANGE, "Do this."),
    ConflictError(EXCHANGE, "Do this.", ("$.a: was 1, ours 2, theirs 3",)),
    RateLimitedError(EXCHANGE, "Do this.", 21.0),
    UnavailableError(EXCHANGE, "Do this."),
    PayloadError(EXCHANGE, "$.a", "a number", "a text"),
    ListingChangedError(EXCHANGE, "Do this."),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_survives_pickling(error: ApiError) -> None:
    """Under xdist errors cross processes."""
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 # our own bytes
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))
    assert copy.status == 400


@pytest.mark.parametrize(
    ("exchange", "text"),
    [
        (Exchange("GET", "/x"), "GET /x"),
        (Exchange("GET", "/x", message="could not connect"), "GET /x: could not connect"),
        (Exchange("PUT", "/x", 409), "PUT /x answered 409"),
        (EXCHANGE, "GET /api/v2/x answered 400 bad.request (correlation id 6f1c): No."),
    ],
)
def test_an_error_says_what_is_known_and_no_more(exchange: Exchange, text: str) -> None:
    assert str(ApiError(exchange)) == text


def test_a_conflict_lists_what_conflicts() -> None:
    assert str(ERRORS[3]).splitlines()[1:] == ["  Do this.", "  $.a: was 1, ours 2, theirs 3"]
