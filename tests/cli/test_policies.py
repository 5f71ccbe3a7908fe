"""`wrapup lint` and `wrapup waive`, as their users run them."""

from pathlib import Path

import pytest

from harness.orgs import encode_org, write_recording
from harness.testing import an_org
from tests.cli.conftest import GATE, Wrapup

WAIVE = ("--until", "2027-06-30", "--by", "ops", "--reason", "Mended with the: move", "--policy", "gate.policy.yaml")


class TestLint:
    """A policy is checked where it is written, before anything runs."""

    def test_policies_without_a_mistake_exit_0(self, wrapup: Wrapup) -> None:
        result = wrapup("lint", "gate.policy.yaml")
        assert (result.returncode, result.stdout, result.stderr) == (0, "gate.policy.yaml: 1 rule, 1 waiver\n", "")

    def test_all_mistakes_are_told_and_exit_2(self, wrapup: Wrapup, tmp_path: Path) -> None:
        (tmp_path / "bad.policy.yaml").write_text(
            "policy: Bad\nrules:\n  - {id: B-1, check: naming.uniq, severity: grave}\n"
        )
        result = wrapup("lint", ".")
        assert result.returncode == 2
        assert "bad.policy.yaml:3:" in result.stderr
        assert "did you mean 'naming.unique'?" in result.stderr
        assert "'severity' is 'grave'" in result.stderr
        assert result.stdout == ""

    def test_files_of_others_are_left_alone(self, wrapup: Wrapup, tmp_path: Path) -> None:
        (tmp_path / "other.policy.yaml").write_text("kind: Policy\n")
        result = wrapup("lint", ".")
        assert (result.returncode, result.stderr) == (
            0,
            "other.policy.yaml has no top-level `policy:` and was left alone\n",
        )


class TestWaive:
    """A finding is accepted by somebody, until a day, for a reason; the policy's author keeps their layout."""

    def test_a_finding_is_waived(self, wrapup: Wrapup, tmp_path: Path) -> None:
        result = wrapup(
            "waive", "G-1", "queue Empty", *WAIVE, "--ticket", "CHG-1", "--approved-by", "audit", "--org", "org"
        )
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout == "gate.policy.yaml:6: rule G-1 is waived until 2027-06-30 for\n  queue Empty\n"
        assert (tmp_path / "gate.policy.yaml").read_text() == GATE.replace(
            "reason: soon}\n",
            "reason: soon}\n  - rule: G-1\n    subject: queue Empty\n    until: 2027-06-30\n    by: ops\n"
            '    approved_by: audit\n    ticket: CHG-1\n    reason: "Mended with the: move"\n',
        )
        assert wrapup("check", "gate.policy.yaml", "--org", "org", "-q").returncode == 0

    def test_an_id_must_be_the_subjects(self, wrapup: Wrapup, tmp_path: Path) -> None:
        result = wrapup("waive", "G-1", "queue Empty", *WAIVE, "--id", "elsewhere", "--org", "org")
        assert (result.returncode, result.stderr.splitlines()[0]) == (
            2,
            "rule G-1 has no finding on 'queue Empty' with id 'elsewhere'",
        )
        assert (tmp_path / "gate.policy.yaml").read_text() == GATE

    def test_a_wildcard_says_what_it_covers(self, wrapup: Wrapup) -> None:
        result = wrapup("waive", "G-1", "queue *", *WAIVE, "--org", "org")
        assert result.stdout.splitlines()[1:] == ["  queue Empty"]

    @pytest.mark.parametrize(
        ("rule", "subject", "message"),
        [
            ("G-2", "queue Empty", "there is no rule 'G-2'\n  did you mean 'G-1'?"),
            ("G-1", "queue Emtpy", "rule G-1 has no finding on 'queue Emtpy'\n  did you mean 'queue Empty'?"),
            ("G-1", "code X", "rule G-1 has no finding on 'code X'\n  its findings are on queue Empty"),
            ("G-1", "queue Fine", "rule G-1 has no open finding on 'queue Fine': it came to: passed\n"),
            ("G-1", "queue Waived", "the waiver cannot be added: queue Waived is waived twice for rule 'G-1'"),
            ("G-1", "queue Wai*", "rule G-1 has no open finding on 'queue Waived': waived until 2099-01-01"),
        ],
    )
    def test_what_is_no_finding_cannot_be_waived(
        self, wrapup: Wrapup, tmp_path: Path, rule: str, subject: str, message: str
    ) -> None:
        result = wrapup("waive", rule, subject, *WAIVE, "--org", "org")
        assert result.returncode == 2
        assert result.stderr.startswith(message)
        assert (tmp_path / "gate.policy.yaml").read_text() == GATE

    @pytest.mark.parametrize(
        ("until", "message"),
        [
            ("2020-01-01", "2020-01-01 has passed"),
            ("soon", "--until does not take 'soon'\n  it takes a date such as 2027-01-31"),
            ("20270131", "the waiver cannot be added: 'until' is '20270131'"),
            ("2199-01-01", "the waiver cannot be added: the waiver holds for"),
        ],
    )
    def test_a_day_that_is_over_or_too_far_away_is_refused(self, wrapup: Wrapup, until: str, message: str) -> None:
        arguments = [until if text == "2027-06-30" else text for text in WAIVE]
        result = wrapup("waive", "G-1", "queue Empty", *arguments, "--org", "org")
        assert (result.returncode, result.stderr.startswith(message)) == (2, True), result.stderr

    def test_a_rule_without_findings_has_none_to_offer(self, wrapup: Wrapup, tmp_path: Path) -> None:
        (tmp_path / "more.policy.yaml").write_text(
            "policy: M\nrules:\n  - {id: M-1, check: naming.unique, severity: minor}\n"
        )
        result = wrapup("waive", "M-1", "code X", *WAIVE[:-1], "more.policy.yaml", "--org", "org")
        assert result.stderr.endswith("the rule has no finding at all\n")

    def test_a_rule_of_two_policies_asks_which(self, wrapup: Wrapup, tmp_path: Path) -> None:
        (tmp_path / "base.policy.yaml").write_text(GATE.partition("waivers")[0])
        for name in ("one", "two"):
            (tmp_path / f"{name}.policy.yaml").write_text(f"policy: {name}\nextends: [base.policy.yaml]\n")
        policies = ("--policy", "one.policy.yaml", "--policy", "two.policy.yaml")
        result = wrapup("waive", "G-1", "queue Empty", *WAIVE[:-2], *policies, "--org", "org")
        assert result.stderr.startswith("rule 'G-1' is in several policies: one.policy.yaml, two.policy.yaml")
        assert wrapup("waive", "G-1", "queue Empty", *WAIVE[:-2], *policies[:2], "--org", "org").returncode == 0
        assert wrapup("check", "one.policy.yaml", "--org", "org", "-k", "Empty", "-q").returncode == 0

    def test_without_an_org_the_demo_recording_is_taken_and_many_subjects_are_told_in_part(
        self, wrapup: Wrapup, tmp_path: Path
    ) -> None:
        org = an_org(queues={f"Q{number}": [] for number in range(22)})
        write_recording(tmp_path / "fixtures" / "harbor", encode_org(org))
        result = wrapup("waive", "G-1", "queue Q*", *WAIVE)
        assert result.stderr.startswith(
            "no --org was given: looking for the finding in the demo recording fixtures/harbor"
        )
        assert len(result.stdout.splitlines()) == 22
        assert result.stdout.splitlines()[-1] == "  … and 2 more"
