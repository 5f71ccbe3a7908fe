"""Offering codes on a queue, a hundred at a time, without touching those that are offered already."""

from collections.abc import Callable, Sequence
from functools import partial

from harness.checks.wording import quoted
from harness.client import GenesysClient
from harness.errors import UnavailableError
from harness.model import Queue, WrapUpCode
from harness.model.names import printable
from harness.operations.reading import read_queue_codes
from harness.operations.steps import Outcome, Run, Step

__all__ = ["attach", "attach_within"]

_MOST = 100
"""Codes that the platform takes in one request. Source: `platform.md` section 2.1."""


def attach(
    client: GenesysClient,
    queue: Queue,
    codes: Sequence[WrapUpCode],
    *,
    on_step: Callable[[Step], None] = lambda _: None,
) -> tuple[Step, ...]:
    """Let a queue offer some codes; what it offers already stays as it is.

    Args:
        client: Made with `allow_writes`.
        queue: The queue.
        codes: The codes, in the order in which they are to be added.
        on_step: Called after every step.

    Raises:
        UsageError: If something is to be added and the client only reads.
    """
    run = Run(on_step)
    attach_within(run, client, queue, codes)
    return tuple(run.steps)


def attach_within(run: Run, client: GenesysClient, queue: Queue, codes: Sequence[WrapUpCode]) -> bool:
    """Do what `attach` does as steps of a larger run; return whether the queue offers all the codes now."""
    subject = f"queue '{printable(queue.name)}'"
    wanted = {code.id: code for code in codes}
    missing: list[WrapUpCode] = []

    def look() -> Outcome | None:
        offered = {code.id for code in read_queue_codes(client, queue.id)}
        missing.extend(code for code in wanted.values() if code.id not in offered)
        here = [code for code in wanted.values() if code.id in offered]
        return ("already so", f"offers {_names(here)} already") if here else None

    if not run.take("attach", subject, look):
        return False
    chunks = [missing[start : start + _MOST] for start in range(0, len(missing), _MOST)]
    # Every chunk is tried, whatever became of those before it.
    added = [run.take("attach", subject, partial(_add, client, queue, chunk)) for chunk in chunks]
    return all(added)


def _add(client: GenesysClient, queue: Queue, codes: Sequence[WrapUpCode]) -> Outcome:
    body = [{"id": code.id} for code in codes]
    try:
        client.request("POST", f"/api/v2/routing/queues/{queue.id}/wrapupcodes", body=body)
    except UnavailableError:
        # The answer may have been lost after the platform had done it.
        offered = {code.id for code in read_queue_codes(client, queue.id)}
        if not all(code.id in offered for code in codes):
            raise
        return "done", f"offers {_names(codes)} now; the answer was lost, and a second look found them"
    return "done", f"offers {_names(codes)} now"


def _names(codes: Sequence[WrapUpCode]) -> str:
    return quoted([printable(code.name) for code in codes])
