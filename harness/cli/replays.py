"""Counterexamples that `wrapup simulate` keeps, and plays again."""

from pathlib import Path

from harness.cli.terminal import Terminal
from harness.errors import UsageError, did_you_mean
from harness.model.names import printable
from harness.simulation.replay import Counterexample, decode_counterexample

__all__ = ["REPLAYS", "print_counterexample", "replay_counterexample", "replay_file"]

REPLAYS = Path(".wrapup/replays")
"""Where counterexamples are kept, one file each, named by its id."""


def replay_file(id: str) -> Path:
    """Return where a counterexample is kept."""
    return REPLAYS / f"{id}.json"


def replay_counterexample(terminal: Terminal, id: str) -> int:
    """Play a counterexample again and print its timeline; return 1 when it still breaks what was agreed, else 0.

    Raises:
        HarnessError: If there is none of that id, or its file cannot be read.
    """
    kept = sorted(file.stem for file in REPLAYS.glob("*.json"))
    if id not in kept:
        hint = did_you_mean(id, kept) or f"counterexamples in {REPLAYS}: {len(kept)}"
        raise UsageError(f"there is no counterexample '{id}'", hint)
    path = replay_file(id)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    found = decode_counterexample(content, str(path))
    print_counterexample(terminal, found)
    if found.broken() is None:
        terminal.line("It does not break what was agreed any more.", "bold green")
        return 0
    return 1


def print_counterexample(terminal: Terminal, found: Counterexample) -> None:
    """Print what is broken, and the conversation that breaks it as a timeline."""
    terminal.line(f"{printable(found.definition)} on {printable(found.queue)}: {found.broken() or 'kept'}", "bold")
    for line in found.timeline().splitlines():
        terminal.line(f"  {line}")
