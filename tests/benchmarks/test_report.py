"""What was measured becomes a document; nothing here measures anything."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import PARTS, main
from benchmarks.gate_compared import outcome
from benchmarks.measure import Candidate, Figures, Settings, Table, in_turn
from benchmarks.report import Measured, read, render, save, table_lines

ROOT = Path(__file__).parent.parent.parent


def a_table(settings: Settings) -> Table:
    """Return a table of two candidates, the second twice as slow whatever the machine does meanwhile."""
    speeds = iter([9.0, 9.0, 1.0, 2.0, 3.0, 6.0])
    candidates = [
        Candidate(name="ours", run=lambda: Figures(wall_s=1.0, cpu_s=next(speeds), peak_mb=50.0), note="a | b"),
        Candidate(name="theirs", run=lambda: Figures(wall_s=120.0, cpu_s=next(speeds))),
    ]
    return in_turn("a question", candidates, settings, bar="under 3 s")


SETTINGS = Settings(runs=2, slow=False, folder=Path())


def test_a_table_shows_medians_and_the_ratio_of_pairs() -> None:
    """The first run is not counted."""
    assert list(table_lines(a_table(SETTINGS))) == [
        "**a question**",
        "Asked for: under 3 s.",
        "",
        "|  | wall | processor | beside ours | peak | runs | note |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
        "| ours | 1 s | 2 s | 1 | 50 MB | 2 | a \\| b |",
        "| theirs | 120 s | 4 s | 2 times |  | 2 |  |",
    ]


def test_parts_that_were_not_measured_again_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "results.json"
    table = a_table(SETTINGS)
    save(path, Measured(measured_at="2026-01-01", machine="small", parts={"engine": (table,)}))
    save(path, Measured(measured_at="2026-01-02", machine="large", parts={"cases": (table,)}))
    found = read(path)
    assert (found.machine, set(found.parts)) == ("large", {"engine", "cases"})
    text = render(found, titles={"cases": "Cases", "engine": "Engine", "other": "Other"})
    assert [line for line in text.splitlines() if line.startswith("## ")] == ["## Cases", "## Engine"]
    assert "Measured on 2026-01-02: large." in text


@pytest.mark.parametrize("name", PARTS)
def test_every_part_has_a_title_and_measures(name: str) -> None:
    module = importlib.import_module(f"benchmarks.{name}")
    assert module.TITLE
    assert callable(module.measure)


def test_a_part_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["speed"])
    assert stopped.value.code == 2
    assert "no such part: speed" in capsys.readouterr().err


def test_the_help_names_every_part() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert all(name in done.stdout for name in PARTS)


def test_the_gate_is_compared_by_what_is_said_and_what_is_not() -> None:
    assert outcome("passed", "passed") == outcome("unknown", "unknown") == outcome("not applicable", None) == "right"
    assert outcome("failed", "passed") == outcome("unknown", "passed") == "false pass"
    assert outcome("passed", "failed") == outcome("unknown", "failed") == "false finding"
    assert outcome("failed", None) == outcome("unknown", None) == "silent"
    assert outcome("passed", "unknown") == "unsure"


def test_peers_are_never_imported() -> None:
    """They live in an environment of their own; only the programs that run there may load them."""
    for path in (ROOT / "benchmarks").rglob("*.py"):
        inside = path.name.startswith("run_") or path.parent.name.endswith("_checks")
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        names = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        names |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        loaded = {name.partition(".")[0] for name in names} & {"checkov", "hobofan_regorus", "regopy"}
        assert not loaded or inside, path
