"""Checks of the family divisions, beyond their examples."""

from typing import Any

import pytest

from harness.checks import divisions
from harness.model import Division, Org, unknown
from harness.testing import a_code, a_queue, an_org, outcome

UNSEEN: Any = unknown("the queue's division", "the export does not carry it")


def offered(code: Division, queue: Division) -> Org:
    return an_org(codes=[a_code("Sale", division=code)], queues={"Billing": a_queue("Sale", division=queue)})


def aligned(org: Org, all_divisions: str) -> Any:
    return outcome(divisions.aligned, org, "assignment Sale @ Billing", all_divisions=all_divisions)


def test_aligned_compares_ids_not_names() -> None:
    """An export may know one of the two by its id only."""
    assert aligned(offered(Division("d1", "Retail"), Division("d1")), "forbid").verdict == "passed"
    assert aligned(offered(Division("d1", "Retail"), Division("d2", "Retail")), "forbid").verdict == "failed"


def test_aligned_says_the_id_of_a_division_without_a_name() -> None:
    assert aligned(offered(Division("d1"), Division("d2")), "allow").findings == (
        "the code belongs to division d1; the queue's division d2",
    )


@pytest.mark.parametrize(("all_divisions", "verdict"), [("allow", "passed"), ("forbid", "unknown")])
def test_aligned_needs_the_queues_division_only_to_compare(all_divisions: str, verdict: str) -> None:
    assert aligned(offered(Division("*", "*"), UNSEEN), all_divisions).verdict == verdict
