"""From JSON text to a tree with positions.

YAML's composer will not do: libyaml refuses the surrogate pairs that JSON writes for characters such as emoji, keys
longer than 1,024 characters, and has a size limit that a CRM's describe document passes.
"""

import re
from bisect import bisect_right
from json import JSONDecodeError, JSONDecoder
from typing import Final

from harness.policy.problems import File
from harness.policy.tree import Entry, MappingNode, Node, RefusedNode, ScalarNode, SequenceNode
from harness.policy.yaml import DEEPEST

__all__ = ["compose_json"]

_S = r"[ \t\n\r]*"
_SPACE: Final = re.compile(_S)
# Nearly every key and string has no escapes; these find its end, and what follows, in one step.
_PLAIN_KEY: Final = re.compile(rf'"([^"\\\x00-\x1f]*)"{_S}:{_S}')
_PLAIN_STRING: Final = re.compile(r'"([^"\\\x00-\x1f]*)"')
_NEXT: Final = re.compile(rf"{_S}([,\]}}]){_S}")
_WORD: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null")
_DECODER: Final = JSONDecoder()
_UNPAIRED: Final = re.compile("[\ud800-\udfff]")


def compose_json(file: File) -> Node | None:
    """Return the tree of a file's text, or None when there is none; problems are reported to the file.

    Refused: what is not JSON, duplicate keys, nesting deeper than `DEEPEST`.
    """
    if not file.text.strip():
        file.problem(None, "the file is empty")
        return None
    try:
        return _Composer(file).document()
    except _SyntaxError as error:
        file.problem(error.at, error.what, expected=error.expected)
        return None


class _SyntaxError(Exception):
    def __init__(self, at: RefusedNode, what: str, expected: str | None) -> None:
        super().__init__(at, what, expected)
        self.at, self.what, self.expected = at, what, expected


class _Composer:
    def __init__(self, file: File) -> None:
        self._file = file
        self._text = file.text
        self._line_starts = [0, *(found.end() for found in re.finditer("\n", file.text))]

    def document(self) -> Node:
        node, end = self._node(self._skip(0), 1)
        if (end := self._skip(end)) < len(self._text):
            raise self._error(end, "the end of the file")
        return node

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _place(self, at: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, at)
        return line, at - self._line_starts[line - 1] + 1

    def _error(self, at: int, expected: str | None, what: str = "not valid JSON") -> _SyntaxError:
        return _SyntaxError(RefusedNode(*self._place(at)), what, expected)

    def _node(self, at: int, depth: int) -> tuple[Node, int]:
        char = self._text[at : at + 1]
        if char == '"':
            return self._string(at)
        if char in ("{", "["):
            if depth > DEEPEST:
                raise self._error(at, None, f"nested more than {DEEPEST} levels deep")
            return self._mapping(at, depth) if char == "{" else self._sequence(at, depth)
        found = _WORD.match(self._text, at)
        if found is None:
            raise self._error(at, "a value")
        return ScalarNode(found[0], *self._place(at)), found.end()

    def _string(self, at: int) -> tuple[ScalarNode, int]:
        if plain := _PLAIN_STRING.match(self._text, at):
            return ScalarNode(plain[1], *self._place(at), '"'), plain.end()
        try:
            text, end = _DECODER.raw_decode(self._text, at)
        except JSONDecodeError as error:
            raise self._error(error.pos, None, f"not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}") from None
        if _UNPAIRED.search(text):
            raise self._error(at, None, "half of a surrogate pair, which is no character")
        return ScalarNode(text, *self._place(at), '"'), end

    def _key(self, at: int) -> tuple[ScalarNode, int]:
        """Return a key, and where its value begins."""
        if plain := _PLAIN_KEY.match(self._text, at):
            return ScalarNode(plain[1], *self._place(at), '"'), plain.end()
        if self._text[at : at + 1] != '"':
            raise self._error(at, "a key in double quotes")
        key, at = self._string(at)
        at = self._skip(at)
        if self._text[at : at + 1] != ":":
            raise self._error(at, "':'")
        return key, self._skip(at + 1)

    def _ends(self, at: int, closing: str) -> tuple[bool, int]:
        """Tell whether a list or mapping ends here, and where the text goes on."""
        found = _NEXT.match(self._text, at)
        if found is None or found[1] not in (",", closing):
            raise self._error(self._skip(at), f"',' or '{closing}'")
        return found[1] == closing, found.end() if found[1] == "," else found.end(1)

    def _sequence(self, start: int, depth: int) -> tuple[SequenceNode, int]:
        items: list[Node] = []
        at = self._skip(start + 1)
        ended = self._text[at : at + 1] == "]"
        at += ended
        while not ended:
            item, at = self._node(at, depth + 1)
            items.append(item)
            ended, at = self._ends(at, "]")
        return SequenceNode(tuple(items), *self._place(start)), at

    def _mapping(self, start: int, depth: int) -> tuple[MappingNode, int]:
        entries: dict[str, Entry] = {}
        at = self._skip(start + 1)
        ended = self._text[at : at + 1] == "}"
        at += ended
        while not ended:
            key, at = self._key(at)
            value, at = self._node(at, depth + 1)
            if first := entries.get(key.text):
                hint = f"first at line {first.key.line}"
                self._file.problem(key, f"the key '{key.text}' is written twice", hint=hint)
            else:
                entries[key.text] = Entry(key, value)
            ended, at = self._ends(at, "}")
        return MappingNode(entries, *self._place(start)), at
