"""What became of findings: nothing is called fixed that was not seen to be right, and a rename is no new finding."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model import Identity
from harness.model.verdict import VERDICTS, Verdict
from harness.report.audit_results import Moved, Movement
from harness.report.movement import movement
from harness.report.results import CaseResult, OrgResult, Results
from tests.report.samples import a_case, a_rule, a_run

EARLIER, LATER = "2026-10-21T09:30:00Z", "2026-11-21T09:30:00Z"


def case(verdict: Verdict, name: str = "Billing", *, id: str | None = "q1", **fields: Any) -> CaseResult:
    return a_case(verdict, f"queue {name}", identity=Identity("queue", name, id), **fields)


def became(before: Results, after: Results) -> Movement:
    old = msgspec.structs.replace(before, started_at=EARLIER)
    return movement(old, msgspec.structs.replace(after, started_at=LATER), lambda *_: None)


def told(found: Movement) -> dict[str, list[str]]:
    parts = ("new", "first", "open", "fixed", "waived", "undecided")
    return {part: [it.subject for it in getattr(found, part)] for part in parts if getattr(found, part)}


def test_two_equal_runs_have_nothing_new_and_nothing_fixed() -> None:
    run = a_run(case("failed"), case("passed", "Sales", id="q2"))
    assert told(became(run, run)) == {"open": ["queue Billing"]}


def test_what_was_right_and_is_wrong_is_new() -> None:
    assert told(became(a_run(case("passed")), a_run(case("failed")))) == {"new": ["queue Billing"]}


def test_what_was_not_there_and_is_wrong_is_new() -> None:
    before = a_run(case("passed", "Sales", id="q2"))
    assert told(became(before, a_run(case("passed", "Sales", id="q2"), case("failed")))) == {"new": ["queue Billing"]}


def test_what_was_wrong_and_is_right_is_fixed() -> None:
    assert told(became(a_run(case("failed")), a_run(case("passed")))) == {"fixed": ["queue Billing"]}


def test_a_rename_is_still_open_and_says_so() -> None:
    found = became(a_run(case("failed", "Billing")), a_run(case("failed", "Bills")))
    assert told(found) == {"open": ["queue Bills"]}
    assert found.open[0].was == "queue Billing"


def test_another_object_under_the_same_name_is_new_and_the_old_one_gone() -> None:
    found = became(a_run(case("failed", id="q1")), a_run(case("failed", id="q9")))
    assert told(found) == {"new": ["queue Billing"], "fixed": ["queue Billing"]}


def test_an_object_without_an_id_on_one_side_is_known_by_its_name() -> None:
    """The first audit read an export, the second the org itself."""
    assert told(became(a_run(case("failed", id=None)), a_run(case("failed", id="q1")))) == {"open": ["queue Billing"]}


def test_an_object_of_terraform_is_known_by_its_address() -> None:
    one = Identity("queue", "Billing", address="genesyscloud_routing_queue.billing")
    other = Identity("queue", "Bills", address="genesyscloud_routing_queue.billing")
    before, after = a_run(a_case("failed", identity=one)), a_run(a_case("failed", "queue Bills", identity=other))
    assert told(became(before, after)) == {"open": ["queue Bills"]}
    moved = Identity("queue", "Billing", address="genesyscloud_routing_queue.other")
    assert told(became(before, a_run(a_case("failed", identity=moved)))).keys() == {"new", "fixed"}


def test_a_subject_that_is_gone_from_a_whole_org_is_fixed() -> None:
    after = a_run(case("passed", "Sales", id="q2"))
    assert told(became(a_run(case("failed"), case("passed", "Sales", id="q2")), after)) == {"fixed": ["queue Billing"]}


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (a_run(case("unknown", reason="no permission")), "no permission"),
        (a_run(a_case("unknown", "no subject", identity=None, reason="hidden")), "hidden"),
        (
            a_run(case("passed", "Sales", id="q2"), a_case("unknown", "unseen queue", identity=None, reason="403")),
            "403",
        ),
        (a_run(case("unknown", "Sales", id="q2", reason="x")), "some subjects could not be judged"),
        (a_run(a_case("not applicable", "no subject", identity=None, reason="it ended")), "it ended"),
        (a_run(), "the rule judged nothing"),
        (a_run(rules=()), "the rule is not applied any more"),
        (
            a_run(case("passed", "Sales", id="q2"), org=OrgResult(name="harbor", kind="export", location="x")),
            "the export does not show everything",
        ),
    ],
    ids=["unknown", "no subject", "unseen", "others unknown", "ended", "no case", "no rule", "export"],
)
def test_what_was_not_seen_to_be_right_is_not_fixed(after: Results, why: str) -> None:
    found = became(a_run(case("failed")), after)
    assert told(found) == {"undecided": ["queue Billing"]}
    assert found.undecided[0].why == why


def test_what_is_waived_now_is_neither_fixed_nor_open() -> None:
    assert told(became(a_run(case("failed")), a_run(case("waived")))) == {"waived": ["queue Billing"]}


def test_a_waiver_that_ended_does_not_make_a_finding_new() -> None:
    assert told(became(a_run(case("waived")), a_run(case("failed")))) == {"open": ["queue Billing"]}


@pytest.mark.parametrize(
    "before",
    [
        a_run(rules=()),
        a_run(),
        a_run(case("unknown", reason="x")),
        a_run(a_case("not applicable", "no subject", identity=None, reason="no evidence was given")),
    ],
    ids=["no rule", "no case", "unknown", "no evidence"],
)
def test_what_could_not_have_been_known_is_new_to_the_audit(before: Results) -> None:
    """Otherwise a rule that is added blames this month for the sins of years."""
    assert told(became(before, a_run(case("failed")))) == {"first": ["queue Billing"]}


def about(kind: str, *cases: CaseResult) -> Results:
    return a_run(*cases, rules=(a_rule(kind=kind),))


def change(verdict: Verdict, name: str) -> CaseResult:
    return a_case(verdict, f"change {name}", identity=Identity("change", name, name))


def test_a_change_of_last_month_is_not_fixed_by_time() -> None:
    found = became(about("change", change("failed", "c1")), about("change", change("failed", "c2")))
    assert told(found) == {"new": ["change c2"]}


def test_a_change_is_new_even_after_a_month_in_which_nobody_looked() -> None:
    nothing = about("change", a_case("not applicable", "no subject", identity=None, reason="no trail"))
    assert told(became(nothing, about("change", change("failed", "c1")))) == {"new": ["change c1"]}


def test_a_usage_figure_that_has_too_few_handlings_now_is_not_fixed() -> None:
    identity = Identity("usage", "Billing", "q1")
    before = about("usage", a_case("failed", "usage Billing", identity=identity))
    after = about("usage", a_case("not applicable", "usage Billing", identity=identity, reason="12 to judge by"))
    assert told(became(before, after)) == {"undecided": ["usage Billing"]}
    # Of a queue's configuration, a question that does not arise any more is answered.
    assert told(became(a_run(case("failed")), a_run(case("not applicable", reason="OPTIONAL")))) == {
        "fixed": ["queue Billing"]
    }


def test_the_gravest_come_first() -> None:
    rules = (a_rule("A", severity="minor"), a_rule("B", severity="critical"))
    before = a_run(case("passed"), case("passed", rule=1), rules=rules)
    found = became(before, a_run(case("failed"), case("failed", rule=1), rules=rules))
    assert [it.rule for it in found.new] == ["B", "A"]


def test_names_that_collide_are_matched_one_to_one() -> None:
    before = a_run(case("failed", id=None), case("passed", id=None))
    after = a_run(case("failed", id=None), case("failed", id=None))
    found = became(before, after)
    assert (len(found.open), len(found.new)) == (1, 1)


_runs = st.lists(
    st.tuples(st.sampled_from(["q1", "q2", "q3", "q4"]), st.sampled_from(VERDICTS)),
    max_size=4,
    unique_by=lambda it: it[0],
)


@given(_runs, _runs)
def test_every_finding_of_both_runs_is_told_exactly_once(
    before: list[tuple[str, Verdict]], after: list[tuple[str, Verdict]]
) -> None:
    """What is wrong now is new or open; what was wrong then is open, fixed, waived or cannot be told."""

    def run(cases: list[tuple[str, Verdict]]) -> Results:
        return a_run(*(case(verdict, id, id=id, reason="r") for id, verdict in cases))

    found = became(run(before), run(after))
    wrong_now = {f"queue {id}" for id, verdict in after if verdict == "failed"}
    assert sorted(it.subject for it in (*found.new, *found.first, *found.open)) == sorted(wrong_now)
    wrong_then = {f"queue {id}" for id, verdict in before if verdict == "failed"}
    gone = [it.subject for it in (*found.fixed, *found.waived, *found.undecided)]
    assert len(gone) == len(set(gone))
    assert set(gone) == wrong_then - wrong_now
    right_now = {f"queue {id}" for id, verdict in after if verdict in ("passed", "not applicable")}
    missing = wrong_then - {f"queue {id}" for id, _ in after}
    assert {it.subject for it in found.fixed} <= right_now | missing


def test_moved_is_told_with_what_was_observed() -> None:
    found = became(a_run(case("passed")), a_run(case("failed")))
    assert found.new == (
        Moved(
            rule="RTL-001",
            title="A queue demands a wrap-up code",
            severity="major",
            subject="queue Billing",
            observed="prompt is OPTIONAL",
            since=LATER,
        ),
    )
