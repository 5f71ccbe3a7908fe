"""Strategies for conversations: whatever agents may try, in any order, on virtual time."""

from collections.abc import Collection, Sequence

import msgspec
from hypothesis import strategies as st

from harness.model import Prompt
from harness.model.ids import DEFAULT_CODE_ID
from harness.model.lifecycle import TIMEOUT_CODE, Entry, Terms
from harness.simulation.courses import Action, Course, Move, Part, play
from harness.simulation.strategies.words import few

__all__ = ["conversations", "moves", "terms"]

_ACTIONS: tuple[Action, ...] = (
    "leave",
    "skip",
    "wrap up",
    "save draft",
    "overwrite",
    "answer",
    "hang up",
    "ask for ACW",
    "transfer",
    "decline",
)
_WITH_ENTRY = ("wrap up", "save draft", "overwrite")
_CODES = ("sale", "refund")
_OPENINGS: tuple[tuple[Action, ...], ...] = (
    ("answer", "hang up"),
    ("answer", "ask for ACW", "hang up"),
    ("answer", "transfer"),
    ("answer",),
    (),
)


def terms(
    *, prompts: Collection[Prompt] = tuple(Prompt), codes: Sequence[str] = _CODES, adversarial: bool = False
) -> st.SearchStrategy[Terms]:
    """Return what after-call work is like on queues.

    Args:
        prompts: Which prompts.
        codes: Ids of the codes that a queue may offer; it may offer none of them as well.
        adversarial: Whether timeouts may be of any length, none included.
    """
    usual = st.sampled_from((60_000, 1_000, 30_000, 3_600_000))
    return st.builds(
        Terms,
        prompt=st.sampled_from(sorted(prompts, key=list(Prompt).index)),
        timeout_ms=st.one_of(usual, st.sampled_from((0, 1)), st.integers(0, 2**40)) if adversarial else usual,
        offered=st.sampled_from((frozenset(codes), frozenset(codes[:1]), frozenset[str]())),
        draft_at_timeout=st.sampled_from(("discarded", "applied")),
    )


def moves(*, codes: Sequence[str] = _CODES, agents: int = 3, delays_ms: Sequence[int] = ()) -> st.SearchStrategy[Move]:
    """Return what agents may try, sensible or not.

    Args:
        codes: Ids of codes that they may choose; foreign ones, system codes and none are among them anyway.
        agents: How many agents try something.
        delays_ms: Times between two moves that matter, besides the usual ones.
    """
    entries = [Entry(code=code) for code in (*codes, DEFAULT_CODE_ID, "foreign", TIMEOUT_CODE, None)]
    # All of a move but its time is drawn at once, which is several times quicker, and shrinks as well.
    possible = [
        Move(action=action, agent=agent, entry=entry)
        for agent in range(agents)
        for action in _ACTIONS
        for entry in (entries if action in _WITH_ENTRY else (None,))
    ]
    times = list(dict.fromkeys((0, *delays_ms, 1, 1_000, 29_999, 30_000, 59_999, 60_000)))
    return st.builds(
        lambda move, after_ms: msgspec.structs.replace(move, after_ms=after_ms),
        st.sampled_from(possible),
        st.sampled_from(times),
    )


def conversations(
    of: Terms | st.SearchStrategy[Terms] | None = None,
    *,
    agents: int = 3,
    codes: Sequence[str] = _CODES,
    delays_ms: Sequence[int] = (),
    adversarial: bool = False,
) -> st.SearchStrategy[Course]:
    """Return conversations with how they got there; printed, each is a timeline.

    They shrink to the fewest moves, at the shortest times.

    Args:
        of: What after-call work is like: on every queue that a conversation reaches, or drawn for each of them; any
            when None.
        agents: Most agents whom a conversation reaches.
        codes: Ids of the codes that agents choose.
        delays_ms: Times between two moves that matter, besides the usual ones.
        adversarial: Whether timeouts may be of any length. For `of` as it is when None.
    """
    drawn = terms(codes=codes, adversarial=adversarial) if of is None else of
    each = st.just(drawn) if isinstance(drawn, Terms) else drawn
    parts = st.tuples(*(st.builds(Part, terms=each, agent_id=st.just(f"agent-{n}")) for n in range(1, agents + 1)))
    # Most of what matters happens in after-call work, which few random moves would reach.
    opening = st.sampled_from([tuple(Move(action=action) for action in actions) for actions in _OPENINGS])
    return st.builds(
        lambda parts, opening, moves: play(parts, [*opening, *moves]),
        parts=parts,
        opening=opening,
        moves=few(moves(codes=codes, agents=agents, delays_ms=delays_ms)),
    )
