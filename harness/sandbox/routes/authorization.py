"""Roles: what each allows, and who holds it where.

The sandbox knows the grants of its clients only; where users sign in to a client, its grants are its user's.

Source:
    The vendor's SDK documentation: models `DomainOrganizationRole`, `DomainPermissionPolicy`, `SubjectDivisionGrants`;
    both listings need `authorization:role:view`.
"""

from harness.model.ids import pseudonym
from harness.sandbox.access import Client, Grant
from harness.sandbox.area import Area
from harness.sandbox.call import Call
from harness.sandbox.listing import by_name, name_filter, page
from harness.sandbox.problems import not_found
from harness.sandbox.routes.organization import policies, role_id
from harness.sandbox.state import Entity

__all__ = ["area"]

area = Area()

_PATH = "/api/v2/authorization/roles"
_VIEW = "authorization:role:view"
_MOST = 500


@area.get(_PATH, _VIEW)
def list_roles(call: Call) -> Entity:
    """List the roles of the org with their permissions."""
    named = name_filter(call.query.text("name"))
    return page(call.query, by_name(role for role in _roles(call).values() if named(role)), most=_MOST)


@area.get(f"{_PATH}/{{roleId}}", _VIEW)
def show_role(call: Call) -> Entity:
    """Show a role with its permissions."""
    return _role(call)


@area.get(f"{_PATH}/{{roleId}}/subjectgrants", _VIEW)
def list_holders(call: Call) -> Entity:
    """List who holds a role, in which divisions."""
    role = _role(call)
    found: dict[str, Entity] = {}
    for client in call.platform.access.clients.values():
        for grant in client.grants:
            if role_id(call, grant) == role["id"]:
                holder = _holder(client)
                divisions = found.setdefault(holder["id"], holder | {"divisions": []})["divisions"]
                divisions += [call.state.division(it) or {"id": it} for it in sorted(grant.divisions)]
    return page(call.query, by_name(found.values()), most=_MOST)


def _holder(client: Client) -> Entity:
    if client.user_id is None:
        return {"id": client.id, "name": client.name, "type": "PC_OAUTH_CLIENT"}
    return {"id": client.user_id, "name": pseudonym(client.user_id), "type": "PC_USER"}


def _roles(call: Call) -> dict[str, Entity]:
    permissions: dict[str, set[str]] = {}
    for client in call.platform.access.clients.values():
        for grant in client.grants:
            permissions.setdefault(grant.role, set()).update(grant.permissions)
    roles = [_shown(call, Grant(frozenset(held), role=role)) for role, held in permissions.items()]
    return {role["id"]: role for role in roles}


def _role(call: Call) -> Entity:
    role = _roles(call).get(call.path["roleId"])
    if role is None:
        raise not_found(f"Role {call.path['roleId']} not found")
    return role


def _shown(call: Call, grant: Grant) -> Entity:
    found = role_id(call, grant)
    return {
        "id": found,
        "name": grant.role,
        "permissions": [],
        "permissionPolicies": [
            {"domain": policy["domain"], "entityName": policy["entityName"], "actionSet": policy["actions"]}
            for policy in policies(grant)
        ],
        "default": False,
        "base": False,
        "selfUri": f"{_PATH}/{found}",
    }
