"""Agents at work, by chance: most do what they should, some walk away, skip, save drafts or hand conversations on."""

import heapq
from collections.abc import Iterator, Sequence
from random import Random

import msgspec

from harness.model import Prompt
from harness.model.lifecycle import Entry, Stage
from harness.simulation.courses import Action, Course, Move, Part, Player

__all__ = ["simulate"]

_USUAL_ACW_MS = 45_000


def simulate(parts: Sequence[Part], seed: int, *, code: str | None = None, acw_ms: int | None = None) -> Course:
    """Return a conversation as it may go on an ordinary day; the same seed gives the same course.

    Args:
        parts: The agents whom it may reach; at least one.
        seed: Decides everything that is left to chance.
        code: The id of the code that agents choose; one that their queue offers when None.
        acw_ms: How long agents usually need to wrap up, in milliseconds; 45 s when None.

    Example:
        >>> from harness.model.lifecycle import Terms
        >>> terms = Terms(prompt=Prompt.MANDATORY, offered=frozenset({"sale"}))
        >>> print(simulate([Part(terms=terms)], seed=1))
        0:00.000  agent  is alerted on queue, MANDATORY
        0:02.033  agent  answers
        4:41.783  agent  hangs up; after-call work begins
        5:19.253  agent  wraps up with sale
    """
    random = Random(seed)  # noqa: S311 - chance that can be repeated is what it is about
    player = Player(parts)
    at_work: list[Iterator[Move]] = []
    due: list[tuple[int, int, Move]] = []
    while True:
        for agent in range(len(at_work), len(player.conversation.handlings)):
            at_work.append(_handled(player, agent, random, code, acw_ms or _USUAL_ACW_MS))
            _plan(due, player.now_ms, agent, at_work[agent])
        if not due:
            return player.finished()
        at_ms, agent, move = heapq.heappop(due)
        player.make(msgspec.structs.replace(move, after_ms=at_ms - player.now_ms))
        _plan(due, at_ms, agent, at_work[agent])


def _plan(due: list[tuple[int, int, Move]], now_ms: int, agent: int, moves: Iterator[Move]) -> None:
    """Put an agent's next move, which counts from their last one, among what is due."""
    for move in moves:
        heapq.heappush(due, (now_ms + move.after_ms, agent, move))
        return


def _handled(player: Player, agent: int, random: Random, code: str | None, acw_ms: int) -> Iterator[Move]:
    """Yield what one agent does with one conversation, looking at what came of the move before."""

    def move(action: Action, after_ms: int, entry: Entry | None = None) -> Move:
        return Move(action=action, after_ms=after_ms, agent=agent, entry=entry)

    terms = player.conversation.handlings[agent].terms
    chosen = Entry(code=code or random.choice(sorted(terms.accepted)))
    if random.random() < 0.03:
        yield move("decline", random.randrange(1_000, 10_000))
        return
    yield move("answer", random.randrange(1_000, 10_000))
    if terms.prompt is Prompt.AGENT_REQUESTED and random.random() < 0.7:
        yield move("ask for ACW", random.randrange(1_000, 20_000))
    yield move("transfer" if random.random() < 0.15 else "hang up", random.randrange(20_000, 400_000))
    if player.conversation.handlings[agent].stage is not Stage.AFTER_CALL_WORK:
        return
    needed_ms = round(acw_ms * random.uniform(0.3, 1.0))
    if random.random() < 0.1:
        first_ms = needed_ms // 2
        yield move("save draft", first_ms, chosen)
        needed_ms -= first_ms
    fate = random.random()
    if fate < 0.05:
        return  # walks away
    if fate < 0.15 and not terms.prompt.demands:
        yield move("skip" if fate < 0.1 else "leave", needed_ms)
        return
    yield move("wrap up", needed_ms, chosen)
