"""`wrapup audit`: configuration, usage and changes in one report, held against the audits before."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

from harness.cli.audit_evidence import evidence_result, limits_of, read_acw, read_what_if
from harness.cli.audit_summary import print_audit
from harness.cli.progress import read_org, share_read
from harness.cli.report import write_outputs
from harness.cli.sources import find_policies, org_location
from harness.cli.summary import print_summary
from harness.cli.terminal import Terminal
from harness.errors import AuthError, SourceError, UsageError
from harness.model import Unknown, unknown
from harness.model.access import AccessReview
from harness.model.change import Past, Trail
from harness.orgs.load import LIVE
from harness.plugin.inputs import Inputs
from harness.policy import Policy, load_policies
from harness.report.audit import SummaryForm, audited, summary_line, trail_result
from harness.report.build import Run, build_results, who_runs
from harness.report.files import make_folder, save_results
from harness.report.history import History, add_to_history, read_history
from harness.report.results import Results

if TYPE_CHECKING:
    from harness.evidence.reading import Evidence

__all__ = ["AuditOptions", "run_audit"]

_USUAL: Final = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class AuditOptions:
    """What `wrapup audit` was told.

    Attributes:
        org: Where the org is; None: the demo recording of a checkout.
        evidence: The folder of evidence; None: what the policies name.
        engine: Where evidence is measured; None: in this process.
        trail: A trail, a recording that holds one, or `live`; None: what the recording holds.
        since: An earlier recording, or None.
        history: The folder of earlier results, or None.
        what_if: Limits to try, as `RULE.max=TIME`.
        outputs: Reports, by the names of `harness.report.outputs.OUTPUTS`.
        summary: The form of the one line that is printed instead of everything else, or None.
        verbosity: -1 only the outcome, 0 the first findings of each rule, 1 everything.
    """

    policies: tuple[Path, ...]
    org: str | None
    evidence: str | None
    engine: str | None
    trail: str | None
    since: str | None
    history: Path | None
    what_if: tuple[str, ...]
    environment: str | None
    fail_on: str
    json: Path | None
    outputs: Mapping[str, Path]
    summary: str | None
    keep_names: bool
    verbosity: int
    color: bool


def run_audit(options: AuditOptions) -> int:
    """Audit an org, print what came of it, write the reports, add to the history, and return the exit code.

    Nothing is written unless everything could be read.

    Raises:
        HarnessError: If nothing could be judged at all, or something could not be read or written.
    """
    terminal = Terminal(color=options.color, quiet=options.verbosity < 0)
    form = _form(options.summary)
    policies = _policies(terminal, options)
    inputs, evidence = _inputs(terminal, options, policies)
    inputs.add(policies)
    run = Run(started=inputs.now, environment=inputs.environment, fail_on=inputs.fail_on, run_by=who_runs())
    judged = build_results(run, inputs.org, inputs.runs)
    history = History()
    if options.history is not None:
        history = read_history(options.history, judged.org, inputs.now)
    tried = tuple(read_what_if(asked, inputs.runs, evidence) for asked in options.what_if)
    results = audited(
        judged,
        history,
        access=_access(inputs.location),
        folder=None if options.history is None else str(options.history),
        trail=trail_result(inputs.trail, inputs.past),
        past=inputs.past,
        evidence=None if evidence is None else evidence_result(evidence),
        acw=None if evidence is None else read_acw(evidence, limits_of(inputs.runs, tried)),
        what_if=tried,
    )
    if form is None:
        print_summary(terminal, results, verbosity=options.verbosity)
        print_audit(terminal, results, verbosity=options.verbosity)
    else:
        terminal.line(summary_line(results, form))
    _write(terminal, options, results)
    return results.exit_code


def _form(word: str | None) -> SummaryForm | None:
    for form in get_args(SummaryForm):
        if word == form:
            found: SummaryForm = form
            return found
    if word is not None:
        raise UsageError(f"--summary does not take '{word}'", "it takes text or json")
    return None


def _policies(terminal: Terminal, options: AuditOptions) -> tuple[Policy, ...]:
    paths, foreign = find_policies(options.policies)
    for path in foreign:
        terminal.note(f"{path} has no top-level `policy:` and was left alone")
    return tuple(load_policies(paths))


def _inputs(
    terminal: Terminal, options: AuditOptions, policies: tuple[Policy, ...]
) -> "tuple[Inputs, Evidence | None]":
    location, is_demo = org_location(options.org)
    if is_demo:
        terminal.note(f"no --org was given: auditing the demo recording {location}")
    evidence = _evidence(terminal, options, policies)
    inputs = Inputs(
        location,
        fail_on=options.fail_on,
        environment=options.environment,
        keep_names=options.keep_names,
        read_org=partial(read_org, terminal, keep_names=options.keep_names),
        trail=options.trail,
        since=options.since,
        read_trail=_trail_reader(terminal, options),
        evidence=options.evidence,
        engine=options.engine,
    )
    return inputs, evidence


def _evidence(terminal: Terminal, options: AuditOptions, policies: tuple[Policy, ...]) -> "Evidence | None":
    """Return the evidence that was named, else what the policies name, as far as it is to be had."""
    named = [Path(policy.evidence) for policy in policies if policy.evidence is not None]
    path = next(iter(named), None) if options.evidence is None else Path(options.evidence)
    if path is None:
        return None
    # Parquet and its engine are loaded only for those who have evidence.
    from harness.evidence.reading import open_evidence

    try:
        return open_evidence(path)
    except SourceError as error:
        if options.evidence is not None:
            raise
        # The rules that need it say so, and all others are judged.
        terminal.note(str(error))
        return None


def _trail_reader(
    terminal: Terminal, options: AuditOptions
) -> Callable[[Past | None, datetime], Trail | Unknown] | None:
    """Return what reads the trail of the platform, when that was asked for."""
    if options.trail != LIVE:
        return None

    def read(past: Past | None, now: datetime) -> Trail | Unknown:
        from harness.client import GenesysClient, access_from_environment
        from harness.operations import live_trail

        since = now - _USUAL if past is None or past.recorded_at is None else past.recorded_at
        with GenesysClient(access_from_environment(os.environ)) as client, share_read(terminal, "audit trail") as show:
            try:
                return live_trail(client, since, on_progress=show)
            except AuthError as error:
                if error.status != 403:
                    raise
                needs = f"; it needs the permission {', '.join(error.permissions)}" if error.permissions else ""
                missing: Unknown = unknown("the audit trail", f"the client may not read it{needs}")
                return missing

    return read


def _access(location: str | None) -> AccessReview:
    if location != LIVE:
        return AccessReview(unread="roles are not recorded; audit the org itself, with --org live")
    from harness.client import GenesysClient, access_from_environment
    from harness.operations import review_access

    with GenesysClient(access_from_environment(os.environ)) as client:
        return review_access(client)


def _write(terminal: Terminal, options: AuditOptions, results: Results) -> None:
    for target in (options.json, *options.outputs.values()):
        if target is not None:
            make_folder(target)
    write_outputs(terminal, results, options.outputs)
    if options.json is not None:
        save_results(results, options.json)
        terminal.note(f"results: {options.json}")
    if options.history is not None:
        terminal.note(f"history: {add_to_history(options.history, results)}")
