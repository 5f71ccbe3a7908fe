"""Examples of the family usage."""

from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Final

from harness.checks.example import Example, fails, not_applicable, passes, unclear
from harness.checks.parameters import Share
from harness.model import Org
from harness.model.tiny import a_code, a_definition, an_org
from harness.model.usage import CodeUse, Covered, Measured, Usage

__all__ = ["EXAMPLES"]

_COVERED: Final = Covered(
    ((datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)),), datetime(2026, 11, 1, tzinfo=UTC)
)
_UNTIL: Final = "data complete until 2026-11-01 00:00 UTC"
_PLAIN: Final = an_org(
    queues={"Billing": ["Sale", "Refund"], "Desk": ["Sale"]},
    codes=["Complaint"],
    definitions=[a_definition("Sale", disposition="WON"), a_definition("Refund")],
)


def _share(percent: int) -> Share:
    return Share(Fraction(percent, 100))


def _org(queue_id: str | None = "queue-1", org: Org = _PLAIN, **numbers: Any) -> Org:
    usage = Usage(
        queue_id=queue_id,
        queue=org.queue_by_id.get(queue_id or ""),
        code=org.code_by_id.get(numbers.get("code_id", "")),
        covered=_COVERED,
        **numbers,
    )
    return org.observing(Measured(_COVERED, usage=(usage,)))


def _code(name: str) -> str:
    return next(code.id for code in _PLAIN.codes if code.name == name)


def _used(use: CodeUse | None, *, created: str | None = "2025-01-01T00:00:00Z", covered: Covered = _COVERED) -> Org:
    org = an_org(codes=[a_code("Sale", created=created)])
    return org.observing(Measured(covered, codes={} if use is None else {"code-1": use}))


_LATE: Final = datetime(2026, 10, 30, 12, tzinfo=UTC)
_EARLY: Final = datetime(2026, 10, 5, 12, tzinfo=UTC)
_SHORT: Final = Covered(
    ((datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)),), datetime(2026, 11, 1, tzinfo=UTC)
)
_SALE, _REFUND, _COMPLAINT = _code("Sale"), _code("Refund"), _code("Complaint")

EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "usage.coded": (
        passes(
            "Agents chose a code for 96 of 100 handlings; two more are still in after-call work.",
            _org(handled=100, coded=96, left_out=2),
            "usage Billing",
            f"96 of 100 handlings coded (96%); 2 pending or provisional, left out; {_UNTIL}",
            at_least=_share(95),
        ),
        fails(
            "Agents chose a code for 90 of 100 handlings.",
            _org(handled=100, coded=90),
            "usage Billing",
            "90 of 100 handlings coded (90%); at least 95%",
            at_least=_share(95),
        ),
        passes(
            "Transferred handlings need no code; how many there were is printed.",
            _org(handled=100, coded=96, exempt=20),
            "usage Billing",
            f"96 of 100 handlings coded (96%); 20 exempt (transferred); {_UNTIL}",
            at_least=_share(95),
            exempt=("transferred",),
        ),
        not_applicable(
            "Ten handlings are too few to say anything.",
            _org(handled=10, coded=1),
            "usage Billing",
            "10 to judge by; the rule wants at least 50",
            at_least=_share(95),
            from_=50,
        ),
        unclear(
            "Of ten handlings the source could not tell whether they were transferred, and they would decide.",
            _org(handled=90, coded=88, exempt=5, untold=10),
            "usage Billing",
            "the share of handlings coded is unknown: the evidence does not tell enough about 10 handlings",
            at_least=_share(95),
            exempt=("transferred",),
        ),
    ),
    "usage.timeouts": (
        passes(
            "Two of 200 wrap-ups timed out.",
            _org(wrapped=200, timed_out=2),
            "usage Billing",
            f"2 of 200 wrap-ups timed out (1%); {_UNTIL}",
            at_most=_share(2),
        ),
        fails(
            "Six of 200 wrap-ups timed out, of handlings that came through no queue.",
            _org(None, wrapped=200, timed_out=6),
            "usage no queue",
            "6 of 200 wrap-ups timed out (3%); at most 2%",
            at_most=_share(2),
        ),
    ),
    "usage.default_code": (
        passes(
            "Nobody needed the Default Wrap-up Code.",
            _org(wrapped=200, default_code=0),
            "usage Billing",
            f"0 of 200 wrap-ups with the Default Wrap-up Code (0%); {_UNTIL}",
            at_most=_share(0),
        ),
        fails(
            "Twenty of 200 wrap-ups have the Default Wrap-up Code.",
            _org(wrapped=200, default_code=20),
            "usage Billing",
            "20 of 200 wrap-ups with the Default Wrap-up Code (10%); at most 5%",
            at_most=_share(5),
        ),
    ),
    "usage.limit": (
        passes(
            "Five of 100 handlings took more than two minutes to wrap up.",
            _org(wrapped=100, timed=100, over=5),
            "usage Billing",
            f"5 of 100 ACW durations over 120 s (5%); {_UNTIL}",
            max=120_000,
            at_most=_share(10),
        ),
        fails(
            "Thirty of 100 did, on the telephone.",
            _org(wrapped=100, timed=100, over=30),
            "usage Billing",
            "30 of 100 ACW durations over 120 s (voice) (30%); at most 10%",
            max=120_000,
            at_most=_share(10),
            channel="voice",
        ),
        unclear(
            "There are wrap-ups, and the source has no durations.",
            _org(wrapped=100, timed=0, over=0),
            "usage Billing",
            "how long ACW took is unknown: 100 wrap-ups and no duration of any",
            max=120_000,
            at_most=_share(10),
        ),
    ),
    "usage.offered": (
        passes(
            "Agents on Billing chose *Refund*, which Billing offers.",
            _org(code_id=_REFUND, coded=12),
            "usage Refund @ Billing",
            f"chosen 12 times; {_UNTIL}",
        ),
        fails(
            "Agents on Billing chose *Complaint*, which Billing does not offer, at least today.",
            _org(code_id=_COMPLAINT, coded=3),
            "usage Complaint @ Billing",
            "chosen 3 times, and not offered today; a code that the queue offers",
        ),
        not_applicable(
            "A code that was chosen is deleted.",
            _org(code_id="code-9", coded=3),
            "usage code-9 @ Billing",
            "the code is deleted; it was chosen 3 times",
        ),
        not_applicable(
            "The handlings came through no queue.",
            _org(None, code_id=_REFUND, coded=3),
            "usage Refund @ no queue",
            "the handlings came through no queue, and none offers codes to them",
        ),
        unclear(
            "The queue is deleted, so what it offered cannot be seen.",
            _org("queue-9", code_id=_REFUND, coded=3),
            "usage Refund @ queue-9",
            "which codes the queue offers is unknown: the org does not hold the queue: it may be deleted",
        ),
        unclear(
            "*Refund* may be only a draft.",
            _org(code_id=_REFUND, coded=0, untold=2),
            "usage Refund @ Billing",
            "whether the code was chosen is unknown: 2 handlings may be drafts",
        ),
    ),
    "usage.dominant": (
        passes(
            "*Sale* takes half of what is coded.",
            _org(coded=100, top_code_id=_SALE, top_coded=50),
            "usage Billing",
            f"50 of 100 coded handlings with 'Sale' (50%); {_UNTIL}",
            at_most=_share(80),
        ),
        fails(
            "*Sale* takes almost everything.",
            _org(coded=100, top_code_id=_SALE, top_coded=98),
            "usage Billing",
            "98 of 100 coded handlings with 'Sale' (98%); at most 80%",
            at_most=_share(80),
        ),
        not_applicable(
            "Desk offers one code: agents have no choice.",
            _org("queue-2", coded=100, top_code_id=_SALE, top_coded=100),
            "usage Desk",
            "the queue offers 1 code, and that is no choice",
            at_most=_share(80),
        ),
    ),
    "usage.unused": (
        passes(
            "*Sale* was last used two days before the evidence ends.",
            _used(CodeUse(7, _LATE)),
            "code Sale",
            f"used 7 times, last on 2026-10-30; {_UNTIL}",
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
    "usage.noted": (
        passes(
            "Nine of ten refunds come with a note.",
            _org(code_id=_REFUND, noted=9, unnoted=1),
            "usage Refund @ Billing",
            f"9 of 10 wrap-ups with a note (90%); {_UNTIL}",
            at_least=_share(80),
        ),
        fails(
            "Half of the refunds come with a note.",
            _org(code_id=_REFUND, noted=5, unnoted=5),
            "usage Refund @ Billing",
            "5 of 10 wrap-ups with a note (50%); at least 80%",
            at_least=_share(80),
        ),
        unclear(
            "The source does not tell whether there are notes.",
            _org(code_id=_REFUND, noted=0, unnoted=0, untold=10),
            "usage Refund @ Billing",
            "whether there is enough to judge by is unknown: the evidence does not tell enough about 10 handlings",
            at_least=_share(80),
        ),
    ),
    "usage.changed": (
        passes(
            "One of 100 wrap-ups was changed later.",
            _org(wrapped=100, changed=1),
            "usage Billing",
            f"1 of 100 wrap-ups changed (1%); {_UNTIL}",
            at_most=_share(2),
        ),
        fails(
            "Ten of 100 wrap-ups were changed later, after the dialer's mappings had run.",
            _org(wrapped=100, changed=10),
            "usage Billing",
            "10 of 100 wrap-ups changed (10%); at most 2%",
            at_most=_share(2),
        ),
    ),
    "usage.reconciled": (
        passes(
            "The CRM shows *WON* for 99 of 100 sales.",
            _org(code_id=_SALE, coded=100, shown={"WON": 99, "LOST": 1}),
            "usage Sale @ Billing",
            f"99 of 100 wrap-ups shown as 'WON' (99%); 'LOST' 1; {_UNTIL}",
            at_least=_share(95),
        ),
        fails(
            "The CRM shows something else, or nothing, for every tenth sale.",
            _org(code_id=_SALE, coded=100, shown={"WON": 90, "LOST": 4, "": 1}, absent=3, several=2),
            "usage Sale @ Billing",
            "90 of 100 wrap-ups shown as 'WON' (90%); 'LOST' 4; no disposition 1; 3 missing in the CRM;"
            " 2 with contradicting records; at least 95%",
            at_least=_share(95),
        ),
        passes(
            "Every record of the CRM has its conversation in the evidence.",
            _org(None, handled=100, unmatched=0),
            "usage no conversation",
            f"0 of 100 records of the CRM without a conversation in the evidence (0%); {_UNTIL}",
            at_least=_share(95),
        ),
        not_applicable(
            "The CRM has records of conversations that the evidence does not hold; it may cover another period.",
            _org(None, handled=100, unmatched=40),
            "usage no conversation",
            "40 of 100 records of the CRM without a conversation in the evidence (40%)",
            at_least=_share(95),
        ),
        not_applicable(
            "*Refund* maps to no disposition.",
            _org(code_id=_REFUND, coded=100, shown={"WON": 99}),
            "usage Refund @ Billing",
            "the code maps to no disposition",
            at_least=_share(95),
        ),
    ),
}
