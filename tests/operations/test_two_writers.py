"""Two writers of one queue: nobody's change is lost without a word, in whatever order their requests arrive.

The platform has no version of a queue: the last writer wins. What can be promised is that each writer finds its change
in place a moment later, or is told.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.client import Updated, update
from harness.client.concurrency import Entity
from harness.errors import ConflictError
from harness.operations import demand_code
from harness.operations.steps import Outcome
from tests.operations.actors import Actor, simulate
from tests.operations.playing import Played
from tests.sandbox.playing import BILLING, QUEUES, SUPPORT, a_state

PATH = f"{QUEUES}/{BILLING['id']}"
OPTIONAL = BILLING | {"acwSettings": {"wrapupPrompt": "OPTIONAL"}, "description": "as it was"}

# A writer sees what it lost as long as the time between its look and the end of its write is below the second that
# it waits before looking again.
LATENCIES = st.lists(st.tuples(st.floats(0.001, 0.2), st.floats(0.001, 0.2)), min_size=1, max_size=8)
CHANGES = st.sampled_from(
    [
        {"description": "ours"},
        {"description": "theirs"},
        {"enableTranscription": True},
        {"scoringMethod": "PriorityOnly"},
        {"acwSettings": {"wrapupPrompt": "MANDATORY"}},
        {"acwSettings": {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 60_000}},
    ]
)


@dataclass
class Writer:
    """Somebody who changes the queue, and what they knew of it when they decided to."""

    change: Entity
    latencies: Sequence[tuple[float, float]]
    starts_s: float
    knew: Entity = field(default_factory=dict)

    def actor(self, played: Played) -> Actor[Updated]:
        def changed(queue: Entity) -> Entity:
            self.knew = copy.deepcopy(queue)
            return queue | copy.deepcopy(self.change)

        def work(actor: Actor[Updated]) -> Updated:
            actor.sleep(self.starts_s)
            client = played.a_client(allow_writes=True, actor=actor)
            return update(client, PATH, changed, clock=actor.clock, sleep=actor.sleep)

        return Actor(work, self.latencies)


WRITERS = st.builds(Writer, CHANGES, LATENCIES, st.floats(0, 4))


@settings(max_examples=150, deadline=None)
@given(WRITERS, WRITERS)
def test_every_change_lands_or_is_reported(one: Writer, other: Writer) -> None:
    played = Played(a_state(queues=[OPTIONAL, SUPPORT]))
    actors = [writer.actor(played) for writer in (one, other)]
    simulate(actors)
    final = played.held("queues", BILLING["id"])
    for writer, rival, actor in ((one, other, actors[0]), (other, one, actors[1])):
        if isinstance(actor.result, ConflictError):
            assert actor.result.conflicts, "it says what stands in the way"
            continue
        assert isinstance(actor.result, Updated), actor.result
        for key, value in writer.change.items():
            landed = final[key] == value
            overwritten_knowingly = rival.knew.get(key) == value and key in rival.change
            assert landed or overwritten_knowingly


@given(st.floats(0, 3), LATENCIES, LATENCIES)
@settings(max_examples=50, deadline=None)
def test_a_mandatory_code_and_somebody_elses_edit_both_stay(starts_s: float, ours: Any, theirs: Any) -> None:
    """The operation that sets a queue's prompt does not undo what an administrator saves at the same time."""
    played = Played(a_state(queues=[OPTIONAL, SUPPORT]))

    def work(actor: Actor[Any]) -> Outcome:
        client = played.a_client(allow_writes=True, actor=actor)
        return demand_code(client, BILLING["id"], 45_000, clock=actor.clock, sleep=actor.sleep)

    administrator = Writer({"description": "edited"}, theirs, starts_s)
    actors: list[Actor[Any]] = [Actor(work, ours), administrator.actor(played)]
    simulate(actors)
    final = played.held("queues", BILLING["id"])
    assert final["acwSettings"] == {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 45_000}
    assert final["description"] == "edited"
    assert isinstance(actors[0].result, tuple)
    assert actors[0].result[0] == "done"


def test_who_changes_the_same_thing_at_the_same_time_is_told() -> None:
    played = Played(a_state(queues=[OPTIONAL, SUPPORT]))
    quick = [(0.01, 0.01)]
    writers = [Writer({"description": text}, quick, 0.0) for text in ("ours", "theirs")]
    actors = [writer.actor(played) for writer in writers]
    simulate(actors)
    told = [actor.result for actor in actors if isinstance(actor.result, ConflictError)]
    assert [str(error).splitlines() for error in told] == [
        [
            f"PUT {PATH}: somebody else changed the same thing, or the platform keeps another value",
            "  read it again and decide",
            '  $.description: was "as it was", ours "ours", theirs "theirs"',
        ]
    ]
    assert played.held("queues", BILLING["id"])["description"] == "theirs"
