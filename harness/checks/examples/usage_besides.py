"""Examples of the family usage: codes that nobody used, and what the CRM shows."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from harness.checks.example import Example, fails, not_applicable, passes, unclear
from harness.checks.examples.usage import COVERED, REFUND, SALE, UNTIL, a_share, an_org_used
from harness.model import Org
from harness.model.tiny import a_code, an_org
from harness.model.usage import CodeUse, Covered, Measured

__all__ = ["EXAMPLES"]


def _used(use: CodeUse | None, *, created: str | None = "2025-01-01T00:00:00Z", covered: Covered = COVERED) -> Org:
    org = an_org(codes=[a_code("Sale", created=created)])
    return org.observing(Measured(covered, codes={} if use is None else {"code-1": use}))


_LATE: Final = datetime(2026, 10, 30, 12, tzinfo=UTC)
_EARLY: Final = datetime(2026, 10, 5, 12, tzinfo=UTC)
_SHORT: Final = Covered(
    ((datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)),), datetime(2026, 11, 1, tzinfo=UTC)
)

EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "usage.unused": (
        passes(
            "*Sale* was last used two days before the evidence ends.",
            _used(CodeUse(7, _LATE)),
            "code Sale",
            f"used 7 times, last on 2026-10-30; {UNTIL}",
            days=14,
        ),
        fails(
            "*Sale* was used, and not any more in the last fourteen days.",
            _used(CodeUse(7, _EARLY)),
            "code Sale",
            "not used in the last 14 days; some use",
            days=14,
        ),
        not_applicable(
            "There is no evidence.",
            an_org(codes=["Sale"]),
            "code Sale",
            "no evidence was given",
            days=14,
        ),
        not_applicable(
            "*Sale* is new.",
            _used(None, created="2026-10-25T00:00:00Z"),
            "code Sale",
            "the code was created on 2026-10-25, and the rule wants 14 days",
            days=14,
        ),
        unclear(
            "The source does not say when *Sale* was created.",
            _used(None, created=None),
            "code Sale",
            "since when the code exists is unknown: it has no creation date",
            days=14,
        ),
        unclear(
            "The evidence covers twelve days, and the rule asks about fourteen.",
            _used(None, covered=_SHORT),
            "code Sale",
            "whether the code was used in the last 14 days is unknown: the evidence does not cover them",
            days=14,
        ),
        unclear(
            "*Sale* was written twice, perhaps only as a draft.",
            _used(CodeUse(0, None, untold=2)),
            "code Sale",
            "whether the code was used is unknown: 2 handlings may be drafts",
            days=14,
        ),
    ),
    "usage.reconciled": (
        passes(
            "The CRM shows *WON* for 99 of 100 sales.",
            an_org_used(code_id=SALE, coded=100, shown={"WON": 99, "LOST": 1}),
            "usage Sale @ Billing",
            f"99 of 100 wrap-ups shown as 'WON' (99%); 'LOST' 1; {UNTIL}",
            at_least=a_share(95),
        ),
        fails(
            "The CRM shows something else, or nothing, for every tenth sale.",
            an_org_used(code_id=SALE, coded=100, shown={"WON": 90, "LOST": 4, "": 1}, absent=3, several=2),
            "usage Sale @ Billing",
            "90 of 100 wrap-ups shown as 'WON' (90%); 'LOST' 4; no disposition 1; 3 missing in the CRM;"
            " 2 with contradicting records; at least 95%",
            at_least=a_share(95),
        ),
        passes(
            "Every record of the CRM has its conversation in the evidence.",
            an_org_used(None, handled=100, unmatched=0),
            "usage no conversation",
            f"0 of 100 records of the CRM without a conversation in the evidence (0%); {UNTIL}",
            at_least=a_share(95),
        ),
        not_applicable(
            "The CRM has records of conversations that the evidence does not hold; it may cover another period.",
            an_org_used(None, handled=100, unmatched=40),
            "usage no conversation",
            "40 of 100 records of the CRM without a conversation in the evidence (40%)",
            at_least=a_share(95),
        ),
        not_applicable(
            "*Refund* maps to no disposition.",
            an_org_used(code_id=REFUND, coded=100, shown={"WON": 99}),
            "usage Refund @ Billing",
            "the code maps to no disposition",
            at_least=a_share(95),
        ),
    ),
}
