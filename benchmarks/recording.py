"""Recording an org over real HTTP, beside the requests that it needs at least and the rate that is allowed."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measure import Figures, Row, Settings, Table
from benchmarks.recordings import write
from harness.client import Access, ClientCredentials, GenesysClient, region_of
from harness.model.org import Resource
from harness.orgs.recorder import record
from harness.orgs.resources import LISTINGS
from harness.sandbox import Sandbox

__all__ = ["TITLE", "measure"]

TITLE = "Recording an org"
_ALLOWED = 300
_SIZES = (100,)
_SLOW_SIZES = (350,)


def measure(settings: Settings) -> Sequence[Table]:
    """Record from a sandbox that allows what the platform allows, and announces it as the platform does."""
    return [_table(queues) for queues in (*_SIZES, *(_SLOW_SIZES if settings.slow else ()))]


def _table(queues: int) -> Table:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "org", queues)
        with Sandbox(folder / "org", rate_limit=_ALLOWED) as sandbox:
            credentials = ClientCredentials(sandbox.client_id, sandbox.client_secret)
            with GenesysClient(Access(region_of(sandbox.base_url), credentials)) as client:
                start, used = time.perf_counter(), time.process_time()
                record(client, folder / "recorded")
                took = Figures(wall_s=time.perf_counter() - start, cpu_s=time.process_time() - used)
            statuses = [it.status for it in sandbox.requests if it.path != "/oauth/token"]
    # The org, its permissions, the mapping; the pages of five listings; two listings a queue.
    entities: Mapping[Resource, int] = {
        "divisions": 8,
        "wrapupcodes": 200,
        "queues": queues,
        "skills": 50,
        "users": 2 * queues,
    }
    pages = sum(-(-number // LISTINGS[resource].page_size) for resource, number in entities.items())
    least = 3 + pages + 2 * queues
    windows = (least - 1) // _ALLOWED
    return Table(
        title=f"{queues} queues at {_ALLOWED} requests a minute; client and sandbox in one process",
        bar="exactly the pages that must be read, the allowed rate kept full, no 429",
        rows=(
            Row(
                name="recorded",
                median=took,
                runs=1,
                note=f"{len(statuses)} requests, {statuses.count(429)} answered with 429",
            ),
            Row(
                name="what the rate allows at best",
                median=Figures(wall_s=60.0 * windows, cpu_s=0),
                runs=1,
                note=f"{least} requests are needed at least",
            ),
        ),
    )
