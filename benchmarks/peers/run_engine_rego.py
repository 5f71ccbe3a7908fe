"""Run in the peers' environment: the time that an OPA engine needs for its rules, without reading the plan."""

import json
import resource
import sys
import time
from pathlib import Path

import hobofan_regorus

rules, plan = map(Path, sys.argv[1:])
engine = hobofan_regorus.Engine()
engine.add_policy(rules.name, rules.read_text(encoding="utf-8"))
engine.set_input_json(plan.read_text(encoding="utf-8"))
wall, cpu = time.perf_counter(), time.process_time()
denied = engine.eval_rule("data.wrapup.deny")
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
unit = 1 if sys.platform == "darwin" else 1024
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
json.dump({"wall_s": wall, "cpu_s": cpu, "peak_mb": peak}, sys.stdout)
sys.stderr.write(f"{len(denied)} findings\n")
