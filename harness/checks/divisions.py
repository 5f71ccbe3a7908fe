"""Do codes and queues belong together?"""

from collections.abc import Iterator
from typing import Literal

from harness.checks.registry import Breach, check
from harness.model import Assignment, Division, Org, is_known
from harness.model.ids import ALL_DIVISIONS

__all__ = ["aligned"]


@check(source="GET /api/v2/routing/wrapupcodes, division; the vendor's help: a code should share the queue's division")
def aligned(assignment: Assignment, org: Org, *, all_divisions: Literal["allow", "forbid"]) -> Iterator[str]:
    """A code belongs to the division of the queue that offers it.

    Divisions are compared by id.

    Args:
        assignment: The code on the queue under test.
        org: The org it belongs to; unused.
        all_divisions: Whether a code may belong to all divisions.

    Yields:
        One message if the code belongs to another division, or, with `forbid`, to all of them.
    """
    codes, queues = assignment.code.division, assignment.queue.division
    if codes.id == ALL_DIVISIONS:
        if all_divisions == "forbid":
            yield Breach("the code belongs to all divisions", expected=f"the queue's division {_named(queues)}")
    elif codes.id != queues.id:
        yield Breach(f"the code belongs to division {_named(codes)}", expected=f"the queue's division {_named(queues)}")


def _named(division: Division) -> str:
    return f"'{division.name}'" if is_known(division.name) else division.id
