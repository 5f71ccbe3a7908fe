"""What `wrapup` understands; each command's work is in a module of its own, loaded when it is called."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Optional

import typer

import harness
from harness.cli.app_audit import audit_app
from harness.cli.app_conversations import conversations_app
from harness.cli.app_evidence import evidence_app
from harness.cli.app_files import files_app
from harness.cli.app_live import live_app
from harness.cli.app_plan import plan_app
from harness.cli.app_prove import prove_app
from harness.cli.app_simulation import simulation_app
from harness.cli.codes import codes_app
from harness.cli.help import examples
from harness.cli.options import (
    AcceptNew,
    Annotations,
    BaselineFile,
    Csv,
    EngineUrl,
    Environment,
    EvidenceFolder,
    Html,
    Junit,
    KeepNames,
    Markdown,
    NoColor,
    OnlyNew,
    Org,
    PlanFile,
    Policies,
    PolicyOption,
    Sarif,
    Since,
    TerraformFolder,
    TrailFile,
    UpdateBaseline,
    named_paths,
)
from harness.errors import HarnessError, InputError, UsageError

__all__ = ["app", "main"]

_EXIT_CODES = (
    "Exit codes: 0 no finding that counts, 1 findings at or above --fail-on, 2 wrong usage or input, "
    "3 something could not be judged (or nothing was), 130 interrupted."
)

app = typer.Typer(
    name="wrapup",
    help="Prove that the wrap-up codes of a Genesys Cloud org are what the business agreed.",
    epilog=examples(
        "wrapup check suites/gate --org fixtures/harbor --html report.html",
        then=(_EXIT_CODES,),
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Boxes cost 0.1 s of every help and break up lines in a log; an example must be copied as it stands.
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,  # noqa: FBT002
) -> None:
    if version:
        typer.echo(f"wrapup-harness {harness.__version__}")
        raise typer.Exit


@app.command(
    epilog=examples(
        "wrapup check suites/gate --org fixtures/harbor --html report.html",
        "wrapup check gate.policy.yaml --org exports/prod.tf.json --fail-on major",
        "wrapup check suites/gate --org fixtures/harbor --baseline baseline.json --sarif out.sarif --annotations",
        "wrapup check suites/gate --org fixtures/harbor --plan plan.json --terraform . --only-new",
        "wrapup check suites/gate --org fixtures/harbor -- --lf -n 2",
        then=(_EXIT_CODES,),
    )
)
def check(
    context: typer.Context,
    policies: Policies = None,
    org: Org = None,
    plan: PlanFile = None,
    terraform: TerraformFolder = None,
    only_new: OnlyNew = False,  # noqa: FBT002
    evidence: EvidenceFolder = None,
    engine: EngineUrl = None,
    trail: TrailFile = None,
    since: Since = None,
    environment: Environment = None,
    fail_on: Annotated[
        str, typer.Option(metavar="SEVERITY|never", help="Mildest severity whose findings count.")
    ] = "minor",
    html: Html = None,
    json: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(metavar="FILE", help="Write the results document."),
    ] = None,
    junit: Junit = None,
    sarif: Sarif = None,
    csv: Csv = None,
    markdown: Markdown = None,
    annotations: Annotations = False,  # noqa: FBT002
    baseline: BaselineFile = None,
    update_baseline: UpdateBaseline = False,  # noqa: FBT002
    accept_new: AcceptNew = False,  # noqa: FBT002
    expression: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("-k", metavar="EXPR", help="Only cases whose name, severity or check matches, as in pytest."),
    ] = None,
    keep_names: KeepNames = False,  # noqa: FBT002
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only the outcome.")] = False,  # noqa: FBT002
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Every finding, and every rule.")] = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Judge an org by policies, as pytest cases. What follows `--` goes to pytest as it is."""
    from harness.cli.check import CheckOptions, run_check

    raise typer.Exit(
        run_check(
            CheckOptions(
                policies=tuple(policies or ()),
                org=org,
                plan=plan,
                terraform=terraform,
                only_new=only_new,
                evidence=evidence,
                engine=engine,
                trail=trail,
                since=since,
                environment=environment,
                fail_on=fail_on,
                html=html,
                json=json,
                outputs=named_paths(junit=junit, sarif=sarif, csv=csv, markdown=markdown),
                annotations=annotations,
                baseline=baseline,
                update_baseline=update_baseline,
                accept_new=accept_new,
                expression=expression,
                keep_names=keep_names,
                verbosity=-1 if quiet else int(verbose),
                color=not no_color,
                pytest_args=tuple(context.obj or ()),
            )
        )
    )


@app.command(
    epilog=examples("wrapup explain RTL-002", 'wrapup explain RTL-002 --subject "queue Billing" --org fixtures/harbor')
)
def explain(
    rule: Annotated[str, typer.Argument(help="The rule's id.")],
    policies: PolicyOption = None,
    subject: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="LABEL", help="A subject as reports print it; * and ? are wildcards."),
    ] = None,
    org: Org = None,
    environment: Environment = None,
    keep_names: KeepNames = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Show where a rule comes from, and what it asks. With --subject, why it applies to that one."""
    from harness.cli.explain import explain_rule
    from harness.cli.terminal import Terminal

    explain_rule(
        Terminal(color=not no_color),
        rule,
        policies=policies or (),
        subject=subject,
        org=org,
        environment=environment,
        keep_names=keep_names,
    )


@app.command(epilog=examples("wrapup checks", "wrapup checks duration.limit"))
def checks(
    check_id: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="[CHECK]", help="Show one check in full.", show_default=False),
    ] = None,
    policies: PolicyOption = None,
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """List the checks that policies can use."""
    from harness.cli.listing import print_checks
    from harness.cli.terminal import Terminal

    print_checks(Terminal(color=not no_color), check_id, policies or ())


@app.command(epilog=examples("wrapup schema > wrapup-policy.schema.json"))
def schema(policies: PolicyOption = None) -> None:
    """Print the JSON Schema of policies, for editors."""
    from harness.cli.listing import print_schema

    print_schema(policies or ())


@app.command(epilog=examples("wrapup init --org exports/prod.tf.json --into policies"))
def init(
    org: Org = None,
    into: Annotated[Path, typer.Option(metavar="DIR", help="Where to write; nothing is overwritten.")] = Path(),
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Write a starting policy and catalogue from an org. Today's findings are waived for 90 days."""
    from harness.cli.init import start_policy
    from harness.cli.terminal import Terminal

    start_policy(Terminal(color=not no_color), org=org, into=into)


@app.command(
    epilog=examples(
        "wrapup diff fixtures/tidy fixtures/harbor",
        then=(
            "Exit codes: 0 the same, 1 different, 2 wrong usage or input, 3 no difference seen but something was unknown.",
        ),
    )
)
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="The org before.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The org after.")],
    keep_names: KeepNames = False,  # noqa: FBT002
    no_color: NoColor = False,  # noqa: FBT002
) -> None:
    """Compare two orgs. What was renamed is one difference, not two."""
    from harness.cli.compare import print_difference
    from harness.cli.terminal import Terminal

    raise typer.Exit(print_difference(Terminal(color=not no_color), before, after, keep_names=keep_names))


app.add_typer(audit_app)
app.add_typer(live_app)
app.add_typer(files_app)
app.add_typer(conversations_app)
app.add_typer(plan_app)
app.add_typer(simulation_app)
app.add_typer(prove_app)
app.add_typer(codes_app, name="codes")
app.add_typer(evidence_app, name="evidence")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its code.

    Args:
        arguments: Without the program's name; those of the process when None.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    ours, beyond = given, []
    if "--" in given:
        at = given.index("--")
        ours, beyond = given[:at], given[at + 1 :]
    try:
        app(args=ours, obj=beyond)
    except (UsageError, InputError) as error:
        _explain(error, 2)
    except HarnessError as error:
        _explain(error, 3)


def _explain(error: HarnessError, code: int) -> None:
    # What a file or an answer held may be quoted in it.
    from harness.model.names import printable_lines

    sys.stderr.write(f"{printable_lines(str(error))}\n")
    sys.exit(code)
