"""Prove a policy: can each rule be met, can it be broken, and can all of them be met together?

For every rule an org is looked for that passes, and a smallest one that fails. What is not found is a finding about
the policy. The orgs come with a catalogue and a CRM list of their own: it is the rules that are tried.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from harness.checking.cases import NO_SUBJECT
from harness.checks.registry import Extremes
from harness.model import Org
from harness.policy.model import Policy, Rule
from harness.simulation.prove_together import Contradiction, Together
from harness.simulation.prove_wording import in_words
from harness.simulation.search import Bench, Search, Want
from harness.simulation.search_cells import Cell
from harness.simulation.shrink import plainest, smallest

__all__ = ["EXAMPLES", "Flaw", "Proof", "RuleProof", "Witness", "prove"]

EXAMPLES = 600
"""How many orgs are tried for one question when nothing else is said."""

Flaw: TypeAlias = Literal["vacuous", "unsatisfiable"]

_LATER = frozenset({"usage", "changes"})


@dataclass(frozen=True)
class Witness:
    """An org that shows something about a rule.

    Attributes:
        org: The org.
        says: The same in words: only what the verdict depends on.
        finding: For an org that fails: what was observed and what was expected.
    """

    org: Org
    says: str
    finding: str | None = None


@dataclass(frozen=True)
class RuleProof:
    """What was found out about one rule.

    Attributes:
        policy: The policy that it is in force in.
        rule: The rule.
        passes: An org that it passes on, or None when none was found.
        fails: A smallest org that it fails on, or None when none was found.
        tried: How many orgs were tried.
        extremes: What its check declares to follow from the parameters alone.
        skipped: Why it was not tried, or None.
    """

    policy: Policy
    rule: Rule
    passes: Witness | None = None
    fails: Witness | None = None
    tried: int = 0
    extremes: Extremes = field(default_factory=Extremes)
    skipped: str | None = None

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        """What is wrong with it."""
        if self.skipped is not None:
            return ()
        vacuous: tuple[Flaw, ...] = () if self.fails else ("vacuous",)
        return vacuous if self.passes else (*vacuous, "unsatisfiable")


@dataclass(frozen=True)
class Proof:
    """What was found out about some policies.

    Attributes:
        rules: One per rule, in the policies' order.
        contradictions: The smallest sets of rules that no org satisfies together.
        apart: Rules that were met together with each other one, but not shown in one org with all of them.
        tried: How many orgs were tried altogether.
    """

    rules: tuple[RuleProof, ...]
    contradictions: tuple[Contradiction, ...]
    apart: tuple[Rule, ...]
    tried: int

    @property
    def found(self) -> int:
        """How many things are wrong."""
        return sum(len(rule.flaws) for rule in self.rules) + len(self.contradictions)


def prove(
    policies: Sequence[Policy],
    *,
    seed: int = 0,
    examples: int = EXAMPLES,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Proof:
    """Find out whether the rules of some policies can be met, broken, and met together.

    Args:
        policies: The policies.
        seed: The same seed tries the same orgs.
        examples: How many orgs to try for one question at most.
        on_progress: Is told what is done, how many rules are done, and how many there are.
    """
    bench = Bench()
    rules = [(policy, rule) for policy in policies for rule in policy.rules]
    proofs: list[RuleProof] = []
    cells: dict[str, Cell] = {}
    for number, (policy, rule) in enumerate(rules):
        on_progress(rule.id, number, len(rules))
        proofs.append(_Prover(bench, policy, rule, seed, examples).proof(cells))
    sound = [it.rule for it in proofs if it.passes is not None]
    together = Together(bench, sound, cells, seed=seed, examples=examples)
    on_progress("all rules together", len(rules), len(rules))
    return Proof(tuple(proofs), together.contradictions, together.apart, bench.tried)


@dataclass(frozen=True)
class _Prover:
    bench: Bench
    policy: Policy
    rule: Rule
    seed: int
    examples: int

    def proof(self, cells: dict[str, Cell]) -> RuleProof:
        """Return what was found out; the cell that the rule passes on is put among the others."""
        rule, before = self.rule, self.bench.tried
        if why := _skipped(rule):
            return RuleProof(self.policy, rule, skipped=why)
        extremes = _extremes(rule)
        search = Search(self.bench, [rule], seed=f"{self.seed} {rule.id}", examples=self.examples)
        passes = fails = None
        if extremes.never_passes is None and (cell := search.find(rule, "pass")) is not None:
            cells[rule.id] = cell
            passes = self._witness(search, cell, "pass")
        if extremes.never_fails is None and (cell := search.find(rule, "fail")) is not None:
            fails = self._witness(search, cell, "fail")
        return RuleProof(self.policy, rule, passes, fails, self.bench.tried - before, extremes)

    def _witness(self, search: Search, cell: Cell, want: Want) -> Witness:
        wanted = self._observed(search.org(cell))[:1]

        def holds(org: Org) -> bool:
            if self.bench.outcome(self.rule, org).nearness(want) < 4.0:
                return False
            return want == "pass" or wanted[0] in self._observed(org)

        plain = plainest(cell, lambda it: holds(search.org(it)))
        org = smallest(search.org(plain), holds)
        finding = None
        if want == "fail":
            findings = [it for case in self.bench.run(self.rule, org).cases for it in case.findings]
            finding = next(f"{it.observed}; expected {it.expected}" for it in findings if it.observed == wanted[0])
        return Witness(org, in_words(org, self._verdicts), finding)

    def _observed(self, org: Org) -> list[str]:
        return [it.observed for case in self.bench.run(self.rule, org).cases for it in case.findings]

    def _verdicts(self, org: Org) -> list[str]:
        return [case.verdict for case in self.bench.run(self.rule, org).cases if case.label != NO_SUBJECT]


def _skipped(rule: Rule) -> str | None:
    family = rule.check.family if rule.check else rule.kind.name
    if family in _LATER or rule.kind.name in ("usage", "change"):
        what = "conversations" if "usage" in (family, rule.kind.name) else "the audit trail"
        return f"rules that judge {what} are not tried"
    return None


def _extremes(rule: Rule) -> Extremes:
    if rule.check is None or rule.check.extremes is None:
        return Extremes()
    given = {it.name: rule.parameters.get(it.name, it.default) for it in rule.check.parameters}
    return rule.check.extremes(**given)
