"""The subjects of one org, listed and labelled once for all rules of a policy."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.model import Identity, Kind, KindName, Org, labels
from harness.policy.expressions import Facts, FactsReader
from harness.policy.model import Rule

__all__ = ["Subjects", "SubjectsByKind"]


@dataclass(frozen=True)
class Subjects:
    """All subjects of one kind, with their labels, identities and facts.

    Attributes:
        variables: The dotted names that some rule's expression reads.
    """

    kind: Kind
    org: Org
    variables: frozenset[str]

    @cached_property
    def entities(self) -> Sequence[Any]:
        """The subjects, in an order that follows from the org alone."""
        return self.kind.enumerate(self.org)

    @cached_property
    def labels(self) -> Sequence[str]:
        """Their labels: printable, and different for different subjects."""
        return labels(self.kind, self.entities, self.org)

    @cached_property
    def identities(self) -> Sequence[Identity]:
        """What recognises them in other runs."""
        return [self.kind.identity(entity, self.org) for entity in self.entities]

    @cached_property
    def facts(self) -> Callable[[int], Facts]:
        """Read the facts about a subject by its index; each is read once."""
        read = FactsReader(self.kind.name, self.variables, self.org)
        known: list[Facts | None] = [None] * len(self.entities)

        def facts(index: int) -> Facts:
            found = known[index]
            if found is None:
                found = known[index] = read(self.entities[index])
            return found

        return facts


class SubjectsByKind:
    """The subjects of one org by kind, listed when first asked for."""

    def __init__(self, org: Org, rules: Iterable[Rule]) -> None:
        self.org = org
        self._found: dict[KindName, Subjects] = {}
        self._variables: defaultdict[KindName, set[str]] = defaultdict(set)
        for rule in rules:
            for expression in (rule.where, rule.expect):
                if expression is not None:
                    self._variables[rule.kind.name].update(expression.variables)

    def __call__(self, kind: Kind) -> Subjects:
        """Return the subjects of a kind."""
        found = self._found.get(kind.name)
        if found is None:
            found = Subjects(kind, self.org, frozenset(self._variables[kind.name]))
            self._found[kind.name] = found
        return found
