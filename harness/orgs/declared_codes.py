"""Wrap-up codes, skills, divisions and the outbound mapping as Terraform declares them."""

from typing import Any

from harness.model import Division, OutboundMapping, Skill, WrapUpCode, is_known, unknown
from harness.model.ids import ALL_DIVISIONS
from harness.orgs.blocks import Block, text_of
from harness.orgs.declared import Declared
from harness.orgs.references import CODE, DIVISION, MAPPINGS, SKILL

__all__ = ["codes", "divisions", "outbound_mapping", "skills"]


def codes(source: Declared) -> tuple[WrapUpCode, ...]:
    """Return the wrap-up codes; of one that is only looked up by name, only the name is known."""
    return tuple(_code(source, block) for block in source.blocks(CODE))


def _code(source: Declared, block: Block) -> WrapUpCode:
    description = "the code's description"
    return WrapUpCode(
        id=source.references.id_of(block),
        name=source.name(block, "the code's name"),
        division=unknown("the code's division", source.not_carried)
        if block.data
        else source.division(block, "the code's division", unset=ALL_DIVISIONS),
        description=unknown(description, source.not_carried)
        if block.data
        else text_of(block.attributes.get("description"), description),
        created=unknown("when the code was created", source.not_carried),
    )


def skills(source: Declared) -> tuple[Skill, ...]:
    """Return the skills; Terraform does not say which of them are active."""
    return tuple(
        Skill(
            id=source.references.id_of(block),
            name=source.name(block, "the skill's name"),
            state=unknown("the skill's state", source.not_carried),
        )
        for block in source.blocks(SKILL)
    )


def divisions(source: Declared) -> tuple[Division, ...]:
    """Return the divisions."""
    return tuple(
        Division(id=source.references.id_of(block), name=source.name(block, "the division's name"))
        for block in source.blocks(DIVISION)
    )


def outbound_mapping(source: Declared) -> tuple[OutboundMapping | None, str | None]:
    """Return the outbound mapping, and why it was not wholly seen (None when it was)."""
    blocks = source.resources(MAPPINGS)
    if not blocks:
        return None, None
    block = blocks[0]
    for other in blocks[1:]:
        source.problems.append(other.problem("is the second outbound mapping", expected="one: an org has no more"))
    mapping: dict[str, tuple[str, ...]] = {}
    lost = 0
    for entry in source.objects(block, "mappings"):
        code_id = source.references.resolve(entry.get("wrapup_code_id"), "the code of an outbound mapping")
        if code_id is None or not is_known(code_id):
            lost += 1
        else:
            mapping[code_id] = _flags(entry.get("flags"), "the flags of an outbound mapping")
    default = (
        _flags(block.attributes["default_set"], "the default set of the outbound mapping")
        if "default_set" in block.attributes
        else unknown("the default set of the outbound mapping", f"the {source.word} does not say it")
    )
    return OutboundMapping(default, mapping), _why_not_whole(source, block, lost)


def _why_not_whole(source: Declared, block: Block, lost: int) -> str | None:
    if lost:
        return f"the {source.word} does not say which codes {lost} entries of the outbound mapping are for"
    why = source.undetermined(block, "mappings")
    return None if why is None else f"the entries of the outbound mapping: {why}"


def _flags(value: Any, what: str) -> Any:
    found = []
    for item in value if isinstance(value, list) else [] if value is None else [value]:
        flag = text_of(item, what)
        if not is_known(flag):
            return flag
        found.append(flag)
    return tuple(found)
