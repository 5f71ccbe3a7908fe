"""The commands about evidence; their work is loaded when they are called."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from harness.cli.help import examples
from harness.cli.options import NoColor

__all__ = ["evidence_app"]

evidence_app = typer.Typer(help="Fetch what agents really did, or take it in, and look at it.")

_Into = Annotated[Path, typer.Option("--into", metavar="DIR", help="The folder of the evidence; more is added to it.")]
_MOMENT = "A day (its beginning in UTC), or a time with its time zone"


@evidence_app.command(
    epilog=examples(
        "wrapup evidence fetch --from 2026-10-01 --to 2026-11-01 --into evidence",
        "wrapup evidence fetch --from 2026-11-14 --into evidence",
        then=(
            "What the folder has of the period is replaced, so periods may overlap. "
            "A fetch that was interrupted goes on where it was when it is started again.",
            "Exit codes: 0 the folder is complete, 2 wrong usage or input, 3 the platform could not be asked.",
        ),
    )
)
def fetch(
    start: Annotated[str, typer.Option("--from", metavar="TIME", help=f"The period's beginning. {_MOMENT}.")],
    into: _Into,
    end: Annotated[
        Optional[str],  # noqa: UP045 - typer reads this form
        typer.Option("--to", metavar="TIME", help=f"Its end, which is not part of it. {_MOMENT}.", show_default="now"),
    ] = None,
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Fetch the handlings of a period from the platform."""
    from harness.cli.evidence import fetch_evidence
    from harness.cli.terminal import Terminal

    fetch_evidence(Terminal(color=not no_color), into, start, end)


@evidence_app.command(
    "import",
    epilog=examples(
        "wrapup evidence import october.json november.jsonl --into evidence",
        "wrapup evidence import results-*.json --from 2026-10-01 --to 2026-11-01 --into evidence",
        then=("Exit codes: 0 the folder is complete, 2 wrong usage or input.",),
    ),
)
def import_files(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Answers of conversation details queries or jobs, as JSON or JSON lines."
        ),
    ],
    into: _Into,
    start: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--from", metavar="TIME", help="The beginning of what the files cover.", show_default="their first day"
        ),
    ] = None,
    end: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--to", metavar="TIME", help="The end of what the files cover.", show_default="their last day"),
    ] = None,
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Add the handlings of saved conversation details. They may be JSON or JSON lines."""
    from harness.cli.evidence import import_evidence
    from harness.cli.terminal import Terminal

    import_evidence(Terminal(color=not no_color), files, into, start, end)


@evidence_app.command(
    epilog=examples(
        "wrapup evidence summary evidence",
        "wrapup evidence summary evidence --format json",
        then=("Exit codes: 0 the folder is in order, 2 it is not.",),
    )
)
def summary(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The folder of the evidence.")],
    form: Annotated[str, typer.Option("--format", metavar="FORM", help="table, json or csv.")] = "table",
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Say what a folder of evidence holds. Days, handlings by channel, and up to when."""
    from harness.cli.evidence import summarize_evidence
    from harness.cli.terminal import Terminal

    summarize_evidence(Terminal(color=not no_color), path, form=form)
