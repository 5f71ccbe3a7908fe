"""What a watch counts."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from harness.operations.lapses import LapseKind

__all__ = ["Summary", "Tally"]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a watch saw.

    Attributes:
        began: When it began.
        looked_back_to: Up to when analytics was looked into, or None when it never could be.
        handlings: Handlings that ended after-call work.
        lapses: How many of them lapsed, by kind.
        found_late: Lapses that no event told of in time, but analytics.
        defaults: How often the queue's default code was applied.
        repeated: Endings that were told again.
        reconnects: How often the socket was lost.
        undetermined: Handlings that ended and could not be judged.
    """

    began: datetime
    looked_back_to: datetime | None
    handlings: int
    lapses: dict[LapseKind, int]
    found_late: int
    defaults: int
    repeated: int
    reconnects: int
    undetermined: int


@dataclass
class Tally:
    """Counts while a watch goes on."""

    handlings: int = 0
    lapses: Counter[LapseKind] = field(default_factory=Counter)
    found_late: int = 0
    defaults: int = 0
    repeated: int = 0
    reconnects: int = 0
    given_up: int = 0

    def summary(self, *, began: datetime, looked_back_to: datetime | None, pending: int) -> Summary:
        """Return what was counted so far; what is pending could not be judged yet."""
        return Summary(
            began=began,
            looked_back_to=looked_back_to,
            handlings=self.handlings,
            lapses=dict(self.lapses),
            found_late=self.found_late,
            defaults=self.defaults,
            repeated=self.repeated,
            reconnects=self.reconnects,
            undetermined=pending + self.given_up,
        )
