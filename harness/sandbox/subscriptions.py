"""What a subscription comes to: who may listen to which topic."""

from collections.abc import Sequence

from harness.sandbox.access import Token
from harness.sandbox.channels import MOST_TOPICS, Channel
from harness.sandbox.problems import bad_request, missing_permissions
from harness.sandbox.state import Entity
from harness.sandbox.topics import topic_of, topics_named

__all__ = ["judged"]

_LONGEST = 200


def judged(token: Token, channel: Channel, names: Sequence[str], *, ignore_errors: bool) -> list[Entity]:
    """Return the models `ChannelTopic` of topics that somebody wants to subscribe to.

    Args:
        token: Whose channel it is.
        channel: The channel, with what it is subscribed to.
        names: What is to be added.
        ignore_errors: Whether topics that cannot be had are only marked as rejected.

    Raises:
        ApiProblem: If there are too many, or one cannot be had and that is not ignored.
    """
    if len(channel.topics | dict.fromkeys(name.lower() for name in names)) > MOST_TOPICS:
        raise bad_request(f"A channel can have at most {MOST_TOPICS} topics")
    return [_judged(token, name, ignore_errors=ignore_errors) for name in names]


def _judged(token: Token, name: str, *, ignore_errors: bool) -> Entity:
    kinds = [topic_of(each) for each in topics_named(name)]
    reason, missing = None, []
    if len(name) > _LONGEST:
        reason = f"a topic's name has at most {_LONGEST} characters"
    elif None in kinds:
        reason = "there is no such topic"
    elif not _own(token, name):
        missing = [kind.needs for kind in kinds if kind is not None and not token.client.allows((kind.needs,))]
        reason = "permissions are missing" if missing else None
    if reason is None:
        return {"id": name, "state": "Permitted"}
    if ignore_errors:
        return {"id": name, "state": "Rejected", "rejectionReason": reason, "missingPermissions": missing}
    raise missing_permissions(missing) if missing else bad_request(f"{name}: {reason}")


def _own(token: Token, name: str) -> bool:
    return token.user_id is not None and name.lower().startswith(f"v2.users.{token.user_id}".lower())
