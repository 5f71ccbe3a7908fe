"""The checks, one module per family; and what a check of one's own is written with."""

from harness.checks import catalogue, channels, crm, divisions, duration, naming, prompt, skills
from harness.checks.parameters import DurationMs, Regex, Share
from harness.checks.registry import Breach, Check, NotApplicable, Note, check, registered

__all__ = [
    "Breach",
    "Check",
    "DurationMs",
    "NotApplicable",
    "Note",
    "Regex",
    "Share",
    "catalogue",
    "channels",
    "check",
    "crm",
    "divisions",
    "duration",
    "naming",
    "prompt",
    "registered",
    "skills",
]
