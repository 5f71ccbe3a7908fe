"""History: a folder of results that later audits rely on."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InputError, UsageError
from harness.model import Identity
from harness.report.files import save_results
from harness.report.history import add_to_history, read_history
from harness.report.results import OrgResult, PlanResult, Results
from tests.report.samples import a_case, a_run

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ORG = OrgResult(name="harbor", kind="recording", location="fixtures/harbor", id="org-1")


def run(month: int, *wrong: str, **fields: Any) -> Results:
    cases = [a_case("failed", f"queue {name}", identity=Identity("queue", name, name)) for name in wrong]
    given: dict[str, Any] = {"started_at": f"2026-{month:02}-21T09:30:00Z", "org": ORG, **fields}
    return a_run(*cases, **given)


def saved(folder: Path, *runs: Results) -> Path:
    for number, it in enumerate(runs):
        save_results(it, folder / f"{number}.json")
    return folder


def test_a_folder_that_does_not_exist_is_an_empty_history(tmp_path: Path) -> None:
    history = read_history(tmp_path / "none", ORG, NOW)
    assert (list(history.runs), list(history.skipped)) == ([], [])
    assert history.movement(run(11, "Billing")) is None


def test_runs_come_in_the_order_of_time(tmp_path: Path) -> None:
    """Not of file names, which anybody may choose."""
    history = read_history(saved(tmp_path, run(10), run(8), run(9)), ORG, NOW)
    assert [it.started_at[:7] for it in history.runs] == ["2026-08", "2026-09", "2026-10"]


def test_the_last_run_is_what_is_compared_with_and_open_since_is_told(tmp_path: Path) -> None:
    runs = run(7, "Old"), run(8, "Other"), run(9, "Old", "Other"), run(10, "Old")
    found = read_history(saved(tmp_path, *runs), ORG, NOW).movement(run(11, "Old", "New"))
    assert found is not None
    assert found.against == "2026-10-21T09:30:00Z"
    # In August it was right: what counts is since when it is wrong without a break.
    assert [(it.subject, it.since) for it in found.open] == [("queue Old", "2026-09-21T09:30:00Z")]
    assert [(it.subject, it.since) for it in found.new] == [("queue New", "2026-11-21T09:30:00Z")]


def test_what_says_nothing_about_this_org_since_is_named_and_left_out(tmp_path: Path) -> None:
    other = OrgResult(name="bay", kind="recording", location="x", id="org-2")
    nameless = OrgResult(name="harbor", kind="recording", location="x")
    runs = (
        run(5, org=other),
        run(6, org=nameless),
        run(7, partial="the run was interrupted"),
        run(8, selected="1 of 2 cases were selected"),
        run(9, plan=PlanResult(location="plan.json", sha256="00")),
        run(12),
    )
    (tmp_path / "notes.txt").write_text("not looked at")
    (tmp_path / "z.json").write_text('{"format": 9, "toolVersion": "2.0"}')
    history = read_history(saved(tmp_path, *runs), ORG, NOW)
    assert [it.started_at[:7] for it in history.runs] == ["2026-06"]
    assert [(it.file, it.why) for it in history.skipped] == [
        ("0.json", "is of the org 'bay'"),
        ("2.json", "did not judge everything"),
        ("3.json", "did not judge everything"),
        ("4.json", "judged a plan, not the org as it was"),
        ("5.json", "was made later than this audit"),
        ("z.json", "is of format 9, and this version reads format 1"),
    ]


def test_every_damaged_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    saved(tmp_path, run(10))
    whole = (tmp_path / "0.json").read_bytes()
    (tmp_path / "1.json").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "2.json").write_text('{"format": 1}')
    (tmp_path / "3.json").write_bytes(b"\xff")
    with pytest.raises(InputError) as caught:
        read_history(tmp_path, ORG, NOW)
    text = str(caught.value)
    assert [Path(it.path).name for it in caught.value.problems] == ["1.json", "2.json", "3.json"]
    assert "is not complete JSON" in text
    assert "is no results document" in text
    assert f"or move it out of {tmp_path}" in text


def test_a_file_is_no_history(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is no folder"):
        read_history(tmp_path / "file", ORG, NOW)


def test_a_run_is_added_under_its_moment_and_never_over_another(tmp_path: Path) -> None:
    folder = tmp_path / "history"
    names = [add_to_history(folder, run(10)).name for _ in range(3)]
    assert names == ["2026-10-21T093000Z.json", "2026-10-21T093000Z-2.json", "2026-10-21T093000Z-3.json"]
    assert sorted(it.name for it in folder.iterdir()) == sorted(names)
    assert len(read_history(folder, ORG, NOW).runs) == 3


def test_a_document_without_a_readable_time_comes_first(tmp_path: Path) -> None:
    history = read_history(saved(tmp_path, run(10), run(9, started_at="long ago")), ORG, NOW)
    assert [it.started_at for it in history.runs] == ["long ago", "2026-10-21T09:30:00Z"]
