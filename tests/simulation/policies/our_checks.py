"""Checks of somebody's own, for the planted policies."""

from collections.abc import Iterator

from harness.checks import check
from harness.model import Org, Queue, WrapUpCode


@check(source="internal standard CC-4")
def office_hours(queue: Queue, org: Org, *, suffix: str) -> Iterator[str]:
    """An office-hours queue says so in its name."""
    if queue.name.startswith("Front office") and not queue.name.endswith(suffix):
        yield f"name does not end in '{suffix}'"


@check(source="internal standard CC-5")
def never_wrong(code: WrapUpCode, org: Org, *, limit: int) -> Iterator[str]:
    """A code is fine: somebody compared the wrong way round."""
    if len(code.name) < 0 > limit:
        yield "name is too short"
