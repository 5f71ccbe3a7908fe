"""Keeping people out of recordings: their names, addresses and numbers become stable pseudonyms.

A user keeps only what is known to be harmless: a field that the platform adds tomorrow may be about a person.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from harness.model.ids import pseudonym
from harness.model.org import Resource

__all__ = ["without_people"]

_HARMLESS = frozenset(
    {"id", "name", "division", "state", "version", "skills", "languages", "acdAutoAnswer", "groups", "team", "selfUri"}
)
_MEMBER = frozenset({"id", "name", "user", "ringNumber", "joined", "memberBy", "selfUri"})

_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_STAND_IN = "@person.invalid"
_PHONE = re.compile(r"(?<![\w-])(?:tel:)?\+\d[\d ().-]{6,}\d")


def without_people(resource: Resource, entity: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entity without anybody's name, e-mail address or phone number; keys keep their order.

    Doing it twice changes nothing more.
    """
    if resource == "users":
        return _user(entity)
    if resource == "queue_members":
        return _member(entity)
    return {key: _scrubbed(value) for key, value in entity.items()}


def _user(user: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: _scrubbed(value) for key, value in user.items() if key in _HARMLESS}
    return kept | {"name": pseudonym(user["id"])} if "name" in kept else kept


def _member(member: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: _scrubbed(value) for key, value in member.items() if key in _MEMBER}
    if "name" in kept:
        kept["name"] = pseudonym(member["id"])
    if isinstance(member.get("user"), Mapping) and "id" in member["user"]:
        kept["user"] = _user(member["user"])
    return kept


def _scrubbed(value: Any) -> Any:
    """Return a value with every e-mail address and international phone number in its texts replaced."""
    match value:
        case str():
            return _PHONE.sub(_number, _EMAIL.sub(_address, value)) if "@" in value or "+" in value else value
        case list():
            return [_scrubbed(item) for item in value]
        case dict():
            return {key: _scrubbed(item) for key, item in value.items()}
    return value


def _address(found: re.Match[str]) -> str:
    # What stands in already stays: recording a recording must not change it.
    return found[0] if found[0].endswith(_STAND_IN) else f"{_digest(found[0])}{_STAND_IN}"


def _number(found: re.Match[str]) -> str:
    return f"number-{_digest(found[0])}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
