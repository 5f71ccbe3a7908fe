"""Examples of the family prompt."""

from collections.abc import Mapping

from harness.checks.example import Example, fails, not_applicable, passes, unclear
from harness.model.tiny import a_definition, a_queue, an_org

__all__ = ["EXAMPLES"]

_DEMANDING = an_org(queues={"Billing": a_queue("Sale", "Refund", prompt="MANDATORY")})
_OPTIONAL = an_org(queues={"Billing": a_queue("Sale", "Refund", prompt="OPTIONAL")})
_TIMED = an_org(queues={"Billing": a_queue("Sale", prompt="MANDATORY_TIMEOUT", timeout_s=60)})
_EMPTY = an_org(queues={"Billing": a_queue(prompt="MANDATORY")})
_NEW_WORD = an_org(queues={"Billing": a_queue("Sale", prompt="WHENEVER")})
_UNSEEN = an_org(
    queues={"Billing": a_queue(prompt="MANDATORY", unseen_codes=True)},
    hidden={"queue_wrapupcodes": "the permission routing:queue:view is missing"},
)
_SALE = a_definition("Sale", identifier="SALE", mandatory=True, queues=("Billing",))

EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "prompt.mandatory": (
        passes("Agents on Billing must choose a code.", _DEMANDING, "queue Billing", allowed=["MANDATORY"]),
        passes(
            "Billing ends after-call work after 60 s with or without a code, and the rule allows that.",
            _TIMED,
            "queue Billing",
            allowed=["MANDATORY", "MANDATORY_TIMEOUT"],
        ),
        fails(
            "Agents on Billing may leave the code out.",
            _OPTIONAL,
            "queue Billing",
            "prompt is OPTIONAL; MANDATORY",
            allowed=["MANDATORY"],
        ),
        fails(
            "Billing ends after-call work after 60 s, and the rule wants a code that an agent chose.",
            _TIMED,
            "queue Billing",
            "prompt is MANDATORY_TIMEOUT; MANDATORY or AGENT_REQUESTED",
            allowed=["MANDATORY", "AGENT_REQUESTED"],
        ),
        unclear(
            "The platform answers with a prompt that this version has never heard of.",
            _NEW_WORD,
            "queue Billing",
            "the ACW prompt is unknown: this version does not know the word 'WHENEVER'",
            allowed=["MANDATORY"],
        ),
    ),
    "prompt.offers_codes": (
        passes("Billing demands a code and offers two.", _DEMANDING, "queue Billing", at_least=2, at_most=2),
        fails("Billing demands a code and offers none.", _EMPTY, "queue Billing", "offers no codes; at least 1"),
        fails(
            "Billing offers more codes than the rule allows.",
            _DEMANDING,
            "queue Billing",
            "offers 2 codes; at most 1",
            at_most=1,
        ),
        fails(
            "Billing offers nothing but the platform's Default Wrap-up Code, which is not counted.",
            an_org(queues={"Billing": a_queue("7fb334b0-0e9e-11e4-9191-0800200c9a66")}),
            "queue Billing",
            "offers no codes; at least 1",
        ),
        fails(
            "Billing demands no code, and the rule judges every queue.",
            _OPTIONAL,
            "queue Billing",
            "offers 2 codes; at least 3",
            at_least=3,
            when="always",
        ),
        not_applicable(
            "Billing demands no code.",
            _OPTIONAL,
            "queue Billing",
            "prompt OPTIONAL demands no code",
            at_least=3,
        ),
        unclear(
            "A missing permission hides which codes Billing offers.",
            _UNSEEN,
            "queue Billing",
            "which codes the queue offers is unknown: the permission routing:queue:view is missing",
        ),
    ),
    "prompt.definition": (
        passes(
            "*Sale* is mandatory, has an identifier, and Billing demands a code.",
            an_org(queues={"Billing": ["Sale"]}, definitions=[_SALE]),
            "definition SALE",
        ),
        fails(
            "*Sale* is mandatory and has no identifier to map it by.",
            an_org(definitions=[a_definition("Sale", mandatory=True)]),
            "definition Sale",
            "is mandatory and has no identifier; an identifier (`wrapupCode`)",
        ),
        fails(
            "*Sale* is mandatory, but on Billing agents may leave the code out.",
            an_org(queues={"Billing": a_queue("Sale", prompt="OPTIONAL")}, definitions=[_SALE]),
            "definition SALE",
            "is mandatory on queues that demand no code: 'Billing'; a prompt that demands one",
        ),
        fails(
            "*Sale* is mandatory on a queue that the org does not have.",
            an_org(queues={"Claims": ["Sale"]}, definitions=[_SALE]),
            "definition SALE",
            "names queues that do not exist: 'Billing'; queues that demand a code",
        ),
        not_applicable(
            "*Sale* is not mandatory.",
            an_org(definitions=[a_definition("Sale", identifier="SALE")]),
            "definition SALE",
            "the definition is not mandatory",
        ),
        unclear(
            "*Sale* is mandatory on Billing, which a missing permission may hide.",
            an_org(definitions=[_SALE], hidden={"queues": "division Finance is not granted"}),
            "definition SALE",
            "whether the queue 'Billing' exists is unknown: division Finance is not granted",
        ),
    ),
}
