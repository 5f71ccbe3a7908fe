"""Examples of the family catalogue."""

from collections.abc import Mapping

from harness.checks.example import Example, fails, not_applicable, passes, unclear
from harness.model.tiny import a_definition, a_queue, an_org

__all__ = ["EXAMPLES"]

_HIDDEN_CODES = {"wrapupcodes": "division Finance is not granted"}
_HIDDEN_QUEUES = {"queues": "division Finance is not granted"}
_SALE_ON_BILLING = a_definition("Sale", identifier="SALE", queues=("Billing",))
_SALE_ON_ALL = a_definition("Sale", identifier="SALE", queues=("B*",))
_UNLISTED = "which codes the queue offers is unknown: the source did not deliver it"

EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "catalogue.known": (
        passes("*Sale* is in the catalogue.", an_org(codes=["Sale"], definitions=["Sale"]), "code Sale"),
        passes(
            "The catalogue names the code by its id, whatever it is called.",
            an_org(codes=["Sale"], definitions=[a_definition("Sale Completed", id="code-1")]),
            "code Sale",
        ),
        fails(
            "Nobody agreed on *Misc*.",
            an_org(codes=["Misc"], definitions=["Sale"]),
            "code Misc",
            "has no definition; an entry in the catalogue",
        ),
        fails(
            "The catalogue spells *SALE* differently.",
            an_org(codes=["SALE"], definitions=["Sale"]),
            "code SALE",
            "has no definition; an entry in the catalogue, which is spelt 'Sale' there",
        ),
    ),
    "catalogue.spelling": (
        passes(
            "The code carries exactly the agreed name.",
            an_org(codes=["Sale"], definitions=["Sale"]),
            "definition Sale",
        ),
        fails(
            "The code's name differs in case.",
            an_org(codes=["SALE"], definitions=["Sale"]),
            "definition Sale",
            "spelt differently: the code is called 'SALE'; 'Sale'",
        ),
        fails(
            "The code's name ends in a space that nobody sees.",
            an_org(codes=["Sale "], definitions=["Sale"]),
            "definition Sale",
            "spelt differently: the code is called 'Sale ' (character 5 is SPACE); 'Sale'",
        ),
        fails(
            "The code that the catalogue names by id was renamed.",
            an_org(codes=["Deal"], definitions=[a_definition("Sale", id="code-1")]),
            "definition Sale",
            "spelt differently: the code is called 'Deal'; 'Sale'",
        ),
        not_applicable(
            "The org has no such code; `catalogue.deployed` says so.",
            an_org(codes=["Refund"], definitions=["Sale"]),
            "definition Sale",
            "the org has no such code in any spelling",
        ),
        unclear(
            "No visible code is called *Sale*, and some codes are hidden.",
            an_org(definitions=["Sale"], hidden=_HIDDEN_CODES),
            "definition Sale",
            "whether the code 'Sale' exists is unknown: division Finance is not granted",
        ),
    ),
    "catalogue.deployed": (
        passes(
            "*Sale* exists, and both queues whose name begins with a B offer it.",
            an_org(queues={"Billing": ["Sale"], "Bookings": ["Sale"], "Claims": []}, definitions=[_SALE_ON_ALL]),
            "definition SALE",
        ),
        fails(
            "*Sale* was agreed and never created.",
            an_org(codes=["Refund"], definitions=["Sale"]),
            "definition Sale",
            "the code does not exist; a code called 'Sale'",
        ),
        fails(
            "*Sale* exists, and one of the queues it was agreed for does not offer it.",
            an_org(queues={"Billing": ["Sale"], "Bookings": []}, definitions=[_SALE_ON_ALL]),
            "definition SALE",
            "is not offered on 'Bookings'; every queue that the definition names",
        ),
        fails(
            "*Sale* was agreed for a queue that the org does not have.",
            an_org(queues={"Claims": ["Sale"]}, definitions=[_SALE_ON_BILLING]),
            "definition SALE",
            "names queues that do not exist: 'Billing'; queues that offer the code",
        ),
        not_applicable(
            "The definition is about one of the platform's own codes.",
            an_org(definitions=["ININ-WRAP-UP-TIMEOUT"]),
            "definition ININ-WRAP-UP-TIMEOUT",
            "the code is the platform's own; no listing holds it",
        ),
        unclear(
            "Billing may be in a hidden division.",
            an_org(codes=["Sale"], definitions=[_SALE_ON_BILLING], hidden=_HIDDEN_QUEUES),
            "definition SALE",
            "whether the queue 'Billing' exists is unknown: division Finance is not granted",
        ),
    ),
    "catalogue.default": (
        passes(
            "Of the codes of Billing one is the default.",
            an_org(queues={"Billing": ["Sale", "Other"]}, definitions=["Sale", a_definition("Other", default=True)]),
            "queue Billing",
        ),
        fails(
            "None of the codes of Billing is a default.",
            an_org(queues={"Billing": ["Sale"]}, definitions=["Sale"]),
            "queue Billing",
            "offers no default codes; exactly one",
        ),
        fails(
            "Agents on Billing can fall back to two codes.",
            an_org(
                queues={"Billing": ["Other", "Misc"]},
                definitions=[a_definition("Other", default=True), a_definition("Misc", default=True)],
            ),
            "queue Billing",
            "offers 2 default codes: 'Misc', 'Other'; exactly one",
        ),
        not_applicable(
            "Billing offers no codes at all; `prompt.offers_codes` says so.",
            an_org(queues={"Billing": []}, definitions=["Sale"]),
            "queue Billing",
            "the queue offers no codes",
        ),
        unclear(
            "The source did not deliver which codes Billing offers.",
            an_org(queues={"Billing": a_queue(unseen_codes=True)}, definitions=["Sale"]),
            "queue Billing",
            _UNLISTED,
        ),
    ),
    "catalogue.required": (
        passes(
            "Billing offers *Sale* and some code about refunds.",
            an_org(queues={"Billing": ["Sale", "Refund paid"]}),
            "queue Billing",
            codes=["Sale", "Refund*"],
        ),
        fails(
            "Billing offers no code about complaints.",
            an_org(queues={"Billing": ["Sale"]}),
            "queue Billing",
            "does not offer 'Complaint*'; every required code",
            codes=["Sale", "Complaint*"],
        ),
        fails(
            "Billing offers the code in another spelling, and names are compared exactly.",
            an_org(queues={"Billing": ["SALE"]}),
            "queue Billing",
            "does not offer 'Sale'; 'SALE' is spelt differently; every required code",
            codes=["Sale"],
        ),
        unclear(
            "The source did not deliver which codes Billing offers.",
            an_org(queues={"Billing": a_queue(unseen_codes=True)}),
            "queue Billing",
            _UNLISTED,
            codes=["Sale"],
        ),
    ),
    "catalogue.forbidden": (
        passes(
            "Billing offers nothing forbidden.", an_org(queues={"Billing": ["Sale"]}), "queue Billing", codes=["Test*"]
        ),
        fails(
            "Somebody left a test code on Billing.",
            an_org(queues={"Billing": ["Sale", "TEST 2"]}),
            "queue Billing",
            "offers 'TEST 2'; no forbidden code",
            codes=["Test*"],
        ),
        unclear(
            "Billing offers a code whose name the source does not hold.",
            an_org(queues={"Billing": ["Sale"]}, codes=["Sale"], offered={"queue-1": ("code-1", "code-9")}),
            "queue Billing",
            "the name of every code that the queue offers is unknown: some are known by their id only",
            codes=["Test*"],
        ),
    ),
    "catalogue.orphan": (
        passes("Billing offers *Sale*.", an_org(queues={"Billing": ["Sale"]}), "code Sale"),
        fails(
            "No queue offers *Misc*.",
            an_org(codes=["Misc"], queues={"Billing": ["Sale"]}),
            "code Misc",
            "is offered on no queue; at least one",
        ),
        unclear(
            "No visible queue offers *Misc*, and some queues are hidden.",
            an_org(codes=["Misc"], hidden=_HIDDEN_QUEUES),
            "code Misc",
            "on which queues the code is offered is unknown: division Finance is not granted",
        ),
    ),
    "catalogue.unique": (
        passes(
            "Every definition has its own identifier and name.",
            an_org(definitions=[a_definition("Sale", identifier="SALE"), a_definition("Refund", identifier="REF")]),
            "definition SALE",
        ),
        fails(
            "Two definitions share an identifier, so the CRM cannot tell them apart.",
            an_org(definitions=[a_definition("Sale", identifier="S1"), a_definition("Service", identifier="S1")]),
            "definition S1 ~1",
            "identifier is used again at catalogue.yaml:2; used once",
        ),
        fails(
            "Two definitions have names that read the same.",
            an_org(definitions=[a_definition("Sale", identifier="S1"), a_definition("SALE", identifier="S2")]),
            "definition S2",
            "name is used again at catalogue.yaml:1; used once",
        ),
    ),
}
