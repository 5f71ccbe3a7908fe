"""Examples of the family crm."""

from collections.abc import Mapping

from harness.checks.example import Example, fails, not_applicable, passes, unclear
from harness.model import Disposition, Org
from harness.model.tiny import a_definition, an_org

__all__ = ["EXAMPLES"]


def _mapped(disposition: str | None, *accepted: str | Disposition) -> Org:
    return an_org(
        definitions=[a_definition("Sale", identifier="SALE", disposition=disposition)],
        dispositions=accepted or ["Won", "Lost"],
    )


def _flagged(*flags: str, category: str | None = "sales", default: tuple[str, ...] = ()) -> Org:
    return an_org(
        codes=["Sale"],
        definitions=[a_definition("Sale", identifier="SALE", category=category)],
        flags={"Sale": flags} if flags else {},
        default_flags=default,
    )


_SALES = {"sales": ["RIGHT_PARTY_CONTACT", "BUSINESS_SUCCESS"]}
_HIDDEN_CODES = {"wrapupcodes": "division Finance is not granted"}

EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "crm.mapped": (
        passes("*Sale* maps to a disposition of the CRM's list.", _mapped("Won"), "definition SALE"),
        passes(
            "The mapping file says what *Sale* maps to.",
            an_org(
                definitions=[a_definition("Sale", identifier="SALE")],
                dispositions=["Won"],
                crm_mapping={"SALE": "Won"},
            ),
            "definition SALE",
            fallback="n/a",
        ),
        fails(
            "*Sale* maps to nothing.",
            _mapped(None),
            "definition SALE",
            "maps to no disposition; one that the CRM accepts",
        ),
        fails(
            "A capital letter is missing, and the CRM compares exactly.",
            _mapped("won"),
            "definition SALE",
            "maps to 'won', which the CRM does not accept; an active disposition; did you mean 'Won'?",
        ),
        fails(
            "*Sale* maps to a value that was switched off in the CRM.",
            _mapped("Won", Disposition("Won", active=False), "Closed Won"),
            "definition SALE",
            "maps to 'Won', which is inactive in the CRM; an active disposition",
        ),
        fails(
            "*Sale* maps to the fallback, which the CRM accepts and which says nothing.",
            _mapped("Unknown", "Won", "Unknown"),
            "definition SALE",
            "maps to the fallback 'Unknown'; a disposition of its own",
        ),
        unclear(
            "The policy names a mapping and no list of what the CRM accepts.",
            an_org(definitions=[a_definition("Sale", identifier="SALE")], crm_mapping={"SALE": "Won"}),
            "definition SALE",
            "what the CRM accepts is unknown: the policy names no CRM list",
        ),
    ),
    "crm.undefined": (
        passes(
            "*Sale* is offered and defined.", an_org(queues={"Billing": ["Sale"]}, definitions=["Sale"]), "code Sale"
        ),
        fails(
            "Agents can pick *Misc* on two queues, and nobody agreed what it means.",
            an_org(queues={"Billing": ["Misc"], "Claims": ["Misc"]}, definitions=["Sale"]),
            "code Misc",
            "is offered on 2 queues and has no definition; a definition",
        ),
        not_applicable(
            "No queue offers *Misc*; `catalogue.orphan` says so.",
            an_org(codes=["Misc"], definitions=["Sale"]),
            "code Misc",
            "no queue offers the code",
        ),
        unclear(
            "No visible queue offers *Misc*, and some queues are hidden.",
            an_org(codes=["Misc"], definitions=["Sale"], hidden={"queues": "division Finance is not granted"}),
            "code Misc",
            "on which queues the code is offered is unknown: division Finance is not granted",
        ),
    ),
    "crm.reachable": (
        passes("*Sale* maps to Won.", _mapped("Won"), "disposition Won"),
        fails("Nothing maps to Lost.", _mapped("Won"), "disposition Lost", "no definition maps to it; at least one"),
        fails(
            "*Sale* maps to a value that differs in case, and the CRM compares exactly.",
            _mapped("won"),
            "disposition Won",
            "no definition maps to it; at least one",
        ),
        not_applicable(
            "Lost was switched off in the CRM.",
            _mapped("Won", "Won", Disposition("Lost", active=False)),
            "disposition Lost",
            "the disposition is inactive in the CRM",
        ),
    ),
    "crm.outbound_flags": (
        passes(
            "*Sale* carries both flags that sales need; the platform spells them in mixed case.",
            _flagged("Right_Party_Contact", "Business_Success"),
            "code Sale",
            flags=_SALES,
        ),
        passes(
            "*Sale* has no entry of its own, and the default set suits it.",
            _flagged(default=("RIGHT_PARTY_CONTACT", "BUSINESS_SUCCESS")),
            "code Sale",
            flags=_SALES,
            match="exactly",
        ),
        fails(
            "*Sale* counts as a success without having reached the right party.",
            _flagged("BUSINESS_SUCCESS"),
            "code Sale",
            "flags are BUSINESS_SUCCESS; at least BUSINESS_SUCCESS, RIGHT_PARTY_CONTACT for category 'sales'",
            flags=_SALES,
        ),
        fails(
            "*Sale* carries a flag too many, and the rule wants exactly these.",
            _flagged("BUSINESS_SUCCESS", "RIGHT_PARTY_CONTACT", "NUMBER_UNCALLABLE"),
            "code Sale",
            "flags are BUSINESS_SUCCESS, NUMBER_UNCALLABLE, RIGHT_PARTY_CONTACT;"
            " exactly BUSINESS_SUCCESS, RIGHT_PARTY_CONTACT for category 'sales'",
            flags=_SALES,
            match="exactly",
        ),
        not_applicable(
            "The definition of *Sale* has no category.",
            _flagged("BUSINESS_SUCCESS", category=None),
            "code Sale",
            "the definition has no category",
            flags=_SALES,
        ),
        not_applicable(
            "The rule says nothing about the category.",
            _flagged("BUSINESS_SUCCESS", category="service"),
            "code Sale",
            "the rule names no flags for category 'service', only for 'sales'",
            flags=_SALES,
        ),
        unclear(
            "A missing permission hides the outbound mapping.",
            an_org(
                codes=["Sale"],
                definitions=[a_definition("Sale", category="sales")],
                hidden={"outbound_mapping": "the permission outbound:wrapUpCodeMapping:view is missing"},
            ),
            "code Sale",
            "which outbound flags the code has is unknown: the permission outbound:wrapUpCodeMapping:view is missing",
            flags=_SALES,
        ),
    ),
    "crm.stale_flags": (
        passes("The entry is for *Sale*.", _flagged("BUSINESS_SUCCESS"), "flags Sale"),
        passes(
            "The entry is for one of the platform's own codes, which are in no listing.",
            an_org(flags={"ININ-OUTBOUND-BUSY": ["NUMBER_UNCALLABLE"]}),
            "flags ININ-OUTBOUND-BUSY",
        ),
        fails(
            "The entry is for a code that was deleted.",
            an_org(codes=["Sale"], flags={"deleted-code": ["BUSINESS_SUCCESS"]}),
            "flags deleted-code",
            "no live code has this id; an entry for a live code",
        ),
        unclear(
            "The entry is for a code that may be in a hidden division.",
            an_org(flags={"code-9": ["BUSINESS_SUCCESS"]}, hidden=_HIDDEN_CODES),
            "flags code-9",
            "whether the code of the entry exists is unknown: division Finance is not granted",
        ),
    ),
}
