"""Progress of long runs: on a terminal, and nowhere else."""

from types import TracebackType

import pytest
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from harness.cli.terminal import Terminal

__all__ = ["Progress"]

_WORTH_SHOWING = 2_000
"""Runs with fewer cases are over before anybody could read a bar."""


class Progress:
    """A pytest plugin that draws a bar of the cases that came to an outcome."""

    def __init__(self, terminal: Terminal) -> None:
        self._shown = terminal.err.is_terminal and not terminal.quiet
        self._bar = Bar(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=terminal.err, transient=True
        )
        self._task = None if not self._shown else self._bar.add_task("judging", total=None, visible=False)

    def __enter__(self) -> "Progress":
        if self._shown:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._bar.stop()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Show the bar when there is much to do."""
        if self._task is not None and len(session.items) >= _WORTH_SHOWING:
            self._bar.update(self._task, total=len(session.items), visible=True)

    def pytest_runtest_logfinish(self) -> None:
        """Count a case."""
        if self._task is not None:
            self._bar.advance(self._task)
