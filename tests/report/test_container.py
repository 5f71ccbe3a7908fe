"""pytest-html as the container: our panels in its page, real sessions."""

import json
import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from pytest_html.basereport import BaseReport

from harness.plugin.html import HtmlPanels
from harness.plugin.inputs import RESULTS_KEY
from harness.report.html import script, script_source
from harness.report.results import Results
from tests.report.page import Page
from tests.report.samples import a_case, a_run

OURS = "def test_case_of_ours(): pass\n"
THEIRS = "def test_theirs(): assert False, 'own trouble'\n"
RUN = a_run(a_case("failed", "queue </script><script>alert(1)</script>"))


class Harness:
    """What the plugin does around the panels: marks our reports, leaves the results."""

    def __init__(self, results: Results | None) -> None:
        self.results = results

    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(HtmlPanels(config))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        report = yield
        if "of_ours" in item.name:
            report.harness = {"verdict": "passed"}
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        results = self.results
        if results is not None:
            session.config.stash[RESULTS_KEY] = lambda: results


def run(
    pytester: pytest.Pytester, source: str, *args: str, results: Results | None = RUN, target: str = "report.html"
) -> pytest.RunResult:
    pytester.makepyfile(source)
    return pytester.runpytest_inprocess(
        f"--html={target}", "-p", "no:wrapup", "-p", "no:randomly", "-p", "no:cacheprovider", *args,
        plugins=[Harness(results)],
    )  # fmt: skip


def report_of(pytester: pytest.Pytester) -> str:
    return (pytester.path / "report.html").read_text(encoding="utf-8")


def blob(page: str) -> str:
    found = re.search(r'data-jsonblob="([^"]*)"', page)
    assert found
    return found[1].replace("&#34;", '"').replace("&quot;", '"')


def scripts_of(page: str) -> list[str]:
    return re.findall(r"<script>(.*?)</script>", page, re.DOTALL)


def test_a_session_without_results_keeps_its_page(pytester: pytest.Pytester) -> None:
    """Somebody else's session must not be dressed up as ours."""
    run(pytester, THEIRS, results=None)
    assert "wrapup" not in report_of(pytester)
    assert "<html>" in report_of(pytester)


def test_our_cases_alone_leave_no_table_and_only_our_script(pytester: pytest.Pytester) -> None:
    result = run(pytester, OURS)
    page = report_of(pytester)
    read = Page(page)
    assert result.ret == 0
    assert 'class="w-alone"' in page
    assert scripts_of(page) == [script()]
    assert "data-jsonblob" not in page
    assert f"default-src 'none'; script-src {script_source(script())};" in page
    assert not [name for _, attributes in read.elements for name in attributes if name.startswith("on")]


def test_ordinary_tests_keep_their_table_under_a_heading_of_its_own(pytester: pytest.Pytester) -> None:
    run(pytester, OURS + THEIRS)
    page = report_of(pytester)
    tests = json.loads(blob(page))["tests"]
    assert [name.rpartition("::")[2] for name in tests] == ["test_theirs"]
    assert 'class="w-alone"' not in page
    assert (2, "Other tests") in Page(page).headings
    assert "<noscript><p>Their table needs JavaScript; the report above does not.</p></noscript>" in page
    assert page.index("Other tests</h2>") < page.index("1 test took")


def test_the_page_is_one_file_with_language_title_and_width(pytester: pytest.Pytester) -> None:
    """Also without `--self-contained-html`: a report is sent by mail."""
    for args in ((), ("--self-contained-html",)):
        run(pytester, OURS + THEIRS, *args)
        page = report_of(pytester)
        read = Page(page)
        assert '<html lang="en">' in page
        assert ">Wrap-up compliance: harbor</title>" in page
        assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in read.elements
        assert "link" not in read.tags()
        assert ".logwrapper" in page
        assert page.count("--failed:") == 2


def test_hostile_names_add_no_script(pytester: pytest.Pytester) -> None:
    """Beside ordinary tests there is pytest-html's script too; the page's policy allows both and nothing else."""
    run(pytester, OURS + THEIRS)
    page = report_of(pytester)
    scripts = scripts_of(page)
    assert [text == script() for text in scripts] == [True, False]
    assert f"script-src {' '.join(map(script_source, scripts))};" in page
    assert not [name for _, attributes in Page(page).elements for name in attributes if name.startswith("on")]


def test_our_cases_cost_pytest_html_nothing(pytester: pytest.Pytester) -> None:
    """It would keep each report, format a row for it and ask five hooks; a hundred thousand cases would wait for that."""

    class Late(Harness):
        container: Any = None

        def pytest_configure(self, config: pytest.Config) -> None:
            pass

        @pytest.hookimpl(trylast=True)
        def pytest_sessionstart(self, session: pytest.Session) -> None:
            session.config.pluginmanager.register(HtmlPanels(session.config))
            plugins = session.config.pluginmanager.get_plugins()
            self.container = next(plugin for plugin in plugins if isinstance(plugin, BaseReport))

    late = Late(RUN)
    pytester.makepyfile(OURS + THEIRS)
    pytester.runpytest_inprocess(
        "--html=report.html", "-p", "no:wrapup", "-p", "no:randomly", "-p", "no:cacheprovider", plugins=[late]
    )
    assert [node_id.rpartition("::")[2] for node_id in late.container._reports] == ["test_theirs"]
    assert [name.rpartition("::")[2] for name in json.loads(blob(report_of(pytester)))["tests"]] == ["test_theirs"]


def test_node_ids_of_ordinary_tests_are_escaped(pytester: pytest.Pytester) -> None:
    """pytest-html's script writes them with `innerHTML`."""
    source = "import pytest\n@pytest.fixture\ndef broken(): raise OSError\n"
    source += "@pytest.mark.parametrize('x', ['<img src=x onerror=alert(1)>'])\ndef test_a(x): pass\n"
    source += "@pytest.mark.parametrize('x', ['<i>'])\ndef test_b(x, broken): pass\n"
    run(pytester, source)
    data = json.loads(blob(report_of(pytester)).replace("&amp;", "&"))
    cells = [cell for rows in data["tests"].values() for row in rows for cell in row["resultsTableRow"]]
    assert any("test_a[&lt;img src=x onerror=alert(1)&gt;]" in cell for cell in cells)
    assert any("test_b[&lt;i&gt;]::setup" in cell for cell in cells)
    assert not [cell for cell in cells if "<i" in cell]


def test_data_for_the_script_holds_no_angle_bracket_and_no_environment(pytester: pytest.Pytester) -> None:
    """A CI variable such as a branch's name would be written as markup; nobody needs it in this report."""
    run(pytester, THEIRS, "--metadata", "Branch", "<img src=x onerror=alert(1)>")
    data = blob(report_of(pytester))
    assert "<" not in data
    assert "&lt;" not in data
    assert "\\u003ctd" in data
    assert json.loads(data)["environment"] == {}


def test_a_run_that_lost_its_results_does_not_look_clean(pytester: pytest.Pytester) -> None:
    run(pytester, OURS, results=None)
    assert "No verdicts." in report_of(pytester)


def test_the_file_is_replaced_whole(pytester: pytest.Pytester) -> None:
    run(pytester, OURS, target="new/report.html")
    assert [path.name for path in (pytester.path / "new").iterdir() if path.is_file()] == ["report.html"]


def test_a_report_that_cannot_be_written_is_a_usage_error(pytester: pytest.Pytester) -> None:
    """No traceback, and not the exit code of a run whose report is there."""
    (pytester.path / "taken").mkdir()
    result = run(pytester, OURS, target="taken")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(["cannot write '*taken': is a directory", "  name a file in a folder *"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_the_private_parts_of_pytest_html_that_we_use_are_there(pytester: pytest.Pytester) -> None:
    """When this fails, pytest-html has changed: find the new way between rendering and writing."""
    config = pytester.parseconfigure("--html=report.html", "-p", "no:wrapup")
    container = next(plugin for plugin in config.pluginmanager.get_plugins() if isinstance(plugin, BaseReport))
    assert Path(container._report_path) == pytester.path / "report.html"
    assert callable(container._write_report)
    assert callable(container.pytest_runtest_logreport)
