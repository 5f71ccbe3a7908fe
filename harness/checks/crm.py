"""Does the CRM understand what agents pick?"""

from collections.abc import Iterator
from typing import Literal

from rapidfuzz import fuzz, process

from harness.checks.agreed import agreed_about
from harness.checks.extremes import of_flags
from harness.checks.registry import Breach, NotApplicable, check
from harness.checks.wording import counted, quoted
from harness.errors import UnknownValueError
from harness.model import Crm, Definition, Disposition, Flags, Org, WrapUpCode, is_system_code
from harness.model.names import fold

__all__ = ["mapped", "outbound_flags", "reachable", "stale_flags", "undefined"]


@check(source="the CRM's list of dispositions; the guides' crmDisposition", needs=("crm",))
def mapped(definition: Definition, org: Org, *, fallback: str = "unknown") -> Iterator[str]:
    """A definition maps to a disposition that the CRM accepts.

    Dispositions are compared exactly, because the CRM does; a near miss is suggested. A value that is inactive in the
    CRM's list is not accepted.

    Args:
        definition: The definition under test.
        org: The org with the CRM list and mapping.
        fallback: What a synchronisation writes when nothing is mapped; mapping to it is a finding, in any spelling.

    Yields:
        One message if there is no disposition, or one that says nothing, or one that the CRM does not accept.
    """
    crm = _crm(org)
    disposition = crm.disposition_of(definition)
    if disposition is None or not disposition.strip():
        yield Breach("maps to no disposition", expected="one that the CRM accepts")
    elif fold(disposition) == fold(fallback):
        yield Breach(f"maps to the fallback '{disposition}'", expected="a disposition of its own")
    elif disposition not in crm.accepted:
        if disposition in org.index(_inactive):
            yield Breach(f"maps to '{disposition}', which is inactive in the CRM", expected="an active disposition")
        else:
            near = process.extractOne(
                disposition, org.index(_sorted_accepted), scorer=fuzz.ratio, processor=fold, score_cutoff=70
            )
            yield Breach(
                f"maps to '{disposition}', which the CRM does not accept",
                expected=f"an active disposition; did you mean '{near[0]}'?" if near else "an active disposition",
            )


def _crm(org: Org) -> Crm:
    if org.crm is None or org.crm.dispositions is None:
        raise UnknownValueError("what the CRM accepts", "the policy names no CRM list")
    return org.crm


def _inactive(org: Org) -> frozenset[str]:
    return frozenset(entry.value for entry in _crm(org).dispositions or () if not entry.active)


def _sorted_accepted(org: Org) -> list[str]:
    return sorted(_crm(org).accepted)


@check(source="GET /api/v2/routing/queues/{queueId}/wrapupcodes; the catalogue", needs=("catalogue",))
def undefined(code: WrapUpCode, org: Org) -> Iterator[str]:
    """A code that agents can pick has a definition to map by.

    Without one its use never reaches the CRM. A code that no queue offers cannot be picked, and needs none.

    Args:
        code: The wrap-up code under test.
        org: The org with the catalogue.

    Yields:
        One message if the code is offered and has no definition.
    """
    _ = org.agreed
    if code.system:
        raise NotApplicable("the platform's own code needs no definition")
    if org.definition_of(code) is None:
        queues = org.queues_seen_with(code) or org.queues_of(code)
        if not queues:
            raise NotApplicable("no queue offers the code")
        yield Breach(f"is offered on {counted(len(queues), 'queue')} and has no definition", expected="a definition")


@check(source="the CRM's list of dispositions; the catalogue", needs=("catalogue",))
def reachable(disposition: Disposition, org: Org) -> Iterator[str]:
    """A disposition that the CRM accepts is reached by some definition.

    Otherwise reports by that disposition stay empty whatever agents do.

    Args:
        disposition: The entry of the CRM's list under test.
        org: The org with catalogue and mapping.

    Yields:
        One message if no definition maps to it.
    """
    if not disposition.active:
        raise NotApplicable("the disposition is inactive in the CRM")
    if disposition.value not in org.index(_reached):
        yield Breach("no definition maps to it", expected="at least one")


def _reached(org: Org) -> frozenset[str | None]:
    crm = org.crm or Crm()
    return frozenset(crm.disposition_of(definition) for definition in org.agreed.definitions)


@check(
    source="GET /api/v2/outbound/wrapupcodemappings; the catalogue's category",
    needs=("catalogue",),
    extremes=of_flags,
)
def outbound_flags(
    code: WrapUpCode,
    org: Org,
    *,
    flags: dict[str, list[str]],
    match: Literal["at_least", "exactly"] = "at_least",
) -> Iterator[str]:
    """A code carries the dialer flags that suit its category.

    The effective flags are the code's own entry in the outbound mapping, else the mapping's default set. Flags act on
    the *first* wrap-up of a call only, and put no number on a do-not-call list: rule sets do. Case does not matter.

    Args:
        code: The wrap-up code under test.
        org: The org with outbound mapping and catalogue.
        flags: Category to flags. A category that is not named here is not judged.
        match: `at_least` allows further flags, `exactly` does not.

    Yields:
        One message if flags are missing, or, with `exactly`, differ.
    """
    category = agreed_about(code, org).category
    if category is None:
        raise NotApplicable("the definition has no category")
    if category not in flags:
        raise NotApplicable(f"the rule names no flags for category '{category}', only for {quoted(sorted(flags))}")
    wanted = {flag.upper() for flag in flags[category]}
    effective = set(org.flags_of(code))
    if not wanted <= effective or (match == "exactly" and wanted != effective):
        yield Breach(
            f"flags are {', '.join(sorted(effective)) or 'none'}",
            expected=f"{match.replace('_', ' ')} {', '.join(sorted(wanted)) or 'none'} for category '{category}'",
        )


@check(source="GET /api/v2/outbound/wrapupcodemappings; GET /api/v2/routing/wrapupcodes")
def stale_flags(flags: Flags, org: Org) -> Iterator[str]:
    """An entry of the outbound mapping names a live code.

    The platform keeps the entries of deleted codes. The platform's own codes are live, though in no listing.

    Args:
        flags: The entry of the outbound mapping under test.
        org: The org with all wrap-up codes.

    Yields:
        One message if no live code has the entry's id.
    """
    if flags.code_id in org.code_by_id or is_system_code(flags.code_id):
        return
    what = "whether the code of the entry exists"
    org.require("wrapupcodes", what)
    if org.partial or flags.code_id in org.code_ids_offered:
        raise UnknownValueError(what, f"the {org.origin.kind} refers to it and does not hold it")
    yield Breach("no live code has this id", expected="an entry for a live code")
