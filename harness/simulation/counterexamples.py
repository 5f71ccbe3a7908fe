"""The shortest conversation that breaks what a definition promises."""

from collections.abc import Iterator, Sequence
from itertools import product

import msgspec

from harness.model.lifecycle import Entry, Terms
from harness.simulation.courses import Action, Move, Part, play
from harness.simulation.promises import Promise

__all__ = ["breaking_moves"]

_OPENINGS: tuple[tuple[Move, ...], ...] = (
    (Move(action="answer"), Move(action="hang up")),
    (Move(action="answer"), Move(action="ask for ACW"), Move(action="hang up")),
)
_LAST: tuple[Action, ...] = ("leave", "skip")


def breaking_moves(promise: Promise, terms: Terms) -> Sequence[Move] | None:
    """Return the fewest moves of one agent that break a promise, or None when none do.

    Everything that an agent can do first in after-call work is tried, at every moment at which time alone changes
    something. That is enough: a property test finds nothing that only a longer conversation would break.

    Args:
        promise: What must hold.
        terms: What after-call work is like.
    """
    parts = [Part(terms=terms)]
    for moves in _moves(promise, terms):
        if promise.broken_by(play(parts, moves)) is not None:
            return moves
    return None


def _moves(promise: Promise, terms: Terms) -> Iterator[tuple[Move, ...]]:
    limits = [it for it in (promise.duration_ms, terms.timeout_ms) if it is not None]
    moments = sorted({0, *(max(0, limit + more) for limit in limits for more in (-1, 0))})
    wrap_up = Move(action="wrap up", entry=Entry(code=promise.code_id))
    yield from _OPENINGS
    for opening, move, after_ms in product(_OPENINGS, (wrap_up, *(Move(action=it) for it in _LAST)), moments):
        yield (*opening, msgspec.structs.replace(move, after_ms=after_ms))
