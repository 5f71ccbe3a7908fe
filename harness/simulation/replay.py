"""Counterexamples that are kept: everything that is needed to play one again, and an id that follows from it."""

import hashlib

import msgspec

from harness.errors import InputError, Problem
from harness.simulation.courses import Course, Move, Part, play
from harness.simulation.promises import Promise
from harness.simulation.timeline import timeline

__all__ = ["REPLAY_FORMAT", "Counterexample", "decode_counterexample"]

REPLAY_FORMAT = 1


class Counterexample(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A conversation that breaks what a definition promises.

    Attributes:
        definition: The definition's identifier, or its name.
        queue: The queue's name.
        names: What the ids in it are called.
        format: Of the file that it is kept in.
    """

    definition: str
    queue: str
    promise: Promise
    parts: tuple[Part, ...]
    moves: tuple[Move, ...]
    names: dict[str, str]
    format: int = REPLAY_FORMAT

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits that follow from everything else."""
        return hashlib.sha256(self.encode()).hexdigest()[:12]

    def encode(self) -> bytes:
        """Return it as a file holds it: equal ones have equal bytes."""
        packed = msgspec.json.encode(self, order="deterministic")
        return msgspec.json.format(packed, indent=2) + b"\n"

    def play(self) -> Course:
        """Play it again."""
        return play(self.parts, self.moves)

    def broken(self) -> str | None:
        """Return how it breaks the promise, or None when it does not any more: the lifecycle has changed."""
        return self.promise.broken_by(self.play())

    def timeline(self) -> str:
        """Return what happens, with names in place of ids; safe to print."""
        return timeline(self.play(), lambda id: self.names.get(id, id))


def decode_counterexample(content: bytes, path: str) -> Counterexample:
    """Return a counterexample that was kept.

    Args:
        content: What the file holds.
        path: The file, for the message.

    Raises:
        InputError: If it is none, or of another format.
    """
    hint = "run wrapup simulate again, with the seed that found it"
    try:
        found = msgspec.json.decode(content, type=Counterexample)
    except (msgspec.ValidationError, msgspec.DecodeError, ValueError) as error:
        raise InputError([Problem(path, f"not a counterexample: {error}", hint=hint)]) from None
    if found.format != REPLAY_FORMAT:
        what = f"a counterexample of format {found.format}"
        raise InputError([Problem(path, what, expected=f"format {REPLAY_FORMAT}", hint=hint)])
    if not found.parts:
        raise InputError([Problem(path, "a counterexample without agents", hint=hint)])
    return found
