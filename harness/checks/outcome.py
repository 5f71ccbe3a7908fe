"""What one check comes to on one subject, for examples and for tests of one's own checks.

A run over a whole org is made by `harness.checking`, with scopes, waivers and severities.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.checks.registry import NotApplicable, Note, registered
from harness.errors import UnknownValueError
from harness.model import Org, labels
from harness.model.verdict import Verdict

__all__ = ["Outcome", "outcome", "outcome_on"]


@dataclass(frozen=True)
class Outcome:
    """What a check came to.

    Attributes:
        verdict: passed, failed, unknown or not applicable.
        findings: One message per thing that is wrong.
        notes: Worth showing, no findings.
        reason: Why it is unknown or not applicable, else None.
    """

    verdict: Verdict
    findings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str | None = None


def outcome(function: Callable[..., Iterator[str]], org: Org, subject: str, **parameters: Any) -> Outcome:
    """Return what a check comes to on the subject that has some label.

    Args:
        function: A registered check.
        org: The org that the subject belongs to.
        subject: The label as reports print it, such as `queue Billing`.
        parameters: What a policy's `with:` gives, as values.

    Raises:
        ValueError: If the function is no check, or the org has no such subject.
    """
    check = next((it for it in registered().values() if it.function is function), None)
    if check is None:
        raise ValueError(f"{function.__name__} is not a registered check")
    subjects = check.kind.enumerate(org)
    named = labels(check.kind, subjects, org)
    if subject not in named:
        raise ValueError(f"the org has no '{subject}', only {', '.join(named) or 'nothing'}")
    return outcome_on(function, subjects[named.index(subject)], org, parameters)


def outcome_on(
    function: Callable[..., Iterator[str]], subject: Any, org: Org, parameters: Mapping[str, Any]
) -> Outcome:
    """Return what a check comes to on a subject itself."""
    messages: list[str] = []
    stopped: UnknownValueError | NotApplicable | None = None
    try:
        messages.extend(function(subject, org, **parameters))
    except (UnknownValueError, NotApplicable) as error:
        stopped = error
    notes = tuple(message for message in messages if isinstance(message, Note))
    findings = tuple(message for message in messages if not isinstance(message, Note))
    reason = None if stopped is None else str(stopped)
    if findings:  # what was found stays found, whatever could not be seen after it
        return Outcome("failed", findings, notes, reason)
    if stopped is None:
        return Outcome("passed", (), notes)
    return Outcome("unknown" if isinstance(stopped, UnknownValueError) else "not applicable", (), notes, reason)
