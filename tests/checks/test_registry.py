"""How a function becomes a check, and what a function that is none is told."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from harness.checks import Breach, Check, Note, check
from harness.checks.registry import collecting, registered
from harness.model import CrmMapping, Definition, Disposition, Org, Queue


def made(function: Callable[..., Iterator[str]], **needs: Any) -> Check:
    with collecting() as found:
        check(source="internal standard CC-4", **needs)(function)
    (only,) = found.values()
    return only


def test_a_check_is_read_from_its_signature_and_docstring() -> None:
    def office_hours(queue: Queue, org: Org, *, suffix: str, limit: int = 3) -> Iterator[str]:
        """An office-hours queue says so in its name.

        Prose may go on
        for several lines.

        Args:
            queue: The queue under test.
            org: The org.
            suffix: What the name ends in,
                when it is shut: at night.
            limit: A number.

        Yields:
            One message.
        """
        yield suffix

    found = made(office_hours)
    assert (found.id, found.family, found.kind.name) == ("test_registry.office_hours", "test_registry", "queue")
    assert found.title == "An office-hours queue says so in its name."
    assert found.text == "Prose may go on\nfor several lines."
    assert [(it.name, it.annotation, it.required, it.text) for it in found.parameters] == [
        ("suffix", str, True, "What the name ends in, when it is shut: at night."),
        ("limit", int, False, "A number."),
    ]
    assert found.parameters[1].default == 3
    assert found.source == "internal standard CC-4"
    assert found.id not in registered()


def test_what_a_subject_needs_is_added() -> None:
    def about(subject: Any, org: Org) -> Iterator[str]:
        """A sentence."""
        yield ""

    needs = []
    for subject in (Queue, Definition, Disposition, CrmMapping):
        about.__annotations__["subject"] = subject
        needs.append(sorted(made(about, needs=("crm",)).needs))
    assert needs == [["crm"], ["catalogue", "crm"], ["crm"], ["catalogue", "crm"]]


def no_org(queue: Queue) -> Iterator[str]:
    """A sentence."""
    yield ""


def wrong_subject(queue: str, org: Org) -> Iterator[str]:
    """A sentence."""
    yield ""


def wrong_org(queue: Queue, org: str) -> Iterator[str]:
    """A sentence."""
    yield ""


def untold(queue: Queue, org: Org) -> Iterator[str]:
    yield ""


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (no_org, "takes a subject and an org before the `*`, not 1 parameters"),
        (
            wrong_subject,
            "the first parameter's type must be one of Assignment, Change, CrmMapping, Definition, Disposition,"
            " Flags, Membership, Org, Queue, Usage, WrapUpCode",
        ),
        (wrong_org, "the second parameter must be annotated `Org`"),
        (untold, "has no docstring; its first line is the title that reports show"),
    ],
)
def test_a_function_of_another_shape_is_refused(function: Callable[..., Iterator[str]], message: str) -> None:
    with pytest.raises(TypeError) as error:
        made(function)
    assert str(error.value) == f"check test_registry.{function.__name__}: {message}"


def test_a_breach_reads_as_one_phrase_and_keeps_its_parts() -> None:
    breach = Breach("name has 40 characters", expected="at most 30")
    assert breach == "name has 40 characters; at most 30"
    assert (breach.observed, breach.expected) == ("name has 40 characters", "at most 30")
    assert not isinstance(breach, Note)
