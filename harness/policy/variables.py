"""The variables that an expression may read, by kind of subject.

One table per entity: dotted name, CEL type, how to read it, and what it is. A reader returns `None` for what is
absent; what is unknown raises `UnknownValueError` or is an `Unknown` itself.

Source:
    `policy-language.md` section 3.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import Any, TypeAlias

from cel_expr_python import cel

from harness.errors import UnknownValueError
from harness.model import (
    Definition,
    KindName,
    Org,
    Queue,
    Unknown,
    WrapUpCode,
    unknown,
)
from harness.model.change import Change
from harness.model.usage import Usage

__all__ = ["Variable", "read", "variables_of"]

_Reader: TypeAlias = Callable[[Any, Org], Any]

_STRING, _BOOL, _INT, _DOUBLE = cel.Type.STRING, cel.Type.BOOL, cel.Type.INT, cel.Type.DOUBLE
_STRINGS = cel.Type.List(cel.Type.STRING)


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of one kind of subject.

    Attributes:
        name: Dotted, as expressions write it.
        type: Its CEL type.
        entity: Picks the entity that it describes out of the subject.
        reader: Reads it off the entity.
        text: What it is.
    """

    name: str
    type: cel.Type
    entity: Callable[[Any, Org], Any]
    reader: _Reader
    text: str


def read(variable: Variable, subject: Any, org: Org) -> Any:
    """Return a variable's value: ready for CEL, `None` when it is absent, an `Unknown` when it is unknown."""
    try:
        entity = variable.entity(subject, org)
        # What belongs to no queue has none of a queue's values.
        value = None if entity is None else variable.reader(entity, org)
        if isinstance(value, tuple):
            if Unknown in map(type, value):
                next(item for item in value if isinstance(item, Unknown)).read()
            return list(value)
    except UnknownValueError as error:
        return unknown(error.what, error.why)
    return value


def _whole_seconds(milliseconds: int | None, what: str) -> int | None:
    if milliseconds is None:
        return None
    if milliseconds % 1000:
        raise UnknownValueError(
            what, f"{milliseconds} ms is not a whole number of seconds; use a check of the family duration"
        )
    return milliseconds // 1000


def _members(queue: Queue, org: Org) -> int:
    listed = org.members.get(queue.id)
    counted = queue.member_count
    if listed is not None and counted is not None and len(listed) != counted:
        raise UnknownValueError(
            "the number of members", f"the queue counts {counted} members, the listing holds {len(listed)}"
        )
    if counted is not None:
        return counted
    if listed is None:
        raise UnknownValueError("the number of members", org.gap("queue_members") or "the source did not deliver it")
    return len(listed)


def _disposition(definition: Definition | None, org: Org) -> str | None:
    if definition is None:
        return None
    return org.crm.disposition_of(definition) if org.crm else definition.disposition


def _of_definition(reader: Callable[[Definition], Any]) -> _Reader:
    def of_code(code: WrapUpCode, org: Org) -> Any:
        definition = org.definition_of(code)
        return None if definition is None else reader(definition)

    return of_code


def _properties(change: Change, _: Org) -> tuple[str, ...]:
    if change.changes is None:
        raise UnknownValueError("which properties changed", "the audit entry does not tell")
    return tuple(it.property for it in change.changes if it.property)


def _created(code: WrapUpCode, _: Org) -> datetime | None:
    return None if code.created is None else datetime.fromisoformat(code.created)


_CODE: dict[str, tuple[cel.Type, _Reader, str]] = {
    "id": (_STRING, lambda it, _: it.id, "the platform's id"),
    "name": (_STRING, lambda it, _: it.name, "the name that agents read"),
    "description": (_STRING, lambda it, _: it.description, "absent when there is none"),
    "division": (_STRING, lambda it, _: it.division.name, "the division's name; `*` means all divisions"),
    "created": (cel.Type.TIMESTAMP, _created, "when it was created"),
    "queues": (_STRINGS, lambda it, org: tuple(q.name for q in org.queues_of(it)), "names of the queues that offer it"),
    "defined": (_BOOL, lambda it, org: org.definition_of(it) is not None, "whether the catalogue defines it"),
    "category": (_STRING, _of_definition(lambda it: it.category), "the definition's category"),
    "identifier": (_STRING, _of_definition(lambda it: it.identifier), "the definition's identifier"),
    "mandatory": (_BOOL, _of_definition(lambda it: it.mandatory), "whether the definition is mandatory"),
    "mapped": (
        _BOOL,
        lambda it, org: _disposition(org.definition_of(it), org) is not None,
        "whether its definition maps to a disposition",
    ),
    "crm": (_STRING, lambda it, org: _disposition(org.definition_of(it), org), "the disposition that it maps to"),
    "flags": (_STRINGS, lambda it, org: org.flags_of(it), "its effective outbound flags, upper-cased"),
}

_QUEUE: dict[str, tuple[cel.Type, _Reader, str]] = {
    "id": (_STRING, lambda it, _: it.id, "the platform's id"),
    "name": (_STRING, lambda it, _: it.name, "its name"),
    "description": (_STRING, lambda it, _: it.description, "absent when there is none"),
    "division": (_STRING, lambda it, _: it.division.name, "the division's name"),
    "channels": (_STRINGS, lambda it, org: org.channels_of(it), "the channels that it serves, as declared"),
    "media": (_STRINGS, lambda it, _: it.media, "the media that the platform has settings for"),
    "acw.prompt": (_STRING, lambda it, _: it.acw.prompt.value, "MANDATORY, OPTIONAL, MANDATORY_TIMEOUT …"),
    "acw.timed": (_BOOL, lambda it, _: it.acw.timed, "whether the prompt is limited in time"),
    "acw.timeout_s": (
        _INT,
        lambda it, _: _whole_seconds(it.acw.timeout_ms, "the timeout in seconds"),
        "the timeout in whole seconds",
    ),
    "demands": (_BOOL, lambda it, _: it.acw.prompt.demands, "whether the prompt demands a code"),
    "codes": (_STRINGS, lambda it, org: tuple([c.name for c in org.codes_of(it)]), "names of the codes that it offers"),
    "default_codes": (
        _STRINGS,
        lambda it, org: tuple(c.name for c in org.default_codes_of(it)),
        "names of the offered codes that are defaults",
    ),
    "members": (_INT, _members, "how many members it has, in groups or not"),
    "groups": (_INT, lambda it, _: len(it.member_groups), "how many groups, teams and skill groups are members"),
    "skill_evaluation": (_STRING, lambda it, _: it.skill_evaluation, "NONE, BEST or ALL"),
}

_DEFINITION: dict[str, tuple[cel.Type, _Reader, str]] = {
    "name": (_STRING, lambda it, _: it.name, "the wrap-up code's name"),
    "identifier": (_STRING, lambda it, _: it.identifier, "the business identifier"),
    "category": (_STRING, lambda it, _: it.category, "the category"),
    "timed": (_BOOL, lambda it, _: it.duration_ms is not None, "whether a duration was agreed"),
    "duration_s": (
        _INT,
        lambda it, _: _whole_seconds(it.duration_ms, "the duration in seconds"),
        "the agreed duration in whole seconds",
    ),
    "mandatory": (_BOOL, lambda it, _: it.mandatory, "whether it is mandatory"),
    "default": (_BOOL, lambda it, _: it.default, "whether agents fall back to it"),
    "channels": (_STRINGS, lambda it, _: it.channels, "its channels, in the file's words"),
    "skills": (_STRINGS, lambda it, _: it.skills, "names of the required skills"),
    "queues": (_STRINGS, lambda it, _: it.queues, "ids or names of its queues, as written"),
    "mapped": (_BOOL, lambda it, org: _disposition(it, org) is not None, "whether it maps to a disposition"),
    "crm": (_STRING, _disposition, "the disposition that it maps to"),
}

_AGENT: dict[str, tuple[cel.Type, _Reader, str]] = {
    "id": (_STRING, lambda it, _: it.id, "the platform's id"),
    "active": (_BOOL, lambda it, _: it.active, "whether the user is active"),
    "skills": (_STRINGS, lambda it, _: tuple(s.name for s in it.skills if s.active), "names of the active skills"),
    "languages": (_STRINGS, lambda it, _: tuple(s.name for s in it.languages), "names of the languages"),
}

_MAPPING: dict[str, tuple[cel.Type, _Reader, str]] = {
    "identifier": (_STRING, lambda it, _: it.identifier, "the business identifier"),
    "disposition": (_STRING, lambda it, _: it.disposition, "the disposition"),
}

_DISPOSITION: dict[str, tuple[cel.Type, _Reader, str]] = {
    "value": (_STRING, lambda it, _: it.value, "the value that the CRM's list holds"),
    "active": (_BOOL, lambda it, _: it.active, "whether the CRM accepts it"),
}

_FLAGS: dict[str, tuple[cel.Type, _Reader, str]] = {
    "values": (_STRINGS, lambda it, _: it.values, "the entry's flags, as spelt"),
}


_CHANGE: dict[str, tuple[cel.Type, _Reader, str]] = {
    "when": (cel.Type.TIMESTAMP, lambda it, _: it.at, "when it was made"),
    "actor": (_STRING, lambda it, _: it.user_id, "the user's id; absent when it was no user or is not told"),
    "client": (_STRING, lambda it, _: it.client_id, "the OAuth client's id; absent when it is not told"),
    "action": (_STRING, lambda it, _: it.action, "in the platform's words: Create, Update, WrapupCodeAdd …"),
    "entity": (_STRING, lambda it, _: it.entity_id, "the id of what was changed"),
    "entity_type": (_STRING, lambda it, _: it.entity_type, "Queue or WrapupCode"),
    "properties": (_STRINGS, _properties, "names of the properties that changed, in the platform's words"),
}


def _number(name: str) -> _Reader:
    def number(usage: Usage, _: Org) -> int:
        value: int | None = getattr(usage, name)
        if usage.untold:
            why = f"the evidence does not tell enough about {usage.untold} handlings"
            raise UnknownValueError(f"usage.{name}", why)
        return value or 0

    return number


_HANDLED, _CODED, _TIMED, _TOTAL = map(_number, ("handled", "coded", "timed", "acw_total_ms"))


def _share(usage: Usage, org: Org) -> float | None:
    whole = _HANDLED(usage, org) if usage.code_id is None else usage.queue_coded
    return _CODED(usage, org) / whole if whole else None


def _mean(usage: Usage, org: Org) -> float | None:
    timed = _TIMED(usage, org)
    # Whole milliseconds, as the percentile: what a reader sees is what is compared.
    return round(Fraction(_TOTAL(usage, org), timed)) / 1000 if timed else None


def _p95(usage: Usage, org: Org) -> float | None:
    return usage.acw_p95_ms / 1000 if _TIMED(usage, org) and usage.acw_p95_ms is not None else None


_USAGE: dict[str, tuple[cel.Type, _Reader, str]] = {
    "handled": (_INT, _HANDLED, "handlings; none that is pending or provisional, here and below"),
    "wrapped": (_INT, _number("wrapped"), "with a wrap-up, also one by the platform"),
    "coded": (_INT, _CODED, "with a code that an agent chose"),
    "timed_out": (_INT, _number("timed_out"), "whose wrap-up timed out"),
    "skipped": (_INT, _number("skipped"), "whose agent skipped ACW"),
    "transferred": (_INT, _number("transferred"), "that the agent handed on"),
    "default_code": (_INT, _number("default_code"), "with the Default Wrap-up Code"),
    "acw_mean_s": (_DOUBLE, _mean, "mean of ACW in seconds (write 60.0, not 60); absent without ACW"),
    "acw_p95_s": (_DOUBLE, _p95, "seconds of ACW that 95 of 100 do not exceed (write 60.0); absent without ACW"),
    "share": (
        _DOUBLE,
        _share,
        "coded of handled, from 0.0 to 1.0; of a code: its part of all that was coded on the queue",
    ),
    "complete_until": (cel.Type.TIMESTAMP, lambda it, _: it.covered.until, "up to when the evidence is complete"),
}

_TABLES = {
    "code": _CODE,
    "queue": _QUEUE,
    "definition": _DEFINITION,
    "agent": _AGENT,
    "mapping": _MAPPING,
    "disposition": _DISPOSITION,
    "flags": _FLAGS,
    "change": _CHANGE,
    "usage": _USAGE,
}


def _itself(subject: Any, _: Org) -> Any:
    return subject


def _queue_of(usage: Usage, org: Org) -> Queue | None:
    if usage.queue is None and usage.queue_id is not None:
        raise UnknownValueError("the queue", f"the {org.origin.kind} does not hold it: it may be deleted")
    return usage.queue


def _code_of(usage: Usage, org: Org) -> WrapUpCode | None:
    if usage.code is None and usage.code_id is not None:
        raise UnknownValueError("the code", f"the {org.origin.kind} does not hold it: it may be deleted")
    return usage.code


_ENTITIES: Mapping[KindName, Mapping[str, Callable[[Any, Org], Any]]] = {
    "code": {"code": _itself},
    "queue": {"queue": _itself},
    "assignment": {"code": lambda it, _: it.code, "queue": lambda it, _: it.queue},
    "definition": {"definition": _itself},
    "membership": {"agent": lambda it, _: it.agent, "queue": lambda it, _: it.queue},
    "mapping": {"mapping": _itself, "definition": lambda it, _: it.definition},
    "disposition": {"disposition": _itself},
    "flags": {"flags": _itself, "code": lambda it, org: org.code(it.code_id)},
    "change": {"change": _itself},
    "usage": {"usage": _itself, "queue": _queue_of, "code": _code_of},
}


@cache
def variables_of(kind: KindName) -> Mapping[str, Variable]:
    """Return the variables of a kind of subject by dotted name; empty for a kind without any (the org)."""
    return {
        f"{entity}.{name}": Variable(f"{entity}.{name}", cel_type, pick, reader, text)
        for entity, pick in _ENTITIES.get(kind, {}).items()
        for name, (cel_type, reader, text) in _TABLES[entity].items()
    }
