"""`wrapup check`: policies → pytest → reports, and an exit code of our own."""

import atexit
import contextlib
import gc
import importlib.util
import io
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from harness.cli.progress import Progress, read_org
from harness.cli.ratchet import hold_against_baseline
from harness.cli.report import tell_github, write_outputs
from harness.cli.sources import find_policies, org_location
from harness.cli.summary import print_summary
from harness.cli.terminal import Terminal
from harness.model.garbage import paused_collection
from harness.plugin.inputs import INPUTS, Inputs, results_of
from harness.plugin.running import TERMINAL_IS_UNREAD
from harness.policy import load_policies
from harness.report.files import make_folder
from harness.report.results import Results

__all__ = ["CheckOptions", "run_check"]


_IDLE_PLUGINS = ("logging", "faulthandler", "threadexception", "unraisableexception")


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """What `wrapup check` was told.

    Attributes:
        org: Where the org is; None: the demo recording of a checkout, or with a plan no org at all.
        plan: The plan that is laid over it, or None.
        terraform: The folder of that plan's configuration, or None.
        only_new: Whether only findings that the plan introduces count.
        evidence: The folder of evidence, or None: what the policy names.
        engine: The URL of the engine that measures it, or None.
        trail: The audit trail, or None: what the recording holds.
        since: An earlier recording of the org, or None.
        outputs: Reports that are made from the results, by the names of `harness.report.outputs.OUTPUTS`.
        annotations: Whether GitHub is told of findings.
        baseline: The known findings, or None.
        update_baseline: Whether the baseline is to lose what is no finding any more.
        accept_new: Whether it is to take new findings in.
        verbosity: -1 only the outcome, 0 the first findings of each rule, 1 everything.
        pytest_args: Arguments for pytest itself.
    """

    policies: tuple[Path, ...]
    org: str | None
    plan: Path | None
    terraform: Path | None
    only_new: bool
    evidence: str | None
    engine: str | None
    trail: str | None
    since: str | None
    environment: str | None
    fail_on: str
    html: Path | None
    json: Path | None
    outputs: Mapping[str, Path]
    annotations: bool
    baseline: Path | None
    update_baseline: bool
    accept_new: bool
    expression: str | None
    keep_names: bool
    verbosity: int
    color: bool
    pytest_args: tuple[str, ...]


class _Run:
    """Hands the inputs to pytest and takes the results from it."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self.results: Results | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Save the plugin from reading everything a second time, and from printing what nobody sees."""
        config.stash[INPUTS] = self._inputs
        config.stash[TERMINAL_IS_UNREAD] = True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Take the results."""
        self.results = results_of(session.config)


def run_check(options: CheckOptions) -> int:
    """Judge an org, print what came of it, write the reports, and return the exit code.

    Raises:
        HarnessError: If nothing could be judged at all.
    """
    atexit.register(_leave)
    with paused_collection():
        return _run_check(options)


def _leave() -> None:
    # What a run leaves behind ends with the process: looking through it for cycles on the way out takes half a second.
    # DuckDB's bindings want it looked through: they list on stderr what is still there, hundreds of lines.
    if "duckdb" not in sys.modules:
        gc.freeze()


def _run_check(options: CheckOptions) -> int:
    terminal = Terminal(color=options.color, quiet=options.verbosity < 0)
    paths, foreign = find_policies(options.policies)
    for path in foreign:
        terminal.note(f"{path} has no top-level `policy:` and was left alone")
    location, is_demo = _location(options)
    if is_demo:
        terminal.note(f"no --org was given: judging the demo recording {location}")
    if location is None:
        terminal.note("no --org was given: judging the plan alone, which knows only what it holds")
    inputs = Inputs(
        location,
        fail_on=options.fail_on,
        environment=options.environment,
        keep_names=options.keep_names,
        read_org=partial(read_org, terminal, keep_names=options.keep_names),
        plan=None if options.plan is None else str(options.plan),
        terraform=None if options.terraform is None else str(options.terraform),
        only_new=options.only_new,
        evidence=options.evidence,
        engine=options.engine,
        trail=options.trail,
        since=options.since,
    )
    inputs.add(load_policies(paths))
    ratchet = hold_against_baseline(
        inputs, options.baseline, update=options.update_baseline, accept_new=options.accept_new
    )
    for target in (options.html, options.json, *options.outputs.values()):
        if target is not None:
            make_folder(target)
    run = _Run(inputs)
    with _sigterm_interrupts(), Progress(terminal) as progress:
        exit_code, output = _pytest(_arguments(paths, options), [run, progress] if progress.is_shown else [run])
    results = run.results
    if results is None:
        sys.stderr.write(output)
        return 2 if exit_code == pytest.ExitCode.USAGE_ERROR else 3
    print_summary(terminal, results, verbosity=options.verbosity)
    if exit_code in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR):
        # A report could not be written, or pytest itself broke: its own words say what and why.
        sys.stderr.write(output)
        return 2 if exit_code == pytest.ExitCode.USAGE_ERROR else 3
    for what, written in (("report", options.html), ("results", options.json)):
        if written is not None:
            terminal.note(f"{what}: {written}")
    write_outputs(terminal, results, options.outputs)
    if options.annotations:
        tell_github(results)
    return ratchet.finish(terminal, results)


def _location(options: CheckOptions) -> tuple[str | None, bool]:
    """Return where the org is, and whether it is the demo recording that nobody named."""
    if options.org is None and options.plan is not None:
        return None, False
    return org_location(options.org)


def _arguments(paths: Sequence[Path], options: CheckOptions) -> list[str]:
    # The user's own pytest set-up (ini files, conftest.py, other plugins) must not change what a gate says.
    arguments = ["-c", os.devnull, "--rootdir", str(Path.cwd()), "--noconftest", "-p", "no:doctest"]
    arguments += ["-p", "harness.plugin", "--tb=no", "--no-header", "-q"]
    # Cases print, log, warn and thread nothing: watching each of them for it costs more than judging them.
    arguments += ["-s", *(f"-pno:{name}" for name in _IDLE_PLUGINS)]
    if options.html is not None:
        arguments += ["-p", "pytest_metadata.plugin", "-p", "pytest_html.plugin"]
        arguments += ["--html", str(options.html), "--self-contained-html"]
    if options.json is not None:
        arguments += ["--wrapup-json", str(options.json)]
    if options.expression is not None:
        arguments += ["-k", options.expression]
    if _asks_for_xdist(options.pytest_args):
        # The workers read everything for themselves.
        arguments += ["-p", "xdist.plugin", *_inputs_for_workers(options)]
    return [*arguments, *options.pytest_args, *map(str, paths)]


def _asks_for_xdist(arguments: Sequence[str]) -> bool:
    parallel = any(argument.startswith(("-n", "--numprocesses", "--dist")) for argument in arguments)
    return parallel and importlib.util.find_spec("xdist") is not None


def _inputs_for_workers(options: CheckOptions) -> Iterator[str]:
    yield from ("--wrapup-fail-on", options.fail_on)
    for name, value in _named(options):
        if value is not None:
            yield from (f"--wrapup-{name}", str(value))
    if options.only_new:
        yield "--wrapup-only-new"
    if options.environment is not None:
        yield from ("--wrapup-environment", options.environment)
    if options.baseline is not None and options.baseline.exists():
        yield from ("--wrapup-baseline", str(options.baseline))
    if options.keep_names:
        yield "--wrapup-keep-names"


def _named(options: CheckOptions) -> tuple[tuple[str, object], ...]:
    return (
        ("org", _location(options)[0]),
        ("plan", options.plan),
        ("terraform", options.terraform),
        ("evidence", options.evidence),
        ("engine", options.engine),
        ("trail", options.trail),
        ("since", options.since),
    )


def _pytest(arguments: list[str], plugins: list[object]) -> tuple[int, str]:
    """Run pytest in this process, silently; return its exit code and what it would have printed."""
    output = io.StringIO()
    with _environment(), contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        exit_code = pytest.main(arguments, plugins)
    return int(exit_code), output.getvalue()


@contextlib.contextmanager
def _environment() -> Iterator[None]:
    changed = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": None, "PYTEST_PLUGINS": None}
    before = {name: os.environ.get(name) for name in changed}
    _set(changed)
    try:
        yield
    finally:
        _set(before)


def _set(variables: dict[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@contextlib.contextmanager
def _sigterm_interrupts() -> Iterator[None]:
    """Let SIGTERM stop the run as Ctrl-C does, so that it leaves a report that says it is partial."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt("terminated")

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
