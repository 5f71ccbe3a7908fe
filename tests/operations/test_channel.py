"""A channel over a real websocket to a sandbox on this machine."""

import threading
import time

import pytest

from harness.client import Access, ClientCredentials, GenesysClient, region_of
from harness.model.lifecycle import Handling
from harness.operations.channel import Channel, LostError, open_socket
from harness.operations.lapses import Lapse
from harness.operations.watch import Watcher
from harness.sandbox import Sandbox
from tests.sandbox.playing import ANN
from tests.sandbox.talking import FREE, a_talking_state

TOPICS = [f"v2.routing.queues.{FREE['id']}.conversations"]


def a_client(sandbox: Sandbox) -> GenesysClient:
    credentials = ClientCredentials(sandbox.client_id, sandbox.client_secret)
    return GenesysClient(Access(region_of(sandbox.base_url), credentials))


def listening(sandbox: Sandbox) -> None:
    """Wait until the sandbox has the other end of a socket: it sends nothing before."""
    channels, access = sandbox.app.front.platform.channels, sandbox.app.front.platform.access
    token = access.issue(access.clients[sandbox.client_id])
    while not any(channel.socket for channel in channels.of_owner(token)):
        time.sleep(0.005)


def test_events_come_over_a_websocket_until_it_is_closed() -> None:
    with (
        Sandbox(a_talking_state()) as sandbox,
        a_client(sandbox) as client,
        Channel(client, TOPICS, open_socket, time.monotonic) as channel,
    ):
        listening(sandbox)
        begun = sandbox.state.conversations.begin(FREE["id"], ANN["id"])
        event = channel.receive(20)
        assert event is not None
        assert (event[0], begun.id in bytes(event[1]).decode()) == (TOPICS[0], True)
        assert channel.receive(0) is None
        sandbox.app.front.platform.channels.close_sockets(announced=False)
        for _ in range(2):
            with pytest.raises(LostError, match="the connection broke"):
                channel.receive(20)


def test_an_address_that_is_not_encrypted_or_does_not_answer_is_refused_without_being_quoted() -> None:
    """The address is a secret: it must not get into a log."""
    with pytest.raises(LostError, match=r"^the platform named an address that is not encrypted$"):
        open_socket("ws://streaming.example/channels/s3cret")
    with pytest.raises(LostError, match=r"^the websocket could not be opened \(ConnectionRefusedError\)$"):
        open_socket("ws://127.0.0.1:1/channels/s3cret")


def test_a_watch_over_a_real_websocket_reports_what_lapses() -> None:
    lapses: list[Lapse] = []

    class Enough(Exception):
        pass

    def tell(lapse: Lapse) -> None:
        lapses.append(lapse)
        raise Enough

    with Sandbox(a_talking_state()) as sandbox, a_client(sandbox) as client:
        conversations = sandbox.state.conversations
        sandbox.state.clock.advance(time.time() - sandbox.state.clock.now().timestamp() + 60)  # type: ignore[attr-defined]
        watcher = Watcher(client, [FREE["id"]], on_lapse=tell)

        def play() -> None:
            listening(sandbox)
            call = conversations.begin(FREE["id"], ANN["id"])
            conversations.answer(call.id)
            conversations.hang_up(call.id)
            conversations.act(call.id, None, Handling.leave)

        playing = threading.Thread(target=play)
        playing.start()
        with pytest.raises(Enough):
            watcher.run(60)
        playing.join()
    assert [lapse.kind for lapse in lapses] == ["no code"]
    assert watcher.summary.lapses == {"no code": 1}
