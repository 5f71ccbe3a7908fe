"""Users and their queues.

Source:
    `platform.md` section 3.
"""

from collections.abc import Collection

from harness.sandbox.area import Area
from harness.sandbox.call import Call
from harness.sandbox.listing import by_name, page
from harness.sandbox.problems import bad_request, not_found
from harness.sandbox.routes.codes import in_divisions
from harness.sandbox.state import Entity

__all__ = ["EXPANSIONS", "area", "expanded"]

area = Area()

_PATH = "/api/v2/users"

EXPANSIONS = frozenset(
    {
        "routingStatus", "presence", "integrationPresence", "conversationSummary", "outOfOffice", "geolocation",
        "station", "authorization", "lasttokenissued", "authorization.unusedRoles", "team", "workPlanBidRanks",
        "externalContactsSettings", "groups", "customAttributes", "profileSkills", "certifications", "locations",
        "skills", "languages", "languagePreference", "employerInfo", "biography", "dateLastLogin", "dateWelcomeSent",
    }
)  # fmt: skip
"""What a user shows only when it is asked for."""

_KEYS = {"lasttokenissued": "lastTokenIssued", "authorization.unusedRoles": "authorization"}


def expanded(user: Entity, wanted: Collection[str]) -> Entity:
    """Return a user with only those of the optional keys that were asked for, in the recorded order."""
    shown = {_KEYS.get(name, name) for name in wanted}
    optional = {_KEYS.get(name, name) for name in EXPANSIONS}
    return {key: value for key, value in user.items() if key not in optional or key in shown}


@area.get(_PATH)
def list_users(call: Call) -> Entity:
    """List users by name; only active ones when nothing else is asked for."""
    query = call.query
    state = query.word("state", "active", ("active", "inactive", "deleted", "any"))
    order = query.word("sortOrder", "ASC", ("ASC", "DESC", "asc", "desc", "ascending", "descending"))
    ids = query.many("id")
    wanted = query.many("expand")
    found = by_name(
        user
        for user in call.state.shelf("users").visible.values()
        if (state == "any" or user.get("state", "active") == state) and (not ids or user["id"] in ids)
    )
    listing = page(query, found[::-1] if order.lower().startswith("desc") else found, most=500)
    listing["entities"] = [expanded(user, wanted) for user in listing["entities"]]
    return listing


@area.get(f"{_PATH}/me")
def show_me(call: Call) -> Entity:
    """Show the user that the token acts for."""
    if call.actor.user_id is None:
        raise bad_request("The request is not made by a user", "not.a.user")
    return _user(call, call.actor.user_id)


@area.get(f"{_PATH}/{{userId}}")
def show_user(call: Call) -> Entity:
    """Show a user."""
    return _user(call, call.path["userId"])


@area.get(f"{_PATH}/{{userId}}/queues", "routing:queue:view")
def list_user_queues(call: Call) -> Entity:
    """List the queues that a user is a member of."""
    user = _user(call, call.path["userId"])
    joined = call.query.flag("joined", default=True)
    queues = call.state.shelf("queues").visible
    found = []
    for queue_id, members in call.state.shelf("queue_members").visible.items():
        for member in members:
            if member["id"] == user["id"] and bool(member.get("joined")) is joined and queue_id in queues:
                found.append(_as_user_queue(queues[queue_id], joined=joined))
    return page(call.query, by_name(queue for queue in call.seen(found) if in_divisions(call, queue)), most=100)


def _as_user_queue(queue: Entity, *, joined: bool) -> Entity:
    """Return a queue in the shape of `UserQueue`, which lacks one of its keys."""
    shown = {key: value for key, value in queue.items() if key not in ("autoAnswerOnly", "selfUri")}
    return shown | {"joined": joined} | {key: queue[key] for key in ("selfUri",) if key in queue}


def _user(call: Call, user_id: str) -> Entity:
    user: Entity | None = call.state.shelf("users").get(user_id)
    wanted_state = call.query.word("state", "", ("active", "deleted"))
    if user is None or (user.get("state") == "deleted") != (wanted_state == "deleted"):
        raise not_found("User not found")
    return expanded(user, call.query.many("expand"))
