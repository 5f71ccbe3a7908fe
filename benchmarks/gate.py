"""A cold gate: from nothing to an exit code, beside checkov on the same plan; and the largest plan that is judged."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.measure import Candidate, Figures, Settings, Table, in_turn, process
from benchmarks.peers.environment import Peers
from benchmarks.plans import GATE_POLICY, write_plan

__all__ = ["TITLE", "measure"]

TITLE = "The gate before a deployment"
_QUEUES = 5_000
_MOST_QUEUES = 101_000
"""A plan of so many has just under the 200 MB that are judged at most."""


def measure(settings: Settings) -> Sequence[Table]:
    """Measure the gate."""
    policy = settings.folder / "gate.policy.yaml"
    policy.write_text(GATE_POLICY, encoding="utf-8")
    plan = settings.folder / "plan-5000.json"
    write_plan(plan, _QUEUES)
    candidates = [Candidate(name="wrapup check --plan", run=partial(_gate, plan, policy), note="whole process")]
    if settings.slow:
        peers = Peers(settings.folder / "peers")
        candidates.append(
            Candidate(
                name=f"checkov {peers.versions()['checkov']}",
                run=partial(process, peers.checkov_command("gate_checks", [plan])),
                note="whole process, the same three rules",
                once=True,
            )
        )
    size = plan.stat().st_size / 1e6
    tables = [
        in_turn(
            f"Three rules on a plan of {_QUEUES:,} queues, {size:.1f} MB",
            candidates,
            settings,
            bar="under 3 s and 300 MB",
        )
    ]
    if settings.slow:
        largest = settings.folder / "plan-largest.json"
        write_plan(largest, _MOST_QUEUES)
        tables.append(
            in_turn(
                f"The largest plan that is judged: {_MOST_QUEUES:,} queues, {largest.stat().st_size / 1e6:.0f} MB",
                [Candidate(name="wrapup check --plan", run=partial(_gate, largest, policy), once=True)],
                settings,
                bar="within 2,000 MB",
            )
        )
        largest.unlink()
    return tables


def _gate(plan: Path, policy: Path) -> Figures:
    wrapup = Path(sys.executable).parent / "wrapup"
    return process([wrapup, "check", policy, "--plan", plan], expect=(1,))
