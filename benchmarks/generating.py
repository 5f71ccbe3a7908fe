"""Generating orgs, beside the same structures from their fields with nothing related."""

from collections.abc import Sequence
from functools import partial

from benchmarks.measure import Candidate, Settings, Table, in_turn, python

__all__ = ["TITLE", "measure"]

TITLE = "Strategies"
_EXAMPLES = 300


def measure(settings: Settings) -> Sequence[Table]:
    """Measure generating examples, without a database and without shrinking."""
    names = {"orgs": "orgs()", "adversarial": "orgs(adversarial=True)", "bare": "bare builds() of the same structures"}
    return [
        in_turn(
            f"{_EXAMPLES} examples of an org",
            [
                Candidate(name=name, run=partial(python, "benchmarks.inside.generating", which, str(_EXAMPLES)))
                for which, name in names.items()
            ],
            settings,
        )
    ]
