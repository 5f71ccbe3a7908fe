"""The platform's entities: decoding, system codes, pseudonyms, words that nobody knows."""

import itertools
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UnknownValueError
from harness.model import AcwSettings, Agent, AgentSkill, Prompt, Queue, Skill, WrapUpCode, is_known, is_system_code
from harness.model.entities import NamedAgent
from harness.model.ids import DEFAULT_CODE_ID, pseudonym


@pytest.mark.parametrize("code", [DEFAULT_CODE_ID, "ININ-WRAP-UP-TIMEOUT", "ININ-NEW-ONE", "OUTBOUND-MESSAGE-SENT"])
def test_system_codes_are_known_by_their_prefix(code: str) -> None:
    assert is_system_code(code)


@pytest.mark.parametrize("code", ["", "inin-wrap-up", "My ININ-code", DEFAULT_CODE_ID.upper(), "Default Wrap-up Code"])
def test_nothing_else_is_a_system_code(code: str) -> None:
    assert not is_system_code(code)


@given(one=st.uuids().map(str), other=st.uuids().map(str))
def test_a_pseudonym_is_stable_short_and_says_nothing(one: str, other: str) -> None:
    assert pseudonym(one) == pseudonym(one)
    assert (pseudonym(one) == pseudonym(other)) == (one == other)
    assert len(pseudonym(one)) == len("agent-") + 8
    assert one[:8] not in pseudonym(one)[6:]


def test_a_persons_own_name_is_read_only_when_asked_for() -> None:
    wire = b'{"id": "u1", "name": "Somebody", "state": "active", "skills": [], "languages": []}'
    assert msgspec.json.decode(wire, type=Agent).name == pseudonym("u1")
    assert msgspec.json.decode(wire, type=NamedAgent).name == "Somebody"


@pytest.mark.parametrize("prompt", list(Prompt))
def test_prompts_demand_and_are_timed(prompt: Prompt) -> None:
    acw = AcwSettings(prompt.value)
    assert acw.prompt is prompt
    assert prompt.demands == prompt.startswith("MANDATORY")
    assert acw.timed == (prompt not in ("MANDATORY", "OPTIONAL"))


@pytest.mark.parametrize(
    "read",
    [
        lambda: AcwSettings("NEW").prompt.timed,
        lambda: AcwSettings("NEW").timed,
        lambda: str(Queue("q", "Q", evaluation_word="NEW").skill_evaluation),
        lambda: bool(Skill("s", "S", "NEW").active),
        lambda: bool(AgentSkill("s", "S", 1.0, "NEW").active),
        lambda: bool(Agent("a", "NEW").active),
    ],
    ids=itertools.count(),
)
def test_a_word_that_this_version_does_not_know_is_unknown(read: Any) -> None:
    with pytest.raises(UnknownValueError, match="this version does not know the word 'NEW'"):
        read()


def test_what_the_api_left_out_is_absent_or_unknown() -> None:
    queue = msgspec.json.decode(
        b'{"id": "q1", "name": "Billing", "acwSettings": {"wrapupPrompt": "OPTIONAL"}}', type=Queue
    )
    assert (queue.description, queue.member_count, queue.acw.timeout_ms) == (None, None, None)
    assert not any(map(is_known, (queue.division, queue.media_settings, queue.evaluation_word)))
    code = msgspec.json.decode(b'{"id": "c1", "name": "Sale", "dateCreated": "2026-01-01T00:00:00Z"}', type=WrapUpCode)
    assert (code.created, code.system, is_known(code.division)) == ("2026-01-01T00:00:00Z", False, False)


def test_words_that_are_known() -> None:
    assert Queue("q", "Q", evaluation_word="BEST").skill_evaluation == "BEST"
    assert Queue("q", "Q", media_settings={"call": {}, "email": {}}).media == ("call", "email")
    assert [Skill("s", "S", word).active for word in ("active", "Active", "deleted")] == [True, True, False]
