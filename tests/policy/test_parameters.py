"""A check's signature says what its `with:` may hold."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import pytest

from harness.checks.parameters import DurationMs, Regex, Share
from harness.checks.registry import check, collecting
from harness.model import Org, Queue
from harness.policy.parameters import converted, parameters_of, shape_of, usage
from harness.policy.problems import File, Problems
from harness.policy.shapes import expected, read
from harness.policy.tree import MappingNode
from harness.policy.yaml import compose_yaml


def read_as(annotation: Any, text: str) -> tuple[Any, str]:
    problems = Problems()
    file = File("f", f"x: {text}", "", problems)
    root = compose_yaml(file)
    assert isinstance(root, MappingNode)
    value = read(shape_of(annotation), root.entries["x"].value, file, "'x'")
    listed = "\n".join(map(str, problems.listed()))
    return (None if listed else converted(annotation, value)), listed


@pytest.mark.parametrize(
    ("annotation", "text", "value"),
    [
        (str, "010", "010"),
        (str, '""', ""),
        (int, "3", 3),
        (float, "3", 3.0),
        (bool, "true", True),
        (DurationMs, "2m", 120_000),
        (Share, "50%", 0.5),
        (Regex, "^a", re.compile("^a")),
        (Literal["a", "b"], "b", "b"),
        (int | None, "3", 3),
        (list[str], "[a, No]", ["a", "No"]),
        (tuple[DurationMs, ...], "[1s]", (1000,)),
        (Sequence[int], "[1]", (1,)),
        (frozenset[str], "[a, a]", frozenset({"a"})),
        (list[str] | None, "[a]", ["a"]),
        (dict[str, list[str]], "{sales: [A, B]}", {"sales": ["A", "B"]}),
        (Mapping[str, int], "{a: 1}", {"a": 1}),
    ],
)
def test_text_becomes_what_the_annotation_says(annotation: Any, text: str, value: Any) -> None:
    assert read_as(annotation, text) == (value, "")


@pytest.mark.parametrize(
    ("annotation", "text", "message"),
    [
        (int, "many", "f:1:4: 'x' is 'many'\n  expected a whole number"),
        (int, '"3"', "f:1:4: 'x' is '3'\n  expected a whole number\n  write it without quotes"),
        (int, "[3]", "f:1:4: 'x' is a list\n  expected a whole number"),
        (int | None, "", "f:1:3: 'x' has no value\n  expected a whole number\n  leave the key out, or fill it in"),
        (list[int], "3", "f:1:4: 'x' is '3'\n  expected a list, each item a whole number"),
        (list[int], "[a, {}]", "f:1:5: an item of 'x' is 'a'\n  expected a whole number\n"
         "f:1:8: an item of 'x' is a mapping\n  expected a whole number"),
        (dict[str, list[str]], "[a]", "f:1:4: 'x' is a list\n"
         "  expected a mapping, each value a list, each item a text"),
        (dict[int, int], "{a: 1}", "f:1:5: a key of 'x' is 'a'\n  expected a whole number"),
        (str, "x" * 70, ""),
        (int, "x" * 70, f"f:1:4: 'x' is '{'x' * 60}…'\n  expected a whole number"),
    ],
)  # fmt: skip
def test_a_wrong_type_says_what_was_expected(annotation: Any, text: str, message: str) -> None:
    assert read_as(annotation, text)[1] == message


@pytest.mark.parametrize("annotation", [complex, Literal[1], int | str, list, dict[list[str], str], tuple[int, str]])
def test_a_type_that_no_policy_can_write_is_the_check_authors_mistake(annotation: Any) -> None:
    with pytest.raises(TypeError, match="a policy cannot write a value of type"):
        shape_of(annotation)


def test_usage_lists_the_parameters_with_what_they_want() -> None:
    with collecting() as found:

        @check(source="a test")
        def one(queue: Queue, org: Org, *, limit: int, mode: Literal["a", "b"] = "a") -> Iterator[str]:
            """A title."""
            yield from ()

        @check(source="a test")
        def other(queue: Queue, org: Org) -> Iterator[str]:
            """A title."""
            yield from ()

    assert [usage(made).partition(".")[2] for made in found.values()] == [
        "one takes limit (a whole number, required); mode (a or b)",
        "other has no parameters",
    ]
    shape = parameters_of(found["test_parameters.one"])
    assert expected(shape) == "a mapping with limit, mode"
