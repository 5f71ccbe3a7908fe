"""What one pytest process works on: the org and the policies, each read once."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import pytest

from harness.checking import RuleRun, judge
from harness.errors import UsageError
from harness.model import Org
from harness.model.verdict import SEVERITIES
from harness.orgs import load_org
from harness.policy import Policy, load_policies, load_policy
from harness.report.build import FailOn
from harness.report.results import Results

__all__ = ["INPUTS", "RESULTS_KEY", "Inputs", "inputs_of", "option", "shown_path"]


class Inputs:
    """The org, the policies and the settings of a run.

    Attributes:
        now: The moment that waivers and effective dates are held against.
        environment: The name given by `--wrapup-environment`, or None.
        fail_on: The mildest severity whose findings count, or `never`.
    """

    def __init__(
        self,
        location: str | None,
        *,
        fail_on: str | None = None,
        environment: str | None = None,
        keep_names: bool = False,
        now: datetime | None = None,
        read_org: Callable[[str], Org] | None = None,
    ) -> None:
        self._location = location
        self._read_org = read_org
        self._keep_names = keep_names
        self._runs: dict[Path, Sequence[RuleRun]] = {}
        self.environment = environment
        self.fail_on: FailOn = _fail_on(fail_on)
        self.now = now or datetime.now(UTC)

    @cached_property
    def org(self) -> Org:
        """The org, without a catalogue.

        Raises:
            UsageError: If none was named.
            SourceError: If it cannot be read.
        """
        if self._location is None:
            raise UsageError("no org to judge", "name one: --wrapup-org fixtures/harbor")
        if self._read_org is not None:
            return self._read_org(self._location)
        return load_org(self._location, keep_names=self._keep_names)

    def add(self, policies: Sequence[Policy]) -> None:
        """Judge policies that were loaded elsewhere."""
        for policy in policies:
            self._runs[Path(policy.path).resolve()] = judge(
                [policy], self.org, environment=self.environment, now=self.now
            )

    def runs_of(self, path: Path) -> Sequence[RuleRun]:
        """Return the judged rules of a policy file.

        Raises:
            HarnessError: If the policy or the org cannot be read, or a rule id is used by two policies.
        """
        found = self._runs.get(path.resolve())
        if found is None:
            policy = load_policy(shown_path(path))
            self._refuse_repeated_ids(policy)
            self.add([policy])
            found = self._runs[path.resolve()]
        return found

    @property
    def runs(self) -> list[RuleRun]:
        """All judged rules, in the order of the policies' paths."""
        return [run for path in sorted(self._runs) for run in self._runs[path]]

    def _refuse_repeated_ids(self, policy: Policy) -> None:
        ids = {rule.id for rule in policy.rules}
        for other in {run.policy.path for run in self.runs if run.rule.id in ids}:
            # Loaded together they tell an override or a common base from two rules of one name.
            load_policies([other, policy.path])


def shown_path(path: Path) -> str:
    """Return a path as a reader wants it: relative to the working folder where it lies within it."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    working = Path.cwd()
    return str(absolute.relative_to(working)) if absolute.is_relative_to(working) else str(absolute)


def _fail_on(word: str | None) -> FailOn:
    match word:
        case None:
            return "minor"
        case "never" | "minor" | "major" | "critical":
            return word
    raise UsageError(
        f"--fail-on does not take '{word}'", f"it takes {', '.join(SEVERITIES[1:])} or never; advice never fails"
    )


INPUTS = pytest.StashKey[Inputs]()

RESULTS_KEY = pytest.StashKey[Results]()
"""Where the session's results lie when reports are written: set by a `tryfirst` session finish."""


def inputs_of(config: pytest.Config) -> Inputs:
    """Return the process's inputs; the first call makes them from the options and ini keys."""
    found = config.stash.get(INPUTS, None)
    if found is None:
        found = config.stash[INPUTS] = Inputs(
            option(config, "org"),
            fail_on=option(config, "fail_on"),
            environment=option(config, "environment"),
            keep_names=config.getoption("wrapup_keep_names"),
            now=_agreed_moment(config),
        )
    return found


def option(config: pytest.Config, name: str) -> str | None:
    """Return an option's value, else that of the ini key of the same name, else None."""
    given: str | None = config.getoption(f"wrapup_{name}")
    return given or config.getini(f"wrapup_{name}") or None


def _agreed_moment(config: pytest.Config) -> datetime | None:
    # Under xdist the controller says what time it is, so that no two processes disagree at midnight.
    workerinput = getattr(config, "workerinput", {})
    text = workerinput.get("wrapup_now")
    return None if text is None else datetime.fromisoformat(text)
