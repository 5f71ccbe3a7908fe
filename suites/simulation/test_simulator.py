"""What must hold of any simulator of assignments, and the guide's rule, of which it does not hold."""

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model import Definition
from harness.simulation import WrapUpSimulator
from harness.simulation.simulator import SkillMatch
from harness.simulation.strategies import Vocabulary, definitions

CHANNELS = ["voice", "chat", "email"]
SKILLS = Vocabulary().skills

agents = st.lists(st.sampled_from(SKILLS), unique=True)
calm = settings(deadline=None, max_examples=50)


@calm
@given(definition=definitions(), skills=agents, more=st.sampled_from(SKILLS))
def test_a_skill_more_never_rejects(definition: Definition, skills: list[str], more: str) -> None:
    """An agent who has learned something can do at least what they could do before."""
    never_rejects(definition, skills, [*skills, more], "covers")


@calm
@pytest.mark.xfail(strict=True, raises=AssertionError, reason="the guide compares skills the wrong way round")
@given(definition=definitions(), skills=agents, more=st.sampled_from(SKILLS))
def test_by_the_guides_rule_a_skill_more_never_rejects(definition: Definition, skills: list[str], more: str) -> None:
    """The same of the guide's rule: it is expected to fail, and `pytest -rx --runxfail` shows the counterexample."""
    never_rejects(definition, skills, [*skills, more], "guide")


def never_rejects(definition: Definition, before: Sequence[str], after: Sequence[str], skill_match: SkillMatch) -> None:
    outcomes = [
        WrapUpSimulator(skills, CHANNELS, skill_match=skill_match).simulate_assignment(definition)
        for skills in (before, after)
    ]
    if outcomes[0].is_valid:
        assert outcomes[1].is_valid, f"{before} is approved, {after} is {outcomes[1].simulated_outcome}"


@calm
@given(definition=definitions(), skills=agents, shorter_ms=st.integers(0, 300_000), data=st.data())
def test_a_shorter_duration_never_rejects(
    definition: Definition, skills: list[str], shorter_ms: int, data: st.DataObject
) -> None:
    simulator = WrapUpSimulator(skills, CHANNELS)
    longer_ms = data.draw(st.integers(shorter_ms, 600_000))
    shorter, longer = (msgspec.structs.replace(definition, duration_ms=it) for it in (shorter_ms, longer_ms))
    if simulator.simulate_assignment(longer).is_valid:
        assert simulator.simulate_assignment(shorter).is_valid


@calm
@given(definition=definitions(), skills=agents, channel=st.sampled_from(CHANNELS))
def test_a_channel_more_never_rejects(definition: Definition, skills: list[str], channel: str) -> None:
    if WrapUpSimulator(skills, []).simulate_assignment(definition).is_valid:
        assert WrapUpSimulator(skills, [channel]).simulate_assignment(definition).is_valid


@calm
@given(definition=definitions(), skills=agents)
def test_an_outcome_says_one_thing_in_three_ways(definition: Definition, skills: list[str]) -> None:
    outcome = WrapUpSimulator(skills, CHANNELS).simulate_assignment(definition)
    assert outcome.is_valid == (not outcome.errors) == (outcome.simulated_outcome == "approved")
