"""May an agent use a code? The guides' question, asked as it was meant, or exactly as the guide's program asks it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import msgspec

from harness.model import Definition
from harness.model.channels import channels, serves
from harness.simulation.guide import guide_errors

__all__ = ["Outcome", "SkillMatch", "WrapUpSimulator"]

SkillMatch: TypeAlias = Literal["covers", "guide"]


class Outcome(msgspec.Struct, frozen=True, rename="camel"):
    """What a simulated assignment came to; in JSON it has the guide's own keys.

    Attributes:
        is_valid: Whether there are no errors.
        errors: Sentences, in a fixed order.
        simulated_outcome: The same as `is_valid` in the guide's words.
    """

    is_valid: bool
    errors: tuple[str, ...]
    simulated_outcome: Literal["approved", "rejected"]


@dataclass(frozen=True)
class WrapUpSimulator:
    """One kind of agent on one kind of queue, to whom definitions are put.

    Attributes:
        agent_skills: Names of the skills that the agent holds.
        interaction_types: The channels that the queue serves, in any of the words for them; the guide's program does
            not use them.
        max_duration_s: Longest agreed duration in seconds.
        skill_match: `covers` asks whether the agent holds the required skills; `guide` asks what the guide's program
            asks, errors, texts and JavaScript's comparisons included.

    Raises:
        ValueError: If `skill_match` is another word, or a list of names is one text.

    Example:
        >>> config = {"wrapupCode": "SALE", "isMandatory": True, "duration": 45, "requiredSkills": ["sales"]}
        >>> WrapUpSimulator(["sales"], ["voice"]).simulate_assignment(config).simulated_outcome
        'approved'
        >>> experienced = ["sales", "french"]
        >>> WrapUpSimulator(experienced, ["voice"]).simulate_assignment(config).simulated_outcome
        'approved'
        >>> WrapUpSimulator(experienced, ["voice"], skill_match="guide").simulate_assignment(config).errors
        ('Agent skill requirements do not match wrap-up code configuration.',)

    Source:
        The first guide's simulator (`guides.md`, row 10).
    """

    agent_skills: Sequence[Any]
    interaction_types: Sequence[str]
    max_duration_s: float = 300
    skill_match: SkillMatch = "covers"

    def __post_init__(self) -> None:
        if self.skill_match not in ("covers", "guide"):
            raise ValueError(f"skill_match is 'covers' or 'guide', not '{self.skill_match}'")
        for name in ("agent_skills", "interaction_types"):
            if isinstance(getattr(self, name), str):
                raise ValueError(f"{name} is a list of names, not the one text '{getattr(self, name)}'")  # noqa: TRY004

    def simulate_assignment(self, definition: Definition | Mapping[str, Any]) -> Outcome:
        """Tell whether the agent may be given a code by its definition.

        Args:
            definition: A catalogue's definition, or the guides' plain configuration (`wrapupCode`, `isMandatory`,
                `duration` in seconds, `requiredSkills`, `channels`); further keys are let be.

        Raises:
            ValueError: If a plain configuration holds something else than a definition does. Not with `guide`, which
                takes whatever JSON holds.
            TypeError: With `guide`, where the guide's program stops with one.
        """
        if self.skill_match == "guide":
            plain = _guides_own(definition) if isinstance(definition, Definition) else definition
            errors = guide_errors(self.agent_skills, plain, self.max_duration_s)
        else:
            agreed = _from_definition(definition) if isinstance(definition, Definition) else _from_plain(definition)
            errors = list(self._errors(agreed))
        return Outcome(not errors, tuple(errors), "rejected" if errors else "approved")

    def _errors(self, agreed: "_Agreed") -> Iterator[str]:
        if agreed.is_mandatory and not (agreed.wrapup_code or "").strip():
            yield "Mandatory wrap-up code missing identifier."
        if agreed.duration is not None and agreed.duration > self.max_duration_s:
            yield f"Duration exceeds maximum allowed post-interaction time of {self.max_duration_s:g} seconds."
        if agreed.duration is not None and agreed.duration < 0:
            yield "Duration is negative."
        if lacking := sorted(set(agreed.required_skills or ()).difference(self.agent_skills)):
            yield f"Agent lacks required skills: {', '.join(lacking)}."
        wanted, offered = channels(agreed.channels or ()), channels(self.interaction_types)
        if wanted and not any(serves(word, channel) for word in wanted for channel in offered):
            yield f"Queue serves {', '.join(offered) or 'no channel'}, wrap-up code is for {', '.join(wanted)}."


class _Agreed(msgspec.Struct, frozen=True):
    """What the simulator needs of a definition; the duration is in seconds."""

    wrapup_code: str | None = msgspec.field(default=None, name="wrapupCode")
    is_mandatory: bool | None = msgspec.field(default=None, name="isMandatory")
    duration: float | None = None
    required_skills: tuple[str, ...] | None = msgspec.field(default=None, name="requiredSkills")
    channels: tuple[str, ...] | None = None


def _from_definition(definition: Definition) -> _Agreed:
    return msgspec.convert(_guides_own(definition), _Agreed)


def _from_plain(definition: Mapping[str, Any]) -> _Agreed:
    try:
        return msgspec.convert(definition, _Agreed)
    except msgspec.ValidationError as error:
        raise ValueError(f"the definition is not one: {error}") from None


def _guides_own(definition: Definition) -> dict[str, Any]:
    """Return a definition in the guides' own form: what was not agreed has no key."""
    plain: dict[str, Any] = {
        "wrapupCode": definition.identifier,
        "isMandatory": definition.mandatory,
        "requiredSkills": list(definition.skills) or None,
        "channels": list(definition.channels),
    }
    if definition.duration_ms is not None:
        plain["duration"] = definition.duration_ms / 1_000
    return plain
