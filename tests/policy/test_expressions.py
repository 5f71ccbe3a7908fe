"""Expressions: three values, exact errors, and what an expression refers to."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UnknownValueError
from harness.model import KINDS, KindName, Org, unknown
from harness.policy.expressions import Expression, ExpressionError, Facts, FactsReader, compile_expression
from harness.policy.variables import variables_of
from harness.testing import a_code, a_definition, a_queue, a_skill, an_agent, an_org

SCOPES = {"sales": 'queue.division == "Sales"', "busy": "sales && queue.members > 10"}


def facts_of(expression: Expression, kind: KindName, org: Org, index: int = 0) -> Facts:
    return FactsReader(kind, expression.variables, org)(KINDS[kind].enumerate(org)[index])


def judged(text: str, org: Org, kind: KindName = "queue", scopes: Mapping[str, str] = SCOPES) -> bool:
    expression = compile_expression(text, kind, scopes)
    return expression.judge(facts_of(expression, kind, org))


def sales_org(**queue: object) -> Org:
    return an_org(queues={"Orders": a_queue("Sale", division="Sales", **queue)})  # type: ignore[arg-type]


class TestThreeValues:
    """`false && unknown` is false, `true || unknown` is true, anything else that needs an unknown is unknown."""

    hidden = sales_org(evaluation_word=unknown("the method", "it was hidden"))

    def test_a_known_value_decides(self) -> None:
        assert judged("sales", self.hidden)
        assert not judged('queue.division == "Claims"', self.hidden)

    def test_an_unknown_that_does_not_matter_is_not_read(self) -> None:
        assert judged('sales || queue.skill_evaluation == "ALL"', self.hidden)
        assert not judged('!sales && queue.skill_evaluation == "ALL"', self.hidden)

    @pytest.mark.parametrize(
        "text",
        [
            'queue.skill_evaluation == "ALL"',
            '!(queue.skill_evaluation == "ALL")',
            '!sales || queue.skill_evaluation != ""',
        ],
    )
    def test_an_unknown_that_matters_is_no_verdict(self, text: str) -> None:
        with pytest.raises(UnknownValueError, match="the method is unknown: it was hidden"):
            judged(text, self.hidden)

    @pytest.mark.parametrize(
        "text", ["queue.acw.timeout_s > 3", "!(queue.acw.timeout_s > 3)", 'queue.description != "x"']
    )
    def test_an_absent_value_makes_what_needs_it_false(self, text: str) -> None:
        assert not judged(text, self.hidden)

    def test_an_absent_value_that_does_not_matter_is_not_read(self) -> None:
        assert judged("sales || queue.acw.timeout_s > 3", self.hidden)

    def test_absent_beside_unknown_is_unknown(self) -> None:
        """Which of the two decides cannot be told, so neither a pass nor a finding comes of it."""
        with pytest.raises(UnknownValueError):
            judged('queue.acw.timeout_s > 3 || queue.skill_evaluation == "ALL"', self.hidden)

    def test_absent_variables_are_named(self) -> None:
        expression = compile_expression("queue.acw.timeout_s > 3 && queue.acw.timed", "queue", {})
        assert expression.absent(facts_of(expression, "queue", self.hidden)) == ("queue.acw.timeout_s",)

    def test_an_unknown_inside_a_list_is_an_unknown_list(self) -> None:
        org = an_org(queues={"Orders": a_queue("ghost")}, codes=["Sale"])
        org = an_org(
            queues={"Orders": a_queue("ghost-id")}, codes=[a_code("Sale", id="c1")], offered={"queue-1": ("c9",)}
        )
        with pytest.raises(UnknownValueError, match="the name of code c9 is unknown"):
            judged('"Sale" in queue.codes', org)

    def test_half_seconds_are_unknown_rather_than_rounded(self) -> None:
        """Rounded down, 30.5 s would pass a limit of 30 s; rounded up, it would pass a minimum of 31 s."""
        with pytest.raises(UnknownValueError, match="30500 ms is not a whole number of seconds"):
            judged("queue.acw.timeout_s <= 30", sales_org(prompt="MANDATORY_TIMEOUT", timeout_s=30.5))

    def test_a_prompt_of_tomorrow_is_unknown(self) -> None:
        with pytest.raises(UnknownValueError, match="does not know the word 'MANDATORY_ISH'"):
            judged('queue.acw.prompt == "MANDATORY"', sales_org(prompt="MANDATORY_ISH"))

    def test_a_failing_evaluation_is_unknown(self) -> None:
        with pytest.raises(UnknownValueError, match=r"Index error: index=7 size=1"):
            judged('queue.codes[7] == "Sale"', self.hidden)

    def test_an_evaluation_that_takes_too_long_says_what_the_limit_is(self) -> None:
        org = an_org(queues={"Orders": [f"Code {number}" for number in range(200)]})
        with pytest.raises(UnknownValueError, match="more than 10,000 comprehension steps"):
            judged("queue.codes.all(a, queue.codes.all(b, a != b || a == b))", org)


class TestScopes:
    """Named conditions stand for their expressions, wherever a name may stand."""

    def test_a_scope_may_use_a_scope(self) -> None:
        assert not judged("busy", sales_org())
        assert judged("!busy && sales", sales_org())

    def test_a_name_inside_a_string_is_no_scope(self) -> None:
        org = an_org(queues={"sales": a_queue("x")})
        assert judged('queue.name == "sales"', org)
        assert judged("queue.name == 'sales'", org)

    def test_a_scope_binds_as_one(self) -> None:
        scopes = {"either": 'queue.name == "A" || queue.name == "B"'}
        assert not judged('either && queue.division == "Nowhere"', an_org(queues={"A": ["x"]}), scopes=scopes)

    def test_a_scope_about_another_kind_is_refused(self) -> None:
        with pytest.raises(ExpressionError, match="scope") as caught:
            compile_expression("sales", "definition", SCOPES)
        assert caught.value.what == "a scope that it names does not fit a definition: unknown variable 'queue.division'"

    def test_a_scope_that_refers_to_itself_is_refused(self) -> None:
        with pytest.raises(ExpressionError) as caught:
            compile_expression("a", "queue", {"a": "b", "b": "a"})
        assert (caught.value.what, caught.value.hint) == ("scope 'a' refers to itself", "by way of a > b > a")


@pytest.mark.parametrize(
    ("text", "what", "line", "column", "hint"),
    [
        ('queue.divison == "x"', "unknown variable 'queue.divison'", 1, 1, "did you mean 'queue.division'?"),
        ('true &&\n queue.divison == "x"', "unknown variable 'queue.divison'", 2, 2, "did you mean 'queue.division'?"),
        ("sale", "unknown variable 'sale'", 1, 1, "did you mean 'sales'?"),
        ("size(queue.codes)", "is a value of type int, not a condition", 1, 1, None),
        ('queue.members == "x"', "type error: '==' does not take int and string", 1, 15, None),
        ("queue.members > 2.5", "type error: '>' does not take int and double", 1, 15, None),
        ("queue.name =", "syntax error: token recognition error at: '='", 1, 12, None),
        ("shout(queue.name)", "unknown function 'shout'", 1, 6, None),
        ('queue.name.matches("[")', "'[' is not a regular expression: missing ]: [", 1, 1, None),
    ],
)
def test_mistakes_are_named_with_their_place(text: str, what: str, line: int, column: int, hint: str | None) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, "queue", SCOPES)
    assert (caught.value.what, caught.value.line, caught.value.column) == (what, line, column)
    if hint is not None:
        assert caught.value.hint == hint


def test_a_kind_without_variables_takes_no_expression() -> None:
    with pytest.raises(ExpressionError, match="a subject of kind 'org' has no variables"):
        compile_expression("true", "org", {})


def test_variables_and_comparisons_are_read_off_the_expression() -> None:
    expression = compile_expression(
        '(sales || queue.name in ["A", "B"]) && queue.codes.exists(c, c.startsWith("X")) && "Z" in queue.media',
        "queue",
        SCOPES,
    )
    assert expression.variables == ("queue.codes", "queue.division", "queue.media", "queue.name")
    assert set(expression.comparisons) == {
        ("queue.division", "Sales"),
        ("queue.name", "A"),
        ("queue.name", "B"),
        ("queue.media", "Z"),
    }


def attempt(text: str) -> Expression | ExpressionError:
    try:
        return compile_expression(text, "queue", {})
    except ExpressionError as error:
        return error


@given(st.text(max_size=40))
def test_any_text_compiles_or_is_an_expression_error(text: str) -> None:
    """An author's slip never becomes a traceback."""
    outcome = attempt(text)
    assert isinstance(outcome, Expression) or (outcome.what and outcome.line >= 1 and outcome.column >= 1)


def full_org() -> Org:
    agent = an_agent(a_skill("French"), "Claims")
    definition = a_definition(
        "Sale", identifier="SALE", category="won", duration_s=45, disposition="Won", mandatory=True, default=True
    )
    return an_org(
        codes=[a_code("Sale", created="2026-02-01T09:30:00Z", description="A sale")],
        queues={
            "Orders": a_queue(
                "Sale",
                division="Sales",
                prompt="MANDATORY_TIMEOUT",
                timeout_s=60,
                agents=[agent],
                media_settings={"call": {}},
                evaluation_word="ALL",
                description="Orders",
            )
        },
        definitions=[definition],
        channels={"Orders": ["voice"]},
        dispositions=["Won"],
        flags={"Sale": ["right_party_contact"]},
    )


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("code", 'code.created > timestamp("2026-01-01T00:00:00Z") && code.queues == ["Orders"] && code.defined'),
        ("code", 'code.mapped && code.crm == "Won" && code.category == "won" && code.identifier == "SALE"'),
        ("code", 'code.mandatory && code.flags == ["RIGHT_PARTY_CONTACT"] && code.division == "*" && code.id != ""'),
        ("queue", 'queue.channels == ["voice"] && queue.media == ["call"] && queue.demands && queue.acw.timed'),
        ("queue", 'queue.acw.timeout_s == 60 && queue.acw.prompt == "MANDATORY_TIMEOUT" && queue.members == 1'),
        ("queue", 'queue.codes == ["Sale"] && queue.default_codes == ["Sale"] && queue.groups == 0'),
        ("queue", 'queue.skill_evaluation == "ALL" && queue.description == "Orders" && queue.id != queue.name'),
        ("assignment", "code.name == 'Sale' && queue.name == 'Orders'"),
        ("definition", "definition.timed && definition.duration_s == 45 && definition.mandatory && definition.default"),
        (
            "definition",
            'definition.crm == "Won" && definition.mapped && definition.channels == [] && definition.skills == []',
        ),
        ("definition", 'definition.queues == [] && definition.name == "Sale" && definition.identifier == "SALE"'),
        ("membership", 'agent.active && "French" in agent.skills && agent.languages == [] && queue.name == "Orders"'),
        ("mapping", 'mapping.identifier == "SALE" && mapping.disposition == "Won" && definition.category == "won"'),
        ("disposition", 'disposition.value == "Won" && disposition.active'),
        ("flags", 'flags.values == ["right_party_contact"] && code.name == "Sale"'),
    ],
)
def test_every_variable_of_the_language_can_be_read(kind: KindName, text: str) -> None:
    assert judged(text, full_org(), kind)


def test_members_that_disagree_with_the_count_are_unknown() -> None:
    org = an_org(queues={"Orders": a_queue(agents=[an_agent()], member_count=2)})
    with pytest.raises(UnknownValueError, match="the queue counts 2 members, the listing holds 1"):
        judged("queue.members > 0", org)


def test_members_are_unknown_when_neither_count_nor_listing_was_delivered() -> None:
    with pytest.raises(UnknownValueError, match="the source did not deliver it"):
        judged("queue.members > 0", an_org(queues={"Orders": a_queue(agents=None)}))


def test_what_an_undefined_code_would_be_is_absent() -> None:
    org = an_org(codes=["Loose"], definitions=[])
    assert judged("!code.defined && !code.mapped", org, "code")
    assert not judged('code.category != "x"', org, "code")


def test_every_variable_says_what_it_is() -> None:
    kinds: list[KindName] = [
        "code",
        "queue",
        "assignment",
        "definition",
        "membership",
        "mapping",
        "disposition",
        "flags",
    ]
    for kind in kinds:
        assert all(variable.text for variable in variables_of(kind).values())
