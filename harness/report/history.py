"""The history of an org: a folder of results documents, one a run.

A file that is no whole results document stops the audit: history is what an auditor relies on. Runs that say nothing
about this org, or not everything, are named and left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from harness.errors import InputError, Problem, UsageError
from harness.model import Identity
from harness.report.audit_results import Movement, Skipped
from harness.report.files import load_results, save_results
from harness.report.movement import finding_keys, identity_keys, movement
from harness.report.results import FORMAT, OrgResult, Results

__all__ = ["History", "add_to_history", "read_history"]


class _Format(msgspec.Struct):
    format: int | None = None


@dataclass(frozen=True)
class History:
    """Earlier whole runs on one org.

    Attributes:
        runs: The earliest first.
        skipped: Files that were left out.
    """

    runs: Sequence[Results] = ()
    skipped: Sequence[Skipped] = ()

    def movement(self, results: Results) -> Movement | None:
        """Return what became of findings since the last run; None when there is none."""
        if not self.runs:
            return None
        known = [(run.started_at, finding_keys(run)) for run in reversed(self.runs)]

        def since(rule_id: str, identity: Identity) -> str | None:
            keys = set(identity_keys(rule_id, identity))
            started: str | None = None
            for moment, findings in known:
                if keys.isdisjoint(findings):
                    break
                started = moment
            return started

        return movement(self.runs[-1], results, since)


def read_history(folder: Path, org: OrgResult, before: datetime) -> History:
    """Read the runs of an org that started before a moment.

    Args:
        folder: Holds the documents, as `*.json`; one that does not exist yet is an empty history.
        org: The org that is audited.
        before: The moment of this audit.

    Raises:
        UsageError: If it is no folder.
        InputError: If a file is damaged; with all that are.
    """
    if not folder.exists():
        return History()
    if not folder.is_dir():
        raise UsageError(f"'{folder}' is no folder", "name the folder that holds the results of earlier audits")
    runs: list[Results] = []
    skipped: list[Skipped] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.json")):
        try:
            results = _read(path)
        except InputError as error:
            problems += error.problems
            continue
        why = results if isinstance(results, str) else _unfit(results, org, before)
        if isinstance(results, Results) and why is None:
            runs.append(results)
        else:
            skipped.append(Skipped(file=path.name, why=why or ""))
    if problems:
        raise InputError([_with_hint(problem, folder) for problem in problems])
    return History(sorted(runs, key=lambda it: _moment(it.started_at)), skipped)


def _read(path: Path) -> Results | str:
    """Return a document, or why another version has to read it."""
    try:
        version = msgspec.json.decode(path.read_bytes(), type=_Format).format
    except (msgspec.MsgspecError, UnicodeDecodeError, OSError):
        version = None
    if version is not None and version != FORMAT:
        return f"is of format {version}, and this version reads format {FORMAT}"
    return load_results(path)


def _unfit(results: Results, org: OrgResult, before: datetime) -> str | None:
    """Return why a run says nothing about what happened to this org since, or None."""
    same = results.org.id == org.id if results.org.id and org.id else results.org.name == org.name
    if not same:
        return f"is of the org '{results.org.name}'"
    if results.plan is not None:
        return "judged a plan, not the org as it was"
    if results.partial is not None or results.selected is not None:
        return "did not judge everything"
    return None if _moment(results.started_at) < before else "was made later than this audit"


def _with_hint(problem: Problem, folder: Path) -> Problem:
    hint = problem.hint or "restore the file"
    return Problem(
        problem.path,
        problem.what,
        problem.line,
        problem.column,
        problem.expected,
        f"{hint}, or move it out of {folder}",
    )


def add_to_history(folder: Path, results: Results) -> Path:
    """Write this run into the history, whole or not at all, and return the file.

    Raises:
        UsageError: If it cannot be written.
    """
    path = next(it for it in _names(folder, _moment(results.started_at)) if not it.exists())
    save_results(results, path)
    return path


def _names(folder: Path, moment: datetime) -> Iterator[Path]:
    stem = f"{moment:%Y-%m-%dT%H%M%SZ}"
    yield folder / f"{stem}.json"
    number = 2
    while True:
        yield folder / f"{stem}-{number}.json"
        number += 1


def _moment(iso: str) -> datetime:
    try:
        found = datetime.fromisoformat(iso)
    except ValueError:
        # Somebody else's document; it sorts before all that tell their time.
        return datetime.min.replace(tzinfo=UTC)
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
