"""What happened to the org, in the shape of the audit; which services keep one.

Source:
    `platform.md` section 7: the models `AuditLogMessage` and `AuditQueryServiceMapping`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from harness.sandbox.changes import Change
from harness.sandbox.clock import iso
from harness.sandbox.intervals import Interval, read_interval
from harness.sandbox.problems import bad_request, invalid_value
from harness.sandbox.state import Entity, State

__all__ = ["SERVICES", "AuditQuery", "as_message", "audited", "property_changes", "service_mapping"]

SERVICES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "ContactCenter": {
        "Queue": (
            "Create", "Update", "Delete", "MemberAdd", "MemberUpdate", "MemberRemove", "WrapupCodeAdd",
            "WrapupCodeRemove",
        ),
        "WrapupCode": ("Create", "Update", "Delete"),
    },
    "Routing": {"RoutingSkill": ("Create", "Update", "Delete")},
    "Directory": {"User": ("Create", "Update", "Delete")},
    "Outbound": {"WrapUpCodeMapping": ("Update",)},
}  # fmt: skip
"""Service → kind of entity → what can happen to it, of the changes that the sandbox keeps note of."""

_DAYS = 30


class _Filter(msgspec.Struct, frozen=True):
    property: Literal["UserId", "TrusteeOrganizationId", "ClientId", "Action", "EntityType", "EntityId"]
    value: str


class _Sort(msgspec.Struct, frozen=True, rename="camel"):
    name: Literal["Timestamp"] = "Timestamp"
    sort_order: Literal["ascending", "descending"] = "descending"


class AuditQuery(msgspec.Struct, frozen=True, rename="camel"):
    """The models `AuditQueryRequest` and `AuditRealtimeQueryRequest`.

    Attributes:
        page_number: Of a realtime query, as is the size.
    """

    interval: str
    service_name: str | None = None
    filters: tuple[_Filter, ...] = ()
    sort: tuple[_Sort, ...] = ()
    page_number: int = 1
    page_size: int = 25

    def read_interval(self) -> Interval:
        """Return the interval.

        Raises:
            ApiProblem: If it is none, or longer than a query may be.
        """
        interval = read_interval(self.interval)
        if interval.days > _DAYS:
            raise bad_request(f"The interval of an audit query may be at most {_DAYS} days long")
        return interval


def audited(state: State, query: AuditQuery) -> list[Change]:
    """Return the changes that a query asks for, the latest first unless it says otherwise.

    Raises:
        ApiProblem: If the query cannot be answered.
    """
    interval = query.read_interval()
    if query.service_name is None:
        raise bad_request("A required field is missing a value. serviceName", "required.field.missing")
    if query.service_name not in SERVICES:
        raise invalid_value(query.service_name, "serviceName", ", ".join(SERVICES))
    properties = {each.property for each in query.filters}
    if "Action" in properties and "EntityType" not in properties:
        raise bad_request("The filter Action needs the filter EntityType")
    hits = [
        change
        for change in state.changes
        if change.service == query.service_name
        and round(change.at.timestamp() * 1000) in interval
        and all(_OF_CHANGE[each.property](change) == each.value for each in query.filters)
    ]
    ascending = any(each.sort_order == "ascending" for each in query.sort)
    # They were noted in the order of time.
    return hits if ascending else hits[::-1]


_OF_CHANGE: Mapping[str, Callable[[Change], str | None]] = {
    "UserId": lambda change: change.actor.user_id,
    "ClientId": lambda change: change.actor.client_id,
    "TrusteeOrganizationId": lambda _: None,
    "Action": lambda change: change.action,
    "EntityType": lambda change: change.entity_type,
    "EntityId": lambda change: change.entity_id,
}


def as_message(state: State, change: Change, expand: Iterable[str] = ()) -> Entity:
    """Return the model `AuditLogMessage`; the user's name only when `user` is expanded."""
    text = f"{change.entity_type} {change.entity_name} was changed: {change.action}"
    return {
        "id": change.id,
        "userHomeOrgId": state.org_id,
        **({"user": _user(state, change.actor.user_id, expand)} if change.actor.user_id is not None else {}),
        "client": {"id": change.actor.client_id, "selfUri": f"/api/v2/oauth/clients/{change.actor.client_id}"},
        "remoteIp": ["127.0.0.1"],
        "serviceName": change.service,
        "level": "USER",
        "eventDate": iso(change.at),
        "message": {"message": text, "messageWithParams": text, "messageParams": {}},
        "action": change.action,
        "entity": {"id": change.entity_id, "name": change.entity_name},
        "entityType": change.entity_type,
        "status": "SUCCESS",
        "propertyChanges": property_changes(change),
        "context": {"entityId": change.entity_id, "auditType": change.entity_type.upper()},
    }


def property_changes(change: Change) -> list[Entity]:
    """Return the models `PropertyChange`."""
    return [
        {"property": each.property, "oldValues": list(each.old), "newValues": list(each.new)}
        for each in change.properties
    ]


def service_mapping() -> Entity:
    """Return the model `AuditQueryServiceMapping`."""
    return {
        "services": [
            {"name": name, "entities": [{"name": kind, "actions": list(actions)} for kind, actions in kinds.items()]}
            for name, kinds in SERVICES.items()
        ]
    }


def _user(state: State, user_id: str, expand: Iterable[str]) -> Mapping[str, Any]:
    reference = {"id": user_id, "selfUri": f"/api/v2/users/{user_id}"}
    user = state.shelf("users").current(user_id) if "user" in expand else None
    return reference if user is None else {"id": user_id, "name": user["name"], "selfUri": reference["selfUri"]}
