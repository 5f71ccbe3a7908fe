"""`wrapup waive`: a waiver for a finding, written into its policy."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from harness.checking import Case, RuleRun, judge
from harness.cli.progress import read_org
from harness.cli.sources import find_policies, org_location
from harness.cli.terminal import Terminal
from harness.errors import UsageError, did_you_mean
from harness.model import Position
from harness.model.names import matches
from harness.policy import Policy, load_policies
from harness.policy.editing import NewWaiver, add_waiver
from harness.policy.model import Waiver
from harness.report.files import write_whole

__all__ = ["waive_finding"]

_MOST_NAMED = 20
_MOST_HINTED = 5


def waive_finding(terminal: Terminal, waiver: NewWaiver, *, policies: Sequence[Path], org: str | None) -> None:
    """Write a waiver into the policy that has its rule.

    Args:
        terminal: Where to say what was done.
        waiver: The waiver.
        policies: Policy files or folders; one of them must have the rule.
        org: Where the org with the finding is; None for the demo recording of a checkout.

    Raises:
        UsageError: If there is no such rule or finding, or the policy would not accept the waiver.
        InputError: If a policy or the org cannot be read.
    """
    until = _day(waiver.until)
    policy = _policy_of(waiver.rule, load_policies(find_policies(policies)[0]))
    edited = add_waiver(policy.path, waiver)
    location, is_demo = org_location(org)
    if is_demo:
        terminal.note(f"no --org was given: looking for the finding in the demo recording {location}")
    judged = judge([policy], read_org(terminal, location, keep_names=False))
    run = next(run for run in judged if run.rule.id == waiver.rule)
    covered = _covered(run, waiver, until)
    write_whole(Path(policy.path), edited.data)
    terminal.line(f"{policy.path}:{edited.line}: rule {waiver.rule} is waived until {waiver.until} for")
    for case in covered[:_MOST_NAMED]:
        terminal.line(f"  {case.label}")
    if len(covered) > _MOST_NAMED:
        terminal.line(f"  … and {len(covered) - _MOST_NAMED:,} more")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--until does not take '{text}'", "it takes a date such as 2027-01-31") from error


def _policy_of(rule: str, policies: Sequence[Policy]) -> Policy:
    found = [policy for policy in policies if any(rule == own.id for own in policy.rules)]
    if len(found) > 1:
        paths = ", ".join(policy.path for policy in found)
        raise UsageError(f"rule '{rule}' is in several policies: {paths}", "name the one to edit with --policy")
    if not found:
        ids = [own.id for policy in policies for own in policy.rules]
        raise UsageError(f"there is no rule '{rule}'", did_you_mean(rule, ids) or f"there are {', '.join(ids)}")
    return found[0]


def _covered(run: RuleRun, waiver: NewWaiver, until: date) -> list[Case]:
    """Return the cases that the waiver is for.

    Raises:
        UsageError: If there are none.
    """
    written = Waiver(
        rule=waiver.rule,
        subject=waiver.subject,
        until=until,
        by=waiver.by,
        reason=waiver.reason,
        position=Position(""),
        id=waiver.id,
    )
    met = [
        case
        for case, identity in zip(run.cases, run.identities, strict=True)
        if identity is not None and written.covers(case.label, identity) and matches(waiver.subject, case.label)
    ]
    # What could not be judged may turn out to be a finding.
    covered = [case for case in met if case.verdict in ("failed", "unknown")]
    if covered:
        return covered
    if met:
        came = met[0].reason if met[0].verdict == "waived" else f"it came to: {met[0].verdict}"
        raise UsageError(
            f"rule {waiver.rule} has no open finding on '{met[0].label}': {came}", "there is nothing to waive"
        )
    labels = [case.label for case in run.cases if case.verdict == "failed"]
    hint = did_you_mean(waiver.subject, labels)
    if hint is None and labels:
        more = f" and {len(labels) - _MOST_HINTED:,} more" if len(labels) > _MOST_HINTED else ""
        hint = f"its findings are on {', '.join(labels[:_MOST_HINTED])}{more}"
    with_id = f" with id '{waiver.id}'" if waiver.id else ""
    raise UsageError(
        f"rule {waiver.rule} has no finding on '{waiver.subject}'{with_id}", hint or "the rule has no finding at all"
    )
