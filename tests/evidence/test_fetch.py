"""Fetching from the sandbox: whatever goes wrong, the folder ends with exactly the handlings that were planted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from harness.client import GenesysClient
from harness.errors import ApiError, AuthError, RateLimitedError, SourceError, UnavailableError, UsageError
from harness.evidence.fetch import KEPT
from harness.evidence.reading import open_evidence
from harness.evidence.spans import Span
from harness.sandbox import Fault, Grant
from tests.evidence.planting import DAY_S, FIRST, fetched, plant, planted, played, rows_of
from tests.operations.playing import Played, a_fault
from tests.sandbox.playing import SALE
from tests.sandbox.talking import TIMED, Talk, passing

JOBS = "/api/v2/analytics/conversations/details/jobs"
RESULTS = f"{JOBS}/*/results"
QUERY = "/api/v2/analytics/conversations/details/query"
DAY = timedelta(days=1)


def asked(played: Played, method: str, path: str) -> int:
    return sum(it.method == method and it.path == path for it in played.sandbox.requests)


# -- what comes out ------------------------------------------------------------------------------------------------


def test_every_handling_that_is_over_comes_out_as_it_was(tmp_path: Path) -> None:
    """Transfers, skips, timeouts, drafts, the Default Wrap-up Code, nobody at all: as the lifecycle has them."""
    org = played()
    now = org.time.now()
    found = fetched(org, tmp_path / "evidence")
    assert rows_of(found.evidence) == planted(org)
    assert found.rows == found.evidence.rows == len(planted(org)) > 20
    assert [(it.start, it.end) for it in found.evidence.periods] == [(FIRST, now)]
    assert found.evidence.complete_until == now
    assert (found.evidence.manifest.org.id, found.evidence.manifest.org.name) == ("org-1", "Tiny")
    assert {it.name for it in tmp_path.iterdir()} == {"evidence"}


def test_handlings_are_in_the_folder_of_the_day_on_which_they_started(tmp_path: Path) -> None:
    org = played()
    passing(org.state, 15 * 3600 + 58 * 60)
    Talk(org.state).wrapped_up(SALE, 600)  # begins before midnight, ends after it
    found = fetched(org, tmp_path / "evidence").evidence
    for name, day in found.manifest.files.items():
        within = open_evidence(found.path).files_of(datetime.fromisoformat(name[4:14]).date())
        assert len(within) == 1
        assert day.rows == sum(
            datetime.fromtimestamp(it.started_at / 1000, UTC).date().isoformat() == name[4:14] for it in planted(org)
        )


def test_no_name_number_or_note_is_written(tmp_path: Path) -> None:
    org = played()
    canary = Talk(org.state, TIMED).answered()
    canary.conversations.set_attributes(canary.id, canary.participant, {"customer": "canary attribute"})
    passing(org.state, 10)
    canary.conversations.hang_up(canary.id)
    canary.conversations.wrap_up(canary.id, SALE["id"], notes="canary note", tags=("canary tag",))
    fetched(org, tmp_path / "evidence")
    written = b"".join(it.read_bytes() for it in tmp_path.rglob("*") if it.is_file())
    assert b"canary" not in written
    assert canary.handling.agent_id.encode() not in written
    assert [it.has_note for it in rows_of(open_evidence(tmp_path / "evidence")) if it.conversation_id == canary.id] == [
        True
    ]


def test_an_empty_day_has_a_file_without_rows(tmp_path: Path) -> None:
    """A day without work is known to be one; a day without a file would be a day that nobody looked at."""
    org = played()
    found = fetched(org, tmp_path / "evidence", FIRST - 2 * DAY, FIRST)
    assert found.rows == 0
    assert {name: it.rows for name, it in found.evidence.manifest.files.items()} == {
        "day=2026-10-31/handlings.parquet": 0,
        "day=2026-11-01/handlings.parquet": 0,
    }


def test_only_reading_is_asked_for(tmp_path: Path) -> None:
    org = played()
    org.client = org.a_client(allow_writes=False)
    fetched(org, tmp_path / "evidence")
    assert {it.partition(" ")[0] for it in org.writes} == {"POST"}
    assert {it.partition(" ")[2] for it in org.writes} <= {JOBS, QUERY}


# -- what the data of jobs does not reach --------------------------------------------------------------------------


def test_what_jobs_do_not_have_yet_is_asked_for_at_once_and_is_not_called_complete(tmp_path: Path) -> None:
    org = played(lake_lag_s=30 * 3600)
    going_on = Talk(org.state).answered()
    passing(org.state, 10)
    now = org.time.now()
    found = fetched(org, tmp_path / "evidence").evidence
    assert found.complete_until == now - timedelta(hours=30)
    recent = [it for it in rows_of(found) if it.conversation_id == going_on.id]
    assert [(it.pending, it.ended_at) for it in recent] == [(True, None)]
    old_and_open = [it.conversation_id for it in planted(org, over=False) if it.pending]
    assert {it.conversation_id for it in rows_of(found) if it.pending} == {*old_and_open[1:]}


def test_a_later_fetch_of_the_same_days_settles_them(tmp_path: Path) -> None:
    org = played(lake_lag_s=30 * 3600)
    talk = Talk(org.state).hung_up()
    before = fetched(org, tmp_path / "evidence").evidence
    assert before.manifest.unsettled
    talk.conversations.wrap_up(talk.id, SALE["id"])
    passing(org.state, 40 * 3600)
    org.state.conversations.assumptions = replace(org.state.conversations.assumptions, lake_lag_s=0)
    now = org.time.now()
    after = fetched(org, tmp_path / "evidence").evidence
    assert rows_of(after) == planted(org)
    assert (after.manifest.unsettled, after.complete_until) == ((), now)


# -- periods -------------------------------------------------------------------------------------------------------


def test_periods_that_overlap_double_nothing(tmp_path: Path) -> None:
    org, into = played(), tmp_path / "evidence"
    fetched(org, into, FIRST, FIRST + 2 * DAY)
    fetched(org, into, FIRST + timedelta(hours=8, seconds=100), FIRST + timedelta(days=1, hours=9))
    now = org.time.now()
    found = fetched(org, into, FIRST + DAY).evidence
    assert rows_of(found) == planted(org)
    assert found.manifest.periods == (Span(FIRST, now),)


def test_a_part_of_a_day_holds_what_started_in_it(tmp_path: Path) -> None:
    org = played()
    cut = FIRST + timedelta(hours=8, seconds=300)
    cut_ms = round(cut.timestamp() * 1000)
    found = fetched(org, tmp_path / "evidence", FIRST, cut)
    assert rows_of(found.evidence) == [it for it in planted(org) if it.started_at < cut_ms] != []
    assert rows_of(fetched(org, tmp_path / "evidence", cut, FIRST + DAY).evidence) == [
        it for it in planted(org) if it.started_at < round((FIRST + DAY).timestamp() * 1000)
    ]


def test_periods_with_a_gap_between_them_stay_apart(tmp_path: Path) -> None:
    org, into = played(), tmp_path / "evidence"
    fetched(org, into, FIRST, FIRST + DAY)
    found = fetched(org, into, FIRST + 2 * DAY, FIRST + 3 * DAY).evidence
    assert found.manifest.periods == (Span(FIRST, FIRST + DAY), Span(FIRST + 2 * DAY, FIRST + 3 * DAY))
    assert len(found.manifest.files) == 2


def test_a_conversation_that_vanished_from_the_platform_goes(tmp_path: Path) -> None:
    """What the folder has of a period is replaced, not added to."""
    org, other, into = played(), played(), tmp_path / "evidence"
    plant(other.state)
    fetched(other, into)
    passing(org.state, DAY_S)
    assert rows_of(fetched(org, into).evidence) == planted(org)


def refused(
    start: datetime, end: datetime | None = None, into: Path = Path("evidence"), org: Played | None = None
) -> str:
    with pytest.raises(UsageError) as caught:
        fetched(org or played(), into, start, end)
    assert not into.exists()
    assert not into.with_name(f".{into.name}.partial").exists()
    return str(caught.value)


@pytest.mark.parametrize("days", [0, 1])
def test_an_empty_period_is_refused(days: int, tmp_path: Path) -> None:
    assert refused(FIRST + DAY, FIRST + DAY - days * DAY, tmp_path / "e") == (
        f"the period from 2026-11-03 00:00 UTC to 2026-11-0{3 - days} 00:00 UTC is empty: "
        "it does not end after it begins\n"
        "  the end is not part of the period: for one day, write the day after as its end"
    )


def test_a_period_that_is_still_to_come_is_refused(tmp_path: Path) -> None:
    assert refused(FIRST + 30 * DAY, into=tmp_path / "e") == (
        "the period begins at 2026-12-02 00:00 UTC, which is still to come\n  ask for what has happened"
    )


def test_a_period_that_the_platform_does_not_keep_is_refused(tmp_path: Path) -> None:
    org = played()
    too_early = org.time.now() - KEPT - timedelta(minutes=1)
    said = refused(too_early, into=tmp_path / "e", org=org)
    assert said.startswith(
        "the platform answers questions about the conversations of 558 days, and the period begins at"
    )
    assert f"ask for what happened from {org.time.now() - KEPT + DAY:%Y-%m-%d} on" in said


def test_a_moment_without_a_time_zone_is_refused(tmp_path: Path) -> None:
    naive = datetime(2026, 11, 2)  # noqa: DTZ001 - that is the point
    assert refused(naive, into=tmp_path / "e").startswith("2026-11-02 00:00:00 has no time zone")


def test_a_period_that_is_not_over_ends_now(tmp_path: Path) -> None:
    org = played()
    now = org.time.now()
    assert fetched(org, tmp_path / "evidence", FIRST, FIRST + 100 * DAY).span == Span(FIRST, now)


# -- faults --------------------------------------------------------------------------------------------------------

FAULTS: dict[str, list[Fault]] = {
    "too many requests": [
        a_fault("rate_limited", retry_after=2_000, times=3),
        a_fault("rate_limited", RESULTS, times=2),
    ],
    "server errors": [
        a_fault("server_error", JOBS, status=503, times=2, first=2),
        a_fault("server_error", RESULTS, status=502),
        a_fault("server_error", QUERY, status=504),
    ],
    "accepted, and then an error": [a_fault("server_error", JOBS, status=503, after=True)],
    "connections that break": [
        a_fault("connection_reset", JOBS, after=True),
        a_fault("connection_reset", RESULTS, first=2),
        a_fault("connection_reset", QUERY),
    ],
    "a cursor that leads back": [a_fault("repeated_cursor", RESULTS, times=1, first=2)],
    "half an answer": [a_fault("truncated", RESULTS), a_fault("malformed", RESULTS, first=3)],
    "a page of a proxy": [a_fault("html", RESULTS, times=2)],
    "an expired token": [a_fault("unauthorized", RESULTS, first=2)],
    "a page of a query twice": [a_fault("repeated_page", QUERY, first=2)],
}


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS.keys())
def test_a_fetch_under_faults_ends_with_exactly_what_was_planted(faults: list[Fault], tmp_path: Path) -> None:
    org = played(lake_lag_s=20 * 3600)
    wanted = rows_of(fetched(org, tmp_path / "calm").evidence)
    org.sandbox.plan(*faults)
    assert rows_of(fetched(org, tmp_path / "evidence").evidence) == wanted


def test_results_are_read_page_by_page_and_a_cursor_that_leads_back_is_noticed(tmp_path: Path) -> None:
    org = played()
    for _ in range(2_050):
        org.state.conversations.disconnect(Talk(org.state).id)
    Talk(org.state).wrapped_up()
    org.sandbox.plan(a_fault("repeated_cursor", RESULTS, first=5))
    assert rows_of(fetched(org, tmp_path / "evidence").evidence) == planted(org)
    assert asked(org, "POST", JOBS) == 5


def test_a_job_that_expires_is_submitted_again(tmp_path: Path) -> None:
    org = played()
    wanted = planted(org)
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        org.time.advance(DAY_S if len(waits) == 1 else seconds)

    found = fetched(org, tmp_path / "evidence", FIRST, FIRST + 3 * DAY, sleep=sleep)
    assert rows_of(found.evidence) == wanted
    assert asked(org, "POST", JOBS) == 3 + 3


def test_results_that_expire_between_two_pages_are_asked_for_again(tmp_path: Path) -> None:
    org = played()
    org.sandbox.plan(a_fault("server_error", RESULTS, status=410, times=1))
    assert rows_of(fetched(org, tmp_path / "evidence").evidence) == planted(org)
    assert asked(org, "POST", JOBS) == 5


def test_a_job_that_always_fails_is_an_error_and_nothing_is_written(tmp_path: Path) -> None:
    org = played()

    def cancel(_: float) -> None:
        job_id = org.sandbox.requests[-1].path.rpartition("/")[2]
        org.state.jobs.cancel("conversation details", job_id)

    with pytest.raises(ApiError, match="the job came to 'CANCELLED'"):
        fetched(org, tmp_path / "evidence", sleep=cancel)
    assert not (tmp_path / "evidence").exists()


def test_a_job_that_never_ends_is_given_up(tmp_path: Path) -> None:
    org = played()
    org.state.jobs.polls_until_done = 1_000_000
    with pytest.raises(UnavailableError, match="the job is still 'PENDING' after 30 minutes"):
        fetched(org, tmp_path / "evidence")


def test_without_the_permission_the_error_names_it(tmp_path: Path) -> None:
    org = Played(played().state, Grant(permissions=frozenset({"routing:queue:view"})))
    with pytest.raises(AuthError, match="analytics:conversationDetail:view"):
        fetched(org, tmp_path / "evidence")
    assert not (tmp_path / "evidence").exists()


# -- interruptions -------------------------------------------------------------------------------------------------


def test_a_fetch_that_failed_goes_on_where_it_was(tmp_path: Path) -> None:
    org, into = played(), tmp_path / "evidence"
    org.sandbox.plan(a_fault("rate_limited", RESULTS, first=3, times=4))
    with pytest.raises(RateLimitedError):
        fetched(org, into)
    assert not into.exists()
    before = asked(org, "POST", JOBS)
    resumed: list[datetime] = []
    found = fetched(org, into, on_resume=resumed.append)
    assert rows_of(found.evidence) == planted(org)
    assert asked(org, "POST", JOBS) - before == 2
    assert len(resumed) == 1
    assert [it.name for it in tmp_path.iterdir()] == ["evidence"]


@pytest.mark.parametrize("change", ["period", "age", "end"])
def test_pieces_of_another_fetch_are_not_used(change: str, tmp_path: Path) -> None:
    org, into = played(), tmp_path / "evidence"
    org.sandbox.plan(a_fault("rate_limited", RESULTS, first=3, times=4))
    with pytest.raises(RateLimitedError):
        fetched(org, into, FIRST)
    start, end = (FIRST - DAY if change == "period" else FIRST), (FIRST + 2 * DAY if change == "end" else None)
    passing(org.state, 13 * 3600 if change == "age" else 0)
    resumed: list[datetime] = []
    fetched(org, into, start, end, on_resume=resumed.append)
    assert resumed == []


def test_what_is_in_the_folder_stays_when_a_fetch_fails(tmp_path: Path) -> None:
    org, into = played(), tmp_path / "evidence"
    wanted = rows_of(fetched(org, into, FIRST, FIRST + DAY).evidence)
    (into / "README").write_text("mine")
    org.sandbox.plan(a_fault("server_error", JOBS, times=None))
    with pytest.raises(UnavailableError):
        fetched(org, into)
    assert rows_of(open_evidence(into)) == wanted
    org.sandbox.app.front.faults.clear()
    assert rows_of(fetched(org, into).evidence) == planted(org)
    assert (into / "README").read_text() == "mine"


# -- folders -------------------------------------------------------------------------------------------------------


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_text("")
    with pytest.raises(UsageError, match=r"exists and is not evidence: it holds no evidence\.json"):
        fetched(played(), tmp_path)
    assert [it.name for it in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_file_in_its_place_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_text("mine")
    with pytest.raises(UsageError, match="evidence is a file"):
        fetched(played(), tmp_path / "evidence")


def test_evidence_of_another_org_is_not_mixed_in(tmp_path: Path) -> None:
    org, into = played(), tmp_path / "evidence"
    fetched(org, into)
    text = (into / "evidence.json").read_text()
    (into / "evidence.json").write_text(text.replace('"org-1"', '"org-2"').replace("Tiny", "Else"))
    with pytest.raises(UsageError, match=r"holds evidence of the org 'Else' \(org-2\), and these .* 'Tiny' \(org-1\)"):
        fetched(org, into)


def test_damaged_evidence_is_not_added_to(tmp_path: Path) -> None:
    org, into = played(), tmp_path / "evidence"
    fetched(org, into)
    (into / "day=2026-11-03" / "handlings.parquet").write_bytes(b"PAR1")
    with pytest.raises(SourceError, match="is no whole Parquet file"):
        fetched(org, into)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"cannot write .*: not a directory"):
        fetched(played(), tmp_path / "file" / "evidence")


def test_other_files_of_a_day_are_taken_over(tmp_path: Path) -> None:
    """Somebody else's tool may write several files a day."""
    org, into = played(), tmp_path / "evidence"
    fetched(org, into)
    old = into / "day=2026-11-03" / "handlings.parquet"
    old.rename(old.with_name("part-0.parquet"))
    manifest = into / "evidence.json"
    manifest.write_text(manifest.read_text().replace("day=2026-11-03/handlings", "day=2026-11-03/part-0"))
    found = fetched(org, into, FIRST + DAY + timedelta(hours=9)).evidence
    assert rows_of(found) == planted(org)
    assert [it.name for it in (into / "day=2026-11-03").iterdir()] == ["handlings.parquet"]


class Terse(httpx.BaseTransport):
    """Leaves out what is empty, as analytics does."""

    def __init__(self, wire: httpx.BaseTransport) -> None:
        self._wire = wire

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._wire.handle_request(request)
        content = answer.read()
        shorter = content.replace(b'"conversations":[],', b"")
        return httpx.Response(answer.status_code, content=shorter, request=request)


def test_an_answer_that_leaves_out_what_is_empty_is_understood(tmp_path: Path) -> None:
    org = played()
    org.client = GenesysClient(org.client.access, wire=Terse(org.sandbox), clock=org.clock, sleep=org.time.advance)
    found = fetched(org, tmp_path / "evidence", FIRST - DAY)
    assert rows_of(found.evidence) == planted(org)
