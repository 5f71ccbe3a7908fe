"""Generate orgs in one of three ways: the time of generating alone."""

import sys

from hypothesis import HealthCheck, Phase, given, settings

from benchmarks.measure import Stopwatch
from benchmarks.strategies import bare
from harness.model import Org
from harness.simulation.strategies import orgs

which, examples = sys.argv[1], int(sys.argv[2])
strategy = bare() if which == "bare" else orgs(adversarial=which == "adversarial")


@settings(
    max_examples=examples,
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(strategy)
def generate(_: Org) -> None:
    """Take an example and do nothing with it."""


with Stopwatch() as watch:
    generate()
watch.tell()
