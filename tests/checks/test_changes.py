"""What the trail accounts for, difference by difference; what is not told is never held against anybody."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from harness.checks import changes
from harness.checks.traces import account
from harness.model import Org
from harness.model.change import Change, Difference, KindOfDifference, Past, PropertyChange, Reference, Trail
from harness.testing import a_queue, an_agent, an_org, outcome

SINCE, UNTIL = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
ORG = an_org(queues={"Billing": a_queue("Sale", agents=[an_agent(), an_agent(), an_agent(state="deleted")])})


def entry(
    action: str, *properties: tuple[str, Sequence[str], Sequence[str]], entity: str = "queue-1", **fields: Any
) -> Change:
    known: dict[str, Any] = {
        "id": f"c-{action}",
        "at": datetime(2026, 10, 6, tzinfo=UTC),
        "action": action,
        "entity_type": "WrapupCode" if entity.startswith("code") else "Queue",
        "entity": Reference(entity, entity),
        "changes": tuple(PropertyChange(name, tuple(old), tuple(new)) for name, old, new in properties),
    }
    if "about" in fields:
        known["entity"] = fields.pop("about")
    return Change(**known | fields)


def differs(
    what: str, *, kind: KindOfDifference = "queue", entity_id: str | None = "queue-1", **fields: Any
) -> Difference:
    return Difference(kind=kind, label=f"{kind} Billing", what=what, entity_id=entity_id, **fields)


def how(difference: Difference, *entries: Change, org: Org = ORG) -> str:
    past = Past(location="old", recorded_at=SINCE, until=UNTIL, differences=())
    return account(difference, org, past, Trail(entries=entries, since=SINCE, until=UNTIL)).how


TIMEOUT = differs("timeout", before="30000 ms", after="60000 ms")


def test_an_update_that_led_to_the_value_accounts_for_it() -> None:
    assert how(TIMEOUT, entry("Update", ("acwSettings.timeoutMs", ["30000"], ["60000"]))) == "entry"
    assert how(TIMEOUT, entry("Update", ("timeoutMs", ["30000"], ["60000"]))) == "entry"


def test_a_value_in_a_whole_object_accounts_for_it() -> None:
    """The platform may tell all after-call work settings at once, as JSON."""
    told = entry("Update", ("acwSettings", ['{"timeoutMs":30000}'], ['{"timeoutMs":60000}']))
    assert how(TIMEOUT, told) == "entry"


def test_an_update_that_led_elsewhere_does_not() -> None:
    """Somebody deployed 45 s, and somebody else made it 60 s without a trace."""
    assert how(TIMEOUT, entry("Update", ("acwSettings.timeoutMs", ["30000"], ["45000"]))) == "missing"


def test_an_update_of_something_else_does_not() -> None:
    assert how(TIMEOUT, entry("Update", ("name", ["Billing"], ["Bills"]))) == "missing"
    assert how(TIMEOUT, entry("Update", ("acwSettings.timeoutMs", ["30000"], ["60000"]), entity="queue-2")) == "missing"


def test_an_update_that_does_not_tell_what_it_changed_proves_nothing() -> None:
    assert how(TIMEOUT, entry("Update", changes=None)) == "unsure"
    assert how(TIMEOUT, entry("Update")) == "unsure"


def test_an_attempt_that_failed_accounts_for_nothing() -> None:
    told = entry("Update", ("acwSettings.timeoutMs", ["30000"], ["60000"]), status="FAILURE")
    assert how(TIMEOUT, told) == "missing"


def test_what_was_before_the_earlier_recording_accounts_for_nothing() -> None:
    told = entry("Update", ("timeoutMs", ["30000"], ["60000"]), at=datetime(2026, 9, 30, tzinfo=UTC))
    assert how(TIMEOUT, told) == "missing"


def test_a_value_that_was_taken_away_is_told_by_no_new_value() -> None:
    gone = differs("description", kind="code", entity_id="code-1", before="sold")
    assert how(gone, entry("Update", ("description", ["sold"], []), entity="code-1")) == "entry"
    assert how(gone, entry("Update", ("description", ["sold"], ["other"]), entity="code-1")) == "missing"


def test_a_division_is_told_by_id_or_by_name() -> None:
    moved = differs("division", before="Home", after="Sales")
    assert how(moved, entry("Update", ("division.id", ["d1"], ["d2"]))) == "entry"


@pytest.mark.parametrize(("what", "action"), [("added", "Create"), ("removed", "Delete"), ("id", "Create")])
def test_what_came_or_went_needs_an_entry_that_made_or_deleted_it(what: str, action: str) -> None:
    assert how(differs(what), entry(action)) == "entry"
    assert how(differs(what), entry("Update")) == "missing"


def test_a_code_on_a_queue_is_told_by_its_id() -> None:
    added = differs("code added", after="Sale", part_ids=("code-9",))
    assert how(added, entry("WrapupCodeAdd", ("wrapupCodes", [], ["code-9"]))) == "entry"
    assert how(added, entry("WrapupCodeAdd", ("wrapupCodes", [], ["code-8"]))) == "missing"
    assert how(added, entry("WrapupCodeRemove", ("wrapupCodes", ["code-9"], []))) == "missing"
    assert how(added, entry("WrapupCodeAdd")) == "unsure"


def test_a_code_that_was_deleted_left_its_queues() -> None:
    removed = differs("code removed", before="Sale", part_ids=("code-9",))
    assert how(removed, entry("Delete", entity="code-9")) == "entry"
    assert how(removed, entry("Delete", entity="code-8")) == "missing"


def test_every_person_who_came_or_went_needs_an_entry() -> None:
    two = differs("members", part_ids=("agent-1", "agent-2"))
    one_named = entry("MemberAdd", ("QueueMember/queue-1:agent-1", [], ["true"]))
    other_named = entry("MemberRemove", ("QueueMember/queue-1:agent-2", ["true"], []))
    assert how(two, one_named) == "missing"
    assert how(two, one_named, other_named) == "entry"


def test_who_left_the_company_is_the_directorys_to_tell() -> None:
    """Their queues lose them without an entry of their own."""
    assert how(differs("members", part_ids=("agent-3",))) == "beyond"
    assert how(differs("members", part_ids=("somebody gone",))) == "beyond"


def test_people_who_come_through_groups_are_not_told_by_this_trail() -> None:
    queue = replace_groups(ORG)
    assert how(differs("members", part_ids=("agent-1",)), org=queue) == "unsure"


def replace_groups(org: Org) -> Org:
    groups = an_org(queues={"Billing": a_queue("Sale", member_groups=({"id": "g1"},))}).queues
    return replace(org, queues=groups)


@pytest.mark.parametrize("kind", ["org", "division", "skill", "agent", "flags"])
def test_other_kinds_are_beyond_the_trail(kind: KindOfDifference) -> None:
    assert how(differs("added", kind=kind)) == "beyond"


def test_what_could_not_be_compared_is_not_explained_by_silence() -> None:
    assert how(differs("codes", compared=False)) == "unsure"
    assert how(differs("codes", entity_id=None)) == "unsure"


def explained(*differences: Difference, trail: Trail | None, since: datetime = SINCE) -> tuple[Any, ...]:
    past = Past(location="old", recorded_at=since, until=UNTIL, differences=differences)
    came = outcome(changes.explained, ORG.following(trail, past), "org tiny")
    return came.verdict, came.findings, came.reason


def test_without_a_trail_the_question_does_not_arise() -> None:
    assert explained(TIMEOUT, trail=None) == ("not applicable", (), "no audit trail was given")


def test_a_finding_stays_a_finding_whatever_else_is_unsure() -> None:
    trail = Trail(entries=(), since=SINCE, until=UNTIL)
    verdict, findings, reason = explained(differs("codes", compared=False), TIMEOUT, trail=trail)
    assert verdict == "failed"
    assert findings == ("queue Billing: timeout 30000 ms → 60000 ms; an entry in the audit trail",)
    assert reason == "who made 1 difference is unknown: queue Billing: codes could not be compared"


def test_a_trail_that_begins_too_late_makes_no_findings() -> None:
    trail = Trail(entries=(), since=datetime(2026, 10, 15, tzinfo=UTC), until=UNTIL)
    verdict, findings, reason = explained(TIMEOUT, trail=trail)
    assert (verdict, findings) == ("unknown", ())
    assert reason is not None
    assert "2026-10-01 00:00 UTC to 2026-10-15 00:00 UTC" in reason


def test_a_trail_that_begins_too_late_explains_what_it_can() -> None:
    """Every difference has an entry: what lies before the trail made none of them."""
    told = entry("Update", ("timeoutMs", ["30000"], ["60000"]), at=datetime(2026, 10, 20, tzinfo=UTC))
    trail = Trail(entries=(told,), since=datetime(2026, 10, 15, tzinfo=UTC), until=UNTIL)
    assert explained(TIMEOUT, trail=trail) == ("passed", (), None)


def test_long_lists_of_properties_are_cut() -> None:
    many = entry("Update", *[(f"p{number}", [], ["x"]) for number in range(9)], user=Reference("u1"))
    org = an_org().following(Trail(entries=(many,), since=SINCE, until=UNTIL))
    came = outcome(changes.authorised, org, "change c-Update", actors=["boss"])
    assert came.findings[0].startswith("queue queue-1: Update (p0 nothing → x; p1 nothing → x;")
    assert "; 4 more) by user u1" in came.findings[0]


def test_user_and_client_are_both_told() -> None:
    change = entry("Delete", entity="code-1", user=Reference("u1"), client=Reference("app"), changes=None)
    org = an_org().following(Trail(entries=(change,), since=SINCE, until=UNTIL))
    assert outcome(changes.authorised, org, "change c-Delete", actors=["app"]).verdict == "passed"
    assert outcome(changes.authorised, org, "change c-Delete", actors=["u1"]).verdict == "passed"
    came = outcome(changes.authorised, org, "change c-Delete", actors=["boss"])
    assert came.findings == ("code code-1: Delete by user u1 through client app; a change by one of the actors",)


def test_an_entry_that_names_nothing_is_still_judged() -> None:
    change = entry("Update", user=Reference("u1"), changes=None, about=None, entity_type="Skill")
    org = an_org().following(Trail(entries=(change,), since=SINCE, until=UNTIL))
    came = outcome(changes.authorised, org, "change c-Update", actors=["boss"])
    assert came.findings == ("Skill that the entry does not name: Update by user u1; a change by one of the actors",)
