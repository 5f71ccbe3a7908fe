"""What a rule comes to on an org: verdicts, empty scopes, what could not be seen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.checking import NO_SUBJECT, Case, RuleRun, judge
from harness.model import Org, unknown
from harness.policy import Policy, load_policy
from harness.testing import a_code, a_queue, an_agent, an_org

Judge = Callable[..., list[RuleRun]]

OFFERS = "- {id: R-1, check: prompt.offers_codes, with: {when: always}, severity: major}"
SMALL = '- {id: R-1, for: queue, expect: size(queue.codes) <= 1, severity: minor, title: "Few codes"}'


def verdicts(run: RuleRun) -> dict[str, str]:
    return {case.label: case.verdict for case in run.cases}


def only(run: RuleRun) -> Case:
    (case,) = run.cases
    return case


def test_a_subject_that_is_fine_passes(judged: Judge) -> None:
    (run,) = judged(OFFERS, an_org(queues={"Billing": ["Sale"]}))
    assert verdicts(run) == {"queue Billing": "passed"}
    assert run.name_of(run.cases[0]) == "R-1[queue Billing]"


def test_a_finding_says_what_was_observed_and_expected(judged: Judge) -> None:
    (run,) = judged(OFFERS, an_org(queues={"Billing": []}))
    (finding,) = only(run).findings
    assert (finding.observed, finding.expected) == ("offers no codes", "at least 1")


def test_a_failing_expression_shows_every_variable_it_names(judged: Judge) -> None:
    rule = '- {id: R-1, for: queue, expect: "size(queue.codes) <= 1 && queue.acw.timeout_s > 3", severity: minor}'
    (run,) = judged(rule, an_org(queues={"Billing": ["Sale", "A\nB"]}))
    case = only(run)
    assert case.evidence == {"queue.acw.timeout_s": "not set", "queue.codes": r"2 items: 'Sale', 'A\nB'"}
    assert case.findings[0].observed == r"queue.acw.timeout_s is not set; queue.codes is 2 items: 'Sale', 'A\nB'"
    assert case.findings[0].expected == "size(queue.codes) <= 1 && queue.acw.timeout_s > 3"


def test_long_values_are_cut_in_the_sentence_and_bounded_in_the_evidence(judged: Judge) -> None:
    (run,) = judged(SMALL, an_org(queues={"Billing": [f"A rather long code name {n}" for n in range(40)]}))
    case = only(run)
    assert case.findings[0].observed.endswith("…")
    assert len(case.findings[0].observed) < 160
    assert case.evidence["queue.codes"].endswith("and 20 more")


class TestScope:
    """`where`, and rules that meet nothing."""

    org = an_org(queues={"Orders": a_queue("Sale", division="Sales"), "Claims": a_queue(division="Claims")})

    def test_only_subjects_in_scope_are_judged(self, judged: Judge) -> None:
        (run,) = judged(
            "- {id: R-1, check: prompt.offers_codes, severity: major, where: sales}",
            self.org,
            "scopes: {sales: 'queue.division == \"Sales\"'}",
        )
        assert verdicts(run) == {"queue Orders": "passed"}

    def test_an_empty_scope_of_a_complete_org_is_unknown_and_suggests_the_name(self, judged: Judge) -> None:
        (run,) = judged(
            """- {id: R-1, check: prompt.offers_codes, severity: major, where: 'queue.division == "Sale"'}""", self.org
        )
        case = only(run)
        assert (case.label, case.verdict) == (NO_SUBJECT, "unknown")
        assert case.reason == (
            "no queue of 2 matches the scope 'queue.division == \"Sale\"'; queue.division is never 'Sale', "
            "did you mean 'Sales'?; if that is right, set `must_match: false`"
        )

    def test_a_rule_may_say_that_nothing_needs_to_match(self, judged: Judge) -> None:
        rule = """- {id: R-1, check: prompt.offers_codes, severity: major, must_match: false, where: 'queue.name == "x"'}"""
        (run,) = judged(rule, self.org)
        assert only(run).verdict == "not applicable"

    def test_so_may_the_whole_policy(self, judged: Judge) -> None:
        rule = """- {id: R-1, check: prompt.offers_codes, severity: major, where: 'queue.name == "x"'}"""
        (run,) = judged(rule, self.org, "must_match: false")
        assert only(run).verdict == "not applicable"

    def test_an_export_is_partial_by_nature(self, judged: Judge) -> None:
        rule = """- {id: R-1, check: prompt.offers_codes, severity: major, where: 'queue.name == "x"'}"""
        (run,) = judged(rule, an_org(queues={"Orders": []}, source="export"))
        assert only(run).verdict == "not applicable"

    def test_an_org_without_any_subject_is_not_compliant(self, judged: Judge) -> None:
        (run,) = judged(OFFERS, an_org())
        assert only(run).reason == "the recording holds no queue; if that is right, set `must_match: false`"
        assert only(run).verdict == "unknown"

    def test_a_kind_that_the_source_does_not_carry_is_not_applicable(self, judged: Judge) -> None:
        org = an_org(source="export", not_carried={"queues": "the export holds no queues"})
        (run,) = judged(OFFERS, org)
        assert (only(run).verdict, only(run).reason) == ("not applicable", "the export holds no queues")

    def test_a_kind_that_was_hidden_is_unknown(self, judged: Judge) -> None:
        (run,) = judged(OFFERS, an_org(hidden={"queues": "routing:queue:view is missing"}))
        assert (only(run).verdict, only(run).reason) == ("unknown", "routing:queue:view is missing")

    def test_hidden_subjects_beside_seen_ones_are_one_unknown_case(self, judged: Judge) -> None:
        """What was seen is judged; what was not seen is not passed over in silence."""
        (run,) = judged(OFFERS, an_org(queues={"A": ["Sale"]}, hidden={"queues": "a division is hidden"}))
        assert verdicts(run) == {"queue A": "passed", "unseen queue": "unknown"}

    def test_a_scope_that_cannot_be_judged_makes_the_case_unknown(self, judged: Judge) -> None:
        org = an_org(queues={"A": a_queue("Sale", evaluation_word=unknown("the method", "it was hidden"))})
        rule = """- {id: R-1, check: prompt.offers_codes, severity: major, where: 'queue.skill_evaluation == "ALL"'}"""
        (run,) = judged(rule, org)
        assert only(run).reason == "its scope could not be judged: the method is unknown: it was hidden"


def test_a_queue_whose_codes_were_not_delivered_has_an_unknown_assignment(judged: Judge) -> None:
    """Otherwise the rule would say nothing about that queue, and seem to have looked."""
    rule = "- {id: R-1, check: divisions.aligned, with: {all_divisions: allow}, severity: minor}"
    org = an_org(queues={"Seen": a_queue("Sale"), "Unseen": a_queue(unseen_codes=True)})
    (run,) = judged(rule, org)
    assert verdicts(run) == {"assignment Sale @ Seen": "passed", "assignment ? @ Unseen": "unknown"}


def test_a_stand_in_outside_the_scope_is_out(judged: Judge) -> None:
    rule = """- {id: R-1, check: divisions.aligned, with: {all_divisions: allow}, severity: minor, where: 'queue.name == "Seen"'}"""
    (run,) = judged(rule, an_org(queues={"Seen": a_queue("Sale"), "Unseen": a_queue(unseen_codes=True)}))
    assert verdicts(run) == {"assignment Sale @ Seen": "passed"}


def test_a_code_id_without_a_code_makes_its_cases_unknown(judged: Judge) -> None:
    rule = '- {id: R-1, for: assignment, expect: code.name != "Old", severity: minor}'
    (run,) = judged(
        rule, an_org(codes=[a_code("Sale", id="c1")], queues={"A": []}, offered={"queue-1": ("c1", "ghost")})
    )
    assert verdicts(run) == {"assignment Sale @ A": "passed", "assignment ghost @ A": "unknown"}
    assert run.cases[1].reason == (
        "the name of code ghost is unknown: the org refers to a code that its listing does not hold"
    )


class TestEffective:
    """Outside its dates a rule is not applicable, and says so; the days themselves belong to it."""

    rule = "- {id: R-1, check: prompt.offers_codes, severity: major, effective: {from: 2026-11-21, until: 2026-11-22}}"

    @pytest.mark.parametrize(
        ("day", "verdict", "reason"),
        [
            (20, "not applicable", "the rule takes effect on 2026-11-21"),
            (21, "passed", None),
            (22, "passed", None),
            (23, "not applicable", "the rule was in effect until 2026-11-22"),
        ],
    )
    def test_dates(self, judged: Judge, day: int, verdict: str, reason: str | None) -> None:
        org = an_org(queues={"A": ["Sale"]})
        (run,) = judged(self.rule, org, now=datetime(2026, 11, day, 12, tzinfo=UTC))
        assert (only(run).verdict, only(run).reason) == (verdict, reason)

    def test_the_day_is_that_of_the_policys_time_zone(self, judged: Judge) -> None:
        org = an_org(queues={"A": ["Sale"]})
        late = datetime(2026, 11, 20, 23, tzinfo=UTC)
        (run,) = judged(self.rule, org, "timezone: Asia/Tokyo", now=late)
        assert only(run).verdict == "passed"


def test_severities_follow_the_environment(judged: Judge) -> None:
    rest = "severities: {dev: {major: advice}}"
    org = an_org(queues={"A": ["Sale"]})
    assert judged(OFFERS, org, rest)[0].severity == "major"
    assert judged(OFFERS, org, rest, environment="dev")[0].severity == "advice"
    assert judged(OFFERS, org, rest, environment="prod")[0].severity == "major"


# -- checks of somebody's own ---------------------------------------------------------------------------------------


OWN = '''
from collections.abc import Iterator

from harness.checks import Breach, NotApplicable, Note, check
from harness.model import Org, Queue


@check(source="a test")
def speaks(queue: Queue, org: Org, *, how: str) -> Iterator[str]:
    """A queue does as it is told."""
    match how:
        case "plain":
            yield "a plain\\nmessage"
        case "breach":
            yield Breach("three", expected="two")
            yield Breach("four", expected="two")
        case "note":
            yield Note("worth a look")
        case "not applicable":
            raise NotApplicable("no question")
        case "raise":
            raise ValueError("oh\\x1bno")
        case "finding, then unknown":
            yield "found"
            queue.evaluation_word.lower()
        case "unknown":
            queue.evaluation_word.lower()
        case "finding, then raise":
            yield "found"
            raise ValueError("later")
        case "number":
            yield 3
'''

UNSEEN = "the queue's skill evaluation method is unknown: the source did not deliver it"


@pytest.mark.parametrize(
    ("how", "verdict", "findings", "notes", "reason"),
    [
        ("nothing", "passed", [], (), None),
        ("note", "passed", [], ("worth a look",), None),
        ("plain", "failed", [(r"a plain\nmessage", "A queue does as it is told.")], (), None),
        ("breach", "failed", [("three", "two"), ("four", "two")], (), None),
        ("not applicable", "not applicable", [], (), "no question"),
        ("unknown", "unknown", [], (), UNSEEN),
        ("finding, then unknown", "failed", [("found", "A queue does as it is told.")], (UNSEEN,), None),
        ("raise", "unknown", [], (), r"check own.speaks raised on queue A: ValueError: oh\x1bno"),
        (
            "finding, then raise",
            "unknown",
            [("found", "A queue does as it is told.")],
            (),
            "check own.speaks raised on queue A: ValueError: later",
        ),
        (
            "number",
            "unknown",
            [],
            (),
            "check own.speaks raised on queue A: TypeError: a check yields texts, not 3",
        ),
    ],
)
def test_what_a_check_does_and_what_it_comes_to(
    judged: Judge, how: str, verdict: str, findings: list[tuple[str, str]], notes: tuple[str, ...], reason: str | None
) -> None:
    rule = f"- {{id: R-1, check: own.speaks, with: {{how: '{how}'}}, severity: minor}}"
    (run,) = judged(rule, an_org(queues={"A": ["Sale"]}), own=OWN)
    case = only(run)
    assert (case.verdict, case.reason, case.notes) == (verdict, reason, notes)
    assert [(finding.observed, finding.expected) for finding in case.findings] == findings


# -- invariants -----------------------------------------------------------------------------------------------------

ALL_FAMILIES = """
- {id: R-1, check: prompt.mandatory, with: {allowed: [MANDATORY]}, severity: major}
- {id: R-2, check: prompt.offers_codes, severity: major}
- {id: R-3, check: naming.unique, severity: major}
- {id: R-4, check: catalogue.orphan, severity: minor}
- {id: R-5, check: skills.staffed, severity: minor}
- {id: R-6, for: assignment, expect: "code.name != queue.name", severity: minor}
- {id: R-7, check: catalogue.deployed, severity: major}
"""

names = st.text(alphabet="ab \n[:é", max_size=3)


@st.composite
def queue_maps(draw: st.DrawFn) -> dict[str, list[str]]:
    return draw(st.dictionaries(names, st.lists(names, max_size=3, unique=True), max_size=4))


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    folder = tmp_path_factory.mktemp("policy")
    (folder / "c.yaml").write_text("catalogue: C\ndefinitions:\n  - {name: a, queueIds: [b]}\n")
    path = folder / "all.policy.yaml"
    path.write_text(f"policy: All\nuses: {{catalogue: c.yaml}}\nrules:{ALL_FAMILIES}")
    return load_policy(path)


def outcome(policy: Policy, org: Org) -> dict[str, dict[str, tuple[str, object]]]:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    return {
        run.rule.id: {case.label: (case.verdict, case.findings) for case in run.cases}
        for run in judge([policy], org, now=now)
    }


def just_verdicts(outcomes: dict[str, dict[str, tuple[str, object]]]) -> dict[str, dict[str, str]]:
    return {rule: {label: verdict for label, (verdict, _) in cases.items()} for rule, cases in outcomes.items()}


@settings(max_examples=60)
@given(queues=queue_maps())
def test_the_same_input_gives_the_same_cases(policy: Policy, queues: dict[str, list[str]]) -> None:
    assert outcome(policy, an_org(queues=queues)) == outcome(policy, an_org(queues=queues))


@settings(max_examples=60)
@given(queues=queue_maps(), data=st.data())
def test_the_order_of_an_orgs_entities_changes_no_verdict(
    policy: Policy, queues: dict[str, list[str]], data: st.DataObject
) -> None:
    org = an_org(queues=queues)
    shuffled = replace(
        org,
        codes=tuple(org.codes[n] for n in data.draw(st.permutations(range(len(org.codes))))),
        queues=tuple(org.queues[n] for n in data.draw(st.permutations(range(len(org.queues))))),
    )
    assert just_verdicts(outcome(policy, shuffled)) == just_verdicts(outcome(policy, org))


@settings(max_examples=60)
@given(queues=queue_maps())
def test_an_unrelated_queue_changes_no_verdict_of_the_others(policy: Policy, queues: dict[str, list[str]]) -> None:
    extra = a_queue("A code of its own", agents=[an_agent()], id="zz")
    before = outcome(policy, an_org(queues=queues))
    after = outcome(policy, an_org(queues=queues | {"A queue of its own": extra}))
    for rule, cases in before.items():
        for label, verdict in cases.items():
            if label != NO_SUBJECT:
                assert after[rule][label] == verdict


@settings(max_examples=60)
@given(queues=queue_maps())
def test_every_case_of_a_rule_has_a_name_of_its_own(policy: Policy, queues: dict[str, list[str]]) -> None:
    for run in judge([policy], an_org(queues=queues)):
        case_names = [run.name_of(case) for case in run.cases]
        assert len(set(case_names)) == len(case_names)
        assert all(name.isprintable() for name in case_names)
