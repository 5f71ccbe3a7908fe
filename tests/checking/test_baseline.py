"""The baseline's file: read by people in diffs, refused when it is something else."""

from datetime import date

import pytest

from harness.checking import Baseline, Entry, decode_baseline, encode_baseline
from harness.errors import InputError

ONE = Entry(rule="R-1", kind="queue", name="Billing", id="q-1", label="queue Billing", added=date(2026, 11, 21))
TWO = Entry(rule="R-1", kind="queue", name="Älter\n", address="m.b", label="queue Älter\\n", added=date(2026, 1, 1))
TEXT = """\
{"format": 1, "entries": [
{"rule":"R-1","kind":"queue","name":"Billing","id":"q-1","label":"queue Billing","added":"2026-11-21"},
{"rule":"R-1","kind":"queue","name":"Älter\\n","address":"m.b","label":"queue Älter\\\\n","added":"2026-01-01"}
]}
"""


def test_an_entry_is_a_line_and_lines_are_sorted() -> None:
    assert encode_baseline(Baseline((TWO, ONE))).decode() == TEXT
    assert decode_baseline(TEXT.encode(), "b.json", "ab").entries == (ONE, TWO)


def test_none_known_is_a_baseline_too() -> None:
    data = encode_baseline(Baseline())
    assert data == b'{"format": 1, "entries": []}\n'
    assert decode_baseline(data, "b.json").entries == ()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not complete JSON: Input data was truncated"),
        (TEXT.encode()[:90], "is not complete JSON: Input data was truncated"),
        (b"\xff\xfe", "is not complete JSON"),
        (b"[]", "is no baseline: Expected `object`, got `array`"),
        (b"{}", "is no baseline: Object missing required field `format`"),
        (b'{"format": 2, "findings": []}', "is a baseline of format 2\n  expected format 1"),
        (b'{"format": 1}', "is no baseline: Object missing required field `entries`"),
        (b'{"format": 1, "entries": [{"rule": "R-1"}]}', "is no baseline: Object missing required field `kind`"),
        (TEXT.replace('"id"', '"ident"').encode(), "is no baseline: Object contains unknown field `ident`"),
        (TEXT.replace("2026-11-21", "last week").encode(), "is no baseline: Invalid RFC3339"),
    ],
)
def test_what_is_no_baseline_is_refused(data: bytes, message: str) -> None:
    """An entry that is not understood would otherwise be dropped in silence, or cover everything."""
    with pytest.raises(InputError) as caught:
        decode_baseline(data, "b.json")
    assert str(caught.value).startswith(f"b.json: {message}")
