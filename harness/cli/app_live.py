"""The commands that talk to a platform, or are one."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from harness.cli.help import examples
from harness.cli.options import KeepNames, NoColor

__all__ = ["live_app"]

live_app = typer.Typer()


@live_app.command(
    epilog=examples(
        "wrapup record --into fixtures/prod",
        "wrapup record --into fixtures/prod --audits-from 2026-10-01",
        then=(
            "Credentials come from the environment: GENESYSCLOUD_OAUTHCLIENT_ID, GENESYSCLOUD_OAUTHCLIENT_SECRET (or GENESYSCLOUD_ACCESS_TOKEN) and GENESYSCLOUD_REGION.",
        ),
    )
)
def record(
    into: Annotated[Path, typer.Option(metavar="DIR", help="The recording's folder; written whole or not at all.")],
    keep_names: KeepNames = False,  # noqa: FBT002
    at: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="TIME", help="What the recording says about when it was made.", show_default="now"),
    ] = None,
    audits_from: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="DATE", help="Record who changed codes and queues too, from this day on."),
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress, no remarks.")] = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Record a live org, so that it can be judged offline. An interrupted run is gone on with."""
    from harness.cli.live import record_org
    from harness.cli.terminal import Terminal

    terminal = Terminal(color=not no_color, quiet=quiet)
    record_org(terminal, into, keep_names=keep_names, at=at, audits_from=audits_from)


@live_app.command(epilog=examples("GENESYSCLOUD_REGION=eu-west-1 GENESYSCLOUD_OAUTHCLIENT_ID=… wrapup login"))
def login(no_color: NoColor = False) -> None:  # noqa: FBT002
    """Log in as a user, in a browser. Some calls must be made as one."""
    from harness.cli.live import log_in
    from harness.cli.terminal import Terminal

    log_in(Terminal(color=not no_color))


@live_app.command(
    epilog="Exit codes: 0 everything can be seen, 2 wrong usage, 3 something is missing or cannot be asked."
)
def doctor(no_color: NoColor = False) -> None:  # noqa: FBT002
    """Show which permissions the credentials have and lack. It says for which checks they are needed."""
    from harness.cli.live import diagnose
    from harness.cli.terminal import Terminal

    raise typer.Exit(diagnose(Terminal(color=not no_color)))


@live_app.command(epilog=examples("wrapup sandbox --org fixtures/harbor --port 8085"))
def sandbox(
    org: Annotated[Path, typer.Option(metavar="DIR", help="The recording to play.")] = Path("fixtures/harbor"),
    port: Annotated[int, typer.Option(metavar="N", help="0 takes any that is free.")] = 8085,
    faults: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(metavar="FILE", help="What goes wrong, as YAML."),
    ] = None,
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Play a recorded org as a local platform. It speaks real HTTP, and remembers what was written."""
    from harness.cli.live import play
    from harness.cli.terminal import Terminal

    play(Terminal(color=not no_color), org, port=port, faults=faults)
