"""The words that generated orgs are made of: short and ordinary first, so that what is found shrinks to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, TypeVar

from hypothesis import strategies as st

from harness.model.names import is_pattern
from harness.policy import Policy

__all__ = ["ODD_NAMES", "Vocabulary", "few", "names", "some", "vocabulary_of"]

_Value = TypeVar("_Value")

ODD_NAMES = (
    "",
    " ",
    "*",
    "SALE",
    "Sale ",
    "S\u0430le",  # a Cyrillic letter
    "\uff33ale",  # a full-width one
    "Sa\u200ble",  # a space of no width
    "Tier 1",
    "Tier 2",
    "=1+1",
    "<script>alert(1)</script>",
    "line\nfeed",
    "\u202egnillaC",  # written from right to left
    "\U0001f4de Sale",
    "Re\u0301solu",
    "R\u00e9solu",
    "ININ-WRAP-UP-TIMEOUT",
    "x" * 300,
)
"""Names that have broken programs, and names that a reader takes for one another."""


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """What generated entities are called; each tuple is not empty, and begins with the simplest word.

    Attributes:
        codes: Names of wrap-up codes and definitions.
        queues: Names of queues.
        divisions: Names of divisions, besides `*`.
        skills: Names of skills.
        categories: Of definitions.
        channels: Of definitions and declared queues.
        dispositions: That the CRM accepts.
        timeouts_ms: Of after-call work, and of agreed durations.
    """

    codes: tuple[str, ...] = ("Sale", "Refund", "Callback", "Complaint", "No Answer", "Wrong Number", "Claim Settled")
    queues: tuple[str, ...] = ("Sales", "Billing", "Support", "Claims", "Retail - Voice")
    divisions: tuple[str, ...] = ("Home", "Retail", "Claims")
    skills: tuple[str, ...] = ("french", "sales", "claims")
    categories: tuple[str, ...] = ("sales", "service", "claims")
    channels: tuple[str, ...] = ("voice", "chat", "email", "callback", "message")
    dispositions: tuple[str, ...] = ("Won", "Lost", "Resolved", "Unknown")
    timeouts_ms: tuple[int, ...] = (60_000, 30_000, 120_000, 15_000, 180_000, 300_000)


_PLAIN = Vocabulary()

_FIELD_OF = {
    "code.name": "codes",
    "definition.name": "codes",
    "queue.codes": "codes",
    "queue.default_codes": "codes",
    "queue.name": "queues",
    "queue.division": "divisions",
    "code.division": "divisions",
    "code.category": "categories",
    "definition.category": "categories",
    "agent.skills": "skills",
    "definition.skills": "skills",
    "queue.channels": "channels",
    "definition.channels": "channels",
    "code.crm": "dispositions",
    "definition.crm": "dispositions",
    "mapping.disposition": "dispositions",
    "disposition.value": "dispositions",
}


def vocabulary_of(policies: Iterable[Policy]) -> Vocabulary:
    """Return the words of some policies, before those that are always there.

    Their expressions' literals, their catalogues' and CRM lists' names, and numbers around the bounds that their
    rules set: an org that speaks of other things says nothing about a policy.
    """
    found: dict[str, list[Any]] = {name: [] for name in Vocabulary.__dataclass_fields__}
    for policy in policies:
        _from_catalogue(policy, found)
        for rule in policy.rules:
            for expression in (rule.where, rule.expect):
                for variable, literal in () if expression is None else expression.comparisons:
                    if variable in _FIELD_OF:
                        found[_FIELD_OF[variable]].append(literal)
            for value in rule.parameters.values():
                _from_parameter(value, found)
    return replace(_PLAIN, **{name: _first(words, getattr(_PLAIN, name)) for name, words in found.items()})


def _from_catalogue(policy: Policy, found: Mapping[str, list[Any]]) -> None:
    for definition in policy.catalogue.definitions if policy.catalogue else ():
        found["codes"].append(definition.name)
        found["skills"] += definition.skills
        found["channels"] += definition.channels
        found["queues"] += [name for name in definition.queues if not is_pattern(name)]
        found["categories"] += [definition.category] if definition.category else []
        found["timeouts_ms"] += [definition.duration_ms] if definition.duration_ms else []
    for queue in policy.catalogue.queues if policy.catalogue else ():
        found["queues"] += [] if is_pattern(queue.name) else [queue.name]
        found["channels"] += queue.channels
    if policy.crm is not None:
        found["dispositions"] += [entry.value for entry in policy.crm.dispositions or ()]


def _from_parameter(value: object, found: Mapping[str, list[Any]]) -> None:
    # A bound in milliseconds is the only large number that a check takes; both sides of it are of interest.
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1_000:
        found["timeouts_ms"] += [value, value + 1_000, value - 1_000]
    elif isinstance(value, list | tuple):
        found["codes"] += [word for word in value if isinstance(word, str) and not word.isupper()]


def _first(own: Sequence[Any], plain: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys((*own, *plain)))


def names(words: Sequence[str], *, adversarial: bool) -> st.SearchStrategy[str]:
    """Return names out of some words; adversarial ones are any text as well, and words that look alike."""
    ordinary = st.sampled_from(words)
    if not adversarial:
        return ordinary
    return st.one_of(ordinary, st.sampled_from(ODD_NAMES), st.text(max_size=40))


@st.composite
def few(draw: st.DrawFn, strategy: st.SearchStrategy[_Value]) -> list[_Value]:
    """Return short lists: of two values on average, of any length now and then.

    A list of `st.lists` that has reached its greatest length cannot lose an element while it shrinks.
    """
    found = []
    while draw(_ONE_MORE):
        found.append(draw(strategy))
    return found


def some(words: Sequence[_Value]) -> st.SearchStrategy[tuple[_Value, ...]]:
    """Return none of some words, one, or two of them; drawn at once, which is far quicker than a list of each."""
    pairs = combinations(words[:_MOST_IN_PAIRS], 2)
    return st.sampled_from([(), *((word,) for word in words), *pairs])


_MOST_IN_PAIRS = 12
_ONE_MORE = st.sampled_from((False, True, True))
