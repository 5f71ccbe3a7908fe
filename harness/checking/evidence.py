"""The values behind a failing expression, in words."""

from collections.abc import Mapping

from harness.model.names import printable
from harness.policy.expressions import Facts

__all__ = ["observed", "value_text"]

_MOST_ITEMS = 20
_MOST_CHARACTERS = 120


def value_text(facts: Facts, name: str) -> str:
    """Return a variable's value as a person would write it; what is absent is `not set`."""
    if name in facts.unknown:
        return f"unknown: {printable(facts.unknown[name].why)}"
    value = facts.values.get(name)
    match value:
        case None:
            return "not set"
        case bool():
            return "true" if value else "false"
        case []:
            return "empty"
        case list():
            shown = ", ".join(f"'{printable(str(item))}'" for item in value[:_MOST_ITEMS])
            more = f" and {len(value) - _MOST_ITEMS} more" if len(value) > _MOST_ITEMS else ""
            return f"{len(value)} {'item' if len(value) == 1 else 'items'}: {shown}{more}"
        case str():
            return f"'{printable(value)}'"
        case _:
            return printable(str(value))


def observed(facts: Facts, evidence: Mapping[str, str]) -> str:
    """Return one phrase that says what the variables of an expression are; `evidence` has their values as text."""
    phrases = []
    for name, text in evidence.items():
        if len(text) > _MOST_CHARACTERS:
            text = f"{text[:_MOST_CHARACTERS]}…"
        phrases.append(f"{name} is {text}" if name in facts.values else f"{name} is {text.partition(':')[0]}")
    return "; ".join(phrases) or "the expression is false"
