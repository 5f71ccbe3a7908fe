"""What only a server's own transport can do: to break a connection, and to break off an answer."""

from collections.abc import Sequence
from typing import Protocol

__all__ = ["EXTENSION", "Wire"]

EXTENSION = "wrapup.sandbox.wire"
"""The ASGI extension under which a server offers its `Wire`."""


class Wire(Protocol):
    """The connection of one request."""

    async def reset(self) -> None:
        """Break it, with nothing said."""
        ...

    async def break_off(self, status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> None:
        """Send an answer whose headers promise more than `body`, and hang up."""
        ...
