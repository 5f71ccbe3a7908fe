"""Recording a sandbox, for tests: clients that do not wait, and processes that can be killed."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.client import Access, ClientCredentials, GenesysClient, Pacer, Retries, region_of
from harness.sandbox import Client, Grant, Sandbox

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"

SECRET = "canary-secret-5b1f"  # noqa: S105 - it guards a sandbox


def client_of(sandbox: Sandbox, *, fast: bool = True) -> GenesysClient:
    """Return a client of the sandbox; a fast one does not wait between attempts."""
    credentials = ClientCredentials(sandbox.client_id, sandbox.client_secret)
    access = Access(region_of(sandbox.base_url), credentials)
    if not fast:
        return GenesysClient(access)
    return GenesysClient(access, pacer=Pacer(10_000), retries=Retries(), sleep=lambda _: None)


def client_with(*permissions: str, divisions: Sequence[str] = ("*",)) -> Client:
    """Return an OAuth client with some permissions in some divisions."""
    grant = Grant(frozenset(permissions), frozenset(divisions))
    return Client(id="reader", secret=SECRET, grants=(grant,))


READS = (
    "routing:wrapupCode:view",
    "routing:queue:view",
    "routing:skill:view",
    "outbound:wrapUpCodeMapping:view",
)


def environment(sandbox: Sandbox, **more: str) -> dict[str, str]:
    """Return the environment of a process that talks to the sandbox."""
    return {
        **os.environ,
        "GENESYSCLOUD_REGION": sandbox.base_url,
        "GENESYSCLOUD_OAUTHCLIENT_ID": sandbox.client_id,
        "GENESYSCLOUD_OAUTHCLIENT_SECRET": sandbox.client_secret,
        "NO_COLOR": "1",
        **more,
    }


def wrapup(sandbox: Sandbox, *arguments: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command against the sandbox."""
    return subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        cwd=cwd,
        env=environment(sandbox, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return a recording's files, without what differs from run to run and the audit trail, which is asked for apart."""
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.name != "README.md"}
    manifest = json.loads(files["recording.json"])
    manifest["files"].pop("audits.ndjson", None)
    kept = {key: value for key, value in manifest.items() if key not in ("recordedAt", "toolVersion")}
    return files | {"recording.json": json.dumps(kept, indent=2).encode()}
