"""`wrapup codes apply` and `wrapup watch`: what is done, and what is said of it."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from harness.cli.live import LOGIN_FILE
from harness.cli.moments import duration_s
from harness.cli.terminal import Terminal
from harness.client import Access, GenesysClient, access_from_environment, load_user_token, region_of
from harness.errors import UsageError
from harness.model import Catalogue, Queue
from harness.model.names import printable
from harness.operations import find_queue, read_agreement
from harness.operations.apply import Applied, Existing, apply
from harness.operations.channel import open_socket
from harness.operations.lapses import Lapse
from harness.operations.reading import is_id
from harness.operations.watch import Summary, Watcher
from harness.report.headline import counted

__all__ = ["WatchOptions", "WrapUp", "apply_code", "watch_handlings"]

_DONE = {"applied": "green", "already so": "dim", "left alone": "yellow"}


@dataclass(frozen=True, kw_only=True)
class WrapUp:
    """What is to be written, as it was given on the command line.

    Attributes:
        queue: A name or id, or None.
        duration: As text with a unit, or None.
        wait: As text with a unit, or None for not at all.
    """

    conversation: str
    code: str
    agent: str | None
    queue: str | None
    notes: str | None
    tags: tuple[str, ...]
    duration: str | None
    catalogue: Path | None
    wait: str | None
    existing: Existing


@dataclass(frozen=True, kw_only=True)
class WatchOptions:
    """What is to be watched, as it was given on the command line.

    Attributes:
        default_code: For queues whose default the catalogue does not name.
        length: As text with a unit, or None for until interrupted.
    """

    queues: tuple[str, ...]
    agents: tuple[str, ...]
    poll: bool
    every: str
    length: str | None
    days: int
    apply_default: bool
    default_code: str
    catalogue: Path | None


def apply_code(terminal: Terminal, wrap_up: WrapUp, *, allow_writes: bool, as_client: bool, json: bool) -> None:
    """Write a wrap-up and say what became of it.

    Raises:
        HarnessError: If it was not written.
    """
    stated = None if wrap_up.duration is None else duration_s("--duration", wrap_up.duration)
    if stated is not None and not stated.is_integer():
        raise UsageError(f"--duration does not take '{wrap_up.duration}'", "the platform counts whole seconds")
    wait_s = 0.0 if wrap_up.wait is None else duration_s("--wait", wrap_up.wait)
    catalogue = _catalogue(wrap_up.catalogue)
    with GenesysClient(_access(as_client=as_client), allow_writes=allow_writes) as client:
        done = apply(
            client,
            wrap_up.conversation,
            wrap_up.code,
            agent=wrap_up.agent,
            queue_id=None if wrap_up.queue is None else _queue_id(client, wrap_up.queue),
            notes=wrap_up.notes,
            tags=wrap_up.tags,
            duration_s=None if stated is None else int(stated),
            catalogue=catalogue,
            existing=wrap_up.existing,
            wait_s=wait_s,
        )
    if json:
        _print_json(_applied(done))
        return
    of = f"agent {done.part.agent_id}'s part in conversation {done.part.conversation_id}"
    code = f"code '{printable(done.code.name)}'"
    said = {
        "applied": f"{code} is applied to {of}" + (f"; it was {printable(done.before)}" if done.before else ""),
        "already so": f"{code} is on {of} already",
        "left alone": f"{of} keeps its code {printable(done.before or '')}",
    }
    terminal.line(said[done.status], _DONE[done.status])


def watch_handlings(terminal: Terminal, options: WatchOptions, *, allow_writes: bool, json: bool) -> int:
    """Watch handlings end; return 1 when a lapse is left, 3 when something could not be judged, 130 when interrupted.

    Raises:
        HarnessError: If it cannot be watched.
    """
    for_s = None if options.length is None else duration_s("--for", options.length)
    poll_s = duration_s("--every", options.every)
    if options.apply_default and not allow_writes:
        raise UsageError("--apply-default would change conversations", "add --allow-writes")
    catalogue = _catalogue(options.catalogue)
    with GenesysClient(_watching_access(), allow_writes=allow_writes) as client:
        queues = {queue.id: queue for queue in (find_queue(client, text) for text in options.queues)}

        def tell(lapse: Lapse) -> None:
            if json:
                _print_line(_lapse(lapse))
            else:
                _tell(terminal, lapse, queues)

        watcher = Watcher(
            client,
            tuple(queues),
            options.agents,
            on_lapse=tell,
            on_note=terminal.note,
            default_code=_defaults(client, catalogue, options.default_code) if options.apply_default else None,
            connect=None if options.poll else open_socket,
            poll_s=poll_s,
            days=options.days,
        )
        interrupted = False
        try:
            watcher.run(for_s)
        except KeyboardInterrupt:
            interrupted = True
    summary = watcher.summary
    if json:
        _print_line({"summary": _summary(summary)})
    else:
        _sum_up(terminal, summary)
    if interrupted:
        return 130
    if sum(summary.lapses.values()) > summary.defaults:
        return 1
    return 3 if summary.undetermined or summary.looked_back_to is None else 0


# -- as whom ------------------------------------------------------------------------------------------------


def _access(*, as_client: bool) -> Access:
    """Return the access of the user who is logged in; a token in the environment wins, and --as-client too."""
    path = LOGIN_FILE.expanduser()
    values = {name: text.strip() for name, text in os.environ.items() if text.strip()}
    if as_client or "GENESYSCLOUD_ACCESS_TOKEN" in values or not path.exists():
        return access_from_environment(os.environ)
    login = load_user_token(path)
    region = values.get("GENESYSCLOUD_REGION") or values.get("GENESYS_REGION")
    if region is not None and region_of(region) != region_of(login.region):
        raise UsageError(
            f"the stored login is for the region {login.region}, and the environment names {printable(region)}",
            "log in again with: wrapup login; or use the environment's client with --as-client",
        )
    return login.access(datetime.now(UTC), values.get("GENESYS_ORG_ID"))


def _watching_access() -> Access:
    """Return the environment's access, which may see everybody; without one, that of the user who is logged in."""
    named = ("GENESYSCLOUD_ACCESS_TOKEN", "GENESYSCLOUD_OAUTHCLIENT_ID", "GENESYS_CLIENT_ID")
    return _access(as_client=any(os.environ.get(name, "").strip() for name in named))


# -- what is agreed -----------------------------------------------------------------------------------------


def _catalogue(path: Path | None) -> Catalogue | None:
    return None if path is None else read_agreement(path).catalogue


def _queue_id(client: GenesysClient, text: str) -> str:
    return text if is_id(text) else find_queue(client, text).id


def _defaults(client: GenesysClient, catalogue: Catalogue | None, otherwise: str) -> Callable[[str], str]:
    """Return what tells a queue's default code: the catalogue's for that queue, else one for all."""

    @cache
    def default_of(queue_id: str) -> str:
        queue = client.get(f"/api/v2/routing/queues/{queue_id}", Queue)
        agreed = [it for it in (catalogue.definitions if catalogue else ()) if it.default and it.names_queue(queue)]
        if len(agreed) > 1:
            named = ", ".join(f"'{printable(it.name)}'" for it in agreed)
            raise UsageError(f"the catalogue has several default codes for queue '{printable(queue.name)}': {named}")
        return (agreed[0].id or agreed[0].name) if agreed else otherwise

    return default_of


# -- what is said -------------------------------------------------------------------------------------------


def _tell(terminal: Terminal, lapse: Lapse, queues: Mapping[str, Queue]) -> None:
    part = lapse.part
    queue = queues.get(part.queue_id or "")
    where = f"queue '{printable(queue.name)}'" if queue else f"queue {part.queue_id}" if part.queue_id else "no queue"
    code = f" {printable(part.code)}" if part.code else ""
    when = (part.acw_ended_at or "")[:19].replace("T", " ")
    text = f"conversation {part.conversation_id}, agent {part.agent_id}, {where}"
    terminal.parts((f"{when}  ", "dim"), (f"{lapse.kind}{code}  ", "red"), (text, ""))
    if lapse.default == "applied":
        terminal.line("  the default code was applied", "green")
    elif lapse.detail is not None:
        first, *more = lapse.detail.split("\n")
        terminal.line(f"  the default code was not applied: {first}", "yellow")
        for line in more:
            terminal.line(f"    {line.strip()}")


def _sum_up(terminal: Terminal, summary: Summary) -> None:
    lapses = ", ".join(f"{number} {kind}" for kind, number in sorted(summary.lapses.items())) or "none lapsed"
    terminal.line(f"{counted(summary.handlings, 'handling')} ended after-call work: {lapses}.")
    rest = [
        (summary.defaults, "default code applied"),
        (summary.found_late, "found by looking back only"),
        (summary.reconnects, "times connected again"),
        (summary.undetermined, "could not be judged"),
    ]
    said = [f"{number} {what}" for number, what in rest if number]
    if said:
        terminal.line(f"{'; '.join(said)}.")
    if summary.looked_back_to is None:
        terminal.line("Analytics could never be asked: what no event told of was missed.", "yellow")
    else:
        terminal.line(f"Looked back up to {summary.looked_back_to:%Y-%m-%d %H:%M:%S} UTC.", "dim")


def _applied(done: Applied) -> Mapping[str, Any]:
    return {
        "status": done.status,
        "conversationId": done.part.conversation_id,
        "participantId": done.part.participant_id,
        "agentId": done.part.agent_id,
        "queueId": done.part.queue_id,
        "wrapUpCodeId": done.code.id,
        "name": done.code.name,
        "before": done.before,
        "notes": done.notes,
        "tags": done.tags,
        "durationSeconds": done.duration_s,
        "waitedSeconds": round(done.waited_s, 3),
    }


def _lapse(lapse: Lapse) -> Mapping[str, Any]:
    part = lapse.part
    return {
        "kind": lapse.kind,
        "endedAt": part.acw_ended_at,
        "conversationId": part.conversation_id,
        "participantId": part.participant_id,
        "agentId": part.agent_id,
        "queueId": part.queue_id,
        "code": part.code,
        "foundLate": lapse.late,
        "default": lapse.default,
        "detail": lapse.detail,
    }


def _summary(summary: Summary) -> Mapping[str, Any]:
    return {
        "began": summary.began,
        "lookedBackTo": summary.looked_back_to,
        "handlings": summary.handlings,
        "lapses": summary.lapses,
        "foundLate": summary.found_late,
        "defaultsApplied": summary.defaults,
        "toldAgain": summary.repeated,
        "reconnects": summary.reconnects,
        "undetermined": summary.undetermined,
    }


def _print_json(value: Any) -> None:
    sys.stdout.write(f"{msgspec.json.format(msgspec.json.encode(value), indent=2).decode()}\n")


def _print_line(value: Any) -> None:
    sys.stdout.write(f"{msgspec.json.encode(value).decode()}\n")
    sys.stdout.flush()
