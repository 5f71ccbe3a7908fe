"""The simulation suite as its user runs it: it passes in a checkout, and shows how the guide's rule fails."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(*arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "suites/simulation", "-p", "no:cacheprovider", "--color=no", *arguments],
        cwd=ROOT,
        env={name: text for name, text in os.environ.items() if not name.startswith("PYTEST")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_it_passes_but_for_the_guides_rule() -> None:
    code, said = run()
    assert (code, "13 passed, 1 xfailed" in said) == (0, True), said


def test_the_guides_rule_fails_with_a_counterexample() -> None:
    code, said = run("-k", "guides", "--runxfail")
    assert code == 1
    assert "] is approved, [" in said
    assert "is rejected" in said
