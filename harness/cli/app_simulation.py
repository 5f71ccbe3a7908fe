"""The commands that play things through: `wrapup simulate`; their work is loaded when it is called."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from harness.cli.help import examples
from harness.cli.options import KeepNames, NoColor, Org

__all__ = ["simulation_app"]

simulation_app = typer.Typer()


@simulation_app.command(
    epilog=examples(
        "wrapup simulate suites/gate/harbor.catalogue.yaml --org fixtures/harbor",
        "wrapup simulate retail.catalogue.yaml --only SALE_ENT_50K --org live --seed 7 --examples 500",
        "wrapup simulate codes.json --org fixtures/prod --skill-match guide --format csv > simulated.csv",
        "wrapup simulate --replay 3f9d1c2b7a60",
        then=(
            "Exit codes: 0 everything is approved, 1 something is rejected, 2 wrong usage or input, 3 something could not be told (or nothing was simulated).",
        ),
    )
)
def simulate(
    catalogue: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads this form
        typer.Argument(
            metavar="CATALOGUE", help="A catalogue (YAML, JSON, CSV), or the policy that uses it.", show_default=False
        ),
    ] = None,
    only: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--only", metavar="NAME", help="A definition's identifier or name; may be given more than once."),
    ] = None,
    org: Org = None,
    skill_match: Annotated[
        str,
        typer.Option(
            metavar="covers|guide", help="Agents hold the required skills, or the guide's own comparison the other way."
        ),
    ] = "covers",
    max_duration: Annotated[str, typer.Option(metavar="TIME", help="Longest duration that is approved.")] = "300s",
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed gives the same bytes of output.")] = 0,
    examples: Annotated[int, typer.Option(metavar="N", help="Conversations to play for each kind of queue.")] = 100,
    replay: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="ID", help="Play a counterexample again that an earlier run kept in .wrapup/replays."),
    ] = None,
    format: Annotated[str, typer.Option("--format", metavar="table|json|csv", help="How to print it.")] = "table",
    keep_names: KeepNames = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Play definitions through, with an org's queues and agents. Who may use the code, and does it come out?"""
    from harness.cli.terminal import Terminal

    terminal = Terminal(color=not no_color)
    if replay is not None:
        from harness.cli.replays import replay_counterexample

        raise typer.Exit(replay_counterexample(terminal, replay))
    from harness.cli.simulate import SimulateOptions, simulate_catalogue
    from harness.errors import UsageError

    if catalogue is None:
        raise UsageError("no catalogue is named", "name a catalogue, or the policy that uses one")
    options = SimulateOptions(
        catalogue=catalogue,
        only=tuple(only or ()),
        org=org,
        skill_match=skill_match,
        max_duration=max_duration,
        seed=seed,
        examples=examples,
        form=format,
        keep_names=keep_names,
    )
    raise typer.Exit(simulate_catalogue(terminal, options))
