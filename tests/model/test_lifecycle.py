from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from harness.model.entities import Prompt
from harness.model.ids import DEFAULT_CODE_ID
from harness.model.lifecycle import (
    SKIPPED_CODE,
    TIMEOUT_CODE,
    Conversation,
    Entry,
    Handling,
    RefusedError,
    Stage,
    Terms,
    WrapUp,
)
from harness.model.refusals import (
    AlreadyWrappedUpError,
    CannotSkipError,
    CodeRequiredError,
    ForeignCodeError,
    NotActiveError,
    NotAllowedError,
    TooEarlyError,
)

TIMED = [Prompt.MANDATORY_TIMEOUT, Prompt.MANDATORY_FORCED_TIMEOUT]
DEMANDING = [Prompt.MANDATORY, *TIMED]
UNDEMANDING = [Prompt.OPTIONAL, Prompt.AGENT_REQUESTED]


def terms(prompt: Prompt, **settings: Any) -> Terms:
    given: dict[str, Any] = {"timeout_ms": 60_000, "offered": frozenset({"sale", "refund"})} | settings
    return Terms(prompt=prompt, **given)


def a_handling(prompt: Prompt = Prompt.MANDATORY, **settings: Any) -> Handling:
    return Handling(agent_id="agent", queue_id="queue", terms=terms(prompt, **settings), began_ms=0)


def in_acw(prompt: Prompt = Prompt.MANDATORY, **settings: Any) -> Handling:
    """A handling whose after-call work began at 100 s."""
    connected = a_handling(prompt, **settings).answer(5_000)
    if prompt is Prompt.AGENT_REQUESTED:
        connected = connected.request_acw(6_000)
    return connected.hang_up(100_000)


SALE = Entry(code="sale", notes="went well", tags=("new",), duration_s=12)


def codes(handling: Handling) -> list[str]:
    return [wrap_up.code for wrap_up in handling.wrap_ups]


# -- the ordinary course ------------------------------------------------------------------------------------


@pytest.mark.parametrize("prompt", Prompt)
def test_after_call_work_begins_when_the_agent_hangs_up(prompt: Prompt) -> None:
    handling = in_acw(prompt)
    assert handling.stage is Stage.AFTER_CALL_WORK
    assert handling.wrap_up_now is None


@pytest.mark.parametrize("prompt", [prompt for prompt in Prompt if prompt is not Prompt.MANDATORY_FORCED_TIMEOUT])
def test_a_code_ends_after_call_work(prompt: Prompt) -> None:
    handling = in_acw(prompt).wrap_up(110_000, SALE)
    assert handling.stage is Stage.WRAPPED_UP
    assert handling.acw_ended_ms == 110_000
    assert handling.wrap_up_now == WrapUp(
        code="sale", author="agent", at_ms=110_000, notes="went well", tags=("new",), duration_s=12
    )


def test_a_code_does_not_end_forced_after_call_work_early() -> None:
    handling = in_acw(Prompt.MANDATORY_FORCED_TIMEOUT).wrap_up(110_000, SALE)
    assert handling.stage is Stage.AFTER_CALL_WORK
    assert handling.at(159_999).stage is Stage.AFTER_CALL_WORK
    over = handling.at(400_000)
    assert (over.stage, over.acw_ended_ms, codes(over)) == (Stage.WRAPPED_UP, 160_000, ["sale"])


@pytest.mark.parametrize("prompt", [*TIMED, Prompt.AGENT_REQUESTED])
def test_time_alone_writes_the_timeout_code_at_the_deadline(prompt: Prompt) -> None:
    handling = in_acw(prompt)
    assert handling.at(159_999).wrap_up_now is None
    late = handling.at(500_000)
    assert late.wrap_up_now == WrapUp(code=TIMEOUT_CODE, author="platform", at_ms=160_000)
    assert late.acw_ended_ms == 160_000


@pytest.mark.parametrize("prompt", [Prompt.MANDATORY, Prompt.OPTIONAL])
def test_untimed_after_call_work_never_ends_by_itself(prompt: Prompt) -> None:
    assert in_acw(prompt).at(10**9).stage is Stage.AFTER_CALL_WORK


def test_an_agent_who_asks_for_no_after_call_work_has_none() -> None:
    handling = a_handling(Prompt.AGENT_REQUESTED).answer(1).request_acw(2).request_acw(3, wanted=False).hang_up(4)
    assert (handling.stage, handling.acw_began_ms) == (Stage.ENDED, None)


@pytest.mark.parametrize("prompt", UNDEMANDING)
def test_where_no_code_is_demanded_the_agent_may_skip_or_leave(prompt: Prompt) -> None:
    skipped = in_acw(prompt).skip(101_000)
    assert (skipped.stage, skipped.skipped, codes(skipped)) == (Stage.WRAPPED_UP, True, [SKIPPED_CODE])
    left = in_acw(prompt).leave(101_000)
    assert (left.stage, left.skipped, codes(left)) == (Stage.ENDED, False, [])


def test_a_queue_that_offers_no_codes_takes_the_default_code() -> None:
    handling = in_acw(offered=frozenset())
    assert codes(handling.wrap_up(101_000, Entry(code=DEFAULT_CODE_ID))) == [DEFAULT_CODE_ID]
    with pytest.raises(ForeignCodeError):
        handling.wrap_up(101_000, SALE)


def test_a_declined_alert_leaves_nothing_to_wrap_up() -> None:
    handling = a_handling().decline(3_000)
    assert (handling.stage, handling.acw_began_ms) == (Stage.ENDED, None)


# -- drafts -------------------------------------------------------------------------------------------------


def test_a_draft_is_no_wrap_up() -> None:
    handling = in_acw().save_draft(101_000, Entry(notes="call back"))
    assert (handling.stage, handling.draft, codes(handling)) == (Stage.AFTER_CALL_WORK, Entry(notes="call back"), [])


@pytest.mark.parametrize(
    ("becomes", "code", "author"), [("discarded", TIMEOUT_CODE, "platform"), ("applied", "sale", "agent")]
)
def test_what_a_draft_becomes_at_the_timeout_is_a_parameter(becomes: str, code: str, author: str) -> None:
    late = in_acw(Prompt.MANDATORY_TIMEOUT, draft_at_timeout=becomes).save_draft(101_000, SALE).at(160_000)
    assert late.wrap_up_now is not None
    assert (late.wrap_up_now.code, late.wrap_up_now.author) == (code, author)


def test_a_draft_without_a_code_never_becomes_a_wrap_up() -> None:
    handling = in_acw(Prompt.MANDATORY_TIMEOUT, draft_at_timeout="applied").save_draft(101_000, Entry(notes="later"))
    assert codes(handling.at(160_000)) == [TIMEOUT_CODE]


# -- refusals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("handling", [a_handling(), a_handling().answer(5_000)])
def test_nothing_is_wrapped_up_before_after_call_work(handling: Handling) -> None:
    transitions: list[Callable[[], Handling]] = [
        lambda: handling.wrap_up(6_000, SALE),
        lambda: handling.skip(6_000),
        lambda: handling.leave(6_000),
    ]
    for transition in transitions:
        with pytest.raises(TooEarlyError, match=r"^after-call work has not begun$") as refused:
            transition()
        assert (refused.value.status, refused.value.code) == (400, "bad.request")


def test_a_second_wrap_up_needs_leave_to_overwrite() -> None:
    wrapped_up = in_acw().wrap_up(101_000, SALE)
    with pytest.raises(AlreadyWrappedUpError, match=r"^the agent's part is wrapped up with sale$") as refused:
        wrapped_up.wrap_up(102_000, Entry(code="refund"))
    assert refused.value.status == 409
    again = wrapped_up.wrap_up(102_000, Entry(code="refund"), overwrite=True)
    assert (codes(again), again.acw_ended_ms) == (["sale", "refund"], 101_000)


def test_a_code_that_the_queue_does_not_offer_is_refused() -> None:
    with pytest.raises(
        ForeignCodeError, match=r"^the wrap-up code other is not offered on the queue queue$"
    ) as refused:
        in_acw().wrap_up(101_000, Entry(code="other"))
    assert refused.value.status == 400
    with pytest.raises(ForeignCodeError):
        in_acw().save_draft(101_000, Entry(code="other"))


@pytest.mark.parametrize("code", [None, "", TIMEOUT_CODE])
def test_an_agent_cannot_choose_nothing_or_a_system_code(code: str | None) -> None:
    with pytest.raises((CodeRequiredError, ForeignCodeError)):
        in_acw().wrap_up(101_000, Entry(code=code))


@pytest.mark.parametrize("prompt", DEMANDING)
def test_where_a_code_is_demanded_the_agent_may_not_skip_or_leave(prompt: Prompt) -> None:
    with pytest.raises(CannotSkipError) as refused:
        in_acw(prompt).skip(101_000)
    assert refused.value.code == "conversation.error.wrapup.cannot.skip"
    with pytest.raises((CodeRequiredError, NotAllowedError)):
        in_acw(prompt).leave(101_000)


def test_a_part_that_is_over_takes_nothing_more() -> None:
    left = in_acw(Prompt.OPTIONAL).leave(101_000)
    for transition in (left.skip, left.leave, left.answer, left.decline, left.hang_up, left.request_acw):
        with pytest.raises(NotActiveError):
            transition(102_000)
    with pytest.raises(NotActiveError):
        left.wrap_up(102_000, SALE)
    with pytest.raises(NotActiveError):
        left.save_draft(102_000, SALE)
    wrapped_up = in_acw(Prompt.OPTIONAL).wrap_up(101_000, SALE)
    with pytest.raises(NotActiveError):
        wrapped_up.skip(102_000)
    with pytest.raises(NotActiveError):
        wrapped_up.leave(102_000)


def test_a_draft_needs_an_answered_communication() -> None:
    with pytest.raises(TooEarlyError, match="before the communication is answered"):
        a_handling().save_draft(1, SALE)


def test_only_the_agent_requested_prompt_lets_the_agent_ask() -> None:
    with pytest.raises(NotAllowedError, match=r"^under OPTIONAL the agent does not decide about after-call work$"):
        a_handling(Prompt.OPTIONAL).answer(1).request_acw(2)


def test_a_timed_prompt_needs_a_timeout() -> None:
    with pytest.raises(ValueError, match="the prompt MANDATORY_TIMEOUT needs a timeout"):
        Terms(prompt=Prompt.MANDATORY_TIMEOUT)


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match=r"^time runs backwards, from 100000 ms to 99999 ms$"):
        in_acw().at(99_999)


# -- several agents -----------------------------------------------------------------------------------------


def transferred() -> Conversation:
    """Two agents: the first hands on at 100 s and is in after-call work, the second has answered."""
    one = Conversation().join(a_handling(Prompt.MANDATORY_TIMEOUT)).act(0, 5_000, Handling.answer)
    other = Handling(agent_id="other", queue_id="queue", terms=terms(Prompt.OPTIONAL), began_ms=100_000)
    return one.transfer(0, other).act(1, 104_000, Handling.answer)


def test_every_agent_of_a_transfer_wraps_up_their_own_part() -> None:
    conversation = transferred().act(0, 110_000, Handling.wrap_up, SALE).act(1, 200_000, Handling.hang_up)
    assert not conversation.over
    conversation = conversation.act(1, 210_000, Handling.wrap_up, Entry(code="refund"))
    assert [codes(handling) for handling in conversation.handlings] == [["sale"], ["refund"]]
    assert conversation.over


def test_only_the_first_wrap_up_triggers_the_mapping_and_the_last_is_final() -> None:
    conversation = transferred().act(1, 120_000, Handling.hang_up).act(1, 130_000, Handling.wrap_up, SALE)
    late = conversation.at(200_000).act(1, 210_000, Handling.wrap_up, Entry(code="refund"), overwrite=True)
    assert [wrap_up.code for wrap_up in late.written] == ["sale", TIMEOUT_CODE, "refund"]
    assert late.first is not None
    assert late.final is not None
    assert (late.first.code, late.final.code) == ("sale", "refund")


def test_a_conversation_says_when_time_alone_changes_it() -> None:
    conversation = transferred()
    assert conversation.deadline_ms == 160_000
    assert conversation.at(160_000).deadline_ms is None
    assert Conversation().deadline_ms is None


def test_an_agent_who_is_not_connected_cannot_transfer() -> None:
    with pytest.raises(NotActiveError):
        Conversation().join(a_handling()).transfer(0, a_handling())


# -- whatever happens ---------------------------------------------------------------------------------------

ENTRIES = st.builds(
    Entry, code=st.sampled_from([None, "sale", "refund", "foreign", TIMEOUT_CODE]), notes=st.sampled_from([None, "x"])
)
TERMS = st.builds(
    Terms,
    prompt=st.sampled_from(Prompt),
    timeout_ms=st.sampled_from([1_000, 60_000]),
    offered=st.sampled_from([frozenset({"sale", "refund"}), frozenset[str]()]),
    draft_at_timeout=st.sampled_from(["discarded", "applied"]),
)


class Handled(RuleBasedStateMachine):
    """Any order of transitions, allowed or not, of a conversation with up to three agents."""

    def __init__(self) -> None:
        super().__init__()
        self.now_ms = 0
        self.conversation = Conversation()
        self.steps: list[tuple[Any, ...]] = []

    def act(self, index: int, transition: Any, *args: Any, **kwargs: Any) -> None:
        self.steps.append((index, self.now_ms, transition, args, kwargs))
        index %= len(self.conversation.handlings)
        before = self.conversation
        try:
            self.conversation = before.act(index, self.now_ms, transition, *args, **kwargs)
        except RefusedError as refused:
            assert refused.status in (400, 409)
        for one, other in zip(before.handlings, self.conversation.handlings, strict=True):
            assert other.wrap_ups[: len(one.wrap_ups)] == one.wrap_ups, "what was written stays written"
        if before.first is not None:
            assert self.conversation.first == before.first

    @initialize(terms=TERMS)
    def begin(self, terms: Terms) -> None:
        self.join(terms)

    @precondition(lambda self: len(self.conversation.handlings) < 3)
    @rule(terms=TERMS)
    def join(self, terms: Terms) -> None:
        self.steps.append((None, self.now_ms, terms))
        handling = Handling(agent_id="agent", queue_id="queue", terms=terms, began_ms=self.now_ms)
        self.conversation = self.conversation.join(handling)

    @rule(passed_ms=st.sampled_from([0, 1, 999, 1_000, 59_000, 60_000]))
    def wait(self, passed_ms: int) -> None:
        self.now_ms += passed_ms

    @rule(index=st.integers(0, 2), transition=st.sampled_from([
        Handling.answer, Handling.answer, Handling.hang_up, Handling.hang_up, Handling.decline, Handling.skip,
        Handling.leave, Handling.request_acw,
    ]))  # fmt: skip
    def move(self, index: int, transition: Any) -> None:
        self.act(index, transition)

    @rule(index=st.integers(0, 2), entry=ENTRIES)
    def save_draft(self, index: int, entry: Entry) -> None:
        self.act(index, Handling.save_draft, entry)

    @rule(index=st.integers(0, 2), entry=ENTRIES, overwrite=st.booleans())
    def wrap_up(self, index: int, entry: Entry, *, overwrite: bool) -> None:
        self.act(index, Handling.wrap_up, entry, overwrite=overwrite)

    @invariant()
    def every_finished_handling_has_the_wrap_up_that_its_prompt_promises(self) -> None:
        for handling in self.conversation.at(self.now_ms).handlings:
            counts = handling.wrap_up_now
            if handling.acw_began_ms is None:
                assert counts is None, "nothing before after-call work"
                continue
            assert all(wrap_up.at_ms >= handling.acw_began_ms for wrap_up in handling.wrap_ups)
            by_agent = counts is not None and counts.author == "agent" and counts.code in handling.terms.accepted
            if handling.acw_ended_ms is None:
                assert handling.terms.prompt is Prompt.MANDATORY_FORCED_TIMEOUT or counts is None
            elif handling.terms.prompt is Prompt.MANDATORY:
                assert by_agent
            elif handling.terms.prompt in TIMED:
                assert by_agent or (counts is not None and counts.code == TIMEOUT_CODE)
            else:
                assert counts is None or by_agent or counts.code in (TIMEOUT_CODE, SKIPPED_CODE)
                assert counts is not None or not handling.skipped

    @invariant()
    def forced_after_call_work_takes_exactly_its_time(self) -> None:
        for handling in self.conversation.at(self.now_ms).handlings:
            if handling.terms.prompt is Prompt.MANDATORY_FORCED_TIMEOUT and handling.acw_ended_ms is not None:
                assert handling.acw_ended_ms == handling.deadline_ms

    @invariant()
    def looking_more_often_changes_nothing(self) -> None:
        looked = self.conversation.at(self.now_ms)
        assert looked.at(self.now_ms + 100_000) == self.conversation.at(self.now_ms + 100_000)
        times = [wrap_up.at_ms for wrap_up in looked.written]
        assert times == sorted(times)

    def teardown(self) -> None:
        """The same steps give the same conversation."""
        again = Conversation()
        for index, now_ms, what, *rest in self.steps:
            if index is None:
                again = again.join(Handling(agent_id="agent", queue_id="queue", terms=what, began_ms=now_ms))
                continue
            args, kwargs = rest
            try:
                again = again.act(index % len(again.handlings), now_ms, what, *args, **kwargs)
            except RefusedError:
                continue
        assert again == self.conversation


Handled.TestCase.settings = settings(
    max_examples=150, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestHandled = Handled.TestCase
