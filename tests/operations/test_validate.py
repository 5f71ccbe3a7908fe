"""Validating a code against a queue: the guides' answer, by the policy's own checks."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from fixtures.shapes import a_member
from harness.checking import judge
from harness.errors import AuthError
from harness.operations import Validation, validate
from harness.orgs.live import read_live
from harness.policy import load_policy
from tests.operations.playing import Played, a_fault, catalogue_of, code_of, queue_of
from tests.sandbox.playing import ANN, BEN, BILLING, QUEUES, REFUND, SALE, SUPPORT, a_state

DECLARED = "queues: [{name: Billing, channels: [voice, email]}, {name: Support, channels: []}]"


def a_catalogue(folder: Path, definition: str, queues: str = DECLARED) -> Any:
    return catalogue_of(folder, f"catalogue: Retail\ndefinitions:\n  - {definition}\n{queues}\n")


def checked(
    played: Played, folder: Path, definition: str, *, code: Any = SALE, queue: Any = BILLING, **options: Any
) -> Validation:
    catalogue = a_catalogue(folder, definition, options.pop("queues", DECLARED))
    live = played.held("queues", queue["id"])
    return validate(played.client, catalogue, queue_of(live), code_of(code), **options)


def with_agents(*agents: Any) -> Played:
    billing = BILLING | dict.fromkeys(("memberCount", "userMemberCount", "joinedMemberCount"), len(agents))
    members = [{"queueId": BILLING["id"], "entities": [a_member(it, BILLING) for it in agents]}]
    return Played(a_state(queues=[billing, SUPPORT], queue_members=members))


def failures(found: Validation) -> list[tuple[str, str | None]]:
    return [(reason.check, reason.text) for reason in found.reasons if reason.verdict == "failed"]


def test_a_code_that_suits_its_queue_gets_the_guides_answer(tmp_path: Path) -> None:
    played = Played()
    found = checked(played, tmp_path, "{name: Sale, channels: [voice], requiredSkills: [Negotiation], duration: 45}")
    answer = dict(found.as_json())
    reasons = answer.pop("reasons")
    assert answer == {
        "queueId": BILLING["id"],
        "wrapUpCodeId": SALE["id"],
        "supportedChannels": ("voice", "email"),
        "requiredSkills": ("Negotiation",),
        "isValid": True,
        "isOffered": True,
    }
    assert [(reason["check"], reason["verdict"]) for reason in reasons] == [
        ("catalogue.known", "passed"),
        ("channels.configured", "passed"),
        ("channels.compatible", "passed"),
        ("skills.covered", "passed"),
        ("duration.agrees", "not applicable"),
        ("skills.exist", "passed"),
        ("duration.definition", "passed"),
        ("prompt.definition", "not applicable"),
    ]
    assert played.writes == []


def test_no_agent_is_asked_for_when_no_skill_is_required(tmp_path: Path) -> None:
    played = Played()
    assert checked(played, tmp_path, "{name: Sale, channels: [voice]}").is_valid
    assert [it.path for it in played.sandbox.requests][1:] == [f"{QUEUES}/{BILLING['id']}/wrapupcodes"]


def test_an_agent_with_one_skill_more_is_fine(tmp_path: Path) -> None:
    """The guides compare the wrong way round: there every agent skill must be a required one."""
    more = ANN | {"skills": [*ANN["skills"], ANN["skills"][0] | {"id": "other", "name": "Returns"}]}
    played = with_agents(more)
    played.state.shelf("users").put(ANN["id"], more)
    assert checked(played, tmp_path, "{name: Sale, requiredSkills: [Negotiation]}").is_valid


def test_agents_without_the_skill_are_counted(tmp_path: Path) -> None:
    played = with_agents(ANN, BEN)
    definition = "{name: Sale, requiredSkills: [Negotiation]}"
    assert failures(checked(played, tmp_path, definition)) == [
        ("skills.covered", "1 of 2 agents hold 'Negotiation'; at least 100%")
    ]
    assert checked(played, tmp_path, definition, skills_at_least=Fraction(1, 2)).is_valid


def test_a_skill_that_does_not_exist_is_a_finding(tmp_path: Path) -> None:
    found = checked(Played(), tmp_path, "{name: Sale, requiredSkills: [Negotiaton]}", skills_at_least=Fraction(0))
    assert failures(found) == [
        ("skills.exist", "skill 'Negotiaton' does not exist; an active skill; did you mean 'Negotiation'?")
    ]


def test_a_queue_without_channels_is_a_finding(tmp_path: Path) -> None:
    """The guides raise there."""
    found = checked(Played(), tmp_path, "{name: Sale, channels: [voice]}", queue=SUPPORT)
    assert found.supported_channels == ()
    assert failures(found) == [
        ("channels.configured", "no channel is declared; at least one"),
        ("channels.compatible", "the queue serves no channel; voice"),
    ]


def test_channels_that_nobody_declares_are_unknown_and_not_valid(tmp_path: Path) -> None:
    """The platform fills in every medium on every queue: that proves nothing."""
    found = checked(Played(), tmp_path, "{name: Sale}", queues="")
    assert (found.supported_channels, found.verdict, found.is_valid) == (None, "unknown", False)
    unknown = [reason for reason in found.reasons if reason.verdict == "unknown"]
    assert [reason.check for reason in unknown] == ["channels.configured"]
    assert "the catalogue does not declare them" in (unknown[0].text or "")


@pytest.mark.parametrize(("mode", "valid"), [("any", True), ("all", False)])
def test_one_channel_of_several_may_be_enough(tmp_path: Path, mode: Any, valid: bool) -> None:
    definition = "{name: Sale, channels: [voice, social]}"
    assert checked(Played(), tmp_path, definition, mode=mode).is_valid is valid


def test_a_code_that_nobody_agreed_is_not_valid(tmp_path: Path) -> None:
    """The guides' validation ignores the code that it is asked about."""
    found = checked(Played(), tmp_path, "{name: Sale}", code=REFUND)
    assert (found.required_skills, found.is_valid, found.offered) == (None, False, False)
    assert failures(found) == [("catalogue.known", "has no definition; an entry in the catalogue")]


def test_time_and_prompt_of_the_queue_are_part_of_it(tmp_path: Path) -> None:
    optional = BILLING | {"acwSettings": {"wrapupPrompt": "OPTIONAL"}}
    timed = SUPPORT | {"acwSettings": {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 30_000}}
    played = Played(a_state(queues=[optional, timed]))
    found = checked(played, tmp_path, "{name: Sale, isMandatory: true, duration: 400}")
    assert failures(found) == [
        ("duration.definition", "duration is 400 s; at most 300 s"),
        ("prompt.definition", "is mandatory and has no identifier; an identifier (`wrapupCode`)"),
        ("prompt.definition", "is mandatory on queues that demand no code: 'Billing'; a prompt that demands one"),
    ]
    found = checked(played, tmp_path, "{name: Sale, duration: 45}", queue=SUPPORT, queues="")
    assert failures(found) == [
        ("duration.agrees", "the queue's timeout is 30 s; at least the 45 s agreed for the code")
    ]


def test_members_that_disagree_with_the_queues_count_are_unknown(tmp_path: Path) -> None:
    played = with_agents(ANN)
    played.state.shelf("queues").put(BILLING["id"], BILLING | {"memberCount": 7})
    found = checked(played, tmp_path, "{name: Sale, requiredSkills: [Negotiation]}")
    assert found.verdict == "unknown"
    assert "the queue counts 7 members, the listing holds 1" in [reason.text for reason in found.reasons][3]  # type: ignore[operator]


def test_users_are_asked_for_a_hundred_at_a_time(tmp_path: Path) -> None:
    agents = [ANN | {"id": f"33333333-0000-4000-8000-{n:012}"} for n in range(150)]
    played = with_agents(*agents)
    for agent in agents:
        played.state.shelf("users").put(agent["id"], agent)
    assert checked(played, tmp_path, "{name: Sale, requiredSkills: [Negotiation]}").is_valid
    assert [it.path for it in played.sandbox.requests].count("/api/v2/users") == 2


def test_a_missing_permission_is_no_verdict(tmp_path: Path) -> None:
    played = Played(faults=[a_fault("forbidden", f"{QUEUES}/*/members", permission="routing:queue:view")])
    with pytest.raises(AuthError, match="this call needs one of the permissions routing:queue:view"):
        checked(played, tmp_path, "{name: Sale, requiredSkills: [Negotiation]}")


def test_it_comes_to_the_same_as_the_policy(tmp_path: Path) -> None:
    """Two implementations would one day disagree; this is one."""
    played = with_agents(ANN, BEN)
    definition = "{name: Sale, channels: [social], requiredSkills: [Negotiation], duration: 45}"
    a_catalogue(tmp_path, definition)
    (tmp_path / "gate.policy.yaml").write_text(
        "policy: Gate\nuses: {catalogue: catalogue.yaml}\nrules:\n"
        "  - {id: A, check: channels.compatible, severity: major, why: x}\n"
        "  - {id: B, check: skills.covered, with: {at_least: 100%}, severity: major, why: x}\n"
    )
    runs = judge([load_policy(tmp_path / "gate.policy.yaml")], read_live(played.client))
    judged = {
        finding.observed: finding.expected
        for run in runs
        for case in run.cases
        if case.label == "assignment Sale @ Billing"
        for finding in case.findings
    }
    assert failures(checked(played, tmp_path, definition)) == [
        ("channels.compatible", "the queue serves voice, email; social"),
        ("skills.covered", "1 of 2 agents hold 'Negotiation'; at least 100%"),
    ]
    assert judged == {"the queue serves voice, email": "social", "1 of 2 agents hold 'Negotiation'": "at least 100%"}
