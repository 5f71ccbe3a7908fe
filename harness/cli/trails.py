"""`wrapup codes usage` and `audit-log`: what was done with codes, and what was done to them."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from harness.cli.moments import past_moment, period
from harness.cli.progress import share_read
from harness.cli.tables import Row, check_form, print_rows
from harness.cli.terminal import Terminal
from harness.client import GenesysClient, access_from_environment
from harness.model.change import Change, PropertyChange
from harness.operations import Usage, read_audit_log, read_usage
from harness.orgs.trail import encode_trail
from harness.report.files import write_whole
from harness.report.headline import counted

__all__ = ["print_audit_log", "print_usage"]

_USAGE_COLUMNS = ("queue", "code", "handled", "mean_handle_s", "wrapped", "mean_acw_s", "queue_id", "code_id")
_AUDIT_COLUMNS = ("at", "action", "entity_type", "entity", "entity_id", "changes", "user_id", "client_id", "status")
_NOT_IN_A_TABLE = {"queue_id", "code_id", "entity_id", "client_id", "status"}


def print_usage(terminal: Terminal, since: str | None, until: str | None, *, form: str) -> None:
    """Print how often each code was used on each queue.

    Raises:
        HarnessError: If the options cannot be read, or the platform could not be asked.
    """
    check_form(form)
    asked = period(since, until)
    with GenesysClient(access_from_environment(os.environ)) as client, share_read(terminal, "usage") as show:
        found = read_usage(client, asked, on_progress=show)
    print_rows(terminal, [_usage_row(row) for row in found], _columns(_USAGE_COLUMNS, form), form=form)
    terminal.note(f"{counted(len(found), 'pair')} of queue and code, in {asked}")


def _usage_row(row: Usage) -> Row:
    return {
        "queue": row.queue or ("no queue" if row.queue_id is None else row.queue_id),
        "code": row.code or ("no code" if row.code_id is None else row.code_id),
        "handled": row.handled,
        "mean_handle_s": row.mean_handle_s,
        "wrapped": row.wrapped,
        "mean_acw_s": row.mean_acw_s,
        "queue_id": row.queue_id,
        "code_id": row.code_id,
    }


def print_audit_log(
    terminal: Terminal, since: str | None, until: str | None, *, form: str, into: Path | None = None
) -> None:
    """Print who changed codes and queues, or write it as a trail.

    Raises:
        HarnessError: If the options cannot be read, or the platform could not be asked.
    """
    check_form(form)
    asked = period(since, until)
    if into is not None and since is not None:
        past_moment("--since", since)
    with GenesysClient(access_from_environment(os.environ)) as client, share_read(terminal, "audit log") as show:
        found = read_audit_log(client, asked, on_progress=show)
    if into is not None:
        # Nothing is known of the future, whatever was asked for.
        trail = found.trail(asked.start)
        write_whole(into, encode_trail(replace(trail, until=min(trail.until, datetime.now(UTC)))))
        terminal.line(f"Wrote {counted(len(found.entries), 'change')} into {into}.")
        return
    rows = [_audit_row(entry, form) for entry in found.entries]
    print_rows(terminal, rows, _columns(_AUDIT_COLUMNS, form), form=form)
    if found.unseen_before is not None:
        terminal.note(f"the platform keeps nothing from before {found.unseen_before:%Y-%m-%d}: that part is unknown")
    late = "" if found.entries else "; that is no proof that nothing changed: entries come late"
    terminal.note(f"{counted(len(found.entries), 'change')}, in {found.asked}{late}")


def _audit_row(entry: Change, form: str) -> Row:
    changes = entry.changes or ()
    return {
        "at": entry.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "action": entry.action,
        "entity_type": entry.entity_type,
        "entity": entry.entity.name if entry.entity else None,
        "entity_id": entry.entity.id if entry.entity else None,
        "changes": changes if form == "json" else "; ".join(_changed(change) for change in changes),
        "user_id": entry.user_id,
        "client_id": entry.client_id,
        "status": entry.status,
    }


def _changed(change: PropertyChange) -> str:
    return f"{change.property or '?'}: {_values(change.old_values)} → {_values(change.new_values)}"


def _values(values: Iterable[str | None] | None) -> str:
    return ", ".join(value for value in values or () if value is not None) or "nothing"


def _columns(columns: Sequence[str], form: str) -> Sequence[str]:
    return [column for column in columns if form != "table" or column not in _NOT_IN_A_TABLE]
