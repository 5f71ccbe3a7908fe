"""What lists of a queue's codes and members share: their entries, and what changing them does to the queue."""

from collections.abc import Sequence

from harness.sandbox.call import Call
from harness.sandbox.changes import PropertyChange
from harness.sandbox.clock import iso
from harness.sandbox.state import QUEUES, Entity

__all__ = ["as_member", "touch_queue"]


def as_member(user: Entity, queue_id: str) -> Entity:
    """Return a user as a queue lists its members."""
    return {
        "id": user["id"],
        "name": user.get("name", ""),
        "user": {key: user[key] for key in ("id", "name", "selfUri") if key in user},
        "ringNumber": 1,
        "joined": True,
        "memberBy": "user",
        "selfUri": f"/api/v2/routing/queues/{queue_id}/members/{user['id']}",
    }


def touch_queue(
    call: Call, queue: Entity, action: str, properties: Sequence[PropertyChange], counts: Entity | None = None
) -> None:
    """Date a queue, whose own settings stay as they are, and log what changed.

    Args:
        call: The call that changed it.
        queue: The queue as it was.
        action: In the words of the audit ("WrapupCodeAdd").
        properties: What changed.
        counts: The queue's new numbers of members, when they changed.
    """
    renewed = queue | (counts or {})
    if "dateModified" in renewed:
        renewed["dateModified"] = iso(call.state.stamp())
    call.state.shelf("queues").put(queue["id"], renewed)
    call.state.note(QUEUES, queue, renewed, call.actor, action=action, properties=properties)
