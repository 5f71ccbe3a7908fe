"""Routing skills.

Source:
    `platform.md` section 3: permissions are enforced only for skills that lie in a division.
"""

import msgspec

from harness.sandbox.area import Area
from harness.sandbox.call import Call
from harness.sandbox.clock import iso
from harness.sandbox.listing import by_name, page
from harness.sandbox.problems import bad_request, conflict, missing_permissions
from harness.sandbox.state import SKILLS, Entity

__all__ = ["area"]

area = Area()

_PATH = "/api/v2/routing/skills"
_WHAT = "Skill"


class _CreateSkill(msgspec.Struct):
    name: str
    divisionId: str | None = None  # noqa: N815 - the API's own key


class _UpdateDivision(msgspec.Struct):
    divisionId: str  # noqa: N815


@area.get(_PATH)
def list_skills(call: Call) -> Entity:
    """List skills by name; `name` is how names begin."""
    start, ids = (call.query.text("name") or "").casefold(), call.query.many("id")
    found = by_name(
        skill
        for skill in call.state.shelf("skills").visible.values()
        if _sees(call, skill) and skill["name"].casefold().startswith(start) and (not ids or skill["id"] in ids)
    )
    return page(call.query, found, most=500)


@area.get(f"{_PATH}/{{skillId}}")
def show_skill(call: Call) -> Entity:
    """Show a skill."""
    skill = call.entity("skills", call.path["skillId"], _WHAT)
    if not _sees(call, skill):
        raise missing_permissions(["routing:skill:view"])
    return skill


@area.post(_PATH, "routing:skill:manage", "routing:skill:create")
def create_skill(call: Call) -> Entity | None:
    """Create a skill."""
    body = call.body(_CreateSkill)
    name = body["name"].strip()
    if not name:
        raise bad_request("A required field is missing a value. name", "required.field.missing")
    if any(skill["name"].casefold() == name.casefold() for skill in call.state.shelf("skills").all.values()):
        raise conflict(f"A skill with the name [{name}] already exists.")
    skill_id = call.state.new_id()
    skill = {
        "id": skill_id,
        "name": body["name"],
        **(
            {"division": call.division({"division": {"id": body["divisionId"]}}, "*")} if body.get("divisionId") else {}
        ),
        "dateModified": iso(call.state.stamp()),
        "state": "active",
        "version": "1",
        "selfUri": f"{_PATH}/{skill_id}",
    }
    return call.state.write(SKILLS, skill_id, skill, call.actor, action="Create")


@area.patch(f"{_PATH}/{{skillId}}", "routing:skill:update")
def move_skill(call: Call) -> Entity | None:
    """Put a skill into another division."""
    skill = call.current("skills", call.path["skillId"], _WHAT)
    body = call.body(_UpdateDivision)
    division = call.division({"division": {"id": body["divisionId"]}}, "*")
    renewed = {"id": skill["id"], "name": skill["name"], "division": division} | {
        key: value for key, value in skill.items() if key != "division"
    }
    return call.state.write(SKILLS, skill["id"], renewed, call.actor, action="Update")


@area.delete(f"{_PATH}/{{skillId}}", "routing:skill:manage", "routing:skill:delete")
def delete_skill(call: Call) -> None:
    """Delete a skill; users who hold it lose it."""
    skill = call.current("skills", call.path["skillId"], _WHAT)
    call.state.write(SKILLS, skill["id"], None, call.actor, action="Delete")
    users = call.state.shelf("users")
    for user in list(users.all.values()):
        held = user.get("skills", [])
        left = [one for one in held if one["id"] != skill["id"]]
        if len(left) < len(held):
            users.put(user["id"], user | {"skills": left})


def _sees(call: Call, skill: Entity) -> bool:
    division = skill.get("division")
    return division is None or call.token.client.allows(["routing:skill:view"], division["id"])
