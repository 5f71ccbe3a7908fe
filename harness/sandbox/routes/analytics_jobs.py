"""Asynchronous analytics of conversations: details with participants' attributes, and aggregates.

Source:
    `platform.md` section 6.3.
"""

from harness.sandbox.aggregates import AggregationQuery, aggregated
from harness.sandbox.area import Area
from harness.sandbox.call import Call
from harness.sandbox.clock import iso, iso_ms
from harness.sandbox.detail_queries import DetailQuery, found
from harness.sandbox.details import as_details
from harness.sandbox.played import PlayedConversation
from harness.sandbox.problems import bad_request
from harness.sandbox.routes.analytics import DETAIL, seen_conversations
from harness.sandbox.state import Entity

__all__ = ["aggregates_area", "details_area"]

details_area = Area()
aggregates_area = Area()

_DETAILS = "/api/v2/analytics/conversations/details/jobs"
_AGGREGATES = "/api/v2/analytics/conversations/aggregates/jobs"
_AGGREGATE = "analytics:conversationAggregate:view"
_KINDS = {"details": "conversation details", "aggregates": "conversation aggregates"}
_STATES = {
    "queued": "QUEUED",
    "running": "PENDING",
    "done": "FULFILLED",
    "cancelled": "CANCELLED",
    "expired": "EXPIRED",
}


@details_area.get(f"{_DETAILS}/availability", "analytics:conversationDetail:view")
def show_availability(call: Call) -> Entity:
    """Tell up to when jobs have data."""
    return {"dataAvailabilityDate": iso_ms(_available_ms(call))}


@details_area.post(_DETAILS, *DETAIL)
def submit_details(call: Call) -> Entity:
    """Start to find conversations that the data reaches to."""
    query = call.read(DetailQuery)
    if query.limit is not None and query.limit < 1:
        raise bad_request("limit must be at least 1")
    available_ms = _available_ms(call)
    details = [
        as_details(call.state, held, attributes=True)
        for held in seen_conversations(call)
        if held.ended_ms is not None and held.course.over and _last_ms(held) <= available_ms
    ]
    hits = found(query, details, whole_days=query.start_of_day_interval_matching)
    asked = {"dataAvailabilityDate": iso_ms(available_ms)}
    return {"jobId": call.state.jobs.submit(_KINDS["details"], hits[: query.limit], asked).id}


@aggregates_area.post(_AGGREGATES, _AGGREGATE)
def submit_aggregates(call: Call) -> Entity:
    """Start to count and sum."""
    query = call.read(AggregationQuery)
    details = [as_details(call.state, held, attributes=False) for held in seen_conversations(call)]
    return {"jobId": call.state.jobs.submit(_KINDS["aggregates"], aggregated(query, details)).id}


def _show_job(call: Call) -> Entity:
    """Tell how a job is."""
    job, how = call.state.jobs.poll(_kind(call), call.path["jobId"])
    return {
        "state": _STATES[how],
        "submissionDate": iso(job.submitted),
        **({"completionDate": iso(job.completed)} if job.completed is not None else {}),
        "expirationDate": iso(job.expires),
    }


def _cancel_job(call: Call) -> None:
    """Stop a job."""
    call.state.jobs.cancel(_kind(call), call.path["jobId"])


@details_area.get(f"{_DETAILS}/{{jobId}}/results", *DETAIL)
def show_details(call: Call) -> Entity:
    """Show a page of conversations; without a cursor it is the last."""
    page_of = call.state.jobs.page
    job, hits, cursor = page_of(_kind(call), call.path["jobId"], call.query, default=1_000, most=10_000)
    return {"conversations": list(hits), **_cursor(cursor), **job.asked}


@aggregates_area.get(f"{_AGGREGATES}/{{jobId}}/results", _AGGREGATE)
def show_aggregates(call: Call) -> Entity:
    """Show a page of groups; without a cursor it is the last."""
    _, hits, cursor = call.state.jobs.page(_kind(call), call.path["jobId"], call.query, default=1_000, most=10_000)
    return {"results": list(hits), **_cursor(cursor)}


details_area.get(f"{_DETAILS}/{{jobId}}", *DETAIL)(_show_job)
details_area.delete(f"{_DETAILS}/{{jobId}}", *DETAIL)(_cancel_job)
aggregates_area.get(f"{_AGGREGATES}/{{jobId}}", _AGGREGATE)(_show_job)
aggregates_area.delete(f"{_AGGREGATES}/{{jobId}}", _AGGREGATE)(_cancel_job)


def _kind(call: Call) -> str:
    return _KINDS["details" if call.query.path.startswith(_DETAILS) else "aggregates"]


def _cursor(cursor: str | None) -> Entity:
    return {} if cursor is None else {"cursor": cursor}


def _available_ms(call: Call) -> int:
    conversations = call.state.conversations
    return conversations.now_ms - conversations.assumptions.lake_lag_s * 1_000


def _last_ms(held: PlayedConversation) -> int:
    """Return when the last of a conversation happened."""
    return max(held.ended_ms or held.began_ms, *(handling.changed_ms for handling in held.course.handlings))
