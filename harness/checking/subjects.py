"""The subjects of one org, listed and labelled once for all rules of a policy."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.model import Identity, Kind, KindName, Org, Unknown, labels
from harness.policy.expressions import Expression, Facts, FactsReader
from harness.policy.model import Rule
from harness.policy.together import Together

__all__ = ["Subjects", "SubjectsByKind"]


@dataclass(frozen=True)
class Subjects:
    """All subjects of one kind, with their labels, identities and facts.

    Attributes:
        expressions: Those of the rules about this kind.
        given: The subjects of one rule, where they do not follow from the org alone; None: all of the kind.
    """

    kind: Kind
    org: Org
    expressions: tuple[Expression, ...]
    given: Sequence[Any] | None = None

    @cached_property
    def entities(self) -> Sequence[Any]:
        """The subjects, in an order that follows from the org, or from the evidence, alone."""
        return self.kind.enumerate(self.org) if self.given is None else self.given

    @cached_property
    def labels(self) -> Sequence[str]:
        """Their labels: printable, and different for different subjects."""
        return labels(self.kind, self.entities, self.org)

    @cached_property
    def identities(self) -> Sequence[Identity]:
        """What recognises them in other runs."""
        return [self.kind.identity(entity, self.org) for entity in self.entities]

    @cached_property
    def unseen(self) -> Mapping[int, Unknown]:
        """Stand-ins by their index: the unknown value that each stands for. They are never judged."""
        gaps = map(self.kind.unseen, self.entities)
        return {index: gap for index, gap in enumerate(gaps) if gap is not None}

    @cached_property
    def facts(self) -> Callable[[int], Facts]:
        """Read the facts about a subject by its index; each is read once."""
        variables = sorted({name for expression in self.expressions for name in expression.variables})
        read = FactsReader(self.kind.name, variables, self.org, Together(self.kind.name, self.expressions))
        known: list[Facts | None] = [None] * len(self.entities)

        def facts(index: int) -> Facts:
            found = known[index]
            if found is None:
                found = known[index] = read(self.entities[index])
            return found

        return facts


class SubjectsByKind:
    """The subjects of one org by kind, listed when first asked for.

    Args:
        org: The org.
        rules: All that will be judged.
        usage: Rule id → what evidence answered to a rule about usage: every such rule has subjects of its own.
    """

    def __init__(self, org: Org, rules: Iterable[Rule], usage: Mapping[str, Sequence[Any]] | None = None) -> None:
        self.org = org
        self._usage = usage or {}
        self._found: dict[KindName, Subjects] = {}
        self._expressions: defaultdict[KindName, list[Expression]] = defaultdict(list)
        for rule in rules:
            self._expressions[rule.kind.name] += [it for it in (rule.where, rule.expect) if it is not None]

    def __call__(self, kind: Kind) -> Subjects:
        """Return the subjects of a kind."""
        found = self._found.get(kind.name)
        if found is None:
            found = Subjects(kind, self.org, tuple(self._expressions[kind.name]))
            self._found[kind.name] = found
        return found

    def of(self, rule: Rule) -> Subjects:
        """Return the subjects of a rule."""
        given = self._usage.get(rule.id)
        if given is None:
            return self(rule.kind)
        expressions = tuple(it for it in (rule.where, rule.expect) if it is not None)
        return Subjects(rule.kind, self.org, expressions, given)
