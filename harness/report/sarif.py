"""Results as SARIF 2.1.0, for code scanning: one result per finding, and one per case that could not be judged.

A result's place is the policy's line, or the resource's where Terraform's files were given; its logical location is the
subject. What was waived, and what the baseline has,
is suppressed and stays visible. Cases that passed are counted, not listed.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from harness.model import Identity, Position
from harness.model.verdict import Severity
from harness.report.headline import headline
from harness.report.results import CaseResult, Results, RuleResult, WaiverResult
from harness.report.text import plain

__all__ = ["fingerprint", "render_sarif"]

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS: Final[Mapping[Severity, str]] = {"critical": "error", "major": "error", "minor": "warning", "advice": "note"}

_Json = dict[str, Any]

_URL = re.compile(r"https?://[^\s<>\"'`]+[^\s<>\"'`.,;:)\]]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~@&])")


def render_sarif(results: Results) -> _Json:
    """Return a SARIF log with one run.

    Source:
        Static Analysis Results Interchange Format (SARIF) Version 2.1.0, OASIS Standard, errata 01.
    """
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "wrapup-harness",
                        "version": results.tool_version,
                        "rules": [_rule(rule) for rule in results.rules],
                    }
                },
                "automationDetails": {"id": _automation_id(results)},
                "invocations": [_invocation(results)],
                "artifacts": _artifacts(results),
                "results": [
                    _result(results, case) for case in results.cases if case.verdict in ("failed", "waived", "unknown")
                ],
                "columnKind": "unicodeCodePoints",
                "properties": _provenance(results),
            }
        ],
    }


def fingerprint(rule_id: str, subject: str, identity: Identity | None) -> str:
    """Return what a finding is recognised by in other runs: the rule and the subject's strongest identity, hashed.

    Args:
        rule_id: The rule's id.
        subject: The subject's label; only used for a case that met no subject.
        identity: The platform's id counts most, then the resource address, then kind and exact name.
    """
    if identity is None:
        strongest = ["label", subject]
    elif identity.id is not None:
        strongest = ["id", identity.kind, identity.id]
    elif identity.address is not None:
        strongest = ["address", identity.kind, identity.address]
    else:
        strongest = ["name", identity.kind, identity.name]
    text = json.dumps([rule_id, *strongest])
    return hashlib.sha256(text.encode()).hexdigest()


def _rule(rule: RuleResult) -> _Json:
    facts = [
        ("Asks", rule.applies),
        ("Why", rule.why),
        ("Fix", rule.fix),
        ("Owner", rule.owner),
        ("Controls", ", ".join(rule.controls) or None),
        ("Facts from", rule.source),
    ]
    told = [(label, plain(text)) for label, text in facts if text]
    title = plain(rule.title)
    descriptor: _Json = {
        "id": rule.id,
        "shortDescription": {"text": title},
        "fullDescription": {"text": plain(rule.why or rule.title)},
        "help": {
            "text": "\n".join([title, *(f"{label}: {text}" for label, text in told)]),
            "markdown": "\n\n".join(
                [f"**{_markdown(title)}**", *(f"**{label}:** {_markdown(text)}" for label, text in told)]
            ),
        },
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": _some(
            severity=rule.severity,
            counts=rule.counts,
            check=rule.check,
            owner=rule.owner,
            tags=["wrap-up", rule.severity, *rule.controls],
        ),
    }
    if url := _URL.search(rule.fix or "") or _URL.search(rule.why or ""):
        descriptor["helpUri"] = url[0]
    return descriptor


def _result(results: Results, case: CaseResult) -> _Json:
    rule = results.rules[case.rule]
    key = fingerprint(rule.id, case.subject, case.identity)
    # Who wrote the resource mends it there; the policy's line says why it is wrong.
    location: _Json = {
        "physicalLocation": _physical(case.source or rule.position),
        "logicalLocations": [_logical(case)],
    }
    result: _Json = {
        "ruleId": rule.id,
        "ruleIndex": case.rule,
        # A level other than "none" is for findings alone.
        "kind": "open" if case.verdict == "unknown" else "fail",
        "level": "none" if case.verdict == "unknown" else LEVELS[rule.severity],
        "message": {"text": _message(case)},
        "locations": [location],
        # GitHub reads the second alone, and makes one of its own from the policy's line when it is missing: then all
        # findings of a rule would be one alert.
        "partialFingerprints": {"wrapupFinding/v1": key, "primaryLocationLineHash": f"{key[:16]}:1"},
        "properties": _some(
            verdict=case.verdict,
            severity=rule.severity,
            counts=results.counts(case),
            owner=rule.owner,
            queue=case.queue,
            division=case.division,
            knownSince=case.known_since,
            change=case.change,
            evidence=case.evidence or None,
        ),
    }
    if case.source is not None:
        policy: _Json = {"physicalLocation": _physical(rule.position), "message": {"text": "the rule"}}
        result["relatedLocations"] = [policy]
    if suppressions := _suppressions(results, case):
        result["suppressions"] = suppressions
    return result


def _message(case: CaseResult) -> str:
    """Return a result's text. What would read as an embedded link is broken: names come from an org."""
    facts = [f"{finding.observed}; expected: {finding.expected}" for finding in case.findings]
    if case.reason:
        facts.append(case.reason)
    text = plain(f"{case.subject}: {'; '.join(facts) or 'could not be judged'}")
    return text.replace("](", "\\](")


def _suppressions(results: Results, case: CaseResult) -> list[_Json]:
    if case.verdict == "waived" and case.waiver is not None:
        return [_waiver(results.waivers[case.waiver])]
    if case.known_since is not None:
        return [
            {
                "kind": "external",
                "status": "accepted",
                "justification": f"in the baseline since {case.known_since}",
            }
        ]
    return []


def _waiver(waiver: WaiverResult) -> _Json:
    return {
        "kind": "external",
        "status": "accepted",
        "justification": plain(f"{waiver.reason} (waived until {waiver.until} by {waiver.by})"),
        "location": {"physicalLocation": _physical(waiver.position)},
        "properties": _some(
            expires=waiver.until,
            by=waiver.by,
            approvedBy=waiver.approved_by,
            ticket=waiver.ticket,
        ),
    }


def _logical(case: CaseResult) -> _Json:
    identity = case.identity
    if identity is None:
        return {"name": plain(case.subject)}
    return _some(
        name=plain(case.subject),
        kind=identity.kind,
        fullyQualifiedName=case.resource or identity.address or identity.id,
    )


def _physical(position: Position) -> _Json:
    region: _Json = {"startLine": position.line or 1}
    if position.line and position.column:
        region["startColumn"] = position.column
    return {"artifactLocation": _artifact_location(position.path), "region": region}


def _artifact_location(path: str) -> _Json:
    file = PurePath(path)
    if file.is_absolute():
        return {"uri": f"file://{quote(file.as_posix())}"}
    return {"uri": quote(file.as_posix()), "uriBaseId": "%SRCROOT%"}


def _artifacts(results: Results) -> list[_Json]:
    files = {policy.path: policy.sha256 for policy in results.policies}
    for policy in results.policies:
        files |= {file.path: file.sha256 for file in policy.files}
    return [
        {
            "location": _artifact_location(path),
            "roles": ["userSpecifiedConfiguration"],
            "hashes": {"sha-256": sha256},
        }
        for path, sha256 in files.items()
    ]


def _invocation(results: Results) -> _Json:
    notices: list[tuple[str, str]] = []
    if results.partial is not None:
        notices.append(("error", results.partial))
    if results.selected is not None:
        notices.append(("warning", results.selected))
    notices += [("warning", f"{resource} was not fully seen: {why}") for resource, why in results.org.gaps.items()]
    if results.plan is not None:
        notices += [("warning", f"the plan: {it.subject} {it.detail}") for it in results.plan.changes]
    if results.baseline is not None:
        notices += [("note", f"stale in the baseline: {entry}") for entry in results.baseline.stale]
    return {
        "executionSuccessful": results.partial is None,
        "exitCode": results.exit_code,
        "exitCodeDescription": headline(results).sentence,
        "startTimeUtc": results.started_at,
        "toolExecutionNotifications": [{"level": level, "message": {"text": plain(text)}} for level, text in notices],
    }


def _automation_id(results: Results) -> str:
    # Two runs are of one kind when the same org is judged in the same environment; the last part is the run's own.
    parts: Sequence[str] = ["wrapup", results.org.name, *([results.environment] if results.environment else [])]
    return "/".join(quote(part, safe="") for part in parts) + "/"


def _provenance(results: Results) -> _Json:
    org = results.org
    return _some(
        organisation=_some(
            name=org.name,
            id=org.id,
            kind=org.kind,
            location=org.location,
            region=org.region,
            recordedAt=org.recorded_at,
            sha256=org.sha256,
        ),
        environment=results.environment,
        failOn=results.fail_on,
        runBy=results.run_by,
        verdicts=results.tally(),
        baseline=results.baseline.path if results.baseline else None,
        plan=results.plan.location if results.plan else None,
        fixed=[f"{results.rules[it.rule].id} {it.subject}" for it in results.plan.fixed] if results.plan else None,
    )


def _some(**values: Any) -> _Json:
    """Return what is there: SARIF has no null."""
    return {name: value for name, value in values.items() if value is not None}


def _markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)
