"""The suites that come with the project do on the fixtures what their READMEs say."""

import re
import shutil
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from fixtures.generate import ROOT
from fixtures.harbor_org.fault import Fault
from fixtures.harbor_org.harbor import FAULTS
from harness.checking import RuleRun, judge, waiver_uses
from harness.checks import registered
from harness.evidence.measurer import measurer
from harness.model.verdict import Verdict
from harness.orgs.recording import read_recording
from harness.orgs.trail import past_of, recorded_trail
from harness.policy.load import load_policy
from harness.policy.model import Policy

GATE = ROOT / "suites" / "gate" / "harbor.policy.yaml"
BROKEN = ROOT / "fixtures" / "broken" / "broken.policy.yaml"
ORGS = ("harbor", "tidy", "broken")
_CONFIGURATION = [check for check in registered().values() if check.family not in ("usage", "changes")]
"""What a gate can ask: the others are about what happened, and belong to the audit."""

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
"""Waivers end; verdicts are asserted for one day."""

# | number | rule | `subject` | what | why | waived until |
ROW = re.compile(r"^\| \d+ \| (?P<rule>[\w-]+) \| `(?P<subject>[^`]+)` \| [^|]+ \| [^|]+ \| (?P<waived>[\d-]*) ?\|$")


@pytest.fixture(scope="module")
def gate() -> Policy:
    return load_policy(GATE, today=NOW.date())


def judged(policy: Policy, org: str, environment: str | None = None) -> list[RuleRun]:
    folder = ROOT / "fixtures" / org
    found, earlier = read_recording(folder), folder / "earlier"
    past = past_of(read_recording(earlier), found) if earlier.exists() else None
    evidence = measurer(Path(policy.evidence)) if policy.evidence else None
    trail = recorded_trail(folder)
    return judge([policy], found, evidence=evidence, trail=trail, past=past, environment=environment, now=NOW)


def cases(runs: Iterable[RuleRun], *verdicts: Verdict) -> set[tuple[str, str]]:
    return {(run.rule.id, case.label) for run in runs for case in run.cases if case.verdict in verdicts}


def test_tidy_comes_to_no_finding_and_no_unknown(gate: Policy) -> None:
    runs = judged(gate, "tidy")
    assert cases(runs, "failed", "unknown", "waived") == set()
    assert len(cases(runs, "not applicable")) < len(cases(runs, "passed")) / 100


def test_every_rule_of_the_gate_judges_something_on_tidy(gate: Policy) -> None:
    """A rule whose scope fell empty would say nothing about anybody who copies it."""
    for run in judged(gate, "tidy"):
        assert "passed" in {case.verdict for case in run.cases}, run.rule.id


def test_findings_on_harbor_are_exactly_those_that_its_readme_lists(gate: Policy) -> None:
    listed: dict[tuple[str, str], str] = {}
    for line in (ROOT / "fixtures/harbor/README.md").read_text(encoding="utf-8").splitlines():
        if row := ROW.match(line):
            assert (row["rule"], row["subject"]) not in listed
            listed[row["rule"], row["subject"]] = row["waived"]
    assert len(listed) == sum(len(fault.expected) for fault in FAULTS)

    runs = judged(gate, "harbor")
    assert cases(runs, "failed", "waived") == set(listed)
    assert cases(runs, "unknown") == set()
    waived = {
        (run.rule.id, case.label): case.waiver.until.isoformat()
        for run in runs
        for case in run.cases
        if case.verdict == "waived" and case.waiver
    }
    assert waived == {finding: until for finding, until in listed.items() if until}


def test_harbor_has_two_dozen_faults_of_every_family(gate: Policy) -> None:
    assert len(FAULTS) >= 24
    family = {rule.id: rule.check.family for rule in gate.rules if rule.check}
    broken = {expected.rule for fault in FAULTS for expected in fault.expected}
    assert {family[rule] for rule in broken if rule in family} == {check.family for check in _CONFIGURATION}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.apply.__name__)
def test_a_fault_says_what_is_wrong_and_why_it_matters(fault: Fault) -> None:
    for text in (fault.what, fault.why):
        assert text.endswith(".")
        assert "|" not in text
    assert fault.expected


def test_every_check_finds_something_on_broken() -> None:
    runs = judged(load_policy(BROKEN), "broken")
    finding = {run.rule.check.id for run in runs if run.rule.check for case in run.cases if case.verdict == "failed"}
    assert finding == set(registered())


def test_every_rule_finds_something_on_broken() -> None:
    for run in judged(load_policy(BROKEN), "broken"):
        assert "failed" in {case.verdict for case in run.cases}, run.rule.id


def test_broken_has_findings_about_each_hostile_name() -> None:
    """So that every report and protocol has to print them."""
    labels = {label for _, label in cases(judged(load_policy(BROKEN), "broken"), "failed")}
    assert {
        "queue <script>alert(1)</script>",
        "queue ",
        "queue \\u202egnilliB",
        "queue Billing\\n::error file=a.py,line=1::broken",
        'code =HYPERLINK("http://example.invalid","x")',
        "code ",
        "code Refund\\x1b[31m done",
        "code a::b[c] | d",
        "code C:\\\\new\\\\table",
        "code 払い戻し",
    } <= labels


@pytest.mark.parametrize("org", ORGS)
@pytest.mark.parametrize("path", [GATE, BROKEN], ids=["gate", "broken"])
def test_every_policy_judges_every_recording(path: Path, org: str) -> None:
    """A policy for another org leads to findings and unknowns, never to a check that raises."""
    runs = judged(load_policy(path, today=NOW.date()), org)
    reasons = [case.reason or "" for run in runs for case in run.cases]
    assert reasons
    assert not [reason for reason in reasons if " raised on " in reason]


def test_the_gate_uses_every_check_and_has_an_owner_for_every_rule(gate: Policy) -> None:
    assert {rule.check.id for rule in gate.rules if rule.check} == {check.id for check in _CONFIGURATION}
    for rule in gate.rules:
        assert rule.why, rule.id
        assert rule.fix, rule.id
        assert rule.owner, rule.id
    assert {rule.severity for rule in gate.rules} == {"critical", "major", "minor", "advice"}
    assert {rule.kind.name for rule in gate.rules if rule.expect} == {"membership", "queue", "mapping"}


def test_in_a_test_environment_the_gate_is_milder(gate: Policy) -> None:
    assert {run.severity for run in judged(gate, "tidy", "test")} == {"minor", "advice"}


def test_waivers_of_the_gate_meet_findings_on_harbor(gate: Policy) -> None:
    """One of them has expired, which shows that an expired waiver leaves its finding."""
    uses = {use.waiver.rule: (use.state, len(use.covers)) for use in waiver_uses(judged(gate, "harbor"), NOW)}
    assert uses == {
        "HBR-201": ("active", 1),
        "HBR-304": ("active", 1),
        "HBR-708": ("active", 1),
        "HBR-603": ("expired", 1),
    }


@pytest.mark.parametrize("today", [date(2026, 9, 1), date(2026, 11, 21), date(2031, 1, 1)], ids=str)
def test_the_gate_loads_on_other_days(today: date) -> None:
    """A policy that is refused on a later day would break every copy at once."""
    assert len(load_policy(GATE, today=today).rules) == 41


def test_a_copy_of_the_gate_works_with_the_crm_list_as_a_spreadsheet(gate: Policy, tmp_path: Path) -> None:
    """The README says so to people whose CRM cannot be asked."""
    copy = tmp_path / "mine"
    shutil.copytree(GATE.parent, copy)
    text = GATE.read_text(encoding="utf-8")
    (uses,) = (line for line in text.splitlines() if line.startswith("  crm: "))
    (copy / GATE.name).write_text(text.replace(uses, "  crm: dispositions.csv"), encoding="utf-8")
    copied = load_policy(copy / GATE.name, today=NOW.date())
    assert gate.crm is not None
    assert copied.crm is not None
    assert copied.crm.dispositions == gate.crm.dispositions
    assert any(not entry.active for entry in gate.crm.dispositions or ())
