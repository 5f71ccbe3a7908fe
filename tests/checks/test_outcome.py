"""What people who test their own checks get from `harness.testing`."""

from collections.abc import Iterator

import pytest

from harness.checks import Note, check, naming, registered
from harness.checks.registry import collecting
from harness.model import Org, Queue
from harness.testing import Outcome, an_org, outcome


def test_an_outcome_sorts_notes_from_findings() -> None:
    with collecting():

        @check(source="internal standard CC-4")
        def noted(queue: Queue, org: Org) -> Iterator[str]:
            """A queue is noted."""
            yield Note("worth showing")
            yield "wrong"

    assert "test_outcome.noted" not in registered()
    with pytest.raises(ValueError, match="noted is not a registered check"):
        outcome(noted, an_org(queues={"Billing": []}), "queue Billing")


def test_an_outcome_of_a_subject_that_is_not_there_says_what_is() -> None:
    with pytest.raises(ValueError, match="the org has no 'code Sole', only code Sale"):
        outcome(naming.unique, an_org(codes=["Sale"]), "code Sole")
    with pytest.raises(ValueError, match="the org has no 'code Sole', only nothing"):
        outcome(naming.unique, an_org(), "code Sole")


def test_an_outcome_that_passed_has_no_reason() -> None:
    assert outcome(naming.unique, an_org(codes=["Sale"]), "code Sale") == Outcome("passed")
