"""Rules and an org → cases → verdicts; waivers; the baseline; what a plan changes."""

from harness.checking.baseline import Baseline, Entry, decode_baseline, encode_baseline
from harness.checking.cases import NO_SUBJECT, Case, Finding, RuleRun
from harness.checking.comparison import Delta, Fixed, compare_runs
from harness.checking.judge import judge
from harness.checking.known import Comparison, compare, mark_known, updated
from harness.checking.waiving import WaiverUse, waiver_uses

__all__ = [
    "NO_SUBJECT",
    "Baseline",
    "Case",
    "Comparison",
    "Delta",
    "Entry",
    "Finding",
    "Fixed",
    "RuleRun",
    "WaiverUse",
    "compare",
    "compare_runs",
    "decode_baseline",
    "encode_baseline",
    "judge",
    "mark_known",
    "updated",
    "waiver_uses",
]
