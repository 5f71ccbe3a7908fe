"""Is the org what the business agreed?"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from harness.checks.agreed import queues_named
from harness.checks.extremes import of_codes_named
from harness.checks.registry import Breach, NotApplicable, check
from harness.checks.wording import counted, quoted, revealed
from harness.errors import UnknownValueError
from harness.model import Definition, Org, Queue, WrapUpCode, is_known, is_system_code
from harness.model.names import fold, is_pattern, matches

__all__ = ["default", "deployed", "forbidden", "known", "orphan", "required", "spelling", "unique"]


@check(source="GET /api/v2/routing/wrapupcodes; the catalogue", needs=("catalogue",))
def known(code: WrapUpCode, org: Org) -> Iterator[str]:
    """A code is one that the business agreed.

    A definition meets a code by id, else by exact name. The platform's own codes need no definition.

    Args:
        code: The wrap-up code under test.
        org: The org with the catalogue.

    Yields:
        One message if the code has no definition.
    """
    _ = org.agreed
    if code.system:
        raise NotApplicable("the platform's own code needs no definition")
    if org.definition_of(code) is None:
        same = org.index(_definitions_by_folded_name).get(fold(code.name), ())
        near = [it.name for it in same if it.id is None]
        hint = f", which is spelt {quoted(near)} there" if near else ""
        yield Breach("has no definition", expected=f"an entry in the catalogue{hint}")


def _definitions_by_folded_name(org: Org) -> Mapping[str, list[Definition]]:
    found = defaultdict(list)
    for definition in org.agreed.definitions:
        found[fold(definition.name)].append(definition)
    return found


@check(source="GET /api/v2/routing/wrapupcodes; the catalogue")
def spelling(definition: Definition, org: Org) -> Iterator[str]:
    """The code of a definition carries exactly its name.

    A name that agrees only in case, spacing, width or look-alike characters is spelt differently: to reports, to
    Terraform and to the CRM it is another code. A code that is missing in every spelling is for `catalogue.deployed`.

    Args:
        definition: The definition under test.
        org: The org whose codes are looked through.

    Yields:
        One message per code that is spelt differently.
    """
    _forbid_system(definition)
    codes = org.codes_meeting(definition)
    if codes:
        differing = [code for code in codes if code.name != definition.name]
    else:
        differing = _spelt_differently(definition, org)
        if not differing:
            raise NotApplicable("the org has no such code in any spelling")
    for code in differing:
        yield Breach(
            f"spelt differently: the code is called {revealed(code.name, definition.name)}",
            expected=f"'{definition.name}'",
        )


def _forbid_system(definition: Definition) -> None:
    if is_system_code(definition.id or definition.name):
        raise NotApplicable("the code is the platform's own; no listing holds it")


def _spelt_differently(definition: Definition, org: Org) -> list[WrapUpCode]:
    if definition.id is not None:
        return []
    near = org.codes_by_folded_name.get(fold(definition.name), ())
    return [code for code in near if org.definition_of(code) is None]


@check(source="GET /api/v2/routing/queues/{queueId}/wrapupcodes; the catalogue's queueIds")
def deployed(definition: Definition, org: Org) -> Iterator[str]:
    """A definition's code exists, and every queue that it names offers it.

    Queues are named by id, or by exact name with `*` and `?` as wildcards. A named queue that does not exist is a
    finding.

    Args:
        definition: The definition under test.
        org: The org whose codes and queues are looked through.

    Yields:
        One message if there is no such code, one for named queues that do not exist, one for queues that do not offer
        the code.
    """
    _forbid_system(definition)
    codes = org.codes_meeting(definition)
    if not codes:
        near = [code.name for code in _spelt_differently(definition, org)]
        wanted = f"a code called '{definition.name}'" if definition.id is None else f"the code {definition.id}"
        yield Breach("the code does not exist" + (f", only {quoted(near)}" if near else ""), expected=wanted)
    named = queues_named(definition, org)
    offering = {queue.id for code in codes for queue in org.queues_seen_with(code)}
    undecided = (org.index(_unlisted) if definition.id is None else org.queues_without_codes) - offering
    without = [it.name for it in named.queues.values() if it.id not in offering and it.id not in undecided]
    if named.missing:
        yield Breach(f"names queues that do not exist: {quoted(named.missing)}", expected="queues that offer the code")
    if without and codes:
        yield Breach(f"is not offered on {quoted(without)}", expected="every queue that the definition names")
    if named.unseen:
        raise named.unseen
    for queue_id in sorted(named.queues.keys() & undecided):
        what = f"whether the queue '{named.queues[queue_id].name}' offers the code"
        raise UnknownValueError(what, "the source did not deliver all its codes with their names")


def _unlisted(org: Org) -> frozenset[str]:
    """Return the ids of queues that may offer a code of any name, as far as was seen."""
    nameless = (queue.id for queue in org.queues if queue.id in org.offered and not _all_named(queue, org))
    return org.queues_without_codes.union(nameless)


def _all_named(queue: Queue, org: Org) -> bool:
    return all(is_known(code.name) for code in org.codes_of(queue))


@check(source="GET /api/v2/routing/queues/{queueId}/wrapupcodes; the catalogue's isDefault", needs=("catalogue",))
def default(queue: Queue, org: Org) -> Iterator[str]:
    """A queue offers exactly one default code.

    The platform has no default per queue; the catalogue says which codes agents fall back to. A queue that offers no
    codes at all is for `prompt.offers_codes`.

    Args:
        queue: The queue under test.
        org: The org with the catalogue.

    Yields:
        One message if no default code is offered, or several are.
    """
    _ = org.agreed
    if all(is_system_code(code.id) for code in org.codes_of(queue)):
        raise NotApplicable("the queue offers no codes")
    defaults = sorted(code.name for code in org.default_codes_of(queue))
    if len(defaults) != 1:
        names = f": {quoted(defaults)}" if defaults else ""
        yield Breach(f"offers {counted(len(defaults), 'default code')}{names}", expected="exactly one")


@check(source="GET /api/v2/routing/queues/{queueId}/wrapupcodes", extremes=of_codes_named)
def required(queue: Queue, org: Org, *, codes: list[str]) -> Iterator[str]:
    """A queue offers the codes that it must offer.

    Args:
        queue: The queue under test.
        org: The org it belongs to.
        codes: Exact names of codes, or their ids; `*` and `?` are wildcards, one matching code is enough.

    Yields:
        One message per required code that is not offered.
    """
    if not codes:
        raise NotApplicable("the rule names no codes")
    offered = org.codes_of(queue)
    named = [code for code in offered if is_known(code.name)]
    ids = {code.id for code in offered}
    absent = [
        wanted
        for wanted in dict.fromkeys(codes)
        if wanted not in ids and not any(matches(wanted, code.name) for code in named)
    ]
    if absent and len(named) < len(offered):
        raise UnknownValueError("the name of every code that the queue offers", "some are known by their id only")
    for wanted in absent:
        near = [code.name for code in named if fold(code.name) == fold(wanted)]
        hint = f"; {quoted(near)} is spelt differently" if near else ""
        yield Breach(f"does not offer '{wanted}'{hint}", expected="every required code")


@check(source="GET /api/v2/routing/queues/{queueId}/wrapupcodes", extremes=of_codes_named)
def forbidden(queue: Queue, org: Org, *, codes: list[str]) -> Iterator[str]:
    """A queue offers no code that is forbidden on it.

    Names are compared as a reader sees them: case, width, spacing and look-alike characters are folded.

    Args:
        queue: The queue under test.
        org: The org it belongs to.
        codes: Names of codes, or their ids; `*` and `?` are wildcards.

    Yields:
        One message per forbidden code that is offered.
    """
    if not codes:
        raise NotApplicable("the rule names no codes")
    offered = org.codes_of(queue)
    exactly, patterns = {fold(name) for name in codes}, [fold(name) for name in codes if is_pattern(name)]
    unseen = 0
    for code in offered:
        name = fold(code.name) if is_known(code.name) else None
        if code.id in codes or (name is not None and (name in exactly or any(matches(it, name) for it in patterns))):
            yield Breach(f"offers '{code.id if name is None else code.name}'", expected="no forbidden code")
        elif name is None:
            unseen += 1
    if unseen:
        raise UnknownValueError("the name of every code that the queue offers", "some are known by their id only")


@check(source="GET /api/v2/routing/queues/{queueId}/wrapupcodes")
def orphan(code: WrapUpCode, org: Org) -> Iterator[str]:
    """A code is offered on some queue.

    A code that no queue offers can be picked by nobody. The platform's own codes are never orphans.

    Args:
        code: The wrap-up code under test.
        org: The org with all queues.

    Yields:
        One message if no queue offers the code.
    """
    if code.system:
        raise NotApplicable("the platform's own code is offered nowhere")
    if not org.queues_seen_with(code) and not org.queues_of(code):
        yield Breach("is offered on no queue", expected="at least one")


@check(source="the catalogue; CRM mappings are keyed by the identifier")
def unique(definition: Definition, org: Org) -> Iterator[str]:
    """A definition's identifier and name are used once in the catalogue.

    Both are compared as a reader sees them: case, width, spacing and look-alike characters are folded.

    Args:
        definition: The definition under test.
        org: The org with the catalogue.

    Yields:
        One message for an identifier that is used again, one for such a name.
    """
    same_name = org.index(_definitions_by_folded_name).get(fold(definition.name), [])
    same_identifier = org.index(_definitions_by_folded_identifier).get(fold(definition.identifier or ""), [])
    for what, group in (("identifier", same_identifier), ("name", same_name)):
        others = [it for it in group if it is not definition]
        if others:
            places = ", ".join(str(it.position) for it in others)
            yield Breach(f"{what} is used again at {places}", expected="used once")


def _definitions_by_folded_identifier(org: Org) -> Mapping[str, list[Definition]]:
    found = defaultdict(list)
    for definition in org.agreed.definitions:
        if (definition.identifier or "").strip():
            found[fold(definition.identifier or "")].append(definition)
    return found
