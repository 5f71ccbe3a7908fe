"""Did what a plan promised land?"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.model import Division, Org
from harness.orgs import load_plan
from harness.orgs.landing import Landing, landings
from harness.testing import a_code, a_queue, a_skill, an_agent, an_org
from tests.plans.builder import (
    CODE,
    DIVISION,
    MAPPINGS,
    SKILL,
    USER,
    Later,
    Resource,
    Set,
    code,
    other,
    plan,
    queue,
    ref,
)

Hold = Callable[..., list[Landing]]

EXISTS: dict[str, Any] = {"actions": ("update",)}
PROMPT = {"acw_wrapup_prompt": "MANDATORY_TIMEOUT", "acw_timeout_ms": 60_000}


@pytest.fixture
def held(tmp_path: Path) -> Hold:
    def hold(org: Org, *resources: Resource) -> list[Landing]:
        path = tmp_path / "plan.json"
        path.write_text(json.dumps(plan(*resources)))
        return landings(load_plan(path), org)

    return hold


def states(found: list[Landing]) -> list[str]:
    return [it.state for it in found]


def billing(*codes: str, **changes: Any) -> Org:
    made: dict[str, Any] = {"prompt": "MANDATORY_TIMEOUT", "timeout_s": 60, "evaluation_word": "ALL"} | changes
    return an_org(codes=["Win", "Lose"], queues={"Billing": a_queue(*codes, **made)})


def test_a_plan_that_landed(held: Hold) -> None:
    """What is known only after apply, and what is left to the platform, was not promised."""
    found = held(
        billing("Win", "Lose"),
        code("w", "Win"),
        code("l", "Lose", id="code-2", writes={"description": Later(("local.x",))}, **EXISTS),
        queue("q", "Billing", codes=["w", "code-2"], writes=PROMPT),
        code("old", "Old", id="code-9", actions=("delete",)),
        code("left", "Left", id="code-8", actions=("forget",)),
    )
    assert [(it.label, it.state, it.details) for it in found] == [
        ("code Win", "landed", ()),
        ("code Lose", "landed", ()),
        ("queue Billing", "landed", ()),
        ("code Old", "landed", ()),
    ]


def test_codes_that_are_not_managed_were_not_promised(held: Hold) -> None:
    assert states(held(billing("Win"), queue("q", "Billing", writes=PROMPT))) == ["landed"]
    assert states(held(billing("Win"), queue("q", "Billing", codes=Later(("local.x",)), writes=PROMPT))) == ["landed"]


@pytest.mark.parametrize(
    ("org", "details"),
    [
        (billing("Win"), ("codes are missing: 'Lose'",)),
        (billing(), ("codes are missing: 'Lose', 'Win'",)),
        (billing("Win", "Lose", "More"), ("offers codes that were not planned: 'More'",)),
        (billing("Win", "Lose", timeout_s=30), ("timeout is '30000 ms', '60000 ms' was planned",)),
        (billing("Win", "Lose", timeout_s=None), ("timeout is not set, '60000 ms' was planned",)),
        (billing("Win", "Lose", prompt="OPTIONAL"), ("prompt is 'OPTIONAL', 'MANDATORY_TIMEOUT' was planned",)),
        (
            billing("Win", evaluation_word="BEST", description="x"),
            (
                "description is 'x', not set was planned",
                "skill evaluation is 'BEST', 'ALL' was planned",
                "codes are missing: 'Lose'",
            ),
        ),
    ],
)
def test_a_queue_that_landed_by_half(held: Hold, org: Org, details: tuple[str, ...]) -> None:
    """The provider sets the queue first and its codes afterwards."""
    found = held(org, code("w", "Win"), queue("q", "Billing", codes=["w", "code-2"], writes=PROMPT))[1]
    assert (found.state, found.details) == ("differs", details)


def test_what_is_missing(held: Hold) -> None:
    found = held(
        billing(), code("n", "New"), queue("q", "Fresh", codes=["n"]), code("g", "Gone", id="code-9", **EXISTS)
    )
    assert [(it.label, it.state) for it in found] == [
        ("code New", "missing"),
        ("queue Fresh", "missing"),
        ("code Gone", "missing"),
    ]


def test_what_was_to_go_and_is_still_there(held: Hold) -> None:
    found = held(
        billing("Win"),
        code("w", "Win", id="code-1", actions=("delete",)),
        code("l", "Lose", id="code-2", actions=("delete", "create")),
    )
    assert [(it.label, it.state, it.details) for it in found] == [
        # The one that carries the name is the one that was to be replaced.
        ("code Lose", "missing", ("is not in the org",)),
        ("code Win", "differs", ("was to be deleted and is still there",)),
    ]


def test_divisions(held: Hold) -> None:
    there = an_org(
        codes=[a_code("Win", division=Division("d-1", "Sales"))],
        divisions=(Division("d-1", "Sales"), Division("d-2", "Ops")),
    )
    sales = other(DIVISION, "s", {"name": "Sales"})
    win = code("w", "Win", writes={"division_id": Later(ref(DIVISION, "s"))})
    assert states(held(there, sales, win)) == ["landed", "landed"]
    (found,) = held(there, code("w", "Win", writes={"division_id": "d-2"}))
    assert (found.state, found.details) == ("differs", ("division is 'Sales'",))
    assert states(
        held(
            there,
            other(DIVISION, "n", {"name": "New"}),
            code("w", "Win", writes={"division_id": Later(ref(DIVISION, "n"))}),
        )
    ) == [
        "missing",
        "unclear",
    ]


def test_what_the_org_does_not_show_is_unclear(held: Hold) -> None:
    dim = an_org(
        queues={"Billing": a_queue(unseen_codes=True, evaluation_word="ALL")}, hidden={"wrapupcodes": "hidden"}
    )
    found = held(
        dim,
        code("n", "New"),
        code("g", "Gone", id="code-9", actions=("delete",)),
        queue("q", "Billing", codes=["code-1"], writes={"acw_wrapup_prompt": "MANDATORY"}),
    )
    assert [(it.state, it.details) for it in found] == [
        ("unclear", ("hidden",)),
        ("unclear", ("the org does not show its codes",)),
        ("unclear", ("hidden",)),
    ]


def test_what_the_plan_cannot_say_is_unclear(held: Hold) -> None:
    twins = an_org(codes=[a_code("Win", id="a"), a_code("Win", id="b")])
    secret = replace(code("s", "Win"), sensitive={"name": True})
    later = code("x", Later(("random_pet.x.id",)))
    found = held(twins, secret, code("w", "Win"), later, other(USER, "u", {"name": "x"}))
    assert [it.details for it in found] == [
        ("its name cannot be told: the plan marks it as sensitive",),
        ("several carry its name",),
        ("its name cannot be told: it will be known after apply",),
        ("a new user cannot be told from others: people have no names here",),
    ]
    assert states(found) == ["unclear"] * 4


@pytest.mark.parametrize(
    ("codes", "state"), [(["Win", "Lose"], "landed"), (["Win"], "differs"), (["Win", "Lose", "More"], "unclear")]
)
def test_codes_of_which_only_the_number_is_known(held: Hold, codes: list[str], state: str) -> None:
    some = queue("q", "Billing", codes=Set(("code-1",), 1, ("local.codes",)), writes=PROMPT)
    found = held(billing(*codes), code("a", "A"), code("b", "B"), some)
    assert found[-1].state == state


def test_skills_of_people(held: Hold) -> None:
    agent = an_agent(a_skill("sales"), id="u-1")
    org = an_org(queues={"Q": a_queue(agents=[agent])}, skills=["selling"])

    def user(skill: Any) -> Resource:
        return other(
            USER, "own_address", {"routing_skills": [{"skill_id": skill, "proficiency": 1}]}, id="u-1", **EXISTS
        )

    assert states(held(org, user("skill sales"))) == ["landed"]
    (found,) = held(org, user("skill other"))
    assert (found.state, found.details, found.address) == ("differs", ("lacks the skill 'skill other'",), USER)
    new = other(SKILL, "s", {"name": "selling"})
    assert held(org, new, user(Later(ref(SKILL, "s"))))[1].details == ("lacks the skill 'selling'",)


def test_the_outbound_mapping(held: Hold) -> None:
    org = an_org(codes=["Win"], flags={"Win": ["right_party", "A"]}, default_flags=["B"])

    def mapping(*flags: str, default: str = "B", of: Any = "code-1") -> Resource:
        entries = [{"wrapup_code_id": of, "flags": list(flags)}]
        return other(MAPPINGS, "m", {"default_set": [default], "mappings": entries})

    assert states(held(org, mapping("A", "RIGHT_PARTY"))) == ["landed"]
    assert states(held(org, code("w", "Win"), mapping("A", "RIGHT_PARTY", of=Later(ref(CODE, "w"))))) == ["landed"] * 2
    (found,) = held(org, mapping("A", default="C"))
    assert (found.state, found.label) == ("differs", "outbound mapping")
    assert found.details == ("flags of code 'Win' are A, RIGHT_PARTY", "the default set is B")
    assert held(org, mapping("A", of=Later(("local.x",))))[0].state == "unclear"
    assert held(an_org(), mapping("A"))[0].details == ("the org has none",)
    gone = other(MAPPINGS, "m", {}, id="wrapupcodemappings", actions=("delete",))
    assert states(held(org, gone)) == ["landed"]


def test_hostile_names_are_printable(held: Hold) -> None:
    (found,) = held(an_org(), code("c", "x\n::error::"))
    assert found.label == "code x\\n::error::"
