"""What Terraform declares, while it is being mapped: resources, their references, and what is wrong with them.

There is one mapping from attributes to the model. An export, a plan and a state differ in how they come to blocks,
and in nothing after that.
"""

import math
from collections.abc import Sequence
from typing import Any, Literal

from harness.errors import Problem
from harness.model import Division, is_known, unknown
from harness.model.ids import ALL_DIVISIONS
from harness.orgs.blocks import Block, Configuration, Undetermined, text_of
from harness.orgs.references import DIVISION, HOME_DIVISION, LANGUAGE, SKILL, References

__all__ = ["HOME", "Declared"]

HOME = f"data.{HOME_DIVISION}.home"
"""What stands for the home division, which a queue belongs to when none is set."""

_ARTICLES = {"export": "an", "plan": "a", "state": "a"}


class Declared:
    """One export, plan or state, with the questions that mapping asks of it.

    Attributes:
        word: What it is called in reasons.
        references: Turns references into ids.
        problems: Everything found wrong so far.
    """

    def __init__(
        self, configuration: Configuration, *, word: Literal["export", "plan", "state"], keep_names: bool
    ) -> None:
        self._configuration = configuration
        self.word = word
        self.references = References(configuration, keep_names=keep_names, keeps_ids=None if word == "export" else True)
        self.problems: list[Problem] = []
        self._sorted: dict[str, Sequence[Block]] = {}
        self._names = {
            self.references.id_of(block): self.name(block, "a name")
            for resource_type in (HOME_DIVISION, DIVISION, SKILL, LANGUAGE)
            for block in configuration.of(resource_type)
        }
        self._home = next((it for it in self.resources(DIVISION) if it.attributes.get("home") is True), None) or next(
            (it for it in self.blocks(HOME_DIVISION) if self.references.id_of(it) != it.address), None
        )

    @property
    def not_carried(self) -> str:
        """Why a value is unknown that this kind of source never holds."""
        return f"{_ARTICLES[self.word]} {self.word} does not carry it"

    def blocks(self, resource_type: str) -> Sequence[Block]:
        """Return the resources and data sources of a type, sorted by the model's id."""
        found = self._sorted.get(resource_type)
        if found is None:
            found = self._sorted[resource_type] = sorted(
                self._configuration.of(resource_type), key=self.references.id_of
            )
        return found

    def resources(self, resource_type: str) -> Sequence[Block]:
        """Return the resources of a type, sorted by the model's id."""
        return [block for block in self.blocks(resource_type) if not block.data]

    def name(self, block: Block, what: str) -> Any:
        """Return a block's own name, or an unknown value."""
        name = text_of(block.attributes.get("name"), what)
        return unknown(what, f"the {self.word} does not say it") if name is None else name

    def name_of(self, entity_id: str, what: str) -> Any:
        """Return the name of a division, skill or language, or an unknown value when the source does not hold it."""
        return self._names.get(entity_id, unknown(what, f"the {self.word} holds only the id '{entity_id}'"))

    def division(self, block: Block, what: str, *, unset: str) -> Any:
        """Return the division of a code or queue, or an unknown value.

        Args:
            block: The code or queue.
            what: The value in the words of the model.
            unset: What stands for its division when none is set: `*` or `HOME`.
        """
        found = self.references.resolve(block.attributes.get("division_id"), what)
        if found is None:
            why = self.references.why_null_proves_nothing(DIVISION) if "division_id" in block.attributes else None
            found = unset if why is None else unknown(what, why)
        if not is_known(found):
            return found
        if found == ALL_DIVISIONS:
            return Division(ALL_DIVISIONS, ALL_DIVISIONS)
        if found.startswith(f"data.{HOME_DIVISION}."):
            if self._home is None:
                return unknown(what, f"it is the home division, which the {self.word} does not hold")
            found = self.references.id_of(self._home)
        return Division(found, self.name_of(found, "the division's name"))

    def undetermined(self, block: Block, key: str) -> str | None:
        """Return why a list or set, or an element of it, is not known; None when it is."""
        return next((it.why for it in self.values(block, key) if isinstance(it, Undetermined)), None)

    def objects(self, block: Block, key: str) -> list[dict[str, Any]]:
        """Return the objects of a nested block or set; one object may stand for a list of one."""
        found = []
        for value in self.values(block, key):
            if isinstance(value, dict):
                found.append(value)
            elif not isinstance(value, Undetermined):
                self.problems.append(block.problem(f"'{key}' holds something that is not an object"))
        return found

    def values(self, block: Block, key: str) -> list[Any]:
        """Return the elements of a list or set; one value may stand for a list of one."""
        value = block.attributes.get(key)
        if isinstance(value, list):
            return value
        return [] if value is None else [value]

    def number(self, block: Block, value: Any, what: str) -> Any:
        """Return a number, None when it is absent, or an unknown value."""
        text = text_of(value, what)
        if text is None or not is_known(text):
            return text
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
        self.problems.append(block.problem(f"{what} is '{text}'", expected="a number"))
        return unknown(what, "it is not a number")
