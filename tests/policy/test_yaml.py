"""YAML 1.2 text becomes a tree with source text and places; what a policy has no use for is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.policy.problems import File, Problems
from harness.policy.tree import MappingNode, Node, ScalarNode, SequenceNode, written
from harness.policy.yaml import compose_yaml


def compose(text: str) -> tuple[Node | None, str]:
    problems = Problems()
    node = compose_yaml(File("f.yaml", text, "", problems))
    return node, "\n".join(str(problem) for problem in problems.listed())


def scalar(node: Node | None, *keys: str | int) -> ScalarNode:
    for key in keys:
        if isinstance(node, MappingNode) and isinstance(key, str):
            node = node.entries[key].value
        elif isinstance(node, SequenceNode) and isinstance(key, int):
            node = node.items[key]
    assert isinstance(node, ScalarNode)
    return node


@pytest.mark.parametrize(
    "text", ["No", "off", "010", "0o10", "1e3", "12:30", "~", "1_000", "0x1F", "2026-01-01", ".inf"]
)
def test_scalars_keep_their_source_text(text: str) -> None:
    """A code named `No` is ordinary; a loader of YAML 1.1 makes it false."""
    node, problems = compose(f"a: {text}\nb: [{text}]\n")
    assert problems == ""
    assert scalar(node, "a") == ScalarNode(text, 1, 4)
    assert scalar(node, "b", 0) == ScalarNode(text, 2, 5)


def test_places_and_styles_of_scalars() -> None:
    node, problems = compose("é: 'x'\nb:\n  - \"y\"\n  - |\n    z\n  - >\n    w\n  - ü: 1\n")
    assert problems == ""
    assert scalar(node, "é") == ScalarNode("x", 1, 4, "'")
    assert [scalar(node, "b", index) for index in range(3)] == [
        ScalarNode("y", 3, 5, '"'),
        ScalarNode("z\n", 4, 5, "|"),
        ScalarNode("w\n", 6, 5, ">"),
    ]
    assert scalar(node, "b", 3, "ü") == ScalarNode("1", 8, 8)


def test_a_tree_is_written_on_one_line() -> None:
    node, _ = compose("a: [x, {b: y}]\nc: *alias\n")
    assert node is not None
    assert written(node) == "{a: [x, {b: y}], c: }"


BAD = {
    "alias": ("a: *x", "f.yaml:1:4: the alias '*x'\n  write the value out; a policy has no aliases"),
    "alias as key": ("*x : 1", "f.yaml:1:1: the alias '*x'\n  write the value out; a policy has no aliases"),
    "anchor": ("a: &x 1", "f.yaml:1:4: the anchor '&x'\n  remove it; a policy has no anchors and aliases"),
    "tag": ("a: !!str 1", "f.yaml:1:4: the tag 'tag:yaml.org,2002:str'\n  remove it; the field decides the type"),
    "tag on a list": ("a: !x [1]", "f.yaml:1:4: the tag '!x'\n  remove it; the field decides the type"),
    "merge key": ("<<: {a: 1}", "f.yaml:1:1: the merge key '<<'\n  write the keys out, or use 'extends'"),
    "version": (
        "# c\n%YAML 1.1\n---\na: 1",
        "f.yaml:2:1: the directive '%YAML 1.1'\n  remove it: a policy is always YAML 1.2, and has no tags",
    ),
    "tag directive": (
        "%TAG ! x\n---\na: 1",
        "f.yaml:1:1: the directive '%TAG ! x'\n  remove it: a policy is always YAML 1.2, and has no tags",
    ),
    "unknown directive": ("%FOO\n---\na: 1", "f.yaml:1:5: not valid YAML: found unknown directive name"),
    "duplicate key": ("a: 1\nb: 2\na: 3", "f.yaml:3:1: the key 'a' is written twice\n  first at line 1"),
    "key that is a list": ("[a]: 1", "f.yaml:1:1: the key '[a]' is no word\n  expected a plain word as key"),
    "two documents": (
        "a: 1\n---\nb: 2",
        "f.yaml:2:1: a second document starts here\n  write one document a file, without '---' lines",
    ),
    "too deep": ("[" * 51 + "]" * 51, "f.yaml:1:51: nested more than 50 levels deep"),
    "far too deep": ("{a: " * 4000, "f.yaml:1:201: nested more than 50 levels deep"),
    "empty": ("", "f.yaml: the file is empty"),
    "only a comment": ("# nothing\n", "f.yaml: the file is empty"),
    "tab": ("a:\n\tb: 1", "f.yaml:2:1: a tab in the indentation\n  YAML indents with spaces: replace the tab"),
    "tab in a block": (
        "a: |\n\tb",
        "f.yaml:2:1: a tab in the indentation\n  YAML indents with spaces: replace the tab",
    ),
    "colon": (
        "a: b: c",
        "f.yaml:1:5: a ':' where no key can be\n  quote text that holds ': '; or indent the line as its neighbours are",
    ),
    "special character": (
        "a: @x",
        "f.yaml:1:4: a value cannot start with '@'\n"
        "  put text that starts with a special character, or that holds ': ' or ' #', in quotes",
    ),
    "open quotation": (
        "a: 1\nb: 'x\n",
        "f.yaml:3:1: the file ends too early\n  the quotation began at line 2, column 4",
    ),
    "open list": (
        "a: [1,\nb: 2",
        "f.yaml:3:1: the file ends too early\n  expected ',' or ']'\n  the list '[' began at line 1, column 4",
    ),
    "open mapping": (
        "a: {b: 1",
        "f.yaml:2:1: the file ends too early\n  expected ',' or '}'\n  the mapping '{' began at line 1, column 4",
    ),
    "stray bracket": ("a: ]", "f.yaml:1:4: not valid YAML\n  expected node content"),
    "text after the end": ("a: 1\n...\nb: 2", "f.yaml:3:1: not valid YAML\n  expected <document start>"),
    "other line break": (
        "a: 1\nb: x\u2028y",
        "f.yaml:2:5: the line separator U+2028, which YAML versions read differently\n"
        '  write it as an escape in double quotes: "\\u2028"',
    ),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_bad_yaml_is_refused_with_its_place(text: str, message: str) -> None:
    assert compose(text)[1] == message


def test_fifty_levels_are_deep_enough() -> None:
    assert compose("[" * 50 + "]" * 50)[1] == ""


def test_all_problems_that_are_no_syntax_errors_are_reported_at_once() -> None:
    _, problems = compose("a: &x 1\nb: *x\na: !t 2\n<<: 3\n")
    assert [line.split(": ")[1] for line in problems.splitlines() if line.startswith("f.yaml")] == [
        "the anchor '&x'",
        "the alias '*x'",
        "the key 'a' is written twice",
        "the tag '!t'",
        "the merge key '<<'",
    ]


def test_a_file_of_aliases_is_refused_with_a_bounded_number_of_problems() -> None:
    """A bomb of a million aliases must not become a message of a million lines."""
    _, problems = compose(f"a: [{'*x, ' * 5000}]")
    assert problems.count("the alias") == 100
    assert problems.endswith("f.yaml: and 4,900 more problems\n  repair the first ones")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), max_size=40))
def test_any_text_in_double_quotes_comes_back(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    for char in "\u2028\u2029":
        quoted = quoted.replace(char, f"\\u{ord(char):04x}")
    node, problems = compose(f'a: "{quoted}"')
    assert (problems, scalar(node, "a").text) == ("", text)
