"""Progress of long work: on a terminal, and nowhere else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

import pytest

from harness.cli.terminal import Terminal
from harness.model import Org
from harness.orgs import load_org

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from harness.orgs.recorder import Progress as Pages

__all__ = ["Progress", "pages_read", "read_org", "share_read", "steps_done"]

_WORTH_SHOWING = 2_000
"""Runs with fewer cases are over before anybody could read a bar."""


class Progress:
    """A pytest plugin that draws a bar of the cases that came to an outcome."""

    def __init__(self, terminal: Terminal) -> None:
        self._bar = _bar(terminal)
        self._task = None if self._bar is None else self._bar.add_task("judging", total=None, visible=False)

    @property
    def is_shown(self) -> bool:
        """Whether there is a bar at all; without one, telling it of every case is not worth while."""
        return self._bar is not None

    def __enter__(self) -> "Progress":
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Show the bar when there is much to do."""
        if self._bar is not None and self._task is not None and len(session.items) >= _WORTH_SHOWING:
            self._bar.update(self._task, total=len(session.items), visible=True)

    def pytest_runtest_logfinish(self) -> None:
        """Count a case."""
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task)


@contextmanager
def pages_read(terminal: Terminal) -> Iterator[Callable[["Pages"], None]]:
    """Draw a bar of the pages that the platform answered, with the request budget and the time left."""
    bar = _bar(terminal, "{task.fields[budget]}")
    if bar is None:
        yield lambda _: None
        return
    task = bar.add_task("reading", total=None, budget="")

    def show(pages: "Pages") -> None:
        minutes, seconds = divmod(round(pages.left_s), 60)
        budget = f"{pages.sent} requests, {pages.per_minute}/min allowed, about {minutes}:{seconds:02} left"
        bar.update(task, description=pages.resource, completed=pages.pages, total=pages.expected, budget=budget)

    with bar:
        yield show


@contextmanager
def share_read(terminal: Terminal, what: str) -> Iterator[Callable[[float], None]]:
    """Draw a bar of how much of something is read, told as a share from 0.0 to 1.0."""
    bar = _bar(terminal)
    if bar is None:
        yield lambda _: None
        return
    task = bar.add_task(f"reading the {what}", total=100)
    with bar:
        yield lambda share: bar.update(task, completed=round(share * 100))


@contextmanager
def steps_done(terminal: Terminal, what: str) -> Iterator[Callable[[str, int, int], None]]:
    """Draw a bar of the steps of something that are done, told as the step's name, how many are done, and of how many."""
    bar = _bar(terminal)
    if bar is None:
        yield lambda *_: None
        return
    task = bar.add_task(what, total=None)
    with bar:
        yield lambda name, done, total: bar.update(task, description=f"{what}: {name}", completed=done, total=total)


def read_org(terminal: Terminal, location: str, *, keep_names: bool) -> Org:
    """Read an org, with a bar when the platform is asked."""
    with pages_read(terminal) as show:
        return load_org(location, keep_names=keep_names, on_progress=show)


def _bar(terminal: Terminal, *more: str) -> "Bar | None":
    if terminal.quiet or not terminal.err.is_terminal:
        return None
    # Loaded when used: without a terminal there is no bar, and a gate has none.
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), *map(TextColumn, more))
    return Bar(*columns, console=terminal.err, transient=True)
