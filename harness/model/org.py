"""One organisation's configuration together with what the business agreed about it.

An `Org` is frozen. Its indexes are built when first asked for. A question whose honest answer is "we could not
see" raises `UnknownValueError`, which becomes the verdict *unknown*.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import cached_property
from typing import Any, TypeVar, cast

from harness.errors import UnknownValueError
from harness.model.catalogue import Catalogue, Crm, CrmMapping, DeclaredQueue, Definition
from harness.model.change import Past, Trail
from harness.model.channels import channels
from harness.model.configuration import Configuration, grouped
from harness.model.entities import Queue, WrapUpCode
from harness.model.ids import is_system_code
from harness.model.names import is_pattern
from harness.model.origin import Origin, Resource, SourceKind
from harness.model.unknown import Unknown, is_known
from harness.model.usage import Measured

__all__ = ["Org", "Origin", "Resource", "SourceKind"]

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Org(Configuration):
    """One organisation's configuration, and what the business agreed about it.

    Attributes:
        catalogue: The policy's catalogue, or None.
        crm: The policy's CRM list and mapping, or None.
        timezone: The policy's: what times of day and days mean.
        trail: Who changed codes and queues; None when none was given, unknown when it was not to be had.
        past: How the org was recorded earlier; None when that was not given.
        measured: What evidence says that agents did; None when none was given, unknown when it was not to be had.
    """

    catalogue: Catalogue | None = None
    crm: Crm | None = None
    timezone: tzinfo = UTC
    trail: Trail | None = None
    past: Past | None = None
    measured: Measured | None = None

    def agreeing(self, catalogue: Catalogue | None, crm: Crm | None, timezone: tzinfo = UTC) -> "Org":
        """Return this org with what a policy's catalogue and CRM list say, read in the policy's time zone."""
        return replace(self, catalogue=catalogue, crm=crm, timezone=timezone)

    def following(self, trail: Trail | Unknown | None, past: Past | None = None) -> "Org":
        """Return this org with its audit trail, and what differs since an earlier recording.

        Args:
            trail: None when none was given; an unknown value when it was asked for and not to be had.
            past: None when no earlier recording was given.
        """
        hidden = {resource: why for resource, why in self.hidden.items() if resource != "audits"}
        not_carried = {resource: why for resource, why in self.not_carried.items() if resource != "audits"}
        if trail is None:
            not_carried["audits"] = "no audit trail was given"
        elif isinstance(trail, Unknown):
            hidden["audits"] = trail.why
        elif gap := trail.gap(*((past.recorded_at, past.until) if past else ())):
            hidden["audits"] = gap
        # Like every value that may be unknown, its type says what it is when it is not.
        known = cast("Trail | None", trail)
        return replace(self, trail=known, past=past, hidden=hidden, not_carried=not_carried)

    def observing(self, measured: Measured | Unknown | None) -> "Org":
        """Return this org with what evidence says that agents did.

        Args:
            measured: None when no evidence was given; an unknown value when it was asked for and not to be had.
        """
        hidden = {resource: why for resource, why in self.hidden.items() if resource != "evidence"}
        not_carried = {resource: why for resource, why in self.not_carried.items() if resource != "evidence"}
        if measured is None:
            not_carried["evidence"] = "no evidence was given"
        elif isinstance(measured, Unknown):
            hidden["evidence"] = measured.why
        return replace(self, measured=cast("Measured | None", measured), hidden=hidden, not_carried=not_carried)

    def index(self, build: Callable[["Org"], _T]) -> _T:
        """Return what a function makes of this org; it is called once, so that checks can keep indexes.

        Args:
            build: A function at a module's top level; the function itself is the key.
        """
        if build not in self._indexes:
            self._indexes[build] = build(self)
        found: _T = self._indexes[build]
        return found

    @cached_property
    def _indexes(self) -> dict[Callable[..., Any], Any]:
        return {}

    @property
    def agreed(self) -> Catalogue:
        """The catalogue.

        Raises:
            UnknownValueError: If the policy names none.
        """
        if self.catalogue is None:
            raise UnknownValueError("what the business agreed", "the policy names no catalogue")
        return self.catalogue

    # -- definitions and codes ------------------------------------------------------------------------------

    def definition_of(self, code: WrapUpCode) -> Definition | None:
        """Return the definition that a code meets, by id, else by exact name; None when there is none.

        Raises:
            UnknownValueError: If the code's name is unknown and no definition names its id.
        """
        if self.catalogue is None:
            return None
        by_id = self.catalogue.by_id.get(code.id)
        if by_id is not None or is_system_code(code.id):
            return by_id
        return self.catalogue.by_name.get(code.name)

    def disposition_of(self, code: WrapUpCode) -> str | None:
        """Return the disposition that a code maps to by way of its definition, or None when it maps to none."""
        definition = self.definition_of(code)
        if definition is None:
            return None
        return self.crm.disposition_of(definition) if self.crm else definition.disposition

    def codes_meeting(self, definition: Definition) -> tuple[WrapUpCode, ...]:
        """Return the codes that meet a definition, by its id, else by exact name; sorted by id.

        A code whose id another definition names does not meet this one.

        Raises:
            UnknownValueError: If none is seen and the source did not show the names of all codes.
        """
        what = f"whether the code '{definition.name}' exists"
        if definition.id is not None:
            found = self.code_by_id.get(definition.id)
            if found is not None:
                return (found,)
            self.require("wrapupcodes", what)
            if definition.id in self.code_ids_offered:
                raise UnknownValueError(what, "a queue offers it, but no listing holds it")
            return ()
        by_id = self.catalogue.by_id if self.catalogue else {}
        named = tuple(code for code in self.codes_by_name.get(definition.name, ()) if code.id not in by_id)
        if not named:
            self.require_all_code_names(what)
        return named

    def code_of(self, definition: Definition) -> WrapUpCode | None:
        """Return the first of the codes that meet a definition, or None when there is none.

        Raises:
            UnknownValueError: If it was not found and the source did not show all codes.
        """
        return next(iter(self.codes_meeting(definition)), None)

    def default_codes_of(self, queue: Queue) -> tuple[WrapUpCode, ...]:
        """Return the offered codes whose definition says that agents fall back to them."""
        return tuple(
            code for code in self.codes_of(queue) if (definition := self.definition_of(code)) and definition.default
        )

    # -- channels -------------------------------------------------------------------------------------------

    def channels_of(self, queue: Queue) -> tuple[str, ...]:
        """Return the channels that a queue serves, as the catalogue declares them, else those in use by the evidence.

        Raises:
            UnknownValueError: If they are declared nowhere: the platform's media settings prove nothing.
        """
        found = self._channels_of.get(queue.id)
        if found is None:
            exact = (self._declared_exactly.get(key, ()) for key in dict.fromkeys((queue.id, queue.name)))
            declared = [entry for entries in exact for entry in entries]
            declared += [entry for entry in self._declared_by_pattern if entry.matches(queue)]
            words = [word for entry in declared for word in entry.channels] if declared else self._in_use(queue)
            found = self._channels_of[queue.id] = channels(words)
        return found

    def _in_use(self, queue: Queue) -> tuple[str, ...]:
        measured = self.measured
        if measured is None or not is_known(measured) or measured.channels is None:
            raise UnknownValueError(
                "which channels the queue serves", "the catalogue does not declare them, and no evidence was given"
            )
        if queue.id not in measured.channels:
            raise UnknownValueError(
                "which channels the queue serves",
                "the catalogue does not declare them, and the evidence holds no handling",
            )
        return measured.channels[queue.id]

    @cached_property
    def _channels_of(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def _declared_exactly(self) -> Mapping[str, tuple[DeclaredQueue, ...]]:
        declared = self.catalogue.queues if self.catalogue else ()
        return grouped((entry.name, entry) for entry in declared if not is_pattern(entry.name))

    @cached_property
    def _declared_by_pattern(self) -> tuple[DeclaredQueue, ...]:
        declared = self.catalogue.queues if self.catalogue else ()
        return tuple(entry for entry in declared if is_pattern(entry.name))

    # -- the CRM --------------------------------------------------------------------------------------------

    @cached_property
    def crm_mappings(self) -> tuple[CrmMapping, ...]:
        """Definition → disposition for every definition that has both, in the catalogue's order."""
        if self.catalogue is None:
            return ()
        crm = self.crm or Crm()
        return tuple(
            CrmMapping(definition.identifier, disposition, definition)
            for definition in self.catalogue.definitions
            if definition.identifier is not None and (disposition := crm.disposition_of(definition)) is not None
        )
