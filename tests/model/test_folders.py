"""One process at a time writes into a folder, and a killed one is in nobody's way."""

import fcntl
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.errors import UsageError
from harness.model.folders import alone_in, beside

HOLDING = (
    "import sys, time, pathlib; from harness.model.folders import alone_in\n"
    "with alone_in(pathlib.Path(sys.argv[1])):\n"
    "    print('held', flush=True)\n"
    "    time.sleep(30)\n"
)


def test_one_after_the_other_leaves_nothing_behind(tmp_path: Path) -> None:
    for _ in range(2):
        with alone_in(tmp_path / "evidence"):
            assert beside(tmp_path / "evidence", "lock").exists()
    assert list(tmp_path.iterdir()) == []


def test_folders_beside_each_other_are_no_matter(tmp_path: Path) -> None:
    with alone_in(tmp_path / "october"), alone_in(tmp_path / "november"):
        pass


def test_another_process_is_kept_out_until_the_first_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    with subprocess.Popen([sys.executable, "-c", HOLDING, str(folder)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with (
            pytest.raises(UsageError, match=r"evidence is being written by another process\n  wait until it is done"),
            alone_in(folder),
        ):
            pytest.fail("two at once")  # pragma: no cover
        other.kill()
    with alone_in(folder):
        pass


def test_it_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), alone_in(tmp_path / "evidence"):
        raise ZeroDivisionError
    with alone_in(tmp_path / "evidence"):
        pass


def test_a_lock_that_its_holder_removed_meanwhile_lets_nobody_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is done between our opening the file and our locking it; a third may hold the next one already."""
    folder = tmp_path / "evidence"
    lock = fcntl.flock

    def late(file: Any, operation: int) -> None:
        beside(folder, "lock").unlink()
        lock(file, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(UsageError, match="is being written by another process"), alone_in(folder):
        pytest.fail("held what is no lock")  # pragma: no cover
    monkeypatch.undo()
    with alone_in(folder):
        assert beside(folder, "lock").exists()


def test_where_nothing_can_be_written_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(UsageError, match=r"cannot write '.*': not a directory\n  name a folder"),
        alone_in(tmp_path / "file" / "x"),
    ):
        pytest.fail("nothing was said")  # pragma: no cover


def test_the_folder_that_one_is_in_has_a_place_beside_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert beside(Path(), "partial") == tmp_path.parent / f".{tmp_path.name}.partial"
