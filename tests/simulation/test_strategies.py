"""Strategies make what they say: consistent orgs, odd ones on request, compliant ones, and small ones when they shrink."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis.errors import FailedHealthCheck, Unsatisfiable
from hypothesis.strategies import SearchStrategy

from harness.checking import judge
from harness.checks import registered
from harness.checks.registry import Check, Parameter
from harness.model import Agent, Definition, Org, Prompt, Queue, WrapUpCode, is_known
from harness.model.lifecycle import TIMEOUT_CODE, Terms
from harness.model.names import fold
from harness.policy import Policy, load_policy
from harness.simulation import strategies
from harness.simulation.strategies.policies import parameter_values
from harness.simulation.strategies.weeding import complies
from harness.simulation.strategies.words import Vocabulary, vocabulary_of

ROOT = Path(__file__).parents[2]
QUIET = settings(
    deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=(Phase.generate,)
)


def seen(strategy: SearchStrategy[Any], features: Callable[[Any], set[str]], examples: int = 60) -> set[str]:
    """Return every feature that some example has."""
    found: set[str] = set()

    @settings(QUIET, max_examples=examples)
    @given(strategy)
    def look(example: Any) -> None:
        found.update(features(example))

    look()
    return found


def shortest(strategy: SearchStrategy[Any], condition: Callable[[Any], bool]) -> Any:
    return find(strategy, condition, settings=settings(QUIET, max_examples=500, phases=(Phase.generate, Phase.shrink)))


# -- orgs -------------------------------------------------------------------------------------------------------------


@given(org=strategies.orgs())
def test_an_ordinary_org_was_wholly_seen_and_refers_to_what_it_holds(org: Org) -> None:
    assert not org.hidden
    for entities in (org.codes, org.queues, org.agents, org.skills):
        ids = [each.id for each in entities]
        assert ids == sorted(set(ids))
    assert {id for ids in org.offered.values() for id in ids} <= org.code_by_id.keys()
    for queue in org.queues:
        assert queue.acw.prompt in Prompt
        assert len(org.agents_of(queue)) <= (queue.member_count or 0)
        org.codes_of(queue)
    held = {skill.id for agent in org.agents for skill in agent.skills}
    assert held <= org.skill_by_id.keys()
    assert all(it.position.line for it in org.agreed.definitions)


def test_ordinary_orgs_are_of_every_kind() -> None:
    def features(org: Org) -> set[str]:
        found = {queue.acw.prompt.value for queue in org.queues}
        found |= {"offers"} if any(org.offered.values()) else set()
        found |= {"staffed"} if any(org.members.values()) else set()
        found |= {"defined"} if any(org.definition_of(code) for code in org.codes) else set()
        found |= {"flags"} if org.flags else set()
        found |= {"nothing"} if not org.queues and not org.codes else set()
        return found

    wanted = {prompt.value for prompt in Prompt} | {"offers", "staffed", "defined", "flags", "nothing"}
    assert seen(strategies.orgs(), features) >= wanted


def test_adversarial_orgs_are_odd_in_every_way() -> None:
    def features(org: Org) -> set[str]:
        found = {f"hidden {name}" for name in org.hidden} | {org.origin.kind}
        entities: list[Any] = [*org.codes, *org.queues]
        names = [it.name for it in entities if is_known(it.name)]
        found |= {"no name"} if len(names) < len(entities) else set()
        found |= {"unprintable"} if any(not name.isprintable() for name in names) else set()
        settings_of = [queue.acw for queue in org.queues if is_known(queue.acw)]
        known = [acw.timeout_ms for acw in settings_of if is_known(acw.timeout_ms)]
        found |= {"no timeout"} if None in known else set()
        found |= {"extreme timeout"} if any(it is not None and not 0 <= it <= 3_600_000 for it in known) else set()
        found |= (
            {"unknown prompt"}
            if any(not is_known(acw.prompt_word) or not is_known(acw.prompt) for acw in settings_of)
            else set()
        )
        found |= {"dangling"} if any(id not in org.code_by_id for ids in org.offered.values() for id in ids) else set()
        found |= {"unseen codes"} if org.queues and not org.offered else set()
        found |= {"unseen members"} if org.queues and not org.members else set()
        found |= {"unknown skills"} if any(not is_known(agent.skills) for agent in org.agents) else set()
        return found

    wanted = {"recording", "live", "plan", "export", "hidden queues", "no name", "unprintable"}
    wanted |= {
        "no timeout",
        "extreme timeout",
        "unknown prompt",
        "dangling",
        "unseen codes",
        "unseen members",
        "unknown skills",
    }
    assert seen(strategies.orgs(adversarial=True), features, 150) >= wanted


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_adversarial_orgs_are_huge_now_and_then_and_hold_names_that_look_alike() -> None:
    def looks_alike(org: Org) -> bool:
        names = {code.name for code in org.codes if is_known(code.name)}
        return len(names) > len(set(map(fold, names)))

    first = settings(QUIET, max_examples=2_000)
    odd = strategies.orgs(adversarial=True)
    assert find(odd, looks_alike, settings=first).codes
    assert len(find(odd, lambda org: len(org.codes) > 200, settings=first).codes) >= 300


def test_an_org_with_a_queue_that_fails_shrinks_to_that_queue() -> None:
    check = registered()["prompt.mandatory"].function

    def fails(org: Org) -> bool:
        return any(list(check(queue, org, allowed=["MANDATORY"])) for queue in org.queues)

    org = shortest(strategies.orgs(), fails)
    assert [(queue.id, queue.name) for queue in org.queues] == [("queue-1", "Sales")]
    assert (org.codes, org.agents, org.agreed.definitions, org.agreed.queues, org.flags) == ((), (), (), (), None)


# -- single entities --------------------------------------------------------------------------------------------------


@given(
    code=strategies.wrapup_codes(id="c"),
    queue=strategies.queues(id="q"),
    agent=strategies.agents(id="a"),
    definition=strategies.definitions(line=7),
)
def test_single_entities_carry_the_id_that_they_are_given(
    code: WrapUpCode, queue: Queue, agent: Agent, definition: Definition
) -> None:
    assert (code.id, queue.id, agent.id, definition.position.line) == ("c", "q", "a", 7)
    assert {skill.name for skill in agent.skills} <= set(Vocabulary().skills)
    assert definition.duration_ms is None or definition.duration_ms > 0


def test_a_vocabulary_says_what_things_are_called() -> None:
    words = Vocabulary(queues=("Claims",), codes=("Settled",), divisions=("North",))
    org = shortest(strategies.orgs(vocabulary=words), lambda org: bool(org.queues and org.codes))
    assert (org.queues[0].name, org.codes[0].name, org.queues[0].division.name) == ("Claims", "Settled", "North")


# -- compliant orgs ---------------------------------------------------------------------------------------------------

POLICIES = {
    "bounds": """
  - {id: A-1, check: prompt.mandatory, with: {allowed: [MANDATORY_TIMEOUT]}, severity: minor, why: x}
  - {id: A-2, check: duration.limit, with: {max: 47s, min: 44s, untimed: forbid}, severity: minor, why: x}
  - {id: A-3, check: prompt.offers_codes, with: {at_least: 2, at_most: 3, when: always}, severity: minor, why: x}
  - {id: A-4, check: skills.staffed, with: {at_least: 5}, severity: minor, why: x}""",
    "scopes": """
  - {id: A-1, check: prompt.mandatory, with: {allowed: [MANDATORY]}, where: queue.division == "Night", severity: minor, why: x}
  - {id: A-2, check: prompt.mandatory, with: {allowed: [OPTIONAL]}, where: queue.division == "Day", severity: minor, why: x}
  - {id: A-3, check: divisions.aligned, with: {all_divisions: forbid}, where: queue.division == "Day", severity: minor, why: x}
  - {id: A-4, for: queue, expect: 'size(queue.codes) in [1, 2]', severity: minor, why: x}
  - {id: A-5, for: membership, expect: '"Welsh" in agent.languages', severity: minor, why: x}""",
    "names": """
  - {id: A-1, check: naming.pattern, with: {regex: '^[A-Z]{2}[0-9]{3}$'}, severity: minor, why: x}
  - {id: A-2, check: naming.max_length, with: {limit: 5}, severity: minor, why: x}
  - {id: A-3, check: naming.unique, severity: minor, why: x}
  - {id: A-4, check: catalogue.orphan, severity: minor, why: x}""",
    "codes": """
  - {id: A-1, check: catalogue.required, with: {codes: [Sale]}, where: queue.name == "Sales", severity: minor, why: x}
  - {id: A-2, check: catalogue.forbidden, with: {codes: [Sale]}, where: queue.name == "Help", severity: minor, why: x}""",
    "relations": """
  - {id: A-1, for: code, expect: size(code.queues) <= 1, severity: minor, why: x}""",
}


@pytest.mark.parametrize("name", POLICIES)
def test_compliant_orgs_comply(tmp_path: Path, name: str) -> None:
    policy = written(tmp_path, POLICIES[name])
    sizes = set()

    @settings(QUIET, max_examples=8)
    @given(strategies.orgs(compliant_with=policy))
    def look(org: Org) -> None:
        verdicts = {case.verdict for run in judge([policy], org) for case in run.cases}
        assert verdicts <= {"passed", "not applicable"}
        assert "passed" in verdicts
        sizes.add((len(org.queues), len(org.agents)))

    look()
    assert len(sizes) > 1, "not always the same org"


def written(folder: Path, rules: str, **files: str) -> Policy:
    for file, text in files.items():
        (folder / file).write_text(text)
    (folder / "p.policy.yaml").write_text(f"policy: P\nrules:{rules}\n")
    return load_policy(folder / "p.policy.yaml")


def test_orgs_comply_with_a_whole_policy_and_its_catalogue() -> None:
    policy = load_policy(ROOT / "suites/gate/harbor.policy.yaml")
    names: set[str] = set()

    @settings(QUIET, max_examples=2)
    @given(strategies.orgs(compliant_with=[policy]))
    def look(org: Org) -> None:
        assert complies([policy], org)
        names.update(queue.name for queue in org.queues)

    look()
    assert "Finance EN - Refunds" in names


def test_rules_that_contradict_each_other_have_no_compliant_org(tmp_path: Path) -> None:
    rules = """
  - {id: A-1, check: prompt.mandatory, with: {allowed: [MANDATORY]}, severity: minor, why: x}
  - {id: A-2, check: prompt.mandatory, with: {allowed: [OPTIONAL]}, severity: minor, why: x}"""
    policy = written(tmp_path, rules)

    @settings(QUIET, max_examples=1, suppress_health_check=())
    @given(strategies.orgs(compliant_with=policy))
    def look(_: Org) -> None: ...

    with pytest.raises((Unsatisfiable, FailedHealthCheck)):
        look()


def test_an_adversarial_org_cannot_be_asked_to_comply(tmp_path: Path) -> None:
    policy = written(tmp_path, POLICIES["names"])
    with pytest.raises(ValueError, match="an adversarial org is not compliant: what is unknown in it cannot pass"):
        strategies.orgs(compliant_with=policy, adversarial=True)


def test_a_vocabulary_holds_what_policies_speak_of() -> None:
    words = vocabulary_of([load_policy(ROOT / "suites/gate/harbor.policy.yaml")])
    assert {"Retail", "Service", "Claims", "Finance"} == set(words.divisions[:4])
    assert "Général - Autre" in words.codes
    assert "Claims EN - Fraud Review" in words.queues
    assert {180_000, 181_000, 179_000} <= set(words.timeouts_ms)


# -- policies ---------------------------------------------------------------------------------------------------------


@given(policy=strategies.policies(adversarial=True), org=strategies.orgs(adversarial=True))
def test_any_policy_can_be_judged_on_any_org(policy: Policy, org: Org) -> None:
    """No check raises, whatever its parameters and whatever it is shown."""
    for run in judge([policy], org):
        assert run.rule.applies
        assert all("raised" not in (case.reason or "") for case in run.cases), run.cases


@pytest.mark.parametrize(
    "check", [it for it in registered().values() if it.family not in ("usage", "changes")], ids=lambda it: it.id
)
def test_policies_apply_every_check_that_an_org_answers(check: Check) -> None:
    applied = find(strategies.policies(checks=[check]), lambda policy: policy.rules[0].check == check, settings=QUIET)
    assert {it.name for it in check.parameters if it.required} <= applied.rules[0].parameters.keys()


def test_policies_can_be_made_of_chosen_checks_and_shrink_to_one_rule() -> None:
    chosen = [registered()["naming.max_length"]]
    policy = shortest(
        strategies.policies(checks=chosen), lambda policy: all(rule.check is not None for rule in policy.rules)
    )
    assert [rule.applies for rule in policy.rules] == ["naming.max_length (limit: 1)"]
    assert [rule.id for rule in policy.rules] == ["GEN-001"]
    assert policy.checks.keys() == {"naming.max_length"}


def test_a_parameter_that_no_policy_can_write_has_no_values() -> None:
    strange = Parameter(name="x", annotation=complex, required=True, default=None, text="")
    with pytest.raises(TypeError, match="no values are known for a parameter of type <class 'complex'>"):
        parameter_values(strange, Vocabulary())


# -- conversations ----------------------------------------------------------------------------------------------------


def test_a_conversation_that_times_out_shrinks_to_the_fewest_moves() -> None:
    course = shortest(
        strategies.conversations(), lambda course: any(it.code == TIMEOUT_CODE for it in course.conversation.written)
    )
    assert str(course).splitlines() == [
        "0:00.000  agent-1   is alerted on queue, MANDATORY_TIMEOUT after 60 s",
        "0:00.000  agent-1   answers",
        "0:00.000  agent-1   hangs up; after-call work begins",
        "1:00.000  platform  ends the after-call work of agent-1 and writes ININ-WRAP-UP-TIMEOUT",
    ]


def test_conversations_are_of_every_kind() -> None:
    def features(course: Any) -> set[str]:
        found = {handling.stage.value for handling in course.handlings} | {f"{len(course.handlings)} agents"}
        found |= {handling.terms.prompt.value for handling in course.handlings}
        return found | {str(step.status) for step in course.steps}

    wanted = {
        "alerting",
        "connected",
        "after-call work",
        "wrapped up",
        "ended",
        "1 agents",
        "2 agents",
        "None",
        "400",
        "409",
    }
    assert seen(strategies.conversations(), features, 150) >= wanted | {prompt.value for prompt in Prompt}


def test_terms_may_be_given_once_for_all_queues() -> None:
    mine = Terms(prompt=Prompt.MANDATORY, offered=frozenset({"won"}))
    assert seen(
        strategies.conversations(mine, codes=["won"]), lambda it: {each.terms.prompt for each in it.handlings}
    ) == {Prompt.MANDATORY}
    odd = seen(
        strategies.terms(adversarial=True), lambda it: {"extreme"} if (it.timeout_ms or 0) > 3_600_000 else set()
    )
    assert odd == {"extreme"}
