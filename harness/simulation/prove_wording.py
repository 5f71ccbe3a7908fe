"""Say an example org in words: its entities, with the values that its verdict depends on and no others.

What a verdict depends on is found out, not listed: a value is put out of sight, and if the verdict is no longer the
same, it was looked at.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import msgspec

from harness.checks.wording import counted, quoted, seconds
from harness.errors import UnknownValueError
from harness.model import AcwSettings, Org, unknown
from harness.model.names import printable

__all__ = ["Verdicts", "in_words"]

Verdicts: TypeAlias = Callable[[Org], Sequence[str]]
"""What a rule comes to on an org, case by case."""

_GAP: Any = unknown("a value", "it was put out of sight")
_SHOWN = 2


def in_words(org: Org, verdicts: Verdicts) -> str:
    """Return an example org in words that a contact centre's people use.

    Args:
        org: The org.
        verdicts: Tells what the values matter for.
    """
    said = list(_Telling(org, verdicts).parts())
    return printable("; ".join(said)) if said else "an org without any of it"


class _Telling:
    def __init__(self, org: Org, verdicts: Verdicts) -> None:
        self._org = org
        self._verdicts = verdicts
        self._as_it_is = list(verdicts(org))

    def parts(self) -> Iterator[str]:
        org = self._org
        yield from self._listed("queues", org.queues, self._queue)
        yield from self._listed("codes", org.codes, self._code)
        if org.catalogue is not None:
            yield from self._listed("definitions", org.catalogue.definitions, self._definition)
        yield from self._listed("agents", org.agents, self._agent)
        names = {id for agent in org.agents for id in (skill.id for skill in agent.skills)}
        for skill in org.skills:
            if skill.id not in names or skill.state != "active":
                yield f"the {skill.state} skill '{skill.name}'"
        for code_id, flags in (org.flags.mapping if org.flags else {}).items():
            code = org.code_by_id.get(code_id)
            whom = "a code that is gone" if code is None else f"code '{code.name}'"
            yield f"outbound flags of {whom}: {', '.join(flags) or 'none'}"
        for entry in (org.crm.dispositions if org.crm else None) or ():
            yield f"CRM disposition '{entry.value}'{'' if entry.active else ', inactive'}"

    def _listed(self, what: str, entities: Sequence[Any], say: Callable[[Any], str]) -> Iterator[str]:
        for entity in entities[:_SHOWN]:
            yield say(entity)
        if len(entities) > _SHOWN:
            yield f"{len(entities) - _SHOWN} more {what}"

    def _matters(self, hidden: Callable[[], Org]) -> bool:
        try:
            return list(self._verdicts(hidden())) != self._as_it_is
        except UnknownValueError:
            return True

    def _read(self, listing: str, entity: Any, *names: str) -> Iterator[str]:
        """Yield those values of an entity that matter."""
        for name in names:
            blurred = msgspec.structs.replace(entity, **{name: _GAP})
            if self._matters(lambda blurred=blurred: self._replaced(listing, entity, blurred)):  # type: ignore[misc]
                yield name

    def _replaced(self, listing: str, entity: Any, other: Any) -> Org:
        def put(entities: Sequence[Any]) -> tuple[Any, ...]:
            return tuple(other if it is entity else it for it in entities)

        if listing in ("definitions", "declared"):
            catalogue = self._org.agreed
            if listing == "definitions":
                return replace(self._org, catalogue=replace(catalogue, definitions=put(catalogue.definitions)))
            return replace(self._org, catalogue=replace(catalogue, queues=put(catalogue.queues)))
        changes: dict[str, Any] = {listing: put(getattr(self._org, listing))}
        return replace(self._org, **changes)

    # -- one entity -----------------------------------------------------------------------------------------

    def _queue(self, queue: Any) -> str:
        read = set(self._read("queues", queue, "division", "description", "acw", "media_settings", "evaluation_word"))
        said = [f"in division {queue.division.name}"] if "division" in read else []
        said += self._acw(queue) if "acw" in read else []
        said += [f"described as '{queue.description}'" if queue.description else "without a description"] * (
            "description" in read
        )
        said += [f"with settings for {', '.join(queue.media)}"] * ("media_settings" in read)
        said += [f"with skill evaluation {queue.evaluation_word}"] * ("evaluation_word" in read)
        without = {key: ids for key, ids in self._org.offered.items() if key != queue.id}
        if self._matters(lambda: replace(self._org, offered=without)):
            codes = [code.name for code in self._org.codes_of(queue)]
            said.append(f"offering {quoted(codes[:1] if len(codes) > 5 else codes)}" if codes else "offering no codes")
            said[-1] += f" and {len(codes) - 1} more" if len(codes) > 5 else ""
        unlisted = {key: people for key, people in self._org.members.items() if key != queue.id}
        if self._matters(lambda: replace(self._org, members=unlisted)):
            said.append(f"with {counted(len(self._org.members[queue.id]), 'member')}")
        elif self._matters(lambda: self._recounted(queue)):
            said.append(f"with {counted(queue.member_count or 0, 'member')}")
        if queue.member_groups and self._matters(lambda: self._ungrouped(queue)):
            said.append(f"with {counted(len(queue.member_groups), 'group')}")
        for declared in (it for it in self._org.agreed.queues if it.matches(queue)):
            if any(self._read("declared", declared, "channels")):
                said.append(f"declared for {', '.join(declared.channels) or 'no channels'}")
        return _phrase(f"queue '{queue.name}'", said)

    def _recounted(self, queue: Any) -> Org:
        other = msgspec.structs.replace(queue, member_count=(queue.member_count or 0) + 100)
        return self._replaced("queues", queue, other)

    def _ungrouped(self, queue: Any) -> Org:
        return self._replaced("queues", queue, msgspec.structs.replace(queue, member_groups=()))

    def _acw(self, queue: Any) -> list[str]:
        word, timeout = queue.acw.prompt_word, queue.acw.timeout_ms
        blurred = msgspec.structs.replace(queue, acw=AcwSettings(word, _GAP))
        if not self._matters(lambda: self._replaced("queues", queue, blurred)):
            return [f"with prompt {word}"]
        return [
            f"with prompt {word}",
            "without a timeout" if timeout is None else f"with a timeout of {seconds(timeout)}",
        ]

    def _code(self, code: Any) -> str:
        read = set(self._read("codes", code, "division", "description"))
        said = [_of_division(code.division.name)] if "division" in read else []
        if "description" in read:
            said.append(f"described as '{code.description}'" if code.description else "without a description")
        undated = msgspec.structs.replace(code, created=None)
        if code.created and self._matters(lambda: self._replaced("codes", code, undated)):
            said.append(f"created at {code.created}")
        return _phrase(f"code '{code.name}'", said)

    def _definition(self, definition: Any) -> str:
        said = []
        for name in self._read("definitions", definition, *_DEFINITION):
            value = getattr(definition, name)
            if name == "duration_ms":
                said.append("without a duration" if value is None else f"with a duration of {seconds(value)}")
            elif isinstance(value, bool):
                said.append(name if value else f"not {name}")
            elif isinstance(value, tuple):
                said.append(f"with {_DEFINITION[name]} {quoted(value)}" if value else f"with no {_DEFINITION[name]}")
            else:
                word = _DEFINITION[name]
                said.append(f"without {word}" if value is None else f"with {word} '{value}'")
        return _phrase(f"definition '{definition.name}'", said)

    def _agent(self, agent: Any) -> str:
        read = set(self._read("agents", agent, "state", "skills", "languages"))
        said = [agent.state] if "state" in read and agent.state != "active" else []
        if "skills" in read:
            held = [f"'{it.name}' (proficiency {it.proficiency:g}, {it.state})" for it in agent.skills]
            said.append(f"holding {', '.join(held)}" if held else "holding no skills")
        if "languages" in read:
            said.append(
                f"speaking {quoted([it.name for it in agent.languages])}" if agent.languages else "without languages"
            )
        return _phrase("an agent", said)


_DEFINITION = {
    "identifier": "identifier",
    "category": "category",
    "duration_ms": "duration",
    "mandatory": "",
    "default": "",
    "channels": "channels",
    "skills": "skills",
    "queues": "queues",
    "disposition": "disposition",
}


def _of_division(name: str) -> str:
    return "of all divisions" if name == "*" else f"of division {name}"


def _phrase(what: str, said: Sequence[str]) -> str:
    return f"{what} {', '.join(said)}" if said else what
