"""Cases through pytest, beside the same cases as `@pytest.mark.parametrize`."""

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec

from benchmarks.measure import Candidate, Settings, Table, in_turn, process
from benchmarks.plans import a_plan

__all__ = ["TITLE", "measure"]

TITLE = "Cases through pytest"
_RULES = 10
_SIZES = (1_000, 10_000)
_SLOW_SIZES = (100_000,)
_ONCE = 100_000
"""From so many on parametrize runs once: it takes minutes."""

POLICY = "policy: Cases\nrules:\n" + "".join(
    f"  - {{id: C{n:02}, severity: major, for: queue, expect: '!queue.name.endsWith(\"{n}\")'}}\n"
    for n in range(_RULES)
)
"""Ten rules, each of which every tenth queue breaks."""

PARAMETRIZED = """\
import json
from pathlib import Path

import pytest

QUEUES = json.loads(Path(__file__).with_name("queues.json").read_text())


@pytest.mark.parametrize("rule", range(10), ids="C{:02}".format)
@pytest.mark.parametrize("queue", QUEUES)
def test_case(queue: str, rule: int) -> None:
    assert not queue.endswith(str(rule)), f"queue.name is '{queue}'"
"""
"""The same cases, with the same names, as pytest's own."""


def measure(settings: Settings) -> Sequence[Table]:
    """Measure cases with and without reports."""
    return [table for size in (*_SIZES, *(_SLOW_SIZES if settings.slow else ())) for table in _tables(size, settings)]


def _tables(size: int, settings: Settings) -> Iterator[Table]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = a_plan(size // _RULES, settled=True)
        (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        (folder / "cases.policy.yaml").write_text(POLICY, encoding="utf-8")
        (folder / "queues.json").write_text(json.dumps([f"Queue {n}" for n in range(size // _RULES)]), encoding="utf-8")
        (folder / "test_empty.py").touch()
        (folder / "test_cases.py").write_text(PARAMETRIZED, encoding="utf-8")
        run = [sys.executable, "-m", "pytest", "-q", "--tb=no", "--no-header", "-rN"]
        run += ["-p", "no:randomly", "-p", "no:hypothesispytest", "-p", "no:xdist"]
        ours = [*run, "cases.policy.yaml", "--wrapup-plan", "plan.json"]
        nothing = [*run, "test_empty.py"]
        others = [*run, "test_cases.py", "-p", "no:wrapup"]
        reports = ["--junitxml", "junit.xml", "--html", "report.html", "--self-contained-html"]
        for title, more, bar in (
            (f"{size:,} cases, a tenth failing", [], "at least 8 times faster a case" if size > 1_000 else ""),
            (
                f"{size:,} cases with JUnit and HTML",
                reports,
                "at least 5.5 times faster a case" if size > 1_000 else "",
            ),
        ):
            memory = {100_000: ", under 650 MB" if more else ", under 450 MB"}.get(size, "")
            candidates = [
                Candidate(name="a policy's cases", run=partial(process, [*ours, *more], folder=folder, expect=(1,))),
                Candidate(
                    name="parametrize",
                    run=partial(process, [*others, *more], folder=folder, expect=(1,)),
                    once=size >= _ONCE,
                ),
                Candidate(name="pytest without a test", run=partial(process, nothing, folder=folder, expect=(5,))),
            ]
            yield _a_case(in_turn(title, candidates, settings, bar=f"{bar}{memory}"), size)


def _a_case(table: Table, size: int) -> Table:
    """Return a table that says what one case takes, start-up left out."""
    *rows, nothing = table.rows
    each = [(row.median.cpu_s - nothing.median.cpu_s) / size for row in rows]
    notes = [f"{it * 1e6:,.0f} µs a case, {it / each[0]:.1f} times ours" for it in each]
    noted = [msgspec.structs.replace(row, note=note) for row, note in zip(rows, notes, strict=True)]
    return msgspec.structs.replace(table, rows=(*noted, nothing))
