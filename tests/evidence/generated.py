"""Handlings of every sort, seeded: what a measure must not confuse occurs, also next to a missing value."""

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

from harness.model.ids import DEFAULT_CODE_ID
from tests.evidence.evidence_folder import START, a_handling

__all__ = ["generated", "write_crm_export"]

_CODES = ("code-1", "code-2", "code-3", "code-deleted")
_SYSTEM = (("ININ-WRAP-UP-TIMEOUT", "timeout"), (DEFAULT_CODE_ID, "default"), ("ININ-OUTBOUND-BUSY", "outbound"))


def generated(number: int, seed: int = 7) -> list[dict[str, Any]]:
    """Return some handlings of three days; every tenth has a value that the source could not tell."""
    dice = random.Random(seed)  # noqa: S311 - what it decides is no secret
    rows = []
    for at in range(number):
        code: str | None = dice.choice(_CODES)
        fields: dict[str, Any] = {"system_code": None}
        if dice.random() < 0.1:
            code, fields["system_code"] = dice.choice(_SYSTEM)
        elif dice.random() < 0.1:
            code = None
        began = START + timedelta(milliseconds=dice.randrange(3 * 86_400_000))
        row = a_handling(
            f"c{dice.randrange(number)}",
            code,
            started_at=began,
            ended_at=began + timedelta(milliseconds=dice.randrange(600_000)),
            agent_id=f"agent-{at}",
            queue_id=dice.choice(["queue-1", "queue-2", "queue-deleted", "Ärger", None]),
            channel=dice.choice(["voice", "email", None]),
            acw_ms=dice.choice([None, 0, 60_000, 60_001, dice.randrange(200_000)]),
            skipped=dice.random() < 0.1,
            pending=dice.random() < 0.05,
            provisional=dice.random() < 0.05,
            transferred=dice.random() < 0.2,
            has_note=dice.random() < 0.5,
            **fields,
        )
        if dice.random() < 0.1:
            row["first_code_id"] = dice.choice([*_CODES, "ININ-WRAP-UP-TIMEOUT", None])
        if dice.random() < 0.1:
            row[dice.choice(["skipped", "pending", "provisional", "transferred", "has_note", "ended_at"])] = None
        rows.append(row)
    return rows


def write_crm_export(path: Path, number: int, seed: int = 8) -> Path:
    """Write what a CRM remembers of the same conversations: most, some twice, some of other conversations."""
    dice = random.Random(seed)  # noqa: S311 - what it decides is no secret
    lines = ["conversation_id,disposition,other"]
    for at in range(number):
        lines.append(f"c{at},{dice.choice(['WON', 'LOST', '', 'BACK'])},x")
        if dice.random() < 0.1:
            lines.append(f"c{at},{dice.choice(['WON', 'LOST'])},y")
        if dice.random() < 0.3:
            lines.pop()
    lines.append("elsewhere-1,WON,z")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
