"""Which rules no org satisfies together, in the smallest sets.

Rules about different things never stand in each other's way, so for each rule it is enough to find a cell on which it
passes and on which no other rule fails. Where there is none, the smallest set of rules that always stand against it
is worked out from examples: every example on which the rule passes names some that fail, and a set that is to blame
has one of each of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

from harness.policy.model import Rule
from harness.simulation.search import Bench, Search
from harness.simulation.search_cells import FIELDS, Cell
from harness.simulation.search_reads import fields_of

__all__ = ["Contradiction", "Together", "merged"]

_LARGEST: Final = 4
_ROUNDS: Final = 12


@dataclass(frozen=True)
class Contradiction:
    """A smallest set of rules that no org was found to satisfy together.

    Attributes:
        rules: The rules, in the policies' order.
        tried: How many orgs were tried on which one of them passes.
    """

    rules: tuple[Rule, ...]
    tried: int


class Together:
    """Tries rules together.

    Attributes:
        contradictions: What was found, in the rules' order.
        apart: Rules that were not shown in one org with all others.
    """

    def __init__(
        self, bench: Bench, rules: Sequence[Rule], cells: Mapping[str, Cell], *, seed: int, examples: int
    ) -> None:
        self._bench, self._seed, self._examples = bench, seed, examples
        self._cells = cells
        self._place = {rule.id: number for number, rule in enumerate(rules)}
        self._found: dict[frozenset[str], Contradiction] = {}
        apart: dict[str, Rule] = {}
        for in_force in _in_force_together(rules):
            for rule in self._show(in_force):
                apart[rule.id] = rule
        least = [it for it in self._found if not any(other < it for other in self._found)]
        self.contradictions = tuple(
            self._found[it] for it in sorted(least, key=lambda ids: sorted(self._place[one] for one in ids))
        )
        blamed = {rule.id for it in self.contradictions for rule in it.rules}
        self.apart = tuple(rule for rule in rules if rule.id in apart and rule.id not in blamed)

    # -- one org for all ------------------------------------------------------------------------------------

    def _show(self, rules: Sequence[Rule]) -> Iterator[Rule]:
        """Put cells side by side until every rule passes; yield the rules for which that did not come about."""
        search = Search(self._bench, rules, seed=f"{self._seed} together", examples=self._examples)
        shown: list[Cell] = []
        for rule in rules:
            if shown and self._bench.outcome(rule, search.org(*shown)).passes:
                continue
            cell = self._clean(rule, rules, search, shown)
            if cell is None:
                continue
            if shown and self._against(rules, search, *shown, cell):
                beside = self._beside(rule, rules, search, shown, cell)
                if beside is None:
                    yield rule
                    continue
                cell = beside
            shown.append(cell)

    def _beside(
        self, rule: Rule, rules: Sequence[Rule], search: Search, shown: Sequence[Cell], cell: Cell
    ) -> Cell | None:
        """Return a cell that goes with those that are there: under other names, if need be."""
        org, other = search.org(*shown), cell
        definitions = org.agreed.definitions
        taken: dict[str, set[str | None]] = {
            "code_name": {it.name for it in org.codes},
            "queue_name": {it.name for it in org.queues},
            "identifier": {it.identifier for it in definitions},
            "disposition": {it.disposition for it in definitions},
        }
        for name, words in taken.items():
            word = getattr(cell, name)
            if word is not None and word in words:
                renamed = next((it for it in search.values.others(name, word) if it not in words), word)
                other = other.but(**{name: renamed})
        for candidate in (other, cell):
            beside = search.org(*shown, candidate)
            if self._bench.outcome(rule, beside).passes and not self._against(rules, search, *shown, candidate):
                return candidate
        return search.climb(
            lambda it: self._height(rule, rules, search, *shown, it), 4.0, starts=[other], fields=fields_of(rule)
        )

    # -- one cell on which nothing fails --------------------------------------------------------------------

    def _clean(self, rule: Rule, rules: Sequence[Rule], search: Search, shown: Sequence[Cell]) -> Cell | None:
        """Return a cell on which a rule passes and no other fails; what stands in the way is written down."""
        blamed: set[str] = set()
        for _ in range(_ROUNDS):
            for found in self._found:
                blamed |= found if rule.id in found else set()
            others = [it for it in rules if it is not rule and it.id not in blamed]
            witness = self._cells[rule.id]
            starts = [
                witness,
                *(merged([it, witness]) for it in shown),
                merged([self._cells[it.id] for it in (*others, rule)]),
            ]
            cell, samples = self._grow(rule, others, search, starts)
            if cell is not None:
                return None if blamed else cell
            more = self._blamed(rule, others, samples)
            if more is None:
                return None
            blamed |= {it.id for it in more}
        return None

    def _grow(
        self, rule: Rule, others: Sequence[Rule], search: Search, starts: Sequence[Cell]
    ) -> tuple[Cell | None, set[frozenset[str]]]:
        """Mend what fails, rule by rule; return the cell, or what failed whenever the rule passed."""
        mended: list[Rule] = []
        samples: set[frozenset[str]] = set()
        ranked = [(self._height(rule, others, search, it, samples=samples), -n) for n, it in enumerate(starts)]
        cell: Cell | None = starts[-max(ranked)[1]]
        while cell is not None:
            against = self._against(others, search, cell)
            if not against and self._bench.outcome(rule, search.org(cell)).passes:
                return cell, samples
            mended = [it for it in others if it in mended or it in against]
            cell = self._mend(rule, mended, [cell, starts[0]], samples)
        return None, samples

    def _mend(
        self,
        rule: Rule,
        others: Sequence[Rule],
        starts: Sequence[Cell],
        samples: set[frozenset[str]],
        *,
        attempt: int = 1,
    ) -> Cell | None:
        """Return a cell on which a rule passes and some others do not fail; add what failed when it passed."""
        ids = f"{attempt} " + " ".join(it.id for it in (rule, *others))
        search = Search(self._bench, [rule, *others], seed=f"{self._seed} {ids}", examples=self._examples)

        def height(cell: Cell) -> float:
            return self._height(rule, others, search, cell, samples=samples)

        fields = dict.fromkeys(name for it in (rule, *others) for name in fields_of(it))
        witnesses = [self._cells[it.id] for it in (*others, rule)]
        turned = merged([*witnesses[attempt - 1 :], *witnesses[: attempt - 1]])
        return search.climb(height, 4.0, starts=[*starts, turned], fields=tuple(fields))

    def _height(
        self,
        rule: Rule,
        others: Sequence[Rule],
        search: Search,
        *cells: Cell,
        samples: set[frozenset[str]] | None = None,
    ) -> float:
        came, *outcomes = self._bench.outcomes([rule, *others], search.org(*cells))
        height = came.nearness("pass") - (4.0 - came.nearness("pass")) * 3
        against = set()
        for other, outcome in zip(others, outcomes, strict=True):
            if outcome.stands_against and other is not rule:
                against.add(other.id)
                height -= 1.0 + (1.0 - outcome.near) / 2
        if came.passes and against and samples is not None:
            samples.add(frozenset(against))
        return height

    def _against(self, rules: Sequence[Rule], search: Search, *cells: Cell) -> list[Rule]:
        outcomes = self._bench.outcomes(rules, search.org(*cells))
        return [rule for rule, outcome in zip(rules, outcomes, strict=True) if outcome.stands_against]

    # -- who is to blame ------------------------------------------------------------------------------------

    def _blamed(self, rule: Rule, others: Sequence[Rule], samples: set[frozenset[str]]) -> Sequence[Rule] | None:
        """Return a smallest set that stands against a rule, written down as found; None when it is too large."""
        by_id = {it.id: it for it in others}
        before = self._bench.tried
        while True:
            blamed = self._smallest_hitting(samples)
            if blamed is None:
                return None
            rules = [by_id[it] for it in blamed]
            # To blame rules that go together is the worst that could be said: it is looked for once more, otherwise.
            start = [self._cells[rule.id]]
            cell = self._mend(rule, rules, start, set()) or self._mend(rule, rules, start, set(), attempt=2)
            if cell is None:
                if not self._contradict(rules):
                    self._write_down([rule, *rules], self._bench.tried - before)
                return rules
            search = Search(self._bench, [rule, *others], seed="", examples=1)
            against = frozenset(it.id for it in self._against(others, search, cell))
            if not against:
                return None
            samples.add(against)

    def _contradict(self, rules: Sequence[Rule]) -> bool:
        """Tell whether rules stand against each other by themselves; if so, the smallest set is written down."""
        if len(rules) < 2:
            return False
        first, *others = rules
        if any(found <= {it.id for it in rules} for found in self._found):
            return True
        search = Search(self._bench, rules, seed="", examples=1)
        cell, samples = self._grow(first, others, search, [self._cells[first.id]])
        return cell is None and self._blamed(first, others, samples) is not None

    def _write_down(self, rules: Sequence[Rule], tried: int) -> None:
        everyone = sorted(rules, key=lambda it: self._place[it.id])
        self._found.setdefault(frozenset(it.id for it in everyone), Contradiction(tuple(everyone), tried))

    def _smallest_hitting(self, samples: set[frozenset[str]]) -> Sequence[str] | None:
        named = sorted(frozenset().union(*samples), key=lambda it: self._place[it])
        for size in range(1, _LARGEST):
            for some in combinations(named, size):
                if all(sample.intersection(some) for sample in samples):
                    return some
        return None


def merged(cells: Sequence[Cell]) -> Cell:
    """Return a cell with what is not plain in some cells; a later one wins."""
    plain = Cell()
    changes = {
        name: getattr(cell, name) for cell in cells for name in FIELDS if getattr(cell, name) != getattr(plain, name)
    }
    return plain.but(**changes)


def _in_force_together(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Return the largest sets of rules that are in effect on one day."""
    days = {date.min, *(rule.effective.since for rule in rules if rule.effective.since)}
    sets = []
    for day in sorted(days):
        sets.append([it for it in rules if _on(it, day)])
    ids = [frozenset(it.id for it in some) for some in sets]
    return [some for some, here in zip(sets, ids, strict=True) if some and not any(here < other for other in ids)]


def _on(rule: Rule, day: date) -> bool:
    since, until = rule.effective.since, rule.effective.until
    return (since is None or since <= day) and (until is None or day <= until)
