"""Orgs that comply with policies: found by judging, so that any check and any expression may be in them.

An org of candidates is judged, and what breaks a rule is taken out of it. From what is left one compliant org is
put together; others differ from it in queues, their settings and their agents, as far as they comply as well.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from random import Random
from typing import Any

import msgspec
from hypothesis import strategies as st

from harness.model import Assignment, Definition, Membership, Org, OutboundMapping, Queue, WrapUpCode
from harness.policy import Policy
from harness.simulation.strategies.candidates import candidates
from harness.simulation.strategies.weeding import Parts, complies, troubles, weeded

__all__ = ["Assembly", "compliant_orgs"]

_ATTEMPTS = 60


def compliant_orgs(policies: Sequence[Policy], otherwise: st.SearchStrategy[Org]) -> st.SearchStrategy[Org]:
    """Return orgs that comply with some policies; what they are made of is worked out when one is first drawn.

    Args:
        policies: What they comply with.
        otherwise: Orgs among which to look, should none be put together: a rule may be about more than parts.
    """
    return st.deferred(lambda: _compliant(policies, otherwise))


def _compliant(policies: Sequence[Policy], otherwise: st.SearchStrategy[Org]) -> st.SearchStrategy[Org]:
    assembly = Assembly(policies, weeded(policies, candidates(policies)))
    found = assembly.found
    if found is None:
        bare = otherwise.map(lambda org: replace(org, catalogue=None, crm=None))
        return bare.filter(lambda org: complies(policies, org))
    last = len(assembly.names) - 1
    picks = st.tuples(st.integers(0, max(0, last)), st.integers(0, 5))
    return st.builds(
        assembly.near,
        found=st.just(found),
        picks=st.lists(picks, unique_by=lambda it: it[0], max_size=4),
        fewer_agents=st.integers(0, 3),
    )


@dataclass(frozen=True)
class Assembly:
    """Puts orgs together from parts that comply each by itself.

    Attributes:
        policies: What the orgs comply with.
        parts: What they consist of.
    """

    policies: Sequence[Policy]
    parts: Parts

    @cached_property
    def variants(self) -> Mapping[str, Sequence[Queue]]:
        """The queues of each name."""
        grouped: defaultdict[str, list[Queue]] = defaultdict(list)
        for queue in self.parts.org.queues:
            grouped[queue.name].append(queue)
        return grouped

    @cached_property
    def names(self) -> Sequence[str]:
        """The names of queues, in a fixed order."""
        return tuple(self.variants)

    @cached_property
    def found(self) -> Mapping[str, int] | None:
        """Name of a queue → the number of its variant, such that all of them comply together; None if not found."""
        # Variants in turn, so that every division has a queue; what does not fit together is then changed.
        chosen = {name: number % len(self.variants[name]) for number, name in enumerate(self.names)}
        random = Random(0)  # noqa: S311 - what is found shall be the same every time
        for _ in range(_ATTEMPTS):
            trouble = list(troubles(self.policies, self.org(chosen, self.names)))
            if not trouble:
                return chosen
            for rule_id, subject in trouble:
                self._change(chosen, rule_id, subject, random)
        return None

    def _change(self, chosen: dict[str, int], rule_id: str, subject: Any, random: Random) -> None:
        match subject:
            case Queue(name=name) | Assignment(queue=Queue(name=name)) | Membership(queue=Queue(name=name)):
                concerned = [name]
            case Definition():
                concerned = [name for name in self.names if any(map(subject.names_queue, self.variants[name]))]
            case WrapUpCode():
                offering = {id for id, codes in self.parts.org.offered.items() if subject.id in codes}
                concerned = [name for name in self.names if any(it.id in offering for it in self.variants[name])]
            case _:
                asked = self.parts.queues_of_rule.get(rule_id, ())
                wanted = [(it.name, n) for its in self.variants.values() for n, it in enumerate(its) if it.id in asked]
                chosen.update([random.choice(wanted)] if wanted else [])
                return
        if concerned and (name := random.choice(concerned)) in chosen:
            chosen[name] = random.randrange(len(self.variants[name]))

    def near(self, found: Mapping[str, int], picks: Sequence[tuple[int, int]], fewer_agents: int) -> Org:
        """Return an org that complies and differs from the one that was found.

        Args:
            found: The variant of each queue by which it complies.
            picks: Queues, by the number of their name, and the number of the variant that they shall be of. An org
                of these alone is tried first.
            fewer_agents: How many agents to leave out.
        """
        variants = {self.names[number]: variant for number, variant in picks if number < len(self.names)}
        changed = {**found, **{name: it % len(self.variants[name]) for name, it in variants.items()}}
        alone = [name for name in self.names if name in variants]
        possible = [alone, self.names] if self.few_comply else [self.names]
        for names, chosen, fewer in product(possible, (changed, found), dict.fromkeys((fewer_agents, 0))):
            org = self.org(chosen, names, fewer_agents=fewer)
            if complies(self.policies, org):
                return org
        return self.org(found, self.names)

    @cached_property
    def few_comply(self) -> bool:
        """Whether an org of one queue can comply; where every queue is asked for, none can."""
        found = self.found or {}
        return any(complies(self.policies, self.org(found, [name])) for name in self.names)

    def org(self, chosen: Mapping[str, int], names: Sequence[str], *, fewer_agents: int = 0) -> Org:
        """Return an org of some queues, each in the variant that is chosen for it."""
        org = self.parts.org
        queues = sorted((self.variants[name][chosen[name]] for name in names), key=lambda queue: queue.id)
        agents = org.agents[: max(1, len(org.agents) - fewer_agents)]
        left = {agent.id for agent in agents}
        members = {it.id: tuple(member for member in org.members[it.id] if member.id in left) for it in queues}
        offered = {queue.id: org.offered[queue.id] for queue in queues}
        codes = self._codes(queues)
        known = {code.id for code in codes}
        flags = org.flags or OutboundMapping()
        return replace(
            org,
            name="compliant",
            codes=codes,
            queues=tuple(msgspec.structs.replace(it, member_count=len(members[it.id])) for it in queues),
            agents=agents,
            offered=offered,
            members=members,
            flags=OutboundMapping(flags.default_set, {id: it for id, it in flags.mapping.items() if id in known}),
        )

    def _codes(self, queues: Sequence[Queue]) -> tuple[WrapUpCode, ...]:
        """Return the codes that were agreed or are offered, in the one division that all their queues allow."""
        org = self.parts.org
        agreed = {it.name for policy in self.policies if policy.catalogue for it in policy.catalogue.definitions}
        own: dict[str, Queue] = {}
        offered = set()
        for queue in queues:
            for code_id in org.offered[queue.id]:
                offered.add(code_id)
                if (queue.id, code_id) in self.parts.own_division:
                    own[code_id] = queue
        return tuple(
            msgspec.structs.replace(code, division=own[code.id].division) if code.id in own else code
            for code in org.codes
            if code.id in offered or code.name in agreed
        )
