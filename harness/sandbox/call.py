"""One call of the API: who makes it, what it asks for, and what of the org it may see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from harness.model.org import Resource
from harness.sandbox.access import Access, Token
from harness.sandbox.changes import Actor
from harness.sandbox.channels import Channels
from harness.sandbox.limits import RateLimit
from harness.sandbox.problems import ApiProblem, bad_request, missing_permissions, not_found
from harness.sandbox.query import Query
from harness.sandbox.state import Entity, State

__all__ = ["Call", "Platform"]

_T = TypeVar("_T")


@dataclass(frozen=True)
class Platform:
    """What every call works on."""

    state: State
    access: Access
    limit: RateLimit
    channels: Channels


@dataclass(frozen=True)
class Call:
    """A call whose token is good and whose client has a permission that the call needs.

    Attributes:
        needs: The permissions of which the client must have one; none when the call needs none.
        path: The variables in the path, by name.
        base_url: Where the sandbox was called.
    """

    platform: Platform
    token: Token
    needs: Sequence[str]
    path: Mapping[str, str]
    query: Query
    content: bytes
    base_url: str

    @property
    def state(self) -> State:
        """The org."""
        return self.platform.state

    @property
    def actor(self) -> Actor:
        """Who makes the call."""
        return self.token.actor

    def body(self, shape: Any = Any) -> Any:
        """Return the body as plain JSON values, once it has been held against a shape.

        Args:
            shape: A type that `msgspec.convert` takes; keys that it does not have may be anything.

        Raises:
            ApiProblem: If it is no JSON, or not of that shape.
        """
        try:
            values = msgspec.json.decode(self.content)
            msgspec.convert(values, shape)
        except msgspec.ValidationError as error:
            text = str(error).replace("`", "")
            if "missing required field" in text:
                raise bad_request(f"A required field is missing a value. {text}", "required.field.missing") from None
            raise bad_request(text, "invalid.value") from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            message = "The request could not be understood by the server due to malformed syntax."
            raise bad_request(message) from None
        return values

    def read(self, shape: type[_T]) -> _T:
        """Return the body as an object of a shape.

        Args:
            shape: A type that `msgspec.convert` takes; keys that it does not have are skipped.

        Raises:
            ApiProblem: If it is no JSON, or not of that shape.
        """
        return msgspec.convert(self.body(shape), shape)

    # -- what the client may see ----------------------------------------------------------------------------

    def sees(self, entity: Entity) -> bool:
        """Tell whether the client may have an entity: what lies in no division is everybody's."""
        division = entity.get("division")
        return not division or self.token.client.allows(self.needs, division["id"])

    def seen(self, entities: Iterable[Entity]) -> list[Entity]:
        """Return the entities that the client may have; the others are absent without a word."""
        return [entity for entity in entities if self.sees(entity)]

    def entity(self, resource: Resource, entity_id: str, what: str) -> Entity:
        """Return an entity as readers see it.

        Raises:
            ApiProblem: If there is none, or the client may not have it.
        """
        return self.checked(self.state.shelf(resource).get(entity_id), what)

    def current(self, resource: Resource, entity_id: str, what: str) -> Entity:
        """Return an entity as it is, for a write.

        Raises:
            ApiProblem: If there is none, or the client may not have it.
        """
        return self.checked(self.state.shelf(resource).current(entity_id), what)

    def checked(self, entity: Entity | None, what: str) -> Entity:
        """Return an entity that is there and that the client may have.

        Raises:
            ApiProblem: If it is not.
        """
        if entity is None:
            raise not_found(f"{what} not found")
        if not self.sees(entity):
            raise missing_permissions(self.needs)
        return entity

    def division(self, body: Mapping[str, Any], otherwise: str) -> Entity:
        """Return the division that a body names, or another when it names none.

        Raises:
            ApiProblem: If there is no such division, or the client may not write there.
        """
        division_id = (body.get("division") or {}).get("id") or otherwise
        found = self.state.division(division_id)
        if found is None:
            raise bad_request(f"Division {division_id} does not exist")
        if not self.token.client.allows(self.needs, division_id):
            raise missing_permissions(self.needs)
        return found

    def refuse_duplicate(self, name: str, others: Iterable[Entity], own_id: str | None = None) -> None:
        """Refuse a name that another entity has.

        Raises:
            ApiProblem: If one has it.

        Source:
            The code `duplicate.name` of the vendor's OpenAPI document of 2018.
        """
        if any(other["name"].casefold() == name.casefold() and other["id"] != own_id for other in others):
            raise ApiProblem(400, "duplicate.name", f"An entity with the name [{name}] already exists.")
