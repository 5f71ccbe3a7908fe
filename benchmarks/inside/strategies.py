"""Generate examples of one strategy: the time of generating alone."""

import sys

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.measure import Stopwatch
from harness.simulation.strategies import orgs, queues

which, examples = sys.argv[1], int(sys.argv[2])

BARE = st.fixed_dictionaries(
    {
        "id": st.uuids(),
        "name": st.text(min_size=1, max_size=40),
        "division": st.text(min_size=1, max_size=20),
        "prompt": st.sampled_from(["OPTIONAL", "MANDATORY", "MANDATORY_TIMEOUT", "AGENT_REQUESTED"]),
        "timeout_ms": st.none() | st.integers(1_000, 3_600_000),
        "description": st.none() | st.text(max_size=80),
        "members": st.integers(0, 500),
    }
)


@settings(
    max_examples=examples,
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given({"queues": queues(), "orgs": orgs(), "bare": BARE}[which])
def generate(_: object) -> None:
    """Take an example and do nothing with it."""


with Stopwatch() as watch:
    generate()
watch.tell()
