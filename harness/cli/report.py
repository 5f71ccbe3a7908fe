"""`wrapup report`: any report, made again from the results document; and what GitHub is told of a run."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from harness.cli.terminal import Terminal
from harness.errors import UsageError
from harness.report.annotations import render_annotations
from harness.report.files import load_results
from harness.report.markdown import render_markdown
from harness.report.outputs import write_output
from harness.report.results import Results

__all__ = ["rebuild_reports", "tell_github", "write_outputs"]


def rebuild_reports(terminal: Terminal, path: Path, *, outputs: Mapping[str, Path], annotations: bool) -> None:
    """Write reports from a results document.

    Args:
        terminal: Where to say what was written.
        path: The results document.
        outputs: Where to, by the names of `harness.report.outputs.OUTPUTS`.
        annotations: Whether GitHub is to be told too.

    Raises:
        UsageError: If no report was asked for, or one cannot be written.
        InputError: If the document cannot be acted on.
    """
    if not outputs and not annotations:
        raise UsageError("no report was asked for", "name one or more: --html FILE, --sarif FILE, --csv FILE …")
    results = load_results(path)
    write_outputs(terminal, results, outputs)
    if annotations:
        tell_github(results)


def write_outputs(terminal: Terminal, results: Results, outputs: Mapping[str, Path]) -> None:
    """Write reports and say which.

    Raises:
        UsageError: If one cannot be written.
    """
    for name, path in outputs.items():
        terminal.note(f"{write_output(name, results, path)}: {path}")


def tell_github(results: Results, environment: Mapping[str, str] = os.environ) -> None:
    """Print workflow commands and, in a job of GitHub Actions, add to the step's summary.

    Args:
        results: The run.
        environment: Where `GITHUB_STEP_SUMMARY` names the summary's file.

    Raises:
        UsageError: If the summary cannot be written.
    """
    sys.stdout.write(render_annotations(results))
    summary = environment.get("GITHUB_STEP_SUMMARY")
    if summary:
        try:
            with Path(summary).open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(render_markdown(results))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise UsageError(f"cannot write '{summary}': {reason}", "GITHUB_STEP_SUMMARY names it") from error
