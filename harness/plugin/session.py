"""Our part in a pytest session: what ran, and the results document at its end."""

from collections.abc import Callable, Generator
from functools import cache
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.model.garbage import paused_collection
from harness.plugin.inputs import RESULTS_KEY, inputs_of, option
from harness.report.build import Run, build_results, who_runs
from harness.report.files import save_results
from harness.report.results import Results

__all__ = ["Watch", "watch"]

_NAME = "wrapup-watch"


def watch(config: pytest.Config) -> "Watch":
    """Return the session's watch; the first call begins it."""
    found: Watch | None = config.pluginmanager.get_plugin(_NAME)
    if found is None:
        found = Watch(config)
        config.pluginmanager.register(found, _NAME)
        from harness.plugin.running import Running

        config.pluginmanager.register(Running(config), "wrapup-running")
        if config.getoption("htmlpath", None):
            from harness.plugin.html import HtmlPanels

            config.pluginmanager.register(HtmlPanels(config), "wrapup-html")
    return found


class Watch:
    """Sees which cases ran, and leaves the results document when the session ends."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._inputs = inputs_of(config)
        self._node_ids: dict[tuple[str, str], str] = {}
        self._policies: set[str] = set()
        self._interrupted = False
        self._problem: UsageError | None = None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Mark the reports of our cases; the mark crosses from worker to controller."""
        report = yield
        mark = getattr(item, "report_mark", None)
        if mark is not None:
            report.harness = mark  # type: ignore[attr-defined]  # reports carry what plugins put on them
            if report.when == "setup" and report.failed and mark["verdict"] == "unknown":
                # Outside the call pytest asks no item how it wants its failure shown.
                report.longrepr = item.outcome().text  # type: ignore[attr-defined]
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember that a case came to its outcome, unless somebody skipped it."""
        mark = getattr(report, "harness", None)
        if mark is not None and (report.when == "call" or (report.when == "setup" and report.failed)):
            node_id = report.nodeid
            self._policies.add(mark["file"])
            self._node_ids[mark["policy"], node_id[len(mark["parent"]) + 2 :]] = node_id

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Remember that somebody stopped the run; `pytest.exit` counts, collection errors do not."""
        self._interrupted = not isinstance(excinfo.value, pytest.Session.Interrupted)

    @pytest.hookimpl(wrapper=True)
    def pytest_collection_modifyitems(self) -> Generator[None]:
        """Let others sort and select our items; they make much, and none of it is garbage."""
        with paused_collection():
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Have the results ready before anybody writes a report; where nobody does, they are not put together."""
        with paused_collection():
            self._forget_node_ids(session)
            if hasattr(self._config, "workerinput") or self._config.option.collectonly:
                return
            results: Callable[[], Results] = cache(lambda: self._results(session, exitstatus))
            self._config.stash[RESULTS_KEY] = results
            if path_text := option(self._config, "json"):
                self._save(results(), session, Path(path_text))

    def _save(self, results: Results, session: pytest.Session, path: Path) -> None:
        try:
            save_results(results, path)
        except UsageError as error:
            self._problem = error
            session.exitstatus = pytest.ExitCode.USAGE_ERROR

    def _results(self, session: pytest.Session, exitstatus: int) -> Results:
        inputs = self._inputs
        for path in self._policies:
            inputs.runs_of(Path(path))
        runs = inputs.runs
        total = sum(len(run.cases) for run in runs)
        ran = len(self._node_ids)
        partial = self._partial(session, exitstatus, ran, total)
        run = Run(
            started=inputs.now,
            environment=inputs.environment,
            fail_on=inputs.fail_on,
            partial=partial,
            selected=f"{ran} of {total} cases were selected" if ran < total and not partial else None,
            interrupted=self._interrupted,
            run_by=who_runs(),
            baseline=inputs.baseline,
            gate=inputs.gate,
            only_new=inputs.only_new,
            fixed=inputs.fixed,
        )
        with paused_collection():
            return build_results(run, inputs.org, runs, self._node_ids)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say that the results document could not be written."""
        if self._problem is not None:
            terminalreporter.write_line(str(self._problem), red=True, bold=True)

    def _partial(self, session: pytest.Session, exitstatus: int, ran: int, total: int) -> str | None:
        if self._interrupted:
            return f"the run was interrupted after {ran} of {total} cases"
        if session.shouldfail or session.shouldstop:
            return f"the run stopped early, after {ran} of {total} cases: {session.shouldfail or session.shouldstop}"
        if exitstatus in (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
            return f"pytest could not run: {ran} of {total} cases came to an outcome"
        return None

    def _forget_node_ids(self, session: pytest.Session) -> None:
        # pytest's cache of node ids only grows, and `--lf` does not need it: 100,000 generated ids would slow down
        # every later run in this folder. The plugin's set has no public face; a test guards this.
        cache = self._config.pluginmanager.get_plugin("nfplugin")
        if cache is not None:
            ours = (item for item in session.items if hasattr(item, "report_mark"))
            cache.cached_nodeids.difference_update(item.id for item in ours)
