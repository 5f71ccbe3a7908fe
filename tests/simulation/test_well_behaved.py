"""What holds for every check: shown for ours, and shown to be noticed when it does not hold."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from harness.checks import Check, Note, check, registered
from harness.checks.registry import collecting
from harness.errors import UnknownValueError
from harness.model import Org, Queue, WrapUpCode, is_known
from harness.policy.own_checks import installed_checks
from harness.policy.problems import Problems
from harness.testing import assert_well_behaved

EVERY = {**registered(), **installed_checks(Problems())}


@pytest.mark.parametrize("check_id", sorted(EVERY))
def test_every_check_in_the_registry_is_well_behaved(check_id: str) -> None:
    assert_well_behaved(EVERY[check_id], examples=15)


def made(function: Callable[..., Iterator[Any]]) -> Check:
    with collecting() as found:
        check(source="a test")(function)
    return next(iter(found.values()))


def test_verdicts_are_no_misbehaviour() -> None:
    def sees_nothing(queue: Queue, org: Org, *, limit: int = 3) -> Iterator[str]:
        """A queue is what it is."""
        yield Note("seen")
        raise UnknownValueError("everything", "nobody looked")

    assert_well_behaved(made(sees_nothing), examples=10)


def test_a_check_that_raises_is_noticed_on_the_simplest_org() -> None:
    def divides(queue: Queue, org: Org) -> Iterator[str]:
        """A queue has codes."""
        if 1 / len(org.offered.get(queue.id, ())) > 1:
            yield "never"

    with pytest.raises(AssertionError) as error:
        assert_well_behaved(made(divides))
    assert (
        "test_well_behaved.divides is not well behaved: it raises ZeroDivisionError: division by zero on queue "
        in str(error.value)
    )


def test_a_check_that_yields_no_text_is_noticed() -> None:
    def counts(code: WrapUpCode, org: Org) -> Iterator[Any]:
        """A code is counted."""
        yield 1

    with pytest.raises(AssertionError, match="it raises nothing, and yields int, not a text, on code "):
        assert_well_behaved(made(counts))


def test_a_check_that_remembers_is_noticed() -> None:
    asked: list[str] = []

    def remembers(code: WrapUpCode, org: Org) -> Iterator[str]:
        """A code is new."""
        asked.append(code.id)
        if len(asked) % 2:
            yield "seen an odd number of times"

    with pytest.raises(AssertionError, match="when asked again about the same org"):
        assert_well_behaved(made(remembers))


def test_a_check_that_looks_at_objects_and_not_at_what_they_say_is_noticed() -> None:
    known: dict[int, str] = {}

    def identifies(code: WrapUpCode, org: Org) -> Iterator[str]:
        """A code was seen before."""
        known.setdefault(id(org), code.id)
        if list(known).index(id(org)) % 2:
            yield "another org"

    with pytest.raises(AssertionError, match="when asked about a copy of the org"):
        assert_well_behaved(made(identifies))


def test_a_check_that_minds_the_order_is_noticed() -> None:
    def first(code: WrapUpCode, org: Org) -> Iterator[str]:
        """A code is not the first."""
        if org.codes[0].id == code.id:
            yield "comes first"

    with pytest.raises(AssertionError, match="when the org's entities are in another order"):
        assert_well_behaved(made(first))


def test_a_check_that_minds_what_it_is_not_about_is_noticed() -> None:
    def crowded(code: WrapUpCode, org: Org) -> Iterator[str]:
        """A code is in a small org."""
        if len(org.agents) % 2:
            yield "an odd number of agents"

    with pytest.raises(AssertionError, match="a code, an agent and a skill are added that it is not about"):
        assert_well_behaved(made(crowded))


def test_the_message_tells_the_parameters() -> None:
    def limited(code: WrapUpCode, org: Org, *, limit: int) -> Iterator[str]:
        """A code is short."""
        if is_known(code.name) and len(code.name) > limit:
            raise KeyError(limit)
        yield from ()

    with pytest.raises(AssertionError, match=r"raises KeyError: 3 on code .* \(with limit: 3\)"):
        assert_well_behaved(made(limited), parameters={"limit": 3})


def test_a_parameter_that_no_policy_can_write_is_refused() -> None:
    def odd(code: WrapUpCode, org: Org, *, limit: complex) -> Iterator[str]:
        """A code is odd."""
        yield from ()

    with pytest.raises(TypeError, match="a policy cannot write a value of type <class 'complex'>"):
        assert_well_behaved(made(odd))
    assert_well_behaved(made(odd), parameters={"limit": 1j}, examples=5)


def test_a_function_that_is_no_check_is_refused() -> None:
    with pytest.raises(ValueError, match="len is not a registered check"):
        assert_well_behaved(len)  # type: ignore[arg-type]
