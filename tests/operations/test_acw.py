"""Making a queue demand a code: only where it must, and never shortening the time that other codes need."""

from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConflictError, PolicyError, UnknownValueError
from harness.operations import create, demand_code
from harness.operations.acw import demanding
from tests.operations.playing import Played, a_fault, catalogue_of, told
from tests.sandbox.playing import BILLING, QUEUES, SUPPORT, a_state

PATH = f"{QUEUES}/{BILLING['id']}"


@pytest.mark.parametrize(
    ("before", "duration_ms"),
    [
        ({"wrapupPrompt": "MANDATORY"}, 45_000),
        ({"wrapupPrompt": "MANDATORY", "timeoutMs": 1_000}, 45_000),
        ({"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 60_000}, 45_000),
        ({"wrapupPrompt": "MANDATORY_FORCED_TIMEOUT", "timeoutMs": 60_000}, 0),
    ],
)
def test_what_demands_a_code_and_gives_the_time_stays(before: dict[str, Any], duration_ms: int) -> None:
    assert demanding(before, duration_ms) == before


@pytest.mark.parametrize(
    ("before", "duration_ms", "after"),
    [
        ({"wrapupPrompt": "OPTIONAL"}, 0, {"wrapupPrompt": "MANDATORY"}),
        # What an untimed prompt had stored was never in force.
        (
            {"wrapupPrompt": "OPTIONAL", "timeoutMs": 300_000},
            45_000,
            {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 45_000},
        ),
        (
            {"wrapupPrompt": "AGENT_REQUESTED", "timeoutMs": 300_000},
            45_000,
            {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 300_000},
        ),
        (
            {"wrapupPrompt": "MANDATORY_FORCED_TIMEOUT", "timeoutMs": 30_000, "later": 1},
            45_000,
            {"wrapupPrompt": "MANDATORY_FORCED_TIMEOUT", "timeoutMs": 45_000, "later": 1},
        ),
    ],
)
def test_what_must_change_changes_and_no_more(before: Any, duration_ms: int, after: Any) -> None:
    assert demanding(before, duration_ms) == after


@pytest.mark.parametrize("acw", [{}, {"wrapupPrompt": "SOMETHING_NEW"}])
def test_a_prompt_that_is_not_known_is_not_overwritten(acw: dict[str, Any]) -> None:
    with pytest.raises(UnknownValueError):
        demanding(acw, 45_000)


def test_a_queue_keeps_everything_else() -> None:
    played = Played(a_state(queues=[BILLING | {"acwSettings": {"wrapupPrompt": "OPTIONAL"}}, SUPPORT]))
    before = played.held("queues", BILLING["id"])
    status, detail = demand_code(played.client, BILLING["id"], 45_000, clock=played.clock, sleep=played.time.advance)
    after = played.held("queues", BILLING["id"])
    assert status == "done"
    assert detail == (
        "prompt MANDATORY_TIMEOUT with 45 s; queues have no version, so a change that others made in the 0.00 s of "
        "our write would be lost unseen: the audit log tells"
    )
    stamps = ("dateModified", "modifiedBy", "acwSettings")
    assert {key: after[key] for key in before if key not in stamps} == {
        key: before[key] for key in before if key not in stamps
    }


def test_a_queue_that_has_a_version_has_no_moment_in_which_a_change_could_be_lost() -> None:
    """Should the platform give queues a version one day, it is used."""
    played = Played(a_state(queues=[BILLING | {"version": 1, "acwSettings": {"wrapupPrompt": "OPTIONAL"}}, SUPPORT]))
    outcome = demand_code(played.client, BILLING["id"], 0, clock=played.clock, sleep=played.time.advance)
    assert outcome == ("done", "prompt MANDATORY")


MANDATORY = """
definitions:
  - {name: Win, wrapupCode: W, isMandatory: true, duration: 45, queueIds: ['*']}
  - {name: Long, duration: 90, queueIds: [Support]}
"""


def test_the_longest_agreed_time_of_a_queue_is_what_it_gets(tmp_path: Path) -> None:
    """A queue has one time for all its codes: one that a definition needs must not be cut by another."""
    played = Played(a_state(queues=[BILLING | {"acwSettings": {"wrapupPrompt": "OPTIONAL"}}, SUPPORT]))
    catalogue = catalogue_of(tmp_path, MANDATORY)
    done = create(
        played.client,
        catalogue,
        catalogue.definitions[:1],
        set_acw=True,
        clock=played.clock,
        sleep=played.time.advance,
    )
    assert [played.held("queues", it["id"])["acwSettings"] for it in (BILLING, SUPPORT)] == [
        {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 45_000},
        {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 90_000},
    ]
    again = create(played.client, catalogue, catalogue.definitions[:1], set_acw=True)
    assert {step.status for step in again.steps} == {"already so"}
    assert told(done.steps)[2] == ("acw", "queue 'Billing'", "done")


@pytest.mark.parametrize(("duration", "said"), [("-5", "-5 s"), ("0.5", "0.5 s"), ("2h", "7200 s")])
def test_a_time_that_no_queue_can_give_is_refused_before_anything_is_written(
    tmp_path: Path, duration: str, said: str
) -> None:
    played = Played()
    catalogue = catalogue_of(tmp_path, f"[{{name: Win, duration: {duration}, queueIds: [Billing]}}]")
    with pytest.raises(PolicyError) as caught:
        create(played.client, catalogue, set_acw=True)
    assert str(caught.value) == (
        f"{tmp_path / 'catalogue.yaml'}:1:2: 'Win': no queue can give {said} for after-call work\n"
        "  expected 1 s to 3600 s, or 0 when no time was agreed"
    )
    assert not played.sandbox.requests


def test_a_conflict_is_a_failure_of_that_queue_that_names_the_values(tmp_path: Path) -> None:
    """The guides' conflict on update: fetched, merged, and told where both changed the same."""
    played = Played(a_state(queues=[BILLING | {"acwSettings": {"wrapupPrompt": "OPTIONAL"}}, SUPPORT]))
    rival = played.a_client(allow_writes=True)

    def meanwhile(wait_s: float) -> None:
        played.time.advance(wait_s)
        queue = rival.get(PATH, dict)
        rival.put(PATH, {**queue, "acwSettings": {"wrapupPrompt": "AGENT_REQUESTED"}}, dict)

    catalogue = catalogue_of(tmp_path, "[{name: Sale, wrapupCode: S, isMandatory: true, queueIds: [Billing]}]")
    done = create(played.client, catalogue, set_acw=True, clock=played.clock, sleep=meanwhile)
    assert done.steps[-1].status == "failed"
    assert isinstance(done.steps[-1].error, ConflictError)
    assert done.steps[-1].detail == (
        f"PUT {PATH}: somebody else changed the same thing, or the platform keeps another value\n"
        "  read it again and decide\n"
        '  $.acwSettings.wrapupPrompt: was "OPTIONAL", ours "MANDATORY", theirs "AGENT_REQUESTED"'
    )


def test_a_write_that_the_platform_refuses_as_stale_is_merged_and_repeated() -> None:
    played = Played(
        a_state(queues=[BILLING | {"acwSettings": {"wrapupPrompt": "OPTIONAL"}}, SUPPORT]),
        faults=[a_fault("server_error", PATH, method="PUT", status=409, after=True)],
    )
    status, _ = demand_code(played.client, BILLING["id"], 0, clock=played.clock, sleep=played.time.advance)
    assert status == "done"
    assert played.held("queues", BILLING["id"])["acwSettings"] == {"wrapupPrompt": "MANDATORY"}
