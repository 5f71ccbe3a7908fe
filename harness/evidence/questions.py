"""What each usage check, and each variable of an expression about usage, wants to know of evidence.

No engine is loaded here: whoever judges without evidence shall not pay for one.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

__all__ = ["FIELDS", "GRAINS", "MEASURES", "Grain", "Key", "Question", "question_of"]

Grain: TypeAlias = Literal["queue", "code"]
"""What one row is about: a queue, or a code on a queue."""

GRAINS: Final[Mapping[Grain, tuple[str, ...]]] = {
    "queue": ("queue_id",),
    "code": ("queue_id", "final_code_id"),
}
"""Grain → the columns that tell its rows apart."""

Key: TypeAlias = tuple[str | None, ...]
"""What tells one row of a grain from the others: the queue's id, and the code's."""


@dataclass(frozen=True)
class Question:
    """What one rule wants to know.

    Attributes:
        grain: What its rows are about.
        fields: Names of the numbers, as `harness.model.usage.Usage` has them.
        longest_ms: The longest ACW that is not over the limit, in ms; None when no limit is asked about.
        channel: The only channel whose ACW is looked at; None: all.
        exempt: Which handlings are not judged: `transferred`, `skipped`.
        behind: The number whose conversations are wanted when it is too high or too low; None: no conversations.
        percentile: Whether the 95th percentile of ACW is wanted too.
        top: Whether rows about codes come down to one for each queue, with the code that was chosen most.
    """

    grain: Grain = "queue"
    fields: frozenset[str] = frozenset()
    longest_ms: int | None = None
    channel: str | None = None
    exempt: frozenset[str] = frozenset()
    behind: str | None = None
    percentile: bool = False
    top: bool = False


def _coded(parameters: Mapping[str, Any]) -> Question:
    exempt = frozenset(parameters.get("exempt", ()))
    fields = {"handled", "coded", *(("exempt",) if exempt else ())}
    return Question(fields=frozenset(fields), exempt=exempt, behind="uncoded")


def _limit(parameters: Mapping[str, Any]) -> Question:
    return Question(
        fields=frozenset({"wrapped", "timed", "over"}),
        longest_ms=parameters["max"],
        channel=parameters.get("channel"),
        behind="over",
    )


def _plain(*fields: str, behind: str, grain: Grain = "queue", top: bool = False) -> Callable[..., Question]:
    return lambda _: Question(grain=grain, fields=frozenset(fields), behind=behind, top=top)


MEASURES: Final[Mapping[str, Callable[[Mapping[str, Any]], Question]]] = {
    "usage.coded": _coded,
    "usage.timeouts": _plain("wrapped", "timed_out", behind="timed_out"),
    "usage.default_code": _plain("wrapped", "default_code", behind="default_code"),
    "usage.limit": _limit,
    "usage.offered": _plain("coded", behind="coded", grain="code"),
    "usage.dominant": _plain("coded", behind="coded", grain="code", top=True),
    "usage.noted": _plain("noted", "unnoted", behind="unnoted", grain="code"),
    "usage.changed": _plain("wrapped", "changed", behind="changed"),
}
"""Check → the question behind a rule with some parameters. Codes in use and the CRM's records are asked for apart."""

FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "usage.handled": frozenset({"handled"}),
    "usage.wrapped": frozenset({"wrapped"}),
    "usage.coded": frozenset({"coded"}),
    "usage.timed_out": frozenset({"timed_out"}),
    "usage.skipped": frozenset({"skipped"}),
    "usage.transferred": frozenset({"transferred"}),
    "usage.default_code": frozenset({"default_code"}),
    "usage.acw_mean_s": frozenset({"timed", "acw_total_ms"}),
    "usage.acw_p95_s": frozenset({"timed"}),
    "usage.share": frozenset({"handled", "coded"}),
    "usage.complete_until": frozenset(),
}
"""Variable → the numbers that it is made of."""

_PERCENTILE: Final = "usage.acw_p95_s"


def question_of(check: str | None, parameters: Mapping[str, Any], variables: Collection[str]) -> Question:
    """Return what a rule about usage wants to know.

    Args:
        check: The check's id; None for an expression. A check of somebody's own gets every number of a queue.
        parameters: The check's.
        variables: What the rule's expressions read. One of `code.*` makes an expression be about codes on queues.
    """
    read = [name for name in variables if name in FIELDS]
    if check is not None and check not in MEASURES:
        read = list(FIELDS)
    by_code = check is None and any(name.startswith("code.") for name in variables)
    measure = MEASURES.get(check or "")
    asked = Question(grain="code" if by_code else "queue") if measure is None else measure(parameters)
    fields = asked.fields.union(*(FIELDS[name] for name in read))
    return replace(asked, fields=fields, percentile=_PERCENTILE in read)
