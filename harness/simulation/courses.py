"""A conversation played on virtual time: what its agents try, what the platform makes of it.

Nothing of the lifecycle is decided here; `harness.model.lifecycle` does that, here as in the sandbox.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

import msgspec

from harness.model.lifecycle import Conversation, Entry, Handling, RefusedError, Terms

__all__ = ["Action", "Course", "Move", "Part", "Player", "Step", "play"]

Action: TypeAlias = Literal[
    "answer", "decline", "ask for ACW", "hang up", "transfer", "save draft", "wrap up", "overwrite", "skip", "leave"
]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """An agent whom a conversation may reach: the first at the start, the others by transfers."""

    terms: Terms
    agent_id: str = "agent"
    queue_id: str = "queue"


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an agent tries.

    Attributes:
        action: A transfer when there is nobody left to transfer to is a hang-up.
        after_ms: How long after the move before it.
        agent: Which of the agents whom the conversation has reached; a number beyond counts from the start again.
        entry: What is saved or written; for other actions None.
    """

    action: Action
    after_ms: int = 0
    agent: int = 0
    entry: Entry | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A move that was made.

    Attributes:
        at_ms: When.
        agent: Which of the handlings.
        before: That handling in the moment before; what time alone did to it is done.
        refused: The platform's answer when it refused, else None.
        status: The HTTP status of that answer, or None.
    """

    move: Move
    at_ms: int
    agent: int
    before: Handling
    refused: str | None = None
    status: int | None = None


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation with how it got there. Printing it shows the timeline.

    Attributes:
        parts: All agents whom it might have reached.
        steps: What was tried, in the order of time.
        conversation: What became of it once every time-out that was running had ended.
    """

    parts: tuple[Part, ...]
    steps: tuple[Step, ...]
    conversation: Conversation

    @property
    def handlings(self) -> tuple[Handling, ...]:
        """The parts of the agents whom it reached."""
        return self.conversation.handlings

    @property
    def moves(self) -> tuple[Move, ...]:
        """The moves, to play it again."""
        return tuple(step.move for step in self.steps)

    def __str__(self) -> str:
        # The timeline is made of courses, and a course is read by its timeline.
        from harness.simulation.timeline import timeline

        return timeline(self)

    def __repr__(self) -> str:
        return f"<course\n{self}\n>"


_TRANSITIONS: Mapping[str, Callable[[Handling, int], Handling]] = {
    "answer": Handling.answer,
    "decline": Handling.decline,
    "ask for ACW": Handling.request_acw,
    "hang up": Handling.hang_up,
    "skip": Handling.skip,
    "leave": Handling.leave,
}


class Player:
    """A conversation that goes on; it starts alerting at the first agent, at 0 ms.

    Attributes:
        conversation: As of the last move.
        now_ms: The time of the last move.
        steps: The moves that were made.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = tuple(parts)
        self.now_ms = 0
        self.steps: list[Step] = []
        self.conversation = Conversation().join(self._handling(0))

    def make(self, move: Move) -> Step:
        """Make a move; what the platform refuses changes nothing but the time."""
        self.now_ms += move.after_ms
        self.conversation = self.conversation.at(self.now_ms)
        agent = move.agent % len(self.conversation.handlings)
        before = self.conversation.handlings[agent]
        refused: RefusedError | None = None
        try:
            self.conversation = self._made(move, agent)
        except RefusedError as error:
            refused = error
        step = Step(
            move=move,
            at_ms=self.now_ms,
            agent=agent,
            before=before,
            refused=refused.message if refused else None,
            status=refused.status if refused else None,
        )
        self.steps.append(step)
        return step

    def finished(self) -> Course:
        """Return the course, with every time-out that is running ended."""
        settled = self.conversation
        while (deadline_ms := settled.deadline_ms) is not None:
            settled = settled.at(deadline_ms)
        return Course(parts=self._parts, steps=tuple(self.steps), conversation=settled)

    def _made(self, move: Move, agent: int) -> Conversation:
        conversation, now_ms, entry = self.conversation, self.now_ms, move.entry or Entry()
        reached = len(conversation.handlings)
        match move.action:
            case "transfer" if reached < len(self._parts):
                return conversation.transfer(agent, self._handling(reached))
            case "transfer":
                return conversation.act(agent, now_ms, Handling.hang_up)
            case "save draft":
                return conversation.act(agent, now_ms, Handling.save_draft, entry)
            case "wrap up" | "overwrite":
                return conversation.act(agent, now_ms, Handling.wrap_up, entry, overwrite=move.action == "overwrite")
        return conversation.act(agent, now_ms, _TRANSITIONS[move.action])

    def _handling(self, number: int) -> Handling:
        part = self._parts[number]
        return Handling(agent_id=part.agent_id, queue_id=part.queue_id, terms=part.terms, began_ms=self.now_ms)


def play(parts: Sequence[Part], moves: Iterable[Move]) -> Course:
    """Play a conversation: the same parts and moves give the same course.

    Args:
        parts: The agents whom it may reach; at least one.
        moves: What they try, in the order of time.

    Example:
        >>> from harness.model import Prompt
        >>> terms = Terms(prompt=Prompt.MANDATORY_TIMEOUT, timeout_ms=60_000, offered=frozenset({"sale"}))
        >>> print(play([Part(terms=terms)], [Move(action="answer", after_ms=4_000), Move(action="hang up")]))
        0:00.000  agent     is alerted on queue, MANDATORY_TIMEOUT after 60 s
        0:04.000  agent     answers
        0:04.000  agent     hangs up; after-call work begins
        1:04.000  platform  ends the after-call work of agent and writes ININ-WRAP-UP-TIMEOUT
    """
    player = Player(parts)
    for move in moves:
        player.make(move)
    return player.finished()
