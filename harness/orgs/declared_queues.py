"""Queues as Terraform declares them, and the codes they offer."""

from typing import Any, NamedTuple

from harness.model import AcwSettings, Prompt, Queue, is_known, unknown
from harness.model.entities import MemberGroup
from harness.model.ids import undetermined_code
from harness.orgs.blocks import Block, Undetermined, text_of
from harness.orgs.declared import HOME, Declared
from harness.orgs.references import CODE, GROUP, QUEUE, SKILL_GROUP, TEAM

__all__ = ["GROUPS", "Offered", "offered", "queues"]

GROUPS = {"groups": (GROUP, "GROUP"), "teams": (TEAM, "TEAM"), "skill_groups": (SKILL_GROUP, "SKILLGROUP")}
"""Attribute → the resource type that it refers to, and the platform's word for it."""

_MEDIA = ("call", "callback", "chat", "email", "message")
_UNTIMED = frozenset(prompt.value for prompt in Prompt if not prompt.timed)


def queues(source: Declared) -> tuple[Queue, ...]:
    """Return the queues."""
    return tuple(_queue(source, block) for block in source.resources(QUEUE))


def _queue(source: Declared, block: Block) -> Queue:
    return Queue(
        id=source.references.id_of(block),
        name=source.name(block, "the queue's name"),
        division=source.division(block, "the queue's division", unset=HOME),
        description=text_of(block.attributes.get("description"), "the queue's description"),
        acw=_acw(source, block),
        media_settings=_media_settings(source, block),
        member_groups=_member_groups(source, block),
        evaluation_word=_word(block, "skill_evaluation_method", "the queue's skill evaluation method", default="ALL"),
    )


def _word(block: Block, key: str, what: str, *, default: str) -> Any:
    word = text_of(block.attributes.get(key), what)
    return default if word is None else word


def _acw(source: Declared, block: Block) -> AcwSettings:
    prompt = _word(block, "acw_wrapup_prompt", "the ACW prompt", default=Prompt.MANDATORY_TIMEOUT.value)
    what = "the ACW timeout"
    timeout = source.number(block, block.attributes.get("acw_timeout_ms"), what)
    if timeout is not None and is_known(timeout):
        timeout = int(timeout)
    if timeout is None or (is_known(timeout) and timeout == 0):
        # The provider sends a timeout only when it is not zero; with a timed prompt the platform then sets its own.
        untimed = is_known(prompt) and prompt in _UNTIMED
        why = f"the {source.word} does not say it, and the platform has a default of its own"
        timeout = None if untimed else unknown(what, why)
    return AcwSettings(prompt, timeout)


def _media_settings(source: Declared, block: Block) -> Any:
    what = "the queue's media settings"
    present = {name: block.attributes[key] for name in _MEDIA if (key := f"media_settings_{name}") in block.attributes}
    if not present:
        return unknown(what, source.not_carried)
    for value in present.values():
        if isinstance(value, Undetermined):
            return unknown(what, value.why)
    return {name: {} for name, value in present.items() if value not in (None, [])}


def _member_groups(source: Declared, block: Block) -> Any:
    found = []
    for key, (_, word) in GROUPS.items():
        if why := source.undetermined(block, key):
            return unknown("the groups of the queue", why)
        for value in source.values(block, key):
            group = source.references.resolve(value, "a group of the queue")
            if group is not None:
                found.append(MemberGroup(group, word))
    return tuple(found)


class Offered(NamedTuple):
    """Which codes queues offer.

    Attributes:
        codes: Queue id → ids of the codes it offers; of a code that is not known yet, a stand-in.
        unseen: Queue id → why its codes are not known.
    """

    codes: dict[str, tuple[str, ...]]
    unseen: dict[str, str]


def offered(source: Declared) -> Offered:
    """Return which codes the queues offer."""
    found = Offered({}, {})
    for block in source.resources(QUEUE):
        queue_id = source.references.id_of(block)
        ids = _codes(source, block)
        if is_known(ids):
            found.codes[queue_id] = ids
        else:
            found.unseen[queue_id] = ids.why
    return found


def _codes(source: Declared, block: Block) -> Any:
    key, what = "wrapup_codes", "the codes of the queue"
    if key not in block.attributes:
        return unknown(what, f"the {source.word} does not manage them: wrapup_codes is not set")
    value = block.attributes[key]
    if isinstance(value, Undetermined):
        return unknown(what, value.why)
    if value is None and (why := source.references.why_null_proves_nothing(CODE)) is not None:
        return unknown(what, why)
    elements = source.values(block, key)
    known = source.references.resolve_all([it for it in elements if not isinstance(it, Undetermined)], what)
    if not is_known(known):
        return known
    return (*known, *(undetermined_code(block.address, n) for n in range(len(elements) - len(known))))
