"""Findings before and after: introduced, there before, fixed."""

from collections.abc import Sequence
from typing import Any

import pytest

from harness.checking import Delta, RuleRun, compare_runs
from harness.testing import a_code, a_queue, an_org
from tests.checking.conftest import Judge

OFFERS = "- {id: R-1, check: prompt.offers_codes, severity: major}"
LENGTH = "- {id: R-1, check: naming.max_length, with: {limit: 3}, severity: major}"
REQUIRED = "- {id: R-1, check: catalogue.required, with: {codes: [A, B, C]}, severity: major}"


def changes(delta: Delta) -> list[tuple[str, Any]]:
    return [(case.label, case.change) for run in delta.runs for case in run.cases if case.change]


def fixed(delta: Delta) -> list[str]:
    return [f"{it.run.rule.id} {it.case.label}" for it in delta.fixed]


def test_what_did_not_change_is_neither_new_nor_fixed(judged: Judge) -> None:
    runs = judged(OFFERS, an_org(queues={"Fine": ["Sale"], "Empty": []}))
    delta = compare_runs(runs, runs)
    assert changes(delta) == [("queue Empty", "before")]
    assert fixed(delta) == []


def test_new_and_fixed_findings(judged: Judge) -> None:
    before = judged(OFFERS, an_org(queues={"Fine": ["Sale"], "Empty": [], "Bare": []}))
    after = judged(OFFERS, an_org(queues={"Fine": [], "Empty": ["Sale"], "Bare": []}))
    delta = compare_runs(before, after)
    assert changes(delta) == [("queue Fine", "introduced"), ("queue Bare", "before")]
    assert fixed(delta) == ["R-1 queue Empty"]


def test_a_renamed_subject_is_the_same(judged: Judge) -> None:
    before = judged(LENGTH, an_org(codes=[a_code("Refund", id="c-1")]))
    after = judged(LENGTH, an_org(codes=[a_code("Refunded", id="c-1")]))
    assert changes(compare_runs(before, after)) == [("code Refunded", "before")]


def test_a_subject_without_an_id_is_recognised_by_its_name(judged: Judge) -> None:
    """A code that is made anew has no id before the plan is applied."""
    before = judged(LENGTH, an_org(codes=[a_code("Refund", id="c-1")]))
    after = judged(LENGTH, an_org(codes=[a_code("Refund", id="genesyscloud_routing_wrapupcode.r")]))
    delta = compare_runs(before, after)
    assert (changes(delta), fixed(delta)) == ([("code Refund", "before")], [])


def test_two_subjects_of_one_name_are_two(judged: Judge) -> None:
    """The baseline trap: a second one under the same name is new."""
    one = a_code("Refund", id="c-1")
    before = judged(LENGTH, an_org(codes=[one]))
    for other in ("c-2", "genesyscloud_routing_wrapupcode.r"):
        after = judged(LENGTH, an_org(codes=[one, a_code("Refund", id=other)]))
        assert sorted(change for _, change in changes(compare_runs(before, after))) == ["before", "introduced"]
    after = judged(LENGTH, an_org(codes=[a_code("Refund", id="c-2")]))
    delta = compare_runs(before, after)
    assert ([it for _, it in changes(delta)], fixed(delta)) == (["introduced"], ["R-1 code Refund"])


def test_addresses_tell_apart_too(judged: Judge) -> None:
    place = "genesyscloud_routing_wrapupcode"
    before = judged(LENGTH, an_org(codes=[a_code("Refund", id=f"{place}.a")]))
    renamed = judged(LENGTH, an_org(codes=[a_code("Refunded", id=f"{place}.a")]))
    moved = judged(LENGTH, an_org(codes=[a_code("Refund", id=f"{place}.b")]))
    assert [it for _, it in changes(compare_runs(before, renamed))] == ["before"]
    assert [it for _, it in changes(compare_runs(before, moved))] == ["introduced"]


def test_a_subject_that_breaks_its_rule_in_more_ways_is_new(judged: Judge) -> None:
    orgs = {names: an_org(queues={"Q": list(names)}) for names in ("A", "AB", "")}
    runs = {names: judged(REQUIRED, org) for names, org in orgs.items()}
    assert changes(compare_runs(runs["AB"], runs["A"])) == [("queue Q", "introduced")]
    assert changes(compare_runs(runs["A"], runs["AB"])) == [("queue Q", "before")]


def test_a_subject_that_is_gone_is_fixed(judged: Judge) -> None:
    before = judged(OFFERS, an_org(queues={"Empty": [], "Fine": ["Sale"]}))
    after = judged(OFFERS, an_org(queues={"Fine": ["Sale"]}))
    assert fixed(compare_runs(before, after)) == ["R-1 queue Empty"]


@pytest.mark.parametrize(
    "queue", [a_queue(unseen_codes=True), a_queue(prompt="PSYCHIC")], ids=["unseen codes", "unknown prompt"]
)
def test_what_could_not_be_judged_is_not_fixed(judged: Judge, queue: Any) -> None:
    before = judged(OFFERS, an_org(queues={"Empty": []}))
    assert fixed(compare_runs(before, judged(OFFERS, an_org(queues={"Empty": queue})))) == []


def test_assignments_that_cannot_be_told_any_more_are_not_fixed(judged: Judge) -> None:
    rule = '- {id: R-1, for: assignment, expect: code.name != "Sale", severity: major}'
    before = judged(rule, an_org(queues={"Q": ["Sale"]}))
    after = judged(rule, an_org(queues={"Q": a_queue(unseen_codes=True)}))
    assert [run.cases[0].verdict for run in (*before, *after)] == ["failed", "unknown"]
    assert fixed(compare_runs(before, after)) == []


def test_waived_findings_are_known_and_do_not_become_fixed(judged: Judge) -> None:
    rest = "waivers:\n- {rule: R-1, subject: queue Empty, until: 2026-12-31, by: ops, reason: soon}"
    before = judged(OFFERS, an_org(queues={"Empty": []}), rest)
    delta = compare_runs(before, judged(OFFERS, an_org(queues={"Empty": []}), rest))
    assert changes(delta) == [("queue Empty", "before")]
    assert fixed(compare_runs(before, judged(OFFERS, an_org(queues={"Empty": ["Sale"]}), rest))) == []


def test_a_rule_that_was_not_judged_before_has_only_new_findings(judged: Judge) -> None:
    after = judged(OFFERS, an_org(queues={"Empty": []}))
    nothing: Sequence[RuleRun] = ()
    assert changes(compare_runs(nothing, after)) == [("queue Empty", "introduced")]


def test_a_rule_without_subjects_changes_nothing(judged: Judge) -> None:
    before, after = judged(OFFERS, an_org(queues={"Empty": []})), judged(OFFERS, an_org())
    assert after[0].cases[0].verdict == "unknown"
    assert fixed(compare_runs(before, after)) == []
