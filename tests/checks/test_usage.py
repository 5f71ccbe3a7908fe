"""Checks of the family usage: what the evidence does not tell never decides a verdict."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from harness.checks import usage
from harness.checks.outcome import outcome_on
from harness.checks.parameters import Share
from harness.model.tiny import an_org
from harness.model.usage import Covered, Measured, Usage

ORG = an_org()
COUNTS = st.integers(0, 30)
SHARES = st.fractions(0, 1, max_denominator=20)


def verdict(part: int, whole: int, untold: int, share: Fraction) -> str:
    found = Usage(queue_id=None, covered=Covered(), wrapped=whole, timed_out=part, untold=untold)
    return outcome_on(usage.timeouts, found, ORG, {"at_most": Share(share)}).verdict


@given(COUNTS, COUNTS, COUNTS, SHARES)
def test_a_verdict_holds_whatever_the_untold_handlings_were(part: int, rest: int, untold: int, share: Fraction) -> None:
    """Each of them may belong to the part, to the rest, or be no case for the rule at all."""
    came = verdict(part, part + rest, untold, share)
    possible = {
        verdict(part + worse, part + rest + worse + better, 0, share)
        for worse in range(untold + 1)
        for better in range(untold + 1 - worse)
    }
    if came in ("passed", "failed"):
        assert possible - {"not applicable"} == {came}
    elif came == "unknown":
        assert len(possible) > 1
    else:
        assert possible == {"not applicable"}


@given(COUNTS, COUNTS, SHARES)
def test_the_share_itself_is_right_and_anything_worse_is_not(part: int, rest: int, share: Fraction) -> None:
    whole = part + rest
    expected = "not applicable" if not whole else "passed" if Fraction(part, whole) <= share else "failed"
    assert verdict(part, whole, 0, share) == expected


def test_a_sample_that_is_too_small_only_if_untold_handlings_are_none_is_unknown() -> None:
    """It may be large enough: then *not applicable* would hide a case."""
    found = Usage(queue_id=None, covered=Covered(), wrapped=8, timed_out=0, untold=4)
    came = outcome_on(usage.timeouts, found, ORG, {"at_most": Share(Fraction(0)), "from_": 10})
    assert came.verdict == "unknown"
    assert came.reason == (
        "whether there is enough to judge by is unknown: the evidence does not tell enough about 4 handlings"
    )


def test_evidence_without_a_known_end_says_so_beside_the_number() -> None:
    found = Usage(queue_id=None, covered=Covered(), wrapped=8, timed_out=0)
    came = outcome_on(usage.timeouts, found, ORG, {"at_most": Share(Fraction(0))})
    assert came.notes == ("0 of 8 wrap-ups timed out (0%); until when the data is complete is not known",)


def row(**numbers: object) -> Usage:
    return Usage(**{"queue_id": "queue-1", "covered": Covered()} | numbers)  # type: ignore[arg-type]


def test_what_was_not_chosen_in_a_judged_wrap_up_is_no_case() -> None:
    """All of its uses are still pending."""
    came = outcome_on(usage.offered, row(code_id="code-1", coded=0, left_out=2), ORG, {})
    assert (came.verdict, came.reason) == (
        "not applicable",
        "the code was not chosen in a wrap-up that is judged",
    )


def test_dominance_needs_a_queue_whose_codes_are_known() -> None:
    numbers = {"coded": 9, "top_code_id": "code-1", "top_coded": 9}
    parameters = {"at_most": Share(Fraction(1, 2))}
    gone = outcome_on(usage.dominant, row(**numbers), ORG, parameters)
    assert gone.reason == "which codes the queue offers is unknown: the org does not hold the queue: it may be deleted"
    none = outcome_on(usage.dominant, row(queue_id=None, **numbers), ORG, parameters)
    assert none.verdict == "not applicable"


def test_a_code_that_evidence_was_not_asked_about_is_unknown() -> None:
    org = an_org(codes=["Sale"]).observing(Measured(Covered()))
    came = outcome_on(usage.unused, org.codes[0], org, {"days": 7})
    assert came.reason == "whether the code is used is unknown: the evidence was not asked"


def test_a_deleted_code_is_no_case_for_the_crm() -> None:
    came = outcome_on(usage.reconciled, row(code_id="code-9", coded=3, shown={}), ORG, {"at_least": Share(Fraction(1))})
    assert came.reason == "the code is deleted, and maps to nothing any more"


def test_a_number_that_was_not_asked_for_is_unknown_and_not_nought() -> None:
    came = outcome_on(usage.timeouts, row(), ORG, {"at_most": Share(Fraction(1))})
    assert came.reason == "what agents did is unknown: the evidence was not asked for it"
