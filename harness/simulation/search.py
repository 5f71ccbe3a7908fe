"""Look for orgs that rules pass on, or fail on: change a value at a time, keep what comes nearer, start anew.

Nothing here knows what a check does. A rule is judged by the engine itself, and how near an org comes is read off
its cases. The same seed gives the same steps.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, islice
from typing import Final, Literal, TypeAlias

from harness.checking.cases import NO_SUBJECT, RuleRun
from harness.checking.judge import judge_rule
from harness.checking.subjects import SubjectsByKind
from harness.model import Org
from harness.policy.model import Effective, Policy, Rule
from harness.simulation.search_cells import FIELDS, Cell, org_of
from harness.simulation.search_nearness import nearness_of
from harness.simulation.search_reads import fields_of
from harness.simulation.search_values import Values

__all__ = ["Bench", "Outcome", "Search", "Want"]

Want: TypeAlias = Literal["pass", "fail"]

_ANY_DAY: Final = date(2026, 1, 1)
"""Effective dates are taken off the rules that are judged, so the day does not matter."""

_ALWAYS: Final = Effective()
_NO_WAIVERS: Final = Policy(name="", path="", sha256="", rules=())


@dataclass(frozen=True)
class Outcome:
    """What one rule came to on one org.

    Attributes:
        passed: How many cases passed.
        failed: How many failed.
        unknown: How many could not be judged, though there was a subject.
        near: From 0 to 1: how much of the scope is met when nothing is in it, else how much of the condition.
    """

    passed: int
    failed: int
    unknown: int
    near: float

    @property
    def passes(self) -> bool:
        """Whether something was judged, and nothing stands against it."""
        return self.passed > 0 and not self.failed and not self.unknown

    @property
    def stands_against(self) -> bool:
        """Whether the rule is not met: a finding, or no verdict about something that is there."""
        return self.failed > 0 or self.unknown > 0

    def nearness(self, want: Want) -> float:
        """Return how near it is to what is wanted, from 0 to 4; 4 is there."""
        if want == "fail":
            return 4.0 if self.failed else 2.0 if self.passed else 1.0 + self.near / 2 if self.unknown else self.near
        if self.passes:
            return 4.0
        if self.passed:
            return 3.0 + self.near / 2
        return 2.0 + self.near / 2 if self.failed else 1.0 if self.unknown else self.near * 0.9


class Bench:
    """Judges rules on orgs, and counts the orgs.

    Waivers and effective dates are left out: what is tried is what a rule asks, not when and of whom.

    Attributes:
        tried: How many orgs were judged so far.
    """

    def __init__(self) -> None:
        self.tried = 0

    def run(self, rule: Rule, org: Org) -> RuleRun:
        """Judge a rule on an org, with the catalogue and the CRM list that the org came with."""
        return _run(_undated(rule), SubjectsByKind(org, [rule]))

    def outcome(self, rule: Rule, org: Org) -> Outcome:
        """Return what a rule comes to on an org."""
        return self.outcomes([rule], org)[0]

    def outcomes(self, rules: Sequence[Rule], org: Org) -> list[Outcome]:
        """Return what some rules come to on an org."""
        subjects = SubjectsByKind(org, rules)
        return [_outcome(_undated(rule), subjects) for rule in rules]


def _undated(rule: Rule) -> Rule:
    return rule if rule.effective == _ALWAYS else replace(rule, effective=_ALWAYS)


def _run(rule: Rule, subjects: SubjectsByKind) -> RuleRun:
    return judge_rule(_NO_WAIVERS, rule, subjects, environment=None, today=_ANY_DAY)


def _outcome(rule: Rule, subjects: SubjectsByKind) -> Outcome:
    cases = [case for case in _run(rule, subjects).cases if case.label != NO_SUBJECT]
    count = Counter(case.verdict for case in cases)
    near = 1.0
    if not cases:
        near = nearness_of(rule, rule.where, subjects)
    elif count["failed"] and rule.expect is not None:
        near = nearness_of(rule, rule.expect, subjects)
    elif count["failed"]:
        near = 1 / (1 + sum(len(case.findings) for case in cases))
    return Outcome(count["passed"], count["failed"], count["unknown"], near)


# -- the search -----------------------------------------------------------------------------------------------------

Score: TypeAlias = Callable[[Cell], float]


class Search:
    """Climbs from cell to cell, with values that some rules tell apart.

    Attributes:
        values: The candidate values.
    """

    def __init__(self, bench: Bench, rules: Sequence[Rule], *, seed: str, examples: int) -> None:
        self._bench = bench
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._examples = examples
        self.values = Values(rules)

    def org(self, *cells: Cell) -> Org:
        """Return the org that some cells make."""
        return org_of(cells, self.values.others)

    def find(self, rule: Rule, want: Want) -> Cell | None:
        """Return a cell on which a rule passes or fails, or None when none was found."""
        return self.climb(
            lambda cell: self._bench.outcome(rule, self.org(cell)).nearness(want), 4.0, fields=fields_of(rule)
        )

    def climb(
        self, score: Score, goal: float, *, starts: Iterable[Cell] = (), fields: Sequence[str] = (), examples: int = 0
    ) -> Cell | None:
        """Return a cell whose score reaches the goal, or None when none was found among the examples.

        Args:
            score: How near a cell comes.
            goal: What is near enough.
            starts: Where to begin; the plain cell when none is given.
            fields: The fields to change first.
            examples: How many cells to try at most; the search's own number when 0.
        """
        climber = _Climber(self, score, goal, self._random, examples or self._examples, self._bench)
        order = [*fields, *(name for name in FIELDS if name not in fields)]
        return climber.run([*starts, Cell()], order, first=len(fields))


@dataclass
class _Climber:
    search: Search
    score: Score
    goal: float
    random: random.Random
    left: int
    bench: Bench

    def __post_init__(self) -> None:
        self._known: dict[Cell, float] = {}

    def run(self, starts: Sequence[Cell], order: Sequence[str], *, first: int) -> Cell | None:
        # What the rules look at comes first; everything else when that does not do, and then now and then.
        looked_at = order[:first] or order
        best, height = starts[0], float("-inf")
        for start in starts:
            reached, at = self._up(start, looked_at)
            if at > height:
                best, height = reached, at
            if height >= self.goal:
                return best
        for fields, pairs in ((looked_at, True), (order, False)):
            for neighbour in self._pairs(best, fields) if pairs else (best,):
                if self.left > 0 and (neighbour is best or self._height(neighbour) > height):
                    reached, at = self._up(neighbour, fields)
                    if at > height:
                        best, height = reached, at
                    if height >= self.goal:
                        return best
        rounds = 0
        while self.left > 0:
            kicked = best
            for _ in range(self.random.choice((1, 2, 2, 3, 3, 4, 6))):
                among = looked_at if self.random.random() < 0.8 else order
                kicked = self._changed(kicked, self.random.choice(among))
            rounds += 1
            reached, at = self._up(kicked, order if rounds % 6 == 0 else looked_at)
            if at >= self.goal:
                return reached
            if at >= height:
                best, height = reached, at
        return None

    def _pairs(self, cell: Cell, names: Sequence[str]) -> Iterator[Cell]:
        """Yield cells that differ in two fields at once, as far as half of what is left allows."""
        values = self.search.values.candidates
        pairs = (
            cell.but(**{one: this, other: that})
            for one, other in combinations(names, 2)
            for this in values[one]
            for that in values[other]
        )
        yield from islice(pairs, self.left // 2)

    def _changed(self, cell: Cell, name: str) -> Cell:
        return cell.but(**{name: self.random.choice(self.search.values.candidates[name])})

    def _up(self, cell: Cell, order: Sequence[str]) -> tuple[Cell, float]:
        """Go on to the first neighbour that is nearer, as long as there is one."""
        height = self._height(cell)
        climbing = True
        while climbing and height < self.goal and self.left > 0:
            climbing = False
            for neighbour in self._neighbours(cell, order):
                at = self._height(neighbour)
                if at > height:
                    cell, height, climbing = neighbour, at, True
                    break
                if self.left <= 0:
                    break
        return cell, height

    def _height(self, cell: Cell) -> float:
        found = self._known.get(cell)
        if found is None:
            self.left -= 1
            self.bench.tried += 1
            found = self._known[cell] = self.score(cell)
        return found

    def _neighbours(self, cell: Cell, order: Sequence[str]) -> Iterator[Cell]:
        values: Mapping[str, Sequence[object]] = self.search.values.candidates
        for name in order:
            now = getattr(cell, name)
            for value in values[name]:
                if value != now:
                    yield cell.but(**{name: value})
            if isinstance(now, tuple):
                for items in self.search.values.toggled(cell, name):
                    yield cell.but(**{name: items})
