"""A conversation from alerting to wrapped up, with every agent who has a part in it.

Each agent wraps up their own part: a conversation that was transferred has several wrap-ups. Only the first
of them triggers the outbound mapping's flags; the last is the conversation's final code.

Example:
    >>> terms = Terms(prompt=Prompt.MANDATORY_TIMEOUT, timeout_ms=60_000, offered=frozenset({"sale"}))
    >>> conversation = Conversation().join(Handling(agent_id="a", queue_id="q", terms=terms, began_ms=0))
    >>> conversation = conversation.act(0, 5_000, Handling.answer).act(0, 90_000, Handling.hang_up)
    >>> conversation.at(149_999).final, conversation.at(150_000).final.code
    (None, 'ININ-WRAP-UP-TIMEOUT')

Source:
    `platform.md` section 4.2 (one participant per agent, each with its own wrap-up) and section 8 (mapping actions
    run only after the first wrap-up).
"""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

import msgspec

from harness.model.entities import Prompt
from harness.model.handling import Handling
from harness.model.refusals import RefusedError
from harness.model.wrap_ups import SKIPPED_CODE, TIMEOUT_CODE, Entry, Stage, Terms, WrapUp

__all__ = [
    "SKIPPED_CODE",
    "TIMEOUT_CODE",
    "Conversation",
    "Entry",
    "Handling",
    "Prompt",
    "RefusedError",
    "Stage",
    "Terms",
    "WrapUp",
]

_P = ParamSpec("_P")


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation with its agents' handlings.

    Attributes:
        handlings: In the order in which they began.
        written: Every wrap-up that was written, in the order of time.
    """

    handlings: tuple[Handling, ...] = ()
    written: tuple[WrapUp, ...] = ()

    @property
    def first(self) -> WrapUp | None:
        """The wrap-up that triggers the outbound mapping, or None before there is one; it never changes."""
        return self.written[0] if self.written else None

    @property
    def final(self) -> WrapUp | None:
        """The wrap-up that was written last, or None."""
        return self.written[-1] if self.written else None

    @property
    def over(self) -> bool:
        """Whether no agent has anything left to do."""
        return all(handling.over for handling in self.handlings)

    @property
    def deadline_ms(self) -> int | None:
        """When time alone changes it next; None when it does not."""
        waiting = (handling for handling in self.handlings if not handling.over)
        return min((it.deadline_ms for it in waiting if it.deadline_ms is not None), default=None)

    def at(self, now_ms: int) -> "Conversation":
        """Let time pass for every agent; of deadlines at the same moment, the earlier agent's comes first.

        Raises:
            ValueError: If time would run backwards.
        """
        return self._renewed(tuple(handling.at(now_ms) for handling in self.handlings))

    def join(self, handling: Handling) -> "Conversation":
        """Add an agent's part."""
        return self.at(handling.began_ms)._renewed((*self.handlings, handling))

    def act(
        self,
        index: int,
        now_ms: int,
        transition: Callable[Concatenate[Handling, int, _P], Handling],
        *args: _P.args,
        **kwargs: _P.kwargs,
    ) -> "Conversation":
        """Make one transition of one handling.

        Args:
            index: Which of the handlings.
            now_ms: The time.
            transition: A method of `Handling` that takes the time first, such as `Handling.wrap_up`.
            *args: What else it takes.
            **kwargs: What else it takes by name.

        Raises:
            RefusedError: If the platform refuses it.
            ValueError: If time would run backwards.
        """
        settled = self.at(now_ms)
        changed = transition(settled.handlings[index], now_ms, *args, **kwargs)
        return settled._renewed((*settled.handlings[:index], changed, *settled.handlings[index + 1 :]))

    def transfer(self, index: int, to: Handling) -> "Conversation":
        """Hand the conversation on: one agent hangs up, and wraps up, while it alerts at another.

        Args:
            index: Whose part ends, at the moment at which the other one's begins.
            to: The other agent's part.

        Raises:
            NotActiveError: If the agent who hands it on is not connected.
        """
        return self.act(index, to.began_ms, Handling.hang_up).join(to)

    def _renewed(self, handlings: tuple[Handling, ...]) -> "Conversation":
        fresh = [
            wrap_up
            for before, after in zip(self.handlings, handlings, strict=False)
            for wrap_up in after.wrap_ups[len(before.wrap_ups) :]
        ]
        # Sorting keeps the order of the agents where moments are the same.
        fresh.sort(key=lambda wrap_up: wrap_up.at_ms)
        return msgspec.structs.replace(self, handlings=handlings, written=(*self.written, *fresh))
