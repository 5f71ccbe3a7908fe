"""The platform's entities, decoded from the API's own JSON.

Field names are ours, wire names are the API's. Keys that we do not use are skipped when reading.
A key that the API promises but did not deliver leaves an *unknown* value; a key that the API leaves out when
there is nothing to say leaves `None`. Words of an enumeration are kept as text, and become unknown values
when they are read and this version does not know them.

Source:
    `platform.md` sections 2 and 3: models `WrapupCode`, `Queue`, `AcwSettings`, `User`, `UserRoutingSkill`,
    `RoutingSkill`, `QueueMember`, `WrapUpCodeMapping` of the vendor's SDK.
"""

from enum import StrEnum
from typing import Any

import msgspec

from harness.model.ids import is_system_code, pseudonym
from harness.model.unknown import unknown

__all__ = [
    "AcwSettings",
    "Agent",
    "AgentSkill",
    "Division",
    "Language",
    "Member",
    "MemberGroup",
    "NamedAgent",
    "OutboundMapping",
    "Prompt",
    "Queue",
    "Skill",
    "WrapUpCode",
]

_NOT_DELIVERED = "the source did not deliver it"


class Prompt(StrEnum):
    """Whether after-call work demands a wrap-up code.

    Only `MANDATORY` guarantees a code that the agent chose: the timed prompts may end in
    `ININ-WRAP-UP-TIMEOUT`.
    """

    MANDATORY = "MANDATORY"
    OPTIONAL = "OPTIONAL"
    MANDATORY_TIMEOUT = "MANDATORY_TIMEOUT"
    MANDATORY_FORCED_TIMEOUT = "MANDATORY_FORCED_TIMEOUT"
    AGENT_REQUESTED = "AGENT_REQUESTED"

    @property
    def demands(self) -> bool:
        """Whether the agent is asked for a code before the next interaction."""
        return self in (Prompt.MANDATORY, Prompt.MANDATORY_TIMEOUT, Prompt.MANDATORY_FORCED_TIMEOUT)

    @property
    def timed(self) -> bool:
        """Whether the platform honours the timeout: the timed prompts and AGENT_REQUESTED."""
        return self not in (Prompt.MANDATORY, Prompt.OPTIONAL)


_PROMPTS = {prompt.value: prompt for prompt in Prompt}
_SKILL_EVALUATIONS = frozenset({"NONE", "BEST", "ALL"})
_STATES = {"active": True, "inactive": False, "deleted": False}


class _Entity(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """What every decoded entity has in common: frozen, camelCase on the wire."""


class Division(_Entity, frozen=True):
    """A division; the id `*` means all of them. Its name is unknown when only the id was delivered."""

    id: str
    name: str = unknown("the division's name", "only the division's id is known")


class WrapUpCode(_Entity, frozen=True):
    """A wrap-up code: the platform stores nothing else about it.

    Attributes:
        created: ISO 8601 in UTC, or None.
    """

    id: str
    name: str
    division: Division = unknown("the code's division", _NOT_DELIVERED)
    description: str | None = None
    created: str | None = msgspec.field(default=None, name="dateCreated")

    @property
    def system(self) -> bool:
        """Whether the platform itself writes this code."""
        return is_system_code(self.id)


class AcwSettings(_Entity, frozen=True):
    """After-call work of a queue. It holds for the queue, never for one channel.

    Attributes:
        prompt_word: The platform's word; read `prompt` instead.
        timeout_ms: Milliseconds, or None when there is none. Ignored by untimed prompts.
    """

    prompt_word: str = msgspec.field(default=unknown("the ACW prompt", _NOT_DELIVERED), name="wrapupPrompt")
    timeout_ms: int | None = None

    @property
    def prompt(self) -> Prompt:
        """The prompt; unknown when the platform used a word that this version does not know."""
        word = self.prompt_word
        known = _PROMPTS.get(word)
        if known is not None:
            return known
        return unknown("the ACW prompt", f"this version does not know the word '{word}'", word)  # type: ignore[no-any-return]

    @property
    def timed(self) -> bool:
        """Whether the platform limits the time: a timed prompt with or without its timeout."""
        return self.prompt.timed


class MemberGroup(_Entity, frozen=True):
    """A group, team or skill group whose people are members of a queue."""

    id: str
    type: str | None = None


class Queue(_Entity, frozen=True):
    """A queue with what concerns wrapping up. Which codes it offers and who its members are: ask the org.

    Attributes:
        media_settings: By medium. The platform fills in every medium on every queue, so this says nothing
            about the channels that the queue serves.
        member_count: Members of all kinds as the platform counts them, or None when not delivered.
        evaluation_word: The platform's word; read `skill_evaluation` instead.
    """

    id: str
    name: str
    division: Division = unknown("the queue's division", _NOT_DELIVERED)
    description: str | None = None
    acw: AcwSettings = msgspec.field(default=unknown("the queue's ACW settings", _NOT_DELIVERED), name="acwSettings")
    media_settings: dict[str, Any] = unknown("the queue's media settings", _NOT_DELIVERED)
    member_count: int | None = None
    member_groups: tuple[MemberGroup, ...] = ()
    evaluation_word: str = msgspec.field(
        default=unknown("the queue's skill evaluation method", _NOT_DELIVERED), name="skillEvaluationMethod"
    )

    @property
    def media(self) -> tuple[str, ...]:
        """The media that the platform has settings for, in the API's order and words."""
        return tuple(self.media_settings)

    @property
    def skill_evaluation(self) -> str:
        """NONE, BEST or ALL."""
        word = self.evaluation_word
        if word in _SKILL_EVALUATIONS:
            return word
        return unknown(  # type: ignore[no-any-return]
            "the queue's skill evaluation method", f"this version does not know the word '{word}'", word
        )


class Skill(_Entity, frozen=True):
    """A routing skill (ACD), not a free-text profile skill."""

    id: str
    name: str
    state: str = unknown("the skill's state", _NOT_DELIVERED)

    @property
    def active(self) -> bool:
        """Whether agents can be routed by it."""
        return _is_active(self.state, "the skill's state")


class AgentSkill(_Entity, frozen=True):
    """A skill as one agent holds it.

    Attributes:
        proficiency: 0.0 to 5.0.
    """

    id: str
    name: str = unknown("the skill's name", "only the skill's id is known")
    proficiency: float = 0.0
    state: str = unknown("the state of an agent's skill", _NOT_DELIVERED)

    @property
    def active(self) -> bool:
        """Whether the agent is routed by it."""
        return _is_active(self.state, "the state of an agent's skill")


class Language(_Entity, frozen=True):
    """A routing language as one agent holds it."""

    id: str
    name: str = unknown("the language's name", "only the language's id is known")


class Agent(_Entity, frozen=True):
    """A user. The person's own name is not even read; `name` is a stable pseudonym."""

    id: str
    state: str = unknown("the agent's state", _NOT_DELIVERED)
    skills: tuple[AgentSkill, ...] = unknown("the agent's skills", _NOT_DELIVERED)
    languages: tuple[Language, ...] = unknown("the agent's languages", _NOT_DELIVERED)

    @property
    def name(self) -> str:
        """The pseudonym."""
        return pseudonym(self.id)

    @property
    def active(self) -> bool:
        """Whether the user's state is active; deleted and inactive users are not."""
        return _is_active(self.state, "the agent's state")


class NamedAgent(Agent, frozen=True, kw_only=True):
    """A user whose own name was asked for (`--keep-names`)."""

    own_name: str = msgspec.field(name="name")

    @property
    def name(self) -> str:
        """The person's own name."""
        return self.own_name


class Member(_Entity, frozen=True):
    """One entry of a queue's member list; `id` is the user's.

    Attributes:
        member_by: `user`, or `group` for people who come through a group.
    """

    id: str
    joined: bool | None = None
    member_by: str | None = None


class OutboundMapping(_Entity, frozen=True):
    """The org's one mapping of wrap-up codes to dialer flags.

    Attributes:
        default_set: Flags of a code without an entry of its own.
        mapping: Flags by code id. Deleted codes keep their entries.
    """

    default_set: tuple[str, ...] = ()
    mapping: dict[str, tuple[str, ...]] = {}

    def flags_of(self, code_id: str) -> tuple[str, ...]:
        """Return the effective flags of a code, upper-cased: its entry, else the default set.

        Source:
            `platform.md` section 10.1: flags are compared without regard to case.
        """
        return tuple(flag.upper() for flag in self.mapping.get(code_id, self.default_set))


def _is_active(state: str, what: str) -> bool:
    active = _STATES.get(state)
    if active is None:
        active = _STATES.get(state.lower())
    if active is None:
        return unknown(what, f"this version does not know the word '{state}'", state)  # type: ignore[no-any-return]
    return active
