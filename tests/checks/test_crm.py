"""Checks of the family crm, beyond their examples."""

import pytest

from harness.checks import crm
from harness.checks.outcome import outcome_on
from harness.model import Disposition, Org
from harness.testing import a_code, a_definition, a_queue, an_org, outcome

SYSTEM_CODES = ("7fb334b0-0e9e-11e4-9191-0800200c9a66", "ININ-WRAP-UP-TIMEOUT", "OUTBOUND-MESSAGE-SENT")


def mapped(disposition: str | None, *accepted: str | Disposition) -> Org:
    return an_org(definitions=[a_definition("Sale", identifier="SALE", disposition=disposition)], dispositions=accepted)


@pytest.mark.parametrize("disposition", ["", "  ", None])
def test_mapped_takes_an_empty_disposition_for_none(disposition: str | None) -> None:
    org = mapped(disposition, "Won", "")
    assert outcome(crm.mapped, org, "definition SALE").findings == ("maps to no disposition; one that the CRM accepts",)


@pytest.mark.parametrize(("fallback", "verdict"), [("unknown", "failed"), ("UNKNOWN ", "failed"), ("n/a", "passed")])
def test_mapped_sees_the_fallback_in_any_spelling(fallback: str, verdict: str) -> None:
    assert outcome(crm.mapped, mapped("Unknown", "Unknown"), "definition SALE", fallback=fallback).verdict == verdict


def test_mapped_accepts_a_value_that_is_active_once() -> None:
    org = mapped("Won", Disposition("Won", active=False), Disposition("Won"))
    assert outcome(crm.mapped, org, "definition SALE").verdict == "passed"


def test_mapped_suggests_nothing_far_fetched() -> None:
    assert outcome(crm.mapped, mapped("Zebra", "Won", "Lost"), "definition SALE").findings == (
        "maps to 'Zebra', which the CRM does not accept; an active disposition",
    )


def test_mapped_suggests_the_same_value_whatever_the_lists_order() -> None:
    for accepted in (("Won B", "Won A"), ("Won A", "Won B")):
        assert outcome(crm.mapped, mapped("Won", *accepted), "definition SALE").findings == (
            "maps to 'Won', which the CRM does not accept; an active disposition; did you mean 'Won A'?",
        )


def test_mapped_prefers_the_definitions_own_disposition_to_the_mapping_file() -> None:
    org = an_org(
        definitions=[a_definition("Sale", identifier="SALE", disposition="Won")],
        dispositions=["Won"],
        crm_mapping={"SALE": "Gone"},
    )
    assert outcome(crm.mapped, org, "definition SALE").verdict == "passed"


def test_mapped_is_unknown_without_any_list() -> None:
    org = an_org(definitions=["Sale"])
    assert outcome(crm.mapped, org, "definition Sale").reason == (
        "what the CRM accepts is unknown: the policy names no CRM list"
    )


def test_undefined_leaves_a_defined_code_alone_whatever_was_not_seen() -> None:
    org = an_org(codes=["Sale"], definitions=["Sale"], hidden={"queues": "division Finance is not granted"})
    assert outcome(crm.undefined, org, "code Sale").verdict == "passed"


def test_undefined_is_sure_of_a_queue_that_it_sees() -> None:
    """One queue is enough for a finding, whatever the others offer."""
    org = an_org(
        queues={"Billing": ["Misc"], "Claims": a_queue(unseen_codes=True)},
        definitions=["Sale"],
        hidden={"queues": "division Finance is not granted"},
    )
    assert outcome(crm.undefined, org, "code Misc").findings == (
        "is offered on 1 queue and has no definition; a definition",
    )


def test_undefined_is_unknown_when_some_queues_codes_are() -> None:
    org = an_org(codes=["Misc"], queues={"Billing": a_queue(unseen_codes=True)}, definitions=["Sale"])
    assert outcome(crm.undefined, org, "code Misc").reason == (
        "on which queues the code is offered is unknown: the codes of 1 queues were not delivered"
    )


def test_reachable_counts_the_mapping_file() -> None:
    org = an_org(
        definitions=[a_definition("Sale", identifier="SALE")], dispositions=["Won"], crm_mapping={"SALE": "Won"}
    )
    assert outcome(crm.reachable, org, "disposition Won").verdict == "passed"


def test_reachable_does_not_count_a_mapping_of_nothing() -> None:
    """The mapping file may hold identifiers that no definition has."""
    org = an_org(definitions=["Sale"], dispositions=["Won"], crm_mapping={"GONE": "Won"})
    assert outcome(crm.reachable, org, "disposition Won").verdict == "failed"


def test_outbound_flags_of_an_org_without_a_mapping_are_none() -> None:
    org = an_org(codes=["Sale"], definitions=[a_definition("Sale", category="sales")])
    flags = {"sales": ["business_success"]}
    assert outcome(crm.outbound_flags, org, "code Sale", flags=flags).findings == (
        "flags are none; at least BUSINESS_SUCCESS for category 'sales'",
    )


@pytest.mark.parametrize(("match", "verdict"), [("at_least", "passed"), ("exactly", "failed")])
def test_outbound_flags_none_wanted(match: str, verdict: str) -> None:
    org = an_org(
        codes=["Sale"], definitions=[a_definition("Sale", category="sales")], flags={"Sale": ["BUSINESS_SUCCESS"]}
    )
    assert outcome(crm.outbound_flags, org, "code Sale", flags={"sales": []}, match=match).verdict == verdict


def test_outbound_flags_own_entry_replaces_the_default_set() -> None:
    """An empty entry is an entry."""
    org = an_org(
        codes=["Sale"],
        definitions=[a_definition("Sale", category="sales")],
        flags={"Sale": []},
        default_flags=["BUSINESS_SUCCESS"],
    )
    came = outcome(crm.outbound_flags, org, "code Sale", flags={"sales": ["BUSINESS_SUCCESS"]})
    assert came.findings == ("flags are none; at least BUSINESS_SUCCESS for category 'sales'",)


@pytest.mark.parametrize("code", SYSTEM_CODES)
def test_stale_flags_knows_the_platforms_own_codes(code: str) -> None:
    org = an_org(flags={code: ["BUSINESS_SUCCESS"]})
    assert outcome(crm.stale_flags, org, f"flags {code}").verdict == "passed"


def test_stale_flags_is_unknown_in_an_export() -> None:
    """An export drops the entries of deleted codes; an entry without its code is for one that it does not carry."""
    org = an_org(flags={"code-9": ["BUSINESS_SUCCESS"]}, source="export")
    assert outcome(crm.stale_flags, org, "flags code-9").reason == (
        "whether the code of the entry exists is unknown: the export refers to it and does not hold it"
    )


def test_stale_flags_is_unknown_for_a_code_that_a_queue_offers() -> None:
    org = an_org(queues={"Billing": []}, offered={"queue-1": ("code-9",)}, flags={"code-9": []})
    assert outcome(crm.stale_flags, org, "flags code-9").verdict == "unknown"


@pytest.mark.parametrize("code", SYSTEM_CODES)
def test_undefined_and_system_codes(code: str) -> None:
    org = an_org(codes=[a_code("System", id=code)], definitions=["Sale"])
    assert outcome_on(crm.undefined, org.codes[0], org, {}).reason == "the platform's own code needs no definition"
