"""What `wrapup audit` prints beside the findings: what is new and what was fixed, and limits that were tried."""

from collections.abc import Sequence
from typing import Final

from harness.cli.terminal import Terminal
from harness.report.audit_results import AuditResult, Moved, Movement
from harness.report.headline import counted
from harness.report.results import Results

__all__ = ["print_audit"]

_MOST: Final = 10


def print_audit(terminal: Terminal, results: Results, *, verbosity: int) -> None:
    """Print what an audit adds to a run.

    Args:
        terminal: Where to.
        results: The run, with its audit.
        verbosity: -1 only the numbers, 0 the first of each, 1 all of them.
    """
    audit = results.audit
    if audit is None:
        return
    most = {-1: 0, 0: _MOST}.get(verbosity)
    if audit.movement is None:
        terminal.line("There is no earlier audit of this org to compare with.")
    else:
        _print_movement(terminal, audit.movement, most)
    for it in audit.what_if:
        cut = f"{it.over:,} of {counted(it.judged, 'past wrap-up')}"
        now = "" if it.now_ms is None else f"; {it.over_now:,} took longer than today's {it.now_ms / 1000:g} s"
        terminal.line(f"{it.rule} with {it.parameter} {it.candidate_ms / 1000:g} s would have cut {cut}{now}.")
    _print_notes(terminal, audit)


def _print_movement(terminal: Terminal, movement: Movement, most: int | None) -> None:
    new = [*movement.new, *movement.first]
    terminal.line(
        f"Since {movement.against}: {len(new):,} new, {len(movement.fixed):,} fixed, {len(movement.open):,} still open."
    )
    _print_moved(terminal, "new", new, most, "red")
    _print_moved(terminal, "fixed", movement.fixed, most, "green")
    _print_moved(terminal, "cannot be told", movement.undecided, most, "yellow")


def _print_moved(terminal: Terminal, word: str, moved: Sequence[Moved], most: int | None, style: str) -> None:
    for it in moved[:most]:
        renamed = f" (was {it.was})" if it.was is not None else ""
        terminal.parts((f"  {word:<14} ", style), (f"{it.rule} {it.subject}{renamed}", ""))
    if most and len(moved) > most:
        terminal.line(f"  {'':<14} and {len(moved) - most:,} more")


def _print_notes(terminal: Terminal, audit: AuditResult) -> None:
    for it in audit.skipped:
        terminal.note(f"history: {it.file} {it.why}; it was left out")
    if audit.trail is not None and audit.trail.gap is not None:
        terminal.note(audit.trail.gap)
    if audit.evidence is not None:
        terminal.note(f"evidence: complete until {audit.evidence.complete_until or 'an unknown moment'}")
    if audit.access.unread is not None:
        terminal.note(f"access was not reviewed: {audit.access.unread}")
