"""The simulator asks what is meant, and says which of it an assignment lacks."""

from typing import Any

import msgspec
import pytest

from harness.model.tiny import a_definition
from harness.simulation import Outcome, WrapUpSimulator


def errors(definition: Any, *skills: str, channels: tuple[str, ...] = ("voice",), **options: Any) -> list[str]:
    return list(WrapUpSimulator(skills, channels, **options).simulate_assignment(definition).errors)


def test_an_agent_who_holds_more_than_is_required_is_approved() -> None:
    definition = a_definition("Sale", identifier="SALE", mandatory=True, duration_s=300, skills=("sales",))
    outcome = WrapUpSimulator(["sales", "french"], ["voice"]).simulate_assignment(definition)
    assert outcome == Outcome(is_valid=True, errors=(), simulated_outcome="approved")


def test_an_outcome_has_the_guides_keys_in_json() -> None:
    outcome = WrapUpSimulator([], []).simulate_assignment(a_definition("Sale", duration_s=301))
    assert msgspec.json.decode(msgspec.json.encode(outcome)) == {
        "isValid": False,
        "errors": ["Duration exceeds maximum allowed post-interaction time of 300 seconds."],
        "simulatedOutcome": "rejected",
    }


def test_nothing_is_wrong_with_a_definition_that_asks_for_nothing() -> None:
    assert errors(a_definition("Sale"), channels=()) == []
    assert errors({}, channels=()) == []
    assert errors({"requiredSkills": None, "duration": None, "channels": None, "isMandatory": None}) == []


@pytest.mark.parametrize("identifier", [None, "", "  "])
def test_a_mandatory_code_needs_an_identifier(identifier: str | None) -> None:
    assert errors(a_definition("Sale", identifier=identifier)) == []
    assert errors(a_definition("Sale", identifier=identifier, mandatory=True)) == [
        "Mandatory wrap-up code missing identifier."
    ]


def test_the_longest_duration_is_a_parameter() -> None:
    assert errors(a_definition("Sale", duration_s=45), max_duration_s=45) == []
    assert errors(a_definition("Sale", duration_s=45.001), max_duration_s=45) == [
        "Duration exceeds maximum allowed post-interaction time of 45 seconds."
    ]
    assert errors(a_definition("Sale", duration_s=-1)) == ["Duration is negative."]


def test_every_skill_that_the_agent_lacks_is_named() -> None:
    assert errors(a_definition("Sale", skills=("sales", "french", "claims")), "sales") == [
        "Agent lacks required skills: claims, french."
    ]


def test_channels_meet_in_any_of_their_words() -> None:
    definition = a_definition("Sale", channels=("voice", "social"))
    assert errors(definition, channels=("callback",)) == []
    assert errors(definition, channels=("call",)) == []
    assert errors(definition, channels=("facebook",)) == []
    assert errors(definition, channels=("email", "chat")) == [
        "Queue serves email, chat, wrap-up code is for voice, social."
    ]
    assert errors(definition, channels=()) == ["Queue serves no channel, wrap-up code is for voice, social."]


def test_the_guides_rule_uses_neither_channels_nor_blanks() -> None:
    definition = a_definition("Sale", identifier=" ", mandatory=True, channels=("voice",))
    assert errors(definition, channels=("email",), skill_match="guide") == []


def test_by_the_guides_rule_no_required_skills_never_match_an_agent_with_skills() -> None:
    assert errors(a_definition("Sale"), skill_match="guide") == []
    assert errors(a_definition("Sale"), "sales", skill_match="guide") == [
        "Agent skill requirements do not match wrap-up code configuration."
    ]


@pytest.mark.parametrize(("duration_s", "wrong"), [(300, 0), (300.5, 1), (None, 0)])
def test_the_guides_rule_takes_a_definition_as_well(duration_s: float | None, wrong: int) -> None:
    assert len(errors(a_definition("Sale", duration_s=duration_s), skill_match="guide")) == wrong


@pytest.mark.parametrize(
    ("config", "says"),
    [
        (
            {"isMandatory": "yes"},
            r"the definition is not one: Expected `bool \| null`, got `str` - at `\$.isMandatory`",
        ),
        ({"requiredSkills": "sales"}, r"Expected `array \| null`, got `str` - at `\$.requiredSkills`"),
        ({"duration": True}, r"Expected `float \| null`, got `bool` - at `\$.duration`"),
    ],
)
def test_a_configuration_that_is_none_is_refused_with_its_place(config: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        errors(config)


def test_a_simulator_is_not_made_of_one_text() -> None:
    with pytest.raises(ValueError, match="agent_skills is a list of names, not the one text 'sales'"):
        WrapUpSimulator("sales", ["voice"])
    with pytest.raises(ValueError, match="interaction_types is a list of names, not the one text 'voice'"):
        WrapUpSimulator([], "voice")
    with pytest.raises(ValueError, match="skill_match is 'covers' or 'guide', not 'any'"):
        WrapUpSimulator([], [], skill_match="any")  # type: ignore[arg-type]
