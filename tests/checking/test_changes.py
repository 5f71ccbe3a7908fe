"""Rules about changes: what a trail that is missing, short or empty makes of them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harness.checking import Case, judge
from harness.model import Unknown, unknown
from harness.model.change import Change, Past, PropertyChange, Reference, Trail
from harness.policy import Policy, load_policy
from harness.testing import an_org

SINCE, UNTIL = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
RULES = """\
policy: P
timezone: Europe/London
rules:
  - {id: A, check: changes.authorised, with: {actors: [boss]}, severity: major}
  - {id: W, check: changes.window, with: {allow: ["Tue 20:00-23:00"]}, severity: major}
  - {id: E, for: change, expect: change.action != "Delete", severity: major}
  - {id: X, check: changes.explained, severity: major}
"""


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    (tmp_path / "p.policy.yaml").write_text(RULES)
    return load_policy(tmp_path / "p.policy.yaml")


def entry(**fields: Any) -> Change:
    known: dict[str, Any] = {
        "id": "c1",
        "at": datetime(2026, 10, 6, 19, 30, tzinfo=UTC),
        "action": "Update",
        "entity_type": "Queue",
        "entity": Reference("q1", "Billing"),
        "user": Reference("boss"),
        "changes": (),
    }
    return Change(**known | fields)


def judged(policy: Policy, trail: Trail | Unknown | None, past: Past | None = None) -> dict[str, list[Case]]:
    return {run.rule.id: list(run.cases) for run in judge([policy], an_org(), trail=trail, past=past)}


def verdicts(cases: dict[str, list[Case]]) -> dict[str, list[str]]:
    return {rule: [f"{case.label}: {case.verdict}" for case in found] for rule, found in cases.items()}


def test_without_a_trail_nothing_about_changes_is_asked(policy: Policy) -> None:
    cases = judged(policy, None)
    assert {case.verdict for found in cases.values() for case in found} == {"not applicable"}
    assert cases["A"][0].reason == "no audit trail was given"


def test_a_trail_that_was_not_to_be_had_is_unknown(policy: Policy) -> None:
    """Asked for and hidden must not look like a quiet month."""
    cases = judged(policy, unknown("the audit trail", "it needs the permission audits:audit:view"))
    assert [cases[rule][0].verdict for rule in "AWE"] == ["unknown"] * 3
    assert cases["A"][0].reason == "it needs the permission audits:audit:view"


def test_a_month_without_changes_is_no_gap(policy: Policy) -> None:
    cases = judged(policy, Trail(entries=(entry(status="FAILURE"),), since=SINCE, until=UNTIL))
    assert cases["A"][0].verdict == "not applicable"
    assert cases["A"][0].reason == ("the audit trail from 2026-10-01 to 2026-11-01 holds no change of a code or queue")


def test_changes_are_judged_one_by_one(policy: Policy) -> None:
    stranger = entry(id="c2", user=Reference("stranger"), at=datetime(2026, 10, 7, 8, tzinfo=UTC), action="Delete")
    cases = judged(policy, Trail(entries=(entry(), stranger), since=SINCE, until=UNTIL))
    assert verdicts(cases) == {
        "A": ["change c1: passed", "change c2: failed"],
        "W": ["change c1: passed", "change c2: failed"],
        "E": ["change c1: passed", "change c2: failed"],
        "X": ["org tiny: not applicable"],
    }


def test_the_part_that_a_trail_does_not_reach_is_unknown_beside_what_it_tells(policy: Policy) -> None:
    """Since the recording of 1 September, a trail from 1 October."""
    past = Past(location="old", recorded_at=datetime(2026, 9, 1, tzinfo=UTC), until=UNTIL, differences=())
    cases = judged(policy, Trail(entries=(entry(),), since=SINCE, until=UNTIL), past)
    assert verdicts(cases)["A"] == ["change c1: passed", "unseen change: unknown"]
    assert cases["A"][1].reason == (
        "the audit trail does not tell what happened from 2026-09-01 00:00 UTC to 2026-10-01 00:00 UTC"
    )
    empty = judged(policy, Trail(entries=(), since=SINCE, until=UNTIL), past)
    assert verdicts(empty)["A"] == ["no subject: unknown"]


def test_expressions_read_what_an_entry_tells(tmp_path: Path) -> None:
    (tmp_path / "p.policy.yaml").write_text(
        "policy: P\nrules:\n  - id: R\n    for: change\n    severity: minor\n"
        "    where: change.entity_type == 'Queue' && change.entity == 'q1' && 'name' in change.properties\n"
        "    expect: change.actor == 'boss' && change.when < timestamp('2026-10-07T00:00:00Z') && change.client == 'app'\n"
    )
    policy = load_policy(tmp_path / "p.policy.yaml")
    named = (PropertyChange("name", ("a",), ("b",)), PropertyChange(None, (), ()))
    good = entry(client=Reference("app"), changes=named)
    # A client that is not told is absent, and an entry without properties is unknown.
    absent, unclear, other = entry(id="c2", changes=named), entry(id="c3", changes=None), entry(id="c4")
    runs = judge([policy], an_org(), trail=Trail(entries=(good, absent, unclear, other), since=SINCE, until=UNTIL))
    assert [f"{case.label}: {case.verdict}" for case in runs[0].cases] == [
        "change c1: passed",
        "change c2: failed",
        "change c3: unknown",
    ]
    assert runs[0].cases[2].reason == (
        "its scope could not be judged: which properties changed is unknown: the audit entry does not tell"
    )
