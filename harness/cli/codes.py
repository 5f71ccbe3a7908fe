"""`wrapup codes …`: the commands that work on the codes of a live org; each one's work is loaded when it is called."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from harness.cli.help import examples
from harness.cli.options import NoColor

__all__ = ["codes_app"]

_CREDENTIALS = (
    "Credentials come from the environment: GENESYSCLOUD_OAUTHCLIENT_ID, GENESYSCLOUD_OAUTHCLIENT_SECRET (or "
    "GENESYSCLOUD_ACCESS_TOKEN) and GENESYSCLOUD_REGION."
)
_EXIT_CODES = "Exit codes: 0 all is as asked, 2 wrong usage or input, 3 something failed or was left alone."

codes_app = typer.Typer(
    help="Work on the wrap-up codes of a live org. Nothing is written without --allow-writes.", no_args_is_help=True
)

_Catalogue = Annotated[
    Path,
    typer.Option("--catalogue", metavar="FILE", help="A catalogue (YAML, JSON, CSV), or the policy that uses it."),
]
_Only = Annotated[
    Optional[list[str]],  # noqa: UP045 - typer reads this form
    typer.Option("--only", metavar="NAME", help="A definition's identifier or name; may be given more than once."),
]
_Queue = Annotated[str, typer.Option("--queue", metavar="QUEUE", help="The queue's name or id.")]
_Code = Annotated[str, typer.Option("--code", metavar="CODE", help="The code's name or id.")]
_AllowWrites = Annotated[bool, typer.Option("--allow-writes", help="Let this command change something.")]
_SetAcw = Annotated[
    bool, typer.Option("--set-acw", help="Let queues of mandatory definitions demand a code, in the agreed time.")
]
_AllChannels = Annotated[
    bool, typer.Option("--all-channels", help="Every channel of the code must be served, not just one.")
]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]
_Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No progress, no remarks.")]
_Since = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--since",
        metavar="TIME",
        help="A day (in UTC) or a moment, such as 2026-11-21T06:00:00Z.",
        show_default="30 days before the end",
    ),
]
_Until = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--until", metavar="TIME", help="A day or a moment; not included.", show_default="now"),
]
_Format = Annotated[str, typer.Option("--format", metavar="table|json|csv", help="How to print it.")]


@codes_app.command(
    epilog=examples(
        "wrapup codes create --catalogue retail.catalogue.yaml --allow-writes",
        "wrapup codes create --catalogue codes.json --only SALE_ENT_50K --set-acw --allow-writes",
        then=(
            _EXIT_CODES,
            _CREDENTIALS,
        ),
    )
)
def create(
    catalogue: _Catalogue,
    only: _Only = None,
    set_acw: _SetAcw = False,  # noqa: FBT002
    division: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="ID", help="The division of new codes.", show_default="all divisions"),
    ] = None,
    allow_writes: _AllowWrites = False,  # noqa: FBT002
    json: _Json = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Create the codes of a catalogue and offer them on queues. What is so already stays; it can be repeated."""
    from harness.cli.operating import create_codes
    from harness.cli.terminal import Terminal

    code = create_codes(
        Terminal(color=not no_color),
        catalogue,
        only or (),
        set_acw=set_acw,
        division_id=division,
        allow_writes=allow_writes,
        json=json,
    )
    raise typer.Exit(code)


@codes_app.command(
    epilog=examples(
        'wrapup codes attach --queue Billing --code Sale --code "Refund Paid" --allow-writes', then=(_EXIT_CODES,)
    )
)
def attach(
    queue: _Queue,
    codes: Annotated[
        list[str], typer.Option("--code", metavar="CODE", help="A code's name or id; may be given more than once.")
    ],
    allow_writes: _AllowWrites = False,  # noqa: FBT002
    json: _Json = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Let a queue offer codes that exist. Those that it offers already stay."""
    from harness.cli.operating import attach_codes
    from harness.cli.terminal import Terminal

    code = attach_codes(Terminal(color=not no_color), queue, codes, allow_writes=allow_writes, json=json)
    raise typer.Exit(code)


@codes_app.command(
    epilog=examples(
        "wrapup codes validate --queue Billing --code Sale --catalogue retail.catalogue.yaml --json",
        then=("Exit codes: 0 valid, 1 not valid, 2 wrong usage or input, 3 something is not known.",),
    )
)
def validate(
    queue: _Queue,
    code: _Code,
    catalogue: _Catalogue,
    skills_at_least: Annotated[
        str, typer.Option(metavar="SHARE", help="Smallest share of agents who hold the required skills.")
    ] = "100%",
    all_channels: _AllChannels = False,  # noqa: FBT002
    json: _Json = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Tell whether a code suits a queue. It is judged by the checks that policies use."""
    from harness.cli.operating import validate_code
    from harness.cli.terminal import Terminal

    exit_code = validate_code(
        Terminal(color=not no_color),
        queue,
        code,
        catalogue,
        skills_at_least=skills_at_least,
        mode="all" if all_channels else "any",
        json=json,
    )
    raise typer.Exit(exit_code)


@codes_app.command(
    epilog=examples(
        "wrapup codes wait --queue Billing --code Sale --timeout 60s",
        then=("Exit codes: 0 active, 2 wrong usage, 3 not in time, or deleted.",),
    )
)
def wait(
    queue: _Queue,
    code: _Code,
    every: Annotated[str, typer.Option(metavar="TIME", help="Between two looks.")] = "2s",
    timeout: Annotated[str, typer.Option(metavar="TIME", help="When to give up.")] = "30s",
    json: _Json = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Wait until a queue offers a code."""
    from harness.cli.operating import wait_for_code
    from harness.cli.terminal import Terminal

    wait_for_code(Terminal(color=not no_color), queue, code, every=every, timeout=timeout, json=json)


@codes_app.command(
    epilog=examples(
        'wrapup codes find "Sale Completed" --queue Billing',
        then=("Exit codes: 0 found, 2 not found (and where it is), 3 the platform could not be asked.",),
    )
)
def find(
    name: Annotated[str, typer.Argument(help="The code's name.")],
    queue: _Queue,
    json: _Json = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Find a code by its name within a queue, and say its id."""
    from harness.cli.operating import find_in_queue
    from harness.cli.terminal import Terminal

    find_in_queue(Terminal(color=not no_color), queue, name, json=json)


@codes_app.command(
    epilog=examples(
        "wrapup codes sync-crm --catalogue retail.policy.yaml --dry-run",
        "wrapup codes sync-crm --catalogue retail.catalogue.yaml --allow-writes",
        then=(
            _EXIT_CODES,
            "The CRM has its own credentials, in the environment: WRAPUP_CRM_URL and WRAPUP_CRM_TOKEN.",
        ),
    )
)
def sync_crm(
    catalogue: _Catalogue,
    only: _Only = None,
    unmapped_as: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="DISPOSITION",
            help="What codes are recorded as that map to no disposition.",
            show_default="such codes are refused",
        ),
    ] = None,
    at: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="TIME",
            help="The timestamp of the records: to repeat a run exactly as it was.",
            show_default="now",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent, and send nothing.")] = False,  # noqa: FBT002
    allow_writes: _AllowWrites = False,  # noqa: FBT002
    json: _Json = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Tell the CRM which disposition each code is recorded as."""
    from harness.cli.operating import tell_crm
    from harness.cli.terminal import Terminal

    code = tell_crm(
        Terminal(color=not no_color),
        catalogue,
        only or (),
        unmapped_as=unmapped_as,
        at=at,
        dry_run=dry_run,
        allow_writes=allow_writes,
        json=json,
    )
    raise typer.Exit(code)


@codes_app.command(epilog=examples("wrapup codes usage --since 2026-01-01 --format csv > usage.csv"))
def usage(
    since: _Since = None,
    until: _Until = None,
    format: _Format = "table",
    quiet: _Quiet = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Show how often each code was used on each queue. It says too how long wrapping up took."""
    from harness.cli.terminal import Terminal
    from harness.cli.trails import print_usage

    print_usage(Terminal(color=not no_color, quiet=quiet), since, until, form=format)


@codes_app.command(
    epilog=examples(
        "wrapup codes audit-log --since 2026-11-01 --until 2026-11-21 --format json",
        "wrapup codes audit-log --since 2026-11-01 --into audits.ndjson",
    )
)
def audit_log(
    since: _Since = None,
    until: _Until = None,
    format: _Format = "table",
    into: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(metavar="FILE", help="Write the trail that wrapup check and wrapup audit read, instead."),
    ] = None,
    quiet: _Quiet = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Show who changed codes and queues. It says when, and from what to what."""
    from harness.cli.terminal import Terminal
    from harness.cli.trails import print_audit_log

    print_audit_log(Terminal(color=not no_color, quiet=quiet), since, until, form=format, into=into)
