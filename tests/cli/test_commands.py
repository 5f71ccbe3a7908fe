"""`explain`, `checks`, `schema`, `init` and `diff`, as their users run them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.cli.starting_policy import slug
from harness.model import Org
from harness.orgs import encode_org, write_recording
from harness.policy import load_policy
from harness.policy.editing import quoted
from harness.testing import a_code, a_definition, a_queue, an_org
from tests.cli.conftest import Wrapup, run

ROOT = Path(__file__).parents[2]


class TestExplain:
    """A reviewer asks: where does this rule come from, and why does it apply here?"""

    policy = """\
policy: Base
scopes: {sales: 'queue.division == "Sales"'}
rules:
  - id: B-1
    title: Sales queues are timed
    for: queue
    expect: queue.acw.timeout_s <= 60
    where: sales
    severity: major
    effective: {from: 2020-01-01, until: 2090-12-31}
    controls: [CC-1]
    owner: ops
severities: {dev: {major: advice}}
waivers:
  - {rule: B-1, subject: queue Late, until: 2099-01-01, by: ops, reason: soon}
"""

    @pytest.fixture(autouse=True)
    def files(self, tmp_path: Path) -> None:
        (tmp_path / "base.policy.yaml").write_text(self.policy)
        (tmp_path / "own.policy.yaml").write_text("policy: Own\nextends: [base.policy.yaml]\nrules: []\n")
        org = an_org(
            queues={
                "Slow": a_queue(prompt="MANDATORY_TIMEOUT", timeout_s=90, division="Sales"),
                "Untimed": a_queue(division="Sales"),
                "Claims": a_queue(division="Claims"),
            }
        )
        write_recording(tmp_path / "sales", encode_org(org))

    def test_a_rule_says_where_it_is_written_and_what_it_asks(self, wrapup: Wrapup) -> None:
        result = wrapup("explain", "B-1", "--policy", "own.policy.yaml", "--environment", "dev")
        assert result.returncode == 0
        assert result.stdout == (
            "B-1  Sales queues are timed\n"
            "  written at  base.policy.yaml:4, inherited by own.policy.yaml\n"
            '  judges      every queue where queue.division == "Sales"\n'
            "  asks        queue.acw.timeout_s <= 60\n"
            "  severity    advice (written as major; replaced for dev)\n"
            "  effective   from 2020-01-01 until 2090-12-31\n"
            "  owner       ops\n"
            "  controls    CC-1\n"
        )

    def test_a_subject_in_scope_shows_the_values_that_decide(self, wrapup: Wrapup) -> None:
        result = wrapup("explain", "B-1", "--policy", "base.policy.yaml", "--org", "sales", "--subject", "queue Slow")
        assert "  waivers     queue Late until 2099-01-01\n" in result.stdout
        assert result.stdout.endswith(
            "queue Slow: failed\n"
            '  it is in the rule\'s scope: queue.division == "Sales"\n'
            "    queue.division = 'Sales'\n"
            "  observed    queue.acw.timeout_s is 90\n"
            "  expected    queue.acw.timeout_s <= 60\n"
            "  value       queue.acw.timeout_s = 90\n"
        )

    def test_a_subject_out_of_scope_says_why(self, wrapup: Wrapup) -> None:
        result = wrapup("explain", "B-1", "--policy", "base.policy.yaml", "--org", "sales", "--subject", "queue C*")
        assert result.stdout.endswith(
            "queue Claims: not judged\n  it is outside the rule's scope:\n    queue.division = 'Claims'\n"
        )

    def test_a_rule_that_is_not_in_effect_says_so_for_its_subjects(self, wrapup: Wrapup, tmp_path: Path) -> None:
        (tmp_path / "late.policy.yaml").write_text(self.policy.replace("2020-01-01", "2089-01-01"))
        result = wrapup("explain", "B-1", "--policy", "late.policy.yaml", "--org", "sales", "--subject", "queue Slow")
        assert result.stdout.endswith("queue Slow: not judged\n  the rule takes effect on 2089-01-01\n")

    def test_many_subjects_are_bounded(self, wrapup: Wrapup, tmp_path: Path) -> None:
        write_recording(tmp_path / "many", encode_org(an_org(queues={f"Queue {n}": [] for n in range(30)})))
        result = wrapup("explain", "B-1", "--policy", "base.policy.yaml", "--org", "many", "--subject", "queue *")
        assert "… and 10 more subjects" in result.stdout


class TestChecks:
    """People look a check up before they write a rule."""

    def test_all_are_listed_by_family(self, wrapup: Wrapup) -> None:
        lines = wrapup("checks").stdout.splitlines()
        assert lines[0] == "catalogue"
        assert any(line.startswith("  naming.max_length") and "A name fits" in line for line in lines)

    def test_one_is_shown_in_full(self, wrapup: Wrapup) -> None:
        text = wrapup("checks", "duration.limit").stdout
        assert "  judges  every queue\n" in text
        assert "  with    max: a duration with its unit: 90s, 2m, 1500ms, 1h (required)\n" in text
        assert "(default 1s)" in text
        assert "  needs   uses.catalogue\n" in wrapup("checks", "skills.covered").stdout

    def test_checks_of_ones_own_come_with_their_policy(self, wrapup: Wrapup, tmp_path: Path) -> None:
        (tmp_path / "ours.py").write_text(
            "from collections.abc import Iterator\nfrom harness.checks import check\nfrom harness.model import Org, Queue\n"
            "@check(source='CC-4')\n"
            "def office_hours(queue: Queue, org: Org, *, suffix: str) -> Iterator[str]:\n"
            "    '''An office-hours queue says so.'''\n"
            "    if not queue.name.endswith(suffix):\n"
            "        yield f\"name does not end in '{suffix}'\"\n"
        )
        rule = "  - {id: O-1, check: ours.office_hours, with: {suffix: ne}, severity: minor}\n"
        (tmp_path / "own.policy.yaml").write_text(f"policy: Own\nuses: {{checks: [ours.py]}}\nrules:\n{rule}")
        assert "ours.office_hours" in wrapup("checks", "--policy", "own.policy.yaml").stdout
        assert "ours.office_hours" not in wrapup("checks").stdout
        assert "ours.office_hours" in wrapup("schema", "--policy", "own.policy.yaml").stdout
        judged = wrapup("check", "own.policy.yaml", "--org", "org")
        assert "    observed  name does not end in 'ne'\n    expected  An office-hours queue says so" in judged.stdout

    def test_the_schema_accepts_the_gate_policy_and_refuses_a_typing_mistake(self) -> None:
        schema = json.loads(run("schema", cwd=ROOT).stdout)
        validator = jsonschema_rs.validator_for(schema)
        rule = {"id": "A-1", "check": "naming.unique", "severity": "minor"}
        assert validator.is_valid({"policy": "P", "rules": [rule]})
        assert not validator.is_valid({"policy": "P", "rules": [rule | {"check": "naming.uniqe"}]})


def init_org() -> Org:
    return an_org(
        codes=[a_code("No"), a_code('say "hi"\t*'), a_code("", id="nameless"), a_code("Orphan", description="x: y")],
        queues={"Desk": a_queue("No", prompt="OPTIONAL"), "Desk *": a_queue('say "hi"\t*'), "None": a_queue()},
        flags={"gone": ["BUSINESS_SUCCESS"]},
        definitions=[a_definition("ignored")],
    )


class TestInit:
    """A first policy: everything that is wrong today is waived for 90 days, one subject at a time."""

    def test_the_org_is_clean_under_its_starting_policy(self, wrapup: Wrapup, tmp_path: Path) -> None:
        write_recording(tmp_path / "start", encode_org(init_org()))
        made = wrapup("init", "--org", "start", "--into", "policies")
        assert made.returncode == 0, made.stderr
        assert made.stdout == "Next: wrapup check policies/tiny.policy.yaml --org start --html report.html\n"
        policy = load_policy(tmp_path / "policies/tiny.policy.yaml")
        until = datetime.now(UTC).date() + timedelta(days=90)
        assert policy.waivers
        assert {waiver.until for waiver in policy.waivers} <= {until, until - timedelta(days=1)}
        assert len({(waiver.rule, waiver.subject, waiver.id) for waiver in policy.waivers}) == len(policy.waivers)
        assert not any(waiver.subject.endswith("*") and waiver.id is None for waiver in policy.waivers)
        result = wrapup("check", "policies", "--org", "start")
        assert "0 failed" in result.stdout
        assert "waived" in result.stdout.splitlines()[-1]

    def test_the_schema_lies_beside_it(self, wrapup: Wrapup, tmp_path: Path) -> None:
        wrapup("init", "--org", "org", "--into", "p")
        first = (tmp_path / "p/tiny.policy.yaml").read_text().splitlines()[0]
        assert first == "# yaml-language-server: $schema=wrapup-policy.schema.json"
        assert json.loads((tmp_path / "p/wrapup-policy.schema.json").read_text())["$schema"]

    def test_nothing_is_overwritten(self, wrapup: Wrapup, tmp_path: Path) -> None:
        wrapup("init", "--org", "org", "--into", "p")
        (tmp_path / "p/tiny.policy.yaml").write_text("mine")
        again = wrapup("init", "--org", "org", "--into", "p")
        assert again.returncode == 2
        assert "p/tiny.policy.yaml, p/tiny.catalogue.yaml" in again.stderr
        assert (tmp_path / "p/tiny.policy.yaml").read_text() == "mine"

    def test_an_org_without_codes_gets_no_catalogue(self, wrapup: Wrapup, tmp_path: Path) -> None:
        write_recording(tmp_path / "bare", encode_org(an_org(queues={"Desk": a_queue()}, flags={})))
        assert wrapup("init", "--org", "bare", "--into", "p").returncode == 0
        assert not (tmp_path / "p/tiny.catalogue.yaml").exists()
        assert wrapup("check", "p", "--org", "bare").returncode == 0

    def test_an_empty_org_is_refused(self, wrapup: Wrapup, tmp_path: Path) -> None:
        write_recording(tmp_path / "void", encode_org(an_org()))
        result = wrapup("init", "--org", "void", "--into", "p")
        assert (result.returncode, result.stderr) == (
            2,
            "'void' holds no queue and no wrap-up code to start a policy from\n",
        )
        assert not (tmp_path / "p").exists()

    @given(st.text(st.characters(exclude_categories=["Cs"])))
    @example("No")
    @example("010")
    @example("a: b # c")
    @example("\u2028\x85\x00")
    def test_a_quoted_text_reads_back_as_itself(self, text: str) -> None:
        import yaml

        assert yaml.load(f"key: {quoted(text)}", Loader=yaml.BaseLoader) == {"key": text}  # noqa: S506 - texts only

    @given(st.text())
    def test_a_slug_is_a_file_name(self, text: str) -> None:
        assert slug(text).replace("-", "a").isalnum()


class TestDiff:
    """What changed between two orgs; a rename is one difference."""

    def write(self, folder: Path, **fields: object) -> None:
        queues = fields.pop("queues", {"Desk": a_queue("Sale", evaluation_word="ALL")})
        write_recording(folder, encode_org(an_org(queues=queues, **fields)))  # type: ignore[arg-type]

    def test_the_same_org_exits_0(self, wrapup: Wrapup, tmp_path: Path) -> None:
        self.write(tmp_path / "a")
        result = wrapup("diff", "a", "a")
        assert (result.returncode, result.stdout) == (0, "a and a hold the same.\n")

    def test_differences_exit_1_and_a_rename_is_one(self, wrapup: Wrapup, tmp_path: Path) -> None:
        self.write(tmp_path / "a")
        queue = a_queue("Sale", "Refund", name="Desk 2", prompt="OPTIONAL", evaluation_word="ALL")
        self.write(tmp_path / "b", queues={"Desk": queue}, flags={"Sale": ["BUSINESS_SUCCESS"]})
        result = wrapup("diff", "a", "b")
        assert result.returncode == 1
        assert result.stdout == (
            "code Refund: added (code-2)\n"
            "queue Desk 2: code added: Refund\n"
            "queue Desk 2: renamed from 'Desk' to 'Desk 2'\n"
            "queue Desk 2: prompt: MANDATORY → OPTIONAL\n"
            "flags Sale: flags: none → BUSINESS_SUCCESS\n"
            "5 differences.\n"
        )

    def test_a_code_made_anew_splits_its_history(self, wrapup: Wrapup, tmp_path: Path) -> None:
        self.write(tmp_path / "a", codes=[a_code("Sale", id="c1")])
        self.write(tmp_path / "b", codes=[a_code("Sale", id="c2")])
        assert "code Sale: made anew: id c1 became c2, its history splits" in wrapup("diff", "a", "b").stdout

    def test_what_cannot_be_compared_is_not_the_same(self, wrapup: Wrapup, tmp_path: Path) -> None:
        self.write(tmp_path / "a")
        self.write(tmp_path / "b", queues={"Desk": a_queue(unseen_codes=True, evaluation_word="ALL")}, codes=["Sale"])
        result = wrapup("diff", "a", "b")
        assert result.returncode == 3
        assert "Could not be compared\n  queue Desk: codes: " in result.stdout
        assert result.stdout.endswith("no difference that can be told; 1 value could not be compared.\n")


def test_the_demo_org_can_be_left_out_in_a_checkout(tmp_path: Path) -> None:
    result = run("init", "--into", str(tmp_path / "p"), cwd=ROOT)
    assert "no --org was given: starting from the demo recording fixtures/harbor" in result.stderr
    assert result.returncode == 0


def test_flags_without_a_mapping_start_no_rule_about_them(wrapup: Wrapup, tmp_path: Path) -> None:
    org = an_org(queues={"Desk": ["Sale"]})
    write_recording(tmp_path / "x", encode_org(org))
    wrapup("init", "--org", "x", "--into", "p")
    assert "crm.stale_flags" not in (tmp_path / "p/tiny.policy.yaml").read_text()
