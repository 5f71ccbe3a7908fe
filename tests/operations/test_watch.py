"""Watching: what is reported, what is not, and that nothing is missed or told twice whatever happens to the socket."""

from functools import partial
from random import Random
from typing import Any

import pytest

from harness.errors import AuthError, UsageError
from harness.model.lifecycle import Handling
from harness.operations.channel import LostError
from harness.sandbox import Grant
from tests.operations.playing import a_fault
from tests.operations.watching import Play, many_conversations
from tests.sandbox.playing import ANN, BILLING, OTHER, REFUND, SALE
from tests.sandbox.talking import BARE, FORCED, FREE, TIMED, Talk

DETAILS = "/api/v2/analytics/conversations/details/query"


def test_a_thousand_conversations_over_an_unsteady_line_are_each_told_once() -> None:
    """Three sockets drop, a third of the events comes twice, and none comes in its place."""
    play = Play(drop_at=[1800, 1500, 1200], unsteady=Random(7))  # noqa: S311
    play.acts.extend(many_conversations(play, 1000, Random(8)))  # noqa: S311
    summary = play.watcher(FREE, TIMED, FORCED).run(600)
    assert not play.acts
    assert len(play.state.conversations.all()) == 1000
    assert len(play.lapsed) > 300
    assert play.reported == play.lapsed
    assert summary.reconnects == 3
    assert summary.repeated > 100
    assert summary.found_late > 0
    assert summary.undetermined == 0
    assert sum(summary.lapses.values()) == len(play.lapsed)
    ended = sum(it.acw_ended_ms is not None for held in play.state.conversations.all() for it in held.course.handlings)
    assert summary.handlings == ended
    assert play.played.writes == [line for line in play.played.writes if "notifications" in line or DETAILS in line]


@pytest.mark.parametrize("connected", [True, False])
def test_what_was_coded_well_is_not_reported(connected: bool) -> None:
    play = Play()
    play.acts += [
        lambda: Talk(play.state).wrapped_up(SALE),
        lambda: Talk(play.state, BARE).wrapped_up({"id": "7fb334b0-0e9e-11e4-9191-0800200c9a66"}),
        lambda: Talk(play.state).answered(),
        lambda: Talk(play.state).hung_up(),
    ]
    settings = {} if connected else {"connect": None}
    summary = play.watcher(BILLING, BARE, **settings).run(600)
    assert play.lapses == []
    assert (summary.handlings, summary.lapses) == (2, {})


def left(play: Play, queue: Any = FREE) -> None:
    talk = Talk(play.state, queue).hung_up()
    play.state.conversations.act(talk.id, None, Handling.leave)


@pytest.mark.parametrize("connected", [True, False])
def test_each_kind_of_lapse_is_told_apart(connected: bool) -> None:
    play = Play()

    def detached() -> None:
        Talk(play.state, TIMED).wrapped_up(REFUND)
        play.state.shelf("queue_wrapupcodes").put(TIMED["id"], [OTHER])

    play.acts += [
        partial(left, play),
        lambda: Talk(play.state, FORCED).hung_up(),
        detached,
    ]
    settings = {} if connected else {"connect": None}
    summary = play.watcher(FREE, FORCED, TIMED, **settings).run(900)
    assert summary.lapses == {"no code": 1, "system code": 1, "code not offered": 1}
    assert {(it.kind, it.part.code, it.part.queue_id) for it in play.lapses} == {
        ("no code", None, FREE["id"]),
        ("system code", "ININ-WRAP-UP-TIMEOUT", FORCED["id"]),
        ("code not offered", REFUND["id"], TIMED["id"]),
    }
    assert (len(play.lines) > 0) is connected
    if not connected:
        assert summary.found_late == 3


def test_a_code_that_was_attached_just_now_is_offered() -> None:
    """What a queue offers is remembered, and asked again before anybody is blamed."""
    play = Play()

    def attached() -> None:
        play.state.shelf("queue_wrapupcodes").put(BILLING["id"], [SALE, OTHER])
        Talk(play.state).wrapped_up(OTHER)

    play.state.shelf("queue_wrapupcodes").put(BILLING["id"], [SALE])
    play.acts += [lambda: Talk(play.state).wrapped_up(SALE), attached]
    assert play.watcher(BILLING).run(600).handlings == 2
    assert play.lapses == []


def test_what_ended_before_the_watch_is_not_its_business() -> None:
    play = Play()
    left(play)
    play.played.time.advance(60)
    assert play.watcher(FREE).run(600).handlings == 0


def test_other_queues_are_not_its_business_unless_their_agent_is() -> None:
    play = Play([])
    play.acts += [partial(left, play)]
    assert play.watcher(BILLING).run(600).handlings == 0
    play.acts += [partial(left, play)]
    assert play.watcher(user_ids=[ANN["id"]]).run(600).lapses == {"no code": 1}


def test_a_socket_that_stays_silent_is_pinged_and_then_left() -> None:
    play = Play()
    watcher = play.watcher(FREE)

    def deaf(uri: str) -> Any:
        line = play.connect(uri)
        if len(play.lines) == 1:
            line.deaf = True
        return line

    watcher = play.watcher(FREE, connect=deaf)
    summary = watcher.run(600)
    assert summary.reconnects == 1
    assert play.lines[0].sent == ['{"message":"ping"}']
    assert play.notes[:2] == [
        "nothing was heard for 90 s, not even a heartbeat; connecting again",
        "connected again",
    ]


def test_a_channel_outlives_its_day() -> None:
    """Subscribing again lets it live on: a watch of three days needs one channel."""
    play = Play()
    play.acts += [lambda: None] * 3
    summary = play.watcher(FREE).run(3 * 86_400)
    assert (summary.reconnects, len(play.lines)) == (0, 1)


def test_a_channel_that_was_evicted_is_replaced() -> None:
    play = Play()

    def evict() -> None:
        channels = play.played.sandbox.app.front.platform.channels
        channels.find(play.lines[0].channel.id).expires = play.played.time.now()  # type: ignore[union-attr]
        play.lines[0].channel.outbox.append(b'{"result":"404"}')

    play.acts += [evict, partial(left, play)]
    summary = play.watcher(FREE).run(600)
    assert (summary.reconnects, summary.lapses) == (1, {"no code": 1})
    assert play.notes[0] == "the platform has dropped the channel; connecting again"


def test_a_channel_that_cannot_be_renewed_is_replaced() -> None:
    play = Play()
    play.played.sandbox.plan(a_fault("html", "/api/v2/notifications/channels/*/subscriptions", status=404, first=2))
    summary = play.watcher(FREE).run(86_400)
    assert summary.reconnects == 1
    assert play.notes[0] == "the channel does not exist any more; connecting again"


def test_an_announced_closing_is_followed() -> None:
    play = Play()

    def close() -> None:
        play.lines[0].channel.push("v2.system.socket_closing", {"message": "WebSocket is being closed"})

    play.acts += [close, partial(left, play)]
    assert play.watcher(FREE).run(600).lapses == {"no code": 1}
    assert play.notes[0] == "the platform closes the socket for maintenance; connecting again"


def test_lost_and_unreadable_events_are_made_good() -> None:
    play = Play()

    def lose() -> None:
        play.played.sandbox.app.front.platform.channels.disturb(lose=100)
        play.lines[0].channel.outbox.extend([b"no json", b'{"topicName":"v2.x","eventBody":{"id":7}}', b"[1]"])
        left(play)

    play.acts += [lose]
    summary = play.watcher(FREE).run(3600)
    assert (summary.lapses, summary.found_late, summary.reconnects) == ({"no code": 1}, 1, 0)


def test_what_cannot_be_judged_now_is_judged_later() -> None:
    play = Play()
    play.acts += [partial(left, play), partial(left, play)]
    play.played.sandbox.plan(a_fault("server_error", "/api/v2/conversations/*", method="GET", times=8))
    summary = play.watcher(FREE).run(3600)
    assert (summary.lapses, summary.undetermined) == ({"no code": 2}, 0)
    assert play.reported == play.lapsed


def test_what_can_never_be_judged_is_counted() -> None:
    play = Play()
    play.acts += [partial(left, play)]
    play.played.sandbox.plan(a_fault("server_error", "/api/v2/conversations/*", method="GET", times=None))
    summary = play.watcher(FREE).run(600)
    assert (summary.lapses, summary.handlings, summary.undetermined) == ({}, 0, 1)


def test_analytics_that_fails_is_asked_again() -> None:
    play = Play()
    play.acts += [partial(left, play)]
    play.played.sandbox.plan(a_fault("server_error", DETAILS, times=4))
    summary = play.watcher(FREE, connect=None).run(600)
    assert summary.lapses == {"no code": 1}
    assert play.notes[0].startswith(f"could not look back: POST {DETAILS} answered 503")
    assert summary.looked_back_to is not None


def test_a_conversation_that_is_not_shown_any_more_is_reported_as_it_was_told() -> None:
    play = Play()
    play.acts += [partial(left, play)]
    play.played.sandbox.plan(a_fault("html", "/api/v2/conversations/*", method="GET", status=404, times=None))
    assert play.watcher(FREE).run(600).lapses == {"no code": 1}


def test_memory_is_bounded() -> None:
    """What ended long ago is forgotten, and still not told twice when it is told again."""
    play = Play()
    play.acts += [partial(left, play)] * 150
    watcher = play.watcher(FREE)
    summary = watcher.run(4 * 3600)
    assert summary.handlings == 150
    assert play.reported == play.lapsed
    assert len(watcher._seen) < 80
    capped = Play()
    capped.acts += [partial(left, capped)] * 20
    watcher = capped.watcher(FREE, remembered=5)
    watcher.run(3600)
    assert len(watcher._seen) <= 5


# -- default codes ------------------------------------------------------------------------------------------


def test_the_default_code_is_applied_where_no_agent_chose_one() -> None:
    play = Play()
    play.state.conversations.assumptions = type(play.state.conversations.assumptions)(clients_wrap_up=True)
    play.acts += [
        lambda: Talk(play.state, FORCED).hung_up(),
        lambda: Talk(play.state, FORCED).wrapped_up(REFUND),
        partial(left, play),
    ]
    client = play.played.client
    summary = play.watcher(FORCED, FREE, client=client, default_code=lambda _: "Sale").run(900)
    outcomes = {(it.kind, it.default) for it in play.lapses}
    assert outcomes == {("system code", "applied"), ("no code", "failed")}
    assert summary.defaults == 1
    failed = next(it for it in play.lapses if it.default == "failed")
    assert failed.detail is not None
    assert "after-call work is over" in failed.detail
    codes = [talk.course.handlings[0].wrap_up_now for talk in play.state.conversations.all()]
    assert [code.code if code else None for code in codes] == [SALE["id"], REFUND["id"], None]


def test_nothing_is_applied_by_a_client_that_only_reads() -> None:
    play = Play()
    play.acts += [lambda: Talk(play.state, FORCED).hung_up()]
    summary = play.watcher(FORCED, default_code=lambda _: "Sale").run(900)
    assert (summary.lapses, summary.defaults) == ({"system code": 1}, 0)
    assert "this client only reads" in (play.lapses[0].detail or "")
    assert not any(line.startswith("PATCH") for line in play.played.writes)


def test_a_queue_without_a_default_code_is_said_so() -> None:
    play = Play()
    play.acts += [partial(left, play)]
    play.watcher(FREE, default_code=lambda _: None).run(600)
    assert [(it.default, it.detail) for it in play.lapses] == [("failed", "the queue has no default code")]


# -- what cannot be watched ---------------------------------------------------------------------------------


def test_a_topic_that_is_refused_ends_the_watch_with_what_is_missing() -> None:
    play = Play()
    play.played = type(play.played)(play.state, Grant(frozenset({"analytics:conversationDetail:view"})))
    with pytest.raises(UsageError, match=r"refuses to tell of v2.routing.queues.*: permissions are missing") as refused:
        play.watcher(FREE).run(60)
    assert refused.value.hint == "add conversation:communication:view to a role of these credentials"


def test_analytics_that_is_forbidden_ends_the_watch() -> None:
    """Without it, a gap would go unseen."""
    play = Play()
    play.played = type(play.played)(play.state, Grant(frozenset({"conversation:communication:view"})))
    with pytest.raises(AuthError, match="analytics:conversationDetail:view"):
        play.watcher(FREE).run(60)


def test_closed_sockets_are_told_after_some_tries() -> None:
    def closed(_: str) -> Any:
        raise LostError("the websocket could not be opened (ConnectionRefusedError)")

    with pytest.raises(UsageError, match=r"no websocket can be opened: .*\n  --poll does without"):
        Play().watcher(FREE, connect=closed).run(3600)


@pytest.mark.parametrize(
    ("queues", "settings", "message"),
    [
        ([], {}, "there is nothing to watch"),
        ([{"id": str(number)} for number in range(1001)], {}, "1001 queues and agents are more than the 1000"),
        ([FREE], {"poll_s": 0}, "the time between two looks must be above 0 s"),
        ([FREE], {"days": 31}, "the days from 1 to 30"),
    ],
)
def test_a_watch_that_makes_no_sense_is_refused(queues: Any, settings: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Play().watcher(*queues, **settings)
