"""Which findings the baseline knows, and what becomes of the baseline.

A known finding stays a finding: its verdict is *failed*, with the day on which the baseline took it in; it does not
count. What is new counts. A waiver is the stronger record: a finding that is waived needs no entry, and one whose waiver
has expired counts whatever the baseline says.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Literal, NamedTuple

import msgspec

from harness.checking.baseline import Baseline, Entry, in_order
from harness.checking.cases import Case, RuleRun
from harness.model import Identity
from harness.model.verdict import Severity

__all__ = ["Comparison", "compare", "mark_known", "updated"]


@dataclass(frozen=True)
class Comparison:
    """A baseline held against judged rules.

    Attributes:
        kept: Entries that are still findings, with what is known of their subjects now.
        undecided: Entries whose subject could not be judged, or that a partial source does not show.
        stale: Entries that are no open finding any more: mended, waived, or gone.
        other: Entries about rules that were not judged at all.
        new: Findings that count and that the baseline does not have, as entries.
    """

    kept: tuple[Entry, ...]
    undecided: tuple[Entry, ...]
    stale: tuple[Entry, ...]
    other: tuple[Entry, ...]
    new: tuple[Entry, ...]


# -- recognising ------------------------------------------------------------------------------------------------------


class _Ref(NamedTuple):
    """One case among the runs: the run's index and the case's."""

    run: int
    case: int


class _Key(NamedTuple):
    rule: str
    kind: str
    by: Literal["id", "address", "name"]
    value: str


def _keys(rule: str, subject: Identity | Entry) -> Iterator[_Key]:
    """Yield what a subject is found by, strongest first."""
    if subject.id is not None:
        yield _Key(rule, subject.kind, "id", subject.id)
    if subject.address is not None:
        yield _Key(rule, subject.kind, "address", subject.address)
    yield _Key(rule, subject.kind, "name", subject.name)


def _same(entry: Entry, identity: Identity) -> bool:
    """Tell whether an entry is about a subject, by the strongest that both know."""
    if entry.id is not None and identity.id is not None:
        return entry.id == identity.id
    if entry.address is not None and identity.address is not None:
        return entry.address == identity.address
    return entry.name == identity.name


def _disagreement(entries: Sequence[Entry], identity: Identity, index: int) -> int:
    entry = entries[index]
    known = ((entry.id, identity.id), (entry.address, identity.address), (entry.name, identity.name))
    return sum(ours is None or ours != theirs for ours, theirs in known)


def _recognised(runs: Sequence[RuleRun], entries: Sequence[Entry]) -> dict[_Ref, int]:
    """Return the index of the entry for every case that the baseline knows; an entry knows one case.

    Where the strongest that is known fits more cases than entries, none is recognised: one of them is new, and nobody
    can say which.
    """
    by_key: defaultdict[_Key, list[int]] = defaultdict(list)
    for index in sorted(range(len(entries)), key=lambda index: entries[index].order):
        for key in _keys(entries[index].rule, entries[index]):
            by_key[key].append(index)
    known: dict[_Ref, int] = {}
    used: set[int] = set()
    for by in ("id", "address", "name"):
        # Cases that know equally much stand together: each fits the same entries.
        groups: defaultdict[tuple[_Key, bool, bool], list[tuple[str, _Ref, Identity]]] = defaultdict(list)
        for ref, case, identity in _findings(runs):
            for key in _keys(runs[ref.run].rule.id, identity):
                if key.by == by and ref not in known and key in by_key:
                    group = (key, identity.id is not None, identity.address is not None)
                    groups[group].append((case.label, ref, identity))
        for group in sorted(groups, reverse=True):
            members = sorted(groups[group])
            like = members[0][2]
            fitting = [index for index in by_key[group[0]] if index not in used and _same(entries[index], like)]
            # What agrees in more comes first, so that a file with doubles does not change from run to run.
            fitting.sort(key=partial(_disagreement, entries, like))
            if len(fitting) >= len(members):
                known.update((ref, index) for (_, ref, _), index in zip(members, fitting, strict=False))
                used.update(fitting[: len(members)])
    return known


def _findings(runs: Sequence[RuleRun]) -> Iterator[tuple[_Ref, Case, Identity]]:
    """Yield the cases that a baseline may have: open findings without a waiver, be it an expired one."""
    for number, run in enumerate(runs):
        for at, (case, identity) in enumerate(zip(run.cases, run.identities, strict=True)):
            if case.verdict == "failed" and case.waiver is None and identity is not None:
                yield _Ref(number, at), case, identity


# -- holding a run against it -----------------------------------------------------------------------------------------


def mark_known(runs: Sequence[RuleRun], baseline: Baseline) -> list[RuleRun]:
    """Return judged rules whose known findings say since when they are; marks from before are replaced."""
    marked: list[RuleRun] = []
    for own in _by_policy(runs):
        known = _recognised(own, baseline.entries)
        since = {ref: baseline.entries[index].added for ref, index in known.items()}
        marked += [
            replace(run, cases=[_marked(case, since.get(_Ref(number, at))) for at, case in enumerate(run.cases)])
            for number, run in enumerate(own)
        ]
    return marked


def _marked(case: Case, since: date | None) -> Case:
    return case if case.known_since == since else msgspec.structs.replace(case, known_since=since)


def _by_policy(runs: Sequence[RuleRun]) -> Iterator[list[RuleRun]]:
    # Two policies may share a rule of a common base: the same finding of both is one entry.
    groups: dict[int, list[RuleRun]] = {}
    for run in runs:
        groups.setdefault(id(run.policy), []).append(run)
    yield from groups.values()


def compare(
    runs: Sequence[RuleRun],
    baseline: Baseline,
    *,
    counts: Callable[[Severity], bool],
    complete: bool,
    today: date,
) -> Comparison:
    """Return what a baseline comes to in a run.

    Args:
        runs: Every rule of the run, judged.
        baseline: What was known.
        counts: Tells whether a finding of a severity counts; one that does not need not be known.
        complete: Whether the org is wholly there, so that what is missing is gone.
        today: The day on which new entries are taken in.
    """
    kept: dict[int, Entry] = {}
    new: Counter[Entry] = Counter()
    for own in _by_policy(runs):
        known = _recognised(own, baseline.entries)
        unknown_here: Counter[Entry] = Counter()
        for ref, case, identity in _findings(own):
            if ref in known:
                index = known[ref]
                kept[index] = _refreshed(baseline.entries[index], case, identity)
            elif counts(own[ref.run].severity):
                unknown_here[_entry(own[ref.run].rule.id, case, identity, today)] += 1
        new |= unknown_here
    judged = {run.rule.id for run in runs}
    rest = [entry for index, entry in enumerate(baseline.entries) if index not in kept]
    settled = _settled(runs, complete=complete)
    return Comparison(
        kept=in_order(kept.values()),
        undecided=in_order(entry for entry in rest if entry.rule in judged and not settled(entry)),
        stale=in_order(entry for entry in rest if entry.rule in judged and settled(entry)),
        other=in_order(entry for entry in rest if entry.rule not in judged),
        new=in_order(new.elements()),
    )


def updated(baseline: Baseline, comparison: Comparison, *, accept_new: bool) -> Baseline:
    """Return a baseline without what is stale; new findings are taken in only when that was said."""
    new = comparison.new if accept_new else ()
    entries = (*comparison.kept, *comparison.undecided, *comparison.other, *new)
    return replace(baseline, entries=in_order(entries))


def _entry(rule: str, case: Case, identity: Identity, today: date) -> Entry:
    return Entry(
        rule=rule,
        kind=identity.kind,
        name=identity.name,
        id=identity.id,
        address=identity.address,
        label=case.label,
        added=today,
    )


def _refreshed(entry: Entry, case: Case, identity: Identity) -> Entry:
    """Return an entry with what is known of its subject now; what only the entry knows is kept."""
    return msgspec.structs.replace(
        entry,
        name=identity.name,
        id=identity.id or entry.id,
        address=identity.address or entry.address,
        label=case.label,
    )


def _settled(runs: Sequence[RuleRun], *, complete: bool) -> Callable[[Entry], bool]:
    """Return a function that tells whether an entry which is no known finding any more is surely none."""
    cases: defaultdict[_Key, list[tuple[Identity, Case]]] = defaultdict(list)
    # A case without a subject says that the rule could not look, or that some subjects were not seen.
    blind: set[str] = set()
    for run in runs:
        for case, identity in zip(run.cases, run.identities, strict=True):
            if identity is None:
                blind.add(run.rule.id)
                continue
            for key in _keys(run.rule.id, identity):
                cases[key].append((identity, case))

    def settled(entry: Entry) -> bool:
        met = [
            case for key in _keys(entry.rule, entry) for identity, case in cases.get(key, ()) if _same(entry, identity)
        ]
        if met:
            return all(case.verdict != "unknown" for case in met)
        return complete and entry.rule not in blind

    return settled
