"""Terraform's JSON syntax: the odd shapes that are right, and the positions of what is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import SourceError
from harness.model import is_known
from harness.orgs.blocks import Configuration, literal, text_of
from harness.orgs.terraform import read_configuration

QUEUE = "genesyscloud_routing_queue"


def read(tmp_path: Path, *texts: str) -> Configuration:
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.tf.json").write_text(text, encoding="utf-8")
    return read_configuration(tmp_path)


def the_problems(tmp_path: Path, *texts: str) -> list[str]:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, *texts)
    return str(caught.value).replace(f"{tmp_path}/", "").splitlines()


def labels(configuration: Configuration) -> list[str]:
    return [block.address.rpartition(".")[2] for block in configuration.of(QUEUE)]


@pytest.mark.parametrize(
    "root",
    [
        {"resource": {QUEUE: {"a": {"name": "A"}, "b": {}}}},
        {"resource": [{QUEUE: {"a": {"name": "A"}}}, {QUEUE: {"b": {}}}]},
        {"resource": {QUEUE: [{"a": {"name": "A"}}, {"b": {}}]}},
        {"resource": {QUEUE: {"a": [{"name": "A"}], "b": [{}]}}},
        [{"resource": {QUEUE: {"a": {"name": "A"}}}}, {"resource": {QUEUE: {"b": {}}}}],
        {"//": "note", "resource": {"//": "note", QUEUE: {"//": "note", "a": {"name": "A"}, "b": {}}}},
    ],
    ids=["plain", "list of types", "list of labels", "list of bodies", "list of roots", "comments"],
)
def test_a_body_may_be_an_object_or_a_list_of_objects(tmp_path: Path, root: Any) -> None:
    configuration = read(tmp_path, json.dumps(root))
    assert labels(configuration) == ["a", "b"]
    assert configuration.of(QUEUE)[0].attributes == {"name": "A"}


def test_split_files_are_one_configuration(tmp_path: Path) -> None:
    """Provider and variables files hold nothing to read; other files are not Terraform's JSON."""
    (tmp_path / "terraform.tfvars").write_text("secret = 1")
    (tmp_path / "notes.json").write_text("not even JSON")
    configuration = read(
        tmp_path,
        json.dumps({"terraform": {}, "variable": {"x": {}}}),
        "\ufeff" + json.dumps({"resource": {QUEUE: {"a": {}}}}),
        json.dumps({"data": {QUEUE: {"a": {}}}}),
    )
    assert list(configuration.blocks) == [f"{QUEUE}.a", f"data.{QUEUE}.a"]
    assert configuration.types == [QUEUE]


def test_the_hash_follows_the_bytes(tmp_path: Path) -> None:
    first = read(tmp_path, '{"resource": {}}').sha256
    assert read(tmp_path, '{"resource": {}}').sha256 == first
    assert read(tmp_path, '{"resource":  {}}').sha256 != first


def test_broken_json_has_a_position(tmp_path: Path) -> None:
    """All files at once."""
    bad = '{\n  "resource": {\n    "a": ,\n  }\n}'
    assert the_problems(tmp_path, bad, "", '{"resource": {}}') == [
        "0.tf.json:3:10: is not JSON: expecting value",
        "  name a file as genesyscloud_tf_export writes it, or record the org instead",
        "1.tf.json:1:1: is not JSON: expecting value",
        "  name a file as genesyscloud_tf_export writes it, or record the org instead",
    ]


def test_a_binary_file(tmp_path: Path) -> None:
    path = tmp_path / "x.tf.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourceError, match="is not UTF-8 text"):
        read_configuration(path)


def test_half_a_character_is_no_text(tmp_path: Path) -> None:
    """It could not be hashed, printed or written; both halves together are an ordinary character."""
    text = '{"resource": {"genesyscloud_routing_queue": {"a": {"name": "%s"}}}}'
    assert read(tmp_path, text % r"\ud83d\ude42").of(QUEUE)[0].attributes == {"name": "🙂"}
    assert the_problems(tmp_path, text % r"\ud83d")[0] == "0.tf.json: is not UTF-8 text"


def test_deep_nesting(tmp_path: Path) -> None:
    assert the_problems(tmp_path, "[" * 100_000)[0] == "0.tf.json: is nested too deeply"


def test_a_key_that_comes_twice_would_hide_a_queue(tmp_path: Path) -> None:
    """JSON readers silently keep the last of two; then a queue is not judged."""
    text = f'{{"resource": {{"{QUEUE}": {{\n"Billing": {{}},\n"Billing": {{}}\n}}}}}}'
    assert the_problems(tmp_path, text)[0] == "0.tf.json:3: a key comes twice in one object"
    text = f'{{"resource": {{"{QUEUE}": {{"Billing" : {{}}, "Billing" : {{}}}}}}}}'
    assert the_problems(tmp_path, text)[0] == "0.tf.json: a key comes twice in one object"


def test_one_label_in_two_files(tmp_path: Path) -> None:
    """The label is not printed: a user's is made of the person's address."""
    text = json.dumps({"resource": {"genesyscloud_user": {"own_address": {}}}}, indent=1)
    (problem, _) = the_problems(tmp_path, text, text)[0], ""
    assert problem == f"1.tf.json:4: genesyscloud_user: the same label is in {tmp_path}/0.tf.json".replace(
        f"{tmp_path}/", ""
    )


@pytest.mark.parametrize(
    ("root", "what"),
    [
        (5, "the file is not an object"),
        ({"resource": "x"}, "'resource' is not an object"),
        ({"resource": {QUEUE: None}}, f"'{QUEUE}' is not an object"),
        ({"resource": {QUEUE: {"a": [5]}}}, f"a {QUEUE} is not an object"),
        ({"module": {}}, "holds modules, whose resources are elsewhere; an export has none"),
    ],
)
def test_shapes_that_are_not_terraforms(tmp_path: Path, root: Any, what: str) -> None:
    assert the_problems(tmp_path, json.dumps(root))[0] == f"0.tf.json: {what}"


@pytest.mark.parametrize("key", ["count", "for_each"])
def test_repeated_resources_are_refused(tmp_path: Path, key: str) -> None:
    """Nobody but Terraform knows how many there are."""
    text = json.dumps({"resource": {QUEUE: {"a": {key: 3}}}}, indent=1)
    assert the_problems(tmp_path, text) == [
        f"0.tf.json:4: {QUEUE}: is repeated with count or for_each; an export is not"
    ]


# -- strings ----------------------------------------------------------------------------------------------------


@given(st.text(min_size=1))
def test_what_the_exporter_escapes_is_read_back(text: str) -> None:
    """It writes `${` as `$${` and `%{` as `%%{`."""
    assert text_of(literal(text), "a name") == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, None), ("", None), ("No", "No"), (5, "5"), (1.5, "1.5"), (True, "true"), (False, "false")],
)
def test_terraform_turns_plain_values_into_text(value: Any, expected: str | None) -> None:
    assert text_of(value, "a name") == expected


@pytest.mark.parametrize("value", ["${var.name}", "%{ if true }x%{ endif }", "a$${b}${c}", [], {}])
def test_an_expression_is_unknown(value: Any) -> None:
    assert not is_known(text_of(value, "a name"))
