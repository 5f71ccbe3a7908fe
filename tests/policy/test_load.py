"""A good policy becomes what it says; a bad one becomes everything that is wrong with it."""

import hashlib
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from harness.errors import PolicyError
from harness.model import Disposition, Position
from harness.policy import Policy, is_policy, load_policies, load_policy
from tests.policy.conftest import TODAY, Folder
from tests.policy.samples import FILES, POLICY


@pytest.fixture
def good(folder: Folder) -> Policy:
    folder.write(FILES)
    return folder.load(POLICY)


def test_a_policy_says_who_and_where(good: Policy) -> None:
    assert (good.name, good.owner, good.version) == (
        "Retail contact centre wrap-up policy",
        "cx-platform@retail.example",
        "3",
    )
    assert good.path == "p.policy.yaml"
    assert good.timezone == ZoneInfo("Europe/London")
    assert good.evidence == "evidence"


def test_rules_come_inherited_first_and_overridden_in_place(good: Policy) -> None:
    assert [(rule.id, rule.severity, str(rule.position)) for rule in good.rules] == [
        ("BASE-1", "critical", "p.policy.yaml:47"),
        ("BASE-3", "minor", "base.policy.yaml:9"),
        ("RTL-001", "critical", "p.policy.yaml:20"),
        ("RTL-002", "major", "p.policy.yaml:31"),
        ("RTL-010", "minor", "p.policy.yaml:38"),
        ("RTL-011", "minor", "p.policy.yaml:45"),
        ("RTL-012", "advice", "p.policy.yaml:46"),
    ]


def test_a_rule_has_everything_that_was_written(good: Policy) -> None:
    rule = next(rule for rule in good.rules if rule.id == "RTL-001")
    assert rule.title == "Sales agents must choose a code"
    assert rule.kind.name == "queue"
    assert rule.check is not None
    assert rule.check.id == "prompt.mandatory"
    assert rule.parameters == {"allowed": ["MANDATORY", "MANDATORY_TIMEOUT"]}
    assert rule.applies == "prompt.mandatory (allowed: [MANDATORY, MANDATORY_TIMEOUT])"
    assert rule.where is not None
    assert rule.where.variables == ("queue.division",)
    assert rule.why == "Finance reconciles dispositions every night."
    assert rule.fix == "Admin > Contact Center > Queues > (queue) > After Call Work"
    assert rule.controls == ("SOX-ITGC-12", "internal CC-4")
    assert rule.owner == "sales-ops@retail.example"


def test_a_rule_without_a_title_has_the_checks(good: Policy) -> None:
    rule = next(rule for rule in good.rules if rule.id == "RTL-002")
    assert rule.check is not None
    assert rule.title == rule.check.title
    assert rule.parameters == {"max": 120_000, "untimed": "allow"}
    assert (rule.effective.since, rule.effective.until) == (date(2026, 1, 1), date(2026, 11, 15))


def test_a_rule_with_an_expression_is_about_what_it_says(good: Policy) -> None:
    rule = next(rule for rule in good.rules if rule.id == "RTL-010")
    assert (rule.kind.name, rule.check, rule.applies) == ("queue", None, "size(queue.codes) <= 25")
    assert rule.where is not None
    assert rule.where.variables == ("queue.codes", "queue.division")


def test_must_match_is_the_nearest_word(good: Policy) -> None:
    """The rule's own word, else the policy's that is loaded, else the extended policy's."""
    assert [rule.id for rule in good.rules if rule.must_match] == ["RTL-002"]


def test_must_match_of_an_extended_policy_holds_for_its_rules(folder: Folder) -> None:
    folder.write(
        {"b.policy.yaml": "policy: B\nmust_match: false\nrules: [{id: B, check: naming.unique, severity: minor}]"}
    )
    loaded = folder.load("policy: P\nextends: [b.policy.yaml]\nrules: [{id: P, check: naming.unique, severity: minor}]")
    assert [(rule.id, rule.must_match) for rule in loaded.rules] == [("B", False), ("P", True)]


def test_waivers_are_the_policys_own(good: Policy) -> None:
    assert [(waiver.rule, waiver.subject, waiver.id, waiver.until) for waiver in good.waivers] == [
        ("RTL-002", "queue Legacy Claims", "5c1f", date(2026, 12, 31)),
        ("BASE-3", "code *", None, date(2020, 1, 1)),
    ]
    waiver = good.waivers[0]
    assert (waiver.by, waiver.approved_by, waiver.ticket, waiver.reason) == (
        "claims-operations",
        "compliance",
        "CHG-1234",
        "Closed with the claims migration.",
    )
    assert waiver.position == Position("p.policy.yaml", 50, 5)


def test_severities_merge_and_the_nearer_file_wins(good: Policy) -> None:
    assert good.environments == {"dev": {"major": "advice", "minor": "advice"}, "test": {"critical": "major"}}
    rule = next(rule for rule in good.rules if rule.id == "RTL-002")
    assert [good.severity_of(rule, name) for name in ("dev", "test", None)] == ["advice", "major", "major"]


def test_catalogue_and_crm_list_are_loaded(good: Policy) -> None:
    assert good.catalogue is not None
    assert [definition.name for definition in good.catalogue.definitions] == ["No", "Won"]
    assert good.crm is not None
    assert good.crm.dispositions == (Disposition("WON"), Disposition("LOST"), Disposition("OLD", active=False))
    assert good.crm.mapping == {"SALE": "WON"}
    assert good.crm.path == "salesforce.json"


def test_every_file_is_listed_with_its_hash(good: Policy) -> None:
    assert [(used.role, used.path) for used in good.files] == [
        ("extends", "base.policy.yaml"),
        ("checks", "our_checks.py"),
        ("catalogue", "retail.catalogue.yaml"),
        ("crm", "salesforce.json"),
        ("crm_mapping", "mapping.csv"),
    ]
    hashes = {good.path: good.sha256} | {used.path: used.sha256 for used in good.files}
    assert hashes == {path: hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in hashes}


def test_the_policy_knows_all_checks_that_its_rules_may_name(good: Policy) -> None:
    assert {"prompt.mandatory", "our_checks.office_hours"} <= good.checks.keys()


def test_paths_are_relative_to_the_policy_and_shown_as_the_user_would(folder: Folder) -> None:
    folder.write({f"suite/{name}": text for name, text in FILES.items()} | {"suite/p.policy.yaml": POLICY})
    loaded = load_policy("suite/p.policy.yaml", today=TODAY)
    assert loaded.path == "suite/p.policy.yaml"
    assert {used.path for used in loaded.files} == {f"suite/{name}" for name in FILES}


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(folder: Folder) -> None:
    plain = folder.load("policy: P\nrules: [{id: A, check: naming.unique, severity: minor, why: No}]")
    Path("p.policy.yaml").write_bytes(b"\xef\xbb\xbf" + Path("p.policy.yaml").read_bytes().replace(b"\n", b"\r\n"))
    assert load_policy("p.policy.yaml").rules == plain.rules


def test_a_check_that_came_with_one_policy_is_not_known_to_another(folder: Folder) -> None:
    """Whether a policy loads must not depend on what was loaded before it."""
    folder.write(FILES)
    folder.load(POLICY)
    text = "policy: Q\nrules: [{id: Q, check: our_checks.office_hours, with: {suffix: x}, severity: minor}]"
    assert "unknown check 'our_checks.office_hours'" in folder.problems(text)


def test_loading_twice_gives_the_same_policy(folder: Folder, good: Policy) -> None:
    again = folder.load(POLICY)
    assert again.files == good.files
    assert again.rules == good.rules
    assert again.waivers == good.waivers
    assert again.catalogue == good.catalogue


def test_today_is_todays_date_by_default(folder: Folder) -> None:
    folder.write(
        {
            "p.policy.yaml": "policy: P\nwaiver_max_days: 99999999\n"
            "rules: [{id: A, check: naming.unique, severity: minor}]\n"
            "waivers: [{rule: A, subject: code x, until: 9999-12-31, by: b, reason: r}]"
        }
    )
    assert load_policy("p.policy.yaml").waivers[0].until == date(9999, 12, 31)


# -- several policies of one run -------------------------------------------------------------------------------------


def run(folder: Folder, *texts: str) -> str:
    folder.write({f"p{number}.policy.yaml": text for number, text in enumerate(texts, 1)})
    try:
        load_policies([f"p{number}.policy.yaml" for number in range(1, len(texts) + 1)], today=TODAY)
    except PolicyError as error:
        return str(error)
    return ""


RULE = "rules: [{id: A, check: naming.unique, severity: minor}]"


def test_a_base_and_a_policy_that_extends_or_overrides_it_may_run_together(folder: Folder) -> None:
    """A folder holds the base beside the policies that extend it."""
    base = f"policy: Base\n{RULE}"
    assert run(folder, base, "policy: P\nextends: [p1.policy.yaml]") == ""
    assert run(folder, base, f"policy: P\nextends: [p1.policy.yaml]\n{RULE}") == ""
    assert (
        run(folder, base, f"policy: P\nextends: [p1.policy.yaml]\n{RULE}", "policy: Q\nextends: [p1.policy.yaml]") == ""
    )


def test_one_id_for_two_rules_of_a_run_is_refused(folder: Folder) -> None:
    assert run(folder, f"policy: P\n{RULE}", f"policy: Q\n{RULE}") == (
        "p2.policy.yaml:2:14: rule id 'A' is also used at p1.policy.yaml:2\n"
        "  rule ids are unique across all policies of a run"
    )


def test_problems_of_all_policies_are_raised_together_in_their_order(folder: Folder) -> None:
    message = run(folder, "policy: P\nx: 1\nextends: [p3.policy.yaml]", "policy: Q\ny: 1", "policy: R\nz: 1")
    assert [line.split(": ")[0] for line in message.splitlines() if line.startswith("p")] == [
        "p1.policy.yaml:2:1",
        "p3.policy.yaml:2:1",
        "p2.policy.yaml:2:1",
    ]


# -- whose file is it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["policy: P", '{"policy": "P"}', "a: 1\npolicy: !t [", "rules: [\npolicy: P", "", "\n \n", "policy: *x"],
    ids=["plain", "flow", "bad syntax after", "bad syntax before", "empty", "blank", "alias"],
)
def test_a_file_that_may_be_ours_is_ours(folder: Folder, text: str) -> None:
    folder.write({"x.policy.yaml": text})
    assert is_policy("x.policy.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Policy",
        "- policy: x",
        "policy",
        "a:\n  policy: 1",
        "Statement: !Ref x",
        "{{ template }}: [",
    ],
    ids=["kubernetes", "list", "word", "nested", "tags", "template"],
)
def test_a_file_without_the_key_is_somebody_elses(folder: Folder, text: str) -> None:
    folder.write({"x.policy.yaml": text})
    assert not is_policy(Path("x.policy.yaml"))
    with pytest.raises(PolicyError):
        load_policy("x.policy.yaml")


def test_a_file_that_is_no_text_counts_as_ours_so_that_it_is_refused(folder: Folder) -> None:
    Path("x.policy.yaml").write_bytes(b"\x00\x01")
    assert is_policy("x.policy.yaml")
    assert is_policy("missing.policy.yaml")
