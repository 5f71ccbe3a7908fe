"""The engine alone: twenty rules on five thousand queues, beside an OPA engine and checkov on the same queues."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.measure import Candidate, Figures, Settings, Table, in_turn, process, python, told
from benchmarks.peers.environment import HERE, Peers
from benchmarks.plans import write_plan
from benchmarks.rules import ENGINE_POLICY, RULES

__all__ = ["TITLE", "measure"]

TITLE = "The engine"
_QUEUES = 5_000


def measure(settings: Settings) -> Sequence[Table]:
    """Measure judging, without reading what is judged."""
    plan, policy = settings.folder / "plan-settled.json", settings.folder / "engine.policy.yaml"
    write_plan(plan, _QUEUES, settled=True)
    policy.write_text(ENGINE_POLICY, encoding="utf-8")
    peers = Peers(settings.folder / "peers")
    candidates = [
        Candidate(
            name="this harness",
            run=partial(python, "benchmarks.inside.engine", plan, policy),
            note="every verdict kept, with what was observed",
        ),
        Candidate(
            name=f"regorus {peers.versions()['hobofan_regorus']}",
            run=partial(_rego, peers, plan),
            note="findings only; without reading the plan",
        ),
    ]
    if settings.slow:
        candidates.append(
            Candidate(
                name=f"checkov {peers.versions()['checkov']}",
                run=partial(process, peers.checkov_command("engine_checks", [plan])),
                note="whole process",
                once=True,
            )
        )
    title = f"{RULES} rules on {_QUEUES:,} queues, in memory"
    return [in_turn(title, candidates, settings, bar="under 0.5 s and 200 MB")]


def _rego(peers: Peers, plan: Path) -> Figures:
    return told([peers.python, HERE / "run_engine_rego.py", HERE / "engine.rego", plan])
