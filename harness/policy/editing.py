"""Changes to a policy's text that leave every other byte as it is: the user's comments and layout stay."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, TypeAlias

from yaml import CSafeLoader, events

from harness.errors import PolicyError, UsageError
from harness.policy.fields import POLICY
from harness.policy.inherit import Gatherer
from harness.policy.own_checks import installed_checks
from harness.policy.problems import File, Problems
from harness.policy.shapes import Record, read
from harness.policy.tree import MappingNode, Node, SequenceNode
from harness.policy.waivers import build_waivers
from harness.policy.yaml import compose_yaml

__all__ = ["Edited", "NewWaiver", "add_waiver", "insert_waiver", "quoted"]

_SAFE = re.compile(r"[A-Za-z_][A-Za-z0-9_ ./@-]*[A-Za-z0-9_]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Words that YAML 1.1 readers take for something else; other tools read these files too.
_RESERVED = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"})
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_BYTE_ORDER_MARK: Final = "\ufeff"


def quoted(text: str) -> str:
    r"""Return a text as a YAML scalar that reads back as exactly that text.

    Example:
        >>> print(quoted("Sale"), quoted("No"), quoted('say "hi"'), quoted("a\tb"))
        Sale "No" "say \"hi\"" "a\x09b"
    """
    if _SAFE.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


@dataclass(frozen=True, kw_only=True)
class NewWaiver:
    """A waiver that is to be written; its fields are the policy's keys, in the order in which they are written."""

    rule: str
    subject: str
    id: str | None = None
    until: str
    by: str
    approved_by: str | None = None
    ticket: str | None = None
    reason: str

    @property
    def written(self) -> Mapping[str, str]:
        """The keys that have a value, with their text."""
        values = {key.name: getattr(self, key.name) for key in fields(self)}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True)
class Edited:
    """A policy's file after a change.

    Attributes:
        data: What the file shall hold.
        line: Where the waiver begins, counted from 1.
    """

    data: bytes
    line: int


def add_waiver(path: str, waiver: NewWaiver, *, today: date | None = None) -> Edited:
    """Return a policy's file with one more waiver; nothing is written.

    Args:
        path: The policy, which loads without a problem.
        waiver: What to add.
        today: What the longest time of a waiver is counted from; None means today in the policy's time zone.

    Raises:
        UsageError: If the policy would not accept the waiver: its rule is unknown or disabled, it holds too long or is
            over, there is one like it, a text is empty.
        PolicyError: If the policy cannot be read.
    """
    problems = Problems()
    gathered = Gatherer(problems, installed_checks(problems)).gather(path)
    if gathered is None or problems:
        raise PolicyError(problems.listed())
    data = insert_waiver(Path(path).read_bytes(), waiver)
    after = File(path, _normal(data.decode("utf-8-sig")), "", Problems())
    root = compose_yaml(after)
    record: Record = read(POLICY, root, after, "'policy'") if root else gathered.record
    day = today or datetime.now(record.get("timezone", UTC)).date()
    waivers = build_waivers(replace(gathered, record=record, file=after), day)
    if after.problems:
        problem = after.problems.listed()[0]
        hint = f"expected {problem.expected}" if problem.expected else problem.hint
        raise UsageError(f"the waiver cannot be added: {problem.what}", hint)
    added = waivers[-1]
    if added.until < day:
        raise UsageError(f"{waiver.until} has passed", "--until is the last day on which the waiver holds")
    return Edited(data, added.position.line or 1)


def insert_waiver(data: bytes, waiver: NewWaiver) -> bytes:
    """Return a policy's bytes with one waiver inserted as the last one, and nothing else changed.

    What comes out is parsed again: it must hold that one waiver more, and otherwise the same.

    Args:
        data: A policy in UTF-8, whose YAML has no problem.
        waiver: What to insert.

    Raises:
        UsageError: If there is no place where it can be inserted.
    """
    text = data.decode("utf-8-sig")
    mark = _BYTE_ORDER_MARK if data.startswith(_BYTE_ORDER_MARK.encode()) else ""
    wanted = _with(_says(text), waiver)
    for at, inserted in _places(text, waiver) if wanted else ():
        after = text[:at] + inserted + text[at:]
        if _says(after) == wanted:
            return (mark + after).encode()
    raise UsageError(
        "the policy's layout leaves no place for a waiver",
        "write it by hand:\n" + "\n".join(f"  {line}" for line in _block(waiver, 2)),
    )


# -- where, and what --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Span:
    """Where a value is, in lines and columns counted from 0.

    Attributes:
        end: Behind its last character; for a block, behind its last value.
        inside: For a list or mapping in brackets: behind its last value, or behind the bracket; else None.
        empty: Whether it is a list or mapping that holds nothing.
        literal: Whether it ends in a block scalar, whose end takes in the empty lines behind it.
        values: By key, for a mapping.
    """

    line: int
    column: int
    end: tuple[int, int]
    inside: tuple[int, int] | None = None
    empty: bool = False
    literal: bool = False
    values: Mapping[str, "_Span"] = field(default_factory=dict)


def _places(text: str, waiver: NewWaiver) -> Iterator[tuple[int, str]]:
    """Yield places in a text, each with what to insert there; the first that does what it should is taken."""
    lines = [found[0] for found in _LINE.finditer(text)]
    starts = list(accumulate(map(len, lines), initial=0))
    root = _root(_normal(text))
    waivers = root.values.get("waivers")
    place = waivers or root
    if place.inside:
        brackets = f"{{{', '.join(f'{key}: {_scalar(value)}' for key, value in waiver.written.items())}}}"
        what = brackets if waivers else f"waivers: [{brackets}]"
        line, column = place.inside
        yield starts[line] + column, what if place.empty else f", {what}"
        return
    block = _block(waiver, place.column) if waivers else _section(waiver, place.column)
    line_break = _line_break(lines[0])
    for line in _lines_after(place, lines):
        if lines[line - 1].endswith(("\r", "\n")):
            yield starts[line], "".join(f"{written}{line_break}" for written in block)
        else:
            yield len(text), "".join(f"{line_break}{written}" for written in block)


def _lines_after(place: _Span, lines: Sequence[str]) -> Iterator[int]:
    """Yield the lines before which a block goes on, first without the empty lines at its end."""
    line, column = place.end
    after = line if place.literal and column == 0 else line + 1
    filled = after
    while place.literal and not lines[filled - 1].strip():
        filled -= 1
    yield filled
    yield after


def _section(waiver: NewWaiver, column: int) -> list[str]:
    return ["", f"{' ' * column}waivers:", *_block(waiver, column + 2)]


def _block(waiver: NewWaiver, column: int) -> list[str]:
    lines = [f"{key}: {_scalar(value)}" for key, value in waiver.written.items()]
    return [f"{' ' * column}{'  ' if number else '- '}{line}" for number, line in enumerate(lines)]


def _scalar(text: str) -> str:
    return text if _DATE.fullmatch(text) else quoted(text)


def _line_break(line: str) -> str:
    found = re.search(r"\r\n|\r|\n", line)
    return found[0] if found else "\n"


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _root(text: str) -> _Span:
    loader = CSafeLoader(text)
    loader.get_event()  # the stream's start
    loader.get_event()  # the document's start
    return _span(loader, loader.get_event())


def _span(loader: CSafeLoader, event: Any) -> _Span:
    line, column = _place(event.start_mark)
    if isinstance(event, events.ScalarEvent):
        return _Span(line, column, _place(event.end_mark), literal=event.style in ("|", ">"))
    children: list[_Span] = []
    values: dict[str, _Span] = {}
    while not isinstance(child := loader.get_event(), events.MappingEndEvent | events.SequenceEndEvent):
        children.append(_span(loader, child))
        if isinstance(event, events.MappingStartEvent):
            children.append(_span(loader, loader.get_event()))
            values[getattr(child, "value", "")] = children[-1]
    if not event.flow_style:
        # Its own end is where the next thing begins.
        last = children[-1]
        return _Span(line, column, last.end, literal=last.literal, values=values)
    inside = children[-1].end if children else (line, column + 1)
    return _Span(line, column, _place(child.end_mark), inside, empty=not children, values=values)


def _place(mark: Any) -> tuple[int, int]:
    return mark.line, mark.column


# -- what a text says -------------------------------------------------------------------------------------------------

_Value: TypeAlias = "str | list[_Value] | dict[str, _Value] | None"


def _says(text: str) -> _Value:
    """Return what a text says, without places and styles; None when it is no YAML of ours."""
    file = File("", _normal(text), "", Problems())
    root = compose_yaml(file)
    return None if root is None or file.problems else _value(root)


def _value(node: Node) -> _Value:
    match node:
        case MappingNode():
            return {key: _value(entry.value) for key, entry in node.entries.items()}
        case SequenceNode():
            return [_value(item) for item in node.items]
        case _:
            return getattr(node, "text", "")


def _with(said: _Value, waiver: NewWaiver) -> _Value:
    if not isinstance(said, dict):
        return None
    waivers = said.get("waivers", [])
    return {**said, "waivers": [*waivers, dict(waiver.written)]} if isinstance(waivers, list) else None
