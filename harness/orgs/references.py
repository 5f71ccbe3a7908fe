"""Resolving what resources refer to.

An entity's id in the model is the platform's where the source says it, and its address otherwise; a user's address is
hashed, because the exporter makes a user's label from the person's email address.
"""

import hashlib
import re
from typing import Any

from harness.model.unknown import is_known, unknown
from harness.orgs.blocks import Block, Configuration, Reference, text_of

__all__ = [
    "CODE",
    "DIVISION",
    "GROUP",
    "HOME_DIVISION",
    "LANGUAGE",
    "MAPPINGS",
    "QUEUE",
    "SKILL",
    "SKILL_GROUP",
    "TEAM",
    "USER",
    "References",
]

CODE = "genesyscloud_routing_wrapupcode"
DIVISION = "genesyscloud_auth_division"
GROUP = "genesyscloud_group"
HOME_DIVISION = "genesyscloud_auth_division_home"
LANGUAGE = "genesyscloud_routing_language"
MAPPINGS = "genesyscloud_outbound_wrapupcodemappings"
QUEUE = "genesyscloud_routing_queue"
SKILL = "genesyscloud_routing_skill"
SKILL_GROUP = "genesyscloud_routing_skill_group"
TEAM = "genesyscloud_team"
USER = "genesyscloud_user"

_REFERENCE = re.compile(r"\$\{\s*(data\.)?(\w+)\.([\w-]+)\.id\s*\}")
_REFERRING = (
    "division_id",
    "wrapup_codes",
    "members",
    "groups",
    "teams",
    "skill_groups",
    "routing_skills",
    "routing_languages",
)
"""Attributes whose ids the exporter replaces with references."""

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class References:
    """Turns references into ids, and says when a missing one proves nothing.

    Args:
        configuration: The resources.
        keep_names: Whether a user's address may be seen.
        keeps_ids: Whether ids that stand for nothing in the source are kept in it; None: an export, where it shows.
    """

    def __init__(self, configuration: Configuration, *, keep_names: bool, keeps_ids: bool | None = None) -> None:
        self._configuration = configuration
        self._keep_names = keep_names
        self._keeps_ids = (
            keeps_ids
            if keeps_ids is not None
            else any(
                _holds_guid(block.attributes.get(key))
                for resource_type in (CODE, QUEUE, USER)
                for block in configuration.of(resource_type)
                for key in _REFERRING
            )
        )

    def id_of(self, block: Block) -> str:
        """Return the model's id of an entity."""
        stated = block.attributes.get("id")
        return stated if isinstance(stated, str) and stated else self._id_at(block.type, block.address)

    def _id_at(self, resource_type: str, address: str) -> str:
        if resource_type != USER or self._keep_names:
            return address
        return f"{USER}.{hashlib.sha256(address.encode()).hexdigest()[:16]}"

    def resolve(self, value: Any, what: str) -> Any:
        """Return the id that an attribute refers to, None when it is absent, or an unknown value.

        What the source does not carry keeps its address, or the platform's id, as its id.

        Args:
            value: A reference, a platform id, or null.
            what: The value in the words of the model, for the reason when it is unknown.
        """
        if isinstance(value, Reference):
            return self.id_of(self._configuration.blocks[value.address])
        reference = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
        if reference is None:
            return text_of(value, what)
        data, resource_type, label = reference.groups(default="")
        address = f"{data}{resource_type}.{label}"
        block = self._configuration.blocks.get(address)
        return self._id_at(resource_type, address) if block is None else self.id_of(block)

    def resolve_all(self, values: list[Any], what: str) -> Any:
        """Return the ids that a set refers to, or an unknown value when one of them is unknown."""
        found = []
        for value in values:
            one = self.resolve(value, what)
            if not is_known(one):
                return one
            if one is None:
                return unknown(what, "the exporter dropped an id that it could not resolve")
            found.append(one)
        return tuple(found)

    def why_null_proves_nothing(self, resource_type: str) -> str | None:
        """Return why a null in place of references does not mean "none", or None when it does.

        Without a state file the exporter removes ids of what it does not export, and writes null for a set that
        became empty. That an export which was filtered by name lost some ids of a set cannot be seen in it.

        Source:
            `tfexporter/genesyscloud_resource_exporter.go` of the provider: `resolveReference` and
            `sanitizeConfigMap`.
        """
        if self._keeps_ids or self._configuration.of(resource_type):
            return None
        return f"the export holds no {resource_type}, and the exporter drops ids that it cannot resolve"


def _holds_guid(value: Any) -> bool:
    if isinstance(value, str):
        return _GUID.fullmatch(value) is not None
    if isinstance(value, dict):
        return any(map(_holds_guid, value.values()))
    return isinstance(value, list) and any(map(_holds_guid, value))
