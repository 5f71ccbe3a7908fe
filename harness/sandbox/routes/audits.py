"""Audits: who changed what, asked for and fetched later, or at once for the last days.

Source:
    `platform.md` section 7.
"""

import msgspec

from harness.sandbox.area import Area
from harness.sandbox.audit_log import AuditQuery, as_message, audited, service_mapping
from harness.sandbox.call import Call
from harness.sandbox.clock import iso
from harness.sandbox.intervals import DAY_MS
from harness.sandbox.jobs import Job
from harness.sandbox.problems import bad_request, not_found
from harness.sandbox.state import Entity

__all__ = ["area"]

area = Area()

_PATH = "/api/v2/audits/query"
_VIEW = "audits:audit:view"
_KIND = "audits"
_STATES = {
    "queued": "Queued",
    "running": "Running",
    "done": "Succeeded",
    "cancelled": "Cancelled",
    "expired": "Failed",
}
_MOST = 500
_REALTIME_DAYS = 14


class _RelatedRequest(msgspec.Struct, rename="camel"):
    audit_id: str


@area.post(_PATH, _VIEW)
def submit(call: Call) -> Entity:
    """Start to search."""
    query = call.read(AuditQuery)
    asked = {key: value for key, value in call.body().items() if key in ("interval", "serviceName", "filters", "sort")}
    return _status(call.state.jobs.submit(_KIND, audited(call.state, query), asked), "Queued")


@area.get(f"{_PATH}/servicemapping", _VIEW)
def show_services(_: Call) -> Entity:
    """Show which services keep an audit of what."""
    return service_mapping()


@area.get(f"{_PATH}/realtime/servicemapping", _VIEW)
def show_realtime_services(_: Call) -> Entity:
    """Show which services can be asked at once: here, the same."""
    return service_mapping()


@area.post(f"{_PATH}/realtime", _VIEW)
def query_at_once(call: Call) -> Entity:
    """Search the last days; a page of it."""
    query = call.read(AuditQuery)
    if not 1 <= query.page_size <= _MOST or query.page_number < 1:
        raise bad_request(f"pageSize must be between 1 and {_MOST}, and pageNumber at least 1")
    earliest_ms = round(call.state.clock.now().timestamp() * 1000) - _REALTIME_DAYS * DAY_MS
    hits = [hit for hit in audited(call.state, query) if hit.at.timestamp() * 1000 >= earliest_ms]
    start = (query.page_number - 1) * query.page_size
    return {
        "entities": [as_message(call.state, hit, _expand(call)) for hit in hits[start : start + query.page_size]],
        "pageSize": query.page_size,
        "pageNumber": query.page_number,
        "total": len(hits),
        "pageCount": -(-len(hits) // query.page_size),
    }


@area.post(f"{_PATH}/realtime/related", _VIEW)
def show_related(call: Call) -> Entity:
    """Show everything that the same action wrote: in the sandbox, an action writes one audit."""
    wanted = call.read(_RelatedRequest).audit_id
    hits = [change for change in call.state.changes if change.id == wanted]
    if not hits:
        raise not_found("The audit does not exist")
    return {"entities": [as_message(call.state, hit, _expand(call)) for hit in hits]}


@area.get(f"{_PATH}/{{transactionId}}", _VIEW)
def show_status(call: Call) -> Entity:
    """Tell how a search is."""
    job, how = call.state.jobs.poll(_KIND, call.path["transactionId"])
    return _status(job, _STATES[how])


@area.get(f"{_PATH}/{{transactionId}}/results", _VIEW)
def show_results(call: Call) -> Entity:
    """Show a page of what was found; without a cursor it is the last."""
    call.query.flag("allowRedirect", default=False)
    job, hits, cursor = call.state.jobs.page(_KIND, call.path["transactionId"], call.query, default=25, most=_MOST)
    return {
        "id": job.id,
        "pageSize": call.query.integer("pageSize", 25, least=1),
        **({"cursor": cursor} if cursor is not None else {}),
        "entities": [as_message(call.state, hit, _expand(call)) for hit in hits],
    }


def _status(job: Job, state: str) -> Entity:
    return {"id": job.id, "state": state, "startDate": iso(job.submitted), **job.asked}


def _expand(call: Call) -> frozenset[str]:
    return call.query.many("expand")
