"""What evidence looks like on disk: one row for each agent handling, as Parquet, one folder for each day.

```
evidence/
  evidence.json                        what was read, from when to when: see `harness.evidence.manifest`
  day=2026-11-20/handlings.parquet     the handlings that started on that day, in UTC
  day=2026-11-21/handlings.parquet     there is a file for every day of the periods, if need be without rows
```

A handling is one agent's part in one conversation. Its identity is conversation, agent, start and queue: an agent who
gets a conversation back after a transfer has two handlings of it.

Source:
    `docs/evidence.md`; `platform.md` section 6.4 for what the columns are made of.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow

__all__ = ["COLUMNS", "DAY_FILE", "ORDER", "SYSTEM_CODES", "Column", "arrow_schema"]

DAY_FILE = "handlings.parquet"
"""The one file of a day's folder that `wrapup evidence fetch` writes; whoever reads takes all `*.parquet`."""

SYSTEM_CODES = ("timeout", "default", "outbound", "other")
"""The words of the column `system_code`."""

ORDER = ("started_at", "conversation_id", "agent_id", "queue_id")
"""What the rows of a file are sorted by, and what tells a handling from all others; a missing queue comes last."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        kind: `moment` is a timestamp in milliseconds, in UTC.
        meaning: What it says, its unit, and what a missing value means.
        nullable: Whether a value may be missing.
    """

    name: str
    kind: Literal["text", "moment", "integer", "boolean"]
    meaning: str
    nullable: bool = True


COLUMNS = (
    Column("conversation_id", "text", "The conversation's id.", nullable=False),
    Column(
        "agent_id", "text", "The agent's pseudonym, `harness.model.ids.pseudonym` of the user's id.", nullable=False
    ),
    Column("queue_id", "text", "The queue's id; none: the handling came through no queue."),
    Column("channel", "text", "voice, callback, chat, email, message, …; none: the source does not say."),
    Column("started_at", "moment", "When the agent's first interact segment began.", nullable=False),
    Column("ended_at", "moment", "When its last segment ended, ACW included; none: it is still going on."),
    Column("first_code_id", "text", "The code that was written first, the one that dialer mappings run on."),
    Column("final_code_id", "text", "The code that was written last, the one that counts; none: no code."),
    Column("acw_ms", "integer", "ACW in milliseconds; none: there was none, or it is still going on."),
    Column("skipped", "boolean", "Whether the agent skipped ACW; none: the source cannot tell."),
    Column("pending", "boolean", "Whether the handling or its ACW is still going on: not to be judged."),
    Column("provisional", "boolean", "Whether the code may only be a draft: not to be judged."),
    Column("transferred", "boolean", "Whether the agent handed it on; none: the source cannot tell."),
    Column("system_code", "text", "What kind of system code the final one is; none: it is no system code."),
    Column("has_note", "boolean", "Whether a wrap-up has a note, whose text is nowhere; none: unknown."),
)


def arrow_schema() -> "pyarrow.Schema":
    """Return the schema of the files."""
    import pyarrow as pa

    kinds = {"text": pa.string(), "moment": pa.timestamp("ms", tz="UTC"), "integer": pa.int64(), "boolean": pa.bool_()}
    return pa.schema([pa.field(column.name, kinds[column.kind], nullable=column.nullable) for column in COLUMNS])
