"""The baseline: it recognises what it knows, never swallows what is new, and only shrinks unless told otherwise."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.checking import (
    Baseline,
    Case,
    Comparison,
    Entry,
    Finding,
    RuleRun,
    compare,
    decode_baseline,
    encode_baseline,
    mark_known,
    updated,
)
from harness.model import Identity, unknown
from harness.model.verdict import Verdict
from harness.policy.model import Policy, Rule, Waiver
from harness.testing import a_queue, an_org

Judge = Callable[..., list[RuleRun]]

TODAY = date(2026, 11, 21)
BEFORE = date(2026, 1, 2)
POLICY = cast("Policy", SimpleNamespace(path="test.policy.yaml"))
RULE = "- {id: R-1, check: prompt.offers_codes, with: {when: always}, severity: major}"


def a_rule(rule_id: str = "R-1") -> Rule:
    return cast("Rule", SimpleNamespace(id=rule_id))


def queue(name: str, **known: Any) -> Identity:
    return Identity("queue", name, **known)


def rule_run(
    *met: tuple[Verdict, Identity | None],
    rule: Rule | None = None,
    waived: Sequence[Identity] = (),
    policy: Policy = POLICY,
) -> RuleRun:
    """One rule with the verdicts that some subjects came to; `waived` are those with a waiver, holding or expired."""
    cases = [
        Case(
            "no subject" if identity is None else f"queue {identity.name}",
            verdict,
            findings=(Finding("is wrong", "right"),) if verdict == "failed" else (),
            waiver=cast("Waiver", SimpleNamespace()) if identity in waived else None,
        )
        for verdict, identity in met
    ]
    return RuleRun(policy, rule or a_rule(), "major", cases, [identity for _, identity in met])


def entry(name: str, *, rule: str = "R-1", **known: Any) -> Entry:
    return Entry(rule=rule, kind="queue", name=name, label=f"queue {name}", added=BEFORE, **known)


def known_of(runs: Sequence[RuleRun], *entries: Entry) -> list[str]:
    marked = mark_known(runs, Baseline(entries))
    return [case.label for run in marked for case in run.cases if case.known_since is not None]


def comparison(runs: Sequence[RuleRun], *entries: Entry, complete: bool = True) -> Comparison:
    return compare(
        runs, Baseline(entries), counts=lambda severity: severity != "advice", complete=complete, today=TODAY
    )


def names(entries: Sequence[Entry]) -> list[str]:
    return [it.name for it in entries]


# -- what is recognised -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "known"),
    [
        (queue("B", id="1"), entry("A", id="2")),
        (queue("A", id="1"), entry("A", id="2")),
        (queue("A", address="m.a"), entry("A", address="m.b")),
        (queue("A", id="1", address="m.a"), entry("A", id="2", address="m.a")),
        (queue("B", id="1"), entry("A", address="m.a")),
        (queue("a"), entry("A")),
        (queue("A"), entry("A", rule="R-2")),
        (Identity("code", "A"), entry("A")),
    ],
    ids=["other id", "same name, other id", "other address", "recreated at the same address", "nothing in common",
         "other case", "other rule", "other kind"],
)  # fmt: skip
def test_another_subject_is_new(subject: Identity, known: Entry) -> None:
    """A new violation that looks like a known one must count: that is what a baseline is trusted for."""
    runs = [rule_run(("failed", subject))]
    assert known_of(runs, known) == []
    assert names(comparison(runs, known).new) == [subject.name]


@pytest.mark.parametrize(
    ("subject", "known"),
    [
        (queue("B", id="1"), entry("A", id="1")),
        (queue("B", address="m.a"), entry("A", address="m.a")),
        (queue("B", address="m.a"), entry("A", id="1", address="m.a")),
        (queue("A", address="m.a"), entry("A", id="1")),
        (queue("A", id="1"), entry("A")),
        (queue("A"), entry("A", id="1", address="m.a")),
    ],
    ids=["renamed", "renamed in the plan", "plan after live", "name alone in common", "by name", "name is all it has"],
)
def test_the_strongest_that_both_know_decides(subject: Identity, known: Entry) -> None:
    runs = [rule_run(("failed", subject))]
    assert known_of(runs, known) == [f"queue {subject.name}"]
    assert mark_known(runs, Baseline((known,)))[0].cases[0].known_since == BEFORE
    assert comparison(runs, known).new == ()


def test_one_entry_does_not_cover_two_findings() -> None:
    """A second subject of a known name must not hide behind the first."""
    runs = [rule_run(("failed", queue("A")), ("failed", queue("A")))]
    assert known_of(runs, entry("A")) == []
    assert len(comparison(runs, entry("A")).new) == 2
    assert len(known_of(runs, entry("A"), entry("A"))) == 2


def test_the_stronger_match_takes_the_entry() -> None:
    runs = [rule_run(("failed", queue("A", address="m.new")), ("failed", queue("A", id="1")))]
    marked = mark_known(runs, Baseline((entry("A", id="1"),)))
    assert [case.known_since for case in marked[0].cases] == [None, BEFORE]


@pytest.mark.parametrize("verdict", ["passed", "unknown", "waived", "not applicable"])
def test_only_findings_are_known(verdict: Verdict) -> None:
    """An unknown verdict stays unknown, whatever the baseline says: it is no finding, and no pass."""
    assert known_of([rule_run((verdict, queue("A")))], entry("A")) == []


def test_an_expired_waiver_counts_whatever_the_baseline_says() -> None:
    runs = [rule_run(("failed", queue("A")), waived=[queue("A")])]
    assert known_of(runs, entry("A")) == []
    assert names(comparison(runs, entry("A")).stale) == ["A"]


def test_a_rule_of_two_policies_is_one_entry() -> None:
    """Two policies may share a rule of a common base."""
    other = cast("Policy", SimpleNamespace(path="other.policy.yaml"))
    runs = [rule_run(("failed", queue("A"))), rule_run(("failed", queue("A")), policy=other)]
    assert names(comparison(runs).new) == ["A"]
    assert len(known_of(runs, entry("A"))) == 2


def test_marks_of_an_earlier_baseline_are_replaced() -> None:
    runs = mark_known([rule_run(("failed", queue("A")))], Baseline((entry("A"),)))
    assert mark_known(runs, Baseline())[0].cases[0].known_since is None


def test_what_cannot_count_need_not_be_known() -> None:
    run = replace(rule_run(("failed", queue("A"))), severity="advice")
    assert comparison([run]).new == ()


# -- what is stale ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("met", "complete", "field"),
    [
        ([("passed", queue("A"))], True, "stale"),
        ([("waived", queue("A"))], True, "stale"),
        ([("not applicable", queue("A"))], False, "stale"),
        ([("passed", queue("B"))], True, "stale"),
        ([("passed", queue("B"))], False, "undecided"),
        ([("unknown", queue("A"))], True, "undecided"),
        ([("unknown", None)], True, "undecided"),
        ([("passed", queue("B")), ("unknown", None)], True, "undecided"),
        ([("not applicable", None)], True, "undecided"),
        ([("passed", queue("A")), ("unknown", None)], True, "stale"),
        ([("failed", queue("A"))], True, "kept"),
    ],
)
def test_only_what_is_surely_no_finding_any_more_is_stale(
    met: list[tuple[Verdict, Identity | None]], complete: bool, field: str
) -> None:
    """What a run could not see (a hidden queue, a partial plan, a rule not in effect) is not mended."""
    found = comparison([rule_run(*met)], entry("A"), complete=complete)
    assert {name: names(getattr(found, name)) for name in ("kept", "undecided", "stale", "other")} == {
        **{key: [] for key in ("kept", "undecided", "stale", "other")},
        field: ["A"],
    }


def test_rules_that_were_not_judged_keep_their_entries() -> None:
    """A run of one policy of several must not empty the baseline of the others."""
    baseline = Baseline((entry("A", rule="X-1"),))
    found = comparison([rule_run(("passed", queue("A")))], *baseline.entries)
    assert names(found.other) == ["A"]
    assert updated(baseline, found, accept_new=False).entries == baseline.entries


def test_an_update_keeps_what_both_know_of_a_subject() -> None:
    baseline = Baseline((entry("Old name", address="m.a"),))
    runs = [rule_run(("failed", queue("New name", id="1", address="m.a")))]
    (kept,) = updated(baseline, comparison(runs, *baseline.entries), accept_new=False).entries
    assert kept == Entry(
        rule="R-1", kind="queue", name="New name", id="1", address="m.a", label="queue New name", added=BEFORE
    )


def test_a_judged_org_is_held_against_a_baseline(judged: Judge) -> None:
    org = an_org(
        queues={"Known": a_queue(id="q-1"), "New": a_queue(id="q-2"), "Dim": a_queue(id="q-3", unseen_codes=True)}
    )
    runs = judged(RULE, org)
    found = comparison(runs, entry("Known", id="q-1"), entry("Dim", id="q-3"), entry("Gone", id="q-4"))
    assert (names(found.kept), names(found.undecided), names(found.stale), names(found.new)) == (
        ["Known"], ["Dim"], ["Gone"], ["New"],
    )  # fmt: skip
    assert known_of(runs, entry("Renamed since", id="q-1")) == ["queue Known"]


def test_a_source_without_names_is_no_obstacle(judged: Judge) -> None:
    org = an_org(queues={"Q": a_queue(id="q-1", name=unknown("the name", "hidden"))})
    assert known_of(judged(RULE, org), entry("Q", id="q-1")) == ["queue q-1"]


# -- invariants -------------------------------------------------------------------------------------------------------

_NAMES = st.sampled_from(["A", "B", "C", "line\nbreak"])
_KNOWN = st.fixed_dictionaries(
    {}, optional={"id": st.sampled_from(["1", "2", "3"]), "address": st.sampled_from(["m.a", "m.b"])}
)
_RULES = {rule_id: a_rule(rule_id) for rule_id in ("R-1", "R-2")}
_ENTRIES = st.lists(
    st.builds(lambda name, known, rule: entry(name, rule=rule, **known), _NAMES, _KNOWN, st.sampled_from(["R-1", "R-2", "R-3"])),
    max_size=6,
)  # fmt: skip
_VERDICTS: st.SearchStrategy[Verdict] = st.sampled_from(["failed", "failed", "passed", "unknown", "not applicable"])
_SUBJECTS = st.one_of(st.none(), st.builds(lambda name, known: queue(name, **known), _NAMES, _KNOWN))


@st.composite
def _runs(draw: st.DrawFn) -> list[RuleRun]:
    met = draw(st.lists(st.tuples(st.sampled_from(sorted(_RULES)), _VERDICTS, _SUBJECTS), max_size=8))
    cases: dict[str, list[tuple[Verdict, Identity | None]]] = {rule_id: [] for rule_id in _RULES}
    taken: set[tuple[str, str]] = set()
    for rule_id, verdict, identity in met:
        # Ids and addresses are unique in an org; names are not.
        own = {(rule_id, it) for it in (identity.id, identity.address) if it} if identity else set()
        if (verdict != "failed" or identity) and not own & taken:
            cases[rule_id].append((verdict, identity))
            taken |= own
    return [rule_run(*cases[rule_id], rule=_RULES[rule_id]) for rule_id in _RULES]


def _once(runs: Sequence[RuleRun], baseline: Baseline, *, complete: bool, accept_new: bool) -> Baseline:
    return updated(baseline, comparison(runs, *baseline.entries, complete=complete), accept_new=accept_new)


@given(_runs(), _ENTRIES, st.booleans(), st.booleans())
def test_updating_twice_is_updating_once(
    runs: list[RuleRun], entries: list[Entry], complete: bool, accept_new: bool
) -> None:
    first = _once(runs, Baseline(tuple(entries)), complete=complete, accept_new=accept_new)
    assert _once(runs, first, complete=complete, accept_new=accept_new).entries == first.entries


@given(_runs(), _ENTRIES, st.booleans())
def test_an_update_without_leave_only_shrinks(runs: list[RuleRun], entries: list[Entry], complete: bool) -> None:
    """Nothing is added, and what stays known is known since the same day."""
    baseline = Baseline(tuple(entries))
    after = _once(runs, baseline, complete=complete, accept_new=False)
    assert len(after.entries) <= len(entries)
    assert {it.added for it in after.entries} <= {BEFORE}
    before_new = comparison(runs, *entries, complete=complete).new
    assert len(comparison(runs, *after.entries, complete=complete).new) == len(before_new)


@given(_runs(), _ENTRIES, st.booleans())
def test_after_taking_everything_in_nothing_is_new(runs: list[RuleRun], entries: list[Entry], complete: bool) -> None:
    after = _once(runs, Baseline(tuple(entries)), complete=complete, accept_new=True)
    found = comparison(runs, *after.entries, complete=complete)
    assert (found.new, found.stale) == ((), ())


@given(_runs(), _ENTRIES, st.randoms(use_true_random=False))
def test_order_does_not_matter(runs: list[RuleRun], entries: list[Entry], chance: random.Random) -> None:
    mixed = chance.sample(entries, len(entries))
    shuffled = []
    for run in chance.sample(runs, len(runs)):
        order = chance.sample(range(len(run.cases)), len(run.cases))
        cases, identities = [run.cases[n] for n in order], [run.identities[n] for n in order]
        shuffled.append(replace(run, cases=cases, identities=identities))
    assert comparison(shuffled, *mixed) == comparison(runs, *entries)
    assert sorted(known_of(shuffled, *mixed)) == sorted(known_of(runs, *entries))


@given(_ENTRIES)
def test_a_baseline_reads_back_as_it_was_written(entries: list[Entry]) -> None:
    data = encode_baseline(Baseline(tuple(entries)))
    assert sorted(decode_baseline(data, "b.json").entries, key=lambda it: it.order) == sorted(
        entries, key=lambda it: it.order
    )
    assert encode_baseline(decode_baseline(data, "b.json")) == data
    assert data.count(b"\n") == (len(entries) + 2 if entries else 1), "an entry a line"
