"""A place in an expression's text is found again in the file, however the text was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.policy.locate import locate
from harness.policy.problems import File, Problems
from harness.policy.tree import MappingNode, ScalarNode
from harness.policy.yaml import compose_yaml


def found(source: str, needle: str, offset: int | None = None) -> tuple[int, int]:
    """Return where the file has what begins with `needle` in the text of the value of `a`."""
    root = compose_yaml(File("f", source, "", Problems()))
    assert isinstance(root, MappingNode)
    node = root.entries["a"].value
    assert isinstance(node, ScalarNode)
    before = node.text[: node.text.index(needle) if offset is None else offset].split("\n")
    return locate(source, node, len(before), len(before[-1]) + 1)


SOURCES = {
    "plain": "x: 1\na: one TWO three",
    "plain over lines": "a: one\n   and\n   TWO",
    "plain with an empty line": "a: one\n\n   TWO",
    "double quotes": 'a: "one TWO"',
    "double quotes with escapes": 'a: "\\"\\u00e9\\x41\\U0001F600\\n TWO"',
    "double quotes over lines": 'a: "one\n   and\n  TWO"',
    "double quotes with a line that goes on": 'a: "one \\\n     TWO"',
    "single quotes": "a: 'it''s TWO'",
    "literal block": "a: |\n  one\n    and\n  TWO",
    "literal block with an empty line": "a: |\n\n  one\n\n  TWO",
    "folded block": "a: >\n  one\n  and TWO\n",
    "block with a header": "a: >-2\n    one\n  TWO",
    "in a flow mapping": "{b: 1, a: one TWO}",
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_a_word_is_found_where_it_is_written(source: str) -> None:
    before = source[: source.index("TWO")]
    expected = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    assert found(source, "TWO") == expected


def test_the_beginning_of_a_text_is_the_beginning_of_its_value() -> None:
    assert found("a: xyz", "", 0) == (1, 4)
    assert found('a: "xyz"', "", 0) == (1, 5)


def test_a_place_behind_the_text_is_at_its_end() -> None:
    """A compiler reports a missing operand behind the last character."""
    assert locate("a: x &&", ScalarNode("x &&", 1, 4), 1, 5) == (1, 8)


def test_a_scalar_that_is_not_in_the_file_keeps_its_own_place() -> None:
    assert locate("", ScalarNode("x", 7, 3), 1, 1) == (7, 3)


@given(st.lists(st.text("ab'\" \\é", min_size=1, max_size=8), min_size=1, max_size=5), st.sampled_from("\"'|>"))
def test_letters_are_found_exactly(words: list[str], style: str) -> None:
    """Walking text and source side by side never leaves step, whatever quotes and folds do."""
    text = "Z".join(words) + "Z"
    if style == '"':
        source = 'a: "' + text.replace("\\", "\\\\").replace('"', '\\"').replace(" ", "\\x20") + '"'
    elif style == "'":
        source = "a: '" + text.replace("'", "''") + "'"
    else:
        source = f"a: {style}\n  Z{text}"
    root = compose_yaml(File("f", source, "", Problems()))
    assert isinstance(root, MappingNode)
    node = root.entries["a"].value
    assert isinstance(node, ScalarNode)
    line_text = source.split("\n")
    for offset, char in enumerate(node.text):
        if char == "Z":
            before = node.text[:offset].split("\n")
            line, column = locate(source, node, len(before), len(before[-1]) + 1)
            assert line_text[line - 1][column - 1] == "Z"
