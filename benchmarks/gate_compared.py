"""The corpus of plans judged by the harness, by checkov and by an OPA engine, and scored.

`docs/plan-gate-compared.md` is made from it: `python -m benchmarks gate-compared`.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from benchmarks.peers.environment import Peers
from harness.checking import judge
from harness.orgs import load_plan
from harness.policy import load_policy
from tests.plans.corpus import SAMPLES, Sample

__all__ = ["DOCUMENT", "Score", "compare", "render"]

DOCUMENT = Path("docs/plan-gate-compared.md")
_POLICY = Path("tests/plans/policy.yaml")
_NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

PLANS = tuple(it for it in SAMPLES if "sensitive" not in it.name)
"""To read what is marked as sensitive is a choice and no mistake: that plan is left out."""

Outcome: TypeAlias = Literal["right", "false pass", "false finding", "unsure", "silent"]

_GRAVITY: Mapping[Outcome, int] = {"right": 0, "unsure": 1, "silent": 2, "false finding": 3, "false pass": 4}
"""A plan counts as the worst that became of its subjects."""


@dataclass(frozen=True)
class Score:
    """How one tool did.

    Attributes:
        tool: Its name and version.
        by_plan: Name of the plan → what became of it.
        by_verdict: How many expected verdicts came to what.
    """

    tool: str
    by_plan: Mapping[str, Outcome]
    by_verdict: Counter[Outcome]


def compare(peers: Peers) -> list[Score]:
    """Judge the corpus with all three."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [folder / f"{number:03}.json" for number in range(len(PLANS))]
        for path, sample in zip(paths, PLANS, strict=True):
            path.write_text(json.dumps(sample.plan), encoding="utf-8")
        checkov, rego = peers.checkov("corpus_checks", paths), peers.rego("corpus.rego", paths)
        ours = [_ours(path) for path in paths]
    versions = peers.versions()
    return [
        _score("this harness", ours),
        _score(f"checkov {versions['checkov']}", [_checkov(it, checkov[f"{n:03}"]) for n, it in enumerate(PLANS)]),
        _score(
            f"regorus {versions['hobofan_regorus']} (OPA's language, in Rust)",
            [_rego(it, rego[f"{n:03}"]) for n, it in enumerate(PLANS)],
        ),
    ]


def _ours(path: Path) -> dict[str, str]:
    runs = judge([load_policy(_POLICY)], load_plan(path).org, now=_NOW)
    return {f"{run.rule.id} {case.label}": case.verdict for run in runs for case in run.cases}


def _checkov(sample: Sample, results: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, str]:
    """Return checkov's verdicts; what it answers UNKNOWN to is in no report."""
    found = {}
    for subject in sample.expected:
        rule, _, label = subject.partition(" ")
        addresses = _addresses(sample, label)
        for word in ("passed", "failed"):
            if any(check == f"CKV_WRAPUP_{rule}" and address in addresses for check, address, _ in results[word]):
                found[subject] = word
    return found


def _rego(sample: Sample, results: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the verdicts of Rego rules: denied, warned of, else passed."""
    found = {}
    for subject in sample.expected:
        if subject in results["deny"]:
            found[subject] = "failed"
        elif subject in results["warn"]:
            found[subject] = "unknown"
        else:
            found[subject] = "passed"
    return found


def _addresses(sample: Sample, label: str) -> set[str]:
    """Return the addresses of the resource that a subject is about: of an assignment the queue, of flags the mapping."""
    kind, _, name = label.partition(" ")
    found = set()
    for it in sample.plan["resource_changes"]:
        shown = (it["change"]["after"] or {}).get("name")
        if kind in ("flags", "no"):
            wanted = it["type"].endswith("wrapupcodemappings")
        else:
            word = "queue" if kind in ("queue", "assignment") else "wrapupcode"
            called = name.partition(" @ ")[2] if kind == "assignment" else name
            wanted = it["type"].endswith(f"routing_{word}") and called in (shown, it["address"])
        if wanted:
            found.add(it["address"])
    return found


def _score(tool: str, verdicts: Sequence[Mapping[str, str]]) -> Score:
    by_plan: dict[str, Outcome] = {}
    by_verdict: Counter[Outcome] = Counter()
    for sample, found in zip(PLANS, verdicts, strict=True):
        outcomes = [outcome(expected, found.get(subject)) for subject, expected in sample.expected.items()]
        by_verdict.update(outcomes)
        by_plan[sample.name] = max(outcomes, key=_GRAVITY.__getitem__)
    return Score(tool, by_plan, by_verdict)


def outcome(expected: str, found: str | None) -> Outcome:
    """Return what became of one expected verdict.

    Saying nothing is right where nothing is to be judged, and silent where there is something to be said: a finding
    that is missed without a word, or a value that is not known and that nobody is told of.
    """
    if found == expected or (expected == "not applicable" and found in (None, "passed")):
        return "right"
    if found in (None, "not applicable"):
        return "silent"
    if found == "unknown":
        return "unsure"
    return "false pass" if found == "passed" else "false finding"


def render(scores: Sequence[Score]) -> str:
    """Return the document."""
    tools = [it.tool for it in scores]
    lines = [
        _HEAD.rstrip(),
        "",
        f"| of {len(PLANS)} plans | " + " | ".join(tools) + " |",
        "| --- |" + " ---: |" * len(tools),
        *(_row(word, [Counter(it.by_plan.values())[key] for it in scores]) for key, word in _WORDS.items()),
        "",
        f"| of {sum(scores[0].by_verdict.values())} verdicts | " + " | ".join(tools) + " |",
        "| --- |" + " ---: |" * len(tools),
        *(_row(word, [it.by_verdict[key] for it in scores]) for key, word in _WORDS.items()),
        "",
        _NOTES.strip(),
        "",
        "## Plan by plan",
        "",
        "| plan | " + " | ".join(tools) + " |",
        "| --- |" + " --- |" * len(tools),
        *(_row(it.name, [score.by_plan[it.name] for score in scores]) for it in PLANS),
        "",
    ]
    return "\n".join(lines)


_WORDS: Mapping[Outcome, str] = {
    "right": "all verdicts right",
    "false pass": "**false pass**: passes what is wrong, or was not seen",
    "false finding": "false finding: denies what is right",
    "unsure": "unsure: says that it is not known, where it can be known",
    "silent": "silent: no verdict, and nobody is told",
}


def _row(first: str, cells: Sequence[Any]) -> str:
    return f"| {first.replace('|', chr(92) + '|')} | " + " | ".join(str(it) for it in cells) + " |"


_HEAD = """\
<!-- Generated by `python -m benchmarks gate-compared`; do not edit. -->

# The gate beside other tools

The plans of `tests/plans/corpus.py`, each a realistic mistake or a near miss, judged by the harness, by checkov and by
an engine for OPA's policy language. Each tool has the same rules in its own words: `tests/plans/policy.yaml`,
`benchmarks/peers/corpus_checks/corpus.py`, `benchmarks/peers/corpus.rego`.
"""

_NOTES = """\
## How it is counted

A plan counts once, by the worst that became of its subjects: a false pass is worse than a false finding, that is worse
than silence, and that worse than to be unsure. The expected verdicts are the corpus's own, by which the harness is
tested too: it scores all of them because whatever it got wrong was mended. What the table shows is how far the other
tools get with rules that were written, knowing the corpus, to do as well as these tools can.

- **checkov** reads a plan as Terraform means it: it takes references from the configuration and marks what is known
  only after apply (`EVAL_TF_PLAN_AFTER_UNKNOWN` is set). Its checks are written in Python and look at the graph of all
  resources. Its own language of YAML policies could say fewer of the rules. What it cannot say: that something could
  not be judged. A check that answers UNKNOWN is in no report and leaves the exit code at 0; here that is *silent*, and
  not a false pass. It has no subject that is a pair, so a code's division is judged on the queue. The configuration's
  `for_each`, variables and outputs are not resolved to resources, and what is not set looks like what is not known.
- **Rego** sees the whole document. A careful author denies what is certainly wrong, and warns of what is known only
  after apply; what is neither passes. There is no recursion in the language: references are resolved in the queue's own
  module and by one variable of a child module. A chain of two variables, or an output, would be written out level by
  level.
- One plan of the corpus is left out: its name is marked as sensitive, which only the harness does not read.
- Neither has the rule SKILLS: the skills of the agents of a queue are three resources away. Those plans count as silent
  for checkov; for Rego, where everything passes that no rule denies, they are false passes.
"""
