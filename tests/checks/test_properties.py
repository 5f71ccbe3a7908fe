"""What holds for every check, whatever the org."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.checks import Check, registered
from harness.checks.examples import EXAMPLES
from harness.checks.outcome import Outcome, outcome_on
from harness.model import Agent, Org, Skill, WrapUpCode
from tests.strategies import complete_orgs, orgs, orgs_seen_twice

CHECKS = [registered()[check_id] for check_id in EXAMPLES]
MODEST = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])

Key = tuple[str, int, Any]
"""Check, which of its examples' parameters, and the subject by what hiding does not change."""


def outcomes(org: Org) -> dict[Key, Outcome]:
    """Judge every subject of an org by every check, with the parameters of every example."""
    return {
        (check.id, number, key): outcome_on(check.function, subject, org, parameters)
        for check in CHECKS
        for number, parameters in enumerate(PARAMETERS[check.id])
        for key, subject in subjects(check, org)
    }


def parameters_tried(check: Check) -> list[dict[str, Any]]:
    tried: list[dict[str, Any]] = []
    for example in EXAMPLES[check.id]:
        if example.parameters not in tried:
            tried.append(dict(example.parameters))
    return tried


PARAMETERS = {check.id: parameters_tried(check) for check in CHECKS}


def subjects(check: Check, org: Org) -> Iterator[tuple[Any, Any]]:
    for it in check.kind.enumerate(org):
        if check.kind.unseen(it) is not None:
            continue
        match check.kind.name:
            case "code" | "queue":
                yield it.id, it
            case "assignment":
                yield (it.code.id, it.queue.id), it
            case "definition":
                yield it.position.line, it
            case "flags":
                yield it.code_id, it
            case "org":
                yield it.name, it
            case _:
                yield it, it


def verdicts(org: Org) -> dict[Key, tuple[str, int]]:
    return {key: (it.verdict, len(it.findings)) for key, it in outcomes(org).items()}


@MODEST
@given(org=orgs())
def test_every_check_is_deterministic(org: Org) -> None:
    """A copy of the org, with none of the indexes that the first run built, gets the very same messages."""
    assert outcomes(replace(deepcopy(org))) == outcomes(org)


@MODEST
@given(org=orgs(), data=st.data())
def test_the_order_of_entities_does_not_matter(org: Org, data: st.DataObject) -> None:
    shuffled = replace(
        org,
        codes=data.draw(st.permutations(org.codes).map(tuple)),
        queues=data.draw(st.permutations(org.queues).map(tuple)),
        agents=org.agents[::-1],
        skills=org.skills[::-1],
        offered={queue: ids[::-1] for queue, ids in reversed(list(org.offered.items()))},
        members={queue: people[::-1] for queue, people in reversed(list(org.members.items()))},
    )
    assert verdicts(shuffled) == verdicts(org)


@MODEST
@given(org=orgs())
def test_an_unrelated_entity_changes_no_verdict(org: Org) -> None:
    more = replace(
        org,
        codes=(*org.codes, WrapUpCode("zz-code", "Quarterly xylophone review", description="Unrelated")),
        agents=(*org.agents, Agent("zz-agent", "active", (), ())),
        skills=(*org.skills, Skill("zz-skill", "xylophone", "active")),
    )
    before, after = outcomes(org), outcomes(more)
    assert {key: after[key] for key in before} == before


@MODEST
@given(both=orgs_seen_twice())
def test_seeing_less_turns_a_verdict_only_into_unknown(both: tuple[Org, Org]) -> None:
    """What is hidden is never called compliant, nor a finding: neither by absence nor by accident."""
    whole, less = map(outcomes, both)
    changed = {
        key: (whole[key], it)
        for key, it in less.items()
        if key in whole and it.verdict not in (whole[key].verdict, "unknown")
    }
    assert not changed


@MODEST
@given(org=complete_orgs())
def test_what_was_wholly_seen_is_not_unknown(org: Org) -> None:
    """Except for what nobody declared, and what only evidence tells: caution is no excuse for not judging."""
    reasons = {it.reason for it in outcomes(org).values() if it.verdict == "unknown"}
    assert reasons <= {
        "which channels the queue serves is unknown: the catalogue does not declare them, and no evidence was given",
        "whether the code is used is unknown: the evidence was not asked",
    }


@MODEST
@given(org=orgs())
def test_messages_are_phrases(org: Org) -> None:
    """Reports put them into sentences of their own: lower case, no final stop, one line."""
    for it in outcomes(org).values():
        for message in (*it.findings, *it.notes, it.reason or "none"):
            assert message[:1].islower() or message[:1].isdigit(), message
            assert not message.endswith((".", " ")), message
            assert "\n" not in message, message
