"""Reading what a compiled expression refers to, out of its serialised form.

The CEL runtime tells which variables an expression reads, and what it compares them with, only in the protobuf that
`Expression.serialize` returns. Four message types are needed, so the wire format is read here rather than with
a protobuf runtime and generated classes.

Source:
    `cel/expr/checked.proto` and `cel/expr/syntax.proto` of the CEL specification (field numbers);
    https://protobuf.dev/programming-guides/encoding (wire format).
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import TypeAlias

__all__ = ["Call", "calls", "referenced"]

_Fields: TypeAlias = dict[int, list[bytes]]

# google.protobuf.Any
_ANY_VALUE = 2
# CheckedExpr
_REFERENCE_MAP, _EXPR = 2, 4
# map entry, Reference
_ENTRY_VALUE, _REFERENCE_NAME = 2, 1
# Expr
_CONST, _IDENT, _SELECT, _CALL, _LIST, _COMPREHENSION = 3, 4, 5, 6, 7, 9
# Call
_TARGET, _FUNCTION, _ARGUMENT = 1, 2, 3
_CONST_STRING = 6

Call: TypeAlias = tuple[str, tuple[tuple[str | None, tuple[str, ...]], ...]]
"""A call: its function, and per argument (target first) the variable it is and the string literals it holds."""


def referenced(serialised: bytes) -> frozenset[str]:
    """Return every name that the expression refers to, functions' overloads aside."""
    checked = _message(_message(serialised)[_ANY_VALUE][0])
    names = set()
    for entry in checked[_REFERENCE_MAP]:
        for name in _message(_message(entry)[_ENTRY_VALUE][0])[_REFERENCE_NAME]:
            names.add(name.decode())
    return frozenset(names)


def calls(serialised: bytes) -> Iterator[Call]:
    """Yield every call in the expression, outer ones first."""
    checked = _message(_message(serialised)[_ANY_VALUE][0])
    for expression in checked[_EXPR]:
        yield from _calls(expression)


def _calls(expression: bytes) -> Iterator[Call]:
    fields = _message(expression)
    for call in fields[_CALL]:
        parts = _message(call)
        operands = parts[_TARGET] + parts[_ARGUMENT]
        yield parts[_FUNCTION][0].decode(), tuple(_operand(operand) for operand in operands)
        for operand in operands:
            yield from _calls(operand)
    # A select holds its operand in field 1, a list its elements in field 1; a comprehension its parts in 2 and 4 to 7.
    for holder, inner in ((_SELECT, (1,)), (_LIST, (1,)), (_COMPREHENSION, (2, 4, 5, 6, 7))):
        for message in fields[holder]:
            parts = _message(message)
            for number in inner:
                for part in parts[number]:
                    yield from _calls(part)


def _operand(expression: bytes) -> tuple[str | None, tuple[str, ...]]:
    fields = _message(expression)
    for ident in fields[_IDENT]:
        return _message(ident)[1][0].decode(), ()
    for literals in fields[_LIST]:
        return None, tuple(text for element in _message(literals)[1] for text in _strings(_message(element)))
    return None, tuple(_strings(fields))


def _strings(fields: _Fields) -> Iterator[str]:
    for constant in fields[_CONST]:
        for text in _message(constant)[_CONST_STRING]:
            yield text.decode()


def _message(data: bytes) -> _Fields:
    """Split a message into its length-delimited fields by number; other fields are skipped."""
    fields: _Fields = defaultdict(list)
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        match key & 7:
            case 2:
                length, at = _varint(data, at)
                fields[key >> 3].append(data[at : at + length])
                at += length
            case 1:
                at += 8
            case 5:
                at += 4
            case _:
                _, at = _varint(data, at)
    return fields


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7
