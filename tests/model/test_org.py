"""What an org answers about what the business agreed."""

from dataclasses import replace

import pytest

from harness.errors import UnknownValueError
from harness.model import Crm, Definition, Disposition, Org
from harness.model.ids import DEFAULT_CODE_ID
from harness.testing import a_code, a_definition, a_queue, an_org


def meeting(org: Org, index: int = 0) -> list[str]:
    return [code.id for code in org.codes_meeting(org.agreed.definitions[index])]


def test_a_definition_meets_a_code_by_exact_name() -> None:
    org = an_org(codes=["Sale", "SALE", "Sale "], definitions=["Sale"])
    assert meeting(org) == ["code-1"]
    assert [org.definition_of(code) is not None for code in org.codes] == [True, False, False]


def test_a_definition_with_an_id_meets_that_very_code_only() -> None:
    org = an_org(codes=["Sale", "Deal"], definitions=[a_definition("Sale", id="code-2")])
    assert meeting(org) == ["code-2"]
    assert [org.definition_of(code) is not None for code in org.codes] == [False, True]


def test_a_definition_without_an_id_takes_the_codes_that_no_id_names() -> None:
    """Two codes of one name in two divisions: one is named by id, the other by name."""
    org = an_org(
        codes=[a_code("Sale", id="c1"), a_code("Sale", id="c2")],
        definitions=[a_definition("Sale", id="c1", identifier="A"), a_definition("Sale", identifier="B")],
    )
    assert (meeting(org, 0), meeting(org, 1)) == (["c1"], ["c2"])
    found = [org.definition_of(code) for code in org.codes]
    assert [it and it.identifier for it in found] == ["A", "B"]


def test_of_two_definitions_of_one_name_the_first_counts() -> None:
    org = an_org(
        codes=["Sale"], definitions=[a_definition("Sale", identifier="A"), a_definition("Sale", identifier="B")]
    )
    found = org.definition_of(org.codes[0])
    assert found is not None
    assert found.identifier == "A"


def test_a_system_code_is_defined_by_its_id_only() -> None:
    org = an_org(queues={"Billing": [DEFAULT_CODE_ID]}, definitions=["Default Wrap-up Code"])
    (code,) = org.codes_of(org.queues[0])
    assert org.definition_of(code) is None
    defined = an_org(queues={"Billing": [DEFAULT_CODE_ID]}, definitions=[a_definition("System", id=DEFAULT_CODE_ID)])
    assert defined.definition_of(code) is not None


def test_a_code_may_be_missing_or_unseen() -> None:
    org = an_org(codes=["Refund"], definitions=["Sale", a_definition("Sale", id="c9")])
    for definition in org.agreed.definitions:
        assert org.code_of(definition) is None
    for hidden in (
        replace(org, hidden={"wrapupcodes": "no permission"}),
        replace(org, offered={"queue-1": ("c9",)}),
    ):
        for definition in org.agreed.definitions:
            with pytest.raises(UnknownValueError, match="whether the code 'Sale' exists is unknown"):
                hidden.code_of(definition)


def test_code_of_is_the_first_by_id() -> None:
    org = an_org(codes=[a_code("Sale", id="b"), a_code("Sale", id="a")], definitions=["Sale"])
    found = org.code_of(org.agreed.definitions[0])
    assert found is not None
    assert found.id == "a"


def test_without_a_catalogue_nothing_was_agreed() -> None:
    org = an_org(codes=["Sale"])
    assert org.definition_of(org.codes[0]) is None
    assert org.crm_mappings == ()
    with pytest.raises(UnknownValueError, match="the policy names no catalogue"):
        _ = org.agreed


def test_default_codes_are_what_definitions_say() -> None:
    org = an_org(queues={"Billing": ["Sale", "Other"]}, definitions=["Sale", a_definition("Other", default=True)])
    assert [code.name for code in org.default_codes_of(org.queues[0])] == ["Other"]


def test_channels_add_up_over_names_ids_and_wildcards() -> None:
    org = an_org(
        queues={"Billing": [], "Claims": []},
        channels={"B*": ["call"], "queue-1": ["email", "voice"], "Billing": ["chat"], "Claims": []},
    )
    assert sorted(org.channels_of(org.queues[0])) == ["chat", "email", "voice"]
    assert org.channels_of(org.queues[1]) == ()
    with pytest.raises(UnknownValueError, match="which channels the queue serves is unknown"):
        org.agreeing(None, None).channels_of(org.queues[0])


def test_a_queue_without_codes_is_not_a_queue_that_was_not_seen() -> None:
    org = an_org(queues={"Billing": a_queue(), "Claims": a_queue(unseen_codes=True)})
    assert org.codes_of(org.queues[0]) == ()
    assert org.queues_without_codes == {"queue-2"}


def test_an_index_is_built_once_per_org() -> None:
    built: list[Org] = []
    org = an_org()
    assert org.index(lambda it: built.append(it)) is None
    org.index(built_by := _count)
    assert org.index(built_by) is org.index(_count)
    assert replace(org).index(_count) == org.index(_count)
    assert built == [org]


def _count(org: Org) -> list[int]:
    return [len(org.codes)]


def test_mappings_need_an_identifier_and_a_disposition() -> None:
    org = an_org(
        definitions=[
            a_definition("Sale", identifier="SALE", disposition="Won"),
            a_definition("Refund", identifier="REF"),
            a_definition("Other", disposition="Lost"),
            a_definition("Claim", identifier="CLM"),
        ],
        crm_mapping={"REF": "Refunded", "GONE": "Lost"},
    )
    assert [(it.identifier, it.disposition) for it in org.crm_mappings] == [("SALE", "Won"), ("REF", "Refunded")]


def test_a_crm_accepts_active_values() -> None:
    crm = Crm((Disposition("Won"), Disposition("Lost", active=False), Disposition("Lost")))
    assert crm.accepted == {"Won", "Lost"}
    assert Crm().accepted == frozenset()


@pytest.mark.parametrize(
    ("pattern", "named"), [("Billing", True), ("queue-1", True), ("B*", True), ("b*", False), ("[B]illing", False)]
)
def test_definitions_and_declarations_name_queues_alike(pattern: str, named: bool) -> None:
    org = an_org(
        queues={"Billing": []}, definitions=[a_definition("Sale", queues=(pattern,))], channels={pattern: ["a"]}
    )
    definition: Definition = org.agreed.definitions[0]
    assert definition.names_queue(org.queues[0]) is named
    assert org.agreed.queues[0].matches(org.queues[0]) is named
