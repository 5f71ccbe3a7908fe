"""Opening a folder: whole, or refused with everything that is wrong; and what it holds in a few numbers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harness.errors import SourceError
from harness.evidence.reading import open_evidence
from harness.evidence.summary import ChannelSummary, summarize
from tests.evidence.planting import FIRST, fetched, planted, played

DAY = "day=2026-11-02/handlings.parquet"
AGAIN = "  fetch that period again into a new folder"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "evidence"
    fetched(played(), folder)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    for path in made.rglob("*"):
        if path.is_file():
            target = tmp_path / "evidence" / path.relative_to(made)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return tmp_path / "evidence"


def refused(folder: Path) -> str:
    with pytest.raises(SourceError) as caught:
        open_evidence(folder)
    return str(caught.value).replace(f"{folder}/", "").replace(str(folder), "evidence")


def test_a_folder_that_is_whole_is_opened(folder: Path) -> None:
    evidence = open_evidence(folder)
    assert (evidence.rows, evidence.path, evidence.periods[0].start) == (len(planted(played())), folder, FIRST)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:ibis")
def test_all_handlings_are_one_table(folder: Path) -> None:
    """Other columns, such as the day of the folder, are left out: engines disagree about them."""
    evidence = open_evidence(folder)
    table = evidence.table(ibis.duckdb.connect())
    assert table.count().execute() == evidence.rows
    assert "day" not in table.columns


def test_a_folder_whose_name_looks_like_a_pattern_is_read(folder: Path) -> None:
    odd = folder.rename(folder.with_name("evidence [old] *?"))
    assert sum(it.handlings for it in summarize(open_evidence(odd))) == open_evidence(odd).rows


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "x") == (
        "evidence: there is no such folder\n  fetch it with: wrapup evidence fetch --from DATE --into FOLDER"
    )


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    assert refused(tmp_path / "x").startswith("evidence: is a file, and evidence is a folder\n")


def test_a_folder_without_a_manifest(folder: Path) -> None:
    (folder / "evidence.json").unlink()
    assert refused(folder).startswith("evidence: is no evidence: it holds no evidence.json\n")


def test_a_folder_that_is_being_written(folder: Path) -> None:
    ready = folder.with_name(".evidence.partial") / "ready"
    ready.mkdir(parents=True)
    (ready / "evidence.json").write_text("{}")
    assert refused(folder) == (
        "evidence: is being written, or a fetch was interrupted while it wrote\n"
        "  run the same wrapup evidence command again"
    )


def edited(folder: Path, edit: Callable[[Any], object]) -> str:
    path = folder / "evidence.json"
    manifest = json.loads(path.read_bytes())
    edit(manifest)
    path.write_text(json.dumps(manifest))
    return refused(folder)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda it: it.update(format=2), "is of format 2\n  expected format 1\n  it was written by a newer version"),
        (lambda it: it.update(format=0), "is of format 0\n  expected format 1\n  fetch the evidence again"),
        (lambda it: it.pop("files"), "object missing required field files"),
        (lambda it: it["periods"][0].update({"from": "2026-11-02T00:00:00"}), "expected datetime with a timezone"),
        (
            lambda it: it["periods"][0].update({"to": "2026-11-01T00:00:00Z"}),
            "the period from 2026-11-02 00:00:00+00:00 to",
        ),
        (
            lambda it: it["periods"].append(it["periods"][0]),
            "the period from 2026-11-02 00:00:00+00:00 overlaps the one",
        ),
        (
            lambda it: it["files"].update({"../x.parquet": {"rows": 1}}),
            "the file '../x.parquet' is outside of the folder",
        ),
    ],
)
def test_a_manifest_that_is_not_in_order(folder: Path, edit: Callable[[Any], object], said: str) -> None:
    assert edited(folder, edit).startswith(f"evidence.json: {said}")


@pytest.mark.parametrize(("content", "said"), [(b"\xff", "is not UTF-8 text"), (b"{", "input data was truncated")])
def test_a_manifest_that_cannot_be_read(folder: Path, content: bytes, said: str) -> None:
    (folder / "evidence.json").write_bytes(content)
    assert refused(folder).partition("\n")[0] in (
        f"evidence.json: {said}",
        "evidence.json: JSON is malformed: invalid character (byte 0)",
    )


def test_a_manifest_that_may_not_be_read(folder: Path) -> None:
    (folder / "evidence.json").unlink()
    (folder / "evidence.json").mkdir()
    assert refused(folder).startswith("evidence.json: cannot be read: is a directory")


def test_a_file_that_is_missing_one_too_many_and_one_that_is_damaged_are_told_at_once(folder: Path) -> None:
    (folder / DAY).unlink()
    (folder / "day=2026-11-03" / "copy.parquet").write_bytes(b"")
    (folder / "day=2026-11-04" / "handlings.parquet").write_bytes(b"PAR1 and no more")
    assert [it for it in refused(folder).splitlines() if not it.startswith("  ")] == [
        "day=2026-11-03/copy.parquet: is not in evidence.json",
        f"{DAY}: is missing, and evidence.json lists it",
        "day=2026-11-04/handlings.parquet: is no whole Parquet file: Parquet magic bytes not found in footer. "
        "Either the file is corrupted or this is not a parquet file.",
    ]


def rewritten(folder: Path, change: Callable[[pa.Table], pa.Table]) -> str:
    path = folder / DAY
    pq.write_table(change(pq.ParquetFile(path).read()), path)
    return refused(folder)


def test_a_file_with_other_rows(folder: Path) -> None:
    assert rewritten(folder, lambda it: it.slice(1)) == f"{DAY}: holds 8 handlings, and evidence.json says 9\n{AGAIN}"


def test_a_file_without_a_column(folder: Path) -> None:
    assert rewritten(folder, lambda it: it.drop_columns(["acw_ms"])) == (
        f"{DAY}: has no column 'acw_ms'\n  expected an integer\n{AGAIN}"
    )


@pytest.mark.parametrize(
    ("column", "kind", "said"),
    [
        ("started_at", pa.timestamp("ms"), "the column 'started_at' is a timestamp without a time zone"),
        ("ended_at", pa.timestamp("ms", "Europe/Paris"), "the column 'ended_at' is in the time zone Europe/Paris"),
        ("started_at", pa.int64(), "the column 'started_at' is int64"),
        ("has_note", pa.string(), "the column 'has_note' is string"),
    ],
)
def test_a_column_of_another_kind(folder: Path, column: str, kind: pa.DataType, said: str) -> None:
    """Times without a zone, or of several, would be counted on the wrong day without anybody noticing."""

    def change(table: pa.Table) -> pa.Table:
        at = table.schema.names.index(column)
        return table.set_column(at, column, table.column(column).cast(kind))

    assert rewritten(folder, change).startswith(f"{DAY}: {said}\n  expected a")


def test_microseconds_and_columns_of_others_do_no_harm(folder: Path) -> None:
    """Evidence that was written by DuckDB or Spark is as good."""
    path = folder / DAY
    table = pq.ParquetFile(path).read()
    micro = table.set_column(4, "started_at", table.column("started_at").cast(pa.timestamp("us", "UTC")))
    pq.write_table(micro.append_column("mine", pa.array([1] * table.num_rows)), path)
    assert sum(it.handlings for it in summarize(open_evidence(folder))) == len(planted(played()))


# -- summary -------------------------------------------------------------------------------------------------------


def test_a_summary_counts_by_channel_what_is_finished_and_what_is_coded(folder: Path) -> None:
    rows = planted(played())
    expected = {}
    for channel in {it.channel for it in rows}:
        of_channel = [it for it in rows if it.channel == channel]
        coded = [it for it in of_channel if it.final_code_id is not None and it.system_code is None]
        expected[channel] = ChannelSummary(channel, len(of_channel), 0, len(coded))
    found = summarize(open_evidence(folder))
    assert {it.channel: it for it in found} == expected
    assert [it.handlings for it in found] == sorted((it.handlings for it in found), reverse=True)


def test_a_summary_does_not_count_what_is_not_finished_as_coded(tmp_path: Path) -> None:
    org = played(lake_lag_s=30 * 3600)
    found = summarize(fetched(org, tmp_path / "evidence").evidence)
    assert sum(it.unfinished for it in found) == 2
    assert all(it.coded <= it.finished == it.handlings - it.unfinished for it in found)


def test_damage_inside_of_a_file_is_told(folder: Path) -> None:
    path = folder / DAY
    content = bytearray(path.read_bytes())
    outline = int.from_bytes(content[-8:-4], "little") + 8
    content[4:-outline] = bytes(len(content) - outline - 4)
    path.write_bytes(content)
    with pytest.raises(SourceError, match="cannot be read: ") as caught:
        summarize(open_evidence(folder))
    assert AGAIN in str(caught.value)
