"""Notification channels: over the API, and what comes over their websockets."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from harness.model.lifecycle import TIMEOUT_CODE, Handling
from harness.sandbox import Client, Sandbox, State
from tests.sandbox.playing import ANN, BEN, BILLING, CLIENT, MAPPING, NOWHERE, SALE, Caller, a_caller, may
from tests.sandbox.schemas import AVAILABLE, model_validator
from tests.sandbox.talking import FREE, TIMED, Talk, a_talking_state, a_user, passing

CHANNELS = "/api/v2/notifications/channels"


# -- over the API -------------------------------------------------------------------------------------------


def subscribed(caller: Caller, channel: str, *topics: str, method: str = "POST", **query: Any) -> list[dict[str, Any]]:
    answer = caller.ask(method, f"{CHANNELS}/{channel}/subscriptions", json=[{"id": it} for it in topics], **query)
    return list(answer["entities"])


def listed(caller: Caller, channel: str) -> list[str]:
    return [topic["id"] for topic in caller.get(f"{CHANNELS}/{channel}/subscriptions")["entities"]]


def a_channel(caller: Caller) -> str:
    return str(caller.ask("POST", CHANNELS)["id"])


def test_subscriptions_are_added_replaced_and_deleted() -> None:
    caller = a_user(a_talking_state())
    channel = a_channel(caller)
    one, other = "v2.users.u-1.conversations", "v2.routing.queues.q-1.conversations"
    assert subscribed(caller, channel, one) == [{"id": one, "state": "Permitted"}]
    subscribed(caller, channel, other, one.upper())
    assert listed(caller, channel) == [one.upper(), other], "case makes no other topic"
    subscribed(caller, channel, other, method="PUT")
    assert listed(caller, channel) == [other]
    caller.ask("DELETE", f"{CHANNELS}/{channel}/subscriptions")
    assert listed(caller, channel) == []


def test_a_topic_that_cannot_be_had_is_refused_or_marked() -> None:
    state = a_talking_state()
    caller = a_caller(state, may("routing:queue:view"))
    channel = a_channel(caller)
    path = f"{CHANNELS}/{channel}/subscriptions"
    guarded = "v2.users.u-1.conversations"
    for topic, status, code in (
        (guarded, 403, "missing.permissions"),
        ("v2.conversations.x.wrapup", 400, "bad.request"),
        (f"v2.users.{'x' * 200}.conversations", 400, "bad.request"),
    ):
        caller.refused("POST", path, status, code, json=[{"id": topic}])
        marked = subscribed(caller, channel, topic, ignoreErrors="true")
        assert marked[0]["state"] == "Rejected"
    assert marked[0]["rejectionReason"] == "a topic's name has at most 200 characters"
    assert subscribed(caller, channel, guarded, ignoreErrors="true")[0]["missingPermissions"] == [
        "conversation:communication:view"
    ]
    assert listed(caller, channel) == []


def test_users_need_no_permission_for_what_concerns_themselves() -> None:
    state = a_talking_state()
    nobody = Client(id="client-1", secret="s", grants=(may("nothing:at:all"),))  # noqa: S106 - play
    caller = a_user(state)
    access = caller.sandbox.app.front.platform.access
    caller.http.headers["authorization"] = f"Bearer {access.issue(nobody, ANN['id']).value}"
    channel = a_channel(caller)
    assert subscribed(caller, channel, f"v2.users.{ANN['id']}.conversations")[0]["state"] == "Permitted"
    other = [{"id": f"v2.users.{BEN['id']}.conversations"}]
    caller.refused("POST", f"{CHANNELS}/{channel}/subscriptions", 403, "missing.permissions", json=other)


def test_a_channel_has_at_most_a_thousand_topics() -> None:
    caller = a_user(a_talking_state())
    channel = a_channel(caller)
    topics = [{"id": f"v2.users.u-{number}.conversations"} for number in range(1_001)]
    caller.refused("POST", f"{CHANNELS}/{channel}/subscriptions", 400, "bad.request", json=topics)
    caller.ask("POST", f"{CHANNELS}/{channel}/subscriptions", json=topics[:1_000])
    caller.refused("POST", f"{CHANNELS}/{channel}/subscriptions", 400, "bad.request", json=topics[1_000:])


def test_the_twenty_first_channel_takes_the_place_of_the_longest_unused() -> None:
    state = a_talking_state()
    caller = a_user(state)
    channels = []
    for _ in range(20):
        channels.append(a_channel(caller))
        passing(state, 1)
    subscribed(caller, channels[0], "v2.users.u-1.conversations")
    channels.append(a_channel(caller))
    shown = [channel["id"] for channel in caller.get(CHANNELS)["entities"]]
    assert shown == [channels[0], *channels[2:]]
    assert caller.answer("HEAD", f"{CHANNELS}/{channels[0]}").status_code == 200
    assert caller.answer("HEAD", f"{CHANNELS}/{channels[1]}").status_code == 404


def test_channels_are_listed_by_token_and_seen_by_nobody_else() -> None:
    state = a_talking_state()
    caller = a_user(state)
    channel = a_channel(caller)
    access = caller.sandbox.app.front.platform.access
    caller.http.headers["authorization"] = f"Bearer {access.issue(CLIENT, ANN['id']).value}"
    assert caller.get(CHANNELS)["entities"] == []
    assert [each["id"] for each in caller.get(CHANNELS, includechannels="oauthclient")["entities"]] == [channel]
    caller.http.headers["authorization"] = f"Bearer {access.issue(CLIENT, BEN['id']).value}"
    caller.refused("GET", f"{CHANNELS}/{channel}/subscriptions", 404, "not.found")


def test_a_channel_dies_after_a_day_unless_it_is_subscribed_again() -> None:
    state = a_talking_state()
    caller = a_user(state)
    renewed, left = a_channel(caller), a_channel(caller)
    passing(state, 80_000)
    subscribed(caller, renewed, "v2.users.u-1.conversations")
    passing(state, 6_400)
    access = caller.sandbox.app.front.platform.access
    caller.http.headers["authorization"] = f"Bearer {access.issue(CLIENT, ANN['id']).value}"
    assert caller.answer("HEAD", f"{CHANNELS}/{renewed}").status_code == 200
    assert caller.answer("HEAD", f"{CHANNELS}/{left}").status_code == 404


def test_topics_are_listed_with_what_is_asked_for() -> None:
    caller = a_user(a_talking_state())
    topics = caller.get("/api/v2/notifications/availabletopics", expand="requiresPermissions,topicParameters")
    shown = {topic["id"]: topic for topic in topics["entities"]}
    assert shown["v2.detail.events.conversation.{id}.wrapup"] == {
        "id": "v2.detail.events.conversation.{id}.wrapup",
        "requiresPermissions": ["analytics:conversationDetail:view"],
        "topicParameters": ["id"],
    }


# -- over a websocket ---------------------------------------------------------------------------------------


class Listener:
    """A client of one channel's websocket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.pong()

    def next(self) -> dict[str, Any]:
        """Return the next message; it comes within seconds or never."""
        message: dict[str, Any] = json.loads(self.socket.recv(timeout=10))
        return message

    def event(self, topic: str) -> dict[str, Any]:
        """Return the body of the next event of a topic; what comes before belongs to others."""
        while (message := self.next())["topicName"] != topic:
            pass
        body: dict[str, Any] = message["eventBody"]
        return body

    def say(self, message: Any) -> None:
        self.socket.send(message if isinstance(message, str) else json.dumps(message))

    def pong(self) -> None:
        """Ask whether it listens; what was sent before has come before."""
        self.say({"message": "ping"})
        assert self.next() == {"topicName": "channel.metadata", "eventBody": {"message": "pong"}}


class Play:
    """A running sandbox, a user who calls it, and who listens."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.state: State = sandbox.state
        self.caller = a_user(self.state)
        self.closing = ExitStack()
        token = sandbox.app.front.platform.access.issue(CLIENT, ANN["id"]).value
        headers = {"authorization": f"Bearer {token}"}
        self.caller.http = self.closing.enter_context(httpx.Client(base_url=sandbox.base_url, headers=headers))

    def listen(self, *topics: str) -> Listener:
        channel = self.caller.ask("POST", CHANNELS)
        self.caller.ask("POST", f"{CHANNELS}/{channel['id']}/subscriptions", json=[{"id": it} for it in topics])
        return self.connect(channel["connectUri"])

    def connect(self, uri: str) -> Listener:
        return Listener(self.closing.enter_context(connect(uri)))


@pytest.fixture
def play() -> Iterator[Play]:
    with Sandbox(a_talking_state(), [CLIENT], rate_limit=None) as sandbox:
        playing = Play(sandbox)
        with playing.closing:
            yield playing


def test_a_wrap_up_is_told_to_who_listens(play: Play) -> None:
    talk = Talk(play.state).hung_up()
    topic = f"v2.detail.events.conversation.{talk.id}.wrapup"
    listener = play.listen(topic, f"v2.detail.events.conversation.{talk.id}.acw")
    passing(play.state, 20)
    wrapup = {"code": SALE["id"], "notes": "went well"}
    play.caller.ask("PATCH", talk.participant_path, status=202, json={"wrapup": wrapup})
    message = listener.next()
    assert (message["topicName"], message["version"]) == (topic, "2")
    body = message["eventBody"]
    assert (body["conversationId"], body["participantId"]) == (talk.id, talk.participant)
    assert (body["wrapupCode"], body["wrapupNotes"], body["wrapupDurationMs"]) == (SALE["id"], "went well", 20_000)
    assert (body["mediaType"], body["direction"], body["queueId"]) == ("VOICE", "INBOUND", BILLING["id"])
    assert body["eventTime"] == round(play.state.clock.now().timestamp() * 1000)
    assert "userId" not in body
    acw = listener.next()["eventBody"]
    assert (acw["userId"], acw["wrapupCode"]) == (ANN["id"], SALE["id"])
    if AVAILABLE:
        model_validator("WrapupDetailEventTopicWrapupEvent").validate(body)
        model_validator("AcwDetailEventTopicAfterCallWorkEvent").validate(acw)


def test_a_timeout_is_told_without_anybody_calling(play: Play) -> None:
    """Virtual time passes, and the sandbox notices by itself."""
    talk = Talk(play.state, TIMED).hung_up()
    listener = play.listen(f"v2.detail.events.conversation.{talk.id}.wrapup")
    passing(play.state, 100)
    body = listener.event(f"v2.detail.events.conversation.{talk.id}.wrapup")
    assert (body["wrapupCode"], body["wrapupDurationMs"]) == (TIMEOUT_CODE, 60_000)


def test_users_and_queues_hear_when_a_wrap_up_is_expected(play: Play) -> None:
    """Only this event says that an agent still owes a code."""
    user, queue = f"v2.users.{ANN['id']}.conversations", f"v2.routing.queues.{BILLING['id']}.conversations"
    listener = play.listen(user, queue)
    talk = Talk(play.state)
    seen = []
    for step in (talk.answered, lambda: play.state.conversations.hang_up(talk.id)):
        step()
    play.state.conversations.wrap_up(talk.id, SALE["id"])
    for _ in range(4):
        body = listener.event(queue)
        agent = body["participants"][-1]
        seen.append((agent["calls"][0]["state"], agent["wrapupExpected"], agent.get("wrapup", {}).get("code")))
        if AVAILABLE:
            model_validator("QueueConversationEventTopicConversation").validate(body)
    assert seen == [
        ("alerting", False, None),
        ("connected", False, None),
        ("disconnected", True, None),
        ("disconnected", False, SALE["id"]),
    ]


def test_a_draft_is_not_told(play: Play) -> None:
    """An event has no flag for drafts: nobody could tell one from a wrap-up."""
    topic = f"v2.users.{ANN['id']}.conversations"
    listener = play.listen(topic)
    talk = Talk(play.state).answered()
    play.state.emit("what no topic is about")
    entry = {"wrapup": {"code": SALE["id"], "provisional": True}}
    play.caller.ask("PATCH", talk.participant_path, status=202, json=entry)
    agent = [listener.event(topic) for _ in range(3)][-1]["participants"][-1]
    assert "wrapup" not in agent
    assert "wrapup" not in agent["calls"][0]


def test_after_call_work_may_end_without_a_code(play: Play) -> None:
    talk = Talk(play.state, FREE).hung_up()
    topic = f"v2.detail.events.conversation.{talk.id}.acw"
    listener = play.listen(topic)
    play.state.conversations.act(talk.id, None, Handling.leave)
    assert "wrapupCode" not in listener.event(topic)


def test_changes_of_the_org_are_told(play: Play) -> None:
    audit = f"v2.audits.entitytype.WrapupCode.entityid.{SALE['id']}"
    outbound = f"v2.outbound.wrapupcodemappings.{MAPPING['id']}"
    listener = play.listen(audit, outbound)
    play.caller.ask("PUT", f"/api/v2/routing/wrapupcodes/{SALE['id']}", json={"name": "Sold"})
    play.caller.ask("PUT", "/api/v2/outbound/wrapupcodemappings", json=MAPPING)
    told = listener.event(audit)
    assert (told["action"], told["userId"]) == ("Update", ANN["id"])
    mapping = listener.event(outbound)
    assert mapping["version"] == MAPPING["version"] + 1
    if AVAILABLE:
        model_validator("AuditTopicAuditLogMessage").validate(told)
        model_validator("DialerWrapupcodemappingConfigChangeWrapUpCodeMapping").validate(mapping)


def test_heartbeats_come_by_the_sandboxs_time(play: Play) -> None:
    listener = play.listen()
    passing(play.state, 30)
    assert listener.next() == {"topicName": "channel.metadata", "eventBody": {"message": "WebSocket Heartbeat"}}


def test_topics_can_be_subscribed_to_over_the_websocket(play: Play) -> None:
    listener = play.listen()
    topic = f"v2.users.{ANN['id']}.conversations"
    listener.say({"message": "subscribe", "topics": [topic], "correlationId": "c-1"})
    assert listener.next() == {"result": "200", "status": "subscribed", "correlationId": "c-1"}
    Talk(play.state)
    assert listener.next()["topicName"] == topic
    listener.say({"message": "subscribe", "topics": ["v2.nothing"]})
    assert listener.next() == {"result": "400", "status": "failure"}


def test_several_topics_of_one_entity_can_be_named_at_once(play: Play) -> None:
    listener = play.listen(f"v2.users.{ANN['id']}?conversations")
    Talk(play.state)
    assert listener.next()["topicName"] == f"v2.users.{ANN['id']}.conversations"


def test_what_is_no_message_is_ignored(play: Play) -> None:
    listener = play.listen()
    for odd in ("no json", "[]", '{"message": "sing"}'):
        listener.say(odd)
    listener.pong()


def test_a_second_socket_takes_the_place_of_the_first(play: Play) -> None:
    uri = play.caller.ask("POST", CHANNELS)["connectUri"]
    first, second = play.connect(uri), play.connect(uri)
    with pytest.raises(ConnectionClosed):
        first.socket.recv(timeout=10)
    second.pong()


def test_a_channel_that_is_gone_says_so_and_closes(play: Play) -> None:
    with connect(play.sandbox.base_url.replace("http", "ws") + f"/channels/{NOWHERE}") as socket:
        assert json.loads(socket.recv(timeout=10)) == {"result": "404"}
    listener = play.listen()
    passing(play.state, 86_400)
    messages = [listener.next()]
    while messages[-1] != {"result": "404"}:
        messages.append(listener.next())
    with pytest.raises(ConnectionClosed):
        listener.socket.recv(timeout=10)


def test_maintenance_is_announced_and_the_channel_survives_it(play: Play) -> None:
    channel = play.caller.ask("POST", CHANNELS)
    listener = play.connect(channel["connectUri"])
    channels = play.sandbox.app.front.platform.channels
    channels.close_sockets()
    assert listener.next()["topicName"] == "v2.system.socket_closing"
    with pytest.raises(ConnectionClosed):
        listener.socket.recv(timeout=10)
    again = play.connect(channel["connectUri"])
    channels.close_sockets(announced=False)
    with pytest.raises(ConnectionClosed):
        again.socket.recv(timeout=10)


def test_messages_may_go_lost_or_come_twice(play: Play) -> None:
    listener = play.listen(f"v2.users.{ANN['id']}.conversations")
    play.sandbox.app.front.platform.channels.disturb(lose=1, repeat=1)
    ids = [Talk(play.state).id for _ in range(3)]
    assert [listener.next()["eventBody"]["id"] for _ in range(3)] == [ids[1], ids[1], ids[2]]


def test_what_happens_while_nobody_is_connected_is_lost(play: Play) -> None:
    channel = play.caller.ask("POST", CHANNELS)
    topic = {"id": f"v2.users.{ANN['id']}.conversations"}
    play.caller.ask("POST", f"{CHANNELS}/{channel['id']}/subscriptions", json=[topic])
    Talk(play.state)
    listener = play.connect(channel["connectUri"])
    talk = Talk(play.state)
    assert listener.next()["eventBody"]["id"] == talk.id
