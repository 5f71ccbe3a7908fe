from collections.abc import Mapping
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from harness.errors import PolicyError
from harness.policy import Policy, load_policies

TODAY = date(2026, 11, 21)


class Folder:
    """A folder of files, which is the working folder, so that messages have short paths."""

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")

    def load(self, text: str, **others: str) -> Policy:
        """Load a policy from its text; other files are named with `__` for the dot."""
        self.write({"p.policy.yaml": text} | {name.replace("__", "."): other for name, other in others.items()})
        return load_policies(["p.policy.yaml"], today=TODAY)[0]

    def problems(self, text: str, **others: str) -> str:
        """Return all that is wrong with a policy."""
        with pytest.raises(PolicyError) as caught:
            self.load(text, **others)
        return str(caught.value)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    return Folder()
