"""A live org as a source: recorded into a folder that does not outlive the reading, and read from there.

So a live org and a recording of it come to the same verdicts by construction.
"""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from harness.client import GenesysClient
from harness.model import Org
from harness.orgs.recorder import Progress, record
from harness.orgs.recording import read_recording

__all__ = ["read_live"]


def read_live(
    client: GenesysClient, *, keep_names: bool = False, on_progress: Callable[[Progress], None] = lambda _: None
) -> Org:
    """Read an org from the platform.

    Args:
        client: Reads; it needs no permission to write.
        keep_names: Whether people keep their names; else they appear by pseudonym.
        on_progress: Called after every page.

    Raises:
        ApiError: If something could not be read, and it was not for a missing permission.
    """
    region = client.access.region
    with tempfile.TemporaryDirectory(prefix="wrapup-") as place:
        folder = Path(place) / "live"
        record(client, folder, keep_names=keep_names, on_progress=on_progress)
        org = read_recording(folder, keep_names=keep_names)
    return replace(org, origin=replace(org.origin, kind="live", location=region.api))
