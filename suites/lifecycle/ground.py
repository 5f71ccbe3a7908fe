"""Where the story is played, and what is made there: everything carries one prefix, and is removed in the end."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from harness.client import Access, GenesysClient
from harness.errors import ApiError, NotFoundError
from harness.operations import CrmAccess
from harness.operations.reading import codes_named, read_queues

CODES, QUEUES = "/api/v2/routing/wrapupcodes", "/api/v2/routing/queues"

T = TypeVar("T")

_SHOWN_S = 30.0
"""A listing may show for a while what was deleted."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the story is played.

    Attributes:
        may_write: Whether anything may be changed there.
        crm: The CRM's endpoint, or None when none was named.
        agent: The login of the agent who has the conversation, or None when nobody is logged in.
        agent_id: That agent's user id; None for anybody, in a sandbox.
        directed_at: The base URL of the sandbox that directs conversations, or None where only people can.
        queue_id: The queue to offer the codes on, or None for one of our own.
        conversation_id: A conversation on it that is in after-call work, or None.
        patience_s: How long what was written may take to show in analytics and audits.
    """

    access: Access
    may_write: bool
    crm: CrmAccess | None
    agent: Access | None
    agent_id: str | None
    directed_at: str | None
    queue_id: str | None = None
    conversation_id: str | None = None
    patience_s: float


class Ours:
    """Everything that the suite makes. Nothing else is ever changed for good.

    Only objects that carry exactly one of these names are removed, so that no prefix can hit anybody else's.

    Attributes:
        code: Name of the mandatory code.
        fallback: Name of the code that agents fall back to.
        queue: Name of the queue that demands a code.
        optional: Name of the queue that leaves it to the agent.
    """

    def __init__(self, client: GenesysClient, prefix: str) -> None:
        self.code, self.fallback = f"{prefix}code", f"{prefix}fallback"
        self.queue, self.optional = f"{prefix}queue", f"{prefix}optional"
        self._client = client

    def found(self) -> list[str]:
        """Return the paths of what is there."""
        queues = [queue for queue in read_queues(self._client) if queue.name in (self.queue, self.optional)]
        codes = [code for name in (self.code, self.fallback) for code in codes_named(self._client, name)]
        return [f"{QUEUES}/{queue.id}" for queue in queues] + [f"{CODES}/{code.id}" for code in codes]

    def remove(self) -> None:
        """Remove what is there; one thing that fails does not keep the rest."""
        failures = []
        for path in self.found():
            try:
                self._client.delete(path)
            except NotFoundError:
                continue
            except ApiError as error:
                failures.append(str(error))
        assert not failures, "\n".join(failures)
        assert until(lambda: not self.found() or None, _SHOWN_S), f"still there: {self.found()}; see --wrapup-clean"


def until(show: Callable[[], T | None], patience_s: float) -> T | None:
    """Return what is shown at last: analytics and audits come late. None when it never came."""
    ends = time.monotonic() + patience_s
    while (shown := show()) is None and time.monotonic() < ends:
        time.sleep(min(15, patience_s / 20))
    return shown
