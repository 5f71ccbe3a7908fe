"""What a plan says about a resource's attributes: known, known only after apply, or not for anybody's eyes."""

from typing import Any

from harness.orgs.blocks import Undetermined, literal

__all__ = ["LATER", "SENSITIVE", "merged"]

LATER = Undetermined("it will be known after apply")
SENSITIVE = Undetermined("the plan marks it as sensitive")


def merged(value: Any, unknown: Any = None, sensitive: Any = None) -> Any:
    """Return a value with `Undetermined` in place of what is not known, and of what nobody must see.

    Strings become templates.

    Args:
        value: As `after` has it: what is not known is null or missing.
        unknown: As `after_unknown` has it: true, or of the same shape; what is known may be false or missing.
        sensitive: As `after_sensitive` has it.

    Example:
        >>> merged({"name": "Sale", "codes": ["a", None]}, {"codes": [False, True], "id": True})
        {'name': 'Sale', 'codes': ['a', Undetermined(why='it will be known after apply')], 'id': \
Undetermined(why='it will be known after apply')}
    """
    if sensitive is True:
        return SENSITIVE
    if unknown is True:
        return LATER
    if not unknown and not sensitive:
        return _templates(value)
    match value:
        case str():
            return literal(value)
        case dict():
            later = unknown if isinstance(unknown, dict) else {}
            hidden = sensitive if isinstance(sensitive, dict) else {}
            found = {
                key: merged(part, later.get(key), hidden.get(key))
                if key in later or key in hidden
                else _templates(part)
                for key, part in value.items()
            }
            found |= {key: LATER for key, mark in later.items() if key not in value and _holds_true(mark)}
            return found
        case list():
            return [merged(part, _at(unknown, n), _at(sensitive, n)) for n, part in enumerate(value)]
        case None if _holds_true(unknown):
            return LATER
    return value


def _templates(value: Any) -> Any:
    """Return a value that is known and may be seen, with templates in place of strings."""
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, dict):
        return {key: _templates(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_templates(part) for part in value]
    return value


def _at(marks: Any, number: int) -> Any:
    return marks[number] if isinstance(marks, list) and number < len(marks) else None


def _holds_true(mark: Any) -> bool:
    if isinstance(mark, dict):
        return any(map(_holds_true, mark.values()))
    if isinstance(mark, list):
        return any(map(_holds_true, mark))
    return mark is True
