"""`wrapup codes create`, `attach`, `validate`, `wait`, `find` and `sync-crm`: what is done, and what is said of it."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from harness.cli.moments import duration_s, moment
from harness.cli.terminal import Terminal
from harness.client import GenesysClient, access_from_environment
from harness.errors import UsageError
from harness.model.names import printable
from harness.operations import (
    CrmClient,
    Step,
    attach,
    chosen,
    create,
    crm_access_from_environment,
    find_code,
    find_org_code,
    find_queue,
    read_agreement,
    records,
    sync_crm,
    validate,
    wait_until_active,
)
from harness.operations.steps import complete
from harness.policy.values import SHARE, BadValueError
from harness.report.headline import counted

__all__ = ["attach_codes", "create_codes", "find_in_queue", "tell_crm", "validate_code", "wait_for_code"]

_STYLES = {"done": "green", "already so": "dim", "left alone": "yellow", "failed": "red"}
_VERDICT_STYLES = {"passed": "green", "failed": "red", "unknown": "yellow", "not applicable": "dim"}


def create_codes(
    terminal: Terminal,
    catalogue: Path,
    only: Sequence[str],
    *,
    set_acw: bool,
    division_id: str | None,
    allow_writes: bool,
    json: bool,
) -> int:
    """Create the codes of a catalogue; return 3 when something failed or was left alone.

    Raises:
        HarnessError: If nothing could be done.
    """
    agreed = read_agreement(catalogue).catalogue
    wanted = chosen(agreed, only)
    with _client(allow_writes=allow_writes) as client:
        done = create(
            client, agreed, wanted, set_acw=set_acw, division_id=division_id, on_step=_telling(terminal, json=json)
        )
    if json:
        ids = {name: code.id for name, code in done.codes.items()}
        _print_json({"complete": done.complete, "codes": ids, "steps": _as_json(done.steps)})
    return _outcome(terminal, done.steps, json=json)


def attach_codes(terminal: Terminal, queue: str, codes: Sequence[str], *, allow_writes: bool, json: bool) -> int:
    """Let a queue offer codes; return 3 when something failed or was left alone.

    Raises:
        HarnessError: If a name means nothing, or the platform could not be asked.
    """
    with _client(allow_writes=allow_writes) as client:
        meant = [find_org_code(client, code) for code in codes]
        steps = attach(client, find_queue(client, queue), meant, on_step=_telling(terminal, json=json))
    if json:
        _print_json({"complete": complete(steps), "steps": _as_json(steps)})
    return _outcome(terminal, steps, json=json)


def validate_code(
    terminal: Terminal,
    queue: str,
    code: str,
    catalogue: Path,
    *,
    skills_at_least: str,
    mode: Literal["any", "all"],
    json: bool,
) -> int:
    """Print whether a code suits a queue; return 0, 1 when it does not, and 3 when that is not known.

    Raises:
        HarnessError: If a name means nothing, or the platform could not be asked.
    """
    try:
        share = SHARE.parse(skills_at_least)
    except BadValueError:
        raise UsageError(f"--skills-at-least does not take '{skills_at_least}'", f"expected {SHARE.expected}") from None
    agreed = read_agreement(catalogue).catalogue
    with _client() as client:
        within, meant = find_queue(client, queue), find_org_code(client, code)
        found = validate(client, agreed, within, meant, skills_at_least=share, mode=mode)
    if json:
        _print_json(found.as_json())
    else:
        answer = {"passed": "suits", "failed": "does not suit"}.get(found.verdict, "may or may not suit")
        style = _VERDICT_STYLES[found.verdict]
        terminal.line(f"code '{printable(meant.name)}' {answer} queue '{printable(within.name)}'", style)
        for reason in found.reasons:
            said = f"  {reason.text}" if reason.text else ""
            terminal.parts((f"  {reason.verdict:<15}", _VERDICT_STYLES[reason.verdict]), (f"{reason.check}{said}", ""))
        if not found.offered:
            terminal.line("  The queue does not offer the code yet: wrapup codes attach", "dim")
    return {"passed": 0, "failed": 1}.get(found.verdict, 3)


def wait_for_code(terminal: Terminal, queue: str, code: str, *, every: str, timeout: str, json: bool) -> None:
    """Wait until a queue offers a code, and say how long that took.

    Raises:
        HarnessError: If it did not in time, or the code is gone.
    """
    poll_s, timeout_s = duration_s("--every", every), duration_s("--timeout", timeout)
    with _client() as client:
        within, meant = find_queue(client, queue), find_org_code(client, code)
        active = wait_until_active(client, within.id, meant.id, name=meant.name, poll_s=poll_s, timeout_s=timeout_s)
    if json:
        _print_json(
            {
                "queueId": within.id,
                "wrapUpCodeId": active.code.id,
                "waitedSeconds": round(active.waited_s, 3),
                "polls": active.polls,
                "renamedFrom": active.renamed_from,
            }
        )
        return
    renamed = "" if active.renamed_from is None else f", and was called '{printable(active.renamed_from)}' before"
    terminal.line(
        f"code '{printable(active.code.name)}' is active on queue '{printable(within.name)}' "
        f"after {active.waited_s:.1f} s{renamed}",
        "green",
    )


def find_in_queue(terminal: Terminal, queue: str, name: str, *, json: bool) -> None:
    """Print the id of a queue's code.

    Raises:
        HarnessError: If it is not found; with where it is offered.
    """
    with _client() as client:
        found = find_code(client, queue, name)
    if json:
        _print_json(
            {
                "wrapUpCodeId": found.code.id,
                "name": found.code.name,
                "queueId": found.queue.id,
                "queue": found.queue.name,
                "exact": found.exact,
            }
        )
        return
    terminal.line(found.code.id)
    if not found.exact:
        terminal.note(f"the code is spelt '{printable(found.code.name)}'")


def tell_crm(
    terminal: Terminal,
    catalogue: Path,
    only: Sequence[str],
    *,
    unmapped_as: str | None,
    at: str | None,
    dry_run: bool,
    allow_writes: bool,
    json: bool,
) -> int:
    """Tell the CRM what codes mean, or show what it would be told; return 3 when it did not take everything.

    Raises:
        HarnessError: If nothing could be sent.
    """
    agreement = read_agreement(catalogue)
    wanted = chosen(agreement.catalogue, only)
    began = None if at is None else moment("--at", at)
    to_send = records(agreement, wanted, unmapped_as=unmapped_as, at=began)
    if dry_run:
        done = sync_crm(None, to_send)
    else:
        with CrmClient(crm_access_from_environment(os.environ), allow_writes=allow_writes) as client:
            done = sync_crm(client, to_send, on_step=_telling(terminal, json=json))
    if json:
        shown = msgspec.to_builtins({"records": done.records, "sent": done.sent})
        _print_json({"complete": done.complete, "dryRun": dry_run, **shown, "steps": _as_json(done.steps)})
    elif dry_run:
        for record in done.records:
            category = "" if record.category is None else f" ({printable(record.category)})"
            terminal.line(f"  {printable(record.wrap_up_code)}{category}: {printable(record.crm_disposition)}")
        terminal.line(f"{counted(len(done.records), 'record')} would be sent; nothing was.")
    if not (dry_run or done.complete):
        stamp = done.records[0].sync_timestamp
        terminal.note(f"to repeat exactly this run, so that the CRM knows what it has: --at {stamp}")
    return 0 if dry_run else _outcome(terminal, done.steps, json=json)


def _client(*, allow_writes: bool = False) -> GenesysClient:
    return GenesysClient(access_from_environment(os.environ), allow_writes=allow_writes)


def _telling(terminal: Terminal, *, json: bool) -> Callable[[Step], None]:
    def tell(step: Step) -> None:
        first, *more = (step.detail or "").split("\n")
        terminal.parts((f"  {step.status:<12}", _STYLES[step.status]), (f"{step.action:<8}{step.subject}: {first}", ""))
        for line in more:
            terminal.line(f"{'':<22}{line.strip()}")

    return (lambda _: None) if json else tell


def _outcome(terminal: Terminal, steps: Sequence[Step], *, json: bool) -> int:
    if complete(tuple(steps)):
        return 0
    if not json:
        short = sum(step.status in ("failed", "left alone") for step in steps)
        terminal.line(f"{counted(short, 'step')} of {len(steps)} could not be done; the same command can be repeated.")
    return 3


def _as_json(steps: Sequence[Step]) -> Sequence[Mapping[str, Any]]:
    return [
        {"action": step.action, "subject": step.subject, "status": step.status, "detail": step.detail} for step in steps
    ]


def _print_json(value: Any) -> None:
    sys.stdout.write(f"{msgspec.json.format(msgspec.json.encode(value), indent=2).decode()}\n")
