"""Run in the peers' environment: judge plans with Rego rules; verdicts and times go to the standard output as JSON."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import hobofan_regorus


def main() -> None:
    """Judge each plan that is named after the rules."""
    rules, *plans = map(Path, sys.argv[1:])
    engine = hobofan_regorus.Engine()
    engine.add_policy(rules.name, rules.read_text(encoding="utf-8"))
    found: dict[str, Any] = {}
    for path in plans:
        text = path.read_text(encoding="utf-8")
        start = time.perf_counter()
        engine.set_input_json(text)
        read = time.perf_counter()
        judged = {name: engine.eval_rule(f"data.wrapup.{name}") for name in ("deny", "warn")}
        end = time.perf_counter()
        found[path.stem] = {
            "deny": sorted(judged["deny"]),
            "warn": sorted(judged["warn"]),
            "read_s": read - start,
            "judge_s": end - read,
        }
    json.dump(found, sys.stdout)


main()
