"""Making a queue demand a code, and give the time for it, without losing what others change meanwhile."""

import time
from collections.abc import Callable

import msgspec

from harness.checks.wording import seconds
from harness.client import GenesysClient, update
from harness.client.concurrency import Entity
from harness.model import AcwSettings, Prompt
from harness.operations.steps import Outcome

__all__ = ["demand_code", "demanding"]


def demanding(acw: Entity, duration_ms: int) -> Entity:
    """Return ACW settings that demand a code and give an agent the time for it.

    A prompt that demands one already stays. Else it becomes MANDATORY_TIMEOUT, or MANDATORY when no time was agreed.
    A timeout that counts already is made longer where it must be, never shorter: other codes may need it.

    Args:
        acw: The queue's `acwSettings`.
        duration_ms: The time that was agreed, in milliseconds; 0 when none was.

    Raises:
        UnknownValueError: If the prompt is none that this version knows.

    Example:
        >>> demanding({"wrapupPrompt": "OPTIONAL"}, 45_000)
        {'wrapupPrompt': 'MANDATORY_TIMEOUT', 'timeoutMs': 45000}
    """
    settings = msgspec.convert(acw, AcwSettings)
    before = settings.prompt
    prompt = before if before.demands else Prompt.MANDATORY_TIMEOUT if duration_ms else Prompt.MANDATORY
    changed = {**acw, "wrapupPrompt": prompt.value}
    if prompt.timed and duration_ms:
        # What is stored with an untimed prompt was never in force.
        kept_ms = (settings.timeout_ms or 0) if before.timed else 0
        changed["timeoutMs"] = max(duration_ms, kept_ms)
    return changed


def demand_code(
    client: GenesysClient,
    queue_id: str,
    duration_ms: int,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Let a queue demand a code; see `demanding` for what becomes of its settings.

    Args:
        client: Made with `allow_writes`.
        queue_id: The queue's id.
        duration_ms: The time that was agreed, in milliseconds; 0 when none was.
        clock: Seconds that never go back.
        sleep: Waits that many seconds.

    Raises:
        ConflictError: If somebody else changes the same settings.
        UnknownValueError: If the queue's prompt is not known.
        ApiError: If a request fails.
    """

    def change(queue: Entity) -> Entity:
        return {**queue, "acwSettings": demanding(queue.get("acwSettings") or {}, duration_ms)}

    updated = update(client, f"/api/v2/routing/queues/{queue_id}", change, clock=clock, sleep=sleep)
    now = _described(updated.entity["acwSettings"])
    if not updated.writes:
        return "already so", f"prompt {now}"
    if updated.guard != "none":
        return "done", f"prompt {now}"
    return "done", (
        f"prompt {now}; queues have no version, so a change that others made in the {updated.window_s:.2f} s of our "
        "write would be lost unseen: the audit log tells"
    )


def _described(acw: Entity) -> str:
    settings = msgspec.convert(acw, AcwSettings)
    timed = settings.prompt.timed and settings.timeout_ms is not None
    return f"{settings.prompt} with {seconds(settings.timeout_ms or 0)}" if timed else str(settings.prompt)
