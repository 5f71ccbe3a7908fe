"""Judge twenty rules on a plan's queues: the time of judging alone."""

import sys

from benchmarks.measure import Stopwatch
from harness.checking import judge
from harness.orgs import load_plan
from harness.policy import load_policies

plan, policy = sys.argv[1:]
policies, org = load_policies([policy]), load_plan(plan).org
with Stopwatch() as watch:
    runs = judge(policies, org)
watch.tell()
