"""Policies from a few lines of YAML."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import dedent, indent

import pytest

from harness.checking import RuleRun, judge
from harness.model import Org
from harness.policy import Policy, load_policy

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

Judge = Callable[..., list[RuleRun]]


@pytest.fixture
def policy_of(tmp_path: Path) -> Callable[..., Policy]:
    """Load a policy from its rules (and whatever else it says), with a catalogue and a CRM list beside it."""

    def load(rules: str, rest: str = "", own: str = "") -> Policy:
        (tmp_path / "own.py").write_text(own or "# no check of its own", encoding="utf-8")
        (tmp_path / "agreed.catalogue.yaml").write_text(
            "catalogue: Agreed\ndefinitions:\n  - name: Sale\n    wrapupCode: SALE\n    crmDisposition: Won\n"
        )
        (tmp_path / "crm.json").write_text('["Won", "Lost"]')
        checks = ", checks: [own.py]" if own else ""
        text = f"policy: Test\nuses: {{catalogue: agreed.catalogue.yaml, crm: crm.json{checks}}}\n"
        text += f"{dedent(rest)}\nrules:\n{indent(dedent(rules).strip(), '  ')}\n"
        path = tmp_path / "test.policy.yaml"
        path.write_text(text, encoding="utf-8")
        return load_policy(path, today=date(2026, 11, 21))

    return load


@pytest.fixture
def judged(policy_of: Callable[..., Policy]) -> Judge:
    """Judge an org by rules; return one run per rule."""

    def run(
        rules: str,
        org: Org,
        rest: str = "",
        *,
        own: str = "",
        environment: str | None = None,
        now: datetime = NOW,
    ) -> list[RuleRun]:
        return judge([policy_of(rules, rest, own)], org, environment=environment, now=now)

    return run
