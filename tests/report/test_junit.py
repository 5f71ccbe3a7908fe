"""JUnit: the structure that CI systems read, and properties that say how grave a rule is and who owns it."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.junit import render_junit
from harness.report.results import BaselineResult, PolicyResult, Results
from tests.report.samples import a_believable_run, a_case, a_rule, a_run, a_waiver

# Jenkins' junit-10.xsd, as a table: an element's attributes (required first) and children.
_SCHEMA: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url", "version"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, set(), set()),
    "testcase": (
        {"name"},
        {"time", "classname", "group"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    **dict.fromkeys(("skipped", "error", "failure"), (set(), {"type", "message"}, set())),
    **dict.fromkeys(("system-out", "system-err"), (set(), set(), set())),
}  # fmt: skip


def read(results: Results) -> ET.Element:
    """The document's root; valid."""
    root = ET.fromstring(render_junit(results).encode())  # noqa: S314 - our own output
    assert root.tag == "testsuites"
    for element in root.iter():
        required, optional, children = _SCHEMA[element.tag]
        assert required <= set(element.attrib) <= required | optional, element.tag
        assert {child.tag for child in element} <= children, element.tag
    return root


def properties(suite: ET.Element) -> dict[str, str]:
    found = suite.find("properties")
    assert found is not None
    return {it.attrib["name"]: it.attrib["value"] for it in found}


@pytest.mark.parametrize(
    "run", [a_run(), a_run(rules=(), policies=()), a_believable_run()], ids=["empty", "no rules", "believable"]
)
def test_every_document_is_valid_and_counts_add_up(run: Results) -> None:
    root = read(run)
    cases = list(root.iter("testcase"))
    assert len(cases) == len(run.cases)
    for suite in root.iter("testsuite"):
        own = list(suite.iter("testcase"))
        counted = [str(sum(it.find(tag) is not None for it in own)) for tag in ("failure", "error", "skipped")]
        assert counted == [suite.attrib["failures"], suite.attrib["errors"], suite.attrib["skipped"]]
        assert suite.attrib["tests"] == str(len(own))


def test_a_suite_per_policy_with_a_suite_per_rule() -> None:
    policies = tuple(PolicyResult(name=name, path=f"{name}.policy.yaml", sha256="ab") for name in ("one", "two"))
    rules = (a_rule("A-1", owner="ops", controls=("CC-4",)), a_rule("B-1", policy=1))
    root = read(a_run(a_case("passed"), a_case("passed", rule=1), rules=rules, policies=policies, environment="dev"))
    assert [suite.attrib["name"] for suite in root] == ["one", "two"]
    assert properties(root[0])["environment"] == "dev"
    (rule,) = root[0].findall("testsuite")
    assert rule.attrib["name"] == "A-1"
    found = properties(rule)
    assert (found["severity"], found["owner"], found["controls"]) == ("major", "ops", "CC-4")
    (case,) = rule.findall("testcase")
    assert case.attrib == {"name": "A-1[queue Billing]", "classname": "one.policy.yaml"}


@pytest.mark.parametrize(
    ("case", "tag", "kind", "message"),
    [
        (a_case("passed"), None, "", ""),
        (a_case("failed"), "failure", "major", "prompt is OPTIONAL"),
        (a_case("failed", known_since="2026-01-02"), "skipped", "baseline", "in the baseline since 2026-01-02: prompt is OPTIONAL"),
        (a_case("unknown", reason="hidden"), "error", "major", "hidden"),
        (a_case("waived", reason="waived until"), "skipped", "waived", "waived until"),
        (a_case("not applicable", reason="no timeout"), "skipped", "not applicable", "no timeout"),
    ],
)  # fmt: skip
def test_verdicts_and_their_elements(case: object, tag: str | None, kind: str, message: str) -> None:
    (found,) = read(a_run(case)).iter("testcase")  # type: ignore[arg-type]  # a case, in a table of mixed types
    assert [child.tag for child in found] == ([tag] if tag else [])
    if tag:
        assert (found[0].attrib["type"], found[0].attrib["message"]) == (kind, message)


def test_a_finding_that_does_not_count_passes_and_says_so() -> None:
    (case,) = read(a_run(a_case("failed"), rules=(a_rule(counts=False, severity="advice"),))).iter("testcase")
    assert [child.tag for child in case] == ["system-out"]
    assert "observed  prompt is OPTIONAL" in (case[0].text or "")


def test_waivers_are_properties_of_their_rule() -> None:
    run = a_run(
        a_case("waived", waiver=0), a_case("failed", "queue B", waiver=1), a_case("waived", "queue C", waiver=0),
        waivers=(a_waiver(), a_waiver(subject="queue B", state="expired")),
    )  # fmt: skip
    (rule,) = read(run)[0].findall("testsuite")
    assert properties(rule)["waiver"] == (
        "queue Legacy*: active, until 2026-12-31 by claims-operations: Closed with the claims migration."
    )
    assert properties(rule)["waiver.2"].startswith("queue B: expired, until")


def test_the_run_says_what_it_was() -> None:
    run = a_run(a_case("failed"), partial="stopped", baseline=BaselineResult(path="b.json"), exit_code=130)
    found = properties(read(run)[0])
    assert (found["partial"], found["baseline"], found["exit_code"]) == ("stopped", "b.json", "130")


@given(st.text())
def test_any_text_is_well_formed(text: str) -> None:
    """XML has no way to write most control characters, not even as references."""
    run = a_run(a_case("failed", reason=text, queue=text), rules=(a_rule(title=text, owner=text, why=text),))
    assert len(list(read(run).iter("testcase"))) == 1
