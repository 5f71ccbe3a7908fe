"""Recognising what a SOURCE is."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import SourceError, UsageError
from harness.orgs import load_org

QUEUES = {"q": {"name": "Billing"}}
EXPECTED = (
    "  expected a recording's folder (with recording.json), a Terraform export (a .tf.json file or a folder of them), "
    "a Terraform plan or state file, or live"
)


def the_problem(path: Path) -> list[str]:
    with pytest.raises(SourceError) as caught:
        load_org(path)
    return str(caught.value).replace(str(path), "PATH").splitlines()


def test_a_recording(record: Callable[..., Path]) -> None:
    folder = record(names="kept")
    assert load_org(folder).origin.kind == "recording"
    assert load_org(str(folder), keep_names=True).agents[0].name == "agent-1"


def test_an_export(export: Callable[..., Path]) -> None:
    """A folder, or the file in it."""
    folder = export(genesyscloud_routing_queue=QUEUES, genesyscloud_user={"u": {"name": "Own Name"}})
    for location in (folder, folder / "genesyscloud.tf.json"):
        assert load_org(location).origin.kind == "export"
        assert load_org(location, keep_names=True).agents[0].name == "Own Name"


def test_a_recording_wins_over_an_export_beside_it(record: Callable[..., Path], tmp_path: Path) -> None:
    folder = record()
    (folder / "genesyscloud.tf.json").write_text("{}")
    assert load_org(folder).origin.kind == "recording"


def test_nothing_there(tmp_path: Path) -> None:
    assert the_problem(tmp_path / "nowhere") == ["PATH: there is no such file or folder", EXPECTED]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "genesyscloud.tf.json").mkdir()
    assert the_problem(tmp_path) == ["PATH/genesyscloud.tf.json: cannot be read: Is a directory", EXPECTED]
    assert the_problem(tmp_path / ("x" * 300)) == ["PATH: cannot be read: File name too long", EXPECTED]


def test_live_needs_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GENESYSCLOUD_REGION", "GENESYS_REGION"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UsageError, match="GENESYSCLOUD_REGION"):
        load_org("live")


@pytest.mark.parametrize(
    ("name", "content", "what", "hint"),
    [
        (
            "export.json",
            {"resource": {}},
            "looks like an export, but its name does not end in .tf.json",
            "rename it to export.tf.json",
        ),
        ("recording.json", {}, "is a recording's manifest", "name its folder: {parent}"),
        ("main.tf", {}, "is in Terraform's own language, not JSON", 'export again with export_format = "json"'),
        ("other.json", {"a": 1}, "is not a source of an org", None),
        ("list.json", [], "is not a source of an org", None),
    ],
)
def test_other_files_say_what_they_are(tmp_path: Path, name: str, content: object, what: str, hint: str | None) -> None:
    (tmp_path / name).write_text(json.dumps(content))
    expected = [f"PATH: {what}", EXPECTED]
    if hint:
        expected.append("  " + hint.format(parent=tmp_path))
    assert the_problem(tmp_path / name) == expected


@pytest.mark.parametrize("data", [b"", b"\xff\x00", b"[" * 100_000], ids=["empty", "binary", "deep"])
def test_a_file_of_another_kind(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    assert the_problem(tmp_path / "x") == ["PATH: is not a source of an org", EXPECTED]


@pytest.mark.parametrize(
    ("name", "what", "hint"),
    [
        (
            "queues.ndjson",
            "holds a recording's files, but no recording.json",
            "re-record with: wrapup record --into PATH",
        ),
        ("main.tf", "holds Terraform's own language (.tf), not JSON", 'export again with export_format = "json"'),
        ("harbor/recording.json", "holds no org itself", "name one of the folders in it: PATH/harbor"),
        ("prod/genesyscloud.tf.json", "holds no org itself", "name one of the folders in it: PATH/prod"),
        ("README.md", "is a folder without an org", None),
        (None, "is an empty folder", None),
    ],
)
def test_other_folders_say_what_they_are(tmp_path: Path, name: str | None, what: str, hint: str | None) -> None:
    if name is not None:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    assert the_problem(tmp_path) == [f"PATH: {what}", EXPECTED, *([f"  {hint}"] if hint else [])]
