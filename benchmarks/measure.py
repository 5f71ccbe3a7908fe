"""Measuring: whole processes and what they say of themselves, in turn, so that a busy machine is fair to all."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

__all__ = [
    "Candidate",
    "Figures",
    "Row",
    "Settings",
    "Stopwatch",
    "Table",
    "environment",
    "in_turn",
    "process",
    "python",
    "told",
]


_LAUNCHER = str(Path(__file__).with_name("inside") / "launch.py")


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """One run of one candidate.

    Attributes:
        wall_s: Seconds that passed.
        cpu_s: Seconds of processor time, of the process and those it waited for.
        peak_mb: Largest memory of one process, in megabytes (10^6 bytes); None when that was not measured.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One candidate of a table, measured.

    Attributes:
        name: What was run.
        median: The medians of its runs.
        runs: How many.
        ratio: Median of its processor time over the first row's, run by run; None for the first.
        note: What else is worth knowing.
    """

    name: str
    median: Figures
    runs: int
    ratio: float | None = None
    note: str = ""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One question, answered side by side.

    Attributes:
        title: The question.
        bar: What is asked of it, or nothing.
        rows: The first is ours.
    """

    title: str
    rows: tuple[Row, ...]
    bar: str = ""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How to measure.

    Attributes:
        runs: How often each candidate runs, after one run that is not counted.
        slow: Whether parts that take minutes are measured too.
        folder: Where inputs and the peers' environment are kept between runs.
    """

    runs: int
    slow: bool
    folder: Path


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is measured.

    Attributes:
        name: What it is called in the table.
        run: Runs it once.
        note: What else is worth knowing.
        once: Whether one run is enough, because it takes minutes.
    """

    name: str
    run: Callable[[], Figures]
    note: str = ""
    once: bool = False


def in_turn(title: str, candidates: Sequence[Candidate], settings: Settings, *, bar: str = "") -> Table:
    """Run all candidates in turn, again and again.

    The ratio of two is taken run by run: when the machine's speed changes meanwhile, both runs of a pair feel it.
    """
    found: list[list[Figures]] = [[] for _ in candidates]
    for number in range(settings.runs + 1):
        for candidate, figures in zip(candidates, found, strict=True):
            if candidate.once and figures:
                continue
            sys.stderr.write(f"  {candidate.name}: {f'run {number}' if number else 'warm-up'}\n")
            measured = candidate.run()
            if number or candidate.once:
                figures.append(measured)
    return Table(
        title=title,
        bar=bar,
        rows=tuple(
            Row(
                name=candidate.name,
                median=_median(figures),
                runs=len(figures),
                ratio=_ratio(figures, found[0]) if number else None,
                note=candidate.note,
            )
            for number, (candidate, figures) in enumerate(zip(candidates, found, strict=True))
        ),
    )


def _median(figures: Sequence[Figures]) -> Figures:
    peaks = [it.peak_mb for it in figures if it.peak_mb is not None]
    return Figures(
        wall_s=statistics.median(it.wall_s for it in figures),
        cpu_s=statistics.median(it.cpu_s for it in figures),
        peak_mb=statistics.median(peaks) if peaks else None,
    )


def _ratio(figures: Sequence[Figures], ours: Sequence[Figures]) -> float:
    return statistics.median(one.cpu_s / other.cpu_s for one, other in zip(figures, ours, strict=False))


def process(command: Sequence[str | Path], *, folder: Path | None = None, expect: Sequence[int] = (0,)) -> Figures:
    """Run a command to its end and measure it from outside.

    Args:
        command: The program and its arguments.
        folder: Where it runs; a new one that is deleted when None, so that no cache helps it.
        expect: The exit codes that mean that it did its work.

    Raises:
        RuntimeError: If it ends in another way; with the end of what it said.
    """
    return _launched(command, folder, expect)[1]


def python(module: str, *arguments: str | Path) -> Figures:
    """Run a module of this package in a process of its own, and take the figures that it prints about itself.

    The process measures only the part in question, so that its start and its imports do not count.
    """
    return told([sys.executable, "-m", module, *arguments])


def told(command: Sequence[str | Path]) -> Figures:
    """Run a program of ours to its end, and take the figures that it prints about itself."""
    return msgspec.json.decode(_launched(command, Path(__file__).parent.parent, (0,))[0], type=Figures)


def _launched(command: Sequence[str | Path], folder: Path | None, expect: Sequence[int]) -> tuple[bytes, Figures]:
    with tempfile.TemporaryDirectory() as fresh:
        # A process's largest memory begins with that of the one that started it, so a small one does.
        done = subprocess.run(  # noqa: S603 - our own commands
            [sys.executable, "-S", "-E", _LAUNCHER, *map(str, command)],
            cwd=folder or fresh,
            env=environment(),
            capture_output=True,
        )
    said, _, figures = done.stdout.rpartition(b"\n")
    if done.returncode not in expect:
        text = (said + done.stderr).decode(errors="replace")[-2000:]
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {done.returncode}: {text}")
    return said, msgspec.json.decode(figures, type=Figures)


def environment(**more: str) -> Mapping[str, str]:
    """Return the environment that everything is measured in: compiled modules are kept, settings of pytest are not."""
    left_out = {"PYTHONDONTWRITEBYTECODE", "PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONPATH"}
    root = str(Path(__file__).parent.parent)
    return {key: value for key, value in os.environ.items() if key not in left_out} | {"PYTHONPATH": root} | more


class Stopwatch:
    """Measures the part of a process that a `with` block runs, and prints it.

    Example:
        >>> with Stopwatch() as watch:  # doctest: +SKIP
        ...     judge(policies, org)
        >>> watch.tell()  # doctest: +SKIP
    """

    def __enter__(self) -> "Stopwatch":
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self._figures = Figures(wall_s=time.perf_counter() - self._wall, cpu_s=time.process_time() - self._cpu)

    def tell(self) -> None:
        """Print the figures, with the process's largest memory until now."""
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
        sys.stdout.write(json.dumps({"wall_s": self._figures.wall_s, "cpu_s": self._figures.cpu_s, "peak_mb": peak}))
