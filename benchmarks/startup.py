"""How long it takes until something happens: the command's help, and what the plugin costs tests of other people."""

import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.measure import Candidate, Settings, Table, in_turn, process

__all__ = ["TITLE", "measure"]

TITLE = "Start-up"
_SCRIPTS = Path(sys.executable).parent


def measure(settings: Settings) -> Sequence[Table]:
    """Measure start-up."""
    wrapup = _SCRIPTS / "wrapup"
    tables = [
        in_turn(
            "`wrapup --help`",
            [
                Candidate(name="wrapup --help", run=partial(process, [wrapup, "--help"])),
                Candidate(name="pytest --version", run=partial(process, [_SCRIPTS / "pytest", "--version"])),
                Candidate(name="Python, doing nothing", run=partial(process, [sys.executable, "-c", "pass"])),
            ],
            settings,
            bar="under 0.3 s",
        )
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_other.py").write_text("def test_nothing() -> None:\n    pass\n", encoding="utf-8")
        run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
        tables.append(
            in_turn(
                "One test of somebody else, with the plugin installed and without",
                [
                    Candidate(name="with the plugin", run=partial(process, run, folder=folder)),
                    Candidate(name="without", run=partial(process, [*run, "-p", "no:wrapup"], folder=folder)),
                ],
                settings,
            )
        )
    return tables
