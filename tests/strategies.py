"""Small orgs, generated: ordinary and odd names, every prompt, gaps of every kind."""

from dataclasses import replace
from typing import Any

import msgspec
from hypothesis import strategies as st

from harness.model import (
    AcwSettings,
    Agent,
    AgentSkill,
    Catalogue,
    Crm,
    Definition,
    Disposition,
    Division,
    Member,
    Org,
    Origin,
    OutboundMapping,
    Position,
    Prompt,
    Queue,
    Skill,
    WrapUpCode,
    unknown,
)
from harness.model.catalogue import DeclaredQueue
from harness.model.ids import DEFAULT_CODE_ID

GAP: Any = unknown("a value", "the test hid it")
RESOURCES = ("wrapupcodes", "queues", "users", "skills", "queue_wrapupcodes", "queue_members", "outbound_mapping")

_CODE_NAMES = ("Sale", "SALE", "Sale ", "S\u0430le", "Tier 1", "Tier 2", "", "Refund requested", "Refund request", "*")
_QUEUE_NAMES = ("Billing", "Bookings", "Claims [EU]", "")
_SKILLS = ("french", "sales", "claims")
_CHANNELS = ("voice", "call", "chat", "email", "facebook")
_PATTERNS = (*_QUEUE_NAMES, "B*", "*", "queue-0", "Nowhere")


def _some(words: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(words), unique=True, max_size=3).map(tuple)


_DIVISIONS = st.sampled_from((Division("*", "*"), Division("d1", "Retail"), Division("d2", "Claims")))
_HELD = st.builds(
    AgentSkill,
    id=st.sampled_from(_SKILLS).map(lambda name: f"skill {name}"),
    name=st.sampled_from(_SKILLS),
    proficiency=st.sampled_from((0.0, 3.0, 5.0)),
    state=st.sampled_from(("active", "inactive")),
)


@st.composite
def _definitions(draw: st.DrawFn, position: int) -> Definition:
    return Definition(
        name=draw(st.sampled_from(_CODE_NAMES)),
        position=Position("catalogue.yaml", position),
        id=draw(st.sampled_from((None, None, "code-0", "code-9"))),
        identifier=draw(st.sampled_from((None, "A", "a", "B", " "))),
        category=draw(st.sampled_from((None, "sales", "service"))),
        duration_ms=draw(st.sampled_from((None, -1, 0, 45_000, 400_000))),
        mandatory=draw(st.booleans()),
        default=draw(st.booleans()),
        channels=draw(_some(_CHANNELS)),
        skills=draw(_some((*_SKILLS, "flying"))),
        queues=draw(_some(_PATTERNS)),
        disposition=draw(st.sampled_from((None, "Won", "won", "Unknown", ""))),
    )


@st.composite
def complete_orgs(draw: st.DrawFn) -> Org:
    """Return an org that was wholly seen: nothing hidden, nothing unknown, no count that disagrees."""
    names = draw(st.lists(st.sampled_from(_CODE_NAMES), max_size=4))
    codes = tuple(
        WrapUpCode(
            id=f"code-{number}",
            name=name,
            division=draw(_DIVISIONS),
            description=draw(st.sampled_from((None, "", "A deal was closed by phone"))),
        )
        for number, name in enumerate(names)
    )
    agents = tuple(
        Agent(f"agent-{number}", draw(st.sampled_from(("active", "inactive"))), tuple(skills), ())
        for number, skills in enumerate(draw(st.lists(st.lists(_HELD, max_size=2), max_size=3)))
    )
    code_ids = (*(code.id for code in codes), DEFAULT_CODE_ID)
    members = [_some(tuple(agent.id for agent in agents)) if agents else st.just(()) for _ in range(3)]
    queues, offered, joined = [], {}, {}
    for number, name in enumerate(draw(st.lists(st.sampled_from(_QUEUE_NAMES), unique=True, max_size=3))):
        offered[f"queue-{number}"] = draw(_some(code_ids))
        joined[f"queue-{number}"] = tuple(Member(it, joined=True, member_by="user") for it in draw(members[number]))
        queues.append(
            Queue(
                id=f"queue-{number}",
                name=name,
                division=draw(_DIVISIONS),
                acw=AcwSettings(draw(st.sampled_from(list(Prompt))).value, draw(st.sampled_from((1, 30_000, 10**7)))),
                member_count=len(joined[f"queue-{number}"]),
            )
        )
    flags = OutboundMapping(
        draw(_some(("BUSINESS_SUCCESS",))),
        {code: draw(_some(("Business_Success", "RIGHT_PARTY_CONTACT"))) for code in draw(_some((*code_ids, "code-8")))},
    )
    positions = range(1, 1 + draw(st.integers(0, 3)))
    return Org(
        name="generated",
        origin=Origin(kind="recording", location="nowhere"),
        codes=codes,
        queues=tuple(queues),
        skills=tuple(Skill(f"skill {name}", name, draw(st.sampled_from(("active", "inactive")))) for name in _SKILLS),
        agents=agents,
        offered=offered,
        members=joined,
        flags=flags,
        catalogue=Catalogue(
            name="generated",
            path="catalogue.yaml",
            definitions=tuple(draw(_definitions(position)) for position in positions),
            queues=tuple(
                DeclaredQueue(name=pattern, channels=draw(_some(_CHANNELS)), position=Position("catalogue.yaml", 90))
                for pattern in draw(_some(_PATTERNS))
            ),
        ),
        crm=Crm(tuple(Disposition(value, draw(st.booleans())) for value in draw(_some(("Won", "Lost", "Unknown"))))),
    )


@st.composite
def orgs_seen_twice(draw: st.DrawFn) -> tuple[Org, Org]:
    """Return an org that was wholly seen, and the same as a source shows it that sees less.

    Its listings lack entries and say so, and values are unknown.
    """
    whole = less = draw(complete_orgs())
    for _ in range(draw(st.integers(1, 3))):
        less = _WAYS_TO_HIDE[draw(st.integers(0, len(_WAYS_TO_HIDE) - 1))](draw, less)
    return whole, less


def orgs() -> st.SearchStrategy[Org]:
    """Return orgs that were wholly seen, and orgs that were not."""
    return st.one_of(complete_orgs(), orgs_seen_twice().map(lambda both: both[1]))


def _one(draw: st.DrawFn, entities: tuple[Any, ...]) -> int:
    return draw(st.integers(0, len(entities) - 1))


def _hide_entity(attribute: str, resource: str) -> Any:
    def hide(draw: st.DrawFn, org: Org) -> Org:
        entities = getattr(org, attribute)
        kept = entities
        if entities:
            index = _one(draw, entities)
            kept = entities[:index] + entities[index + 1 :]
        changes: dict[str, Any] = {attribute: kept, "hidden": {**org.hidden, resource: "a division is not granted"}}
        return replace(org, **changes)

    return hide


def _hide_value(attribute: str, value: str) -> Any:
    def hide(draw: st.DrawFn, org: Org) -> Org:
        entities = getattr(org, attribute)
        if not entities:
            return org
        index = _one(draw, entities)
        blurred = msgspec.structs.replace(entities[index], **{value: GAP})
        changes: dict[str, Any] = {attribute: (*entities[:index], blurred, *entities[index + 1 :])}
        return replace(org, **changes)

    return hide


def _hide_key(attribute: str) -> Any:
    def hide(draw: st.DrawFn, org: Org) -> Org:
        mapping = getattr(org, attribute)
        gone = draw(st.sampled_from(sorted(mapping))) if mapping else None
        changes: dict[str, Any] = {attribute: {key: value for key, value in mapping.items() if key != gone}}
        return replace(org, **changes)

    return hide


def _hide_flags(_: st.DrawFn, org: Org) -> Org:
    return replace(org, flags=None, hidden={**org.hidden, "outbound_mapping": "a permission is missing"})


_WAYS_TO_HIDE = (
    _hide_entity("codes", "wrapupcodes"),
    _hide_entity("queues", "queues"),
    _hide_entity("agents", "users"),
    _hide_entity("skills", "skills"),
    _hide_value("codes", "name"),
    _hide_value("codes", "division"),
    _hide_value("codes", "description"),
    _hide_value("queues", "acw"),
    _hide_value("queues", "division"),
    _hide_value("agents", "state"),
    _hide_value("agents", "skills"),
    _hide_value("skills", "state"),
    _hide_key("offered"),
    _hide_key("members"),
    _hide_flags,
)
