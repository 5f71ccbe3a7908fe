"""The outbound mapping over the API: the one entity here that a stale writer cannot overwrite."""

from typing import Any

import pytest

from tests.sandbox.playing import CODES, MAPPING, NOWHERE, OUTBOUND, REFUND, SALE, a_caller, a_state, may


def test_the_mapping_is_replaced_by_who_knows_its_version() -> None:
    caller = a_caller()
    read = caller.get(OUTBOUND)
    assert read == MAPPING
    written = caller.ask("PUT", OUTBOUND, json=read | {"mapping": {REFUND["id"]: ["Business_Failure"]}})
    assert written["version"] == 15
    assert written["mapping"] == {REFUND["id"]: ["Business_Failure"]}
    assert list(written) == list(MAPPING)
    stale = caller.refused("PUT", OUTBOUND, 409, "invalid.update.wrong.version", json=read)
    assert stale == "The version 14 does not match the current version 15"


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (
            {"defaultSet": ["LUCKY"]},
            "invalid.value",
            "Value [LUCKY] is not valid for field type [WrapUpCodeMapping.flags]. Allowable values are: "
            "CONTACT_UNCALLABLE, NUMBER_UNCALLABLE, RIGHT_PARTY_CONTACT, BUSINESS_SUCCESS, BUSINESS_FAILURE, "
            "BUSINESS_NEUTRAL",
        ),
        ({"mapping": {NOWHERE: []}}, "bad.request", f"Wrap-up code {NOWHERE} does not exist"),
        ({"version": "14"}, "invalid.value", "Expected int, got str - at $.version"),
    ],
)
def test_a_mapping_must_make_sense(change: Any, code: str, message: str) -> None:
    assert a_caller().refused("PUT", OUTBOUND, 400, code, json=MAPPING | change) == message


def test_a_version_must_be_named() -> None:
    a_caller().refused("PUT", OUTBOUND, 400, "required.field.missing", json={"defaultSet": [], "mapping": {}})


def test_a_deleted_code_keeps_its_entry() -> None:
    caller = a_caller()
    caller.ask("DELETE", f"{CODES}/{SALE['id']}")
    assert caller.ask("PUT", OUTBOUND, json=MAPPING)["mapping"] == MAPPING["mapping"]


def test_an_org_without_outbound_has_no_mapping() -> None:
    caller = a_caller(a_state(outbound_mapping={}))
    caller.refused("GET", OUTBOUND, 404, "not.found")
    caller.refused("PUT", OUTBOUND, 404, "not.found", json=MAPPING)


def test_reading_the_mapping_does_not_allow_writing_it() -> None:
    caller = a_caller(None, may("outbound:wrapUpCodeMapping:view"))
    caller.get(OUTBOUND)
    message = caller.refused("PUT", OUTBOUND, 403, "missing.permissions", json=MAPPING)
    assert message.endswith("outbound:wrapUpCodeMapping:edit")
