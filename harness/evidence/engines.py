"""Engines that measure evidence: DuckDB in this process, or any Ibis backend by a connection URL.

Source:
    https://ibis-project.org/reference/connection for URLs; Spark's own documentation for `spark://` masters.
"""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb
import ibis
import ibis.expr.datatypes as dt
from ibis.backends import BaseBackend
from ibis.common.exceptions import IbisError
from ibis.expr.types import Table

from harness.errors import HarnessError, UsageError, did_you_mean
from harness.evidence.reading import Evidence, unreadable

__all__ = ["IDS", "Engine", "connect"]

IDS: Final = 10
"""How many conversations are listed behind a number."""

_MEMORY: Final = "200MB"
_SPARK: Final = ("spark", "pyspark")


class Engine:
    """Where expressions over evidence are evaluated.

    Attributes:
        name: Ibis's word for the backend: `duckdb`, `pyspark` …
    """

    def __init__(self, connection: BaseBackend) -> None:
        self._connection = connection
        self.name: str = connection.name

    def handlings(self, evidence: Evidence) -> Table:
        """Return all handlings as a table; nothing is read yet.

        Raises:
            SourceError: If the engine cannot read the files.
        """
        with _saying(evidence.path):
            return evidence.table(self._connection)

    def file(self, path: Path) -> Table:
        """Return a CSV or Parquet file as a table; every column of a CSV file is text.

        Raises:
            SourceError: If the engine cannot read it.
        """
        with _saying(path):
            where = str(path.resolve())
            if path.suffix.lower() == ".parquet":
                return self._connection.read_parquet(where)
            if self.name == "duckdb":
                return self._connection.read_csv(where, header=True, all_varchar=True)
            return self._connection.read_csv(where, header=True, inferSchema=False)

    def rows(self, expression: Table, path: Path) -> list[dict[str, Any]]:
        """Return an expression's rows, in no order.

        Args:
            expression: Over tables of this engine. A few thousand rows, never handlings themselves.
            path: What to blame when a file turns out to be damaged.

        Raises:
            SourceError: If a file cannot be read, or the engine gives up.
        """
        with _saying(path):
            return list(self._connection.to_pyarrow(expression).to_pylist())

    def kept(self, expression: Table, path: Path) -> Table:
        """Return an expression's rows as a table that DuckDB keeps, on disk where memory is short.

        Other engines plan a query as a whole and may find out by themselves that a part comes twice.

        Raises:
            SourceError: If a file cannot be read, or the engine gives up.
        """
        if self.name != "duckdb":
            return expression
        with _saying(path):
            # Not `cache()`: when it lets go of a table, Ibis 12 writes a DROP that DuckDB 2 does not parse.
            return self._connection.create_table(ibis.util.gen_name("kept"), expression, temp=True)

    def first(self, column: Any, where: Any) -> Any:
        """Return the expression for the first few values of a text column, sorted, in an aggregation."""
        if self.name == "duckdb":
            return _least(column, IDS, where=where)
        return column.collect(where=where).sort()[:IDS]

    def close(self) -> None:
        """Let go of what the engine holds."""
        self._connection.disconnect()


@ibis.udf.agg.builtin(name="min", signature=((dt.string, dt.int64), dt.Array(dt.string)))
def _least(column, count):  # type: ignore[no-untyped-def]  # DuckDB's own; a signature is all that Ibis wants
    """Return the least few values, in order, in the memory that these take."""


def connect(url: str | None = None) -> Engine:
    """Return an engine.

    Args:
        url: `spark://host:7077`, `pyspark://local[2]`, or a URL of `ibis.connect`; None: DuckDB in this process.

    Raises:
        UsageError: If there is no such engine, or what it needs is not installed.
    """
    if url is None:
        return Engine(_duckdb())
    scheme = url.partition("://")[0] if "://" in url else ""
    if scheme in _SPARK:
        return Engine(_spark(url))
    if scheme == "duckdb" and url in ("duckdb://", "duckdb:///"):
        return Engine(_duckdb())
    known = sorted({*_SPARK, *_backends()})
    if scheme not in known:
        near = did_you_mean(scheme, known) if scheme else "a URL, such as pyspark://local[2] or spark://host:7077"
        raise UsageError(f"--engine does not know '{url}'", near or f"engines are {', '.join(known)}")
    try:
        return Engine(ibis.connect(url))
    except (IbisError, ImportError, ValueError, OSError, duckdb.Error) as error:
        raise UsageError(
            f"--engine cannot connect to {scheme}: {_first_line(error)}", _INSTALL.format(scheme)
        ) from error


_INSTALL: Final = "is it installed and running? pip install 'ibis-framework[{}]'"


def _backends() -> list[str]:
    from importlib.metadata import entry_points

    return [it.name for it in entry_points(group="ibis.backends")]


def _duckdb() -> BaseBackend:
    scratch = str(Path(tempfile.gettempdir()) / "wrapup-duckdb")
    connection = ibis.duckdb.connect(
        memory_limit=_MEMORY,
        threads=min(os.cpu_count() or 1, 8),
        temp_directory=scratch,
        preserve_insertion_order=False,
    )
    connection.raw_sql("SET TimeZone = 'UTC'")
    return connection


def _spark(url: str) -> BaseBackend:
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UsageError(
            "--engine needs Spark, which is not installed", "pip install 'wrapup-harness[spark]'"
        ) from error
    master = url if url.startswith("spark://") else url.removeprefix("pyspark://") or "local[*]"
    builder = SparkSession.builder.master(master).appName("wrapup").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.session.timeZone", "UTC").config("spark.sql.ansi.enabled", "true")
    if master.startswith("local"):
        builder = builder.config("spark.sql.shuffle.partitions", "2").config("spark.driver.host", "127.0.0.1")
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
    try:
        return ibis.pyspark.connect(builder.getOrCreate())
    except (PySparkException, IbisError, OSError) as error:
        what = f"--engine cannot connect to {master}: {_first_line(error)}"
        raise UsageError(what, "Spark needs Java 17 or later, and a cluster that can be reached") from error


@contextmanager
def _saying(path: Path) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            # Ibis 12 calls what DuckDB 2 and pandas 3 deprecate: nobody here can help it.
            warnings.simplefilter("ignore", DeprecationWarning)
            warnings.simplefilter("ignore", FutureWarning)
            yield
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise HarnessError(f"measuring {path} takes more memory than there is: {_first_line(error)}") from error
    except (duckdb.Error, IbisError, OSError) as error:
        raise unreadable(path, _first_line(error)) from error
    except Exception as error:
        # Other engines have exceptions of their own, which are known only where they are installed.
        if type(error).__module__.partition(".")[0] not in ("pyspark", "py4j"):
            raise
        raise unreadable(path, _first_line(error)) from error


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
