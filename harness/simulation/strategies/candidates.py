"""An org of candidates: every queue that policies speak of, in every variant that may matter to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from harness.model import (
    AcwSettings,
    Agent,
    AgentSkill,
    Definition,
    Division,
    Language,
    Member,
    Org,
    Origin,
    OutboundMapping,
    Prompt,
    Queue,
    Skill,
    WrapUpCode,
)
from harness.model.ids import ALL_DIVISIONS
from harness.model.names import is_pattern, matches
from harness.policy import Policy
from harness.simulation.strategies.entities import skill_id
from harness.simulation.strategies.words import Vocabulary, vocabulary_of

__all__ = ["candidates"]

_CODES_WITHOUT_CATALOGUE = 6
_QUEUES_WITHOUT_CATALOGUE = 5
_DIVISIONS = 6
_TIMEOUTS = 4
_BOUNDS = 6
_MOST_COUNTED = 20
_DESCRIPTION = (
    "What the agent chooses when the customer's matter is settled, and nothing is left to be done about it. " * 2
)


def candidates(policies: Sequence[Policy]) -> Org:
    """Return an org of candidates.

    Queues of one name differ in what may matter: division, prompt, timeout, and which codes they offer besides those
    that are agreed for them. Agents hold every skill, and codes belong to all divisions.
    """
    return _Candidates(policies, vocabulary_of(policies)).org()


@dataclass(frozen=True)
class _Candidates:
    policies: Sequence[Policy]
    words: Vocabulary

    def org(self) -> Org:
        definitions = [it for policy in self.policies if policy.catalogue for it in policy.catalogue.definitions]
        codes = {
            name: WrapUpCode(
                id=next((it.id for it in definitions if it.name == name and it.id), f"code-{number:03}"),
                name=name,
                division=Division(ALL_DIVISIONS, ALL_DIVISIONS),
                description=_DESCRIPTION,
            )
            for number, name in enumerate(self._code_names(definitions), 1)
        }
        agents = self._agents()
        members = tuple(Member(agent.id, joined=True, member_by="user") for agent in agents)
        evaluation = next(iter(self._compared("queue.skill_evaluation")), "ALL")
        queues: list[Queue] = []
        offered: dict[str, tuple[str, ...]] = {}
        for name in self._queue_names():
            agreed = [it for it in definitions if any(matches(pattern, name) for pattern in it.queues)]
            choices = self._offers(agreed, definitions, codes)
            for division, acw, its_codes in product(self._divisions(name), self._settings(agreed), choices):
                id = f"queue-{len(queues) + 1:05}"
                queues.append(
                    Queue(
                        id=id,
                        name=name,
                        division=division,
                        acw=acw,
                        member_count=len(members),
                        evaluation_word=evaluation,
                    )
                )
                offered[id] = tuple(code.id for code in its_codes)
        return Org(
            name="candidates",
            origin=Origin(kind="recording", location="generated"),
            codes=tuple(sorted(codes.values(), key=lambda code: code.id)),
            queues=tuple(queues),
            skills=tuple(sorted((Skill(skill_id(it), it, "active") for it in self.words.skills), key=lambda it: it.id)),
            agents=agents,
            offered=offered,
            members=dict.fromkeys(offered, members),
            flags=OutboundMapping((), self._flags(definitions, codes)),
        )

    def _code_names(self, definitions: Sequence[Definition]) -> list[str]:
        if definitions:
            return list(dict.fromkeys(it.name for it in definitions))
        patterns = [value for value in self._parameters() if hasattr(value, "pattern")]
        made = [name for pattern in patterns for name in _matching(pattern)]
        return list(dict.fromkeys([*made, *self.words.codes[:_CODES_WITHOUT_CATALOGUE]]))

    def _queue_names(self) -> list[str]:
        declared = [it for policy in self.policies if policy.catalogue for it in policy.catalogue.queues]
        patterns = [it.name for it in declared]
        patterns += [
            name
            for policy in self.policies
            if policy.catalogue
            for definition in policy.catalogue.definitions
            for name in definition.queues
        ]
        exact = [name for name in patterns if not is_pattern(name)]
        for pattern in patterns:
            if is_pattern(pattern) and not any(matches(pattern, name) for name in exact):
                exact.append(pattern.replace("*", "1").replace("?", "1"))
        # Words that policies compare names with stand before the ordinary ones.
        return list(dict.fromkeys(exact)) or list(self.words.queues[:_QUEUES_WITHOUT_CATALOGUE])

    def _divisions(self, queue: str) -> list[Division]:
        """Return the divisions that a queue may belong to: those that its name speaks of, else all."""
        spoken = [name for name in self.words.divisions if name and name in queue]
        return [Division(f"division {name}", name) for name in spoken or self.words.divisions[:_DIVISIONS]]

    def _settings(self, agreed: Sequence[Definition]) -> list[AcwSettings]:
        """Return settings of after-call work that honour what was agreed about a queue's codes."""
        demanded = any(it.mandatory for it in agreed)
        prompts = [prompt for prompt in Prompt if prompt.demands or not demanded]
        needed = max((it.duration_ms for it in agreed if it.duration_ms is not None), default=1_000)
        allowed = range(max(needed, 1_000), 3_600_001)
        timeouts = sorted(it for it in self.words.timeouts_ms if it in allowed) or [needed]
        spread = {timeouts[round(n * (len(timeouts) - 1) / (_TIMEOUTS - 1))] for n in range(_TIMEOUTS)}
        bounds = [it for it in self._parameters() if isinstance(it, int) and it in allowed]
        limits = sorted(spread.union(bounds[:_BOUNDS]))
        return [
            AcwSettings(prompt.value, timeout) for prompt in prompts for timeout in (limits if prompt.timed else [None])
        ]

    def _offers(
        self, agreed: Sequence[Definition], definitions: Sequence[Definition], codes: dict[str, WrapUpCode]
    ) -> list[tuple[WrapUpCode, ...]]:
        """Return the sets of codes that a queue may offer: those agreed for it, and some that are free."""
        bound = {it.name for it in definitions if it.queues}
        free = [code for name, code in codes.items() if name not in bound]
        mentioned = {word for value in self._parameters() if isinstance(value, list | tuple) for word in value}
        choices: tuple[list[WrapUpCode], ...] = (
            free,
            [code for code in free if code.name not in mentioned],
            [code for code in free if code.name in mentioned],
            *(free[:size] for size in (*self._counts(), 0)),
        )
        own = [codes[it.name] for it in agreed]
        return list(dict.fromkeys(tuple(dict.fromkeys((*own, *more))) for more in choices))

    def _agents(self) -> tuple[Agent, ...]:
        spoken = tuple(Language(f"language {name}", name) for name in self._compared("agent.languages"))
        held = tuple(AgentSkill(skill_id(name), name, 5.0, "active") for name in self.words.skills)
        return tuple(
            Agent(f"agent-{number:02}", "active", held, spoken) for number in range(1, 1 + max(3, *self._counts()))
        )

    def _flags(self, definitions: Sequence[Definition], codes: dict[str, WrapUpCode]) -> dict[str, tuple[str, ...]]:
        by_category = [value for value in self._parameters() if isinstance(value, dict)]
        return {
            codes[it.name].id: tuple(flags)
            for it in definitions
            for mapping in by_category
            for flags in (mapping.get(it.category),)
            if flags
        }

    def _counts(self) -> list[int]:
        """Return how many of something rules about queues may ask for."""
        of_queues = [rule.parameters.values() for it in self.policies for rule in it.rules if rule.kind.name == "queue"]
        counts = [it for values in of_queues for it in values if isinstance(it, int) and 0 < it <= _MOST_COUNTED]
        return list(dict.fromkeys((*counts, 1)))

    def _compared(self, variable: str) -> list[str]:
        """Return the texts that expressions compare a variable with."""
        expressions = [
            it for policy in self.policies for rule in policy.rules for it in (rule.where, rule.expect) if it
        ]
        pairs = [pair for expression in expressions for pair in expression.comparisons]
        return list(dict.fromkeys(literal for compared, literal in pairs if compared == variable))

    def _parameters(self) -> list[Any]:
        return [value for policy in self.policies for rule in policy.rules for value in rule.parameters.values()]


def _matching(pattern: Any) -> list[str]:
    """Return some short names that a pattern matches; none when there is none that can be printed."""
    found: list[str] = []
    quiet = settings(max_examples=200, database=None, deadline=None, derandomize=True, phases=(Phase.generate,))
    try:
        for _ in range(_CODES_WITHOUT_CATALOGUE):
            name = find(
                st.from_regex(pattern),
                lambda text: text.isprintable() and text.strip() not in ("", *found),
                settings=quiet,
            )
            found.append(name.strip())
    except NoSuchExample:
        return found
    return found
