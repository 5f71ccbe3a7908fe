"""Recognising an entity of one org in another, although it was renamed or made anew."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from harness.model import Agent, Division, Queue, Skill, WrapUpCode, is_known
from harness.orgs.references import is_address

__all__ = ["Entity", "Matched", "comparable", "match"]

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

    @property
    def new_ids(self) -> Mapping[str, str]:
        """Old id → new id of what is in both."""
        return {old.id: new.id for old, new in self.both}


def comparable(one: str, other: str) -> bool:
    """Tell whether two ids that differ are sure to mean two things: both the platform's, or both addresses."""
    return is_address(one) == is_address(other)


def match(old: Sequence[Entity], new: Sequence[Entity], *, by_name: bool = True) -> Matched[Entity]:
    """Match entities by id, and what is left by exact name where that is told apart on both sides.

    Args:
        old: The entities of the old org.
        new: The entities of the new org.
        by_name: Whether names may be used; a pseudonym follows from the id and says nothing more.
    """
    old_by_id = {entity.id: entity for entity in old}
    shared = old_by_id.keys() & {entity.id for entity in new}
    old_left = [entity for entity in old if entity.id not in shared]
    new_left = [entity for entity in new if entity.id not in shared]
    old_by_name = _only_by_name(old_left) if by_name else {}
    new_by_name = _only_by_name(new_left) if by_name else {}
    renewed = {new_by_name[name].id: old_by_name[name] for name in old_by_name.keys() & new_by_name.keys()}
    gone = {entity.id for entity in renewed.values()}
    return Matched(
        both=[(old_by_id[it.id] if it.id in shared else renewed[it.id], it) for it in new if it.id in shared | renewed.keys()],
        removed=[entity for entity in old_left if entity.id not in gone],
        added=[entity for entity in new_left if entity.id not in renewed],
    )


def _only_by_name(entities: Sequence[Entity]) -> dict[str, Entity]:
    named = [entity for entity in entities if is_known(entity.name)]
    count = Counter(entity.name for entity in named)
    return {entity.name: entity for entity in named if count[entity.name] == 1}
