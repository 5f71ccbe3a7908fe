"""What cases are about, and how they are labelled."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from harness.model import KINDS, CrmMapping, Disposition, Org, labels
from harness.testing import a_code, a_definition, a_queue, an_agent, an_org


def labelled(org: Org, kind: str) -> list[str]:
    found = KINDS[kind]  # type: ignore[index]  # any kind's name
    return labels(found, found.enumerate(org), org)


def test_labels_say_what_a_reader_calls_it() -> None:
    org = an_org(
        queues={"Billing": a_queue("Sale", agents=[an_agent()])},
        definitions=[
            a_definition("Sale", identifier="SALE", disposition="Won"),
            "Refund",
            a_definition("Other", identifier=" "),
        ],
        dispositions=["Won"],
        flags={"Sale": [], "deleted": []},
    )
    assert {kind: labelled(org, kind) for kind in KINDS} == {
        "code": ["code Sale"],
        "queue": ["queue Billing"],
        "assignment": ["assignment Sale @ Billing"],
        "definition": ["definition SALE", "definition Refund", "definition Other"],
        "membership": [f"membership {org.agents[0].name} @ Billing"],
        "mapping": ["mapping SALE"],
        "disposition": ["disposition Won"],
        "flags": ["flags Sale", "flags deleted"],
        "usage": [],
        "change": [],
        "org": ["org tiny"],
    }


@given(names=st.lists(st.text("ab ~1\n\\@", max_size=4), max_size=8))
def test_labels_are_printable_and_tell_all_apart(names: list[str]) -> None:
    org = an_org(codes=[a_code(name, id=f"0000000{index}-rest") for index, name in enumerate(names)])
    found = labelled(org, "code")
    assert len(set(found)) == len(names)
    assert all(label.isprintable() for label in found)


@given(values=st.lists(st.sampled_from(["Won", "Won ~1", "Won ~2", "Lost"]), max_size=8))
def test_labels_without_ids_are_numbered(values: list[str]) -> None:
    org = an_org(dispositions=[Disposition(value) for value in values])
    assert len(set(labelled(org, "disposition"))) == len(values)


def test_names_that_collide_all_get_the_beginning_of_their_id() -> None:
    org = an_org(codes=[a_code("Sale", id="11111111-a"), a_code("Sale", id="22222222-b"), a_code("Refund", id="3")])
    assert labelled(org, "code") == ["code Sale ~11111111", "code Sale ~22222222", "code Refund"]


def test_system_codes_are_no_subjects() -> None:
    org = an_org(
        codes=["Sale", a_code("Timeout", id="ININ-WRAP-UP-TIMEOUT")],
        queues={"Billing": ["Sale", "ININ-WRAP-UP-TIMEOUT"]},
    )
    assert labelled(org, "code") == ["code Sale"]
    assert labelled(org, "assignment") == ["assignment Sale @ Billing"]


def test_what_was_not_seen_has_one_stand_in() -> None:
    """It is listed, so that it is reported, and is never judged."""
    org = an_org(queues={"Billing": a_queue(unseen_codes=True, agents=None)})
    for kind in ("assignment", "membership"):
        (stand_in,) = KINDS[kind].enumerate(org)
        assert labelled(org, kind) == [f"{kind} ? @ Billing"]
        assert KINDS[kind].unseen(stand_in) is not None


def test_an_org_without_agreement_has_no_subjects_of_it() -> None:
    org = replace(an_org(), flags=None)
    for kind in ("definition", "mapping", "disposition", "flags"):
        assert labelled(org, kind) == []


def test_an_identity_survives_a_new_name() -> None:
    org = an_org(codes=["Sale"], definitions=[a_definition("Sale", identifier="SALE", disposition="Won")])
    code, mapping = KINDS["code"].identity(org.codes[0], org), org.crm_mappings[0]
    assert (code.kind, code.id, code.name) == ("code", "code-1", "Sale")
    assert isinstance(mapping, CrmMapping)
    assert KINDS["mapping"].identity(mapping, org).id is None
