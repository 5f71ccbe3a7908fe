"""`wrapup evidence`: fetching what agents did, taking it from files, and saying what there is."""

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from harness.cli.moments import moment
from harness.cli.progress import share_read
from harness.cli.tables import Row, check_form, print_rows
from harness.cli.terminal import Terminal
from harness.client import GenesysClient, access_from_environment
from harness.evidence.committing import Gathered
from harness.evidence.fetch import fetch
from harness.evidence.manifest import Manifest
from harness.evidence.reading import open_evidence
from harness.evidence.saved import import_saved
from harness.evidence.spans import days_of
from harness.evidence.summary import ChannelSummary, summarize
from harness.report.headline import counted

__all__ = ["fetch_evidence", "import_evidence", "summarize_evidence"]

_COLUMNS = ("channel", "handlings", "unfinished", "coded", "coded_share")


def fetch_evidence(terminal: Terminal, into: Path, start: str, end: str | None) -> None:
    """Fetch the handlings of a period.

    Raises:
        HarnessError: If an option cannot be read, or the platform could not be asked; the folder is as it was then.
    """
    began, until = moment("--from", start), None if end is None else moment("--to", end)
    with GenesysClient(access_from_environment(os.environ)) as client, share_read(terminal, "evidence") as show:
        found = fetch(
            client,
            into,
            began,
            until,
            on_progress=show,
            on_resume=lambda at: terminal.note(f"going on with a fetch begun at {_shown(at)}"),
        )
        sent = client.pacer.sent
    if until is not None and until > found.span.end:
        terminal.note(f"the period is not over: what happened up to {_shown(found.span.end)} was asked for")
    _say_gathered(terminal, "Fetched", into, found, f"; {counted(sent, 'request')}")


def import_evidence(terminal: Terminal, files: Sequence[Path], into: Path, start: str | None, end: str | None) -> None:
    """Add the handlings of saved files.

    Raises:
        HarnessError: If an option or a file cannot be read; the folder is as it was then.
    """
    began, until = (
        None if text is None else moment(option, text) for option, text in (("--from", start), ("--to", end))
    )
    with share_read(terminal, "files") as show:
        found = import_saved(files, into, began, until, on_progress=show)
    _say_gathered(terminal, "Imported", into, found, "")


def _say_gathered(terminal: Terminal, done: str, into: Path, found: Gathered, more: str) -> None:
    days = counted(sum(1 for _ in days_of(found.span)), "day")
    terminal.line(f"{done} {counted(found.rows, 'handling')} of {days} into {into}{more}.")
    _note_incomplete(terminal, found.evidence.manifest)


def summarize_evidence(terminal: Terminal, path: Path, *, form: str) -> None:
    """Say what a folder holds.

    Raises:
        HarnessError: If it is not in order.
    """
    check_form(form)
    evidence = open_evidence(path)
    channels = summarize(evidence)
    manifest = evidence.manifest
    rows = [_row(channel, as_text=form == "table") for channel in channels]
    if form == "json":
        document = {
            "org": manifest.org,
            "handlings": evidence.rows,
            "periods": manifest.periods,
            "completeUntil": manifest.complete_until,
            "channels": rows,
        }
        sys.stdout.write(f"{msgspec.json.format(msgspec.json.encode(document), indent=2).decode()}\n")
        return
    if form == "table":
        org = f" of '{manifest.org.name}'" if manifest.org.name else ""
        days = counted(len({day for span in manifest.periods for day in days_of(span)}), "day")
        terminal.line(f"{counted(evidence.rows, 'handling')}{org} on {days}", "bold")
        for span in manifest.periods:
            terminal.line(f"  from {_shown(span.start)} to {_shown(span.end)}")
        _note_incomplete(terminal, manifest)
    print_rows(terminal, rows, _COLUMNS, form=form)


def _note_incomplete(terminal: Terminal, manifest: Manifest) -> None:
    if manifest.complete_until is None:
        terminal.line("Nothing tells up to when that is complete.")
    else:
        terminal.line(f"Complete until {_shown(manifest.complete_until)}.")


def _row(summary: ChannelSummary, *, as_text: bool) -> Row:
    share = None if summary.finished == 0 else summary.coded / summary.finished
    return {
        "channel": summary.channel or ("unknown" if as_text else None),
        "handlings": summary.handlings,
        "unfinished": summary.unfinished,
        "coded": summary.coded,
        "coded_share": share if share is None else f"{share:.1%}" if as_text else round(share, 4),
    }


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
