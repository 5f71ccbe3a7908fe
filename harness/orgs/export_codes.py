"""An export's wrap-up codes, skills, divisions and outbound mapping."""

from typing import Any

from harness.model import Division, OutboundMapping, Skill, WrapUpCode, is_known, unknown
from harness.model.entities import ALL_DIVISIONS
from harness.orgs.exported import NOT_CARRIED, Exported
from harness.orgs.references import CODE, DIVISION, MAPPINGS, SKILL
from harness.orgs.terraform import Block, text_of

__all__ = ["codes", "divisions", "outbound_mapping", "skills"]


def codes(export: Exported) -> tuple[WrapUpCode, ...]:
    """Return the wrap-up codes; of one that is only looked up by name, only the name is known."""
    return tuple(_code(export, block) for block in export.blocks(CODE))


def _code(export: Exported, block: Block) -> WrapUpCode:
    description = "the code's description"
    return WrapUpCode(
        id=export.references.id_of(block),
        name=export.name(block, "the code's name"),
        division=unknown("the code's division", NOT_CARRIED)
        if block.data
        else export.division(block, "the code's division", unset=ALL_DIVISIONS),
        description=unknown(description, NOT_CARRIED)
        if block.data
        else text_of(block.attributes.get("description"), description),
        created=unknown("when the code was created", NOT_CARRIED),
    )


def skills(export: Exported) -> tuple[Skill, ...]:
    """Return the skills; an export does not say which of them are active."""
    return tuple(
        Skill(
            id=export.references.id_of(block),
            name=export.name(block, "the skill's name"),
            state=unknown("the skill's state", NOT_CARRIED),
        )
        for block in export.blocks(SKILL)
    )


def divisions(export: Exported) -> tuple[Division, ...]:
    """Return the divisions."""
    return tuple(
        Division(id=export.references.id_of(block), name=export.name(block, "the division's name"))
        for block in export.blocks(DIVISION)
    )


def outbound_mapping(export: Exported) -> tuple[OutboundMapping | None, str | None]:
    """Return the outbound mapping, and why it was not wholly seen (None when it was)."""
    blocks = export.resources(MAPPINGS)
    if not blocks:
        return None, None
    block = blocks[0]
    for other in blocks[1:]:
        export.problems.append(other.problem("is the second outbound mapping", expected="one: an org has no more"))
    mapping: dict[str, tuple[str, ...]] = {}
    lost = 0
    for entry in export.objects(block, "mappings"):
        code_id = export.references.resolve(entry.get("wrapup_code_id"), "the code of an outbound mapping")
        if code_id is None or not is_known(code_id):
            lost += 1
        else:
            mapping[code_id] = _flags(entry.get("flags"), "the flags of an outbound mapping")
    default = (
        _flags(block.attributes["default_set"], "the default set of the outbound mapping")
        if "default_set" in block.attributes
        else unknown("the default set of the outbound mapping", "the export does not say it")
    )
    why = f"the export does not say which codes {lost} entries of the outbound mapping are for" if lost else None
    return OutboundMapping(default, mapping), why


def _flags(value: Any, what: str) -> Any:
    found = []
    for item in value if isinstance(value, list) else [] if value is None else [value]:
        flag = text_of(item, what)
        if not is_known(flag):
            return flag
        found.append(flag)
    return tuple(found)
