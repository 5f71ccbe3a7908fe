"""Recognising an entity of one org in another, although it was renamed or made anew."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from harness.model import Agent, Division, Queue, Skill, WrapUpCode, is_known
from harness.model.ids import is_address

__all__ = ["Entity", "Matched", "match", "unsure"]

Entity = TypeVar("Entity", WrapUpCode, Queue, Skill, Division, Agent)


@dataclass(frozen=True)
class Matched(Generic[Entity]):
    """The entities of one kind in two orgs.

    Attributes:
        both: Old and new, in the order of the new.
        removed: Only in the old.
        added: Only in the new.
    """

    both: Sequence[tuple[Entity, Entity]]
    removed: Sequence[Entity]
    added: Sequence[Entity]

    @cached_property
    def _new_ids(self) -> dict[str, str]:
        return {old.id: new.id for old, new in self.both}

    def new_id(self, old_id: str) -> str:
        """Return the id that an old entity has in the new org; its own when it is not recognised there."""
        return self._new_ids.get(old_id, old_id)

    def changed(self, old: Iterable[str], new: Iterable[str]) -> tuple[list[str], list[str]]:
        """Return the old ids that are not among the new, and the new ids that are not among the old."""
        before = {self.new_id(old_id): old_id for old_id in old}
        after = dict.fromkeys(new)
        return (
            [old_id for new_id, old_id in before.items() if new_id not in after],
            [new_id for new_id in after if new_id not in before],
        )


def unsure(removed: Iterable[str], added: Iterable[str]) -> bool:
    """Tell whether ids may mean the same things: some are the platform's, others addresses in an export."""
    return len({is_address(each) for each in [*removed, *added]}) > 1


def match(old: Sequence[Entity], new: Sequence[Entity], *, by_name: bool = True) -> Matched[Entity]:
    """Match entities by id, and what is left by exact name where only one on each side has it.

    Args:
        old: The entities of the old org.
        new: The entities of the new org.
        by_name: Whether names may be used.
    """
    old_by_id = {entity.id: entity for entity in old}
    new_ids = {entity.id for entity in new}
    predecessor = {entity.id: old_by_id[entity.id] for entity in new if entity.id in old_by_id}
    if by_name:
        old_by_name = _by_name(entity for entity in old if entity.id not in new_ids)
        new_by_name = _by_name(entity for entity in new if entity.id not in old_by_id)
        for name in old_by_name.keys() & new_by_name.keys():
            predecessor[new_by_name[name].id] = old_by_name[name]
    kept = {entity.id for entity in predecessor.values()}
    return Matched(
        both=[(predecessor[entity.id], entity) for entity in new if entity.id in predecessor],
        removed=[entity for entity in old if entity.id not in kept],
        added=[entity for entity in new if entity.id not in predecessor],
    )


def _by_name(entities: Iterable[Entity]) -> dict[str, Entity]:
    """Return the entities whose known name no other has."""
    named = [entity for entity in entities if is_known(entity.name)]
    count = Counter(entity.name for entity in named)
    return {entity.name: entity for entity in named if count[entity.name] == 1}
