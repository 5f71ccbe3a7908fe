"""The reports that are written to files, each made from the results document alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from harness.report.csv import render_csv
from harness.report.files import write_whole
from harness.report.junit import render_junit
from harness.report.markdown import render_markdown
from harness.report.results import Results
from harness.report.sarif import render_sarif

__all__ = ["OUTPUTS", "Output", "write_output"]


@dataclass(frozen=True)
class Output:
    """One kind of report.

    Attributes:
        label: What it is called where it is announced.
        render: Makes it, as text or bytes.
    """

    label: str
    render: Callable[[Results], str | bytes]


def _page(results: Results) -> str:
    # Loaded when used: templates take a while, and a gate often asks for no page.
    from harness.report.audit_page import audit_sections
    from harness.report.html import render_page

    return render_page(results, audit_sections(results))


def _sarif(results: Results) -> bytes:
    return msgspec.json.encode(render_sarif(results)) + b"\n"


OUTPUTS: Final[Mapping[str, Output]] = {
    "html": Output("report", _page),
    "sarif": Output("SARIF", _sarif),
    "csv": Output("CSV", render_csv),
    "markdown": Output("Markdown", render_markdown),
    "junit": Output("JUnit", render_junit),
}
"""By the name of the option that asks for it."""


def write_output(name: str, results: Results, path: Path) -> str:
    """Write one report, whole or not at all, and return what it is called.

    Args:
        name: A key of `OUTPUTS`.
        results: What it shows.
        path: Where to.

    Raises:
        UsageError: If the target cannot be written.
    """
    output = OUTPUTS[name]
    write_whole(path, output.render(results))
    return output.label
