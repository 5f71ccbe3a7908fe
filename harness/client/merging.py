"""Merging two changes of one JSON value, when they do not touch the same things."""

from typing import Any

import msgspec

__all__ = ["merge", "same"]

_LONGEST = 60


def same(one: object, other: object) -> bool:
    """Tell whether two JSON values are the same; `true` is not 1, and a key with null is as good as none.

    Example:
        >>> same({"a": 1, "b": None}, {"a": 1}), same(True, 1)
        (True, False)
    """
    return msgspec.json.encode(_bare(one), order="sorted") == msgspec.json.encode(_bare(other), order="sorted")


def _bare(value: object) -> object:
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items() if item is not None}
    return [_bare(item) for item in value] if isinstance(value, list) else value


def merge(base: Any, ours: Any, theirs: Any, path: str = "$") -> tuple[Any, tuple[str, ...]]:
    """Return what both changes of a value come to, and what stands in the way.

    Objects are merged key by key, lists without repetitions of texts or numbers as sets that keep their order; all
    other values are taken whole.

    Args:
        base: Before either change.
        ours: After our change.
        theirs: After the other change.
        path: The value's JSON path, for the conflicts.

    Returns:
        The merged value, with theirs wherever both changed the same thing differently, and a line for each of these.

    Example:
        >>> merge({"a": 1, "b": ["x"]}, {"a": 2, "b": ["x"]}, {"a": 1, "b": ["x", "y"]})
        ({'a': 2, 'b': ['x', 'y']}, ())
        >>> merge({"a": 1}, {"a": 2}, {"a": 3})[1]
        ('$.a: was 1, ours 2, theirs 3',)
    """
    if same(ours, theirs) or same(base, ours):
        return theirs, ()
    if same(base, theirs):
        return ours, ()
    if isinstance(base, dict) and isinstance(ours, dict) and isinstance(theirs, dict):
        return _merge_objects(base, ours, theirs, path)
    if all(_is_set(value) for value in (base, ours, theirs)):
        kept = [item for item in theirs if item in ours or item not in base]
        return [*kept, *(item for item in ours if item not in base and item not in theirs)], ()
    return theirs, (f"{path}: was {_shown(base)}, ours {_shown(ours)}, theirs {_shown(theirs)}",)


def _merge_objects(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any], path: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    merged: dict[str, Any] = {}
    conflicts: list[str] = []
    for key in dict.fromkeys((*theirs, *ours)):
        merged[key], found = merge(base.get(key), ours.get(key), theirs.get(key), f"{path}.{key}")
        conflicts += found
    return merged, tuple(conflicts)


def _is_set(value: object) -> bool:
    """Tell whether a value is a list of texts or of whole numbers, none of them twice."""
    if not isinstance(value, list):
        return False
    kinds = {type(item) for item in value}
    return (kinds <= {str} or kinds <= {int}) and len(set(value)) == len(value)


def _shown(value: object) -> str:
    if value is None:
        return "absent"
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
