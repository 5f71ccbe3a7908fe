"""What differs between two orgs: renamed is not replaced, and unknown is never equal."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model import (
    AcwSettings,
    Agent,
    AgentSkill,
    Division,
    Member,
    Org,
    Origin,
    OutboundMapping,
    Queue,
    Skill,
    WrapUpCode,
    unknown,
)
from harness.model.ids import pseudonym
from harness.orgs.difference import Difference, difference, same_org

SALES = Division("d1", "Sales")
CLAIMS = Division("d2", "Claims")
ADDRESS = "genesyscloud_routing_wrapupcode.Sale"
TWO_KINDS = "unknown: ids of the platform and addresses in an export do not compare"

CODE = WrapUpCode("c1", "Sale", SALES, "sold")
OTHER_CODE = WrapUpCode("c2", "Refund", Division("*", "*"), None)
QUEUE = Queue("q1", "Billing", SALES, None, AcwSettings("MANDATORY_TIMEOUT", 30000), {}, None, (), "ALL")
AGENT = Agent("u1", "active", (AgentSkill("s1", "negotiation", 3.0, "active"),), ())
ORG = Org(
    name="harbor",
    id="org-1",
    origin=Origin(kind="recording", location="old", recorded_at="then", region="eu-west-2"),
    codes=(CODE, OTHER_CODE),
    queues=(QUEUE,),
    skills=(Skill("s1", "negotiation", "active"),),
    agents=(AGENT, Agent("u2", "inactive", (), ())),
    divisions=(SALES, CLAIMS),
    offered={"q1": ("c1", "c2")},
    members={"q1": (Member("u1"), Member("u2"))},
    flags=OutboundMapping(("BUSINESS_NEUTRAL",), {"c1": ("BUSINESS_SUCCESS",)}),
)


def changed(entity: Any, **fields: Any) -> Any:
    return msgspec.structs.replace(entity, **fields)


def lines(new: Org, old: Org = ORG) -> list[str]:
    return [line(it) for it in difference(old, new)]


def line(it: Difference) -> str:
    return f"{it.label}: {it.what}: {it.before} -> {it.after}{'' if it.compared else ' ?'}"


# -- the same ---------------------------------------------------------------------------------------------------


def test_an_org_does_not_differ_from_itself() -> None:
    assert difference(ORG, ORG) == ()
    assert same_org(ORG, ORG)


def test_when_and_where_it_was_recorded_says_nothing() -> None:
    again = replace(ORG, origin=replace(ORG.origin, location="new", recorded_at="now", tool_version="9", sha256="x"))
    assert same_org(ORG, again)
    assert difference(ORG, again) == ()


def test_another_region_or_name_is_another_org() -> None:
    assert not same_org(ORG, replace(ORG, origin=replace(ORG.origin, region="us-east-1")))
    assert not same_org(ORG, replace(ORG, name="bay"))


def test_a_value_known_on_one_side_only_is_not_the_same() -> None:
    """Comparing it raises; the answer is no."""
    unseen = replace(ORG, codes=(changed(CODE, division=unknown("the division", "not seen")), OTHER_CODE))
    assert not same_org(ORG, unseen)
    assert same_org(unseen, unseen)


def test_order_and_spelling_of_flags_say_nothing() -> None:
    mapping = OutboundMapping(("Business_Neutral",), {"c1": ("business_success", "BUSINESS_SUCCESS")})
    offered = {"q1": ("c2", "c1")}
    members = {"q1": (Member("u2"), Member("u1"))}
    assert lines(replace(ORG, flags=mapping, offered=offered, members=members)) == []


# -- listings ---------------------------------------------------------------------------------------------------


def test_renamed_is_not_removed_and_added() -> None:
    """Same id, other name: history stays. Queues that offer the code have not changed."""
    new = replace(
        ORG,
        codes=(changed(CODE, name="Sold\n"), OTHER_CODE),
        queues=(changed(QUEUE, name="Invoices"),),
        divisions=(changed(SALES, name="Vertrieb"), CLAIMS),
        skills=(Skill("s1", "haggling", "active"),),
    )
    assert lines(new) == [
        "division Vertrieb: name: Sales -> Vertrieb",
        "skill haggling: name: negotiation -> haggling",
        "code Sold\\n: name: Sale -> Sold\\n",
        "queue Invoices: name: Billing -> Invoices",
    ]


def test_made_anew_under_the_same_name_splits_history() -> None:
    """Same name, other id; the queue offers the successor, the mapping follows it."""
    new = replace(
        ORG,
        codes=(changed(CODE, id="c9"), OTHER_CODE),
        offered={"q1": ("c9", "c2")},
        flags=OutboundMapping(("BUSINESS_NEUTRAL",), {"c9": ("BUSINESS_SUCCESS",)}),
    )
    assert lines(new) == ["code Sale: id: c1 -> c9"]


def test_names_that_are_not_told_apart_are_not_matched() -> None:
    twins = (changed(CODE, id="c7"), changed(CODE, id="c8"), OTHER_CODE)
    new = replace(ORG, codes=twins, offered={"q1": ("c2", "c7")}, flags=None)
    assert lines(new)[:3] == [
        "code Sale ~c1: removed: c1 -> None",
        "code Sale ~c7: added: None -> c7",
        "code Sale ~c8: added: None -> c8",
    ]


def test_added_and_removed() -> None:
    new = replace(
        ORG,
        codes=(CODE,),
        skills=(),
        agents=(AGENT, Agent("u3", "active", (), ())),
        offered={"q1": ("c1",)},
        members={"q1": (Member("u1"), Member("u3"))},
    )
    assert lines(new) == [
        "skill negotiation: removed: s1 -> None",
        "code Refund: removed: c2 -> None",
        "queue Billing: code removed: Refund -> None",
        f"queue Billing: members: 1: {pseudonym('u2')} -> 1: {pseudonym('u3')}",
        *sorted(
            [
                f"agent {pseudonym('u2')}: removed: u2 -> None",
                f"agent {pseudonym('u3')}: added: None -> u3",
            ]
        ),
    ]


def test_an_org_that_does_not_show_all_of_them_removes_nothing() -> None:
    """What is hidden may be there."""
    new = replace(ORG, codes=(CODE,), offered={"q1": ("c1", "c2")}, hidden={"wrapupcodes": "one division"})
    assert lines(new) == ["all codes: whether there are more: None -> unknown: one division ?"]
    assert lines(ORG, old=new) == ["all codes: whether there are more: unknown: one division -> None ?"]


def test_two_orgs_are_compared_by_name() -> None:
    """Staging and production share no ids: that every object is another one is said once."""
    other = replace(
        ORG,
        id="org-2",
        name="bay\n",
        codes=(changed(CODE, id="c9", description="done"), OTHER_CODE),
        offered={"q1": ("c9", "c2")},
    )
    assert lines(replace(other, flags=None), old=replace(ORG, flags=None)) == [
        "org bay\\n: id: org-1 -> org-2",
        "code Sale: description: sold -> done",
    ]


# -- values -----------------------------------------------------------------------------------------------------


def test_what_a_queue_may_change() -> None:
    queue = changed(
        QUEUE, division=CLAIMS, acw=AcwSettings("OPTIONAL", None), evaluation_word="BEST\n", description="unjudged"
    )
    new = replace(ORG, queues=(queue,), offered={"q1": ("c2",)}, members={"q1": ()})
    assert lines(new) == [
        "queue Billing: code removed: Sale -> None",
        "queue Billing: division: Sales -> Claims",
        f"queue Billing: members: 2: {', '.join(sorted([pseudonym('u1'), pseudonym('u2')]))} -> None",
        "queue Billing: prompt: MANDATORY_TIMEOUT -> OPTIONAL",
        "queue Billing: skill evaluation: ALL -> BEST\\n",
        "queue Billing: timeout: 30000 ms -> None",
    ]


def test_a_crowd_is_counted_and_the_first_few_named() -> None:
    many = tuple(Member(f"x{number}") for number in range(40))
    (it,) = difference(replace(ORG, members={"q1": ()}), replace(ORG, members={"q1": many}))
    assert it.after is not None
    assert it.after.startswith("40: agent-")
    assert it.after.count("agent-") == 5
    assert it.after.endswith(", …")


def test_what_a_code_and_its_flags_may_change() -> None:
    new = replace(
        ORG,
        codes=(changed(CODE, division=CLAIMS, description=None), OTHER_CODE),
        flags=OutboundMapping((), {"c2": (), "gone": ("BUSINESS_FAILURE",)}),
    )
    assert lines(new) == [
        "code Sale: description: sold -> None",
        "code Sale: division: Sales -> Claims",
        "flags Refund: flags: None -> none",
        "flags Sale: flags: BUSINESS_SUCCESS -> None",
        "flags gone: flags: None -> BUSINESS_FAILURE",
        "flags of codes without an entry: flags: BUSINESS_NEUTRAL -> none",
    ]


def test_what_an_agent_may_change() -> None:
    skills = (AgentSkill("s1", "negotiation", 5.0, "inactive"), AgentSkill("s2", unknown("n", "?"), 1.0, "active"))
    new = replace(
        ORG,
        skills=(Skill("s1", "negotiation", "inactive"),),
        agents=(changed(AGENT, state="inactive", skills=skills), ORG.agents[1]),
    )
    label = pseudonym("u1")
    assert lines(new) == [
        "skill negotiation: state: active -> inactive",
        f"agent {label}: skills: negotiation 3 -> negotiation 5 (inactive), s2 1",
        f"agent {label}: state: active -> inactive",
    ]


# -- what is unknown --------------------------------------------------------------------------------------------


def test_an_unknown_value_equals_nothing() -> None:
    """Not even itself: two exports that both lack a timeout do not prove it is the same one."""
    unseen = unknown("the ACW timeout", "not said")
    new = replace(ORG, queues=(changed(QUEUE, acw=AcwSettings("MANDATORY_TIMEOUT", unseen)),))
    assert lines(new) == ["queue Billing: timeout: 30000 ms -> unknown: not said ?"]
    assert lines(ORG, old=new) == ["queue Billing: timeout: unknown: not said -> 30000 ms ?"]
    assert lines(new, old=new) == ["queue Billing: timeout: unknown: not said -> unknown: not said ?"]


def test_one_reason_for_many_is_said_once() -> None:
    codes = tuple(changed(code, description=unknown("d", "not said")) for code in ORG.codes)
    assert lines(replace(ORG, codes=codes), old=replace(ORG, codes=codes)) == [
        "2 codes: description: unknown: not said -> unknown: not said ?"
    ]


def test_a_division_that_is_only_an_id_compares_by_id() -> None:
    same = replace(ORG, queues=(changed(QUEUE, division=Division("d1")),))
    assert lines(same) == []
    other = replace(ORG, queues=(changed(QUEUE, division=Division("d9")),))
    assert lines(other) == ["queue Billing: division: Sales -> unknown: only the division's id is known ?"]


def test_codes_and_members_that_were_not_delivered() -> None:
    new = replace(ORG, offered={}, members={}, hidden={"queue_members": "403"})
    codes, members = difference(ORG, new)
    assert (codes.what, codes.before, codes.compared) == ("codes", None, False)
    assert codes.after is not None
    assert "did not deliver" in codes.after
    assert line(members) == "queue Billing: members: None -> unknown: 403 ?"


def test_skills_that_were_not_delivered() -> None:
    new = replace(ORG, agents=(changed(AGENT, skills=unknown("the agent's skills", "403")), ORG.agents[1]))
    assert lines(new) == [f"agent {pseudonym('u1')}: skills: None -> unknown: 403 ?"]


@pytest.mark.parametrize("swap", [False, True])
def test_an_export_and_a_recording_are_matched_by_name(swap: bool) -> None:
    """An address is no id of the platform: it proves neither that an object is the same nor that it is another."""
    export = replace(
        ORG,
        id=None,
        origin=Origin(kind="export", location="x", region="eu-west-2"),
        codes=(changed(CODE, id=ADDRESS), OTHER_CODE),
        offered={"q1": (ADDRESS, "genesyscloud_routing_wrapupcode.Gone")},
        members={"q1": (Member("genesyscloud_user.0123"),)},
        agents=(
            changed(AGENT, skills=(AgentSkill("genesyscloud_routing_skill.x", "x", 1.0, "active"),)),
            ORG.agents[1],
        ),
        flags=OutboundMapping(("BUSINESS_NEUTRAL",), {ADDRESS: ("BUSINESS_SUCCESS",)}),
    )
    found = difference(export, ORG) if swap else difference(ORG, export)
    assert [line(it) for it in found] == [
        f"queue Billing: codes: {TWO_KINDS} -> {TWO_KINDS} ?",
        f"queue Billing: members: {TWO_KINDS} -> {TWO_KINDS} ?",
        f"agent {pseudonym('u1')}: skills: {TWO_KINDS} -> {TWO_KINDS} ?",
    ]


def test_a_hidden_outbound_mapping_cannot_be_compared() -> None:
    new = replace(ORG, flags=None, hidden={"outbound_mapping": "403"})
    assert lines(new) == ["all flags: outbound mapping: None -> unknown: 403 ?"]


# -- invariants -------------------------------------------------------------------------------------------------

_names = st.sampled_from(["Sale", "Refund", "No", "x\n"])
_codes = st.lists(
    st.builds(WrapUpCode, st.sampled_from("abcde"), _names, st.sampled_from([SALES, CLAIMS]), st.none() | _names),
    max_size=4,
    unique_by=lambda code: code.id,
)


@st.composite
def orgs(draw: st.DrawFn) -> Org:
    codes = draw(_codes)
    ids = [code.id for code in codes]
    offered = tuple(draw(st.permutations(ids)))[: draw(st.integers(0, 4))]
    prompt = draw(st.sampled_from(["OPTIONAL", "MANDATORY"]))
    queue = changed(QUEUE, acw=AcwSettings(prompt, draw(st.none() | st.integers(0, 9))))
    queues = (queue,) if draw(st.booleans()) else ()
    return replace(ORG, codes=tuple(codes), queues=queues, offered={"q1": offered}, flags=None)


@given(orgs(), orgs())
def test_differences_mirror_each_other(old: Org, new: Org) -> None:
    mirror = {"added": "removed", "removed": "added", "code added": "code removed", "code removed": "code added"}
    there = {(mirror.get(it.what, it.what), it.after, it.before) for it in difference(old, new)}
    back = {(it.what, it.before, it.after) for it in difference(new, old)}
    assert there == back


@given(orgs(), orgs(), st.randoms(use_true_random=False))
def test_the_order_of_entities_says_nothing(old: Org, new: Org, random: Any) -> None:
    shuffled = list(new.codes)
    random.shuffle(shuffled)
    assert difference(old, replace(new, codes=tuple(shuffled))) == difference(old, new)


@given(orgs(), orgs())
def test_no_difference_means_the_same_codes(old: Org, new: Org) -> None:
    if difference(old, new) == ():
        assert set(old.codes) == set(new.codes)
        assert old.queues == new.queues
