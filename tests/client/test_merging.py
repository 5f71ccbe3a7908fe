"""Three-way merging of JSON: nobody's change is dropped without a conflict being named."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.client.merging import merge, same

SCALARS = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "x", "y"])
SETS = st.lists(st.sampled_from(["a", "b", "c", "d"]), unique=True, max_size=4)
VALUES = st.recursive(
    SCALARS | SETS,
    lambda inner: st.dictionaries(st.sampled_from("klm"), inner, max_size=3) | st.lists(inner, max_size=2),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.sampled_from("klmn"), VALUES, max_size=4)


@given(base=OBJECTS, ours=OBJECTS)
def test_one_change_alone_is_taken_whole(base: dict[str, Any], ours: dict[str, Any]) -> None:
    assert same(merge(base, ours, base)[0], ours)
    assert same(merge(base, base, ours)[0], ours)
    assert merge(base, ours, base)[1] == merge(base, base, ours)[1] == ()


@given(base=OBJECTS, both=OBJECTS)
def test_the_same_change_twice_is_no_conflict(base: dict[str, Any], both: dict[str, Any]) -> None:
    merged, conflicts = merge(base, both, both)
    assert same(merged, both)
    assert conflicts == ()


@given(base=OBJECTS, ours=OBJECTS, theirs=OBJECTS)
def test_a_conflict_is_one_whichever_side_it_is_seen_from(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    there, back = merge(base, ours, theirs), merge(base, theirs, ours)
    assert {line.split(":")[0] for line in there[1]} == {line.split(":")[0] for line in back[1]}


@given(base=OBJECTS, ours=OBJECTS, theirs=OBJECTS)
def test_merging_again_changes_nothing(base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """That is how `update` knows that its change is still there."""
    merged, conflicts = merge(base, ours, theirs)
    if not conflicts:
        assert merge(base, ours, merged) == (merged, ())


@given(base=SETS, ours=SETS, theirs=SETS)
def test_lists_of_words_are_merged_as_sets(base: list[str], ours: list[str], theirs: list[str]) -> None:
    merged, conflicts = merge(base, ours, theirs)
    added, removed = ({*ours} | {*theirs}) - {*base}, {*base} - ({*ours} & {*theirs})
    assert {*merged} == ({*base} | added) - removed
    assert len(merged) == len({*merged})
    assert conflicts == ()


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "line"),
    [
        ({"a": 1}, {"a": 2}, {"a": 3}, "$.a: was 1, ours 2, theirs 3"),
        ({}, {"a": 2}, {"a": True}, "$.a: was absent, ours 2, theirs true"),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, {}, '$.a: was {"b":1}, ours {"b":2}, theirs absent'),
        ({"a": [[1]]}, {"a": [[2]]}, {"a": [[3]]}, "$.a: was [[1]], ours [[2]], theirs [[3]]"),
        ({"a": ["x"]}, {"a": ["x", "x"]}, {"a": []}, '$.a: was ["x"], ours ["x","x"], theirs []'),
        ({"a": ["x"]}, {"a": ["x", 1]}, {"a": []}, '$.a: was ["x"], ours ["x",1], theirs []'),
        ({"a": ""}, {"a": "x" * 99}, {"a": "y"}, f'$.a: was "", ours "{"x" * 58}…, theirs "y"'),
    ],
)
def test_what_cannot_be_merged_is_named(base: object, ours: object, theirs: object, line: str) -> None:
    merged, conflicts = merge(base, ours, theirs)
    assert conflicts == (line,)
    assert same(merged, theirs)


def test_nested_objects_are_merged_key_by_key() -> None:
    base = {"name": "Q", "acw": {"prompt": "OPTIONAL", "timeoutMs": 1000}, "version": 1}
    ours = {"name": "Q", "acw": {"prompt": "MANDATORY", "timeoutMs": 1000}, "version": 1}
    theirs = {"name": "R", "acw": {"prompt": "OPTIONAL", "timeoutMs": 2000}, "version": 2}
    assert merge(base, ours, theirs) == (
        {"name": "R", "acw": {"prompt": "MANDATORY", "timeoutMs": 2000}, "version": 2},
        (),
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": None}, {}, True),
        ([{"a": None}], [{}], True),
        ([None], [], False),
        ({"a": True}, {"a": 1}, False),
        (["a", "b"], ["b", "a"], False),
    ],
)
def test_sameness_is_that_of_the_platforms_json(one: object, other: object, expected: bool) -> None:
    assert same(one, other) is expected
