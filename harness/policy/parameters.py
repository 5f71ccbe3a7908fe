"""From a check's signature to the shape of its `with:`."""

import types
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, Literal, Union, get_args, get_origin

from harness.checks.parameters import Days, DurationMs, Regex, Share, Window
from harness.checks.registry import Check, Parameter
from harness.policy.shapes import DictOf, Fields, Key, ListOf, Shape, expected
from harness.policy.values import ANY_TEXT, BOOLEAN, DURATION, INTEGER, NUMBER, REGEX, SHARE, Value, word
from harness.policy.windows import DAYS, WINDOW

__all__ = ["converted", "parameters_of", "shape_of", "usage"]

_VALUES: Final[Mapping[Any, Value]] = {
    str: ANY_TEXT,
    int: INTEGER,
    float: NUMBER,
    bool: BOOLEAN,
    DurationMs: DURATION,
    Share: SHARE,
    Regex: REGEX,
    Window: WINDOW,
    Days: DAYS,
}
_LISTS: Final[Mapping[Any, Callable[[Collection[Any]], Any]]] = {
    list: list,
    tuple: tuple,
    Sequence: tuple,
    Collection: tuple,
    set: set,
    frozenset: frozenset,
}
_WRITABLE: Final = (
    "str, int, float, bool, DurationMs, Share, Regex, Window, Days, Literal of texts, lists and dictionaries of these"
)


def shape_of(annotation: Any) -> Shape:
    """Return what a policy writes for a parameter with some annotation.

    Raises:
        TypeError: If a policy cannot write such a value.
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in _VALUES:
        return _VALUES[annotation]
    if origin is Literal and all(isinstance(argument, str) for argument in arguments):
        return word(*arguments)
    if origin in (Union, types.UnionType):
        inner = [argument for argument in arguments if argument is not type(None)]
        if len(inner) == 1:
            return shape_of(inner[0])
    if origin in _LISTS and len([argument for argument in arguments if argument is not ...]) == 1:
        return ListOf(shape_of(arguments[0]))
    if origin in (dict, Mapping) and isinstance(key := shape_of(arguments[0]), Value):
        return DictOf(key, shape_of(arguments[1]))
    raise TypeError(f"a policy cannot write a value of type {annotation}; it can write {_WRITABLE}")


def converted(annotation: Any, value: Any) -> Any:
    """Return a value that was read with `shape_of` as the container that the annotation names."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return converted(next(argument for argument in arguments if argument is not type(None)), value)
    if origin in _LISTS:
        return _LISTS[origin]([converted(arguments[0], item) for item in value])
    if origin in (dict, Mapping):
        return {converted(arguments[0], key): converted(arguments[1], item) for key, item in value.items()}
    return value


def parameters_of(check: Check) -> Fields:
    """Return the shape of a check's `with:`.

    Raises:
        TypeError: If a policy cannot write one of its parameters.
    """
    return Fields(f"'with' of {check.id}", tuple(_key(parameter) for parameter in check.parameters))


def _key(parameter: Parameter) -> Key:
    return Key(parameter.name, shape_of(parameter.annotation), required=parameter.required, text=parameter.text)


def usage(check: Check) -> str:
    """Return a check's parameters in one line, for a hint."""
    keys = parameters_of(check).keys
    if not keys:
        return f"{check.id} has no parameters"
    said = [f"{key.name} ({expected(key.shape)}{', required' if key.required else ''})" for key in keys]
    return f"{check.id} takes {'; '.join(said)}"
