"""The command of the periodic audit."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from harness.cli.help import examples
from harness.cli.options import (
    Csv,
    EngineUrl,
    Environment,
    EvidenceFolder,
    Html,
    Junit,
    KeepNames,
    Markdown,
    NoColor,
    Org,
    Policies,
    Sarif,
    Since,
    named_paths,
)

__all__ = ["audit_app"]

audit_app = typer.Typer()


@audit_app.command(
    epilog=examples(
        "wrapup audit suites/audit --org fixtures/harbor --history history --html audit.html",
        "wrapup audit suites/audit --org live --trail live --evidence evidence --history history --html audit.html",
        "wrapup audit suites/audit --org recordings/november --since recordings/october --history history",
        "wrapup audit suites/audit --org fixtures/harbor --evidence evidence --what-if HRB-201.max=60s",
        then=(
            "Exit codes: 0 no finding that counts, 1 findings at or above --fail-on, 2 wrong usage or input, 3 something could not be judged (or nothing was).",
        ),
    )
)
def audit(
    policies: Policies = None,
    org: Org = None,
    evidence: EvidenceFolder = None,
    engine: EngineUrl = None,
    trail: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="FILE|live",
            help="Who changed codes and queues: a trail, a recording that holds one, or live.",
            show_default="what the recording holds",
        ),
    ] = None,
    since: Since = None,
    history: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(metavar="DIR", help="Results of earlier audits, to compare with; this one is added."),
    ] = None,
    what_if: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(metavar="RULE.max=TIME", help="Show how many past wrap-ups another limit would have cut."),
    ] = None,
    environment: Environment = None,
    fail_on: Annotated[
        str, typer.Option(metavar="SEVERITY|never", help="Mildest severity whose findings count.")
    ] = "minor",
    html: Html = None,
    json: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(metavar="FILE", help="Write the results document."),
    ] = None,
    csv: Csv = None,
    sarif: Sarif = None,
    markdown: Markdown = None,
    junit: Junit = None,
    summary: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="text|json", help="Print one line for chat or mail, and nothing else."),
    ] = None,
    keep_names: KeepNames = False,  # noqa: FBT002
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only the outcome.")] = False,  # noqa: FBT002
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Every finding, and every rule.")] = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Make the periodic audit: configuration, usage and changes. It says what is new since the last one."""
    from harness.cli.audit import AuditOptions, run_audit

    raise typer.Exit(
        run_audit(
            AuditOptions(
                policies=tuple(policies or ()),
                org=org,
                evidence=evidence,
                engine=engine,
                trail=trail,
                since=since,
                history=history,
                what_if=tuple(what_if or ()),
                environment=environment,
                fail_on=fail_on,
                json=json,
                outputs=named_paths(html=html, csv=csv, sarif=sarif, markdown=markdown, junit=junit),
                summary=summary,
                keep_names=keep_names,
                verbosity=-1 if quiet else int(verbose),
                color=not no_color,
            )
        )
    )
