"""JSON text becomes the same tree as YAML."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.policy.json import compose_json
from harness.policy.problems import File, Problems
from harness.policy.tree import MappingNode, Node, ScalarNode, SequenceNode, written


def compose(text: str) -> tuple[Node | None, str]:
    problems = Problems()
    node = compose_json(File("f.json", text, "", problems))
    return node, "\n".join(str(problem) for problem in problems.listed())


def test_places_of_values() -> None:
    node, problems = compose('{\n "a": [1, "x"],\n\t"b" : {} , "c":[ ] }\n')
    assert problems == ""
    assert isinstance(node, MappingNode)
    assert [(key, entry.key.line, entry.key.column) for key, entry in node.entries.items()] == [
        ("a", 2, 2),
        ("b", 3, 2),
        ("c", 3, 13),
    ]
    assert node.entries["a"].value == SequenceNode((ScalarNode("1", 2, 8), ScalarNode("x", 2, 11, '"')), 2, 7)
    assert written(node) == "{a: [1, x], b: {}, c: []}"


def test_escapes_and_surrogate_pairs_are_undone() -> None:
    """Python writes an emoji as a surrogate pair, which YAML's scanner refuses."""
    node, problems = compose(json.dumps({'k"': "smile \U0001f600 \\ \n"}))
    assert problems == ""
    assert node is not None
    assert written(node) == '{k": smile \U0001f600 \\ \n}'


BAD = {
    "empty": (" \n", "f.json: the file is empty"),
    "no value": ('{"a": }', "f.json:1:7: not valid JSON\n  expected a value"),
    "python": ("{'a': 1}", "f.json:1:2: not valid JSON\n  expected a key in double quotes"),
    "no colon": ('{"a" 1}', "f.json:1:6: not valid JSON\n  expected ':'"),
    "open list": ("[1,\n2", "f.json:2:2: not valid JSON\n  expected ',' or ']'"),
    "wrong bracket": ('{"a": 1]', "f.json:1:8: not valid JSON\n  expected ',' or '}'"),
    "trailing comma": ("[1,]", "f.json:1:4: not valid JSON\n  expected a value"),
    "trailing text": ("[1] x", "f.json:1:5: not valid JSON\n  expected the end of the file"),
    "open string": ('["a', "f.json:1:2: not valid JSON: unterminated string starting at"),
    "bad escape": ('["\\q"]', "f.json:1:3: not valid JSON: invalid \\escape"),
    "half a pair": ('["\\ud83d"]', "f.json:1:2: half of a surrogate pair, which is no character"),
    "duplicate key": ('{"a": 1,\n"a": 2}', "f.json:2:1: the key 'a' is written twice\n  first at line 1"),
    "too deep": ("[" * 60, "f.json:1:51: nested more than 50 levels deep"),
    "not a number": ("[NaN]", "f.json:1:2: not valid JSON\n  expected a value"),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_bad_json_is_refused_with_its_place(text: str, message: str) -> None:
    assert compose(text)[1] == message


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def plain(node: Node) -> Any:
    match node:
        case MappingNode():
            return {key: plain(entry.value) for key, entry in node.entries.items()}
        case SequenceNode():
            return [plain(item) for item in node.items]
        case ScalarNode():
            return node.text if node.style else json.loads(node.text)
    raise AssertionError(node)


@given(VALUES, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_whatever_json_writes_is_read_back(value: Any, escaped: bool, indent: int | str | None) -> None:
    node, problems = compose(json.dumps(value, ensure_ascii=escaped, indent=indent))
    assert problems == ""
    assert node is not None
    assert plain(node) == value


@given(st.text('[]{}",:\\ \n0-1.e+truefalsn"u'))
def test_json_is_refused_when_python_refuses_it(text: str) -> None:
    """Our composer must not be more lenient than the format."""
    try:
        json.loads(text, parse_constant=lambda word: json.loads(f"{word}!"))
    except (ValueError, RecursionError):
        assert compose(text)[1] != ""
    else:
        assert "not valid JSON" not in compose(text)[1]
