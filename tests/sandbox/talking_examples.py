"""One good call for every route of conversations, analytics, audits and notifications."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness.sandbox.area import Area
from harness.sandbox.played import MEDIA, Medium
from harness.sandbox.routes import analytics, analytics_jobs, audits, conversations, notifications
from tests.sandbox.example import Examples
from tests.sandbox.playing import BILLING, SALE, Caller
from tests.sandbox.talking import ANALYTICS, ASKING, CONVERSATIONS, Talk, a_talking_state, a_user

__all__ = ["TALKING"]

_WRAP_UP = {"code": SALE["id"], "notes": "went well", "tags": ["new"], "durationSeconds": 10}
_INTERVAL = "2026-11-02T00:00:00Z/2026-11-03T00:00:00Z"


def _in_acw(medium: Medium) -> Talk:
    return Talk(a_talking_state(), media=medium.word, skill_ids=("skill-1",)).hung_up()


def _calling(make: Callable[[], Talk]) -> Callable[[], Caller]:
    return lambda: a_user(make().state)


def _variables(talk: Talk) -> Mapping[str, str]:
    return {"conversationId": talk.id, "participantId": talk.participant, "communicationId": talk.communication}


def _of_medium(medium: Medium, area: Area, base: str) -> Examples:
    participant = f"{base}/{{conversationId}}/participants/{{participantId}}"
    return Examples(
        areas=[area],
        # Ids follow from the sandbox's seed: they are the same in every org made like this.
        variables=_variables(_in_acw(medium)),
        bodies={
            ("PATCH", participant): {"wrapup": _WRAP_UP},
            ("PATCH", f"{participant}/attributes"): {"attributes": {"a": "b"}},
            ("POST", f"{participant}/communications/{{communicationId}}/wrapup"): _WRAP_UP,
        },
        statuses={("PATCH", participant): 202},
        queries={f"{participant}/wrapup": [{"provisional": "true"}]},
        caller=_calling(lambda: _in_acw(medium)),
    )


def _asking() -> Talk:
    return Talk(a_talking_state(), ASKING).answered()


_ACW = Examples(
    areas=[conversations.acw_area],
    variables=_variables(_asking()),
    bodies={
        ("PATCH", operation.path): {"afterCallWorkRequired": True} for operation in conversations.acw_area.operations
    },
    caller=_calling(_asking),
)

_SEGMENTS = {"type": "and", "predicates": [{"dimension": "segmentType", "value": "wrapup"}]}
_AGGREGATION: Mapping[str, Any] = {
    "interval": _INTERVAL,
    "groupBy": ["wrapUpCode", "queueId"],
    "metrics": ["tAcw", "tHandle", "nConnected"],
    "granularity": "PT1H",
    "views": [{"target": "tAcw", "name": "short", "function": "rangeBound", "range": {"lt": 60_000}}],
}
_DETAILS: Mapping[str, Any] = {"interval": _INTERVAL, "segmentFilters": [_SEGMENTS]}


def _finished() -> tuple[Caller, Mapping[str, str]]:
    """Return a user, one conversation in full, and jobs and searches that are done."""
    talk = Talk(a_talking_state(), skill_ids=("skill-1",)).wrapped_up(notes="went well", tags=("new",))
    talk.state.jobs.polls_until_done = 0
    caller = a_user(talk.state)
    caller.ask("PUT", f"/api/v2/routing/queues/{BILLING['id']}", json=BILLING | {"description": "d"})
    caller.ask("POST", "/api/v2/routing/wrapupcodes", json={"name": "New"})
    details = caller.ask("POST", f"{ANALYTICS}/details/jobs", json=_DETAILS)["jobId"]
    caller.get(f"{ANALYTICS}/details/jobs/{details}")
    search = caller.ask("POST", "/api/v2/audits/query", json=_AUDIT)["id"]
    caller.get(f"/api/v2/audits/query/{search}")
    return caller, {**_variables(talk), "jobId": details, "transactionId": search}


_AUDIT = {
    "interval": _INTERVAL,
    "serviceName": "ContactCenter",
    "sort": [{"name": "Timestamp", "sortOrder": "ascending"}],
}


def _aggregates_finished() -> tuple[Caller, Mapping[str, str]]:
    caller, variables = _finished()
    job = caller.ask("POST", f"{ANALYTICS}/aggregates/jobs", json=_AGGREGATION)["jobId"]
    caller.get(f"{ANALYTICS}/aggregates/jobs/{job}")
    return caller, {**variables, "jobId": job}


def _listening() -> tuple[Caller, Mapping[str, str]]:
    caller, variables = _finished()
    channel = caller.ask("POST", "/api/v2/notifications/channels")["id"]
    return caller, {**variables, "channelId": channel}


_TOPICS = [{"id": "v2.users.someone.conversations"}]
_SUBSCRIPTIONS = "/api/v2/notifications/channels/{channelId}/subscriptions"

TALKING: Sequence[Examples] = (
    *(
        _of_medium(medium, area, f"{CONVERSATIONS}/{medium.plural}")
        for medium, area in zip(MEDIA.values(), conversations.media_areas, strict=True)
    ),
    _of_medium(MEDIA["call"], conversations.area, CONVERSATIONS),
    _ACW,
    Examples(
        areas=[analytics.area],
        variables=_finished()[1],
        bodies={
            ("POST", f"{ANALYTICS}/aggregates/query"): _AGGREGATION,
            ("POST", f"{ANALYTICS}/details/query"): {
                **_DETAILS,
                "aggregations": [{"type": "termFrequency", "dimension": "wrapUpCode", "size": 10}],
                "paging": {"pageSize": 10, "pageNumber": 1},
            },
        },
        queries={f"{ANALYTICS}/details": [{"id": _finished()[1]["conversationId"]}]},
        caller=lambda: _finished()[0],
    ),
    Examples(
        areas=[analytics_jobs.details_area],
        variables=_finished()[1],
        bodies={("POST", f"{ANALYTICS}/details/jobs"): _DETAILS},
        caller=lambda: _finished()[0],
    ),
    Examples(
        areas=[analytics_jobs.aggregates_area],
        variables=_aggregates_finished()[1],
        bodies={("POST", f"{ANALYTICS}/aggregates/jobs"): _AGGREGATION},
        caller=lambda: _aggregates_finished()[0],
    ),
    Examples(
        areas=[audits.area],
        variables=_finished()[1],
        bodies={
            ("POST", "/api/v2/audits/query"): _AUDIT,
            ("POST", "/api/v2/audits/query/realtime"): _AUDIT,
            ("POST", "/api/v2/audits/query/realtime/related"): {"auditId": _finished()[0].sandbox.state.changes[0].id},
        },
        queries={"/api/v2/audits/query/{transactionId}/results": [{"pageSize": 1, "expand": "user"}]},
        caller=lambda: _finished()[0],
    ),
    Examples(
        areas=[notifications.area],
        variables=_listening()[1],
        bodies={
            ("POST", "/api/v2/notifications/channels"): {},
            ("POST", _SUBSCRIPTIONS): _TOPICS,
            ("PUT", _SUBSCRIPTIONS): _TOPICS,
        },
        queries={
            "/api/v2/notifications/availabletopics": [
                {"expand": "description,requiresPermissions,topicParameters,transports,visibility"}
            ],
        },
        caller=lambda: _listening()[0],
    ),
)
"""The examples of these areas."""
