"""Applying codes: what is refused before anything is sent, what the platform refuses, and what is read back."""

from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest

from harness.client import Access, AccessToken, GenesysClient, Retries, region_of
from harness.errors import (
    ApiError,
    AuthError,
    ConflictError,
    NotFoundError,
    RateLimitedError,
    UnavailableError,
    UsageError,
)
from harness.model.ids import DEFAULT_CODE_ID
from harness.model.lifecycle import Entry, Handling
from harness.operations.apply import Applied, NotVerifiedError, WrapUpRefusedError, apply
from harness.operations.reading import LookupFailedError
from harness.sandbox import Grant
from tests.operations.playing import Played, a_fault, catalogue_of
from tests.sandbox.playing import ANN, BEN, BILLING, OTHER, REFUND, SALE, SUPPORT
from tests.sandbox.talking import BARE, FORCED, FREE, TIMED, Talk, a_talking_state, passing

WRITES = "/api/v2/conversations/*/participants/*"


class Meanwhile(httpx.BaseTransport):
    """Somebody does something just before our write arrives."""

    def __init__(self, sandbox: httpx.BaseTransport, act: Callable[[], object]) -> None:
        self._sandbox, self._act = sandbox, act

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PATCH":
            self._act()
        return self._sandbox.handle_request(request)


class Desk:
    """A sandbox, and Ann's own login."""

    def __init__(self, *grants: Grant, **assumptions: Any) -> None:
        self.played = Played(a_talking_state(**assumptions), *grants)
        self.state = self.played.state
        self.ann = self.as_user(ANN["id"])

    def as_user(
        self, user_id: str, *, allow_writes: bool = True, wire: httpx.BaseTransport | None = None
    ) -> GenesysClient:
        """Return a client that acts as a user."""
        access = self.played.sandbox.app.front.platform.access
        token = access.issue(access.clients["client-1"], user_id)
        return GenesysClient(
            Access(region_of("http://127.0.0.1:1"), AccessToken(token.value)),
            allow_writes=allow_writes,
            retries=Retries(random=lambda: 1.0),
            wire=wire or self.played.sandbox,
            clock=self.played.clock,
            sleep=self.played.time.advance,
        )

    def apply(self, talk: Talk, code: str = "Sale", client: GenesysClient | None = None, **options: Any) -> Applied:
        """Apply a code, on virtual time."""
        settings = {"clock": self.played.clock, "sleep": self.played.time.advance} | options
        return apply(client or self.ann, talk.id, code, **settings)

    @property
    def patches(self) -> int:
        """How many wrap-ups were sent."""
        return sum(line.startswith("PATCH ") for line in self.played.writes)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("media", ["call", "callback", "email", "message"])
def test_a_code_is_written_with_all_that_goes_with_it_and_read_back(desk: Desk, media: str) -> None:
    talk = Talk(desk.state, media=media).hung_up()
    done = desk.apply(talk, notes="Wanted two", tags=("vip", "web"), duration_s=12)
    assert (done.status, done.code.id, done.before) == ("applied", SALE["id"], None)
    assert (done.notes, done.tags, done.duration_s) == ("Wanted two", ("vip", "web"), 12)
    written = talk.handling.wrap_up_now
    assert written is not None
    assert (written.code, written.notes, written.tags, written.duration_s) == (
        SALE["id"], "Wanted two", ("vip", "web"), 12,
    )  # fmt: skip
    assert desk.played.writes == [
        f"PATCH /api/v2/conversations/{talk.held.medium.plural}/{talk.id}/participants/{talk.participant}"
    ]


def test_a_code_may_be_given_by_id_and_in_other_case(desk: Desk) -> None:
    assert desk.apply(Talk(desk.state).hung_up(), SALE["id"]).code.name == "Sale"
    assert desk.apply(Talk(desk.state).hung_up(), "  sALE").code.id == SALE["id"]


def test_without_a_duration_none_is_sent_unless_the_catalogue_has_one(desk: Desk, tmp_path: Any) -> None:
    catalogue = catalogue_of(
        tmp_path,
        "catalogue: Agreed\ndefinitions:\n  - name: Sale\n    wrapupCode: SALE\n    duration: 45\n"
        "  - name: Refund\n    wrapupCode: REFUND\n    duration: 0\n",
    )

    def stated(code: str, **options: Any) -> int | None:
        talk = Talk(desk.state).hung_up()
        desk.apply(talk, code, **options)
        assert talk.handling.wrap_up_now is not None
        return talk.handling.wrap_up_now.duration_s

    assert stated("Sale") is None
    assert stated("Sale", catalogue=catalogue) == 45
    assert stated("Refund", catalogue=catalogue) is None
    assert stated("Sale", catalogue=catalogue, duration_s=7) == 7


def test_nothing_is_written_by_a_client_that_only_reads(desk: Desk) -> None:
    talk = Talk(desk.state).hung_up()
    with pytest.raises(UsageError, match="would change the org, and this client only reads\n  see --allow-writes"):
        desk.apply(talk, client=desk.as_user(ANN["id"], allow_writes=False))
    assert desk.played.writes == []
    assert talk.handling.wrap_up_now is None


# -- state and timing ---------------------------------------------------------------------------------------


def test_a_wrap_up_is_refused_before_after_call_work(desk: Desk) -> None:
    talk = Talk(desk.state).answered()
    with pytest.raises(WrapUpRefusedError, match="the conversation is not in after-call work: agent ") as refused:
        desk.apply(talk)
    assert refused.value.reason == "too early"
    assert "--wait SECONDS waits for that" in str(refused.value)
    assert desk.played.writes == []


def test_waiting_ends_when_after_call_work_begins(desk: Desk) -> None:
    talk = Talk(desk.state).answered()

    def sleep(wait_s: float) -> None:
        passing(desk.state, wait_s)
        if desk.played.clock() >= began + 6:
            desk.state.conversations.hang_up(talk.id)

    began = desk.played.clock()
    done = desk.apply(talk, wait_s=60, sleep=sleep)
    assert (done.status, done.waited_s) == ("applied", 6.0)


def test_waiting_has_an_end(desk: Desk) -> None:
    with pytest.raises(WrapUpRefusedError, match="not in after-call work after 10 s: "):
        desk.apply(Talk(desk.state).answered(), wait_s=10)


def test_who_never_answered_has_nothing_to_wrap_up(desk: Desk) -> None:
    talk = Talk(desk.state)
    desk.state.conversations.act(talk.id, None, Handling.decline)
    with pytest.raises(WrapUpRefusedError, match="has nothing to wrap up") as refused:
        desk.apply(talk, wait_s=60)
    assert refused.value.reason == "no after-call work"


def test_a_part_that_is_over_without_a_code_is_the_platforms_to_refuse(desk: Desk) -> None:
    """400 wrong state: what looked possible was not, and the error says what the part is like now."""
    talk = Talk(desk.state, FREE).hung_up()
    desk.state.conversations.act(talk.id, None, Handling.leave)
    with pytest.raises(ApiError, match=r"answered 400 .*participant.no.active") as refused:
        desk.apply(talk)
    assert refused.value.hint is not None
    assert refused.value.hint.startswith("what the platform saw: agent ")
    assert refused.value.hint.endswith("after-call work is over); wrap-ups are taken during after-call work")


# -- codes --------------------------------------------------------------------------------------------------


def test_a_code_of_another_queue_is_refused_with_the_queues_that_offer_it(desk: Desk) -> None:
    """400 invalid code, noticed before it is sent."""
    desk.state.shelf("queue_wrapupcodes").put(SUPPORT["id"], [SALE, OTHER])
    with pytest.raises(LookupFailedError, match="queue 'Billing' offers no code 'Other'") as by_name:
        desk.apply(Talk(desk.state).hung_up(), "Other")
    assert by_name.value.offered_on == ("Support",)
    with pytest.raises(LookupFailedError, match="the code exists, and is offered on 'Support'"):
        desk.apply(Talk(desk.state).hung_up(), OTHER["id"])
    assert desk.played.writes == []


def test_a_code_that_does_not_exist_is_refused(desk: Desk) -> None:
    with pytest.raises(LookupFailedError, match="offers no code 'Sael', and neither does any other\n  did you mean"):
        desk.apply(Talk(desk.state).hung_up(), "Sael")
    with pytest.raises(NotFoundError):
        desk.apply(Talk(desk.state).hung_up(), "11111111-2222-4333-8444-555555555555")


def test_a_code_detached_meanwhile_is_the_platforms_to_refuse(desk: Desk) -> None:
    """400 invalid code, as the platform says it."""
    talk = Talk(desk.state).hung_up()
    detach = partial(desk.state.shelf("queue_wrapupcodes").put, BILLING["id"], [REFUND])
    with pytest.raises(ApiError, match=r"answered 400 .* is not offered on the queue") as refused:
        desk.apply(talk, client=desk.as_user(ANN["id"], wire=Meanwhile(desk.played.sandbox, detach)))
    assert str(refused.value.hint).endswith("in after-call work); check that the queue still offers the code")


def test_a_queue_without_codes_takes_the_default_code_only(desk: Desk) -> None:
    talk = Talk(desk.state, BARE).hung_up()
    assert desk.apply(talk, "default wrap-up code").code.id == DEFAULT_CODE_ID


def test_a_name_that_means_several_codes_is_refused(desk: Desk) -> None:
    twin = OTHER | {"name": "SALE"}
    desk.state.shelf("wrapupcodes").put(OTHER["id"], twin)
    desk.state.shelf("queue_wrapupcodes").put(BILLING["id"], [SALE, twin])
    with pytest.raises(LookupFailedError, match="2 codes that the agent may choose read like 'sale'"):
        desk.apply(Talk(desk.state).hung_up(), "sale")


# -- agents -------------------------------------------------------------------------------------------------


def a_transfer(desk: Desk) -> Talk:
    talk = Talk(desk.state).answered()
    desk.state.conversations.transfer(talk.id, SUPPORT["id"], BEN["id"])
    return talk


def test_a_transferred_conversation_has_several_agents_and_says_so(desk: Desk) -> None:
    talk = a_transfer(desk).answered()
    with pytest.raises(LookupFailedError, match="the conversation has 2 agents, and each wraps up") as refused:
        desk.apply(talk)
    assert "say which one with --agent:\n  agent " in str(refused.value)
    assert ANN["id"] in str(refused.value)
    assert BEN["id"] in str(refused.value)
    assert len(refused.value.candidates) == 2


def test_each_agent_of_a_transferred_conversation_wraps_up_their_own_part(desk: Desk) -> None:
    talk = a_transfer(desk)
    done = desk.apply(talk, agent=ANN["id"])
    assert done.part.agent_id == ANN["id"]
    assert [handling.wrap_up_now is not None for handling in talk.held.course.handlings] == [True, False]


def test_the_queue_tells_parts_apart_too(desk: Desk) -> None:
    talk = a_transfer(desk).answered()
    assert desk.apply(talk, queue_id=BILLING["id"]).part.agent_id == ANN["id"]
    with pytest.raises(LookupFailedError, match="nobody has a part in the conversation on the queue "):
        desk.apply(talk, queue_id=FREE["id"])


def test_an_agent_without_a_part_is_refused_with_those_who_have_one(desk: Desk) -> None:
    with pytest.raises(LookupFailedError, match="has no part in the conversation\n  there are:\n  agent "):
        desk.apply(Talk(desk.state).hung_up(), agent=BEN["id"])


def test_an_agent_with_two_parts_wraps_up_the_one_in_after_call_work(desk: Desk) -> None:
    talk = Talk(desk.state).answered()
    desk.state.conversations.transfer(talk.id, FORCED["id"], ANN["id"])
    talk.answered()
    assert desk.apply(talk, agent=ANN["id"]).part.queue_id == BILLING["id"]
    with pytest.raises(LookupFailedError, match="had 2 parts in the conversation\n  give the id of the participant"):
        desk.apply(talk, agent=ANN["id"])
    desk.state.conversations.hang_up(talk.id)
    second = desk.apply(talk, agent=talk.participant)
    assert second.part.queue_id == FORCED["id"]


# -- a wrap-up that is there --------------------------------------------------------------------------------


def test_an_existing_wrap_up_is_refused(desk: Desk) -> None:
    """409 already wrapped, noticed before it is sent."""
    talk = Talk(desk.state).wrapped_up(REFUND)
    with pytest.raises(WrapUpRefusedError, match="is wrapped up already, with code ") as refused:
        desk.apply(talk)
    assert refused.value.hint == "--overwrite replaces it, --skip-wrapped leaves it"
    assert desk.played.writes == []


def test_an_existing_wrap_up_is_replaced_or_left_by_choice(desk: Desk) -> None:
    talk = Talk(desk.state).wrapped_up(REFUND, notes="mine")
    left = desk.apply(talk, existing="skip")
    assert (left.status, left.before, left.notes, desk.patches) == ("left alone", REFUND["id"], "mine", 0)
    replaced = desk.apply(talk, existing="overwrite")
    assert (replaced.status, replaced.before) == ("applied", REFUND["id"])
    assert talk.handling.wrap_up_now is not None
    assert talk.handling.wrap_up_now.code == SALE["id"]


def test_the_same_wrap_up_is_not_written_twice(desk: Desk) -> None:
    talk = Talk(desk.state).hung_up()
    desk.apply(talk, notes="once")
    assert desk.apply(talk, notes="once").status == "already so"
    assert desk.patches == 1


def test_a_draft_is_no_wrap_up(desk: Desk) -> None:
    talk = Talk(desk.state).hung_up()
    draft = Entry(code=REFUND["id"], notes="perhaps")
    desk.state.conversations.act(talk.id, None, Handling.save_draft, draft)
    done = desk.apply(talk)
    assert (done.status, done.before) == ("applied", None)


def test_what_the_platform_wrote_at_the_timeout_counts_as_a_wrap_up(desk: Desk) -> None:
    talk = Talk(desk.state, TIMED).hung_up()
    passing(desk.state, 61)
    with pytest.raises(WrapUpRefusedError, match="with code ININ-WRAP-UP-TIMEOUT"):
        desk.apply(talk)
    assert desk.apply(talk, existing="overwrite").before == "ININ-WRAP-UP-TIMEOUT"


def test_a_wrap_up_that_came_meanwhile_is_a_conflict() -> None:
    """409 already wrapped, as the platform says it."""
    desk = Desk(later_wrap_ups="conflict")
    talk = Talk(desk.state).hung_up()
    wrap_up = partial(desk.state.conversations.wrap_up, talk.id, REFUND["id"])
    with pytest.raises(ConflictError, match=r"answered 409 general.conflict") as refused:
        desk.apply(talk, client=desk.as_user(ANN["id"], wire=Meanwhile(desk.played.sandbox, wrap_up)))
    assert refused.value.hint == "the part is wrapped up already; --overwrite replaces that, --skip-wrapped leaves it"


# -- who may ------------------------------------------------------------------------------------------------


def test_client_credentials_are_refused_with_what_is_documented(desk: Desk) -> None:
    talk = Talk(desk.state).hung_up()
    with pytest.raises(AuthError, match="answered 403") as refused:
        desk.apply(talk, client=desk.played.client)
    assert refused.value.hint == (
        "these are client credentials, which act for no user: the platform documents that a wrap-up is written as "
        f"its agent, and not whether a client may; log in as agent {ANN['id']} with: wrapup login"
    )


def test_client_credentials_are_taken_where_the_platform_takes_them() -> None:
    desk = Desk(clients_wrap_up=True)
    assert desk.apply(Talk(desk.state).hung_up(), client=desk.played.client).status == "applied"


def test_another_agents_token_is_refused(desk: Desk) -> None:
    with pytest.raises(AuthError, match="the token is not that of agent ") as refused:
        desk.apply(Talk(desk.state).hung_up(), client=desk.as_user(BEN["id"]))
    assert refused.value.exchange.code == "conversation.error.forbidden.not.active.participant"


def test_a_missing_permission_is_named() -> None:
    desk = Desk(Grant(frozenset({"conversation:communication:view", "conversation:call:record"})))
    with pytest.raises(AuthError, match="the role lacks the permission conversation:participant:wrapup"):
        desk.apply(Talk(desk.state).hung_up())


def test_a_token_that_expired_meanwhile_is_said_so(desk: Desk) -> None:
    desk.played.sandbox.plan(a_fault("unauthorized", WRITES, method="PATCH"))
    with pytest.raises(AuthError, match="the token has expired or was revoked"):
        desk.apply(Talk(desk.state).hung_up())


# -- trouble ------------------------------------------------------------------------------------------------


def test_a_limited_rate_is_waited_for(desk: Desk) -> None:
    desk.played.sandbox.plan(a_fault("rate_limited", WRITES, method="PATCH", times=2))
    assert desk.apply(Talk(desk.state).hung_up()).status == "applied"
    assert desk.patches == 3


def test_a_limited_rate_is_given_up_after_three_retries(desk: Desk) -> None:
    desk.played.sandbox.plan(a_fault("rate_limited", WRITES, method="PATCH", times=None))
    with pytest.raises(RateLimitedError, match="the platform still limits the rate after 7 s of waiting"):
        desk.apply(Talk(desk.state).hung_up())
    assert desk.patches == 4


def test_a_server_error_is_not_repeated_unseen(desk: Desk) -> None:
    """A wrap-up is not written twice because its first answer was lost."""
    desk.played.sandbox.plan(a_fault("server_error", WRITES, method="PATCH", status=503))
    with pytest.raises(UnavailableError, match=r"answered 503 .*\n  asked once, because repeating it is not safe"):
        desk.apply(Talk(desk.state).hung_up())
    assert desk.patches == 1


def test_a_lost_answer_is_made_good_by_a_second_look(desk: Desk) -> None:
    talk = Talk(desk.state).hung_up()
    desk.played.sandbox.plan(a_fault("connection_reset", WRITES, method="PATCH", after=True))
    assert desk.apply(talk).status == "applied"
    assert desk.patches == 1


def test_a_wrap_up_that_does_not_show_is_an_error(desk: Desk) -> None:
    """The platform answered yes, and that is not evidence."""
    desk.played.sandbox.plan(a_fault("html", WRITES, method="PATCH", status=202))
    with pytest.raises(NotVerifiedError, match=r"took the wrap-up with code .*, and shows no wrap-up\n  look at the"):
        desk.apply(Talk(desk.state).hung_up())


def test_a_wrap_up_that_shows_otherwise_is_an_error(desk: Desk) -> None:
    talk = Talk(desk.state).wrapped_up(REFUND)
    desk.played.sandbox.plan(a_fault("html", WRITES, method="PATCH", status=202, times=None))
    with pytest.raises(NotVerifiedError, match=f"and shows code {REFUND['id']}"):
        desk.apply(talk, existing="overwrite")
    with pytest.raises(NotVerifiedError, match="with other notes, tags or duration"):
        desk.apply(talk, "Refund", notes="new", existing="overwrite")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"duration_s": -1}, "a duration of -1 s makes no sense"),
        ({"poll_s": 0}, "the time between two looks must be above 0 s"),
        ({"wait_s": -1}, "the time to wait at least 0 s"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(desk: Desk, options: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        desk.apply(Talk(desk.state).hung_up(), **options)


def test_a_conversation_is_named_by_its_id(desk: Desk) -> None:
    with pytest.raises(UsageError, match=r"'../users' is not the id of a conversation"):
        apply(desk.ann, "../users", "Sale")
    with pytest.raises(NotFoundError):
        apply(desk.ann, "11111111-2222-4333-8444-555555555555", "Sale")
