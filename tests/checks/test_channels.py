"""Checks of the family channels, beyond their examples."""

from typing import Any

import pytest

from harness.checks import channels
from harness.model import Org
from harness.testing import a_definition, a_queue, an_org, outcome

SALE = "assignment Sale @ Billing"


def agreed(wanted: tuple[str, ...], channels: dict[str, tuple[str, ...]]) -> Org:
    return an_org(queues={"Billing": ["Sale"]}, definitions=[a_definition("Sale", channels=wanted)], channels=channels)


def test_configured_believes_no_media_settings() -> None:
    """The platform fills them in on every queue."""
    media: dict[str, Any] = {"call": {}, "email": {}}
    org = an_org(queues={"Billing": a_queue("Sale", media_settings=media)})
    assert outcome(channels.configured, org, "queue Billing").verdict == "unknown"


@pytest.mark.parametrize("name", ["Billing", "queue-1", "B*", "?illing"])
def test_a_queue_may_be_declared_by_name_id_or_pattern(name: str) -> None:
    org = agreed(("email",), {name: ("email",)})
    assert outcome(channels.configured, org, "queue Billing").verdict == "passed"
    assert outcome(channels.compatible, org, SALE).verdict == "passed"


def test_declarations_of_one_queue_add_up() -> None:
    org = agreed(("voice", "email"), {"Billing": ("call",), "*": ("email",)})
    assert outcome(channels.compatible, org, SALE, mode="all").verdict == "passed"


def test_compatible_finds_a_queue_that_serves_nothing() -> None:
    org = agreed(("voice",), {"Billing": ()})
    assert outcome(channels.compatible, org, SALE).findings == ("the queue serves no channel; voice",)


@pytest.mark.parametrize(
    ("wanted", "offered", "verdict"),
    [
        ("voice", "callback", "passed"),
        ("callback", "voice", "failed"),
        ("chat", "webmessaging", "passed"),
        ("social", "message", "passed"),
        ("Twitter", "X", "passed"),
        ("email", "chat", "failed"),
        ("carrier pigeon", "voice", "failed"),
    ],
)
def test_compatible_reads_the_guides_words(wanted: str, offered: str, verdict: str) -> None:
    assert outcome(channels.compatible, agreed((wanted,), {"Billing": (offered,)}), SALE).verdict == verdict


def test_compatible_does_not_apply_to_a_code_that_nobody_agreed() -> None:
    org = an_org(queues={"Billing": ["Misc"]}, definitions=["Sale"], channels={"Billing": ("voice",)})
    assert outcome(channels.compatible, org, "assignment Misc @ Billing").reason == "the code has no definition"
