"""Checks of the family prompt, beyond their examples."""

from dataclasses import replace

import pytest

from harness.checks import prompt
from harness.model import Prompt, Queue
from harness.testing import a_definition, a_queue, an_org, outcome

SYSTEM_CODES = ("7fb334b0-0e9e-11e4-9191-0800200c9a66", "ININ-WRAP-UP-TIMEOUT", "OUTBOUND-MESSAGE-SENT")
BARE = Queue(id="queue-1", name="Billing")


@pytest.mark.parametrize("word", list(Prompt))
def test_mandatory_allows_exactly_what_it_is_told(word: Prompt) -> None:
    org = an_org(queues={"Billing": a_queue(prompt=word)})
    assert outcome(prompt.mandatory, org, "queue Billing", allowed=[word.value]).verdict == "passed"
    others = [other.value for other in Prompt if other is not word]
    assert outcome(prompt.mandatory, org, "queue Billing", allowed=others).findings == (
        f"prompt is {word}; {' or '.join(others)}",
    )


def test_mandatory_without_any_allowed_prompt_is_never_met() -> None:
    org = an_org(queues={"Billing": a_queue(prompt="MANDATORY")})
    assert outcome(prompt.mandatory, org, "queue Billing", allowed=[]).findings == (
        "prompt is MANDATORY; no prompt at all",
    )


@pytest.mark.parametrize("allowed", [[], ["OPTIONAL"]])
def test_mandatory_is_unknown_without_acw_settings(allowed: list[str]) -> None:
    org = replace(an_org(), queues=(BARE,))
    came = outcome(prompt.mandatory, org, "queue Billing", allowed=allowed)
    assert came.reason == "the queue's ACW settings is unknown: the source did not deliver it"


@pytest.mark.parametrize("code", SYSTEM_CODES)
def test_offers_codes_does_not_count_the_platforms_own(code: str) -> None:
    org = an_org(queues={"Billing": a_queue("Sale", code)})
    assert outcome(prompt.offers_codes, org, "queue Billing", at_least=1, at_most=1).verdict == "passed"


def test_offers_codes_counts_codes_that_are_known_by_their_id_only() -> None:
    org = an_org(queues={"Billing": []}, offered={"queue-1": ("code-7", "code-8", "code-7")})
    assert outcome(prompt.offers_codes, org, "queue Billing", at_least=2, at_most=2).verdict == "passed"


def test_offers_codes_always_does_not_need_the_prompt() -> None:
    org = replace(an_org(queues={"Billing": ["Sale"]}), queues=(BARE,))
    assert outcome(prompt.offers_codes, org, "queue Billing", when="always").verdict == "passed"
    assert outcome(prompt.offers_codes, org, "queue Billing").verdict == "unknown"


@pytest.mark.parametrize("identifier", [None, "", "  "])
def test_definition_wants_an_identifier_with_something_in_it(identifier: str | None) -> None:
    org = an_org(definitions=[a_definition("Sale", mandatory=True, identifier=identifier)])
    assert outcome(prompt.definition, org, "definition Sale").findings == (
        "is mandatory and has no identifier; an identifier (`wrapupCode`)",
    )


def test_definition_reports_every_lenient_queue_once_and_keeps_it_when_others_are_unseen() -> None:
    """What was found stays found, whatever could not be seen."""
    org = an_org(
        queues={
            "Billing": a_queue(prompt="OPTIONAL"),
            "Bookings": a_queue(prompt="AGENT_REQUESTED"),
            "Claims": a_queue(prompt="WHENEVER"),
        },
        definitions=[
            a_definition("Sale", mandatory=True, identifier="SALE", queues=("B*", "queue-1", "Billing", "Claims"))
        ],
        hidden={"queues": "division Finance is not granted"},
    )
    came = outcome(prompt.definition, org, "definition SALE")
    assert came.findings == (
        "is mandatory on queues that demand no code: 'Billing', 'Bookings'; a prompt that demands one",
    )
    assert came.reason == "whether the queue 'B*' exists is unknown: division Finance is not granted"


def test_definition_is_unknown_when_a_named_queues_prompt_is() -> None:
    org = an_org(
        queues={"Billing": a_queue(prompt="WHENEVER")},
        definitions=[a_definition("Sale", mandatory=True, identifier="SALE", queues=("queue-1",))],
    )
    assert outcome(prompt.definition, org, "definition SALE").reason == (
        "the ACW prompt is unknown: this version does not know the word 'WHENEVER'"
    )


def test_definition_takes_brackets_in_a_queues_name_literally() -> None:
    """Only `*` and `?` are wildcards: `[EU]` is no set of letters."""
    org = an_org(
        queues={"Claims E": a_queue(prompt="OPTIONAL"), "Claims [EU]": a_queue()},
        definitions=[a_definition("Sale", mandatory=True, identifier="SALE", queues=("Claims [EU]", "Claims [EU]*"))],
    )
    assert outcome(prompt.definition, org, "definition SALE").verdict == "passed"
