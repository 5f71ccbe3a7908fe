"""Checks of the family catalogue, beyond their examples."""

from typing import Any

import pytest

from harness.checks import catalogue
from harness.checks.outcome import outcome_on
from harness.model import Org, unknown
from harness.testing import a_code, a_definition, a_queue, an_org, outcome

SYSTEM_CODES = ("7fb334b0-0e9e-11e4-9191-0800200c9a66", "ININ-WRAP-UP-TIMEOUT", "OUTBOUND-MESSAGE-SENT")
NAMELESS: Any = unknown("the code's name", "the plan computes it")
HIDDEN = {"queues": "division Finance is not granted"}


@pytest.mark.parametrize("code", SYSTEM_CODES)
@pytest.mark.parametrize("check", [catalogue.known, catalogue.orphan])
def test_the_platforms_own_codes_are_neither_undeclared_nor_orphans(check: Any, code: str) -> None:
    org = an_org(codes=[a_code("System", id=code)], definitions=[])
    assert outcome_on(check, org.codes[0], org, {}).verdict == "not applicable"


@pytest.mark.parametrize("code", SYSTEM_CODES)
@pytest.mark.parametrize("check", [catalogue.spelling, catalogue.deployed])
def test_a_definition_of_a_system_code_is_not_looked_for(check: Any, code: str) -> None:
    """They may be defined, to map them to a disposition; no listing holds them."""
    org = an_org(definitions=[a_definition("System", id=code), a_definition(code)])
    for definition in org.agreed.definitions[: 1 + (code in SYSTEM_CODES[1:])]:
        assert outcome_on(check, definition, org, {}).verdict == "not applicable"


@pytest.mark.parametrize("check", [catalogue.known, catalogue.default])
def test_without_a_catalogue_nothing_is_known(check: Any) -> None:
    org = an_org(queues={"Billing": ["Sale"]})
    label = "code Sale" if check is catalogue.known else "queue Billing"
    assert outcome(check, org, label).reason == "what the business agreed is unknown: the policy names no catalogue"


def test_known_is_unknown_for_a_code_without_a_name_unless_its_id_is_defined() -> None:
    org = an_org(
        codes=[a_code(NAMELESS, id="c1"), a_code(NAMELESS, id="c2")], definitions=[a_definition("Sale", id="c1")]
    )
    assert outcome(catalogue.known, org, "code c1").verdict == "passed"
    assert outcome(catalogue.known, org, "code c2").verdict == "unknown"


def test_known_does_not_take_the_name_of_a_definition_for_another_object() -> None:
    """With an id it must be that very object; a second code of the name is foreign."""
    org = an_org(codes=[a_code("Sale", id="c1"), a_code("Sale", id="c2")], definitions=[a_definition("Sale", id="c1")])
    assert outcome(catalogue.known, org, "code Sale ~c1").verdict == "passed"
    assert outcome(catalogue.known, org, "code Sale ~c2").findings == ("has no definition; an entry in the catalogue",)


def test_spelling_prefers_the_exact_name() -> None:
    org = an_org(codes=["SALE", "Sale"], definitions=["Sale"])
    assert outcome(catalogue.spelling, org, "definition Sale").verdict == "passed"


def test_spelling_leaves_a_code_to_the_definition_that_it_meets() -> None:
    org = an_org(codes=["SALE"], definitions=["Sale", "SALE"])
    assert outcome(catalogue.spelling, org, "definition Sale").reason == "the org has no such code in any spelling"


def test_spelling_names_the_letter_that_only_looks_right() -> None:
    org = an_org(codes=["S\u0430le"], definitions=["Sale"])
    assert outcome(catalogue.spelling, org, "definition Sale").findings == (
        "spelt differently: the code is called 'S\u0430le' (character 2 is CYRILLIC SMALL LETTER A); 'Sale'",
    )


def test_deployed_says_how_the_code_is_spelt_instead() -> None:
    org = an_org(codes=["SALE"], definitions=["Sale"])
    assert outcome(catalogue.deployed, org, "definition Sale").findings == (
        "the code does not exist, only 'SALE'; a code called 'Sale'",
    )


def test_deployed_by_id_wants_that_very_object() -> None:
    org = an_org(codes=[a_code("Sale", id="c2")], definitions=[a_definition("Sale", id="c1")])
    assert outcome(catalogue.deployed, org, "definition Sale").findings == ("the code does not exist; the code c1",)


def test_deployed_is_content_with_one_of_several_codes_of_the_name() -> None:
    org = an_org(
        codes=[a_code("Sale", id="c1", division="Retail"), a_code("Sale", id="c2", division="Claims")],
        queues={"Billing": ["c2"], "Claims": ["c1"]},
        definitions=[a_definition("Sale", queues=("*",))],
    )
    assert outcome(catalogue.deployed, org, "definition Sale").verdict == "passed"


def test_deployed_lists_the_first_few_queues_and_counts_the_rest() -> None:
    queues: dict[str, list[str]] = {f"Queue {letter}": [] for letter in "ABCDEFG"}
    org = an_org(codes=["Sale"], queues=queues, definitions=[a_definition("Sale", queues=("Queue ?", "queue-1"))])
    assert outcome(catalogue.deployed, org, "definition Sale").findings == (
        "is not offered on 'Queue A', 'Queue B', 'Queue C', 'Queue D', 'Queue E' and 2 more;"
        " every queue that the definition names",
    )


@pytest.mark.parametrize(
    ("org", "reason"),
    [
        (
            an_org(queues={"Billing": ["Sale"]}, definitions=[a_definition("Sale", queues=("B*",))], hidden=HIDDEN),
            "whether the queue 'B*' exists is unknown: division Finance is not granted",
        ),
        (
            an_org(
                codes=["Sale"],
                queues={"Billing": a_queue(unseen_codes=True)},
                definitions=[a_definition("Sale", queues=("Billing",))],
            ),
            "whether the queue 'Billing' offers the code is unknown:"
            " the source did not deliver all its codes with their names",
        ),
        (
            an_org(
                codes=["Sale"],
                queues={"Billing": []},
                offered={"queue-1": ("code-9",)},
                definitions=[a_definition("Sale", queues=("Billing",))],
            ),
            "whether the queue 'Billing' offers the code is unknown:"
            " the source did not deliver all its codes with their names",
        ),
        (
            an_org(queues={"Billing": []}, offered={"queue-1": ("c1",)}, definitions=[a_definition("Sale", id="c1")]),
            "whether the code 'Sale' exists is unknown: a queue offers it, but no listing holds it",
        ),
        (
            an_org(
                codes=["Sale"],
                queues={"Billing": a_queue(name=NAMELESS)},
                definitions=[a_definition("Sale", queues=("Claims",))],
            ),
            "whether the queue 'Claims' exists is unknown: the names of 1 queues are unknown",
        ),
    ],
)
def test_deployed_is_unknown_when_something_that_matters_was_not_seen(org: Org, reason: str) -> None:
    came = outcome_on(catalogue.deployed, org.agreed.definitions[0], org, {})
    assert (came.verdict, came.reason) == ("unknown", reason)


def test_deployed_is_sure_of_a_queue_that_it_sees_by_name() -> None:
    """Names of queues are unique; other divisions do not matter."""
    org = an_org(queues={"Billing": ["Sale"]}, definitions=[a_definition("Sale", queues=("Billing",))], hidden=HIDDEN)
    assert outcome(catalogue.deployed, org, "definition Sale").verdict == "passed"


def test_default_does_not_apply_to_a_queue_with_nothing_but_system_codes() -> None:
    org = an_org(queues={"Billing": [SYSTEM_CODES[0]]}, definitions=["Sale"])
    assert outcome(catalogue.default, org, "queue Billing").reason == "the queue offers no codes"


@pytest.mark.parametrize("check", [catalogue.required, catalogue.forbidden])
def test_a_rule_that_names_no_codes_judges_nothing(check: Any) -> None:
    org = an_org(queues={"Billing": ["Sale"]})
    assert outcome(check, org, "queue Billing", codes=[]).reason == "the rule names no codes"


@pytest.mark.parametrize("wanted", ["Sale", "code-1", "S*", "????", "*"])
def test_required_and_forbidden_take_names_ids_and_wildcards(wanted: str) -> None:
    org = an_org(queues={"Billing": ["Sale"]})
    assert outcome(catalogue.required, org, "queue Billing", codes=[wanted]).verdict == "passed"
    assert outcome(catalogue.forbidden, org, "queue Billing", codes=[wanted]).verdict == "failed"


@pytest.mark.parametrize("wanted", ["Sal", "ale", "[S]ale", "code", "???"])
def test_required_and_forbidden_match_whole_names(wanted: str) -> None:
    org = an_org(queues={"Billing": ["Sale"]})
    assert outcome(catalogue.required, org, "queue Billing", codes=[wanted]).verdict == "failed"
    assert outcome(catalogue.forbidden, org, "queue Billing", codes=[wanted]).verdict == "passed"


def test_required_is_satisfied_whatever_else_is_offered() -> None:
    org = an_org(queues={"Billing": []}, codes=["Sale"], offered={"queue-1": ("code-1", "code-9")})
    assert outcome(catalogue.required, org, "queue Billing", codes=["Sale", "code-9"]).verdict == "passed"
    assert outcome(catalogue.required, org, "queue Billing", codes=["Refund"]).reason == (
        "the name of every code that the queue offers is unknown: some are known by their id only"
    )


def test_forbidden_finds_an_id_whose_name_is_not_known() -> None:
    org = an_org(queues={"Billing": []}, offered={"queue-1": ("code-9",)})
    assert outcome(catalogue.forbidden, org, "queue Billing", codes=["code-9"]).findings == (
        "offers 'code-9'; no forbidden code",
    )


def test_orphan_is_sure_of_a_code_that_some_queue_offers() -> None:
    org = an_org(queues={"Billing": ["Sale"], "Claims": a_queue(unseen_codes=True)}, hidden=HIDDEN)
    assert outcome(catalogue.orphan, org, "code Sale").verdict == "passed"


def test_orphan_is_unknown_where_a_plan_leaves_codes_unmanaged() -> None:
    org = an_org(codes=["Misc"], queues={"Claims": a_queue(unseen_codes=True)}, source="plan")
    assert outcome(catalogue.orphan, org, "code Misc").reason == (
        "on which queues the code is offered is unknown: the codes of 1 queues were not delivered"
    )


def test_unique_does_not_compare_missing_identifiers() -> None:
    org = an_org(definitions=[a_definition("Sale"), a_definition("Refund", identifier=" ")])
    assert outcome(catalogue.unique, org, "definition Sale").verdict == "passed"
    assert outcome(catalogue.unique, org, "definition Refund").verdict == "passed"


def test_unique_folds_identifiers_and_names_the_places() -> None:
    org = an_org(
        definitions=[a_definition(name, identifier=it) for name, it in (("A", "X1"), ("B", "x1"), ("a", "X1 "))]
    )
    assert outcome_on(catalogue.unique, org.agreed.definitions[0], org, {}).findings == (
        "identifier is used again at catalogue.yaml:2, catalogue.yaml:3; used once",
        "name is used again at catalogue.yaml:3; used once",
    )
