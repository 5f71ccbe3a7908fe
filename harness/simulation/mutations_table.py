"""Which check catches which mutation, on a small org that is compliant with all of them."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from re import compile as pattern
from typing import Any, Final

from harness.checks.outcome import outcome_on
from harness.checks.registry import Check, registered
from harness.model import Org
from harness.model.tiny import TinyQueue, a_code, a_definition, a_queue, a_skill, an_agent, an_org
from harness.simulation.mutations import registered_mutations

__all__ = ["PARAMETERS", "catches", "compliant_org", "verdicts"]

PARAMETERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "prompt.mandatory": {"allowed": ["MANDATORY_FORCED_TIMEOUT"]},
    "prompt.offers_codes": {"at_least": 2, "at_most": 2, "when": "always"},
    "duration.limit": {"max": 120_000, "min": 30_000, "untimed": "forbid"},
    "duration.definition": {"max": 180_000},
    "skills.covered": {"at_least": Fraction(1), "proficiency": 3},
    "skills.staffed": {"at_least": 2},
    "channels.compatible": {"mode": "all"},
    "crm.outbound_flags": {
        "flags": {"sales": ["BUSINESS_SUCCESS"], "service": ["RIGHT_PARTY_CONTACT"]},
        "match": "exactly",
    },
    "naming.pattern": {"regex": pattern(r"^[A-Z][a-z]+ - [A-Z][a-z ]+[a-z]$")},
    "naming.max_length": {"limit": 20},
    "naming.described": {"at_least": 15},
    "naming.similar": {"at_most": Fraction(9, 10)},
    "catalogue.required": {"codes": ["Sale - Completed"]},
    "catalogue.forbidden": {"codes": ["tmp", "* (old)", "*do not use*"]},
    "divisions.aligned": {"all_divisions": "forbid"},
}
"""For each check with parameters, the ones that the table is made with."""


def compliant_org() -> Org:
    """Return a small org on which every check passes, and on which every mutation finds a place."""
    sale, refund, claim = "Sale - Completed", "Refund - Paid", "Claim - Settled"
    common: dict[str, Any] = {"duration_s": 30, "channels": ("voice",), "skills": ("billing",)}

    def queue(*codes: str) -> TinyQueue:
        agents = [an_agent(a_skill("billing", proficiency=it)) for it in (4.0, 5.0)]
        return a_queue(*codes, prompt="MANDATORY_FORCED_TIMEOUT", timeout_s=60, division="Retail", agents=agents)

    return an_org(
        codes=[
            a_code(name, division="Retail", description="Pick it when the customer has agreed.")
            for name in (sale, refund, claim)
        ],
        queues={"Orders": queue(sale, refund), "Claims": queue(sale, claim)},
        definitions=[
            a_definition(
                sale,
                identifier="SALE",
                category="sales",
                mandatory=True,
                default=True,
                queues=("Orders",),
                disposition="Won",
                **common,
            ),
            a_definition(
                refund, identifier="REFUND", category="service", queues=("Orders",), disposition="Refunded", **common
            ),
            a_definition(claim, identifier="CLAIM", category="service", disposition="Settled", **common),
        ],
        channels={"Orders": ["voice"], "Claims": ["voice"]},
        dispositions=["Won", "Refunded", "Settled"],
        flags={sale: ["BUSINESS_SUCCESS"], refund: ["RIGHT_PARTY_CONTACT"], claim: ["RIGHT_PARTY_CONTACT"]},
        name="compliant",
    )


_LATER: Final = frozenset({"usage", "changes"})


def _checks() -> list[Check]:
    """Return the checks of ours that judge configuration, by family."""
    ours = [it for it in registered().values() if it.function.__module__.startswith("harness.checks.")]
    return sorted((it for it in ours if it.family not in _LATER), key=lambda it: it.id)


@cache
def catches() -> Mapping[str, Sequence[str]]:
    """Return for each check the ids of the mutations of the compliant org that it has a finding about."""
    org = compliant_org()
    mutants = [
        (mutation.id, fault.make()) for mutation in registered_mutations().values() for fault in mutation.faults(org)
    ]
    return {
        check.id: list(dict.fromkeys(name for name, mutant in mutants if _fails(check, mutant))) for check in _checks()
    }


def verdicts(check: Check, org: Org) -> set[str]:
    """Return what a check comes to on the subjects of an org, with the table's parameters."""
    parameters = PARAMETERS.get(check.id, {})
    return {outcome_on(check.function, subject, org, parameters).verdict for subject in check.kind.enumerate(org)}


def _fails(check: Check, org: Org) -> bool:
    return "failed" in verdicts(check, org)
