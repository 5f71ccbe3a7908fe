"""The commands that work on files: results documents and policies."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from harness.cli.help import examples
from harness.cli.options import (
    Annotations,
    Csv,
    Html,
    Junit,
    Markdown,
    NoColor,
    Org,
    Policies,
    PolicyOption,
    Sarif,
    named_paths,
)

__all__ = ["files_app"]

files_app = typer.Typer()


@files_app.command(
    epilog=examples(
        "wrapup report results.json --html report.html --sarif out.sarif",
        "wrapup report results.json --annotations",
        then=("Exit codes: 0 written, 2 wrong usage, or a file that is no results document.",),
    )
)
def report(
    results: Annotated[Path, typer.Argument(help="What wrapup check --json wrote.")],
    html: Html = None,
    sarif: Sarif = None,
    csv: Csv = None,
    markdown: Markdown = None,
    junit: Junit = None,
    annotations: Annotations = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Write any report again from the results document of a run."""
    from harness.cli.report import rebuild_reports
    from harness.cli.terminal import Terminal

    rebuild_reports(
        Terminal(color=not no_color),
        results,
        outputs=named_paths(html=html, sarif=sarif, csv=csv, markdown=markdown, junit=junit),
        annotations=annotations,
    )


@files_app.command(
    epilog=examples("wrapup lint suites/gate", then=("Exit codes: 0 the policies can be acted on, 2 they cannot.",))
)
def lint(policies: Policies = None, no_color: NoColor = False) -> None:  # noqa: FBT002
    """Check policies, and the files that they use, for mistakes. No org is read."""
    from harness.cli.lint import lint_policies
    from harness.cli.terminal import Terminal

    lint_policies(Terminal(color=not no_color), policies or ())


@files_app.command(
    epilog=examples(
        'wrapup waive RTL-002 "queue Billing" --until 2027-01-31 --by claims-operations --reason "Closed with the claims migration." --policy gate.policy.yaml --org fixtures/prod',
        then=("Exit codes: 0 written, 2 wrong usage or input; the policy is then as it was.",),
    )
)
def waive(
    rule: Annotated[str, typer.Argument(help="The rule's id.")],
    subject: Annotated[str, typer.Argument(help="A subject as reports print it; * and ? are wildcards.")],
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day on which the waiver holds.")],
    by: Annotated[str, typer.Option(metavar="WHO", help="Who accepts the finding.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it is accepted.")],
    approved_by: Annotated[Optional[str], typer.Option(metavar="WHO", help="Who approved that.")] = None,  # noqa: UP045
    ticket: Annotated[Optional[str], typer.Option(metavar="REF", help="Where it was agreed.")] = None,  # noqa: UP045
    subject_id: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--id", metavar="ID", help="The platform's id of the subject, so that a rename keeps the waiver."),
    ] = None,
    policies: PolicyOption = None,
    org: Org = None,
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Add a waiver for a finding to a policy. Every other byte of the policy stays as it is."""
    from harness.cli.terminal import Terminal
    from harness.cli.waive import waive_finding
    from harness.policy.editing import NewWaiver

    waive_finding(
        Terminal(color=not no_color),
        NewWaiver(
            rule=rule,
            subject=subject,
            id=subject_id,
            until=until,
            by=by,
            approved_by=approved_by,
            ticket=ticket,
            reason=reason,
        ),
        policies=policies or (),
        org=org,
    )
