"""Evidence from files that people have: answers of analytics as JSON, or conversations as JSON lines.

JSON lines are read line by line, however many there are; a document is read as a whole, and may be an answer of a query
or a job (`{"conversations": [...]}`), a list of conversations, or one conversation.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import msgspec

from harness.errors import Problem, SourceError, UsageError
from harness.evidence.committing import Batch, Gathered, commit, unwritable
from harness.evidence.details import Conversation, Participant
from harness.evidence.files import table_of
from harness.evidence.handlings import Row, handlings
from harness.evidence.reading import existing_evidence
from harness.evidence.spans import Span, whole_day
from harness.evidence.staging import Staging, finish
from harness.model.folders import alone_in
from harness.model.undecodable import UNREADABLE, what_is_wrong

__all__ = ["import_saved"]

_AT_A_TIME = 50_000
_LARGEST_DOCUMENT = 512 * 1024 * 1024
_MOST_PROBLEMS = 20
_EXPECTED = "what analytics answers: conversations with participants, sessions and segments"
_HINT = "save the answer of a conversation details query or job; an answer of /api/v2/conversations is something else"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Object(msgspec.Struct, rename="camel"):
    """One conversation, or an answer that holds some; an answer without hits leaves them out."""

    conversation_id: str | None = None
    participants: tuple[Participant, ...] = ()
    conversations: tuple[Conversation, ...] | None = None
    total_hits: int | None = None
    data_availability_date: str | None = None


def import_saved(
    files: Sequence[Path],
    into: Path,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    on_progress: Callable[[float], None] = lambda _: None,
) -> Gathered:
    """Add the handlings of saved conversations to a folder.

    A handling that comes more than once, in these files or in the folder, is kept once: the latest that is over.

    Args:
        files: What to read; a conversation in a later file counts as newer.
        into: The folder; made when it is missing.
        start: The beginning of the period that the files are about; handlings that started before it are left out.
            None: the day of the first handling.
        end: The end of that period; None: the end of the day of the last handling.
        on_progress: Called after every file with the share that is read, 0.0 to 1.0.

    Raises:
        SourceError: If a file holds something else, with every problem; or there is no handling; or the folder's
            evidence cannot be read. The folder is as it was then.
        UsageError: If the period is none, the folder is something else's, or it cannot be written.
    """
    if start is not None and end is not None and end <= start:
        raise UsageError(f"the period from {start} to {end} is empty: it does not end after it begins")
    try:
        with alone_in(into):
            finish(into)
            before = existing_evidence(into)
            gathering = _Gathering(Staging(into), start, end)
            try:
                gathering.read(files, on_progress)
                span = gathering.span(files)
                batch = Batch(source="saved", span=span, replaces=False, unsettled=(span,))
                return commit(gathering.staging, into, before, batch)
            finally:
                gathering.staging.close()
    except OSError as error:
        raise unwritable(into, error) from error


class _Gathering:
    """Rows on their way into pieces."""

    def __init__(self, staging: Staging, start: datetime | None, end: datetime | None) -> None:
        self.staging = staging
        self._start, self._end = start, end
        self._start_ms, self._end_ms = (None if it is None else round(it.timestamp() * 1000) for it in (start, end))
        self._rows: dict[date, list[Row]] = {}
        self._waiting = 0
        self._pieces = 0
        self._days: set[date] = set()

    def read(self, files: Sequence[Path], on_progress: Callable[[float], None]) -> None:
        """Read all files, or raise what is wrong with them."""
        problems: list[Problem] = []
        for done, path in enumerate(files, start=1):
            for found in _read(path):
                if not isinstance(found, Problem):
                    self._add(found)
                    continue
                problems.append(found)
                if len(problems) == _MOST_PROBLEMS:
                    raise SourceError(problems)
            on_progress(done / len(files))
        if problems:
            raise SourceError(problems)
        self._flush()

    def _add(self, conversation: Conversation) -> None:
        for row in handlings(conversation):
            if (self._start_ms is None or row.started_at >= self._start_ms) and (
                self._end_ms is None or row.started_at < self._end_ms
            ):
                day = datetime.fromtimestamp(row.started_at / 1000, UTC).date()
                self._rows.setdefault(day, []).append(row)
                self._waiting += 1
        if self._waiting >= _AT_A_TIME:
            self._flush()

    def _flush(self) -> None:
        for day, rows in self._rows.items():
            self.staging.keep(day, f"{self._pieces:06}", table_of(rows))
        self._days |= self._rows.keys()
        self._rows.clear()
        self._waiting = 0
        self._pieces += 1

    def span(self, files: Sequence[Path]) -> Span:
        """Return what was read: the period that was named, else the days of the handlings."""
        if not self._days:
            where = " in that period" if self._start or self._end else ""
            path = str(files[0]) if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"
            raise SourceError(
                [Problem(path, f"no agent handled a conversation{where}", expected=_EXPECTED, hint=_HINT)]
            )
        start = self._start or whole_day(min(self._days)).start
        end = self._end or whole_day(max(self._days)).end
        return Span(start.astimezone(UTC), end.astimezone(UTC))


# -- files ----------------------------------------------------------------------------------------------------------


def _read(path: Path) -> Iterator[Conversation | Problem]:
    """Yield the conversations of a file, and what is wrong with it."""
    try:
        for line, text in _documents(path):
            try:
                found = _conversations(text)
            except UNREADABLE as error:
                yield Problem(str(path), what_is_wrong(error), line, expected=_EXPECTED, hint=_HINT)
                continue
            if found is None:
                yield Problem(str(path), "holds no conversations", line, expected=_EXPECTED, hint=_HINT)
            else:
                yield from found
    except OSError as error:
        yield Problem(str(path), f"cannot be read: {(error.strerror or str(error)).lower()}")
    except _NotToBeReadError as error:
        yield Problem(str(path), error.what, hint=error.hint)


class _NotToBeReadError(Exception):
    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what, hint)
        self.what, self.hint = what, hint


def _documents(path: Path) -> Iterator[tuple[int | None, bytes]]:
    """Yield the JSON texts of a file: its lines with their numbers, or all of it."""
    with path.open("rb") as file:
        lines = enumerate(iter(partial(file.readline, _LARGEST_DOCUMENT), b""), start=1)
        number, first = next(
            ((number, text) for number, line in lines if (text := line.removeprefix(_BYTE_ORDER_MARK).strip())),
            (0, b""),
        )
        if first.startswith(_UTF_16):
            raise _NotToBeReadError("is UTF-16 text, and JSON is UTF-8", "save it again as UTF-8")
        if not first:
            raise _NotToBeReadError("is empty", _HINT)
        if _is_whole(first):
            yield number, first
            yield from ((number, text) for number, line in lines if (text := line.strip()))
            return
        size = path.stat().st_size
        if size > _LARGEST_DOCUMENT:
            what = f"is one document of {size / 2**30:.1f} GiB, and only JSON lines can be that large"
            raise _NotToBeReadError(what, f"write one conversation a line: jq -c '.conversations[]' {path.name}")
        yield None, first + b"\n" + file.read()


def _is_whole(text: bytes) -> bool:
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except UNREADABLE:
        return False
    return True


def _conversations(text: bytes) -> Sequence[Conversation] | None:
    """Return the conversations of a JSON text, or None when it is about something else."""
    if text.startswith(b"["):
        return msgspec.json.decode(text, type=tuple[Conversation, ...])
    found = msgspec.json.decode(text, type=_Object)
    if found.conversations is not None:
        return found.conversations
    if found.conversation_id is not None:
        return (Conversation(found.conversation_id, found.participants),)
    return None if found.total_hits is None and found.data_availability_date is None else ()
