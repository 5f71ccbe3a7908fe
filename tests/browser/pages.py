"""Runs of any size, and one of a plan, for pages that are looked at in a browser."""

import random
from typing import Any

from harness.model import Identity, Position
from harness.model.verdict import Severity, Verdict
from harness.orgs.plan_changes import PlanChange
from harness.report.results import CaseResult, FindingResult, FixedResult, OrgResult, PlanResult, Results
from tests.report.samples import HOSTILE, a_case, a_rule, a_run, a_waiver

__all__ = ["a_large_run", "a_plan_run"]

_SEVERITIES: tuple[Severity, ...] = ("critical", "major", "minor", "advice")
_NAMES = ("Billing", "Sales", "Claims", "Returns", "Loyalty", "Care", "Service", "Night", "Fraud", "Réclamations")
_CODES = ("Refund", "Sale", "Complaint", "Callback", "Other")


def a_large_run(cases: int, *, rules: int = 20) -> Results:
    """Return a run of queues and assignments: every tenth case fails, every verdict is there, each queue has an id."""
    chance = random.Random(1)  # noqa: S311 - the same sample every time, nothing secret
    applied = tuple(
        a_rule(
            f"GEN-{number:03}",
            severity=_SEVERITIES[number % 4],
            counts=number % 4 != 3,
            title=f"Generated rule {number} holds for its subjects",
            kind="queue" if number % 2 else "assignment",
            why="Finance reconciles every night.",
            fix="Admin > Contact Center > Queues",
            owner=("ops@retail.example", "claims@retail.example", None)[number % 3],
            controls=("CC-4",),
        )
        for number in range(rules)
    )
    queues = [(f"{_NAMES[at % 10]} {at:04}", f"{at:08x}-0000-4000-8000-{at:012x}") for at in range(cases // rules)]
    return a_run(
        *(
            _large(chance, number, rule.kind, at, name, queue_id)
            for number, rule in enumerate(applied)
            for at, (name, queue_id) in enumerate(queues)
        ),
        rules=applied,
        waivers=(a_waiver(),),
        exit_code=1,
        org=OrgResult(name="harbor", kind="recording", location="fixtures/harbor", region="eu-west-1"),
    )


def _large(chance: random.Random, rule: int, kind: str, at: int, queue: str, queue_id: str) -> CaseResult:
    code = _CODES[at % 5]
    name, own_id = (queue, queue_id) if kind == "queue" else (f"{code} @ {queue}", f"{code.lower()}-id@{queue_id}")
    fields: dict[str, Any] = {}
    drawn = (at + 7 * rule) % 20
    verdict: Verdict = "passed"
    if drawn < 2:
        verdict = "failed"
        timeout = chance.randrange(121, 900)
        fields["findings"] = (FindingResult(observed=f"timeout is {timeout} s", expected="at most 120 s"),)
        fields["evidence"] = {"queue.acw.timeout_s": str(timeout)}
    elif drawn == 2:
        verdict, fields["reason"] = "unknown", "the queue's members are unknown: group 91ab could not be resolved"
    elif drawn == 3:
        verdict, fields["waiver"], fields["reason"] = "waived", 0, "waived until 2026-12-31 by claims-operations"
    elif drawn < 6:
        verdict, fields["reason"] = "not applicable", "the prompt is OPTIONAL"
    division = ("Sales", "Claims", "Care", "France")[at % 4]
    identity = Identity(kind, name, own_id)
    return a_case(verdict, f"{kind} {name}", rule=rule, identity=identity, queue=queue, division=division, **fields)


def a_plan_run() -> Results:
    """Return the run of a plan over an org, with every kind of change and hostile names."""
    source = Position("modules/queues/main.tf", 14)
    introduced = [
        a_case(
            "failed",
            f"queue {name}",
            queue=name,
            change="introduced",
            resource=f'module.q.genesyscloud_routing_queue.q["{name}"]',
            source=source,
        )
        for name in ("Fresh", "Second", *HOSTILE, *(f"Made {number}" for number in range(10)))
    ]
    return a_run(
        *introduced,
        a_case("failed", "queue Old", queue="Old", change="before"),
        a_case("passed", "queue Fine", queue="Fine"),
        exit_code=1,
        plan=PlanResult(
            location="plan.json",
            sha256="ab" * 32,
            terraform_version="1.9.5",
            base="fixtures/harbor",
            changes=(
                PlanChange(kind="deleted in use", subject="code Refund", detail="is deleted while it is offered on queue 'Billing'", address="genesyscloud_routing_wrapupcode.refund"),
                PlanChange(kind="new id", subject="code Sale", detail="gets a new id, so that its history splits"),
                PlanChange(kind="loses its last code", subject=f"queue {HOSTILE[0]}", detail="offers codes today and will offer none"),
            ),
            fixed=(FixedResult(rule=0, subject="queue Mended", observed=("prompt is OPTIONAL",)),),
        ),
    )  # fmt: skip
