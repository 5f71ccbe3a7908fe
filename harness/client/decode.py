"""Reading JSON tolerantly: words and keys that we do not know are kept or skipped; a broken promise is named."""

import re
from typing import TypeVar

import msgspec

from harness.errors import Exchange, PayloadError

__all__ = ["decode", "what_is_wrong"]

T = TypeVar("T")

_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>.*)`)?$", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>.*)`")
_WRONG = re.compile(r"Expected (?P<expected>.*), got (?P<got>.*)", re.DOTALL)


def decode(content: bytes, into: type[T], exchange: Exchange) -> T:
    """Return the value that an answer's body holds.

    Args:
        content: The body.
        into: A type that msgspec can read: `dict`, a struct, or `msgspec.Raw` for the text itself.
        exchange: The request and its status, for the error.

    Raises:
        PayloadError: If the body is not JSON, or not of that type; with the JSON path.
    """
    try:
        return msgspec.json.decode(content, type=into)
    except msgspec.ValidationError as error:
        raise _broken_promise(str(error), exchange) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise PayloadError(exchange, "$", "JSON", what_is_wrong(content) or "text that is not UTF-8") from None


def what_is_wrong(content: bytes) -> str | None:
    """Return why a body is not JSON at all, or None when it is.

    Example:
        >>> what_is_wrong(b'{"entities": [{"id"')
        'JSON that ends too early, after 19 bytes'
        >>> what_is_wrong(b"<!DOCTYPE html><title>Sign in</title>")
        'an HTML page, probably from a proxy'
    """
    start = content[:512].lstrip().lower()
    if not start:
        return "empty"
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "an HTML page, probably from a proxy"
    try:
        # `Raw` checks the syntax without building anything, but neither the depth nor the encoding.
        msgspec.json.decode(content, type=msgspec.Raw)
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"text that is not UTF-8, at byte {error.start}"
    except RecursionError:
        return "JSON that is nested too deeply"
    except msgspec.DecodeError as error:
        if "truncated" in str(error):
            return f"JSON that ends too early, after {len(content)} bytes"
        return str(error).replace("JSON is malformed: ", "malformed JSON: ")
    return None


def _broken_promise(text: str, exchange: Exchange) -> PayloadError:
    found = _AT.match(text)
    assert found is not None, "the pattern matches every text"  # noqa: S101
    path, what = found["path"] or "$", found["what"]
    if missing := _MISSING.fullmatch(what):
        return PayloadError(exchange, f"{path}.{missing['name']}", "a value", "missing")
    if wrong := _WRONG.fullmatch(what):
        return PayloadError(exchange, path, wrong["expected"].replace("`", ""), wrong["got"].replace("`", ""))
    return PayloadError(exchange, path, "what the API promises", what)
