"""Waiting until a code can be picked on a queue: the platform takes a moment to show everywhere what was written."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from harness.client import GenesysClient, Listing
from harness.errors import AuthError, HarnessError, NotFoundError, UsageError
from harness.model import WrapUpCode
from harness.model.names import printable
from harness.operations.reading import read_listing, read_queue_codes

__all__ = ["Active", "NotActiveError", "wait_until_active"]


class NotActiveError(HarnessError):
    """A code did not become active on a queue.

    Attributes:
        what: The fact.
        hint: What to do about it.
        deleted: Whether the code is gone; else the time was up.
        waited_s: Seconds.
    """

    def __init__(self, what: str, hint: str, deleted: bool, waited_s: float) -> None:  # noqa: FBT001 - for pickling
        super().__init__(what, hint, deleted, waited_s)
        self.what = what
        self.hint = hint
        self.deleted = deleted
        self.waited_s = waited_s

    def __str__(self) -> str:
        return f"{self.what}\n  {self.hint}"


@dataclass(frozen=True)
class Active:
    """A code that its queue offers.

    Attributes:
        code: As the queue shows it.
        waited_s: Seconds until it was seen there.
        polls: How often the queue was asked.
        renamed_from: Its name when the waiting began, when that is another; else None.
    """

    code: WrapUpCode
    waited_s: float
    polls: int
    renamed_from: str | None


def wait_until_active(
    client: GenesysClient,
    queue_id: str,
    code_id: str,
    *,
    name: str | None = None,
    poll_s: float = 2.0,
    timeout_s: float = 30.0,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Active:
    """Wait until a queue offers a code.

    A queue that does not show the code yet is asked again. A code that is deleted meanwhile is noticed at once, one
    that is renamed is found by its id.

    Args:
        client: Reads.
        queue_id: The queue's id.
        code_id: The code's id.
        name: The name that the code is expected to carry; None: the one that is seen first.
        poll_s: Seconds between two looks.
        timeout_s: Seconds after which there is one last look.
        clock: Seconds that never go back.
        sleep: Waits that many seconds.

    Raises:
        NotActiveError: If it was deleted, or the time was up.
        NotFoundError: If there is no such queue.
        UsageError: If the times make no sense.
    """
    if not (poll_s > 0 and timeout_s >= 0):
        raise UsageError("the time between two looks must be above 0 s, and the time-out at least 0 s")
    started = clock()
    polls = 0
    seen = False
    while True:
        polls += 1
        offered = {code.id: code for code in read_queue_codes(client, queue_id)}
        waited_s = clock() - started
        if found := offered.get(code_id):
            renamed = name is not None and found.name != name
            return Active(found, waited_s, polls, name if renamed else None)
        code = _code(client, code_id)
        if code is not None:
            seen, name = True, name or code.name
        elif seen or _was_deleted(client, code_id):
            raise NotActiveError(
                f"code {_called(code_id, name)} was deleted while we waited for it",
                "see who did it with: wrapup codes audit-log",
                deleted=True,
                waited_s=waited_s,
            )
        if waited_s >= timeout_s:
            raise _timed_out(code_id, name, code, waited_s, polls)
        sleep(min(poll_s, timeout_s - waited_s))


def _code(client: GenesysClient, code_id: str) -> WrapUpCode | None:
    try:
        return client.get(f"/api/v2/routing/wrapupcodes/{code_id}", WrapUpCode)
    except NotFoundError:
        return None


def _was_deleted(client: GenesysClient, code_id: str) -> bool:
    """Tell a deleted code from one that is not shown yet; without the permission to search there is no telling."""
    listing = Listing(
        "/api/v2/routing/wrapupcodes/divisionviews", 100, params={"id": code_id, "includeState": "Deleted"}
    )
    try:
        return any(code.id == code_id for code in read_listing(client, listing, WrapUpCode))
    except AuthError as error:
        if error.status != 403:
            raise
        return False


def _timed_out(code_id: str, name: str | None, code: WrapUpCode | None, waited_s: float, polls: int) -> NotActiveError:
    what = f"code {_called(code_id, name)} is not active after {round(waited_s, 1):g} s: in {polls} looks the queue never offered it"
    if code is None:
        hint = "no code of that id can be seen: check the id, and the division that the code is in"
    elif name is not None and code.name != name:
        hint = f"it exists under another name, '{printable(code.name)}': attach it with: wrapup codes attach"
    else:
        hint = "the code exists: attach it with: wrapup codes attach; or wait longer"
    return NotActiveError(what, hint, deleted=False, waited_s=waited_s)


def _called(code_id: str, name: str | None) -> str:
    return code_id if name is None else f"'{printable(name)}' ({code_id})"
