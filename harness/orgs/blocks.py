"""Resources as Terraform's JSON syntax has them: what exports, plans and states are turned into before they are mapped.

Source:
    Terraform, JSON Configuration Syntax: every string is a template in which `$${` and `%%{` stand for themselves.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.errors import Problem
from harness.model.unknown import unknown

__all__ = ["Block", "Configuration", "Reference", "Undetermined", "literal", "text_of"]


@dataclass(frozen=True, slots=True)
class Undetermined:
    """What stands for a value, or a part of one, that the source does not tell.

    Attributes:
        why: Why not.
    """

    why: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What stands for the id of a resource that has none yet.

    Attributes:
        address: The resource's.
    """

    address: str


def _nowhere() -> int | None:
    return None


@dataclass(frozen=True)
class Block:
    """One resource or data source.

    Attributes:
        type: The resource type, for example `genesyscloud_routing_queue`.
        address: What Terraform calls it.
        attributes: As they stand in the file; strings are templates.
        data: Whether it is a data source.
        path: The file where it stands, as the user named it.
        line: Finds the line in that file, counted from 1, or None.
    """

    type: str
    address: str
    attributes: Mapping[str, Any]
    data: bool
    path: str
    line: Callable[[], int | None] = _nowhere

    def problem(self, what: str, expected: str | None = None) -> Problem:
        """Return what is wrong with this block.

        The address is left out: a user's is made of the person's.
        """
        return Problem(self.path, f"{self.type}: {what}", line=self.line(), expected=expected)


@dataclass(frozen=True)
class Configuration:
    """The blocks of a source.

    Attributes:
        blocks: By address, in the order of the files.
        sha256: Hash over all files, in hex.
    """

    blocks: Mapping[str, Block]
    sha256: str
    _by_type: Mapping[str, list[Block]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_type: dict[str, list[Block]] = {}
        for block in self.blocks.values():
            by_type.setdefault(block.type, []).append(block)
        object.__setattr__(self, "_by_type", by_type)

    @property
    def types(self) -> Sequence[str]:
        """The types of all blocks, sorted."""
        return sorted(self._by_type)

    def of(self, resource_type: str) -> Sequence[Block]:
        """Return the resources and data sources of a type."""
        return self._by_type.get(resource_type, ())


def text_of(value: Any, what: str) -> Any:
    """Return what a template string says: text, None when it is absent or empty, or an unknown value.

    Args:
        value: The attribute's value.
        what: The value in the words of the model, for the reason when it is unknown.
    """
    if isinstance(value, str) and "{" not in value:
        return value or None
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Undetermined):
        return unknown(what, value.why)
    if not isinstance(value, str):
        return unknown(what, "the source holds something that is not text")
    for mark in ("${", "%{"):
        if mark in value.replace(mark[0] + mark, ""):
            return unknown(what, "it is an expression that only Terraform can work out")
    return value.replace("$${", "${").replace("%%{", "%{")


def literal(text: str) -> str:
    """Return the template that says a text.

    Example:
        >>> text_of(literal("${not} a %{template}"), "a name")
        '${not} a %{template}'
    """
    return text.replace("${", "$${").replace("%{", "%%{") if "{" in text else text
