"""The trail: what it tells, and what it does not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from harness.model import unknown
from harness.model.change import Change, Past, PropertyChange, Reference, Trail
from harness.testing import an_org

OCTOBER, NOVEMBER = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)


def a_change(day: int = 6, **fields: Any) -> Change:
    known: dict[str, Any] = {"id": "c1", "at": datetime(2026, 10, day, tzinfo=UTC), "entity_type": "Queue"}
    return Change(**known | fields)


def a_trail(*entries: Change, **fields: Any) -> Trail:
    known: dict[str, Any] = {"since": OCTOBER, "until": NOVEMBER}
    return Trail(entries=entries, **known | fields)


def test_a_trail_of_a_whole_period_has_no_gap() -> None:
    assert a_trail().gap() is None
    assert a_trail().gap(OCTOBER, NOVEMBER) is None


@pytest.mark.parametrize(
    ("start", "end", "gap"),
    [
        (datetime(2026, 9, 1, tzinfo=UTC), None, "from 2026-09-01 00:00 UTC to 2026-10-01 00:00 UTC"),
        (None, datetime(2026, 11, 2, tzinfo=UTC), "from 2026-11-01 00:00 UTC to 2026-11-02 00:00 UTC"),
        (
            datetime(2026, 9, 1, tzinfo=UTC),
            datetime(2026, 11, 2, tzinfo=UTC),
            "from 2026-09-01 00:00 UTC to 2026-10-01 00:00 UTC and from 2026-11-01 00:00 UTC to 2026-11-02 00:00 UTC",
        ),
    ],
)
def test_what_lies_outside_a_trail_is_a_gap(start: datetime | None, end: datetime | None, gap: str) -> None:
    assert a_trail().gap(start, end) == f"the audit trail does not tell what happened {gap}"


def test_a_trail_that_was_wanted_for_longer_has_a_gap() -> None:
    """The platform keeps a year; nobody may take what is older for a time without changes."""
    trail = a_trail(wanted_since=datetime(2025, 1, 1, tzinfo=UTC))
    assert (
        trail.gap() == "the audit trail does not tell what happened from 2025-01-01 00:00 UTC to 2026-10-01 00:00 UTC"
    )


def test_an_attempt_that_failed_changed_nothing() -> None:
    trail = a_trail(a_change(status="FAILURE"), a_change(id="c2", status="WARNING"), a_change(id="c3"))
    assert [it.id for it in trail.applied] == ["c2", "c3"]


def test_empty_ids_are_no_ids() -> None:
    """The platform often sends a client without an id."""
    change = a_change(user=Reference(""), client=Reference(""), entity=Reference("", ""))
    assert (change.user_id, change.client_id, change.entity_id, change.entity_name) == (None, None, None, None)
    bare = a_change()
    assert (bare.user_id, bare.client_id, bare.entity_id, bare.entity_name) == (None, None, None, None)


def test_when_a_code_left_a_queue_is_told_by_its_removal_or_its_deletion() -> None:
    removed = a_change(
        5,
        action="WrapupCodeRemove",
        entity=Reference("q1"),
        changes=(PropertyChange("wrapupCodes", ("code-1",), ()),),
    )
    deleted = a_change(9, id="c2", action="Delete", entity_type="WrapupCode", entity=Reference("code-2"))
    trail = a_trail(removed, deleted)
    assert trail.detached("q1", "code-1") == removed.at
    assert trail.detached("q1", "code-2") == deleted.at
    assert trail.detached("q2", "code-1") is None


def test_an_org_follows_its_trail() -> None:
    org = an_org()
    assert org.following(None).not_carried == {"audits": "no audit trail was given"}
    missing = org.following(unknown("the audit trail", "it needs audits:audit:view"))
    assert missing.hidden == {"audits": "it needs audits:audit:view"}
    assert not org.following(a_trail()).hidden
    past = Past(location="old", recorded_at=datetime(2026, 9, 1, tzinfo=UTC), until=None, differences=())
    short = org.following(a_trail(), past)
    assert short.hidden.keys() == {"audits"}
    # Given a better trail, nothing of the worse one is left.
    assert not short.following(a_trail()).hidden
