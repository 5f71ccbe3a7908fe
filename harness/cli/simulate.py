"""`wrapup simulate`: definitions played through on an org."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from harness.cli.moments import duration_s
from harness.cli.progress import read_org
from harness.cli.replays import REPLAYS, print_counterexample, replay_file
from harness.cli.sources import org_location
from harness.cli.tables import check_form, print_rows
from harness.cli.terminal import Terminal
from harness.errors import UsageError, did_you_mean
from harness.operations.agreement import chosen, read_agreement
from harness.report.files import write_whole
from harness.report.headline import counted
from harness.simulation.assigning import Assigned, Simulation
from harness.simulation.replay import Counterexample
from harness.simulation.simulator import SkillMatch

__all__ = ["SimulateOptions", "simulate_catalogue"]

_SHOWN = 5
_COLUMNS = (
    "definition",
    "queue",
    "outcome",
    "agents",
    "approved",
    "prompt",
    "timeout_s",
    "chosen",
    "timed_out",
    "skipped",
    "uncoded",
    "unanswered",
    "replay",
    "reasons",
)
_TABLE = ("definition", "queue", "outcome", "agents", "codes", "why")


@dataclass(frozen=True, kw_only=True)
class SimulateOptions:
    """What was asked for.

    Attributes:
        only: Identifiers or names of definitions; none means all.
        org: Where the org is; None for the demo recording of a checkout.
        max_duration: With its unit, or in seconds.
        form: `table`, `json` or `csv`.
    """

    catalogue: Path
    only: Sequence[str]
    org: str | None
    skill_match: str
    max_duration: str
    seed: int
    examples: int
    form: str
    keep_names: bool


def simulate_catalogue(terminal: Terminal, options: SimulateOptions) -> int:
    """Play definitions through and print what they come to; return 1 when something is rejected, 3 when unknown.

    Raises:
        HarnessError: If the catalogue or the org cannot be read.
    """
    check_form(options.form)
    if options.skill_match not in ("covers", "guide"):
        hint = did_you_mean(options.skill_match, ("covers", "guide")) or "one of covers, guide"
        raise UsageError(f"--skill-match does not take '{options.skill_match}'", hint)
    if options.examples < 1:
        raise UsageError(f"--examples does not take '{options.examples}'", "expected a number from 1")
    longest_s = duration_s("--max-duration", options.max_duration)
    agreement = read_agreement(options.catalogue)
    definitions = chosen(agreement.catalogue, options.only)
    org = read_org(terminal, org_location(options.org)[0], keep_names=options.keep_names)
    simulation = Simulation(
        org=org.agreeing(agreement.catalogue, agreement.crm),
        skill_match=cast(SkillMatch, options.skill_match),
        max_duration_s=longest_s,
        seed=options.seed,
        examples=options.examples,
    )
    done = list(simulation.run(definitions))
    for each in done:
        if each.counterexample is not None:
            write_whole(replay_file(each.counterexample.id), each.counterexample.encode())
    if options.form == "table":
        print_rows(terminal, [_in_table(each) for each in done], _TABLE, form="table")
        _print_counterexamples(terminal, [it.counterexample for it in done if it.counterexample is not None])
    else:
        print_rows(terminal, [_row(each, options.form) for each in done], _COLUMNS, form=options.form)
    return _concluded(terminal, done, options)


# -- what is printed --------------------------------------------------------------------------------------------------


def _row(each: Assigned, form: str) -> dict[str, Any]:
    terms, tally = each.terms, each.tally
    return {
        "definition": each.definition,
        "queue": each.queue,
        "outcome": each.outcome,
        "agents": each.agents,
        "approved": each.approved,
        "prompt": terms and terms.prompt.value,
        "timeout_s": terms and terms.timeout_ms and terms.timeout_ms / 1_000,
        "chosen": tally and tally.chosen,
        "timed_out": tally and tally.timed_out,
        "skipped": tally and tally.skipped,
        "uncoded": tally and tally.uncoded,
        "unanswered": tally and tally.unanswered,
        "replay": each.counterexample and each.counterexample.id,
        "reasons": list(each.reasons) if form == "json" else " | ".join(each.reasons),
    }


def _in_table(each: Assigned) -> dict[str, Any]:
    tally, codes = each.tally, ""
    if tally is not None:
        counts = {
            "chosen": tally.chosen,
            "timed out": tally.timed_out,
            "skipped": tally.skipped,
            "none": tally.uncoded,
        }
        codes = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return {
        "definition": each.definition,
        "queue": each.queue or "",
        "outcome": each.outcome,
        "agents": "" if each.agents is None else f"{each.approved} of {each.agents}",
        "codes": codes,
        "why": "; ".join(each.reasons),
    }


def _print_counterexamples(terminal: Terminal, found: Sequence[Counterexample]) -> None:
    # One of each kind is shown: on queues that are alike the same thing happens.
    kinds = {(it.broken(), it.moves, it.promise.duration_ms): it for it in reversed(found)}
    shown = list(reversed(kinds.values()))[:_SHOWN]
    for counterexample in shown:
        terminal.line()
        print_counterexample(terminal, counterexample)
        terminal.line(f"Again: wrapup simulate --replay {counterexample.id}", "dim")
    if len(found) > len(shown):
        terminal.line()
        terminal.line(f"{counted(len(found), 'counterexample')} are kept in {REPLAYS}.", "dim")


def _concluded(terminal: Terminal, done: Sequence[Assigned], options: SimulateOptions) -> int:
    tally = Counter(each.outcome for each in done)
    counts = ", ".join(f"{tally[word]:,} {word}" for word in ("approved", "rejected", "unknown"))
    sentence = f"{counted(len(done), 'assignment')} with seed {options.seed}: {counts}"
    if options.form == "table":
        terminal.line()
        terminal.line(
            sentence, "bold red" if tally["rejected"] else "bold yellow" if tally["unknown"] else "bold green"
        )
    else:
        terminal.note(sentence)
    return 1 if tally["rejected"] else 3 if tally["unknown"] or not done else 0
