"""Examples of the family usage: what is counted by queue, or by code and queue."""

from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Final

from harness.checks.example import Example, fails, not_applicable, passes, unclear
from harness.checks.parameters import Share
from harness.model import Org
from harness.model.tiny import a_definition, an_org
from harness.model.usage import Covered, Measured, Usage

__all__ = ["COVERED", "EXAMPLES", "REFUND", "SALE", "UNTIL", "a_share", "an_org_used"]

COVERED: Final = Covered(
    ((datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)),), datetime(2026, 11, 1, tzinfo=UTC)
)
UNTIL: Final = "data complete until 2026-11-01 00:00 UTC"
_PLAIN: Final = an_org(
    queues={"Billing": ["Sale", "Refund"], "Desk": ["Sale"]},
    codes=["Complaint"],
    definitions=[a_definition("Sale", disposition="WON"), a_definition("Refund")],
)


def a_share(percent: int) -> Share:
    """Return a share of so many percent."""
    return Share(Fraction(percent, 100))


def an_org_used(queue_id: str | None = "queue-1", org: Org = _PLAIN, **numbers: Any) -> Org:
    """Return an org, and the one row that was measured of what its agents did."""
    usage = Usage(
        queue_id=queue_id,
        queue=org.queue_by_id.get(queue_id or ""),
        code=org.code_by_id.get(numbers.get("code_id", "")),
        covered=COVERED,
        **numbers,
    )
    return org.observing(Measured(COVERED, usage=(usage,)))


def _code(name: str) -> str:
    return next(code.id for code in _PLAIN.codes if code.name == name)


SALE, REFUND, COMPLAINT = _code("Sale"), _code("Refund"), _code("Complaint")

EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "usage.coded": (
        passes(
            "Agents chose a code for 96 of 100 handlings; two more are still in after-call work.",
            an_org_used(handled=100, coded=96, left_out=2),
            "usage Billing",
            f"96 of 100 handlings coded (96%); 2 pending or provisional, left out; {UNTIL}",
            at_least=a_share(95),
        ),
        fails(
            "Agents chose a code for 90 of 100 handlings.",
            an_org_used(handled=100, coded=90),
            "usage Billing",
            "90 of 100 handlings coded (90%); at least 95%",
            at_least=a_share(95),
        ),
        passes(
            "Transferred handlings need no code; how many there were is printed.",
            an_org_used(handled=100, coded=96, exempt=20),
            "usage Billing",
            f"96 of 100 handlings coded (96%); 20 exempt (transferred); {UNTIL}",
            at_least=a_share(95),
            exempt=("transferred",),
        ),
        not_applicable(
            "Ten handlings are too few to say anything.",
            an_org_used(handled=10, coded=1),
            "usage Billing",
            "10 to judge by; the rule wants at least 50",
            at_least=a_share(95),
            from_=50,
        ),
        unclear(
            "Of ten handlings the source could not tell whether they were transferred, and they would decide.",
            an_org_used(handled=90, coded=88, exempt=5, untold=10),
            "usage Billing",
            "the share of handlings coded is unknown: the evidence does not tell enough about 10 handlings",
            at_least=a_share(95),
            exempt=("transferred",),
        ),
    ),
    "usage.timeouts": (
        passes(
            "Two of 200 wrap-ups timed out.",
            an_org_used(wrapped=200, timed_out=2),
            "usage Billing",
            f"2 of 200 wrap-ups timed out (1%); {UNTIL}",
            at_most=a_share(2),
        ),
        fails(
            "Six of 200 wrap-ups timed out, of handlings that came through no queue.",
            an_org_used(None, wrapped=200, timed_out=6),
            "usage no queue",
            "6 of 200 wrap-ups timed out (3%); at most 2%",
            at_most=a_share(2),
        ),
    ),
    "usage.default_code": (
        passes(
            "Nobody needed the Default Wrap-up Code.",
            an_org_used(wrapped=200, default_code=0),
            "usage Billing",
            f"0 of 200 wrap-ups with the Default Wrap-up Code (0%); {UNTIL}",
            at_most=a_share(0),
        ),
        fails(
            "Twenty of 200 wrap-ups have the Default Wrap-up Code.",
            an_org_used(wrapped=200, default_code=20),
            "usage Billing",
            "20 of 200 wrap-ups with the Default Wrap-up Code (10%); at most 5%",
            at_most=a_share(5),
        ),
    ),
    "usage.limit": (
        passes(
            "Five of 100 handlings took more than two minutes to wrap up.",
            an_org_used(wrapped=100, timed=100, over=5),
            "usage Billing",
            f"5 of 100 ACW durations over 120 s (5%); {UNTIL}",
            max=120_000,
            at_most=a_share(10),
        ),
        fails(
            "Thirty of 100 did, on the telephone.",
            an_org_used(wrapped=100, timed=100, over=30),
            "usage Billing",
            "30 of 100 ACW durations over 120 s (voice) (30%); at most 10%",
            max=120_000,
            at_most=a_share(10),
            channel="voice",
        ),
        unclear(
            "There are wrap-ups, and the source has no durations.",
            an_org_used(wrapped=100, timed=0, over=0),
            "usage Billing",
            "how long ACW took is unknown: 100 wrap-ups and no duration of any",
            max=120_000,
            at_most=a_share(10),
        ),
    ),
    "usage.offered": (
        passes(
            "Agents on Billing chose *Refund*, which Billing offers.",
            an_org_used(code_id=REFUND, coded=12),
            "usage Refund @ Billing",
            f"chosen 12 times; {UNTIL}",
        ),
        fails(
            "Agents on Billing chose *Complaint*, which Billing does not offer, at least today.",
            an_org_used(code_id=COMPLAINT, coded=3),
            "usage Complaint @ Billing",
            "chosen 3 times, and not offered today; a code that the queue offers",
        ),
        not_applicable(
            "A code that was chosen is deleted.",
            an_org_used(code_id="code-9", coded=3),
            "usage code-9 @ Billing",
            "the code is deleted; it was chosen 3 times",
        ),
        not_applicable(
            "The handlings came through no queue.",
            an_org_used(None, code_id=REFUND, coded=3),
            "usage Refund @ no queue",
            "the handlings came through no queue, and none offers codes to them",
        ),
        unclear(
            "The queue is deleted, so what it offered cannot be seen.",
            an_org_used("queue-9", code_id=REFUND, coded=3),
            "usage Refund @ queue-9",
            "which codes the queue offers is unknown: the org does not hold the queue: it may be deleted",
        ),
        unclear(
            "*Refund* may be only a draft.",
            an_org_used(code_id=REFUND, coded=0, untold=2),
            "usage Refund @ Billing",
            "whether the code was chosen is unknown: 2 handlings may be drafts",
        ),
    ),
    "usage.dominant": (
        passes(
            "*Sale* takes half of what is coded.",
            an_org_used(coded=100, top_code_id=SALE, top_coded=50),
            "usage Billing",
            f"50 of 100 coded handlings with 'Sale' (50%); {UNTIL}",
            at_most=a_share(80),
        ),
        fails(
            "*Sale* takes almost everything.",
            an_org_used(coded=100, top_code_id=SALE, top_coded=98),
            "usage Billing",
            "98 of 100 coded handlings with 'Sale' (98%); at most 80%",
            at_most=a_share(80),
        ),
        not_applicable(
            "Desk offers one code: agents have no choice.",
            an_org_used("queue-2", coded=100, top_code_id=SALE, top_coded=100),
            "usage Desk",
            "the queue offers 1 code, and that is no choice",
            at_most=a_share(80),
        ),
    ),
    "usage.noted": (
        passes(
            "Nine of ten refunds come with a note.",
            an_org_used(code_id=REFUND, noted=9, unnoted=1),
            "usage Refund @ Billing",
            f"9 of 10 wrap-ups with a note (90%); {UNTIL}",
            at_least=a_share(80),
        ),
        fails(
            "Half of the refunds come with a note.",
            an_org_used(code_id=REFUND, noted=5, unnoted=5),
            "usage Refund @ Billing",
            "5 of 10 wrap-ups with a note (50%); at least 80%",
            at_least=a_share(80),
        ),
        unclear(
            "The source does not tell whether there are notes.",
            an_org_used(code_id=REFUND, noted=0, unnoted=0, untold=10),
            "usage Refund @ Billing",
            "whether there is enough to judge by is unknown: the evidence does not tell enough about 10 handlings",
            at_least=a_share(80),
        ),
    ),
    "usage.changed": (
        passes(
            "One of 100 wrap-ups was changed later.",
            an_org_used(wrapped=100, changed=1),
            "usage Billing",
            f"1 of 100 wrap-ups changed (1%); {UNTIL}",
            at_most=a_share(2),
        ),
        fails(
            "Ten of 100 wrap-ups were changed later, after the dialer's mappings had run.",
            an_org_used(wrapped=100, changed=10),
            "usage Billing",
            "10 of 100 wrap-ups changed (10%); at most 2%",
            at_most=a_share(2),
        ),
    ),
}
