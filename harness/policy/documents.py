"""From a file on disk to its tree: found, decoded, hashed and composed, or its problem reported."""

import csv
import hashlib
import os
import re
from pathlib import Path, PurePath

from harness.errors import did_you_mean
from harness.policy.json import compose_json
from harness.policy.problems import File, Problems
from harness.policy.tree import Node, RefusedNode, ScalarNode
from harness.policy.yaml import LARGEST_YAML, compose_yaml

__all__ = ["Document", "Row", "beside", "read_document", "read_file", "read_rows"]

# What neither YAML nor a spreadsheet's text may hold.
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Document = tuple[File, Node]
"""A file with its tree."""

Row = tuple[int, list[str]]
"""The line on which a row of a table begins, and its cells."""


def beside(path: str, named: str) -> str:
    """Return the path of a file that another file names, relative to that other file.

    Example:
        >>> beside("suites/gate/retail.policy.yaml", "../crm.csv")
        'suites/crm.csv'
    """
    return PurePath(os.path.normpath(PurePath(path).parent / named)).as_posix()


def read_document(path: str, problems: Problems, named: tuple[File, Node] | None = None) -> Document | None:
    """Return a YAML or (by its name) JSON file with its tree; None when it has none, with its problems reported.

    Args:
        path: Where it is.
        problems: Where problems go.
        named: The file that names it, and where: that is where a missing file is reported. None: the user did.
    """
    is_json = path.lower().endswith(".json")
    file = read_file(path, problems, named, largest=None if is_json else LARGEST_YAML)
    if file is None:
        return None
    node = compose_json(file) if is_json else compose_yaml(file)
    return None if node is None else (file, node)


def read_file(
    path: str, problems: Problems, named: tuple[File, Node] | None = None, *, largest: int | None = None
) -> File | None:
    """Return a file's text, or None with its problem reported.

    Args:
        path: Where it is.
        problems: Where problems go.
        named: See `read_document`.
        largest: The size in bytes from which it is refused, or None.
    """
    file = File(path, "", "", problems)
    try:
        if largest is not None and (size := Path(path).stat().st_size) > largest:
            problems.open(path)
            what = f"the file has {size:,} bytes; the limit for YAML is {largest:,}"
            file.problem(None, what, hint="large catalogues are CSV or JSON")
            return None
        data = Path(path).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        _report_unreadable(file, error, named)
        return None
    problems.open(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].split(b"\n")
        _report_binary(file, len(before), len(before[-1]) + 1, f"byte 0x{data[error.start]:02x} is not UTF-8")
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if control := _CONTROL.search(text):
        lines = text[: control.start()].split("\n")
        _report_binary(file, len(lines), len(lines[-1]) + 1, f"character U+{ord(control[0]):04X} is not text")
        return None
    return File(path, text, hashlib.sha256(data).hexdigest(), problems)


def _report_unreadable(file: File, error: OSError | ValueError, named: tuple[File, Node] | None) -> None:
    why = (error.strerror or "") if isinstance(error, OSError) else str(error)
    missing = isinstance(error, FileNotFoundError)
    what = f"there is no file '{file.path}'" if missing else f"cannot read '{file.path}': {why.lower()}"
    folder = Path(file.path).parent
    neighbours = [entry.name for entry in folder.iterdir()] if missing and folder.is_dir() else []
    hint = did_you_mean(Path(file.path).name, sorted(neighbours))
    if named is None:
        file.problem(None, what.replace(f" '{file.path}'", ""), hint=hint)
    else:
        where, node = named
        where.problem(node, what, hint=hint or "paths are relative to the file that names them")


def _report_binary(file: File, line: int, column: int, why: str) -> None:
    hint = "it looks like a binary file, or text in another encoding: save it as UTF-8"
    file.problem(RefusedNode(line, column), f"not a text file: {why}", hint=hint)


def read_rows(file: File) -> list[Row] | None:
    """Return the rows of a CSV file, the header first, empty lines left out; None with a problem reported."""
    reader = csv.reader(file.text.split("\n"), strict=True)
    rows: list[Row] = []
    begins = 1
    try:
        for cells in reader:
            if any(cells):
                rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        file.problem(
            ScalarNode("", begins, 1), f"not a CSV row: {error}", hint="look for a quotation that is not closed"
        )
        return None
    if not rows:
        file.problem(None, "the file is empty")
        return None
    return rows
