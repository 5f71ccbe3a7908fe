"""The lifecycle as a state machine of hypothesis: any transition at any time, refused or not.

It is parametrised, not subclassed:

    TestQueue = lifecycle_machine(terms=Terms(prompt=Prompt.MANDATORY), holds=[never_without_a_code]).TestCase
"""

from collections.abc import Callable, Iterable, Sequence

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from harness.model.lifecycle import SKIPPED_CODE, TIMEOUT_CODE, Conversation, Handling, Terms
from harness.simulation.courses import Move, Part, Player, play
from harness.simulation.strategies.conversations import moves as any_moves
from harness.simulation.strategies.conversations import terms as any_terms

__all__ = ["Holds", "keeps_its_prompt", "lifecycle_machine"]

Holds = Callable[[Conversation], str | None]
"""Asked about every conversation as it goes on: what is wrong with it, or None."""


def keeps_its_prompt(conversation: Conversation) -> str | None:
    """Return how a handling breaks what its prompt promises, or None.

    MANDATORY: exactly one code counts, and the agent chose it. The timed prompts: exactly one, the agent's or
    ININ-WRAP-UP-TIMEOUT. OPTIONAL and AGENT_REQUESTED: at most one.
    """
    for number, handling in enumerate(conversation.handlings, 1):
        if wrong := _promised(handling):
            return f"handling {number}, under {handling.terms.prompt}: {wrong}"
    return None


def _promised(handling: Handling) -> str | None:
    counts, prompt = handling.wrap_up_now, handling.terms.prompt
    if handling.acw_began_ms is None:
        return "there is a wrap-up, and after-call work never began" if counts else None
    if counts is None:
        return "after-call work ended without a code" if prompt.demands and handling.acw_ended_ms is not None else None
    if counts.author == "agent":
        return None if counts.code in handling.terms.accepted else f"{counts.code} is not offered"
    timed_out = counts.code == TIMEOUT_CODE and prompt.timed
    skipped = counts.code == SKIPPED_CODE and not prompt.demands
    return None if timed_out or skipped else f"the platform wrote {counts.code}"


def lifecycle_machine(
    *,
    terms: Terms | st.SearchStrategy[Terms] | None = None,
    agents: int = 3,
    codes: Sequence[str] = ("sale", "refund"),
    delays_ms: Sequence[int] = (),
    holds: Iterable[Holds] = (),
) -> type[RuleBasedStateMachine]:
    """Return a state machine of conversations; its `TestCase` is a test for pytest or unittest.

    Besides `holds` it is always checked that prompts keep their promises, that what was written stays written and
    the first wrap-up stays the one that triggers mappings, that looking more often changes nothing, and that the same
    moves give the same conversation.

    Args:
        terms: What after-call work is like, on every queue or drawn for each; any when None.
        agents: Most agents whom a conversation reaches.
        codes: Ids of the codes that agents choose.
        delays_ms: Times between two moves that matter, besides the usual ones.
        holds: What must hold after every move.

    Example:
        >>> from hypothesis import settings
        >>> from harness.model import Prompt
        >>> from hypothesis.stateful import run_state_machine_as_test
        >>> machine = lifecycle_machine(terms=Terms(prompt=Prompt.MANDATORY))
        >>> run_state_machine_as_test(machine, settings=settings(max_examples=5, deadline=None, database=None))
    """
    drawn = any_terms(codes=codes) if terms is None else terms
    each = st.just(drawn) if isinstance(drawn, Terms) else drawn
    reached = st.tuples(*(st.builds(Part, terms=each, agent_id=st.just(f"agent-{n}")) for n in range(1, agents + 1)))
    demands = (keeps_its_prompt, *holds)

    class LifecycleMachine(RuleBasedStateMachine):
        """A conversation that goes on move by move."""

        player: Player
        parts: tuple[Part, ...]

        @initialize(parts=reached)
        def begin(self, parts: tuple[Part, ...]) -> None:
            self.parts = parts
            self.player = Player(parts)

        @rule(move=any_moves(codes=codes, agents=agents, delays_ms=delays_ms))
        def make(self, move: Move) -> None:
            before = self.player.conversation
            step = self.player.make(move)
            after = self.player.conversation
            self._demand(after.written[: len(before.written)] == before.written, "what was written did not stay")
            self._demand(step.status in (None, 400, 409), f"refused with {step.status}")

        @invariant()
        def what_must_hold_does(self) -> None:
            for demand in demands:
                wrong = demand(self.player.conversation)
                self._demand(wrong is None, f"{wrong}")

        @invariant()
        def looking_more_often_changes_nothing(self) -> None:
            conversation, later = self.player.conversation, self.player.now_ms + 100_000
            same = conversation.at(later - 1).at(later) == conversation.at(later)
            self._demand(same, "looking twice changed what became of it")

        def teardown(self) -> None:
            course = self.player.finished()
            self._demand(play(self.parts, course.moves) == course, "the same moves gave another conversation")

        def _demand(self, holds: bool, otherwise: str) -> None:  # noqa: FBT001
            if not holds:
                raise AssertionError(f"{otherwise}\n{self.player.finished()}")

    return LifecycleMachine
