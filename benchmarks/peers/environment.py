"""The virtual environment that the peers live in: checkov pins a hundred packages, none of which is ours."""

import hashlib
import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["HERE", "Peers"]

HERE = Path(__file__).parent
_REQUIREMENTS = HERE.parent / "requirements.txt"
_MARK = "requirements.sha256"


class Peers:
    """The peers' environment; it is made when it is missing or the requirements changed.

    Args:
        folder: Where it is, or shall be.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        wanted = hashlib.sha256(_REQUIREMENTS.read_bytes()).hexdigest()
        mark = folder / _MARK
        if not mark.is_file() or mark.read_text(encoding="ascii") != wanted:
            venv.create(folder, with_pip=True, clear=True)
            command = [str(self.python), "-m", "pip", "install", "--quiet", "--requirement", str(_REQUIREMENTS)]
            subprocess.run(command, check=True)  # noqa: S603 - our own requirements
            mark.write_text(wanted, encoding="ascii")

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self._folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"

    def versions(self) -> Mapping[str, str]:
        """Return the versions of the peers themselves."""
        pins = (line.partition("==") for line in _REQUIREMENTS.read_text(encoding="utf-8").splitlines())
        return {name.strip(): version.strip() for name, separator, version in pins if separator}

    def checkov_command(self, checks: str, plans: Sequence[Path]) -> list[str]:
        """Return the command that judges plans with checkov by the checks of a folder."""
        return [str(self.python), str(HERE / "run_checkov.py"), str(HERE / checks), *map(str, plans)]

    def checkov(self, checks: str, plans: Sequence[Path]) -> dict[str, Any]:
        """Judge plans with checkov."""
        return self._run(self.checkov_command(checks, plans))

    def rego(self, rules: str, plans: Sequence[Path]) -> dict[str, Any]:
        """Judge plans with Rego rules; times are in seconds."""
        return self._run([str(self.python), str(HERE / "run_rego.py"), str(HERE / rules), *map(str, plans)])

    def _run(self, command: Sequence[str]) -> dict[str, Any]:
        environment = {**os.environ, "EVAL_TF_PLAN_AFTER_UNKNOWN": "1", "LOG_LEVEL": "ERROR"}
        shown = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
        found: dict[str, Any] = json.loads(shown.stdout)
        return found
