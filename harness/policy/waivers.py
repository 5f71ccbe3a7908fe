"""From a waiver as it is written to a waiver that holds."""

from collections.abc import Collection
from datetime import date
from typing import Any

from harness.errors import did_you_mean
from harness.policy.inherit import Gathered
from harness.policy.model import Waiver
from harness.policy.problems import shown
from harness.policy.shapes import Record

__all__ = ["build_waivers"]

_REQUIRED = ("rule", "subject", "until", "by", "reason")


def build_waivers(gathered: Gathered, today: date) -> tuple[Waiver, ...]:
    """Return a policy's own waivers; those with a problem, which is reported, are left out.

    An expired waiver is no problem: its findings count again, and the report says why.

    Args:
        gathered: The policy.
        today: What the longest time of a waiver is counted from.
    """
    built = []
    seen: dict[tuple[Any, ...], int] = {}
    for record in gathered.record.get("waivers", ()):
        _check_rule(record, gathered)
        _check_length(record, gathered.record.get("waiver_max_days"), today)
        if not all(name in record.values for name in _REQUIRED):
            continue
        key = (record.get("rule"), record.get("subject"), record.get("id"))
        if key in seen:
            hint = f"first at line {seen[key]}; keep one"
            record.file.problem(record.node, f"{key[1]} is waived twice for rule '{key[0]}'", hint=hint)
        seen.setdefault(key, record.node.line)
        built.append(Waiver(position=record.file.position(record.node), **record.values))
    return tuple(built)


def _check_rule(record: Record, gathered: Gathered) -> None:
    rule = record.get("rule")
    if rule is None or rule in gathered.rules or not gathered.complete:
        return
    if rule in gathered.disabled:
        record.file.problem(record.at("rule"), f"rule '{rule}' is disabled here", hint="remove the waiver")
    else:
        hint = did_you_mean(rule, gathered.rules) or _ids_hint(gathered.rules)
        record.file.problem(record.at("rule"), f"waiver for an unknown rule {shown(rule)}", hint=hint)


def _ids_hint(ids: Collection[str]) -> str:
    return f"rules are {', '.join(ids)}" if ids else "the policy has no rules"


def _check_length(record: Record, longest_days: int | None, today: date) -> None:
    until: date | None = record.get("until")
    if until is None or longest_days is None:
        return
    days = (until - today).days
    if days > longest_days:
        record.file.problem(
            record.at("until"),
            f"the waiver holds for {days:,} days from today",
            expected=f"at most {longest_days:,} days ('waiver_max_days')",
        )
