"""From YAML 1.2 text to a tree with positions.

A composer of our own over libyaml's events: the loaders of PyYAML follow YAML 1.1 (`No` is false, `010` is 8), drop
positions, and keep the last of two equal keys. What a policy has no use for, and an attacker has, is refused.
"""

import re
from collections.abc import Callable
from typing import Any

from yaml import CSafeLoader, events
from yaml.error import MarkedYAMLError

from harness.policy.problems import File
from harness.policy.tree import Entry, MappingNode, Node, RefusedNode, ScalarNode, SequenceNode, written

__all__ = ["DEEPEST", "LARGEST_YAML", "compose_yaml"]

LARGEST_YAML = 5_000_000
"""Bytes. Composing costs about a third of a second a megabyte; large catalogues are CSV or JSON."""

DEEPEST = 50
"""Levels of nesting; a policy has five."""

# Libyaml follows YAML 1.1, where these three end a line; in YAML 1.2 they are text.
_OTHER_LINE_BREAK = re.compile("[\x85\u2028\u2029]")


def compose_yaml(file: File) -> Node | None:
    """Return the tree of a file's text, or None when there is none; problems are reported to the file.

    Characters that YAML does not allow are refused when a file is read, see `harness.policy.documents`.

    Refused: aliases, anchors, tags, merge keys, directives, duplicate keys, keys that are no scalars, more than one
    document, nesting deeper than `DEEPEST`. Reading goes on behind all of these but the last.
    """
    if found := _OTHER_LINE_BREAK.search(file.text):
        before = file.text[: found.start()].split("\n")
        file.problem(
            RefusedNode(len(before), len(before[-1]) + 1),
            f"the line separator U+{ord(found[0]):04X}, which YAML versions read differently",
            hint=f'write it as an escape in double quotes: "\\u{ord(found[0]):04x}"',
        )
        return None
    try:
        return _Composer(file).document()
    except MarkedYAMLError as error:
        _report_syntax(file, error)
    return None


class _TooDeepError(Exception):
    """Nesting that is not worth following."""


class _Composer:
    def __init__(self, file: File) -> None:
        self._file = file
        self._next: Callable[[], Any] = CSafeLoader(file.text).get_event

    def document(self) -> Node | None:
        self._next()  # the stream's start
        start = self._next()
        if isinstance(start, events.StreamEndEvent):
            self._file.problem(None, "the file is empty")
            return None
        self._refuse_directives(start)
        try:
            node = self._node(self._next(), 1)
        except _TooDeepError:
            return None
        self._next()  # the document's end
        following = self._next()
        if isinstance(following, events.DocumentStartEvent):
            self._file.problem(
                _at(following), "a second document starts here", hint="write one document a file, without '---' lines"
            )
        return node

    def _refuse_directives(self, start: Any) -> None:
        if start.version is None and not start.tags:
            return
        lines = self._file.text.split("\n")
        line = next((number for number, text in enumerate(lines, 1) if text.startswith("%")), 1)
        self._file.problem(
            RefusedNode(line, 1),
            f"the directive '{lines[line - 1].strip()}'",
            hint="remove it: a policy is always YAML 1.2, and has no tags",
        )

    def _node(self, event: Any, depth: int) -> Node:
        kind, mark = type(event), event.start_mark
        if kind is events.AliasEvent:
            at = _at(event)
            self._file.problem(at, f"the alias '*{event.anchor}'", hint="write the value out; a policy has no aliases")
            return at
        if event.anchor is not None:
            hint = "remove it; a policy has no anchors and aliases"
            self._file.problem(_at(event), f"the anchor '&{event.anchor}'", hint=hint)
        if event.tag is not None:
            self._file.problem(_at(event), f"the tag '{event.tag}'", hint="remove it; the field decides the type")
        if kind is events.ScalarEvent:
            return ScalarNode(event.value, mark.line + 1, mark.column + 1, event.style)
        if depth > DEEPEST:
            self._file.problem(_at(event), f"nested more than {DEEPEST} levels deep")
            raise _TooDeepError
        if kind is events.MappingStartEvent:
            return self._mapping(mark, depth + 1)
        items = []
        while type(item := self._next()) is not events.SequenceEndEvent:
            items.append(self._node(item, depth + 1))
        return SequenceNode(tuple(items), mark.line + 1, mark.column + 1)

    def _mapping(self, mark: Any, depth: int) -> MappingNode:
        entries: dict[str, Entry] = {}
        while type(event := self._next()) is not events.MappingEndEvent:
            key = self._node(event, depth)
            value = self._node(self._next(), depth)
            if type(key) is not ScalarNode:
                if type(key) is not RefusedNode:
                    self._file.problem(key, f"the key '{written(key)}' is no word", expected="a plain word as key")
            elif key.text == "<<" and not key.style:
                self._file.problem(key, "the merge key '<<'", hint="write the keys out, or use 'extends'")
            elif first := entries.get(key.text):
                self._file.problem(
                    key, f"the key '{key.text}' is written twice", hint=f"first at line {first.key.line}"
                )
            else:
                entries[key.text] = Entry(key, value)
        return MappingNode(entries, mark.line + 1, mark.column + 1)


def _at(event: Any) -> RefusedNode:
    return RefusedNode(event.start_mark.line + 1, event.start_mark.column + 1)


# -- libyaml's messages, in our words -------------------------------------------------------------------------------

_QUOTE_HINT = "put text that starts with a special character, or that holds ': ' or ' #', in quotes"
_CONTEXTS = {
    "while parsing a flow sequence": "the list '['",
    "while parsing a flow mapping": "the mapping '{'",
    "while scanning a quoted scalar": "the quotation",
    "while parsing a quoted scalar": "the quotation",
    "while scanning a simple key": "the key",
    "while parsing a block collection": "the list",
    "while parsing a block mapping": "the mapping",
}


def _report_syntax(file: File, error: MarkedYAMLError) -> None:
    mark = error.problem_mark or error.context_mark
    at = RefusedNode(mark.line + 1, mark.column + 1) if mark else None
    problem = (error.problem or "").strip()
    char = _char_at(file.text, at)
    inside = _CONTEXTS.get(error.context or "")
    began = error.context_mark
    since = f"{inside} began at line {began.line + 1}, column {began.column + 1}" if inside and began else None
    if char == "\t" or "tab character" in problem:
        file.problem(at, "a tab in the indentation", hint="YAML indents with spaces: replace the tab")
    elif "cannot start any token" in problem:
        file.problem(at, f"a value cannot start with '{char}'", hint=_QUOTE_HINT)
    elif problem.startswith("mapping values are not allowed"):
        hint = "quote text that holds ': '; or indent the line as its neighbours are"
        file.problem(at, "a ':' where no key can be", hint=hint)
    elif "end of stream" in problem:
        file.problem(at, "the file ends too early", hint=since)
    elif problem.startswith("did not find expected "):
        what = "not valid YAML" if char else "the file ends too early"
        file.problem(at, what, expected=problem.removeprefix("did not find expected "), hint=since)
    else:
        file.problem(at, f"not valid YAML: {problem}", hint=since)


def _char_at(text: str, at: RefusedNode | None) -> str:
    lines = text.split("\n")
    if at is None or at.line > len(lines):
        return ""
    return lines[at.line - 1][at.column - 1 : at.column]
