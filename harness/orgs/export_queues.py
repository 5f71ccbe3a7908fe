"""An export's queues, and the codes they offer."""

from typing import Any

from harness.model import AcwSettings, Prompt, Queue, is_known, unknown
from harness.model.entities import MemberGroup
from harness.orgs.exported import HOME, NOT_CARRIED, Exported
from harness.orgs.references import CODE, GROUP, QUEUE, SKILL_GROUP, TEAM
from harness.orgs.terraform import Block, text_of

__all__ = ["GROUPS", "offered", "queues"]

GROUPS = {"groups": (GROUP, "GROUP"), "teams": (TEAM, "TEAM"), "skill_groups": (SKILL_GROUP, "SKILLGROUP")}
"""Attribute → the resource type that it refers to, and the platform's word for it."""

_MEDIA = ("call", "callback", "chat", "email", "message")
_UNTIMED = frozenset(prompt.value for prompt in Prompt if not prompt.timed)


def queues(export: Exported) -> tuple[Queue, ...]:
    """Return the queues."""
    return tuple(_queue(export, block) for block in export.resources(QUEUE))


def _queue(export: Exported, block: Block) -> Queue:
    return Queue(
        id=export.references.id_of(block),
        name=export.name(block, "the queue's name"),
        division=export.division(block, "the queue's division", unset=HOME),
        description=text_of(block.attributes.get("description"), "the queue's description"),
        acw=_acw(export, block),
        media_settings=_media_settings(block),
        member_groups=_member_groups(export, block),
        evaluation_word=_word(block, "skill_evaluation_method", "the queue's skill evaluation method", default="ALL"),
    )


def _word(block: Block, key: str, what: str, *, default: str) -> Any:
    word = text_of(block.attributes.get(key), what)
    return default if word is None else word


def _acw(export: Exported, block: Block) -> AcwSettings:
    prompt = _word(block, "acw_wrapup_prompt", "the ACW prompt", default=Prompt.MANDATORY_TIMEOUT.value)
    what = "the ACW timeout"
    timeout = export.number(block, block.attributes.get("acw_timeout_ms"), what)
    untimed = is_known(prompt) and prompt in _UNTIMED
    if "acw_timeout_ms" not in block.attributes and not untimed:
        # The platform sets one when the provider sends none.
        timeout = unknown(what, "the export does not say it, and the platform has a default of its own")
    elif timeout is not None and is_known(timeout):
        timeout = int(timeout)
    return AcwSettings(prompt, timeout)


def _media_settings(block: Block) -> Any:
    present = {name: block.attributes[key] for name in _MEDIA if (key := f"media_settings_{name}") in block.attributes}
    if not present:
        return unknown("the queue's media settings", NOT_CARRIED)
    return {name: {} for name, value in present.items() if value not in (None, [])}


def _member_groups(export: Exported, block: Block) -> tuple[MemberGroup, ...]:
    found = []
    for key, (_, word) in GROUPS.items():
        for value in export.values(block, key):
            group = export.references.resolve(value, "a group of the queue")
            if group is not None:
                found.append(MemberGroup(group, word))
    return tuple(found)


def offered(export: Exported) -> dict[str, tuple[str, ...]]:
    """Return queue id → ids of the codes it offers; a queue whose codes are not managed or not known is missing."""
    found = {}
    for block in export.resources(QUEUE):
        if "wrapup_codes" not in block.attributes:
            continue
        if block.attributes["wrapup_codes"] is None and export.references.why_null_proves_nothing(CODE) is not None:
            continue
        ids = export.references.resolve_all(export.values(block, "wrapup_codes"), "the codes of the queue")
        if is_known(ids):
            found[export.references.id_of(block)] = ids
    return found
