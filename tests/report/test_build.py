"""From judged rules to the results document."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from harness.checking import Baseline, Entry, judge
from harness.model import Org
from harness.policy import load_policy
from harness.report.build import Run, build_results, counts_at, who_runs
from harness.report.results import BaselineResult, Results
from harness.testing import a_queue, an_org

STARTED = datetime(2026, 11, 21, 12, tzinfo=UTC)

Build = Callable[..., Results]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Judge an org by two rules, and build the document."""
    path = tmp_path / "p.policy.yaml"
    path.write_text(
        "policy: P\nrules:\n"
        "  - {id: R-1, check: prompt.offers_codes, with: {when: always}, severity: major}\n"
        "  - {id: R-2, for: assignment, expect: code.name != queue.name, severity: advice}\n"
    )

    def made(org: Org, node_ids: dict[tuple[str, str], str] | None = None, **run: object) -> Results:
        runs = judge([load_policy(path)], org, now=STARTED)
        return build_results(Run(started=STARTED, **run), org, runs, node_ids)  # type: ignore[arg-type]

    return made


FINE = an_org(queues={"Desk": a_queue("Sale", division="Sales")})
BROKEN = an_org(queues={"Desk": a_queue(division="Sales"), "Sale": ["Sale"]})
DIM = an_org(queues={"Desk": a_queue(unseen_codes=True)})


@pytest.mark.parametrize(
    ("org", "run", "exit_code"),
    [
        (FINE, {}, 0),
        (BROKEN, {}, 1),
        (BROKEN, {"fail_on": "major"}, 1),
        (BROKEN, {"fail_on": "critical"}, 0),
        (BROKEN, {"fail_on": "never"}, 0),
        (DIM, {}, 3),
        (an_org(), {}, 3),
        (FINE, {"partial": "the run stopped early"}, 3),
        (BROKEN, {"partial": "the run stopped early"}, 1),
        (BROKEN, {"partial": "stopped", "interrupted": True}, 130),
    ],
)
def test_exit_codes(build: Build, org: Org, run: dict[str, object], exit_code: int) -> None:
    assert build(org, **run).exit_code == exit_code


def test_only_cases_that_ran_are_told(build: Build) -> None:
    whole = build(BROKEN)
    (path,) = {policy.path for policy in whole.policies}
    some = build(BROKEN, {(path, "R-1[queue Desk]"): "x::R-1[queue Desk]"})
    assert [case.subject for case in whole.cases] == ["queue Desk", "queue Sale", "assignment Sale @ Sale"]
    assert [(case.subject, case.node_id) for case in some.cases] == [("queue Desk", "x::R-1[queue Desk]")]
    assert build(BROKEN, {}).exit_code == 3, "nothing ran, so nothing is known"


def test_a_case_knows_its_place(build: Build) -> None:
    queue, _, assignment = build(BROKEN).cases
    assert (queue.queue, queue.division) == ("Desk", "Sales")
    assert (assignment.queue, assignment.division) == ("Sale", "Home")
    assert queue.identity is not None
    assert queue.identity.id == "queue-1"


def test_advice_never_counts() -> None:
    assert not counts_at("advice", "minor")
    assert counts_at("minor", "minor")
    assert not counts_at("minor", "major")
    assert counts_at("critical", "major")
    assert not counts_at("critical", "never")


def test_the_document_says_who_ran_it() -> None:
    assert who_runs({"GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "7"}) == "GitHub Actions, o/r, run 7"
    assert who_runs({"CI_PROJECT_PATH": "g/p", "CI_JOB_ID": "8"}) == "GitLab CI, g/p, job 8"
    assert (who_runs({}) or "account ").startswith("account ")


def test_a_baseline_is_told_with_what_is_stale(build: Build) -> None:
    entry = Entry(rule="R-1", kind="queue", name="Gone\n", id="q-9", label="queue Gone\\n", added=date(2026, 1, 2))
    other = Entry(rule="X-1", kind="queue", name="A", label="queue A", added=date(2026, 1, 2))
    results = build(an_org(queues={"A": []}), baseline=Baseline((entry, other), "b.json", "ab"))
    assert results.baseline == BaselineResult(
        path="b.json", sha256="ab", entries=2, stale=("R-1 queue Gone\\n",), other=1
    )
