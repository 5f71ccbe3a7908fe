"""Options that several commands have in common."""

from pathlib import Path
from typing import Annotated, Optional

import typer

__all__ = [
    "AcceptNew",
    "Annotations",
    "BaselineFile",
    "Csv",
    "EngineUrl",
    "Environment",
    "EvidenceFolder",
    "Html",
    "Junit",
    "KeepNames",
    "Markdown",
    "NoColor",
    "OnlyNew",
    "Org",
    "PlanFile",
    "Policies",
    "PolicyOption",
    "Sarif",
    "Since",
    "TerraformFolder",
    "TrailFile",
    "UpdateBaseline",
    "named_paths",
]

Policies = Annotated[
    Optional[list[Path]],  # noqa: UP045 - typer reads this form
    typer.Argument(metavar="[POLICY]...", help="Policy files, or folders that hold some.", show_default=False),
]
Org = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--org",
        metavar="SOURCE",
        help="A recording's folder, a Terraform export (.tf.json file or folder), plan or state file, or live.",
        show_default="the demo recording, in a checkout",
    ),
]
PolicyOption = Annotated[
    Optional[list[Path]],  # noqa: UP045
    typer.Option(
        "--policy",
        metavar="POLICY",
        help="A policy file or folder; may be given more than once.",
        show_default="suites/gate, in a checkout",
    ),
]
PlanFile = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(
        "--plan", metavar="FILE", help="A plan (terraform show -json): judge the org as it will be, or the plan alone."
    ),
]
TerraformFolder = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(
        "--terraform", metavar="DIR", help="With --plan: its configuration, for the file and line of findings."
    ),
]
OnlyNew = Annotated[
    bool, typer.Option("--only-new", help="With --org and --plan: only findings that the plan introduces count.")
]
EvidenceFolder = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--evidence",
        metavar="PATH",
        help="What agents did, for usage checks: a folder of wrapup evidence.",
        show_default="what the policy names",
    ),
]
EngineUrl = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--engine",
        metavar="URL",
        help="Where evidence is measured, such as pyspark://local[2].",
        show_default="DuckDB in this process",
    ),
]
TrailFile = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--trail",
        metavar="FILE",
        help="Who changed codes and queues: a trail, or a recording that holds one.",
        show_default="what the recording holds",
    ),
]
Since = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--since", metavar="RECORDING", help="An earlier recording of the org, to hold against its trail."),
]
Environment = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--environment", metavar="NAME", help="Which of the policy's severities hold."),
]
KeepNames = Annotated[
    bool, typer.Option("--keep-names", help="Show people's names where the source holds them, not pseudonyms.")
]
Html = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--html", metavar="FILE", help="Write the report."),
]
Sarif = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--sarif", metavar="FILE", help="Write SARIF 2.1.0, for code scanning."),
]
Csv = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--csv", metavar="FILE", help="Write findings and open cases as a table."),
]
Markdown = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--markdown", metavar="FILE", help="Write a comment for a pull request."),
]
Junit = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--junit", metavar="FILE", help="Write JUnit XML."),
]
Annotations = Annotated[
    bool, typer.Option("--annotations", help="Print findings for GitHub Actions, and add to the step's summary.")
]
BaselineFile = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--baseline", metavar="FILE", help="Known findings, which do not count."),
]
UpdateBaseline = Annotated[
    bool, typer.Option("--update-baseline", help="Remove from the baseline what is no open finding any more.")
]
AcceptNew = Annotated[bool, typer.Option("--accept-new", help="With --update-baseline: take new findings in.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colours; NO_COLOR does the same.")]


def named_paths(**paths: Path | None) -> dict[str, Path]:
    """Return the reports that were asked for, by name."""
    return {name: path for name, path in paths.items() if path is not None}
