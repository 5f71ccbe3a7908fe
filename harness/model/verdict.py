"""The words for what a case came to, and how much it matters."""

from typing import Literal, TypeAlias

__all__ = ["SEVERITIES", "VERDICTS", "Severity", "Verdict"]

Severity: TypeAlias = Literal["advice", "minor", "major", "critical"]

SEVERITIES: tuple[Severity, ...] = ("advice", "minor", "major", "critical")
"""From mild to grave. `advice` never fails."""

Verdict: TypeAlias = Literal["passed", "failed", "waived", "unknown", "not applicable"]

VERDICTS: tuple[Verdict, ...] = ("failed", "unknown", "waived", "passed", "not applicable")
"""In the order in which a reader wants them."""
