"""How fast generated orgs come, beside a bare `builds()` of the same structures with as many entities."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness.model import (
    AcwSettings,
    Agent,
    AgentSkill,
    Catalogue,
    Crm,
    DeclaredQueue,
    Definition,
    Disposition,
    Division,
    Member,
    Org,
    Origin,
    OutboundMapping,
    Position,
    Prompt,
    Queue,
    Skill,
    WrapUpCode,
)
from harness.simulation.strategies import conversations, orgs

__all__ = ["bare", "measure"]

_EXAMPLES = 300
_ROUNDS = 3


@dataclass
class _Size:
    """How many entities all examples held together."""

    entities: int = 0

    def __call__(self, org: Org) -> None:
        self.entities += len(org.codes) + len(org.queues) + len(org.agents)
        self.entities += len(org.catalogue.definitions) if org.catalogue else 0


def measure() -> dict[str, Any]:
    """Return examples a second of `orgs()` and of its bare twin, and their ratio; the best of some rounds each.

    The twin refers to nothing that exists: its ids are drawn like any text. So that the comparison is fair, entities
    a second are compared as well.
    """
    found: dict[str, Any] = {}
    for name, strategy in (("strategy", orgs()), ("builds", bare()), ("adversarial", orgs(adversarial=True))):
        rates = [_rates(strategy) for _ in range(_ROUNDS)]
        found[f"{name}_examples_per_s"] = round(max(examples for examples, _ in rates), 1)
        found[f"{name}_entities_per_s"] = round(max(entities for _, entities in rates), 1)
    found["ratio_examples"] = round(found["strategy_examples_per_s"] / found["builds_examples_per_s"], 2)
    found["ratio_entities"] = round(found["strategy_entities_per_s"] / found["builds_entities_per_s"], 2)
    found["conversations_per_s"] = round(_EXAMPLES / _seconds(conversations(), lambda _: None), 1)
    return found


def _rates(strategy: st.SearchStrategy[Org]) -> tuple[float, float]:
    size = _Size()
    seconds = _seconds(strategy, size)
    return _EXAMPLES / seconds, size.entities / seconds


def _seconds(strategy: st.SearchStrategy[Any], use: Any) -> float:
    @settings(
        max_examples=_EXAMPLES,
        database=None,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(example: Any) -> None:
        use(example)

    started = time.process_time()
    draw()
    return time.process_time() - started


def bare() -> st.SearchStrategy[Org]:
    """Return what somebody would write first: every structure built from its fields, and nothing related."""
    name = st.text(max_size=20)
    id = st.integers(0, 9).map(str)
    division = st.builds(Division, id=id, name=name)
    skill = st.builds(AgentSkill, id=id, name=name, proficiency=st.floats(0, 5), state=st.just("active"))
    # As many of each as `orgs()` makes: two on average.
    few: Mapping[str, Any] = {"max_size": 4}
    ids = st.lists(id, max_size=3).map(tuple)
    texts = st.lists(name, max_size=2).map(tuple)
    queue = st.builds(
        Queue,
        id=id,
        name=name,
        division=division,
        acw=st.builds(AcwSettings, prompt_word=st.sampled_from(list(Prompt)), timeout_ms=st.integers(0, 3_600_000)),
        member_count=st.integers(0, 4),
    )
    definition = st.builds(
        Definition,
        name=name,
        position=st.just(Position("bare")),
        identifier=st.none() | name,
        category=st.none() | name,
        duration_ms=st.none() | st.integers(0, 600_000),
        mandatory=st.booleans(),
        default=st.booleans(),
        channels=texts,
        skills=texts,
        queues=texts,
        disposition=st.none() | name,
    )
    declared = st.builds(DeclaredQueue, name=name, channels=texts, position=st.just(Position("bare")))
    member = st.builds(Member, id=id, joined=st.booleans(), member_by=st.just("user"))
    return st.builds(
        Org,
        name=st.just("bare"),
        origin=st.just(Origin(kind="recording", location="nowhere")),
        codes=st.lists(st.builds(WrapUpCode, id=id, name=name, division=division, description=st.none() | name), **few),
        queues=st.lists(queue, **few),
        skills=st.lists(st.builds(Skill, id=id, name=name, state=st.just("active")), max_size=2),
        agents=st.lists(
            st.builds(
                Agent,
                id=id,
                state=st.sampled_from(("active", "inactive")),
                skills=st.lists(skill, max_size=2).map(tuple),
                languages=st.just(()),
            ),
            **few,
        ),
        offered=st.dictionaries(id, ids, **few),
        members=st.dictionaries(id, st.lists(member, max_size=2).map(tuple), **few),
        flags=st.builds(OutboundMapping, default_set=texts, mapping=st.dictionaries(id, texts, max_size=2)),
        catalogue=st.builds(
            Catalogue,
            name=st.just("bare"),
            path=st.just("bare"),
            definitions=st.lists(definition, **few).map(tuple),
            queues=st.lists(declared, max_size=4).map(tuple),
        ),
        crm=st.builds(Crm, st.lists(st.builds(Disposition, name, st.booleans()), max_size=2).map(tuple)),
    )


if __name__ == "__main__":
    for measured, value in measure().items():
        print(f"{measured:<28} {value}")  # noqa: T201 - a program that is run by hand
