"""The audit trail as a file, `audits.ndjson`: its period on the first line, then an entry a line, sorted by id.

People appear by id; addresses and telephone numbers in values are replaced, as in a recording.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from harness.errors import Problem, SourceError
from harness.model import Org, Unknown, unknown
from harness.model.change import Change, Past, Trail
from harness.orgs.difference import difference
from harness.orgs.manifest import MANIFEST, UNREADABLE, read_manifest, what_is_wrong
from harness.orgs.people import without_people

__all__ = ["TRAIL_FILE", "encode_trail", "load_trail", "past_of", "read_trail", "recorded_trail"]

TRAIL_FILE: Final = "audits.ndjson"

_MOST_PROBLEMS: Final = 20
_EXPECTED: Final = "an audit trail, as `wrapup codes audit-log --into FILE` writes it"

_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Period(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The first line."""

    trail: Literal[1]
    since: _Moment
    until: _Moment
    wanted_since: _Moment | None = None


def encode_trail(trail: Trail) -> bytes:
    """Return a trail as a file's bytes; nobody is named in it."""
    period = _Period(
        trail=1,
        since=trail.since.astimezone(UTC),
        until=trail.until.astimezone(UTC),
        wanted_since=None if trail.wanted_since is None else trail.wanted_since.astimezone(UTC),
    )
    return msgspec.json.Encoder().encode_lines([period, *sorted(map(_clean, trail.entries), key=lambda it: it["id"])])


def _clean(entry: Change) -> dict[str, Any]:
    # Out of JSON, every list is one that is looked through.
    shaped = without_people("audits", msgspec.json.decode(msgspec.json.encode(entry)))
    if entry.user is not None:
        shaped["user"] = {"id": entry.user.id}
    return shaped


def read_trail(path: Path) -> Trail:
    """Read a trail from a file.

    Raises:
        SourceError: If it cannot be read, or is no trail; with all problems.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        what = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        raise _refused(path, [(None, what)]) from None
    first, _, rest = data.partition(b"\n")
    try:
        period = msgspec.json.decode(first, type=_Period)
    except UNREADABLE as error:
        raise _refused(path, [(1, what_is_wrong(error))]) from None
    entries = _entries(path, rest)
    return Trail(
        entries=tuple(sorted(entries, key=lambda it: (it.at, it.id))),
        since=period.since,
        until=period.until,
        wanted_since=period.wanted_since,
        location=str(path),
    )


def _entries(path: Path, data: bytes) -> Sequence[Change]:
    decoder = msgspec.json.Decoder(Change)
    found: dict[str, Change] = {}
    problems: list[tuple[int | None, str]] = []
    for number, line in enumerate(data.split(b"\n"), start=2):
        if not line.strip():
            continue
        try:
            entry = decoder.decode(line)
        except UNREADABLE as error:
            problems.append((number, what_is_wrong(error)))
            continue
        if entry.id in found:
            problems.append((number, f"the id '{entry.id}' comes twice"))
        found[entry.id] = entry
    if problems:
        raise _refused(path, problems)
    return list(found.values())


def _refused(path: Path, problems: Sequence[tuple[int | None, str]]) -> SourceError:
    found = [Problem(str(path), what, line=line, expected=_EXPECTED) for line, what in problems[:_MOST_PROBLEMS]]
    return SourceError(found)


def load_trail(given: str | None, location: str | None) -> Trail | Unknown | None:
    """Return the trail that was named, else the one that the judged recording holds.

    Args:
        given: A file, or a recording that holds a trail; None when none was named.
        location: Where the org is, as the user named it, or None.

    Raises:
        SourceError: If what was named is no trail, or a trail cannot be read.
    """
    if given is not None:
        path = Path(given)
        if not path.is_dir():
            return read_trail(path)
        found = recorded_trail(path)
        if found is None:
            hint = "record it with: wrapup record --audits-from DATE"
            raise SourceError([Problem(given, "holds no audit trail", expected=_EXPECTED, hint=hint)])
        return found
    folder = None if location is None else Path(location)
    return recorded_trail(folder) if folder is not None and (folder / MANIFEST).is_file() else None


def recorded_trail(folder: Path) -> Trail | Unknown | None:
    """Return the trail that a recording holds; None when it was not recorded, unknown when it was not to be had.

    Raises:
        SourceError: If the folder is no recording, or its trail cannot be read.
    """
    manifest = read_manifest(folder)
    if TRAIL_FILE in manifest.files:
        return read_trail(folder / TRAIL_FILE)
    hidden = [str(entry) for entry in manifest.hidden if entry.resource == "audits"]
    found: Unknown | None = unknown("the audit trail", "; ".join(hidden)) if hidden else None
    return found


def past_of(earlier: Org, org: Org) -> Past:
    """Return an earlier recording of an org, and in what it differs.

    Raises:
        SourceError: If it is of another org, or was made later.
    """
    location = earlier.origin.location
    if earlier.id is not None and org.id is not None and earlier.id != org.id:
        what = f"is a recording of another org: '{earlier.name}', not '{org.name}'"
        raise SourceError([Problem(location, what, hint="name an earlier recording of the same org")])
    since, until = _moment(earlier), _moment(org)
    if since is not None and until is not None and since > until:
        what = f"was recorded at {since:%Y-%m-%d %H:%M} UTC, after the org that is judged"
        raise SourceError([Problem(location, what, hint="swap --org and --since")])
    return Past(location=location, recorded_at=since, until=until, differences=difference(earlier, org))


def _moment(org: Org) -> datetime | None:
    if org.origin.kind == "live":
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(org.origin.recorded_at or "")
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
