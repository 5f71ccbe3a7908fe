"""Notification channels and their subscriptions; what they send goes over the websocket of `streaming`.

Source:
    `platform.md` section 5.
"""

import msgspec

from harness.sandbox.area import Area
from harness.sandbox.call import Call
from harness.sandbox.channels import Channel
from harness.sandbox.clock import iso
from harness.sandbox.problems import not_found
from harness.sandbox.state import Entity
from harness.sandbox.subscriptions import judged
from harness.sandbox.topics import TOPICS

__all__ = ["area"]

area = Area()

_PATH = "/api/v2/notifications"
_CHANNEL = f"{_PATH}/channels/{{channelId}}"
_SUBSCRIPTIONS = f"{_CHANNEL}/subscriptions"


class _Topic(msgspec.Struct):
    id: str


@area.get(f"{_PATH}/availabletopics")
def list_topics(call: Call) -> Entity:
    """List the kinds of topics that the sandbox sends."""
    wanted = call.query.many("expand")
    return {
        "entities": [
            {"id": topic.template}
            | ({"description": topic.description} if "description" in wanted else {})
            | ({"requiresPermissions": [topic.needs]} if "requiresPermissions" in wanted else {})
            | ({"topicParameters": ["id"] * topic.template.count("{id}")} if "topicParameters" in wanted else {})
            | ({"transports": ["Websocket"]} if "transports" in wanted else {})
            | ({"visibility": "Public"} if "visibility" in wanted else {})
            for topic in TOPICS
        ]
    }


@area.post(f"{_PATH}/channels")
def create_channel(call: Call) -> Entity:
    """Make a channel."""
    return _shown(call, call.platform.channels.create(call.token))


@area.get(f"{_PATH}/channels")
def list_channels(call: Call) -> Entity:
    """List the channels of this token, or of all tokens of this app and user."""
    which = call.query.word("includechannels", "token", ("token", "oauthclient"))
    found = call.platform.channels.of_owner(call.token)
    return {
        "entities": [
            _shown(call, channel)
            for channel in found
            if which == "oauthclient" or channel.token.value == call.token.value
        ]
    }


@area.head(_CHANNEL)
def check_channel(call: Call) -> None:
    """Tell whether a channel is alive."""
    _channel(call)


@area.get(_SUBSCRIPTIONS)
def list_subscriptions(call: Call) -> Entity:
    """List the topics of a channel."""
    return {"entities": [{"id": name, "state": "Permitted"} for name in _channel(call).topics.values()]}


@area.post(_SUBSCRIPTIONS)
def add_subscriptions(call: Call) -> Entity:
    """Subscribe to more topics."""
    return _subscribed(call, replace=False)


@area.put(_SUBSCRIPTIONS)
def replace_subscriptions(call: Call) -> Entity:
    """Subscribe to other topics in place of all."""
    return _subscribed(call, replace=True)


@area.delete(_SUBSCRIPTIONS)
def delete_subscriptions(call: Call) -> None:
    """Subscribe to nothing any more."""
    call.platform.channels.subscribe(_channel(call), (), replace=True)


def _subscribed(call: Call, *, replace: bool) -> Entity:
    channel = _channel(call)
    names = [topic.id for topic in call.read(list[_Topic])]
    ignore_errors = call.query.flag("ignoreErrors", default=False)
    entities = judged(call.token, channel, names, ignore_errors=ignore_errors)
    permitted = [entity["id"] for entity in entities if entity["state"] == "Permitted"]
    call.platform.channels.subscribe(channel, permitted, replace=replace)
    return {"entities": entities}


def _channel(call: Call) -> Channel:
    found = call.platform.channels.find(call.path["channelId"])
    if found is None or found.owner != (call.token.client.id, call.token.user_id):
        raise not_found("The channel does not exist")
    return found


def _shown(call: Call, channel: Channel) -> Entity:
    host = call.base_url.replace("http", "ws", 1)
    return {"connectUri": f"{host}/channels/{channel.id}", "id": channel.id, "expires": iso(channel.expires)}
