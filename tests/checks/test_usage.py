"""Checks of the family usage: what the evidence does not tell never decides a verdict."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from harness.checks import usage
from harness.checks.outcome import outcome_on
from harness.checks.parameters import Share
from harness.model.tiny import an_org
from harness.model.usage import Covered, Usage

ORG = an_org()
COUNTS = st.integers(0, 30)
SHARES = st.fractions(0, 1, max_denominator=20)


def verdict(part: int, whole: int, untold: int, share: Fraction) -> str:
    row = Usage(queue_id=None, covered=Covered(), wrapped=whole, timed_out=part, untold=untold)
    return outcome_on(usage.timeouts, row, ORG, {"at_most": Share(share)}).verdict


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
    row = Usage(queue_id=None, covered=Covered(), wrapped=8, timed_out=0, untold=4)
    came = outcome_on(usage.timeouts, row, ORG, {"at_most": Share(Fraction(0)), "from_": 10})
    assert came.verdict == "unknown"
    assert came.reason == (
        "whether there is enough to judge by is unknown: the evidence does not tell enough about 4 handlings"
    )


def test_evidence_without_a_known_end_says_so_beside_the_number() -> None:
    row = Usage(queue_id=None, covered=Covered(), wrapped=8, timed_out=0)
    came = outcome_on(usage.timeouts, row, ORG, {"at_most": Share(Fraction(0))})
    assert came.notes == ("0 of 8 wrap-ups timed out (0%); until when the data is complete is not known",)
