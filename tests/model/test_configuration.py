"""What an org answers about codes, queues and agents, and when it says that it could not see."""

from dataclasses import replace
from typing import Any

import pytest

from harness.errors import UnknownValueError
from harness.model import Agent, Org, OutboundMapping, Skill, WrapUpCode, unknown
from harness.model.ids import DEFAULT_CODE_ID
from harness.testing import a_code, a_queue, a_skill, an_agent, an_org

NAMELESS: Any = unknown("the name", "the plan computes it")


def reason(error: pytest.ExceptionInfo[UnknownValueError]) -> str:
    return str(error.value)


def test_codes_of_a_queue_come_once_in_the_sources_order() -> None:
    org = an_org(queues={"Billing": ["Sale", "Refund", "Sale"]})
    assert [code.name for code in org.codes_of(org.queues[0])] == ["Sale", "Refund"]


def test_a_code_that_no_listing_holds_has_an_id_and_no_name() -> None:
    org = an_org(queues={"Billing": []}, offered={"queue-1": ("code-9", DEFAULT_CODE_ID)})
    dangling, default = org.codes_of(org.queues[0])
    assert (dangling.id, default.name, default.system) == ("code-9", "Default Wrap-up Code", True)
    with pytest.raises(UnknownValueError) as error:
        len(dangling.name)
    assert reason(error) == (
        "the name of code code-9 is unknown: the org refers to a code that its listing does not hold"
    )


@pytest.mark.parametrize(
    ("hidden", "why"),
    [({}, "the source did not deliver it"), ({"queue_wrapupcodes": "no permission"}, "no permission")],
)
def test_codes_of_a_queue_that_were_not_delivered(hidden: dict[str, str], why: str) -> None:
    org = an_org(queues={"Billing": a_queue(unseen_codes=True)}, hidden=hidden)
    with pytest.raises(UnknownValueError) as error:
        org.codes_of(org.queues[0])
    assert reason(error) == f"which codes the queue offers is unknown: {why}"


def test_queues_of_a_code() -> None:
    org = an_org(queues={"Billing": ["Sale"], "Claims": [], "Bookings": ["Sale"]})
    assert [queue.name for queue in org.queues_of(org.codes[0])] == ["Billing", "Bookings"]
    assert org.queues_of(org.codes[0]) == org.queues_seen_with(org.codes[0])


@pytest.mark.parametrize(
    "org",
    [
        an_org(queues={"Billing": ["Sale"]}, hidden={"queues": "no permission"}),
        an_org(queues={"Billing": ["Sale"]}, not_carried={"queue_wrapupcodes": "not carried"}),
        an_org(queues={"Billing": ["Sale"], "Claims": a_queue(unseen_codes=True)}),
    ],
)
def test_queues_of_a_code_are_all_or_unknown(org: Org) -> None:
    with pytest.raises(UnknownValueError, match="on which queues the code is offered is unknown"):
        org.queues_of(org.codes[0])
    assert [queue.name for queue in org.queues_seen_with(org.codes[0])] == ["Billing"]


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("Billing", ["Billing"]),
        ("queue-2", ["Bookings"]),
        ("B*", ["Billing", "Bookings"]),
        ("?illing", ["Billing"]),
        ("billing", []),
        ("", []),
    ],
)
def test_queues_are_meant_by_id_name_or_wildcard(pattern: str, names: list[str]) -> None:
    org = an_org(queues={"Billing": [], "Bookings": [], "Claims": []})
    assert [queue.name for queue in org.queues_matching(pattern).values()] == names
    assert org.queues_matching(pattern) is org.queues_matching(pattern)


def test_a_queue_without_a_name_may_be_any() -> None:
    org = an_org(queues={"Billing": a_queue(name=NAMELESS), "Claims": []})
    assert [queue.id for queue in org.queues_matching("*").values()] == ["queue-2"]
    org.require_all_queues("Claims", "whether it exists")
    for pattern in ("*", "Billing"):
        with pytest.raises(UnknownValueError, match="the names of 1 queues are unknown"):
            org.require_all_queues(pattern, "whether it exists")


@pytest.mark.parametrize(
    ("org", "complete"),
    [
        (an_org(codes=["Sale"]), True),
        (an_org(queues={"Billing": ["Sale", DEFAULT_CODE_ID]}), True),
        (an_org(codes=["Sale"], flags={"deleted": []}), True),
        (an_org(codes=["Sale"], flags={"elsewhere": []}, source="plan"), False),
        (an_org(codes=[a_code(NAMELESS)]), False),
        (an_org(queues={"Billing": []}, offered={"queue-1": ("code-9",)}), False),
        (an_org(hidden={"wrapupcodes": "no permission"}), False),
    ],
)
def test_absence_proves_something_only_when_every_name_is_known(org: Org, complete: bool) -> None:
    if complete:
        org.require_all_code_names("whether it exists")
    else:
        with pytest.raises(UnknownValueError, match="whether it exists is unknown"):
            org.require_all_code_names("whether it exists")


def test_indexes_by_name_leave_out_what_has_none() -> None:
    org = replace(
        an_org(codes=["Sale", "SALE", a_code(NAMELESS)], queues={"Billing": a_queue(name=NAMELESS)}),
        skills=(Skill("s1", NAMELESS), Skill("s2", "sales")),
    )
    assert list(org.codes_by_name) == ["Sale", "SALE"]
    assert {name: len(codes) for name, codes in org.codes_by_folded_name.items()} == {"sale": 2}
    assert list(org.skills_by_name) == ["sales"]
    assert (list(org.queues_by_name), list(org.queue_by_id)) == ([], ["queue-1"])


def test_agents_are_active_members_once() -> None:
    people = [an_agent("sales"), an_agent(state="inactive"), an_agent(state="Active", id="z")]
    org = an_org(queues={"Billing": a_queue(agents=people)})
    assert [agent.id for agent in org.agents_of(org.queues[0])] == ["agent-1", "z"]
    assert org.agents_of(org.queues[0]) is org.agents_of(org.queues[0])


def test_agents_are_unknown_again_and_again() -> None:
    """The answer is kept, also when there is none."""
    org = an_org(queues={"Billing": a_queue(agents=[an_agent(state="asleep")])})
    for _ in range(2):
        with pytest.raises(UnknownValueError, match="this version does not know the word 'asleep'"):
            org.agents_of(org.queues[0])


def test_flags_are_the_entry_else_the_default_set() -> None:
    org = replace(an_org(codes=["Sale", "Refund"]), flags=OutboundMapping(("a",), {"code-1": ("b", "C")}))
    assert [org.flags_of(code) for code in org.codes] == [("B", "C"), ("A",)]
    assert an_org(codes=["Sale"]).flags_of(org.codes[0]) == ()
    with pytest.raises(UnknownValueError, match="which outbound flags the code has is unknown: no permission"):
        replace(org, hidden={"outbound_mapping": "no permission"}).flags_of(org.codes[0])


def test_tiny_orgs_are_sorted_by_id_and_share_people_by_id() -> None:
    ann = an_agent("sales", id="ann")
    org = an_org(
        codes=[a_code("Sale", id="z"), a_code("Refund", id="a")],
        queues={"Billing": a_queue(agents=[ann]), "Claims": a_queue(agents=[ann, an_agent(a_skill("french"))])},
    )
    assert [code.id for code in org.codes] == ["a", "z"]
    assert [agent.id for agent in org.agents] == ["agent-3", "ann"]
    assert [skill.name for skill in org.skills] == ["french", "sales"]
    assert [org.code_by_id["z"].name, org.skill_by_id["skill sales"].name] == ["Sale", "sales"]


def test_a_tiny_org_may_hold_what_is_unknown() -> None:
    org = an_org(queues={"Billing": a_queue(agents=[Agent("a1")])}, codes=[WrapUpCode(id="c1", name=NAMELESS)])
    assert (org.agents[0].id, org.codes[0].id, org.skills) == ("a1", "c1", ())
