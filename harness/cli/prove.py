"""`wrapup prove`: can each rule be met and broken, can all be met together, and what would slip through?"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from harness.cli.progress import read_org, steps_done
from harness.cli.sources import find_policies
from harness.cli.terminal import Terminal
from harness.errors import UsageError, did_you_mean
from harness.model.names import printable
from harness.policy import load_policies
from harness.report.headline import counted
from harness.report.text import one_line
from harness.simulation.prove import Flaw, Proof, RuleProof, Witness, prove
from harness.simulation.prove_faults import FaultKind, faults_noticed
from harness.simulation.prove_together import Contradiction

__all__ = ["ProveOptions", "prove_policies"]

_FORMS = ("text", "json")
_LABEL = 15


@dataclass(frozen=True, kw_only=True)
class ProveOptions:
    """What `wrapup prove` was asked for.

    Attributes:
        policies: Policy files or folders.
        org: Where an org is that faults are put into, or None.
        seed: The same seed tries the same.
        examples: How many orgs to try for one question at most.
        places: In how many places of the org to try each kind of fault.
        form: `text` or `json`.
        keep_names: Whether people appear by name.
    """

    policies: Sequence[Path]
    org: str | None
    seed: int
    examples: int
    places: int
    form: str
    keep_names: bool


def prove_policies(terminal: Terminal, options: ProveOptions) -> int:
    """Print what was found out; return 1 when a rule or a set of rules cannot be right, else 0.

    Raises:
        UsageError: If there is no policy, or an option cannot be taken.
        HarnessError: If a policy or the org cannot be read.
    """
    _check(options)
    paths, foreign = find_policies(options.policies)
    for path in foreign:
        terminal.note(f"{path} has no top-level `policy:` and was left alone")
    policies = load_policies(paths)
    org = None if options.org is None else read_org(terminal, options.org, keep_names=options.keep_names)
    with steps_done(terminal, "proving") as show:
        proof = prove(policies, seed=options.seed, examples=options.examples, on_progress=show)
    kinds: tuple[FaultKind, ...] = ()
    if org is not None:
        today = datetime.now(UTC).date()
        with steps_done(terminal, "putting faults in") as show:
            kinds = faults_noticed(
                policies, org, today=today, seed=options.seed, places=options.places, on_progress=show
            )
    if options.form == "json":
        document = _document(proof, None if org is None else kinds, options)
        sys.stdout.write(f"{msgspec.json.format(msgspec.json.encode(document), indent=2).decode()}\n")
    else:
        _print_proof(terminal, proof)
        if org is not None:
            _print_faults(terminal, kinds, options.org or "")
        _print_summary(terminal, proof, options)
    return 1 if proof.found else 0


def _check(options: ProveOptions) -> None:
    if options.form not in _FORMS:
        raise UsageError(
            f"--format does not take '{options.form}'", did_you_mean(options.form, _FORMS) or "one of text, json"
        )
    for name, value in (("--examples", options.examples), ("--places", options.places)):
        if value < 1:
            raise UsageError(f"{name} does not take {value}", "1 or more")


# -- for people -----------------------------------------------------------------------------------------------------


def _print_proof(terminal: Terminal, proof: Proof) -> None:
    for rule in proof.rules:
        terminal.parts((printable(rule.rule.id), "bold"), (f"  {one_line(rule.rule.title)}", ""))
        for label, text, style in _rows(rule):
            terminal.parts((f"  {label:<{_LABEL}}", style), (text, ""))
    for contradiction in proof.contradictions:
        terminal.line()
        ids = [printable(one.id) for one in contradiction.rules]
        terminal.parts(("contradictory", "bold red"), (f"  {_joined(ids)}: {_blame(contradiction)}", ""))
        for one in contradiction.rules:
            terminal.line(f"  {printable(one.id):<{_LABEL}}{one_line(one.applies)}{_scope(one)}")


def _rows(proof: RuleProof) -> Iterator[tuple[str, str, str]]:
    if proof.skipped is not None:
        yield "not tried", proof.skipped, "dim"
        return
    for flaw in proof.flaws:
        yield flaw, _why(proof, flaw), "bold red"
    if proof.passes is not None:
        yield "passes for:", proof.passes.says, "green"
    if proof.fails is not None:
        yield "fails for:", proof.fails.says, "green"
        yield "", proof.fails.finding or "", ""


def _why(proof: RuleProof, flaw: Flaw) -> str:
    exactly = proof.extremes.never_fails if flaw == "vacuous" else proof.extremes.never_passes
    if exactly is not None:
        return f"no org can {'fail' if flaw == 'vacuous' else 'pass'}: {exactly}"
    tried = f"among {counted(proof.tried, 'org')} that were tried"
    if len(proof.flaws) > 1:
        return f"no org was found that it judges at all, {tried}"
    return f"no org was found that {'fails' if flaw == 'vacuous' else 'passes'}, {tried}"


def _blame(contradiction: Contradiction) -> str:
    both = "both" if len(contradiction.rules) == 2 else f"all {len(contradiction.rules)}"
    tried = counted(contradiction.tried, "org")
    return f"no org was found that satisfies {both}, among {tried} that were tried; any fewer of them go together"


def _scope(rule: Any) -> str:
    return f", where {one_line(rule.where.text)}" if rule.where else ""


def _joined(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _print_faults(terminal: Terminal, kinds: Sequence[FaultKind], location: str) -> None:
    terminal.line()
    terminal.line(f"Faults put into {printable(location)}", "bold")
    for heading, chosen in (
        ("noticed", [it for it in kinds if not it.missed and not it.unclear]),
        ("not wholly noticed", [it for it in kinds if it.missed or it.unclear]),
    ):
        if chosen:
            terminal.line(f"  {heading}")
        for kind in chosen:
            terminal.line(f"    {kind.mutation.title:<66} {_count(kind)}")
            if kind.example is not None:
                terminal.line(f"      missed: {kind.example}")


def _count(kind: FaultKind) -> str:
    said = f"{kind.noticed} of {kind.tried}"
    if kind.unclear:
        said += f", {kind.unclear} could not be judged"
    by = list(kind.rules)
    shown = f" by {', '.join(map(printable, by[:4]))}" if by else ""
    return f"{said}{shown}{f' and {len(by) - 4} more' if len(by) > 4 else ''}"


def _print_summary(terminal: Terminal, proof: Proof, options: ProveOptions) -> None:
    tried = [rule for rule in proof.rules if rule.skipped is None]
    count = {flaw: sum(flaw in rule.flaws for rule in tried) for flaw in ("vacuous", "unsatisfiable")}
    found = [f"{number} {flaw}" for flaw, number in count.items() if number]
    found += [counted(len(proof.contradictions), "contradiction")] if proof.contradictions else []
    terminal.line()
    if proof.apart:
        ids = ", ".join(printable(rule.id) for rule in proof.apart)
        terminal.line(f"Each goes with every other, but no one org was found for all of them: {ids}.")
    if skipped := len(proof.rules) - len(tried):
        terminal.line(f"{counted(skipped, 'rule')} about usage or changes not tried: they judge what happened.")
    verdict = ", ".join(found) if found else "every rule can be met and broken, and all can be met together"
    verdict = "nothing was tried" if not tried else verdict
    style = "bold red" if found else "bold green" if tried else "bold"
    terminal.line(
        f"{counted(len(tried), 'rule')}: {verdict} ({counted(proof.tried, 'org')} tried, seed {options.seed}).", style
    )


# -- for programs ---------------------------------------------------------------------------------------------------


def _document(proof: Proof, kinds: Sequence[FaultKind] | None, options: ProveOptions) -> dict[str, Any]:
    document: dict[str, Any] = {
        "format": 1,
        "seed": options.seed,
        "examples": options.examples,
        "tried": proof.tried,
        "found": proof.found,
        "rules": [_rule(rule) for rule in proof.rules],
        "contradictions": [{"rules": [it.id for it in one.rules], "tried": one.tried} for one in proof.contradictions],
        "not_shown_together": [rule.id for rule in proof.apart],
    }
    if kinds is not None:
        document["faults"] = [
            {
                "mutation": kind.mutation.id,
                "title": kind.mutation.title,
                "places": kind.places,
                "tried": kind.tried,
                "noticed": kind.noticed,
                "unclear": kind.unclear,
                "missed": kind.missed,
                "rules": dict(kind.rules),
                "missed_example": kind.example,
            }
            for kind in kinds
        ]
    return document


def _rule(proof: RuleProof) -> dict[str, Any]:
    return {
        "rule": proof.rule.id,
        "policy": proof.policy.path,
        "position": str(proof.rule.position),
        "flaws": [{"flaw": flaw, "why": _why(proof, flaw)} for flaw in proof.flaws],
        "passes_for": _witness(proof.passes),
        "fails_for": _witness(proof.fails),
        "tried": proof.tried,
        "not_tried": proof.skipped,
    }


def _witness(witness: Witness | None) -> dict[str, Any] | None:
    return None if witness is None else {"says": witness.says, "finding": witness.finding}
