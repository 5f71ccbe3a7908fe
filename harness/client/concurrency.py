"""Changing an entity without losing what others change meanwhile, with whatever the platform offers for that."""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

from harness.client.client import Answer, GenesysClient
from harness.client.merging import merge, same
from harness.client.redaction import redact
from harness.errors import ApiError, ConflictError, Exchange

__all__ = ["Updated", "update"]

Entity = dict[str, Any]
Guard = Literal["etag", "version", "none"]

_MOST_WRITES = 4
_SETTLE_S = 1.0


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update came to.

    Attributes:
        entity: As it is now; our change is in it.
        guard: What kept others' changes from being overwritten: the platform itself, by `etag` or `version`; or
            `none`, where the platform has neither.
        window_s: Seconds between our last look at the entity and the end of our write, in which the change of somebody
            else would have been overwritten unseen; 0.0 with a guard, or when there was nothing to write.
        writes: How many it took, 0 when there was nothing to write.
    """

    entity: Entity
    guard: Guard
    window_s: float
    writes: int


def update(
    client: GenesysClient,
    path: str,
    change: Callable[[Entity], Entity],
    *,
    settle_s: float = _SETTLE_S,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Updated:
    """Read an entity, change it, write it back, and see that the change is there and nobody else's was lost.

    Where the answer has an ETag it goes into `If-Match`; where the body has a `version`, the platform compares that.
    Where there is neither (queues, wrap-up codes), the last writer wins: the entity is read again right before the
    write and, after a moment, once more after it. Several processes that all use this function then see each change
    that one of them overwrote, as long as each one's `window_s` is below `settle_s`; a change from elsewhere that falls
    into `window_s` is lost unseen, which only the audit log can tell.

    Another's change is merged with ours where they do not touch the same thing.

    Args:
        client: Made with `allow_writes`.
        path: Answers GET and PUT.
        change: Gets a copy of the entity and returns how it should be; called once.
        settle_s: How long to wait before looking whether an unguarded write is still there.
        clock: Seconds that never go back.
        sleep: Waits that many seconds.

    Raises:
        ConflictError: If another's change touches the same thing, or our change was overwritten again and again.
        ApiError: If a request fails.

    Source:
        `platform.md` section 9.
    """

    def look() -> tuple[float, Answer, Entity]:
        looked, answer = clock(), client.request("GET", path)
        return looked, answer, answer.decode(Entity)

    looked, answer, base = look()
    wanted, latest = change(copy.deepcopy(base)), base
    guard = _guard(answer, base)
    window_s = 0.0
    if guard == "none" and not same(base, wanted):
        looked, answer, latest = look()
    for writes in range(_MOST_WRITES + 1):
        merged = _merged(path, base, wanted, latest)
        if same(merged, latest):
            return Updated(latest, guard, window_s, writes)
        if writes == _MOST_WRITES:
            break
        before, refused = answer, None
        try:
            client.request("PUT", path, body=merged, if_match=answer.etag)
        except ApiError as error:
            if not _is_stale(error):
                raise
            refused = error
        if guard == "none":
            window_s = max(window_s, clock() - looked)
            sleep(settle_s)
        looked, answer, latest = look()
        if refused is not None and answer.etag == before.etag and same(latest, before.decode(Entity)):
            raise refused  # nobody changed it: the refusal is about something else
    what = f"our change was overwritten, or came too late, {_MOST_WRITES} times"
    raise ConflictError(Exchange("PUT", path, message=what), "try again when nobody else edits it")


def _guard(answer: Answer, entity: Entity) -> Guard:
    if answer.etag is not None:
        return "etag"
    return "version" if entity.get("version") is not None else "none"


def _merged(path: str, base: Entity, wanted: Entity, latest: Entity) -> Entity:
    merged, conflicts = merge(base, wanted, latest)
    if conflicts:
        what = "somebody else changed the same thing, or the platform keeps another value"
        raise ConflictError(
            Exchange("PUT", path, message=what), "read it again and decide", tuple(redact(line) for line in conflicts)
        )
    return cast("Entity", merged)


def _is_stale(error: ApiError) -> bool:
    if error.status in (408, 409, 412):
        return True
    return error.status == 400 and "does not match the current version" in (error.exchange.message or "")
