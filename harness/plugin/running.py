"""How cases run: one loop for the session, in which a case of ours costs two reports and nothing else.

A case was judged when it was collected: there is nothing to set up, to call or to tear down, and pytest's protocol for
that is most of what a large run costs. Ordinary tests of the same session keep theirs. Only listeners of
`pytest_runtest_logstart`, `pytest_runtest_logreport` and `pytest_runtest_logfinish` see our cases run.
"""

import gc
import time
from collections.abc import Iterator
from contextlib import nullcontext
from functools import cached_property
from itertools import groupby
from typing import Literal, TypeAlias, TypeGuard, cast

import pytest
from pluggy import HookCaller

from harness.model.garbage import paused_collection
from harness.plugin import IS_SPARED
from harness.plugin.collection import CaseItem

__all__ = ["TERMINAL_IS_UNREAD", "Running"]

TERMINAL_IS_UNREAD = pytest.StashKey[bool]()
"""Set where nobody sees what pytest prints: to its terminal reporter cases are then not told."""

_Reported: TypeAlias = tuple[Literal["setup", "call"], Literal["passed", "failed", "skipped"]]

_REPORTED: dict[str, _Reported] = {
    "passed": ("call", "passed"),
    "failed": ("call", "failed"),
    "broken": ("setup", "failed"),
    "expected": ("call", "skipped"),
    "skipped": ("call", "skipped"),
}


_INDIFFERENT = frozenset(
    {"lfplugin", "logging-plugin", "session", "stepwiseplugin", "terminalreporter", "wrapup-running", "wrapup-watch"}
)
"""Plugins that need one report of a case, and neither its start nor its end: it logs nothing and takes no time."""


class Running:
    """Runs the session's items: ours inline, all others by their own protocol."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._path: str | None = None
        self._is_alone = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run the session, unless pytest would not, or another plugin (xdist's, on either side) does."""
        if session.testsfailed or session.config.option.collectonly or _has_another_loop(session.config):
            return None
        ordinary = [item for item in session.items if not _is_inline(item)]
        self._is_alone = not ordinary
        # Ours set nothing up, so what is set up now is kept for the next ordinary test.
        following: Iterator[pytest.Item | None] = iter([*ordinary[1:], None])
        for inline, items in groupby(session.items, _is_inline):
            self._path = None
            with paused_collection() if inline else nullcontext():
                for item in items:
                    if inline:
                        self._run(cast(CaseItem, item))
                    else:
                        item.config.hook.pytest_runtest_protocol(item=item, nextitem=next(following))
                    if session.shouldfail:
                        raise session.Failed(session.shouldfail)
                    if session.shouldstop:
                        raise session.Interrupted(session.shouldstop)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Run a case in another plugin's loop."""
        if not _is_inline(item):
            return None
        self._run(item)
        if nextitem is None or not _is_inline(nextitem):
            # An ordinary test before us left set up what we share with it: our folders, which may not be the next one's.
            # Private: the hook for it asks other plugins to tear down what they never set up. A test guards this.
            item.session._setupstate.teardown_exact(nextitem)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Say at once what pytest's plugins would come to one after the other."""
        if not hasattr(report, "harness"):
            return None
        if report.passed and report.when != "call":
            return "", "", ""
        if report.failed:
            return ("failed", "F", "FAILED") if report.when == "call" else ("error", "E", "ERROR")
        if report.passed:
            return "passed", ".", "PASSED"
        return ("xfailed", "x", "XFAIL") if hasattr(report, "wasxfail") else ("skipped", "s", "SKIPPED")

    @pytest.hookimpl(tryfirst=True)
    def pytest_unconfigure(self) -> None:
        """Spare pytest the search for what tests left behind, where there were none: cases run no code."""
        if self._is_alone and gc.get_freeze_count() == 0:
            gc.freeze()
            self._config.stash[IS_SPARED] = True

    def _run(self, item: CaseItem) -> None:
        hook, location = self._config.hook, item.location
        if self._hears_start or location[0] != self._path:
            self._path = location[0]
            hook.pytest_runtest_logstart(nodeid=item.nodeid, location=location)
        report = _report(item, location)
        self._logreport(report=report)
        if self._hears_reports:
            self._log_the_end(report=_end_of(report))
        if self._hears_finish:
            hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=location)

    @cached_property
    def _logreport(self) -> HookCaller:
        plugins = self._config.pluginmanager
        if not self._config.stash.get(TERMINAL_IS_UNREAD, False):
            return self._config.hook.pytest_runtest_logreport
        return plugins.subset_hook_caller("pytest_runtest_logreport", [plugins.get_plugin("terminalreporter")])

    @cached_property
    def _log_the_end(self) -> HookCaller:
        plugins = self._config.pluginmanager
        indifferent = [plugins.get_plugin(name) for name in _INDIFFERENT]
        return plugins.subset_hook_caller("pytest_runtest_logreport", indifferent)

    @cached_property
    def _hears_start(self) -> bool:
        verbose = self._config.get_verbosity(pytest.Config.VERBOSITY_TEST_CASES) > 0
        return verbose or _has_listeners(self._config.hook.pytest_runtest_logstart)

    @cached_property
    def _hears_finish(self) -> bool:
        return _has_listeners(self._config.hook.pytest_runtest_logfinish)

    @cached_property
    def _hears_reports(self) -> bool:
        return _has_listeners(self._config.hook.pytest_runtest_logreport)


def _has_listeners(hook: HookCaller) -> bool:
    """Tell whether a hook says something to anybody besides those who have no use for it when a case of ours runs."""
    return any(impl.plugin_name not in _INDIFFERENT for impl in hook.get_hookimpls())


def _has_another_loop(config: pytest.Config) -> bool:
    loops = (impl for impl in config.hook.pytest_runtestloop.get_hookimpls() if not (impl.wrapper or impl.hookwrapper))
    return any(not isinstance(impl.plugin, Running) and impl.plugin_name != "main" for impl in loops)


def _is_inline(item: pytest.Item) -> TypeGuard[CaseItem]:
    return isinstance(item, CaseItem) and not item.is_marked


def _report(item: CaseItem, location: tuple[str, int | None, str]) -> pytest.TestReport:
    result, now = item.outcome(), time.time()
    when, outcome = _REPORTED[result.kind]
    extra: dict[str, object] = {"harness": item.report_mark}
    longrepr: str | tuple[str, int, str] | None = result.text
    if result.kind == "expected":
        extra["wasxfail"] = result.text
    elif result.kind == "skipped":
        longrepr = (location[0], (location[1] or 0) + 1, f"Skipped: {result.text}")
    sections = [(f"Captured {heading} call", text) for heading, text in result.sections]
    return pytest.TestReport(
        item.id,
        location,
        item.frame.keywords,
        outcome,
        longrepr,
        when,
        sections,
        0,
        now,
        now,
        item.user_properties,
        **extra,
    )


def _end_of(report: pytest.TestReport) -> pytest.TestReport:
    """Return what says that a case is over, which pytest-html and junitxml wait for."""
    return pytest.TestReport(
        report.id,
        report.location,
        report.keywords,
        "passed",
        None,
        "teardown",
        (),
        0,
        report.stop,
        report.stop,
        report.user_properties,
        harness=report.harness,
    )
