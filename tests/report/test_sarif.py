"""SARIF: valid, stable fingerprints, nothing open that is waived or known."""

import json
from typing import Any

import jsonschema_rs
import pytest

from harness.model import Identity, Position
from harness.orgs.plan_changes import PlanChange
from harness.report.results import BaselineResult, FindingResult, FixedResult, OrgResult, PlanResult, Results
from harness.report.sarif import fingerprint, render_sarif
from tests.report.samples import a_believable_run, a_case, a_rule, a_run, a_waiver
from tests.report.sarif_subset import SCHEMA


def log_of(results: Results) -> dict[str, Any]:
    """The run of a log, read back from JSON and valid."""
    log = json.loads(json.dumps(render_sarif(results)))
    errors = jsonschema_rs.validator_for(SCHEMA, validate_formats=True).iter_errors(log)
    assert [f"{error.instance_path}: {error.message}" for error in errors] == []
    run: dict[str, Any] = log["runs"][0]
    return run


@pytest.mark.parametrize(
    "run",
    [a_run(), a_run(rules=(), policies=()), a_run(a_case("passed")), a_believable_run()],
    ids=["empty", "no rules", "passed", "believable"],
)
def test_every_log_is_valid(run: Results) -> None:
    wanted = [case for case in run.cases if case.verdict in ("failed", "waived", "unknown")]
    assert len(log_of(run)["results"]) == len(wanted)


def test_a_finding_says_where_what_and_how_grave() -> None:
    run = a_run(
        a_case(
            "failed",
            "queue Billing",
            identity=Identity("queue", "Billing", id="q-1"),
            findings=(FindingResult(observed="prompt is OPTIONAL", expected="MANDATORY"),),
        ),
        rules=(a_rule(why="Finance reconciles.", fix="Admin > Queues", owner="ops", controls=("CC-4",), check="prompt.mandatory"),),
    )  # fmt: skip
    (result,) = log_of(run)["results"]
    assert result["message"]["text"] == "queue Billing: prompt is OPTIONAL; expected: MANDATORY"
    assert (result["ruleId"], result["ruleIndex"], result["kind"], result["level"]) == ("RTL-001", 0, "fail", "error")
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "suites/gate/retail.policy.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 14, "startColumn": 5},
    }
    assert location["logicalLocations"] == [{"name": "queue Billing", "kind": "queue", "fullyQualifiedName": "q-1"}]
    assert "suppressions" not in result
    (rule,) = log_of(run)["tool"]["driver"]["rules"]
    assert rule["help"]["text"] == (
        "A queue demands a wrap-up code\nAsks: prompt.mandatory (allowed: [MANDATORY])\nWhy: Finance reconciles.\n"
        "Fix: Admin > Queues\nOwner: ops\nControls: CC-4"
    )
    assert "**Fix:** Admin \\> Queues" in rule["help"]["markdown"]
    assert rule["properties"]["tags"] == ["wrap-up", "major", "CC-4"]
    assert "helpUri" not in rule, "no address is made up"


def test_a_help_address_is_one_that_the_policy_gives() -> None:
    rules = (a_rule(fix="See https://wiki.retail.example/acw?x=1, then ask."), a_rule("R-2", why="http://a.example/b."))
    found = [rule["helpUri"] for rule in log_of(a_run(rules=rules))["tool"]["driver"]["rules"]]
    assert found == ["https://wiki.retail.example/acw?x=1", "http://a.example/b"]


@pytest.mark.parametrize(
    ("severity", "level"), [("critical", "error"), ("major", "error"), ("minor", "warning"), ("advice", "note")]
)
def test_levels_follow_severity(severity: Any, level: str) -> None:
    run = a_run(a_case("failed"), rules=(a_rule(severity=severity),))
    assert log_of(run)["results"][0]["level"] == level


def test_what_could_not_be_judged_is_open_and_has_no_level() -> None:
    """SARIF: a level other than "none" is for results of kind "fail"."""
    (result,) = log_of(a_run(a_case("unknown", reason="members are hidden")))["results"]
    assert (result["kind"], result["level"]) == ("open", "none")
    assert result["message"]["text"] == "queue Billing: members are hidden"


def test_waived_findings_are_suppressed_with_their_waiver() -> None:
    run = a_run(
        a_case("waived", waiver=0, reason="waived"), waivers=(a_waiver(approved_by="compliance", ticket="CHG-1"),)
    )
    (suppression,) = log_of(run)["results"][0]["suppressions"]
    assert suppression == {
        "kind": "external",
        "status": "accepted",
        "justification": "Closed with the claims migration. (waived until 2026-12-31 by claims-operations)",
        "location": {
            "physicalLocation": {
                "artifactLocation": {"uri": "suites/gate/retail.policy.yaml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 90},
            }
        },
        "properties": {
            "expires": "2026-12-31",
            "by": "claims-operations",
            "approvedBy": "compliance",
            "ticket": "CHG-1",
        },
    }


def test_an_expired_waiver_suppresses_nothing() -> None:
    run = a_run(a_case("failed", waiver=0, reason="expired"), waivers=(a_waiver(state="expired"),))
    assert "suppressions" not in log_of(run)["results"][0]


def test_known_findings_are_suppressed_and_stale_entries_told() -> None:
    baseline = BaselineResult(path="b.json", entries=2, stale=("RTL-001 queue Gone",))
    run = log_of(a_run(a_case("failed", known_since="2026-01-02"), baseline=baseline))
    assert run["results"][0]["suppressions"][0]["justification"] == "in the baseline since 2026-01-02"
    assert run["results"][0]["properties"]["counts"] is False
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notice == {"level": "note", "message": {"text": "stale in the baseline: RTL-001 queue Gone"}}


def test_a_partial_run_is_no_successful_one() -> None:
    org = OrgResult(name="harbor", kind="live", location="live", gaps={"users": "no permission"})
    run = a_run(a_case("failed"), partial="stopped", selected="1 of 2", exit_code=130, org=org)
    (invocation,) = log_of(run)["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 130)
    assert [(it["level"], it["message"]["text"]) for it in invocation["toolExecutionNotifications"]] == [
        ("error", "stopped"),
        ("warning", "1 of 2"),
        ("warning", "users was not fully seen: no permission"),
    ]
    assert log_of(a_run(a_case("passed")))["invocations"][0]["executionSuccessful"] is True


def test_a_fingerprint_outlives_a_rename_and_tells_findings_apart() -> None:
    """GitHub would make one alert of all findings of a rule, as they share the policy's line."""
    renamed = fingerprint("R", "queue B", Identity("queue", "B", id="1"))
    assert fingerprint("R", "queue A", Identity("queue", "A", id="1", address="m.a")) == renamed
    others = [
        fingerprint("S", "queue B", Identity("queue", "B", id="1")),
        fingerprint("R", "queue B", Identity("queue", "B", id="2")),
        fingerprint("R", "queue B", Identity("queue", "B", address="1")),
        fingerprint("R", "queue B", Identity("queue", "1")),
        fingerprint("R", "code B", Identity("code", "1")),
        fingerprint("R", "no subject", None),
    ]
    assert len({renamed, *others}) == 7
    run = log_of(a_believable_run())
    prints = [it["partialFingerprints"] for it in run["results"]]
    assert all(it["primaryLocationLineHash"] == f"{it['wrapupFinding/v1'][:16]}:1" for it in prints)


def test_no_address_of_a_file_leaves_its_path_readable_by_machines() -> None:
    rules = (a_rule(position=Position("a dir/ü#1.policy.yaml", 3)), a_rule("R-2", position=Position("/srv/p.yaml")))
    run = a_run(a_case("failed"), a_case("failed", rule=1), rules=rules)
    found = [it["locations"][0]["physicalLocation"] for it in log_of(run)["results"]]
    assert found == [
        {"artifactLocation": {"uri": "a%20dir/%C3%BC%231.policy.yaml", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 3}},
        {"artifactLocation": {"uri": "file:///srv/p.yaml"}, "region": {"startLine": 1}},
    ]  # fmt: skip


def test_a_name_is_no_link() -> None:
    """SARIF viewers make links of [text](target) in messages."""
    (result,) = log_of(a_run(a_case("failed", "queue [x](https://evil.example)")))["results"]
    assert "[x](" not in result["message"]["text"]


def test_a_planned_resource_is_where_its_finding_is() -> None:
    """A pull request shows results at the lines it changes: those of the resource, not those of the policy."""
    case = a_case("failed", change="introduced", resource="m.q", source=Position("queues.tf", 7))
    plan = PlanResult(
        location="plan.json", sha256="ab",
        changes=(PlanChange(kind="new id", subject="code Refund", detail="gets a new id"),),
        fixed=(FixedResult(rule=0, subject="queue Mended"),),
    )  # fmt: skip
    run = log_of(a_run(case, plan=plan))
    (result,) = run["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "queues.tf"
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "m.q"
    assert result["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 14, "startColumn": 5}
    assert result["properties"]["change"] == "introduced"
    assert run["properties"]["fixed"] == ["RTL-001 queue Mended"]
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"] == "the plan: code Refund gets a new id"
