"""A fetch that is killed, wherever it is: nothing is lost, nothing is doubled, nothing is half-written."""

import multiprocessing
import random
import shutil
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from harness.errors import SourceError
from harness.evidence.reading import open_evidence
from tests.evidence.killing import fetch_and_die
from tests.evidence.planting import FIRST, fetched, planted, played, rows_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")

KILLS = 20


def run(into: Path, at: int | None, counted: Path) -> int | None:
    """Fetch in a process of its own, and return its exit code."""
    # Forked from a small process that has everything loaded: a new interpreter each time would take seconds.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.evidence.killing"])
    process = context.Process(target=fetch_and_die, args=(str(into), at, str(counted)))
    process.start()
    process.join(60)
    return process.exitcode


def test_a_fetch_that_is_killed_at_any_moment_loses_and_doubles_nothing(tmp_path: Path) -> None:
    counted, old = tmp_path / "counted", tmp_path / "old"
    assert run(tmp_path / "calm" / "evidence", None, counted) == 0
    org = played()
    wanted, until = planted(org), FIRST + timedelta(days=3)
    assert rows_of(open_evidence(tmp_path / "calm" / "evidence")) == wanted
    before = rows_of(fetched(org, old / "evidence", FIRST, FIRST + timedelta(days=1)).evidence)
    moments = random.Random(7).sample(range(int(counted.read_text())), KILLS)  # noqa: S311 - the same ones each time
    for moment in moments:
        into = shutil.copytree(old, tmp_path / f"at {moment}") / "evidence"
        assert run(into, moment, counted) == -signal.SIGKILL
        try:
            found = rows_of(open_evidence(into))
        except SourceError as error:
            assert "is being written, or a fetch was interrupted while it wrote" in str(error)
        else:
            assert found in (before, wanted), moment
        assert rows_of(fetched(org, into, FIRST, until).evidence) == wanted, moment
        assert [it.name for it in into.parent.iterdir()] == ["evidence"], moment
