"""Analytics over the API: every number follows from conversations that were directed by hand."""

import re
from typing import Any

import pytest

from harness.model.lifecycle import SKIPPED_CODE, TIMEOUT_CODE, Handling
from harness.sandbox import State
from tests.sandbox.playing import ANN, BEN, BILLING, NOWHERE, REFUND, SALE, SALES, Caller, a_caller, may
from tests.sandbox.talking import ANALYTICS, ASKING, FORCED, FREE, TIMED, Talk, a_talking_state, a_user, passing

DAY = "2026-11-02T00:00:00Z/2026-11-03T00:00:00Z"
AGGREGATES = f"{ANALYTICS}/aggregates/query"
DETAILS = f"{ANALYTICS}/details/query"
JOBS = f"{ANALYTICS}/details/jobs"


def aggregates(caller: Caller, *metrics: str, **query: Any) -> dict[tuple[str, ...], dict[str, Any]]:
    """Return by group, and metric, the statistics of the first slice of time."""
    asked = {"interval": DAY, "metrics": metrics} | query
    results = caller.ask("POST", AGGREGATES, json=asked)["results"]
    return {
        tuple(result["group"].values()): {each["metric"]: each["stats"] for each in result["data"][0]["metrics"]}
        for result in results
    }


def matching(**dimensions: str) -> dict[str, Any]:
    predicates = [{"dimension": name, "value": value} for name, value in dimensions.items()]
    return {"type": "and", "predicates": predicates}


def details(caller: Caller, *segments: Any, **query: Any) -> list[str]:
    """Return the ids of the conversations that a query finds."""
    asked = {"interval": DAY, "segmentFilters": segments} | query
    return [each["conversationId"] for each in caller.ask("POST", DETAILS, json=asked)["conversations"]]


def three(state: State) -> tuple[Talk, Talk, Talk]:
    """A sale in 20 s, a refund in 5 s, and a timeout of 60 s."""
    sale = Talk(state).wrapped_up(SALE, 20, notes="went well", tags=("new",))
    refund = Talk(state, FREE, BEN, media="email").wrapped_up(REFUND, 5)
    late = Talk(state, TIMED).hung_up()
    passing(state, 100)
    return sale, refund, late


# -- aggregates ---------------------------------------------------------------------------------------------


def test_after_call_work_is_summed_by_code_in_milliseconds() -> None:
    state = a_talking_state()
    three(state)
    Talk(state).wrapped_up(SALE, 30)
    found = aggregates(a_user(state), "tAcw", "tHandle", groupBy=["wrapUpCode"])
    assert found[SALE["id"],] == {
        "tAcw": {"max": 30_000, "min": 20_000, "count": 2, "sum": 50_000},
        "tHandle": {"max": 90_000, "min": 80_000, "count": 2, "sum": 170_000},
    }
    assert found[REFUND["id"],]["tAcw"]["sum"] == 5_000
    assert found[TIMEOUT_CODE,]["tAcw"] == {"max": 60_000, "min": 60_000, "count": 1, "sum": 60_000}


def test_what_does_not_know_the_code_has_no_code_in_its_group() -> None:
    """A count of calls by wrap-up code is that of tHandle or tAcw, not of nConnected."""
    state = a_talking_state()
    Talk(state).wrapped_up()
    found = aggregates(a_user(state), "nConnected", "nOffered", groupBy=["wrapUpCode", "queueId"])
    assert found == {(BILLING["id"],): {"nConnected": {"count": 1}, "nOffered": {"count": 1}}}


def test_a_metric_counts_when_it_is_emitted() -> None:
    state = a_talking_state()
    passing(state, 16 * 3600 - 70)
    Talk(state).wrapped_up(SALE, 60)
    results = a_user(state).ask(
        "POST",
        AGGREGATES,
        json={"interval": "2026-11-02T00:00Z/2026-11-04T00:00Z", "granularity": "P1D", "metrics": ["tTalk", "tAcw"]},
    )["results"]
    assert [(data["interval"], [each["metric"] for each in data["metrics"]]) for data in results[0]["data"]] == [
        ("2026-11-02T00:00:00.000Z/2026-11-03T00:00:00.000Z", ["tTalk"]),
        ("2026-11-03T00:00:00.000Z/2026-11-04T00:00:00.000Z", ["tAcw"]),
    ]


def test_filters_of_aggregates_join_clauses() -> None:
    state = a_talking_state()
    three(state)
    caller = a_user(state)
    either = {
        "type": "or",
        "predicates": [{"dimension": "wrapUpCode", "value": SALE["id"]}],
        "clauses": [{"type": "and", "predicates": [{"dimension": "mediaType", "value": "email"}]}],
    }
    assert set(aggregates(caller, "tAcw", groupBy=["wrapUpCode"], filter=either)) == {(SALE["id"],), (REFUND["id"],)}
    absent = {"type": "and", "predicates": [{"dimension": "wrapUpCode", "operator": "notExists"}]}
    assert set(aggregates(caller, "tTalk", "tAcw", groupBy=["userId"], filter=absent)[ANN["id"],]) == {"tTalk"}
    one = matching(userId=BEN["id"])
    assert set(aggregates(caller, "tTalk", groupBy=["userId"], filter=one)) == {(BEN["id"],)}


def test_a_view_counts_what_is_within_its_bounds() -> None:
    state = a_talking_state()
    three(state)
    view = {"target": "tAcw", "name": "long", "function": "rangeBound", "range": {"gte": 20_000, "lt": 60_000}}
    data = a_user(state).ask("POST", AGGREGATES, json={"interval": DAY, "metrics": ["tAcw"], "views": [view]})
    view = data["results"][0]["data"][0]["views"]
    assert view == [{"name": "long", "stats": {"max": 20_000, "min": 20_000, "count": 1, "sum": 20_000}}]


def test_a_dimension_with_several_values_is_one_group_or_several() -> None:
    state = a_talking_state()
    Talk(state, skill_ids=("b", "a")).answered()
    caller = a_user(state)
    asked: Any = {"groupBy": ["requestedRoutingSkillId"]}
    assert set(aggregates(caller, "tAcd", **asked)) == {("a,b",)}
    assert set(aggregates(caller, "tAcd", flattenMultivaluedDimensions=True, **asked)) == {("a",), ("b",)}


def test_transfers_and_declined_alerts_are_counted() -> None:
    state = a_talking_state()
    talk = Talk(state)
    passing(state, 8)
    talk.conversations.act(talk.id, None, Handling.decline)
    talk.conversations.offer(talk.id, BILLING["id"], ANN["id"])
    talk.answered()
    talk.conversations.transfer(talk.id, FREE["id"], BEN["id"])
    found = aggregates(a_user(state), "tNotResponding", "nTransferred", "nOffered")[()]
    assert found["tNotResponding"]["sum"] == 8_000
    assert (found["nTransferred"], found["nOffered"]) == ({"count": 1}, {"count": 3})


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ({"metrics": []}, "required.field.missing", "At least one metric"),
        ({"metrics": ["conversation/count"]}, "invalid.value", r"Value \[conversation/count\] is not valid"),
        ({"metrics": ["tAcw"], "groupBy": ["wrapupCode"]}, "invalid.value", r"Value \[wrapupCode\] is not valid"),
        ({"metrics": ["tAcw"], "granularity": "P1M"}, "invalid.value", r"Value \[P1M\] is not a granularity"),
        ({"metrics": ["tAcw"], "granularity": "PT0S"}, "invalid.value", r"Value \[PT0S\] is not a granularity"),
        ({"metrics": ["tAcw"], "interval": "yesterday"}, "invalid.date", "is not a valid interval"),
        ({"metrics": ["tAcw"], "interval": "2026-11-02/2026-11-01"}, "invalid.date", "must end after it begins"),
        ({"metrics": ["tAcw"], "timeZone": "Europe/London"}, "bad.request", "in UTC only"),
        ({"interval": DAY}, "required.field.missing", "metrics"),
        ({"metrics": ["tAcw"], "filter": matching(dnis="x")}, "invalid.value", r"Value \[dnis\] is not valid"),
        ({"metrics": ["tAcw"], "queryType": "topN"}, "invalid.value", "topN"),
    ],
)
def test_an_aggregation_that_cannot_be_answered_is_refused(query: Any, code: str, message: str) -> None:
    """What the sandbox has no data for must not come back as an empty answer."""
    caller = a_user(a_talking_state())
    assert re.search(message, caller.refused("POST", AGGREGATES, 400, code, json={"interval": DAY} | query))


# -- details ------------------------------------------------------------------------------------------------


def test_a_conversation_in_detail() -> None:
    talk = Talk(a_talking_state()).wrapped_up(notes="went well", tags=("new",))
    found = a_user(talk.state).get(f"{ANALYTICS}/{talk.id}/details")
    assert found["conversationStart"] == "2026-11-02T08:00:00.000Z"
    assert found["conversationEnd"] == "2026-11-02T08:01:04.000Z"
    agent = found["participants"][-1]
    assert (agent["purpose"], agent["userId"]) == ("agent", ANN["id"])
    session = agent["sessions"][0]
    assert [(each["segmentType"], each["segmentStart"][11:19], each["segmentEnd"][11:19]) for each in session["segments"]] == [
        ("alert", "08:00:00", "08:00:04"),
        ("interact", "08:00:04", "08:01:04"),
        ("wrapup", "08:01:04", "08:01:24"),
    ]  # fmt: skip
    wrapup = session["segments"][-1]
    assert (wrapup["wrapUpCode"], wrapup["wrapUpNote"], wrapup["wrapUpTags"]) == (SALE["id"], "went well", ["new"])
    metrics = {each["name"]: each["value"] for each in session["metrics"]}
    assert metrics == {
        "tAlert": 4_000,
        "tAnswered": 4_000,
        "tTalk": 60_000,
        "tTalkComplete": 60_000,
        "tAcw": 20_000,
        "tHandle": 80_000,
    }
    assert session["acwSkipped"] is False


def test_what_is_not_over_has_no_end() -> None:
    talk = Talk(a_talking_state()).hung_up()
    caller = a_user(talk.state)
    wrapup = caller.get(f"{ANALYTICS}/{talk.id}/details")["participants"][-1]["sessions"][0]["segments"][-1]
    assert (wrapup["segmentType"], "segmentEnd" in wrapup, "wrapUpCode" in wrapup) == ("wrapup", False, False)
    alerting = Talk(talk.state)
    found = caller.get(f"{ANALYTICS}/{alerting.id}/details")
    assert "conversationEnd" not in found
    assert found["participants"][-1]["sessions"][0]["metrics"] == []
    caller.refused("GET", f"{ANALYTICS}/{NOWHERE}/details", 404, "not.found")
    assert [
        each["conversationId"]
        for each in caller.get(f"{ANALYTICS}/details", id=f"{talk.id},{NOWHERE}")["conversations"]
    ] == [talk.id]


def test_a_conversation_that_goes_on_is_found_and_has_no_order_by_its_end() -> None:
    state = a_talking_state()
    over, going_on = Talk(state).wrapped_up(), Talk(state).answered()
    assert details(a_user(state), orderBy="conversationEnd") == [over.id, going_on.id]


def test_without_after_call_work_handling_is_talking() -> None:
    talk = Talk(a_talking_state(), ASKING).hung_up()
    found = aggregates(a_user(talk.state), "tHandle", "tAcw")[()]
    assert found == {"tHandle": {"max": 60_000, "min": 60_000, "count": 1, "sum": 60_000}}


def test_predicates_of_one_filter_are_about_one_segment() -> None:
    state = a_talking_state()
    sale, refund, late = three(state)
    left = Talk(state, FREE).hung_up()
    state.conversations.act(left.id, None, Handling.leave)
    skipped = Talk(state, FREE).hung_up()
    state.conversations.act(skipped.id, None, Handling.skip)
    caller = a_user(state)
    assert details(caller, matching(queueId=FREE["id"], wrapUpCode=REFUND["id"])) == [refund.id]
    assert details(caller, matching(mediaType="email"), matching(wrapUpCode=REFUND["id"])) == [refund.id]
    assert details(caller, matching(segmentType="alert", wrapUpCode=SALE["id"])) == []
    without = {
        "type": "and",
        "predicates": [
            {"dimension": "segmentType", "value": "wrapup"},
            {"dimension": "wrapUpCode", "operator": "notExists"},
        ],
    }
    assert details(caller, without) == [left.id]
    coded = {"type": "and", "predicates": [{"dimension": "wrapUpCode", "operator": "exists"}]}
    assert details(caller, coded) == [sale.id, refund.id, late.id, skipped.id]
    assert details(caller, matching(userId=BEN["id"])) == [refund.id]
    assert details(caller, matching(wrapUpTag="new")) == [sale.id]
    assert details(caller, matching(wrapUpCode=SKIPPED_CODE)) == [skipped.id]
    assert details(caller, conversationFilters=[matching(conversationId=late.id)]) == [late.id]


def test_conversations_come_in_order_and_in_pages() -> None:
    state = a_talking_state()
    ids = [talk.id for talk in three(state)]
    caller = a_user(state)
    assert details(caller) == ids
    assert details(caller, order="desc") == ids[::-1]
    assert details(caller, orderBy="conversationEnd") == ids
    page = caller.ask("POST", DETAILS, json={"interval": DAY, "paging": {"pageSize": 2, "pageNumber": 2}})
    assert ([each["conversationId"] for each in page["conversations"]], page["totalHits"]) == (ids[2:], 3)
    for paging in ({"pageSize": 101}, {"pageSize": 0}, {"pageNumber": 0}):
        caller.refused("POST", DETAILS, 400, "bad.request", json={"interval": DAY, "paging": paging})


def test_codes_in_use_are_counted() -> None:
    state = a_talking_state()
    three(state)
    Talk(state).wrapped_up(SALE)
    terms = {"type": "termFrequency", "dimension": "wrapUpCode", "size": 2}
    caller = a_user(state)
    answer = caller.ask("POST", DETAILS, json={"interval": DAY, "aggregations": [terms]})["aggregations"][0]
    assert (answer["dimension"], answer["count"]) == ("wrapUpCode", 4)
    assert answer["results"][0] == {"value": SALE["id"], "count": 2}
    assert len(answer["results"]) == 2
    asked = {"interval": DAY, "aggregations": [terms | {"dimension": "dnis"}]}
    caller.refused("POST", DETAILS, 400, "invalid.value", json=asked)


def test_a_conversation_that_started_the_day_before_is_missed() -> None:
    """It was wrapped up within the interval; whoever asks must widen it by a day."""
    state = a_talking_state()
    passing(state, 16 * 3600 - 10)
    talk = Talk(state).wrapped_up()
    caller = a_user(state)
    assert details(caller, interval="2026-11-03T00:00:00Z/2026-11-04T00:00:00Z") == []
    assert details(caller, interval="2026-11-02T23:00:00Z/2026-11-04T00:00:00Z") == [talk.id]
    assert details(caller, interval="2026-11-01T00:00:00Z/2026-11-02T00:00:00Z") == []


def test_an_interval_has_a_longest_length() -> None:
    caller = a_user(a_talking_state())
    week, month = "2026-11-01T00:00Z/2026-11-09T00:00Z", "2026-10-01T00:00Z/2026-11-02T00:00Z"
    message = caller.refused("POST", DETAILS, 400, "bad.request", json={"interval": week})
    assert message == "The interval of a query without filters may be at most 7 days long"
    filtered = {"interval": week, "segmentFilters": [matching(segmentType="wrapup")]}
    assert caller.ask("POST", DETAILS, json=filtered)["totalHits"] == 0
    caller.refused("POST", DETAILS, 400, "bad.request", json=filtered | {"interval": month})


@pytest.mark.parametrize(
    "asked",
    [
        {"evaluationFilters": [{"type": "and"}]},
        {"segmentFilters": [{"type": "and", "predicates": [{"dimension": "dnis", "value": "1"}]}]},
        {"segmentFilters": [{"type": "and", "predicates": [{"dimension": "queueId"}]}]},
        {"segmentFilters": [{"type": "and", "predicates": [{"type": "metric", "dimension": "queueId"}]}]},
        {"segmentFilters": [{"type": "neither"}]},
        {"conversationFilters": [matching(queueId="q")]},
    ],
)
def test_a_filter_that_cannot_be_judged_is_refused(asked: Any) -> None:
    """To ignore it would find too much."""
    answer = a_user(a_talking_state()).answer("POST", DETAILS, json={"interval": DAY} | asked)
    assert answer.status_code == 400


def test_conversations_in_other_divisions_are_absent() -> None:
    talk = Talk(a_talking_state()).wrapped_up()
    caller = a_caller(talk.state, may("analytics:conversationDetail:view", divisions=[SALES["id"]]))
    assert details(caller) == []


# -- jobs ---------------------------------------------------------------------------------------------------


def submitted(caller: Caller, **query: Any) -> str:
    return str(caller.ask("POST", JOBS, json={"interval": DAY} | query)["jobId"])


def polled(caller: Caller, job: str) -> list[str]:
    return [caller.get(f"{JOBS}/{job}")["state"] for _ in range(3)]


def test_a_job_runs_and_is_fetched_page_by_page() -> None:
    state = a_talking_state()
    ids = [talk.id for talk in three(state)]
    caller = a_user(state)
    job = submitted(caller)
    caller.refused("GET", f"{JOBS}/{job}/results", 400, "bad.request")
    assert polled(caller, job) == ["QUEUED", "PENDING", "FULFILLED"]
    first = caller.get(f"{JOBS}/{job}/results", pageSize=2)
    last = caller.get(f"{JOBS}/{job}/results", pageSize=2, cursor=first["cursor"])
    assert [each["conversationId"] for each in (*first["conversations"], *last["conversations"])] == ids
    assert "cursor" not in last
    assert last["dataAvailabilityDate"] == caller.get(f"{JOBS}/availability")["dataAvailabilityDate"]
    caller.refused("GET", f"{JOBS}/{job}/results", 400, "bad.request", cursor="elsewhere.2")


def test_only_a_job_has_attributes() -> None:
    talk = Talk(a_talking_state()).wrapped_up()
    caller = a_user(talk.state)
    talk.conversations.set_attributes(talk.id, talk.participant, {"a": "b"})
    job = submitted(caller)
    polled(caller, job)
    agent = caller.get(f"{JOBS}/{job}/results")["conversations"][0]["participants"][-1]
    assert agent["attributes"] == {"a": "b"}
    assert "attributes" not in caller.get(f"{ANALYTICS}/{talk.id}/details")["participants"][-1]


def test_a_job_knows_nothing_that_the_lake_has_not_yet() -> None:
    """And nothing that is not over."""
    state = a_talking_state(lake_lag_s=3_600)
    old = Talk(state).wrapped_up()
    passing(state, 4_000)
    Talk(state).wrapped_up()
    Talk(state, FREE).hung_up()
    caller = a_user(state)
    job = submitted(caller)
    polled(caller, job)
    found = caller.get(f"{JOBS}/{job}/results")["conversations"]
    assert [each["conversationId"] for each in found] == [old.id]


def test_a_job_finds_what_started_before_unless_told_otherwise() -> None:
    state = a_talking_state()
    passing(state, 16 * 3600 - 10)
    talk = Talk(state).wrapped_up()
    caller = a_user(state)
    counts = []
    for whole_days in (False, True):
        job = submitted(
            caller, interval="2026-11-03T00:00Z/2026-11-04T00:00Z", startOfDayIntervalMatching=whole_days, limit=5
        )
        polled(caller, job)
        counts.append([each["conversationId"] for each in caller.get(f"{JOBS}/{job}/results")["conversations"]])
    assert counts == [[talk.id], []]
    caller.refused("POST", JOBS, 400, "bad.request", json={"interval": DAY, "limit": 0})


def test_a_job_can_be_cancelled_and_expires() -> None:
    state = a_talking_state()
    caller = a_user(state)
    cancelled, expired = submitted(caller), submitted(caller)
    caller.ask("DELETE", f"{JOBS}/{cancelled}")
    assert polled(caller, cancelled)[-1] == "CANCELLED"
    assert polled(caller, expired)[-1] == "FULFILLED"
    passing(state, 86_400)
    caller = a_user(state)
    assert polled(caller, expired)[-1] == "EXPIRED"
    for job in (cancelled, expired):
        caller.refused("GET", f"{JOBS}/{job}/results", 400, "bad.request")
    caller.refused("GET", f"{JOBS}/{NOWHERE}", 404, "not.found")


def test_aggregates_can_be_had_by_a_job() -> None:
    state = a_talking_state()
    three(state)
    caller = a_user(state)
    jobs, asked = f"{ANALYTICS}/aggregates/jobs", {"interval": DAY, "metrics": ["tAcw"], "groupBy": ["queueId"]}
    job = caller.ask("POST", jobs, json=asked)["jobId"]
    assert [caller.get(f"{jobs}/{job}")["state"] for _ in range(3)][-1] == "FULFILLED"
    results = caller.get(f"{jobs}/{job}/results")
    assert results["results"] == caller.ask("POST", AGGREGATES, json=asked)["results"]
    caller.refused("GET", f"{JOBS}/{job}", 404, "not.found")
    caller.ask("DELETE", f"{jobs}/{job}")


# -- segments of wrap-ups -----------------------------------------------------------------------------------


def agents_sessions(state: State, talk: Talk) -> Any:
    (agent,) = (
        it for it in a_user(state).get(f"{ANALYTICS}/{talk.id}/details")["participants"] if it["purpose"] == "agent"
    )
    return agent["sessions"]


def wrap_ups(state: State, talk: Talk) -> list[tuple[str, str, str | None]]:
    """Return from when to when, in minutes and seconds, and with what."""
    return [
        (it["segmentStart"][14:19], it.get("segmentEnd", "")[14:19], it.get("wrapUpCode"))
        for it in agents_sessions(state, talk)[0]["segments"]
        if it["segmentType"] == "wrapup"
    ]


def test_a_wrap_up_that_was_replaced_is_still_seen() -> None:
    """The dialer acted on the first one."""
    state = a_talking_state()
    talk = Talk(state).wrapped_up(SALE, 20)
    passing(state, 30)
    talk.conversations.wrap_up(talk.id, REFUND["id"])
    assert wrap_ups(state, talk) == [("01:04", "01:24", SALE["id"]), ("01:54", "01:54", REFUND["id"])]


def test_a_wrap_up_that_was_replaced_while_the_time_still_ran() -> None:
    state = a_talking_state()
    talk = Talk(state, FORCED).wrapped_up(SALE, 20)
    passing(state, 10)
    talk.conversations.wrap_up(talk.id, REFUND["id"])
    assert wrap_ups(state, talk) == [("01:04", "01:24", SALE["id"]), ("01:24", "", REFUND["id"])]
    passing(state, 60)
    assert wrap_ups(state, talk)[1] == ("01:24", "02:04", REFUND["id"])


def test_a_wrap_up_that_was_replaced_after_the_time_was_up() -> None:
    state = a_talking_state()
    talk = Talk(state, FORCED).wrapped_up(SALE, 20)
    passing(state, 60)
    talk.conversations.wrap_up(talk.id, REFUND["id"])
    assert wrap_ups(state, talk) == [("01:04", "02:04", SALE["id"]), ("02:24", "02:24", REFUND["id"])]


def test_the_call_that_was_made_for_a_callback_is_a_session_of_its_agent() -> None:
    state = a_talking_state()
    talk = Talk(state, media="callback").wrapped_up()
    callback, call = agents_sessions(state, talk)
    assert (callback["mediaType"], callback["sessionId"]) == ("callback", talk.communication)
    assert (call["mediaType"], call["direction"], call["metrics"]) == ("voice", "outbound", [])
    assert [it["segmentType"] for it in call["segments"]] == ["interact"]
    unanswered = Talk(state, media="callback")
    assert len(agents_sessions(state, unanswered)) == 1
