"""What checks declare to follow from their parameters alone is so, whatever the org."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from harness.checks import registered
from harness.checks.outcome import outcome_on
from harness.checks.registry import Extremes
from harness.model import Org
from harness.simulation.strategies import orgs
from harness.simulation.well_behaved import parameters_of

DECLARING = {check.id: check for check in registered().values() if check.extremes is not None}


def said(check_id: str, **parameters: Any) -> Extremes:
    check = DECLARING[check_id]
    assert check.extremes is not None
    return check.extremes(**{it.name: parameters.get(it.name, it.default) for it in check.parameters})


@pytest.mark.parametrize(
    ("check_id", "parameters"),
    [
        ("prompt.mandatory", {"allowed": ["MANDATORY"]}),
        ("prompt.offers_codes", {}),
        ("prompt.offers_codes", {"at_least": 3, "at_most": 3}),
        ("duration.limit", {"max": 60_000, "min": 60_000, "untimed": "forbid"}),
        ("duration.limit", {"max": 30_000, "min": 60_000, "untimed": "allow"}),
        ("skills.covered", {"at_least": Fraction(1), "proficiency": 5}),
        ("skills.staffed", {}),
        ("naming.described", {"at_least": 1}),
        ("naming.similar", {"at_most": Fraction(99, 100)}),
        ("catalogue.required", {"codes": ["Sale"]}),
        ("crm.outbound_flags", {"flags": {"sales": []}, "match": "exactly"}),
    ],
)
def test_ordinary_parameters_can_be_met_and_broken(check_id: str, parameters: dict[str, Any]) -> None:
    assert said(check_id, **parameters) == Extremes()


@pytest.mark.parametrize(
    ("check_id", "parameters", "expected"),
    [
        ("prompt.mandatory", {"allowed": []}, Extremes(never_passes="no prompt is allowed")),
        (
            "prompt.offers_codes",
            {"at_least": 5, "at_most": 3},
            Extremes(never_passes="no number is at least 5 and at most 3"),
        ),
        ("prompt.offers_codes", {"at_least": 0}, Extremes(never_fails="every queue offers at least 0 codes")),
        (
            "duration.limit",
            {"max": 500, "min": 0, "untimed": "forbid"},
            Extremes(never_passes="no timeout is at least 1 s and at most 0.5 s"),
        ),
        ("skills.covered", {"at_least": Fraction(0)}, Extremes(never_fails="a share of 0% is always reached")),
        ("skills.covered", {"at_least": Fraction(3, 2)}, Extremes(never_passes="no share reaches 150%")),
        (
            "skills.covered",
            {"at_least": Fraction(1), "proficiency": 6},
            Extremes(never_passes="no proficiency is above 5"),
        ),
        ("skills.staffed", {"at_least": 0}, Extremes(never_fails="there are always at least 0")),
        ("naming.similar", {"at_most": Fraction(1)}, Extremes(never_fails="no two names are more than 100% alike")),
        ("catalogue.forbidden", {"codes": []}, Extremes("the rule names no codes", "the rule names no codes")),
        ("crm.outbound_flags", {"flags": {}}, Extremes("the rule names no category", "the rule names no category")),
        ("crm.outbound_flags", {"flags": {"sales": []}}, Extremes(never_fails="the rule names no flags")),
    ],
)
def test_parameters_that_cannot_be_met_or_broken_are_told_with_the_reason(
    check_id: str, parameters: dict[str, Any], expected: Extremes
) -> None:
    assert said(check_id, **parameters) == expected


@pytest.mark.parametrize("check_id", sorted(DECLARING))
def test_no_org_contradicts_what_is_declared(check_id: str) -> None:
    check = DECLARING[check_id]

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(org=orgs(), parameters=parameters_of(check))
    def holds(org: Org, parameters: dict[str, Any]) -> None:
        declared = said(check_id, **parameters)
        for subject in check.kind.enumerate(org):
            if check.kind.unseen(subject) is None:
                verdict = outcome_on(check.function, subject, org, parameters).verdict
                assert declared.never_passes is None or verdict != "passed"
                assert declared.never_fails is None or verdict != "failed"

    holds()
