"""Saved conversations: every form that people have, and everything that is wrong with a file at once."""

import codecs
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.errors import SourceError, UsageError
from harness.evidence.reading import open_evidence
from harness.evidence.saved import import_saved
from harness.evidence.spans import Span
from tests.evidence.details import agent, conversation, segment, session, wrapup
from tests.evidence.planting import FIRST, fetched, planted, played, rows_of
from tests.operations.playing import Played
from tests.sandbox.playing import a_caller

DAY = timedelta(days=1)
ONE = conversation(agent(session(segment("interact", 4, 60), wrapup(60, 70, "code-1"))), conversation_id="c-1")
TWO = conversation(agent(session(segment("interact", 9, 50), wrapup(50, 55, "code-2"))), conversation_id="c-2")


def write(path: Path, *documents: Any, indent: int | None = None) -> Path:
    path.write_text("".join(f"{json.dumps(it, indent=indent)}\n" for it in documents))
    return path


def ids(folder: Path) -> list[str]:
    return [it.conversation_id for it in rows_of(open_evidence(folder))]


FORMS: dict[str, Any] = {
    "an answer of a query": [{"conversations": [ONE, TWO], "totalHits": 2}],
    "an answer of a job": [
        {"conversations": [ONE, TWO], "cursor": "x", "dataAvailabilityDate": "2026-11-03T00:00:00Z"}
    ],
    "a list": [[ONE, TWO]],
    "a conversation a line": [ONE, TWO],
    "an answer a line, one without hits": [{"conversations": [ONE]}, {"totalHits": 0}, {"conversations": [TWO]}],
}


@pytest.mark.parametrize("documents", FORMS.values(), ids=FORMS.keys())
def test_every_form_is_read(documents: list[Any], tmp_path: Path) -> None:
    # JSON lines have no indentation; a document may.
    for indent in (None, 2) if len(documents) == 1 else (None,):
        found = import_saved([write(tmp_path / "saved", *documents, indent=indent)], tmp_path / "evidence")
        assert ids(tmp_path / "evidence") == ["c-1", "c-2"]
        assert found.rows == 2


def test_one_conversation_is_a_document_too(tmp_path: Path) -> None:
    import_saved([write(tmp_path / "one.json", ONE, indent=2)], tmp_path / "evidence")
    assert ids(tmp_path / "evidence") == ["c-1"]


def test_a_byte_order_mark_and_empty_lines_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "saved"
    path.write_bytes(codecs.BOM_UTF8 + f"\n\n{json.dumps(ONE)}\r\n\r\n{json.dumps(TWO)}".encode())
    import_saved([path], tmp_path / "evidence")
    assert ids(tmp_path / "evidence") == ["c-1", "c-2"]


def answers(org: Played) -> dict[str, Any]:
    """What the sandbox's own query answers, as somebody would save it."""
    asked = {"interval": "2026-11-02T00:00:00Z/2026-11-06T00:00:00Z", "paging": {"pageSize": 100, "pageNumber": 1}}
    answer: dict[str, Any] = a_caller(org.state).ask(
        "POST", "/api/v2/analytics/conversations/details/query", json=asked
    )
    return answer


def test_what_was_saved_of_the_platform_comes_to_what_a_fetch_comes_to(tmp_path: Path) -> None:
    org = played()
    saved = write(tmp_path / "saved.json", answers(org))
    import_saved([saved], tmp_path / "imported")
    assert rows_of(open_evidence(tmp_path / "imported")) == planted(org, over=False)


def test_files_that_overlap_double_nothing_and_the_later_one_counts(tmp_path: Path) -> None:
    going_on = conversation(agent(session(segment("interact", 4, 60), wrapup(60, None))), conversation_id="c-1")
    early, late = write(tmp_path / "early", going_on, TWO), write(tmp_path / "late", ONE)
    for order in ([early, late, early], [late, early]):
        found = import_saved(order, tmp_path / "evidence").evidence
        assert [(it.conversation_id, it.pending) for it in rows_of(found)] == [("c-1", False), ("c-2", False)]


def test_what_is_there_stays_and_is_not_doubled(tmp_path: Path) -> None:
    org, into = played(), tmp_path / "evidence"
    before = fetched(org, into).evidence
    found = import_saved([write(tmp_path / "saved", answers(org), ONE)], into).evidence
    extra = [it for it in rows_of(found) if it.conversation_id == "c-1"]
    assert sorted(map(str, rows_of(found))) == sorted(map(str, [*planted(org, over=False), *extra]))
    assert len(extra) == 1
    assert found.manifest.org == before.manifest.org


def test_nothing_tells_up_to_when_files_are_complete(tmp_path: Path) -> None:
    found = import_saved([write(tmp_path / "saved", ONE)], tmp_path / "evidence").evidence
    assert found.complete_until is None
    assert found.manifest.periods == found.manifest.unsettled == (Span(FIRST, FIRST + DAY),)
    assert (found.manifest.source, found.manifest.org.id) == ("saved", None)


def test_what_the_platform_settled_stays_settled(tmp_path: Path) -> None:
    org, into = played(), tmp_path / "evidence"
    fetched(org, into, FIRST, FIRST + DAY)
    later = conversation(agent(session(segment("interact", 4, 60))), conversation_id="c-9")
    text = json.dumps(later).replace("2026-11-02", "2026-11-03")
    found = import_saved([write(tmp_path / "saved", ONE, json.loads(text))], into).evidence
    assert found.manifest.unsettled == (Span(FIRST + DAY, FIRST + 2 * DAY),)
    assert found.complete_until == FIRST + DAY


def test_a_period_says_what_the_files_are_about(tmp_path: Path) -> None:
    saved = write(tmp_path / "saved", ONE, TWO)
    start = datetime(2026, 11, 2, 8, 0, 5, tzinfo=UTC)
    found = import_saved([saved], tmp_path / "evidence", start, FIRST + 3 * DAY)
    assert ids(tmp_path / "evidence") == ["c-2"]
    assert found.evidence.manifest.periods == (Span(start, FIRST + 3 * DAY),)
    assert len(found.evidence.manifest.files) == 3


def test_times_of_other_zones_are_the_same_moments(tmp_path: Path) -> None:
    """08:00 in UTC is 09:30 somewhere; what matters is that it says where."""
    text = json.dumps(ONE).replace("T08:", "T13:").replace("Z", "+05:00")
    import_saved([write(tmp_path / "saved", json.loads(text), TWO)], tmp_path / "evidence")
    assert [it.started_at % 60_000 for it in rows_of(open_evidence(tmp_path / "evidence"))] == [4_000, 9_000]


def test_many_handlings_are_put_aside_as_they_come(tmp_path: Path) -> None:
    """Two days that take turns: what was put aside early belongs to the same files as what came late."""
    talk = [agent(session(segment("interact", 4, 60)), user=f"user-{it}") for it in range(26_000)]
    busy = conversation(*talk, conversation_id="c-3")
    day_after = json.loads(json.dumps(busy).replace("2026-11-02", "2026-11-03"))
    files = [write(tmp_path / "saved", ONE, busy, day_after, TWO)]
    found = import_saved(files, tmp_path / "evidence")
    assert found.rows == 2 + 2 * 26_000
    assert [it.rows for it in found.evidence.manifest.files.values()] == [2 + 26_000, 26_000]


def test_progress_is_told_file_by_file(tmp_path: Path) -> None:
    shares: list[float] = []
    files = [write(tmp_path / "a", ONE), write(tmp_path / "b", TWO)]
    import_saved(files, tmp_path / "evidence", on_progress=shares.append)
    assert shares == [0.5, 1.0]


# -- what is refused -----------------------------------------------------------------------------------------------

HINT = "  save the answer of a conversation details query or job; an answer of /api/v2/conversations is something else"
EXPECTED = "  expected what analytics answers: conversations with participants, sessions and segments"


def refused(tmp_path: Path, *files: Path, **period: Any) -> str:
    into = tmp_path / "evidence"
    with pytest.raises(SourceError) as caught:
        import_saved(files, into, **period)
    assert not into.exists()
    assert not (tmp_path / ".evidence.partial").exists()
    return str(caught.value).replace(f"{tmp_path}/", "")


def test_everything_that_is_wrong_with_lines_is_told_at_once(tmp_path: Path) -> None:
    naive = json.dumps(ONE).replace("Z", "")
    path = tmp_path / "saved"
    path.write_text(f'{json.dumps(ONE)}\n{naive}\n{{"id": "x"}}\nnot JSON\n{json.dumps(TWO)}\n[1]\n')
    told = refused(tmp_path, path, tmp_path / "nowhere").splitlines()
    assert [it for it in told if not it.startswith("  ")] == [
        "saved:2: expected datetime with a timezone component at $.participants[0].sessions[0].segments[0].segmentStart",
        "saved:3: holds no conversations",
        "saved:4: JSON is malformed: invalid character (byte 4)",
        "saved:6: expected object, got int at $[0]",
        "nowhere: cannot be read: no such file or directory",
    ]
    assert (told[1], told[2]) == (EXPECTED, HINT)


def test_no_more_than_twenty_problems_are_told(tmp_path: Path) -> None:
    told = refused(tmp_path, write(tmp_path / "saved", *[{"id": it} for it in range(100)]))
    assert told.count("holds no conversations") == 20


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "saved: is empty"),
        (b" \n\n", "saved: is empty"),
        (
            '{"conversations": []}'.encode("utf-16"),
            "saved: is UTF-16 text, and JSON is UTF-8\n  save it again as UTF-8",
        ),
        (b'{"conversations": [\n', "saved: input data was truncated"),
        (b"<html>\n</html>", "saved: JSON is malformed"),
        (b'{"conversationId": "\xff"}', "saved:1: is not UTF-8 text"),
        (b"[" * 5_000 + b"]" * 5_000, "saved: "),
        (b'{"conversations": []}', "saved: no agent handled a conversation\n"),
    ],
)
def test_a_file_of_something_else_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "saved").write_bytes(content)
    assert refused(tmp_path, tmp_path / "saved").startswith(said)


def test_a_document_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "saved.json").open("wb") as file:
        file.write(b'{"conversations": [\n')
        file.truncate(600 * 2**20)
    assert refused(tmp_path, tmp_path / "saved.json") == (
        "saved.json: is one document of 0.6 GiB, and only JSON lines can be that large\n"
        "  write one conversation a line: jq -c '.conversations[]' saved.json"
    )


def test_a_period_without_handlings_is_refused(tmp_path: Path) -> None:
    files = write(tmp_path / "a", ONE), write(tmp_path / "b", TWO)
    told = refused(tmp_path, *files, start=FIRST + DAY)
    assert told.startswith("a and 1 more: no agent handled a conversation in that period\n")


def test_an_empty_period_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is empty: it does not end after it begins"):
        import_saved([write(tmp_path / "a", ONE)], tmp_path / "evidence", FIRST, FIRST)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"exists and is not evidence: it holds no evidence\.json"):
        import_saved([write(tmp_path / "a", ONE)], tmp_path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    saved = write(tmp_path / "a", ONE)
    with pytest.raises(UsageError, match=r"cannot write .*: not a directory"):
        import_saved([saved], saved / "evidence")
