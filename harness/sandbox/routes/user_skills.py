"""Routing skills and languages as users hold them.

Source:
    `platform.md` section 3; at most 50 in one bulk call of languages.
"""

import msgspec

from harness.sandbox.area import Area
from harness.sandbox.call import Call
from harness.sandbox.listing import by_name, page
from harness.sandbox.problems import bad_request, not_found
from harness.sandbox.state import USERS, Entity

__all__ = ["area"]

area = Area()

_PATH = "/api/v2/users/{userId}/routingskills"
_ASSIGN = "routing:skill:assign"
_MOST = 50  # what the vendor's own provider asks for and sends


class _SkillPost(msgspec.Struct):
    id: str
    proficiency: float


class _Skill(msgspec.Struct):
    proficiency: float


@area.get(_PATH)
def list_user_skills(call: Call) -> Entity:
    """List the skills of a user."""
    return _listing(call, call.entity("users", call.path["userId"], "User"), "skills")


@area.get("/api/v2/users/{userId}/routinglanguages")
def list_user_languages(call: Call) -> Entity:
    """List the languages of a user."""
    return _listing(call, call.entity("users", call.path["userId"], "User"), "languages")


@area.post(_PATH, _ASSIGN)
def add_user_skill(call: Call) -> Entity:
    """Give a user a skill."""
    post = call.body(_SkillPost)
    user = _give(call, [post], keep=True)
    return next(skill for skill in user["skills"] if skill["id"] == post["id"])


@area.patch(f"{_PATH}/bulk", _ASSIGN)
def add_user_skills(call: Call) -> Entity:
    """Give a user skills beyond those that the user has."""
    return _listing(call, _give(call, _posts(call), keep=True), "skills")


@area.put(f"{_PATH}/bulk", _ASSIGN)
def replace_user_skills(call: Call) -> Entity:
    """Give a user skills in place of those that the user has."""
    return _listing(call, _give(call, _posts(call), keep=False), "skills")


@area.put(f"{_PATH}/{{skillId}}", _ASSIGN)
def update_user_skill(call: Call) -> Entity:
    """Say how well a user masters a skill."""
    body = call.body(_Skill)
    skill_id = call.path["skillId"]
    _held(call, skill_id)
    user = _give(call, [{"id": skill_id, "proficiency": body["proficiency"]}], keep=True)
    return next(skill for skill in user["skills"] if skill["id"] == skill_id)


@area.delete(f"{_PATH}/{{skillId}}", _ASSIGN)
def remove_user_skill(call: Call) -> None:
    """Take a skill from a user."""
    user, skill_id = _held(call, call.path["skillId"])
    left = [skill for skill in user["skills"] if skill["id"] != skill_id]
    call.state.write(USERS, user["id"], _with_skills(user, left), call.actor, action="Update")


def _posts(call: Call) -> list[Entity]:
    posts: list[Entity] = call.body(list[_SkillPost])
    if len(posts) > _MOST:
        raise bad_request(f"At most {_MOST} skills can be assigned in one request")
    return posts


def _held(call: Call, skill_id: str) -> tuple[Entity, str]:
    user = call.current("users", call.path["userId"], "User")
    if all(skill["id"] != skill_id for skill in user.get("skills", [])):
        raise not_found("Skill not found on the user")
    return user, skill_id


def _give(call: Call, posts: list[Entity], *, keep: bool) -> Entity:
    user = call.current("users", call.path["userId"], "User")
    held = {skill["id"]: skill for skill in user.get("skills", [])} if keep else {}
    for post in posts:
        held[post["id"]] = _assigned(call, post)
    renewed = _with_skills(user, list(held.values()))
    return call.state.write(USERS, user["id"], renewed, call.actor, action="Update") or renewed


def _assigned(call: Call, post: Entity) -> Entity:
    if not 0 <= post["proficiency"] <= 5:
        raise bad_request("proficiency must be between 0.0 and 5.0", "invalid.value")
    skill: Entity | None = call.state.shelf("skills").current(post["id"])
    if skill is None:
        raise bad_request(f"Skill {post['id']} does not exist")
    return {
        "id": skill["id"],
        "name": skill["name"],
        "proficiency": float(post["proficiency"]),
        "state": skill.get("state", "active"),
        "skillUri": f"/api/v2/routing/skills/{skill['id']}",
    }


def _with_skills(user: Entity, skills: list[Entity]) -> Entity:
    return user | {"skills": skills}


def _listing(call: Call, user: Entity, key: str) -> Entity:
    order = call.query.word("sortOrder", "ASC", ("ASC", "DESC", "ascending", "descending"))
    held = by_name(user.get(key, []))
    return page(call.query, held[::-1] if order.lower().startswith("desc") else held, most=_MOST)
