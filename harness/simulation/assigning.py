"""Definitions played through on an org: who of a queue's agents may use the code, and does it come out?"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from harness.errors import UnknownValueError
from harness.model import Agent, AgentSkill, Definition, Org, Queue, WrapUpCode, is_known
from harness.model.lifecycle import SKIPPED_CODE, TIMEOUT_CODE, Handling, Terms
from harness.simulation.behaviour import simulate
from harness.simulation.counterexamples import breaking_moves
from harness.simulation.courses import Move, Part
from harness.simulation.promises import Promise
from harness.simulation.replay import Counterexample
from harness.simulation.simulator import SkillMatch, WrapUpSimulator

__all__ = ["Assigned", "Simulation", "Tally"]

_CODE = "code"
"""What the code is called while one kind of queue is played for all that are alike."""

_SHOWN_REASONS = 3
_SEEDS = 1_000_003


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How handlings ended that were played by chance.

    Attributes:
        chosen: With the agent's code.
        timed_out: With the platform's, because the time was up.
        skipped: With the platform's, because the agent skipped.
        uncoded: With none, though the agent had answered.
        unanswered: With none, because the agent declined.
    """

    chosen: int = 0
    timed_out: int = 0
    skipped: int = 0
    uncoded: int = 0
    unanswered: int = 0


class Assigned(msgspec.Struct, frozen=True, kw_only=True):
    """What a definition came to on a queue.

    Attributes:
        definition: Its identifier, or its name.
        queue: The queue's name, or None when no queue is meant.
        outcome: `unknown` when something that matters was not seen, or nothing was examined.
        reasons: Why it is not approved; not made safe to print.
        agents: How many the queue has, or None when that is unknown.
        approved: How many of them may use the code.
        terms: What after-call work is like, or None when that is unknown.
        tally: How conversations ended, or None when none were played.
        counterexample: A conversation that breaks what was agreed, or None.
    """

    definition: str
    queue: str | None
    outcome: Literal["approved", "rejected", "unknown"]
    reasons: tuple[str, ...] = ()
    agents: int | None = None
    approved: int | None = None
    terms: Terms | None = None
    tally: Tally | None = None
    counterexample: Counterexample | None = None


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """Plays definitions through; the same one always gives the same.

    Attributes:
        org: With the queues and agents.
        skill_match: How agents' skills are compared.
        max_duration_s: Longest duration that is approved.
        seed: Decides what is left to chance.
        examples: How many conversations are played for each kind of queue.
    """

    org: Org
    skill_match: SkillMatch = "covers"
    max_duration_s: float = 300
    seed: int = 0
    examples: int = 100
    _played: dict[tuple[Promise, Terms], tuple[Tally, Sequence[Move] | None]] = field(default_factory=dict)

    def run(self, definitions: Sequence[Definition]) -> Iterator[Assigned]:
        """Yield what each definition comes to on each queue that it names, or that offers its code, in that order."""
        for definition in definitions:
            label = definition.identifier or definition.name
            try:
                queues = self._queues(definition)
            except UnknownValueError as error:
                yield Assigned(definition=label, queue=None, outcome="unknown", reasons=(str(error),))
                continue
            if not queues:
                reason = "it names no queue of the org, and none offers the code"
                yield Assigned(definition=label, queue=None, outcome="unknown", reasons=(reason,))
            for queue in queues:
                yield self._assigned(definition, queue)

    def _queues(self, definition: Definition) -> Sequence[Queue]:
        code = self.org.code_of(definition)
        offering = () if code is None else self.org.queues_seen_with(code)
        ids = {queue.id for queue in offering}
        return [it for it in self.org.queues if it.id in ids or (is_known(it.name) and definition.names_queue(it))]

    def _assigned(self, definition: Definition, queue: Queue) -> Assigned:
        label = definition.identifier or definition.name
        reasons: list[str] = []
        unseen: list[str] = []
        found: dict[str, object] = {}
        for look in (self._look_at_agents, self._look_at_conversations):
            try:
                found |= look(definition, queue, reasons)
            except UnknownValueError as error:
                unseen.append(str(error))
        outcome: Literal["approved", "rejected", "unknown"] = (
            "rejected" if reasons else "unknown" if unseen else "approved"
        )
        made = Assigned(definition=label, queue=_called(queue), outcome=outcome, reasons=(*reasons, *unseen))
        return msgspec.structs.replace(made, **found)

    # -- the queue's agents ---------------------------------------------------------------------------------------

    def _look_at_agents(self, definition: Definition, queue: Queue, reasons: list[str]) -> dict[str, object]:
        agents = self.org.agents_of(queue)
        if not agents:
            raise UnknownValueError("who may use the code", "the queue has no agents")
        # Its channels matter only where the code is for some.
        served = self.org.channels_of(queue) if definition.channels and self.skill_match == "covers" else ()
        errors: Counter[str] = Counter()
        approved = 0
        for agent in agents:
            simulator = WrapUpSimulator(self._skills(agent), served, self.max_duration_s, self.skill_match)
            outcome = simulator.simulate_assignment(definition)
            approved += outcome.is_valid
            errors.update(outcome.errors)
        for error, count in errors.most_common(_SHOWN_REASONS):
            reasons.append(error if count == len(agents) else f"{count} of {len(agents)} agents: {error}")
        return {"agents": len(agents), "approved": approved}

    def _skills(self, agent: Agent) -> list[str]:
        return [self._skill_name(skill) for skill in agent.skills if skill.active]

    def _skill_name(self, skill: AgentSkill) -> str:
        known = self.org.skill_by_id.get(skill.id)
        # Printing it makes sure that it is known: a skill without a name is none that the agent lacks.
        return f"{skill.name if is_known(skill.name) or known is None else known.name}"

    # -- its conversations ----------------------------------------------------------------------------------------

    def _look_at_conversations(self, definition: Definition, queue: Queue, reasons: list[str]) -> dict[str, object]:
        code = self.org.code_of(definition)
        if code is None:
            reasons.append("no wrap-up code meets it")
            return {}
        terms = _terms(queue, frozenset(offered.id for offered in self.org.codes_of(queue)))
        alike = Terms(
            prompt=terms.prompt,
            timeout_ms=terms.timeout_ms,
            offered=frozenset({_CODE if code.id in terms.accepted else "another code"}),
        )
        promise = Promise(code_id=_CODE, duration_ms=definition.duration_ms, mandatory=definition.mandatory)
        tally, moves = self._play(promise, alike)
        found: dict[str, object] = {"terms": terms, "tally": tally}
        if moves is not None:
            name, agent = _called(queue), self._somebody(queue)
            names = {queue.id: name, code.id: _called(code)} | {it.id: it.name for it in agent}
            kept = Counterexample(
                definition=definition.identifier or definition.name,
                queue=name,
                promise=msgspec.structs.replace(promise, code_id=code.id),
                parts=(Part(terms=terms, agent_id=agent[0].id if agent else "agent", queue_id=queue.id),),
                moves=tuple(_about(code.id, move) for move in moves),
                names=names,
            )
            reasons.append(kept.broken() or "")
            found["counterexample"] = kept
        return found

    def _somebody(self, queue: Queue) -> Sequence[Agent]:
        """Return one of a queue's agents, or nobody where they are unknown."""
        try:
            return self.org.agents_of(queue)[:1]
        except UnknownValueError:
            return ()

    def _play(self, promise: Promise, terms: Terms) -> tuple[Tally, Sequence[Move] | None]:
        known = self._played.get((promise, terms))
        if known is None:
            part = Part(terms=terms)
            # A seed of its own for each, so that a run of more examples begins with those of a run of fewer.
            seeds = range(self.seed * _SEEDS, self.seed * _SEEDS + self.examples)
            courses = [simulate([part], seed, code=_CODE, acw_ms=promise.duration_ms) for seed in seeds]
            tally = Counter(_ending(handling) for course in courses for handling in course.handlings)
            known = self._played[promise, terms] = Tally(**tally), breaking_moves(promise, terms)
        return known


def _terms(queue: Queue, offered: frozenset[str]) -> Terms:
    prompt, timeout_ms = queue.acw.prompt, queue.acw.timeout_ms
    if not prompt.timed:
        return Terms(prompt=prompt, offered=offered)
    if timeout_ms is None:
        raise UnknownValueError("the queue's ACW timeout", f"prompt {prompt} has one, and none was delivered")
    return Terms(prompt=prompt, timeout_ms=timeout_ms, offered=offered)


def _called(entity: Queue | WrapUpCode) -> str:
    return entity.name if is_known(entity.name) else entity.id


def _ending(handling: Handling) -> str:
    counts = handling.wrap_up_now
    if counts is None:
        return "unanswered" if handling.answered_ms is None else "uncoded"
    return {TIMEOUT_CODE: "timed_out", SKIPPED_CODE: "skipped"}.get(counts.code, "chosen")


def _about(code_id: str, move: Move) -> Move:
    """Return a move that is about the code by its own id."""
    if move.entry is None or move.entry.code != _CODE:
        return move
    return msgspec.structs.replace(move, entry=msgspec.structs.replace(move.entry, code=code_id))
