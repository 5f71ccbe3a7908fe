"""Which entries of the audit trail account for a difference between two recordings.

Source:
    `platform.md` section 7: the actions of queues and codes. How the platform spells properties is known from few
    samples, so an entry that does not tell what it changed proves nothing, either way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from harness.model import Org
from harness.model.change import Change, Difference, Past, Trail
from harness.model.names import printable, unescaped

__all__ = ["Explained", "account"]

_ENTITY_TYPES: Final = {"code": "WrapupCode", "queue": "Queue"}
_PROPERTIES: Final = {
    "name": ("name",),
    "description": ("description",),
    "division": ("division", "division.id", "division.name", "divisionid"),
    "prompt": ("wrapupprompt", "acwsettings"),
    "timeout": ("timeoutms", "acwsettings"),
    "skill evaluation": ("skillevaluationmethod",),
}
_WHOLE: Final = "acwsettings"
_OF_CODES: Final = {
    "code added": ("WrapupCodeAdd", "Update", "Create"),
    "code removed": ("WrapupCodeRemove", "Update"),
}
_OF_MEMBERS: Final = ("MemberAdd", "MemberRemove", "MemberUpdate", "Update", "Create")


@dataclass(frozen=True)
class Explained:
    """What the trail says about one difference.

    Attributes:
        how: `entry`: an entry accounts for it; `missing`: none does; `unsure`: it cannot be told; `beyond`: it is of a
            kind that the trail does not tell about.
        says: The difference, and what is wrong with it.
    """

    difference: Difference
    how: Literal["entry", "missing", "unsure", "beyond"]
    says: str


def account(difference: Difference, org: Org, past: Past, trail: Trail) -> Explained:
    """Return what an org's trail says about one difference since an earlier recording."""
    says = _said(difference)
    entity_type = _ENTITY_TYPES.get(difference.kind)
    if entity_type is None:
        return Explained(difference, "beyond", says)
    if not difference.compared or difference.entity_id is None:
        return Explained(
            difference, "unsure", f"{unescaped(difference.label)}: {difference.what} could not be compared"
        )
    since = [it for it in trail.applied if past.recorded_at is None or it.at >= past.recorded_at]
    own = [it for it in since if it.entity_type == entity_type and it.entity_id == difference.entity_id]
    match difference.what:
        case "added" | "id":
            return _made(difference, own, "Create", says)
        case "removed":
            return _made(difference, own, "Delete", says)
        case "code added" | "code removed":
            return _of_codes(difference, own, since, says)
        case "members":
            return _of_members(difference, own, org, says)
    return _of_values(difference, own, says)


def _made(difference: Difference, own: Sequence[Change], action: str, says: str) -> Explained:
    return Explained(difference, "entry" if any(it.action == action for it in own) else "missing", says)


def _of_codes(difference: Difference, own: Sequence[Change], since: Sequence[Change], says: str) -> Explained:
    (code_id,) = difference.part_ids
    fitting = [it for it in own if it.action in _OF_CODES[difference.what]]
    deleted = difference.what == "code removed" and any(
        it.entity_type == "WrapupCode" and it.action == "Delete" and it.entity_id == code_id for it in since
    )
    if deleted or any(it.names(code_id) for it in fitting):
        return Explained(difference, "entry", says)
    return _untold(difference, fitting, says)


def _of_members(difference: Difference, own: Sequence[Change], org: Org, says: str) -> Explained:
    fitting = [it for it in own if it.action in _OF_MEMBERS]
    # Who left the company left the queue with it, and the directory tells that, not this trail.
    here = [user_id for user_id in difference.part_ids if _is_active(org, user_id)]
    if not here:
        return Explained(difference, "beyond", says)
    unnamed = [user_id for user_id in here if not any(it.names(user_id) for it in fitting)]
    if not unnamed:
        return Explained(difference, "entry", says)
    queue = org.queue_by_id.get(difference.entity_id or "")
    if queue is not None and queue.member_groups:
        what = f"{unescaped(difference.label)}: people come through groups, which the trail does not tell about"
        return Explained(difference, "unsure", what)
    return _untold(difference, fitting, says)


def _is_active(org: Org, user_id: str) -> bool:
    agent = org.agent_by_id.get(user_id)
    return agent is not None and agent.active


def _of_values(difference: Difference, own: Sequence[Change], says: str) -> Explained:
    fitting = [it for it in own if it.action == "Update"]
    led_to: list[str] = []
    for entry in fitting:
        for name, values in _new_values(entry, difference.what):
            if _leads_to(difference, name, values):
                return Explained(difference, "entry", says)
            led_to.append(", ".join(values) or "nothing")
    if led_to:
        return Explained(difference, "missing", f"{says}, but the entries lead to {led_to[-1]}")
    return _untold(difference, fitting, says)


def _new_values(entry: Change, what: str) -> Iterator[tuple[str, Sequence[str]]]:
    for change in entry.changes or ():
        name = (change.property or "").lower()
        if any(name == known or name.endswith(f".{known}") for known in _PROPERTIES.get(what, ())):
            yield name, [value for value in change.new_values or () if value is not None]


def _leads_to(difference: Difference, name: str, values: Sequence[str]) -> bool:
    if difference.what == "division":
        # Told by id or by name: that it was moved is all that compares.
        return True
    if difference.after is None:
        return not values
    after = difference.after.removesuffix(" ms")
    if name.endswith(_WHOLE):
        return any(after in value for value in values)
    return any(after == printable(value) for value in values)


def _untold(difference: Difference, fitting: Sequence[Change], says: str) -> Explained:
    """Return that no entry accounts for a difference, unless one does not tell what it changed."""
    if any(not it.changes for it in fitting):
        return Explained(difference, "unsure", f"{says}: an entry about it does not tell what was changed")
    return Explained(difference, "missing", says)


def _said(difference: Difference) -> str:
    # A difference is printable already, and a check's message is made so by whoever judges.
    values = [unescaped(value) for value in (difference.before, difference.after) if value is not None]
    return f"{unescaped(difference.label)}: {difference.what} {' → '.join(values)}".rstrip()
