"""The command in a folder of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.orgs import encode_org, write_recording
from harness.testing import an_org

Wrapup = Callable[..., subprocess.CompletedProcess[str]]

GATE = """\
policy: Gate
rules:
  - {id: G-1, title: Codes are offered, check: prompt.offers_codes, severity: major, why: Agents pick one.}
waivers:
  - {rule: G-1, subject: queue Waived, until: 2099-01-01, by: ops, reason: soon}
waiver_max_days: 40000
"""


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a process."""
    return subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def wrapup(tmp_path: Path) -> Wrapup:
    """Run the command in a folder with an org `org` and a policy `gate.policy.yaml`."""
    write_recording(tmp_path / "org", encode_org(an_org(queues={"Fine": ["Sale"], "Empty": [], "Waived": []})))
    (tmp_path / "gate.policy.yaml").write_text(GATE)
    return lambda *arguments, **environment: run(*arguments, cwd=tmp_path, **environment)
