"""`wrapup check --baseline`: known findings do not count, and their number may only fall."""

import hashlib
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from harness.checking import Baseline, Comparison, compare, encode_baseline, updated
from harness.cli.terminal import Terminal
from harness.errors import UsageError
from harness.plugin.inputs import Inputs
from harness.report.build import counts_at
from harness.report.files import load_baseline, write_whole
from harness.report.headline import counted
from harness.report.results import Results

__all__ = ["Ratchet", "hold_against_baseline"]

_MOST_NAMED = 5


@dataclass(frozen=True)
class Ratchet:
    """What is to become of the baseline's file once the run is over.

    Attributes:
        wanted: What the file shall hold, or None when it stays as it is.
        told: What changes, in words.
        refused: Why it stays as it is although an update was asked for, or None.
    """

    wanted: Baseline | None = None
    told: str = ""
    refused: str | None = None

    def finish(self, terminal: Terminal, results: Results) -> int:
        """Write the file when that was asked for and the run allows it.

        Returns:
            The exit code: the run's own, or 2 when the update was refused.

        Raises:
            UsageError: If the file cannot be written.
        """
        refused = self.refused
        if self.wanted is not None and refused is None:
            if gap := results.partial or results.selected:
                refused = f"the baseline was not updated: {gap}\n  update it from a run of all cases"
            else:
                write_whole(Path(self.wanted.path), encode_baseline(self.wanted))
                terminal.note(f"baseline: {self.wanted.path} ({self.told})")
        if refused is None:
            return results.exit_code
        sys.stderr.write(f"{refused}\n")
        return 130 if results.exit_code == 130 else 2


def hold_against_baseline(inputs: Inputs, path: Path | None, *, update: bool, accept_new: bool) -> Ratchet:
    """Mark what a baseline knows among judged rules, and work out what is to become of the baseline.

    Args:
        inputs: The rules, judged.
        path: The baseline, or None without one.
        update: Whether entries that are no open finding any more are to be removed.
        accept_new: Whether new findings are to be taken in.

    Raises:
        UsageError: If the options do not go together.
        InputError: If the baseline cannot be read.
    """
    if path is None:
        if update or accept_new:
            raise UsageError("no baseline to update", "name one: --baseline FILE")
        return Ratchet()
    if accept_new and not update:
        raise UsageError("--accept-new is for --update-baseline", "give both, to take new findings in")
    begins = accept_new and not path.exists()
    baseline = Baseline(path=str(path)) if begins else load_baseline(path)
    inputs.hold_against(baseline)
    if not update:
        return Ratchet()
    comparison = compare(
        inputs.runs,
        baseline,
        counts=lambda severity: counts_at(severity, inputs.fail_on),
        complete=not inputs.org.partial,
        today=inputs.now.date(),
    )
    if comparison.new and not accept_new:
        return Ratchet(refused=_refusal(baseline, comparison))
    wanted = updated(baseline, comparison, accept_new=accept_new)
    wanted = replace(wanted, sha256=hashlib.sha256(encode_baseline(wanted)).hexdigest())
    inputs.hold_against(wanted)
    known = counted(len(wanted.entries), "known finding")
    added = len(comparison.new)
    return Ratchet(wanted, f"{known}; {len(comparison.stale):,} removed, {added:,} added")


def _refusal(baseline: Baseline, comparison: Comparison) -> str:
    new = comparison.new
    named = [f"  new: {entry.rule} {entry.label}" for entry in new[:_MOST_NAMED]]
    if len(new) > _MOST_NAMED:
        named.append(f"  … and {len(new) - _MOST_NAMED:,} more")
    return "\n".join(
        [
            f"{baseline.path} was not updated: it would grow by {counted(len(new), 'finding')}",
            *named,
            "  mend them, waive them, or take them in with --accept-new",
        ]
    )
