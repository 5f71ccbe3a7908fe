"""What one pytest process works on: the org and the policies, each read once."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.checking import Baseline, Fixed, RuleRun, compare_runs, judge, mark_known
from harness.checking.measuring import reads_evidence
from harness.errors import SourceError, UsageError
from harness.model import Org, Unknown, unknown
from harness.model.change import Past, Trail
from harness.model.verdict import SEVERITIES
from harness.orgs import load_org, load_plan
from harness.orgs.gate import Gate
from harness.orgs.trail import load_trail, past_of
from harness.policy import Policy, load_policies, load_policy
from harness.report.build import FailOn
from harness.report.files import load_baseline
from harness.report.results import Results

if TYPE_CHECKING:
    from harness.evidence.measurer import Measurer

__all__ = ["INPUTS", "RESULTS_KEY", "Inputs", "inputs_of", "option", "results_of", "shown_path"]


class Inputs:
    """The org, the policies and the settings of a run.

    Attributes:
        now: The moment that waivers and effective dates are held against.
        environment: The name given by `--wrapup-environment`, or None.
        fail_on: The mildest severity whose findings count, or `never`.
        baseline: The findings that are known and do not count, or None.
        only_new: Whether only findings that the plan introduces count.
    """

    baseline: Baseline | None = None

    def __init__(
        self,
        location: str | None,
        *,
        fail_on: str | None = None,
        environment: str | None = None,
        keep_names: bool = False,
        now: datetime | None = None,
        read_org: Callable[[str], Org] | None = None,
        plan: str | None = None,
        terraform: str | None = None,
        only_new: bool = False,
        evidence: str | None = None,
        engine: str | None = None,
        trail: str | None = None,
        since: str | None = None,
        read_trail: Callable[[Past | None, datetime], Trail | Unknown] | None = None,
    ) -> None:
        if only_new and (plan is None or location is None):
            raise UsageError("--only-new needs the org before and a plan", "give both: --org SOURCE --plan FILE")
        if terraform is not None and plan is None:
            raise UsageError("--terraform needs a plan", "name the plan of that configuration: --plan FILE")
        self._location = location
        self._read_org = read_org
        self._keep_names = keep_names
        self._plan = plan
        self._terraform = terraform
        self._evidence = evidence
        self._engine_url = engine
        self._measurers: dict[str, Measurer | Unknown] = {}
        self._trail = trail
        self._since = since
        self._read_trail = read_trail
        self._runs: dict[Path, Sequence[RuleRun]] = {}
        self._fixed: dict[Path, Sequence[Fixed]] = {}
        self.only_new = only_new
        self.environment = environment
        self.fail_on: FailOn = _fail_on(fail_on)
        self.now = now or datetime.now(UTC)

    @cached_property
    def org(self) -> Org:
        """The org that is judged, without a catalogue: as it is, or as it will be once the plan is applied.

        Raises:
            UsageError: If none was named.
            SourceError: If it cannot be read.
        """
        if self.gate is not None:
            return self.gate.org
        return self._read()

    @cached_property
    def gate(self) -> Gate | None:
        """The plan, laid over the org where one was named; None without a plan.

        Raises:
            SourceError: If the plan or the org cannot be read.
        """
        if self._plan is None:
            return None
        plan = load_plan(self._plan, keep_names=self._keep_names)
        base = None if self._location is None else self._read()
        return Gate(plan, base, None if self._terraform is None else Path(self._terraform))

    @cached_property
    def trail(self) -> Trail | Unknown | None:
        """Who changed codes and queues: the trail that was named, else the judged recording's, else None.

        Raises:
            SourceError: If it cannot be read.
        """
        if self._read_trail is not None:
            return self._read_trail(self.past, self.now)
        return load_trail(self._trail, self._location)

    @property
    def location(self) -> str | None:
        """Where the org is, as the user named it; None when a plan is judged alone."""
        return self._location

    @cached_property
    def past(self) -> Past | None:
        """How the org was recorded earlier; None when that was not named.

        Raises:
            SourceError: If it cannot be read, or is no earlier recording of the org.
        """
        return None if self._since is None else past_of(load_org(self._since), self.org)

    def evidence_of(self, policy: Policy) -> "Measurer | Unknown | None":
        """What agents did: the evidence that was named, else the policy's; None when there is none to be read.

        What a policy names and is not to be had is unknown: the rules that need no evidence are judged all the same.

        Raises:
            SourceError: If evidence that was named for the run cannot be read.
            UsageError: If the engine is not to be had.
        """
        location = self._evidence or policy.evidence
        if location is None or not any(map(reads_evidence, policy.rules)):
            return None
        if location not in self._measurers:
            self._measurers[location] = self._measurer(location)
        return self._measurers[location]

    def _measurer(self, location: str) -> "Measurer | Unknown":
        # Loaded when used: the libraries take a while, and most runs need none of them.
        from harness.evidence.measurer import measurer

        try:
            return measurer(Path(location), self._engine_url)
        except SourceError as error:
            if self._evidence is not None:
                raise
            gap: Unknown = unknown("what agents did", "; ".join(f"{it.path}: {it.what}" for it in error.problems))
            return gap

    def _read(self) -> Org:
        if self._location is None:
            raise UsageError("no org to judge", "name one: --wrapup-org fixtures/harbor")
        if self._read_org is not None:
            return self._read_org(self._location)
        return load_org(self._location, keep_names=self._keep_names)

    def add(self, policies: Sequence[Policy]) -> None:
        """Judge policies that were loaded elsewhere."""
        for policy in policies:
            path = Path(policy.path).resolve()
            runs: Sequence[RuleRun] = judge(
                [policy],
                self.org,
                evidence=self.evidence_of(policy),
                trail=self.trail,
                past=self.past,
                environment=self.environment,
                now=self.now,
            )
            if self.gate is not None and self.gate.base is not None:
                before = judge([policy], self.gate.base, environment=self.environment, now=self.now)
                delta = compare_runs(before, runs)
                runs, self._fixed[path] = delta.runs, delta.fixed
            self._runs[path] = runs if self.baseline is None else mark_known(runs, self.baseline)

    def hold_against(self, baseline: Baseline) -> None:
        """Mark the findings that a baseline knows, of what was judged and of what will be."""
        self.baseline = baseline
        for path, runs in self._runs.items():
            self._runs[path] = mark_known(runs, baseline)

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

    @property
    def fixed(self) -> list[Fixed]:
        """Findings of today that the plan will have mended, in the order of the policies' paths."""
        return [it for path in sorted(self._fixed) for it in self._fixed[path]]

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

RESULTS_KEY = pytest.StashKey[Callable[[], Results]]()
"""What puts the session's results together, once, for whoever asks: set by a `tryfirst` session finish."""


def results_of(config: pytest.Config) -> Results | None:
    """Return the session's results, or None when it ended before they could be put together."""
    found = config.stash.get(RESULTS_KEY, None)
    return None if found is None else found()


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
            plan=option(config, "plan"),
            terraform=option(config, "terraform"),
            only_new=config.getoption("wrapup_only_new"),
            evidence=option(config, "evidence"),
            engine=option(config, "engine"),
            trail=option(config, "trail"),
            since=option(config, "since"),
        )
        if baseline := option(config, "baseline"):
            found.hold_against(load_baseline(Path(baseline)))
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
