"""Our panels in pytest-html's page: the hooks, and the page's way into its file.

pytest-html is the container. It collects ordinary tests in its own table; our cases never enter it, their report is
the panels. Register `HtmlPanels` on the controller only, before tests run.
"""

import html
import json
import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from pytest_html.basereport import BaseReport

from harness.errors import UsageError
from harness.plugin.inputs import results_of
from harness.report.files import write_whole
from harness.report.html import render_panels, script, script_source, security_policy, stylesheet, title
from harness.report.results import Results

__all__ = ["HtmlPanels", "dress"]

_NO_RESULTS = """
<p role="alert"><strong>No verdicts.</strong> The run ended before its results were put together.
This page says nothing about the cases that were run.</p>
"""


class HtmlPanels:
    """Puts the panels into pytest-html's page, and the page whole into its file."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._met_cases = False
        self._problem: UsageError | None = None
        for container in self._containers():
            self._spare(container)

    @pytest.hookimpl(tryfirst=True, optionalhook=True)
    def pytest_html_results_table_row(self, report: object, cells: list[str]) -> None:
        """Keep our cases out of pytest-html's table; a row without cells is not added."""
        if getattr(report, "harness", None) is not None:
            self._met_cases = True
            cells.clear()

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        """Put the panels above pytest-html's own counts."""
        results = results_of(self._config)
        if results is not None:
            prefix.append(render_panels(results))
        elif self._met_cases:
            prefix.append(_NO_RESULTS)

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Stand between pytest-html and its file while it writes."""
        for container in self._containers():
            self._take_over(container)
        result = yield
        if self._problem is not None:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        return result

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say that the report could not be written."""
        if self._problem is not None:
            terminalreporter.write_line(str(self._problem), red=True, bold=True)

    def _containers(self) -> list[Any]:
        return [it for it in self._config.pluginmanager.get_plugins() if isinstance(it, BaseReport)]

    def _spare(self, container: Any) -> None:
        # For each report pytest-html keeps it, formats a row and asks five hooks about it, for a table that ours never
        # enter: half of what a large run costs. pluggy looks a plugin's hooks up once, so it has to be registered anew.
        plugins = self._config.pluginmanager
        theirs = container.pytest_runtest_logreport

        @pytest.hookimpl(trylast=True)
        def pytest_runtest_logreport(report: pytest.TestReport) -> None:
            if getattr(report, "harness", None) is None:
                theirs(report)
            else:
                self._met_cases = True

        name = plugins.get_name(container)
        plugins.unregister(container)
        container.pytest_runtest_logreport = pytest_runtest_logreport
        plugins.register(container, name)

    def _take_over(self, container: Any) -> None:
        # Private: pytest-html has no hook between rendering and writing. Without it an interrupted run leaves half a
        # file, and the page lacks its language, its width for phones and its style.
        path = Path(container._report_path)

        def write(page: str) -> None:
            results = results_of(self._config)
            try:
                write_whole(path, page if results is None else dress(page, path.parent, results))
            except UsageError as error:
                self._problem = error

        container._write_report = write


def dress(page: str, folder: Path, results: Results) -> str:
    """Return pytest-html's page with our head and style, and with nothing in it that its script would trip over.

    Args:
        page: What pytest-html rendered, with the panels in it.
        folder: The folder that links in the page are relative to.
        results: What the panels show.
    """
    start, tests, end = _without_hostile_data(page)
    alone = not tests
    # A script that is allowed by its hash does not allow what elements carry.
    start = start.replace(' onclick="location.reload()"', "")
    if alone:
        # Its script has nothing to draw, and would only push entries into the browser's history.
        start, end = start[: start.rindex("<footer>")], end[end.index("</footer>") + len("</footer>") :]
        policy = security_policy(script())
    else:
        # Ordinary tests may show pictures, from files beside the report or from anywhere.
        scripts = " ".join(map(script_source, (script(), *_SCRIPT.findall(end))))
        policy = f"script-src {scripts}; connect-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'"
    head = (
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"/><style>{stylesheet()}</style></head>'
    )
    start = start.replace("<html>", '<html lang="en">', 1)
    start = re.sub(r'<link href="([^"]+)" rel="stylesheet"[^>]*>', lambda it: _inlined(folder / it[1]), start, count=1)
    start = re.sub(r"(<title[^>]*>)[^<]*", lambda it: it[1] + html.escape(title(results)), start, count=1)
    start = start.replace("</head>", head, 1)
    start = start.replace("<body>", '<body class="w-alone">' if alone else "<body>", 1)
    return start + end


_DATA = 'data-jsonblob="'
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def _without_hostile_data(page: str) -> tuple[str, bool, str]:
    """Clean the data that pytest-html's script writes with `innerHTML`.

    Returns:
        The page up to and with the data, whether the data holds ordinary tests, and the rest of the page.
    """
    before, _, after = page.rpartition(_DATA)
    blob, _, rest = after.partition('"')
    data = json.loads(html.unescape(blob))
    # Values of CI variables, such as a branch's name; the table is hidden and provenance has what matters.
    data["environment"] = {}
    for node_id, rows in data["tests"].items():
        raw = {f'<td class="col-testId">{name}</td>': name for name in _names(node_id)}
        for row in rows:
            row["resultsTableRow"] = [
                f'<td class="col-testId">{html.escape(raw[cell])}</td>' if cell in raw else cell
                for cell in row["resultsTableRow"]
            ]
    clean = html.escape(json.dumps(data).replace("<", "\\u003c"))
    return f"{before}{_DATA}{clean}", any(data["tests"].values()), f'"{rest}'


def _names(node_id: str) -> list[str]:
    """Return what pytest-html calls a test's rows."""
    return [node_id, *(f"{node_id}::{when}" for when in ("setup", "teardown", "collect"))]


def _inlined(path: Path) -> str:
    """Return a stylesheet as an element: the report is one file, also without `--self-contained-html`."""
    return f"<style>{path.read_text(encoding='utf-8')}</style>"
