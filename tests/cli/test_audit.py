"""`wrapup audit` as its users run it: months apart, with a trail, with evidence, and with broken input."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fixtures.harbor_org.harbor import harbor
from fixtures.harbor_org.trail import change_id, harbor_trail
from harness.cli.app import main
from harness.orgs.writing import write_recording
from harness.report.files import load_results
from tests.orgs.test_trail import ENTRY, TRAIL

ROOT = Path(__file__).parents[2]
GATE, AUDIT = str(ROOT / "suites/gate"), str(ROOT / "suites/audit")
HARBOR, BROKEN = str(ROOT / "fixtures/harbor"), str(ROOT / "fixtures/broken")

Audit = Callable[..., tuple[int, str, str]]


@pytest.fixture
def audit(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Audit:
    """Run the command in a folder of its own; return its exit code and what it printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main(["audit", *arguments])
        out, err = capsys.readouterr()
        return int(caught.value.code or 0), out, err

    return run


def backdate(folder: Path, moment: str) -> None:
    """Let the only run of a history have been made earlier."""
    (path,) = folder.glob("*.json")
    document = json.loads(path.read_bytes())
    path.write_text(json.dumps(document | {"startedAt": moment}))


# -- two months ---------------------------------------------------------------------------------------------------------


def november(folder: Path) -> Path:
    """Harbor a month later: two faults repaired, two made, one queue and one code renamed."""
    org = harbor()
    org.trail = harbor_trail(org)
    org.queue("Retail EN - Inbound Sales")["acwSettings"]["timeoutMs"] = 120_000  # HBR-201 was broken
    org.queue("Claims QC - Catastrophes")["skillEvaluationMethod"] = "ALL"  # HBR-306 was broken
    org.queue("Finance EN - Billing")["acwSettings"] = {"wrapupPrompt": "OPTIONAL"}  # HBR-101 and HBR-105 break
    org.queue("Test queue (do not delete)")["name"] = "Test queue (really, do not delete)"  # stays as broken as it was
    org.recorded_at = "2026-12-02T06:15:00Z"
    write_recording(folder, org.recording())
    return folder


def test_two_audits_a_month_apart_report_exactly_what_changed(audit: Audit, tmp_path: Path) -> None:
    history = tmp_path / "history"
    code, out, _ = audit(GATE, "--org", HARBOR, "--history", str(history), "-q")
    assert (code, "There is no earlier audit of this org" in out) == (1, True)
    backdate(history, "2026-10-22T06:00:00Z")
    org = november(tmp_path / "november")
    code, out, err = audit(GATE, "--org", str(org), "--history", str(history), "--json", "now.json")
    assert code == 1
    found = load_results(tmp_path / "now.json").audit
    assert found is not None
    assert found.movement is not None
    movement = found.movement
    assert {(it.rule, it.subject) for it in movement.fixed} == {
        ("HBR-201", "queue Retail EN - Inbound Sales"),
        ("HBR-306", "queue Claims QC - Catastrophes"),
    }
    assert {it.rule for it in movement.new} == {"HBR-101", "HBR-105"}
    assert ("HBR-101", "queue Finance EN - Billing") in {(it.rule, it.subject) for it in movement.new}
    assert (movement.first, movement.undecided, movement.waived) == ((), (), ())
    renamed = {(it.rule, it.was, it.subject) for it in movement.open if it.was is not None}
    assert renamed == {
        (rule, "queue Test queue (do not delete)", "queue Test queue (really, do not delete)")
        for rule in ("HBR-104", "HBR-401", "HBR-606")
    }
    assert {it.since for it in movement.open} == {"2026-10-22T06:00:00Z"}
    assert f"Since 2026-10-22T06:00:00Z: {len(movement.new)} new, 2 fixed, {len(movement.open)} still open." in out
    assert "history: " in err
    assert len(list(history.glob("*.json"))) == 2
    assert [point.total for point in found.trend] == [59, len(movement.new) + len(movement.open)]


# -- the suite ----------------------------------------------------------------------------------------------------------


def findings(path: Path) -> set[tuple[str, str]]:
    results = load_results(path)
    return {(results.rules[case.rule].id, case.subject) for case in results.cases if case.verdict == "failed"}


def test_the_audit_suite_finds_exactly_what_its_readme_lists(audit: Audit, tmp_path: Path) -> None:
    code, _, err = audit(AUDIT, "--org", HARBOR, "--json", "a.json", "--html", "a.html", "--what-if", "AUD-103.max=60s")
    assert code == 1
    listed = set()
    for line in (ROOT / "suites/audit/README.md").read_text().splitlines():
        if line.startswith("| AUD-"):
            rule, subject = line.split("|")[1:3]
            listed.add((rule.strip(), subject.strip().strip("`")))
    assert findings(tmp_path / "a.json") == listed
    assert ("AUD-201", f"change {change_id('agent')}") in listed
    assert "evidence: complete until 2026-11-02T00:00:00Z" in err
    audit_of = load_results(tmp_path / "a.json").audit
    assert audit_of is not None
    (tried,) = audit_of.what_if
    assert (tried.now_ms, tried.candidate_ms) == (120_000, 60_000)
    assert 0 < tried.over_now < tried.over < tried.judged
    page = (tmp_path / "a.html").read_text()
    for anchor in ("since-last", "trend", "matrix", "usage", "changes", "access"):
        assert f'<section id="{anchor}"' in page


def test_every_change_check_breaks_on_broken(audit: Audit, tmp_path: Path) -> None:
    audit(BROKEN, "--org", BROKEN, "--since", f"{BROKEN}/earlier", "--json", "b.json", "-q")
    broken = {rule for rule, _ in findings(tmp_path / "b.json")}
    assert {"BRK-851", "BRK-852", "BRK-853"} <= broken


def test_a_change_without_a_trace_is_the_only_one_that_is_unexplained(audit: Audit, tmp_path: Path) -> None:
    """Of two differences since the earlier recording the trail tells of one."""
    audit(BROKEN, "--org", BROKEN, "--since", f"{BROKEN}/earlier", "--json", "b.json", "-q")
    results = load_results(tmp_path / "b.json")
    (case,) = [it for it in results.cases if results.rules[it.rule].id == "BRK-853"]
    assert [it.observed for it in case.findings] == ["code Refund\\x1b[31m done: description described once"]


# -- one line -----------------------------------------------------------------------------------------------------------


def test_the_summary_is_all_that_is_printed(audit: Audit) -> None:
    code, out, _ = audit(GATE, "--org", HARBOR, "--summary", "json")
    assert code == 1
    assert out.count("\n") == 1
    summary = json.loads(out)
    assert (summary["org"], summary["findings"], summary["new"], summary["exitCode"]) == ("Harbor", 59, None, 1)
    _, out, _ = audit(GATE, "--org", HARBOR, "--summary", "text", "--fail-on", "never")
    assert out.startswith("Harbor, ")
    assert out.count("\n") == 1


# -- what goes wrong ----------------------------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> list[str]:
    """Arguments for a small audit that would write everything."""
    (tmp_path / "p.policy.yaml").write_text(
        "policy: P\nrules:\n  - {id: R-1, check: duration.limit, with: {max: 120s, untimed: allow}, severity: major}\n"
        "  - {id: R-2, check: naming.unique, severity: major}\n"
    )
    outputs = ["--html", "out/a.html", "--json", "out/a.json", "--history", "out/history"]
    return ["p.policy.yaml", "--org", HARBOR, *outputs]


def damaged(tmp_path: Path) -> None:
    (tmp_path / "out/history").mkdir(parents=True)
    (tmp_path / "out/history/old.json").write_text('{"format": 1, "toolV')


def no_trail(tmp_path: Path) -> None:
    (tmp_path / "t.ndjson").write_text("{}\n")


@pytest.mark.parametrize(
    ("prepare", "more", "message"),
    [
        (damaged, [], "old.json: is not complete JSON"),
        (None, ["--since", "nowhere"], "nowhere: there is no such file or folder"),
        (None, ["--since", BROKEN], "is a recording of another org: 'Broken <b>org</b>', not 'Harbor'"),
        (None, ["--trail", "none.ndjson"], "none.ndjson: there is no such file"),
        (no_trail, ["--trail", "t.ndjson"], "t.ndjson:1: object missing required field trail"),
        (None, ["--evidence", "none"], "none"),
        (None, ["--summary", "yaml"], "--summary does not take 'yaml'\n  it takes text or json"),
        (None, ["--what-if", "R-1.max=60s"], "--what-if needs evidence"),
        (None, ["--what-if", "R-1"], "--what-if does not take 'R-1'\n  write it as RULE.max=TIME"),
        (None, ["--what-if", "R-9.max=60s"], "--what-if: no rule is 'R-9'\n  did you mean 'R-"),
        (None, ["--what-if", "R-2.max=60s"], "R-2 has no limit 'max' on after-call work\n  rules with one: R-1"),
        (None, ["--what-if", "R-1.min=60s"], "R-1 has no limit 'min' on after-call work"),
        (None, ["--what-if", "R-1.max=60"], "--what-if: '60' is no time\n  write the unit: 60s for seconds"),
        (None, ["--fail-on", "grave"], "--fail-on does not take 'grave'"),
    ],
)
def test_a_sentence_says_what_is_wrong_and_nothing_is_written(
    audit: Audit,
    tmp_path: Path,
    small: list[str],
    prepare: Callable[[Path], None] | None,
    more: list[str],
    message: str,
) -> None:
    if prepare is not None:
        prepare(tmp_path)
    before = sorted(it for it in tmp_path.rglob("*"))
    code, out, err = audit(*small, *more)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
    assert sorted(it for it in tmp_path.rglob("*")) == before


def test_evidence_that_a_policy_names_and_that_is_damaged_makes_usage_unknown_only(
    audit: Audit, tmp_path: Path
) -> None:
    """The rest of the audit must not fall with it."""
    (tmp_path / "p.policy.yaml").write_text(
        "policy: P\nuses: {evidence: gone}\nrules:\n"
        "  - {id: U, check: usage.timeouts, with: {at_most: 5%}, severity: major}\n"
        "  - {id: N, check: naming.max_length, with: {limit: 500}, severity: major}\n"
    )
    code, _, err = audit("p.policy.yaml", "--org", HARBOR, "--json", "a.json")
    assert code == 3
    assert "gone" in err
    results = load_results(tmp_path / "a.json")
    assert {results.rules[it.rule].id for it in results.cases if it.verdict == "unknown"} == {"U"}


def test_a_policy_of_somebody_else_is_left_alone(audit: Audit, tmp_path: Path, small: list[str]) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    shutil.move(tmp_path / "p.policy.yaml", folder / "p.policy.yaml")
    (folder / "other.policy.yaml").write_text("kind: Pod\n")
    _, _, err = audit("policies", *small[1:])
    assert "other.policy.yaml has no top-level `policy:` and was left alone" in err


def test_what_the_history_leaves_out_is_named(audit: Audit, tmp_path: Path, small: list[str]) -> None:
    (tmp_path / "out/history").mkdir(parents=True)
    (tmp_path / "out/history/z.json").write_text('{"format": 7}')
    _, _, err = audit(*small)
    assert "history: z.json is of format 7, and this version reads format 1; it was left out" in err


def test_a_trail_that_begins_too_late_is_said(audit: Audit, tmp_path: Path) -> None:
    from harness.orgs.trail import encode_trail

    (tmp_path / "late.ndjson").write_bytes(encode_trail(TRAIL))
    (tmp_path / "p.policy.yaml").write_text(
        "policy: P\nrules:\n  - {id: C, check: changes.authorised, with: {actors: [u1]}, severity: major}\n"
    )
    earlier = harbor()
    earlier.recorded_at = "2026-09-02T06:15:00Z"
    write_recording(tmp_path / "earlier", earlier.recording())
    arguments = ["p.policy.yaml", "--org", HARBOR, "--trail", "late.ndjson", "--since", "earlier", "--json", "a.json"]
    code, _, err = audit(*arguments)
    assert code == 3
    assert "the audit trail does not tell what happened from 2026-09-02 06:15 UTC to 2026-10-01 00:00 UTC" in err
    results = load_results(tmp_path / "a.json")
    assert {(it.subject, it.verdict) for it in results.cases} == {
        (f"change {ENTRY.id}", "passed"),
        ("unseen change", "unknown"),
    }


def test_without_an_org_of_ones_own_the_demo_is_audited(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    _, _, err = audit("suites/gate", "-v")
    assert "no --org was given: auditing the demo recording fixtures/harbor" in err


def test_moments_in_the_future_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    future = f"{datetime.now(UTC).year + 2}-01-01"
    for arguments in (
        ["record", "--into", "x", "--audits-from", future],
        ["codes", "audit-log", "--since", future, "--into", "y"],
    ):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2
        assert "future" in capsys.readouterr().err or arguments[0] == "codes"
