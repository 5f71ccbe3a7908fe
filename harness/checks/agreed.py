"""What checks ask about the agreement: what is behind a code, and which queues a definition names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.checks.registry import NotApplicable
from harness.errors import UnknownValueError
from harness.model import Definition, Org, Queue, WrapUpCode

__all__ = ["NamedQueues", "agreed_about", "queues_named"]


def agreed_about(code: WrapUpCode, org: Org) -> Definition:
    """Return the definition of a code, for checks that judge only what was agreed.

    Raises:
        NotApplicable: If the code has no definition; `catalogue.known` says so.
        UnknownValueError: If there is no catalogue, or the code's name is unknown.
    """
    _ = org.agreed
    found = org.definition_of(code)
    if found is None:
        raise NotApplicable("the code has no definition")
    return found


@dataclass(frozen=True)
class NamedQueues:
    """The queues that a definition names.

    Attributes:
        queues: By id, those that are seen.
        missing: Ids and patterns that mean no queue, as written.
        unseen: Why there may be others, or None.
    """

    queues: Mapping[str, Queue]
    missing: Sequence[str]
    unseen: UnknownValueError | None


def queues_named(definition: Definition, org: Org) -> NamedQueues:
    """Return the queues that a definition names, by id or by exact name with wildcards."""
    queues: dict[str, Queue] = {}
    missing: list[str] = []
    unseen: UnknownValueError | None = None
    for pattern in dict.fromkeys(definition.queues):
        found = org.queues_matching(pattern)
        queues |= found
        try:
            org.require_all_queues(pattern, f"whether the queue '{pattern}' exists")
        except UnknownValueError as error:
            unseen = unseen or error
        else:
            missing += [] if found else [pattern]
    return NamedQueues(queues, missing, unseen)
