"""What is wrong with how an agent's part was wrapped up: no code, the platform's own, or one its queue does not offer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from harness.client import GenesysClient
from harness.errors import NotFoundError
from harness.model import is_system_code
from harness.model.ids import DEFAULT_CODE_ID
from harness.operations.parts import AgentPart
from harness.operations.reading import read_queue_codes

__all__ = ["Lapse", "LapseKind", "Offers", "lapse_kind"]

LapseKind: TypeAlias = Literal["no code", "system code", "code not offered"]
"""`system code`: the platform wrote one of its own, because the time was up or the agent skipped."""

_STALE_S = 300.0
_FRESH_S = 30.0


@dataclass(frozen=True, kw_only=True)
class Lapse:
    """A handling that ended after-call work without a code that counts.

    Attributes:
        part: As the API showed it last.
        late: Whether analytics told of it, and no event before that.
        default: Whether the queue's default code was `applied`, or that `failed`; None when it was not tried.
        detail: Why it failed, or None.
    """

    part: AgentPart
    kind: LapseKind
    late: bool
    default: str | None = None
    detail: str | None = None


class Offers:
    """Which codes queues offer; asked again when that was long ago.

    Args:
        client: Reads.
        clock: Seconds.
    """

    def __init__(self, client: GenesysClient, clock: Callable[[], float]) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, tuple[float, frozenset[str] | None]] = {}

    def allows(self, queue_id: str, code: str) -> bool:
        """Tell whether an agent may choose a code on a queue; of a queue that is gone nobody can say no."""
        offered = self._offered(queue_id, _STALE_S)
        if offered is not None and code not in (offered or {DEFAULT_CODE_ID}):
            # It may have been attached since.
            offered = self._offered(queue_id, _FRESH_S)
        return offered is None or code in (offered or {DEFAULT_CODE_ID})

    def _offered(self, queue_id: str, at_most_s: float) -> frozenset[str] | None:
        now = self._clock()
        read_at, offered = self._known.get(queue_id, (float("-inf"), None))
        if now - read_at >= at_most_s:
            try:
                offered = frozenset(code.id for code in read_queue_codes(self._client, queue_id))
            except NotFoundError:
                offered = None
            self._known[queue_id] = now, offered
        return offered


def lapse_kind(part: AgentPart, offers: Offers) -> LapseKind | None:
    """Return what is wrong with the code of a part whose after-call work is over, or None."""
    if part.code is None:
        return "no code"
    if is_system_code(part.code) and part.code != DEFAULT_CODE_ID:
        return "system code"
    if part.queue_id is not None and not offers.allows(part.queue_id, part.code):
        return "code not offered"
    return None
