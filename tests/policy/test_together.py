"""Expressions judged together come to what each comes to alone."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UnknownValueError
from harness.model import KINDS, Org, unknown
from harness.policy.expressions import Expression, Facts, FactsReader, compile_expression
from harness.policy.together import Together
from harness.testing import a_queue, an_org

TEXTS = (
    'queue.name == "Orders"',
    'queue.division == "Sales" // a comment at the end',
    "queue.acw.timeout_s > 30",
    "!queue.acw.timed || queue.acw.timeout_s > 30",
    "size(queue.codes) > 1",
    'queue.codes[0] == "Sale"',
    'queue.codes.all(code, code != "Lost")',
    'queue.skill_evaluation == "ALL"',
    'queue.division == "Sales" || queue.skill_evaluation == "ALL"',
    'queue.description != ""',
    '"voice" in queue.channels',
    'queue.name.matches("^O")',
)
"""Of one kind, with a text that fails on a queue without codes, and values that may be absent or unknown."""

HIDDEN = unknown("the method", "it was hidden")
EXPRESSIONS = [compile_expression(text, "queue", {}) for text in TEXTS]


def comes_to(expression: Expression, facts: Facts) -> bool | str:
    try:
        return expression.judge(facts)
    except UnknownValueError as error:
        return str(error)


def alone(expressions: Sequence[Expression], org: Org) -> list[list[bool | str]]:
    names = sorted({name for it in expressions for name in it.variables})
    read = FactsReader("queue", names, org)
    return [[comes_to(it, read(queue)) for it in expressions] for queue in KINDS["queue"].enumerate(org)]


def together(expressions: Sequence[Expression], org: Org) -> list[list[bool | str]]:
    names = sorted({name for it in expressions for name in it.variables})
    read = FactsReader("queue", names, org, Together("queue", expressions))
    return [[comes_to(it, read(queue)) for it in expressions] for queue in KINDS["queue"].enumerate(org)]


@given(
    expressions=st.lists(st.sampled_from(EXPRESSIONS), max_size=8),
    codes=st.lists(st.lists(st.sampled_from(["Sale", "Lost", "Other"]), unique=True, max_size=3), max_size=4),
    timeouts=st.lists(st.sampled_from([None, 10.0, 60.0, 1.5]), min_size=4, max_size=4),
    prompt=st.sampled_from(["OPTIONAL", "MANDATORY_TIMEOUT", "PSYCHIC"]),
    method=st.sampled_from(["ALL", "NONE", None]),
)
def test_together_is_as_alone(
    expressions: list[Expression],
    codes: list[list[str]],
    timeouts: list[float | None],
    prompt: str,
    method: str | None,
) -> None:
    """Judging together is for speed only: not one verdict or reason may differ, whatever is absent or unknown."""
    queues = {
        name: a_queue(*offered, division="Sales", prompt=prompt, timeout_s=timeout, evaluation_word=method or HIDDEN)
        for name, offered, timeout in zip(("Orders", "Claims", "Other", "Last"), codes, timeouts, strict=False)
    }
    org = an_org(codes=["Sale", "Lost", "Other"], queues=queues)
    assert together(expressions, org) == alone(expressions, org)


@pytest.mark.parametrize("texts", [TEXTS[:2], TEXTS[:1], ()])
def test_what_is_settled_is_what_can_be(texts: Sequence[str]) -> None:
    """One expression alone gains nothing by a list of one, and an empty list is no program."""
    chosen = [it for it in EXPRESSIONS if it.text in texts]
    found = Together("queue", chosen)({"queue.name": "Orders", "queue.division": "Sales"})
    assert list(found.values()) == ([True, True] if len(texts) == 2 else [])


def test_a_failure_of_one_leaves_all_to_themselves() -> None:
    """The list fails as a whole; what failed is then told by the expression that failed."""
    failing = compile_expression("queue.codes[0] == 'x'", "queue", {})
    judge = Together("queue", [EXPRESSIONS[0], failing])
    empty, full = {"queue.name": "Orders", "queue.codes": []}, {"queue.name": "Orders", "queue.codes": ["x"]}
    assert judge(full) == {TEXTS[0]: True, "queue.codes[0] == 'x'": True}
    assert judge(empty) == {}
    assert judge(full) == {}


def test_expressions_that_are_too_long_together_are_judged_alone() -> None:
    long = [compile_expression(f'queue.name != "{letter * 60_000}"', "queue", {}) for letter in ("a", "b")]
    assert Together("queue", long)({"queue.name": "Orders"}) == {}
