"""Try a policy on an org with realistic faults put in: which would it notice, by which rules, and which not?"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from harness.checking.cases import Case
from harness.checking.judge import judge_rule
from harness.checking.subjects import SubjectsByKind
from harness.errors import UnknownValueError
from harness.model import Org
from harness.model.names import printable
from harness.policy.model import Policy
from harness.simulation.mutations import Fault, Mutation, registered_mutations

__all__ = ["PLACES", "FaultKind", "faults_noticed"]

PLACES = 4
"""In how many places each kind of fault is tried when nothing else is said."""


@dataclass(frozen=True)
class FaultKind:
    """What became of one kind of fault.

    Attributes:
        mutation: The kind.
        places: In how many places of the org it can happen.
        noticed: How many of those that were tried led to a finding that was not there before.
        unclear: How many led to no finding, and to a case that can no longer be judged.
        missed: How many nobody would have noticed.
        rules: The rules that had a finding, most first, with how often.
        example: A missed fault in words, or None.
    """

    mutation: Mutation
    places: int
    noticed: int
    unclear: int
    missed: int
    rules: Mapping[str, int]
    example: str | None

    @property
    def tried(self) -> int:
        """In how many places it was tried."""
        return self.noticed + self.unclear + self.missed


def faults_noticed(
    policies: Sequence[Policy],
    org: Org,
    *,
    today: date,
    seed: int = 0,
    places: int = PLACES,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
) -> tuple[FaultKind, ...]:
    """Put realistic faults into an org, one at a time, and see whether the policies notice.

    Args:
        policies: The policies; each is tried with its own catalogue and CRM list, which faults are put into as well.
        org: The org, without a catalogue.
        today: The day that effective dates are held against.
        seed: Chooses the places.
        places: In how many places to try each kind of fault.
        on_progress: Is told what is tried, how many kinds are done, and how many there are.

    Returns:
        One per kind of fault that can happen in the org.
    """
    noticing = _Noticing(policies, org, today)
    kinds = list(registered_mutations().values())
    found = []
    for number, mutation in enumerate(kinds):
        on_progress(mutation.id, number, len(kinds))
        if (kind := noticing.kind(mutation, seed, places)) is not None:
            found.append(kind)
    return tuple(found)


_Flagged = frozenset[tuple[str, str, str]]
"""Rule, label, and what was observed (or that nothing could be)."""


class _Noticing:
    def __init__(self, policies: Sequence[Policy], org: Org, today: date) -> None:
        self._policies = [replace(policy, waivers=()) for policy in policies]
        self._today = today
        self._orgs = [org.agreeing(policy.catalogue, policy.crm) for policy in policies]
        self._before = [self._flagged(policy, org) for policy, org in zip(self._policies, self._orgs, strict=True)]

    def kind(self, mutation: Mutation, seed: int, places: int) -> FaultKind | None:
        # A fault of the org happens to all policies; one of a catalogue to the policy that uses it.
        listed = [_listed(mutation, org) for org in self._orgs]
        everywhere = [(index, fault) for index, faults in enumerate(listed) for fault in faults]
        distinct = list({fault.says: (index, fault) for index, fault in reversed(everywhere)}.values())[::-1]
        if not distinct:
            return None
        picked = random.Random(f"{seed} {mutation.id}").sample(distinct, min(places, len(distinct)))  # noqa: S311
        rules: Counter[str] = Counter()
        count: Counter[str] = Counter()
        example = None
        for _, fault in picked:
            came, by = self._noticed(fault.says, listed)
            count[came] += 1
            rules.update(by)
            if came == "missed" and example is None:
                example = printable(fault.says)
        ordered = dict(sorted(rules.items(), key=lambda it: (-it[1], it[0])))
        return FaultKind(mutation, len(distinct), count["noticed"], count["unclear"], count["missed"], ordered, example)

    def _noticed(self, says: str, listed: Sequence[Sequence[Fault]]) -> tuple[str, set[str]]:
        new: _Flagged = frozenset()
        for policy, before, faults in zip(self._policies, self._before, listed, strict=True):
            same = next((fault for fault in faults if fault.says == says), None)
            if same is not None:
                new |= self._flagged(policy, same.make()) - before
        by = {rule for rule, _, observed in new if observed != _UNKNOWN}
        return ("noticed" if by else "unclear" if new else "missed"), by

    def _flagged(self, policy: Policy, org: Org) -> _Flagged:
        subjects = SubjectsByKind(org, policy.rules)
        judge = partial(judge_rule, policy, subjects=subjects, environment=None, today=self._today)
        return frozenset(
            (rule.id, case.label, observed)
            for rule in policy.rules
            for case in judge(rule).cases
            for observed in _observed(case)
        )


_UNKNOWN = "unknown"


def _observed(case: Case) -> list[str]:
    if case.verdict == "failed":
        return [finding.observed for finding in case.findings]
    return [_UNKNOWN] if case.verdict == "unknown" else []


def _listed(mutation: Mutation, org: Org) -> list[Fault]:
    """Return the faults that can happen, but for those in things that were not seen."""
    faults = []
    try:
        for fault in mutation.faults(org):
            faults.append(fault)
    except UnknownValueError:
        return faults
    return faults
