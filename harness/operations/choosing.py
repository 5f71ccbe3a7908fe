"""Which agent's part in a conversation is meant: each wraps up their own, and a transferred conversation has several."""

from collections.abc import Sequence

from harness.model.names import printable
from harness.operations.parts import AgentPart
from harness.operations.reading import LookupFailedError

__all__ = ["choose_part"]


def choose_part(parts: Sequence[AgentPart], agent: str | None, queue_id: str | None) -> AgentPart:
    """Return the part that is meant.

    Args:
        parts: Of one conversation.
        agent: A user's or a participant's id, or None for the only one.
        queue_id: The queue that it must be of, or None.

    Raises:
        LookupFailedError: If that is none, or several; with all there are.
    """
    meant = [
        part
        for part in parts
        if agent in (None, part.agent_id, part.participant_id) and queue_id in (None, part.queue_id)
    ]
    if len(meant) > 1:
        # Whoever only let it ring has nothing to wrap up.
        meant = [part for part in meant if part.connected] or meant
    if agent is not None and len(meant) > 1:
        # The same agent had it twice: what is being wrapped up now is meant.
        meant = [part for part in meant if part.in_acw] if sum(part.in_acw for part in meant) == 1 else meant
    if len(meant) == 1:
        return meant[0]
    listed = "\n  ".join(str(part) for part in parts)
    ids = tuple(part.participant_id for part in meant or parts)
    if not parts:
        raise LookupFailedError("the conversation has no agent", "nobody's part in it can be wrapped up")
    if meant and agent is None:
        what = f"the conversation has {len(meant)} agents, and each wraps up their own part"
        raise LookupFailedError(what, f"say which one with --agent:\n  {listed}", ids)
    if meant:
        what = f"agent {printable(agent or '')} had {len(meant)} parts in the conversation"
        raise LookupFailedError(what, f"give the id of the participant with --agent:\n  {listed}", ids)
    of_queue = f" on the queue {printable(queue_id)}" if queue_id else ""
    what = f"agent {printable(agent)} has no part" if agent else "nobody has a part"
    raise LookupFailedError(f"{what} in the conversation{of_queue}", f"there are:\n  {listed}", ids)
