"""A project folder with a policy, and a recorded org with names of every kind."""

from collections.abc import Callable
from pathlib import Path

import pytest

import harness.plugin.collection  # noqa: F401 - pytester forgets what a run imports, and CEL can be loaded once only
from harness.model import Org
from harness.orgs import encode_org, write_recording
from harness.testing import a_queue, an_org

LONG = "Queue " * 50

HOSTILE = [
    "with space",
    "with/slash",
    "with[brackets]",
    "with::colons",
    "with \"quotes\" and 'more'",
    "with\nnewline",
    "with\x1b[31mescape",
    LONG,
    "",
    "خدمة",
    "客服",
    "☎ Ligne d’aide",
    "a\u202egnp",
    "back\\slash",
    "<script>alert(1)</script>",
]

POLICY = """\
policy: Test
owner: cx@example.test
uses: {catalogue: agreed.yaml}
rules:
  - id: R-1
    title: A queue offers codes
    check: prompt.offers_codes
    with: {when: always}
    severity: major
    why: Agents need something to pick.
    fix: Admin > Queues
    owner: ops
  - {id: R-2, check: prompt.mandatory, with: {allowed: [MANDATORY]}, severity: minor}
  - {id: R-3, for: queue, expect: 'queue.name != "Advice"', severity: advice, title: Not this name}
  - {id: R-4, check: duration.limit, with: {max: 2m, untimed: allow}, severity: critical}
waivers:
  - {rule: R-1, subject: queue Waived, until: 2027-03-01, by: ops, reason: being mended}
waiver_max_days: 4000
"""


def write_org(folder: Path, org: Org) -> str:
    """Write an org as a recording; return the folder's name."""
    write_recording(folder, encode_org(org))
    return folder.name


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pytest.Pytester]:
    """Lay out `test.policy.yaml`, its catalogue, and the recording `org`."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:hypothesispytest -p no:randomly")

    def lay_out(org: Org | None = None, policy: str = POLICY) -> pytest.Pytester:
        (pytester.path / "agreed.yaml").write_text("catalogue: Agreed\ndefinitions:\n  - name: Sale\n")
        (pytester.path / "test.policy.yaml").write_text(policy, encoding="utf-8")
        write_org(pytester.path / "org", verdicts_org() if org is None else org)
        return pytester

    return lay_out


def verdicts_org() -> Org:
    """Return an org that comes to every verdict."""
    return an_org(
        codes=["Sale"],
        queues={
            "Fine": ["Sale"],
            "Empty": [],
            "Waived": [],
            "Optional": a_queue("Sale", prompt="OPTIONAL"),
            "Advice": ["Sale"],
            "Tomorrow": a_queue("Sale", prompt="MANDATORY_ISH"),
        },
    )


def hostile_org() -> Org:
    """Return an org whose queues have every kind of name, and offer nothing."""
    return an_org(codes=["Sale"], queues={name: a_queue(id=f"q-{number:02}") for number, name in enumerate(HOSTILE)})
