"""`wrapup init`: a starting policy and catalogue from an org, with today's findings waived for 90 days."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from harness.checking import RuleRun, judge
from harness.cli.progress import read_org
from harness.cli.sources import org_location
from harness.cli.starting_policy import catalogue_text, policy_text, slug, waivers_text
from harness.cli.terminal import Terminal
from harness.errors import UsageError
from harness.model import Org
from harness.policy import load_policy, policy_schema
from harness.report.files import write_whole
from harness.report.headline import counted

__all__ = ["WAIVED_DAYS", "start_policy"]

WAIVED_DAYS = 90

_SCHEMA_FILE = "wrapup-policy.schema.json"


def start_policy(terminal: Terminal, *, org: str | None, into: Path) -> None:
    """Write `NAME.policy.yaml`, `NAME.catalogue.yaml` and the schema for editors; nothing is overwritten.

    Args:
        terminal: Where to say what was written.
        org: Where the org is; None for the demo recording of a checkout.
        into: The folder to write to.

    Raises:
        UsageError: If a file is there already.
        SourceError: If the org cannot be read.
    """
    location, is_demo = org_location(org)
    if is_demo:
        terminal.note(f"no --org was given: starting from the demo recording {location}")
    read = read_org(terminal, location, keep_names=False)
    now = datetime.now(UTC)
    stem = slug(read.name)
    names = (f"{stem}.policy.yaml", f"{stem}.catalogue.yaml", _SCHEMA_FILE)
    if taken := [str(into / name) for name in names if (into / name).exists()]:
        raise UsageError(f"{', '.join(taken)} would be overwritten", "name another folder: --into FOLDER")
    files = _files(read, names, now)
    for name, text in files.items():
        write_whole(into / name, text)
        terminal.note(f"wrote {into / name}")
    terminal.line(f"Next: wrapup check {into / names[0]} --org {location} --html report.html")


def _files(org: Org, names: tuple[str, str, str], now: datetime) -> dict[str, str]:
    policy_name, catalogue_name, schema_name = names
    schema = msgspec.json.format(msgspec.json.encode(policy_schema()), indent=2).decode()
    catalogue = catalogue_text(org)
    uses = None if catalogue is None else catalogue_name
    if not org.queues and not org.codes:
        raise UsageError(f"'{org.origin.location}' holds no queue and no wrap-up code to start a policy from")
    files = {
        policy_name: policy_text(org, catalogue=uses, schema=schema_name, waivers=""),
        schema_name: f"{schema}\n",
    }
    if catalogue is not None:
        files[catalogue_name] = catalogue
    findings = _findings(_judged(files, policy_name, org, now))
    today = now.date()
    waivers = waivers_text(findings, today=today, until=today + timedelta(days=WAIVED_DAYS))
    files[policy_name] = policy_text(org, catalogue=uses, schema=schema_name, waivers=waivers)
    left = _findings(_judged(files, policy_name, org, now))
    if left:
        raise UsageError(
            f"{counted(len(left), 'finding')} could not be waived, the first: {left[0][0]} {left[0][1]}",
            "give the entities names that differ, and try again",
        )
    return files


def _judged(files: dict[str, str], policy: str, org: Org, now: datetime) -> list[RuleRun]:
    """Judge the org by the files as they would be read back."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            write_whole(Path(folder) / name, text)
        return judge([load_policy(Path(folder) / policy)], org, now=now)


def _findings(runs: list[RuleRun]) -> list[tuple[str, str, str | None]]:
    return [
        (run.rule.id, case.label, identity.id if identity else None)
        for run in runs
        for case, identity in zip(run.cases, run.identities, strict=True)
        if case.verdict == "failed"
    ]
