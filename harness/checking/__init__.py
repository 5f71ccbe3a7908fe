"""Rules and an org → cases → verdicts; waivers."""

from harness.checking.cases import NO_SUBJECT, Case, Finding, RuleRun
from harness.checking.judge import judge
from harness.checking.waiving import WaiverUse, waiver_uses

__all__ = ["NO_SUBJECT", "Case", "Finding", "RuleRun", "WaiverUse", "judge", "waiver_uses"]
