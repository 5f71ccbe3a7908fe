"""Findings as plain text, for terminals and for pytest's own reports."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from harness.model.names import printable
from harness.report.results import RuleResult

__all__ = ["case_text", "one_line", "plain", "title_of"]

_LABEL_WIDTH = 9


class _Finding(Protocol):
    @property
    def observed(self) -> str: ...
    @property
    def expected(self) -> str: ...


def one_line(text: str) -> str:
    """Return a text that somebody wrote over several lines as one printable line."""
    return printable(" ".join(text.split()))


def plain(text: str) -> str:
    r"""Return a text of a results document as one line of printable characters; what is printable stays as it is.

    A document of ours is printable already, so that its escapes must not be escaped again; one that somebody else
    wrote may hold anything.

    Example:
        >>> print(plain("a\\nb"), plain("a\nb"), plain("a\x1bb"))
        a\nb a b a\x1bb
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else " " if char in "\n\r\t" else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def title_of(rule: RuleResult) -> str:
    """Return a rule's title as one line without its final stop, to go on after it."""
    return one_line(rule.title).rstrip(".")


def case_text(
    rule: RuleResult,
    subject: str,
    *,
    findings: Sequence[_Finding] = (),
    notes: Sequence[str] = (),
    evidence: Mapping[str, str] | None = None,
    reason: str | None = None,
) -> str:
    """Return everything about one case, a fact a line; the first line says it all.

    Args:
        rule: The rule.
        subject: The subject's label.
        findings: What is wrong, if anything is.
        notes: What is worth showing and not wrong.
        evidence: Values of the variables of a failing expression.
        reason: Why it was not judged, or what became of its waiver.
    """
    headline = findings[0].observed if findings else reason or "nothing to report"
    lines = [f"{rule.id} {subject}: {headline}"]
    if rule.title != rule.applies:
        lines.append(_line("rule", title_of(rule)))
    for finding in findings:
        lines.append(_line("observed", finding.observed))
        lines.append(_line("expected", finding.expected))
    for name, value in (evidence or {}).items():
        lines.append(_line("value", f"{name} = {value}"))
    if reason and findings:
        lines.append(_line("waiver", reason))
    lines.extend(_line("note", note) for note in notes)
    if findings:
        lines.extend(_line(label, one_line(text)) for label, text in (("why", rule.why), ("fix", rule.fix)) if text)
    lines.append(_line("severity", rule.severity))
    lines.append(_line("policy", str(rule.position)))
    return "\n".join(lines)


def _line(label: str, text: str) -> str:
    return f"  {label:<{_LABEL_WIDTH}} {text}"
