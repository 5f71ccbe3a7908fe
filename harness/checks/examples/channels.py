"""Examples of the family channels."""

from collections.abc import Mapping

from harness.checks.example import Example, fails, not_applicable, passes, unclear
from harness.model import Org
from harness.model.tiny import a_definition, an_org

__all__ = ["EXAMPLES"]

_UNDECLARED = (
    "which channels the queue serves is unknown: the catalogue does not declare them, and no evidence was given"
)


def _agreed(wanted: tuple[str, ...], declared: tuple[str, ...] | None) -> Org:
    return an_org(
        queues={"Billing": ["Sale"]},
        definitions=[a_definition("Sale", identifier="SALE", channels=wanted)],
        channels=None if declared is None else {"Billing": declared},
    )


EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "channels.configured": (
        passes("The catalogue declares that Billing serves voice.", _agreed((), ("voice",)), "queue Billing"),
        fails(
            "The catalogue declares that Billing serves nothing.",
            _agreed((), ()),
            "queue Billing",
            "no channel is declared; at least one",
        ),
        unclear("The catalogue does not speak about Billing.", _agreed((), None), "queue Billing", _UNDECLARED),
    ),
    "channels.compatible": (
        passes(
            "*Sale* is for voice, and Billing serves it.", _agreed(("voice",), ("call",)), "assignment Sale @ Billing"
        ),
        passes(
            "*Sale* is for voice and email; Billing serves one of them, and the rule wants no more.",
            _agreed(("voice", "email"), ("email",)),
            "assignment Sale @ Billing",
        ),
        passes(
            "The guides' word *chat* is met by messages.",
            _agreed(("chat",), ("message",)),
            "assignment Sale @ Billing",
            mode="all",
        ),
        fails(
            "*Sale* is for email, and Billing serves voice.",
            _agreed(("email",), ("voice",)),
            "assignment Sale @ Billing",
            "the queue serves voice; email",
        ),
        fails(
            "*Sale* is for voice and email, and the rule wants both to be served.",
            _agreed(("voice", "email"), ("voice",)),
            "assignment Sale @ Billing",
            "the queue serves voice; all of voice, email",
            mode="all",
        ),
        not_applicable(
            "*Sale* was agreed for no channel in particular.",
            _agreed((), ("voice",)),
            "assignment Sale @ Billing",
            "the definition names no channels",
        ),
        unclear(
            "*Sale* is for voice, and nobody knows what Billing serves: the platform's settings for every medium prove"
            " nothing.",
            _agreed(("voice",), None),
            "assignment Sale @ Billing",
            _UNDECLARED,
        ),
    ),
}
