"""Waivers: which findings they lift, and which waivers lift nothing any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

import msgspec

from harness.checking.cases import Case, RuleRun
from harness.model import Identity
from harness.policy.model import Policy, Rule, Waiver

__all__ = ["ENDING_DAYS", "WaiverState", "WaiverUse", "waive", "waiver_uses"]

ENDING_DAYS = 14
"""A waiver that ends within so many days is announced."""

WaiverState: TypeAlias = Literal["active", "ending", "expired", "stale"]


@dataclass(frozen=True)
class WaiverUse:
    """One waiver of one policy, and what it did in a run.

    Attributes:
        state: `ending` within `ENDING_DAYS`; `expired` no longer waives; `stale` met no finding.
        days_left: Days until it ends; negative when it has.
        covers: Labels of the findings that it lifts, or would lift had it not expired.
    """

    policy: Policy
    waiver: Waiver
    state: WaiverState
    days_left: int
    covers: tuple[str, ...]


def waive(
    policy: Policy, rule: Rule, cases: Sequence[Case], identities: Sequence[Identity | None], today: date
) -> Sequence[Case]:
    """Return a rule's cases with its waivers applied.

    Of several waivers for one finding the one that holds longest counts. An expired one leaves the finding and says
    so.
    """
    waivers = sorted((w for w in policy.waivers if w.rule == rule.id), key=lambda w: w.until, reverse=True)
    if not waivers:
        return cases
    return [
        _apply(case, identity, waivers, today) if case.verdict == "failed" else case
        for case, identity in zip(cases, identities, strict=True)
    ]


def _apply(case: Case, identity: Identity | None, waivers: Sequence[Waiver], today: date) -> Case:
    if identity is None:
        return case
    waiver = next((w for w in waivers if w.covers(case.label, identity)), None)
    if waiver is None:
        return case
    if waiver.until < today:
        reason = f"its waiver by {waiver.by} expired on {waiver.until}"
        return msgspec.structs.replace(case, reason=reason, waiver=waiver)
    reason = f"waived until {waiver.until} by {waiver.by}: {waiver.reason}"
    return msgspec.structs.replace(case, verdict="waived", reason=reason, waiver=waiver)


def waiver_uses(runs: Sequence[RuleRun], now: datetime) -> list[WaiverUse]:
    """Return every waiver of the policies of some runs, in the order of the policies."""
    policies = list({id(run.policy): run.policy for run in runs}.values())
    return [
        _use(policy, waiver, [run for run in runs if run.policy is policy and run.rule.id == waiver.rule], now)
        for policy in policies
        for waiver in policy.waivers
    ]


def _use(policy: Policy, waiver: Waiver, runs: Sequence[RuleRun], now: datetime) -> WaiverUse:
    covers = tuple(case.label for run in runs for case in run.cases if case.waiver is waiver)
    days_left = (waiver.until - now.astimezone(policy.timezone).date()).days
    state: WaiverState
    if days_left < 0:
        state = "expired"
    elif not covers and not any(_undecided(waiver, run) for run in runs):
        state = "stale"
    else:
        state = "ending" if days_left <= ENDING_DAYS else "active"
    return WaiverUse(policy, waiver, state, days_left, covers)


def _undecided(waiver: Waiver, run: RuleRun) -> bool:
    """Tell whether a case that the waiver speaks about could not be judged, so that it may still be needed."""
    return any(
        case.verdict == "unknown" and (identity is None or waiver.covers(case.label, identity))
        for case, identity in zip(run.cases, run.identities, strict=True)
    )
