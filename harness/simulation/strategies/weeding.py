"""Taking out of an org what breaks a rule, a kind of subject at a time, so that each is judged by what concerns it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from harness.checking import judge
from harness.model import Assignment, KindName, Membership, Org, Queue
from harness.model.names import matches
from harness.policy import Policy

__all__ = ["Parts", "complies", "troubles", "weeded"]

_VARIANTS = 6
"""Of queues of one name; the rest would only take time."""


def complies(policies: Sequence[Policy], org: Org) -> bool:
    """Tell whether every case of some policies passed or does not apply; a waived finding is no compliance."""
    return next(troubles(policies, org), None) is None


def troubles(policies: Sequence[Policy], org: Org) -> Iterator[tuple[str, Any]]:
    """Yield the rule's id and the subject, or None, of every case that stands between an org and compliance."""
    for run in judge(policies, org):
        for case in run.cases:
            if case.verdict not in ("passed", "not applicable"):
                yield run.rule.id, case.subject


@dataclass(frozen=True)
class Parts:
    """What compliant orgs are put together from.

    Attributes:
        org: Codes, agents, and every queue that breaks no rule by itself, in several variants of one name.
        own_division: Queue and code ids of the assignments that need the code to be in the queue's division.
        queues_of_rule: Rule id → ids of the queues that it asks about.
    """

    org: Org
    own_division: Collection[tuple[str, str]]
    queues_of_rule: Mapping[str, Collection[str]] = field(default_factory=dict)


def weeded(policies: Sequence[Policy], org: Org) -> Parts:
    """Return what of an org of candidates breaks no rule.

    Args:
        policies: What it is judged by.
        org: With queues of one name in several variants, and codes that belong to all divisions.
    """
    asked: defaultdict[str, set[str]] = defaultdict(set)
    org = _without_codes(policies, org, {it.id for it in _failing(policies, org, "code", asked)})
    org = _few_variants(_without_queues(org, {it.id for it in _failing(policies, org, "queue", asked)}))
    failing = {(it.queue.id, it.code.id) for it in _failing(policies, org, "assignment", asked)}
    still = {
        (it.queue.id, it.code.id) for it in _failing(policies, _in_own_divisions(org, failing), "assignment", asked)
    }
    still = {(queue_id, code_id.partition("@")[0]) for queue_id, code_id in still}
    org = _without_offers(policies, org, failing & still)
    lost = {(it.queue.id, it.agent.id) for it in _failing(policies, org, "membership", asked)}
    org = _without_members(org, lost)
    # What was taken out may have been what a queue needed.
    org = _without_queues(org, {it.id for it in _failing(policies, org, "queue", asked)})
    return Parts(org, failing - still, asked)


def _failing(policies: Sequence[Policy], org: Org, kind: KindName, asked: Mapping[str, set[str]]) -> list[Any]:
    of_kind = [replace(it, rules=tuple(rule for rule in it.rules if rule.kind.name == kind)) for it in policies]
    found = []
    for run in judge(of_kind, org):
        for case in run.cases:
            subject = case.subject
            if case.verdict == "passed":
                if isinstance(subject, Queue | Assignment | Membership):
                    asked[run.rule.id].add(subject.id if isinstance(subject, Queue) else subject.queue.id)
            elif case.verdict != "not applicable" and subject is not None:
                found.append(subject)
    return found


def _without_codes(policies: Sequence[Policy], org: Org, ids: Collection[str]) -> Org:
    """Return an org without some codes; those that were agreed stay, whatever is wrong with them."""
    agreed = {it.name for policy in policies if policy.catalogue for it in policy.catalogue.definitions}
    gone = {code.id for code in org.codes if code.id in ids and code.name not in agreed}
    return replace(
        org,
        codes=tuple(code for code in org.codes if code.id not in gone),
        offered={id: tuple(it for it in codes if it not in gone) for id, codes in org.offered.items()},
    )


def _few_variants(org: Org) -> Org:
    """Return an org with some queues of each name, of as many divisions as there are."""
    by_name: defaultdict[str, defaultdict[str, list[Queue]]] = defaultdict(lambda: defaultdict(list))
    for queue in org.queues:
        by_name[queue.name][queue.division.id].append(queue)
    kept = set()
    for divisions in by_name.values():
        share = max(1, _VARIANTS // len(divisions))
        for queues in divisions.values():
            kept |= {queues[n * len(queues) // share].id for n in range(min(share, len(queues)))}
    return _without_queues(org, {queue.id for queue in org.queues} - kept)


def _without_queues(org: Org, ids: Collection[str]) -> Org:
    left = tuple(queue for queue in org.queues if queue.id not in ids)
    return replace(
        org,
        queues=left,
        offered={queue.id: org.offered[queue.id] for queue in left},
        members={queue.id: org.members[queue.id] for queue in left},
    )


def _in_own_divisions(org: Org, offers: Collection[tuple[str, str]]) -> Org:
    """Return an org where some assignments' codes are in the queue's own division; their ids say so."""
    codes = {code.id: code for code in org.codes}
    offered = dict(org.offered)
    for queue in org.queues:
        ids = []
        for code_id in org.offered[queue.id]:
            own_id = code_id
            if (queue.id, code_id) in offers:
                own_id = f"{code_id}@{queue.division.id}"
                codes[own_id] = msgspec.structs.replace(codes[code_id], id=own_id, division=queue.division)
            ids.append(own_id)
        offered[queue.id] = tuple(ids)
    return replace(org, codes=tuple(sorted(codes.values(), key=lambda code: code.id)), offered=offered)


def _without_offers(policies: Sequence[Policy], org: Org, offers: Collection[tuple[str, str]]) -> Org:
    """Return an org without some assignments; a queue for which the code was agreed is of no use without it."""
    agreed = {
        definition.name: definition.queues
        for policy in policies
        if policy.catalogue
        for definition in policy.catalogue.definitions
    }
    names = {code.id: code.name for code in org.codes}
    queues = {queue.id: queue.name for queue in org.queues}
    useless = {
        queue_id
        for queue_id, code_id in offers
        if any(matches(pattern, queues[queue_id]) for pattern in agreed.get(names[code_id], ()))
    }
    kept = {queue_id: tuple(it for it in ids if (queue_id, it) not in offers) for queue_id, ids in org.offered.items()}
    return _without_queues(replace(org, offered=kept), useless)


def _without_members(org: Org, lost: Collection[tuple[str, str]]) -> Org:
    members = {id: tuple(it for it in listed if (id, it.id) not in lost) for id, listed in org.members.items()}
    queues = tuple(msgspec.structs.replace(queue, member_count=len(members[queue.id])) for queue in org.queues)
    return replace(org, queues=queues, members=members)
