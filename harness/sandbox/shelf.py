"""The entities of one resource, and which of their changes readers can see already."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Generic, TypeVar

__all__ = ["Shelf", "writing_late"]

_T = TypeVar("_T")

_delay_ms: ContextVar[int] = ContextVar("_delay_ms", default=0)


@contextmanager
def writing_late(milliseconds: int) -> Iterator[None]:
    """Let what is written inside become visible to readers only after a while."""
    token = _delay_ms.set(milliseconds)
    try:
        yield
    finally:
        _delay_ms.reset(token)


class Shelf(Generic[_T]):
    """Entities by id. What lies on it is never changed in place: a change puts a new entity there.

    Args:
        entities: What lies there at first, in the order that readers get.
        now: The sandbox's time.
    """

    def __init__(self, entities: Iterable[tuple[str, _T]], now: Callable[[], datetime]) -> None:
        self._entities = dict(entities)
        self._now = now
        self._unseen: list[tuple[datetime, str, _T | None]] = []

    @property
    def all(self) -> Mapping[str, _T]:
        """Everything as it is, seen or not, by id."""
        return self._entities

    def current(self, entity_id: str) -> _T | None:
        """Return an entity as it is, seen or not; None when there is none."""
        return self._entities.get(entity_id)

    def get(self, entity_id: str) -> _T | None:
        """Return an entity as readers see it; None when they see none."""
        return self.visible.get(entity_id)

    @property
    def visible(self) -> Mapping[str, _T]:
        """What readers see, by id."""
        now = self._now()
        self._unseen = [change for change in self._unseen if change[0] > now]
        if not self._unseen:
            return self._entities
        seen = dict(self._entities)
        for _, entity_id, before in reversed(self._unseen):
            if before is None:
                seen.pop(entity_id, None)
            else:
                seen[entity_id] = before
        return seen

    def put(self, entity_id: str, entity: _T | None) -> _T | None:
        """Put an entity in its place, or None to take it away; return what was there before."""
        before = self._entities.get(entity_id)
        if delay_ms := _delay_ms.get():
            self._unseen.append((self._now() + timedelta(milliseconds=delay_ms), entity_id, before))
        if entity is None:
            self._entities.pop(entity_id, None)
        else:
            self._entities[entity_id] = entity
        return before
