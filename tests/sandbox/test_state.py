"""The org while it is played: what changes, who sees it when, and what is noted."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import SourceError
from harness.sandbox import State, SystemClock, VirtualClock
from harness.sandbox.changes import Actor, Change, PropertyChange, differences
from harness.sandbox.shelf import Shelf, writing_late
from tests.sandbox.playing import (
    ANN,
    BEN,
    BILLING,
    CODES,
    OUTBOUND,
    QUEUES,
    REFUND,
    SALE,
    USERS,
    Caller,
    a_caller,
    a_state,
)


def _changes(caller: Caller) -> list[tuple[str, str, str, str]]:
    return [
        (change.service, change.entity_type, change.action, change.entity_name)
        for change in caller.sandbox.state.changes
    ]


def test_reading_changes_nothing() -> None:
    caller = a_caller()
    for path in (CODES, QUEUES, USERS, OUTBOUND):
        caller.get(path)
    assert caller.sandbox.state.changes == []


def test_every_write_is_noted_in_the_audits_words() -> None:
    caller = a_caller()
    queue = f"{QUEUES}/{BILLING['id']}"
    caller.ask("POST", CODES, json={"name": "New"})
    caller.ask("PUT", f"{CODES}/{SALE['id']}", json={"name": "Sold"})
    caller.ask("DELETE", f"{CODES}/{SALE['id']}")
    caller.ask("POST", f"{queue}/wrapupcodes", json=[{"id": REFUND["id"]}])
    caller.ask("DELETE", f"{queue}/wrapupcodes/{REFUND['id']}")
    caller.ask("POST", f"{queue}/members", json=[{"id": BEN["id"]}])
    caller.ask("PATCH", f"{queue}/members/{BEN['id']}", json={"joined": False})
    caller.ask("DELETE", f"{queue}/members/{BEN['id']}")
    caller.ask("PUT", f"{USERS}/{ANN['id']}/routingskills/bulk", json=[])
    caller.ask("PUT", OUTBOUND, json=caller.get(OUTBOUND))
    assert _changes(caller) == [
        ("ContactCenter", "WrapupCode", "Create", "New"),
        ("ContactCenter", "WrapupCode", "Update", "Sold"),
        ("ContactCenter", "WrapupCode", "Delete", "Sold"),
        ("ContactCenter", "Queue", "WrapupCodeAdd", "Billing"),
        ("ContactCenter", "Queue", "WrapupCodeRemove", "Billing"),
        ("ContactCenter", "Queue", "MemberAdd", "Billing"),
        ("ContactCenter", "Queue", "MemberUpdate", "Billing"),
        ("ContactCenter", "Queue", "MemberRemove", "Billing"),
        ("Directory", "User", "Update", ANN["name"]),
        ("Outbound", "WrapUpCodeMapping", "Update", ""),
    ]


def test_a_change_says_who_when_and_what() -> None:
    caller = a_caller()
    heard: list[object] = []
    caller.sandbox.state.listen(heard.append)
    body = caller.get(f"{QUEUES}/{BILLING['id']}") | {"acwSettings": {"wrapupPrompt": "OPTIONAL"}, "routingRules": [1]}
    caller.refused("PUT", f"{QUEUES}/{BILLING['id']}", 400, "invalid.value", json=body)
    assert heard == []
    body["routingRules"] = [{"waitSeconds": 5}]
    after = caller.ask("PUT", f"{QUEUES}/{BILLING['id']}", json=body)
    [change] = caller.sandbox.state.changes
    assert heard == [change]
    assert isinstance(change, Change)
    assert (change.actor, change.actor.id, change.entity_id) == (Actor("client-1"), "client-1", BILLING["id"])
    assert change.at == caller.sandbox.state.clock.now()
    assert change.properties == (
        PropertyChange("routingRules", (), ('{"waitSeconds":5}',)),
        PropertyChange("acwSettings.wrapupPrompt", ("MANDATORY",), ("OPTIONAL",)),
    )
    assert change.before is not None
    assert change.before["acwSettings"] == {"wrapupPrompt": "MANDATORY"}
    assert change.after == after


def test_members_and_codes_are_noted_one_by_one() -> None:
    caller = a_caller()
    caller.ask("POST", f"{QUEUES}/{BILLING['id']}/members", json=[{"id": ANN["id"]}], delete=True)
    caller.ask("POST", f"{QUEUES}/{BILLING['id']}/wrapupcodes", json=[{"id": REFUND["id"]}])
    assert [change.properties for change in caller.sandbox.state.changes] == [
        (PropertyChange(f"QueueMember/{BILLING['id']}:{ANN['id']}", ("true",), ()),),
        (PropertyChange("wrapupCodes", (), (REFUND["id"],)),),
    ]


def test_what_was_read_before_a_write_stays_as_it_was() -> None:
    """Changes hold the entities themselves, so nothing is changed in place."""
    state = a_state()
    before = state.shelf("queues").all[BILLING["id"]]
    copy = dict(before)
    caller = a_caller(state)
    caller.ask("PUT", f"{QUEUES}/{BILLING['id']}", json={"name": "Bills"})
    caller.ask("DELETE", f"{QUEUES}/{BILLING['id']}/wrapupcodes/{SALE['id']}")
    assert before == copy


def test_ids_follow_from_the_seed() -> None:
    """Two runs of a test see the same ids; what was read before does not matter."""
    one, other = a_caller(), a_caller()
    one.get(CODES)
    assert one.ask("POST", CODES, json={"name": "x"}) == other.ask("POST", CODES, json={"name": "x"})
    third = a_caller(a_state(seed=1))
    assert third.ask("POST", CODES, json={"name": "x"})["id"] != other.sandbox.state.changes[0].entity_id


def test_a_recording_that_is_broken_is_not_played(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"there is no such folder"):
        State.load(tmp_path / "nowhere")


# -- differences ---------------------------------------------------------------------------------------------------

_entities = st.dictionaries(
    st.sampled_from("abc"),
    st.none() | st.booleans() | st.text(max_size=3) | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.sampled_from("xy"), st.integers() | st.text(max_size=2), min_size=1, max_size=2),
    max_size=3,
)  # fmt: skip


@given(_entities, _entities)
def test_differences_are_what_differs_in_either_direction(one: dict[str, object], other: dict[str, object]) -> None:
    assert list(differences(one, one)) == []
    found = list(differences(one, other))
    assert all(change.old != change.new for change in found)
    back = [PropertyChange(change.property, change.new, change.old) for change in differences(other, one)]
    assert {change.property: change for change in found} == {change.property: change for change in back}


def test_stamps_are_no_differences() -> None:
    assert list(differences({"dateModified": "a", "version": 1}, {"dateModified": "b", "version": 2})) == []
    assert list(differences(None, {"name": "x"})) == [PropertyChange("name", (), ("x",))]


def test_time_passes_as_the_clock_says() -> None:
    virtual, real = VirtualClock(), SystemClock()
    began = real.now()
    asyncio.run(virtual.sleep(5))
    asyncio.run(real.sleep(0))
    assert (virtual.now() - VirtualClock().now()).total_seconds() == 5
    assert real.now() >= began


# -- who sees it when ----------------------------------------------------------------------------------------------


def test_what_is_written_late_is_seen_late() -> None:
    clock = VirtualClock()
    shelf = Shelf([("a", "old"), ("b", "kept"), ("c", "doomed")], clock.now)
    with writing_late(2_000):
        assert shelf.put("a", "new") == "old"
        shelf.put("c", None)
        shelf.put("d", "fresh")
    assert dict(shelf.visible) == {"a": "old", "b": "kept", "c": "doomed"}
    assert (shelf.get("a"), shelf.current("a"), shelf.get("d"), shelf.current("c")) == ("old", "new", None, None)
    clock.advance(2)
    assert dict(shelf.visible) == dict(shelf.all) == {"a": "new", "b": "kept", "d": "fresh"}


@given(st.lists(st.tuples(st.sampled_from("ab"), st.none() | st.integers(), st.integers(0, 3), st.integers(0, 2))))
def test_readers_see_every_write_once_it_is_old_enough(
    writes: list[tuple[str, int | None, int, int]],
) -> None:
    """However writes with different delays follow one another, in the end all is seen, and in between the past."""
    clock = VirtualClock()
    shelf: Shelf[int] = Shelf([], clock.now)
    states: list[tuple[datetime, dict[str, int]]] = []
    truth: dict[str, int] = {}
    for key, value, delay_s, pause_s in writes:
        with writing_late(delay_s * 1_000):
            shelf.put(key, value)
        truth = {**truth, key: value} if value is not None else {k: v for k, v in truth.items() if k != key}
        states.append((clock.now() + timedelta(seconds=delay_s), truth))
        clock.advance(pause_s)
        assert dict(shelf.all) == truth
    clock.advance(3)
    assert dict(shelf.visible) == truth
