"""Reading a state file, with attributes in their shape or flat."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import SourceError
from harness.model import Org, is_known
from harness.orgs import load_org, read_export
from harness.orgs.difference import difference
from harness.orgs.state import unflattened

CODE, QUEUE = "genesyscloud_routing_wrapupcode", "genesyscloud_routing_queue"
DIVISION, SKILL, USER = "genesyscloud_auth_division", "genesyscloud_routing_skill", "genesyscloud_user"
WIN, SALES = "c0de0000-0000-4000-8000-000000000001", "d1d1d1d1-0000-4000-8000-000000000001"
EXPECTED = "  expected a Terraform state file of version 4"

RESOURCES: dict[str, dict[str, dict[str, Any]]] = {
    DIVISION: {"Sales": {"id": SALES, "name": "Sales", "home": True}},
    CODE: {
        "Win": {"id": WIN, "name": "Win", "division_id": SALES, "description": "sold"},
        "Lose": {"id": "c2", "name": "Lose ${not} a template", "division_id": "*", "description": ""},
    },
    SKILL: {"s": {"id": "s1", "name": "negotiation"}},
    USER: {
        "u": {
            "id": "u1",
            "name": "Own Name",
            "state": "active",
            "routing_skills": [{"skill_id": "s1", "proficiency": 4}],
            "routing_languages": [],
        }
    },
    QUEUE: {
        "Billing": {
            "id": "q1",
            "name": "Billing",
            "division_id": SALES,
            "acw_wrapup_prompt": "MANDATORY_FORCED_TIMEOUT",
            "acw_timeout_ms": 30000,
            "skill_evaluation_method": "BEST",
            "wrapup_codes": [WIN, "c2"],
            "members": [{"user_id": "u1", "ring_num": 1}],
            "groups": [],
            "teams": [],
            "skill_groups": [],
            "media_settings_call": [{"alerting_timeout_sec": 8}],
        },
        "Empty": {"id": "q2", "name": "Empty", "acw_timeout_ms": 0, "wrapup_codes": []},
    },
}
REFERENCE = {it["id"]: f"${{{kind}.{label}.id}}" for kind, listed in RESOURCES.items() for label, it in listed.items()}


def flat(value: Any, at: str = "") -> dict[str, str]:
    """Return a value as the old SDK writes it."""
    if isinstance(value, dict):
        return {k: v for key, part in value.items() for k, v in flat(part, f"{at}.{key}" if at else key).items()}
    if isinstance(value, list):
        parts = {k: v for n, part in enumerate(value) for k, v in flat(part, f"{at}.{n * 7919 + 11}").items()}
        return {f"{at}.#": str(len(value))} | parts
    return {at: str(value).lower() if isinstance(value, bool) else str(value)}


def a_state(path: Path, *, shape: Callable[[Any], dict[str, Any]], **instance: Any) -> Path:
    resources = [
        {"mode": "managed", "type": kind, "name": label, "instances": [shape(attributes) | instance]}
        for kind, listed in RESOURCES.items()
        for label, attributes in listed.items()
    ]
    path.write_text(json.dumps({"version": 4, "terraform_version": "1.11.4", "serial": 1, "resources": resources}))
    return path


def read(tmp_path: Path, *resources: dict[str, Any], **root: Any) -> Org:
    path = tmp_path / "terraform.tfstate"
    path.write_text(json.dumps({"version": 4, "terraform_version": "1.11.4", "resources": resources} | root))
    return load_org(path)


def a_resource(kind: str, *instances: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"mode": "managed", "type": kind, "name": "x", "instances": list(instances)} | fields


@pytest.mark.parametrize(
    "shape",
    [lambda it: {"attributes": it}, lambda it: {"attributes_flat": flat(it)}],
    ids=["in their shape", "flat"],
)
def test_a_state_gives_the_org_of_the_export(tmp_path: Path, shape: Callable[[Any], dict[str, Any]]) -> None:
    """The exporter writes both of one org; only ids differ, which an export does not have."""

    def exported(value: Any) -> Any:
        if isinstance(value, list):
            return [exported(it) for it in value]
        if isinstance(value, dict):
            return {key: exported(it) for key, it in value.items() if key != "id"}
        escaped = value.replace("${", "$${") if isinstance(value, str) else value
        return REFERENCE.get(str(value), escaped)

    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "genesyscloud.tf.json").write_text(json.dumps({"resource": exported(RESOURCES)}))
    export, state = read_export(folder), load_org(a_state(tmp_path / "terraform.tfstate", shape=shape))
    differing = [it for it in difference(export, state) if it.compared]
    # People are recognised by id only.
    assert {(it.kind, it.what) for it in differing} == {("agent", "added"), ("agent", "removed")}
    assert (state.origin.kind, state.not_carried.keys()) == ("export", export.not_carried.keys())
    assert [(it.acw, it.media_settings) for it in state.queues if it.name == "Billing"] == [
        (it.acw, it.media_settings) for it in export.queues if it.name == "Billing"
    ]
    (agent,) = state.agents
    assert [(it.name, it.proficiency) for it in agent.skills] == [("negotiation", 4.0)]
    assert [code.name for code in state.codes_of(state.queues[0])] == ["Win", "Lose ${not} a template"]
    assert state.codes_of(state.queues[1]) == ()
    assert not is_known(state.queues[1].acw.timeout_ms)


def test_instances_and_modules_are_told_apart(tmp_path: Path) -> None:
    org = read(
        tmp_path,
        a_resource(
            CODE,
            {"index_key": "a", "attributes": {"name": "A"}},
            {"index_key": "b", "attributes": {"name": "B"}},
            {"index_key": "b", "deposed": "00ff", "attributes": {"name": "Old"}},
            module='module.m["x"]',
        ),
        a_resource(CODE, {"attributes": {"id": WIN, "name": "Win"}}, mode="data"),
    )
    assert [(it.id, it.name) for it in org.codes] == [
        (WIN, "Win"),
        (f'module.m["x"].{CODE}.x["a"]', "A"),
        (f'module.m["x"].{CODE}.x["b"]', "B"),
    ]


def test_what_was_never_read_is_unknown_and_what_is_empty_is_empty(tmp_path: Path) -> None:
    both: tuple[Any, Any] = (None, [])
    never, none = (
        read(tmp_path, a_resource(QUEUE, {"attributes": {"id": "q", "name": "Q", "wrapup_codes": it}})) for it in both
    )
    assert (never.offered, none.offered) == ({}, {"q": ()})
    assert never.codes_unseen == {"q": "the state does not manage them: wrapup_codes is not set"}


@pytest.mark.parametrize(
    "paths", [[[{"type": "get_attr", "value": "name"}]], [[{"type": "get_attr", "value": "name"}, {"value": 1}]]]
)
def test_what_is_sensitive_is_not_kept(tmp_path: Path, paths: Any) -> None:
    instance = {"attributes": {"id": "q", "name": "s3cret"}, "sensitive_attributes": paths}
    org = read(tmp_path, a_resource(QUEUE, instance), outputs={"x": {"value": "s3cret"}})
    assert "s3cret" not in repr(org)
    assert not is_known(org.queues[0].name)


@pytest.mark.parametrize(
    ("root", "what"),
    [
        ({"version": 3}, "is a state file of version 3"),
        ({"resources": []}, "holds no resources"),
        ({"resources": [a_resource("aws_instance", {"attributes": {}})]}, "holds aws_instance"),
        ({"resources": [5]}, "is of another shape: Expected `object`, got `int` - at `$[0]`"),
        ({"version": "4"}, "is of another shape: expected `int`, got `str` - at `$.version`"),
    ],
)
def test_what_is_no_state_of_ours_says_so(tmp_path: Path, root: dict[str, Any], what: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, **root)
    assert str(caught.value).splitlines()[0] == f"{tmp_path}/terraform.tfstate: {what}"


def test_a_broken_state_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "terraform.tfstate").write_text('{"version": 4,')
    with pytest.raises(SourceError, match="is not JSON: ends in the middle"):
        load_org(tmp_path / "terraform.tfstate")


VALUES = st.dictionaries(
    st.text("abc", min_size=1),
    st.recursive(
        st.text("xyz", min_size=1),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, min_size=1),
        max_leaves=8,
    ),
)


@given(VALUES)
def test_flat_attributes_come_back_in_their_shape(values: dict[str, Any]) -> None:
    assert unflattened(flat(values)) == values


def test_flat_words_and_maps() -> None:
    assert unflattened({"a": "true", "b": "false", "m.%": "1", "m.k": "v"}) == {"a": True, "b": False, "m": {"k": "v"}}
