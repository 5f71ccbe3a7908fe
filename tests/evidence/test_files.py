"""Tables of handlings: each handling once, in one order."""

from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from harness.evidence.files import inside, outside, read_table, table_of, united, write_table
from harness.evidence.handlings import Row
from harness.evidence.schema import arrow_schema
from tests.evidence.test_spans import FIRST, span

BASE = Row("c", "a", "q", "voice", 0, 1, None, None, None, None, False, False, None, None, False)
START_MS = round(FIRST.timestamp() * 1000)
ROWS = st.builds(
    lambda conversation, agent, queue, start, code, pending: BASE._replace(
        conversation_id=conversation,
        agent_id=agent,
        queue_id=queue,
        started_at=START_MS + start * 3_600_000,
        final_code_id=code,
        pending=pending,
    ),
    st.sampled_from(["c-1", "c-2"]),
    st.sampled_from(["a-1", "a-2"]),
    st.sampled_from([None, "q-1", "q-2"]),
    st.integers(0, 2),
    st.sampled_from([None, "code-1", "code-2"]),
    st.booleans(),
)


def key(row: Row) -> tuple[Any, ...]:
    return row.started_at, row.conversation_id, row.agent_id, row.queue_id


def rows_in(table: pa.Table) -> list[Row]:
    cast = table.set_column(4, "started_at", table.column("started_at").cast(pa.int64()))
    cast = cast.set_column(5, "ended_at", cast.column("ended_at").cast(pa.int64()))
    return [Row(**line) for line in cast.to_pylist()]


@given(st.lists(st.lists(ROWS, max_size=6), max_size=4))
def test_each_handling_is_there_once_and_the_newest_that_is_over_counts(pieces: list[list[Row]]) -> None:
    """A retry, or periods that overlap, must neither double a handling nor bring an old state back."""
    expected: dict[tuple[Any, ...], Row] = {}
    for row in (row for piece in pieces for row in piece):
        kept = expected.get(key(row))
        if kept is None or kept.pending or not row.pending:
            expected[key(row)] = row
    found = rows_in(united(map(table_of, pieces)))
    assert {key(it): it for it in found} == expected
    assert len(found) == len(expected)
    ordered = sorted(found, key=lambda it: (*key(it)[:3], it.queue_id is None, it.queue_id or ""))
    assert found == ordered


@given(st.lists(ROWS, max_size=8))
def test_uniting_again_changes_nothing(rows: list[Row]) -> None:
    once = united([table_of(rows)])
    assert united([once]).equals(once)
    assert united([once, once]).equals(once)


@given(st.lists(ROWS, max_size=8), st.integers(0, 2), st.integers(1, 2))
def test_a_table_falls_apart_into_what_started_in_a_span_and_the_rest(rows: list[Row], start: int, length: int) -> None:
    table, cut = table_of(rows), span(start, start + length)
    within = rows_in(inside(table, cut))
    assert sorted(map(str, within + rows_in(outside(table, cut)))) == sorted(map(str, rows))
    assert {it.started_at for it in within} <= {START_MS + hour * 3_600_000 for hour in range(start, start + length)}


def test_what_is_written_is_read_back_with_the_same_schema(tmp_path: Path) -> None:
    table = table_of([BASE, BASE._replace(queue_id=None, ended_at=None)])
    write_table(tmp_path / "day" / "x.parquet", table)
    found = read_table(tmp_path / "day" / "x.parquet")
    assert found.equals(table)
    assert found.schema == arrow_schema()
    assert [it.name for it in (tmp_path / "day").iterdir()] == ["x.parquet"]


def test_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_table(tmp_path / f"{name}.parquet", united([table_of([BASE, BASE._replace(conversation_id="d")])]))
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
