"""Strategies for single entities: a code, a queue, an agent, a definition."""

from typing import Any

from hypothesis import strategies as st

from harness.model import (
    AcwSettings,
    Agent,
    AgentSkill,
    Definition,
    Division,
    Position,
    Prompt,
    Queue,
    WrapUpCode,
    unknown,
)
from harness.model.ids import ALL_DIVISIONS
from harness.simulation.strategies.words import ODD_NAMES, Vocabulary, few, names, some

__all__ = ["CATALOGUE_PATH", "HIDDEN", "agents", "definitions", "hidden", "queues", "skill_id", "wrapup_codes"]

HIDDEN: Any = unknown("a value", "the source did not show it")
"""What adversarial entities hold here and there: a value that nobody could see."""

_ODD_TIMES_MS = (None, 0, 1, 999, 1_000, 3_600_000, 3_600_001, 86_400_000, 2**31, -1)
CATALOGUE_PATH = "generated.catalogue.yaml"


def wrapup_codes(
    *, vocabulary: Vocabulary | None = None, adversarial: bool = False, id: str = "code-1"
) -> st.SearchStrategy[WrapUpCode]:
    """Return wrap-up codes.

    Args:
        vocabulary: What they may be called.
        adversarial: Whether names may be any text, and values may be unknown.
        id: Their id.
    """
    words = vocabulary or Vocabulary()
    descriptions: st.SearchStrategy[Any] = st.sampled_from((None, "A deal was closed by phone"))
    if adversarial:
        descriptions = st.one_of(descriptions, hidden(), st.text(max_size=40))
    return st.builds(
        WrapUpCode,
        id=st.just(id),
        name=_seen(names(words.codes, adversarial=adversarial), adversarial),
        division=_divisions(words, adversarial=adversarial, all_of_them=True),
        description=descriptions,
    )


def queues(
    *, vocabulary: Vocabulary | None = None, adversarial: bool = False, id: str = "queue-1"
) -> st.SearchStrategy[Queue]:
    """Return queues; which codes they offer and who their members are is their org's to say.

    Args:
        vocabulary: What they may be called, and how long after-call work may take.
        adversarial: Whether names may be any text, timeouts any number or none, and values unknown.
        id: Their id.
    """
    words = vocabulary or Vocabulary()
    prompts: st.SearchStrategy[Any] = st.sampled_from([prompt.value for prompt in Prompt])
    timeouts: st.SearchStrategy[Any] = st.sampled_from(words.timeouts_ms)
    if adversarial:
        prompts = st.one_of(prompts, st.sampled_from(("A_NEW_PROMPT", "")), hidden())
        timeouts = st.one_of(timeouts, st.sampled_from(_ODD_TIMES_MS), st.integers(), hidden())
    return st.builds(
        Queue,
        id=st.just(id),
        name=_seen(names(words.queues, adversarial=adversarial), adversarial),
        division=_divisions(words, adversarial=adversarial),
        acw=_seen(st.builds(AcwSettings, prompt_word=prompts, timeout_ms=timeouts), adversarial),
    )


def agents(
    *, vocabulary: Vocabulary | None = None, adversarial: bool = False, id: str = "agent-1"
) -> st.SearchStrategy[Agent]:
    """Return agents, who have no names but pseudonyms.

    Args:
        vocabulary: What their skills may be called.
        adversarial: Whether skills may be any text, inactive, of any proficiency, and values unknown.
        id: Their id.
    """
    words = vocabulary or Vocabulary()
    return st.builds(
        Agent,
        id=st.just(id),
        state=_states(adversarial=adversarial),
        skills=_held(words, adversarial=adversarial),
        languages=st.just(()),
    )


def definitions(
    *, vocabulary: Vocabulary | None = None, adversarial: bool = False, line: int = 1
) -> st.SearchStrategy[Definition]:
    """Return definitions as a catalogue has them.

    Args:
        vocabulary: What they may be called, and what they may ask for.
        adversarial: Whether texts may be any, and durations any number.
        line: Where in its file it stands.
    """
    words = vocabulary or Vocabulary()
    durations: st.SearchStrategy[Any] = st.sampled_from((None, *words.timeouts_ms))
    identifiers: st.SearchStrategy[Any] = st.sampled_from((None, *map(_identifier, words.codes)))
    if adversarial:
        durations = st.one_of(durations, st.sampled_from(_ODD_TIMES_MS), st.integers())
        identifiers = st.one_of(identifiers, st.sampled_from(_ODD_IDENTIFIERS), st.text(max_size=20))
    some_names = names(words.codes, adversarial=adversarial)
    return st.builds(
        Definition,
        name=some_names,
        position=st.just(Position(CATALOGUE_PATH, line)),
        identifier=identifiers,
        category=st.sampled_from((None, *words.categories)),
        duration_ms=durations,
        mandatory=st.booleans(),
        default=st.booleans(),
        channels=some(words.channels),
        skills=some((*words.skills, *ODD_NAMES) if adversarial else words.skills),
        queues=some((*words.queues, "*") if adversarial else words.queues),
        disposition=st.sampled_from((None, *words.dispositions)),
    )


_ODD_IDENTIFIERS = ("", " ", "0", "sale", "SALE ", "\u0000")


def hidden() -> st.SearchStrategy[Any]:
    """Return the one value that nobody could see; it can be neither compared nor hashed, so it is made when drawn."""
    return st.builds(lambda: HIDDEN)


def skill_id(name: str) -> str:
    """Return the id of a generated skill: its name with the kind before it."""
    return f"skill {name}"


def _identifier(name: str) -> str:
    return "_".join(name.upper().split())


def _seen(strategy: st.SearchStrategy[Any], adversarial: bool) -> st.SearchStrategy[Any]:  # noqa: FBT001
    return st.one_of(strategy, hidden()) if adversarial else strategy


def _divisions(words: Vocabulary, *, adversarial: bool, all_of_them: bool = False) -> st.SearchStrategy[Any]:
    found = [Division(f"division {name}", name) for name in words.divisions]
    if all_of_them:
        found.insert(0, Division(ALL_DIVISIONS, ALL_DIVISIONS))
    seen = st.sampled_from([*found, Division("", "")] if adversarial else found)
    return st.one_of(seen, st.builds(Division, id=st.just("division 9")), hidden()) if adversarial else seen


def _states(*, adversarial: bool) -> st.SearchStrategy[Any]:
    if not adversarial:
        return st.sampled_from(("active", "inactive"))
    return st.one_of(st.sampled_from(("active", "inactive", "deleted", "a new state")), hidden())


def _held(words: Vocabulary, *, adversarial: bool) -> st.SearchStrategy[Any]:
    if not adversarial:
        return some(
            [AgentSkill(skill_id(name), name, level, "active") for level in (3.0, 5.0, 1.0) for name in words.skills]
        ).filter(lambda held: len({skill.id for skill in held}) == len(held))
    held = st.builds(
        lambda name, level, state, shown: AgentSkill(skill_id(name), name if shown else HIDDEN, level, state),
        names(words.skills, adversarial=True),
        st.sampled_from((3.0, 5.0, 0.0)),
        _states(adversarial=True),
        st.booleans(),
    )
    return st.one_of(few(held).map(tuple), hidden())
