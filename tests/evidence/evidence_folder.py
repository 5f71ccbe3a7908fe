"""Folders of evidence, written row by row, for tests of what is measured in them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from harness.evidence.manifest import MANIFEST, Manifest, OrgOfEvidence, Rows
from harness.evidence.schema import arrow_schema
from harness.evidence.spans import Span

__all__ = ["DAY", "END", "START", "a_handling", "write_evidence"]

START = datetime(2026, 10, 1, tzinfo=UTC)
END = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def a_handling(conversation: str = "c1", code: str | None = "code-1", **fields: Any) -> dict[str, Any]:
    """Return one handling on `queue-1`: wrapped up with a code by an agent, after 30 s of ACW."""
    began = fields.get("started_at", START + timedelta(hours=9))
    row = {
        "conversation_id": conversation,
        "agent_id": "agent-1",
        "queue_id": "queue-1",
        "channel": "voice",
        "started_at": began,
        "ended_at": began + timedelta(minutes=5),
        "first_code_id": code,
        "final_code_id": code,
        "acw_ms": 30_000,
        "skipped": False,
        "pending": False,
        "provisional": False,
        "transferred": False,
        "system_code": None,
        "has_note": False,
    }
    if code is not None and code.startswith("ININ-"):
        row["system_code"] = "timeout" if "TIMEOUT" in code else "other"
    return row | fields


def write_evidence(
    folder: Path,
    rows: Iterable[Mapping[str, Any]],
    *,
    periods: tuple[tuple[datetime, datetime], ...] = ((START, END),),
    complete_until: datetime | None = END,
) -> Path:
    """Write a folder of evidence, whole: one file a day with handlings."""
    by_day: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_day.setdefault(f"day={row['started_at']:%Y-%m-%d}/handlings.parquet", []).append(row)
    by_day.setdefault(f"day={periods[0][0]:%Y-%m-%d}/handlings.parquet", [])
    for name, them in by_day.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist([dict(it) for it in them], schema=arrow_schema()), folder / name)
    manifest = Manifest(
        org=OrgOfEvidence("org-1", "tiny"),
        periods=tuple(Span(*it) for it in periods),
        complete_until=complete_until,
        source="platform",
        files={name: Rows(len(them)) for name, them in sorted(by_day.items())},
        tool_version="test",
    )
    (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    return folder
