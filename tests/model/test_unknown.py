"""An unknown value is never compared, counted or shown by accident."""

import copy
import itertools
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from harness.errors import UnknownValueError
from harness.model import is_known, unknown

VALUE = unknown("the code's name", "the plan computes it")


@pytest.mark.parametrize(
    "use",
    [
        lambda it: it == "Sale",
        lambda it: "Sale" == it,  # noqa: SIM300  # the reflected operator is meant
        lambda it: it != "Sale",
        lambda it: it < 1,
        lambda it: it >= 1,
        lambda it: bool(it),
        lambda it: hash(it),
        lambda it: len(it),
        lambda it: list(it),
        lambda it: "x" in it,
        lambda it: it in {"x"},
        lambda it: it in ["x"],
        lambda it: it["x"],
        lambda it: it.name,
        lambda it: it(),
        lambda it: f"{it}",
        lambda it: str(it),
        lambda it: int(it),
        lambda it: 1 + it,
        lambda it: it * 2,
        lambda it: sorted([it, "x"]),
    ],
    ids=itertools.count(),
)
def test_every_use_says_what_is_unknown_and_why(use: Callable[[Any], object]) -> None:
    with pytest.raises(UnknownValueError) as error:
        use(VALUE)
    assert str(error.value) == "the code's name is unknown: the plan computes it"


def test_it_can_be_looked_at_without_being_read() -> None:
    assert not is_known(VALUE)
    assert is_known(None)
    assert repr(VALUE) == "<unknown the code's name: the plan computes it>"
    assert VALUE is not None


def test_equal_gaps_are_one_object_also_after_a_copy() -> None:
    """Two orgs with the same gaps compare equal, also across processes."""
    assert unknown("the code's name", "the plan computes it") is VALUE
    for same in (copy.copy(VALUE), copy.deepcopy([VALUE])[0], pickle.loads(pickle.dumps(VALUE))):  # noqa: S301
        assert same is VALUE
    assert unknown("the code's name", "the plan computes it", "x") is not VALUE
