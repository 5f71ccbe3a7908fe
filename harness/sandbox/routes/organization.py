"""Who calls, and whose org it is: tokens, grants, divisions, the organization and its limits.

Source:
    `platform.md` sections 1.2 and 1.4: `TokenInfo`, `AuthzSubject`, `Organization`, `LimitsEntityListing`.
"""

from harness.sandbox.access import Grant
from harness.sandbox.area import Area
from harness.sandbox.call import Call
from harness.sandbox.clock import iso
from harness.sandbox.listing import by_name, name_filter, page
from harness.sandbox.problems import not_found
from harness.sandbox.state import Entity

__all__ = ["area", "policies", "role_id"]

area = Area()

_TOKEN = "/api/v2/tokens/me"  # noqa: S105 - a path
_DIVISIONS = "/api/v2/authorization/divisions"
_LIMITS = "/api/v2/organizations/limits/namespaces"
_SCOPES = (
    "analytics", "analytics:readonly", "audits:readonly", "authorization", "authorization:readonly", "conversations",
    "conversations:readonly", "external-contacts", "external-contacts:readonly", "integrations",
    "integrations:readonly", "notifications", "oauth", "oauth:readonly", "organization", "organization:readonly",
    "outbound", "outbound:readonly", "routing", "routing:readonly", "user-basic-info", "users", "users:readonly",
)  # fmt: skip


@area.get(_TOKEN)
def show_token(call: Call) -> Entity:
    """Say whose token this is and when it dies."""
    client, org = call.token.client, {"id": call.state.org_id, "name": call.state.org_name}
    return {
        "organization": org,
        "homeOrganization": org,
        "authorizedScope": list(client.scope),
        "dateTokenIdles": iso(call.token.expires + (call.state.stamp() - call.state.clock.now())),
        "OAuthClient": {
            "id": client.id,
            "name": client.name,
            "authorizedGrantType": client.grant_type,
            "scope": list(client.scope),
            "roleDivisions": [
                {"roleId": role_id(call, grant), "divisionId": division_id}
                for grant in client.grants
                for division_id in sorted(grant.divisions)
            ],
            "state": "active",
            "organization": org,
        },
    }


@area.delete(_TOKEN)
def delete_token(call: Call) -> None:
    """Make the token of this call useless."""
    call.platform.access.revoke(call.token.value)


@area.get("/api/v2/authorization/subjects/me")
def show_subject(call: Call) -> Entity:
    """List the roles of the caller by division; with their permissions when `includeFullRoles` asks for them."""
    full = call.query.flag("includeFullRoles", default=False)
    subject_id, client = call.actor.id, call.token.client
    return {
        "id": subject_id,
        "name": client.name,
        "grants": [
            {
                "subjectId": subject_id,
                "division": call.state.division(division_id) or {"id": division_id},
                "role": {
                    "id": role_id(call, grant),
                    "name": grant.role,
                    **({"policies": policies(grant)} if full else {}),
                },
            }
            for grant in client.grants
            for division_id in sorted(grant.divisions)
        ],
        "version": 1,
        "selfUri": f"/api/v2/authorization/subjects/{subject_id}",
    }


@area.get(_DIVISIONS)
def list_divisions(call: Call) -> Entity:
    """List all divisions of the org, seen by everybody."""
    named, ids = name_filter(call.query.text("name")), call.query.many("id")
    found = by_name(
        division
        for division in call.state.shelf("divisions").visible.values()
        if named(division) and (not ids or division["id"] in ids)
    )
    return page(call.query, found, most=500)


@area.get(f"{_DIVISIONS}/home")
def show_home_division(call: Call) -> Entity:
    """Show the division that new entities lie in."""
    return call.entity("divisions", call.state.home_division_id, "Division")


@area.get(f"{_DIVISIONS}/{{divisionId}}")
def show_division(call: Call) -> Entity:
    """Show a division."""
    return call.entity("divisions", call.path["divisionId"], "Division")


@area.get("/api/v2/organizations/me")
def show_organization(call: Call) -> Entity:
    """Show the org."""
    state = call.state
    return {
        "id": state.org_id,
        "name": state.org_name,
        "defaultLanguage": "en-us",
        "thirdPartyOrgName": state.org_name.lower().replace(" ", "-"),
        "version": 1,
        "state": "active",
        "productPlatform": "GenesysCloud",
        "selfUri": f"/api/v2/organizations/{state.org_id}",
    }


@area.get(f"{_LIMITS}/{{namespace}}")
def show_limits(call: Call) -> Entity:
    """Show the limits that the sandbox enforces."""
    return _limits(call)


@area.get(f"{_LIMITS}/{{namespace}}/defaults")
def show_default_limits(call: Call) -> Entity:
    """Show the limits that every org starts with: here, the same."""
    return _limits(call)


@area.get("/api/v2/oauth/scopes")
def list_scopes(call: Call) -> Entity:
    """List the scopes that calls of this sandbox are under."""
    return {
        "total": len(_SCOPES),
        "entities": [
            {"id": scope, "description": scope, "selfUri": f"/api/v2/oauth/scopes/{scope}"} for scope in _SCOPES
        ],
        "selfUri": "/api/v2/oauth/scopes",
    }


def _limits(call: Call) -> Entity:
    namespace = call.path["namespace"]
    if namespace != "platform.api":
        raise not_found(f"Namespace {namespace} not found")
    allowed = call.platform.limit.allowed
    if allowed is None:
        return {"entities": []}
    keys = ("client.credentials.token.rate.per.minute", "org.app.user.rate.per.minute")
    return {"entities": [{"key": key, "namespace": namespace, "value": allowed} for key in keys]}


def role_id(call: Call, grant: Grant) -> str:
    """Return the id of a grant's role."""
    return call.state.stable_id(f"role {grant.role}")


def policies(grant: Grant) -> list[Entity]:
    """Return a role's permissions in the platform's three parts; `*` stands for all of one."""
    policies: dict[tuple[str, str], list[str]] = {}
    for permission in sorted(grant.permissions):
        domain, entity, action = permission.split(":") if permission != "*" else ("*", "*", "*")
        policies.setdefault((domain, entity), []).append(action)
    return [
        {"actions": actions, "domain": domain, "entityName": entity} for (domain, entity), actions in policies.items()
    ]
