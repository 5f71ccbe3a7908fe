"""Reading a plan: what is refused, what is never kept, and what becomes of each resource."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import SourceError
from harness.model import is_known
from harness.orgs import load_org, load_plan
from harness.orgs.plan import Plan
from harness.orgs.plan_document import LARGEST_BYTES
from tests.plans.builder import CODE, MAPPINGS, QUEUE, SKILL, USER, Later, Set, code, other, plan, queue, ref

ID = "c0de0000-0000-4000-8000-000000000001"
EXPECTED = "  expected a plan as `terraform show -json` writes it"
DEEP = (
    b'{"format_version":"1.2","configuration":{"root_module":{"resources":[{"type":"a","name":"b","expressions":{"x":'
    + b"[" * 100_000
)
SHOW = "  write it with: terraform show -json PLAN > plan.json"


def read(tmp_path: Path, *resources: Any, keep_names: bool = False, **root: Any) -> Plan:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan(*resources, **root)))
    return load_plan(path, keep_names=keep_names)


def the_problem(tmp_path: Path, data: bytes) -> list[str]:
    path = tmp_path / "plan.json"
    path.write_bytes(data)
    with pytest.raises(SourceError) as caught:
        load_plan(path)
    return str(caught.value).replace(str(path), "PATH").splitlines()


# -- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "is not JSON: ends in the middle"),
        (b'{"format_version":"1.2","resource_changes":[{"addr', "is not JSON: ends in the middle"),
        (b"Terraform used the selected providers", "is not JSON: invalid character (byte 0)"),
        (b'{"format_version":"1.2\xff"}', "is not UTF-8 text"),
        (b"[]", "is of another shape: expected `object`, got `array`"),
        (b"{}", "is of another shape: object missing required field `format_version`"),
        (b"PK\x03\x04zip", "is Terraform's own plan file, not JSON"),
        (b'{"format_version":"1.2","resource_changes":' + b"[" * 100_000, "is of another shape: expected `object`"),
        (DEEP, "is nested too deeply"),
    ],
)
def test_what_is_no_plan_says_so(tmp_path: Path, data: bytes, what: str) -> None:
    problem = the_problem(tmp_path, data)
    assert problem[0].startswith(f"PATH: {what}")
    assert problem[1:] == [EXPECTED, SHOW]


@pytest.mark.parametrize(
    ("root", "what"),
    [
        ({"format_version": "2.0"}, "is a plan of format version '2.0'"),
        ({"format_version": "0.2"}, "is a plan of format version '0.2'"),
        ({"errored": True}, "says that planning ended with an error, so that it lacks resources"),
        ({"complete": False}, "says that it is not complete: applying it would need another plan"),
    ],
)
def test_a_plan_that_cannot_be_trusted_is_refused(tmp_path: Path, root: dict[str, Any], what: str) -> None:
    document = plan(queue("q", "Billing"), **root)
    assert the_problem(tmp_path, json.dumps(document).encode())[0] == f"PATH: {what}"


@pytest.mark.parametrize(
    ("resources", "held"), [((), "no resources"), ((other("aws_instance", "a", {"name": "x"}),), "aws_instance")]
)
def test_a_plan_of_somebody_else_is_refused(tmp_path: Path, resources: Any, held: str) -> None:
    """Zero resources of ours is not compliance."""
    problem = the_problem(tmp_path, json.dumps(plan(*resources)).encode())
    assert problem[0] == f"PATH: is a plan of {held}"
    assert problem[2] == "  plan the module that holds the resources of provider mypurecloud/genesyscloud"


def test_a_plan_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    with path.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    with pytest.raises(SourceError, match="has 200 MB\n  expected at most 200 MB\n  plan the modules apart"):
        load_plan(path)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no such file"):
        load_plan(tmp_path / "none.json")
    with pytest.raises(SourceError, match="cannot be read: Is a directory"):
        load_plan(tmp_path)


def test_attributes_of_another_shape_are_told_without_their_content(tmp_path: Path) -> None:
    document = plan(queue("q", "Billing"))
    document["resource_changes"][0]["change"]["after"] = "s3cret"
    assert "s3cret" not in "".join(the_problem(tmp_path, json.dumps(document).encode()))
    document["resource_changes"][0]["change"]["actions"] = "s3cret"
    assert "s3cret" not in "".join(the_problem(tmp_path, json.dumps(document).encode()))


def test_a_plan_is_recognised_as_a_source(tmp_path: Path) -> None:
    path = tmp_path / "tfplan"
    path.write_text(json.dumps(plan(queue("q", "Billing"))))
    org = load_org(path)
    assert (org.origin.kind, org.origin.location, org.name, org.partial) == ("plan", str(path), "tfplan", True)
    path.write_text('{"format_version":"1.2","resource')
    with pytest.raises(SourceError, match="ends in the middle"):
        load_org(path)


# -- what is never kept -----------------------------------------------------------------------------------------------


def test_what_is_sensitive_is_not_kept(tmp_path: Path) -> None:
    secret = {"name": True, "description": True}
    found = read(
        tmp_path,
        code("c", "s3cret", writes={"description": "s3cret"}, sensitive=secret),
        code("d", "s3cret", id=ID, actions=("delete",), sensitive=secret),
        queue("q", "Billing", codes=["c"], sensitive={"wrapup_codes": True}),
        variables={"token": {"value": "s3cret"}},
    )
    assert "s3cret" not in repr(found)
    assert "s3cret" not in repr(found.org)
    assert found.org.codes_unseen == {f"{QUEUE}.q": "the plan marks it as sensitive"}


def test_people_have_no_names(tmp_path: Path) -> None:
    """A user's label is made of the address, so it is personal too."""
    user = other(USER, "own_address", {"name": "Own Name", "email": "own@example.invalid"})
    gone = other(USER, "own_other", {"name": "Own Name"}, id=ID, actions=("delete",))
    found = read(tmp_path, user, gone)
    assert found.org.agents[0].name.startswith("agent-")
    assert "Own Name" not in repr(found)
    assert "own_address" not in repr(found.org)
    assert read(tmp_path, user, keep_names=True).org.agents[0].name == "Own Name"


# -- resources --------------------------------------------------------------------------------------------------------


def test_actions(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        code("a", "A"),
        code("b", "B", id=ID),
        code("c", "C", id=f"{ID}c", actions=("update",)),
        code("d", "D", id=f"{ID}d", actions=("delete", "create")),
        code("e", "E", id=f"{ID}e", actions=("delete",)),
        code("f", "F", id=f"{ID}f", actions=("forget",)),
        code("g", "G", id=f"{ID}g", actions=("create", "forget")),
    )
    assert [(it.name_before, it.action, it.id_before, it.id_after) for it in found.resources] == [
        (None, "create", None, f"{CODE}.a"),
        ("B", "no-op", ID, ID),
        ("C", "update", f"{ID}c", f"{ID}c"),
        ("D", "replace", f"{ID}d", f"{CODE}.d"),
        ("G", "create", f"{ID}g", f"{CODE}.g"),
        ("E", "delete", f"{ID}e", None),
        ("F", "forget", f"{ID}f", None),
    ]
    assert [it.name for it in found.org.codes] == ["B", "C", "A", "D", "G"]


def test_resources_outside_the_targets_are_read_from_the_planned_values(tmp_path: Path) -> None:
    """With -target they are in no change."""
    values = {"id": ID, "name": "Win"}
    resource = {"address": f"{CODE}.win", "mode": "managed", "type": CODE, "name": "win", "values": values}
    module = {"address": "module.m", "resources": [resource | {"address": f"module.m.{CODE}.win"}]}
    found = read(
        tmp_path,
        queue("q", "Billing", codes=[ID]),
        planned_values={"root_module": {"child_modules": [module]}},
    )
    assert [it.name for it in found.org.codes_of(found.org.queues[0])] == ["Win"]


def test_where_modules_come_from(tmp_path: Path) -> None:
    found = read(tmp_path, queue("q", "Billing").within("module.a.module.b"))
    assert found.sources == {"a": "./modules/a", "a.b": "./modules/b"}


def test_a_queue_of_all_codes_by_two_openings_of_one_set(tmp_path: Path) -> None:
    """Unknown groups hide who the agents are, not which codes there are."""
    found = read(
        tmp_path,
        code("win", "Win"),
        queue("q", "Billing", codes=["win"], writes={"groups": Set((), 1, ("local.groups",)), "members": []}),
    )
    (billing,) = found.org.queues
    assert not is_known(billing.member_groups)
    assert found.org.members == {}
    assert found.org.offered == {billing.id: (f"{CODE}.win",)}


@pytest.mark.parametrize("key", ["bullseye_rings", "conditional_group_routing_rules", "members"])
def test_what_may_bring_people_hides_the_members(tmp_path: Path, key: str) -> None:
    nobody: dict[str, Any] = {"members": [], "groups": None, "teams": None, "skill_groups": None}
    assert read(tmp_path, queue("q", "Billing", writes=nobody)).org.members == {f"{QUEUE}.q": ()}
    assert read(tmp_path, queue("q", "Billing", writes=nobody | {key: Later(("local.x",))})).org.members == {}


def test_media_that_are_known_after_apply_are_unknown(tmp_path: Path) -> None:
    (found,) = read(tmp_path, queue("q", "Billing", writes={"media_settings_call": Later()})).org.queues
    assert not is_known(found.media_settings)


# -- entries: objects that hold an id ---------------------------------------------------------------------------------


def entry(*flags: str, of: Any) -> dict[str, Any]:
    return {"wrapup_code_id": of, "flags": list(flags)}


def mappings(tmp_path: Path, value: Any) -> Any:
    org = read(
        tmp_path,
        code("win", "Win"),
        code("lose", "Lose"),
        other(MAPPINGS, "m", {"default_set": [], "mappings": value}),
    ).org
    return org.hidden.get("outbound_mapping") or dict(org.flags.mapping if org.flags else {})


WIN, LOSE = Later(ref(CODE, "win")), Later(ref(CODE, "lose"))


def test_entries_meet_their_blocks_by_what_is_constant(tmp_path: Path) -> None:
    assert mappings(tmp_path, [entry("A", of=WIN), entry("C", "B", of=LOSE), entry("D", of=ID)]) == {
        f"{CODE}.win": ("A",),
        f"{CODE}.lose": ("C", "B"),
        ID: ("D",),
    }


def test_entries_that_read_alike_are_interchangeable(tmp_path: Path) -> None:
    assert mappings(tmp_path, [entry("A", of=WIN), entry("A", of=LOSE)]) == {
        f"{CODE}.win": ("A",),
        f"{CODE}.lose": ("A",),
    }


@pytest.mark.parametrize(
    "value",
    [
        [entry("A", of=Later((*ref(CODE, "win"), *ref(CODE, "lose"))))],
        [entry("A", of=Later(("local.code",)))],
        [entry("A", of=WIN), entry("B", of=Later(("local.code",)))],
    ],
    ids=["one of two", "a local", "one of them a local"],
)
def test_entries_that_may_be_for_several_codes_hide_the_mapping(tmp_path: Path, value: Any) -> None:
    lost = len(value)
    assert mappings(tmp_path, value) == (
        f"the plan does not say which codes {lost} entries of the outbound mapping are for"
    )


def test_the_one_entry_of_a_set_that_an_expression_makes(tmp_path: Path) -> None:
    """`routing_skills` is an attribute, not a block: its references are those of the whole expression."""
    later = {"skill_id": None, "proficiency": 2.5}
    user = other(USER, "u", {"name": "x"})
    document = plan(other(SKILL, "s", {"name": "negotiation"}), user)
    change = document["resource_changes"][1]["change"]
    change["after"]["routing_skills"], change["after_unknown"]["routing_skills"] = [later], [{"skill_id": True}]
    block = document["configuration"]["root_module"]["resources"][1]
    block["expressions"]["routing_skills"] = {"references": list(ref(SKILL, "s"))}
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document))
    ((held,),) = (it.skills for it in load_plan(path).org.agents)
    assert (held.id, held.name, held.proficiency) == (f"{SKILL}.s", "negotiation", 2.5)
    change["after"]["routing_skills"], change["after_unknown"]["routing_skills"] = [None], [True]
    block["expressions"]["routing_skills"] = {"references": ["local.skills"]}
    path.write_text(json.dumps(document))
    assert not is_known(load_plan(path).org.agents[0].skills)
