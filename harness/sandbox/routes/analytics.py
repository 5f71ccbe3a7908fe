"""Analytics of conversations, computed from the sandbox's own: aggregates, and details of a query or of one.

Source:
    `platform.md` sections 6.1 and 6.2.
"""

from harness.sandbox.aggregates import AggregationQuery, aggregated
from harness.sandbox.area import Area
from harness.sandbox.call import Call
from harness.sandbox.detail_queries import DetailQuery, Page, found, terms
from harness.sandbox.details import as_details
from harness.sandbox.played import PlayedConversation
from harness.sandbox.problems import ApiProblem
from harness.sandbox.state import Entity

__all__ = ["DETAIL", "area", "seen_conversations"]

area = Area()

_PATH = "/api/v2/analytics/conversations"
DETAIL = ("analytics:conversationDetail:view", "analytics:agentConversationDetail:view")
"""One of these is needed to see details."""


@area.post(f"{_PATH}/aggregates/query", "analytics:conversationAggregate:view")
def query_aggregates(call: Call) -> Entity:
    """Count and sum the metrics of conversations."""
    query = call.read(AggregationQuery)
    return {"results": aggregated(query, _details(call, attributes=False))}


@area.post(f"{_PATH}/details/query", *DETAIL)
def query_details(call: Call) -> Entity:
    """Find conversations; one page, which has no cursor."""
    query = call.read(DetailQuery)
    query.check_length()
    page = query.paging or Page()
    page.check()
    hits = found(query, _details(call, attributes=False), whole_days=True)
    return {
        "conversations": hits[(page.page_number - 1) * page.page_size : page.page_number * page.page_size],
        "totalHits": len(hits),
        **({"aggregations": terms(query.aggregations, hits)} if query.aggregations else {}),
    }


@area.get(f"{_PATH}/details", *DETAIL)
def show_several(call: Call) -> Entity:
    """Show conversations by id; those that do not exist are left out."""
    wanted = call.query.many("id")
    hits = [details for details in _details(call, attributes=False) if details["conversationId"] in wanted]
    return {"conversations": hits}


@area.get(f"{_PATH}/{{conversationId}}/details", *DETAIL)
def show_details(call: Call) -> Entity:
    """Show one conversation."""
    wanted = call.path["conversationId"]
    for details in _details(call, attributes=False):
        if details["conversationId"] == wanted:
            return details
    raise ApiProblem(404, "not.found", "The conversation does not exist.")


def seen_conversations(call: Call) -> list[PlayedConversation]:
    """Return the conversations in divisions that the client may see."""
    allows = call.token.client.allows
    return [
        held
        for held in call.state.conversations.all()
        if any(allows(call.needs, division_id) for division_id in held.division_ids or ("*",))
    ]


def _details(call: Call, *, attributes: bool) -> list[Entity]:
    return [as_details(call.state, held, attributes=attributes) for held in seen_conversations(call)]
