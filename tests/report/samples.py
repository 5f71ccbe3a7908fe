"""Results documents for the report's tests: small ones by hand, and one of a believable size."""

import random
from typing import Any

from harness.model import Identity, Position
from harness.model.names import printable
from harness.model.verdict import Severity, Verdict
from harness.policy.model import UsedFile
from harness.report.results import (
    CaseResult,
    FindingResult,
    OrgResult,
    PolicyResult,
    Results,
    RuleResult,
    WaiverResult,
)

PATH = "suites/gate/retail.policy.yaml"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "</style><svg onload=alert(3)>",
    "{{ 7 * 7 }} {% raw %}",
    '=HYPERLINK("https://evil.example","x")',
    "Sales \u202efdp.exe",
    "N" * 300,
    "قسم المبيعات",
    "x\n::error::",
    "' onmouseover='alert(4)",
)


def a_rule(id: str = "RTL-001", *, severity: Severity = "major", counts: bool = True, **fields: Any) -> RuleResult:
    given: dict[str, Any] = {
        "policy": 0,
        "title": "A queue demands a wrap-up code",
        "kind": "queue",
        "applies": "prompt.mandatory (allowed: [MANDATORY])",
        "position": Position(PATH, 14, 5),
        **fields,
    }
    return RuleResult(id=id, severity=severity, counts=counts, **given)


def a_case(verdict: Verdict = "passed", subject: str = "queue Billing", *, rule: int = 0, **fields: Any) -> CaseResult:
    kind, _, name = subject.partition(" ")
    given: dict[str, Any] = {"identity": Identity(kind, name), **fields}
    if verdict in ("failed", "waived"):
        given.setdefault("findings", (FindingResult(observed="prompt is OPTIONAL", expected="MANDATORY"),))
    return CaseResult(rule=rule, subject=printable(subject), verdict=verdict, **given)


def a_waiver(**fields: Any) -> WaiverResult:
    given: dict[str, Any] = {
        "policy": 0,
        "rule": "RTL-001",
        "subject": "queue Legacy*",
        "until": "2026-12-31",
        "by": "claims-operations",
        "reason": "Closed with the claims migration.",
        "state": "active",
        "days_left": 40,
        "position": Position(PATH, 90),
        **fields,
    }
    return WaiverResult(**given)


def a_run(*cases: CaseResult, rules: tuple[RuleResult, ...] | None = None, **fields: Any) -> Results:
    """A run of one rule (`RTL-001`) unless `rules` says otherwise."""
    given: dict[str, Any] = {
        "tool_version": "0.1.0",
        "started_at": "2026-11-21T09:30:00Z",
        "org": OrgResult(name="harbor", kind="recording", location="fixtures/harbor"),
        "policies": (PolicyResult(name="Retail policy", path=PATH, sha256="ab" * 32),),
        **fields,
    }
    return Results(cases=cases, rules=(a_rule(),) if rules is None else rules, **given)


_RULES: tuple[tuple[str, Severity, str, str, str, str | None], ...] = (
    ("queue", "critical", "Sales agents must choose a code", "prompt.mandatory (allowed: [MANDATORY])", "prompt is OPTIONAL", "one of MANDATORY, MANDATORY_TIMEOUT"),
    ("queue", "major", "After-call work stays within two minutes", "duration.limit (max: 120s, untimed: allow)", "timeout is 300 s", "at most 120 s"),
    ("queue", "minor", "A queue offers a list an agent can read", "size(queue.codes) <= 25", "size(queue.codes) is 38", "size(queue.codes) <= 25"),
    ("queue", "major", "A demanding queue offers codes", "prompt.offers_codes (at_least: 2)", "offers 0 codes", "at least 2"),
    ("definition", "major", "A mandatory definition is demanded everywhere", "prompt.definition", "queue Returns Desk does not demand a code", "every queue of a mandatory definition demands one"),
    ("definition", "minor", "An agreed duration is sane", "duration.definition (max: 300s)", "duration is 420 s", "at most 300 s"),
    ("assignment", "major", "The queue gives the time the code needs", "duration.agrees", "queue cuts at 30 s", "at least the definition’s 90 s"),
    ("assignment", "major", "The agents hold the skills the code needs", "skills.covered (at_least: 80%)", "6 of 14 agents hold claims_fr", "at least 80 %"),
    ("definition", "critical", "Required skills exist", "skills.exist", "skill claims_it does not exist", "an active skill"),
    ("queue", "minor", "Every queue is staffed", "skills.staffed (at_least: 1)", "0 active agents", "at least 1"),
    ("queue", "minor", "Every queue has a channel", "channels.configured", "no channel is declared", "at least one"),
    ("assignment", "minor", "A code suits the queue’s channels", "channels.compatible (mode: any)", "queue serves voice", "email"),
    ("definition", "critical", "The CRM understands every definition", "crm.mapped", "maps to 'WON_ENTREPRISE'", "an active value; did you mean 'WON_ENTERPRISE'?"),
    ("code", "major", "A code that agents can pick is mapped", "crm.undefined", "no definition", "a definition to map by"),
    ("disposition", "advice", "Every disposition can be reached", "crm.reachable", "no definition maps to it", "at least one"),
    ("code", "critical", "Do-not-call codes carry their flags", "crm.outbound_flags (flags: {do_not_call: [NUMBER_UNCALLABLE]})", "flags are RIGHT_PARTY_CONTACT", "NUMBER_UNCALLABLE"),
    ("flags", "minor", "No flags for deleted codes", "crm.stale_flags", "no such code", "a live code"),
    ("code", "minor", "A code is named by the convention", "naming.pattern (regex: ^[A-Z])", "name starts with a small letter", "^[A-Z]"),
    ("code", "advice", "A name fits in the agent’s list", "naming.max_length (limit: 40)", "name has 47 characters", "at most 40"),
    ("code", "advice", "A code says what it is for", "naming.described (at_least: 10)", "no description", "at least 10 characters"),
    ("code", "major", "No two codes read the same", "naming.unique", "name is also used by code 3f0c7d5e", "a name of its own"),
    ("code", "minor", "No two codes nearly read the same", "naming.similar (at_most: 92%)", "96 % like 'Refund approved'", "at most 92 %"),
    ("code", "major", "Every code is agreed", "catalogue.known", "is in no catalogue", "a definition"),
    ("definition", "minor", "A code is spelt as agreed", "catalogue.spelling", "the org spells it 'Refund  Paid'", "exactly 'Refund Paid'"),
    ("definition", "major", "What was agreed is deployed", "catalogue.deployed", "is missing on queue Claims FR", "offered on every queue that it names"),
    ("queue", "minor", "Exactly one default code", "catalogue.default", "2 default codes", "exactly 1"),
    ("queue", "critical", "Claims queues offer the complaint code", "catalogue.required (codes: [Complaint])", "does not offer Complaint", "Complaint"),
    ("queue", "major", "Retired codes are offered nowhere", "catalogue.forbidden (codes: [Old *])", "offers Old Refund", "none of Old *"),
    ("code", "minor", "No code is offered nowhere", "catalogue.orphan", "offered on no queue", "at least one queue"),
    ("definition", "major", "Identifiers are used once", "catalogue.unique", "SALE_ENT_50K is used twice", "once"),
    ("assignment", "major", "Codes stay in their division", "divisions.aligned (all_divisions: allow)", "code is in Claims, queue in Sales", "one division"),
    ("queue", "minor", "A queue says what it is for", "naming.described", "no description", "a description"),
    ("queue", "advice", "Night queues are timed", "queue.acw.timed", "queue.acw.timed is false", "queue.acw.timed"),
    ("membership", "minor", "Bilingual queues have bilingual agents", '"fr" in agent.languages', "agent.languages is [en]", '"fr" in agent.languages'),
    ("mapping", "minor", "Mappings agree with the catalogue", "mapping.disposition == definition.crm", "", ""),
)  # fmt: skip
_QUEUES = (
    "Billing", "Enterprise Sales", "Retail Sales", "Returns Desk", "Claims Intake", "Claims FR", "Sinistres Habitation",
    "Service client", "Réclamations", "Loyalty", "Outbound Renewals", "Web Chat", "Store Support", "Fraud Watch",
    "VIP", "Night Line", "Travel Claims", "Motor Claims", "Glass Claims", "Recouvrement", "Back Office", "Legacy Claims",
    "Legacy Returns", "Gift Cards", "Delivery", "Click & Collect", "Wholesale", "Payments", "Escalations", "Onboarding",
)  # fmt: skip
_DIVISIONS = ("Sales", "Claims", "Care", "France")
_CONTROLS = ("SOX-ITGC-12", "internal CC-4", "ISO 27001 A.5.33", "PCI DSS 10.2")


def a_believable_run(cases_of_a_rule: int = 17) -> Results:
    """35 rules, 40 queues, about 600 cases, every verdict, every state of a waiver, hostile names."""
    chance = random.Random(7)  # noqa: S311 - the same sample every time, nothing secret
    queues = (*_QUEUES, *HOSTILE)
    waivers = _waivers()
    rules = tuple(
        a_rule(
            f"RTL-{number:03}",
            severity=severity,
            counts=severity != "advice",
            title=title,
            kind=kind,
            applies=applies,
            check=applies.partition(" ")[0] if "." in applies.partition(" ")[0] else None,
            where='queue.division == "Sales"' if number == 1 else None,
            why=f"Finance and claims reconcile every night; “{title}” keeps that true.",
            fix="Admin > Contact Center > Queues > (queue) > After Call Work" if kind == "queue" else None,
            owner="cx-platform@retail.example" if number % 3 else None,
            controls=(_CONTROLS[number % 4], _CONTROLS[(number + 1) % 4])[: number % 3],
            source="GET /api/v2/routing/queues",
            position=Position(PATH, 20 + 9 * number, 5),
        )
        for number, (kind, severity, title, applies, *_) in enumerate(_RULES, start=1)
    )
    cases = [
        CaseResult(rule=32, subject="no subject", verdict="unknown", reason="`where` matches none of 40 queues; did you mean 'Night Line'?"),
        CaseResult(rule=34, subject="no subject", verdict="not applicable", reason="no mapping file is named"),
    ]  # fmt: skip
    cases += [a_case("failed", f"queue {name}", rule=1, queue=printable(name), division="Care") for name in HOSTILE]
    for index, (kind, _, _, _, observed, expected) in enumerate(_RULES):
        if index in (32, 34):
            continue
        for number in range(cases_of_a_rule):
            queue = queues[(index * 5 + number * 3) % len(queues)]
            cases.append(_believable(chance, index, kind, queue, observed, expected or ""))
    return a_run(
        *cases,
        rules=rules,
        waivers=waivers,
        run_by="ci job 4711",
        environment="production",
        exit_code=1,
        org=OrgResult(
            name="harbor",
            kind="recording",
            location="fixtures/harbor",
            id="3f0c7d5e-0000-4000-8000-000000000001",
            region="eu-west-2",
            recorded_at="2026-11-18T22:05:00Z",
            recorded_by="wrapup 0.1.0",
            sha256="0123456789abcdef" * 4,
            counts={"queues": 40, "codes": 90, "agents": 250, "skills": 30, "divisions": 4},
            gaps={"outbound_mapping": "the token lacks outbound:wrapupCodeMapping:view"},
        ),
        policies=(
            PolicyResult(
                name="Retail contact centre wrap-up policy",
                path=PATH,
                sha256="fedcba9876543210" * 4,
                owner="cx-platform@retail.example",
                version="3",
                timezone="Europe/London",
                files=(
                    UsedFile("policy", PATH, "fedcba9876543210" * 4),
                    UsedFile("catalogue", "suites/gate/retail.catalogue.yaml", "ab" * 32),
                    UsedFile("crm", "suites/gate/salesforce-dispositions.json", "cd" * 32),
                ),
            ),
        ),
    )


def _waivers() -> tuple[WaiverResult, ...]:
    return (
        a_waiver(rule="RTL-002", subject="queue Legacy*", approved_by="compliance", ticket="CHG-1234", covers=("queue Legacy Claims", "queue Legacy Returns")),
        a_waiver(rule="RTL-003", subject="queue Back Office", state="ending", days_left=9, until="2026-11-30", approved_by="compliance", covers=("queue Back Office",)),
        a_waiver(rule="RTL-001", subject="queue Wholesale", state="expired", days_left=-12, until="2026-11-09", ticket="CHG-1100", covers=("queue Wholesale",)),
        a_waiver(rule="RTL-019", subject="code Old *", state="stale", days_left=70, until="2027-01-30", id="5c1f0000-0000-4000-8000-00000000beef"),
    )  # fmt: skip


def _believable(chance: random.Random, rule: int, kind: str, queue: str, observed: str, expected: str) -> CaseResult:
    name = {"queue": queue, "assignment": f"Refund @ {queue}", "membership": f"agent-4b2a6da1 @ {queue}"}.get(
        kind, f"{chance.choice(['Refund', 'Sale', 'Complaint', 'Rappel'])} {chance.randrange(90)} {queue[:12]}"
    )
    about_queue = printable(queue) if kind in ("queue", "assignment", "membership") else None
    verdict: Verdict = chance.choices(
        ("passed", "failed", "unknown", "waived", "not applicable"), (80, 10 if rule % 4 else 2, 3, 2, 8)
    )[0]
    division = chance.choice(_DIVISIONS)
    if rule == 15 and verdict != "not applicable":
        verdict = "unknown"
    fields: dict[str, Any] = {}
    if verdict == "unknown":
        fields["reason"] = (
            "the outbound mapping is unknown: the token lacks outbound:wrapupCodeMapping:view"
            if rule == 15
            else "the queue's members are unknown: group 91ab could not be resolved"
        )
    if verdict == "not applicable":
        fields["reason"] = "the prompt is OPTIONAL" if rule % 2 else "the definition has no duration"
    if verdict == "waived":
        fields["waiver"], fields["reason"] = rule % 4, "waived until 2026-12-31 by claims-operations (CHG-1234)"
    if verdict in ("failed", "waived"):
        first = FindingResult(observed=observed, expected=expected)
        fields["findings"] = (first, FindingResult(observed="and once more", expected=expected))[
            : 1 + chance.randrange(8) // 7
        ]
        fields["evidence"] = {"queue.acw.timeout_s": "300", "queue.division": division} if rule in (2, 31, 33) else {}
        fields["notes"] = ("a stored timeout of 30 s is ignored: the prompt is MANDATORY",) if rule == 1 else ()
    if verdict == "failed" and rule == 0:
        fields["reason"] = "the waiver until 2026-11-09 has expired"
    return a_case(verdict, f"{kind} {name}", rule=rule, queue=about_queue, division=division, **fields)  # fmt: skip
