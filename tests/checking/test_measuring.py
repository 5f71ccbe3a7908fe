"""Rules about usage, from evidence to verdicts: the language's words about evidence, given, missing and incomplete."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.checking import Case, RuleRun, judge
from harness.evidence.measurer import Measurer, measurer
from harness.model import Org, unknown
from harness.model.tiny import an_org
from harness.policy import Policy
from tests.evidence.evidence_folder import START, a_handling, write_evidence

ORG = an_org(queues={"Billing": ["Sale", "Refund"], "Desk": ["Sale"]})
TIMEOUT = "ININ-WRAP-UP-TIMEOUT"
RULES = "- {id: U, check: usage.timeouts, with: {at_most: 10%}, severity: major}"
PolicyOf = Callable[..., Policy]
EvidenceOf = Callable[..., Measurer]


@pytest.fixture
def evidence(tmp_path: Path) -> EvidenceOf:
    def of(rows: Iterable[Mapping[str, Any]]) -> Measurer:
        return measurer(write_evidence(tmp_path / "evidence", rows))

    return of


def timed_out(part: int, whole: int, **fields: Any) -> list[dict[str, Any]]:
    return [a_handling(f"c{at:03}", TIMEOUT if at < part else "code-1", **fields) for at in range(whole)]


def one(runs: list[RuleRun]) -> Case:
    ((case,),) = [run.cases for run in runs]
    return case


def test_without_evidence_a_rule_is_not_applicable(policy_of: PolicyOf) -> None:
    rules = f"{RULES}\n- {{id: N, check: usage.unused, with: {{days: 7}}, severity: minor}}"
    for run in judge([policy_of(rules)], ORG):
        assert [(it.label, it.verdict, it.reason) for it in run.cases] == [
            ("no subject", "not applicable", "no evidence was given")
        ]


def test_evidence_that_is_not_to_be_had_is_unknown_once_for_each_rule(policy_of: PolicyOf) -> None:
    rules = f"{RULES}\n- {{id: N, check: usage.unused, with: {{days: 7}}, severity: minor}}"
    gap = unknown("what agents did", "evidence: there is no such folder")
    for run in judge([policy_of(rules)], ORG, evidence=gap):
        assert [(it.verdict, it.reason) for it in run.cases] == [("unknown", "evidence: there is no such folder")]


def test_evidence_without_handlings_is_no_pass(policy_of: PolicyOf, evidence: EvidenceOf) -> None:
    case = one(judge([policy_of(RULES)], ORG, evidence=evidence([])))
    assert case.verdict == "unknown"
    assert case.reason == "the evidence holds no handlings; if that is right, set `must_match: false`"


def test_a_number_that_breaks_its_rule_comes_with_conversations(policy_of: PolicyOf, evidence: EvidenceOf) -> None:
    case = one(judge([policy_of(RULES)], ORG, evidence=evidence(timed_out(2, 10))))
    assert (case.label, case.verdict) == ("usage Billing", "failed")
    assert [(it.observed, it.expected) for it in case.findings] == [("2 of 10 wrap-ups timed out (20%)", "at most 10%")]
    assert case.notes[-1] == "conversations: c000, c001"
    assert case.figure is not None
    assert (case.figure.part, case.figure.whole, case.figure.conversations) == (2, 10, ("c000", "c001"))
    assert case.figure.complete_until == "2026-11-01T00:00:00Z"


def test_many_conversations_are_the_first_ten(policy_of: PolicyOf, evidence: EvidenceOf) -> None:
    case = one(judge([policy_of(RULES)], ORG, evidence=evidence(timed_out(12, 20))))
    assert case.notes[-1].startswith("conversations, the first 10: c000, c001, ")


def test_a_number_that_is_right_is_reported_too(policy_of: PolicyOf, evidence: EvidenceOf) -> None:
    case = one(judge([policy_of(RULES)], ORG, evidence=evidence(timed_out(1, 10))))
    assert case.verdict == "passed"
    assert case.notes == ("1 of 10 wrap-ups timed out (10%); data complete until 2026-11-01 00:00 UTC",)


@pytest.mark.parametrize(
    ("check", "rule"),
    [("usage.timeouts", "at_most: 20%"), ("usage.coded", "at_least: 80%")],
    ids=["at most", "at least"],
)
def test_a_warning_passes_and_says_so(policy_of: PolicyOf, evidence: EvidenceOf, check: str, rule: str) -> None:
    """It looks from the rule's threshold in the direction of the parameter: stricter."""
    warn = "5%" if "most" in rule else "95%"
    rules = f"- {{id: U, check: {check}, with: {{{rule}}}, warn_at: {warn}, severity: major}}"
    case = one(judge([policy_of(rules)], ORG, evidence=evidence(timed_out(1, 10))))
    assert case.verdict == "passed"
    assert case.notes[1].startswith("warning: ")
    assert case.notes[2] == "conversations: c000"
    assert case.figure is not None
    assert case.figure.warned


def test_a_warning_that_hangs_on_untold_handlings_is_no_silence(policy_of: PolicyOf, evidence: EvidenceOf) -> None:
    rules = "- {id: U, check: usage.timeouts, with: {at_most: 50%}, warn_at: 5%, severity: major}"
    rows = [*timed_out(0, 10), a_handling("d", TIMEOUT, pending=None)]
    case = one(judge([policy_of(rules)], ORG, evidence=evidence(rows)))
    assert case.verdict == "passed"
    assert case.notes[1].startswith("whether to warn: the share of wrap-ups timed out is unknown")


def test_scopes_choose_queues_and_what_has_none_is_outside(policy_of: PolicyOf, evidence: EvidenceOf) -> None:
    rows = [*timed_out(0, 2), *timed_out(2, 2, queue_id="queue-2"), *timed_out(2, 2, queue_id=None)]
    rules = f"{RULES[:-1]}, where: queue.name == 'Billing'}}"
    assert one(judge([policy_of(rules)], ORG, evidence=evidence(rows))).label == "usage Billing"


def test_a_scope_over_a_queue_that_is_gone_is_unknown(policy_of: PolicyOf, evidence: EvidenceOf) -> None:
    rules = f"{RULES[:-1]}, where: queue.name == 'Billing'}}"
    case = one(judge([policy_of(rules)], ORG, evidence=evidence(timed_out(0, 2, queue_id="queue-9"))))
    assert (case.label, case.verdict) == ("usage queue-9", "unknown")
    assert case.reason == (
        "its scope could not be judged: the queue is unknown: the recording does not hold it: it may be deleted"
    )


def test_expressions_read_the_numbers(policy_of: PolicyOf, evidence: EvidenceOf) -> None:
    rules = """
        - {id: A, severity: minor, for: usage, expect: usage.timed_out * 10 <= usage.wrapped}
        - {id: B, severity: minor, for: usage, expect: usage.share < 0.5}
        - {id: C, severity: minor, for: usage, expect: 'usage.acw_p95_s <= 40.0 && usage.acw_mean_s == 30.0'}
        - {id: D, severity: minor, for: usage, expect: usage.share < 0.5 || code.name == 'Sale'}
        - {id: E, severity: minor, for: usage, expect: usage.complete_until > timestamp('2026-10-31T00:00:00Z')}
    """
    a, b, c, d, e = judge([policy_of(rules)], ORG, evidence=evidence(timed_out(1, 10)))
    code = ORG.code_by_id["code-1"].name
    assert [it.verdict for run in (a, b, c, e) for it in run.cases] == ["passed", "failed", "passed", "passed"]
    assert [(it.label, it.verdict) for it in d.cases] == [
        (f"usage {code} @ Billing", "passed" if code == "Sale" else "failed")
    ]
    assert b.cases[0].findings[0].observed == "usage.share is 0.9"


def test_an_expression_over_untold_numbers_is_unknown(policy_of: PolicyOf, evidence: EvidenceOf) -> None:
    rules = "- {id: A, severity: minor, for: usage, expect: usage.handled > 0}"
    case = one(judge([policy_of(rules)], ORG, evidence=evidence([a_handling(), a_handling("d", pending=None)])))
    assert case.verdict == "unknown"
    assert case.reason == "usage.handled is unknown: the evidence does not tell enough about 1 handlings"


def test_a_check_of_ones_own_gets_every_number(policy_of: PolicyOf, evidence: EvidenceOf) -> None:
    own = """
from collections.abc import Iterator
from harness.checks import check
from harness.model import Org
from harness.model.usage import Usage


@check(source="ours")
def busy(usage: Usage, org: Org, *, at_least: int) -> Iterator[str]:
    \"\"\"A queue is busy.\"\"\"
    if usage.handled < at_least:
        yield f"{usage.handled} handlings, {usage.timed_out} timed out, p95 {usage.acw_p95_ms} ms"
"""
    rules = "- {id: A, severity: minor, check: own.busy, with: {at_least: 20}}"
    case = one(judge([policy_of(rules, own=own)], ORG, evidence=evidence(timed_out(1, 10))))
    assert case.findings[0].observed == "10 handlings, 1 timed out, p95 30000 ms"


def test_channels_in_use_stand_in_for_declared_ones(policy_of: PolicyOf, evidence: EvidenceOf) -> None:
    rules = "- {id: A, severity: minor, for: queue, expect: '\"email\" in queue.channels'}"
    (run,) = judge([policy_of(rules)], ORG, evidence=evidence([a_handling(channel="email")]))
    assert [(it.label, it.verdict) for it in run.cases] == [("queue Billing", "passed"), ("queue Desk", "unknown")]


def test_rules_of_one_run_share_the_numbers_and_keep_their_parameters(
    policy_of: PolicyOf, evidence: EvidenceOf
) -> None:
    rules = """
        - {id: A, severity: minor, check: usage.limit, with: {max: 20s, at_most: 50%}}
        - {id: B, severity: minor, check: usage.limit, with: {max: 40s, at_most: 50%}}
        - {id: C, severity: minor, check: usage.limit, with: {max: 20s, at_most: 50%, channel: email, from: 1}}
    """
    runs = judge([policy_of(rules)], ORG, evidence=evidence(timed_out(1, 10)))
    assert [one([run]).verdict for run in runs] == ["failed", "passed", "not applicable"]


def crm_policy(policy_of: PolicyOf, tmp_path: Path, records: str) -> Policy:
    (tmp_path / "crm.csv").write_text(f"conversation_id,disposition\n{records}", encoding="utf-8")
    policy = policy_of("- {id: A, severity: minor, check: naming.unique}")
    text = (
        Path(policy.path)
        .read_text(encoding="utf-8")
        .partition("rules:")[0]
        .replace("uses: {", "uses: {crm_export: crm.csv, ")
    )
    Path(policy.path).write_text(
        f"{text}rules:\n  - {{id: R, severity: major, check: usage.reconciled, with: {{at_least: 90%}}}}\n",
        encoding="utf-8",
    )
    from harness.policy import load_policy

    return load_policy(policy.path)


def test_the_crm_is_held_against_what_agents_chose(policy_of: PolicyOf, evidence: EvidenceOf, tmp_path: Path) -> None:
    org: Org = an_org(queues={"Billing": ["Sale", "Refund"]})
    policy = crm_policy(policy_of, tmp_path, "c1,Won\nc2,Lost\nelsewhere,Won\n")
    rows = [a_handling("c1"), a_handling("c2"), a_handling("c3"), a_handling("c4", "code-2")]
    (run,) = judge([policy], org, evidence=evidence(rows))
    sale, refund, records = run.cases
    assert sale.findings[0].observed == ("1 of 3 wrap-ups shown as 'Won' (33.33%); 'Lost' 1; 1 missing in the CRM")
    assert sale.notes[-1] == "conversations: c2, c3"
    assert (refund.verdict, refund.reason) == ("not applicable", "the code maps to no disposition")
    assert (records.label, records.verdict) == ("usage no conversation", "not applicable")
    assert records.notes[-1] == "conversations: elsewhere"


def test_used_codes_pass_and_unused_ones_do_not(policy_of: PolicyOf, evidence: EvidenceOf) -> None:
    org = an_org(codes=["Sale", "Refund"])
    rules = "- {id: A, severity: minor, check: usage.unused, with: {days: 7}}"
    rows = [a_handling(started_at=START + timedelta(days=29)), a_handling("c2", "code-2")]
    (run,) = judge([policy_of(rules)], org, evidence=evidence(rows))
    assert [(it.label, it.verdict, it.reason) for it in run.cases] == [
        ("code Sale", "passed", None),
        ("code Refund", "unknown", "since when the code exists is unknown: it has no creation date"),
    ]
