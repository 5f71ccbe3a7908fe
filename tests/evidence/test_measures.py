"""What is counted, and what is not: tiny evidence, every number by hand."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import SourceError, UsageError
from harness.evidence.engines import connect
from harness.evidence.measurer import Measurer, measurer
from harness.evidence.questions import Question, question_of
from harness.evidence.reading import open_evidence
from harness.model.ids import DEFAULT_CODE_ID
from harness.model.tiny import an_org
from harness.model.usage import CodeUse, CrmExport, Usage
from tests.evidence.evidence_folder import END, START, a_handling, write_evidence

ORG = an_org(queues={"Billing": ["Sale", "Refund"]})
Ask = Callable[..., tuple[Usage, ...]]
TIMEOUT = "ININ-WRAP-UP-TIMEOUT"


@pytest.fixture
def measure(tmp_path: Path) -> Callable[[Iterable[Mapping[str, Any]]], Measurer]:
    def over(rows: Iterable[Mapping[str, Any]], **about: Any) -> Measurer:
        return measurer(write_evidence(tmp_path / "evidence", rows, **about))

    return over


@pytest.fixture
def ask(measure: Callable[[Iterable[Mapping[str, Any]]], Measurer]) -> Ask:
    def rows_of(check: str | None, *rows: Mapping[str, Any], **parameters: Any) -> tuple[Usage, ...]:
        question = question_of(check, parameters, ())
        return measure(rows).usage([question], ORG)[question]

    return rows_of


def test_pending_and_provisional_wrap_ups_are_in_no_number(ask: Ask) -> None:
    (row,) = ask("usage.coded", a_handling(), a_handling("c2", None, pending=True), a_handling("c3", provisional=True))
    assert (row.handled, row.coded, row.left_out, row.untold) == (1, 1, 2, 0)


def test_what_may_be_pending_is_counted_apart(ask: Ask) -> None:
    (row,) = ask("usage.coded", a_handling(), a_handling("c2", None, pending=None), a_handling("c3", provisional=None))
    assert (row.handled, row.coded, row.left_out, row.untold) == (1, 1, 0, 2)


def test_a_draft_of_what_is_known_to_be_pending_is_no_gap(ask: Ask) -> None:
    (row,) = ask("usage.coded", a_handling(), a_handling("c2", pending=True, provisional=None))
    assert (row.handled, row.left_out, row.untold) == (1, 1, 0)


def test_system_codes_are_wrap_ups_and_no_codes(ask: Ask) -> None:
    default = {"system_code": "default"}
    rows = [
        a_handling(),
        a_handling("c2", TIMEOUT),
        a_handling("c3", DEFAULT_CODE_ID, **default),
        a_handling("c4", None),
    ]
    (row,) = ask(None, *rows)
    (general,) = ask("ours.check", *rows)
    assert (general.handled, general.wrapped, general.coded, general.timed_out, general.default_code) == (4, 3, 1, 1, 1)
    assert row.handled is None


def test_exempt_handlings_are_left_out_and_counted(ask: Ask) -> None:
    rows = [a_handling(), a_handling("c2", None, transferred=True), a_handling("c3", None, skipped=True)]
    rows.append(a_handling("c4", None, transferred=None))
    (row,) = ask("usage.coded", *rows, exempt=("transferred",))
    assert (row.handled, row.coded, row.exempt, row.untold) == (2, 1, 1, 1)


def test_only_longer_acw_of_the_channel_is_over(ask: Ask) -> None:
    rows = [a_handling(acw_ms=60_000), a_handling("c2", acw_ms=60_001), a_handling("c3", acw_ms=None)]
    rows.append(a_handling("c4", acw_ms=90_000, channel="email"))
    (all_channels,) = ask("usage.limit", *rows, max=60_000)
    assert (all_channels.timed, all_channels.over) == (3, 2)
    (voice,) = ask("usage.limit", *rows, max=60_000, channel="voice")
    assert (voice.timed, voice.over) == (2, 1)


def test_rows_about_codes_hold_only_codes_that_agents_chose(ask: Ask) -> None:
    rows = ask(
        "usage.offered", a_handling(), a_handling("c2", TIMEOUT), a_handling("c3", None), a_handling("c4", "code-9")
    )
    assert [(row.code_id, row.coded, row.code is None) for row in rows] == [("code-1", 1, False), ("code-9", 1, True)]


def test_of_codes_chosen_equally_often_the_first_id_is_on_top(ask: Ask) -> None:
    """Otherwise two engines, or two runs, could name different codes."""
    (row,) = ask("usage.dominant", a_handling("c1", "code-2"), a_handling("c2", "code-1"))
    assert (row.top_code_id, row.top_coded, row.coded, row.code_id) == ("code-1", 1, 2, None)


def test_a_missing_note_is_told_apart_from_no_note(ask: Ask) -> None:
    rows = [a_handling(has_note=True), a_handling("c2"), a_handling("c3", has_note=None)]
    (row,) = ask("usage.noted", *rows)
    assert (row.noted, row.unnoted, row.untold) == (1, 1, 1)


def test_a_changed_wrap_up_has_another_final_code(ask: Ask) -> None:
    (row,) = ask("usage.changed", a_handling(), a_handling("c2", first_code_id=TIMEOUT), a_handling("c3", None))
    assert (row.wrapped, row.changed) == (2, 1)


def test_handlings_without_a_queue_are_a_row_of_their_own(ask: Ask) -> None:
    rows = ask("usage.timeouts", a_handling(queue_id=None), a_handling("c2"), a_handling("c3", queue_id="queue-9"))
    assert [(row.queue_id, row.queue is None) for row in rows] == [(None, True), ("queue-1", False), ("queue-9", True)]


# Many queues at once: each is an example of its own, and opening evidence takes longer than all of them.
@settings(max_examples=5)
@given(st.lists(st.lists(st.integers(0, 5_000), min_size=1, max_size=40), min_size=10, max_size=20))
def test_the_percentile_is_the_nearest_rank(tmp_path_factory: pytest.TempPathFactory, queues: list[list[int]]) -> None:
    """Found by way of whole seconds, it must come out as if all durations had been sorted."""
    rows = [a_handling(acw_ms=ms, queue_id=f"q{at:02}") for at, durations in enumerate(queues) for ms in durations]
    question = question_of(None, {}, ["usage.acw_p95_s"])
    found = measurer(write_evidence(tmp_path_factory.mktemp("evidence"), rows)).usage([question], ORG)[question]
    expected = [sorted(durations)[-(-95 * len(durations) // 100) - 1] for durations in queues]
    assert [row.acw_p95_ms for row in found] == expected


def test_conversations_are_the_first_ten_by_id_each_once(measure: Callable[..., Measurer]) -> None:
    rows = [a_handling(f"c{at:02}", TIMEOUT) for at in range(30, 0, -1)]
    rows += [a_handling("c01", TIMEOUT, agent_id="agent-2"), a_handling("c00"), a_handling("a", TIMEOUT, queue_id=None)]
    question = question_of("usage.timeouts", {}, ())
    found = measure(rows).conversations({question: [("queue-1",), (None,)]})
    assert found[question, ("queue-1",)] == tuple(f"c{at:02}" for at in range(1, 10))
    assert found[question, (None,)] == ("a",)


def test_a_code_is_used_first_or_last(measure: Callable[..., Measurer]) -> None:
    later = START + timedelta(days=3)
    rows = [
        a_handling("c1", "code-2", first_code_id="code-1"),
        a_handling("c2", "code-2", started_at=later, ended_at=later + timedelta(milliseconds=999)),
        a_handling("c3", "code-3", pending=True),
        a_handling("c4", "code-4", provisional=None),
        a_handling("c5", "code-5", ended_at=None),
    ]
    found = measure(rows).codes()
    assert found["code-1"] == CodeUse(1, START + timedelta(hours=9, minutes=5))
    assert found["code-2"] == CodeUse(2, later)
    assert found["code-3"] == CodeUse(0)
    assert found["code-4"] == CodeUse(0, None, untold=1)
    assert found["code-5"] == CodeUse(1)


def test_channels_in_use_are_those_of_handlings(measure: Callable[..., Measurer]) -> None:
    rows = [
        a_handling(),
        a_handling(channel="email"),
        a_handling(channel=None),
        a_handling(queue_id=None, channel="chat"),
    ]
    assert measure(rows).channels() == {"queue-1": ("email", "voice")}


def test_evidence_covers_its_periods_until_they_end_or_the_data_does(measure: Callable[..., Measurer]) -> None:
    covered = measure([a_handling()], complete_until=END).covered
    assert covered.until == END
    assert covered.begins_within(timedelta(days=31)) == START
    assert covered.begins_within(timedelta(days=32)) is None


def test_nothing_is_known_to_be_covered_without_an_end(measure: Callable[..., Measurer]) -> None:
    covered = measure([a_handling()], complete_until=None).covered
    assert covered.until is None
    assert covered.begins_within(timedelta(days=1)) is None


# -- the CRM's records ----------------------------------------------------------------------------------------------


def test_the_crms_records_are_counted_by_what_they_show(measure: Callable[..., Measurer], tmp_path: Path) -> None:
    rows = [a_handling(f"c{at}") for at in range(1, 7)] + [
        a_handling("c7", transferred=True),
        a_handling("c8", transferred=None),
        a_handling("c9", TIMEOUT),
    ]
    crm = "Conversation,Outcome\nc1,WON\nc2,WON\nc3,LOST\nc4,\nc5,WON\nc5,LOST\nc7,LOST\nelsewhere,WON\n,WON\n"
    (tmp_path / "crm.csv").write_text(crm, encoding="utf-8")
    export = CrmExport(str(tmp_path / "crm.csv"), "Conversation", "Outcome")
    found = measure(rows)
    row, unmatched = found.reconciled(export, ORG)
    assert row.shown == {"WON": 2, "LOST": 1, "": 1}
    assert (row.coded, row.absent, row.several, row.untold) == (6, 1, 1, 1)
    assert (unmatched.unmatched, unmatched.handled) == (1, 7)
    key = ("queue-1", "code-1")
    assert found.disagreeing(export, {"code-1": "WON"}, [key]) == {key: ("c3", "c4", "c5", "c6")}
    assert found.unmatched(export) == ("elsewhere",)


def test_a_parquet_export_is_read_too(measure: Callable[..., Measurer], tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"conversation_id": ["c1"], "disposition": ["WON"]}), tmp_path / "crm.parquet")
    row, _ = measure([a_handling()]).reconciled(CrmExport(str(tmp_path / "crm.parquet")), ORG)
    assert row.shown == {"WON": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "conversationid,disposition\nc1,WON\n",
            "crm.csv:1: no column 'conversation_id'\n  expected one of conversationid, disposition\n"
            "  did you mean 'conversationid'?",
        ),
        (
            "a,b\n1,2\n",
            "crm.csv:1: no column 'conversation_id'\n  expected one of a, b\n"
            "  name it in the policy: 'uses: {crm_export: {conversation: …}}'\n"
            "crm.csv:1: no column 'disposition'\n  expected one of a, b\n"
            "  name it in the policy: 'uses: {crm_export: {disposition: …}}'",
        ),
        (None, "crm.csv: there is no such file\n  expected CSV in UTF-8 with a header, or Parquet (*.parquet)"),
    ],
    ids=["nearly", "others", "missing"],
)
def test_an_export_with_other_columns_is_refused_with_all_of_them(
    measure: Callable[..., Measurer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path("crm.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        measure([a_handling()]).reconciled(CrmExport("crm.csv"), ORG)
    assert str(refused.value) == said


def test_an_export_that_is_no_parquet_is_refused(measure: Callable[..., Measurer], tmp_path: Path) -> None:
    (tmp_path / "crm.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(SourceError, match="cannot be read"):
        measure([a_handling()]).reconciled(CrmExport(str(tmp_path / "crm.parquet")), ORG)


# -- engines --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sparc://local", "--engine does not know 'sparc://local'\n  did you mean 'spark'?"),
        ("local[2]", "--engine does not know 'local[2]'\n  a URL, such as pyspark://local[2] or spark://host:7077"),
    ],
    ids=["nearly", "no URL"],
)
def test_an_engine_that_is_none_is_refused(url: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        connect(url)
    assert str(refused.value) == said


def test_an_engine_that_cannot_be_reached_is_a_sentence() -> None:
    with pytest.raises(UsageError, match="--engine cannot connect to postgres"):
        connect("postgres://nobody@127.0.0.1:1/nothing")


def test_duckdb_by_its_url_is_the_default() -> None:
    engine = connect("duckdb://")
    assert engine.name == "duckdb"
    engine.close()


def test_a_file_that_was_damaged_since_it_was_opened_is_a_sentence(tmp_path: Path) -> None:
    folder = write_evidence(tmp_path / "evidence", [a_handling()])
    found = Measurer(open_evidence(folder), connect())
    (file,) = folder.glob("day=*/*.parquet")
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(SourceError, match="cannot be read"):
        found.usage([Question(fields=frozenset({"handled"}))], ORG)


def test_a_moment_is_utc_in_every_time_zone(measure: Callable[..., Measurer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    assert measure([a_handling()]).codes()["code-1"].last_used == datetime(2026, 10, 1, 9, 5, tzinfo=UTC)
