"""One loop runs the session: what users of pytest rely on holds for cases and for ordinary tests beside them."""

import gc
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

_SKIPPED = re.compile(r"\S*collection\.py:\d+:")

Project = Callable[..., pytest.Pytester]

ORG = "--wrapup-org=org"

STOCK = """
def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker("seen")
"""
"""Makes pytest's own protocol run every case: a case that somebody marked is not run inline."""

MARKER = "[pytest]\nmarkers =\n    seen: somebody looked at it\n"

LISTENER = """
heard = []

def pytest_runtest_logstart(nodeid, location):
    heard.append(["start", nodeid, *location])

def pytest_runtest_logreport(report):
    heard.append([report.when, report.nodeid, report.outcome])

def pytest_runtest_logfinish(nodeid, location):
    heard.append(["finish", nodeid, *location])

def pytest_unconfigure():
    import json, pathlib
    pathlib.Path("heard.json").write_text(json.dumps(heard))
"""


def junit(path: Path) -> Iterator[tuple[Any, ...]]:
    """Yield what a JUnit file says of each case, without times."""
    for case in ET.parse(path).getroot().iter("testcase"):  # noqa: S314 - we wrote it
        yield (
            case.get("classname"),
            case.get("name"),
            [(child.tag, child.get("message"), child.text) for child in case if child.tag != "properties"],
            [(it.get("name"), it.get("value")) for it in case.iter("property")],
        )


def reports(path: Path) -> Iterator[tuple[Any, ...]]:
    """Yield what `--report-log` says of each report, without times."""
    for line in path.read_text().splitlines():
        event = json.loads(line)
        if event["$report_type"] == "TestReport":
            words = ("nodeid", "location", "outcome", "longrepr", "when", "sections", "wasxfail", "harness")
            yield (*(event.get(word) for word in words), sorted(map(tuple, event["user_properties"])))


class TestOurReports:
    """They say what pytest's own protocol would have made of the same verdicts."""

    @pytest.mark.parametrize("fail_on", ["minor", "critical"])
    def test_every_plugin_reads_the_same_in_them(self, project: Project, fail_on: str) -> None:
        outputs = ("--junitxml={0}.xml", "--report-log={0}.log", "--wrapup-json={0}.json", "--wrapup-fail-on", fail_on)
        pytester = project()
        pytester.makeini(MARKER)
        inline = pytester.runpytest(ORG, *(text.format("inline") for text in outputs))
        pytester.makeconftest(STOCK)
        stock = pytester.runpytest(ORG, *(text.format("stock") for text in outputs))
        assert inline.parseoutcomes() == stock.parseoutcomes()
        assert list(junit(pytester.path / "inline.xml")) == [
            (*name, [(tag, message, _own_line(text)) for tag, message, text in children], properties)
            for *name, children, properties in junit(pytester.path / "stock.xml")
        ]
        one = [line for line in reports(pytester.path / "inline.log") if line[4] == "call"]
        other = [line for line in reports(pytester.path / "stock.log") if line[4] == "call"]
        assert [(*line[:3], *line[4:]) for line in one] == [(*line[:3], *line[4:]) for line in other]
        documents = [json.loads((pytester.path / f"{name}.json").read_text()) for name in ("inline", "stock")]
        assert documents[0]["cases"] == documents[1]["cases"]

    def test_a_skipped_case_points_to_its_rule(self, project: Project) -> None:
        """Not to a line of ours, which tells nobody anything."""
        result = project().runpytest(ORG, "-rs")
        result.stdout.fnmatch_lines(["SKIPPED [[]1[]] test.policy.yaml:15: *"])

    def test_listeners_hear_of_every_case(self, project: Project) -> None:
        pytester = project()
        pytester.makeconftest(LISTENER)
        pytester.runpytest(ORG, "-k", "Empty and R-1 or Tomorrow and R-2")
        heard = json.loads((pytester.path / "heard.json").read_text())
        place = ["test.policy.yaml", 4, "R-1[queue Empty]"]
        other = ["test.policy.yaml", 12, "R-2[queue Tomorrow]"]
        assert heard == [
            ["start", "test.policy.yaml::R-1[queue Empty]", *place],
            ["call", "test.policy.yaml::R-1[queue Empty]", "failed"],
            ["teardown", "test.policy.yaml::R-1[queue Empty]", "passed"],
            ["finish", "test.policy.yaml::R-1[queue Empty]", *place],
            ["start", "test.policy.yaml::R-2[queue Tomorrow]", *other],
            ["setup", "test.policy.yaml::R-2[queue Tomorrow]", "failed"],
            ["teardown", "test.policy.yaml::R-2[queue Tomorrow]", "passed"],
            ["finish", "test.policy.yaml::R-2[queue Tomorrow]", *other],
        ]

    def test_a_case_that_somebody_marked_to_be_skipped_is_skipped(self, project: Project) -> None:
        pytester = project()
        pytester.makeconftest(
            "import pytest\n"
            "def pytest_collection_modifyitems(items):\n"
            "    for item in items:\n"
            "        if 'Empty' in item.name: item.add_marker(pytest.mark.skip(reason='not today'))\n"
        )
        result = pytester.runpytest(ORG, "-rs", "--wrapup-json=out.json")
        result.stdout.fnmatch_lines(["SKIPPED*not today"])
        document = json.loads((pytester.path / "out.json").read_text())
        assert document["selected"] == "20 of 24 cases were selected"


def _own_line(text: str | None) -> str | None:
    # Stock pytest says where `pytest.skip` was called; we say where the rule is.
    return None if text is None else _SKIPPED.sub("test.policy.yaml:15:", text)


class TestSelectionAndStopping:
    @pytest.mark.parametrize(("args", "ran"), [(["-x"], 1), (["--maxfail=3"], 3)])
    def test_enough_failures_stop_the_session(self, project: Project, args: list[str], ran: int) -> None:
        """Findings and missing verdicts both count, as failures and errors do in pytest."""
        pytester = project()
        pytester.makepyfile("def test_ordinary(): pass")
        result = pytester.runpytest(ORG, *args, "test.policy.yaml", "--wrapup-json=out.json")
        outcomes = result.parseoutcomes()
        assert outcomes.get("failed", 0) + outcomes.get("errors", 0) == ran
        result.stdout.fnmatch_lines([f"*stopping after {ran} failures*"])
        document = json.loads((pytester.path / "out.json").read_text())
        assert document["partial"].startswith("the run stopped early, after ")
        assert len(document["cases"]) < 24

    def test_failed_first_puts_findings_first(self, project: Project) -> None:
        pytester = project()
        pytester.runpytest(ORG)
        result = pytester.runpytest(ORG, "--ff", "-v", "--color=no")
        lines = [line for line in result.stdout.lines if "::" in line and "%]" in line]
        assert len(lines) == 24
        assert all(" FAILED " in line or " ERROR " in line for line in lines[:4])

    def test_stepwise_goes_on_where_it_stopped(self, project: Project) -> None:
        pytester = project()
        pytester.runpytest(ORG, "--sw").assert_outcomes(passed=1, failed=1)
        result = pytester.runpytest(ORG, "--sw", "--sw-skip")
        result.assert_outcomes(passed=6, failed=2, xfailed=1, deselected=1)

    def test_durations_are_those_of_ordinary_tests(self, project: Project) -> None:
        pytester = project()
        pytester.makepyfile("import time\ndef test_slow(): time.sleep(0.01)")
        result = pytester.runpytest(ORG, "--durations=1")
        result.stdout.fnmatch_lines(["*s call *test_slow"])

    def test_without_the_html_plugin_all_is_well(self, project: Project) -> None:
        project().runpytest(ORG, "-p", "no:html").assert_outcomes(passed=18, failed=2, errors=2, xfailed=1, skipped=1)

    @pytest.mark.parametrize("args", [[], ["-n", "1"]], ids=["alone", "xdist"])
    def test_an_interrupt_leaves_a_report_that_says_it_is_partial(self, project: Project, args: list[str]) -> None:
        pytester = project()
        pytester.makeconftest(
            "count = 0\n"
            "def pytest_runtest_logreport(report):\n"
            "    global count\n"
            "    count += report.when == 'call'\n"
            "    if count == 5: raise KeyboardInterrupt\n"
        )
        outputs = ("--wrapup-json=out.json", "--html=out.html", "--self-contained-html", "--junitxml=out.xml")
        result = pytester.runpytest_subprocess(ORG, *outputs, *args)
        assert result.ret == pytest.ExitCode.INTERRUPTED
        document = json.loads((pytester.path / "out.json").read_text())
        assert document["partial"].startswith("the run was interrupted after ")
        assert document["partial"].endswith(" of 24 cases")
        assert document["exitCode"] == 130
        assert "the run was interrupted after" in (pytester.path / "out.html").read_text()
        assert ET.parse(pytester.path / "out.xml").getroot().tag == "testsuites"  # noqa: S314 - we wrote it


FIXTURES = """
import pytest, pathlib

@pytest.fixture(scope="module", autouse=True)
def ground():
    told("up")
    yield
    told("down")

def told(what):
    with open("{log}", "a") as log:
        log.write(f"{name} {{what}}\\n")

def test_one(): told("one")
def test_two(): told("two")
"""


class TestOrdinaryTestsBesideUs:
    """Their fixtures are set up and torn down as ever, wherever our cases stand among them."""

    @pytest.fixture
    def folders(self, project: Project) -> pytest.Pytester:
        """Ordinary tests before and behind our policy, each in a folder of its own."""
        pytester = project()
        policies = pytester.mkdir("m")
        for name in ("test.policy.yaml", "agreed.yaml"):
            (pytester.path / name).rename(policies / name)
        for name in ("a", "m", "z"):
            (pytester.path / name).mkdir(exist_ok=True)
            log = pytester.path / "log.txt"
            (pytester.path / name / f"test_{name}.py").write_text(FIXTURES.format(name=name, log=log))
        return pytester

    ALL = "".join(f"{name} {what}\n" for name in "amz" for what in ("up", "one", "two", "down"))

    @pytest.mark.parametrize("args", [[], ["-n", "1"]], ids=["alone", "xdist"])
    def test_fixtures_are_torn_down_before_the_next_folder(self, folders: pytest.Pytester, args: list[str]) -> None:
        """Also guards the private call that makes it so in another plugin's loop."""
        result = folders.runpytest_subprocess(ORG, *args)
        result.assert_outcomes(passed=24, failed=2, errors=2, xfailed=1, skipped=1)
        assert (folders.path / "log.txt").read_text() == self.ALL

    def test_they_are_torn_down_when_one_of_our_cases_ends_the_session(self, folders: pytest.Pytester) -> None:
        folders.runpytest(ORG, "-x", "a", "m/test.policy.yaml")
        assert (folders.path / "log.txt").read_text() == "a up\na one\na two\na down\n"

    def test_a_random_order_changes_nothing(self, folders: pytest.Pytester) -> None:
        folders.makeconftest(
            "import random\ndef pytest_collection_modifyitems(items): random.Random(7).shuffle(items)\n"
        )
        result = folders.runpytest(ORG)
        result.assert_outcomes(passed=24, failed=2, errors=2, xfailed=1, skipped=1)

    def test_a_broken_file_beside_us_stops_the_session_as_ever(self, project: Project) -> None:
        pytester = project()
        pytester.makepyfile("import nowhere_to_be_found")
        result = pytester.runpytest(ORG)
        assert result.ret == pytest.ExitCode.INTERRUPTED
        result = pytester.runpytest(ORG, "--continue-on-collection-errors")
        result.assert_outcomes(passed=18, failed=2, errors=3, xfailed=1, skipped=1)


class TestWhatIsLeftBehind:
    """pytest looks for it at the end, through all objects there are; cases run no code and leave nothing."""

    FROZEN = (
        "import gc, pathlib, pytest\n"
        "@pytest.hookimpl(trylast=True)\n"
        "def pytest_unconfigure(): pathlib.Path('frozen.txt').write_text(str(gc.get_freeze_count()))\n"
    )

    def test_with_an_ordinary_test_it_is_looked_for_as_ever(self, project: Project) -> None:
        pytester = project()
        pytester.makeconftest(self.FROZEN)
        pytester.makepyfile("def test_theirs(): pass")
        pytester.runpytest(ORG)
        assert (pytester.path / "frozen.txt").read_text() == "0"

    def test_of_cases_alone_it_is_not_and_nothing_stays_frozen(self, project: Project) -> None:
        pytester = project()
        pytester.makeconftest(self.FROZEN)
        pytester.runpytest(ORG)
        assert int((pytester.path / "frozen.txt").read_text()) > 10_000
        assert gc.get_freeze_count() == 0

    def test_what_somebody_else_froze_stays_frozen(self, project: Project) -> None:
        pytester = project()
        gc.freeze()
        try:
            pytester.runpytest(ORG)
            assert gc.get_freeze_count() > 0
        finally:
            gc.unfreeze()


def test_a_terminal_that_nobody_reads_is_not_written_for_and_all_others_hear_of_every_case(project: Project) -> None:
    pytester = project()
    pytester.makeconftest(
        "from harness.plugin.running import TERMINAL_IS_UNREAD\n"
        "def pytest_configure(config): config.stash[TERMINAL_IS_UNREAD] = True\n" + LISTENER
    )
    result = pytester.runpytest(ORG, "-q", "--junitxml=out.xml", "--maxfail=30")
    heard = json.loads((pytester.path / "heard.json").read_text())
    assert len([it for it in heard if it[0] == "teardown"]) == len(list(junit(pytester.path / "out.xml"))) == 24
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "%]" not in result.stdout.str()
