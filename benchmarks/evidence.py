"""Usage checks over millions of handlings, beside the same questions in DuckDB SQL by hand.

The evidence is made once and kept in the settings' folder: 20 million handlings take about 650 MB, 200 million 6.5 GB.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.handlings import handlings
from benchmarks.inside.evidence import CHECKS, crm_export
from benchmarks.measure import Candidate, Settings, Table, in_turn, python

__all__ = ["TITLE", "measure"]

TITLE = "Usage checks"
_NUMBER, _SLOW_NUMBER, _LARGE = 2_000_000, 20_000_000, 200_000_000
_SIZES = (_NUMBER, 5_000_000, 10_000_000, _SLOW_NUMBER, _LARGE)
_MODULE = "benchmarks.inside.evidence"


def measure(settings: Settings) -> Sequence[Table]:
    """Measure each check beside SQL by hand, all of them together, and how the cost grows.

    Without the slow parts it is done with a tenth of the handlings, and without the CRM's records.
    """
    number = _SLOW_NUMBER if settings.slow else _NUMBER
    folder = handlings(settings.folder, number)
    if settings.slow:
        crm_export(folder)
    checks = CHECKS if settings.slow else CHECKS[:-1]
    tables = [_beside_sql(folder, check, number, settings) for check in checks]
    return [*tables, _together(folder, number, settings), *([_growth(settings)] if settings.slow else ())]


def _beside_sql(folder: Path, check: str, number: int, settings: Settings) -> Table:
    candidates = [
        Candidate(name="this harness", run=partial(python, _MODULE, folder, check, "ours")),
        Candidate(name="DuckDB SQL by hand", run=partial(python, _MODULE, folder, check, "sql")),
    ]
    title = f"{check}, {number // 1_000_000} million handlings: all numbers, and conversations behind those that break a rule"
    return in_turn(title, candidates, settings, bar="at most 1.3 times of SQL by hand, and under 500 MB")


def _together(folder: Path, number: int, settings: Settings) -> Table:
    # The CRM's records are a file of their own, which no other check reads.
    names = ("all", *CHECKS[:-1])
    candidates = [
        Candidate(
            name="all but reconciled, together" if name == "all" else name,
            run=partial(python, _MODULE, folder, name, "ours"),
        )
        for name in names
    ]
    title = f"All checks together, {number // 1_000_000} million handlings"
    return in_turn(title, candidates, settings, bar="at most 3 times of the slowest of them, and under 500 MB")


def _growth(settings: Settings) -> Table:
    candidates = [
        Candidate(
            name=f"{size // 1_000_000} million handlings",
            run=partial(python, _MODULE, handlings(settings.folder, size), "all", "ours"),
            once=size == _LARGE,
        )
        for size in _SIZES
    ]
    return in_turn(
        "All checks together, as evidence grows", candidates, settings, bar="linear or better; memory that stays"
    )
