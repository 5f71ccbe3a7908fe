"""Checks of the family naming, beyond their examples."""

import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.checks import Share, naming
from harness.model import Org, WrapUpCode, unknown
from harness.testing import a_code, an_org, outcome

NAMELESS: Any = unknown("the code's name", "the plan computes it")
HALF = Share(Fraction(1, 2))


def findings(check: Any, org: Org, index: int, **parameters: Any) -> list[str]:
    return list(check(org.codes[index], org, **parameters))


def test_pattern_searches_unless_anchored() -> None:
    org = an_org(codes=["My Sale"])
    assert outcome(naming.pattern, org, "code My Sale", regex=re.compile("Sale")).verdict == "passed"
    assert outcome(naming.pattern, org, "code My Sale", regex=re.compile("^Sale")).verdict == "failed"


@pytest.mark.parametrize(
    ("check", "parameters"),
    [
        (naming.pattern, {"regex": re.compile("")}),
        (naming.max_length, {"limit": 10**6}),
        (naming.unique, {}),
        (naming.similar, {"at_most": Share(Fraction(1))}),
    ],
)
def test_a_name_that_is_not_known_is_judged_by_no_check(check: Any, parameters: dict[str, Any]) -> None:
    org = replace(an_org(), codes=(WrapUpCode(id="code-1", name=NAMELESS),))
    assert outcome(check, org, "code code-1", **parameters).reason == "the code's name is unknown: the plan computes it"


def test_described_is_unknown_when_the_description_is() -> None:
    org = an_org(codes=[a_code("Sale", description=NAMELESS)])
    assert outcome(naming.described, org, "code Sale", at_least=0).verdict == "unknown"


def test_an_empty_name_is_short_and_matches_what_matches_nothing() -> None:
    org = an_org(codes=[""])
    assert findings(naming.max_length, org, 0, limit=0) == []
    assert findings(naming.pattern, org, 0, regex=re.compile(r"\S")) == [r"name does not match; the pattern '\S'"]


@pytest.mark.parametrize("other", ["SALE", "Sale ", "\uff33ale", "Sa\u200ble", "S\u0430le", "\u00a0Sale"])
def test_unique_folds_what_a_reader_does_not_see(other: str) -> None:
    org = an_org(codes=["Sale", other])
    assert len(findings(naming.unique, org, 0)) == len(findings(naming.unique, org, 1)) == 1


@pytest.mark.parametrize("other", ["Sales", "Salé", "Sale 1", "Sale-"])
def test_unique_keeps_what_a_reader_does_see(other: str) -> None:
    org = an_org(codes=["Sale", other])
    assert findings(naming.unique, org, 0) == findings(naming.unique, org, 1) == []


@pytest.mark.parametrize(
    ("org", "reason"),
    [
        (an_org(codes=["Sale"], hidden={"wrapupcodes": "no permission"}), "no permission"),
        (
            an_org(codes=["Sale"], queues={"Billing": []}, offered={"queue-1": ("code-9",)}),
            "the recording refers to 1 codes whose name it does not hold",
        ),
        (
            an_org(codes=["Sale"], flags={"code-9": []}, source="export"),
            "the export refers to 1 codes whose name it does not hold",
        ),
        (
            an_org(codes=["Sale", a_code(NAMELESS, id="code-9")]),
            "the recording refers to 1 codes whose name it does not hold",
        ),
    ],
)
def test_unique_is_unknown_when_a_hidden_code_may_have_the_name(org: Org, reason: str) -> None:
    assert outcome(naming.unique, org, "code Sale").reason == f"whether the name is unique is unknown: {reason}"


def test_unique_does_not_mind_flags_of_deleted_codes_in_a_recording() -> None:
    """The platform keeps them; a deleted code has no name to collide with."""
    org = an_org(codes=["Sale"], flags={"deleted-code": []})
    assert outcome(naming.unique, org, "code Sale").verdict == "passed"


def test_unique_finds_a_visible_twin_whatever_is_hidden() -> None:
    org = an_org(codes=["Sale", "SALE"], hidden={"wrapupcodes": "no permission"})
    assert outcome(naming.unique, org, "code Sale").verdict == "failed"


@pytest.mark.parametrize(("at_most", "number"), [(Fraction(3, 4), 0), (Fraction(749, 1000), 1), (Fraction(0), 1)])
def test_similar_compares_shares_exactly(at_most: Fraction, number: int) -> None:
    """Of four letters one differs: 75%, and the bound itself passes."""
    org = an_org(codes=["Sale", "Sala"])
    assert len(findings(naming.similar, org, 1, at_most=Share(at_most))) == number


@given(number=st.integers(1, 99), other=st.integers(1, 99))
def test_similar_lets_digits_differ(number: int, other: int) -> None:
    org = an_org(codes=[f"Tier {number} of 9", f"Tier {other} of 8"])
    assert findings(naming.similar, org, 1, at_most=HALF) == []


def test_similar_finds_names_that_are_the_same() -> None:
    """Digits do not excuse what does not differ at all."""
    org = an_org(codes=["Tier 1", "TIER 1"])
    assert findings(naming.similar, org, 1, at_most=HALF) == ["name is 100% like 'Tier 1'; at most 50%"]


def test_similar_reports_a_pair_once_on_the_higher_id() -> None:
    codes = (a_code("Refund asked", id="b"), a_code("Refund asket", id="a"), a_code("Refund askex", id="c"))
    org = an_org(codes=codes)
    assert [len(findings(naming.similar, org, index, at_most=HALF)) for index in range(3)] == [0, 1, 2]


@given(names=st.lists(st.text("abc 1", max_size=6), min_size=2, max_size=6), at_most=st.fractions(0, 1))
def test_similar_misses_no_pair(names: list[str], at_most: Fraction) -> None:
    """The fast search finds what comparing every pair finds, at the very bound as well."""
    org = an_org(codes=names)
    fast = sum(len(findings(naming.similar, org, index, at_most=Share(at_most))) for index in range(len(names)))
    slow = sum(
        len(findings(naming.similar, an_org(codes=[one, other]), 1, at_most=Share(at_most)))
        for index, one in enumerate(names)
        for other in names[index + 1 :]
    )
    assert fast == slow


def test_similar_of_empty_names() -> None:
    assert findings(naming.similar, an_org(codes=["", ""]), 1, at_most=HALF) == ["name is 100% like ''; at most 50%"]
