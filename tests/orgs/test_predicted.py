"""A plan over an org: what will be, what stays, and what somebody should know."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.errors import UnknownValueError
from harness.model import Catalogue, Division, Org, Prompt, Queue, is_known
from harness.model.entities import Member, MemberGroup
from harness.orgs import load_plan
from harness.orgs.gate import Gate
from harness.orgs.plan import Plan
from harness.orgs.plan_changes import PlanChange
from harness.orgs.predicted import predict
from harness.testing import a_code, a_queue, a_skill, an_agent, an_org
from tests.plans.builder import (
    CODE,
    DIVISION,
    MAPPINGS,
    QUEUE,
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

Read = Callable[..., Plan]

EXISTS: dict[str, Any] = {"actions": ("update",)}


@pytest.fixture
def planned(tmp_path: Path) -> Read:
    def read(*resources: Resource, **root: Any) -> Plan:
        path = tmp_path / "plan.json"
        path.write_text(json.dumps(plan(*resources, **root)))
        return load_plan(path)

    return read


def a_base(**fields: Any) -> Org:
    """Return an org with the codes Win and Lose, of which queue Billing offers both and queue Sales one."""
    queues = {"Billing": ["Win", "Lose"], "Sales": ["Win"]}
    return an_org(**({"codes": [a_code("Win", created="2026-01-01T00:00:00Z"), "Lose"], "queues": queues} | fields))


def by_name(org: Org, name: str) -> Queue:
    (found,) = org.queues_by_name[name]
    return found


def codes_of(org: Org, name: str) -> list[str]:
    return [it.name for it in org.codes_of(by_name(org, name))]


# -- what stays -------------------------------------------------------------------------------------------------------


def test_a_plan_that_changes_nothing_changes_nothing(planned: Read) -> None:
    """Not even where the state has drifted from the org."""
    base = a_base()
    drifted = queue("q", "Another", id="queue-1", codes=Set(), writes={"acw_wrapup_prompt": "OPTIONAL"})
    for it in (planned(code("w", "Winn", id="code-1"), drifted), planned(other(SKILL, "s", {"name": "new"}))):
        after = predict(base, it)
        assert (after.codes, after.queues, after.offered) == (base.codes, base.queues, base.offered)
    assert after.origin.kind == "recording"
    assert after.origin.location.startswith("nowhere + ")
    assert after.origin.sha256 != base.origin.sha256
    assert not after.partial


def test_codes_that_are_not_managed_stay(planned: Read) -> None:
    """Terraform shows what it read when it planned; the org is what counts."""
    after = predict(
        a_base(),
        planned(queue("q", "Billing", id="queue-1", is_now={"wrapup_codes": ["code-1"]}, writes=OPTIONAL, **EXISTS)),
    )
    assert codes_of(after, "Billing") == ["Win", "Lose"]
    assert by_name(after, "Billing").acw.prompt is Prompt.OPTIONAL


OPTIONAL: dict[str, Any] = {"acw_wrapup_prompt": "OPTIONAL", "skill_evaluation_method": "BEST"}


def test_what_the_org_does_not_show_is_taken_from_the_plan(planned: Read) -> None:
    base = a_base(queues={"Billing": a_queue(unseen_codes=True)})
    read = queue("q", "Billing", id="queue-1", is_now={"wrapup_codes": ["code-1"]}, **EXISTS)
    assert codes_of(predict(base, planned(read)), "Billing") == ["Win"]
    with pytest.raises(UnknownValueError):
        codes_of(predict(base, planned(code("n", "New"))), "Billing")


def test_a_resource_that_terraform_forgets_stays(planned: Read) -> None:
    base = a_base()
    after = predict(base, planned(queue("q", "Billing", id="queue-1", actions=("forget",)), code("n", "New")))
    assert by_name(after, "Billing") == by_name(base, "Billing")


# -- what the plan does -----------------------------------------------------------------------------------------------


def test_new_codes_on_a_new_and_an_old_queue(planned: Read) -> None:
    after = predict(
        a_base(),
        planned(
            code("new", "New"),
            queue("q", "Fresh", codes=["new"]),
            queue("b", "Billing", id="queue-1", codes=Set(("code-1",), 1, ref(CODE, "new")), **EXISTS),
        ),
    )
    assert codes_of(after, "Billing") == ["Win", "New"]
    assert codes_of(after, "Fresh") == ["New"]
    assert [it.id for it in after.queues] == [f"{QUEUE}.q", "queue-1", "queue-2"]


def test_an_update_keeps_what_terraform_does_not_know(planned: Read) -> None:
    base = a_base(queues={"Billing": a_queue("Win", media_settings={"call": {}}, member_count=0)})
    after = predict(
        base,
        planned(
            code("w", "Won", id="code-1", **EXISTS),
            queue("q", "Billing", id="queue-1", codes=["code-1"], writes={"acw_timeout_ms": 0}, **EXISTS),
        ),
    )
    assert (after.code("code-1").name, after.code("code-1").created) == ("Won", "2026-01-01T00:00:00Z")
    billing = by_name(after, "Billing")
    assert (billing.media, billing.member_count) == (("call",), 0)
    assert not is_known(billing.acw.timeout_ms)


def test_codes_that_are_known_after_apply_are_unknown(planned: Read) -> None:
    after = predict(
        a_base(), planned(queue("q", "Billing", id="queue-1", codes=Later(("local.x",)), **EXISTS), code("n", "N"))
    )
    with pytest.raises(UnknownValueError, match="it will be known after apply"):
        codes_of(after, "Billing")
    assert codes_of(after, "Sales") == ["Win"]


def test_a_new_queue_whose_codes_are_not_managed_is_unknown(planned: Read) -> None:
    after = predict(a_base(), planned(queue("q", "Fresh")))
    with pytest.raises(UnknownValueError, match="the plan does not manage them: wrapup_codes is not set"):
        codes_of(after, "Fresh")


def test_a_deleted_code_is_offered_nowhere(planned: Read) -> None:
    after = predict(a_base(), planned(code("l", "Lose", id="code-2", actions=("delete",))))
    assert codes_of(after, "Billing") == ["Win"]
    assert [it.name for it in after.codes] == ["Win"]


def test_what_is_left_of_an_earlier_replacement_is_deleted(planned: Read) -> None:
    old = code("w", "Lose", id="code-2", actions=("delete",), changes={"deposed": "00ff"})
    assert [it.name for it in predict(a_base(), planned(code("w", "Win", id="code-1"), old)).codes] == ["Win"]


def test_a_code_that_is_made_anew_is_lost_by_queues_that_terraform_does_not_manage(planned: Read) -> None:
    after = predict(
        a_base(),
        planned(
            code("w", "Win", id="code-1", actions=("delete", "create")),
            queue("b", "Billing", id="queue-1", codes=["w"], **EXISTS),
        ),
    )
    assert codes_of(after, "Billing") == ["Win"]
    assert codes_of(after, "Sales") == []
    assert after.codes_by_name["Win"][0].id == f"{CODE}.w"


def test_a_deleted_queue_is_gone(planned: Read) -> None:
    after = predict(a_base(), planned(queue("q", "Billing", id="queue-1", actions=("delete",))))
    assert [it.name for it in after.queues] == ["Sales"]
    assert "queue-1" not in after.offered


def test_an_update_without_an_id_is_recognised_by_its_name(planned: Read) -> None:
    hidden = {"sensitive": {"id": True}}
    after = predict(
        a_base(),
        planned(
            code("w", "Won", id="code-1", is_now={"name": "Win"}, **EXISTS, **hidden),
            queue("q", "Billing", id="queue-1", codes=["code-1", "code-2"], **EXISTS, **hidden),
        ),
    )
    assert [it.id for it in after.codes] == ["code-1", "code-2"]
    assert codes_of(after, "Billing") == ["Won", "Lose"]


def test_a_code_that_is_looked_up_when_the_plan_is_applied_is_the_orgs(planned: Read) -> None:
    data = other(CODE, "win", {"name": "Win"}, mode="data", actions=("read",))
    new = queue("q", "Fresh", codes=Set((), 1, (f"data.{CODE}.win.id", f"data.{CODE}.win")))
    after = predict(a_base(), planned(data, new))
    assert after.offered[f"{QUEUE}.q"] == ("code-1",)
    assert len(after.codes) == 2


def test_divisions_carry_their_names(planned: Read) -> None:
    base = a_base(divisions=(Division("d-1", "Sales"),), codes=[a_code("Win", division=Division("d-1", "Sales"))])
    after = predict(
        base,
        planned(
            other(DIVISION, "d", {"name": "Vertrieb"}, id="d-1", **EXISTS),
            queue("q", "Fresh", codes=["code-1"], writes={"division_id": "d-1"}),
        ),
    )
    assert by_name(after, "Fresh").division == after.code("code-1").division == Division("d-1", "Vertrieb")


# -- people -----------------------------------------------------------------------------------------------------------


def people(**changes: Any) -> Org:
    agent = an_agent(a_skill("sales", proficiency=3), id="u-1")
    return an_org(queues={"Billing": a_queue("Win", agents=[agent], member_count=1)}, **changes)


def test_members_and_skills(planned: Read) -> None:
    """Skills of a plan are as active as the org has them."""
    nobody = {"groups": None, "teams": None, "skill_groups": None}
    members = [{"user_id": "u-1"}, {"user_id": Later(ref(USER, "new"))}]
    after = predict(
        people(),
        planned(
            other(USER, "new", {"name": "x", "routing_skills": [{"skill_id": "skill sales", "proficiency": 1}]}),
            queue("q", "Billing", id="queue-1", codes=["code-1"], writes={"members": members} | nobody, **EXISTS),
        ),
    )
    agents = after.agents_of(by_name(after, "Billing"))
    assert sorted(it.skills[0].proficiency for it in agents) == [1.0, 3.0]
    assert all(it.skills[0].active and it.skills[0].name == "sales" for it in agents)


def test_skills_that_are_not_managed_stay(planned: Read) -> None:
    (agent,) = predict(people(), planned(other(USER, "u", {"name": "x"}, id="u-1", **EXISTS))).agents
    assert [it.name for it in agent.skills] == ["sales"]


def test_a_skill_that_is_made_anew_is_lost_by_its_agents(planned: Read) -> None:
    skill = other(SKILL, "s", {"name": "selling"}, id="skill sales", actions=("delete", "create"))
    after = predict(people(), planned(skill))
    assert after.agents[0].skills == ()
    assert [it.name for it in after.skills] == ["selling"]


def test_a_deleted_user_is_no_agent_any_more(planned: Read) -> None:
    after = predict(people(), planned(other(USER, "u", {"name": "x"}, id="u-1", actions=("delete",))))
    assert after.agents_of(by_name(after, "Billing")) == ()


def test_other_groups_bring_other_people(planned: Read) -> None:
    changed = queue("q", "Billing", id="queue-1", codes=["code-1"], writes={"groups": ["g-1"]}, **EXISTS)
    after = predict(people(), planned(changed))
    with pytest.raises(UnknownValueError, match="the source did not deliver its members"):
        after.agents_of(by_name(after, "Billing"))
    same = queue("q", "Billing", id="queue-1", codes=["code-1"], **EXISTS)
    after = predict(people(), planned(same))
    assert len(after.agents_of(by_name(after, "Billing"))) == 1


def test_groups_that_stay_bring_the_same_people(planned: Read) -> None:
    base = people()
    grouped = msgspec.structs.replace(base.queues[0], member_groups=(MemberGroup("g-1", "GROUP"),))
    base = replace(base, queues=(grouped,), members={"queue-1": (Member("u-1", member_by="group"),)})
    same = queue("q", "Billing", id="queue-1", codes=["code-1"], writes={"groups": ["g-1"]}, **EXISTS)
    after = predict(base, planned(same))
    assert len(after.agents_of(by_name(after, "Billing"))) == 1


# -- outbound mapping -------------------------------------------------------------------------------------------------


def test_an_outbound_mapping_is_set_as_a_whole(planned: Read) -> None:
    base = a_base(flags={"Win": ["A"]}, hidden={"outbound_mapping": "no permission"})
    entries = [{"wrapup_code_id": "code-2", "flags": ["B"]}]
    mapping = other(MAPPINGS, "m", {"default_set": ["C"], "mappings": entries})
    after = predict(base, planned(mapping))
    assert after.flags is not None
    assert (after.flags.default_set, after.flags.mapping, after.hidden) == (("C",), {"code-2": ("B",)}, {})
    lost = other(MAPPINGS, "m", {"default_set": [], "mappings": Later(("local.x",))})
    assert predict(base, planned(lost)).gap("outbound_mapping") == (
        "the entries of the outbound mapping: it will be known after apply"
    )


def test_deleting_the_outbound_mapping_leaves_it(planned: Read) -> None:
    base = a_base(flags={"Win": ["A"]})
    gone = other(MAPPINGS, "m", {}, id="wrapupcodemappings", actions=("delete",))
    assert predict(base, planned(gone)).flags == base.flags


def test_what_a_plan_brings_is_carried(planned: Read) -> None:
    base = an_org(queues={"Billing": []}, not_carried={"skills": "none", "wrapupcodes": "none"})
    assert predict(base, planned(code("n", "New"))).not_carried == {"skills": "none"}


# -- what somebody should know ----------------------------------------------------------------------------------------


def told(plan: Plan, base: Org, *catalogues: Catalogue) -> list[tuple[str, str]]:
    return [(it.kind, f"{it.subject} {it.detail}") for it in Gate(plan, base).changes(catalogues)]


def test_a_plan_over_which_there_is_nothing_to_say(planned: Read) -> None:
    whole = queue("b", "Billing", id="queue-1", codes=["code-1"], **EXISTS)
    assert told(planned(code("n", "New"), whole), a_base()) == []
    assert Gate(planned(code("l", "Lose", id="code-2", actions=("delete",)))).changes([]) == []


def test_a_code_that_is_deleted_while_it_is_used(planned: Read) -> None:
    base = a_base(flags={"Lose": ["A"]}, definitions=["Lose"])
    assert base.catalogue is not None
    gone = code("l", "Lose", id="code-2", actions=("delete",))
    assert told(planned(gone), base, base.catalogue) == [
        (
            "deleted in use",
            "code Lose is deleted while it is offered on queue 'Billing' and named by the outbound mapping and defined "
            "in the catalogue tiny",
        )
    ]
    freed = queue("b", "Billing", id="queue-1", codes=["code-1"], **EXISTS)
    assert told(planned(gone, freed), a_base()) == []
    still = queue("b", "Billing", id="queue-1", codes=["code-1", "code-2"], **EXISTS)
    assert told(planned(gone, still), a_base())[0][0] == "deleted in use"


def test_a_code_that_gets_a_new_id(planned: Read) -> None:
    """By replacing it, or by deleting it here and making it there."""
    sales = queue("s", "Sales", id="queue-2", codes=["code-2"], **EXISTS)
    new_id = "code Win gets a new id, so that its history splits; queue 'Billing' will no longer offer it"
    for resources in (
        [code("w", "Win", id="code-1", actions=("delete", "create"))],
        [code("w", "Win", id="code-1", actions=("delete",)), code("w2", "Win")],
    ):
        assert told(planned(*resources, sales), a_base(definitions=["Win"])) == [("new id", new_id)]


def test_a_queue_that_loses_its_last_code(planned: Read) -> None:
    gone = code("w", "Win", id="code-1", actions=("delete",))
    (used, (kind, text)) = told(planned(gone), a_base())
    assert used[0] == "deleted in use"
    assert (kind, text) == ("loses its last code", "queue Sales offers codes today and will offer none")
    emptied = queue("s", "Sales", id="queue-2", codes=Set(), **EXISTS)
    assert Gate(planned(emptied), a_base()).changes([]) == [
        PlanChange(
            kind="loses its last code",
            subject="queue Sales",
            detail="offers codes today and will offer none",
            address=f"{QUEUE}.s",
        )
    ]


def test_a_plan_of_another_org_is_noticed(planned: Read) -> None:
    strange = planned(code("x", "X", id="guid-1"), queue("y", "Y", id="guid-2", codes=["guid-1"]))
    assert told(strange, a_base()) == [
        (
            "not in the org",
            "org tiny does not hold 2 of the 2 resources that exist by the plan: it may be another org",
        )
    ]
    mixed = planned(code("x", "X", id="guid-1"), code("w", "Win", id="code-1"))
    assert told(mixed, a_base())[0][1].endswith(
        "1 of the 2 resources that exist by the plan: it may be older than the plan"
    )
    assert told(mixed, a_base(hidden={"wrapupcodes": "no permission"})) == []


def test_hostile_names_are_printable(planned: Read) -> None:
    base = a_base(queues={"x\n::error::": ["Win"]})
    texts = [text for _, text in told(planned(code("w", "Win", id="code-1", actions=("delete",))), base)]
    assert texts
    assert all(text.isprintable() for text in texts)
