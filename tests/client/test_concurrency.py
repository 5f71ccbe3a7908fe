"""Changing what others change too: a lost update is merged, repeated or reported, never hidden."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from harness.client import Updated, update
from harness.errors import ApiError, ConflictError, UnavailableError
from tests.client.helpers import FakeTime
from tests.client.interleaving import QUEUE, Change, Entity, a_client_of, interleave

GUARDS = ["etag", "version", "none"]


def a_queue(guard: str) -> Entity:
    return Entity(
        {"id": "q-1", "name": "Billing", "acw": {"prompt": "OPTIONAL", "timeoutMs": 1000}, "flags": ["A"]}, guard
    )


def prompt(entity: dict[str, Any]) -> dict[str, Any]:
    entity["acw"]["prompt"] = "MANDATORY"
    entity["flags"].append("B")
    return entity


def timeout(entity: dict[str, Any]) -> dict[str, Any]:
    entity["acw"]["timeoutMs"] = 2000
    entity["flags"].append("C")
    return entity


def is_in(name: str, entity: dict[str, Any]) -> bool:
    if name == "prompt":
        return bool(entity["acw"]["prompt"] == "MANDATORY" and "B" in entity["flags"])
    return bool(entity["acw"]["timeoutMs"] == 2000 and "C" in entity["flags"])


def run(entity: Entity, change: Change, between: dict[int, Callable[[], object]] | None = None) -> Updated:
    """Update an entity; `between` does something right before the request of that number, counted from 1."""
    count = 0
    time = FakeTime()

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal count
        count += 1
        time.now += 0.1
        if between and count in between:
            between[count]()
        return entity.answer(request)

    with a_client_of(answer) as client:
        return update(client, QUEUE, change, clock=time.clock, sleep=time.sleep)


def somebody(entity: Entity, change: Change) -> Callable[[], object]:
    """Return a writer who does not use our function, and is quick."""

    def write() -> None:
        entity.writes += 1
        entity.entity = change(
            {**entity.entity, "acw": dict(entity.entity["acw"]), "flags": list(entity.entity["flags"])}
        )
        if "version" in entity.entity:
            entity.entity["version"] += 1

    return write


@pytest.mark.parametrize("guard", GUARDS)
def test_nothing_to_change_writes_nothing(guard: str) -> None:
    entity = a_queue(guard)
    updated = run(entity, lambda found: found)
    assert entity.writes == 0
    assert (updated.writes, updated.window_s, updated.guard) == (0, 0.0, guard)
    assert updated.entity == entity.entity


@pytest.mark.parametrize("guard", GUARDS)
def test_a_change_is_written_once_and_seen_to_be_there(guard: str) -> None:
    entity = a_queue(guard)
    updated = run(entity, prompt)
    assert is_in("prompt", updated.entity)
    assert updated.entity == entity.entity
    assert updated.writes == entity.writes == 1
    assert updated.guard == guard


def test_only_an_unguarded_write_has_a_window_in_which_a_change_could_be_lost() -> None:
    """It says so instead of claiming that nothing was."""
    assert run(a_queue("none"), prompt).window_s == pytest.approx(0.2)
    assert run(a_queue("version"), prompt).window_s == run(a_queue("etag"), prompt).window_s == 0.0


@pytest.mark.parametrize("guard", GUARDS)
def test_another_change_before_our_write_is_merged(guard: str) -> None:
    entity = a_queue(guard)
    updated = run(entity, prompt, {2: somebody(entity, timeout)})
    assert is_in("prompt", updated.entity)
    assert is_in("timeout", updated.entity)
    assert updated.entity["flags"] == ["A", "C", "B"]


@pytest.mark.parametrize("guard", GUARDS)
def test_another_change_to_the_same_thing_is_a_conflict_that_shows_it(guard: str) -> None:
    entity = a_queue(guard)

    def other(found: dict[str, Any]) -> dict[str, Any]:
        found["acw"]["prompt"] = "AGENT_REQUESTED"
        return found

    with pytest.raises(ConflictError) as caught:
        run(entity, prompt, {2: somebody(entity, other)})
    assert caught.value.conflicts == ('$.acw.prompt: was "OPTIONAL", ours "MANDATORY", theirs "AGENT_REQUESTED"',)
    assert str(caught.value) == (
        f"PUT {QUEUE}: somebody else changed the same thing, or the platform keeps another value\n"
        "  read it again and decide\n"
        '  $.acw.prompt: was "OPTIONAL", ours "MANDATORY", theirs "AGENT_REQUESTED"'
    )
    assert entity.entity["acw"]["prompt"] == "AGENT_REQUESTED"


def test_our_change_overwritten_right_after_the_write_is_written_again() -> None:
    entity = a_queue("none")
    stale = dict(entity.entity)

    def overwrite() -> None:
        entity.entity = {**stale, "name": "Claims"}

    updated = run(entity, prompt, {4: overwrite})
    assert updated.entity["name"] == "Claims"
    assert is_in("prompt", updated.entity)
    assert updated.writes == 2


def test_a_change_that_is_overwritten_again_and_again_is_reported() -> None:
    entity = a_queue("none")
    stale = dict(entity.entity)

    def overwrite() -> None:
        entity.entity = dict(stale)

    with pytest.raises(ConflictError, match="our change was overwritten, or came too late, 4 times"):
        run(entity, prompt, dict.fromkeys(range(4, 40, 2), overwrite))


def test_a_value_that_the_platform_does_not_keep_is_reported() -> None:
    """A timeout that the platform rounds is not what was asked for."""
    entity = a_queue("none")

    def rounds() -> None:
        entity.entity["acw"]["timeoutMs"] = 1900

    with pytest.raises(ConflictError, match="ours 2000, theirs 1900"):
        run(entity, timeout, {4: rounds})


@pytest.mark.parametrize("guard", GUARDS)
def test_a_write_whose_answer_was_lost_counts_when_it_is_there(guard: str) -> None:
    """The repeated PUT is refused as stale, by our own first one."""
    entity = a_queue(guard)
    puts = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal puts
        response = entity.answer(request)
        puts += request.method == "PUT"
        if request.method == "PUT" and puts == 1:
            raise httpx.ReadError("reset")
        return response

    with a_client_of(answer) as client:
        updated = update(client, QUEUE, prompt, sleep=lambda _: None)
    assert is_in("prompt", updated.entity)


@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_a_refusal_that_is_no_staleness_is_passed_on(status: int) -> None:
    """A 409 on an entity that nobody changed is about something else: a name that is taken."""
    entity = a_queue("none")

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status) if request.method == "PUT" else entity.answer(request)

    with a_client_of(answer) as client, pytest.raises(ApiError, match=f"PUT {QUEUE} answered {status}"):
        update(client, QUEUE, prompt, sleep=lambda _: None)


def test_an_outage_while_writing_is_passed_on() -> None:
    entity = a_queue("none")

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500) if request.method == "PUT" else entity.answer(request)

    with a_client_of(answer) as client, pytest.raises(UnavailableError):
        update(client, QUEUE, prompt, sleep=lambda _: None)


def test_an_address_in_a_conflict_is_not_shown() -> None:
    entity = a_queue("none")
    entity.entity["owner"] = "a@example.test"

    def ours(found: dict[str, Any]) -> dict[str, Any]:
        return {**found, "owner": "b@example.test"}

    def theirs(found: dict[str, Any]) -> dict[str, Any]:
        return {**found, "owner": "c@example.test"}

    with pytest.raises(ConflictError) as caught:
        run(entity, ours, {2: somebody(entity, theirs)})
    assert "example.test" not in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(
    guard=st.sampled_from(GUARDS),
    delays_s=st.lists(st.floats(0.0, 0.35), min_size=2, max_size=9),
    writers=st.sampled_from([("prompt", "timeout"), ("timeout", "prompt")]),
)
def test_two_writers_never_lose_a_change_unnoticed(guard: str, delays_s: list[float], writers: tuple[str, str]) -> None:
    """Whatever the interleaving: both changes are there, or a writer says that one may not be."""
    entity = a_queue(guard)
    changes: dict[str, Change] = {"prompt": prompt, "timeout": timeout}
    outcomes = interleave(entity, {name: changes[name] for name in writers}, delays_s, settle_s=1.0)
    updates = [outcome for outcome in outcomes.values() if isinstance(outcome, Updated)]
    windows = [updated.window_s for updated in updates]
    if len(updates) == 2 and max(windows) <= 1.0:
        assert all(is_in(name, entity.entity) for name in writers)
    if guard != "none":
        assert len(updates) == 2
        assert windows == [0.0, 0.0]
    event(f"{guard}: {'certain' if not windows or max(windows) <= 1.0 else 'reported'}, {entity.writes} writes")
