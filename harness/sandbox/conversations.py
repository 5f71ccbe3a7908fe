"""The sandbox's own conversations: who takes part, and what has become of them.

How a part is handled and wrapped up is `harness.model.lifecycle`'s; here is what surrounds it on the platform.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import RLock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec

from msgspec import structs

from harness.errors import UsageError
from harness.model.entities import Prompt
from harness.model.lifecycle import Entry, Handling, Stage, Terms
from harness.sandbox.assumptions import Assumptions
from harness.sandbox.played import MEDIA, ConversationEvent, Leg, Part, PlayedConversation

if TYPE_CHECKING:
    from harness.sandbox.state import State

__all__ = ["Conversations"]

_P = ParamSpec("_P")

_DEFAULT_TIMEOUT_MS = 300_000
"""For a timed prompt on a queue without a timeout; the platform's own default is not established."""


class Conversations:
    """All conversations since the sandbox started.

    It may be used from any thread: a test directs agents while the server answers calls.

    Attributes:
        assumptions: What the sandbox does where the platform's behaviour is not established.

    Example:
        >>> from harness.sandbox import Sandbox  # doctest: +SKIP
        >>> with Sandbox(Path("fixtures/harbor")) as sandbox:  # doctest: +SKIP
        ...     conversations = sandbox.state.conversations
        ...     call = conversations.begin(queue_id, agent_id)
        ...     conversations.answer(call.id)
        ...     conversations.hang_up(call.id)
        ...     conversations.wrap_up(call.id, code_id)
    """

    def __init__(self, state: "State") -> None:
        self.assumptions = Assumptions()
        self._state = state
        self._held: dict[str, PlayedConversation] = {}
        self._lock = RLock()
        self._latest_ms = 0
        self._open: dict[str, None] = {}

    # -- looking --------------------------------------------------------------------------------------------

    @property
    def now_ms(self) -> int:
        """The time in milliseconds since 1970; it never runs backwards."""
        self._latest_ms = max(self._latest_ms, round(self._state.clock.now().timestamp() * 1000))
        return self._latest_ms

    def all(self) -> tuple[PlayedConversation, ...]:
        """Return all conversations as they are now, oldest first."""
        with self._lock:
            self.settle()
            return tuple(self._held.values())

    def get(self, conversation_id: str) -> PlayedConversation | None:
        """Return a conversation as it is now, or None when there is none."""
        with self._lock:
            self.settle()
            return self._held.get(conversation_id)

    def settle(self) -> None:
        """Let the time that has passed take effect: after-call work whose time is up ends."""
        with self._lock:
            now_ms = self.now_ms
            for held in [self._held[conversation_id] for conversation_id in self._open]:
                while (deadline_ms := held.course.deadline_ms) is not None and deadline_ms <= now_ms:
                    held = self._put(replace(held, course=held.course.at(deadline_ms)), deadline_ms)

    # -- directing ------------------------------------------------------------------------------------------

    def begin(
        self,
        queue_id: str,
        agent_id: str | None = None,
        *,
        media: str = "call",
        direction: Literal["inbound", "outbound"] = "inbound",
        skill_ids: tuple[str, ...] = (),
    ) -> PlayedConversation:
        """Let a conversation reach a queue and alert at an agent.

        Args:
            queue_id: Whose settings and codes hold for the agent's wrap-up.
            agent_id: A user, or None for the queue's first member that has joined.
            media: `call`, `callback`, `email` or `message`.
            direction: As the customer sees it.
            skill_ids: The skills that it asks for.

        Raises:
            UsageError: If there is no such queue, user or medium.
        """
        medium = MEDIA.get(media)
        if medium is None:
            raise UsageError(f"there is no medium '{media}'", f"media are {', '.join(MEDIA)}")
        with self._lock:
            made = PlayedConversation(
                id=self._state.new_id(),
                medium=medium,
                direction=direction,
                began_ms=self.now_ms,
                customer=self._leg(),
                skill_ids=skill_ids,
            )
            return self._put(self._offered(made, queue_id, agent_id), made.began_ms)

    def offer(self, conversation_id: str, queue_id: str, agent_id: str | None = None) -> PlayedConversation:
        """Let a conversation that waits (its last agent declined) alert at another agent.

        Raises:
            UsageError: If there is no such conversation, queue or user, or somebody has it already.
        """
        with self._lock:
            held = self._required(conversation_id)
            if held.ended_ms is not None or held.agents_on:
                raise UsageError(f"conversation {conversation_id} does not wait for an agent")
            return self._put(self._offered(held, queue_id, agent_id), self.now_ms)

    def answer(self, conversation_id: str, participant_id: str | None = None) -> PlayedConversation:
        """Let an agent answer; see `act`."""
        return self.act(conversation_id, participant_id, Handling.answer)

    def hang_up(self, conversation_id: str, participant_id: str | None = None) -> PlayedConversation:
        """Let an agent end the conversation, and after-call work begin; see `act`."""
        return self.act(conversation_id, participant_id, Handling.hang_up)

    def wrap_up(
        self,
        conversation_id: str,
        code: str,
        *,
        participant_id: str | None = None,
        notes: str | None = None,
        tags: tuple[str, ...] = (),
    ) -> PlayedConversation:
        """Let an agent choose a code; see `act`."""
        entry = Entry(code=code, notes=notes, tags=tags)
        overwrite = self.assumptions.later_wrap_ups == "replace"
        return self.act(conversation_id, participant_id, Handling.wrap_up, entry, overwrite=overwrite)

    def transfer(self, conversation_id: str, queue_id: str, agent_id: str | None = None) -> PlayedConversation:
        """Let the agent who has a conversation hand it to another queue and agent, and wrap up.

        Raises:
            UsageError: If there is no such conversation, queue or user.
            RefusedError: If that agent is not connected.
        """
        with self._lock:
            held, now_ms = self._required(conversation_id), self.now_ms
            index = len(held.parts) - 1
            course = held.course.act(index, now_ms, Handling.hang_up)
            parts = (*held.parts[:-1], replace(held.parts[-1], transferred=True))
            return self._put(self._offered(replace(held, course=course, parts=parts), queue_id, agent_id), now_ms)

    def disconnect(self, conversation_id: str) -> PlayedConversation:
        """Let the customer go: whoever talks hangs up and wraps up, whoever is alerted has no part in it.

        Raises:
            UsageError: If there is no such conversation.
        """
        with self._lock:
            held, now_ms = self._required(conversation_id), self.now_ms
            course = held.course
            for index, handling in enumerate(course.handlings):
                if handling.stage is Stage.CONNECTED:
                    course = course.act(index, now_ms, Handling.hang_up)
                elif handling.stage is Stage.ALERTING:
                    course = course.act(index, now_ms, Handling.decline)
            ended_ms = now_ms if held.ended_ms is None else held.ended_ms
            return self._put(replace(held, course=course, ended_ms=ended_ms), now_ms)

    def act(
        self,
        conversation_id: str,
        participant_id: str | None,
        transition: Callable[Concatenate[Handling, int, _P], Handling],
        *args: _P.args,
        **kwargs: _P.kwargs,
    ) -> PlayedConversation:
        """Make a transition of the lifecycle, now.

        Args:
            conversation_id: Of which conversation.
            participant_id: Of which agent; None for the one whose part began last.
            transition: A method of `Handling`, such as `Handling.skip`.
            *args: What else it takes.
            **kwargs: What else it takes by name.

        Raises:
            UsageError: If there is no such conversation or agent.
            RefusedError: If the platform refuses it.
        """
        with self._lock:
            held, now_ms = self._required(conversation_id), self.now_ms
            index = len(held.parts) - 1 if participant_id is None else held.index_of(participant_id)
            if index is None:
                raise UsageError(f"participant {participant_id} is no agent of conversation {conversation_id}")
            talking = held.agents_on
            held = self._with_codes(held, index)
            held = replace(held, course=held.course.act(index, now_ms, transition, *args, **kwargs))
            # Whoever hangs up last ends it for the customer; whoever declines does not.
            if talking and not held.agents_on and held.course.handlings[index].answered_ms is not None:
                held = replace(held, ended_ms=now_ms)
            return self._put(held, now_ms)

    def set_attributes(self, conversation_id: str, participant_id: str, attributes: Mapping[str, str]) -> None:
        """Add attributes to a participant, in place of those with the same names.

        Raises:
            UsageError: If there is no such conversation.
        """
        with self._lock:
            held = self._required(conversation_id)
            merged = MappingProxyType({**held.attributes.get(participant_id, {}), **attributes})
            everybody = MappingProxyType({**held.attributes, participant_id: merged})
            self._put(replace(held, attributes=everybody), self.now_ms)

    # -- inside ---------------------------------------------------------------------------------------------

    def _required(self, conversation_id: str) -> PlayedConversation:
        found = self.get(conversation_id)
        if found is None:
            raise UsageError(f"there is no conversation {conversation_id}")
        return found

    def _leg(self) -> Leg:
        return Leg(self._state.new_id(), self._state.new_id())

    def _offered(self, held: PlayedConversation, queue_id: str, agent_id: str | None) -> PlayedConversation:
        queue = self._state.shelf("queues").current(queue_id)
        if queue is None:
            raise UsageError(f"there is no queue {queue_id}")
        handling = Handling(
            agent_id=self._agent(queue_id, agent_id),
            queue_id=queue_id,
            terms=self._terms(queue),
            began_ms=self.now_ms,
        )
        division_id = queue.get("division", {}).get("id")
        divisions = dict.fromkeys((*held.division_ids, division_id) if division_id else held.division_ids)
        return replace(
            held,
            parts=(*held.parts, Part(acd=self._leg(), agent=self._leg())),
            course=held.course.join(handling),
            division_ids=tuple(divisions),
        )

    def _agent(self, queue_id: str, agent_id: str | None) -> str:
        if agent_id is None:
            members = self._state.shelf("queue_members").current(queue_id) or ()
            agent_id = next((member["id"] for member in members if member.get("joined")), None)
            if agent_id is None:
                raise UsageError(f"nobody has joined the queue {queue_id}", "name the agent")
        if self._state.shelf("users").current(agent_id) is None:
            raise UsageError(f"there is no user {agent_id}")
        return agent_id

    def _terms(self, queue: Mapping[str, Any]) -> Terms:
        acw = queue.get("acwSettings") or {}
        word = acw.get("wrapupPrompt", Prompt.OPTIONAL)
        if word not in set(Prompt):
            raise UsageError(f"the sandbox does not know the ACW prompt '{word}' of the queue {queue['id']}")
        prompt = Prompt(word)
        return Terms(
            prompt=prompt,
            timeout_ms=(acw.get("timeoutMs") or _DEFAULT_TIMEOUT_MS) if prompt.timed else None,
            offered=self._offered_on(queue["id"]),
            draft_at_timeout=self.assumptions.draft_at_timeout,
        )

    def _offered_on(self, queue_id: str) -> frozenset[str]:
        return frozenset(code["id"] for code in self._state.shelf("queue_wrapupcodes").current(queue_id) or ())

    def _with_codes(self, held: PlayedConversation, index: int) -> PlayedConversation:
        """Let the agent have the codes that the queue offers now; the other terms stay what they were."""
        handlings = list(held.course.handlings)
        terms = structs.replace(handlings[index].terms, offered=self._offered_on(handlings[index].queue_id))
        handlings[index] = structs.replace(handlings[index], terms=terms)
        return replace(held, course=structs.replace(held.course, handlings=tuple(handlings)))

    def _put(self, after: PlayedConversation, at_ms: int) -> PlayedConversation:
        before = self._held.get(after.id)
        self._held[after.id] = after
        if after.course.over:
            self._open.pop(after.id, None)
        else:
            self._open[after.id] = None
        known = before.course.handlings if before is not None else ()
        for index, (old, new) in enumerate(zip(known, after.course.handlings, strict=False)):
            for _ in new.wrap_ups[len(old.wrap_ups) :]:
                self._state.emit(ConversationEvent("wrap-up", after, at_ms, index))
            if new.acw_ended_ms is not None and old.acw_ended_ms is None:
                self._state.emit(ConversationEvent("acw", after, at_ms, index))
        self._state.emit(ConversationEvent("changed", after, at_ms))
        return after
