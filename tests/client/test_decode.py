"""Decoding: tolerant of what is new, exact about what is broken."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.client.decode import decode, what_is_wrong
from harness.errors import Exchange, PayloadError

EXCHANGE = Exchange("GET", "/api/v2/x", 200)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class Settings(msgspec.Struct):
    prompt: str
    timeout_ms: int | None = None


class Queue(msgspec.Struct):
    id: str
    acw: Settings
    tags: dict[str, list[int]] = {}


def test_new_words_and_keys_are_no_error() -> None:
    body = b'{"id": "q", "acw": {"prompt": "BRAND_NEW", "more": {}}, "news": [1]}'
    assert decode(body, Queue, EXCHANGE).acw.prompt == "BRAND_NEW"


@pytest.mark.parametrize(
    ("body", "path", "expected", "got"),
    [
        (b"[]", "$", "object", "array"),
        (b"{}", "$.id", "a value", "missing"),
        (b'{"id": "q", "acw": {}}', "$.acw.prompt", "a value", "missing"),
        (b'{"id": "q", "acw": {"prompt": null}}', "$.acw.prompt", "str", "null"),
        (b'{"id": "q", "acw": {"prompt": "x", "timeout_ms": "5"}}', "$.acw.timeout_ms", "int | null", "str"),
        (b'{"id": "q", "acw": {"prompt": "x"}, "tags": {"a": [1, "2"]}}', "$.tags[...][1]", "int", "str"),
    ],
)
def test_a_broken_promise_has_a_path(body: bytes, path: str, expected: str, got: str) -> None:
    with pytest.raises(PayloadError) as caught:
        decode(body, Queue, EXCHANGE)
    assert (caught.value.json_path, caught.value.expected, caught.value.got) == (path, expected, got)


def test_a_value_is_never_quoted() -> None:
    """It may be a person's."""
    with pytest.raises(PayloadError) as caught:
        decode(b'{"id": ["jo@example.test"]}', Queue, EXCHANGE)
    assert "jo@" not in str(caught.value)


def test_other_constraints_are_told_in_the_librarys_words() -> None:
    class Small(msgspec.Struct):
        kind: int

    with pytest.raises(PayloadError, match=r"\$\.kind is Number out of range, expected what the API promises"):
        decode(b'{"kind": 1e400}', Small, EXCHANGE)


def test_text_that_is_not_utf8_is_not_json() -> None:
    with pytest.raises(PayloadError, match="text that is not UTF-8, at byte 8"):
        decode(b'{"id": "\xff"}', dict, EXCHANGE)


@given(value=JSON)
def test_what_was_encoded_is_decoded_again(value: Any) -> None:
    content = msgspec.json.encode(value)
    assert what_is_wrong(content) is None
    assert decode(content, object, EXCHANGE) == value


@given(value=st.dictionaries(st.text(), JSON, min_size=1, max_size=4), cut=st.data())
def test_an_object_that_was_cut_anywhere_is_noticed(value: dict[str, Any], cut: st.DataObject) -> None:
    content = msgspec.json.encode(value)
    shorter = content[: cut.draw(st.integers(0, len(content) - 1))]
    assert what_is_wrong(shorter) is not None


@given(content=st.binary(max_size=60))
def test_no_bytes_whatever_raise_anything_else(content: bytes) -> None:
    try:
        decode(content, Queue, EXCHANGE)
    except PayloadError as error:
        assert str(error).startswith("GET /api/v2/x answered 200: $")
