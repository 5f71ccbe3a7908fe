"""Finding a code within a queue: exact, then as it reads; and where it lives when it is not there."""

import pytest

from harness.errors import AuthError, NotFoundError
from harness.operations import LookupFailedError, find_code, find_org_code, find_queue
from tests.operations.playing import Played, a_fault
from tests.sandbox.playing import BILLING, NOWHERE, OTHER, QUEUES, REFUND, SALE, SUPPORT, a_state

TWIN = SALE | {"id": "11111111-0000-4000-8000-000000000001", "name": "SALE"}


def with_codes(*codes: object, support: tuple[object, ...] = ()) -> Played:
    return Played(
        a_state(
            wrapupcodes=[SALE, REFUND, OTHER, TWIN],
            queue_wrapupcodes=[
                {"queueId": BILLING["id"], "entities": list(codes)},
                {"queueId": SUPPORT["id"], "entities": list(support)},
            ],
        )
    )


@pytest.mark.parametrize("queue", [BILLING["id"], "Billing", "BILLING"])
def test_a_code_is_found_by_its_exact_name(queue: str) -> None:
    found = find_code(Played().client, queue, "Sale")
    assert (found.code.id, found.queue.id, found.exact) == (SALE["id"], BILLING["id"], True)


def test_a_name_that_only_reads_the_same_is_found_and_said_to_be_another() -> None:
    found = find_code(Played().client, "Billing", " sale ")
    assert (found.code.id, found.exact) == (SALE["id"], False)


def test_an_exact_name_wins_over_one_that_reads_the_same() -> None:
    assert find_code(with_codes(SALE, TWIN).client, "Billing", "SALE").code.id == TWIN["id"]


def test_the_first_hit_is_not_taken_when_there_are_two() -> None:
    """The guides take the first code of the answer as *the* code."""
    with pytest.raises(LookupFailedError) as caught:
        find_code(with_codes(SALE, TWIN).client, "Billing", "sale")
    assert caught.value.candidates == (SALE["id"], TWIN["id"])
    assert str(caught.value) == (
        f"2 codes of queue 'Billing' read like 'sale': 'Sale ({SALE['id']})', 'SALE ({TWIN['id']})'\n"
        "  give the id instead of the name"
    )


def test_a_code_of_another_queue_is_said_to_live_there() -> None:
    """Codes apply within their queue; the platform would answer 400 to any other."""
    with pytest.raises(LookupFailedError) as caught:
        find_code(with_codes(SALE, support=(REFUND,)).client, "Billing", "refund")
    assert caught.value.offered_on == ("Support",)
    assert str(caught.value) == (
        "queue 'Billing' offers no code 'refund'\n"
        "  the code exists, and is offered on 'Support'; attach it with: wrapup codes attach"
    )


def test_a_code_that_no_queue_offers_exists_all_the_same() -> None:
    with pytest.raises(LookupFailedError, match="the code exists, and no queue offers it; attach it with"):
        find_code(with_codes(SALE).client, "Billing", "Refund")


def test_a_queue_that_is_deleted_while_we_look_offers_nothing() -> None:
    played = with_codes(SALE, support=(REFUND,))
    played.state.shelf("queues").put(SUPPORT["id"], SUPPORT)
    listing = f"{QUEUES}/{SUPPORT['id']}/wrapupcodes"
    played.sandbox.plan(a_fault("server_error", listing, status=404, times=None))
    with pytest.raises(LookupFailedError, match="no queue offers it"):
        find_code(played.client, "Billing", "Refund")


def test_only_so_many_queues_are_looked_at_and_the_message_says_so() -> None:
    many = [BILLING | {"id": f"22222222-0000-4000-8000-{n:012}", "name": f"Queue {n:03}"} for n in range(201)]
    played = Played(a_state(queues=[BILLING, *many], queue_wrapupcodes=[{"queueId": BILLING["id"], "entities": []}]))
    with pytest.raises(LookupFailedError) as caught:
        find_code(played.client, "Billing", "Sale")
    assert "the code exists (200 of 201 queues were looked at); attach it" in str(caught.value)


def test_a_code_that_exists_nowhere_gets_a_hint() -> None:
    with pytest.raises(LookupFailedError) as caught:
        find_code(Played().client, "Billing", "Sael")
    assert str(caught.value) == (
        "queue 'Billing' offers no code 'Sael', and neither does any other\n  did you mean 'Sale'?"
    )
    with pytest.raises(LookupFailedError, match="it offers 'Sale', 'Other'"):
        find_code(Played().client, "Billing", "xyz")
    with pytest.raises(LookupFailedError, match="agents can only pick the platform's Default Wrap-up Code"):
        find_code(Played().client, "Support", "xyz")


def test_a_queue_that_does_not_exist_is_named() -> None:
    with pytest.raises(LookupFailedError, match="there is no queue 'Biling'\n  did you mean 'Billing'"):
        find_queue(Played().client, "Biling")
    with pytest.raises(LookupFailedError, match="2 queues can be seen with these credentials"):
        find_queue(Played().client, "xyz")
    with pytest.raises(NotFoundError, match="Queue not found"):
        find_queue(Played().client, NOWHERE)


def test_a_code_of_the_org_is_found_by_id_or_name() -> None:
    client = with_codes().client
    assert find_org_code(client, REFUND["id"]).name == "Refund"
    assert find_org_code(client, "refund").id == REFUND["id"]
    with pytest.raises(LookupFailedError, match="2 wrap-up codes read like 'sale'"):
        find_org_code(client, "sale")


def test_names_of_an_org_cannot_write_to_the_terminal() -> None:
    evil = SUPPORT | {"name": "x\n::error::\x1b[31m"}
    played = Played(
        a_state(
            queues=[BILLING, evil],
            queue_wrapupcodes=[
                {"queueId": BILLING["id"], "entities": []},
                {"queueId": SUPPORT["id"], "entities": [SALE]},
            ],
        )
    )
    with pytest.raises(LookupFailedError) as caught:
        find_code(played.client, "Billing", "Sale")
    assert "offered on 'x\\n::error::\\x1b[31m'" in str(caught.value)
    assert caught.value.offered_on == (evil["name"],)


def test_403_says_which_permission_is_missing() -> None:
    played = Played(faults=[a_fault("forbidden", f"{QUEUES}*", permission="routing:queue:view")])
    with pytest.raises(AuthError, match="this call needs the permission routing:queue:view"):
        find_code(played.client, "Billing", "Sale")
