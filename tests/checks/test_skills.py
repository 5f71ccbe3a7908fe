"""Checks of the family skills, beyond their examples."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.checks import Share, skills
from harness.model import Agent, AgentSkill, Member, Org, Skill, unknown
from harness.model.entities import MemberGroup
from harness.testing import a_definition, a_queue, a_skill, an_agent, an_org, outcome

ALL = Share(Fraction(1))
SALE = "assignment Sale @ Billing"


def required(*skills: str, agents: tuple[Agent, ...], **fields: Any) -> Org:
    return an_org(
        queues={"Billing": a_queue("Sale", agents=agents)},
        definitions=[a_definition("Sale", identifier="SALE", skills=skills)],
        **fields,
    )


@given(
    held=st.lists(st.frozensets(st.sampled_from("abc")), min_size=1, max_size=5),
    wanted=st.frozensets(st.sampled_from("abc"), min_size=1),
    extra=st.integers(0, 4),
)
def test_covered_never_holds_a_skill_more_against_an_agent(
    held: list[frozenset[str]], wanted: frozenset[str], extra: int
) -> None:
    """The guides compare the agent's skills with the required ones the wrong way round: who can more, fails."""
    before = required(*wanted, agents=tuple(an_agent(*sorted(it)) for it in held))
    held[extra % len(held)] |= {"d", *wanted}
    after = required(*wanted, agents=tuple(an_agent(*sorted(it)) for it in held))
    share = Share(Fraction(sum(wanted <= it for it in held), len(held)))
    assert outcome(skills.covered, after, SALE, at_least=share).verdict == "passed"
    if outcome(skills.covered, before, SALE, at_least=share).verdict == "passed":
        assert outcome(skills.covered, after, SALE, at_least=share).verdict == "passed"


@pytest.mark.parametrize(
    ("share", "verdict"), [(Fraction(1, 3), "passed"), (Fraction(333, 1000), "passed"), (Fraction(334, 1000), "failed")]
)
def test_covered_compares_shares_exactly(share: Fraction, verdict: str) -> None:
    org = required("sales", agents=(an_agent("sales"), an_agent(), an_agent()))
    assert outcome(skills.covered, org, SALE, at_least=Share(share)).verdict == verdict


@pytest.mark.parametrize(("proficiency", "verdict"), [(2.9, "passed"), (3, "passed"), (3.1, "failed")])
def test_covered_counts_the_wanted_proficiency_itself(proficiency: float, verdict: str) -> None:
    org = required("sales", agents=(an_agent(a_skill("sales", proficiency=3)),))
    assert outcome(skills.covered, org, SALE, at_least=ALL, proficiency=proficiency).verdict == verdict


def test_covered_leaves_out_people_who_are_not_active() -> None:
    org = required("sales", agents=(an_agent("sales"), an_agent(state="inactive"), an_agent(state="deleted")))
    assert outcome(skills.covered, org, SALE, at_least=ALL).verdict == "passed"


def test_covered_does_not_apply_when_all_members_have_left() -> None:
    org = required("sales", agents=(an_agent("sales", state="inactive"),))
    assert outcome(skills.covered, org, SALE, at_least=ALL).reason == "the queue has no agents"


def test_covered_finds_a_skills_name_by_its_id() -> None:
    org = required("sales", agents=(an_agent(AgentSkill("s1", state="active")),), skills=[])
    listed = replace(org, skills=(Skill("s1", "sales", "active"),))
    assert outcome(skills.covered, listed, SALE, at_least=ALL).verdict == "passed"


@pytest.mark.parametrize(
    ("agent", "reason"),
    [
        (an_agent(AgentSkill("s1", state="active")), "the skill's name is unknown: only the skill's id is known"),
        (
            an_agent(AgentSkill("s1", "sales")),
            "the state of an agent's skill is unknown: the source did not deliver it",
        ),
        (
            an_agent(a_skill("sales", state="asleep")),
            "the state of an agent's skill is unknown: this version does not know the word 'asleep'",
        ),
        (Agent("", "active"), "the agent's skills is unknown: the source did not deliver it"),
        (Agent(""), "the agent's state is unknown: the source did not deliver it"),
    ],
)
def test_covered_is_unknown_when_something_about_an_agent_is(agent: Agent, reason: str) -> None:
    org = replace(required("sales", agents=(agent, an_agent("sales"))), skills=())
    assert outcome(skills.covered, org, SALE, at_least=Share(Fraction(1, 2))).reason == reason


def test_covered_of_several_proficiencies_in_one_run() -> None:
    """Two rules may ask the same org with different proficiencies; neither gets the other's answer."""
    org = required("sales", agents=(an_agent(a_skill("sales", proficiency=1)),))
    assert outcome(skills.covered, org, SALE, at_least=ALL, proficiency=2).verdict == "failed"
    assert outcome(skills.covered, org, SALE, at_least=ALL, proficiency=1).verdict == "passed"


def test_exist_takes_names_exactly() -> None:
    org = required("Sales", agents=(), skills=["sales"])
    assert outcome(skills.exist, org, "definition SALE").findings == (
        "skill 'Sales' does not exist; an active skill; did you mean 'sales'?",
    )


def test_exist_is_satisfied_by_one_active_skill_of_the_name() -> None:
    """A deleted skill may leave its name to a new one."""
    org = required("sales", agents=(), skills=[Skill("s0", "sales", "deleted"), Skill("s1", "sales", "active")])
    assert outcome(skills.exist, org, "definition SALE").verdict == "passed"


def test_exist_reports_every_skill_and_keeps_findings_beside_what_is_unknown() -> None:
    org = required(
        "sales", "french", "flying", agents=(), skills=[Skill("s0", "sales", "deleted"), Skill("s1", "french")]
    )
    came = outcome(skills.exist, org, "definition SALE")
    assert came.findings == (
        "skill 'sales' is deleted; an active skill",
        "skill 'flying' does not exist; an active skill",
    )
    assert came.reason == "the skill's state is unknown: the source did not deliver it"


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (
            required("sales", agents=(an_agent(AgentSkill("s9", state="active")),), source="export"),
            "whether the skill 'sales' exists is unknown: the export refers to 1 skills whose name it does not hold",
        ),
        (
            required("sales", agents=(), skills=[msgspec.structs.replace(Skill("s1", ""), name=unknown("x", "y"))]),
            "whether the skill 'sales' exists is unknown: the recording refers to 1 skills whose name it does not hold",
        ),
    ],
)
def test_exist_is_unknown_when_a_skill_of_unknown_name_may_be_it(seen: Org, reason: str) -> None:
    org = replace(seen, skills=tuple(it for it in seen.skills if it.id != "s9"))
    assert outcome(skills.exist, org, "definition SALE").reason == reason


def test_staffed_counts_a_person_once() -> None:
    """Somebody may be a member directly and through a group."""
    org = an_org(queues={"Billing": a_queue(agents=[an_agent()])})
    twice = replace(org, members={"queue-1": (*org.members["queue-1"], Member("agent-1", member_by="group"))})
    assert outcome(skills.staffed, twice, "queue Billing", at_least=2).findings == ("has 1 agent; at least 2",)


@pytest.mark.parametrize(
    ("org", "reason"),
    [
        (an_org(queues={"Billing": a_queue(agents=None)}), "the source did not deliver its members"),
        (
            an_org(queues={"Billing": a_queue(agents=[], member_groups=(MemberGroup("g1", "TEAM"),))}),
            "the people of its groups were not delivered",
        ),
        (
            replace(an_org(queues={"Billing": a_queue(agents=[an_agent()])}), agents=()),
            "user agent-1 is in no listing",
        ),
        (
            replace(
                an_org(queues={"Billing": a_queue(agents=[an_agent()])}), agents=(), hidden={"users": "no permission"}
            ),
            "no permission",
        ),
    ],
)
def test_staffed_is_unknown_when_members_are(org: Org, reason: str) -> None:
    assert outcome(skills.staffed, org, "queue Billing").reason == f"which agents the queue has is unknown: {reason}"


def test_staffed_knows_the_people_of_groups_when_the_listing_agrees_with_the_count() -> None:
    org = an_org(
        queues={"Billing": a_queue(agents=[an_agent()], member_count=1, member_groups=(MemberGroup("g1", "TEAM"),))}
    )
    assert outcome(skills.staffed, org, "queue Billing").verdict == "passed"
