"""The command that tries a policy itself: `wrapup prove`."""

from typing import Annotated, Optional

import typer

from harness.cli.help import examples
from harness.cli.options import KeepNames, NoColor, Policies

__all__ = ["prove_app"]

prove_app = typer.Typer()


@prove_app.command(
    "prove",
    epilog=examples(
        "wrapup prove suites/gate",
        "wrapup prove gate.policy.yaml --org fixtures/harbor",
        "wrapup prove suites/gate --seed 7 --examples 2000 --format json > proof.json",
        then=(
            "Exit codes: 0 nothing found, 1 a rule is vacuous or unsatisfiable or rules are contradictory, 2 wrong usage or input. A fault that a policy would miss changes no exit code.",
        ),
    ),
)
def prove_command(
    policies: Policies = None,
    org: Annotated[
        Optional[str],  # noqa: UP045 - typer reads this form
        typer.Option(metavar="SOURCE", help="Put realistic faults into this org too, and see which are noticed."),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed gives the same bytes of output.")] = 0,
    examples: Annotated[int, typer.Option(metavar="N", help="Orgs to try for one question at most.")] = 600,
    places: Annotated[
        int, typer.Option(metavar="N", help="With --org: in how many places to try each kind of fault.")
    ] = 4,
    format: Annotated[str, typer.Option("--format", metavar="text|json", help="How to print it.")] = "text",
    keep_names: KeepNames = False,  # noqa: FBT002
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress, no remarks.")] = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Look for faults in policies themselves. Can each rule be met, can it be broken, and can all be met together?"""
    from harness.cli.prove import ProveOptions, prove_policies
    from harness.cli.terminal import Terminal

    options = ProveOptions(
        policies=tuple(policies or ()),
        org=org,
        seed=seed,
        examples=examples,
        places=places,
        form=format,
        keep_names=keep_names,
    )
    raise typer.Exit(prove_policies(Terminal(color=not no_color, quiet=quiet), options))
