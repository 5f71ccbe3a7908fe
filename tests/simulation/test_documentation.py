"""What docs/simulation.md shows is what happens."""

from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import Phase, find, settings
from hypothesis import strategies as st

from harness.model import Definition
from harness.simulation import WrapUpSimulator, strategies
from harness.simulation.strategies import Vocabulary

PAGE = (Path(__file__).parents[2] / "docs" / "simulation.md").read_text("utf-8")

Learned: TypeAlias = tuple[Definition, list[str], str]
"""A definition, what an agent can do, and what they learn besides."""


def said(learned: Learned, skill_match: str) -> list[str]:
    definition, skills, more = learned
    lines = [f"required skills: {', '.join(definition.skills) or 'none'}"]
    for held in (skills, [*skills, more]):
        outcome = WrapUpSimulator(held, ["voice"], skill_match=skill_match).simulate_assignment(definition)  # type: ignore[arg-type]
        lines.append(" ".join([f"agent with {', '.join(held)}: {outcome.simulated_outcome}", *outcome.errors]))
    return lines


def test_the_counterexample_to_the_guides_rule_is_the_one_that_hypothesis_finds() -> None:
    """One more skill turns approved into rejected."""
    words = st.sampled_from(Vocabulary().skills)
    learned: Learned = find(
        st.tuples(strategies.definitions(), st.lists(words, min_size=1, unique=True), words),
        lambda it: "approved" in said(it, "guide")[1] and "rejected" in said(it, "guide")[2],
        settings=settings(
            max_examples=2_000, database=None, deadline=None, derandomize=True, phases=(Phase.generate, Phase.shrink)
        ),
    )
    assert "\n".join(said(learned, "guide")) in PAGE
    assert "\n".join(said(learned, "covers")) in PAGE


@pytest.mark.parametrize("name", [*strategies.__all__, "lifecycle_machine", "Promise"])
def test_every_public_name_is_on_the_page(name: str) -> None:
    assert f"`{name}" in PAGE
