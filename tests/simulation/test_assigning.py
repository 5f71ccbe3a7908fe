"""Definitions on an org: who of the agents may use the code, and whether it comes out of conversations."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.model import AgentSkill, Definition, Org, Prompt, Queue, Skill
from harness.model.lifecycle import Entry, Terms
from harness.model.tiny import TinyQueue, a_definition, a_queue, an_agent, an_org
from harness.model.unknown import unknown
from harness.simulation.assigning import Assigned, Simulation
from harness.simulation.counterexamples import breaking_moves
from harness.simulation.courses import Move, Part, play
from harness.simulation.promises import Promise
from harness.simulation.replay import Counterexample, decode_counterexample
from harness.simulation.strategies import conversations, definitions, terms

SELLER = an_agent("sales", id="seller")
NOVICE = an_agent(id="novice")


def org(queue: TinyQueue, definition: Definition | None = None, **more: Any) -> Org:
    agreed = definition or a_definition("Sale", identifier="SALE", queues=("Billing",))
    return an_org(queues={"Billing": queue}, definitions=[agreed], **more)


def simulated(queue: TinyQueue, definition: Definition | None = None, **more: Any) -> Assigned:
    return only(org(queue, definition), **more)


def only(made: Org, **more: Any) -> Assigned:
    (found,) = Simulation(org=made, examples=20, **more).run(made.agreed.definitions)
    return found


def mandatory(**more: Any) -> Definition:
    return a_definition("Sale", identifier="SALE", mandatory=True, queues=("Billing",), **more)


def test_an_agreed_assignment_is_approved_and_its_conversations_counted() -> None:
    found = simulated(a_queue("Sale", prompt="MANDATORY", agents=[SELLER, NOVICE]), mandatory(duration_s=45))
    assert (found.outcome, found.reasons, found.agents, found.approved) == ("approved", (), 2, 2)
    assert (found.definition, found.queue) == ("SALE", "Billing")
    assert found.tally is not None
    assert found.tally.chosen + found.tally.uncoded + found.tally.unanswered == 20
    assert found.counterexample is None


def test_agents_who_lack_a_skill_are_counted() -> None:
    definition = a_definition("Sale", skills=("sales",), queues=("Billing",))
    found = simulated(a_queue("Sale", agents=[SELLER, NOVICE, an_agent(id="other")]), definition)
    assert (found.outcome, found.agents, found.approved) == ("rejected", 3, 1)
    assert found.reasons == ("2 of 3 agents: Agent lacks required skills: sales.",)


def test_a_skill_that_is_not_active_does_not_count() -> None:
    trainee = an_agent(AgentSkill("skill sales", "sales", 3.0, "inactive"), id="trainee")
    found = simulated(a_queue("Sale", agents=[trainee]), a_definition("Sale", skills=("sales",), queues=("Billing",)))
    assert found.reasons == ("Agent lacks required skills: sales.",)


def test_a_skill_is_known_by_the_orgs_listing_when_the_agent_holds_only_its_id() -> None:
    held = an_agent(AgentSkill("s1", proficiency=3.0, state="active"), id="agent")
    definition = a_definition("Sale", skills=("sales",), queues=("Billing",))
    queue = a_queue("Sale", agents=[held])
    known = an_org(queues={"Billing": queue}, definitions=[definition], skills=[Skill("s1", "sales", "active")])
    assert only(known).outcome == "approved"


def test_by_the_guides_rule_the_seller_is_rejected_for_what_they_know_besides() -> None:
    expert = an_agent("sales", "french", id="expert")
    definition = a_definition("Sale", skills=("sales",), queues=("Billing",))
    queue = a_queue("Sale", agents=[SELLER, expert])
    assert simulated(queue, definition).outcome == "approved"
    assert simulated(queue, definition, skill_match="guide").reasons == (
        "1 of 2 agents: Agent skill requirements do not match wrap-up code configuration.",
    )


def test_channels_are_the_queues_as_the_catalogue_declares_them() -> None:
    definition = a_definition("Sale", channels=("email",), queues=("Billing",))
    queue = a_queue("Sale", agents=[NOVICE])
    assert only(org(queue, definition, channels={"Billing": ["email"]})).outcome == "approved"
    assert only(org(queue, definition, channels={"Billing": ["voice"]})).outcome == "rejected"
    assert only(org(queue, definition)).outcome == "unknown"
    assert only(org(queue, definition), skill_match="guide").outcome == "approved"


def test_a_queue_that_offers_the_code_is_meant_though_the_definition_names_none() -> None:
    found = simulated(a_queue("Sale", agents=[SELLER]), a_definition("Sale"))
    assert (found.definition, found.queue, found.outcome) == ("Sale", "Billing", "approved")


# -- what is broken ---------------------------------------------------------------------------------------------------


def broken(found: Assigned) -> list[str]:
    assert found.counterexample is not None
    assert found.counterexample.broken() == found.reasons[-1]
    return found.counterexample.timeline().splitlines()[1:]


@pytest.mark.parametrize("prompt", ["OPTIONAL", "AGENT_REQUESTED"])
def test_a_mandatory_code_is_not_safe_where_none_is_demanded(prompt: str) -> None:
    found = simulated(a_queue("Sale", prompt=prompt, timeout_s=60, agents=[SELLER]), mandatory())
    assert (found.outcome, found.reasons) == (
        "rejected",
        (f"under {prompt} after-call work can end without the mandatory code",),
    )
    last = (
        "hangs up; there is no after-call work"
        if prompt == "AGENT_REQUESTED"
        else "leaves after-call work without a code"
    )
    assert broken(found)[-1].endswith(last)


@pytest.mark.parametrize("prompt", ["MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT", "AGENT_REQUESTED"])
def test_a_queue_must_leave_the_agreed_time(prompt: str) -> None:
    definition = a_definition("Sale", duration_s=90, queues=("Billing",))
    assert simulated(a_queue("Sale", prompt=prompt, timeout_s=90, agents=[SELLER]), definition).outcome == "approved"
    found = simulated(a_queue("Sale", prompt=prompt, timeout_s=89, agents=[SELLER]), definition)
    assert found.reasons == ("an agent who wraps up as agreed is refused: the time is up before the agreed duration",)
    assert broken(found)[-1].endswith("refused, 409 the agent's part is wrapped up with ININ-WRAP-UP-TIMEOUT")


def test_a_queue_must_offer_the_code() -> None:
    found = simulated(a_queue("Refund", prompt="MANDATORY", agents=[SELLER]), mandatory())
    assert (found.outcome, found.reasons) == ("rejected", ("no wrap-up code meets it",))
    made = org(a_queue("Refund", prompt="MANDATORY", agents=[SELLER]), mandatory(), codes=["Sale"])
    found = only(made)
    assert found.reasons == ("an agent who wraps up as agreed is refused: the queue does not offer the code",)
    assert broken(found)[-1].endswith(
        "wraps up with Sale: refused, 400 the wrap-up code Sale is not offered on the queue Billing"
    )


def test_a_counterexample_tells_people_by_pseudonym() -> None:
    found = simulated(a_queue("Sale", prompt="OPTIONAL", agents=[SELLER]), mandatory())
    assert broken(found)[0].split()[1] == SELLER.name


# -- what cannot be told ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("queue", "why"),
    [
        (a_queue("Sale", agents=None), "which agents the queue has is unknown: the source did not deliver its members"),
        (a_queue("Sale", agents=[]), "who may use the code is unknown: the queue has no agents"),
        (
            a_queue("Sale", agents=[SELLER], unseen_codes=True),
            "which codes the queue offers is unknown: the source did not deliver it",
        ),
        (
            a_queue("Sale", prompt="NEW_WORD", agents=[SELLER]),
            "the ACW prompt is unknown: this version does not know the word 'NEW_WORD'",
        ),
        (
            a_queue("Sale", prompt="MANDATORY_TIMEOUT", agents=[SELLER]),
            "the queue's ACW timeout is unknown: prompt MANDATORY_TIMEOUT has one, and none was delivered",
        ),
    ],
)
def test_what_was_not_seen_is_never_approved(queue: TinyQueue, why: str) -> None:
    found = only(org(queue, a_definition("Sale", queues=("Billing",)), codes=["Sale"]))
    assert (found.outcome, found.reasons) == ("unknown", (why,))


def test_what_is_wrong_stays_wrong_though_something_else_is_unknown() -> None:
    found = simulated(a_queue("Sale", prompt="OPTIONAL", agents=None), mandatory())
    assert found.outcome == "rejected"
    assert len(found.reasons) == 2


def test_a_definition_that_meets_no_queue_is_unknown() -> None:
    found = simulated(a_queue("Refund", agents=[SELLER]), a_definition("Sale", queues=("Nowhere",)))
    assert (found.queue, found.outcome) == (None, "unknown")
    assert found.reasons == ("it names no queue of the org, and none offers the code",)


def test_a_listing_that_was_hidden_leaves_the_definition_unknown() -> None:
    made = org(
        a_queue("Sale", agents=[SELLER]), a_definition("Other"), hidden={"wrapupcodes": "a permission is missing"}
    )
    assert only(made).reasons == ("whether the code 'Other' exists is unknown: a permission is missing",)


def test_a_queue_without_a_name_that_offers_the_code_is_known_by_its_id() -> None:
    hidden: Any = unknown("the queue's name", "a permission is missing")
    found = simulated(a_queue("Sale", agents=[SELLER], name=hidden), a_definition("Sale"))
    assert (found.queue, found.outcome) == ("queue-1", "approved")
    found = simulated(
        a_queue("Sale", prompt="OPTIONAL", agents=[SELLER], name=hidden),
        a_definition("Sale", identifier="SALE", mandatory=True),
    )
    assert found.counterexample is not None
    assert found.counterexample.queue == "queue-1"


# -- promises and counterexamples -------------------------------------------------------------------------------------


@given(definition=definitions(), queue=terms(codes=["code"]), played=st.data())
def test_what_is_found_breaks_the_promise_and_what_is_not_found_is_broken_by_nothing(
    definition: Definition, queue: Terms, played: st.DataObject
) -> None:
    """Trying the first move of after-call work at every moment is enough: longer conversations break nothing else."""
    promise = Promise(code_id="code", duration_ms=definition.duration_ms, mandatory=definition.mandatory)
    found = breaking_moves(promise, queue)
    if found is not None:
        assert promise.broken_by(play([Part(terms=queue)], found)) is not None
        return
    delays = [it for it in (definition.duration_ms, queue.timeout_ms) if it is not None]
    course = played.draw(conversations(queue, codes=["code"], delays_ms=delays))
    assert promise.broken_by(course) is None, str(course)


def test_a_code_that_the_agent_chose_before_is_no_broken_promise() -> None:
    queue = Terms(prompt=Prompt.MANDATORY, offered=frozenset({"code", "other"}))
    answered = [Move(action="answer"), Move(action="hang up")]
    twice = [Move(action="wrap up", entry=Entry(code=code)) for code in ("other", "code")]
    assert Promise(code_id="code").broken_by(play([Part(terms=queue)], [*answered, *twice])) is None


@pytest.mark.parametrize("last", ["leave", "skip"])
def test_a_code_that_comes_after_the_agent_had_finished_is_no_broken_promise(last: Any) -> None:
    queue = Terms(prompt=Prompt.OPTIONAL, offered=frozenset({"code"}))
    moves = [Move(action=it) for it in ("answer", "hang up", last)] + [Move(action="wrap up", entry=Entry(code="code"))]
    assert Promise(code_id="code", duration_ms=60_000).broken_by(play([Part(terms=queue)], moves)) is None


def test_a_counterexample_is_the_same_after_it_was_kept() -> None:
    found = simulated(a_queue("Sale", "Refund", "Other", prompt="OPTIONAL", agents=[SELLER]), mandatory())
    kept = found.counterexample
    assert kept is not None
    read = decode_counterexample(kept.encode(), "there")
    assert (read, read.id, read.timeline()) == (kept, kept.id, kept.timeline())
    assert len(kept.id) == 12


def test_a_counterexample_without_agents_is_none() -> None:
    kept = Counterexample(
        definition="SALE", queue="Billing", promise=Promise(code_id="s"), parts=(), moves=(), names={}
    )
    with pytest.raises(InputError, match=r"^there: a counterexample without agents\n  run wrapup simulate again"):
        decode_counterexample(kept.encode(), "there")


def test_a_counterexample_that_breaks_nothing_any_more_says_so() -> None:
    queue = Part(terms=Terms(prompt=Prompt.MANDATORY))
    kept = Counterexample(
        definition="SALE", queue="Billing", promise=Promise(code_id="sale"), parts=(queue,), moves=(), names={}
    )
    assert kept.broken() is None


def test_two_runs_with_one_seed_come_to_the_same() -> None:
    made = org(a_queue("Sale", prompt="OPTIONAL", agents=[SELLER]), mandatory())
    runs = [list(Simulation(org=made, examples=30, seed=seed).run(made.agreed.definitions)) for seed in (7, 7, 8)]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_queues_come_in_the_orgs_order() -> None:
    queues = {name: a_queue("Sale", agents=[SELLER]) for name in ("B", "A")}
    made = an_org(queues=queues, definitions=[a_definition("Sale", queues=("*",))])
    names = [it.queue for it in Simulation(org=made, examples=1).run(made.agreed.definitions)]
    assert names == [queue.name for queue in made.queues]
    assert all(isinstance(queue, Queue) for queue in made.queues)
