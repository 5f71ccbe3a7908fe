"""Known, known after apply, and sensitive: the shapes of a plan's marks."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.orgs.addresses import Place, Step, module_steps, parsed, references
from harness.orgs.blocks import text_of
from harness.orgs.plan_values import LATER, SENSITIVE, merged

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def read_back(value: Any) -> Any:
    if isinstance(value, str):
        return text_of(value, "x") or ""
    if isinstance(value, list):
        return [read_back(it) for it in value]
    if isinstance(value, dict):
        return {key: read_back(it) for key, it in value.items()}
    return value


@given(PLAIN)
def test_without_marks_nothing_changes(value: Any) -> None:
    assert read_back(merged(value, {}, {})) == value
    assert read_back(merged(value, False, False)) == value


@given(PLAIN)
def test_a_mark_on_the_whole_leaves_nothing(value: Any) -> None:
    assert merged(value, True) is LATER
    assert merged(value, None, True) is SENSITIVE
    assert merged(value, True, True) is SENSITIVE


@pytest.mark.parametrize(
    ("value", "unknown", "expected"),
    [
        ({"a": 1}, {"b": True}, {"a": 1, "b": LATER}),
        ({"a": 1}, {"b": False, "c": {}, "d": []}, {"a": 1}),
        ({"a": 1}, {"b": [{"c": True}]}, {"a": 1, "b": LATER}),
        (["x", None], [False, True], ["x", LATER]),
        ([None, None], [True], [LATER, None]),
        ([{"a": None, "b": 1}], [{"a": True}], [{"a": LATER, "b": 1}]),
        (None, [True], LATER),
        (None, {"a": [{"b": False}]}, None),
    ],
)
def test_marks_of_parts(value: Any, unknown: Any, expected: Any) -> None:
    assert merged(value, unknown) == expected


# -- addresses and references -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "steps"),
    [
        ("", ()),
        ("module.a", (Step("a", None),)),
        ("module.a[0].module.b", (Step("a", 0), Step("b", None))),
        ('module.a["x.module.y"].module.b["q\\"]"]', (Step("a", "x.module.y"), Step("b", 'q"]'))),
    ],
)
def test_modules_on_the_way(address: str, steps: tuple[Step, ...]) -> None:
    assert module_steps(address) == steps
    assert module_steps(f"{address}.x_y.z" if address else "x_y.z") == steps


@pytest.mark.parametrize(
    ("reference", "place"),
    [
        ("a_b.c", Place("resource", "a_b", "c", None, "")),
        ("data.a_b.c.id", Place("resource", "data.a_b", "c", None, "id")),
        ('a_b.c["k.l"].id', Place("resource", "a_b", "c", "k.l", "id")),
        ("a_b.c[3]", Place("resource", "a_b", "c", 3, "")),
        ("var.codes", Place("var", "", "codes", None, "")),
        ("each.value.codes", Place("each", "", "value", None, "codes")),
        ('module.m["x"].out', Place("module", "", "m", "x", "out")),
        ("local", Place("local", "", "", None, "")),
    ],
)
def test_references_are_taken_apart(reference: str, place: Place) -> None:
    assert parsed(reference) == place


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ({"references": ["a.b.id", "a.b"]}, ["a.b.id"]),
        ({"references": ['a.b["k"].id', 'a.b["k"]', "a.b", "a.b"]}, ['a.b["k"].id', "a.b"]),
        ({"references": ["a.b", "a.bc"]}, ["a.b", "a.bc"]),
        ({"constant_value": ["references"]}, []),
        ([{"x": {"references": ["a.b"]}}, {"x": {"references": ["c.d"]}}], ["a.b", "c.d"]),
        (None, []),
        ({"references": "a.b"}, []),
    ],
)
def test_shorter_forms_of_a_reference_are_not_further_ones(expression: Any, expected: list[str]) -> None:
    assert list(references(expression)) == expected
