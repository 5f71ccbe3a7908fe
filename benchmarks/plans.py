"""Plans of any size, as `terraform show -json` would write them: the same seed gives the same bytes."""

import json
import random
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.plans.builder import CODE, Resource, Set, code, plan, queue, ref

__all__ = ["GATE_POLICY", "a_plan", "write_plan"]

SEED = 20261122
_CODES = 200
_MODULES = 20
_FROM = ("var.known_codes", "var.new_codes")
_PROMPTS = ("MANDATORY_TIMEOUT", "MANDATORY_TIMEOUT", "MANDATORY_TIMEOUT", "MANDATORY", "OPTIONAL")

GATE_POLICY = """\
policy: Three rules for a plan
rules:
  - id: PROMPT
    check: prompt.mandatory
    with: {allowed: [MANDATORY, MANDATORY_TIMEOUT, MANDATORY_FORCED_TIMEOUT]}
    severity: critical
  - {id: LIMIT, check: duration.limit, with: {max: 120s, untimed: allow}, severity: major}
  - {id: OFFERS, check: prompt.offers_codes, severity: critical}
"""
"""What the gate is measured with: prompt, time limit, and whether a queue offers codes."""


def a_plan(queues: int, *, settled: bool = False, seed: int = SEED) -> dict[str, Any]:
    """Return a plan of so many queues in modules, with codes half of which exist and half of which it makes.

    About one queue in five has an optional prompt, one in five a time limit that is too long, one in twenty no codes,
    and one in twenty codes that are not written: 9 MB hold 5,000 of them.

    Args:
        queues: How many.
        settled: Whether all codes exist, so that every queue's codes are known by their ids.
        seed: Of everything that is drawn.
    """
    draw = random.Random(seed)  # noqa: S311 - nothing is secret
    codes = [
        code(
            f"c{n}",
            f"Outcome {n}",
            id=_id(draw) if settled or n % 2 else None,
            writes={"description": f"How it ended: {n}"},
        )
        for n in range(_CODES)
    ]
    resources = [*codes, *_queues(draw, queues, codes, settled=settled)]
    names = {it.module.removeprefix("module.") for it in resources if it.module}
    given = tuple(reference for it in codes if it.is_now is None for reference in ref(CODE, it.name))
    calls = {name: {"new_codes": given} for name in sorted(names)}
    return plan(*resources, calls=calls)


def write_plan(path: Path, queues: int, *, settled: bool = False) -> None:
    """Write such a plan as Terraform does: on one line."""
    path.write_text(json.dumps(a_plan(queues, settled=settled), separators=(",", ":")), encoding="utf-8")


def _id(draw: random.Random) -> str:
    return str(uuid.UUID(int=draw.getrandbits(128), version=4))


def _queues(draw: random.Random, number: int, codes: list[Resource], *, settled: bool) -> Iterator[Resource]:
    known = [it.is_now["id"] for it in codes if it.is_now is not None]
    fresh = [it for it in codes if it.is_now is None]
    # A module takes the new codes by a variable: how many a queue takes is known, which only when it takes all.
    a_module = -(-number // _MODULES)
    for n in range(number):
        team = n // a_module
        module = f"module.team_{team:03}"
        writes = {
            "description": f"Queue {n} of {module}: what customers want when they choose option {n % 9}",
            "acw_wrapup_prompt": draw.choice(_PROMPTS),
            "acw_timeout_ms": draw.choice((15_000, 30_000, 60_000, 120_000, 300_000)),
            "skill_evaluation_method": draw.choice(("ALL", "BEST", "NONE")),
            "auto_answer_only": draw.random() < 0.5,
            "enable_transcription": draw.random() < 0.5,
            "enable_manual_assignment": False,
            "calling_party_name": f"Team {team}",
            "media_settings_call": [
                {"alerting_timeout_sec": 8, "service_level_percentage": 0.8, "service_level_duration_ms": 20_000}
            ],
        }
        known_here = tuple(draw.sample(known, draw.randint(1, 5)))
        offers: Set | None = Set(known_here, references=_FROM)
        name = "this"
        kind = draw.randrange(20)
        match kind if not settled or kind == 0 else None:
            case 0:
                offers = Set(references=_FROM)
            case 1:
                offers, name = None, "unmanaged"
            case 2:
                offers = Set((), len(fresh), _FROM)
            case 3 | 4 | 5:
                offers = Set(known_here, 2, _FROM)
        yield queue(name, f"Queue {n}", codes=offers, writes=writes, module=module, index=f"q{n}", each=("var.queues",))
