"""Rows as a table for people, as CSV for spreadsheets, or as JSON for programs."""

import csv
import io
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from rich.table import Table
from rich.text import Text

from harness.cli.terminal import Terminal
from harness.errors import UsageError, did_you_mean
from harness.model.names import printable
from harness.report.csv import BYTE_ORDER_MARK, neutral

__all__ = ["Row", "check_form", "csv_text", "print_rows"]

Row = Mapping[str, Any]
"""Cells by their column: texts, numbers and None; in JSON whatever it can say."""

_FORMS = ("table", "json", "csv")


def check_form(form: str) -> None:
    """Refuse a form that there is not, before anything is asked of the platform.

    Raises:
        UsageError: If it is none of table, json and csv.
    """
    if form not in _FORMS:
        raise UsageError(
            f"--format does not take '{form}'", did_you_mean(form, _FORMS) or f"one of {', '.join(_FORMS)}"
        )


def print_rows(terminal: Terminal, rows: Sequence[Row], columns: Sequence[str], *, form: str) -> None:
    """Print rows to standard output.

    Args:
        terminal: Where a table goes.
        rows: The rows; every one has all columns.
        columns: In their order.
        form: `table`, `json` or `csv`.
    """
    if form == "json":
        sys.stdout.write(f"{msgspec.json.format(msgspec.json.encode(rows), indent=2).decode()}\n")
    elif form == "csv":
        sys.stdout.write(csv_text(rows, columns))
    else:
        table = Table(*(_heading(column) for column in columns), box=None, pad_edge=False, header_style="bold")
        numeric = [all(not isinstance(row[column], str) for row in rows) for column in columns]
        for column, is_number in zip(table.columns, numeric, strict=True):
            column.justify = "right" if is_number and rows else "left"
            column.overflow = "fold"
        for row in rows:
            table.add_row(*(Text(printable(_cell(row[column]))) for column in columns))
        terminal.out.print(table, soft_wrap=False)


def csv_text(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Return rows as CSV that no spreadsheet runs: a text that it would take for a formula gets an apostrophe.

    It begins with a byte order mark: without one, Excel reads UTF-8 as something else.

    Source:
        RFC 4180; OWASP, "CSV Injection".

    Example:
        >>> csv_text([{"code": "=1+1", "count": -1}], ["code", "count"]).splitlines()[1]
        "'=1+1,-1"
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_text(row[column]) for column in columns])
    return BYTE_ORDER_MARK + text.getvalue()


def _text(value: object) -> str:
    # Only texts come from an org; a negative number is a number.
    return printable(neutral(value)) if isinstance(value, str) else _cell(value)


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _heading(column: str) -> str:
    return column.replace("_", " ")
