"""`wrapup lint`: are these policies, and what they use, free of mistakes? No org is read."""

from collections.abc import Sequence
from pathlib import Path

from harness.cli.sources import find_policies
from harness.cli.terminal import Terminal
from harness.policy import load_policies
from harness.report.headline import counted

__all__ = ["lint_policies"]


def lint_policies(terminal: Terminal, policies: Sequence[Path]) -> None:
    """Load policies and say what there is.

    Raises:
        UsageError: If there is no policy.
        PolicyError: If there are mistakes; it holds all of them.
    """
    paths, foreign = find_policies(policies)
    for path in foreign:
        terminal.note(f"{path} has no top-level `policy:` and was left alone")
    for policy in load_policies(paths):
        rules, waivers = counted(len(policy.rules), "rule"), counted(len(policy.waivers), "waiver")
        terminal.line(f"{policy.path}: {rules}, {waivers}")
