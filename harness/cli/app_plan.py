"""The command about a plan that was applied."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.help import examples
from harness.cli.options import KeepNames, NoColor, Org

__all__ = ["plan_app"]

plan_app = typer.Typer()


@plan_app.command(
    "verify-apply",
    epilog=examples(
        "wrapup verify-apply plan.json --org live",
        then=(
            "Exit codes: 0 everything landed, 1 something did not, 2 wrong usage or input, 3 something cannot be told.",
        ),
    ),
)
def verify_apply_command(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The plan that was applied, from terraform show -json.")],
    org: Org = None,
    keep_names: KeepNames = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Hold an org against a plan that was applied. What did not land is named, and what landed by half."""
    from harness.cli.terminal import Terminal
    from harness.cli.verify_apply import verify_apply

    raise typer.Exit(verify_apply(Terminal(color=not no_color), plan, org=org, keep_names=keep_names))
