"""Mapping an export: what it says, what it leaves to the provider, and what it cannot say."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.errors import SourceError, UnknownValueError
from harness.model import Division, Org, Prompt, is_known
from harness.model.entities import MemberGroup
from harness.orgs import encode_org, read_export, read_recording, write_recording

Export = Callable[..., Path]

GUID = "5c1f0000-0000-4000-8000-000000000001"
OTHER_GUID = "5c1f0000-0000-4000-8000-000000000002"
A_QUEUE = {"Billing": {"name": "Billing"}}


def the_problems(folder: Path) -> list[str]:
    with pytest.raises(SourceError) as caught:
        read_export(folder)
    return str(caught.value).replace(f"{folder}/", "").replace(str(folder), "FOLDER").splitlines()


def an_org(export: Export, queue: dict[str, Any], **resources: Any) -> Org:
    """Return the org of an export with one queue, beside other resources."""
    return read_export(export(genesyscloud_routing_queue={"q": {"name": "Billing"} | queue}, **resources))


# -- a whole export ---------------------------------------------------------------------------------------------


def test_an_export_becomes_an_org(export: Export) -> None:
    folder = export(
        genesyscloud_routing_wrapupcode={
            "Refund": {"name": "Refund", "division_id": "*", "description": None},
            "Sale": {"name": "Sale", "division_id": "${genesyscloud_auth_division.Sales.id}", "description": "sold"},
        },
        genesyscloud_auth_division={"Sales": {"name": "Sales", "home": False}, "Home": {"name": "Home", "home": True}},
        genesyscloud_routing_queue={
            "Billing": {
                "name": "Billing",
                "description": "bills",
                "division_id": "${genesyscloud_auth_division.Sales.id}",
                "acw_wrapup_prompt": "MANDATORY_FORCED_TIMEOUT",
                "acw_timeout_ms": 30000,
                "skill_evaluation_method": "BEST",
                "wrapup_codes": [
                    "${genesyscloud_routing_wrapupcode.Sale.id}",
                    "${genesyscloud_routing_wrapupcode.Refund.id}",
                ],
                "media_settings_call": [{"alerting_timeout_sec": 8}],
                "media_settings_email": None,
                "members": [{"user_id": "${genesyscloud_user.own_address_example.id}", "ring_num": 1}],
            }
        },
        genesyscloud_routing_skill={"Negotiation": {"name": "negotiation"}},
        genesyscloud_routing_language={"French": {"name": "French"}},
        genesyscloud_user={
            "own_address_example": {
                "name": "Own Name",
                "email": "own.address@example.invalid",
                "state": "inactive",
                "routing_skills": [{"skill_id": "${genesyscloud_routing_skill.Negotiation.id}", "proficiency": 4.5}],
                "routing_languages": [{"language_id": "${genesyscloud_routing_language.French.id}", "proficiency": 5}],
            }
        },
        genesyscloud_outbound_wrapupcodemappings={
            "wrapupcodemappings": {
                "default_set": ["Business_Neutral"],
                "mappings": [
                    {"wrapup_code_id": "${genesyscloud_routing_wrapupcode.Sale.id}", "flags": ["BUSINESS_SUCCESS"]}
                ],
                "placeholder": "***",
            }
        },
    )
    org = read_export(folder)
    assert (org.name, org.id, org.origin.kind, org.origin.location) == ("export", None, "export", str(folder))
    assert (org.hidden, org.not_carried) == ({}, {})
    refund, sale = org.codes
    assert (refund.id, refund.name, refund.division) == (
        "genesyscloud_routing_wrapupcode.Refund",
        "Refund",
        Division("*", "*"),
    )
    assert (refund.description, sale.description) == (None, "sold")
    assert not is_known(refund.created)
    sales = Division("genesyscloud_auth_division.Sales", "Sales")
    (queue,) = org.queues
    assert (queue.id, queue.division, sale.division) == ("genesyscloud_routing_queue.Billing", sales, sales)
    assert (queue.acw.prompt, queue.acw.timeout_ms) == (Prompt.MANDATORY_FORCED_TIMEOUT, 30000)
    assert isinstance(queue.acw.timeout_ms, int)
    assert (queue.description, queue.skill_evaluation, queue.media) == ("bills", "BEST", ("call",))
    assert [code.name for code in org.codes_of(queue)] == ["Sale", "Refund"]
    (agent,) = org.agents
    assert (agent.state, agent.active) == ("inactive", False)
    assert [(held.id, held.name, held.proficiency) for held in agent.skills] == [
        ("genesyscloud_routing_skill.Negotiation", "negotiation", 4.5)
    ]
    assert [language.name for language in agent.languages] == ["French"]
    assert [member.id for member in org.members[queue.id]] == [agent.id]
    assert org.flags_of(sale) == ("BUSINESS_SUCCESS",)
    assert org.flags_of(refund) == ("BUSINESS_NEUTRAL",)
    assert [division.name for division in org.divisions] == ["Home", "Sales"]


def test_split_files_are_one_org(export: Export) -> None:
    export(name="provider.tf.json")
    export(name="genesyscloud_routing_queue.tf.json", genesyscloud_routing_queue=A_QUEUE)
    folder = export(name="genesyscloud_routing_skill.tf.json", genesyscloud_routing_skill={"a": {"name": "a"}})
    org = read_export(folder)
    assert (len(org.queues), len(org.skills)) == (1, 1)


def test_an_org_is_called_like_its_file(export: Export) -> None:
    folder = export(name="harbor.tf.json", genesyscloud_routing_queue=A_QUEUE)
    assert read_export(folder / "harbor.tf.json").name == "harbor"


def test_an_id_in_the_export_is_the_entitys(export: Export) -> None:
    org = an_org(
        export,
        {"id": GUID, "wrapup_codes": ["${genesyscloud_routing_wrapupcode.c.id}"]},
        genesyscloud_routing_wrapupcode={"c": {"name": "Sale", "id": OTHER_GUID}},
    )
    assert org.offered == {GUID: (OTHER_GUID,)}
    assert org.codes[0].id == OTHER_GUID


# -- people -----------------------------------------------------------------------------------------------------


def a_person(export: Export) -> Path:
    user = {"name": "Own Name", "email": "own.address@example.invalid", "manager": "${genesyscloud_user.boss.id}"}
    queue = {
        "name": "Billing",
        "members": [{"user_id": f"${{genesyscloud_user.{label}.id}}"} for label in ("own_address", "boss_gone")],
    }
    return export(genesyscloud_user={"own_address": user}, genesyscloud_routing_queue={"q": queue})


def test_no_name_or_address_of_a_person_is_kept(export: Export) -> None:
    """The exporter makes a user's label from the email address, so the label is personal too."""
    org = read_export(a_person(export))
    assert org.agents[0].name.startswith("agent-")
    assert org.agents[0].id == org.members["genesyscloud_routing_queue.q"][0].id
    for personal in ("own_address", "Own Name", "example.invalid", "boss"):
        assert personal not in repr(org)


def test_names_are_kept_when_asked(export: Export) -> None:
    (agent,) = read_export(a_person(export), keep_names=True).agents
    assert (agent.id, agent.name) == ("genesyscloud_user.own_address", "Own Name")


def test_a_problem_with_a_user_does_not_name_the_person(export: Export) -> None:
    skill = {"skill_id": "${genesyscloud_routing_skill.s.id}", "proficiency": "good"}
    folder = export(genesyscloud_user={"own_address": {"name": "Own Name", "routing_skills": [skill]}})
    assert the_problems(folder) == [
        "genesyscloud.tf.json:9: genesyscloud_user: a skill's proficiency is 'good'",
        "  expected a number",
    ]


# -- absent, null and the provider's defaults -------------------------------------------------------------------


def test_defaults_of_the_provider(export: Export) -> None:
    """Terraform takes null for an attribute that is not set."""
    for queue in ({}, {"acw_wrapup_prompt": None, "skill_evaluation_method": None}):
        (read,) = an_org(export, queue).queues
        assert (read.acw.prompt, read.skill_evaluation) == (Prompt.MANDATORY_TIMEOUT, "ALL")


@pytest.mark.parametrize(
    ("queue", "expected"),
    [
        ({"acw_wrapup_prompt": "OPTIONAL", "acw_timeout_ms": None}, None),
        ({"acw_wrapup_prompt": "OPTIONAL", "acw_timeout_ms": 0}, None),
        ({"acw_wrapup_prompt": "MANDATORY"}, None),
        ({"acw_timeout_ms": "30000"}, 30000),
    ],
)
def test_timeouts_that_are_known(export: Export, queue: dict[str, Any], expected: int | None) -> None:
    assert an_org(export, queue).queues[0].acw.timeout_ms == expected


@pytest.mark.parametrize(
    "queue",
    [
        {},
        {"acw_wrapup_prompt": "AGENT_REQUESTED"},
        {"acw_wrapup_prompt": "${var.prompt}"},
        {"acw_wrapup_prompt": "PSYCHIC"},
        {"acw_timeout_ms": 0},
        {"acw_wrapup_prompt": "MANDATORY_TIMEOUT", "acw_timeout_ms": None},
        {"acw_timeout_ms": "${var.timeout}"},
    ],
)
def test_timeouts_that_are_not(export: Export, queue: dict[str, Any]) -> None:
    """The platform sets one of its own when the provider sends none."""
    assert not is_known(an_org(export, queue).queues[0].acw.timeout_ms)


def test_codes_that_are_not_managed_are_unknown(export: Export) -> None:
    org = an_org(export, {}, genesyscloud_routing_wrapupcode={"c": {"name": "Sale"}})
    with pytest.raises(UnknownValueError, match="the export does not manage them: wrapup_codes is not set"):
        org.codes_of(org.queues[0])


def test_no_codes_is_none_where_the_export_would_show_them(export: Export) -> None:
    codes = {"c": {"name": "Sale"}}
    assert an_org(export, {"wrapup_codes": None}, genesyscloud_routing_wrapupcode=codes).offered == {
        "genesyscloud_routing_queue.q": ()
    }
    assert an_org(export, {"wrapup_codes": None, "division_id": GUID}).offered == {"genesyscloud_routing_queue.q": ()}
    assert an_org(export, {"wrapup_codes": []}).offered == {"genesyscloud_routing_queue.q": ()}


def test_no_codes_proves_nothing_where_the_exporter_drops_them(export: Export) -> None:
    """Without a state file the exporter removes ids of resources that it does not export."""
    assert an_org(export, {"wrapup_codes": None}).offered == {}
    assert an_org(export, {"wrapup_codes": ["${var.code}"]}).offered == {}
    assert an_org(export, {"wrapup_codes": [None]}).offered == {}


def test_one_code_may_stand_for_a_set(export: Export) -> None:
    assert an_org(export, {"wrapup_codes": GUID}).offered == {"genesyscloud_routing_queue.q": (GUID,)}


@pytest.mark.parametrize("code", [GUID, "${genesyscloud_routing_wrapupcode.Gone.id}"])
def test_a_code_without_its_resource_has_an_id_and_no_name(export: Export, code: str) -> None:
    org = an_org(export, {"wrapup_codes": [code]})
    (found,) = org.codes_of(org.queues[0])
    assert found.id == code.removeprefix("${").removesuffix(".id}")
    assert not is_known(found.name)
    assert org.gap("wrapupcodes") == "the export holds no genesyscloud_routing_wrapupcode"


def test_a_code_that_is_looked_up_has_a_name_only(export: Export) -> None:
    """The export does not list the codes then: absence proves nothing."""
    org = an_org(
        export,
        {"wrapup_codes": ["${data.genesyscloud_routing_wrapupcode.c.id}"]},
        data={"genesyscloud_routing_wrapupcode": {"c": {"name": "Sale"}}},
    )
    (code,) = org.codes_of(org.queues[0])
    assert (code.id, code.name) == ("data.genesyscloud_routing_wrapupcode.c", "Sale")
    assert not is_known(code.division)
    assert not is_known(code.description)
    assert "wrapupcodes" in org.not_carried


def test_a_name_that_is_missing_or_worked_out_is_unknown(export: Export) -> None:
    org = read_export(export(genesyscloud_routing_queue={"a": {}, "b": {"name": "${var.name}"}, "c": {"name": 401}}))
    assert [is_known(queue.name) for queue in org.queues] == [False, False, True]
    assert org.queues[2].name == "401"


def test_a_missing_medium_is_unknown_and_a_null_one_absent(export: Export) -> None:
    assert not is_known(an_org(export, {}).queues[0].media_settings)
    (queue,) = an_org(export, {"media_settings_chat": {"x": 1}, "media_settings_call": []}).queues
    assert queue.media == ("chat",)


# -- divisions --------------------------------------------------------------------------------------------------

DIVISIONS = {"Home": {"name": "Home", "home": True}, "Sales": {"name": "Sales"}}


@pytest.mark.parametrize(
    ("division", "expected"),
    [
        ("${genesyscloud_auth_division.Sales.id}", ("genesyscloud_auth_division.Sales", "Sales")),
        ("${data.genesyscloud_auth_division.Ops.id}", ("data.genesyscloud_auth_division.Ops", "Operations")),
        ("${data.genesyscloud_auth_division_home.home.id}", ("genesyscloud_auth_division.Home", "Home")),
        (None, ("genesyscloud_auth_division.Home", "Home")),
        ("", ("genesyscloud_auth_division.Home", "Home")),
    ],
)
def test_divisions_resolve(export: Export, division: str | None, expected: tuple[str, str]) -> None:
    org = an_org(
        export,
        {"division_id": division},
        genesyscloud_auth_division=DIVISIONS,
        data={
            "genesyscloud_auth_division": {"Ops": {"name": "Operations"}},
            "genesyscloud_auth_division_home": {"home": {}},
        },
    )
    assert org.queues[0].division == Division(*expected)


@pytest.mark.parametrize("division", [GUID, "${genesyscloud_auth_division.Gone.id}"])
def test_a_division_without_its_resource_has_an_id_and_no_name(export: Export, division: str) -> None:
    found = an_org(export, {"division_id": division}).queues[0].division
    assert found.id == division.removeprefix("${").removesuffix(".id}")
    assert not is_known(found.name)


@pytest.mark.parametrize(
    "queue",
    [
        {},
        {"division_id": None},
        {"division_id": "${var.x}"},
        {"division_id": "${data.genesyscloud_auth_division_home.h.id}"},
    ],
)
def test_a_home_division_that_is_not_held_is_unknown(export: Export, queue: dict[str, Any]) -> None:
    assert not is_known(an_org(export, queue).queues[0].division)


def test_a_code_without_a_division_belongs_to_all(export: Export) -> None:
    """But a null may be an id that the exporter dropped: it writes `*` for all divisions."""
    codes = {"a": {"name": "a"}, "b": {"name": "b", "division_id": None}}
    free, dropped = read_export(export(genesyscloud_routing_wrapupcode=codes)).codes
    assert free.division == Division("*", "*")
    assert not is_known(dropped.division)
    org = read_export(export(genesyscloud_routing_wrapupcode=codes, genesyscloud_auth_division=DIVISIONS))
    assert org.codes[1].division == Division("*", "*")


# -- members and their skills -----------------------------------------------------------------------------------

USERS = {"u": {"name": "x"}}
OTHERS = {
    "genesyscloud_user": USERS,
    "genesyscloud_group": {"g": {}},
    "genesyscloud_team": {"t": {}},
    "genesyscloud_routing_skill_group": {"s": {}},
}


def test_a_queue_without_members_has_none(export: Export) -> None:
    nobody = {"members": None, "groups": None, "teams": None, "skill_groups": None}
    org = an_org(export, nobody, **OTHERS)
    assert org.members == {"genesyscloud_routing_queue.q": ()}
    assert org.agents_of(org.queues[0]) == ()


@pytest.mark.parametrize(
    "queue",
    [
        {},
        {"members": [], "ignore_members": True},
        {"members": [{"user_id": "${var.user}"}]},
        {"members": [{"user_id": None}]},
        {"members": [], "groups": ["${genesyscloud_group.g.id}"]},
        {"members": [], "teams": "${genesyscloud_team.t.id}"},
        {"members": [], "skill_groups": ["${genesyscloud_routing_skill_group.s.id}"]},
        {"members": [], "bullseye_rings": [{}, {"member_groups": [{"member_group_id": "x"}]}]},
        {"members": [], "conditional_group_routing_rules": {"groups": [{"member_group_id": "x"}]}},
    ],
)
def test_members_that_cannot_be_told(export: Export, queue: dict[str, Any]) -> None:
    """People who come through a group are agents of the queue, and no export says who they are."""
    org = an_org(export, queue, **OTHERS)
    with pytest.raises(UnknownValueError, match="the source did not deliver its members"):
        org.agents_of(org.queues[0])


@pytest.mark.parametrize("key", ["members", "groups", "teams", "skill_groups"])
def test_a_null_proves_nothing_where_the_exporter_drops_people(export: Export, key: str) -> None:
    assert an_org(export, {"members": [], key: None}).members == {}


def test_groups_are_counted(export: Export) -> None:
    (queue,) = an_org(export, {"groups": [GUID], "teams": ["${genesyscloud_team.t.id}", None]}).queues
    assert queue.member_groups == (MemberGroup(GUID, "GROUP"), MemberGroup("genesyscloud_team.t", "TEAM"))


def test_an_agent_holds_what_the_export_manages(export: Export) -> None:
    skills = {"s": {"name": "negotiation"}}
    users = {
        "a": {"name": "a"},
        "b": {"name": "b", "routing_skills": None, "routing_languages": None},
        "c": {"name": "c", "routing_skills": [{"skill_id": "${genesyscloud_routing_skill.s.id}", "proficiency": None}]},
        "d": {"name": "d", "routing_skills": [{"skill_id": None}]},
    }
    org = read_export(export(genesyscloud_user=users, genesyscloud_routing_skill=skills), keep_names=True)
    unmanaged, none, beginner, lost = org.agents
    assert unmanaged.active
    assert not is_known(unmanaged.skills)
    assert none.skills == ()
    assert not is_known(none.languages)
    assert [(held.name, held.proficiency) for held in beginner.skills] == [("negotiation", 0.0)]
    assert not is_known(beginner.skills[0].state)
    assert not is_known(lost.skills)
    assert not is_known(org.skills[0].state)


def test_a_user_who_is_not_held_makes_the_agents_unknown(export: Export) -> None:
    org = an_org(export, {"members": [{"user_id": GUID}]}, genesyscloud_user=USERS)
    with pytest.raises(UnknownValueError, match=f"user {GUID} is in no listing"):
        org.agents_of(org.queues[0])


# -- outbound mapping -------------------------------------------------------------------------------------------


def flags(export: Export, **mapping: Any) -> Org:
    return read_export(export(genesyscloud_outbound_wrapupcodemappings={"m": mapping}))


def test_an_outbound_mapping_without_entries(export: Export) -> None:
    mapping = flags(export, default_set=None, mappings=None, placeholder="***").flags
    assert mapping is not None
    assert (mapping.default_set, mapping.mapping) == ((), {})


def test_an_outbound_mapping_of_odd_shape(export: Export) -> None:
    mapping = flags(export, default_set="A", mappings={"wrapup_code_id": GUID, "flags": "B"}).flags
    assert mapping is not None
    assert (mapping.default_set, mapping.mapping) == (("A",), {GUID: ("B",)})


def test_an_unset_default_set_is_unknown(export: Export) -> None:
    mapping = flags(export, mappings=[{"wrapup_code_id": GUID, "flags": ["${var.flag}"]}]).flags
    assert mapping is not None
    assert not is_known(mapping.default_set)
    assert not is_known(mapping.mapping[GUID])


def test_an_entry_that_lost_its_code_hides_the_mapping(export: Export) -> None:
    """Any code may be the one that the entry was for."""
    org = flags(export, default_set=[], mappings=[{"wrapup_code_id": None, "flags": []}])
    assert org.gap("outbound_mapping") == (
        "the export does not say which codes 1 entries of the outbound mapping are for"
    )


def test_an_org_has_one_outbound_mapping(export: Export) -> None:
    folder = export(genesyscloud_outbound_wrapupcodemappings={"a": {}, "b": {}})
    assert the_problems(folder) == [
        "genesyscloud.tf.json:10: genesyscloud_outbound_wrapupcodemappings: is the second outbound mapping",
        "  expected one: an org has no more",
    ]


# -- what is no export ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("resources", "held"),
    [({}, "no resources"), ({"aws_instance": {"a": {}}, "aws_vpc": {"b": {}}}, "aws_instance, aws_vpc")],
)
def test_a_terraform_file_of_somebody_else(export: Export, resources: Any, held: str) -> None:
    assert the_problems(export(**resources)) == [
        f"FOLDER: holds {held}",
        "  expected a Terraform export with some of genesyscloud_auth_division, "
        "genesyscloud_outbound_wrapupcodemappings, genesyscloud_routing_queue, genesyscloud_routing_skill, "
        "genesyscloud_routing_wrapupcode, genesyscloud_user",
        "  export with include_filter_resources that names these types",
    ]


def test_all_problems_of_an_export_at_once(export: Export) -> None:
    queues = {"a": {"members": ["x"]}, "b": {"acw_timeout_ms": True}, "c": {"acw_timeout_ms": "1e999"}}
    folder = export(genesyscloud_routing_queue=queues)
    assert [line for line in the_problems(folder) if not line.startswith(" ")] == [
        "genesyscloud.tf.json:9: genesyscloud_routing_queue: 'members' holds something that is not an object",
        "genesyscloud.tf.json:14: genesyscloud_routing_queue: the ACW timeout is 'true'",
        "genesyscloud.tf.json:17: genesyscloud_routing_queue: the ACW timeout is '1e999'",
    ]


def test_what_is_not_exported_is_not_carried(export: Export) -> None:
    org = read_export(export(genesyscloud_routing_skill={"s": {"name": "negotiation"}}))
    assert org.not_carried == {
        "wrapupcodes": "the export holds no genesyscloud_routing_wrapupcode",
        "queues": "the export holds no genesyscloud_routing_queue",
        "users": "the export holds no genesyscloud_user",
        "divisions": "the export holds no genesyscloud_auth_division",
        "queue_wrapupcodes": "the export holds no genesyscloud_routing_queue",
        "queue_members": "the export holds no genesyscloud_routing_queue",
        "outbound_mapping": "the export holds no genesyscloud_outbound_wrapupcodemappings",
    }


def test_an_export_can_be_kept_as_a_recording(export: Export, tmp_path: Path) -> None:
    folder = export(genesyscloud_routing_queue={"q": {"name": "Billing", "acw_timeout_ms": 5, "wrapup_codes": [GUID]}})
    org = read_export(folder)
    write_recording(tmp_path / "recording", encode_org(org))
    read = read_recording(tmp_path / "recording")
    assert (read.queues[0].name, read.queues[0].acw.timeout_ms, read.offered) == ("Billing", 5, org.offered)
    assert not is_known(read.queues[0].division)
    assert json.loads((tmp_path / "recording" / "queues.ndjson").read_text())["id"] == "genesyscloud_routing_queue.q"
