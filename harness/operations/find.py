"""Finding a code by its name within a queue: codes are offered by queues, and apply nowhere else."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from harness.checks.wording import quoted
from harness.client import GenesysClient
from harness.errors import NotFoundError, did_you_mean
from harness.model import Queue, WrapUpCode
from harness.model.names import printable
from harness.operations.reading import (
    LookupFailedError,
    ambiguous,
    find_queue,
    match,
    read_codes,
    read_queue_codes,
    read_queues,
)

__all__ = ["Found", "find_code"]

_MOST_QUEUES = 200
_WORKERS = 4


@dataclass(frozen=True)
class Found:
    """A code on a queue.

    Attributes:
        exact: Whether the code carries exactly the name that was asked for; else it reads the same.
    """

    code: WrapUpCode
    queue: Queue
    exact: bool


def find_code(client: GenesysClient, queue: str, name: str) -> Found:
    """Return the one code of a queue that a name means: exactly that name, else what reads the same.

    Args:
        client: Reads.
        queue: The queue's id or name.
        name: The code's name.

    Raises:
        LookupFailedError: If the queue offers none of that name, or several; with the queues that do offer it.
        NotFoundError: If there is no queue with that id.
    """
    within = find_queue(client, queue)
    offered = {code.id: code for code in read_queue_codes(client, within.id)}
    found = match(name, ((code.id, code.name) for code in offered.values()))
    if len(found.ids) == 1:
        return Found(offered[found.ids[0]], within, found.exact)
    if found.ids:
        raise ambiguous(
            f"codes of queue '{printable(within.name)}'", name, found, lambda code_id: offered[code_id].name
        )
    raise _not_offered(client, within, name, tuple(offered.values()))


def _not_offered(client: GenesysClient, queue: Queue, name: str, offered: Sequence[WrapUpCode]) -> LookupFailedError:
    what = f"queue '{printable(queue.name)}' offers no code '{printable(name)}'"
    codes = {code.id: code for code in read_codes(client)}
    meant = match(name, ((code.id, code.name) for code in codes.values()))
    if not meant.ids:
        near = did_you_mean(printable(name), [printable(code.name) for code in offered])
        listed = f"it offers {quoted([printable(code.name) for code in offered])}"
        nothing = "it offers no codes, so agents can only pick the platform's Default Wrap-up Code"
        return LookupFailedError(f"{what}, and neither does any other", near or (listed if offered else nothing))
    elsewhere, looked_at, all_of_them = _queues_with(client, frozenset(meant.ids), queue)
    named = quoted([printable(it.name) for it in elsewhere])
    if elsewhere:
        where = f"the code exists, and is offered on {named}"
    else:
        where = "the code exists, and no queue offers it" if len(looked_at) == all_of_them else "the code exists"
    if len(looked_at) < all_of_them:
        where = f"{where} ({len(looked_at)} of {all_of_them} queues were looked at)"
    return LookupFailedError(
        what, f"{where}; attach it with: wrapup codes attach", meant.ids, tuple(it.name for it in elsewhere)
    )


def _queues_with(
    client: GenesysClient, code_ids: frozenset[str], without: Queue
) -> tuple[list[Queue], list[Queue], int]:
    """Return the other queues that offer one of some codes, those that were looked at, and how many there are."""
    others = [queue for queue in read_queues(client) if queue.id != without.id]
    looked_at = others[:_MOST_QUEUES]

    def offers(queue: Queue) -> bool:
        try:
            return any(code.id in code_ids for code in read_queue_codes(client, queue.id))
        except NotFoundError:  # deleted meanwhile: it offers nothing
            return False

    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="find") as pool:
        answers = list(pool.map(offers, looked_at))
    return [queue for queue, yes in zip(looked_at, answers, strict=True) if yes], looked_at, len(others)
