"""Examples of the family changes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from harness.checks.example import Example, fails, not_applicable, passes, unclear
from harness.model import Org, unknown
from harness.model.calendar import DayRange, WeeklyWindow
from harness.model.change import Change, Difference, Past, PropertyChange, Reference, Trail
from harness.model.tiny import a_queue, an_org

__all__ = ["EXAMPLES"]

_MONTH = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
_TUESDAYS = [WeeklyWindow(1, 1, 20 * 60, 23 * 60)]
_FREEZE = [DayRange(date(2026, 10, 20), date(2026, 10, 31))]
_TIMEOUT = (PropertyChange("acwSettings.timeoutMs", ("30000",), ("60000",)),)


def _entry(day: int, hour: int, **fields: Any) -> Change:
    known: dict[str, Any] = {
        "id": "change-1",
        "at": datetime(2026, 10, day, hour, 30, tzinfo=UTC),
        "action": "Update",
        "entity_type": "Queue",
        "entity": Reference("queue-1", "Billing"),
        "changes": _TIMEOUT,
    }
    return Change(**known | fields)


def _org(*entries: Change, past: Past | None = None, since: datetime = _MONTH[0]) -> Org:
    org = replace(an_org(queues={"Billing": a_queue("Sale")}), timezone=ZoneInfo("Europe/London"))
    return org.following(Trail(entries=entries, since=since, until=_MONTH[1]), past)


def _past(*differences: Difference) -> Past:
    return Past(location="october", recorded_at=_MONTH[0], until=_MONTH[1], differences=differences)


_BY_USER = _entry(6, 19, user=Reference("user-1"))
_LONGER = Difference(
    kind="queue", label="queue Billing", what="timeout", before="30000 ms", after="60000 ms", entity_id="queue-1"
)
_GONE = Difference(
    kind="queue",
    label="queue Billing",
    what="code removed",
    before="Refund",
    entity_id="queue-1",
    part_ids=("code-2",),
)
_SKILL = Difference(kind="agent", label="agent agent-1", what="skills", before="none", after="returns 1")

EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "changes.authorised": (
        passes("The user who changed Billing may.", _org(_BY_USER), "change change-1", actors=["user-1"]),
        passes(
            "Billing was changed by a deployment, whose OAuth client may.",
            _org(_entry(6, 19, client=Reference("client-1"))),
            "change change-1",
            actors=["client-1"],
        ),
        fails(
            "Somebody else changed the timeout of Billing.",
            _org(_entry(6, 19, user=Reference("user-2"))),
            "change change-1",
            "queue Billing: Update (acwSettings.timeoutMs 30000 → 60000) by user user-2; a change by one of the actors",
            actors=["user-1", "client-1"],
        ),
        unclear(
            "The platform did not tell who it was.",
            _org(_entry(6, 19)),
            "change change-1",
            "who made the change is unknown: the audit entry names neither a user nor a client",
            actors=["user-1"],
        ),
    ),
    "changes.window": (
        passes(
            "It is 20:30 in London, on a Tuesday.", _org(_BY_USER), "change change-1", allow=_TUESDAYS, freeze=_FREEZE
        ),
        fails(
            "Billing was changed on a Wednesday morning.",
            _org(_entry(7, 9)),
            "change change-1",
            "queue Billing: Update (acwSettings.timeoutMs 30000 → 60000) on Wed 2026-10-07 at 10:30 (BST); "
            "a change within Tue 20:00-23:00",
            allow=_TUESDAYS,
        ),
        fails(
            "It was a Tuesday evening, but in a freeze.",
            _org(_entry(27, 20)),
            "change change-1",
            "queue Billing: Update (acwSettings.timeoutMs 30000 → 60000) on Tue 2026-10-27 at 20:30 (GMT); "
            "no change in the freeze 2026-10-20..2026-10-31",
            allow=_TUESDAYS,
            freeze=_FREEZE,
        ),
        not_applicable(
            "The rule says no times at all.",
            _org(_BY_USER),
            "change change-1",
            "the rule has neither 'allow' nor 'freeze'",
        ),
    ),
    "changes.explained": (
        passes(
            "Billing has a longer timeout, and the trail says who gave it that.",
            _org(_BY_USER, past=_past(_LONGER)),
            "org tiny",
        ),
        passes(
            "An agent learned something, which is nothing that the trail is about.",
            _org(past=_past(_SKILL)),
            "org tiny",
            "1 difference in 'agent': the trail is about codes and queues only",
        ),
        fails(
            "Billing has a longer timeout, and nobody knows since when.",
            _org(past=_past(_LONGER)),
            "org tiny",
            "queue Billing: timeout 30000 ms → 60000 ms; an entry in the audit trail",
        ),
        fails(
            "Billing lost a code, and the only entry is about its timeout.",
            _org(_BY_USER, past=_past(_GONE)),
            "org tiny",
            "queue Billing: code removed Refund; an entry in the audit trail",
        ),
        unclear(
            "The trail begins in the middle of the month.",
            _org(past=_past(_LONGER), since=datetime(2026, 10, 15, tzinfo=UTC)),
            "org tiny",
            "who made 1 difference is unknown: the audit trail does not tell what happened "
            "from 2026-10-01 00:00 UTC to 2026-10-15 00:00 UTC",
        ),
        unclear(
            "The trail was asked for, and the client may not read it.",
            an_org().following(unknown("the audit trail", "it needs the permission audits:audit:view"), _past()),
            "org tiny",
            "the audit trail is unknown: it needs the permission audits:audit:view",
        ),
        not_applicable(
            "There is no earlier recording to compare with.",
            _org(_BY_USER),
            "org tiny",
            "no earlier recording was given",
        ),
    ),
}
