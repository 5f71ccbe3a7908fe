"""The vendor's own SDK talks to the sandbox unchanged about conversations, analytics, audits and notifications."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import connect

from harness.sandbox import Sandbox
from tests.sandbox.playing import ANN, BILLING, CLIENT, REFUND, SALE
from tests.sandbox.talking import TIMED, Talk, a_talking_state, passing

sdk: Any = pytest.importorskip("PureCloudPlatformClientV2", reason="the vendor's SDK is not installed")

DAY = "2026-11-02T00:00:00Z/2026-11-03T00:00:00Z"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(a_talking_state(), [CLIENT], rate_limit=None) as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[Any]:
    """A client that acts as the agent: only the agent may write a wrap-up."""
    address = urlsplit(sandbox.base_url)
    client = sdk.api_client.ApiClient()
    client.set_gateway(address.hostname, "http", address.port, "", "")
    client.access_token = sandbox.app.front.platform.access.issue(CLIENT, ANN["id"]).value
    yield client
    client.get_http_client().rest_client.pool_manager.clear()


def _model(kind: str, **values: Any) -> Any:
    made = getattr(sdk, kind)()
    for name, value in values.items():
        setattr(made, name, value)
    return made


def _predicate(kind: str, dimension: str, value: str | None = None, operator: str = "matches") -> Any:
    return _model(kind, type="dimension", dimension=dimension, operator=operator, value=value)


def test_a_wrap_up_is_written_and_read_back(api: Any, sandbox: Sandbox) -> None:
    talk = Talk(sandbox.state).hung_up()
    conversations = sdk.ConversationsApi(api)
    offered = conversations.get_conversations_call_participant_wrapupcodes(talk.id, talk.participant)
    assert [code.name for code in offered] == ["Refund", "Sale"]
    wrapup = _model("WrapupInput", code=SALE["id"], notes="went well", tags=["new"], duration_seconds=12)
    request = _model("MediaParticipantRequest", wrapup=wrapup)
    conversations.patch_conversations_call_participant(talk.id, talk.participant, request)
    written = conversations.get_conversations_call_participant_wrapup(talk.id, talk.participant)
    assert (written.code, written.notes, written.tags, written.duration_seconds) == (
        SALE["id"],
        "went well",
        ["new"],
        12,
    )
    agent = conversations.get_conversation(talk.id).participants[-1]
    assert (agent.wrapup.name, agent.wrapup_prompt, agent.calls[0].after_call_work.state) == (
        "Sale",
        "mandatory",
        "complete",
    )
    assert conversations.get_conversations_call(talk.id).participants[-1].user.id == ANN["id"]


def test_a_draft_and_a_wrap_up_of_one_communication(api: Any, sandbox: Sandbox) -> None:
    talk = Talk(sandbox.state, media="message").hung_up()
    conversations = sdk.ConversationsApi(api)
    for wrapup in (_model("WrapupInput", notes="later", provisional=True), _model("WrapupInput", code=REFUND["id"])):
        conversations.post_conversations_message_participant_communication_wrapup(
            talk.id, talk.participant, talk.communication, body=wrapup
        )
    read = conversations.get_conversations_message_participant_communication_wrapup
    assert read(talk.id, talk.participant, talk.communication).code == REFUND["id"]
    assert read(talk.id, talk.participant, talk.communication, provisional=True).notes == "later"


def test_too_early_is_an_error(api: Any, sandbox: Sandbox) -> None:
    talk = Talk(sandbox.state).answered()
    request = _model("MediaParticipantRequest", wrapup=_model("WrapupInput", code=SALE["id"]))
    with pytest.raises(sdk.rest.ApiException) as caught:
        sdk.ConversationsApi(api).patch_conversations_call_participant(talk.id, talk.participant, request)
    assert caught.value.status == 400


def test_aggregates_by_code(api: Any, sandbox: Sandbox) -> None:
    Talk(sandbox.state).wrapped_up(SALE, 20)
    Talk(sandbox.state, TIMED).hung_up()
    passing(sandbox.state, 60)
    sales = _predicate("ConversationAggregateQueryPredicate", "wrapUpCode", SALE["id"])
    query = _model(
        "ConversationAggregationQuery",
        interval=DAY,
        group_by=["wrapUpCode", "queueId"],
        metrics=["tAcw", "tHandle"],
        filter=_model("ConversationAggregateQueryFilter", type="and", predicates=[sales]),
    )
    results = sdk.AnalyticsApi(api).post_analytics_conversations_aggregates_query(query).results
    assert [result.group for result in results] == [{"wrapUpCode": SALE["id"], "queueId": BILLING["id"]}]
    metrics = {metric.metric: metric.stats for metric in results[0].data[0].metrics}
    assert (metrics["tAcw"].count, metrics["tAcw"].sum) == (1, 20_000)


def test_details_at_once_and_by_a_job(api: Any, sandbox: Sandbox) -> None:
    talk = Talk(sandbox.state).wrapped_up()
    analytics = sdk.AnalyticsApi(api)
    wrapup = _predicate("SegmentDetailQueryPredicate", "segmentType", "wrapup")
    coded = _predicate("SegmentDetailQueryPredicate", "wrapUpCode", operator="exists")
    filters = [_model("SegmentDetailQueryFilter", type="and", predicates=[wrapup, coded])]
    query = _model("ConversationQuery", interval=DAY, segment_filters=filters, order="asc")
    found = analytics.post_analytics_conversations_details_query(query)
    assert (found.total_hits, found.conversations[0].conversation_id) == (1, talk.id)
    segment = found.conversations[0].participants[-1].sessions[0].segments[-1]
    assert (segment.segment_type, segment.wrap_up_code) == ("wrapup", SALE["id"])
    assert analytics.get_analytics_conversation_details(talk.id).conversation_id == talk.id
    job = analytics.post_analytics_conversations_details_jobs(
        _model("AsyncConversationQuery", interval=DAY, segment_filters=filters)
    ).job_id
    states = [analytics.get_analytics_conversations_details_job(job).state for _ in range(3)]
    assert states == ["QUEUED", "PENDING", "FULFILLED"]
    page = analytics.get_analytics_conversations_details_job_results(job, page_size=100)
    assert ([each.conversation_id for each in page.conversations], page.cursor) == ([talk.id], None)


def test_an_audit_is_searched_and_fetched(api: Any) -> None:
    routing, audits = sdk.RoutingApi(api), sdk.AuditApi(api)
    queue = routing.get_routing_queue(BILLING["id"])
    queue.acw_settings.wrapup_prompt = "OPTIONAL"
    routing.put_routing_queue(BILLING["id"], queue)
    kinds = _model("AuditQueryFilter", value="Queue")
    kinds.pcProperty = "EntityType"
    request = _model("AuditQueryRequest", interval=DAY, service_name="ContactCenter", filters=[kinds])
    search = audits.post_audits_query(request).id
    assert [audits.get_audits_query_transaction_id(search).state for _ in range(3)][-1] == "Succeeded"
    results = audits.get_audits_query_transaction_id_results(search, page_size=100, expand=["user"])
    audit = results.entities[0]
    assert (audit.action, audit.entity.id, audit.user.name) == ("Update", BILLING["id"], ANN["name"])
    changes = {change.pcProperty: change.new_values for change in audit.property_changes}
    assert changes["acwSettings.wrapupPrompt"] == ["OPTIONAL"]
    assert results.cursor is None
    names = [service.name for service in audits.get_audits_query_servicemapping().services]
    assert "ContactCenter" in names


def test_a_channels_websocket_delivers_the_wrap_up(api: Any, sandbox: Sandbox) -> None:
    talk = Talk(sandbox.state).hung_up()
    notifications = sdk.NotificationsApi(api)
    channel = notifications.post_notifications_channels()
    topic = f"v2.detail.events.conversation.{talk.id}.wrapup"
    subscribed = notifications.post_notifications_channel_subscriptions(channel.id, [_model("ChannelTopic", id=topic)])
    assert [each.state for each in subscribed.entities] == ["Permitted"]
    with connect(channel.connect_uri) as socket:
        socket.send(json.dumps({"message": "ping"}))
        assert json.loads(socket.recv(timeout=10))["eventBody"]["message"] == "pong"
        wrapup = _model("WrapupInput", code=SALE["id"], notes="went well")
        sdk.ConversationsApi(api).patch_conversation_participant(
            talk.id, talk.participant, _model("MediaParticipantRequest", wrapup=wrapup)
        )
        message = json.loads(socket.recv(timeout=10))
    assert message["topicName"] == topic
    assert (message["eventBody"]["wrapupCode"], message["eventBody"]["wrapupNotes"]) == (SALE["id"], "went well")
