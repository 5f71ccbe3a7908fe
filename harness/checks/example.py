"""The form in which a check's examples are written: they are its tests, and its documentation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.model import Org
from harness.model.verdict import Verdict

__all__ = ["Example", "fails", "not_applicable", "passes", "unclear"]


@dataclass(frozen=True)
class Example:
    """One situation, and what a check must say about it.

    Attributes:
        says: The situation in a sentence that a compliance officer understands.
        org: The same as a tiny org.
        subject: The label of the subject.
        verdict: What the case comes to.
        messages: The exact findings of a failed case, the exact notes of a passed one, else the reason.
        parameters: What `with:` gives, as values.
    """

    says: str
    org: Org
    subject: str
    verdict: Verdict
    messages: tuple[str, ...]
    parameters: Mapping[str, Any]


def passes(says: str, org: Org, subject: str, *notes: str, **parameters: Any) -> Example:
    """Return an example that passes, with the notes it comes with."""
    return Example(says, org, subject, "passed", notes, parameters)


def fails(says: str, org: Org, subject: str, *findings: str, **parameters: Any) -> Example:
    """Return an example that fails with exactly these findings."""
    return Example(says, org, subject, "failed", findings, parameters)


def unclear(says: str, org: Org, subject: str, reason: str, **parameters: Any) -> Example:
    """Return an example whose verdict is *unknown*, for exactly this reason."""
    return Example(says, org, subject, "unknown", (reason,), parameters)


def not_applicable(says: str, org: Org, subject: str, reason: str, **parameters: Any) -> Example:
    """Return an example to which the check's question does not apply, for exactly this reason."""
    return Example(says, org, subject, "not applicable", (reason,), parameters)
