"""`wrapup codes apply` and `wrapup watch`: the commands about conversations; their work is loaded when it is called."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from harness.cli.codes import codes_app
from harness.cli.help import examples
from harness.cli.options import NoColor

__all__ = ["conversations_app"]

conversations_app = typer.Typer()

_Catalogue = Annotated[
    Optional[Path],  # noqa: UP045 - typer reads this form
    typer.Option("--catalogue", metavar="FILE", help="A catalogue (YAML, JSON, CSV), or the policy that uses it."),
]
_AllowWrites = Annotated[bool, typer.Option("--allow-writes", help="Let this command change something.")]


@codes_app.command(
    epilog=examples(
        "wrapup codes apply 3f9d… --code Sale --agent 77ab… --notes 'Two seats' --allow-writes",
        "wrapup codes apply 3f9d… --code Sale --catalogue retail.catalogue.yaml --wait 2m --allow-writes",
        then=(
            "Exit codes: 0 applied (or so already, or left as --skip-wrapped asks), 2 wrong usage, or it is not to be written as things are, 3 the platform refused, or does not show it.",
            "A wrap-up is written as its agent: log in with wrapup login, or set GENESYSCLOUD_ACCESS_TOKEN to the agent's token.",
        ),
    )
)
def apply(
    conversation: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(
            metavar="CONVERSATION", envvar="TARGET_CONVERSATION_ID", help="The conversation's id.", show_default=False
        ),
    ] = None,
    code: Annotated[
        str,
        typer.Option("--code", metavar="CODE", envvar="TARGET_WRAPUP_CODE_NAME", help="The code's name or id."),
    ] = "Default Wrapup",
    agent: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="ID",
            envvar="AGENT_ID",
            help="The agent's user id, or the participant's.",
            show_default="the only agent",
        ),
    ] = None,
    queue: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="QUEUE", envvar="TARGET_QUEUE_ID", help="Only a part of this queue.", show_default="any queue"
        ),
    ] = None,
    notes: Annotated[Optional[str], typer.Option(metavar="TEXT", help="Notes.")] = None,  # noqa: UP045
    tags: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--tag", metavar="TEXT", help="A tag; may be given more than once."),
    ] = None,
    duration: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="TIME", help="The after-call work, as the agent states it.", show_default="the catalogue's"
        ),
    ] = None,
    catalogue: _Catalogue = None,
    wait: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="TIME", help="How long to wait for after-call work.", show_default="not at all"),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a wrap-up that is there.")] = False,  # noqa: FBT002
    skip_wrapped: Annotated[bool, typer.Option("--skip-wrapped", help="Leave a wrap-up that is there.")] = False,  # noqa: FBT002
    as_client: Annotated[  # noqa: FBT002
        bool, typer.Option("--as-client", help="Use the environment's credentials, though a user is logged in.")
    ] = False,
    allow_writes: _AllowWrites = False,  # noqa: FBT002
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")] = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Apply a code to one agent's part in a conversation. It is read back."""
    from harness.cli.conversations import WrapUp, apply_code
    from harness.cli.terminal import Terminal
    from harness.errors import UsageError

    if conversation is None:
        raise UsageError("no conversation is named", "give its id, or set TARGET_CONVERSATION_ID")
    if overwrite and skip_wrapped:
        raise UsageError("--overwrite and --skip-wrapped exclude each other")
    wrap_up = WrapUp(
        conversation=conversation,
        code=code,
        agent=agent,
        queue=queue,
        notes=notes,
        tags=tuple(tags or ()),
        duration=duration,
        catalogue=catalogue,
        wait=wait,
        existing="overwrite" if overwrite else "skip" if skip_wrapped else "refuse",
    )
    apply_code(Terminal(color=not no_color), wrap_up, allow_writes=allow_writes, as_client=as_client, json=json)


@conversations_app.command(
    epilog=examples(
        "wrapup watch --queue Billing --queue Support --for 10m",
        "wrapup watch --queue Billing --apply-default --catalogue retail.catalogue.yaml --allow-writes",
        "wrapup watch --queue Billing --poll --json >> lapses.ndjson",
        then=(
            "Exit codes: 0 nothing lapsed, 1 something did, 2 wrong usage, 3 something could not be judged, 130 interrupted.",
        ),
    )
)
def watch(
    queues: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--queue", metavar="QUEUE", help="A queue's name or id; may be given more than once."),
    ] = None,
    agents: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--agent", metavar="ID", help="A user's id; may be given more than once."),
    ] = None,
    length: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--for", metavar="TIME", help="How long.", show_default="until Ctrl-C"),
    ] = None,
    poll: Annotated[bool, typer.Option("--poll", help="Ask analytics in turns, where websockets are closed.")] = False,  # noqa: FBT002
    every: Annotated[str, typer.Option(metavar="TIME", help="With --poll: between two looks.")] = "60s",
    days: Annotated[
        int, typer.Option(metavar="N", help="How long ago a conversation may have begun that ends unnoticed.")
    ] = 2,
    apply_default: Annotated[  # noqa: FBT002
        bool, typer.Option("--apply-default", help="Apply the queue's default code where the agent chose none.")
    ] = False,
    default_code: Annotated[
        str,
        typer.Option(
            metavar="CODE",
            envvar="TARGET_WRAPUP_CODE_NAME",
            help="The default code of queues for which the catalogue has none.",
        ),
    ] = "Default Wrapup",
    catalogue: _Catalogue = None,
    allow_writes: _AllowWrites = False,  # noqa: FBT002
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line, for programs.")] = False,  # noqa: FBT002
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No remarks.")] = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Report handlings that end without a code of their queue. They are followed as they happen."""
    from harness.cli.conversations import WatchOptions, watch_handlings
    from harness.cli.terminal import Terminal

    options = WatchOptions(
        queues=tuple(queues or ()),
        agents=tuple(agents or ()),
        poll=poll,
        every=every,
        length=length,
        days=days,
        apply_default=apply_default,
        default_code=default_code,
        catalogue=catalogue,
    )
    terminal = Terminal(color=not no_color, quiet=quiet)
    raise typer.Exit(watch_handlings(terminal, options, allow_writes=allow_writes, json=json))
