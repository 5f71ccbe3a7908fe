"""Strategies for whole orgs: entities that refer to each other, with what the business agreed about them."""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar

import msgspec
from hypothesis import strategies as st

from harness.model import (
    Agent,
    AgentSkill,
    Catalogue,
    Crm,
    DeclaredQueue,
    Definition,
    Disposition,
    Member,
    Org,
    Origin,
    OutboundMapping,
    Position,
    Queue,
    Skill,
    WrapUpCode,
    is_known,
)
from harness.model.ids import DEFAULT_CODE_ID
from harness.policy import Policy
from harness.simulation.strategies.compliant import compliant_orgs
from harness.simulation.strategies.entities import (
    CATALOGUE_PATH,
    agents,
    definitions,
    queues,
    skill_id,
    wrapup_codes,
)
from harness.simulation.strategies.words import ODD_NAMES, Vocabulary, few, some, vocabulary_of

__all__ = ["orgs"]

_Struct = TypeVar("_Struct", bound=msgspec.Struct)

_FLAGS = ("BUSINESS_SUCCESS", "BUSINESS_FAILURE", "RIGHT_PARTY_CONTACT", "NUMBER_UNCALLABLE", "CONTACT_UNCALLABLE")
_RESOURCES = ("wrapupcodes", "queues", "users", "skills", "queue_wrapupcodes", "queue_members", "outbound_mapping")
_HUGE = 300


def orgs(
    *,
    compliant_with: Policy | Sequence[Policy] | None = None,
    vocabulary: Vocabulary | None = None,
    adversarial: bool = False,
) -> st.SearchStrategy[Org]:
    """Return orgs whose parts refer to each other, with a catalogue and a CRM list.

    They shrink to few entities with short names: an org with a queue that fails, to that queue alone.

    Args:
        compliant_with: Policies that every rule of passes, or has no question to ask; no verdict is missing. The
            policies' own catalogues and CRM lists are what the orgs agree with.
        vocabulary: What is called what; the policies' words when None, else ordinary ones.
        adversarial: Whether names may be any text or look alike, durations extreme, sets huge, values and whole
            listings unknown, references dangling. Not with `compliant_with`: what is unknown is not compliant.

    Raises:
        ValueError: If both `compliant_with` and `adversarial` are asked for.

    Example:
        >>> from hypothesis import find  # doctest: +SKIP
        >>> org = find(orgs(), lambda org: any(queue.acw.prompt == "OPTIONAL" for queue in org.queues))  # doctest: +SKIP
        >>> [queue.name for queue in org.queues], org.codes, org.agents  # doctest: +SKIP
        (['Sales'], (), ())
    """
    if compliant_with is not None:
        if adversarial:
            raise ValueError("an adversarial org is not compliant: what is unknown in it cannot pass")
        policies = [compliant_with] if isinstance(compliant_with, Policy) else list(compliant_with)
        words = vocabulary or vocabulary_of(policies)
        return compliant_orgs(policies, _orgs(words, adversarial=False))
    return _orgs(vocabulary or Vocabulary(), adversarial=adversarial)


def _orgs(words: Vocabulary, *, adversarial: bool) -> st.SearchStrategy[Org]:
    # Which of the others an entity refers to is drawn as a set of bits, and entities get their ids afterwards: parts
    # that are drawn independently are drawn fast, and shrink one by one.
    bits = st.integers(0, 63)
    declared = st.builds(
        DeclaredQueue,
        name=st.sampled_from(("*", *words.queues)),
        channels=some(words.channels),
        position=st.just(Position(CATALOGUE_PATH, 1)),
    )
    of: dict[str, Any] = {"vocabulary": words, "adversarial": adversarial}
    return st.builds(
        _assembled,
        codes=few(wrapup_codes(**of)),
        queues=few(st.tuples(queues(**of), bits, bits)),
        agents=few(agents(**of)),
        definitions=few(st.tuples(definitions(**of), st.integers(0, 5))),
        skills=some((*words.skills, *ODD_NAMES) if adversarial else words.skills),
        declared=few(declared),
        dispositions=st.tuples(some(words.dispositions), st.integers(0, 3)),
        flags=few(some(_FLAGS)),
        gaps=_gaps() if adversarial else st.just(None),
    )


class _Gaps(msgspec.Struct, frozen=True):
    """What an adversarial source did not show, or has too much of."""

    kind: Any
    hidden: Mapping[str, str]
    no_codes: bool
    no_members: bool
    miscounted: bool
    dangling: bool
    huge: int


def _gaps() -> st.SearchStrategy[_Gaps]:
    why = st.sampled_from([{}, *({resource: "a permission is missing"} for resource in _RESOURCES)])
    seldom = st.sampled_from((False, False, False, True))
    return st.builds(
        _Gaps,
        kind=st.sampled_from(("recording", "live", "plan", "export")),
        hidden=why,
        no_codes=seldom,
        no_members=seldom,
        miscounted=seldom,
        dangling=seldom,
        huge=st.sampled_from((*[0] * 15, _HUGE)),
    )


def _assembled(
    codes: list[WrapUpCode],
    queues: list[tuple[Queue, int, int]],
    agents: list[Agent],
    definitions: list[tuple[Definition, int]],
    skills: Sequence[str],
    declared: list[DeclaredQueue],
    dispositions: tuple[Sequence[str], int],
    flags: list[tuple[str, ...]],
    gaps: _Gaps | None,
) -> Org:
    accepted, inactive = dispositions
    if gaps is not None and gaps.huge:
        codes, queues = _huge(codes, queues, gaps.huge)
    codes = [_replaced(code, id=f"code-{n}") for n, code in enumerate(codes, 1)]
    agents = [_replaced(agent, id=f"agent-{n}") for n, agent in enumerate(agents, 1)]
    code_ids = [code.id for code in codes]
    if gaps is not None and gaps.dangling:
        code_ids += ["code-gone", DEFAULT_CODE_ID]
    offered: dict[str, tuple[str, ...]] = {}
    members: dict[str, tuple[Member, ...]] = {}
    made = []
    for number, (queue, code_bits, agent_bits) in enumerate(queues, 1):
        id = f"queue-{number}"
        offered[id] = tuple(_chosen(code_ids, code_bits))
        members[id] = tuple(Member(agent.id, joined=True, member_by="user") for agent in _chosen(agents, agent_bits))
        count = len(members[id]) + (1 if gaps is not None and gaps.miscounted else 0)
        made.append(_replaced(queue, id=id, member_count=count))
    agreed = tuple(_about(definition, about, codes, line) for line, (definition, about) in enumerate(definitions, 1))
    return Org(
        name="generated",
        origin=Origin(kind="recording" if gaps is None else gaps.kind, location="generated"),
        codes=_by_id(codes),
        queues=_by_id(made),
        skills=_skills(skills, agents),
        agents=_by_id(agents),
        offered={} if gaps is not None and gaps.no_codes else offered,
        members={} if gaps is not None and gaps.no_members else members,
        flags=OutboundMapping(flags[0], dict(zip(code_ids, flags[1:], strict=False))) if flags else None,
        hidden={} if gaps is None else gaps.hidden,
        catalogue=Catalogue(name="generated", path=CATALOGUE_PATH, definitions=agreed, queues=tuple(declared)),
        crm=Crm(tuple(Disposition(it, not inactive >> n & 1) for n, it in enumerate(accepted))),
    )


def _huge(
    codes: list[WrapUpCode], queues: list[tuple[Queue, int, int]], many: int
) -> tuple[list[WrapUpCode], list[tuple[Queue, int, int]]]:
    template = codes[0] if codes else WrapUpCode(id="", name="")
    codes = codes + [_replaced(template, name=f"Code {n}") for n in range(many)]
    # The first queue offers them all, if its bits say so.
    grown = [(queue, bits | (bits & 1) * ((1 << many) - 1), members) for queue, bits, members in queues[:1]]
    return codes, grown + queues[1:] + [(queue, bits, members) for queue, bits, members in queues[:1] * many]


def _about(definition: Definition, about: int, codes: Sequence[WrapUpCode], line: int) -> Definition:
    """Return a definition that speaks of one of the codes, when there is one of that number."""
    position = Position(CATALOGUE_PATH, line)
    if about < len(codes) and is_known(codes[about].name):
        return _replaced(definition, name=codes[about].name, position=position)
    return _replaced(definition, position=position)


def _chosen(of: Sequence[Any], bits: int) -> list[Any]:
    return [each for number, each in enumerate(of) if bits >> number & 1]


def _skills(wanted: Sequence[str], agents: Sequence[Agent]) -> tuple[Skill, ...]:
    found = {skill_id(name): Skill(skill_id(name), name, "active") for name in wanted}
    for agent in agents:
        held: Sequence[AgentSkill] = agent.skills if is_known(agent.skills) else ()
        for skill in held:
            found.setdefault(skill.id, Skill(skill.id, skill.name, skill.state))
    return _by_id(found.values())


def _by_id(entities: Any) -> tuple[Any, ...]:
    return tuple(sorted(entities, key=attrgetter("id")))


def _replaced(struct: _Struct, **changes: Any) -> _Struct:
    return msgspec.structs.replace(struct, **changes)
