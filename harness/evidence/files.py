"""Handlings as Parquet: from rows to a table, from pieces of a day to its file, each file whole or not at all."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from harness.evidence.handlings import Row
from harness.evidence.schema import ORDER, arrow_schema
from harness.evidence.spans import Span

__all__ = ["inside", "outside", "read_table", "table_of", "united", "write_bytes", "write_table"]

_AGE = "_age"


def table_of(rows: Sequence[Row]) -> pa.Table:
    """Return rows as a table."""
    schema = arrow_schema()
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    return pa.table(
        [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema=schema
    )


def united(tables: Iterable[pa.Table]) -> pa.Table:
    """Return the rows of several tables, oldest table first: each handling once, in the order of the files.

    Where a handling comes more than once, the newest that is over counts; while none is, the newest.
    """
    schema = arrow_schema()
    table = pa.concat_tables([schema.empty_table(), *(it.select(schema.names).cast(schema) for it in tables)])
    if table.num_rows < 2:
        return table
    aged = table.append_column(_AGE, pa.array(range(table.num_rows, 0, -1), pa.int64()))
    keys = [(name, "ascending") for name in (*ORDER, "pending", _AGE)]
    ordered = aged.sort_by(keys).combine_chunks()
    return ordered.filter(_is_first(ordered)).drop_columns([_AGE])


def _is_first(ordered: pa.Table) -> pa.Array:
    """Tell of each row whether it is another handling than the row before it."""
    length = ordered.num_rows - 1
    differs = pa.chunked_array([pa.repeat(pa.scalar(value=False), length)])
    for name in ORDER:
        column = ordered.column(name)
        if column.null_count:
            column = pc.fill_null(column, "")
        differs = pc.or_(differs, pc.not_equal(column.slice(1), column.slice(0, length)))
    return pa.chunked_array([[True], *differs.chunks])


def inside(table: pa.Table, span: Span) -> pa.Table:
    """Return the rows of handlings that started in a span."""
    return table.filter(_starts_in(table, span))


def outside(table: pa.Table, span: Span) -> pa.Table:
    """Return the rows of handlings that did not start in a span."""
    return table.filter(pc.invert(_starts_in(table, span)))


def _starts_in(table: pa.Table, span: Span) -> pa.ChunkedArray:
    kind = arrow_schema().field("started_at").type
    started = table.column("started_at").cast(kind)
    start, end = (pa.scalar(moment, kind) for moment in (span.start, span.end))
    return pc.and_(pc.greater_equal(started, start), pc.less(started, end))


def read_table(path: Path) -> pa.Table:
    """Read a file that was found to be in order.

    Raises:
        pyarrow.ArrowException: If it is not.
    """
    return pq.ParquetFile(path).read(columns=arrow_schema().names)


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table; the same bytes for the same rows, as long as the library is the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    pq.write_table(table, unfinished, compression="zstd", store_schema=False)
    unfinished.replace(path)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(content)
    unfinished.replace(path)
