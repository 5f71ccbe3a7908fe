"""Two judgements of the same policies: which findings are new, which are gone, which were there before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec

from harness.checking.cases import Case, Change, RuleRun
from harness.model import Identity

__all__ = ["Delta", "Fixed", "compare_runs"]

_BROKEN = ("failed", "waived")


@dataclass(frozen=True)
class Fixed:
    """A finding that is gone."""

    run: RuleRun
    case: Case


@dataclass(frozen=True)
class Delta:
    """What became of findings.

    Attributes:
        runs: The runs after; each case that breaks its rule, waived or not, says whether that is new.
        fixed: Findings of before that are no longer, in the order of the runs before. What could not be judged
            afterwards, and what is waived before, is not fixed.
    """

    runs: Sequence[RuleRun]
    fixed: Sequence[Fixed]


def compare_runs(before: Sequence[RuleRun], after: Sequence[RuleRun]) -> Delta:
    """Compare what policies came to on two orgs.

    A case is recognised by its rule and by its subject's identity: by id, else by address, else by kind and exact
    name. A finding was there before when its subject broke the rule before, in as many ways.

    Args:
        before: The rules of some policies, judged on an org as it was.
        after: The same rules, judged on the org as it is or will be.
    """
    old = {(run.policy.path, run.rule.id): run for run in before}
    runs: list[RuleRun] = []
    fixed: list[Fixed] = []
    for run in after:
        earlier = old.get((run.policy.path, run.rule.id))
        partners = _partners(earlier, run)
        cases = [_marked(case, partner) for case, partner in zip(run.cases, partners, strict=True)]
        runs.append(replace(run, cases=cases))
        if earlier is not None:
            fixed += _fixed(earlier, run, partners)
    return Delta(runs, fixed)


def _marked(case: Case, partner: Case | None) -> Case:
    if case.verdict not in _BROKEN:
        return case
    was_broken = partner is not None and partner.verdict in _BROKEN and len(partner.findings) >= len(case.findings)
    change: Change = "before" if was_broken else "introduced"
    return msgspec.structs.replace(case, change=change)


def _fixed(before: RuleRun, after: RuleRun, partners: Sequence[Case | None]) -> Iterator[Fixed]:
    later = {id(partner): case for case, partner in zip(after.cases, partners, strict=True) if partner is not None}
    # Subjects that could not be told apart any more prove nothing about a case that is missing.
    unseen = any(
        partner is None and case.verdict == "unknown" for case, partner in zip(after.cases, partners, strict=True)
    )
    for case in before.cases:
        if case.verdict != "failed":
            continue
        now = later.get(id(case))
        if now is None and unseen:
            continue
        if now is None or now.verdict in ("passed", "not applicable"):
            yield Fixed(before, case)


def _partners(before: RuleRun | None, after: RuleRun) -> list[Case | None]:
    """Return for each case the one that it was before; each of those at most once, the surest matches first."""
    found: list[Case | None] = [None] * len(after.cases)
    if before is None:
        return found
    taken: set[int] = set()
    for keys in (_by_id, _by_address, _by_name):
        places: dict[tuple[str, ...], list[int]] = {}
        for number, (case, identity) in enumerate(zip(before.cases, before.identities, strict=True)):
            key = keys(case, identity)
            if number not in taken and key is not None:
                places.setdefault(key, []).append(number)
        for number, (case, identity) in enumerate(zip(after.cases, after.identities, strict=True)):
            key = keys(case, identity)
            if found[number] is not None or key is None:
                continue
            place = next((it for it in places.get(key, ()) if not _differ(before.identities[it], identity)), None)
            if place is not None:
                places[key].remove(place)
                taken.add(place)
                found[number] = before.cases[place]
    return found


def _differ(one: Identity | None, other: Identity | None) -> bool:
    """Tell whether the strongest that both identities have says that they are of two subjects."""
    if one is None or other is None:
        return one is not other
    if one.id is not None and other.id is not None:
        return one.id != other.id
    return one.address is not None and other.address is not None and one.address != other.address


def _by_id(_: Case, identity: Identity | None) -> tuple[str, ...] | None:
    return None if identity is None or identity.id is None else (identity.kind, identity.id)


def _by_address(_: Case, identity: Identity | None) -> tuple[str, ...] | None:
    return None if identity is None or identity.address is None else (identity.kind, identity.address)


def _by_name(case: Case, identity: Identity | None) -> tuple[str, ...]:
    return (case.label,) if identity is None else (identity.kind, identity.name)
