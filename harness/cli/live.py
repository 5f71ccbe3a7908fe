"""`wrapup record`, `login`, `doctor` and `sandbox`: the commands that talk to a platform, or are one."""

import os
from collections import defaultdict
from datetime import datetime
from functools import partial
from pathlib import Path

from harness.checks import registered
from harness.cli.moments import past_moment
from harness.cli.progress import pages_read
from harness.cli.terminal import Terminal
from harness.client import GenesysClient, access_from_environment, login, region_of, save_user_token
from harness.errors import UsageError
from harness.model.org import Resource
from harness.operations import live_trail
from harness.orgs.recorder import record
from harness.orgs.resources import LISTINGS, PERMISSIONS
from harness.orgs.visibility import read_visibility
from harness.report.headline import counted

__all__ = ["LOGIN_FILE", "diagnose", "log_in", "play", "record_org"]

_COUNTED: tuple[tuple[Resource, str], ...] = (
    ("queues", "queues"),
    ("wrapupcodes", "wrap-up codes"),
    ("users", "users"),
)

LOGIN_FILE = Path("~/.config/wrapup/login.json")
"""Where `wrapup login` keeps a user's token; readable by its owner only."""


def record_org(
    terminal: Terminal, into: Path, *, keep_names: bool, at: str | None, audits_from: str | None = None
) -> None:
    """Record the org of the credentials in the environment.

    Args:
        terminal: Where to say what was done.
        into: The recording's folder.
        keep_names: Whether people keep their names.
        at: What the recording says about when it was made, ISO 8601; now when None.
        audits_from: The day from which on the audit trail is recorded too; None: it is not.

    Raises:
        HarnessError: If it could not be recorded; nothing is left half-written then.
    """
    moment = _moment(at)
    since = None if audits_from is None else past_moment("--audits-from", audits_from)
    with GenesysClient(access_from_environment(os.environ)) as client, pages_read(terminal) as show:
        recording = record(
            client,
            into,
            keep_names=keep_names,
            at=moment,
            audits=None if since is None else partial(live_trail, client, since),
            on_progress=show,
            on_resume=lambda begun: terminal.note(f"going on with a recording begun at {begun:%Y-%m-%d %H:%M} UTC"),
        )
        sent = client.pacer.sent
    for entry in recording.hidden:
        terminal.note(f"hidden: {entry.resource}: {entry}; what needs it will be unknown")
    counts = ", ".join(
        f"{len(list(recording.entities[resource]))} {name}"
        for resource, name in _COUNTED
        if resource in recording.entities
    )
    terminal.line(f"Recorded '{recording.org_name}' into {into}: {counts}; {counted(sent, 'request')}.")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--at does not take '{text}'", "write it as 2026-11-21T06:00:00Z") from None
    if moment.tzinfo is None:
        raise UsageError(f"--at '{text}' has no time zone", "write it as 2026-11-21T06:00:00Z")
    return moment


def log_in(terminal: Terminal) -> None:
    """Let the user log in, and store the token.

    Raises:
        HarnessError: If the environment lacks something, or the login failed.
    """
    values = {name: text.strip() for name, text in os.environ.items() if text.strip()}
    region = values.get("GENESYSCLOUD_REGION") or values.get("GENESYS_REGION")
    client_id = values.get("GENESYSCLOUD_OAUTHCLIENT_ID") or values.get("GENESYS_CLIENT_ID")
    if region is None or client_id is None:
        missing = [
            name
            for name, value in (("GENESYSCLOUD_REGION", region), ("GENESYSCLOUD_OAUTHCLIENT_ID", client_id))
            if value is None
        ]
        raise UsageError(
            f"the environment lacks {' and '.join(missing)}",
            "the client must be of the grant type code authorization, with PKCE",
        )
    terminal.note("waiting for you to log in in your browser")
    token = login(region_of(region), client_id)
    path = LOGIN_FILE.expanduser()
    save_user_token(path, token)
    terminal.line(f"Logged in until {token.expires_at:%Y-%m-%d %H:%M} UTC; stored in {path}.")


def diagnose(terminal: Terminal) -> int:
    """Print which permissions the client has and lacks, and for which checks; return 3 when it lacks one.

    Raises:
        HarnessError: If the platform could not be asked.
    """
    with GenesysClient(access_from_environment(os.environ)) as client:
        organization = client.organization()
        visibility = read_visibility(client)
        divisions = client.get(LISTINGS["divisions"].path, dict, {"pageSize": LISTINGS["divisions"].page_size})
    needed_by: defaultdict[str, set[str]] = defaultdict(set)
    for check in registered().values():
        for resource in check.kind.reads:
            if permission := PERMISSIONS[resource]:
                needed_by[permission].add(check.family)
    terminal.line(f"{organization.name} ({organization.id}) at {client.access.region.api}", "bold")
    lacking = 0
    for permission in sorted({it for it in PERMISSIONS.values() if it}):
        families = ", ".join(sorted(needed_by[permission])) or "context"
        if not visibility.divisions(permission):
            lacking += 1
            terminal.line(f"  missing  {permission}: {families} cannot be judged", "red")
        elif unseen := visibility.unseen(permission, divisions["entities"]):
            lacking += 1
            names = ", ".join(f"'{name}'" for name in unseen)
            terminal.line(f"  partly   {permission}: not in {names}; {families} will be unknown there", "yellow")
        else:
            terminal.line(f"  ok       {permission}: {families}", "green")
    if lacking:
        terminal.line("Add what is missing to a role of the OAuth client, in every division that is to be judged.")
        return 3
    terminal.line("Everything that the configuration checks read can be seen.")
    return 0


def play(terminal: Terminal, org: Path, *, port: int, faults: Path | None) -> None:
    """Play a recorded org until the process is interrupted.

    Raises:
        HarnessError: If the recording or the faults cannot be read, or the port is taken.
    """
    from harness.sandbox import Sandbox, serve
    from harness.sandbox.crm import CRM_PATH

    def announce(sandbox: Sandbox) -> None:
        terminal.line(f"Playing {org} at {sandbox.base_url}; Ctrl-C stops it. To talk to it:")
        terminal.line(f"  export GENESYSCLOUD_REGION={sandbox.base_url}")
        terminal.line(f"  export GENESYSCLOUD_OAUTHCLIENT_ID={sandbox.client_id}")
        terminal.line(f"  export GENESYSCLOUD_OAUTHCLIENT_SECRET={sandbox.client_secret}")
        terminal.line(f"  export WRAPUP_CRM_URL={sandbox.base_url}{CRM_PATH}")
        terminal.line(f"  export WRAPUP_CRM_TOKEN={sandbox.crm_token}")

    try:
        serve(org, port=port, faults=faults, announce=announce)
    except KeyboardInterrupt:
        terminal.note("stopped")
