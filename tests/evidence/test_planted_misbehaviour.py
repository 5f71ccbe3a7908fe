"""What agents of a sandbox did wrong is fetched and found, exactly; what only looks wrong is not."""

from pathlib import Path
from typing import Any

import pytest

from harness.checking import RuleRun, judge
from harness.evidence.measurer import measurer
from harness.model.lifecycle import Handling
from harness.model.verdict import Verdict
from harness.orgs.live import read_live
from harness.policy import load_policy
from harness.sandbox import State
from tests.evidence.planting import fetched, rows_of
from tests.operations.playing import Played
from tests.sandbox.playing import BEN, BILLING, REFUND, SALE, SUPPORT
from tests.sandbox.talking import ASKING, BARE, FORCED, FREE, TIMED, Talk, a_talking_state, passing

POLICY = """\
policy: What agents do
uses: {catalogue: agreed.yaml, crm: dispositions.csv, crm_export: crm.csv}
rules:
  - {id: CODED, check: usage.coded, with: {at_least: 90%, exempt: [transferred]}, severity: major}
  - {id: TIMEOUTS, check: usage.timeouts, with: {at_most: 10%}, severity: major}
  - {id: DEFAULT, check: usage.default_code, with: {at_most: 10%}, severity: major}
  - {id: LIMIT, check: usage.limit, with: {max: 90s, at_most: 10%}, severity: major}
  - {id: OFFERED, check: usage.offered, severity: major}
  - {id: DOMINANT, check: usage.dominant, with: {at_most: 80%}, severity: major}
  - {id: CHANGED, check: usage.changed, with: {at_most: 10%}, severity: major}
  - {id: RECONCILED, check: usage.reconciled, with: {at_least: 90%}, severity: major}
"""
AGREED = """\
catalogue: Agreed
definitions:
  - {name: Sale, wrapupCode: SALE, crmDisposition: Won}
  - {name: Refund, wrapupCode: REFUND, crmDisposition: Lost}
"""
OUTCOMES = {SALE["id"]: "Won", REFUND["id"]: "Lost"}


def coded(state: State, queue: Any, number: int, after_s: float = 20) -> None:
    """Let conversations of a queue be wrapped up, with either code in turn."""
    for turn in range(number):
        Talk(state, queue).wrapped_up((SALE, REFUND)[turn % 2], after_s)


def misbehaving() -> State:
    """Return an org in which each queue has one fault, and harmless things that look like some."""
    state = a_talking_state()
    coded(state, BILLING, 6)
    coded(state, BILLING, 4, after_s=200)  # too long
    handed_on = Talk(state).answered()  # transferred without a code: exempt
    handed_on.conversations.transfer(handed_on.id, SUPPORT["id"], BEN["id"])
    handed_on.wrapped_up(SALE, 7)
    coded(state, SUPPORT, 9)  # with Refund, which is taken off the queue below
    coded(state, FREE, 7)
    for _ in range(3):
        skipped = Talk(state, FREE).hung_up()
        skipped.conversations.act(skipped.id, None, Handling.skip)
    coded(state, TIMED, 7)
    for _ in range(3):
        Talk(state, TIMED).hung_up()  # nobody writes a code in time
        passing(state, 100)
    for _ in range(10):
        asked = Talk(state, ASKING).answered()
        asked.conversations.act(asked.id, None, Handling.request_acw)
        passing(state, 30)
        asked.conversations.hang_up(asked.id)
        asked.conversations.wrap_up(asked.id, SALE["id"])  # one code dominates
    coded(state, FORCED, 7)
    for _ in range(3):
        changed = Talk(state, FORCED).wrapped_up(REFUND, 5)
        passing(state, 60)
        changed.conversations.wrap_up(changed.id, SALE["id"])
    Talk(state, BARE).hung_up()  # still wrapping up: not judged
    unanswered = Talk(state, TIMED)
    passing(state, 20)
    unanswered.conversations.disconnect(unanswered.id)
    passing(state, 6 * 3600)
    return state


def judged(tmp_path: Path, *, wrong_for: Any) -> list[RuleRun]:
    """Fetch from the sandbox, write the CRM's side of it, and judge."""
    played = Played(misbehaving())
    played.client.delete(f"/api/v2/routing/queues/{SUPPORT['id']}/wrapupcodes/{REFUND['id']}")
    gathered = fetched(played, tmp_path / "evidence")
    records = ["conversation_id,disposition"]
    for row in rows_of(gathered.evidence):
        if row.final_code_id in OUTCOMES and not row.transferred:
            wrong = row.queue_id == wrong_for["id"]
            records.append(f"{row.conversation_id},{'Unknown' if wrong else OUTCOMES[row.final_code_id]}")
    for name, text in (
        ("crm.csv", "\n".join(records) + "\n"),
        ("dispositions.csv", "value\nWon\nLost\n"),
        ("agreed.yaml", AGREED),
        ("p.policy.yaml", POLICY),
    ):
        (tmp_path / name).write_text(text)
    policy = load_policy(tmp_path / "p.policy.yaml")
    return judge([policy], read_live(played.client), evidence=measurer(tmp_path / "evidence"), now=played.time.now())


def cases(runs: list[RuleRun], verdict: Verdict) -> set[tuple[str, str]]:
    return {(run.rule.id, case.label) for run in runs for case in run.cases if case.verdict == verdict}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[RuleRun]:
    return judged(tmp_path_factory.mktemp("misbehaving"), wrong_for=FORCED)


def test_exactly_what_was_planted_is_found(runs: list[RuleRun]) -> None:
    assert cases(runs, "failed") == {
        ("CODED", "usage Free"),
        ("CODED", "usage Timed"),  # a time-out is no code
        ("TIMEOUTS", "usage Timed"),
        ("LIMIT", "usage Billing"),
        ("OFFERED", "usage Refund @ Support"),
        ("DOMINANT", "usage Asking"),
        ("CHANGED", "usage Forced"),
        ("RECONCILED", "usage Sale @ Forced"),
        ("RECONCILED", "usage Refund @ Forced"),
    }


def test_everything_was_seen(runs: list[RuleRun]) -> None:
    """What is open is counted apart, and leaves nothing unknown."""
    assert cases(runs, "unknown") == set()
    assert ("CODED", "usage Bare") not in cases(runs, "passed")
    assert ("CODED", "usage Billing") in cases(runs, "passed")


def test_a_finding_names_its_conversations(runs: list[RuleRun]) -> None:
    (limit,) = (case for run in runs if run.rule.id == "LIMIT" for case in run.cases if case.verdict == "failed")
    assert limit.figure is not None
    assert (limit.figure.part, len(limit.figure.conversations)) == (4, 4)
