"""Templates are compiled once a machine, where that can be kept safely; and everywhere they are rendered."""

import tempfile
from pathlib import Path

import pytest

from harness.report.templating import environment


def rendered(folder: Path, name: str = "<b>") -> str:
    (folder / "hello.j2").write_text("{{ name | shout }} on {{ '2026-11-21T10:00:00Z' | day }}")
    return environment(folder, {"shout": str.upper}).get_template("hello.j2").render(name=name)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of this test's own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_what_is_compiled_is_kept_and_used(tmp_path: Path, temporary: Path) -> None:
    assert rendered(tmp_path) == "&lt;B&gt; on 21 November 2026"
    kept = list(temporary.rglob("*.cache"))
    assert len(kept) == 1
    written = kept[0].stat().st_mtime_ns
    assert rendered(tmp_path) == "&lt;B&gt; on 21 November 2026"
    assert kept[0].stat().st_mtime_ns == written


def test_what_is_kept_broken_is_compiled_again(tmp_path: Path, temporary: Path) -> None:
    rendered(tmp_path)
    for path in temporary.rglob("*.cache"):
        path.write_bytes(path.read_bytes()[:40])
    assert rendered(tmp_path, "you") == "YOU on 21 November 2026"


def test_without_a_folder_of_ones_own_it_is_rendered_all_the_same(tmp_path: Path, temporary: Path) -> None:
    temporary.rmdir()
    temporary.write_text("no folder")
    assert rendered(tmp_path, "you") == "YOU on 21 November 2026"


def test_when_nothing_can_be_kept_it_is_rendered_all_the_same(tmp_path: Path, temporary: Path) -> None:
    made = environment(tmp_path, {"shout": str.upper})
    for folder in temporary.iterdir():
        folder.rmdir()
    (tmp_path / "hello.j2").write_text("{{ 'you' | shout }}")
    assert made.get_template("hello.j2").render() == "YOU"
