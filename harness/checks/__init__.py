"""The checks, one module per family; and what a check of one's own is written with."""

from harness.checks import catalogue, changes, channels, crm, divisions, duration, naming, prompt, skills, usage
from harness.checks.parameters import Days, DurationMs, Regex, Share, Window
from harness.checks.registry import Breach, Check, NotApplicable, Note, check, registered

__all__ = [
    "Breach",
    "Check",
    "Days",
    "DurationMs",
    "NotApplicable",
    "Note",
    "Regex",
    "Share",
    "Window",
    "catalogue",
    "changes",
    "channels",
    "check",
    "crm",
    "divisions",
    "duration",
    "naming",
    "prompt",
    "registered",
    "skills",
    "usage",
]
