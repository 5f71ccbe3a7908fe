"""Policies under pytest: what users of pytest rely on."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.model.ids import pseudonym
from harness.testing import a_queue, an_agent, an_org
from tests.plugin.conftest import HOSTILE, hostile_org

Project = Callable[..., pytest.Pytester]

ORG = "--wrapup-org=org"


def assert_no_traceback(result: pytest.RunResult) -> None:
    for sign in ("*Traceback*", "*.py:*", ">  *", "E  *"):
        result.stdout.no_fnmatch_line(sign)


def test_verdicts_map_to_pytests_outcomes(project: Project) -> None:
    """Failed is not broken: a finding fails, a case that could not be judged is an error."""
    result = project().runpytest(ORG)
    # Empty fails, Waived is xfailed. R-2: Optional fails, Tomorrow cannot be judged. R-3: Advice only notes.
    # Tomorrow cannot be judged, Optional is not applicable.
    result.assert_outcomes(passed=18, failed=2, errors=2, xfailed=1, skipped=1)


def test_a_finding_reads_like_a_finding(project: Project) -> None:
    result = project().runpytest(ORG, "-k", "Empty and R-1")
    result.stdout.fnmatch_lines(
        [
            "*R-1[[]queue Empty[]]*",
            "R-1 queue Empty: offers no codes",
            "  rule      A queue offers codes",
            "  observed  offers no codes",
            "  expected  at least 1",
            "  why       Agents need something to pick.",
            "  fix       Admin > Queues",
            "  severity  major",
            "  policy    test.policy.yaml:5",
        ]
    )
    assert_no_traceback(result)


def test_no_verdict_says_why(project: Project) -> None:
    result = project().runpytest(ORG, "-k", "Tomorrow and R-2")
    result.stdout.fnmatch_lines(
        ["*R-2 queue Tomorrow: the ACW prompt is unknown: this version does not know the word 'MANDATORY_ISH'*"]
    )
    assert_no_traceback(result)


def test_reasons_of_waived_and_not_applicable_are_shown(project: Project) -> None:
    result = project().runpytest(ORG, "-ra")
    result.stdout.fnmatch_lines(["XFAIL*queue Waived*waived until 2027-03-01 by ops: being mended*"])
    result.stdout.fnmatch_lines(["SKIPPED*"])


def test_a_finding_below_fail_on_passes_with_a_note(project: Project) -> None:
    result = project().runpytest(ORG, "--wrapup-fail-on=critical", "-rP")
    result.assert_outcomes(passed=20, errors=2, xfailed=1, skipped=1)
    result.stdout.fnmatch_lines(["*finding below --fail-on*", "R-1 queue Empty: offers no codes"])


@pytest.mark.parametrize(
    ("args", "outcomes"),
    [
        (["-k", "Empty"], {"passed": 3, "failed": 1}),
        (["-k", "major"], {"passed": 4, "failed": 1, "xfailed": 1}),
        (["-k", "duration.limit and Fine"], {"passed": 1}),
        (["-m", "severity(level='critical') and family(name='duration')"], {"passed": 4, "skipped": 1, "errors": 1}),
        (["-m", "family"], {"passed": 12, "failed": 2, "errors": 2, "xfailed": 1, "skipped": 1}),
        (["test.policy.yaml::R-3[queue Advice]"], {"passed": 1}),
        (["test.policy.yaml::R-1"], {"passed": 4, "failed": 1, "xfailed": 1}),
        (
            ["--deselect", "test.policy.yaml::R-1", "--deselect", "test.policy.yaml::R-2"],
            {"passed": 10, "skipped": 1, "errors": 1},
        ),
    ],
)
def test_selection(project: Project, args: list[str], outcomes: dict[str, int]) -> None:
    names = [name for name in args if name.startswith("test.")]
    rest = [] if names and "--deselect" not in args else ["test.policy.yaml"]
    result = project().runpytest(ORG, *args, *rest)
    seen = {name: number for name, number in result.parseoutcomes().items() if name not in ("deselected", "warnings")}
    assert {name.removesuffix("s") if name == "errors" else name: number for name, number in seen.items()} == {
        name.removesuffix("s") if name == "errors" else name: number for name, number in outcomes.items()
    }


def test_collect_only_lists_the_cases(project: Project) -> None:
    result = project().runpytest(ORG, "--collect-only", "-q", "--wrapup-json=never.json")
    result.stdout.fnmatch_lines(["test.policy.yaml::R-1[[]queue Empty[]]", "*24 tests collected*"])
    assert not Path("never.json").exists()


def test_last_failed_remembers_findings_and_missing_verdicts(project: Project) -> None:
    pytester = project()
    pytester.runpytest(ORG)
    pytester.runpytest(ORG, "--lf").assert_outcomes(failed=2, errors=2)
    pytester.runpytest(ORG, "--lf", "test.policy.yaml").assert_outcomes(failed=2, errors=2)


def test_cases_stay_out_of_the_cache_of_node_ids(project: Project) -> None:
    """It only grows, and slows down every later run in the folder."""
    pytester = project()
    pytester.makepyfile("def test_ordinary(): pass")
    pytester.runpytest(ORG)
    cached = json.loads((pytester.path / ".pytest_cache/v/cache/nodeids").read_text())
    assert cached == ["test_cases_stay_out_of_the_cache_of_node_ids.py::test_ordinary"]


def test_junit_carries_verdict_severity_owner_and_waiver(project: Project) -> None:
    pytester = project()
    pytester.runpytest(ORG, "--junitxml=junit.xml")
    suite = ET.parse(pytester.path / "junit.xml").getroot()[0]  # noqa: S314 - we wrote it
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert len(cases) == 24
    assert suite.get("failures") == "2"
    assert suite.get("errors") == "2"
    properties = {p.get("name"): p.get("value") for p in cases["R-1[queue Waived]"].iter("property")}
    assert properties == {
        "rule": "R-1",
        "verdict": "waived",
        "severity": "major",
        "owner": "ops",
        "waiver": "until 2027-03-01 by ops",
    }


def test_parallel_runs_come_to_the_same_results(project: Project) -> None:
    pytester = project()
    alone = pytester.runpytest_subprocess(ORG, "--wrapup-json=alone.json")
    parallel = pytester.runpytest_subprocess(ORG, "-n", "2", "--wrapup-json=parallel.json")
    assert alone.parseoutcomes() == {**parallel.parseoutcomes()}
    one, other = (json.loads((pytester.path / name).read_text()) for name in ("alone.json", "parallel.json"))
    one.pop("startedAt")
    other.pop("startedAt")
    assert one == other


def test_a_parallel_html_report_holds_the_panels(project: Project) -> None:
    pytester = project()
    pytester.runpytest_subprocess(ORG, "-n", "2", "--html=report.html", "--self-contained-html")
    page = (pytester.path / "report.html").read_text()
    assert "A queue offers codes" in page
    assert "queue Empty" in page


class TestHostileNames:
    """Names hold anything; node ids stay printable, selectable and different."""

    def test_each_queue_is_one_case_with_a_printable_id(self, project: Project) -> None:
        result = project(hostile_org()).runpytest(ORG, "--collect-only", "-q", "-k", "R-1")
        ids = [line for line in result.stdout.lines if "R-1[" in line]
        assert len(ids) == len(set(ids)) == len(HOSTILE)
        assert all(line.isprintable() for line in ids)
        assert r"test.policy.yaml::R-1[queue with\nnewline]" in ids
        assert r"test.policy.yaml::R-1[queue with\x1b[31mescape]" in ids
        assert r"test.policy.yaml::R-1[queue a\u202egnp]" in ids
        assert r"test.policy.yaml::R-1[queue back\\slash]" in ids

    def test_each_id_selects_its_case(self, project: Project) -> None:
        pytester = project(hostile_org())
        listing = pytester.runpytest(ORG, "--collect-only", "-q", "-k", "R-1")
        ids = [line for line in listing.stdout.lines if "R-1[" in line]
        pytester.runpytest(ORG, *ids).assert_outcomes(failed=len(HOSTILE))
        pytester.runpytest(ORG, ids[3]).assert_outcomes(failed=1)
        pytester.runpytest(ORG, "-k", "R-1", "--deselect", ids[3]).assert_outcomes(failed=len(HOSTILE) - 1)

    def test_last_failed_finds_each_of_them_again(self, project: Project) -> None:
        pytester = project(hostile_org())
        pytester.runpytest(ORG, "-k", "R-1").assert_outcomes(failed=len(HOSTILE))
        pytester.runpytest(ORG, "--lf").assert_outcomes(failed=len(HOSTILE))

    def test_junit_and_workers_take_them(self, project: Project) -> None:
        pytester = project(hostile_org())
        result = pytester.runpytest_subprocess(ORG, "-k", "R-1", "-n", "2", "--junitxml=junit.xml")
        result.assert_outcomes(failed=len(HOSTILE))
        root = ET.parse(pytester.path / "junit.xml").getroot()  # noqa: S314 - we wrote it
        assert len(list(root.iter("testcase"))) == len(HOSTILE)

    def test_nothing_raw_reaches_the_terminal(self, project: Project) -> None:
        """A queue named `x\\n::error::` must not speak to a CI system."""
        result = project(hostile_org()).runpytest(ORG, "-v", "--color=no")
        text = "\n".join(result.stdout.lines)
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_people_appear_by_pseudonym_unless_asked_for(project: Project, pytester: pytest.Pytester) -> None:
    policy = "policy: P\nrules:\n  - {id: R-1, for: membership, expect: agent.active, severity: minor}\n"
    project(an_org(queues={"Desk": a_queue(agents=[an_agent(id="u-1")])}), policy)
    result = pytester.runpytest(ORG, "--collect-only", "-q")
    result.stdout.fnmatch_lines([f"*R-1[[]membership {pseudonym('u-1')} @ Desk[]]"])


# -- files that are not ours, or not right --------------------------------------------------------------------------


def test_somebody_elses_policy_file_is_left_alone_when_found(project: Project) -> None:
    pytester = project()
    (pytester.path / "other.policy.yaml").write_text("kind: Policy\n")
    result = pytester.runpytest(ORG, "-W", "default")
    result.stdout.fnmatch_lines(["*other.policy.yaml has no top-level `policy:` and was left alone*"])
    result.assert_outcomes(passed=18, failed=2, errors=2, xfailed=1, skipped=1, warnings=1)


def test_and_refused_when_named(project: Project) -> None:
    pytester = project()
    (pytester.path / "other.policy.yaml").write_text("kind: Policy\n")
    result = pytester.runpytest(ORG, "other.policy.yaml")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*other.policy.yaml is not a policy: it has no top-level `policy:`*"])


def test_a_mistake_in_a_policy_is_a_collection_error_without_a_traceback(project: Project) -> None:
    result = project(policy="policy: P\nrules:\n  - {id: R-1, chek: naming.unique, severity: minor}\n").runpytest(ORG)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*test.policy.yaml:3:15: *chek*"])
    assert_no_traceback(result)


def test_no_org_asks_for_one(project: Project) -> None:
    result = project().runpytest()
    result.stdout.fnmatch_lines(["*no org to judge*", "*name one: --wrapup-org*"])
    assert result.ret == pytest.ExitCode.INTERRUPTED


def test_ini_keys_mirror_the_options(project: Project) -> None:
    pytester = project()
    pytester.makeini("[pytest]\nwrapup_org = org\nwrapup_fail_on = critical\nwrapup_json = out.json\n")
    pytester.runpytest().assert_outcomes(passed=20, errors=2, xfailed=1, skipped=1)
    assert json.loads((pytester.path / "out.json").read_text())["failOn"] == "critical"


def test_an_unknown_severity_is_refused(project: Project) -> None:
    result = project().runpytest(ORG, "--wrapup-fail-on=grave")
    result.stdout.fnmatch_lines(["*--fail-on does not take 'grave'*", "*it takes minor, major, critical or never*"])


def test_a_rule_id_used_by_two_policies_is_refused(project: Project) -> None:
    pytester = project()
    (pytester.path / "zweite.policy.yaml").write_text(
        "policy: Two\nrules:\n  - {id: R-1, check: naming.unique, severity: minor}\n"
    )
    result = pytester.runpytest(ORG)
    result.stdout.fnmatch_lines(["zweite.policy.yaml:3:*rule id 'R-1' is also used at test.policy.yaml:5*"])


def test_ordinary_tests_run_beside_ours(project: Project) -> None:
    pytester = project()
    pytester.makepyfile("def test_fine(): pass\ndef test_broken(): assert 0")
    pytester.runpytest(ORG).assert_outcomes(passed=19, failed=3, errors=2, xfailed=1, skipped=1)


def test_the_results_document_says_what_was_selected_and_what_stopped(project: Project) -> None:
    pytester = project()
    pytester.runpytest(ORG, "-k", "Empty", "--wrapup-json=some.json")
    assert json.loads((pytester.path / "some.json").read_text())["selected"] == "4 of 24 cases were selected"
    pytester.runpytest(ORG, "-x", "--wrapup-json=stopped.json")
    stopped = json.loads((pytester.path / "stopped.json").read_text())
    assert stopped["partial"].startswith("the run stopped early, after ")


def test_an_unrelated_run_imports_nothing_of_ours_but_the_entry_module(pytester: pytest.Pytester) -> None:
    """Every pytest run in the user's environment pays for what the plugin imports."""
    pytester.makepyfile(
        "import sys\n"
        "def test_modules():\n"
        "    ours = {name for name in sys.modules if name.partition('.')[0] in ('harness', 'msgspec', 'cel_expr_python', 'yaml')}\n"
        "    assert ours <= {'harness', 'harness.plugin'}\n"
    )
    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=1)


def test_a_known_finding_is_xfailed_and_not_passed(project: Project) -> None:
    """It is still wrong: a report that called it passed would claim compliance."""
    pytester = project()
    (pytester.path / "b.json").write_text(
        '{"format": 1, "entries": [{"rule": "R-1", "kind": "queue", "name": "Empty", "label": "queue Empty", "added": '
        '"2026-01-02"}]}'
    )
    result = pytester.runpytest(ORG, "--wrapup-baseline=b.json", "-k", "Empty and R-1", "-rx")
    result.assert_outcomes(xfailed=1)
    result.stdout.fnmatch_lines(["XFAIL*queue Empty*in the baseline since 2026-01-02: offers no codes*"])


def test_a_baseline_that_cannot_be_read_is_told_without_a_traceback(project: Project) -> None:
    result = project().runpytest(ORG, "--wrapup-baseline=none.json")
    result.stdout.fnmatch_lines(["*none.json: cannot be read: no such file or directory*"])
    assert_no_traceback(result)
