"""Jinja as the report's pages want it: everything escaped, nothing undefined, templates compiled once a machine."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from pickle import UnpicklingError

import jinja2
from jinja2.bccache import Bucket

from harness.report.headline import counted

__all__ = ["as_moment", "environment"]


class _Compiled(jinja2.FileSystemBytecodeCache):
    """Keeps compiled templates in the user's part of the temporary folder: to compile takes 0.3 s, for each report."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was kept; what is damaged is compiled again."""
        try:
            super().load_bytecode(bucket)
        except (OSError, EOFError, ValueError, TypeError, UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what can be kept."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def environment(folder: Path, filters: Mapping[str, Callable[..., object]]) -> jinja2.Environment:
    """Return what renders the templates of a folder.

    Args:
        folder: Holds them.
        filters: What they use besides `counted`, `moment` and `day`.
    """
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_compiled(),
    )
    made.filters.update({"counted": counted, "moment": _moment, "day": _day, **filters})
    return made


def _compiled() -> _Compiled | None:
    try:
        return _Compiled()
    except (OSError, RuntimeError):
        # There is no folder that is safely this user's own.
        return None


def as_moment(iso: str) -> datetime | None:
    """Return an ISO moment in UTC, or None when it is none."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _moment(iso: str) -> str:
    """Return an ISO moment as people write it, in UTC; what is no moment stays as it is."""
    moment = as_moment(iso)
    return iso if moment is None else f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def _day(iso: str) -> str:
    """Return the day of an ISO date or moment as people write it; what is neither stays as it is."""
    try:
        day = date.fromisoformat(iso[: len("2026-11-21")])
    except ValueError:
        return iso
    return f"{day.day} {day:%B %Y}"
